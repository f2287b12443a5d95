//! Finding a person at the counter in the local mirror: name words in any order, exact keys, a birth date.
//! First what was typed, whole words before beginnings; then, when nobody answers, one slip of the keyboard and what sounds
//! the same. Says how it understood the text. Never selects anybody: even one answer alone waits for the clerk.

mod marks;
mod matching;
mod reason;
mod understood;

use std::collections::HashSet;

use jiff::civil::Date;

use crate::domain::birth_date::PartialDate;
use crate::domain::person::Person;
use crate::domain::query::{KeyKind, Query, TypedBirth, mail_remark};
use crate::operations::counter::UnderstoodView;
use crate::store::{Candidate, MirrorOwner, NameKind, PeopleIndex, Reader, StoreError};
use matching::{Patience, TypedWord};

pub(super) use reason::other_name;

/// People shown at most: beyond, another word helps more than a longer list.
pub const MOST_FOUND: usize = 50;
/// Filings examined for one text: bounds the time of a search whatever was typed.
const MOST_EXAMINED: u32 = 20_000;
/// Under so many answers, people whose name sounds the same are added after them.
const FEW_FOUND: usize = 20;
/// Under so many answers to several words, people one slip away are added after them: Nadia, Nadjia.
const HARDLY_FOUND: usize = 5;
/// Near family names proposed when nobody answers.
const MOST_NEAR: usize = 3;

const FAMILY_KINDS: &[NameKind] = &[NameKind::Family, NameKind::BirthFamily];
const OTHER_KINDS: &[NameKind] = &[NameKind::Given, NameKind::CivilGiven, NameKind::Display];

/// One person who answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub person: Person,
    /// Pieces of `names.family` and `names.given` to underline, [start, end) in UTF-16 units.
    pub family_marks: Vec<[u32; 2]>,
    pub given_marks: Vec<[u32; 2]>,
    /// Lower is nearer to what was typed; 0 is an exact key.
    pub rank: u32,
    /// Why this person answers, when the displayed name does not show it.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchOutcome {
    /// [`MOST_FOUND`] at most, the nearest first, then by name.
    pub people: Vec<Found>,
    /// More people answer than are given.
    pub truncated: bool,
    pub understood: Vec<UnderstoodView>,
    pub remark: Option<String>,
    /// Family names close to what was typed, when nobody answers.
    pub near: Vec<String>,
}

/// Searches the mirror of `owner`; another owner's rows answer nothing. `today` reads a two-digit year.
///
/// # Errors
/// [`StoreError`] when the mirror cannot be read. A text that cannot be understood is no error: the remark says so.
pub fn search(
    reader: &Reader<'_>,
    owner: &MirrorOwner,
    text: &str,
    today: Date,
) -> Result<SearchOutcome, StoreError> {
    let query = match Query::parse(text, today) {
        Ok(query) => query,
        Err(problem) => {
            return Ok(SearchOutcome {
                remark: Some(problem.sentence()),
                ..SearchOutcome::default()
            });
        }
    };
    let unreadable = understood::unreadable(&query, text);
    let nothing_asked = unreadable.is_some();
    let remark = query.remark.clone().or(unreadable);
    if nothing_asked || (remark.is_some() && query.keys.is_empty() && query.words.is_empty()) {
        return Ok(SearchOutcome {
            remark,
            ..SearchOutcome::default()
        });
    }
    let Some(index) = reader.people_index(owner)? else {
        return Ok(SearchOutcome {
            remark,
            understood: understood::of(&query, &[], &[]),
            ..SearchOutcome::default()
        });
    };
    let mut gathered = Gathered::default();
    let keys = gathered.by_keys(&index, &query)?;
    // A number, a login with digits or a courriel names one person: its bearer is the whole answer.
    let named = !gathered.hits.is_empty() && query.keys.iter().any(|key| !key.maybe_name);
    let mut words = Vec::new();
    if !named {
        words = gathered.by_names(&index, &query)?;
    }
    gathered.outcome(&index, &query, &keys, &words, remark)
}

/// One answer before the whole person is read.
struct Hit {
    candidate: Candidate,
    rank: u32,
    key: Option<KeyKind>,
    /// The typed words are not the whole family name.
    partial: bool,
    order: String,
}

#[derive(Default)]
struct Gathered {
    hits: Vec<Hit>,
    seen: HashSet<i64>,
    examined: u32,
    more: bool,
}

impl Gathered {
    /// For each typed key, the kind under which somebody is filed, if anybody.
    fn by_keys(
        &mut self,
        index: &PeopleIndex<'_>,
        query: &Query,
    ) -> Result<Vec<Option<KeyKind>>, StoreError> {
        let mut kinds = Vec::new();
        for key in &query.keys {
            let mut found = None;
            for (kind, value) in &key.tries {
                for row in index.with_key(*kind, value)? {
                    found = found.or(Some(*kind));
                    if self.seen.insert(row) {
                        self.push(index.candidate(row)?, 0, Some(*kind), &[]);
                    }
                }
            }
            kinds.push(found);
        }
        Ok(kinds)
    }

    fn by_names(
        &mut self,
        index: &PeopleIndex<'_>,
        query: &Query,
    ) -> Result<Vec<TypedWord>, StoreError> {
        let mut words = query
            .words
            .iter()
            .map(|word| TypedWord::typed(index, word))
            .collect::<Result<Vec<_>, _>>()?;
        if words.is_empty() {
            self.by_birth(index, query)?;
            return Ok(words);
        }
        let before = self.hits.len();
        self.by_words(index, &words, query.birth)?;
        if self.hits.len() < before + FEW_FOUND {
            let nobody = self.hits.len() == before;
            let hardly = words.len() > 1 && self.hits.len() < before + HARDLY_FOUND;
            let patience = if nobody || hardly {
                Patience::SlipsAndSounds
            } else {
                Patience::Sounds
            };
            for word in &mut words {
                word.widen(index, patience)?;
            }
            self.by_words(index, &words, query.birth)?;
            if nobody && self.hits.len() == before && words.len() > 1 {
                // « du bois » for DUBOIS: a space too many.
                let glued = [TypedWord::typed(index, &query.words.concat())?];
                self.by_words(index, &glued, query.birth)?;
            }
        }
        Ok(words)
    }

    fn by_birth(&mut self, index: &PeopleIndex<'_>, query: &Query) -> Result<(), StoreError> {
        let rows = match query.birth {
            Some(TypedBirth::Day(day)) => index.born(day.year(), Some(day), MOST_EXAMINED)?,
            Some(TypedBirth::Year(year)) => index.born(year, None, MOST_EXAMINED)?,
            None => Vec::new(),
        };
        for row in rows {
            if self.seen.insert(row) {
                self.push(index.candidate(row)?, 1, None, &[]);
            }
        }
        Ok(())
    }

    /// Starts from the word that narrows most, whole words before beginnings, and compares the others with each name.
    fn by_words(
        &mut self,
        index: &PeopleIndex<'_>,
        words: &[TypedWord],
        birth: Option<TypedBirth>,
    ) -> Result<(), StoreError> {
        let mut narrowest: Option<(u32, &TypedWord)> = None;
        for word in words.iter().filter(|word| word.can_start()) {
            let filings = if words.len() == 1 {
                0
            } else {
                index.filings(&word.all_ids(), MOST_EXAMINED)?
            };
            if narrowest.is_none_or(|(fewest, _)| filings < fewest) {
                narrowest = Some((filings, word));
            }
        }
        let Some((_, start)) = narrowest else {
            return Ok(());
        };
        let alone = words.len() == 1 && birth.is_none();
        // The bearers of a whole family name are read to the last: « Lefèvre » comes after « Lecomte-Lefèvre » in the filings.
        let tiers = [
            (start.whole_ids(), FAMILY_KINDS, true),
            (start.whole_ids(), OTHER_KINDS, false),
            (start.other_ids(), FAMILY_KINDS, false),
            (start.other_ids(), OTHER_KINDS, false),
        ];
        for (ids, kinds, to_the_last) in tiers {
            index.candidates(&ids, kinds, |row, candidate| {
                self.examined += 1;
                if self.examined > MOST_EXAMINED {
                    self.more = true;
                    return Ok(false);
                }
                if !self.seen.contains(&row) {
                    let candidate = candidate()?;
                    if let Some(rank) =
                        matching::rank(&candidate, words).filter(|_| born_so(&candidate, birth))
                    {
                        self.seen.insert(row);
                        self.push(candidate, rank, None, words);
                    }
                }
                // Filings come in the order of ranks and names: for one word alone the first ones are the best ones.
                Ok(to_the_last || !(alone && self.hits.len() > MOST_FOUND))
            })?;
            if self.more || (alone && self.hits.len() > MOST_FOUND) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn push(&mut self, candidate: Candidate, rank: u32, key: Option<KeyKind>, words: &[TypedWord]) {
        let order = matching::order(&candidate);
        let partial = !matching::whole_family(&candidate, words);
        self.hits.push(Hit {
            candidate,
            rank,
            key,
            partial,
            order,
        });
    }

    fn outcome(
        mut self,
        index: &PeopleIndex<'_>,
        query: &Query,
        keys: &[Option<KeyKind>],
        words: &[TypedWord],
        remark: Option<String>,
    ) -> Result<SearchOutcome, StoreError> {
        let place = |hit: &Hit| (hit.rank, hit.partial);
        self.hits.sort_by(|a, b| {
            (place(a), &a.order, a.candidate.row).cmp(&(place(b), &b.order, b.candidate.row))
        });
        let truncated = self.more || self.hits.len() > MOST_FOUND;
        self.hits.truncate(MOST_FOUND);
        let mut people = Vec::with_capacity(self.hits.len());
        for hit in &self.hits {
            let person = index.whole_person(hit.candidate.row)?;
            let fits = |kinds: &[NameKind]| matching::borne_words(&hit.candidate, words, kinds);
            let family_marks = marks::of(&person.names.family, &fits(&[NameKind::Family]));
            let given_marks = marks::of(&person.names.given, &fits(&[NameKind::Given]));
            let reason = reason::of(&person.names, &query.words, hit.key);
            people.push(Found {
                person,
                family_marks,
                given_marks,
                rank: hit.rank,
                reason,
            });
        }
        let near = if people.is_empty() {
            near_families(index, &query.words)?
        } else {
            Vec::new()
        };
        let remark =
            remark.filter(|text| !people.is_empty() || !understood::tells_a_login(query, text));
        let remark = understood::login_of_mail(query, &people)
            .map(|login| mail_remark(&login))
            .or(remark);
        let remark = remark.or_else(|| understood::unknown_number(query, keys, &people));
        let understood = understood::of(query, keys, &people);
        Ok(SearchOutcome {
            people,
            truncated,
            understood,
            remark,
            near,
        })
    }
}

/// The parts known on both sides are the same. A person without a birth date answers no birth date.
fn born_so(candidate: &Candidate, birth: Option<TypedBirth>) -> bool {
    let Some(typed) = birth else { return true };
    let Some(known) = candidate.birth else {
        return false;
    };
    match typed {
        TypedBirth::Year(year) => known.year() == year,
        TypedBirth::Day(day) => {
            let typed = PartialDate::from(day);
            let same = |a: Option<i8>, b: Option<i8>| a.is_none() || b.is_none() || a == b;
            known.year() == typed.year()
                && same(known.month(), typed.month())
                && same(known.day(), typed.day())
        }
    }
}

/// Family names as their bearers write them, the nearest first.
fn near_families(index: &PeopleIndex<'_>, words: &[String]) -> Result<Vec<String>, StoreError> {
    let mut close = Vec::new();
    for word in words {
        let slips = match word.chars().count() {
            0..=3 => continue,
            4..=7 => 2,
            8.. => 3,
        };
        close.extend(index.words_near(word, slips)?);
    }
    close.sort_by_key(|(_, _, distance)| *distance);
    let mut names: Vec<String> = Vec::new();
    for (id, _, _) in close {
        if names.len() >= MOST_NEAR {
            break;
        }
        let mut bearer = None;
        index.candidates(&[id], &[NameKind::Family], |row, _| {
            bearer = Some(row);
            Ok(false)
        })?;
        if let Some(row) = bearer {
            let family = index.whole_person(row)?.names.family;
            if !names.contains(&family) {
                names.push(family);
            }
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
