//! What a command answers, on standard output.

use anyhow::{Context, Result};
use std::io::{ErrorKind, Write};

/// Writes a text. A reader who has gone, as `head` goes, wants no more of it; that is no fault.
///
/// # Errors
/// When it cannot be written for another reason.
pub(crate) fn out(text: &str) -> Result<()> {
    let mut to = std::io::stdout().lock();
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write the answer"),
        _ => Ok(()),
    }
}

/// As [`out`], with the end of a line.
///
/// # Errors
/// As [`out`].
pub(crate) fn line(text: impl std::fmt::Display) -> Result<()> {
    out(&format!("{text}\n"))
}
