//! What went wrong with the keyring, in three sentences: what happened, what is kept, what to do.
//! It never carries a secret: `detail` is the system's own text, for the diagnostic.

use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultProblem {
    /// The session has no keyring to connect to.
    NoKeyring {
        detail: String,
    },
    /// There is one, and it is not open.
    Locked {
        detail: String,
    },
    /// The keyring answered nothing in time; it may be asking the user.
    NoAnswer,
    /// A database exists and its key is not in the keyring. `kept_in` names the kind of keyring that took
    /// it, when that was another kind.
    KeyMissing {
        kept_in: Option<String>,
    },
    /// The keyring's key is not the database's.
    WrongKey,
    /// The keyring's entry is not a key.
    Damaged,
    /// Several entries bear the name: none may be chosen.
    Ambiguous,
    /// What was written could not be read back.
    NotKept,
    /// The key check beside the database cannot be read, or is not one.
    CheckUnreadable {
        path: PathBuf,
        detail: String,
    },
    CheckUnwritable {
        path: PathBuf,
        detail: String,
    },
    /// No copy of the key was ever made for the IT office beside this database.
    NoCopy {
        path: PathBuf,
    },
    CopyUnreadable {
        path: PathBuf,
        detail: String,
    },
    CopyUnwritable {
        path: PathBuf,
        detail: String,
    },
    /// The copy is sealed to `recipient`, and this private key is another.
    NotTheRecoveryKey {
        recipient: String,
    },
    Failed {
        detail: String,
    },
}

impl VaultProblem {
    /// A key can come only from the recovery copy: trying again changes nothing.
    #[must_use]
    pub fn needs_recovery(&self) -> bool {
        match self {
            VaultProblem::KeyMissing { .. } | VaultProblem::WrongKey | VaultProblem::Damaged => {
                true
            }
            VaultProblem::NoKeyring { .. }
            | VaultProblem::Locked { .. }
            | VaultProblem::NoAnswer
            | VaultProblem::Ambiguous
            | VaultProblem::NotKept
            | VaultProblem::CheckUnreadable { .. }
            | VaultProblem::CheckUnwritable { .. }
            | VaultProblem::NoCopy { .. }
            | VaultProblem::CopyUnreadable { .. }
            | VaultProblem::CopyUnwritable { .. }
            | VaultProblem::NotTheRecoveryKey { .. }
            | VaultProblem::Failed { .. } => false,
        }
    }

    /// What happened, what is kept, what to do.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            VaultProblem::NoKeyring { .. } => "Cette session n’a pas de trousseau de clés, et Guichet y range la clé de ses données. \
                 Rien n’a été écrit ni effacé. \
                 Ouvrez une session de bureau complète, ou faites installer gnome-keyring ou KWallet, puis relancez Guichet."
                .to_owned(),
            VaultProblem::Locked { .. } => "Le trousseau de clés de la session est verrouillé. \
                 Les données de ce poste sont intactes. \
                 Déverrouillez-le avec le mot de passe de votre session, puis réessayez."
                .to_owned(),
            VaultProblem::NoAnswer => "Le trousseau de clés de la session n’a pas répondu. \
                 Les données de ce poste sont intactes. \
                 S’il demande un mot de passe dans une autre fenêtre, donnez-le, puis réessayez."
                .to_owned(),
            VaultProblem::KeyMissing { kept_in: None } => "La clé des données de ce poste n’est plus dans le trousseau. \
                 Les données sont intactes, mais illisibles sans elle. \
                 Demandez au service informatique la clé de secours."
                .to_owned(),
            VaultProblem::KeyMissing { kept_in: Some(backend) } => format!(
                "La clé des données de ce poste a été rangée dans un autre trousseau ({backend}). \
                 Les données sont intactes, mais illisibles sans elle. \
                 Revenez à la session habituelle, ou demandez au service informatique la clé de secours."
            ),
            VaultProblem::WrongKey => "La clé du trousseau n’est pas celle des données de ce poste. \
                 Les données sont intactes. \
                 Revenez à la session habituelle, ou demandez au service informatique la clé de secours."
                .to_owned(),
            VaultProblem::Damaged => "La clé rangée dans le trousseau est abîmée. \
                 Les données de ce poste sont intactes. \
                 Demandez au service informatique la clé de secours."
                .to_owned(),
            VaultProblem::Ambiguous => "Le trousseau contient plusieurs entrées de Guichet sous le même nom. \
                 Aucune n’a été choisie, rien n’a été modifié. \
                 Demandez au service informatique de retirer celles qui ne servent plus."
                .to_owned(),
            VaultProblem::NotKept => "Le trousseau n’a pas gardé ce que Guichet y a écrit. \
                 Rien ne dépend encore de cette clé. \
                 Réessayez, puis prévenez le service informatique."
                .to_owned(),
            VaultProblem::CheckUnreadable { path, .. } => format!(
                "Le fichier témoin de la clé ne se lit pas\u{a0}: {}. \
                 Les données de ce poste n’ont pas été touchées. \
                 Prévenez le service informatique.",
                path.display()
            ),
            VaultProblem::CheckUnwritable { path, .. } => format!(
                "Le fichier témoin de la clé ne peut pas être écrit\u{a0}: {}. \
                 La clé est dans le trousseau et servira au prochain démarrage. \
                 Vérifiez la place sur le disque et les droits du dossier.",
                path.display()
            ),
            VaultProblem::NoCopy { path } => format!(
                "Ce poste n’a pas de copie de secours de sa clé\u{a0}: {}. \
                 Rien n’a été modifié. \
                 Sans elle, seul le trousseau d’origine rouvre les données.",
                path.display()
            ),
            VaultProblem::CopyUnreadable { path, .. } => format!(
                "La copie de secours de la clé ne se lit pas\u{a0}: {}. \
                 Rien n’a été modifié. \
                 Reprenez ce fichier d’une sauvegarde du dossier du poste, puis recommencez.",
                path.display()
            ),
            VaultProblem::CopyUnwritable { path, .. } => format!(
                "La copie de secours de la clé ne peut pas être écrite\u{a0}: {}. \
                 Le poste travaille, mais pas hors ligne. \
                 Vérifiez la place sur le disque et les droits du dossier.",
                path.display()
            ),
            VaultProblem::NotTheRecoveryKey { recipient } => format!(
                "Cette clé privée n’ouvre pas la copie de secours de ce poste. \
                 Rien n’a été modifié. \
                 Prenez celle dont la clé publique est {recipient}."
            ),
            VaultProblem::Failed { .. } => "Le trousseau de clés de la session a refusé la demande. \
                 Les données de ce poste sont intactes. \
                 Réessayez, puis prévenez le service informatique."
                .to_owned(),
        }
    }
}

impl std::fmt::Display for VaultProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl std::error::Error for VaultProblem {}

impl From<keyring::Error> for VaultProblem {
    /// `NoEntry` is each caller's own question, and comes here only where an entry had to be.
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "the crate's enum is open: what is new is a failure"
    )]
    fn from(error: keyring::Error) -> Self {
        match error {
            keyring::Error::NoStorageAccess(cause) => VaultProblem::Locked {
                detail: cause.to_string(),
            },
            keyring::Error::NoDefaultStore => VaultProblem::NoKeyring {
                detail: "no store".to_owned(),
            },
            keyring::Error::Ambiguous(_) => VaultProblem::Ambiguous,
            // These two carry the stored bytes: they are not shown.
            keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
                VaultProblem::Damaged
            }
            other => VaultProblem::Failed {
                detail: other.to_string(),
            },
        }
    }
}
