//! Requests: a command with its idempotency key.

mod command;
mod message;
mod prove;
mod refund;

pub(crate) use message::{messages, order_of};
pub(crate) use refund::Refund;

use crate::problem::Problem;
use crate::read::{Faults, Path, Read, record};
use crate::text::As;
use crate::tree::Tree;
use command::Command;
use loyalty_core as core;
use loyalty_core::{AccountId, Fingerprint, Key};
use sha2::{Digest, Sha256};

record! {
    /// A command with its idempotency key.
    pub struct Request {
        /// Whose account.
        account: As<AccountId>,
        /// The same key never books twice.
        key: As<Key>,
        /// What is asked.
        command: Command,
    }
}

/// Reads a request.
///
/// # Errors
/// Every fault of the text.
pub fn request(text: &str) -> Result<core::Request, Problem> {
    request_of(&crate::parse(text)?)
}

pub(crate) fn request_of(tree: &Tree<'_>) -> Result<core::Request, Problem> {
    let faults = Faults::default();
    let proved = Request::read(tree, &Path::Root, &faults).and_then(|request| {
        let command = request.command.prove(&Path::Root.field("command"), &faults)?;
        let fingerprint = tree.field("command").map(fingerprint)?;
        Some(core::Request { account: request.account.0, key: request.key.0, fingerprint, command })
    });
    faults.finish(proved)
}

/// The fingerprint of a command as it was sent, where that says more, or less, than the command that is booked.
///
/// # Errors
/// `malformed`.
pub fn fingerprint_of(command: &str) -> Result<String, Problem> {
    Ok(crate::hex(&fingerprint(&crate::parse(command)?).0))
}

/// The first 16 bytes of SHA-256 over the canonical text of a command.
///
/// Left out is what may have changed when the same request comes again: an order's advocate, whom the host finds by a
/// referral code, and what a sale is worth, which is read from the order when the message is sent.
fn fingerprint(command: &Tree<'_>) -> Fingerprint {
    let mut command = command.clone();
    if let Some(Tree::Map(order)) = command.field_mut("order") {
        order.retain(|(name, _)| name != "advocate");
    }
    if let Tree::Map(fields) = &mut command {
        fields.retain(|(name, _)| name != "worth");
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(Sha256::digest(command.canonical())) {
        *byte = hashed;
    }
    Fingerprint(bytes)
}

#[cfg(test)]
mod tests;
