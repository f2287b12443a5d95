//! Where the settings are: the one place that reads the environment for it.

use std::path::PathBuf;

/// The file given, else `GUICHET_SETTINGS`, else the user's configuration folder, else `/etc/guichet`.
pub fn locate(explicit: Option<PathBuf>) -> PathBuf {
    let own = || {
        let base = std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")))?;
        let file = base.join("guichet").join("reglages.toml");
        file.exists().then_some(file)
    };
    explicit
        .or_else(|| std::env::var_os("GUICHET_SETTINGS").map(PathBuf::from))
        .or_else(own)
        .unwrap_or_else(|| PathBuf::from("/etc/guichet/reglages.toml"))
}
