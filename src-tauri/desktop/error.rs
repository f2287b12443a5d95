//! What a command answers when it cannot: a code the window acts on, and the sentence to show.

use guichet_core::operations::{OperationError, Trouble};

pub type Answer<T> = Result<T, OperationError>;

/// A post that cannot work answers every command with its own sentence.
pub fn trouble(trouble: &Trouble) -> OperationError {
    OperationError {
        code: "trouble".into(),
        message: format!("{} {}", trouble.strong, trouble.text),
    }
}
