//! `guichet doctor --canary` on real servers, sound ones and ones that a site must not open with.
//! Each fault is made by hand on a rehearsal, and must be the one that is named.

use guichet_core::directory::OpenLdap;
use guichet_core::domain::password::PasswordForm;
use guichet_core::operations::{Check, canary};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{
    PEOPLE_DN, RehearsalOptions, SERVICE_PASSWORD, canary_dn, group_dn, knows_argon2, person_dn,
    policy_dn, post_settings,
};
use guichet_core::settings::{Hashing, Settings};
use zeroize::Zeroizing;

use crate::contract::ground::{Ground, Slapd, options, password, record, write};

fn settings(slapd: &Slapd) -> Settings {
    let mut settings = post_settings("ldaps://a.example", "ca.pem".as_ref(), "unused".as_ref());
    settings.directory = slapd.settings();
    settings
}

async fn tried(settings: &Settings) -> Vec<Check> {
    let secret = |text: &str| Zeroizing::new(text.to_owned());
    let croux = clerk("croux").expect("croux").password;
    canary(
        settings,
        secret(SERVICE_PASSWORD),
        Some(("croux", secret(croux))),
    )
    .await
    .expect("the account opens")
}

/// Names of the checks that did not pass.
fn faults(checks: &[Check]) -> Vec<&str> {
    for check in checks {
        assert!(
            check.sentence.ends_with('.'),
            "a sentence: {}",
            check.sentence
        );
    }
    checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.name.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_passes_and_is_left_tidy() {
    let slapd = Slapd::start();
    let checks = tried(&settings(&slapd)).await;
    assert_eq!(faults(&checks), [""; 0], "{checks:#?}");
    let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "compte",
            "hachage",
            "changement",
            "repère",
            "étiquette",
            "registre",
            "purge",
            "ménage"
        ]
    );
    assert!(
        slapd.records().is_empty(),
        "the record of the trial is purged"
    );
    let labels = slapd.values(&canary_dn(), "supannRefId");
    assert!(
        labels.iter().all(|label| !label.contains("GUICHET")),
        "{labels:?}"
    );
    assert_eq!(
        slapd.values(&canary_dn(), "pwdReset"),
        ["TRUE"],
        "nobody goes on with the test entry"
    );
    assert_eq!(
        faults(&tried(&settings(&slapd)).await),
        [""; 0],
        "and it may be run again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_clear_passwords_is_denounced() {
    let mut bare: RehearsalOptions = options();
    bare.hashes_cleartext = false;
    let slapd = Slapd::of(&bare);
    let checks = tried(&settings(&slapd)).await;
    assert_eq!(faults(&checks), ["hachage"], "{checks:#?}");
    let said = &checks[1].sentence;
    assert!(
        said.contains("en clair") && said.contains("ppolicy_hash_cleartext"),
        "{said}"
    );
    if knows_argon2() {
        let mut hashing = settings(&slapd);
        hashing.directory.hashing = Hashing::Argon2id;
        let checks = tried(&hashing).await;
        assert_eq!(
            faults(&checks),
            [""; 0],
            "the remedy that the sentence gives is one: {checks:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_other_fault_is_named() {
    let slapd = Slapd::start();
    let sound = settings(&slapd);

    slapd.set(&policy_dn("ordinaire"), "pwdMustChange", &["FALSE"]);
    assert_eq!(faults(&tried(&sound).await), ["changement"]);
    slapd.set(&policy_dn("ordinaire"), "pwdMustChange", &["TRUE"]);

    slapd.set(&policy_dn("ordinaire"), "pwdMinLength", &["500"]);
    assert_eq!(
        faults(&tried(&sound).await),
        ["écriture", "ménage"],
        "a policy that refuses every password"
    );
    slapd.set(&policy_dn("ordinaire"), "pwdMinLength", &["12"]);

    slapd.set(&group_dn("guichet-rh"), "member", &[&person_dn("sdiallo")]);
    assert_eq!(
        faults(&tried(&sound).await),
        ["registre"],
        "the clerk has no role any more"
    );
    slapd.set(&group_dn("guichet-rh"), "member", &[&person_dn("croux")]);

    let mut elsewhere = sound.clone();
    elsewhere.directory.records = PEOPLE_DN.to_owned();
    assert_eq!(
        faults(&tried(&elsewhere).await),
        ["registre"],
        "no record may be added there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_do_too_much_or_too_little_is_denounced() {
    let slapd = Slapd::start();
    // The directory's own administrator may do everything, labels of others included.
    let mut all_powerful = settings(&slapd);
    if let Some(canary) = &mut all_powerful.directory.canary {
        canary.account = guichet_core::rehearsal::administrator_dn();
    }
    let secret = Zeroizing::new(guichet_core::rehearsal::ADMINISTRATOR_PASSWORD.to_owned());
    let checks = canary(&all_powerful, secret, None)
        .await
        .expect("the account opens");
    assert_eq!(faults(&checks), ["étiquette"], "{checks:#?}");

    // A clerk may write on the test entry, and compares nothing.
    let mut short = settings(&slapd);
    if let Some(canary) = &mut short.directory.canary {
        canary.account = person_dn("croux");
    }
    let secret = Zeroizing::new(clerk("croux").expect("croux").password.to_owned());
    let checks = canary(&short, secret, None).await.expect("it opens");
    assert_eq!(
        faults(&checks),
        ["hachage"],
        "without the right to compare nothing is proven: {checks:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_may_be_changed_is_seen() {
    let slapd = Slapd::start();
    let session = OpenLdap::new(slapd.settings()).expect("the authority is read");
    let secret = Zeroizing::new(guichet_core::rehearsal::ADMINISTRATOR_PASSWORD.to_owned());
    session
        .bind_account(&guichet_core::rehearsal::administrator_dn(), secret)
        .await
        .expect("opens");
    let entry = session.entry_at(&canary_dn()).await.expect("read");
    let act = write(&entry, &password(PasswordForm::Phrase, 31));
    let found = session
        .try_record(&record(&entry, &act))
        .await
        .expect("added");
    for change in ["description, replace", "documentTitle, add", "delete"] {
        assert!(
            found.allowed.contains(&change),
            "nothing stops an administrator: {found:?}"
        );
    }
    assert!(!found.unchanged, "and the record is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_prevents_the_trial_is_said_and_nothing_is_tried() {
    let slapd = Slapd::start();
    let before = slapd.values(&canary_dn(), "pwdChangedTime");
    let with = |text: &str| Zeroizing::new(text.to_owned());
    let sound = settings(&slapd);
    let mut none = sound.clone();
    none.directory.canary = None;
    let mut absent = sound.clone();
    if let Some(canary) = &mut absent.directory.canary {
        canary.entry = person_dn("absent");
    }
    for (settings, password, why) in [
        (&sound, "Pas-Celui-La", "a wrong password"),
        (&sound, "", "never an anonymous bind"),
        (&none, SERVICE_PASSWORD, "no test entry in the settings"),
        (&absent, SERVICE_PASSWORD, "no such entry"),
    ] {
        let error = canary(settings, with(password), None).await.expect_err(why);
        assert_eq!(error.code, "canary", "{why}");
        assert!(error.message.contains("Rien n’a été essayé."), "{why}");
    }
    let mut away = sound.clone();
    away.directory.uris = vec!["ldaps://127.0.0.1:9".to_owned()];
    let error = canary(&away, with(SERVICE_PASSWORD), None)
        .await
        .expect_err("nobody answers there");
    assert_eq!(error.code, "unreachable");
    assert_eq!(slapd.values(&canary_dn(), "pwdChangedTime"), before);
}
