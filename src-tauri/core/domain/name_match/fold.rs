//! The keys names are searched and compared by.
//! `fold` keeps words apart and is what a search index holds; `mrz_key` keeps letters only, as the band writes them;
//! `token_key` is the bag of words without particles.
//! Never shown to anyone: a name is displayed as it was written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that come and go between civil status and daily use.
pub(super) const PARTICLES: [&str; 13] = [
    "DE", "DU", "DES", "D", "LE", "LA", "L", "EL", "AL", "BEN", "VAN", "VON", "DI",
];

/// The search key: lower case, without accents, ligatures and foreign letters opened up, apostrophes and the signs of
/// Arabic or Hawaiian transliteration dropped, everything else that is no letter or digit one space.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name
        .nfd()
        .filter(|c| !is_combining_mark(*c) && !is_apostrophe(*c))
    {
        if let Some(plain) = opened(character) {
            folded.push_str(plain);
        } else if character.is_alphanumeric() {
            folded.extend(character.to_lowercase());
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Lower case, without accents, ligatures and foreign letters opened up; every other sign stays. What a keyboard adds to an
/// address or a login that has none.
#[must_use]
pub fn unaccented(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match opened(character) {
            Some(letters) => plain.push_str(letters),
            None => plain.extend(character.to_lowercase()),
        }
    }
    plain
}

/// Letters only, as the band writes them by default (ICAO 9303 part 3 §6): `LEFEVRENUNEZ`. Empty for a name written
/// in another script.
#[must_use]
pub fn mrz_key(name: &str) -> String {
    super::spelling::Spelling::of(name).letters()
}

/// The words of a name as the band writes them, sorted, without particles unless the name has nothing else.
#[must_use]
pub fn token_key(name: &str) -> Vec<String> {
    let mut words =
        without_particles(super::spelling::Spelling::with_apostrophes_apart(name).words());
    words.sort_unstable();
    words
}

/// Vietnamese family names and Chinese given names may be a particle by themselves: then nothing is removed.
pub(super) fn without_particles(words: Vec<String>) -> Vec<String> {
    let kept: Vec<String> = words
        .iter()
        .filter(|word| !PARTICLES.contains(&word.as_str()))
        .cloned()
        .collect();
    if kept.is_empty() { words } else { kept }
}

/// Apostrophes of every keyboard, and the letters that stand for hamza, ayn and okina: the band drops them.
pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(
        character,
        '\'' | '`' | '´' | '′' | '‘' | '’' | '‛' | '＇' | '\u{2b0}'..='\u{2ff}'
    )
}

/// Letters that canonical decomposition leaves whole.
fn opened(character: char) -> Option<&'static str> {
    Some(match character {
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' | 'ẞ' => "ss",
        'ø' | 'Ø' | 'ɔ' | 'Ɔ' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' | 'ɗ' | 'Ɗ' => "d",
        'ł' | 'Ł' | 'ŀ' | 'Ŀ' => "l",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        'ħ' | 'Ħ' => "h",
        'ŧ' | 'Ŧ' => "t",
        'ŋ' | 'Ŋ' | 'ɲ' | 'Ɲ' => "n",
        'ĳ' | 'Ĳ' => "ij",
        'ə' | 'Ə' | 'ɛ' | 'Ɛ' => "e",
        'ɓ' | 'Ɓ' => "b",
        'ƙ' | 'Ƙ' | 'ĸ' => "k",
        'ƴ' | 'Ƴ' => "y",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_key_forgets_what_keyboards_cannot_type() {
        #[rustfmt::skip]
        let table = [
            ("LEFÈVRE-NUÑEZ", "lefevre nunez"),
            ("Le Goff--Kerguélen", "le goff kerguelen"),
            ("  D’Almeida\u{a0}Cœur ", "dalmeida coeur"),
            ("ʿAbd al-Raḥmān al-Ḥusaynī", "abd al rahman al husayni"),
            ("Kaʻahumanu", "kaahumanu"),
            ("Nguyễn Thị Ái Đào", "nguyen thi ai dao"),
            ("Çağlıoğlu İbrahim", "caglioglu ibrahim"),
            ("ISIK ışık", "isik isik"),
            ("Þórunn Guðmundsdóttir", "thorunn gudmundsdottir"),
            ("Brzęczyszczykiewicz-Żółć", "brzeczyszczykiewicz zolc"),
            ("Ērik Bērziņš", "erik berzins"),
            ("Straße Ægir Øre", "strasse aegir ore"),
            ("Le\u{301}a", "lea"),
            ("—", ""),
            ("", ""),
        ];
        for (name, key) in table {
            assert_eq!(fold(name), key, "name: {name}");
        }
        assert_eq!(fold("Иванов"), "иванов", "another script stays searchable");
    }

    #[test]
    fn an_address_keeps_its_signs() {
        assert_eq!(
            unaccented("Hélène.Lefèvre-Nuñez_2@Univ-Rivemer.example"),
            "helene.lefevre-nunez_2@univ-rivemer.example"
        );
        assert_eq!(unaccented("cœur.o'brien@x"), "coeur.o'brien@x");
    }

    #[test]
    fn the_band_key_has_letters_only() {
        #[rustfmt::skip]
        let table = [
            ("Lefèvre-Nuñez", "LEFEVRENUNEZ"),
            ("D'Almeida", "DALMEIDA"),
            ("Müller", "MULLER"),
            ("Sørensen", "SOERENSEN"),
            ("Cœur", "COEUR"),
            ("Þórunn Guðmundsdóttir", "THORUNNGUDMUNDSDOTTIR"),
            ("Đào", "DAO"),
            ("Иванов", ""),
        ];
        for (name, key) in table {
            assert_eq!(mrz_key(name), key, "name: {name}");
        }
    }

    #[test]
    fn particles_do_not_count_unless_alone() {
        assert_eq!(token_key("de La Fontaine"), ["FONTAINE"]);
        assert_eq!(
            token_key("Fontaine, Marie-Ange"),
            ["ANGE", "FONTAINE", "MARIE"]
        );
        assert_eq!(token_key("d’Estaing"), ["ESTAING"]);
        assert_eq!(token_key("Lê"), ["LE"]);
        assert_eq!(token_key("Le Du"), ["DU", "LE"]);
    }
}
