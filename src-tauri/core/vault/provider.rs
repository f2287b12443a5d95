//! Which program keeps this session's keyring: GNOME's, KDE's or another. Recorded with the key, so that
//! a key left in another session's keyring is told apart from a lost one.
//! It never takes part in reading or writing a secret, and not knowing is no failure.

/// Name of the program behind `org.freedesktop.secrets`, or of the kind of keyring when it cannot be seen.
#[cfg(target_os = "linux")]
pub(super) fn provider() -> String {
    owner_of_the_secret_service().unwrap_or_else(|| "secret-service".to_owned())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn provider() -> String {
    std::env::consts::OS.to_owned()
}

#[cfg(target_os = "linux")]
fn owner_of_the_secret_service() -> Option<String> {
    let bus = zbus::blocking::Connection::session().ok()?;
    let name = zbus::names::BusName::try_from("org.freedesktop.secrets").ok()?;
    let process = zbus::blocking::fdo::DBusProxy::new(&bus)
        .ok()?
        .get_connection_unix_process_id(name)
        .ok()?;
    let program = std::fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    // The kernel cuts the name after 15 characters, inside « gnome-keyring-daemon ».
    let program = program.trim();
    let program = if program.starts_with("gnome-keyring") {
        "gnome-keyring"
    } else {
        program
    };
    Some(program.to_owned()).filter(|program| !program.is_empty())
}
