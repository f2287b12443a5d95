//! One typed word against the words of a person's names: itself, a beginning, an initial, a slip, a sound.
//! Gives the rank answers are ordered by. Compares folded words only; never a displayed name.

use std::collections::HashMap;

use crate::domain::name_match::french_phonetic_key;
use crate::store::{Candidate, NameKind, PeopleIndex, StoreError, WordId};

/// Words a beginning of two letters may have.
const MOST_BEGINNINGS: u32 = 4_000;
const MOST_SOUNDING: u32 = 200;
/// Under so many letters a sound key says too little.
const SHORTEST_SOUND: usize = 4;

/// How far from the typed word one may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    Sounds,
    SlipsAndSounds,
}

/// A word as typed, with the words of the vocabulary it may stand for.
pub(super) struct TypedWord {
    pub(super) text: String,
    /// One letter narrows an answer and never begins one.
    initial: bool,
    whole: Option<WordId>,
    beginnings: Vec<WordId>,
    /// Neighbours with their cost.
    neighbours: HashMap<String, u32>,
    neighbour_ids: Vec<WordId>,
}

/// How a typed word meets a person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) kind: NameKind,
    /// The person's word, folded.
    pub(super) word: String,
    pub(super) manner: Manner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Manner {
    Whole,
    Beginning,
    Initial,
    Neighbour(u32),
}

impl Meeting {
    fn rank(&self) -> u32 {
        let kind = match self.kind {
            NameKind::Family | NameKind::BirthFamily => 0,
            NameKind::Given => 1,
            NameKind::CivilGiven | NameKind::Display => 2,
        };
        match self.manner {
            Manner::Whole => 1 + kind,
            Manner::Initial => 4 + kind,
            Manner::Beginning => 10 + kind,
            Manner::Neighbour(cost) => 100 * cost + kind,
        }
    }
}

impl TypedWord {
    pub(super) fn typed(index: &PeopleIndex<'_>, text: &str) -> Result<Self, StoreError> {
        let initial = text.chars().nth(1).is_none();
        let whole = index.word(text)?;
        let mut beginnings = Vec::new();
        if !initial {
            beginnings = index.words_beginning(text, MOST_BEGINNINGS)?;
            beginnings.retain(|id| Some(*id) != whole);
        }
        Ok(TypedWord {
            text: text.to_owned(),
            initial,
            whole,
            beginnings,
            neighbours: HashMap::new(),
            neighbour_ids: Vec::new(),
        })
    }

    /// One slip from five letters, two from nine; the same sound from four.
    pub(super) fn widen(
        &mut self,
        index: &PeopleIndex<'_>,
        patience: Patience,
    ) -> Result<(), StoreError> {
        let length = self.text.chars().count();
        let slips = match length {
            0..=4 => 0,
            5..=8 => 1,
            9.. => 2,
        };
        let mut found = Vec::new();
        if patience == Patience::SlipsAndSounds && slips > 0 {
            let near = index.words_near(&self.text, slips)?;
            found.extend(
                near.into_iter()
                    .map(|(id, word, distance)| (id, word, u32::try_from(distance).unwrap_or(2))),
            );
        }
        if length >= SHORTEST_SOUND {
            let sounding = index.words_sounding(&french_phonetic_key(&self.text), MOST_SOUNDING)?;
            found.extend(sounding.into_iter().map(|(id, word)| (id, word, 1)));
        }
        for (id, word, cost) in found {
            if word != self.text && !self.neighbours.contains_key(&word) {
                self.neighbours.insert(word, cost.max(1));
                self.neighbour_ids.push(id);
            }
        }
        Ok(())
    }

    pub(super) fn can_start(&self) -> bool {
        !self.initial
    }

    pub(super) fn whole_ids(&self) -> Vec<WordId> {
        self.whole.into_iter().collect()
    }

    pub(super) fn other_ids(&self) -> Vec<WordId> {
        self.beginnings
            .iter()
            .chain(&self.neighbour_ids)
            .copied()
            .collect()
    }

    pub(super) fn all_ids(&self) -> Vec<WordId> {
        self.whole
            .iter()
            .chain(&self.beginnings)
            .chain(&self.neighbour_ids)
            .copied()
            .collect()
    }

    /// The nearest word among those names.
    pub(super) fn meeting(&self, candidate: &Candidate, kinds: &[NameKind]) -> Option<Meeting> {
        let meetings = candidate
            .words
            .iter()
            .filter(|word| kinds.contains(&word.kind))
            .filter_map(|word| {
                let manner = self.manner(&word.text)?;
                Some(Meeting {
                    kind: word.kind,
                    word: word.text.clone(),
                    manner,
                })
            });
        meetings.min_by_key(Meeting::rank)
    }

    fn manner(&self, word: &str) -> Option<Manner> {
        if word == self.text {
            Some(Manner::Whole)
        } else if word.starts_with(&self.text) {
            Some(if self.initial {
                Manner::Initial
            } else {
                Manner::Beginning
            })
        } else {
            self.neighbours
                .get(word)
                .map(|cost| Manner::Neighbour(*cost))
        }
    }
}

pub(super) const ALL_KINDS: &[NameKind] = &[
    NameKind::Family,
    NameKind::BirthFamily,
    NameKind::Given,
    NameKind::CivilGiven,
    NameKind::Display,
];

/// Every typed word must be in a name; the sum of how well each is. `None` when one is in none.
pub(super) fn rank(candidate: &Candidate, words: &[TypedWord]) -> Option<u32> {
    words
        .iter()
        .map(|word| {
            word.meeting(candidate, ALL_KINDS)
                .map(|meeting| meeting.rank())
        })
        .sum()
}

/// The typed words are the whole of a family name, usage or birth: « Lefèvre » before « Lecomte-Lefèvre ».
pub(super) fn whole_family(candidate: &Candidate, words: &[TypedWord]) -> bool {
    let letters = |text: &str| text.chars().count();
    [NameKind::Family, NameKind::BirthFamily]
        .into_iter()
        .any(|kind| {
            let filed = || {
                let words = candidate.words.iter();
                words
                    .filter(move |word| word.kind == kind)
                    .map(|word| word.text.as_str())
            };
            let typed = words.iter().map(|word| word.text.as_str());
            let met: usize = typed
                .filter(|typed| filed().any(|word| word == *typed))
                .map(letters)
                .sum();
            // A name of several words is filed as one, too: the longest.
            filed().map(letters).max().is_some_and(|whole| met >= whole)
        })
}

/// What the typed words meet in these names.
pub(super) fn borne_words<'a>(
    candidate: &Candidate,
    words: &'a [TypedWord],
    kinds: &[NameKind],
) -> Vec<(&'a str, Meeting)> {
    let any = |word: &'a TypedWord| {
        word.meeting(candidate, kinds)
            .map(|meeting| (word.text.as_str(), meeting))
    };
    words.iter().filter_map(any).collect()
}

/// The family name then the given name, folded.
pub(super) fn order(candidate: &Candidate) -> String {
    let part = |kind: NameKind| {
        candidate
            .words
            .iter()
            .filter(move |word| word.kind == kind)
            .map(|word| word.text.as_str())
    };
    part(NameKind::Family)
        .chain(part(NameKind::Given))
        .collect::<Vec<_>>()
        .join(" ")
}
