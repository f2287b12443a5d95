//! « guichet doctor »: each thing the post depends on, tried for real, in a plain sentence with its remedy.
//! Writes nothing to the directory; shows no name and no secret.

use std::time::Instant;

use lettre::SmtpTransport;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::directory::OpenLdap;
use crate::domain::person::Login;
use crate::operations::Office;
use crate::operations::recovery::RecoveryCopy;
use crate::settings::{Hashing, MailSettings, ReadAccountSettings};
use crate::texts;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub sentence: String,
    pub milliseconds: u64,
}

/// Runs every check; those that need a clerk are left out when none is given.
pub async fn doctor(office: &Office, clerk: Option<(&str, Zeroizing<String>)>) -> Vec<Check> {
    let mut checks = vec![Check {
        name: "coffre".into(),
        ok: true,
        sentence: "Le trousseau et le registre chiffré de ce poste s’ouvrent.".into(),
        milliseconds: 0,
    }];
    checks.push(recovery(&office.recovery));
    checks.push(hashing(office.settings.directory.hashing));
    if let Some(account) = &office.settings.directory.read_account {
        checks.push(read_account(office, account).await);
    }
    if let Some((login, password)) = clerk {
        directory_checks(office, login, password, &mut checks).await;
        checks.push(clock(office));
    }
    checks.push(printer(office).await);
    if let Some(mail) = &office.settings.mail {
        checks.push(mail_relay(mail.clone()).await);
    }
    checks
}

/// Whether the IT office can open this post's data without its keyring.
fn recovery(copy: &RecoveryCopy) -> Check {
    let (ok, sentence) = match copy {
        RecoveryCopy::Kept => (
            true,
            "La copie de secours de la clé est à jour\u{a0}: le service informatique peut la rendre (guichet recover key)."
                .to_owned(),
        ),
        RecoveryCopy::NoRecipient => (
            false,
            "Aucune clé de secours (recovery.recipient)\u{a0}: un trousseau perdu perdrait les données de ce poste, et la remise \
             hors ligne reste fermée. Faites une paire avec age-keygen."
                .to_owned(),
        ),
        RecoveryCopy::NotKept(problem) => (false, problem.sentence()),
    };
    check("secours", ok, sentence, Instant::now())
}

/// Whether this post's clock is that of the directory, as the last bind and the last handover tell.
fn clock(office: &Office) -> Check {
    let sentence = match (office.clock_is_off(true), office.clock_is_off(false)) {
        (Some(off), _) => format!(
            "L’horloge de ce poste {} sur celle de l’annuaire. Rien n’est écrit à tort, mais des remises faites hors ligne \
             seront à trancher. Réglez l’heure (NTP).",
            off.words()
        ),
        (None, Some(off)) => format!(
            "L’horloge de ce poste {} sur la dernière connexion que l’annuaire a écrite. Réglez l’heure (NTP), ou vérifiez \
             que l’annuaire écrit chaque connexion (lastbind, sans lastbind-precision).",
            off.words()
        ),
        (None, None) => {
            "L’horloge de ce poste suit celle de l’annuaire, autant qu’il le dit.".to_owned()
        }
    };
    let ok = office.clock_is_off(false).is_none();
    check("horloge", ok, sentence, Instant::now())
}

/// Which hashing is in force; only the canary proves it.
fn hashing(hashing: Hashing) -> Check {
    let sentence = match hashing {
        Hashing::Server => {
            "L’annuaire doit hacher les mots de passe qu’il reçoit (hashing = server). «\u{202f}guichet doctor --canary\u{202f}» le prouve."
        }
        Hashing::Argon2id => {
            "Guichet hache les mots de passe en argon2id\u{a0}: l’annuaire n’en contrôle ni la longueur ni la qualité. «\u{202f}guichet doctor --canary\u{202f}» prouve qu’il sait les vérifier."
        }
    };
    check("hachage", true, sentence.to_owned(), Instant::now())
}

async fn read_account(office: &Office, account: &ReadAccountSettings) -> Check {
    let started = Instant::now();
    let portal = &office.settings.establishment.portal;
    let tried = match OpenLdap::new(office.settings.directory.clone()) {
        Ok(directory) => {
            let password = super::read_account::password(account).await;
            directory
                .with_read_account(password)
                .try_read_account()
                .await
        }
        Err(error) => Err(error.into()),
    };
    match tried {
        Ok(()) => check(
            "recherche",
            true,
            "Le compte de recherche s’ouvre et cherche les agents.".into(),
            started,
        ),
        Err(refusal) => check(
            "recherche",
            false,
            texts::sign_in(&refusal, portal).1,
            started,
        ),
    }
}

async fn directory_checks(
    office: &Office,
    login: &str,
    password: Zeroizing<String>,
    checks: &mut Vec<Check>,
) {
    let started = Instant::now();
    let Some(login) = Login::new(login) else {
        return;
    };
    let clerk = match office.directory.sign_in(&login, password.clone()).await {
        Ok(clerk) => {
            office.listen(&clerk).await;
            clerk
        }
        Err(refusal) => {
            let (_, sentence) = texts::sign_in(&refusal, &office.settings.establishment.portal);
            checks.push(check("annuaire", false, sentence, started));
            return;
        }
    };
    let roles: Vec<&str> = clerk.roles.iter().map(|role| role.label.as_str()).collect();
    let sentence = format!(
        "L’annuaire répond, certificat vérifié. Rôle\u{a0}: {}.",
        roles.join(", ")
    );
    checks.push(check("annuaire", true, sentence, started));
    super::doctor_servers::servers(office, &login, password, checks).await;

    let started = Instant::now();
    let mut people = 0usize;
    let read = match clerk.perimeter() {
        Some(perimeter) => office
            .directory
            .read_perimeter(&perimeter, &mut |page| people += page.len())
            .await
            .map_err(|error| texts::directory(&error).1),
        None => Err(
            "Un filtre des réglages n’est pas un filtre LDAP. Corrigez directory.roles.".to_owned(),
        ),
    };
    checks.push(match read {
        Ok(_) if people > 0 => check(
            "lecture",
            true,
            format!("{people}\u{a0}fiches lisibles dans le périmètre."),
            started,
        ),
        Ok(_) => check(
            "lecture",
            false,
            "Aucune fiche lisible. Vérifiez directory.people et les droits du rôle.".into(),
            started,
        ),
        Err(sentence) => check("lecture", false, sentence, started),
    });

    let started = Instant::now();
    let policy = match &office.settings.directory.default_policy {
        None => Err("Aucune règle par défaut (directory.default-policy)\u{a0}: les mots de passe auront 80\u{a0}bits.".to_owned()),
        Some(dn) => match office.directory.policy_at(dn).await {
            Ok(Some(policy)) if policy.must_change => Ok(if policy.limits_attempts() {
                "La règle exige le changement et verrouille après quelques essais.".to_owned()
            } else {
                "La règle exige le changement\u{202f}; elle ne verrouille pas\u{a0}: 80\u{a0}bits.".to_owned()
            }),
            Ok(Some(_)) => Err("La règle n’a pas pwdMustChange\u{a0}: aucune remise ne sera permise.".to_owned()),
            Ok(None) => Err("La règle par défaut ne se lit pas. Vérifiez directory.default-policy.".to_owned()),
            Err(error) => Err(texts::directory(&error).1),
        },
    };
    checks.push(match policy {
        Ok(sentence) => check("règle", true, sentence, started),
        Err(sentence) => check("règle", false, sentence, started),
    });
    office.directory.sign_out().await;
}

async fn printer(office: &Office) -> Check {
    let started = Instant::now();
    match office.printers.printers().await {
        Ok(printers) if printers.is_empty() => check(
            "imprimante",
            false,
            "Aucune imprimante sur ce poste.".into(),
            started,
        ),
        Ok(printers) => {
            let ready = printers
                .iter()
                .filter(|printer| printer.state.can_print())
                .count();
            let sentence = format!(
                "{ready}\u{a0}imprimante(s) prête(s) sur {}.",
                printers.len()
            );
            check("imprimante", ready > 0, sentence, started)
        }
        Err(problem) => check(
            "imprimante",
            false,
            format!("{} {}", problem.sentence(), problem.remedy()),
            started,
        ),
    }
}

/// Opens a session with the relay and says good-bye: nothing is sent.
async fn mail_relay(mail: MailSettings) -> Check {
    let started = Instant::now();
    let answer = tokio::task::spawn_blocking(move || {
        SmtpTransport::builder_dangerous(&mail.server)
            .port(mail.port)
            .timeout(Some(std::time::Duration::from_secs(5)))
            .build()
            .test_connection()
    })
    .await;
    let ok = matches!(answer, Ok(Ok(true)));
    let sentence = if ok {
        "Le relais de courriel répond.".to_owned()
    } else {
        "Le relais de courriel ne répond pas. Les remises n’en dépendent pas.".to_owned()
    };
    check("courriel", ok, sentence, started)
}

pub(super) fn check(name: &str, ok: bool, sentence: String, started: Instant) -> Check {
    Check {
        name: name.to_owned(),
        ok,
        sentence,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
