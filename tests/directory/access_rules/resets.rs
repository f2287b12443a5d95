//! Who may reset, unlock and mark whom: each role against each population, and against clerks and protected accounts.
//! What a role may not change must be refused and stay as it was.
//! Never tries what a role may do to a record: see `records`.

use guichet_core::rehearsal::cast::{NADIA_BELKACEM_ROUSSEL, NADIA_BELKHIR, PROTECTED};
use guichet_core::rehearsal::people::former_password;
use guichet_core::rehearsal::{
    BASE_DN, PEOPLE_DN, PROTECTED_GROUP, group_dn, person_dn, policy_dn,
};

use super::clients::{Asker, Directory, add, delete, handover, replace};
use super::perimeters::{CLERKS, PERIMETERS, RH, STUDENT_OFFICE};

#[test]
fn a_role_hands_over_to_its_population_and_to_nobody_else() {
    let directory = Directory::start();
    for (login, allowed) in PERIMETERS {
        let dn = person_dn(login);
        for (rank, clerk) in CLERKS.into_iter().enumerate() {
            let password = format!("Remise-{rank}-{login}-Galet");
            let marker = format!("0199{rank}000-0000-7000-8000-{rank:012}");
            let changes = handover(&password, &marker);
            if !allowed.contains(&clerk) {
                directory.assert_denied(Asker::Clerk(clerk), &dn, &changes);
                continue;
            }
            let answer = directory.modify(Asker::Clerk(clerk), &dn, &changes);
            assert_eq!(
                answer.code, 0,
                "{clerk} hands over to {login}: {}",
                answer.err
            );
            let entry = directory.read(Asker::Clerk(clerk), &dn, &["pwdReset", "supannRefId"]);
            assert_eq!(
                entry.values("pwdReset"),
                ["TRUE"],
                "{clerk} reads {login} back"
            );
            assert!(
                entry.out.contains(&marker),
                "{clerk} reads the marker of {login}"
            );
            assert_eq!(
                directory.binds(&dn, &password),
                Some(true),
                "{login} must change"
            );
            assert_eq!(
                directory.binds(&dn, &former_password(login)),
                None,
                "the former password of {login} is dead"
            );
        }
    }
}

#[test]
fn a_handover_needs_all_its_parts_to_be_allowed() {
    let directory = Directory::start();
    for (login, allowed) in PERIMETERS {
        let dn = person_dn(login);
        for clerk in CLERKS {
            if allowed.contains(&clerk) {
                continue;
            }
            let parts = [
                replace("userPassword", "Tentative-De-Remise-1"),
                delete("userPassword"),
                replace("pwdReset", "TRUE"),
                replace("pwdAccountLockedTime", "000001010000Z"),
                add(
                    "supannRefId",
                    "{GUICHET}01990000-0000-7000-8000-000000000000",
                ),
            ];
            directory.assert_all_denied(Asker::Clerk(clerk), &dn, &parts.map(|part| vec![part]));
        }
    }
}

#[test]
fn a_short_password_is_refused_to_a_clerk_too() {
    let directory = Directory::start();
    // Plain write, not manage: the policy applies. The stricter one asks for 14 characters.
    for (login, short) in [(NADIA_BELKHIR, "Court-11-ab"), ("jmorel", "Treize-car-13")] {
        directory.assert_denied(
            Asker::Clerk(RH),
            &person_dn(login),
            &handover(short, "01990000-0000-7000-8000-00000000abcd"),
        );
    }
}

#[test]
fn a_role_unlocks_its_population_only() {
    let directory = Directory::start();
    let dn = person_dn("v24710901");
    assert_eq!(
        directory.binds(&dn, &former_password("v24710901")),
        None,
        "locked at first"
    );
    directory.assert_denied(Asker::Clerk(RH), &dn, &[delete("pwdAccountLockedTime")]);
    let answer = directory.modify(
        Asker::Clerk(STUDENT_OFFICE),
        &dn,
        &[delete("pwdAccountLockedTime")],
    );
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(
        directory.binds(&dn, &former_password("v24710901")),
        Some(false)
    );
}

#[test]
fn a_role_changes_nothing_else() {
    let directory = Directory::start();
    for (login, _) in PERIMETERS {
        let dn = person_dn(login);
        for clerk in CLERKS {
            let changes = [
                replace("mail", "ailleurs@courriel.example"),
                replace("sn", "Autre"),
                replace("eduPersonAffiliation", "employee"),
                replace("supannEntiteAffectation", "DRH"),
                replace("supannEntiteAffectationPrincipale", "LUMEN"),
                replace("supannRessourceEtatDate", "{COMPTE}A:SupannActif::"),
                replace(
                    "supannRefId",
                    "{GUICHET}01990000-0000-7000-8000-000000000001",
                ),
                add("supannRefId", "{APOGEE}1"),
                add("supannRefId", "{GUICHETX}1"),
                add("supannRefId", "x{GUICHET}1"),
                delete("supannRefId"),
                replace("supannMailPrive", "{SECOURS}moi@courriel.example"),
                replace("pwdPolicySubentry", &policy_dn("services")),
                replace("pwdEndTime", "20991231235959Z"),
                replace("pwdStartTime", "20000101000000Z"),
                add("objectClass", "simpleSecurityObject"),
            ];
            directory.assert_all_denied(
                Asker::Clerk(clerk),
                &dn,
                &changes.map(|change| vec![change]),
            );
        }
    }
}

#[test]
fn a_role_neither_creates_nor_removes_nor_renames() {
    let directory = Directory::start();
    let target = person_dn(NADIA_BELKACEM_ROUSSEL);
    for clerk in CLERKS {
        let before = directory.snapshot(&target);
        for ldif in [
            format!("dn: {target}\nchangetype: delete\n\n"),
            format!("dn: {target}\nchangetype: modrdn\nnewrdn: uid=autre\ndeleteoldrdn: 1\n\n"),
            format!(
                "dn: {target}\nchangetype: modrdn\nnewrdn: uid={NADIA_BELKACEM_ROUSSEL}\ndeleteoldrdn: 0\nnewsuperior: ou=services,{BASE_DN}\n\n"
            ),
        ] {
            assert_ne!(
                directory.change(Asker::Clerk(clerk), &ldif).code,
                0,
                "{clerk}: {ldif}"
            );
            assert_eq!(directory.snapshot(&target), before, "{clerk}: {ldif}");
        }
        for parent in [PEOPLE_DN, BASE_DN, "ou=guichet,dc=univ-rivemer,dc=example"] {
            let dn = format!("uid=fantome,{parent}");
            let ldif = format!(
                "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: fantome\ncn: Fantome\nsn: Fantome\n\n"
            );
            assert_ne!(
                directory.change(Asker::Clerk(clerk), &ldif).code,
                0,
                "{clerk} adds {dn}"
            );
            assert!(directory.snapshot(&dn).is_empty(), "{clerk} added {dn}");
        }
    }
}

#[test]
fn a_clerk_does_not_widen_their_own_rights() {
    let directory = Directory::start();
    for clerk in CLERKS {
        let own = person_dn(clerk);
        let changes = [
            replace("supannEntiteAffectation", "UFR-SCI"),
            replace("pwdPolicySubentry", &policy_dn("services")),
            replace("pwdReset", "TRUE"),
            replace("pwdAccountLockedTime", "000001010000Z"),
            add(
                "supannRefId",
                "{GUICHET}01990000-0000-7000-8000-000000000002",
            ),
        ];
        directory.assert_all_denied(
            Asker::Clerk(clerk),
            &own,
            &changes.map(|change| vec![change]),
        );
        directory.assert_denied(
            Asker::Clerk(clerk),
            &own,
            &handover("Ma-Propre-Remise-1", "01990000-0000-7000-8000-000000000003"),
        );
        for group in ["guichet-rh", "guichet-responsable", PROTECTED_GROUP] {
            let dn = group_dn(group);
            directory.assert_all_denied(
                Asker::Clerk(clerk),
                &dn,
                &[
                    vec![add("member", &person_dn("dfleury"))],
                    vec![delete("member")],
                ],
            );
        }
        directory.assert_denied(
            Asker::Clerk(clerk),
            &policy_dn("ordinaire"),
            &[replace("pwdMustChange", "FALSE")],
        );
    }
}

#[test]
fn a_new_clerk_whom_nobody_protected_yet_does_not_reset_themselves() {
    let directory = Directory::start();
    let own = person_dn("dfleury");
    let joins = directory.modify(
        Asker::Administrator,
        &group_dn("guichet-rh"),
        &[add("member", &own)],
    );
    assert_eq!(joins.code, 0, "{}", joins.err);
    let marker = "01990000-0000-7000-8000-000000000008";
    let other = directory.modify(
        Asker::Clerk("dfleury"),
        &person_dn(NADIA_BELKHIR),
        &handover("Une-Remise-De-Denis-1", marker),
    );
    assert_eq!(other.code, 0, "the role is theirs: {}", other.err);
    directory.assert_denied(
        Asker::Clerk("dfleury"),
        &own,
        &handover("Ma-Propre-Remise-2", marker),
    );
    let alone = [
        replace("pwdReset", "TRUE"),
        replace("pwdAccountLockedTime", "000001010000Z"),
        add(
            "supannRefId",
            "{GUICHET}01990000-0000-7000-8000-000000000009",
        ),
    ];
    directory.assert_all_denied(
        Asker::Clerk("dfleury"),
        &own,
        &alone.map(|change| vec![change]),
    );
}

#[test]
fn protected_accounts_are_read_and_never_reset() {
    let directory = Directory::start();
    // Clerks are protected from one another: a reset would lend the other's rights.
    for login in [PROTECTED, "sdiallo", "mperrin", "lgirard", "pcolin"] {
        let dn = person_dn(login);
        for clerk in CLERKS.into_iter().filter(|clerk| *clerk != login) {
            let changes = [
                replace("userPassword", "Tentative-De-Remise-2"),
                replace("pwdReset", "TRUE"),
                replace("pwdAccountLockedTime", "000001010000Z"),
                add(
                    "supannRefId",
                    "{GUICHET}01990000-0000-7000-8000-000000000004",
                ),
            ];
            directory.assert_all_denied(
                Asker::Clerk(clerk),
                &dn,
                &changes.map(|change| vec![change]),
            );
        }
        let sheet = directory.read(Asker::Clerk(RH), &dn, &["mail"]);
        assert_eq!(sheet.values("mail").len(), 1, "RH reads {login}");
    }
}
