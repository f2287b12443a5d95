//! What a French name sounds like, so that a search finds DUBOSQ when DUBOSCQ was said aloud.
//! The key is coarse on purpose: it proposes neighbours, it proves nothing. Rules, in order, for each word:
//! silent endings fall (`e`, `es`; else `t d s x z`, and `c g b p` after n, r or m), `l` falls in `-ault -auld -aulx`;
//! `ph`→f, `th`→t, `h` silent, `ch sh sch`→S (k before a consonant), `qu q k ck`→k, soft `c`→s, soft `g`→j, `gn`→n,
//! `bv`→v, `pt`→t, `w`→v, `x`→ks, `y`→i, `z`→s; `au eau`→o, `eu œu`→E, `ou`→U, `oi oy`→wa, `ai ei ay ey`→e;
//! `an am en em`→A, `on om`→O, `in im ain ein un…`→I before a consonant or the end; doubled sounds count once.
//! Never used for a verdict on a document.

use super::fold::fold;

/// The sound key of a name; words are joined, so that LE GOFF and LEGOFF meet. Empty when there is no Latin letter.
#[must_use]
pub fn french_phonetic_key(name: &str) -> String {
    let mut key = String::new();
    for word in fold(name).split(' ') {
        let letters: String = word.chars().filter(char::is_ascii_lowercase).collect();
        push_sounds(&mut key, &letters);
    }
    key
}

fn push_sounds(key: &mut String, word: &str) {
    let (stem, end_is_spoken) = without_silent_ending(word);
    let start = key.len();
    let mut rest = stem.as_str();
    while let Some((sound, length)) = next_sound(rest, end_is_spoken) {
        let doubled = key.len() > start && sound.len() == 1 && key.ends_with(sound);
        if !doubled {
            key.push_str(sound);
        }
        rest = rest.get(length..).unwrap_or("");
    }
}

/// The word without its silent letters, and whether a mute `e` made the last consonant spoken (SIMONE, not SIMON).
fn without_silent_ending(word: &str) -> (String, bool) {
    const SHORTEST: usize = 3;
    let mut stem = word.to_owned();
    for ending in ["ault", "auld", "aulx", "aults"] {
        if let Some(head) = word.strip_suffix(ending) {
            stem = format!("{head}au");
        }
    }
    if stem.len() > SHORTEST {
        if let Some(head) = stem.strip_suffix("es").or_else(|| stem.strip_suffix('e')) {
            return (head.to_owned(), true);
        }
        while stem.len() >= SHORTEST {
            let mut ending = stem.bytes().rev();
            let silent = match (ending.next(), ending.next()) {
                (Some(b't' | b'd' | b's' | b'x' | b'z'), _)
                | (Some(b'c' | b'g'), Some(b'n'))
                | (Some(b'g'), Some(b'r'))
                | (Some(b'b' | b'p'), Some(b'm')) => true,
                (Some(_) | None, _) => false,
            };
            if !silent {
                break;
            }
            stem.pop();
        }
    }
    (stem, false)
}

/// The first sound of `rest` and how many letters make it.
fn next_sound(rest: &str, end_is_spoken: bool) -> Option<(&'static str, usize)> {
    let after = |length: usize| rest.as_bytes().get(length).copied();
    let soft = |length: usize| matches!(after(length), Some(b'e' | b'i' | b'y'));
    let vowel =
        |length: usize| matches!(after(length), Some(b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    // A nasal vowel needs a consonant after it, other than a second n or m, or a silent end.
    let nasal = |length: usize| match after(length) {
        None => !end_is_spoken,
        Some(b'n' | b'm') => false,
        Some(_) => !vowel(length),
    };
    let begins = |spelling: &str| rest.starts_with(spelling);

    #[rustfmt::skip]
    let table = [
        (&["ien"][..], "iI"),
        (&["oin"], "wI"),
        (&["ain", "aim", "ein", "eim"], "I"),
        (&["in", "im", "yn", "ym", "un", "um"], "I"),
        (&["an", "am", "en", "em"], "A"),
        (&["on", "om"], "O"),
    ];
    for (spellings, sound) in table {
        if let Some(spelling) = spellings
            .iter()
            .find(|spelling| begins(spelling) && nasal(spelling.len()))
        {
            return Some((sound, spelling.len()));
        }
    }
    #[rustfmt::skip]
    let table = [
        ("eau", "o"),
        ("au", "o"),
        ("oeu", "E"),
        ("eu", "E"),
        ("ou", "U"),
        ("oi", "wa"),
        ("oy", "wa"),
        ("ai", "e"),
        ("ay", "e"),
        ("ei", "e"),
        ("ey", "e"),
        ("sch", "S"),
        ("sh", "S"),
        ("ph", "f"),
        ("th", "t"),
        ("gh", "g"),
        ("kh", "k"),
        ("cqu", "k"),
        ("cq", "k"),
        ("ck", "k"),
        ("qu", "k"),
        ("gn", "n"),
        ("bv", "v"),
        ("pt", "t"),
    ];
    for (spelling, sound) in table {
        if begins(spelling) {
            return Some((sound, spelling.len()));
        }
    }
    let length = 1;
    Some(match after(0)? {
        b'c' if after(1) == Some(b'h') => (
            if vowel(2) || after(2).is_none() {
                "S"
            } else {
                "k"
            },
            2,
        ),
        b's' if after(1) == Some(b'c') && soft(2) => ("s", 2),
        b'g' if after(1) == Some(b'e') && matches!(after(2), Some(b'a' | b'o' | b'u')) => ("j", 2),
        b'g' if after(1) == Some(b'u') && soft(2) => ("g", 2),
        b'c' if soft(1) => ("s", length),
        b'g' if soft(1) || (after(1).is_none() && end_is_spoken) => ("j", length),
        b'c' if after(1).is_none() && end_is_spoken => ("s", length),
        b'c' | b'k' | b'q' => ("k", length),
        b'w' | b'v' => ("v", length),
        b'x' => ("ks", length),
        b'y' | b'i' => ("i", length),
        b'z' | b's' => ("s", length),
        b'a' => ("a", length),
        b'b' => ("b", length),
        b'd' => ("d", length),
        b'e' => ("e", length),
        b'f' => ("f", length),
        b'g' => ("g", length),
        b'j' => ("j", length),
        b'l' => ("l", length),
        b'm' => ("m", length),
        b'n' => ("n", length),
        b'o' => ("o", length),
        b'p' => ("p", length),
        b'r' => ("r", length),
        b't' => ("t", length),
        b'u' => ("u", length),
        // `h`, which is silent.
        _ => ("", length),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike_meet() {
        #[rustfmt::skip]
        let table = [
            &["lefevre", "lefebvre", "lefèvre", "LEFAIVRE", "Lefebvres"][..],
            &["dubosc", "duboscq", "dubosq"],
            &["thomas", "tomas"],
            &["philippe", "filipe", "Philip"],
            &["mathieu", "matthieu"],
            &["renaud", "renault", "reno", "renaux", "Raynaud"],
            &["dupont", "dupond", "Du Pont"],
            &["durand", "durant", "Durans"],
            &["le goff", "legoff", "LE GOF"],
            &["dubois", "du bois", "duboy"],
            &["benoit", "benoist", "Benoît"],
            &["baptiste", "batiste"],
            &["christophe", "kristof"],
            &["leblanc", "leblan"],
            &["georges", "george", "Jorge"],
            &["marie", "mary"],
            &["guichard", "guichar"],
            &["quentin", "kentin", "Quantin", "cantin"],
            &["schmitt", "shmit"],
            &["faucon", "focon"],
        ];
        for group in table {
            let keys: Vec<_> = group.iter().map(|name| french_phonetic_key(name)).collect();
            assert!(
                keys.iter().all(|key| key == &keys[0] && !key.is_empty()),
                "{group:?}: {keys:?}"
            );
        }
    }

    #[test]
    fn names_that_sound_different_stay_apart() {
        #[rustfmt::skip]
        let table = [
            ("simon", "simone"),
            ("martin", "marton"),
            ("michel", "marcel"),
            ("anne", "an"),
            ("roux", "rose"),
            ("petit", "patou"),
            ("leroy", "leroux"),
        ];
        for (a, b) in table {
            assert_ne!(french_phonetic_key(a), french_phonetic_key(b), "{a} / {b}");
        }
        assert_eq!(french_phonetic_key("Иванов"), "");
        assert_eq!(french_phonetic_key(""), "");
    }
}
