//! The verbs and their arguments. No argument carries a password, a birth date or a document's strip: they come
//! from files or standard input.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Remise d’accès au guichet d’une université.
///
/// Codes de sortie : 0 fait · 2 arguments · 3 refusé · 4 annuaire injoignable · 5 identification de l’agent ·
/// 6 poste en panne (trousseau, registre) · 7 personne introuvable · 8 réglages · 9 diagnostic défavorable ·
/// 10 identité non établie · 11 remise sans lettre sortie · 12 poste occupé.
///
/// Tant que la fenêtre de Guichet est ouverte sur ce poste, les verbes qui agissent (hand-over, sync) répondent 12 sans
/// rien faire ; ceux qui lisent (doctor, find, show, check-identity, handovers) répondent.
#[derive(Debug, Parser)]
#[command(name = "guichet", version, about, long_about)]
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
    /// Fichier dont la première ligne est le mot de passe de l’agent ; sinon le trousseau, sinon une question.
    #[arg(long, global = true, value_name = "FICHIER")]
    pub password_file: Option<PathBuf>,
    #[command(subcommand)]
    pub verb: Verb,
}

impl Verb {
    /// Changes something on this post or in the directory: one at a time, and never beside the open window.
    pub fn acts(&self) -> bool {
        match self {
            Verb::HandOver(_) | Verb::Sync => true,
            Verb::Rehearsal { .. }
            | Verb::Doctor(_)
            | Verb::ReadAccount { .. }
            | Verb::Find { .. }
            | Verb::Show { .. }
            | Verb::CheckIdentity { .. }
            | Verb::Handovers => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// L’université de répétition : un vrai annuaire, des personnes fictives.
    Rehearsal {
        #[command(subcommand)]
        act: RehearsalAct,
    },
    /// Essaie tout ce dont le poste dépend. Code de sortie 9 si une épreuve ne passe pas.
    Doctor(DoctorArguments),
    /// Le compte qui trouve les agents dans l’annuaire (directory.read-account) : son mot de passe dans le trousseau
    /// de cette session.
    ReadAccount {
        #[command(subcommand)]
        act: ReadAccountAct,
    },
    /// Cherche une personne.
    Find { text: Vec<String> },
    /// Montre une fiche (identifiant ou entryUUID).
    Show { person: String },
    /// Compare une pièce à la fiche, sans rien remettre.
    CheckIdentity {
        person: String,
        /// Fichier JSON de la pièce vue, « - » pour l’entrée standard.
        #[arg(long, value_name = "FICHIER")]
        evidence: PathBuf,
    },
    /// Remet un accès.
    HandOver(HandOverArguments),
    /// Les remises du jour sur ce poste.
    Handovers,
    /// Règle ce qu’une coupure a laissé ouvert.
    Sync,
}

#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Avant d’ouvrir un guichet : le compte d’essai de directory.canary prouve, sur la fiche d’essai, que l’annuaire
    /// hache, exige le changement, n’accepte que le repère de Guichet et garde un registre en ajout seul.
    ///
    /// N’écrit que sur cette fiche et y laisse un mot de passe que personne ne connaît. --as et --password-file désignent
    /// l’agent qui essaie le registre ; sans eux le registre n’est pas essayé. Codes de sortie : 0 tout est prouvé,
    /// 9 une épreuve ne passe pas, 8 rien n’a pu être essayé.
    #[arg(long)]
    pub canary: bool,
    /// Fichier dont la première ligne est le mot de passe du compte d’essai ; sinon une question.
    #[arg(long, value_name = "FICHIER", requires = "canary")]
    pub canary_password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct HandOverArguments {
    pub person: String,
    /// Fichier JSON de la pièce vue, « - » pour l’entrée standard : `{"zone": ["…"], "photo": true}` ou
    /// `{"document": "identity-card", "birthDate": "16/03/1994", "nameStart": "lef", "photo": true}`.
    #[arg(long, value_name = "FICHIER")]
    pub evidence: PathBuf,
    #[arg(long, value_enum, default_value = "french")]
    pub language: LanguageArgument,
    /// File d’impression ; sinon celle des réglages ou celle du système.
    #[arg(long)]
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
    French,
    English,
    Both,
}

#[derive(Debug, Subcommand)]
pub enum RehearsalAct {
    /// Prépare et démarre l’annuaire de répétition, et écrit les réglages qui y mènent.
    Start {
        #[arg(long, default_value = "target/rehearsal")]
        folder: PathBuf,
        #[arg(long, default_value_t = 5000)]
        people: usize,
        #[arg(long, default_value_t = 2026)]
        seed: u64,
    },
    /// Arrête l’annuaire de répétition.
    Stop {
        #[arg(long, default_value = "target/rehearsal")]
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
