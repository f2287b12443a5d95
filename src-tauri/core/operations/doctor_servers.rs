//! « guichet doctor » on several servers: what each one answers, whether it holds the same people, and whether it has the
//! changes that the others have. Writes nothing; a server that lags is said, never mended.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::doctor::{Check, check};
use crate::directory::{Directory as _, DirectoryError, OpenLdap, Standing, missing};
use crate::domain::directory_server::DirectoryServer;
use crate::domain::person::Login;
use crate::operations::Office;
use crate::operations::office::now;
use crate::texts;

/// The clerk's own sign-in is a change that takes a moment to reach the others.
const LOOKS: u32 = 15;
const PAUSE: Duration = Duration::from_millis(200);

/// One check for each server of the settings; none when there is only one. The clerk's password was just accepted.
pub(super) async fn servers(
    office: &Office,
    login: &Login,
    password: Zeroizing<String>,
    checks: &mut Vec<Check>,
) {
    let started = Instant::now();
    let settings = &office.settings.directory;
    if settings.uris.len() < 2 {
        return;
    }
    let Ok(directory) = OpenLdap::new(settings.clone()) else {
        return;
    };
    if directory.sign_in(login, password).await.is_err() {
        return;
    }
    let mut standings = Vec::new();
    for server in directory.servers() {
        let standing = directory.standing(&server).await;
        standings.push((server, standing));
    }
    let wanted: Vec<(DirectoryServer, Standing)> = standings
        .iter()
        .filter_map(|(server, standing)| Some((server.clone(), standing.clone().ok()?)))
        .collect();
    for (server, mut standing) in standings {
        for _ in 0..LOOKS {
            let lags = standing
                .as_ref()
                .is_ok_and(|here| lacks(here, &wanted).is_some());
            if !lags {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            standing = directory.standing(&server).await;
        }
        let (ok, said) = sentence(office, &standing, &wanted);
        let sentence = format!("{server}\u{a0}: {said}");
        checks.push(check("serveur", ok, sentence, started));
    }
    directory.sign_out().await;
}

fn lacks<'a>(
    here: &Standing,
    wanted: &'a [(DirectoryServer, Standing)],
) -> Option<(&'a DirectoryServer, Timestamp)> {
    wanted
        .iter()
        .find_map(|(server, there)| Some((server, missing(here, there)?)))
}

fn sentence(
    office: &Office,
    standing: &Result<Standing, DirectoryError>,
    wanted: &[(DirectoryServer, Standing)],
) -> (bool, String) {
    match standing {
        Err(DirectoryError::Unreachable(_)) => (
            false,
            "il ne répond pas. Les autres serveurs servent\u{202f}; vérifiez-le, ou retirez-le de directory.uris.".to_owned(),
        ),
        Err(error) => (false, texts::directory(error).1),
        Ok(here) if !here.holds_people => (
            false,
            format!(
                "il répond, mais ne porte pas {}. Ce n’est pas le même annuaire\u{a0}: corrigez directory.uris.",
                office.settings.directory.people
            ),
        ),
        Ok(here) if here.changes.is_empty() => (
            true,
            "il répond, certificat vérifié\u{202f}; il ne dit pas où en est sa réplication (contextCSN).".to_owned(),
        ),
        Ok(here) => match lacks(here, wanted) {
            None => (true, "il répond, certificat vérifié, à jour.".to_owned()),
            Some((other, at)) => (
                false,
                format!(
                    "il répond, mais il lui manque ce que {other} a reçu ({}). Vérifiez la réplication\u{a0}: au-delà de {}\u{a0}minutes, une remise acceptée par un seul serveur peut être perdue avec lui.",
                    texts::moment(at, now(), &office.zone),
                    office.settings.directory.replication_minutes
                ),
            ),
        },
    }
}
