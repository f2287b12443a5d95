//! Records of handovers are add-only for counters: under one's own name, once, and never touched again.
//! Tried with add, replace, delete and rename of every attribute, by the author and by everybody else.
//! Never reads what a record says: its text is the product's.

use guichet_core::rehearsal::cast::{NADIA_BELKACEM, NADIA_BELKACEM_ROUSSEL};
use guichet_core::rehearsal::{BASE_DN, CHECKPOINTS_DN, RECORDS_DN, person_dn};

use super::clients::{Asker, Directory, add, delete, replace};

const AUTHOR: &str = "croux";
const ID: &str = "0199aaaa-0000-7000-8000-000000000001";

/// Everyone who is not the author, whatever their role.
const OTHERS: [Asker<'_>; 7] = [
    Asker::Clerk("sdiallo"),
    Asker::Clerk("mperrin"),
    Asker::Clerk("ybenaissa"),
    Asker::Clerk("obouchet"),
    Asker::Clerk("hvasseur"),
    Asker::Clerk("dfleury"),
    Asker::Anonymous,
];

fn record_dn(branch: &str, id: &str) -> String {
    format!("documentIdentifier={id},{branch}")
}

fn record(branch: &str, id: &str, author: &str, more: &str) -> String {
    format!(
        "dn: {}\nchangetype: add\nobjectClass: document\ndocumentIdentifier: {id}\ndocumentAuthor: {}\n\
         seeAlso: {}\ndescription: {{\"v\":1}}\n{more}\n",
        record_dn(branch, id),
        person_dn(author),
        person_dn(NADIA_BELKACEM_ROUSSEL),
    )
}

#[test]
fn a_clerk_adds_a_record_once_and_reads_it_back() {
    let directory = Directory::start();
    for branch in [RECORDS_DN, CHECKPOINTS_DN] {
        let added = directory.change(Asker::Clerk(AUTHOR), &record(branch, ID, AUTHOR, ""));
        assert_eq!(added.code, 0, "{}", added.err);
        let again = directory.change(Asker::Clerk(AUTHOR), &record(branch, ID, AUTHOR, ""));
        assert_eq!(
            again.code, 68,
            "the identifier makes a second sending harmless"
        );
        let dn = record_dn(branch, ID);
        let read = directory.read(Asker::Clerk(AUTHOR), &dn, &["*"]);
        assert_eq!(read.values("description"), ["{\"v\":1}"]);
    }
}

#[test]
fn records_are_read_by_their_author_the_supervisor_and_the_it_office() {
    let directory = Directory::start();
    let added = directory.change(Asker::Clerk(AUTHOR), &record(RECORDS_DN, ID, AUTHOR, ""));
    assert_eq!(added.code, 0, "{}", added.err);
    let dn = record_dn(RECORDS_DN, ID);
    for asker in OTHERS {
        let seen = directory.read(asker, &dn, &["*"]).attributes().len();
        let supervisor = matches!(asker, Asker::Clerk("hvasseur"));
        assert_eq!(seen > 0, supervisor, "{asker:?} sees {seen} attributes");
    }
    assert!(
        !directory
            .read(Asker::ItOffice, &dn, &["*"])
            .attributes()
            .is_empty()
    );
}

#[test]
fn a_record_is_never_changed() {
    let directory = Directory::start();
    for branch in [RECORDS_DN, CHECKPOINTS_DN] {
        let added = directory.change(Asker::Clerk(AUTHOR), &record(branch, ID, AUTHOR, ""));
        assert_eq!(added.code, 0, "{}", added.err);
        let dn = record_dn(branch, ID);
        for asker in OTHERS.into_iter().chain([Asker::Clerk(AUTHOR)]) {
            let mut changes = Vec::new();
            for (attribute, value) in values() {
                changes.push(vec![add(attribute, &value)]);
                changes.push(vec![replace(attribute, &value)]);
                changes.push(vec![delete(attribute)]);
            }
            // The very values it holds: even a change without effect would leave its author's name and time.
            changes.push(vec![replace("documentAuthor", &person_dn(AUTHOR))]);
            changes.push(vec![replace("description", "{\"v\":1}")]);
            directory.assert_all_denied(asker, &dn, &changes);
        }
    }
}

/// Every attribute a `document` may hold (RFC 4524), and three that would turn it into something else.
fn values() -> Vec<(&'static str, String)> {
    let other = person_dn("sdiallo");
    let text = |attribute| (attribute, String::from("ajout"));
    vec![
        (
            "documentIdentifier",
            "0199aaaa-0000-7000-8000-00000000ffff".into(),
        ),
        ("documentAuthor", other.clone()),
        ("seeAlso", other),
        ("description", "{\"v\":2}".into()),
        text("cn"),
        text("l"),
        text("o"),
        text("ou"),
        text("documentTitle"),
        text("documentVersion"),
        text("documentLocation"),
        text("documentPublisher"),
        ("objectClass", "extensibleObject".into()),
        text("userPassword"),
        text("member"),
    ]
}

#[test]
fn a_record_is_neither_removed_nor_renamed_nor_moved() {
    let directory = Directory::start();
    let added = directory.change(Asker::Clerk(AUTHOR), &record(RECORDS_DN, ID, AUTHOR, ""));
    assert_eq!(added.code, 0, "{}", added.err);
    let dn = record_dn(RECORDS_DN, ID);
    let before = directory.snapshot(&dn);
    for asker in OTHERS.into_iter().chain([Asker::Clerk(AUTHOR)]) {
        for change in [
            "changetype: delete\n".to_owned(),
            "changetype: modrdn\nnewrdn: documentIdentifier=autre\ndeleteoldrdn: 1\n".to_owned(),
            "changetype: modrdn\nnewrdn: documentIdentifier=autre\ndeleteoldrdn: 0\n".to_owned(),
            "changetype: modrdn\nnewrdn: cn=autre\ndeleteoldrdn: 0\n".to_owned(),
            format!(
                "changetype: modrdn\nnewrdn: documentIdentifier={ID}\ndeleteoldrdn: 0\nnewsuperior: {CHECKPOINTS_DN}\n"
            ),
        ] {
            let answer = directory.change(asker, &format!("dn: {dn}\n{change}\n"));
            assert_ne!(answer.code, 0, "{asker:?}: {change}");
            assert_eq!(directory.snapshot(&dn), before, "{asker:?}: {change}");
        }
    }
}

#[test]
fn a_record_is_signed_by_its_author_alone() {
    let directory = Directory::start();
    let with_author = |author: &str| format!("documentAuthor: {}\n", person_dn(author));
    let refused = [
        (
            "another's name",
            "croux",
            record(RECORDS_DN, "r1", "sdiallo", ""),
        ),
        (
            "two names",
            "croux",
            record(RECORDS_DN, "r2", "croux", &with_author("sdiallo")),
        ),
        (
            "no role",
            "dfleury",
            record(RECORDS_DN, "r3", "dfleury", ""),
        ),
        (
            "two subjects",
            "croux",
            record(
                RECORDS_DN,
                "r4",
                "croux",
                &format!("seeAlso: {}\n", person_dn(NADIA_BELKACEM)),
            ),
        ),
        (
            "two texts",
            "croux",
            record(RECORDS_DN, "r5", "croux", "description: autre\n"),
        ),
        (
            "an account in disguise",
            "croux",
            record(
                RECORDS_DN,
                "r6",
                "croux",
                "objectClass: simpleSecurityObject\nuserPassword: Un-Compte-De-Trop-1\n",
            ),
        ),
        (
            "anything at all",
            "croux",
            record(
                RECORDS_DN,
                "r7",
                "croux",
                "objectClass: extensibleObject\nmember: cn=x\n",
            ),
        ),
        (
            "a very long text",
            "croux",
            record(
                RECORDS_DN,
                "r8",
                "croux",
                &format!("documentTitle: x\ndescription: {}\n", "a".repeat(9000)),
            ),
        ),
        (
            "beside the branch",
            "croux",
            record(&format!("ou=guichet,{BASE_DN}"), "r9", "croux", ""),
        ),
        (
            "under another record",
            "croux",
            record(&record_dn(RECORDS_DN, ID), "r10", "croux", ""),
        ),
    ];
    let added = directory.change(Asker::Clerk(AUTHOR), &record(RECORDS_DN, ID, AUTHOR, ""));
    assert_eq!(added.code, 0, "{}", added.err);
    for (what, clerk, ldif) in refused {
        let answer = directory.change(Asker::Clerk(clerk), &ldif);
        assert_ne!(answer.code, 0, "{what}");
        let dn = ldif
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("dn: "))
            .expect("a DN");
        assert!(directory.snapshot(dn).is_empty(), "{what}");
    }
}

#[test]
fn the_it_office_purges_and_does_not_rewrite() {
    let directory = Directory::start();
    let added = directory.change(Asker::Clerk(AUTHOR), &record(RECORDS_DN, ID, AUTHOR, ""));
    assert_eq!(added.code, 0, "{}", added.err);
    let dn = record_dn(RECORDS_DN, ID);
    let rewrites: Vec<Vec<String>> = values()
        .into_iter()
        .map(|(attribute, value)| vec![replace(attribute, &value)])
        .collect();
    directory.assert_all_denied(Asker::ItOffice, &dn, &rewrites);
    let purge = directory.change(
        Asker::ItOffice,
        &format!("dn: {dn}\nchangetype: delete\n\n"),
    );
    assert_eq!(purge.code, 0, "{}", purge.err);
    assert!(directory.snapshot(&dn).is_empty());
}
