//! From a provisional password to the person's own: what the directory lets somebody do in between.
//! Also the sign-in of clerks whose own password is due, expired or locked.
//! Never waits for a delay to pass: the rehearsal loads each state as a server would hold it.

use guichet_core::rehearsal::cast::{NADIA_BELKACEM_ROUSSEL, NADIA_BELKHIR};
use guichet_core::rehearsal::clerks::{CLERKS, SignIn};
use guichet_core::rehearsal::people::{former_password, pending_password};
use guichet_core::rehearsal::{PEOPLE_DN, person_dn};

use super::clients::{Asker, Directory, handover, replace};

const PROVISIONAL: &str = "VoileTigreSourceLampe";
const OWN: &str = "Un-Choix-Tout-A-Elle-7";

#[test]
fn a_provisional_password_opens_nothing_but_its_own_change() {
    let directory = Directory::start();
    let dn = person_dn(NADIA_BELKHIR);
    let marker = "01990000-0000-7000-8000-0000000000b1";
    let given = directory.modify(Asker::Clerk("croux"), &dn, &handover(PROVISIONAL, marker));
    assert_eq!(given.code, 0, "{}", given.err);
    assert_eq!(
        directory.binds(&dn, &former_password(NADIA_BELKHIR)),
        None,
        "the former one is dead"
    );
    assert_eq!(directory.binds(&dn, PROVISIONAL), Some(true));

    let holder = Asker::With(&dn, PROVISIONAL);
    let search = directory.read(holder, &dn, &["uid"]);
    assert_eq!(
        search.code, 50,
        "restricted until the change: {}",
        search.err
    );
    directory.assert_denied(holder, &dn, &[replace("mail", "autre@courriel.example")]);
    directory.assert_denied(holder, &dn, &[replace("pwdReset", "FALSE")]);
    directory.assert_denied(holder, &dn, &[replace("userPassword", "trop-court")]);

    let change = directory.run("ldappasswd", holder, &["-s", OWN], "");
    assert_eq!(change.code, 0, "{}{}", change.out, change.err);
    assert_eq!(
        directory.binds(&dn, OWN),
        Some(false),
        "no change is due any more"
    );
    assert_eq!(
        directory.binds(&dn, PROVISIONAL),
        None,
        "the letter opens nothing any more"
    );
    let entry = directory.read(Asker::Clerk("croux"), &dn, &["pwdReset", "supannRefId"]);
    assert!(entry.values("pwdReset").is_empty());
    assert!(entry.out.contains(marker), "the marker stays");
}

#[test]
fn a_loaded_provisional_password_behaves_as_one_given_at_a_counter() {
    let directory = Directory::start();
    let dn = person_dn(NADIA_BELKACEM_ROUSSEL);
    assert_eq!(
        directory.binds(&dn, &pending_password(NADIA_BELKACEM_ROUSSEL)),
        Some(true)
    );
    let search = directory.read(Asker::Pending(NADIA_BELKACEM_ROUSSEL), &dn, &["uid"]);
    assert_eq!(search.code, 50);
}

#[test]
fn a_handover_lifts_locks_and_an_added_value_is_not_a_handover() {
    let directory = Directory::start();
    for (login, clerk) in [
        ("v24710901", "mperrin"),
        ("u22720003", "mperrin"),
        ("vlacroix", "croux"),
    ] {
        let dn = person_dn(login);
        assert_eq!(
            directory.binds(&dn, &former_password(login)),
            None,
            "{login} is locked"
        );
        let marker = "01990000-0000-7000-8000-0000000000b2";
        let given = directory.modify(Asker::Clerk(clerk), &dn, &handover(PROVISIONAL, marker));
        assert_eq!(given.code, 0, "{login}: {}", given.err);
        assert_eq!(
            directory.binds(&dn, PROVISIONAL),
            Some(true),
            "{login} is unlocked"
        );
        let entry = directory.read(
            Asker::Clerk(clerk),
            &dn,
            &["pwdAccountLockedTime", "pwdFailureTime"],
        );
        assert!(
            entry.attributes().is_empty(),
            "{login}: {:?}",
            entry.attributes()
        );
    }
}

#[test]
fn every_clerk_signs_in_as_the_training_sheet_says() {
    let directory = Directory::start();
    for clerk in CLERKS {
        let expected = match clerk.sign_in {
            SignIn::Opens => Some(false),
            SignIn::MustChange => Some(true),
            SignIn::Expired | SignIn::Locked => None,
        };
        assert_eq!(
            directory.binds(&clerk.dn(), clerk.password),
            expected,
            "{}",
            clerk.login
        );
    }
    let reason = |login: &str| {
        let clerk = CLERKS
            .iter()
            .find(|clerk| clerk.login == login)
            .expect("a clerk");
        let asker = Asker::Clerk(clerk.login);
        let answer = directory.run("ldapwhoami", asker, &["-e", "ppolicy"], "");
        assert_eq!(answer.code, 49, "{login}");
        answer.err + &answer.out
    };
    assert!(reason("pcolin").contains("Password expired"));
    assert!(reason("ahamon").contains("Account locked"));
}

#[test]
fn five_wrong_passwords_lock_an_account() {
    let directory = Directory::start();
    let dn = person_dn("cmoreau");
    for _ in 0..5 {
        assert_eq!(directory.binds(&dn, "pas-le-bon-du-tout"), None);
    }
    assert_eq!(
        directory.binds(&dn, &former_password("cmoreau")),
        None,
        "locked"
    );
    let entry = directory.read(
        Asker::Clerk("croux"),
        &dn,
        &["pwdAccountLockedTime", "pwdFailureTime"],
    );
    assert_eq!(entry.values("pwdAccountLockedTime").len(), 1);
    assert_eq!(entry.values("pwdFailureTime").len(), 5);
}

#[test]
fn a_clear_connection_refuses_credentials() {
    let directory = Directory::start();
    // The ordinary listener, without StartTLS: 13, confidentiality required.
    let answer = directory.in_clear(Asker::Clerk("croux"), PEOPLE_DN);
    assert_eq!(answer.code, 13, "{}", answer.err);
}
