//! « Transmettre »: the text that a clerk copies for the IT desk when the directory did not take a sending.
//! Names the letter, the login and the reason; never a password, a birth date or a document.

use crate::domain::handover::DirectorySide;
use crate::operations::Office;
use crate::operations::office::now;
use crate::operations::session::post_name;
use crate::store::HandoverRecord;
use crate::texts;

/// The text, for an act that somebody else has to deal with; `None` for any other. `kept`: it is still sealed here.
pub(super) fn report(
    office: &Office,
    record: &HandoverRecord,
    outcome: &str,
    kept: bool,
) -> Option<String> {
    let dead = matches!(
        record.progress.directory,
        DirectorySide::Refused | DirectorySide::Unsound
    ) && record.progress.is_over();
    if !kept && !dead {
        return None;
    }
    let number = &record.number;
    let desk = format!(
        "{} ({})",
        office.settings.letter.desk, office.settings.establishment.contact
    );
    let person = record.person_login.as_ref().map_or_else(
        || format!("Fiche\u{a0}: {}", record.person),
        |login| format!("Identifiant de la personne\u{a0}: {login}"),
    );
    let wanted = if kept {
        format!(
            "L’envoi est gardé, chiffré, sur ce poste. À faire partir sous les droits d’un agent qui gère cette personne \
             (guichet recover letters --send {number}), ou à annuler."
        )
    } else {
        "Rien n’est gardé\u{a0}: à voir avec la fiche, puis une nouvelle remise.".to_owned()
    };
    Some(format!(
        "Pour\u{a0}: {desk}\n\
         Lettre nº\u{a0}{number}, remise {} par {}, {}, et refusée par l’annuaire.\n\
         {person}\n\
         Motif\u{a0}: {outcome}\n\
         {wanted}",
        texts::day_and_clock(record.made_at, now(), &office.zone),
        record.clerk_name,
        post_name(&office.settings),
    ))
}
