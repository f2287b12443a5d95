//! A person's sheet: read afresh from the directory, opened on « Ce qui bloque la connexion ».
//! The birth date stays masked, the recovery address is only said to exist.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::policies::{keep_policy, known_policy};
use super::{
    ActionView, AttachmentView, DiagnosisView, EventView, FactView, FreshnessKind, FreshnessView,
    PersonRow, PersonSheet,
};
use crate::directory::DirectoryError;
use crate::domain::account::PasswordPolicy;
use crate::domain::birth_date::PartialDate;
use crate::domain::diagnosis::{
    Diagnosis, DiagnosisContext, RefusalReason, Remedy, Weight, diagnose,
};
use crate::domain::person::{NumberKind, Person, PersonId, Population};
use crate::operations::handover::{letters_of, numbers_elsewhere};
use crate::operations::session::{Tone, may_work_offline};
use crate::operations::{Office, OperationError};
use crate::texts;

/// What is known of a person right now, and whether it comes from the directory or from the copy.
pub(crate) struct Seen {
    pub person: Person,
    pub policy: Option<PasswordPolicy>,
    pub fresh: bool,
    pub at: Timestamp,
}

/// Reads the sheet; when the directory does not answer, the copy is shown and says so, and nothing can be handed over.
///
/// # Errors
/// `notFound` when neither knows the person; `signedOut`, `locked`.
pub async fn show(office: &Office, person: &str) -> Result<PersonSheet, OperationError> {
    office.clerk()?;
    let id = person_id(person)?;
    let seen = read(office, id).await?;
    let numbers = if seen.fresh && seen.person.within_perimeter {
        numbers_elsewhere(office, &seen.person).await
    } else {
        HashMap::new()
    };
    Ok(sheet(office, &seen, &numbers))
}

pub(crate) fn person_id(text: &str) -> Result<PersonId, OperationError> {
    text.parse().map_err(|_| {
        OperationError::new(
            "notFound",
            "Cette fiche n’existe pas. Cherchez la personne de nouveau.",
        )
    })
}

pub(crate) async fn read(office: &Office, id: PersonId) -> Result<Seen, OperationError> {
    match read_afresh(office, id).await {
        Ok((person, policy)) => Ok(Seen {
            person,
            policy,
            fresh: true,
            at: office.hour(),
        }),
        Err(unreachable @ DirectoryError::Unreachable(_)) => {
            let owner = super::owner(&office.clerk()?);
            let copy = office.store.read(|reader| {
                let person = reader.person(&owner, id)?;
                Ok(person.zip(reader.filled_at(&owner)?))
            })?;
            copy.map(|(person, at)| Seen {
                policy: known_policy(office, &person),
                person,
                fresh: false,
                at,
            })
            .ok_or_else(|| {
                let error = OperationError::from(unreachable);
                let message = format!("Jamais vue par ce poste. {}", error.message);
                OperationError { message, ..error }
            })
        }
        Err(error) => Err(error.into()),
    }
}

async fn read_afresh(
    office: &Office,
    id: PersonId,
) -> Result<(Person, Option<PasswordPolicy>), DirectoryError> {
    let person = office.directory.person(id).await?;
    let policy = office.directory.policy(&person).await?;
    keep_policy(office, &person, policy.as_ref());
    Ok((person, policy))
}

pub(crate) fn today(office: &Office, at: Timestamp) -> Date {
    at.to_zoned(office.zone.clone()).date()
}

pub(crate) fn diagnosis(office: &Office, seen: &Seen) -> Diagnosis {
    // An account is not closed because this post's clock jumped.
    let at = office.hour();
    let clerk = office.clerk().map(|clerk| clerk.dn).unwrap_or_default();
    diagnose(
        &seen.person,
        &DiagnosisContext {
            now: at,
            today: today(office, at),
            policy: seen.policy.as_ref(),
            provisional_hours: office.settings.handover.valid_hours,
            clerk_dn: &clerk,
        },
    )
}

/// One line of the result list.
/// The birth date whose year a row shows.
pub(super) fn shown_birth(person: &Person) -> Option<&PartialDate> {
    person.birth.as_ref().filter(|_| person.within_perimeter)
}

pub(crate) fn row(office: &Office, person: &Person) -> PersonRow {
    let at = office.hour();
    let today = today(office, at);
    let seen = Seen {
        person: person.clone(),
        policy: None,
        fresh: false,
        at,
    };
    let state = diagnosis(office, &seen).state;
    let population = person.main_population(today);
    let mut parts = vec![texts::population_word(population, person.civility).to_owned()];
    let attachment = person
        .attachments
        .iter()
        .find(|attachment| attachment.population == population);
    if let Some(detail) = attachment.and_then(|attachment| attachment.detail.as_ref()) {
        parts[0].push(' ');
        parts[0].push_str(detail);
    }
    let structure = attachment
        .and_then(|attachment| attachment.structure.as_ref())
        .or(person.main_structure.as_ref());
    if let Some(structure) = structure {
        parts.push(office.structure_name(structure));
    }
    if let Some(birth) = shown_birth(person) {
        parts.push(format!(
            "{} en {}",
            texts::born(person.civility),
            birth.year()
        ));
    }
    PersonRow {
        id: person.id.to_string(),
        family_name: person.names.family.clone(),
        given_name: person.names.given.clone(),
        line: parts.join(" · "),
        population: texts::population(population),
        state: texts::state(&state, at, &office.zone),
        family_marks: Vec::new(),
        given_marks: Vec::new(),
        within_perimeter: person.within_perimeter,
        homonym: None,
        reason: None,
    }
}

fn sheet(office: &Office, seen: &Seen, numbers: &HashMap<Uuid, String>) -> PersonSheet {
    let person = &seen.person;
    let at = office.hour();
    let today = today(office, at);
    let diagnosis = diagnosis(office, seen);
    PersonSheet {
        id: person.id.to_string(),
        family_name: person.names.family.clone(),
        given_name: person.names.given.clone(),
        subtitle: subtitle(office, person),
        population: texts::population(person.main_population(today)),
        state: texts::state(&diagnosis.state, at, &office.zone),
        freshness: freshness(office, seen),
        diagnosis: diagnosis_view(office, seen, &diagnosis),
        facts: if person.within_perimeter {
            facts(person)
        } else {
            Vec::new()
        },
        attachments: attachments(office, person, today),
        letters: if person.within_perimeter {
            letters_of(office, person, numbers)
        } else {
            Vec::new()
        },
        events: events(office, person, at),
        within_perimeter: person.within_perimeter,
    }
}

fn freshness(office: &Office, seen: &Seen) -> FreshnessView {
    const OLD_HOURS: i64 = 12;
    if seen.fresh {
        let clock = texts::clock(seen.at, &office.zone);
        return FreshnessView {
            kind: FreshnessKind::Directory,
            text: format!("Lu dans l’annuaire à\u{a0}{clock}"),
        };
    }
    let old = office.hour().as_second() - seen.at.as_second() > OLD_HOURS * 3600;
    let copy = texts::copy_of(seen.at, office.hour(), &office.zone);
    FreshnessView {
        kind: if old {
            FreshnessKind::OldCopy
        } else {
            FreshnessKind::Copy
        },
        text: if old {
            format!("Copie {copy}\u{a0}: vérifiez avant d’agir")
        } else {
            format!("Copie {copy}, peut avoir changé")
        },
    }
}

fn subtitle(office: &Office, person: &Person) -> String {
    let places: Vec<String> = person
        .attachments
        .iter()
        .filter_map(|attachment| attachment.structure.as_ref())
        .map(|code| office.structure_name(code))
        .collect();
    match (person.attachments.len(), places.is_empty()) {
        (0, _) | (_, true) => person
            .main_structure
            .as_ref()
            .map(|code| office.structure_name(code))
            .unwrap_or_default(),
        (1, false) => places.join(""),
        (2, false) => format!(
            "Un compte, deux rattachements\u{a0}: {}",
            places.join(" et ")
        ),
        (count, false) => format!(
            "Un compte, {count}\u{a0}rattachements\u{a0}: {}",
            places.join(", ")
        ),
    }
}

fn diagnosis_view(office: &Office, seen: &Seen, diagnosis: &Diagnosis) -> DiagnosisView {
    let at = office.hour();
    let portal = &office.settings.establishment.portal;
    let blocks = diagnosis
        .findings
        .iter()
        .any(|(weight, _)| *weight == Weight::Blocks);
    let warns = diagnosis
        .findings
        .iter()
        .any(|(weight, _)| *weight == Weight::Warns);
    let ready = "30\u{a0}s\u{a0}: vérifier, générer, imprimer.";
    let (label, allowed, primary, note) = match diagnosis.remedy {
        Remedy::HandOver => ("Remettre un accès", true, true, ready.to_owned()),
        Remedy::HandOverAgain => (
            "Remettre à nouveau",
            true,
            true,
            "La lettre précédente ne vaudra plus.".to_owned(),
        ),
        Remedy::HandOverIfAsked => (
            "Remettre un accès",
            true,
            false,
            "Le compte fonctionne. Si la personne a oublié son mot de passe.".to_owned(),
        ),
        Remedy::Refused(reason) => {
            let population = seen.person.main_population(today(office, at));
            let route = match (reason, population) {
                (RefusalReason::Expired, Population::Alumni) => {
                    texts::expired_graduate(office.settings.establishment.alumni_desk.as_deref())
                }
                (_, _) => texts::refusal(reason),
            };
            ("Remettre un accès", false, false, route)
        }
    };
    let (allowed, note) = match may_work_offline(office) {
        _ if seen.fresh || !allowed => (allowed, note),
        Ok(_) => (
            true,
            "Hors ligne\u{a0}: la lettre dira «\u{202f}pas encore actif\u{202f}», l’envoi partira au retour du réseau."
                .to_owned(),
        ),
        Err(bar) => (
            false,
            format!("L’annuaire ne répond pas. {}", bar.sentence()),
        ),
    };
    DiagnosisView {
        title: if blocks {
            "Ce qui bloque la connexion".into()
        } else {
            "Rien ne bloque la connexion".into()
        },
        // Red is for what the desk cannot open; what a handover opens is amber.
        tone: match (blocks, warns, allowed) {
            (true, _, false) => Tone::Bad,
            (true, _, true) | (false, true, _) => Tone::Warn,
            (false, false, _) => Tone::Ok,
        },
        lines: diagnosis
            .findings
            .iter()
            .map(|(weight, finding)| texts::finding(*weight, finding, portal, at, &office.zone))
            .collect(),
        action: ActionView {
            label: label.to_owned(),
            allowed,
            primary,
            note,
        },
    }
}

fn fact(label: &str, value: impl Into<String>) -> FactView {
    FactView {
        label: label.to_owned(),
        value: value.into(),
        note: None,
        mono: false,
        tone: None,
        wide: false,
    }
}

fn facts(person: &Person) -> Vec<FactView> {
    let mut facts = Vec::new();
    if let Some(login) = &person.login {
        facts.push(FactView {
            note: Some("Ce n’est pas le courriel".into()),
            mono: true,
            ..fact("Identifiant", login.as_str())
        });
    }
    if let Some(birth) = &person.birth {
        facts.push(FactView {
            note: Some("Demandée à la vérification".into()),
            ..fact("Naissance", format!("••/••/{}", birth.year()))
        });
    }
    facts.push(if person.recovery.has_mail {
        FactView {
            note: person.recovery.mail.as_deref().map(masked_mail),
            ..fact("Secours", "Enregistrée")
        }
    } else {
        FactView {
            note: Some("À ajouter sur le portail".into()),
            tone: Some(Tone::Warn),
            ..fact("Secours", "Absente")
        }
    });
    facts.push(match person.recovery.mobile.as_deref() {
        Some(mobile) => fact("Mobile", masked_mobile(mobile)),
        None if person.recovery.has_mobile => fact("Mobile", "Enregistré"),
        None => fact("Mobile", "Aucun"),
    });
    for number in &person.numbers {
        let label = match number.kind {
            NumberKind::Student => "Nº étudiant",
            NumberKind::Staff => "Nº personnel",
            NumberKind::Ine => "INE",
        };
        facts.push(FactView {
            mono: true,
            ..fact(label, number.value.as_str())
        });
    }
    if let Some(mail) = &person.mail {
        facts.push(FactView {
            wide: true,
            ..fact("Courriel", mail.as_str())
        });
    }
    facts
}

/// First letter and domain: enough for the person to recognise it, not for the room to read it.
fn masked_mail(mail: &str) -> String {
    match mail.split_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        None => "•••".to_owned(),
    }
}

fn masked_mobile(mobile: &str) -> String {
    let digits: Vec<char> = mobile.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.iter().rev().take(4).rev().collect();
    let (left, right) = last.split_at(last.len().min(2));
    format!("•• •• •• {left} {right}").trim_end().to_owned()
}

fn attachments(office: &Office, person: &Person, today: Date) -> Vec<AttachmentView> {
    person
        .attachments
        .iter()
        .map(|attachment| {
            let mut facts = Vec::new();
            if let Some(code) = &attachment.structure {
                facts.push(FactView {
                    wide: true,
                    ..fact("Structure", office.structure_name(code))
                });
            }
            if let Some(detail) = &attachment.detail {
                facts.push(fact("Niveau", detail.as_str()));
            }
            facts.push(fact(
                "Fin",
                attachment
                    .end
                    .map_or_else(|| "sans date".to_owned(), |end| texts::day(end, today)),
            ));
            AttachmentView {
                population: texts::population(attachment.population),
                title: texts::attachment_title(attachment.population).to_owned(),
                current: attachment.end.is_none_or(|end| end >= today),
                facts,
            }
        })
        .collect()
}

fn events(office: &Office, person: &Person, at: Timestamp) -> Vec<EventView> {
    let account = &person.account;
    let mut events: Vec<(Timestamp, String)> = Vec::new();
    if let Some(success) = account.last_success {
        // While the change is still due, the counter's own trial of a letter looks the same as its owner's first bind.
        let word = if account.must_change {
            "Mot de passe provisoire essayé"
        } else {
            "Dernière connexion réussie"
        };
        events.push((success, word.into()));
    }
    if let Some(failure) = account.last_failure {
        events.push((failure, "Dernier essai raté".into()));
    }
    if let Some(given) = account.newest_marker_time() {
        events.push((given, "Accès remis par un guichet".into()));
    } else if let Some(changed) = account.password_changed {
        events.push((changed, "Mot de passe choisi".into()));
    }
    events.sort_by_key(|(when, _)| std::cmp::Reverse(*when));
    let today = today(office, at);
    events
        .into_iter()
        .map(|(when, text)| {
            let local = when.to_zoned(office.zone.clone());
            EventView {
                when: format!(
                    "{} {}",
                    texts::day(local.date(), today),
                    local.strftime("%H:%M")
                ),
                text,
            }
        })
        .collect()
}
