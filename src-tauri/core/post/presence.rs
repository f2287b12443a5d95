//! Who works on this post: one window at most, and one program at a time that may act (the window as long as it is
//! open, or one verb of the command line).
//! Two empty files in the post's folder, locked by the kernel: a crash releases them, and nothing here ever guesses
//! from a process number or a date. It never keeps anyone from reading.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// A place taken, until dropped or until the process ends.
#[derive(Debug)]
pub struct Hold {
    _locked: File,
}

/// Who has the turn to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Window,
    Command,
}

#[derive(Debug, Clone)]
pub struct Presence {
    folder: PathBuf,
}

/// Another program looks at the window's lock for an instant, only to name who is there.
const GLANCES: u32 = 6;
const GLANCE: Duration = Duration::from_millis(50);

impl Presence {
    /// # Errors
    /// The post's folder cannot be made.
    pub fn on(folder: &Path) -> io::Result<Presence> {
        std::fs::create_dir_all(folder)?;
        Ok(Presence {
            folder: folder.to_owned(),
        })
    }

    /// The window's place; `None` when another window has it.
    ///
    /// # Errors
    /// The folder cannot be written, or its file system has no locks.
    pub fn window(&self) -> io::Result<Option<Hold>> {
        for _ in 0..GLANCES {
            let file = self.file("fenetre.verrou")?;
            match file.try_lock() {
                Ok(()) => return Ok(Some(Hold { _locked: file })),
                Err(TryLockError::WouldBlock) => sleep(GLANCE),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The turn to act, or who has it.
    ///
    /// # Errors
    /// As `window`.
    pub fn act(&self) -> io::Result<Result<Hold, Holder>> {
        let file = self.file("acte.verrou")?;
        match file.try_lock() {
            Ok(()) => Ok(Ok(Hold { _locked: file })),
            Err(TryLockError::WouldBlock) => Ok(Err(self.holder()?)),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Where a second start calls the window that is open.
    pub fn bell(&self) -> PathBuf {
        self.folder.join("fenetre.appel")
    }

    fn holder(&self) -> io::Result<Holder> {
        match self.file("fenetre.verrou")?.try_lock_shared() {
            Ok(()) => Ok(Holder::Command),
            Err(TryLockError::WouldBlock) => Ok(Holder::Window),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.folder.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_window_and_one_act_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let post = Presence::on(&folder.path().join("poste")).unwrap();
        let verb = post.act().unwrap().unwrap();
        assert_eq!(post.act().unwrap().unwrap_err(), Holder::Command);
        let window = post.window().unwrap().unwrap();
        assert!(post.window().unwrap().is_none(), "a second window");
        drop(verb);
        let acting = post.act().unwrap().unwrap();
        assert_eq!(post.act().unwrap().unwrap_err(), Holder::Window);
        drop((acting, window));
        assert!(post.window().unwrap().is_some(), "given back");
        assert!(post.act().unwrap().is_ok());
    }
}
