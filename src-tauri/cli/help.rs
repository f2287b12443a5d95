//! The commands as they are shown: headings, built-in words and refusals of arguments in French, where the parser's own are
//! English. What may be typed is taken from the arguments themselves, never copied here.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use guichet_core::domain::foreign_text::quoted;

use super::answer::Exit;
use super::arguments::Arguments;

const TEMPLATE: &str = "{before-help}{about-with-newline}
Usage\u{a0}: {usage}

{all-args}{after-help}";

/// The whole tree.
pub fn command() -> Command {
    let codes: Vec<String> = Exit::ALL
        .iter()
        .map(|exit| format!("{} {}", *exit as u8, exit.meaning()))
        .collect();
    let long_about = format!(
        "Remise d’accès au guichet d’une université.\n\n\
         Codes de sortie\u{a0}: 0 fait · {}.\n\n\
         Tant que la fenêtre de Guichet est ouverte sur ce poste, les commandes qui agissent (hand-over, sync, outbox confirm, outbox void, outbox send, mirror refresh, recover) répondent 12 \
         sans rien faire\u{202f}; celles qui lisent (doctor, find, show, check-identity, handovers, outbox, outbox report, mirror status) répondent.",
        codes.join(" · ")
    );
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .display_order(998)
        .help("Affiche la version");
    french(
        Arguments::command()
            .long_about(long_about)
            .disable_version_flag(true)
            .disable_help_subcommand(true)
            .arg(version),
    )
}

fn french(command: Command) -> Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .display_order(999)
        .help("Affiche cette aide (-h\u{a0}: en bref)");
    command
        .disable_help_flag(true)
        .help_template(TEMPLATE)
        .subcommand_help_heading("Commandes\u{a0}")
        .subcommand_value_name("COMMANDE")
        .arg(help)
        .mut_args(argument)
        .mut_subcommands(french)
}

/// Its values and its default, in French after its own words.
fn argument(argument: Arg) -> Arg {
    let heading = if argument.is_positional() {
        "Arguments\u{a0}"
    } else {
        "Options\u{a0}"
    };
    let mut more = String::new();
    if argument.get_action().takes_values() {
        let values: Vec<String> = argument
            .get_possible_values()
            .iter()
            .map(|value| match value.get_help() {
                Some(help) => format!("{} ({help})", value.get_name()),
                None => value.get_name().to_owned(),
            })
            .collect();
        if !values.is_empty() {
            more.push_str(&format!(
                " [valeurs possibles\u{a0}: {}]",
                values.join(", ")
            ));
        }
        let defaults: Vec<String> = argument
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        if !defaults.is_empty() {
            more.push_str(&format!(" [par défaut\u{a0}: {}]", defaults.join(" ")));
        }
    }
    let and_more = |help: Option<&StyledStr>| help.map(|help| format!("{help}{more}"));
    let (short, long) = (
        and_more(argument.get_help()),
        and_more(argument.get_long_help()),
    );
    let mut argument = argument.help_heading(heading);
    if argument.is_global_set() {
        // A command's own options come first.
        argument = argument.display_order(900);
    }
    if argument.get_action().takes_values() {
        argument = argument.hide_possible_values(true).hide_default_value(true);
    }
    if let Some(short) = short {
        argument = argument.help(short);
    }
    if let Some(long) = long {
        argument = argument.long_help(long);
    }
    argument
}

/// What does not suit in the arguments.
pub fn refusal(error: &clap::Error) -> String {
    let named = |kind: ContextKind| {
        error
            .get(kind)
            .map(ToString::to_string)
            .filter(|text| !text.is_empty())
    };
    let told = |kind: ContextKind| named(kind).map(|text| quoted(&text));
    let place = told(ContextKind::InvalidArg);
    let what = told(ContextKind::InvalidSubcommand)
        .or_else(|| told(ContextKind::InvalidValue))
        .or_else(|| place.clone());
    // The kinds are the parser's own list, which grows.
    #[allow(clippy::wildcard_enum_match_arm)]
    let sentence = match (error.kind(), what, place) {
        (ErrorKind::MissingRequiredArgument, Some(what), _) => format!("Il manque {what}."),
        (ErrorKind::InvalidSubcommand, Some(what), _) => {
            format!("La commande {what} n’existe pas.")
        }
        (ErrorKind::UnknownArgument, Some(what), _) => {
            format!("L’argument {what} n’existe pas à cette place.")
        }
        (ErrorKind::ArgumentConflict, Some(what), _) => {
            format!("L’argument {what} est de trop, ou donné deux fois.")
        }
        (ErrorKind::InvalidValue, _, Some(place)) if named(ContextKind::InvalidValue).is_none() => {
            format!("Il manque une valeur après {place}.")
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Some(what), Some(place)) => {
            format!("La valeur {what} ne convient pas pour {place}.")
        }
        (_, Some(what), _) => format!("{what} ne se comprend pas à cette place."),
        (_, None, _) => "Cette commande est incomplète.".to_owned(),
    };
    let values = named(ContextKind::ValidValue)
        .map(|values| format!(" Valeurs possibles\u{a0}: {values}."))
        .unwrap_or_default();
    format!(
        "{sentence}{values} Rien n’a été fait. «\u{202f}guichet --help\u{202f}» donne les commandes et leurs arguments."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the parser that must not come through.
    const ENGLISH: [&str; 12] = [
        "Usage:",
        "Commands",
        "Print",
        "Possible",
        "possible values",
        "default:",
        "help of",
        "subcommand",
        "COMMAND]",
        "COMMAND>",
        "error:",
        "tip:",
    ];

    fn walk(command: &mut Command, see: &mut dyn FnMut(&mut Command)) {
        see(command);
        for child in command.get_subcommands_mut() {
            walk(child, see);
        }
    }

    #[test]
    fn every_command_argument_and_value_is_explained_in_french() {
        let mut whole = command();
        whole.build();
        let mut seen = 0;
        walk(&mut whole, &mut |command| {
            let name = command.get_name().to_owned();
            assert!(command.get_about().is_some(), "{name} says nothing");
            for argument in command.get_arguments() {
                seen += 1;
                let id = argument.get_id();
                let help = argument.get_help().map(ToString::to_string);
                assert!(
                    help.is_some_and(|help| !help.is_empty()),
                    "{name}: {id} has no help"
                );
                if argument.get_action().takes_values() {
                    let values = argument.get_possible_values();
                    assert!(
                        values.iter().all(|value| value.get_help().is_some()),
                        "{name}: a value of {id} has no help"
                    );
                    for value in argument.get_value_names().unwrap_or_default() {
                        assert!(
                            ![
                                "FILE", "TEXT", "PERSON", "FOLDER", "PEOPLE", "SEED", "LANGUAGE",
                                "PRINTER"
                            ]
                            .contains(&value.as_str()),
                            "{name}: {id} takes {value}"
                        );
                    }
                }
            }
            for page in [command.render_help(), command.render_long_help()] {
                let page = page.to_string();
                for word in ENGLISH {
                    assert!(!page.contains(word), "{name}: « {word} » in\n{page}");
                }
                assert!(page.contains("Usage\u{a0}: guichet"), "{name}:\n{page}");
                assert!(page.contains("Options\u{a0}:"), "{name}:\n{page}");
            }
        });
        assert!(seen > 40, "{seen} arguments: the tree was walked");
    }

    /// Where a page breaks its lines depends on the terminal.
    fn flowing(page: &str) -> String {
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_and_defaults_are_told() {
        let mut whole = command();
        whole.build();
        let page = |names: &[&str], whole: &Command| {
            let mut command = whole;
            for name in names {
                command = command.find_subcommand(name).expect("a command");
            }
            flowing(&command.clone().render_long_help().to_string())
        };
        let hand_over = page(&["hand-over"], &whole);
        let check = page(&["check-identity"], &whole);
        for (code, _) in guichet_core::operations::handover::DOCUMENTS {
            assert!(hand_over.contains(code), "{hand_over}");
            assert!(check.contains(code), "{check}");
        }
        for told in ["french (", "english (", "both (", "[par défaut : french]"] {
            assert!(hand_over.contains(told), "{told}: {hand_over}");
        }
        let start = page(&["rehearsal", "start"], &whole);
        assert!(start.contains("[par défaut : 5000]"), "{start}");
        let doctor = page(&["doctor"], &whole);
        for code in ["0 ", "4 ", "5 ", "8 ", "9 "] {
            assert!(doctor.contains(code), "{code}: {doctor}");
        }
    }

    #[test]
    fn a_bad_argument_is_refused_in_french() {
        for (typed, said) in [
            (&["find"][..], "Il manque «\u{202f}<TEXTE>...\u{202f}»."),
            (
                &["remettre"],
                "La commande «\u{202f}remettre\u{202f}» n’existe pas.",
            ),
            (
                &["find", "--lang", "x"],
                "L’argument «\u{202f}--lang\u{202f}» n’existe pas",
            ),
            (
                &["hand-over", "x", "--evidence", "-", "--language", "breton"],
                "La valeur «\u{202f}breton\u{202f}» ne convient pas pour «\u{202f}--language <LANGUE>\u{202f}». Valeurs possibles\u{a0}: french, english, both.",
            ),
            (
                &["hand-over", "x", "--evidence"],
                "Il manque une valeur après «\u{202f}--evidence <FICHIER>\u{202f}».",
            ),
            (
                &["rehearsal", "start", "--people", "beaucoup"],
                "La valeur «\u{202f}beaucoup\u{202f}» ne convient pas pour «\u{202f}--people <NOMBRE>\u{202f}».",
            ),
            (
                &["doctor", "--canary-password-file", "x"],
                "Il manque «\u{202f}--canary\u{202f}».",
            ),
            (
                &["--json", "--json", "sync"],
                "«\u{202f}--json\u{202f}» est de trop, ou donné deux fois.",
            ),
            (&["rehearsal"], "Cette commande est incomplète."),
            (&[], "Cette commande est incomplète."),
        ] {
            let error = command()
                .try_get_matches_from(["guichet"].iter().chain(typed))
                .expect_err("refused");
            let told = refusal(&error);
            assert!(told.contains(said), "{typed:?}: {told}");
            assert!(told.contains("Rien n’a été fait."), "{typed:?}: {told}");
        }
    }

    #[test]
    fn the_exit_codes_are_the_same_everywhere() {
        let manual = include_str!("../../docs/manuel.md");
        let readme = include_str!("../../README.md");
        let page = command().render_long_help().to_string();
        let flowing = flowing(&page);
        for exit in Exit::ALL {
            let (code, meaning) = (exit as u8, exit.meaning());
            assert!(
                manual.contains(&format!("| {code} | {meaning} |")),
                "{exit:?} in the manual"
            );
            assert!(
                readme.contains(&format!("| {code} | ")),
                "{exit:?} in the README"
            );
            assert!(
                flowing.contains(&format!("{code} {meaning}")),
                "{exit:?} in\n{page}"
            );
        }
    }
}
