//! What a settings file may say of the letter, read back from a file as a post reads it.
//! It starts from the rehearsal's settings and changes one line at a time.
//! It never opens an office.

use super::*;
use crate::rehearsal::post_settings;

/// Reads the rehearsal's file after `change`.
fn read(change: impl FnOnce(String) -> String) -> Result<Settings, SettingsProblem> {
    let folder = tempfile::tempdir().unwrap();
    let settings = post_settings("ldaps://localhost", Path::new("ca.pem"), folder.path());
    let file = folder.path().join("reglages.toml");
    let text = change(toml::to_string(&settings).unwrap());
    std::fs::write(&file, text).unwrap();
    Settings::read(&file)
}

#[test]
fn the_retention_is_twelve_months_unless_the_site_says_less() {
    let without = |text: String| text.replace("retention-months = 12\n", "");
    assert_eq!(read(without).unwrap().establishment.retention_months, 12);
    let six = |text: String| text.replace("retention-months = 12", "retention-months = 6");
    assert_eq!(read(six).unwrap().establishment.retention_months, 6);
    for months in ["5", "13"] {
        let other = |text: String| {
            text.replace(
                "retention-months = 12",
                &format!("retention-months = {months}"),
            )
        };
        let sentence = read(other).unwrap_err().sentence();
        assert!(sentence.contains("retention-months"), "{sentence}");
    }
}
