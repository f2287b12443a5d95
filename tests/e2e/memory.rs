//! Searches the memory of a process of ours, as its parent or the administrator may: every place it can write to.
//! Never keeps what it reads.

use std::fs::{self, File};
use std::io::BufRead;
use std::os::unix::fs::FileExt;

/// How many times `text` stands in the process's memory, as bytes or as UTF-16; an error where reading is refused.
pub fn copies(process: &str, text: &str) -> std::io::Result<usize> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let needles = [text.as_bytes(), wide.as_slice()];
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let pages = File::open(format!("/proc/{process}/pagemap"))?;
    let mut found = 0;
    for line in maps.lines() {
        let Some((range, rest)) = line.split_once(' ') else {
            continue;
        };
        if !rest.starts_with("rw") {
            continue;
        }
        let Some((from, to)) = range.split_once('-') else {
            continue;
        };
        let from = u64::from_str_radix(from, 16).expect("an address");
        let to = u64::from_str_radix(to, 16).expect("an address");
        found += in_region(&memory, &pages, from, to, &needles);
    }
    Ok(found)
}

const PAGE: u64 = 4096;

/// Run by run of pages that are there: a WebView reserves far more than it fills.
fn in_region(memory: &File, pages: &File, from: u64, to: u64, needles: &[&[u8]]) -> usize {
    const STEP: u64 = 1 << 16;
    let mut found = 0;
    let mut run = Vec::new();
    let mut page = from / PAGE;
    while page < to / PAGE {
        let many = STEP.min(to / PAGE - page);
        let mut entries = vec![0; usize::try_from(many * 8).expect("a size")];
        if pages.read_exact_at(&mut entries, page * 8).is_err() {
            break;
        }
        for (entry, at) in entries.chunks_exact(8).zip(page..) {
            // Bits 63 and 62: in memory, swapped out.
            if entry[7] & 0xC0 != 0 {
                let end = run.len();
                run.resize(end + PAGE as usize, 0);
                if memory.read_exact_at(&mut run[end..], at * PAGE).is_err() {
                    run.truncate(end);
                }
            } else if !run.is_empty() {
                found += count(&run, needles);
                run.clear();
            }
        }
        page += many;
    }
    found + count(&run, needles)
}

fn count(bytes: &[u8], needles: &[&[u8]]) -> usize {
    let Some(first) = needles.first().and_then(|needle| needle.first()) else {
        return 0;
    };
    let (mut rest, mut found) = (bytes, 0);
    // The standard library's own search of one byte: hundreds of megabytes go through it in a debug build.
    while rest.skip_until(*first).is_ok_and(|skipped| skipped > 0) {
        let at = bytes.len() - rest.len() - 1;
        found += needles
            .iter()
            .filter(|needle| bytes[at..].starts_with(needle))
            .count();
    }
    found
}
