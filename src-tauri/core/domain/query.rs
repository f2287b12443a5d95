//! What a clerk typed in the search field, read as name words, exact keys (login, numbers, INE, courriel) and a birth date.
//! The text is bounded and cleaned of invisible characters first; a sequence of digits may be a number and a date at once,
//! and both readings are kept. Today is an argument: a two-digit year needs it.
//! Never corrects what was typed, and never decides between people.

use jiff::civil::Date;

use super::birth_date::{BirthDateProblem, month_name, parse_french};
use super::name_match::{fold, unaccented};

#[cfg(test)]
mod tests;

/// Characters accepted; a longer text is a paste by mistake and is not read at all.
pub const LONGEST_TEXT: usize = 200;
/// Name words kept; the longest civil names have fewer.
const MOST_WORDS: usize = 12;
/// A number of an establishment or a national one is never longer.
const LONGEST_NUMBER: usize = 32;
const OLDEST_YEAR: i16 = 1900;

/// An exact key people are filed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// `uid`.
    Login,
    /// What stands before the @ of the institution's address.
    Alias,
    /// `supannEtuId`.
    Student,
    /// `supannEmpId`.
    Staff,
    /// `supannCodeINE`.
    Ine,
    /// `mail`.
    Mail,
}

/// One exact key as typed, with every filing it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedKey {
    /// As typed, cleaned; for a courriel its whole address.
    pub typed: String,
    /// Where to look, in the normal forms of [`login_key`] and [`number_key`].
    pub tries: Vec<(KeyKind, String)>,
    /// Letters only: it may as well be a name, and is among the words too.
    pub maybe_name: bool,
    /// The same digits are also read as the birth date or year of the query.
    pub maybe_date: bool,
}

/// The birth date typed, or its year alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedBirth {
    Day(Date),
    Year(i16),
}

/// What was typed, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Folded name words, each once, in the order typed.
    pub words: Vec<String>,
    pub keys: Vec<TypedKey>,
    /// When the same digits are also among `keys`, the number comes first.
    pub birth: Option<TypedBirth>,
    /// A sentence for the clerk: a courriel typed, an impossible date.
    pub remark: Option<String>,
}

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryProblem {
    #[error("the text is longer than {LONGEST_TEXT} characters")]
    TooLong,
}

impl QueryProblem {
    /// The French sentence shown under the field.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::TooLong => format!(
                "Ce texte est trop long pour une recherche\u{a0}: {LONGEST_TEXT} caractères au plus."
            ),
        }
    }
}

impl Query {
    /// # Errors
    /// [`QueryProblem::TooLong`] above [`LONGEST_TEXT`] characters; every other text can be read.
    pub fn parse(text: &str, today: Date) -> Result<Self, QueryProblem> {
        if text.chars().nth(LONGEST_TEXT).is_some() {
            return Err(QueryProblem::TooLong);
        }
        let clean = cleaned(text);
        let mut reading = Reading::of(&clean);
        reading.take_mails();
        reading.take_date(today);
        reading.take_half_dates();
        reading.take_numbers(today);
        reading.take_words();
        Ok(reading.query)
    }

    /// Nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.keys.is_empty() && self.birth.is_none()
    }
}

/// The form logins, aliases and addresses are filed under: lower case, without accents, without the spaces around.
#[must_use]
pub fn login_key(text: &str) -> String {
    unaccented(text.trim())
}

/// The form numbers are filed under: ASCII capitals and digits only. Empty when there is none.
#[must_use]
pub fn number_key(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// « Vous avez saisi un courriel… »: says the login instead.
#[must_use]
pub fn mail_remark(login: &str) -> String {
    format!("Vous avez saisi un courriel\u{a0}: l’identifiant est {login}, sans @.")
}

/// Drops what cannot be seen (controls, direction marks, zero-width characters); a tabulation or a line end is a space.
fn cleaned(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect()
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

struct Reading<'a> {
    tokens: Vec<&'a str>,
    used: Vec<bool>,
    query: Query,
}

impl<'a> Reading<'a> {
    fn of(clean: &'a str) -> Self {
        let tokens: Vec<&str> = clean.split_whitespace().collect();
        let used = vec![false; tokens.len()];
        Reading {
            tokens,
            used,
            query: Query::default(),
        }
    }

    fn token(&self, index: usize) -> Option<&'a str> {
        let free = self.used.get(index).is_some_and(|used| !used);
        self.tokens.get(index).copied().filter(|_| free)
    }

    fn take(&mut self, index: usize) {
        if let Some(used) = self.used.get_mut(index) {
            *used = true;
        }
    }

    fn take_mails(&mut self) {
        for index in 0..self.tokens.len() {
            let Some(token) = self.token(index) else {
                continue;
            };
            let bare = token.trim_matches(|c| matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')'));
            let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
            let Some((local, domain)) = bare.split_once('@') else {
                continue;
            };
            if local.is_empty() {
                continue;
            }
            let login = login_key(local);
            let mut tries = vec![
                (KeyKind::Login, login.clone()),
                (KeyKind::Alias, login.clone()),
            ];
            if !domain.is_empty() {
                tries.insert(0, (KeyKind::Mail, login_key(bare)));
            }
            self.query.remark = Some(mail_remark(&login));
            self.query.keys.push(TypedKey {
                typed: bare.to_owned(),
                tries,
                maybe_name: false,
                maybe_date: false,
            });
            self.take(index);
        }
    }

    /// The longest sequence of tokens that is a date, wherever it stands.
    fn take_date(&mut self, today: Date) {
        for length in (1..=5).rev() {
            for start in 0..self.tokens.len().saturating_sub(length - 1) {
                let Some(window) = (start..start + length)
                    .map(|index| self.token(index))
                    .collect::<Option<Vec<_>>>()
                else {
                    continue;
                };
                let Some(shape) = DateShape::of(&window) else {
                    continue;
                };
                let glued = window.join(" ");
                match parse_french(&glued, today) {
                    Ok(date) => self.query.birth = Some(TypedBirth::Day(date)),
                    Err(BirthDateProblem::Empty | BirthDateProblem::NotADate) => continue,
                    Err(problem) => {
                        if !shape.certain {
                            continue;
                        }
                        self.query.remark = Some(problem.sentence());
                    }
                }
                if shape.certain {
                    (start..start + length).for_each(|index| self.take(index));
                }
                self.take_words_before_date(start);
                return;
            }
        }
    }

    /// « née le »: no part of a name when a date follows.
    fn take_words_before_date(&mut self, start: usize) {
        let mut before = start;
        for wanted in [
            &["le", "Le", "LE"][..],
            &["né", "née", "ne", "nee", "né(e)", "Né", "Née", "NÉ", "NÉE"],
        ] {
            let Some(index) = before.checked_sub(1) else {
                return;
            };
            if self
                .token(index)
                .is_some_and(|token| wanted.contains(&token))
            {
                self.take(index);
                before = index;
            }
        }
    }

    /// « 16/03 »: digits and bars that are no whole date.
    fn take_half_dates(&mut self) {
        for index in 0..self.tokens.len() {
            let Some(token) = self.token(index) else {
                continue;
            };
            let has_bar = token.contains('/') && token.chars().any(|c| c.is_ascii_digit());
            if has_bar && token.chars().all(|c| c.is_ascii_digit() || c == '/') {
                self.query.remark = Some(BirthDateProblem::NotADate.sentence());
                self.take(index);
            }
        }
    }

    fn take_numbers(&mut self, today: Date) {
        let mut index = 0;
        while index < self.tokens.len() {
            let end = (index..self.tokens.len())
                .find(|at| !self.token(*at).is_some_and(has_digit))
                .unwrap_or(self.tokens.len());
            if end == index {
                index += 1;
                continue;
            }
            let run: Vec<&str> = (index..end).filter_map(|at| self.token(at)).collect();
            let before = index
                .checked_sub(1)
                .and_then(|at| self.token(at))
                .filter(|t| few_letters(t));
            let after = self.token(end).filter(|t| few_letters(t));
            self.take_number(&run, before, after, today);
            (index..end).for_each(|at| self.take(at));
            index = end;
        }
    }

    /// `run` is what was typed with spaces inside a number; `before` and `after` one or two letters beside it.
    fn take_number(
        &mut self,
        run: &[&str],
        before: Option<&str>,
        after: Option<&str>,
        today: Date,
    ) {
        let typed = run.join(" ");
        let number = number_key(&typed);
        if number.is_empty() || number.len() > LONGEST_NUMBER {
            return;
        }
        let read = birth_in(&number, today);
        let maybe_date = read.is_some() && self.query.birth.is_none_or(|known| Some(known) == read);
        if maybe_date {
            self.query.birth = read;
        }
        let mut tries = Vec::new();
        match run {
            [token] => push_login(&mut tries, &login_key(token)),
            _ => push_login(&mut tries, &number.to_ascii_lowercase()),
        }
        push_numbers(&mut tries, &number);
        for (head, tail) in [(before, None), (None, after)] {
            if head.is_some() || tail.is_some() {
                let whole = format!("{}{number}{}", head.unwrap_or(""), tail.unwrap_or(""));
                push_login(&mut tries, &login_key(&whole));
                push_numbers(&mut tries, &number_key(&whole));
            }
        }
        self.query.keys.push(TypedKey {
            typed,
            tries,
            maybe_name: false,
            maybe_date,
        });
    }

    fn take_words(&mut self) {
        let alone = self.tokens.len() == 1;
        for index in 0..self.tokens.len() {
            let Some(token) = self.token(index) else {
                continue;
            };
            let may_be_login = (alone || token.contains(['.', '_']))
                && token.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
            if may_be_login {
                let mut tries = Vec::new();
                push_login(&mut tries, &login_key(token));
                push_numbers(&mut tries, &number_key(token));
                self.query.keys.push(TypedKey {
                    typed: token.to_owned(),
                    tries,
                    maybe_name: true,
                    maybe_date: false,
                });
            }
            for word in fold(token).split(' ').filter(|word| !word.is_empty()) {
                if self.query.words.len() < MOST_WORDS
                    && !self.query.words.iter().any(|w| w == word)
                {
                    self.query.words.push(word.to_owned());
                }
            }
            self.take(index);
        }
    }
}

/// Six or eight digits may be a day, four a year.
fn birth_in(number: &str, today: Date) -> Option<TypedBirth> {
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match number.len() {
        6 | 8 => parse_french(number, today).ok().map(TypedBirth::Day),
        4 => {
            let year = number
                .parse()
                .ok()
                .filter(|year| (OLDEST_YEAR..=today.year()).contains(year));
            year.map(TypedBirth::Year)
        }
        _ => None,
    }
}

fn push_login(tries: &mut Vec<(KeyKind, String)>, key: &str) {
    for kind in [KeyKind::Login, KeyKind::Alias] {
        push_try(tries, kind, key);
    }
}

/// The number, and the same without the one or two letters a login puts before it.
fn push_numbers(tries: &mut Vec<(KeyKind, String)>, number: &str) {
    for kind in [KeyKind::Student, KeyKind::Staff, KeyKind::Ine] {
        push_try(tries, kind, number);
    }
    let digits = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let stripped = number.len() - digits.len();
    if (1..=2).contains(&stripped) && digits.len() >= 4 {
        push_try(tries, KeyKind::Student, digits);
        push_try(tries, KeyKind::Staff, digits);
        push_try(tries, KeyKind::Login, digits);
    }
}

fn push_try(tries: &mut Vec<(KeyKind, String)>, kind: KeyKind, key: &str) {
    if !key.is_empty() && !tries.iter().any(|(k, known)| *k == kind && known == key) {
        tries.push((kind, key.to_owned()));
    }
}

fn has_digit(token: &str) -> bool {
    token.chars().any(|c| c.is_ascii_digit())
}

fn few_letters(token: &str) -> bool {
    token.len() <= 2 && token.chars().all(|c| c.is_ascii_alphabetic())
}

/// Tokens that may be a date.
struct DateShape {
    /// Bars, a month's name, or a year with its separators: nothing but a date looks so.
    certain: bool,
}

impl DateShape {
    fn of(window: &[&str]) -> Option<Self> {
        let is_separator = |c: char| {
            matches!(
                c,
                '/' | '.' | '-' | ',' | '\u{2010}' | '\u{2011}' | '\u{2013}'
            )
        };
        let (first, last) = (window.first()?, window.last()?);
        if !first.starts_with(|c: char| c.is_ascii_digit())
            || !last.ends_with(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        let parts: Vec<&str> = window
            .iter()
            .flat_map(|t| t.split(is_separator))
            .filter(|part| !part.is_empty())
            .collect();
        let is_number = |part: &&str| part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit());
        let digits = parts.iter().filter(|part| is_number(part)).count();
        let has_month = parts.iter().any(|part| is_month(part));
        let ordinal = parts.iter().filter(|part| is_ordinal(part)).count();
        if parts.len() != digits + ordinal + usize::from(has_month)
            || !(3..=4).contains(&parts.len())
        {
            return None;
        }
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let with_year = matches!(lengths.as_slice(), [1..=2, 1..=2, 4] | [4, 1..=2, 1..=2]);
        let separated = window.iter().any(|token| token.contains(is_separator));
        let bars = window.iter().any(|token| token.contains('/'));
        Some(DateShape {
            certain: has_month || bars || (with_year && separated),
        })
    }
}

/// « 1er », « 1ᵉʳ », or « er » apart.
fn is_ordinal(part: &str) -> bool {
    let folded = part.to_lowercase();
    matches!(folded.as_str(), "er" | "1er" | "1ᵉʳ")
}

/// A month's name or its usual abbreviation: the first letters, three at least.
fn is_month(part: &str) -> bool {
    let part = fold(part);
    part.len() >= 3 && (1..=12).any(|month| fold(month_name(month)).starts_with(&part))
}
