//! From an open handover to what the Remise screen shows. The password contributes its strength, never itself.

use uuid::Uuid;

use super::letter;
use super::open::{OpenHandover, language_view};
use super::typed_blind::DOCUMENTS;
use super::views::{
    AbandonView, DirectoryStepView, DocumentChoice, HandoverView, IdentityView, LanguageView,
    LetterColumn, LetterPreview, LetterStepView, NextCode, NextView, PasswordStepView, PrinterView,
    StepState,
};
use crate::domain::handover::{DirectorySide, Ending, PaperSide, Progress};
use crate::domain::letter::{ColumnLanguage, ColumnText, LetterStatus, RichText, short_moment};
use crate::domain::password::PasswordForm;
use crate::operations::counter::today;
use crate::operations::office::now;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};
use crate::texts;

/// The view of a handover open on this counter.
///
/// # Errors
/// `notOpen`.
pub(crate) fn view(office: &Office, id: Uuid) -> Result<HandoverView, OperationError> {
    let printers = office.known_printers();
    let open = office.open_handovers();
    let open = open.get(&id).ok_or_else(super::not_open)?;
    Ok(build(office, open, printers))
}

/// The last view of an act that is over.
pub(super) fn closed_view(office: &Office, id: Uuid) -> Result<HandoverView, OperationError> {
    view(office, id).map(|view| HandoverView {
        closed: true,
        step: 5,
        ..view
    })
}

/// Asks the print server which queues exist; a silent one leaves an empty list.
pub(super) async fn refresh_printers(office: &Office) {
    let printers = match office.printers.printers().await {
        Ok(printers) => printers
            .into_iter()
            .map(|printer| PrinterView {
                status: printer.state.status(),
                ready: printer.state.can_print(),
                is_default: printer.is_default,
                name: printer.name,
            })
            .collect(),
        Err(problem) => {
            tracing::info!(problem = %problem.sentence(), "printers");
            Vec::new()
        }
    };
    office.set_known_printers(printers);
}

fn build(office: &Office, open: &OpenHandover, printers: Vec<PrinterView>) -> HandoverView {
    let step = step_of(open);
    let population = open.person.main_population(today(office, now()));
    // The queue that the sheet will go to, never another one in its place.
    let printer = printers
        .iter()
        .find(|printer| match &open.printer {
            Some(name) => printer.name == *name,
            None => printer.is_default,
        })
        .cloned();
    HandoverView {
        id: open.id.to_string(),
        number: open.number.clone(),
        person_id: open.person.id.to_string(),
        family_name: open.person.names.family.clone(),
        given_name: open.person.names.given.clone(),
        population: texts::population(population),
        badge: texts::population_word(population, open.person.civility).to_owned(),
        step,
        identity: identity(open),
        password: password(office, open, step),
        letter: letter_step(office, open, step),
        directory: directory_step(office, open, step),
        next: next(open),
        abandon: abandon(open),
        language: language_view(open.language),
        languages: vec![
            LanguageView::French,
            LanguageView::English,
            LanguageView::Both,
        ],
        printer,
        printers,
        may_save: office.settings.handover.may_save,
        offline: open.offline,
        preview: open.check.is_some().then(|| preview(office, open)),
        closed: open.progress.is_some_and(|progress| !progress.is_open()),
    }
}

fn step_of(open: &OpenHandover) -> u8 {
    match (open.check.is_some(), open.progress) {
        (false, _) => 1,
        (true, None) => 2,
        (
            true,
            Some(Progress {
                ending: Ending::HandedOver | Ending::Voided,
                ..
            }),
        ) => 5,
        // Nothing has left, or nothing arrived: as before the sending.
        (
            true,
            Some(Progress {
                directory: DirectorySide::NotSent,
                paper: PaperSide::None,
                ..
            }),
        ) => 2,
        (true, Some(_)) => 4,
    }
}

fn identity(open: &OpenHandover) -> IdentityView {
    let (state, title) = match (&open.check, &open.difference) {
        (Some(_), _) => (StepState::Done, "Identité vérifiée".to_owned()),
        (None, Some(difference)) => (StepState::Stopped, difference.clone()),
        (None, None) if open.evidence.is_some() => (
            StepState::Current,
            "Pièce concordante, photo à juger".to_owned(),
        ),
        (None, None) => (StepState::Current, "Identité à vérifier".to_owned()),
    };
    let waiting = (open.check.is_none()
        && open.evidence.is_none()
        && open.identity_notice.is_none())
    .then(|| Notice {
        tone: Tone::Wait,
        strong: String::new(),
        text: if open.tries_left > 0 {
            "Passez la pièce dans le lecteur, ou tapez la date de naissance lue sur la pièce."
        } else {
            "Passez la pièce dans le lecteur. Deux dates fausses ont déjà été tapées pour cette personne."
        }
        .into(),
    });
    IdentityView {
        state,
        title,
        aside: open.reading.aside.clone(),
        band: open.reading.band.clone(),
        check_digits: open.reading.check_digits.clone(),
        rows: open.reading.rows.clone(),
        notice: open.identity_notice.clone().or(waiting),
        tries_left: open.tries_left,
        documents: DOCUMENTS
            .iter()
            .map(|(code, kind)| DocumentChoice {
                code: (*code).to_owned(),
                label: kind.label().to_owned(),
            })
            .collect(),
        awaits_photo: open.check.is_none() && open.evidence.is_some(),
        ways_out: open.reading.ways_out.clone(),
    }
}

fn password(office: &Office, open: &OpenHandover, step: u8) -> PasswordStepView {
    let strength = open.recipe.strength;
    let bits = strength.bits.floor();
    let rule = if open.policy.is_some() {
        "règle respectée"
    } else {
        "règle inconnue, force maximale"
    };
    PasswordStepView {
        state: match step {
            1 => StepState::Todo,
            // Ready and masked, until it leaves.
            2 => StepState::Current,
            _ => StepState::Done,
        },
        title: if open.check.is_some() {
            "Mot de passe provisoire généré".into()
        } else {
            "Mot de passe à générer".into()
        },
        aside: open.drawn_at.map_or_else(
            || "après la vérification".to_owned(),
            |at| format!("sur ce poste · {}", texts::clock(at, &office.zone)),
        ),
        strength: open.check.is_some().then(|| match strength.form {
            PasswordForm::Phrase => {
                format!("{}\u{a0}mots, {bits}\u{a0}bits, {rule}", strength.units)
            }
            PasswordForm::Code => {
                format!("{}\u{a0}lettres, {bits}\u{a0}bits, {rule}", strength.units)
            }
        }),
        validity: open.check.is_some().then(|| {
            let facts = letter::facts(office, open, now(), LetterStatus::Active);
            format!(
                "Valable jusqu’au {}",
                short_moment(&facts.valid_until, ColumnLanguage::French)
            )
        }),
        may_redraw: open.progress.is_none() && open.password.is_some(),
    }
}

fn letter_step(office: &Office, open: &OpenHandover, step: u8) -> LetterStepView {
    let paper = open
        .progress
        .map_or(PaperSide::None, |progress| progress.paper);
    let out = paper.is_out();
    let language = match language_view(open.language) {
        LanguageView::French => "en français",
        LanguageView::English => "en anglais",
        LanguageView::Both => "en français et en anglais",
    };
    LetterStepView {
        state: match (step, out) {
            (1 | 2, _) if open.letter_notice.is_some() => StepState::Stopped,
            (1 | 2, _) => StepState::Todo,
            (_, true) => StepState::Done,
            (_, false) if open.letter_notice.is_some() => StepState::Stopped,
            (_, false) => StepState::Current,
        },
        title: match paper {
            // Not under way: a restart left it in doubt.
            PaperSide::Printing | PaperSide::Reprinting if !open.printing => {
                "La feuille est-elle sortie\u{202f}?".into()
            }
            PaperSide::None => "Lettre à imprimer".into(),
            PaperSide::Printing | PaperSide::Reprinting => "Impression…".into(),
            PaperSide::Out if open.saved_to.is_some() && open.copies == 1 => {
                "Lettre enregistrée".into()
            }
            PaperSide::Out => "Lettre imprimée".into(),
        },
        aside: match open.printed_at {
            Some(at) if out => {
                format!(
                    "exemplaire {} · {}",
                    open.copies,
                    texts::clock(at, &office.zone)
                )
            }
            // The button says what this page will say.
            Some(_) | None if open.may_print_unconfirmed() => String::new(),
            Some(_) | None => format!("1\u{a0}page, {language}"),
        },
        notice: open.letter_notice.clone(),
        may_print_again: out
            && (open.may_print_confirmed()
                || open.may_print_unconfirmed()
                || open.may_print_offline()),
        saved_to: open.saved_to.clone(),
    }
}

fn directory_step(office: &Office, open: &OpenHandover, step: u8) -> DirectoryStepView {
    let side = open.progress.map(|progress| progress.directory);
    let (state, title, aside) = match (side, open.synced_at) {
        (Some(DirectorySide::Applied), Some(at)) => (
            StepState::Done,
            format!(
                "Synchronisé à\u{a0}{}",
                texts::clock_seconds(at, &office.zone)
            ),
            // « L’accès fonctionne » is the screen's own line, from `proven`.
            String::new(),
        ),
        (Some(DirectorySide::Applied), None) => {
            (StepState::Current, "Relecture…".to_owned(), String::new())
        }
        (Some(DirectorySide::Sending), _) => (
            StepState::Current,
            "Envoi…".to_owned(),
            "La lettre s’imprime dès la réponse de l’annuaire.".to_owned(),
        ),
        (Some(DirectorySide::Unknown), _) => (
            StepState::Current,
            "Vérification en cours".to_owned(),
            String::new(),
        ),
        (
            Some(DirectorySide::Superseded | DirectorySide::Contested | DirectorySide::Stranded),
            _,
        ) => (StepState::Stopped, "À trancher".to_owned(), String::new()),
        (Some(DirectorySide::Refused), _) => {
            (StepState::Stopped, "Refusé".to_owned(), String::new())
        }
        (Some(DirectorySide::Unsound), _) => (
            StepState::Stopped,
            "Écrit, mais l’accès ne fonctionne pas".to_owned(),
            String::new(),
        ),
        // Beside the key that says the sheet is out, there is no room for more.
        (Some(DirectorySide::NotSent), _)
            if open
                .progress
                .is_some_and(|progress| progress.sealed && progress.is_open()) =>
        {
            (
                StepState::Todo,
                "Enregistré sur ce poste".to_owned(),
                String::new(),
            )
        }
        (Some(DirectorySide::NotSent), _)
            if open.progress.is_some_and(|progress| progress.sealed) =>
        {
            (
                StepState::Todo,
                "Enregistré sur ce poste, part au retour du réseau".to_owned(),
                String::new(),
            )
        }
        (Some(DirectorySide::NotSent), _)
            if open.passwords_refused > 0 && open.directory_notice.is_some() =>
        {
            (
                StepState::Stopped,
                "Mot de passe refusé".to_owned(),
                String::new(),
            )
        }
        (Some(DirectorySide::NotSent) | None, _) => (
            StepState::Todo,
            "À synchroniser".to_owned(),
            if step == 2 && !open.offline {
                "L’annuaire répond\u{a0}: l’accès marchera dès la remise de la lettre.".to_owned()
            } else {
                String::new()
            },
        ),
    };
    DirectoryStepView {
        state,
        title,
        aside,
        notice: open.directory_notice.clone(),
        proven: open.proven,
        written: matches!(side, Some(DirectorySide::Applied | DirectorySide::Unsound)),
    }
}

fn next(open: &OpenHandover) -> Option<NextView> {
    let view = |code, label: &str| {
        Some(NextView {
            code,
            label: label.to_owned(),
        })
    };
    if open.printing || (open.sending && !open.may_print_unconfirmed()) {
        return None;
    }
    if open.check.is_none() {
        return open.evidence.as_ref().and_then(|_| {
            view(
                NextCode::ConfirmPhoto,
                "Photo ressemblante\u{a0}: confirmer",
            )
        });
    }
    let not_yet_active = "Imprimer «\u{202f}pas encore actif\u{202f}»";
    let Some(progress) = open.progress else {
        let label = if open.offline {
            not_yet_active
        } else {
            "Envoyer et imprimer"
        };
        return view(NextCode::SendAndPrint, label);
    };
    match (progress.ending, progress.directory, progress.paper) {
        (Ending::Open, DirectorySide::NotSent, PaperSide::None) if open.offline => {
            view(NextCode::SendAndPrint, not_yet_active)
        }
        (Ending::Open, DirectorySide::NotSent, PaperSide::Out) if progress.sealed => {
            view(NextCode::Finish, "Feuille sortie\u{a0}: remise faite")
        }
        // A restart while printing: only the clerk knows.
        (
            Ending::Open,
            DirectorySide::NotSent | DirectorySide::Applied,
            PaperSide::Printing | PaperSide::Reprinting,
        ) if progress.sealed || progress.directory == DirectorySide::Applied => {
            view(NextCode::Finish, "Elle est sortie\u{a0}: remise faite")
        }
        (Ending::HandedOver | Ending::Voided, _, _) => view(NextCode::Leave, "Personne suivante"),
        (Ending::Open, DirectorySide::Applied, PaperSide::Out) => {
            view(NextCode::Finish, "Remise faite")
        }
        (Ending::Open, DirectorySide::Applied, PaperSide::None) if open.letter.is_some() => {
            view(NextCode::PrintAgain, "Imprimer la lettre")
        }
        (Ending::Open, DirectorySide::Unknown, PaperSide::None) if open.may_print_unconfirmed() => {
            view(
                NextCode::PrintAgain,
                "Imprimer «\u{202f}pas encore confirmé\u{202f}»",
            )
        }
        (Ending::Open, DirectorySide::NotSent, PaperSide::None) => {
            view(NextCode::SendAndPrint, "Envoyer et imprimer")
        }
        // The sheet is out: the same password goes again.
        (Ending::Open, DirectorySide::NotSent, PaperSide::Out) => {
            view(NextCode::SendAndPrint, "Envoyer de nouveau")
        }
        (Ending::Open, _, _) => None,
    }
}

fn abandon(open: &OpenHandover) -> AbandonView {
    let out = open
        .progress
        .is_some_and(|progress| progress.paper.is_out());
    let unknown = open
        .progress
        .is_some_and(|progress| progress.directory == DirectorySide::Unknown);
    let applied = open.progress.is_some_and(|progress| {
        matches!(
            progress.directory,
            DirectorySide::Applied | DirectorySide::Unsound
        )
    });
    let sealed = open.progress.is_some_and(|progress| progress.sealed);
    let question = if out && sealed {
        format!(
            "Abandonner la remise\u{202f}? Reprenez la lettre nº\u{a0}{} et détruisez-la\u{a0}: elle n’ouvrira rien, rien n’est parti.",
            open.number
        )
    } else if out {
        format!(
            "Abandonner la remise\u{202f}? Reprenez la lettre nº\u{a0}{} et détruisez-la. L’ancien mot de passe ne vaut plus.",
            open.number
        )
    } else if unknown {
        "Abandonner la remise\u{202f}? L’envoi a pu aboutir\u{a0}: l’ancien mot de passe ne vaut peut-être plus, et il faudra recommencer.".to_owned()
    } else if applied {
        "Abandonner la remise\u{202f}? L’ancien mot de passe ne vaut plus et aucune lettre n’est sortie\u{a0}: il faudra recommencer.".to_owned()
    } else {
        "Abandonner la remise\u{202f}? Le mot de passe généré est détruit, rien n’est parti."
            .to_owned()
    };
    AbandonView {
        allowed: !open.busy(),
        question,
        silent: open.untouched(),
    }
}

fn preview(office: &Office, open: &OpenHandover) -> LetterPreview {
    let unknown = open
        .progress
        .is_some_and(|progress| progress.directory == DirectorySide::Unknown);
    let status = if unknown {
        LetterStatus::NotYetConfirmed
    } else if open.offline
        && !open
            .progress
            .is_some_and(|progress| progress.directory == DirectorySide::Applied)
    {
        LetterStatus::NotYetActive
    } else {
        LetterStatus::Active
    };
    let facts = letter::facts(office, open, now(), status);
    let text = letter::words(office, open, &facts);
    LetterPreview {
        establishment: text.establishment.clone(),
        sender_lines: text.sender_lines.clone(),
        date: text
            .columns
            .first()
            .map(|column| plain(&column.date))
            .unwrap_or_default(),
        number: text.number.clone(),
        recipient_lines: text.recipient_lines.clone(),
        columns: text.columns.iter().map(column).collect(),
        login: text.login.clone(),
        footer: text
            .columns
            .first()
            .map(|column| plain(&column.footer))
            .unwrap_or_default(),
    }
}

fn plain(text: &RichText) -> String {
    text.to_string()
}

fn column(column: &ColumnText) -> LetterColumn {
    let all = |texts: &[RichText]| texts.iter().map(plain).collect();
    LetterColumn {
        lang: column.language.code().to_owned(),
        title: plain(&column.title),
        greeting: plain(&column.greeting),
        login_label: plain(&column.login_label),
        login_note: plain(&column.login_note),
        password_label: plain(&column.password_label),
        password_note: plain(&column.password_note),
        password_place: match column.language {
            ColumnLanguage::French => "imprimé ici".into(),
            ColumnLanguage::English => "printed here".into(),
        },
        status: column.status.as_ref().map(plain),
        steps_title: plain(&column.steps_title),
        steps: all(&column.steps),
        shared_post: plain(&column.shared_post),
        rules: all(&column.rules),
        help: plain(&column.help),
    }
}
