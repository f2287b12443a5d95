//! What a CUPS server keeps of a document after printing it, as far as its configuration tells.
//! It never claims that nothing is kept without having read so.

/// `PreserveJobFiles` of cupsd.conf(5). CUPS keeps documents for a day unless told otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Documents go as soon as they are printed.
    Nothing,
    /// Documents stay for so many seconds.
    Seconds(u64),
    /// Documents stay until someone removes them.
    Forever,
    /// Another machine, or a configuration this session may not read. After a job, whether the server
    /// still holds the document is told by its report.
    Unknown,
}

/// Default of CUPS 2.x when the directive is absent: one day.
const DEFAULT: Retention = Retention::Seconds(86_400);

impl Retention {
    /// What to tell the IT office in the diagnostic; `None` when there is nothing to warn of.
    #[must_use]
    pub fn warning(self) -> Option<String> {
        const REMEDY: &str = "Mettez «\u{202f}PreserveJobFiles No\u{202f}» dans cupsd.conf.";
        match self {
            Retention::Nothing => None,
            Retention::Seconds(seconds) => {
                let time = if seconds >= 7_200 { format!("{} heures", seconds / 3_600) } else { format!("{} minutes", seconds.div_ceil(60)) };
                Some(format!("Le service d’impression garde une copie des lettres pendant {time}. {REMEDY}"))
            }
            Retention::Forever => Some(format!("Le service d’impression garde une copie des lettres sans limite. {REMEDY}")),
            Retention::Unknown => {
                Some("Ce poste ne peut pas savoir si le service d’impression garde une copie des lettres.".to_owned())
            }
        }
    }
}

/// Reads cupsd.conf. The last directive wins, as for cupsd.
pub(super) fn in_configuration(text: &str) -> Retention {
    let directives = text
        .lines()
        .filter_map(|line| line.trim().split_once(char::is_whitespace));
    let value = |wanted: &str| {
        directives
            .clone()
            .rfind(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    // Without a history of jobs CUPS keeps no documents either.
    if value("PreserveJobHistory").is_some_and(is_no) {
        return Retention::Nothing;
    }
    match value("PreserveJobFiles") {
        None => DEFAULT,
        Some(value) if is_no(value) => Retention::Nothing,
        Some(value) if is_yes(value) => Retention::Forever,
        Some(value) => seconds(value).map_or(Retention::Unknown, Retention::Seconds),
    }
}

fn is_no(value: &str) -> bool {
    ["no", "off", "false", "0"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word))
}

fn is_yes(value: &str) -> bool {
    ["yes", "on", "true"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word))
}

/// Seconds, or a number with `m`, `h`, `d` or `w`.
fn seconds(value: &str) -> Option<u64> {
    let digits = value.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let unit = match value[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_says_how_long() {
        let table = [
            ("", Retention::Seconds(86_400)),
            ("LogLevel warn\nPreserveJobFiles No\n", Retention::Nothing),
            ("preservejobfiles  Yes", Retention::Forever),
            ("PreserveJobFiles 3600", Retention::Seconds(3_600)),
            ("PreserveJobFiles 2d", Retention::Seconds(172_800)),
            ("PreserveJobFiles bientôt", Retention::Unknown),
            ("#PreserveJobFiles No", Retention::Seconds(86_400)),
            (
                "PreserveJobFiles Yes\nPreserveJobFiles No",
                Retention::Nothing,
            ),
            (
                "PreserveJobFiles Yes\nPreserveJobHistory No",
                Retention::Nothing,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(in_configuration(text), expected, "{text:?}");
        }
    }

    #[test]
    fn only_a_server_that_keeps_nothing_brings_no_warning() {
        assert_eq!(Retention::Nothing.warning(), None);
        assert!(
            Retention::Seconds(86_400)
                .warning()
                .is_some_and(|words| words.contains("24 heures"))
        );
        assert!(Retention::Forever.warning().is_some());
        assert!(Retention::Unknown.warning().is_some());
    }
}
