//! One step of a stored ledger: stored texts and a request in, rows to write and an answer out.
//!
//! Pure, so that the Durable Object, the simulator and the tests run the very same step.

mod fold;
mod outbox;
mod page;
mod rows;

pub use fold::Fold;
pub use outbox::{message_record, messages, shared, tallies};
pub use page::{Page, page, view};
pub use rows::rows;

use crate::answer::Booked;
use crate::entry::EntryV1;
use crate::problem::Problem;
use crate::stored::Position;
use crate::text::{Text, hex};
use crate::write::Write;
use crate::{Programme, parse, position};
use loyalty_core::{
    Account, Code, Decision, Entry, Fingerprint, Moment, Request, RowId, Shared, SharedId, apply, decide,
};

/// What a host has stored of an account, as far as the request needs it.
#[derive(Debug, Clone, Default)]
pub struct Stored<'a> {
    /// The position; none for an account that never booked.
    pub position: Option<&'a str>,
    /// The records that [`rows()`] names, as far as they exist: name and text.
    pub rows: &'a [(String, String)],
    /// The fingerprint stored with this request's key.
    pub fingerprint: Option<&'a str>,
    /// What all members have used of what [`shared`] names, as the host last heard.
    pub shared: &'a [(String, i64)],
}

/// What a step comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Write all of this together, then answer.
    Append {
        /// Entries to append.
        entries: Vec<EntryRow>,
        /// Records to insert or replace: name and text.
        rows: Vec<(String, String)>,
        /// The new position.
        position: String,
        /// The last entry's sequence number.
        seq: u64,
        /// The answer, a [`Booked`].
        answer: String,
    },
    /// Booked before under the shop's own name for it: write nothing, answer this [`Booked`].
    AlreadyBooked {
        /// The answer.
        answer: String,
    },
    /// This key did the same before: write nothing, repeat the stored answer.
    Replayed,
}

/// An entry to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Dense from 1.
    pub seq: u64,
    /// The entry's text.
    pub body: String,
    /// Whether it asks something of other accounts; see [`messages`].
    pub message: bool,
}

/// The request's fingerprint, as stored with its key.
#[must_use]
pub fn fingerprint(request: &Request) -> String {
    hex(&request.fingerprint.0)
}

/// The fingerprint of the request that an entry was booked for, as stored with its key.
#[must_use]
pub fn entry_fingerprint(entry: &Entry) -> String {
    hex(&entry.fingerprint.0)
}

/// Decides a request on what is stored.
///
/// # Errors
/// Those of [`decide`]; `entry_inconsistent` when what is stored is damaged.
pub fn step(
    programme: &Programme,
    stored: &Stored<'_>,
    request: &Request,
    moment: Moment,
) -> Result<Step, Problem> {
    let rules = programme.rules();
    let mut account = restore(stored, request)?;
    match decide(rules, &account, request, moment)? {
        Decision::Replayed => Ok(Step::Replayed),
        Decision::AlreadyBooked => {
            Ok(Step::AlreadyBooked { answer: Booked::new(rules, &account, &[], moment)?.to_json() })
        }
        Decision::Append(entries) => {
            entries.iter().try_for_each(|entry| apply(&mut account, entry))?;
            let mut touched: Vec<RowId> = entries.iter().flat_map(|entry| entry.event.rows()).collect();
            touched.sort();
            touched.dedup();
            let rows = touched.iter().filter_map(|row| rows::record(&account.book, row)).collect();
            let answer = Booked::new(rules, &account, &entries, moment)?.to_json();
            let entries = entries.iter().map(EntryRow::of).collect();
            let seq = account.position.seq;
            let position = Position::from(&account.position).to_json();
            Ok(Step::Append { entries, rows, position, seq, answer })
        }
    }
}

impl EntryRow {
    fn of(entry: &Entry) -> Self {
        Self { seq: entry.seq, body: EntryV1::from(entry).to_json(), message: entry.has_messages() }
    }
}

fn restore(stored: &Stored<'_>, request: &Request) -> Result<Account, Problem> {
    let mut account = account(stored.position, stored.shared)?;
    if let Some(fingerprint) = stored.fingerprint {
        let known = <Fingerprint as Text>::parse(fingerprint).map_err(|_| Code::EntryInconsistent)?;
        account.book.keys.insert(request.key.clone(), known);
    }
    for row in request.command.rows() {
        let name = rows::name(&row);
        if let Some((_, text)) = stored.rows.iter().find(|(known, _)| *known == name) {
            rows::load(&mut account.book, row, &parse(text)?)?;
        }
    }
    Ok(account)
}

/// An account without its records.
fn account(stored: Option<&str>, shared: &[(String, i64)]) -> Result<Account, Problem> {
    let tree = stored.map(parse).transpose()?;
    let tally = |(of, count): &(String, i64)| Ok((SharedId::new(of)?, *count));
    let shared = shared.iter().map(tally).collect::<Result<Shared, Code>>()?;
    Ok(Account { position: position(tree.as_ref())?, shared, ..Account::default() })
}

/// What a cart would come to, from what is stored; `shared` is as in [`Stored`].
///
/// # Errors
/// Every fault of the cart; those of [`loyalty_core::preview`].
pub fn preview(
    programme: &Programme,
    stored: Option<&str>,
    shared: &[(String, i64)],
    cart: &crate::Tree<'_>,
    moment: Moment,
) -> Result<String, Problem> {
    let account = account(stored, shared)?;
    Ok(crate::preview(programme.rules(), &account, &crate::cart(cart)?, moment)?.to_json())
}

#[cfg(test)]
mod tests;
