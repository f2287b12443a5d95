//! The clerks of the training counter, with the logins and passwords that training sheets print.
//! Every name and password here is fictitious and opens nothing but a rehearsal on the loopback interface.
//! Never holds what a role may do: that is in `access_rules`.

use super::account::{Account, AccountState, Password, Policy};
use super::calendar::Calendar;
use super::person::{FictitiousPerson, StaffKind, Tie};

/// A counter role: a group of clerks under `ou=groupes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Personnels, and guests.
    HumanResources,
    /// Students who are not employees, doctoral ones included, and graduates.
    StudentOffice,
    /// Doctoral students, employed or not.
    DoctoralSchool,
    /// Anyone whose main structure is one of the clerk's own.
    LocalBranch,
    /// Everyone but protected accounts; reads every record.
    Supervisor,
}

impl Role {
    pub const ALL: [Role; 5] = [
        Role::HumanResources,
        Role::StudentOffice,
        Role::DoctoralSchool,
        Role::LocalBranch,
        Role::Supervisor,
    ];

    /// Name of the group, under `ou=groupes`.
    pub fn group(self) -> &'static str {
        match self {
            Role::HumanResources => "guichet-rh",
            Role::StudentOffice => "guichet-scolarite",
            Role::DoctoralSchool => "guichet-ecole-doctorale",
            Role::LocalBranch => "guichet-antenne",
            Role::Supervisor => "guichet-responsable",
        }
    }

    fn french(self) -> &'static str {
        match self {
            Role::HumanResources => "RH",
            Role::StudentOffice => "scolarité",
            Role::DoctoralSchool => "école doctorale",
            Role::LocalBranch => "antenne DOSI",
            Role::Supervisor => "responsable",
        }
    }
}

/// What happens when the clerk signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    Opens,
    /// `pwdReset: TRUE`: only a change of password is allowed.
    MustChange,
    /// Past `pwdMaxAge`: the bind is refused.
    Expired,
    /// Five wrong passwords an hour before the preparation.
    Locked,
}

pub struct Clerk {
    pub login: &'static str,
    pub password: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    /// `None`: a member of staff who has nothing to do at a counter.
    pub role: Option<Role>,
    pub sign_in: SignIn,
    /// Main structure.
    pub structure: &'static str,
    /// Structures served beside the main one.
    pub serves: &'static [&'static str],
    birth: &'static str,
    woman: bool,
}

/// Clerks of every role and in every sign-in situation.
pub const CLERKS: &[Clerk] = &[
    Clerk {
        login: "croux",
        password: "Phare-Galet-Brise-41",
        given: "Camille",
        family: "Roux",
        role: Some(Role::HumanResources),
        sign_in: SignIn::Opens,
        structure: "DRH",
        serves: &[],
        birth: "1988-06-12",
        woman: true,
    },
    Clerk {
        login: "sdiallo",
        password: "Voile-Sable-Digue-27",
        given: "Sami",
        family: "Diallo",
        role: Some(Role::HumanResources),
        sign_in: SignIn::Opens,
        structure: "DRH",
        serves: &[],
        birth: "1991-02-03",
        woman: false,
    },
    Clerk {
        login: "mperrin",
        password: "Cabine-Herbe-Quai-58",
        given: "Maud",
        family: "Perrin",
        role: Some(Role::StudentOffice),
        sign_in: SignIn::Opens,
        structure: "DEVE",
        serves: &[],
        birth: "1984-09-27",
        woman: true,
    },
    Clerk {
        login: "ybenaissa",
        password: "Gouvernail-Route-Foin-36",
        given: "Yasmine",
        family: "Benaïssa",
        role: Some(Role::DoctoralSchool),
        sign_in: SignIn::Opens,
        structure: "COL-ED",
        serves: &["ED-CALCUL"],
        birth: "1990-11-08",
        woman: true,
    },
    Clerk {
        login: "obouchet",
        password: "Corde-Lune-Ponton-63",
        given: "Olivier",
        family: "Bouchet",
        role: Some(Role::LocalBranch),
        sign_in: SignIn::Opens,
        structure: "ANT-SC",
        serves: &["LUMEN", "UFR-DROIT"],
        birth: "1979-04-19",
        woman: false,
    },
    Clerk {
        login: "hvasseur",
        password: "Ardoise-Verger-Pont-84",
        given: "Hélène",
        family: "Vasseur",
        role: Some(Role::Supervisor),
        sign_in: SignIn::Opens,
        structure: "DRH",
        serves: &[],
        birth: "1972-01-30",
        woman: true,
    },
    Clerk {
        login: "lgirard",
        password: "Provisoire-Nord-Sud-15",
        given: "Lucie",
        family: "Girard",
        role: Some(Role::HumanResources),
        sign_in: SignIn::MustChange,
        structure: "DRH",
        serves: &[],
        birth: "1996-07-22",
        woman: true,
    },
    Clerk {
        login: "pcolin",
        password: "Vague-Ancienne-Dune-92",
        given: "Pascal",
        family: "Colin",
        role: Some(Role::StudentOffice),
        sign_in: SignIn::Expired,
        structure: "DEVE",
        serves: &[],
        birth: "1969-12-05",
        woman: false,
    },
    Clerk {
        login: "ahamon",
        password: "Galion-Tunnel-Orge-70",
        given: "Anne",
        family: "Hamon",
        role: Some(Role::DoctoralSchool),
        sign_in: SignIn::Locked,
        structure: "COL-ED",
        serves: &["ED-LETTRES"],
        birth: "1981-03-14",
        woman: true,
    },
    Clerk {
        login: "dfleury",
        password: "Gravier-Lanterne-Cour-33",
        given: "Denis",
        family: "Fleury",
        role: None,
        sign_in: SignIn::Opens,
        structure: "SCD",
        serves: &[],
        birth: "1976-10-01",
        woman: false,
    },
];

/// The clerk of that login.
pub fn clerk(login: &str) -> Option<&'static Clerk> {
    CLERKS.iter().find(|clerk| clerk.login == login)
}

impl Clerk {
    /// DN of the clerk's own entry.
    pub fn dn(&self) -> String {
        super::person_dn(self.login)
    }

    pub(super) fn person(&self, calendar: Calendar) -> FictitiousPerson {
        let mut structures = vec![self.structure];
        structures.extend(self.serves);
        let changed = match self.sign_in {
            SignIn::Expired => calendar.moment(400, 9, 0),
            SignIn::MustChange => calendar.moment(1, 9, 0),
            SignIn::Opens | SignIn::Locked => calendar.moment(60, 9, 0),
        };
        let mut account = Account::new(AccountState::active(calendar));
        account.password = match self.sign_in {
            SignIn::MustChange => Password::Pending {
                clear: self.password.to_owned(),
                given: changed,
            },
            SignIn::Opens | SignIn::Expired | SignIn::Locked => Password::Own {
                clear: self.password.to_owned(),
                changed,
            },
        };
        account.policy = match self.sign_in {
            SignIn::Expired => Some(Policy::HalfYear),
            SignIn::Locked => Some(Policy::DayLock),
            SignIn::Opens | SignIn::MustChange => None,
        };
        if self.sign_in == SignIn::Locked {
            account.lock_by_failures(calendar, 3600);
        }
        let mut person = FictitiousPerson::new(self.login, self.family, self.given, self.woman);
        person.birth = Some(self.birth.to_owned());
        person.ties = vec![Tie::Staff {
            number: format!("9{:05}", position(self.login)),
            kind: StaffKind::Administrative,
            corps: "TECH",
            structure: self.structure,
            until: None,
        }];
        person.structures = structures;
        person.private_mails = vec![format!(
            "{{SECOURS}}{}.rivemer@courriel.example",
            self.login
        )];
        person.account = account;
        person
    }
}

fn position(login: &str) -> usize {
    CLERKS
        .iter()
        .position(|clerk| clerk.login == login)
        .unwrap_or_default()
}

/// The sheet kept in the rehearsal folder, in French, for whoever leads the training.
pub fn training_sheet() -> String {
    let mut sheet = String::from(
        "Université de Rivemer : annuaire de répétition\n\
         Personnes et mots de passe fictifs. Rien ici n’ouvre un vrai compte.\n\n",
    );
    for clerk in CLERKS {
        let role = clerk.role.map_or("aucun rôle de guichet", Role::french);
        let situation = match clerk.sign_in {
            SignIn::Opens => "",
            SignIn::MustChange => ", doit changer son mot de passe",
            SignIn::Expired => ", mot de passe périmé",
            SignIn::Locked => ", compte verrouillé par des essais ratés",
        };
        let Clerk {
            login,
            password,
            given,
            family,
            ..
        } = clerk;
        sheet.push_str(&format!(
            "{login:<10} {password:<24} {given} {family} ({role}{situation})\n"
        ));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_every_situation_has_a_clerk() {
        for role in Role::ALL {
            let opens = |clerk: &&Clerk| clerk.role == Some(role) && clerk.sign_in == SignIn::Opens;
            assert!(CLERKS.iter().any(|clerk| opens(&clerk)), "{role:?}");
        }
        for situation in [SignIn::MustChange, SignIn::Expired, SignIn::Locked] {
            assert!(
                CLERKS.iter().any(|clerk| clerk.sign_in == situation),
                "{situation:?}"
            );
        }
        assert!(CLERKS.iter().any(|clerk| clerk.role.is_none()));
    }

    #[test]
    fn passwords_are_long_enough_and_all_different() {
        for clerk in CLERKS {
            assert!(clerk.password.chars().count() >= 14, "{}", clerk.login);
            let same = CLERKS
                .iter()
                .filter(|other| other.password == clerk.password)
                .count();
            assert_eq!(same, 1, "{}", clerk.login);
        }
    }

    #[test]
    fn the_sheet_names_every_clerk() {
        let sheet = training_sheet();
        for clerk in CLERKS {
            assert!(sheet.contains(clerk.login) && sheet.contains(clerk.password));
        }
    }
}
