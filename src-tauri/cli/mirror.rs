//! `guichet mirror status|refresh`: the copy of the clerk's perimeter on this post. Never names a visitor.

use std::process::ExitCode;
use std::sync::Arc;

use guichet_core::operations::counter::{self, MirrorView};
use guichet_core::operations::{Office, OperationError};

use super::answer::Answer;
use super::arguments::{Arguments, MirrorAct};
use super::clerk;

pub async fn run(
    act: &MirrorAct,
    arguments: &Arguments,
    office: &Arc<Office>,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    match act {
        MirrorAct::Status => answer.one(&counter::mirror_status(office)?, status),
        MirrorAct::Refresh => {
            clerk::sign_in(arguments, office).await?;
            let report = counter::mirror_of_sign_in(office).await?;
            answer.one(&report, |report| {
                let how = match (report.whole, report.followed) {
                    (true, true) => {
                        "Périmètre lu en entier\u{202f}; la suite se lira par changements."
                    }
                    (true, false) => {
                        "Périmètre lu en entier\u{202f}; cet annuaire ne dit pas ses changements."
                    }
                    (false, _) => "Changements lus.",
                };
                format!(
                    "{how} Fiches reçues\u{a0}: {}. Fiches retirées\u{a0}: {}.",
                    report.received, report.forgotten
                )
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn status(view: &MirrorView) -> String {
    let Some(owner) = &view.owner else {
        return "Ce poste n’a pas encore de copie. Elle se fait à l’ouverture d’une session."
            .to_owned();
    };
    let age = view.fresh.as_ref().map_or_else(
        || "copie jamais terminée".to_owned(),
        |fresh| format!("copie {fresh}"),
    );
    let next = match (view.whole_due, view.followed) {
        (true, _) => "La prochaine mise à jour relira tout.",
        (false, true) => "La prochaine mise à jour lira les changements seuls.",
        (false, false) => {
            "Cet annuaire ne dit pas ses changements\u{a0}: chaque mise à jour relit tout."
        }
    };
    format!(
        "Périmètre de {owner}\u{a0}: {} fiches, {age}. {next}",
        view.people
    )
}
