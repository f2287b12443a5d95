//! One fictitious person, and how SupAnn, eduPerson and the password policy write them down.
//! Everything generated, cast or nasty goes through here, so that all entries have the same shape.
//! Never reads the clock and never draws anything: the caller gives every fact.

use jiff::civil::Date;

use super::account::{Account, AccountState, Password};
use super::calendar::end_of_day;
use super::ldif::{Entry, marker_uuid, named_uuid, ssha, unaccented};
use super::{MAIL_DOMAIN, UAI, person_dn, policy_dn};

/// `modifyTimestamp` of everybody as loaded.
const IMPORTED_AT: &str = "20260105070000Z";

/// What a member of staff does (`eduPersonAffiliation` beside `member` and `employee`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffKind {
    /// BIATSS.
    Administrative,
    /// Enseignants-chercheurs.
    Faculty,
    /// A doctoral contract.
    Doctoral,
}

/// One link with the university. A person may have several.
#[derive(Debug, Clone)]
pub enum Tie {
    Student {
        number: String,
        ine: String,
        /// `L1`… `M2`, `D1`… `D3`, without its label.
        level: &'static str,
        structure: &'static str,
        until: Date,
    },
    Staff {
        number: String,
        kind: StaffKind,
        /// Code of the corps, without its label.
        corps: &'static str,
        structure: &'static str,
        until: Option<Date>,
    },
    Graduate {
        number: String,
        ine: String,
        structure: &'static str,
        left: Date,
    },
    Guest {
        /// Login of the sponsor (`supannParrainDN`).
        sponsor: String,
        structure: &'static str,
        reason: &'static str,
        until: Date,
    },
}

#[derive(Debug, Clone)]
pub struct FictitiousPerson {
    pub login: String,
    /// `sn`.
    pub family: String,
    /// `givenName`; empty for a mononym.
    pub given: String,
    pub woman: bool,
    /// When it differs from `family`.
    pub birth_family: Option<String>,
    /// When it differs from `given`.
    pub civil_given: Option<String>,
    /// `AAAA-MM-JJ`; unknown parts are `00`.
    pub birth: Option<String>,
    /// INSEE codes of the commune and the country; the commune is absent for births abroad and in Corsica.
    pub birth_commune: Option<&'static str>,
    pub birth_country: &'static str,
    pub ties: Vec<Tie>,
    /// Main structure first; empty: those of the ties.
    pub structures: Vec<&'static str>,
    /// `None`: made from the name.
    pub mail: Option<String>,
    /// `{SECOURS}…`, `{PERSO}…`, `{PARENTS}…`.
    pub private_mails: Vec<String>,
    /// `{MOBPERSO}…`.
    pub private_phones: Vec<String>,
    pub language: &'static str,
    pub unlisted: bool,
    pub account: Account,
    /// Values no field above stands for.
    pub more: Vec<(&'static str, String)>,
}

impl FictitiousPerson {
    pub fn new(login: &str, family: &str, given: &str, woman: bool) -> Self {
        FictitiousPerson {
            login: login.to_owned(),
            family: family.to_owned(),
            given: given.to_owned(),
            woman,
            birth_family: None,
            civil_given: None,
            birth: None,
            birth_commune: Some("76540"),
            birth_country: "99100",
            ties: Vec::new(),
            structures: Vec::new(),
            mail: None,
            private_mails: Vec::new(),
            private_phones: Vec::new(),
            language: "fr",
            unlisted: false,
            account: Account::new(AccountState::new('A', "SupannActif", None, None)),
            more: Vec::new(),
        }
    }

    /// The entry, ready to be written.
    pub fn entry(&self) -> Entry {
        let dn = person_dn(&self.login);
        let mut entry = Entry::new(dn, &["inetOrgPerson", "eduPerson", "supannPerson"]);
        entry.push("uid", self.login.as_str());
        entry.push("entryUUID", named_uuid(&self.login));
        // Imported long before anybody comes to the desk: the loader would write the moment of the loading.
        entry.push("modifyTimestamp", IMPORTED_AT);
        self.write_names(&mut entry);
        self.write_affiliations(&mut entry);
        for tie in &self.ties {
            self.write_tie(&mut entry, tie);
        }
        entry.push_all("supannMailPrive", &self.private_mails);
        entry.push_all("supannTelephonePrive", &self.private_phones);
        entry.push("preferredLanguage", self.language);
        entry.push(
            "supannListeRouge",
            if self.unlisted { "TRUE" } else { "FALSE" },
        );
        self.write_account(&mut entry);
        for (attribute, value) in &self.more {
            entry.push(attribute, value.as_str());
        }
        entry
    }

    fn write_names(&self, entry: &mut Entry) {
        let spoken = format!("{} {}", self.given, self.family);
        let filed = format!("{} {}", self.family, self.given);
        entry.push("sn", self.family.as_str());
        if !self.given.is_empty() {
            entry.push("givenName", self.given.as_str());
        }
        entry.push("displayName", spoken.trim());
        // SupAnn: cn without accents, displayName with them.
        entry.push("cn", unaccented(filed.trim()));
        entry.push("supannCivilite", if self.woman { "Mme" } else { "M." });
        let birth_family = self.birth_family.as_deref().unwrap_or(&self.family);
        entry.push("supannNomDeNaissance", birth_family);
        let civil_given = self.civil_given.as_deref().unwrap_or(&self.given);
        if !civil_given.is_empty() {
            entry.push("supannPrenomsEtatCivil", civil_given);
        }
        if let Some(birth) = &self.birth {
            entry.push("supannOIDCDateDeNaissance", birth.as_str());
        }
        entry.push(
            "supannOIDCGenre",
            if self.woman { "female" } else { "male" },
        );
        if let Some(commune) = self.birth_commune {
            entry.push("supannCodeINSEEVilleDeNaissance", commune);
        }
        entry.push("supannCodeINSEEPaysDeNaissance", self.birth_country);
        let local = mail_local_part(&self.given, &self.family);
        let mail = self
            .mail
            .clone()
            .unwrap_or_else(|| format!("{local}@{MAIL_DOMAIN}"));
        entry.push("mail", mail);
        entry.push(
            "eduPersonPrincipalName",
            format!("{}@{MAIL_DOMAIN}", self.login),
        );
    }

    /// `member` and `affiliate` exclude each other (SupAnn): a guest who is anything else is a member.
    fn write_affiliations(&self, entry: &mut Entry) {
        let mut affiliations: Vec<&str> = Vec::new();
        let mut primary = "affiliate";
        for tie in self.ties.iter().rev() {
            let (first, all): (&str, &[&str]) = match tie {
                Tie::Student { .. } => ("student", &["member", "student"]),
                Tie::Staff {
                    kind: StaffKind::Administrative,
                    ..
                } => ("staff", &["member", "employee", "staff"]),
                Tie::Staff {
                    kind: StaffKind::Faculty,
                    ..
                } => (
                    "faculty",
                    &["member", "employee", "faculty", "teacher", "researcher"],
                ),
                Tie::Staff {
                    kind: StaffKind::Doctoral,
                    ..
                } => ("researcher", &["member", "employee", "researcher"]),
                Tie::Graduate { .. } => ("alum", &["alum"]),
                Tie::Guest { .. } => ("affiliate", &["affiliate"]),
            };
            primary = first;
            affiliations.extend(all);
        }
        affiliations.sort_unstable();
        affiliations.dedup();
        if affiliations.contains(&"member") {
            affiliations.retain(|affiliation| *affiliation != "affiliate");
        }
        entry.push_all("eduPersonAffiliation", affiliations);
        entry.push("eduPersonPrimaryAffiliation", primary);
        entry.push("supannEtablissement", format!("{{UAI}}{UAI}"));

        let mut structures = self.structures.clone();
        for tie in &self.ties {
            let (Tie::Student { structure, .. }
            | Tie::Staff { structure, .. }
            | Tie::Graduate { structure, .. }
            | Tie::Guest { structure, .. }) = tie;
            if !structures.contains(structure) {
                structures.push(structure);
            }
        }
        if let Some(main) = structures.first() {
            entry.push("supannEntiteAffectationPrincipale", *main);
        }
        entry.push_all("supannEntiteAffectation", structures);
    }

    fn write_tie(&self, entry: &mut Entry, tie: &Tie) {
        match tie {
            Tie::Student {
                number,
                ine,
                level,
                structure,
                until,
            } => {
                entry.push("supannEtuId", number.as_str());
                entry.push("supannCodeINE", ine.as_str());
                entry.push("supannRefId", format!("{{APOGEE}}{number}"));
                let year = if until.month() >= 9 {
                    until.year()
                } else {
                    until.year() - 1
                };
                write_enrolment(entry, level, structure, year);
                entry.push("supannEtuDateFin", end_of_day(*until));
            }
            Tie::Staff {
                number,
                kind,
                corps,
                structure,
                until,
            } => {
                let affiliation = match kind {
                    StaffKind::Administrative => "staff",
                    StaffKind::Faculty => "faculty",
                    StaffKind::Doctoral => "researcher",
                };
                entry.push("supannEmpId", number.as_str());
                entry.push("supannRefId", format!("{{SIHAM}}RIV{number:0>9}"));
                entry.push("supannEmpCorps", format!("{{NCORPS}}{corps}"));
                entry.push(
                    "supannEmpProfil",
                    format!(
                        "[etab={{UAI}}{UAI}][affil={affiliation}][corps={{NCORPS}}{corps}][affect={structure}]"
                    ),
                );
                if let Some(until) = until {
                    entry.push("supannEmpDateFin", end_of_day(*until));
                }
            }
            Tie::Graduate {
                number, ine, left, ..
            } => {
                entry.push("supannEtuId", number.as_str());
                entry.push("supannCodeINE", ine.as_str());
                entry.push("supannEtuAnneeInscription", (left.year() - 1).to_string());
                entry.push("supannEtuDateFin", end_of_day(*left));
            }
            Tie::Guest {
                sponsor,
                structure,
                reason,
                until,
            } => {
                entry.push("supannParrainDN", person_dn(sponsor));
                entry.push(
                    "supannExtProfil",
                    format!("[etab={{UAI}}{UAI}][affil=affiliate][affect={structure}]"),
                );
                entry.push("supannActivite", format!("{{RIVEMER}}{reason}"));
                entry.push("supannExtDateFin", end_of_day(*until));
            }
        }
    }

    fn write_account(&self, entry: &mut Entry) {
        let account = &self.account;
        let (short, dated) = account.state.values();
        entry.push("supannRessourceEtat", short);
        entry.push("supannRessourceEtatDate", dated);
        match &account.password {
            Password::None => {}
            Password::Own { clear, changed } => {
                entry.push("userPassword", ssha(clear, &self.login));
                entry.push("pwdChangedTime", changed.generalized());
            }
            Password::Pending { clear, given } => {
                entry.push("userPassword", ssha(clear, &self.login));
                entry.push("pwdChangedTime", given.generalized());
                entry.push("pwdReset", "TRUE");
                entry.push(
                    "supannRefId",
                    format!("{{GUICHET}}{}", marker_uuid(&self.login, *given)),
                );
            }
        }
        if let Some(policy) = account.policy {
            entry.push("pwdPolicySubentry", policy_dn(policy.name()));
        }
        entry.push_all("pwdFailureTime", &account.failures);
        entry.push_all("pwdAccountLockedTime", &account.locked);
        let times = [
            ("pwdLastSuccess", account.last_success),
            ("pwdStartTime", account.starts),
            ("pwdEndTime", account.ends),
        ];
        for (attribute, moment) in times {
            if let Some(moment) = moment {
                entry.push(attribute, moment.generalized());
            }
        }
    }
}

/// The elementary attributes repeat what `supannEtuInscription` composes (SupAnn).
fn write_enrolment(entry: &mut Entry, level: &str, structure: &str, year: i16) {
    let (kind, diploma) = match level.as_bytes().first() {
        Some(b'D') => ("{SISE}YA", "{SISE}4200001"),
        Some(b'M') => ("{SISE}XB", "{SISE}2300402"),
        _ => ("{SISE}XA", "{SISE}2400115"),
    };
    let step = format!("{{UAI:{UAI}}}{structure}-{level}");
    entry.push("supannEtuAnneeInscription", year.to_string());
    entry.push("supannEtuCursusAnnee", format!("{{SUPANN}}{level}"));
    entry.push("supannEtuRegimeInscription", "{SISE}10");
    entry.push("supannEtuTypeDiplome", kind);
    entry.push("supannEtuDiplome", diploma);
    entry.push("supannEtuEtape", step.as_str());
    entry.push(
        "supannEtuInscription",
        format!(
            "[etab={{UAI}}{UAI}][anneeinsc={year}][regimeinsc={{SISE}}10][sectdisc={{INCONNU}}][typedip={kind}]\
             [cursusann={{SUPANN}}{level}][affect={structure}][diplome={diploma}][etape={step}]"
        ),
    );
}

/// `prenom.nom` in ASCII, as mail addresses are made.
pub fn mail_local_part(given: &str, family: &str) -> String {
    let part = |name: &str| -> String {
        let plain = unaccented(name)
            .to_lowercase()
            .replace(' ', "-")
            .replace('\'', "");
        plain
            .chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
            .collect()
    };
    let (given, family) = (part(given), part(family));
    match (given.is_empty(), family.is_empty()) {
        (false, false) => format!("{given}.{family}"),
        (true, _) => family,
        (_, true) => given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::calendar::Calendar;

    fn written(person: &FictitiousPerson) -> String {
        let mut out = Vec::new();
        person.entry().write_to(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_guest_who_studies_is_a_member() {
        let calendar = Calendar::new("2026-11-24T08:31:00Z".parse().unwrap());
        let mut person = FictitiousPerson::new("t1", "Test", "Anna", true);
        person.ties = vec![
            Tie::Student {
                number: "21000001".into(),
                ine: "123456789AB".into(),
                level: "L2",
                structure: "UFR-DROIT",
                until: calendar.end_of_academic_year(),
            },
            Tie::Guest {
                sponsor: "croux".into(),
                structure: "LUMEN",
                reason: "Stage",
                until: calendar.day(6),
            },
        ];
        let text = written(&person);
        assert!(text.contains("eduPersonAffiliation: member\n"));
        assert!(!text.contains("eduPersonAffiliation: affiliate\n"));
        assert!(text.contains("eduPersonPrimaryAffiliation: student\n"));
        assert!(text.contains("[anneeinsc=2026]"));
        assert!(text.contains("supannEntiteAffectationPrincipale: UFR-DROIT\n"));
        assert!(text.contains("supannExtDateFin: 20261130235959Z\n"));
    }

    #[test]
    fn a_pending_password_carries_its_marker() {
        let calendar = Calendar::new("2026-11-24T08:31:00Z".parse().unwrap());
        let mut person = FictitiousPerson::new("t2", "Test", "Anna", true);
        person.account.password = Password::Pending {
            clear: "Provisoire-1234".into(),
            given: calendar.moment(10, 15, 52),
        };
        let text = written(&person);
        assert!(text.contains("pwdReset: TRUE\n"));
        assert!(text.contains("pwdChangedTime: 20261114155200Z\n"));
        assert!(text.contains("supannRefId: {GUICHET}"));
        assert!(
            !text.contains("Provisoire-1234"),
            "the clear password never reaches the file"
        );
    }

    #[test]
    fn mail_addresses_are_plain() {
        assert_eq!(
            mail_local_part("Inès", "Lefèvre-Nuñez"),
            "ines.lefevre-nunez"
        );
        assert_eq!(mail_local_part("", "Sukarno"), "sukarno");
        assert_eq!(mail_local_part("Jean", "D’Hérouville"), "jean.dherouville");
    }
}
