//! Where the typed words stand in a displayed name, so that the window underlines them.
//! Ranges are in UTF-16 units, as the window counts; a mark never cuts a letter from its accent.

use super::matching::{Manner, Meeting};
use crate::domain::name_match::fold;

/// One displayed character with what it folds to.
struct Piece {
    start: u32,
    end: u32,
    folded: String,
    /// A space, a hyphen: the next character begins a word.
    gap: bool,
    apostrophe: bool,
}

/// The pieces of `displayed` that answer these meetings, in order and apart from one another.
pub(super) fn of(displayed: &str, meetings: &[(&str, Meeting)]) -> Vec<[u32; 2]> {
    let pieces = pieces(displayed);
    let mut marks: Vec<[u32; 2]> = meetings
        .iter()
        .filter_map(|(typed, meeting)| match meeting.manner {
            Manner::Whole | Manner::Beginning | Manner::Initial => {
                find(&pieces, typed, &meeting.word)
            }
            Manner::Neighbour(_) => find(&pieces, &meeting.word, &meeting.word),
        })
        .collect();
    marks.sort_unstable();
    let mut apart: Vec<[u32; 2]> = Vec::new();
    for [start, end] in marks {
        match apart.last_mut() {
            Some(last) if start < last[1] => last[1] = last[1].max(end),
            Some(_) | None => apart.push([start, end]),
        }
    }
    apart
}

fn pieces(displayed: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    let mut buffer = [0; 4];
    for character in displayed.chars() {
        let text: &str = character.encode_utf8(&mut buffer);
        let folded = fold(text);
        let start = at;
        at += if character.len_utf16() == 2 { 2 } else { 1 };
        let silent = folded.is_empty();
        let combining = silent && fold(&format!("a{text}b")) == "ab" && !is_apostrophe(character);
        match pieces.last_mut() {
            Some(last) if combining => last.end = at,
            Some(_) | None => pieces.push(Piece {
                start,
                end: at,
                gap: silent && !combining && !is_apostrophe(character),
                apostrophe: is_apostrophe(character),
                folded,
            }),
        }
    }
    pieces
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '`' | '´')
}

/// The beginning `typed` of the word `word`, which may stand after an apostrophe or cover several displayed words.
fn find(pieces: &[Piece], typed: &str, word: &str) -> Option<[u32; 2]> {
    let begins = |index: usize| {
        index == 0
            || pieces
                .get(index - 1)
                .is_some_and(|before| before.gap || before.apostrophe)
    };
    let starts = (0..pieces.len()).filter(|index| begins(*index));
    starts
        .filter_map(|start| Some((start, covered(pieces.get(start..)?, word, typed)?)))
        .map(|(_, range)| range)
        .next()
}

fn covered(pieces: &[Piece], word: &str, typed: &str) -> Option<[u32; 2]> {
    let mut read = String::new();
    let mut range: Option<[u32; 2]> = None;
    for piece in pieces {
        if read.len() < typed.len() && !piece.folded.is_empty() {
            range = Some([range.map_or(piece.start, |range| range[0]), piece.end]);
        }
        read.push_str(&piece.folded);
        if read.len() >= word.len() {
            break;
        }
        if !word.starts_with(&read) {
            return None;
        }
    }
    (read.starts_with(word)).then_some(range).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::NameKind;

    fn mark(displayed: &str, typed: &str, word: &str) -> Vec<String> {
        let manner = if typed == word {
            Manner::Whole
        } else {
            Manner::Beginning
        };
        let meeting = Meeting {
            kind: NameKind::Family,
            word: word.to_owned(),
            manner,
        };
        let units: Vec<u16> = displayed.encode_utf16().collect();
        of(displayed, &[(typed, meeting)])
            .iter()
            .map(|[start, end]| String::from_utf16(&units[*start as usize..*end as usize]).unwrap())
            .collect()
    }

    #[test]
    fn marks_are_what_the_eye_reads() {
        assert_eq!(mark("Lefèvre-Nuñez", "nu", "nunez"), ["Nu"]);
        assert_eq!(mark("Lefe\u{300}vre", "lefe", "lefevre"), ["Lefe\u{300}"]);
        assert_eq!(mark("Le Goff", "legoff", "legoff"), ["Le Goff"]);
        assert_eq!(mark("Le Goff", "goff", "goff"), ["Goff"]);
        assert_eq!(mark("D’Almeida", "almeida", "almeida"), ["Almeida"]);
        assert_eq!(mark("D’Almeida", "dal", "dalmeida"), ["D’Al"]);
        assert_eq!(mark("Cœur", "coe", "coeur"), ["Cœ"]);
        assert_eq!(mark("Cœur", "co", "coeur"), ["Cœ"], "a letter is not cut");
        assert_eq!(mark("Nguyễn", "nguyen", "nguyen"), ["Nguyễn"]);
        assert_eq!(mark("Martin", "dupont", "dupont"), Vec::<String>::new());
        assert_eq!(
            mark("Martineau Martin", "martin", "martin"),
            ["Martin"],
            "the whole word, not the longer one"
        );
    }

    #[test]
    fn units_are_utf16() {
        let meeting = Meeting {
            kind: NameKind::Given,
            word: "lea".to_owned(),
            manner: Manner::Whole,
        };
        assert_eq!(of("𝔸 Léa", &[("lea", meeting)]), [[3, 6]]);
    }

    #[test]
    fn marks_do_not_overlap() {
        let whole = Meeting {
            kind: NameKind::Family,
            word: "legoff".to_owned(),
            manner: Manner::Whole,
        };
        let part = Meeting {
            kind: NameKind::Family,
            word: "goff".to_owned(),
            manner: Manner::Whole,
        };
        assert_eq!(
            of("Le Goff", &[("legoff", whole), ("goff", part)]),
            [[0, 7]]
        );
    }
}
