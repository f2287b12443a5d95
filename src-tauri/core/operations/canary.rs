//! « guichet doctor --canary »: before a site goes live, an IT account proves on a test entry what the directory does
//! with a handover: hashed, must-change kept, marker and nothing beside it, record add-only.
//! Needs neither the keyring nor the store; shows no password, and leaves the test entry with one that nobody knows.

use std::time::Instant;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::doctor::{Check, check};
use super::office::{OperationError, now};
use super::site_files::open_ldap;
use crate::directory::{
    CanaryFindings, Directory, DirectoryError, HandoverEntry, HandoverNote, OpenLdap,
    PasswordWrite, Proof, RecordFindings, SignInRefusal, Stored, WriteProblem,
};
use crate::domain::password::{PasswordForm, ProvisionalPassword, Recipe};
use crate::domain::person::{Login, Person};
use crate::settings::{Hashing, Settings};
use crate::texts;

/// Runs the trial; the record is tried only with a clerk, who alone may add one.
///
/// # Errors
/// `canary` when the settings name no test entry or the account does not open, `settings` when the authority's file does
/// not suit, `unreachable` or `certificate` as any read: nothing was tried.
pub async fn canary(
    settings: &Settings,
    password: Zeroizing<String>,
    clerk: Option<(&str, Zeroizing<String>)>,
) -> Result<Vec<Check>, OperationError> {
    let refused = |message: String| OperationError::new("canary", message);
    let Some(canary) = &settings.directory.canary else {
        return Err(refused(
            "Les réglages ne nomment ni fiche d’essai ni compte (directory.canary). Rien n’a été essayé."
                .to_owned(),
        ));
    };
    let started = Instant::now();
    let office = open_ldap(settings)?;
    office
        .bind_account(&canary.account, password)
        .await
        .map_err(|refusal| match refusal {
            SignInRefusal::Directory(error) => error.into(),
            SignInRefusal::InvalidCredentials
            | SignInRefusal::MustChange
            | SignInRefusal::Expired
            | SignInRefusal::Locked
            | SignInRefusal::NoRole
            | SignInRefusal::UnknownLogin
            | SignInRefusal::AmbiguousLogin
            | SignInRefusal::ReadAccount(_) => refused(
                "L’annuaire refuse le compte d’essai (directory.canary.account). Rien n’a été essayé. Vérifiez son DN et son mot de passe.".to_owned(),
            ),
        })?;
    let entry = office.entry_at(&canary.entry).await.map_err(|error| {
        tracing::info!(%error, "canary");
        refused("La fiche d’essai ne se lit pas (directory.canary.entry). Rien n’a été essayé. Vérifiez son DN et les droits du compte.".to_owned())
    })?;
    let mut checks = vec![check(
        "compte",
        true,
        "Le compte d’essai s’ouvre et lit la fiche d’essai.".into(),
        started,
    )];
    let first = trial(&entry)?;
    write(&office, settings.directory.hashing, &first, &mut checks).await;
    if let Some((login, password)) = clerk {
        record(&office, settings, &entry, login, password, &mut checks).await?;
    }
    checks.push(tidy(&office, &canary.entry, first.operation).await?);
    office.sign_out().await;
    Ok(checks)
}

fn drawn() -> Result<ProvisionalPassword, OperationError> {
    Recipe::for_policy(PasswordForm::Phrase, None, true)
        .draw(getrandom::fill)
        .map_err(|_| {
            OperationError::new(
                "random",
                "Ce poste n’a pas de source de hasard. Rien n’a été essayé.",
            )
        })
}

fn trial(entry: &Person) -> Result<PasswordWrite, OperationError> {
    Ok(PasswordWrite {
        operation: Uuid::now_v7(),
        person_dn: entry.dn.clone(),
        password: drawn()?,
        seen_change: entry.account.password_changed,
    })
}

fn trial_record(settings: &Settings, entry: &Person) -> HandoverEntry {
    HandoverEntry {
        operation: Uuid::now_v7(),
        person_dn: entry.dn.clone(),
        note: HandoverNote {
            person: entry.id.to_string(),
            number: "essai".to_owned(),
            post: settings.post.number,
            document: "essai".to_owned(),
            evidence: "essai".to_owned(),
            verdicts: Vec::new(),
            at: now().to_string(),
            handed_over_by: None,
        },
    }
}

async fn write(
    office: &OpenLdap,
    hashing: Hashing,
    write: &PasswordWrite,
    checks: &mut Vec<Check>,
) {
    let started = Instant::now();
    let findings = match office.try_write(write).await {
        Ok(findings) => findings,
        Err(problem) => {
            let sentence = match problem {
                WriteProblem::NotSent(error) => texts::directory(&error).1,
                WriteProblem::AnswerLost => {
                    "L’annuaire n’a pas répondu à l’écriture d’essai. Recommencez.".to_owned()
                }
                WriteProblem::Refused(refusal) => {
                    let (strong, _) = texts::write_refusal(&refusal);
                    format!(
                        "{strong} Vérifiez les droits du compte sur la fiche d’essai, puis la règle de mot de passe."
                    )
                }
            };
            checks.push(check("écriture", false, sentence, started));
            return;
        }
    };
    checks.extend(
        told(&findings, hashing).map(|(name, ok, sentence)| check(name, ok, sentence, started)),
    );
}

/// Each finding in a sentence with its remedy.
fn told(findings: &CanaryFindings, hashing: Hashing) -> [(&'static str, bool, String); 4] {
    let opens = matches!(
        findings.proof,
        Ok(Proof::OpensAndMustChange | Proof::OpensWithoutChange)
    );
    let (hashed, stored) = match (&findings.stored, hashing) {
        (Stored::InClear, _) => (
            false,
            "L’annuaire garde le mot de passe en clair. N’ouvrez aucun guichet\u{a0}: activez ppolicy_hash_cleartext, ou réglez directory.hashing sur argon2id.",
        ),
        (Stored::NotComparable(_), _) => (
            false,
            "Le compte d’essai ne peut pas comparer userPassword sur la fiche d’essai\u{a0}: le hachage n’est pas prouvé. Donnez-lui ce droit sur elle seule.",
        ),
        (Stored::Hashed, Hashing::Server) => (
            true,
            "L’annuaire hache le mot de passe qu’il reçoit (hashing = server).",
        ),
        (Stored::Hashed, Hashing::Argon2id) if opens => (
            true,
            "L’annuaire garde le hachage argon2id de Guichet et sait le vérifier.",
        ),
        (Stored::Hashed, Hashing::Argon2id) => (
            false,
            "L’annuaire garde le hachage argon2id de Guichet mais ne sait pas le vérifier. Chargez son module argon2, ou revenez à hashing = server.",
        ),
    };
    let (forced, change) = match &findings.proof {
        Ok(Proof::OpensAndMustChange) if findings.must_change => (
            true,
            "Le mot de passe provisoire s’ouvre, et l’annuaire exige son changement.",
        ),
        Ok(Proof::OpensAndMustChange) => (
            false,
            "L’annuaire exige le changement mais pwdReset ne se relit pas. Donnez le droit de le lire.",
        ),
        Ok(Proof::OpensWithoutChange) => (
            false,
            "Le mot de passe provisoire s’ouvre sans exiger son changement. Mettez pwdMustChange: TRUE dans la règle.",
        ),
        Ok(Proof::DoesNotOpen) => (
            false,
            "Le mot de passe provisoire ne s’ouvre pas. Vérifiez que la fiche d’essai n’est ni verrouillée ni expirée.",
        ),
        Err(_) => (
            false,
            "Le mot de passe provisoire n’a pas pu être essayé. Recommencez.",
        ),
    };
    let mark = if findings.marked {
        "Le repère de la remise s’écrit avec le mot de passe et se relit."
    } else {
        "Le repère de la remise ne se relit pas. Donnez le droit de lire supannRefId."
    };
    let label = if findings.refuses_other_labels {
        "Un repère qui n’est pas celui de Guichet est refusé."
    } else {
        "Un repère qui n’est pas celui de Guichet est accepté. Restreignez le droit par val.regex=\"^[{]GUICHET[}]\"."
    };
    [
        ("hachage", hashed, stored.to_owned()),
        ("changement", forced, change.to_owned()),
        ("repère", findings.marked, mark.to_owned()),
        ("étiquette", findings.refuses_other_labels, label.to_owned()),
    ]
}

async fn record(
    office: &OpenLdap,
    settings: &Settings,
    entry: &Person,
    login: &str,
    password: Zeroizing<String>,
    checks: &mut Vec<Check>,
) -> Result<(), OperationError> {
    let started = Instant::now();
    let clerk = open_ldap(settings)?;
    let signed_in = match Login::new(login) {
        Some(login) => clerk.sign_in(&login, password).await,
        None => Err(SignInRefusal::InvalidCredentials),
    };
    if let Err(refusal) = signed_in {
        let (_, sentence) = texts::sign_in(&refusal, &settings.establishment.portal);
        checks.push(check("registre", false, sentence, started));
        return Ok(());
    }
    let added = trial_record(settings, entry);
    let tried = clerk.try_record(&added).await;
    clerk.sign_out().await;
    let (ok, sentence) = add_only(tried.as_ref());
    checks.push(check("registre", ok, sentence, started));
    let started = Instant::now();
    let purged = office.purge_record(added.operation).await;
    if tried.is_ok() {
        checks.push(match purged {
            // Gone already: the finding above says who let it go.
            Ok(()) | Err(DirectoryError::NotFound) => check(
                "purge",
                true,
                "La fiche d’essai du registre est effacée par le compte d’essai.".into(),
                started,
            ),
            Err(_) => check(
                "purge",
                false,
                format!(
                    "Le compte d’essai ne peut pas effacer une fiche du registre\u{a0}: la fiche {} reste. Donnez-lui ce droit pour la purge.",
                    added.operation
                ),
                started,
            ),
        });
    }
    Ok(())
}

fn add_only(tried: Result<&RecordFindings, &DirectoryError>) -> (bool, String) {
    match tried {
        Ok(found) if found.allowed.is_empty() && found.unchanged => (
            true,
            "Le registre des remises accepte l’ajout et refuse tout changement ensuite.".to_owned(),
        ),
        Ok(found) if found.allowed.is_empty() => (
            false,
            "La fiche ajoutée au registre ne se relit pas telle qu’elle était. Vérifiez les droits de la branche directory.records.".to_owned(),
        ),
        Ok(found) => (
            false,
            format!(
                "Le registre des remises laisse un agent changer une fiche écrite ({}). Reprenez les règles d’accès livrées avec Guichet.",
                found.allowed.join(", ")
            ),
        ),
        Err(_) => (
            false,
            "L’agent ne peut pas ajouter au registre des remises. Vérifiez directory.records et les droits de son rôle.".to_owned(),
        ),
    }
}

/// A last password that nobody keeps, and the markers of the trial taken away.
async fn tidy(office: &OpenLdap, entry: &str, first: Uuid) -> Result<Check, OperationError> {
    let started = Instant::now();
    let cleared = async {
        let person = office.entry_at(entry).await.ok()?;
        let last = trial(&person).ok()?;
        office.try_write(&last).await.ok()?;
        office
            .remove_markers(entry, &[first, last.operation])
            .await
            .ok()
    };
    Ok(if cleared.await.is_some() {
        check(
            "ménage",
            true,
            "La fiche d’essai garde un mot de passe que personne ne connaît, sans repère.".into(),
            started,
        )
    } else {
        check(
            "ménage",
            false,
            "La fiche d’essai n’a pas pu être remise en ordre. Changez son mot de passe vous-même."
                .into(),
            started,
        )
    })
}
