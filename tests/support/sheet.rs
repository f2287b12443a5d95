//! What a printed or saved letter says, and the password on it. Read from the paper: nothing else has it.

use std::io::Write;
use std::process::{Command, Stdio};

/// The words of a PDF, laid out as on the page.
pub fn text(document: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext (Debian package poppler-utils)");
    reader
        .stdin
        .take()
        .expect("its input")
        .write_all(document)
        .expect("the letter");
    let text = reader.wait_with_output().expect("its text").stdout;
    String::from_utf8_lossy(&text).into_owned()
}

/// The first long run of capital-led words, and the line under it when it takes two: the first line may then hold only three
/// of its words.
pub fn password(text: &str) -> String {
    let words = |text: &str, least: usize| {
        text.chars().all(|letter| letter.is_ascii_alphabetic())
            && text.starts_with(|letter: char| letter.is_ascii_uppercase())
            && text.chars().filter(char::is_ascii_uppercase).count() >= least
    };
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let (row, first) = lines
        .iter()
        .enumerate()
        .flat_map(|(row, line)| line.split_whitespace().map(move |run| (row, run)))
        .find(|(row, run)| {
            let goes_on =
                lines[*row] == *run && lines.get(row + 1).is_some_and(|next| words(next, 3));
            run.len() >= 13 && words(run, if goes_on { 2 } else { 4 })
        })
        .unwrap_or_else(|| panic!("no password on the letter:\n{text}"));
    let second = lines
        .get(row + 1)
        .filter(|line| lines[row] == first && words(line, 1));
    format!("{first}{}", second.copied().unwrap_or_default())
}
