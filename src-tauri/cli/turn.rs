//! The turn to act: a verb that acts never does so beside the open window, and waits a little for another verb.
//! Never kept from a verb that only reads.

use std::path::Path;
use std::time::{Duration, Instant};

use guichet_core::post::presence::{Hold, Holder, Presence};

use super::answer::Exit;

/// Longer than a handover takes; a verb that waits for more is told so.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub struct Refusal {
    pub exit: Exit,
    pub sentence: String,
}

pub async fn take(folder: &Path) -> Result<Hold, Refusal> {
    take_within(folder, PATIENCE).await
}

async fn take_within(folder: &Path, patience: Duration) -> Result<Hold, Refusal> {
    let problem = |error: std::io::Error| Refusal {
        exit: Exit::Trouble,
        sentence: format!(
            "Ce poste ne peut pas écrire dans son dossier. {} ({error}). Rien n’a été fait. Prévenez l’antenne numérique.",
            folder.display()
        ),
    };
    let busy = |sentence: &str| Refusal {
        exit: Exit::Busy,
        sentence: sentence.to_owned(),
    };
    let presence = Presence::on(folder).map_err(problem)?;
    let end = Instant::now() + patience;
    loop {
        match presence.act().map_err(problem)? {
            Ok(turn) => return Ok(turn),
            Err(Holder::Window) => {
                return Err(busy(
                    "Guichet est ouvert sur ce poste. Rien n’a été fait. Agissez dans la fenêtre, ou fermez-la et relancez la commande.",
                ));
            }
            Err(Holder::Command) if Instant::now() < end => tokio::time::sleep(PAUSE).await,
            Err(Holder::Command) => {
                return Err(busy(
                    "Une autre commande de Guichet agit sur ce poste. Rien n’a été fait. Relancez celle-ci quand l’autre aura fini.",
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_verb_waits_for_another_and_never_for_the_window() {
        let folder = tempfile::tempdir().unwrap();
        let presence = Presence::on(folder.path()).unwrap();
        let other = presence.act().unwrap().unwrap();
        let refusal = take_within(folder.path(), Duration::ZERO)
            .await
            .unwrap_err();
        assert_eq!(refusal.exit, Exit::Busy);
        assert!(refusal.sentence.starts_with("Une autre commande"));
        let waiting = tokio::spawn({
            let folder = folder.path().to_owned();
            async move { take(&folder).await }
        });
        tokio::task::yield_now().await;
        drop(other);
        let turn = waiting.await.unwrap().unwrap();
        drop(turn);
        let _window = presence.window().unwrap().unwrap();
        let _acting = presence.act().unwrap().unwrap();
        let refusal = take(folder.path()).await.unwrap_err();
        assert!(refusal.sentence.starts_with("Guichet est ouvert"));
    }
}
