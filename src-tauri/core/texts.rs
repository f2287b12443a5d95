//! The sentences that the operations say, for the window and the command line alike; the window's own labels are in
//! `ui/texts/fr.ts`. French typography: narrow no-break space before ; ? and inside « », no-break space before a colon.
//! Never a technical code, never a secret, never a reason that the desk must not tell.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::directory::{
    DirectoryError, ReadAccountProblem, SignInRefusal, TlsProblem, WriteRefusal,
};
use crate::domain::birth_date::{SHORT_MONTHS, name_in};
use crate::domain::diagnosis::{AccountState, Finding, RefusalReason, Weight};
use crate::domain::person::{Civility, Population};
use crate::operations::counter::{PopulationView, StateCode, StateView};
use crate::operations::session::{Notice, Tone};

const NB: char = '\u{a0}';
const THIN: char = '\u{202f}';

/// « 21 nov. » this year, « 21 nov. 2025 » otherwise.
pub fn day(date: Date, today: Date) -> String {
    let number = if date.day() == 1 {
        "1ᵉʳ".to_owned()
    } else {
        date.day().to_string()
    };
    let month = name_in(&SHORT_MONTHS, date.month());
    if date.year() == today.year() {
        format!("{number}{NB}{month}")
    } else {
        format!("{number}{NB}{month} {}", date.year())
    }
}

/// « 09:41 » in the post's time zone.
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

pub fn clock_seconds(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// « aujourd’hui à 09:41 » is too long for a list: the hour today, the day before.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (when, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    if when.date() == today {
        format!("à{NB}{}", clock(at, zone))
    } else {
        format!("le {}", day(when.date(), today))
    }
}

/// What follows « jusqu’ »: « à 09:41 » today, « au 30 nov., 09:41 » another day.
fn end(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (when, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    if when.date() == today {
        format!("à{NB}{}", clock(at, zone))
    } else {
        format!("au {}, {}", day(when.date(), today), clock(at, zone))
    }
}

/// The age of a copy: « de 10:08 », « d’hier 18:02 », « du 21 nov. à 18:02 ».
pub fn copy_of(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (when, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    let clock = clock(at, zone);
    if when.date() == today {
        format!("de{NB}{clock}")
    } else if when.date().tomorrow().is_ok_and(|day| day == today) {
        format!("d’hier {clock}")
    } else {
        format!("du {} à{NB}{clock}", day(when.date(), today))
    }
}

/// « le 24 nov. à 09:41 ».
pub fn day_and_clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let today = now.to_zoned(zone.clone()).date();
    let date = at.to_zoned(zone.clone()).date();
    format!("le {} à{NB}{}", day(date, today), clock(at, zone))
}

pub fn population(population: Population) -> PopulationView {
    match population {
        Population::Student => PopulationView::Student,
        Population::Staff => PopulationView::Staff,
        Population::Doctoral => PopulationView::Doctoral,
        Population::Alumni => PopulationView::Alumni,
        Population::Guest => PopulationView::Guest,
        Population::Unknown => PopulationView::Unknown,
    }
}

/// The word for a person of that population, agreed with the civility when it is known.
pub fn population_word(population: Population, civility: Option<Civility>) -> &'static str {
    let madam = civility == Some(Civility::Madam);
    match population {
        Population::Student if madam => "Étudiante",
        Population::Student => "Étudiant",
        Population::Staff => "Personnel",
        Population::Doctoral if madam => "Doctorante",
        Population::Doctoral => "Doctorant",
        Population::Alumni if madam => "Diplômée",
        Population::Alumni => "Diplômé",
        Population::Guest if madam => "Invitée",
        Population::Guest => "Invité",
        Population::Unknown => "Personne",
    }
}

pub fn attachment_title(population: Population) -> &'static str {
    match population {
        Population::Student => "Études",
        Population::Staff => "Personnel",
        Population::Doctoral => "Doctorat",
        Population::Alumni => "Alumni",
        Population::Guest => "Invité",
        Population::Unknown => "Rattachement",
    }
}

pub fn born(civility: Option<Civility>) -> &'static str {
    match civility {
        Some(Civility::Madam) => "née",
        Some(Civility::Mister) => "né",
        None => "né(e)",
    }
}

/// Word and longer text of a state (design §3.4).
pub fn state(state: &AccountState, now: Timestamp, zone: &TimeZone) -> StateView {
    let today = now.to_zoned(zone.clone()).date();
    let of = |at: Timestamp| day(at.to_zoned(zone.clone()).date(), today);
    let (code, tone, word, text) = match state {
        AccountState::NeverHandedOver => {
            (StateCode::NeverHandedOver, Tone::Wait, "Jamais remis", None)
        }
        AccountState::ProvisionalPending { expires } => (
            StateCode::ProvisionalPending,
            Tone::Warn,
            "Provisoire remis",
            expires.map(|expires| format!("Provisoire remis, jusqu’au {}", of(expires))),
        ),
        AccountState::ProvisionalExpired { expired } => (
            StateCode::ProvisionalExpired,
            Tone::Bad,
            "Provisoire expiré",
            Some(format!("Provisoire expiré le {}", of(*expired))),
        ),
        AccountState::Active => (StateCode::Active, Tone::Ok, "Actif", None),
        AccountState::NoRecovery => (
            StateCode::NoRecovery,
            Tone::Warn,
            "Sans adresse de secours",
            None,
        ),
        AccountState::LockedByAttempts { since } => (
            StateCode::LockedByAttempts,
            Tone::Bad,
            "Verrouillé",
            Some(format!("Verrouillé {}", moment(*since, now, zone))),
        ),
        AccountState::Disabled => (StateCode::Disabled, Tone::Off, "Désactivé", None),
        AccountState::Expired { since } => (
            StateCode::Expired,
            Tone::Bad,
            "Expiré",
            since.map(|since| format!("Expiré le {}", day(since, today))),
        ),
        AccountState::NotYetStarted { from } => (
            StateCode::NotYetStarted,
            Tone::Wait,
            "Pas encore ouvert",
            from.map(|from| format!("Ouvre le {}", day(from, today))),
        ),
        AccountState::GracePeriod { end } => (
            StateCode::GracePeriod,
            Tone::Warn,
            "En sursis",
            end.map(|end| format!("En sursis jusqu’au {}", day(end, today))),
        ),
        AccountState::StudiesEnded => (
            StateCode::StudiesEnded,
            Tone::Warn,
            "Rattachement terminé",
            None,
        ),
        AccountState::AccessEnding { days } => (
            StateCode::AccessEnding,
            Tone::Warn,
            "Fin d’accès proche",
            Some(match days {
                0 => "Fin d’accès aujourd’hui".to_owned(),
                1 => "Fin d’accès demain".to_owned(),
                days => format!("Fin d’accès dans {days}{NB}jours"),
            }),
        ),
        AccountState::Unknown => (
            StateCode::Unknown,
            Tone::Off,
            "Hors de votre périmètre",
            None,
        ),
    };
    StateView {
        code,
        tone,
        word: word.to_owned(),
        text: text.unwrap_or_else(|| word.to_owned()),
    }
}

/// One line of « Ce qui bloque la connexion ».
pub fn finding(
    weight: Weight,
    finding: &Finding,
    portal: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Notice {
    let today = now.to_zoned(zone.clone()).date();
    let of = |at: &Timestamp| day(at.to_zoned(zone.clone()).date(), today);
    let on = |date: &Option<Date>| date.map(|date| day(date, today));
    let (strong, text): (String, String) = match finding {
        Finding::NeverHandedOver => (
            "Aucun mot de passe remis".into(),
            format!("{NB}: le compte attend sa première remise"),
        ),
        Finding::ProvisionalPending { expires, .. } => (
            "Mot de passe provisoire remis".into(),
            match expires {
                Some(expires) => format!(
                    ", pas encore activé sur {portal}, valable jusqu’au {}",
                    of(expires)
                ),
                None => format!(", pas encore activé sur {portal}"),
            },
        ),
        Finding::ProvisionalExpired {
            handed_over,
            expired,
        } => (
            "Mot de passe provisoire expiré".into(),
            match handed_over {
                Some(handed_over) => {
                    format!(
                        " le {}{NB}: remis le {}, jamais activé",
                        of(expired),
                        of(handed_over)
                    )
                }
                None => format!(" le {}, jamais activé", of(expired)),
            },
        ),
        Finding::MustChange => (
            "Changement de mot de passe exigé".into(),
            format!("{NB}: la prochaine connexion ne permet que cela"),
        ),
        Finding::LockedByAttempts {
            failures,
            since,
            until,
        } => (
            "Compte verrouillé".into(),
            match until {
                Some(until) => format!(
                    " après {failures}{NB}essais ratés {}, jusqu’{}{THIN}; le mot de passe reste le même",
                    moment(*since, now, zone),
                    end(*until, now, zone)
                ),
                None => format!(
                    " après {failures}{NB}essais ratés {}{THIN}; le mot de passe reste le même",
                    moment(*since, now, zone)
                ),
            },
        ),
        Finding::LockedUntilAdministrator => (
            "Compte verrouillé par un administrateur".into(),
            format!("{NB}: un mot de passe n’y changera rien"),
        ),
        Finding::PasswordTooOld { since } => (
            "Mot de passe trop ancien".into(),
            format!(", refusé depuis le {}", of(since)),
        ),
        Finding::PasswordNotYetUsable { from } => (
            "Mot de passe pas encore utilisable".into(),
            format!(", à partir du {}", of(from)),
        ),
        Finding::PasswordEnded { since } => (
            "Accès arrêté".into(),
            format!(" le {} par l’administration de l’annuaire", of(since)),
        ),
        Finding::SuspendedAdministratively => (
            "Compte suspendu".into(),
            format!("{NB}: décision de l’établissement, un mot de passe n’y changera rien"),
        ),
        Finding::LockedTechnically => (
            "Compte bloqué par sécurité".into(),
            format!("{NB}: l’antenne numérique doit d’abord vérifier"),
        ),
        Finding::Suspended => (
            "Compte suspendu".into(),
            format!("{NB}: un mot de passe n’y changera rien"),
        ),
        Finding::Inactive => (
            "Compte désactivé".into(),
            format!("{NB}: un mot de passe n’y changera rien"),
        ),
        Finding::AwaitingDeletion => (
            "Compte en cours de suppression".into(),
            format!("{NB}: voyez l’antenne numérique"),
        ),
        Finding::NotYetStarted { from } => (
            "Compte pas encore ouvert".into(),
            on(from).map_or(String::new(), |from| {
                format!("{NB}: revenez à partir du {from}")
            }),
        ),
        Finding::AccountExpired { since } => (
            "Compte expiré".into(),
            on(since).map_or(String::new(), |since| format!(" depuis le {since}")),
        ),
        Finding::GraceUntil { end } => (
            "Compte en sursis".into(),
            on(end).map_or(String::new(), |end| format!(" jusqu’au {end}")),
        ),
        Finding::AttachmentsEnded { population, since } => (
            format!("{} terminé", attachment_title(*population)),
            on(since).map_or(String::new(), |since| format!(" depuis le {since}")),
        ),
        Finding::AttachmentInOrder { population, until } => (
            String::new(),
            match on(until) {
                Some(until) => format!(
                    "{} en ordre jusqu’au {until}",
                    attachment_title(*population)
                ),
                None => format!("{} en ordre", attachment_title(*population)),
            },
        ),
        Finding::EndsSoon { end, days } => (
            "Fin d’accès proche".into(),
            format!("{NB}: le {}, dans {days}{NB}jours", day(*end, today)),
        ),
        Finding::NoAccountState => (
            "État du compte inconnu".into(),
            format!("{NB}: l’annuaire ne le donne pas"),
        ),
        Finding::NoRecovery => (
            "Aucune adresse de secours".into(),
            format!("{NB}: pas de dépannage en ligne possible"),
        ),
        Finding::RecoveryOnFile => (String::new(), "Moyen de secours enregistré".into()),
        Finding::LastSuccess { at } => (
            String::new(),
            format!("Dernière connexion {}", moment(*at, now, zone)),
        ),
        Finding::Protected => (
            "Compte protégé".into(),
            format!("{NB}: aucun guichet ne peut en changer le mot de passe"),
        ),
        Finding::NoLogin => (
            "Aucun identifiant".into(),
            format!("{NB}: le service qui gère la fiche doit en donner un"),
        ),
        Finding::PolicyDoesNotForceChange => (
            "L’annuaire n’exige pas le changement".into(),
            format!("{NB}: un mot de passe provisoire resterait valable"),
        ),
        Finding::OutsidePerimeter => (
            "Fiche hors de votre périmètre".into(),
            format!("{NB}: seuls le nom et la structure se lisent ici"),
        ),
        Finding::OwnAccount => (
            "C’est votre propre compte".into(),
            format!("{NB}: un collègue doit faire la remise"),
        ),
    };
    let tone = match weight {
        Weight::Blocks => Tone::Bad,
        Weight::Warns => Tone::Warn,
        Weight::Fine => Tone::Ok,
    };
    Notice { tone, strong, text }
}

/// Why the desk may not hand over, and where to go.
pub fn refusal(reason: RefusalReason) -> String {
    match reason {
        RefusalReason::AdministrativeLock | RefusalReason::Suspended => {
            "Une décision de l’établissement bloque ce compte. Orientez la personne vers l’antenne numérique."
        }
        RefusalReason::TechnicalLock => {
            "Ce compte est bloqué par sécurité. Orientez la personne vers l’antenne numérique."
        }
        RefusalReason::Inactive => {
            "Ce compte est désactivé. Orientez la personne vers le service qui gère sa fiche."
        }
        RefusalReason::Expired => {
            "Ce compte a expiré. Une inscription ou un contrat en cours le rouvrira."
        }
        RefusalReason::NotYetStarted => "Ce compte n’est pas encore ouvert. Donnez-lui la date.",
        RefusalReason::Protected => "Compte protégé. L’antenne numérique s’en occupe.",
        RefusalReason::OwnAccount => "Votre propre compte. Demandez à un collègue.",
        RefusalReason::OutsidePerimeter => {
            "Cette fiche n’est pas de votre périmètre. Orientez la personne vers le bureau qui la gère."
        }
        RefusalReason::NoLogin => "Cette fiche n’a pas d’identifiant. Prévenez le service qui la gère.",
        RefusalReason::PolicyDoesNotForceChange => {
            "La règle de mot de passe de ce compte n’exige pas le changement. Prévenez l’antenne numérique."
        }
    }
    .to_owned()
}

/// A graduate's account ended: neither an enrolment nor a contract is to come.
pub fn expired_graduate(alumni_desk: Option<&str>) -> String {
    format!(
        "Ce compte de diplômé a expiré. Orientez la personne vers {}.",
        alumni_desk.unwrap_or("le service des diplômés")
    )
}

/// Code and sentence of a refused sign-in.
pub fn sign_in(refusal: &SignInRefusal, portal: &str) -> (&'static str, String) {
    match refusal {
        SignInRefusal::InvalidCredentials => (
            "invalidCredentials",
            "Identifiant ou mot de passe incorrect. Vérifiez Maj et la disposition du clavier.".into(),
        ),
        SignInRefusal::MustChange => (
            "mustChangePassword",
            format!("Votre propre mot de passe doit d’abord être changé. Changez-le sur {portal}, puis revenez."),
        ),
        SignInRefusal::Expired => (
            "passwordExpired",
            format!("Votre propre mot de passe a expiré. Changez-le sur {portal}, puis revenez."),
        ),
        SignInRefusal::Locked => (
            "accountLocked",
            "Votre propre compte est verrouillé après plusieurs essais. Attendez quelques minutes, ou appelez l’antenne numérique.".into(),
        ),
        SignInRefusal::NoRole => (
            "notAClerk",
            "Ce compte n’a pas de rôle au guichet. Demandez-le au responsable de votre service.".into(),
        ),
        SignInRefusal::UnknownLogin => (
            "unknownLogin",
            "Aucun compte ne porte cet identifiant. Vérifiez la saisie. S’il est juste, l’antenne numérique vérifie que le compte de recherche le voit.".into(),
        ),
        SignInRefusal::AmbiguousLogin => (
            "unknownLogin",
            "Plusieurs comptes portent cet identifiant. Personne n’est identifié. Prévenez l’antenne numérique\u{a0}: le filtre de recherche doit en désigner un seul.".into(),
        ),
        SignInRefusal::ReadAccount(problem) => ("readAccount", read_account(problem)),
        SignInRefusal::Directory(error) => directory(error),
    }
}

/// Why clerks cannot be found, and what the IT office does about it.
fn read_account(problem: &ReadAccountProblem) -> String {
    let what = match problem {
        ReadAccountProblem::NoPassword => {
            "Le mot de passe du compte de recherche n’est pas enregistré sur ce poste. L’antenne numérique l’enregistre avec «\u{202f}guichet read-account set\u{202f}».".to_owned()
        }
        ReadAccountProblem::FileNotReadable(detail) => format!(
            "Le fichier du mot de passe du compte de recherche ne se lit pas ({detail}). L’antenne numérique vérifie directory.read-account.password-file."
        ),
        ReadAccountProblem::FileOpenToOthers(file) => format!(
            "Le fichier {file} se lit par d’autres que son propriétaire. Son mot de passe n’a pas été utilisé. L’antenne numérique en change, puis ferme le fichier (chmod 600)."
        ),
        ReadAccountProblem::Refused => {
            "L’annuaire refuse le compte de recherche. L’antenne numérique vérifie son DN et enregistre son mot de passe avec «\u{202f}guichet read-account set\u{202f}».".to_owned()
        }
        ReadAccountProblem::BrokenFilter => {
            "Le filtre de recherche n’est pas un filtre LDAP. L’antenne numérique corrige directory.read-account.filter.".to_owned()
        }
        ReadAccountProblem::NoSearchBase => {
            "Le compte de recherche ne trouve pas sa branche. L’antenne numérique vérifie directory.read-account.search-base et ses droits.".to_owned()
        }
    };
    format!("{what} Personne n’est identifié.")
}

/// Code and sentence of a directory that does not serve.
pub fn directory(error: &DirectoryError) -> (&'static str, String) {
    match error {
        DirectoryError::Unreachable(_) => (
            "unreachable",
            "L’annuaire ne répond pas. Rien n’est parti, rien n’est perdu. Réessayez dans un instant.".into(),
        ),
        DirectoryError::Certificate(problem) => ("certificate", no_tls(problem)),
        DirectoryError::Plain => (
            "certificate",
            "L’adresse de l’annuaire n’est pas chiffrée. Aucun mot de passe n’a été envoyé. Prévenez l’antenne numérique.".into(),
        ),
        DirectoryError::SignedOut => {
            ("signedOut", "Aucun agent n’est identifié. Identifiez-vous d’abord.".into())
        }
        DirectoryError::NotFound => (
            "notFound",
            "Cette fiche n’est plus dans l’annuaire, ou n’est plus de votre périmètre. Cherchez de nouveau.".into(),
        ),
        DirectoryError::NoWriter => (
            "unreachable",
            "Le serveur d’annuaire qui répond ne fait que lire, et celui qui écrit ne répond pas. Rien n’est parti, rien n’est perdu. Réessayez dans un instant.".into(),
        ),
        DirectoryError::NotHashed(_) => (
            "trouble",
            "Ce poste n’a pas pu protéger le mot de passe. Rien n’est parti. Réessayez, ou prévenez l’antenne numérique.".into(),
        ),
        DirectoryError::Refused { .. } => (
            "directory",
            "L’annuaire a refusé la demande. Rien n’a changé. Réessayez, ou prévenez l’antenne numérique.".into(),
        ),
    }
}

/// Why nothing could be sent safely, and what the IT office does about it.
fn no_tls(problem: &TlsProblem) -> String {
    let (what, remedy) = match problem {
        TlsProblem::Expired => (
            "Le certificat de l’annuaire a expiré.",
            "le renouvelle, ou remet ce poste à l’heure.",
        ),
        TlsProblem::NotYetValid => (
            "Le certificat de l’annuaire n’est pas encore valable.",
            "vérifie l’heure de ce poste, puis la date de début du certificat.",
        ),
        TlsProblem::OtherName => (
            "Le certificat de l’annuaire porte un autre nom que son adresse.",
            "met dans directory.uris un nom que porte le certificat, ou le fait refaire.",
        ),
        TlsProblem::UnknownAuthority => (
            "Le certificat de l’annuaire vient d’une autorité inconnue de ce poste.",
            "vérifie le serveur, puis indique la bonne autorité (directory.authority).",
        ),
        TlsProblem::Certificate(_) => (
            "Le certificat de l’annuaire n’est pas celui attendu.",
            "vérifie le certificat et directory.authority.",
        ),
        TlsProblem::StartTlsRefused(_) => (
            "L’annuaire refuse de chiffrer la liaison (StartTLS).",
            "l’active sur le serveur, ou met une adresse ldaps:// dans directory.uris.",
        ),
        TlsProblem::NoCommonTls(_) => (
            "L’annuaire n’accepte ni TLS 1.2 ni TLS 1.3 à cette adresse.",
            "met à jour le serveur, ou vérifie l’adresse et le port (directory.uris).",
        ),
    };
    format!("{what} Aucun mot de passe n’a été envoyé. L’antenne numérique {remedy}")
}

/// A sheet « pas encore confirmé » left the printer, and the directory said no.
pub fn recall_letter(number: &str) -> String {
    format!(
        "La lettre nº\u{a0}{number} n’ouvre rien\u{a0}: reprenez-la et détruisez-la, puis recommencez la remise."
    )
}

/// A letter that a second one has voided before it was sent.
pub fn replaced_letter(number: &str, by: &str) -> String {
    format!(
        "Remplacé par la lettre nº\u{a0}{by}. La lettre nº\u{a0}{number} n’ouvre rien\u{a0}: reprenez-la et détruisez-la."
    )
}

/// A server has it, and the replication window has passed without another one being seen with it.
pub const ON_ONE_SERVER: &str = "Cet accès n’est encore que sur un seul serveur d’annuaire\u{a0}: il peut être refusé ailleurs. Prévenez l’antenne numérique, qui vérifie la réplication (guichet doctor). Si la personne ne se connecte pas, faites une nouvelle remise.";

/// A server acknowledged a letter, then was lost with it.
pub fn stranded(number: &str) -> String {
    format!(
        "La lettre nº\u{a0}{number} a été acceptée par un serveur d’annuaire qui ne répond plus ou qui l’a perdue, et que les autres n’ont jamais vue\u{a0}: elle n’ouvre rien. Son mot de passe n’existe plus, rien ne peut être renvoyé. Rappelez la personne et faites une nouvelle remise."
    )
}

/// What a refused write means for the desk: what happened, what was kept, what to do.
pub fn write_refusal(refusal: &WriteRefusal) -> (String, String) {
    match refusal {
        WriteRefusal::Policy(_) => (
            "L’annuaire a refusé ce mot de passe.".into(),
            "Rien n’est imprimé\u{202f}; un autre est prêt.".into(),
        ),
        WriteRefusal::Rights => (
            "L’annuaire ne vous permet pas cette remise.".into(),
            "Rien n’a changé, rien n’est imprimé. Orientez la personne vers le bureau qui gère sa fiche.".into(),
        ),
        WriteRefusal::ChangedSince => (
            "Le mot de passe a changé depuis l’ouverture de la fiche.".into(),
            "Rien n’est parti d’ici. Rouvrez la fiche et demandez à la personne ce qu’elle a fait.".into(),
        ),
        WriteRefusal::Gone => (
            "Cette fiche n’est plus dans l’annuaire.".into(),
            "Rien n’est imprimé. Cherchez la personne de nouveau.".into(),
        ),
        WriteRefusal::ReadOnly => (
            "Ce serveur d’annuaire ne fait que lire.".into(),
            "Rien n’a changé, rien n’est imprimé. Prévenez l’antenne numérique\u{a0}: elle met dans directory.uris un serveur qui écrit.".into(),
        ),
        WriteRefusal::Other { .. } => (
            "L’annuaire a refusé l’écriture.".into(),
            "Rien n’a changé, rien n’est imprimé. Réessayez, ou prévenez l’antenne numérique.".into(),
        ),
    }
}

#[cfg(test)]
mod tests;
