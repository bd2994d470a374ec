//! One step of a stored ledger: stored texts and a request in, rows to write and an answer out.
//!
//! Pure, so that the Durable Object, the simulator and the tests run the very same step.

use crate::answer::{Booked, View, standing};
use crate::entry::EntryV1;
use crate::problem::Problem;
use crate::read::document;
use crate::stored::{FriendRecord, HoldRecord, OrderRecord, Position};
use crate::text::{As, Text, hex};
use crate::write::Write;
use crate::{Programme, parse, position, request};
use loyalty_core::{Account, AccountId, Code, Decision, Fingerprint, Moment, Request, RowId, apply, decide};
use serde_json::value::RawValue;

/// What a host has stored of an account, as far as the request needs it.
#[derive(Debug, Clone, Default)]
pub struct Stored<'a> {
    /// The position; none for an account that never booked.
    pub position: Option<&'a str>,
    /// The records that [`rows`] names, as far as they exist: name and text.
    pub rows: &'a [(String, String)],
    /// The fingerprint stored with this request's key.
    pub fingerprint: Option<&'a str>,
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
    /// Whether it asks something of another account; see [`message`].
    pub message: bool,
}

/// The names of the records a host must load before [`step`].
#[must_use]
pub fn rows(request: &Request) -> Vec<String> {
    request.command.rows().iter().map(row_name).collect()
}

/// The request's fingerprint, as stored with its key.
#[must_use]
pub fn fingerprint(request: &Request) -> String {
    hex(&request.fingerprint.0)
}

fn row_name(row: &RowId) -> String {
    match row {
        RowId::Order(id) => format!("order/{id}"),
        RowId::Hold(id) => format!("hold/{id}"),
        RowId::Friend(id) => format!("friend/{id}"),
    }
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
            let rows = touched.iter().filter_map(|row| record(&account, row)).collect();
            let answer = Booked::new(rules, &account, &entries, moment)?.to_json();
            let written = entries.iter().map(|entry| {
                let message = entry.message(&request.account).is_some();
                Ok(EntryRow { seq: entry.seq, body: EntryV1::from(entry).to_json(), message })
            });
            let entries = written.collect::<Result<Vec<_>, Problem>>()?;
            let seq = account.position.seq;
            let position = Position::from(&account.position).to_json();
            Ok(Step::Append { entries, rows, position, seq, answer })
        }
    }
}

fn restore(stored: &Stored<'_>, request: &Request) -> Result<Account, Problem> {
    let tree = stored.position.map(parse).transpose()?;
    let mut account = Account { position: position(tree.as_ref())?, ..Account::default() };
    if let Some(fingerprint) = stored.fingerprint {
        let known = <Fingerprint as Text>::parse(fingerprint).map_err(|_| Code::EntryInconsistent)?;
        account.book.keys.insert(request.key.clone(), known);
    }
    for row in request.command.rows() {
        let name = row_name(&row);
        let Some((_, text)) = stored.rows.iter().find(|(known, _)| *known == name) else { continue };
        let tree = parse(text)?;
        match row {
            RowId::Order(id) => {
                account.book.orders.insert(id, document::<OrderRecord>(&tree)?.restore()?);
            }
            RowId::Hold(id) => {
                account.book.holds.insert(id, document::<HoldRecord>(&tree)?.restore()?);
            }
            RowId::Friend(id) => {
                account.book.friends.insert(id, document::<FriendRecord>(&tree)?.restore());
            }
        }
    }
    Ok(account)
}

fn record(account: &Account, row: &RowId) -> Option<(String, String)> {
    let book = &account.book;
    let body = match row {
        RowId::Order(id) => OrderRecord::from(book.orders.get(id)?).to_json(),
        RowId::Hold(id) => HoldRecord::from(book.holds.get(id)?).to_json(),
        RowId::Friend(id) => FriendRecord::from(book.friends.get(id)?).to_json(),
    };
    Some((row_name(row), body))
}

/// What a stored entry asks of another account: that account, and the request's text.
///
/// # Errors
/// Those of reading the entry.
pub fn message(account: &str, entry: &str) -> Result<Option<(String, String)>, Problem> {
    let from = AccountId::new(account)?;
    let message = crate::entry(entry)?.message(&from);
    Ok(message
        .and_then(|message| request::message(&from, &message))
        .map(|(to, text)| (to.as_str().to_owned(), text)))
}

/// A member's own page from what is stored.
///
/// `latest` are texts of entries, newest first.
///
/// # Errors
/// `malformed`, `entry_inconsistent` when what is stored is damaged.
pub fn view(
    programme: &Programme,
    stored: Option<&str>,
    moment: Moment,
    member: &str,
    source: &str,
    latest: Vec<String>,
) -> Result<String, Problem> {
    let tree = stored.map(parse).transpose()?;
    let account = Account { position: position(tree.as_ref())?, ..Account::default() };
    let raw = |body: String| RawValue::from_string(body).map_err(|_| Problem::from(Code::Malformed));
    let view = View {
        member: member.to_owned(),
        as_of: As(moment.at),
        source: source.to_owned(),
        standing: standing(programme.rules(), &account, moment)?,
        activity: latest.into_iter().map(raw).collect::<Result<_, _>>()?,
        position: Position::from(&account.position),
    };
    Ok(view.to_json())
}

/// What a cart would come to, from what is stored.
///
/// # Errors
/// Every fault of the cart; those of [`loyalty_core::preview`].
pub fn preview(
    programme: &Programme,
    stored: Option<&str>,
    cart: &crate::Tree,
    moment: Moment,
) -> Result<String, Problem> {
    let tree = stored.map(parse).transpose()?;
    let account = Account { position: position(tree.as_ref())?, ..Account::default() };
    Ok(crate::preview(programme.rules(), &account, &crate::cart(cart)?, moment)?.to_json())
}
