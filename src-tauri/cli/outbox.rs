//! `guichet outbox`: what was handed over without the directory and waits, and the words a clerk has about it.

use std::process::ExitCode;
use std::sync::Arc;

use guichet_core::operations::outbox::{self, OutboxItem, OutboxView};
use guichet_core::operations::{Office, OperationError, handover};

use super::answer::Answer;
use super::arguments::OutboxAct;

pub async fn run(
    act: Option<&OutboxAct>,
    office: &Arc<Office>,
    answer: &Answer,
) -> Result<ExitCode, OperationError> {
    let view = match act {
        Some(OutboxAct::Report { handover }) => return report(handover, office, answer),
        None => outbox::outbox(office)?,
        Some(OutboxAct::Confirm { handover }) => {
            handover::confirm_sheet(office, handover).await?;
            outbox::outbox(office)?
        }
        Some(OutboxAct::Void { handover }) => outbox::void_waiting(office, handover)?,
        Some(OutboxAct::Send { handover }) => outbox::decide_to_send(office, handover)?,
    };
    answer.one(&view, text);
    Ok(ExitCode::SUCCESS)
}

fn report(handover: &str, office: &Office, answer: &Answer) -> Result<ExitCode, OperationError> {
    let report = outbox::report(office, handover)?;
    answer.one(&serde_json::json!({ "report": report }), |_| report.clone());
    Ok(ExitCode::SUCCESS)
}

fn text(view: &OutboxView) -> String {
    if view.items.is_empty() {
        return "Rien n’attend l’annuaire sur ce poste.".to_owned();
    }
    let line = |item: &OutboxItem| {
        let said = format!(
            "{}  {} — {} ({}, {})",
            item.number, item.person, item.state, item.clerk, item.when
        );
        if item.outcome.is_empty() {
            said
        } else {
            format!("{said}\n    {}", item.outcome)
        }
    };
    view.items.iter().map(line).collect::<Vec<_>>().join("\n")
}
