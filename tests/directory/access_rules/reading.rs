//! Who reads what of whom, what can be guessed, and how much one search returns.
//! Also what people without a role and the service accounts may do, which is little.
//! Never tries what a role may do to a record: see `records`.

use guichet_core::rehearsal::cast::{CANARY, NADIA_BELKACEM, NADIA_BELKHIR};
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::{LOOKUP_SERVICE, PEOPLE_DN, SERVICE_PASSWORD, person_dn, service_dn};

use super::clients::{Asker, Directory, add, handover, replace};
use super::perimeters::{CLERKS, PERIMETERS, RH, STUDENT_OFFICE, SUPERVISOR};

#[test]
fn outside_the_perimeter_only_names_and_structures_are_read() {
    const PUBLIC: &[&str] = &[
        "cn",
        "displayName",
        "eduPersonAffiliation",
        "eduPersonPrimaryAffiliation",
        "entryUUID",
        "givenName",
        "objectClass",
        "sn",
        "supannEntiteAffectation",
        "supannEntiteAffectationPrincipale",
    ];
    let directory = Directory::start();
    for (login, allowed) in PERIMETERS {
        for clerk in CLERKS {
            let entry = directory.read(Asker::Clerk(clerk), &person_dn(login), &["*", "+"]);
            assert_eq!(entry.code, 0, "{clerk} sees {login}");
            if allowed.contains(&clerk) {
                for attribute in [
                    "uid",
                    "mail",
                    "supannOIDCDateDeNaissance",
                    "supannRessourceEtatDate",
                ] {
                    assert_eq!(
                        entry.values(attribute).len(),
                        1,
                        "{clerk} {login} {attribute}"
                    );
                }
            } else {
                assert_eq!(entry.attributes(), PUBLIC, "{clerk} outside, {login}");
            }
        }
    }
    // What may not be read may not be guessed by filters either.
    let birth = format!("(&(uid={NADIA_BELKHIR})(supannOIDCDateDeNaissance=1987*))");
    assert_eq!(directory.count(Asker::Clerk(STUDENT_OFFICE), &birth), 0);
    assert_eq!(directory.count(Asker::Clerk(RH), &birth), 1);
    assert_eq!(
        directory.count(Asker::Clerk(STUDENT_OFFICE), "(sn=Belkhir)"),
        1
    );
}

#[test]
fn nobody_reads_passwords_nor_compares_them() {
    let directory = Directory::start();
    let dn = person_dn("jmorel");
    // A history value, under the policy that keeps one.
    let answer = directory.modify(
        Asker::Clerk(RH),
        &dn,
        &handover(
            "Pour-L-Historique-1",
            "01990000-0000-7000-8000-000000000005",
        ),
    );
    assert_eq!(answer.code, 0, "{}", answer.err);
    let kept = directory.read(Asker::Administrator, &dn, &["pwdHistory", "userPassword"]);
    assert!(
        kept.out.contains("pwdHistory:") && kept.out.contains("userPassword:"),
        "there is something to hide"
    );

    let askers = CLERKS.map(Asker::Clerk).into_iter().chain([
        Asker::Person(NADIA_BELKHIR),
        Asker::ItOffice,
        Asker::Anonymous,
    ]);
    for asker in askers {
        let read = directory.read(asker, &dn, &["*", "+", "userPassword", "pwdHistory"]);
        assert!(
            !read.out.contains("userPassword") && !read.out.contains("pwdHistory"),
            "{asker:?}"
        );
        for filter in ["(userPassword=*)", "(pwdHistory=*)"] {
            assert_eq!(directory.count(asker, filter), 0, "{asker:?} {filter}");
        }
        // 6 would be true, 5 false: both would be answers.
        let compare = directory.run(
            "ldapcompare",
            asker,
            &[&dn, "userPassword:Pour-L-Historique-1"],
            "",
        );
        assert!(
            ![5, 6].contains(&compare.code),
            "{asker:?} compares: {}",
            compare.code
        );
    }
}

#[test]
fn a_person_without_role_reads_and_changes_only_their_own_part() {
    let directory = Directory::start();
    for asker in [
        Asker::Clerk("dfleury"),
        Asker::Person(NADIA_BELKACEM),
        Asker::Anonymous,
    ] {
        let seen = directory.read(asker, &person_dn(NADIA_BELKHIR), &["*"]);
        assert!(seen.attributes().is_empty(), "{asker:?} sees a colleague");
        for change in [
            replace("userPassword", "Tentative-De-Remise-3"),
            replace("pwdReset", "TRUE"),
            add(
                "supannRefId",
                "{GUICHET}01990000-0000-7000-8000-000000000006",
            ),
        ] {
            directory.assert_denied(asker, &person_dn(NADIA_BELKHIR), &[change]);
        }
    }
    let own = person_dn("dfleury");
    let read = directory.read(Asker::Clerk("dfleury"), &own, &["uid"]);
    assert_eq!(read.values("uid"), ["dfleury"]);
    directory.assert_denied(
        Asker::Clerk("dfleury"),
        &own,
        &[replace("pwdReset", "FALSE")],
    );
    let change = directory.modify(
        Asker::Clerk("dfleury"),
        &own,
        &[replace("userPassword", "Un-Nouveau-Rien-Qu-A-Moi")],
    );
    assert_eq!(change.code, 0, "{}", change.err);
    assert_eq!(
        directory.binds(&own, "Un-Nouveau-Rien-Qu-A-Moi"),
        Some(false)
    );
}

#[test]
fn a_guess_at_somebodys_password_gets_no_hint() {
    let directory = Directory::start();
    let dn = person_dn(NADIA_BELKHIR);
    // With a password history slapd would answer 19 for the right guess and 50 for a wrong one.
    let code = |guess: &str| {
        directory
            .modify(
                Asker::Clerk(STUDENT_OFFICE),
                &dn,
                &[replace("userPassword", guess)],
            )
            .code
    };
    assert_eq!(
        code(&former_password(NADIA_BELKHIR)),
        code("Une-Autre-Valeur-99")
    );
}

#[test]
fn searches_are_bounded_except_paged_ones_of_clerks() {
    let directory = Directory::start();
    let everybody = "(objectClass=supannPerson)";
    assert_eq!(
        directory.count(Asker::Clerk(SUPERVISOR), everybody),
        600,
        "paged"
    );
    let plain = directory.run(
        "ldapsearch",
        Asker::Clerk(SUPERVISOR),
        &["-LLL", "-b", PEOPLE_DN, everybody, "1.1"],
        "",
    );
    assert_eq!(plain.code, 4, "size limit exceeded");
    assert_eq!(
        directory.count(Asker::Person(NADIA_BELKACEM), everybody),
        1,
        "oneself"
    );
    assert_eq!(directory.count(Asker::Anonymous, everybody), 0);
}

#[test]
fn service_accounts_do_only_their_work() {
    let directory = Directory::start();
    let lookup = service_dn(LOOKUP_SERVICE);
    let lookup = Asker::With(&lookup, SERVICE_PASSWORD);
    let found = directory.search(lookup, PEOPLE_DN, "(supannAliasLogin=chidi.okafor)", &["*"]);
    assert_eq!(found.attributes(), ["supannAliasLogin", "uid"]);
    directory.assert_denied(
        lookup,
        &person_dn(CANARY),
        &[replace("userPassword", "Tentative-4-Remise")],
    );

    let canary = person_dn(CANARY);
    let set = directory.modify(
        Asker::ItOffice,
        &canary,
        &handover("Essai-Du-Canari-26", "01990000-0000-7000-8000-000000000007"),
    );
    assert_eq!(set.code, 0, "{}", set.err);
    // The value kept is a hash: the clear text is not equal to it.
    let stored = directory.read(Asker::Administrator, &canary, &["userPassword"]);
    assert!(!stored.out.contains("Essai-Du-Canari-26"));
    let compare = directory.run(
        "ldapcompare",
        Asker::ItOffice,
        &[&canary, "userPassword:{SSHA}x"],
        "",
    );
    assert_eq!(compare.code, 5, "it may compare, and the values differ");
    directory.assert_denied(
        Asker::ItOffice,
        &person_dn(NADIA_BELKHIR),
        &[replace("userPassword", "Tentative-5-Remise")],
    );
}
