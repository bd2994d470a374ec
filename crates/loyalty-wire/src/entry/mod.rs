//! The stored and published form of a ledger entry, version 1.

mod event;
mod forms;
mod parts;
mod step;

pub use event::EventV1;
pub(crate) use parts::{Count, Credit, Worth};
pub(crate) use step::Step;

use crate::form::{ByName, Form};
use crate::problem::Problem;
use crate::read::{document, record};
use crate::text::{As, TimeOfDay};
use loyalty_core as core;
use loyalty_core::{Code, Day, Fingerprint, Instant, Key, Moment, Version, WalletId};

record! {
    /// One appended row of the ledger.
    pub struct EntryV1 {
        /// Storage version, 1.
        v: u32,
        /// Dense from 1.
        seq: u64,
        /// When it was appended.
        at: As<Instant>,
        /// The shop-local day of that.
        day: As<Day>,
        /// The time of that day.
        time: As<TimeOfDay>,
        /// The programme version that decided it.
        programme: As<Version>,
        /// The command's idempotency key.
        key: As<Key>,
        /// The command's fingerprint.
        fingerprint: As<Fingerprint>,
        /// How it changes what the member owns in each wallet: available + pending + held − debt. Wallets in which
        /// nothing changes are left out.
        changes: Option<ByName<WalletId, i64>>,
        /// What happened.
        event: EventV1,
    }
}

impl From<&core::Entry> for EntryV1 {
    fn from(entry: &core::Entry) -> Self {
        Self {
            v: 1,
            seq: entry.seq,
            at: As(entry.moment.at),
            day: As(entry.moment.day),
            time: As(TimeOfDay(entry.moment.minute)),
            programme: As(entry.programme.clone()),
            key: As(entry.key.clone()),
            fingerprint: As(entry.fingerprint),
            changes: Form::of(&entry.event.changes()),
            event: EventV1::of(&entry.event),
        }
    }
}

/// Reads a stored entry.
///
/// # Errors
/// Every fault of the text; `entry_inconsistent` when it cannot be what was stored.
pub fn entry(text: &str) -> Result<core::Entry, Problem> {
    let stored: EntryV1 = document(&crate::parse(text)?)?;
    let entry = core::Entry {
        seq: stored.seq,
        moment: Moment { at: stored.at.0, day: stored.day.0, minute: stored.time.0.0 },
        programme: stored.programme.0,
        key: stored.key.0,
        fingerprint: stored.fingerprint.0,
        event: stored.event.restore()?,
    };
    let sound = stored.v == 1 && entry.event.changes() == stored.changes.restore()?;
    if sound { Ok(entry) } else { Err(Code::EntryInconsistent.into()) }
}

#[cfg(test)]
mod tests;
