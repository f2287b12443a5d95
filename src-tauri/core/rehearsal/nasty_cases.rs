//! The thirty-five nasty cases of the counter, and who plays each of them in the rehearsal directory.
//! A case that is an event at the desk and not a state of the directory has no login, and says so.
//! Holds words only: the entries themselves are in `nasty_people`.

/// One nasty case.
#[derive(Debug, Clone, Copy)]
pub struct NastyCase {
    /// 1 to 35, as training sheets number them.
    pub number: u8,
    /// Who plays it; empty when it is not a state of the directory.
    pub logins: &'static [&'static str],
    /// What is unusual, in French, for the training sheet.
    pub what: &'static str,
}

macro_rules! cases {
    ($($number:literal [$($login:literal),*] $what:literal;)*) => {
        /// Every case, in order.
        pub const NASTY_CASES: &[NastyCase] = &[$(
            NastyCase { number: $number, logins: &[$($login),*], what: $what },
        )*];
    };
}

cases! {
    1 ["q25710101", "q25710102"] "Jumelles : même nom, même date de naissance, même adresse";
    2 ["r24710201", "r23710202"] "Homonymes parfaits, nés le même jour ; l’un est verrouillé pour homonymie";
    3 ["h22710301", "mlavigne"] "Nom changé depuis l’inscription, par mariage ou divorce : l’adresse garde l’ancien";
    4 ["s25710401", "w24710402"] "Mononyme : un nom et pas de prénom, ou l’usage inverse";
    5 ["n25710501", "d24710502"] "Nom plus long que la bande de la pièce";
    6 ["k25710601", "a24710602", "b23710603"] "Date de naissance en partie inconnue, ou présumée au 1er janvier";
    7 ["t20710701"] "Étudiante, doctorante et personnel dans une seule fiche, un rattachement déjà fini";
    8 ["g23710801", "cgrondin"] "Deux fiches pour une seule personne";
    9 ["v24710901", "vlacroix"] "Verrouillé par des essais ratés : pour la journée, ou jusqu’à une remise";
    10 ["m24711001", "jpoirier"] "Suspension administrative ; l’une porte aussi un verrou permanent";
    11 ["c22711101", "l19711102", "bpichon"] "Sursis, accès expiré, fin de contrat dans quelques jours";
    12 ["a25711201", "p25711202"] "Jamais activé : sans mot de passe, ou avec une lettre remise il y a deux jours";
    13 ["fmonnier", "e25711302"] "Pré-créé, début d’activité à venir";
    14 ["j24711401"] "Aucune adresse de secours";
    15 ["b25711501", "b23711502"] "Adresse de secours partagée par un frère et une sœur";
    16 ["l23711601", "s14711602"] "Adresse de secours de l’établissement, ou d’un fournisseur fermé";
    17 ["k23711701"] "Mobile et adresse de secours changés la veille, demande urgente";
    18 ["z25711801"] "Mineure : seuls les parents ont donné une adresse";
    19 ["d24711901"] "Prénom d’usage différent des prénoms d’état civil";
    20 ["i25712001"] "Aucune pièce sur elle, photo dans son téléphone";
    21 ["z25712101"] "Pièce étrangère sans bande lisible, nom translittéré";
    22 ["o25712201"] "Récépissé ou attestation de demande d’asile";
    23 ["j23712301"] "Un tiers demande à sa place";
    24 ["s14712401"] "Diplômée dont l’adresse ne vit plus et dont le nom a changé";
    25 ["r24712501"] "Compte compromis : verrou technique";
    26 [] "Bourrage pendant l’impression : un incident du poste, pas un état de l’annuaire";
    27 [] "Copie de l’annuaire en lecture seule ou renvoi : se joue par une panne du serveur";
    28 ["e23712801"] "Compte activé, ENT refusé : les deux annuaires ne disent pas la même chose";
    29 [] "Horloge du poste décalée : se joue en changeant l’heure du poste";
    30 ["croux", "troux"] "Le compte de l’agente elle-même, ou celui de son frère";
    31 [] "Demande par téléphone : une conduite à tenir, pas un état de l’annuaire";
    32 [] "Lecteur de pièces dans le mauvais champ : un incident du poste, pas un état de l’annuaire";
    33 ["p24713301"] "La personne a changé son mot de passe entre la lecture et l’envoi";
    34 ["tmarchal"] "Règle de mots de passe renforcée : la valeur proposée peut être refusée";
    35 ["c24713501"] "Née en Corse : la commune de naissance manque, l’annuaire ne peut pas l’écrire";
}

/// A deleted-but-present state, a locked start, a departed sponsor: states that no number names but that a desk meets.
pub const OTHER_STATES: &[NastyCase] = &[
    NastyCase {
        number: 0,
        logins: &["b23720001"],
        what: "Provisoire remis il y a deux jours, encore valable",
    },
    NastyCase {
        number: 0,
        logins: &["t22720002"],
        what: "Provisoire remis il y a six jours, périmé",
    },
    NastyCase {
        number: 0,
        logins: &["u22720003"],
        what: "Verrou permanent sans suspension",
    },
    NastyCase {
        number: 0,
        logins: &["nkowalczyk-inv"],
        what: "Invitée dont le référent est parti",
    },
    NastyCase {
        number: 0,
        logins: &["dsimic-inv"],
        what: "Invité dont le séjour est fini",
    },
    NastyCase {
        number: 0,
        logins: &["i21720006"],
        what: "Mot de passe qui n’ouvre plus : date de fin passée",
    },
    NastyCase {
        number: 0,
        logins: &["y20720007", "x20720008"],
        what: "Suppression des données ou du compte en cours",
    },
    NastyCase {
        number: 0,
        logins: &["adm-annuaire"],
        what: "Compte protégé : aucun guichet ne peut le réinitialiser",
    },
];

/// The case of that number.
pub fn nasty_case(number: u8) -> Option<&'static NastyCase> {
    NASTY_CASES.iter().find(|case| case.number == number)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::rehearsal::calendar::Calendar;
    use crate::rehearsal::people::named;

    #[test]
    fn the_thirty_five_cases_are_numbered_in_order() {
        let numbers: Vec<u8> = NASTY_CASES.iter().map(|case| case.number).collect();
        assert_eq!(numbers, (1..=35).collect::<Vec<u8>>());
        let absent = NASTY_CASES
            .iter()
            .filter(|case| case.logins.is_empty())
            .count();
        assert_eq!(
            absent, 5,
            "only what happens outside the directory has nobody"
        );
    }

    #[test]
    fn everybody_named_has_an_entry() {
        let calendar = Calendar::new("2026-11-24T08:31:00Z".parse().unwrap());
        let people = named(calendar);
        let logins: HashSet<&str> = people.iter().map(|person| person.login.as_str()).collect();
        assert_eq!(logins.len(), people.len(), "a login is given once");
        for case in NASTY_CASES.iter().chain(OTHER_STATES) {
            for login in case.logins {
                assert!(logins.contains(login), "case {}: {login}", case.number);
            }
        }
    }
}
