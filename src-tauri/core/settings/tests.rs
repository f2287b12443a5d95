//! What a settings file may say of the letter and of the clerks, read back from a file as a post reads it.
//! It starts from the rehearsal's settings and changes one line at a time.
//! It never opens an office.

use super::*;
use crate::rehearsal::post_settings;

/// Reads the rehearsal's file after `change`.
fn read(change: impl FnOnce(String) -> String) -> Result<Settings, SettingsProblem> {
    let folder = tempfile::tempdir().unwrap();
    let settings = post_settings("ldaps://localhost", Path::new("ca.pem"), folder.path());
    let file = folder.path().join("reglages.toml");
    let text = change(toml::to_string(&settings).unwrap());
    std::fs::write(&file, text).unwrap();
    Settings::read(&file)
}

#[test]
fn the_retention_is_twelve_months_unless_the_site_says_less() {
    let without = |text: String| text.replace("retention-months = 12\n", "");
    assert_eq!(read(without).unwrap().establishment.retention_months, 12);
    let six = |text: String| text.replace("retention-months = 12", "retention-months = 6");
    assert_eq!(read(six).unwrap().establishment.retention_months, 6);
    for months in ["5", "13"] {
        let other = |text: String| {
            text.replace(
                "retention-months = 12",
                &format!("retention-months = {months}"),
            )
        };
        let sentence = read(other).unwrap_err().sentence();
        assert!(sentence.contains("retention-months"), "{sentence}");
    }
}

/// What reading the file says once `change` was made to good settings.
fn changed(change: impl FnOnce(&mut Settings)) -> Result<Settings, String> {
    read(|text| {
        let mut settings: Settings = toml::from_str(&text).unwrap();
        change(&mut settings);
        toml::to_string(&settings).unwrap()
    })
    .map_err(|problem| problem.sentence())
}

fn account(filter: &str) -> Option<ReadAccountSettings> {
    Some(ReadAccountSettings {
        dn: "cn=recherche".into(),
        search_base: "ou=people".into(),
        filter: filter.into(),
        password_file: None,
    })
}

#[test]
fn clerks_are_found_one_way_and_only_one() {
    let both = |settings: &mut Settings| settings.directory.read_account = account("(uid={login})");
    let neither = |settings: &mut Settings| settings.directory.clerk_pattern = None;
    let other = |filter: &'static str| {
        move |settings: &mut Settings| {
            settings.directory.clerk_pattern = None;
            settings.directory.read_account = account(filter);
        }
    };
    assert!(changed(|_| ()).is_ok());
    assert!(changed(both).unwrap_err().contains("s’excluent"));
    assert!(changed(neither).unwrap_err().contains("où sont les agents"));
    assert!(changed(other("(uid={login})")).is_ok());
    assert!(
        changed(other("(uid=*)"))
            .unwrap_err()
            .contains("read-account.filter doit contenir {login}"),
        "a filter that finds everybody finds nobody"
    );
}

#[test]
fn a_copy_lives_three_days_unless_the_site_says_otherwise() {
    let default = read(|text| text.replace("copy-hours = 72\n", ""));
    assert_eq!(default.map(|settings| settings.post.copy_hours), Ok(72));
    for hours in [0, 169] {
        let refused = changed(|settings| settings.post.copy_hours = hours).unwrap_err();
        assert!(refused.contains("copy-hours"), "{refused}");
    }
}

#[test]
fn the_recovery_recipient_is_a_public_key_of_age() {
    let with = |recipient: &str| {
        let section = format!("\n[recovery]\nrecipient = \"{recipient}\"\n");
        read(|text| {
            let mut settings: Settings = toml::from_str(&text).unwrap();
            settings.recovery = None;
            toml::to_string(&settings).unwrap() + &section
        })
    };
    let public = crate::vault::SealingKey::generate().recipient().to_string();
    let read = with(&public).unwrap().recovery.unwrap();
    assert_eq!(read.recipient.to_string(), public);
    for wrong in [
        "",
        "age1",
        "age1abc",
        "AGE-SECRET-KEY-1QQQ",
        "ssh-ed25519 AAAA",
    ] {
        let problem = with(wrong).unwrap_err();
        assert!(problem.line.is_some(), "the line at fault is named");
        let sentence = problem.sentence();
        assert!(sentence.contains("clé publique age"), "{sentence}");
        assert!(!sentence.contains("SECRET"), "not repeated: {sentence}");
    }
}

#[test]
fn nobody_works_offline_for_more_than_72_hours() {
    for (hours, good) in [(0, true), (72, true), (73, false)] {
        let said = changed(|settings| settings.post.offline_hours = hours);
        assert_eq!(said.is_ok(), good, "{hours}");
    }
}

#[test]
fn an_address_names_a_server_and_nobody() {
    let with = |uri: &str| changed(|settings| settings.directory.uris = vec![uri.to_owned()]);
    for good in [
        "ldaps://ldap.univ.example",
        "ldaps://ldap.univ.example:1636/",
        "ldap://[::1]:389",
        "ldaps://[::1]",
    ] {
        assert!(with(good).is_ok(), "{good}");
    }
    for (wrong, said) in [
        ("ldap.univ.example", "n’est ni ldaps:// ni ldap://"),
        ("http://ldap.univ.example", "n’est ni ldaps:// ni ldap://"),
        ("ldaps://", "ne nomme aucun serveur"),
        ("ldaps:///", "ne nomme aucun serveur"),
        ("ldaps://:636", "ne nomme aucun serveur"),
        ("ldaps://croux:Secret@ldap.univ.example", "porte un compte"),
        ("ldaps://ldap.univ.example:ldap", "n’est pas une adresse"),
        ("ldaps://ldap.univ.example:0", "n’est pas une adresse"),
        ("ldaps://ldap.univ.example/dc=univ", "n’est pas une adresse"),
    ] {
        let sentence = with(wrong).expect_err(wrong);
        assert!(sentence.contains(said), "{wrong}: {sentence}");
        assert!(!sentence.contains("Secret"), "not repeated: {sentence}");
    }
}
