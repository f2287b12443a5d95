//! A file with one secret on its first line, readable by its owner alone.
//! Refuses one that others may read: its secret may already be known. Never writes, never shows what it read.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use zeroize::Zeroizing;

/// Why the secret was not used.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileProblem {
    #[error(transparent)]
    NotReadable(#[from] io::Error),
    #[error("others than its owner may read it")]
    OpenToOthers,
}

/// The first line, without its end.
///
/// # Errors
/// `NotReadable`; `OpenToOthers` when the group or anybody has any right on the file.
pub fn first_line(path: &Path) -> Result<Zeroizing<String>, PrivateFileProblem> {
    let file = File::open(path)?;
    // Asked of the file that is open, not of a name that may point elsewhere by now.
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(PrivateFileProblem::OpenToOthers);
    }
    // Room for a long password, so that growing leaves no copy behind.
    let mut line = Zeroizing::new(String::with_capacity(1024));
    BufReader::new(file).read_line(&mut line)?;
    while line.ends_with(['\n', '\r']) {
        line.pop();
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_the_owners_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "Un Secret \r\nautre ligne\n").unwrap();
        for (mode, readable) in [
            (0o600, true),
            (0o400, true),
            (0o640, false),
            (0o604, false),
            (0o620, false),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            match first_line(&path) {
                Ok(line) => assert!(readable && *line == "Un Secret ", "{mode:o}"),
                Err(problem) => assert!(
                    !readable && matches!(problem, PrivateFileProblem::OpenToOthers),
                    "{mode:o}"
                ),
            }
        }
        assert!(matches!(
            first_line(&folder.path().join("absent")),
            Err(PrivateFileProblem::NotReadable(_))
        ));
    }
}
