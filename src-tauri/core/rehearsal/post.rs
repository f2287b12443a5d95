//! The settings of a post of the rehearsal university: fictitious names, the roles as the access rules know them.
//! Training and every suite use them; a real site writes its own.

use std::path::Path;

use super::clerks::Role;
use super::preparation::LOGO;
use super::{
    DEFAULT_POLICY, OPERATIONS_SERVICE, PEOPLE_DN, PROTECTED_GROUP, RECORDS_DN, RECOVERY_RECIPIENT,
    STRUCTURES_DN, canary_dn, group_dn, person_dn, policy_dn, service_dn,
};
use crate::settings::{
    CanarySettings, DirectorySettings, EstablishmentSettings, HandoverSettings, Hashing,
    LetterSettings, PostSettings, RecoverySettings, RoleSettings, Settings,
};

/// The settings of a post of the fictitious university. Roles as the shipped access rules know them.
pub fn post_settings(uri: &str, authority: &Path, folder: &Path) -> Settings {
    let role = |role: Role, label: &str, population: &str| RoleSettings {
        label: label.to_owned(),
        group: group_dn(role.group()),
        population: population.to_owned(),
    };
    Settings {
        establishment: EstablishmentSettings {
            name: "Université de Rivemer".into(),
            short_name: "Univ. de Rivemer".into(),
            portal: "Sésame".into(),
            portal_en: None,
            alumni_desk: Some(
                "l’antenne des diplômés (diplomes@univ-rivemer.example, objet «\u{202f}[mot de passe diplômé]\u{202f}»)"
                    .into(),
            ),
            activation_url: "https://sesame.univ-rivemer.example/activation".into(),
            contact: "assistance@univ-rivemer.example".into(),
            dpo: "dpo@univ-rivemer.example".into(),
            retention_months: 12,
        },
        post: PostSettings {
            number: 2,
            folder: folder.join("poste"),
            idle_lock_seconds: 120,
            copy_hours: 72,
            printer: None,
            offline_hours: 72,
        },
        directory: DirectorySettings {
            uris: vec![uri.to_owned()],
            authority: Some(authority.to_owned()),
            people: PEOPLE_DN.into(),
            structures: Some(STRUCTURES_DN.into()),
            records: RECORDS_DN.into(),
            clerk_pattern: Some(person_dn("{login}")),
            read_account: None,
            hashing: Hashing::Server,
            canary: Some(CanarySettings {
                entry: canary_dn(),
                account: service_dn(OPERATIONS_SERVICE),
            }),
            default_policy: Some(policy_dn(DEFAULT_POLICY)),
            protected_group: Some(group_dn(PROTECTED_GROUP)),
            roles: vec![
                role(
                    Role::HumanResources,
                    "RH",
                    "(|(eduPersonAffiliation=employee)(eduPersonAffiliation=affiliate))",
                ),
                role(
                    Role::StudentOffice,
                    "Scolarité",
                    "(&(|(eduPersonAffiliation=student)(eduPersonAffiliation=alum))(!(eduPersonAffiliation=employee)))",
                ),
                role(
                    Role::DoctoralSchool,
                    "École doctorale",
                    "(&(eduPersonAffiliation=student)(|(supannEtuCursusAnnee={SUPANN}D1)(supannEtuCursusAnnee={SUPANN}D2)(supannEtuCursusAnnee={SUPANN}D3)))",
                ),
                role(Role::LocalBranch, "Antenne numérique", "{structures}"),
                role(
                    Role::Supervisor,
                    "Responsable",
                    "(objectClass=supannPerson)",
                ),
            ],
            timeout_seconds: 5,
            replication_minutes: 10,
        },
        handover: HandoverSettings {
            may_save: true,
            ..HandoverSettings::default()
        },
        letter: LetterSettings {
            place: "Rivemer".into(),
            service_lines: vec![
                "Direction des ressources humaines".into(),
                "Campus Saint-Clair".into(),
            ],
            desk: "Antenne numérique Saint-Clair, bâtiment 4".into(),
            desk_en: Some("Saint-Clair IT desk, building 4".into()),
            desk_hours: "8\u{a0}h\u{a0}30\u{a0}–\u{a0}17\u{a0}h\u{202f}; plus calme le matin"
                .into(),
            desk_hours_en: Some("8:30–17:00; quieter in the morning".into()),
            qr: true,
            // Beside the authority, where the rehearsal wrote both.
            logo: Some(authority.with_file_name(LOGO)),
            template: None,
        },
        mail: None,
        recovery: RECOVERY_RECIPIENT
            .parse()
            .ok()
            .map(|recipient| RecoverySettings { recipient }),
        rehearsal: true,
    }
}
