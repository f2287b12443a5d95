//! What a sentence shown to staff must be: French, whole, short, and nobody's debug output.
//! Never judges the words of the person who typed: what is quoted back is taken out first.

/// The longest sentence a screen has room for, quotation included.
const LONGEST: usize = 600;

/// Words of English messages of libraries and servers; none is a French word.
const ENGLISH: &[&str] = &[
    "error",
    "errno",
    "invalid",
    "unknown",
    "expected",
    "unexpected",
    "missing",
    "failed",
    "failure",
    "cannot",
    "denied",
    "file",
    "such",
    "found",
    "null",
    "none",
    "line",
    "column",
    "string",
    "unreachable",
    "refused",
    "too",
    "syntax",
    "undefined",
    "key",
    "the",
    "with",
    "value",
];

/// Marks of Rust's own printing.
const DEBUG: &[&str] = &[
    "Err(", "Some(", "os error", "::", "\\u{", "`", "{\"", "panicked",
];

/// At least one of these stands in any French sentence of ours.
const FRENCH: &[&str] = &[
    "le",
    "la",
    "les",
    "l",
    "de",
    "du",
    "des",
    "d",
    "un",
    "une",
    "ne",
    "n",
    "pas",
    "est",
    "ce",
    "cette",
    "votre",
    "vos",
    "sur",
    "au",
    "attendez",
    "choisissez",
    "tapez",
    "cherchez",
];

/// What is wrong with `sentence`, if anything; `typed` may be quoted in it.
pub fn fault_in(sentence: &str, typed: &str) -> Option<String> {
    let sentence = sentence.trim();
    // No sentence quotes more than this.
    let typed: String = typed.chars().take(LONGEST).collect();
    if sentence.is_empty() {
        return Some("no sentence".to_owned());
    }
    if sentence.chars().count() > LONGEST {
        return Some(format!("{} characters", sentence.chars().count()));
    }
    if let Some(sign) = sentence
        .chars()
        .find(|sign| sign.is_control() || is_deceptive(*sign))
    {
        return Some(format!("U+{:04X} in {sentence:?}", u32::from(sign)));
    }
    let own = if typed.trim().chars().count() > 1 {
        sentence.replace(typed.trim(), "…")
    } else {
        sentence.to_owned()
    };
    if !own.ends_with(['.', '\u{bb}', '?']) {
        return Some(format!("not a whole sentence: {sentence:?}"));
    }
    if let Some(mark) = DEBUG.iter().find(|mark| own.contains(**mark)) {
        return Some(format!("« {mark} » in {sentence:?}"));
    }
    let words: Vec<String> = own
        .split(|sign: char| !sign.is_alphanumeric())
        .map(str::to_lowercase)
        .collect();
    let quoted = typed.to_lowercase();
    let english =
        |word: &&String| ENGLISH.contains(&word.as_str()) && !quoted.contains(word.as_str());
    if let Some(word) = words.iter().find(english) {
        return Some(format!("« {word} » in {sentence:?}"));
    }
    if !words.iter().any(|word| FRENCH.contains(&word.as_str())) {
        return Some(format!("not French: {sentence:?}"));
    }
    None
}

/// Signs that change how the rest of a line reads, or hide in it.
pub fn is_deceptive(sign: char) -> bool {
    matches!(
        sign,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}
