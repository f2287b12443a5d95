//! The damages themselves, drawn: to a file, to a row under a valid page, to the keyring's entry.
//! Never touches anything but the copy it is given, and the keyring's entries of this harness.

use std::path::Path;
use std::time::Duration;

use guichet_core::vault::{DatabaseKey, Vault};
use rusqlite::Connection;

use super::Target;
use super::place::Copied;
use crate::chance::Chance;

const SERVICE: &str = "guichet-torture-rot";
const PAGE: usize = 4_096;
const SECTOR: usize = 512;
/// A write-ahead log's header, and that of each frame (<https://www.sqlite.org/fileformat2.html#walformat>).
const LOG_HEADER: usize = 32;
const FRAME: usize = PAGE + 24;

impl Copied {
    /// Says what it did.
    pub fn damage(&self, target: Target, chance: &mut Chance) -> String {
        let done = match target {
            Target::File(end) => {
                let path = self.file(end);
                match std::fs::read(&path) {
                    Ok(bytes) => file(&path, bytes, end == "-wal", chance),
                    Err(_) => "not there".to_owned(),
                }
            }
            Target::Row(table, column) => row(&self.database, &self.key, table, column, chance),
            Target::Keyring(what) => {
                keyring(what, chance);
                what.to_owned()
            }
        };
        format!("{target:?} ({}): {done}", self.kind)
    }
}

fn file(path: &Path, mut bytes: Vec<u8>, log: bool, chance: &mut Chance) -> String {
    let length = bytes.len();
    let (header, page) = if log { (LOG_HEADER, FRAME) } else { (0, PAGE) };
    let pages = length.saturating_sub(header) / page;
    let done = match chance.below(100) {
        0..45 => flip(&mut bytes, chance),
        45..65 => {
            let kept = chance.below(length);
            bytes.truncate(kept);
            format!("cut to {kept} of {length}")
        }
        65..80 => zero(&mut bytes, SECTOR, chance),
        80..87 => zero(&mut bytes, PAGE, chance),
        87..95 if pages > 1 => {
            let (one, other) = (chance.below(pages), chance.below(pages));
            for byte in 0..page {
                bytes.swap(header + one * page + byte, header + other * page + byte);
            }
            format!("pages {one} and {other} exchanged")
        }
        95..98 => {
            bytes.clear();
            "emptied".to_owned()
        }
        98.. => {
            std::fs::remove_file(path).expect("removed");
            return "removed".to_owned();
        }
        _ => flip(&mut bytes, chance),
    };
    std::fs::write(path, bytes).expect("damaged");
    done
}

fn flip(bytes: &mut [u8], chance: &mut Chance) -> String {
    let bits = 1 + chance.below(16);
    let mut places = Vec::new();
    for _ in 0..bits {
        let place = chance.below(bytes.len() * 8);
        if let Some(byte) = bytes.get_mut(place / 8) {
            *byte ^= 1 << (place % 8);
        }
        places.push(place);
    }
    format!("bits {places:?} flipped")
}

fn zero(bytes: &mut [u8], width: usize, chance: &mut Chance) -> String {
    let start = chance.below(bytes.len().div_ceil(width)) * width;
    bytes
        .iter_mut()
        .skip(start)
        .take(width)
        .for_each(|byte| *byte = 0);
    format!("{width} zeroed at {start}")
}

/// The database beside the product's own opening.
pub fn opened(database: &Path, key: &DatabaseKey) -> Connection {
    let connection = Connection::open(database).expect("opens");
    let pragma = format!("PRAGMA key = \"{}\"", key.as_raw_key_pragma().as_str());
    connection.execute_batch(&pragma).expect("the key");
    connection
}

fn row(
    database: &Path,
    key: &DatabaseKey,
    table: &str,
    column: &str,
    chance: &mut Chance,
) -> String {
    let connection = opened(database, key);
    let mut value: Vec<u8> = connection
        .query_row(
            &format!("SELECT CAST({column} AS BLOB) FROM {table}"),
            [],
            |row| row.get(0),
        )
        .expect("one row");
    let done = if chance.percent(70) {
        flip(&mut value, chance)
    } else {
        let kept = chance.below(value.len());
        value.truncate(kept);
        format!("cut to {kept}")
    };
    let text = column == "recipient";
    let cast = if text { "CAST(?1 AS TEXT)" } else { "?1" };
    connection
        .execute(&format!("UPDATE {table} SET {column} = {cast}"), [value])
        .expect("written");
    done
}

/// Another service than the posts of the other harnesses have.
pub async fn vault() -> Vault {
    Vault::open(SERVICE, Duration::from_secs(20))
        .await
        .expect("the keyring: is the suite run under .ci/session?")
}

/// The keyring holds the key of the copy.
pub async fn keep(post: &Copied) {
    vault()
        .await
        .restore_database_key(&post.database, post.key.clone())
        .await
        .expect("kept");
}

pub fn entry() -> keyring::Entry {
    keyring::Entry::new(SERVICE, "database-key").expect("the keyring")
}

fn keyring(what: &str, chance: &mut Chance) {
    let text = entry().get_password().expect("put there by the copy");
    match what {
        "removed" => entry().delete_credential().expect("removed"),
        "cut" => {
            let kept = chance.below(text.len());
            entry().set_password(&text[..kept]).expect("cut");
        }
        _ => {
            // 32 bytes of another key, in base64.
            let mut other = text.into_bytes();
            let place = chance.below(40);
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).expect("base64");
            entry().set_password(&other).expect("another");
        }
    }
}
