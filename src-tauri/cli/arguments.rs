//! The verbs and their arguments. No argument carries a password, a birth date or a document's strip: they come
//! from files or standard input.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::evidence;

/// Remise d’accès au guichet d’une université.
#[derive(Debug, Parser)]
#[command(name = "guichet", version, about)]
pub struct Arguments {
    /// Fichier de réglages.
    #[arg(long, global = true, value_name = "FICHIER")]
    pub settings: Option<PathBuf>,
    /// Réponse en JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Identifiant de l’agent qui agit.
    #[arg(long = "as", global = true, value_name = "IDENTIFIANT")]
    pub clerk: Option<String>,
    /// Fichier dont la première ligne est le mot de passe de l’agent ; sinon le trousseau, sinon une question.
    #[arg(long, global = true, value_name = "FICHIER")]
    pub password_file: Option<PathBuf>,
    /// Après un changement du mot de passe de l’agent : fichier dont la première ligne est le précédent. Sans lui, une
    /// question s’il y a un terminal ; sinon la clé de l’agent reste fermée, et le reste se fait comme d’habitude.
    #[arg(long, global = true, value_name = "FICHIER")]
    pub previous_password_file: Option<PathBuf>,
    #[command(subcommand)]
    pub verb: Verb,
}

impl Verb {
    /// Where the post's data are, when not where the settings say.
    pub fn folder(&self) -> Option<PathBuf> {
        if let Verb::Recover {
            act: RecoverAct::Letters { folder, .. },
        } = self
        {
            return folder.clone();
        }
        None
    }

    /// Changes something on this post or in the directory: one at a time, and never beside the open window.
    pub fn acts(&self) -> bool {
        match self {
            Verb::HandOver(_)
            | Verb::Sync
            | Verb::Outbox {
                act:
                    Some(OutboxAct::Confirm { .. } | OutboxAct::Void { .. } | OutboxAct::Send { .. }),
            }
            | Verb::Recover { .. }
            | Verb::Mirror {
                act: MirrorAct::Refresh,
            } => true,
            Verb::Rehearsal { .. }
            | Verb::Doctor(_)
            | Verb::ReadAccount { .. }
            | Verb::Find { .. }
            | Verb::Show { .. }
            | Verb::CheckIdentity { .. }
            | Verb::Handovers
            | Verb::Outbox {
                act: None | Some(OutboxAct::Report { .. }),
            }
            | Verb::Mirror {
                act: MirrorAct::Status,
            } => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// L’université de répétition : un vrai annuaire, des personnes fictives.
    Rehearsal {
        #[command(subcommand)]
        act: RehearsalAct,
    },
    /// Essaie tout ce dont le poste dépend. Code de sortie 9 si une épreuve ne passe pas.
    Doctor(DoctorArguments),
    /// Le compte qui trouve les agents dans l’annuaire (directory.read-account) : son mot de passe dans le trousseau
    /// de cette session.
    ReadAccount {
        #[command(subcommand)]
        act: ReadAccountAct,
    },
    /// Pour le service informatique : rend ce qu’un trousseau perdu a emporté.
    Recover {
        #[command(subcommand)]
        act: RecoverAct,
    },
    /// Cherche une personne.
    Find {
        /// Nom, identifiant, numéro, courriel ou date de naissance, dans n’importe quel ordre.
        #[arg(value_name = "TEXTE", required = true)]
        text: Vec<String>,
    },
    /// Montre une fiche.
    Show {
        /// Identifiant, numéro, courriel ou entryUUID.
        #[arg(value_name = "PERSONNE")]
        person: String,
    },
    /// Compare une pièce à la fiche, sans rien remettre.
    CheckIdentity {
        /// Identifiant, numéro, courriel ou entryUUID.
        #[arg(value_name = "PERSONNE")]
        person: String,
        /// Fichier JSON de la pièce vue, « - » pour l’entrée standard.
        #[arg(long, value_name = "FICHIER", long_help = evidence::shapes())]
        evidence: PathBuf,
    },
    /// Remet un accès.
    HandOver(HandOverArguments),
    /// Vos remises du jour sur ce poste.
    Handovers,
    /// Ce qui a été remis hors ligne et attend l’annuaire, ou n’y est pas entré. « guichet sync » l’envoie.
    Outbox {
        #[command(subcommand)]
        act: Option<OutboxAct>,
    },
    /// Envoie ce qui attend, et règle ce qu’une coupure a laissé ouvert.
    Sync,
    /// La copie du périmètre de l’agent sur ce poste.
    Mirror {
        #[command(subcommand)]
        act: MirrorAct,
    },
}

#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Avant d’ouvrir un guichet : le compte d’essai de directory.canary prouve, sur la fiche d’essai, que l’annuaire
    /// hache, exige le changement, n’accepte que le repère de Guichet et garde un registre en ajout seul.
    ///
    /// N’écrit que sur cette fiche et y laisse un mot de passe que personne ne connaît. --as et --password-file désignent
    /// l’agent qui essaie le registre ; sans eux le registre n’est pas essayé. Codes de sortie : 0 tout est prouvé,
    /// 4 l’annuaire ne répond pas, 5 un mot de passe manque, 8 rien n’a pu être essayé (réglages, compte ou fiche d’essai),
    /// 9 une épreuve ne passe pas.
    #[arg(long)]
    pub canary: bool,
    /// Fichier dont la première ligne est le mot de passe du compte d’essai ; sinon une question.
    #[arg(long, value_name = "FICHIER", requires = "canary")]
    pub canary_password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct HandOverArguments {
    /// Identifiant, numéro, courriel ou entryUUID.
    #[arg(value_name = "PERSONNE")]
    pub person: String,
    /// Fichier JSON de la pièce vue, « - » pour l’entrée standard.
    #[arg(long, value_name = "FICHIER", long_help = evidence::shapes())]
    pub evidence: PathBuf,
    /// Langue de la lettre.
    #[arg(long, value_enum, value_name = "LANGUE", default_value = "french")]
    pub language: LanguageArgument,
    /// File d’impression ; sinon celle des réglages ou celle du système.
    #[arg(long, value_name = "IMPRIMANTE")]
    pub printer: Option<String>,
    /// Enregistre la lettre au lieu de l’imprimer, si l’établissement le permet.
    #[arg(long, value_name = "FICHIER")]
    pub letter: Option<PathBuf>,
    /// Écrit aussi le reçu dans ce fichier.
    #[arg(long, value_name = "FICHIER")]
    pub receipt: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LanguageArgument {
    /// en français
    French,
    /// en anglais
    English,
    /// dans les deux langues
    Both,
}

#[derive(Debug, Subcommand)]
pub enum RehearsalAct {
    /// Prépare et démarre l’annuaire de répétition, et écrit les réglages qui y mènent.
    Start {
        /// Dossier de l’annuaire et des réglages écrits.
        #[arg(long, value_name = "DOSSIER", default_value = "target/rehearsal")]
        folder: PathBuf,
        /// Personnes fictives.
        #[arg(long, value_name = "NOMBRE", default_value_t = 5000)]
        people: usize,
        /// Graine du tirage : la même donne les mêmes personnes.
        #[arg(long, value_name = "GRAINE", default_value_t = 2026)]
        seed: u64,
    },
    /// Arrête l’annuaire de répétition.
    Stop {
        /// Dossier donné au démarrage.
        #[arg(long, value_name = "DOSSIER", default_value = "target/rehearsal")]
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum ReadAccountAct {
    /// Enregistre le mot de passe, demandé au terminal ou lu sur la première ligne de --password-file.
    Set,
    /// L’oublie.
    Forget,
}

#[derive(Debug, Subcommand)]
pub enum OutboxAct {
    /// Le texte à transmettre quand l’annuaire n’a pas pris un envoi : pour qui, quelle lettre, pourquoi. Aucun secret.
    Report {
        /// Numéro de la lettre, ou identifiant de la remise.
        #[arg(value_name = "REMISE")]
        handover: String,
    },
    /// La feuille est sortie et remise : l’envoi partira. Sans cela une remise hors ligne n’est jamais envoyée.
    Confirm {
        /// Numéro de la lettre, ou identifiant de la remise.
        #[arg(value_name = "REMISE")]
        handover: String,
    },
    /// Annule un envoi : son mot de passe est effacé, la lettre est à reprendre.
    Void {
        /// Numéro de la lettre, ou identifiant de la remise.
        #[arg(value_name = "REMISE")]
        handover: String,
    },
    /// Tranche pour cette lettre quand le mot de passe a changé ailleurs à la même heure : elle part.
    Send {
        /// Numéro de la lettre, ou identifiant de la remise.
        #[arg(value_name = "REMISE")]
        handover: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum MirrorAct {
    /// De qui est la copie, de quand, combien de fiches, et si elle doit être relue en entier. Ne demande rien à
    /// l’annuaire, ni qui agit.
    Status,
    /// Remet la copie à jour : les changements seuls quand l’annuaire sait les dire, sinon tout le périmètre.
    Refresh,
}

#[derive(Debug, Subcommand)]
pub enum RecoverAct {
    /// Remet dans le trousseau de cette session la clé des données du poste, ouverte avec la clé privée de secours.
    ///
    /// La paire se fait une fois, ailleurs que sur un poste : « age-keygen -o secours.txt » (paquet age). La clé publique
    /// va dans recovery.recipient, la clé privée reste au service informatique. Ne crée jamais de clé.
    Key {
        /// Fichier d’age-keygen, « - » pour l’entrée standard.
        #[arg(long, value_name = "FICHIER")]
        identity_file: PathBuf,
    },
    /// Les lettres remises hors ligne qui attendent ici, quand leur agent est parti ou n’a plus son mot de passe : les
    /// lister, les envoyer, les annuler.
    ///
    /// Rien ne montre un mot de passe, et le trousseau n’est pas touché. --send et --void demandent --as : l’agent qui agit,
    /// sous ses propres droits ; le registre de l’annuaire porte son nom et celui de l’agent qui a remis. Ce que ses droits
    /// n’atteignent pas reste. Codes de sortie : 0 fait, 3 la clé ne convient pas ou une lettre n’est pas partie,
    /// 4 l’annuaire ne répond pas, 5 l’agent n’est pas identifié, 7 aucun envoi de ce numéro.
    Letters {
        /// Fichier d’age-keygen, « - » pour l’entrée standard.
        #[arg(long, value_name = "FICHIER")]
        identity_file: PathBuf,
        /// Dossier des données du poste ; sinon celui des réglages (post.folder).
        #[arg(long, value_name = "DOSSIER")]
        folder: Option<PathBuf>,
        /// Envoie ces lettres ; sans numéro, toutes celles qui peuvent partir.
        #[arg(long, value_name = "NUMÉRO", num_args = 0.., conflicts_with = "void")]
        send: Option<Vec<String>>,
        /// Annule ces envois : leurs mots de passe sont effacés, les lettres sont à reprendre.
        #[arg(long, value_name = "NUMÉRO", num_args = 1..)]
        void: Vec<String>,
    },
}
