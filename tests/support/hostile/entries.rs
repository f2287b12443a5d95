//! The entries of the operations: what a clerk types, what a reader sends, what the directory answers.
//! Each entry gets the whole corpus on a real directory that logs what it was asked.
//! Never counts an answer as harmless without looking at it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guichet_core::domain::travel_document::RawReading;
use guichet_core::operations::handover::{self, HandoverView, LanguageView, Outlet};
use guichet_core::operations::session::{self, Notice};
use guichet_core::operations::{Office, counter};
use guichet_core::rehearsal::clerks::clerk;
use guichet_core::rehearsal::{ADMINISTRATOR_PASSWORD, PEOPLE_DN, administrator_dn, cast};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::sent::Sent;
use super::{Family, Findings, Hostile, corpus};
use crate::desk::{Post, person};

/// Every text as a word of a name and as a key, straight to the builders of filters and through the search; then what
/// the directory says it was asked.
pub async fn filters_sent(post: &Post) -> Findings {
    let mut findings = Findings::default();
    let office = post.signed_in("croux").await;
    counter::wait_for_index(&office).await;
    let before = Sent::read(&post.directory.folder);
    let perimeters: Vec<&str> = before
        .filters
        .iter()
        .map(|filter| filter.text.as_str())
        .filter(|filter| filter.contains("eduPersonAffiliation"))
        .collect();
    assert!(
        !perimeters.is_empty(),
        "the index was filled by its perimeter"
    );
    let names = names_of_everybody(post);

    // What is longer is cut before a filter is built; no search makes an empty word.
    for hostile in corpus().iter().filter(|hostile| hostile.text.len() <= 600) {
        let raw = std::slice::from_ref(&hostile.text);
        for (entry, words, keys) in [("word of a name", raw, &[][..]), ("key", &[][..], raw)] {
            if words.iter().any(String::is_empty) {
                continue;
            }
            findings.count(entry);
            match office.directory().find(words, keys).await {
                Ok(found) => {
                    let wanted = hostile.text.to_lowercase();
                    let literal = names.iter().any(|name| name.contains(&wanted));
                    if hostile.family == Family::Filter && !literal && !found.is_empty() {
                        findings.add(
                            entry,
                            hostile,
                            format!("{} people answer to it", found.len()),
                        );
                    }
                }
                Err(error) => {
                    findings.add(entry, hostile, format!("the filter did not hold: {error}"))
                }
            }
        }
    }
    for hostile in &corpus() {
        let answer = counter::find_in_directory(&office, &hostile.text).await;
        findings.answered("find_in_directory", hostile, &answer);
        if let Ok(view) = &answer {
            if let Some(notice) = &view.notice {
                findings.add(
                    "find_in_directory",
                    hostile,
                    format!("not answered: {notice:?}"),
                );
            }
            if view.rows.len() >= 50 {
                findings.add("find_in_directory", hostile, "fifty people answer to it");
            }
        }
    }

    let sent = Sent::read(&post.directory.folder);
    let asked = sent.filters.len() - before.filters.len();
    if asked < 400 {
        findings
            .problems
            .push(format!("the log shows {asked} filters only"));
    }
    let cut = sent.filters.iter().filter(|filter| filter.cut).count();
    if cut * 10 > asked {
        findings
            .problems
            .push(format!("{cut} of {asked} lines of the log are cut"));
    }
    for filter in sent.foreign_filters(&perimeters) {
        findings
            .problems
            .push(format!("the directory was asked {}", filter.text));
    }
    findings
        .asked
        .insert("filters read off the directory's log", asked);
    findings
}

/// Every text as the login of a clerk: never another DN than one person of the branch of people.
pub async fn clerk_dns(post: &Post) -> Findings {
    let mut findings = Findings::default();
    let office = post.office().await;
    let right = clerk("croux").expect("croux").password;
    for hostile in &corpus() {
        let answer =
            session::sign_in(&office, &hostile.text, Zeroizing::new(right.to_owned())).await;
        // LDAP does not tell « croux » from « croux » with spaces around: the same person, the right password.
        if hostile.text.trim() == "croux" {
            findings.answered("login", hostile, &answer);
            session::sign_out(&office).await.expect("signed out");
        } else {
            findings.refused("login", hostile, &answer);
        }
    }
    let sent = Sent::read(&post.directory.folder);
    if sent.bind_dns.len() < 150 {
        findings
            .problems
            .push(format!("the log shows {} binds only", sent.bind_dns.len()));
    }
    for dn in sent.foreign_dns(PEOPLE_DN) {
        let dn: String = dn.chars().take(200).collect();
        findings
            .problems
            .push(format!("a bind was tried as {dn:?}"));
    }
    findings
        .asked
        .insert("DNs read off the directory's log", sent.bind_dns.len());
    findings
}

/// Every text as a password, at the door and at the lock.
pub async fn passwords(post: &Post) -> Findings {
    let mut findings = Findings::default();
    let office = post.office().await;
    for hostile in &corpus() {
        // The account locks itself after a few: both refusals are sentences, and neither opens.
        let answer =
            session::sign_in(&office, "sdiallo", Zeroizing::new(hostile.text.clone())).await;
        findings.refused("password", hostile, &answer);
    }
    let office = post.signed_in("mperrin").await;
    session::lock(&office).await.expect("locked");
    for hostile in &corpus() {
        let answer = session::unlock(&office, Zeroizing::new(hostile.text.clone())).await;
        findings.refused("unlock", hostile, &answer);
    }
    findings
}

/// What is typed or read at the counter, before any handover.
pub async fn counter_answers(post: &Post) -> Findings {
    let mut findings = Findings::default();
    let office = post.signed_in("croux").await;
    counter::wait_for_index(&office).await;
    for hostile in &corpus() {
        let answer = counter::find(&office, &hostile.text).await;
        findings.answered("find", hostile, &answer);
        if let Ok(view) = &answer {
            if view.rows.len() > 50 {
                findings.add("find", hostile, format!("{} rows", view.rows.len()));
            }
            if let Some(remark) = &view.remark {
                findings.sentence("find", hostile, remark);
            }
        }
        findings.refused(
            "show",
            hostile,
            &counter::show(&office, &hostile.text).await,
        );
        findings.refused(
            "begin",
            hostile,
            &handover::begin(&office, &hostile.text).await,
        );
        for (entry, physical_keys) in [
            ("read_document", None),
            ("read_document, keys", Some(vec![hostile.text.clone(); 3])),
        ] {
            let reading = RawReading {
                characters: hostile.text.clone(),
                physical_keys,
            };
            let answer = counter::read_document(&office, reading).await;
            findings.answered(entry, hostile, &answer);
            match &answer {
                Ok(arrival) if arrival.people.is_empty() => {
                    notice(&mut findings, entry, hostile, arrival.notice.as_ref())
                }
                Ok(arrival) => findings.add(
                    entry,
                    hostile,
                    format!("{} people bear it", arrival.people.len()),
                ),
                Err(_) => {}
            }
        }
    }
    findings
}

fn notice(
    findings: &mut Findings,
    entry: &'static str,
    hostile: &Hostile,
    notice: Option<&Notice>,
) {
    match notice {
        Some(notice) => findings.sentence(
            entry,
            hostile,
            &format!("{} {}", notice.strong, notice.text),
        ),
        None => findings.add(entry, hostile, "nothing is said"),
    }
}

/// What is typed, read or chosen in a handover, each text in a handover of its own where tries are counted.
pub async fn handover_answers(post: &Post) -> Findings {
    let mut findings = Findings::default();
    let office = post.signed_in("croux").await;
    let ines = person(&office, cast::INES_LEFEVRE_NUNEZ).await;
    let mut view = handover::begin(&office, &ines).await.expect("opens");
    for hostile in &corpus() {
        let typed = &hostile.text;
        let reading = RawReading {
            characters: typed.clone(),
            physical_keys: None,
        };
        let answer = handover::check_document(&office, &view.id, reading).await;
        established(&mut findings, "check_document", hostile, &answer, false);
        for (entry, document, birth, start, right) in [
            (
                "birth date",
                "identity-card",
                typed.as_str(),
                "lef",
                is_her_birth_date(typed),
            ),
            (
                "name start",
                "identity-card",
                "16/03/1994",
                typed.as_str(),
                starts_her_name(typed),
            ),
            ("document code", typed.as_str(), "16/03/1994", "lef", false),
        ] {
            let answer =
                handover::check_birth_date(&office, &view.id, document, birth, start).await;
            established(&mut findings, entry, hostile, &answer, right);
            // Two wrong dates close this way in: each text is judged by itself.
            if answer.is_ok_and(|view| view.identity.tries_left == 0) {
                let strip = crate::desk::strip_of_ines("940316");
                handover::check_document(&office, &view.id, strip)
                    .await
                    .expect("read");
                handover::confirm_photo(&office, &view.id, true)
                    .await
                    .expect("established, so that the tries are given back");
                handover::abandon(&office, &view.id)
                    .await
                    .expect("abandoned");
                view = handover::begin(&office, &ines).await.expect("opens");
            }
        }
        let answer = handover::set_printer(&office, &view.id, typed).await;
        findings.answered("set_printer", hostile, &answer);
        findings.count("set_language");
        if serde_json::from_value::<LanguageView>(serde_json::Value::String(typed.clone())).is_ok()
        {
            findings.add("set_language", hostile, "a language was understood");
        }
        findings.refused("resume", hostile, &handover::resume(&office, typed).await);
        findings.refused("finish", hostile, &handover::finish(&office, typed).await);
        findings.refused(
            "print_again",
            hostile,
            &handover::print_again(&office, typed).await,
        );
        findings.refused(
            "hand_over",
            hostile,
            &handover::hand_over(&office, typed, Outlet::Printer).await,
        );
    }
    handover::abandon(&office, &view.id)
        .await
        .expect("abandoned");
    printers_and_files(&mut findings, post, &office, &ines).await;
    findings
}

/// `right`: what was typed is the person's own, badly written; anything else establishes nothing and says so.
fn established(
    findings: &mut Findings,
    entry: &'static str,
    hostile: &Hostile,
    answer: &Result<HandoverView, guichet_core::operations::OperationError>,
    right: bool,
) {
    findings.answered(entry, hostile, answer);
    match answer {
        Ok(view) if view.identity.awaits_photo && right => {}
        Ok(view) if view.identity.awaits_photo => {
            findings.add(entry, hostile, "an identity was established")
        }
        Ok(view) => notice(findings, entry, hostile, view.identity.notice.as_ref()),
        Err(_) => {}
    }
}

fn is_her_birth_date(typed: &str) -> bool {
    let digits: String = typed
        .chars()
        .take(32)
        .nfkc()
        .filter(char::is_ascii_digit)
        .collect();
    digits == "16031994"
}

fn starts_her_name(typed: &str) -> bool {
    let letters: String = typed
        .chars()
        .take(32)
        .filter(|sign| sign.is_alphabetic())
        .collect();
    letters.to_lowercase().starts_with("lef")
}

/// One letter that is ready: sent to queues and saved at places of every family that a name of a queue or a file
/// could carry further.
async fn printers_and_files(
    findings: &mut Findings,
    post: &Post,
    office: &Arc<Office>,
    ines: &str,
) {
    let view = handover::begin(office, ines).await.expect("opens");
    handover::check_birth_date(office, &view.id, "identity-card", "16/03/1994", "lef")
        .await
        .expect("compared");
    handover::confirm_photo(office, &view.id, true)
        .await
        .expect("confirmed");
    // Deep enough that no « .. » of the corpus climbs out of this folder.
    let deep = (0..12).fold(post.folder.path().join("lettres"), |folder, _| {
        folder.join("d")
    });
    std::fs::create_dir_all(&deep).expect("a folder");
    let view = crate::desk::sent(office, &view.id, &deep.join("lettre.pdf")).await;
    let families = [
        Family::Control,
        Family::Invisible,
        Family::Huge,
        Family::Path,
        Family::Protocol,
    ];
    for hostile in corpus()
        .iter()
        .filter(|hostile| families.contains(&hostile.family))
    {
        handover::set_printer(office, &view.id, &hostile.text)
            .await
            .expect("chosen");
        let answer = handover::print_again(office, &view.id).await;
        findings.answered("printer of a letter", hostile, &answer);
        if let Ok(view) = &answer {
            notice(
                findings,
                "printer of a letter",
                hostile,
                view.letter.notice.as_ref(),
            );
        }
        let climbs = hostile.text.matches("..").count();
        if climbs > 10 && hostile.text.len() < 4096 {
            continue;
        }
        let place = deep.join(hostile.text.trim_start_matches(['/', '\\']));
        let answer = handover::save_letter(office, &view.id, Some(place)).await;
        findings.answered("place of a letter", hostile, &answer);
    }
    let outside: Vec<String> = std::fs::read_dir(post.folder.path())
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name != "lettres" && name != "poste")
        .collect();
    if !outside.is_empty() {
        findings
            .problems
            .push(format!("written outside the folder: {outside:?}"));
    }
    // A copy that fails leaves the paper in doubt: one more, in a place that takes it.
    handover::save_letter(office, &view.id, Some(deep.join("lettre.pdf")))
        .await
        .expect("saved");
    handover::finish(office, &view.id)
        .await
        .expect("handed over");
}

/// The directory is written by many hands: names that are payloads come back as the text they are, on every view.
pub async fn names_from_the_directory(post: &Post) -> Findings {
    let mut findings = Findings::default();
    let texts: Vec<Hostile> = corpus()
        .into_iter()
        // A value of a directory has letters; each piece of a long one is indexed, and the test's directory is small.
        .filter(|hostile| !hostile.text.trim().is_empty() && hostile.text.len() < 250)
        .collect();
    let people = logins_in_the_perimeter(post);
    assert!(people.len() >= 100, "{} people to rename", people.len());
    let mut kept = 0;
    let office = post.signed_in("hvasseur").await;
    counter::wait_for_index(&office).await;
    for hostiles in texts.chunks(people.len()) {
        let mut ldif = String::new();
        for (login, hostile) in people.iter().zip(hostiles) {
            let name = STANDARD.encode(format!("Piege {}", hostile.text));
            let _ = write!(
                ldif,
                "dn: uid={login},{PEOPLE_DN}\nchangetype: modify\nreplace: sn\nsn:: {name}\n-\nreplace: givenName\ngivenName:: {name}\n-\nreplace: displayName\ndisplayName:: {name}\n\n"
            );
        }
        modify(post, &ldif);
        for (login, hostile) in people.iter().zip(hostiles) {
            let found = office
                .directory()
                .find(&[], std::slice::from_ref(login))
                .await
                .expect("a search");
            let Some(found) = found.iter().find(|found| {
                found
                    .login
                    .as_ref()
                    .is_some_and(|own| own.as_str() == login)
            }) else {
                findings.add("name in the directory", hostile, "the person is lost");
                continue;
            };
            kept += usize::from(found.names.family.starts_with("Piege"));
            let id = found.id.to_string();
            findings.answered(
                "sheet of a name",
                hostile,
                &counter::show(&office, &id).await,
            );
            let opened = handover::begin(&office, &id).await;
            findings.answered("handover of a name", hostile, &opened);
            if let Ok(view) = opened {
                handover::abandon(&office, &view.id)
                    .await
                    .expect("abandoned");
            }
        }
    }
    findings.asked.insert("names that the directory kept", kept);
    if kept < 200 {
        findings
            .problems
            .push(format!("the directory kept {kept} names only"));
    }
    findings
}

fn as_administrator(post: &Post, program: &str, arguments: &[&str]) -> String {
    let output = std::process::Command::new(program)
        .args([
            "-x",
            "-H",
            &post.directory.uri_ldaps,
            "-D",
            &administrator_dn(),
            "-w",
            ADMINISTRATOR_PASSWORD,
        ])
        .args(arguments)
        .env("LDAPTLS_CACERT", &post.directory.ca_pem)
        .output()
        .expect("ldap-utils");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn modify(post: &Post, ldif: &str) {
    let file = post.folder.path().join("noms.ldif");
    std::fs::write(&file, ldif).expect("the changes");
    // `-c`: what the directory itself refuses is no name of anybody.
    as_administrator(
        post,
        "ldapmodify",
        &["-c", "-f", &file.display().to_string()],
    );
    std::fs::remove_file(&file).expect("the changes go");
}

fn logins_in_the_perimeter(post: &Post) -> Vec<String> {
    as_administrator(
        post,
        "ldapsearch",
        &[
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-b",
            PEOPLE_DN,
            "(eduPersonAffiliation=student)",
            "uid",
        ],
    )
    .lines()
    .filter_map(|line| line.strip_prefix("uid: ").map(str::to_owned))
    .collect()
}

/// Every value that a search looks at, in lower case.
fn names_of_everybody(post: &Post) -> BTreeSet<String> {
    as_administrator(
        post,
        "ldapsearch",
        &[
            "-LLL",
            "-o",
            "ldif-wrap=no",
            "-b",
            PEOPLE_DN,
            "(objectClass=supannPerson)",
            "cn",
            "displayName",
            "sn",
            "givenName",
            "supannNomDeNaissance",
            "uid",
            "mail",
            "supannAliasLogin",
            "supannEtuId",
            "supannEmpId",
            "supannCodeINE",
        ],
    )
    .lines()
    .filter_map(|line| line.split_once(": "))
    .map(|(name, value)| match name.strip_suffix(':') {
        Some(_) => STANDARD
            .decode(value)
            .map(|bytes| String::from_utf8_lossy(&bytes).to_lowercase())
            .unwrap_or_default(),
        None => value.to_lowercase(),
    })
    .collect()
}
