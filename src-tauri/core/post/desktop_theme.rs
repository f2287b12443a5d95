//! Whether the desktop is light or dark, asked once at the start so that the window opens in the right
//! colours: `GTK_THEME`, then the settings portal, then GNOME's own setting. A desktop that does not
//! answer quickly is light; it never delays the window by more than two short limits.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_millis(400);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DesktopTheme {
    #[default]
    Light,
    Dark,
}

/// Asks the desktop. `gtk_theme` is the value of `GTK_THEME`, which wins over the desktop as for every GTK program.
pub async fn desktop_theme(gtk_theme: Option<&str>) -> DesktopTheme {
    if let Some(theme) = gtk_theme.filter(|theme| !theme.is_empty()) {
        return named(theme);
    }
    let portal = [
        "call",
        "--session",
        "--timeout",
        "1",
        "--dest",
        "org.freedesktop.portal.Desktop",
        "--object-path",
        "/org/freedesktop/portal/desktop",
        "--method",
        "org.freedesktop.portal.Settings.Read",
        "org.freedesktop.appearance",
        "color-scheme",
    ];
    if let Some(theme) = answer("gdbus", &portal)
        .await
        .as_deref()
        .and_then(from_portal)
    {
        return theme;
    }
    match answer(
        "gsettings",
        &["get", "org.gnome.desktop.interface", "color-scheme"],
    )
    .await
    {
        Some(said) if said.contains("prefer-dark") => DesktopTheme::Dark,
        Some(_) | None => DesktopTheme::Light,
    }
}

/// `Adwaita:dark` and `Adwaita-dark` are the two spellings in use.
fn named(theme: &str) -> DesktopTheme {
    let theme = theme.to_ascii_lowercase();
    if theme.ends_with(":dark") || theme.ends_with("-dark") {
        DesktopTheme::Dark
    } else {
        DesktopTheme::Light
    }
}

/// `(<<uint32 1>>,)`: 1 prefers dark, 2 prefers light, 0 has no preference and leaves the next source to tell.
fn from_portal(said: &str) -> Option<DesktopTheme> {
    let number = said.split_once("uint32 ")?.1.chars().next()?;
    match number {
        '1' => Some(DesktopTheme::Dark),
        '2' => Some(DesktopTheme::Light),
        _ => None,
    }
}

async fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let asked = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(PATIENCE, asked).await.ok()?.ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portal_answers_in_numbers() {
        assert_eq!(from_portal("(<<uint32 1>>,)\n"), Some(DesktopTheme::Dark));
        assert_eq!(from_portal("(<<uint32 2>>,)\n"), Some(DesktopTheme::Light));
        assert_eq!(
            from_portal("(<<uint32 0>>,)\n"),
            None,
            "no preference: GNOME's own setting is asked next"
        );
        assert_eq!(from_portal("nonsense"), None);
    }

    #[test]
    fn a_theme_says_it_by_its_name() {
        assert_eq!(named("Adwaita:dark"), DesktopTheme::Dark);
        assert_eq!(named("Yaru-Dark"), DesktopTheme::Dark);
        assert_eq!(named("Adwaita"), DesktopTheme::Light);
    }

    #[tokio::test]
    async fn a_program_that_hangs_or_is_missing_is_no_answer() {
        assert_eq!(answer("sleep", &["30"]).await, None);
        assert_eq!(answer("guichet-no-such-program", &[]).await, None);
        assert_eq!(
            answer("sh", &["-c", "echo oui"]).await.as_deref(),
            Some("oui\n")
        );
    }
}
