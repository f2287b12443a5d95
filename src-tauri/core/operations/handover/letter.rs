//! The letter of an open handover: its facts, its words, its pages in memory. The password enters at the last step only.

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::open::OpenHandover;
use crate::domain::letter::{Establishment, LetterFacts, LetterStatus, LetterText, LocalName};
use crate::letters;
use crate::operations::{Office, OperationError};

pub(super) fn facts(
    office: &Office,
    open: &OpenHandover,
    at: Timestamp,
    status: LetterStatus,
) -> LetterFacts {
    use jiff::ToSpan;
    let settings = &office.settings;
    let zone = office.zone.clone();
    let from = office.in_server_time(at);
    let until = open
        .valid_until
        .or_else(|| from.checked_add(settings.handover.valid_hours.hours()).ok())
        .unwrap_or(from);
    let unit = open
        .person
        .attachments
        .first()
        .and_then(|attachment| attachment.structure.as_ref())
        .map(|code| office.structure_name(code));
    LetterFacts {
        number: open.number.clone(),
        family_name: open.person.names.family.clone(),
        given_name: open.person.names.given.clone(),
        unit,
        login: open
            .person
            .login
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        issued_on: office.in_server_time(at).to_zoned(zone.clone()).date(),
        place: settings.letter.place.clone(),
        valid_until: until.to_zoned(zone),
        portal: LocalName {
            french: settings.establishment.portal.clone(),
            english: settings.establishment.portal_en.clone(),
        },
        activation_url: settings.establishment.activation_url.clone(),
        desk: LocalName {
            french: settings.letter.desk.clone(),
            english: settings.letter.desk_en.clone(),
        },
        desk_hours: LocalName {
            french: settings.letter.desk_hours.clone(),
            english: settings.letter.desk_hours_en.clone(),
        },
        establishment: Establishment {
            name: settings.establishment.name.clone(),
            service_lines: settings.letter.service_lines.clone(),
            contact: settings.establishment.contact.clone(),
            dpo: settings.establishment.dpo.clone(),
            retention_months: settings.establishment.retention_months,
        },
        status,
        qr: settings.letter.qr,
        copy: open.copies + 1,
        leaf: None,
    }
}

pub(super) fn words(office: &Office, open: &OpenHandover, facts: &LetterFacts) -> LetterText {
    LetterText::fill(&office.template, facts, open.language)
}

/// Lays the letter out in memory.
///
/// # Errors
/// `letter`: a glyph that no font has, or words that do not fit, block the print with the person's name.
pub(super) fn lay_out(
    office: &Office,
    open: &OpenHandover,
    at: Timestamp,
    status: LetterStatus,
) -> Result<Zeroizing<Vec<u8>>, OperationError> {
    let facts = facts(office, open, at, status);
    let text = words(office, open, &facts);
    let password = open
        .password
        .as_ref()
        .ok_or_else(|| OperationError::new("notYet", "Le mot de passe n’est pas encore généré."))?;
    let mut identifier = [0u8; 16];
    getrandom::fill(&mut identifier)
        .map_err(|_| OperationError::new("random", "Ce poste ne fournit pas de hasard."))?;
    // The letter is the one place where the person reads it.
    letters::lay_out(
        &text,
        &facts,
        office.logo.as_ref(),
        password.expose(),
        identifier,
        at,
    )
    .map(Zeroizing::new)
    .map_err(|error| OperationError::new("letter", error.sentence()))
}
