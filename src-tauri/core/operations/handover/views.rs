//! What the Remise screen shows: one view for the whole screen, recomputed after every act.
//! The password is never in it, whole, in part or by its length.

use serde::Serialize;

use crate::operations::counter::PopulationView;
use crate::operations::session::{Notice, Tone};

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HandoverView {
    /// Identifier of the act (UUIDv7).
    pub id: String,
    /// « R-2026-04127 », also printed on the letter.
    pub number: String,
    pub person_id: String,
    pub family_name: String,
    pub given_name: String,
    pub population: PopulationView,
    /// « Personnel · arrive le 1ᵉʳ déc. ».
    pub badge: String,
    /// 1 identity, 2 password ready, 4 sent; 5 when done.
    pub step: u8,
    pub identity: IdentityView,
    pub password: PasswordStepView,
    pub letter: LetterStepView,
    pub directory: DirectoryStepView,
    /// What Ctrl+Entrée does now; `None` while the machine works.
    pub next: Option<NextView>,
    /// What abandoning would destroy, said before it is done.
    pub abandon: AbandonView,
    pub language: LanguageView,
    pub languages: Vec<LanguageView>,
    /// Chosen printer, and the others.
    pub printer: Option<PrinterView>,
    pub printers: Vec<PrinterView>,
    /// « Enregistrer en PDF » exists where the site allows it.
    pub may_save: bool,
    /// Words of the letter for the preview, password masked; absent until the identity is checked.
    pub preview: Option<LetterPreview>,
    /// Made without the directory: the paper comes first.
    pub offline: bool,
    pub closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    Todo,
    Current,
    Done,
    /// Stopped: a person has to decide.
    Stopped,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct IdentityView {
    pub state: StepState,
    /// « Identité à vérifier », « Identité vérifiée », « La date de naissance ne correspond pas ».
    pub title: String,
    /// « Carte d’identité FR · lecteur · 09:40 ».
    pub aside: String,
    /// The strip as read, document number masked; gone once the photo has been judged.
    pub band: Option<Vec<Vec<BandSegmentView>>>,
    /// « 4 chiffres de contrôle sur 4 ».
    pub check_digits: Option<String>,
    pub rows: Vec<ComparisonRow>,
    pub notice: Option<Notice>,
    /// Tries left for a birth date typed blind.
    pub tries_left: u8,
    /// Types of document for the keyboard way: code and label.
    pub documents: Vec<DocumentChoice>,
    /// Evidence compares well and only the photo is left to judge.
    pub awaits_photo: bool,
    /// What can be done about a difference.
    pub ways_out: Vec<WayOutView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct DocumentChoice {
    pub code: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct BandSegmentView {
    pub text: String,
    pub kind: BandKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum BandKind {
    Plain,
    Masked,
    Family,
    Given,
    Birth,
    Expiry,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ComparisonRow {
    pub field: BandKind,
    /// « Nom », « Prénoms », « Naissance », « Validité ».
    pub label: String,
    pub on_document: String,
    /// What differs is masked: 16/••/1994.
    pub in_directory: String,
    pub tone: Tone,
    /// « Concorde », « Identique », « Mois différent », « En cours ».
    pub verdict: String,
    /// « accents et tiret ignorés ».
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct WayOutView {
    /// `tellOffice`, `otherPerson`, `readAgain`: the window knows what to do with each.
    pub code: String,
    pub title: String,
    pub text: String,
    pub button: String,
    /// `otherPerson`: whose sheet to open.
    pub person_id: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PasswordStepView {
    pub state: StepState,
    /// « Mot de passe à générer », « Mot de passe provisoire généré ».
    pub title: String,
    pub aside: String,
    /// « 5 mots, 50 bits, règle respectée ».
    pub strength: Option<String>,
    /// « Valable jusqu’au 1ᵉʳ déc., 18 h ».
    pub validity: Option<String>,
    /// Another one may still be drawn: nothing has left.
    pub may_redraw: bool,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct LetterStepView {
    pub state: StepState,
    /// « Lettre à imprimer », « Lettre imprimée ».
    pub title: String,
    /// « 1 page, en français », « exemplaire 2, 09:42 ».
    pub aside: String,
    pub notice: Option<Notice>,
    /// The same letter may go to a printer again, until « Remise faite ».
    pub may_print_again: bool,
    /// Path of the saved PDF, when it was saved.
    pub saved_to: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct DirectoryStepView {
    pub state: StepState,
    /// « À synchroniser », « Envoi… », « Synchronisé à 09:41:12 », « Refusé : … ».
    pub title: String,
    pub aside: String,
    pub notice: Option<Notice>,
    /// « L’accès fonctionne » only after the trial bind.
    pub proven: bool,
    /// The new password is in the directory, whatever came of the letter.
    pub written: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct NextView {
    pub code: NextCode,
    /// Text of the filled button.
    pub label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum NextCode {
    /// « Photo ressemblante : confirmer ».
    ConfirmPhoto,
    /// « Envoyer et imprimer ».
    SendAndPrint,
    /// « Réimprimer » after a printer fault; the access already works.
    PrintAgain,
    /// « Remise faite ».
    Finish,
    /// Closed: back to the search.
    Leave,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AbandonView {
    pub allowed: bool,
    /// « Abandonner la remise ? Le mot de passe généré est détruit, rien n’est parti. »
    pub question: String,
    /// True when nothing was begun: Échap leaves without asking.
    pub silent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum LanguageView {
    French,
    English,
    Both,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PrinterView {
    /// Name of the CUPS queue.
    pub name: String,
    /// « prête », « arrêtée : plus de papier ».
    pub status: String,
    pub ready: bool,
    pub is_default: bool,
}

/// The letter as words. `secret` marks where the password is printed: no text comes with it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct LetterPreview {
    pub establishment: String,
    pub sender_lines: Vec<String>,
    pub date: String,
    pub number: String,
    pub recipient_lines: Vec<String>,
    /// One column in French or English, two side by side for both.
    pub columns: Vec<LetterColumn>,
    pub login: String,
    pub footer: String,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct LetterColumn {
    /// `fr` or `en`.
    pub lang: String,
    pub title: String,
    pub greeting: String,
    pub login_label: String,
    pub login_note: String,
    pub password_label: String,
    /// « jusqu’au 1ᵉʳ déc. 2026, 18 h ».
    pub password_note: String,
    /// « imprimé ici ».
    pub password_place: String,
    /// Boxed line, when the access is not proven yet.
    pub status: Option<String>,
    pub steps_title: String,
    pub steps: Vec<String>,
    pub shared_post: String,
    pub rules: Vec<String>,
    pub help: String,
}

/// A letter that a person was handed, on their sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SheetLetter {
    /// Its number, when this post made it or the clerk may read its record.
    pub number: Option<String>,
    /// « le 24 nov. à 09:41 ».
    pub when: String,
    /// Who handed it over, when this post knows.
    pub clerk: Option<String>,
    /// It opens the account.
    pub holds: bool,
    pub tone: Tone,
    /// What it is worth, in words.
    pub state: String,
}

/// One line of today's handovers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HandoverRow {
    pub id: String,
    pub number: String,
    pub person: String,
    pub when: String,
    pub clerk: String,
    pub tone: Tone,
    /// « Accès remis », « Réponse non reçue, vérification en cours ».
    pub state: String,
    /// Open handovers of this clerk can be taken up again.
    pub open: bool,
}
