//! Whose sends wait on this post, for the screens before any session: the lock and the sign-in.
//! Names clerks and counts; never a person.

use super::contested;
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
        let asks = u32::from(contested(record) || barred.contains(&record.id));
        let known = clerks
            .iter_mut()
            .find(|waiting| waiting.clerk == record.clerk_name);
        match known {
            Some(waiting) => {
                waiting.sends += 1;
                waiting.asks += asks;
            }
            None => clerks.push(Waiting {
                clerk: record.clerk_name.clone(),
                sends: 1,
                asks,
            }),
        }
    }
    clerks.iter().map(Waiting::notice).collect()
}

struct Waiting {
    clerk: String,
    sends: u32,
    /// Among them, those that do not leave without a decision.
    asks: u32,
}

impl Waiting {
    fn notice(&self) -> Notice {
        let Waiting { clerk, sends, asks } = self;
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
            }
            .notice();
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
}
