//! Whose sends wait on this post, for the screens before any session: the lock and the sign-in.
//! Names clerks and counts; never a person.

use crate::domain::handover::DirectorySide;
use crate::operations::Office;
use crate::operations::office::now;
use crate::operations::session::{Notice, Tone};

/// One sentence a clerk, in the order of their oldest send. A store that cannot be read says so once a clerk is there.
pub(crate) fn waiting_here(office: &Office) -> Vec<Notice> {
    let read = office.store.read(|reader| {
        let acts = reader.sent_late(now())?;
        Ok((acts, reader.barred_acts()?))
    });
    let (acts, barred) = match read {
        Ok(read) => read,
        Err(error) => {
            tracing::warn!(%error, "what waits is not read");
            return Vec::new();
        }
    };
    let mut clerks: Vec<Waiting> = Vec::new();
    for (record, _) in acts.iter().filter(|(record, _)| record.progress.waits()) {
        let place = clerks
            .iter()
            .position(|waiting| waiting.clerk == record.clerk_name);
        let place = place.unwrap_or_else(|| {
            clerks.push(Waiting {
                clerk: record.clerk_name.clone(),
                ..Waiting::default()
            });
            clerks.len() - 1
        });
        let Some(waiting) = clerks.get_mut(place) else {
            continue;
        };
        // Lost with its server: nothing of it is left to send.
        if record.progress.directory == DirectorySide::Stranded {
            waiting.lost += 1;
        } else {
            waiting.sends += 1;
            waiting.asks +=
                u32::from(record.progress.is_to_decide() || barred.contains(&record.id));
        }
    }
    clerks.iter().flat_map(Waiting::notices).collect()
}

#[derive(Default)]
struct Waiting {
    clerk: String,
    sends: u32,
    /// Among them, those that do not leave without a decision.
    asks: u32,
    /// Letters that a lost server alone had.
    lost: u32,
}

impl Waiting {
    fn notices(&self) -> Vec<Notice> {
        let sends = (self.sends > 0).then(|| self.sends());
        sends.into_iter().chain(self.lost()).collect()
    }

    fn lost(&self) -> Option<Notice> {
        let Waiting { clerk, lost, .. } = self;
        let strong = match lost {
            0 => return None,
            1 => format!("1 lettre remise par {clerk} n’ouvre rien."),
            many => format!("{many}\u{a0}lettres remises par {clerk} n’ouvrent rien."),
        };
        Some(Notice {
            tone: Tone::Warn,
            strong,
            text: "Un serveur d’annuaire perdu l’avait seul acceptée\u{a0}: rappelez la personne (voyez «\u{202f}À \
                   synchroniser\u{202f}»)."
                .into(),
        })
    }

    fn sends(&self) -> Notice {
        let Waiting {
            clerk, sends, asks, ..
        } = self;
        let (strong, leaves) = if *sends == 1 {
            (
                format!("1 envoi de {clerk} attend ici, chiffré."),
                "Il part à sa prochaine session sur ce poste.",
            )
        } else {
            (
                format!("{sends}\u{a0}envois de {clerk} attendent ici, chiffrés."),
                "Ils partent à sa prochaine session sur ce poste.",
            )
        };
        let text = match (asks, sends) {
            (0, _) => leaves.to_owned(),
            (1, 1) => {
                "Il demande une décision\u{a0}: voyez «\u{202f}À synchroniser\u{202f}».".to_owned()
            }
            (1, _) => format!("{leaves} 1 demande une décision."),
            (many, _) => format!("{leaves} {many}\u{a0}demandent une décision."),
        };
        Notice {
            tone: Tone::Wait,
            strong,
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_several_and_what_asks_for_a_decision() {
        let said = |sends, asks| {
            let notice = Waiting {
                clerk: "Camille Roux".into(),
                sends,
                asks,
                lost: 0,
            }
            .sends();
            format!("{} {}", notice.strong, notice.text)
        };
        assert_eq!(
            said(1, 0),
            "1 envoi de Camille Roux attend ici, chiffré. Il part à sa prochaine session sur ce poste."
        );
        assert_eq!(
            said(3, 1),
            "3\u{a0}envois de Camille Roux attendent ici, chiffrés. Ils partent à sa prochaine session sur ce poste. \
             1 demande une décision."
        );
        assert!(said(1, 1).contains("Il demande une décision"));
        assert!(said(4, 4).ends_with("4\u{a0}demandent une décision."));
    }

    #[test]
    fn what_a_lost_server_alone_had_is_not_said_to_leave() {
        let said = |sends, lost| {
            let waiting = Waiting {
                clerk: "Camille Roux".into(),
                sends,
                asks: 0,
                lost,
            };
            let notices = waiting.notices();
            notices
                .iter()
                .map(|notice| format!("{} {}", notice.strong, notice.text))
                .collect::<Vec<_>>()
        };
        let [only] = said(0, 1).try_into().unwrap();
        assert!(only.starts_with("1 lettre remise par Camille Roux n’ouvre rien."));
        assert!(only.contains("rappelez la personne") && !only.contains("session"));
        assert_eq!(said(2, 3).len(), 2);
    }
}
