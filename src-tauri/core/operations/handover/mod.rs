//! The handover: verify, generate, send, print, hand over. One view for the whole screen, recomputed after every act.

mod acts;
mod aside;
mod catch_up;
mod hand_over;
mod identity;
mod letter;
mod offline;
mod open;
mod paper;
mod register;
mod screen;
mod standing;
mod typed_blind;
mod views;

use uuid::Uuid;

pub use acts::{
    abandon, begin, confirm_sheet, finish, redraw_password, resume, set_language, set_printer,
};
pub use catch_up::{SyncReport, catch_up};
pub use hand_over::hand_over;
pub use identity::{check_document, confirm_photo};
pub use open::OpenHandover;
pub use paper::{Outlet, print_again, save_letter, writable};
pub use register::handovers;
pub use typed_blind::{DOCUMENTS, check_birth_date};
pub use views::*;

pub(crate) use aside::{PutAside, any_busy, put_aside};
pub(crate) use hand_over::resolve_unknown;
pub(crate) use identity::record_names;
pub(crate) use offline::{back_online, envelope};
pub(crate) use register::entry_of;
pub(crate) use screen::view;
pub(crate) use standing::{Known, Worth, letters_of, numbers_elsewhere};

use crate::operations::{Office, OperationError};

/// Changes the open handover named by its id.
///
/// # Errors
/// `notOpen` when it is not on this counter.
pub(crate) fn with_open(
    office: &Office,
    handover: &str,
    change: impl FnOnce(&mut OpenHandover),
) -> Result<Uuid, OperationError> {
    let id = Uuid::parse_str(handover).map_err(|_| not_open())?;
    let mut open = office.open_handovers();
    change(open.get_mut(&id).ok_or_else(not_open)?);
    Ok(id)
}

fn not_open() -> OperationError {
    OperationError::new(
        "notOpen",
        "Cette remise n’est plus ouverte sur ce poste. Rouvrez la fiche de la personne.",
    )
}
