//! What is specific to an operating system: printing through CUPS, hardening of the process, who works on
//! this post, the desktop's light or dark theme, owner-only files. A port to another system is a port of this folder (and of the
//! keyring crate's features). It never knows a person, a password or a directory: bytes and names of queues.

pub mod desktop_theme;
pub mod hardening;
pub mod presence;
pub mod printing;
pub mod private_file;
pub mod relaunch;
