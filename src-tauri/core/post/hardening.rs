//! What the process does to itself before it holds a secret: no core dump, no reading of its memory by
//! another process of the same user, and a start without the variables that open a WebView to automation
//! or load foreign code. It protects against a curious session, never against the administrator.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Forbids core dumps (`RLIMIT_CORE` 0, inherited by children) and reading of this process's memory and
/// `/proc` by others of the same user (`PR_SET_DUMPABLE` 0, ended by the next `exec`).
///
/// A side effect to know: desktop portals read the caller's `/proc` entry and answer such a process with
/// an error, so file choosers must be the toolkit's own.
///
/// # Errors
/// The system refused; the caller must not go on to hold a secret.
pub fn harden() -> std::io::Result<()> {
    setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    )?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// Variables to drop by exact name.
const DROPPED: [&str; 20] = [
    // WebDriver and the remote inspector: either of them reads and drives the window.
    "TAURI_AUTOMATION",
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    // Other programs in the place of WebKit's own, or without its sandbox.
    "WEBKIT_EXEC_PATH",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
    // GTK's interactive inspector.
    "GTK_DEBUG",
    // Modules that GTK, GLib and GStreamer would load into the process.
    "GTK_MODULES",
    "GTK3_MODULES",
    "GTK_PATH",
    "GTK_IM_MODULE_FILE",
    "GDK_PIXBUF_MODULE_FILE",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GST_PLUGIN_PATH",
    "GST_PLUGIN_PATH_1_0",
    // Session keys of TLS in a file.
    "SSLKEYLOGFILE",
    // Traces of memory allocation in a file.
    "MALLOC_TRACE",
    "QT_PLUGIN_PATH",
];

/// Families of variables: the dynamic linker's, the inspector's, JavaScriptCore's debugging options.
const DROPPED_FAMILIES: [&str; 3] = ["LD_", "WEBKIT_INSPECTOR_", "JSC_"];

/// The variables, among `present`, that a release build must not run with. Empty means that the
/// environment is clean and no new start is needed.
pub fn clean_environment_needed<I>(present: I) -> Vec<OsString>
where
    I: IntoIterator<Item = OsString>,
{
    present
        .into_iter()
        .filter(|name| is_dropped(name))
        .collect()
}

/// Starts this program anew in the same process, with the same arguments, without `dropped`. It comes
/// back only when that failed. The new start finds nothing to drop, so it cannot loop.
#[must_use = "it returns only when the new start failed"]
pub fn reexec_clean(dropped: &[OsString]) -> std::io::Error {
    match clean_command(dropped, std::env::args_os()) {
        Ok(mut command) => command.exec(),
        Err(error) => error,
    }
}

fn clean_command(
    dropped: &[OsString],
    arguments: impl Iterator<Item = OsString>,
) -> std::io::Result<Command> {
    let mut arguments = arguments;
    let called_as = arguments.next();
    let mut command = Command::new(own_program()?);
    if let Some(called_as) = called_as {
        command.arg0(called_as);
    }
    command.args(arguments);
    for name in dropped {
        command.env_remove(name);
    }
    Ok(command)
}

/// After an update of the package the kernel calls the running file « /usr/bin/guichet (deleted) »: the new one is meant.
pub(super) fn own_program() -> std::io::Result<PathBuf> {
    let path = std::env::current_exe()?;
    match path
        .to_str()
        .and_then(|path| path.strip_suffix(" (deleted)"))
    {
        Some(replaced) => Ok(PathBuf::from(replaced)),
        None => Ok(path),
    }
}

fn is_dropped(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        DROPPED.contains(&name)
            || DROPPED_FAMILIES
                .iter()
                .any(|family| name.starts_with(family))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<OsString> {
        names.iter().map(OsString::from).collect()
    }

    #[test]
    fn what_opens_the_window_to_others_is_dropped() {
        let present = names(&[
            "TAURI_WEBVIEW_AUTOMATION",
            "LD_PRELOAD",
            "LD_AUDIT",
            "WEBKIT_INSPECTOR_SERVER",
            "JSC_useDollarVM",
            "GTK_MODULES",
        ]);
        assert_eq!(clean_environment_needed(present.clone()), present);
    }

    #[test]
    fn what_a_session_needs_is_kept() {
        let present = names(&[
            "HOME",
            "PATH",
            "LANG",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "XDG_RUNTIME_DIR",
            "DBUS_SESSION_BUS_ADDRESS",
            "GTK_THEME",
            "GTK_IM_MODULE",
            "CUPS_SERVER",
            "WEBKIT_DISABLE_DMABUF_RENDERER",
            "SSL_CERT_FILE",
        ]);
        assert_eq!(clean_environment_needed(present), Vec::<OsString>::new());
    }

    #[test]
    fn the_new_start_has_the_same_arguments_and_nothing_left_to_drop() {
        let dropped = names(&["LD_PRELOAD"]);
        let command =
            clean_command(&dropped, names(&["guichet", "--cadre", "x y"]).into_iter()).unwrap();
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["--cadre", "x y"]);
        assert_eq!(
            command.get_envs().collect::<Vec<_>>(),
            [(OsStr::new("LD_PRELOAD"), None)]
        );
        assert_eq!(command.get_program(), own_program().unwrap());
    }
}
