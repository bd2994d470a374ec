//! One command: read what is stored, let it be decided, append, answer.

use crate::account::Meta;
use crate::answer::complete;
use crate::chain::chained;
use crate::refusal::{is_final, status};
use crate::store::{Head, Kept, Linked, Store, Write};
use crate::trouble::Trouble;
use loyalty_wire::core::{Moment, Request};
use loyalty_wire::ledger::{self, EntryRow, Step, Stored};
use loyalty_wire::{Problem, Programme};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest text that is stored, in bytes: SQLite in an object takes rows of 2 MB.
const LONGEST: usize = 1_900_000;

/// A command on its way to an object.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ask {
    /// The programme's version.
    pub programme: String,
    /// The instant, where it is not the clock's: that of the entry which sent this message, or one set in
    /// local mode. Milliseconds since 1970.
    pub now: Option<i64>,
    /// The request, as `loyalty-wire` reads it.
    pub request: String,
    /// The hold to be named in the answer.
    pub hold: Option<String>,
    /// What became of the order's referral code, if not what the entries say.
    pub referral: Option<Value>,
    /// The caller sent the command itself, so that a fault is told where it stands in that.
    pub as_sent: bool,
    /// The request's fingerprint, where that is not the command's: a member who is named goes by a hash of the name there,
    /// whatever account they have, and what stands beside the ledger is part of the request too.
    pub fingerprint: Option<String>,
    /// Only to learn what it comes to: no entry is written, and nothing where there is no account.
    #[serde(default)]
    pub draft: bool,
}

/// What an ask became on its way to the store.
#[derive(Debug)]
pub struct Given<'a> {
    /// The ask.
    pub ask: &'a Ask,
    /// Its request.
    pub request: &'a Request,
    /// Its programme.
    pub programme: &'a Programme,
    /// What all members have used of what the programme shares.
    pub shared: &'a [(String, i64)],
    /// The row that an account without history gets.
    pub newborn: Option<Meta>,
    /// The machine's clock, milliseconds since 1970.
    pub now: i64,
}

/// What only a host knows.
pub trait Host {
    /// An instant with its day and time of day in the programme's time zone.
    ///
    /// # Errors
    /// `Unavailable` when the host does not know the time zone; `instant_invalid` outside 1970 to 9999.
    fn moment(&self, programme: &Programme, milliseconds: i64) -> Result<Moment, Trouble>;

    /// The text of a refusal that is kept under its key.
    fn refusal(&self, problem: &Problem) -> String;
}

/// What a command came to, for the caller: byte for byte what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The answer's status.
    pub status: u16,
    /// The answer's text.
    pub body: String,
    /// The answer was kept under the request's key before.
    pub replayed: bool,
}

/// Decides a command on what is stored, writes what it comes to, and answers.
///
/// # Errors
/// Refusals that are not kept; `Full`, `Unavailable`. Nothing is written then.
pub fn step(store: &impl Store, host: &impl Host, given: Given<'_>) -> Result<Decided, Trouble> {
    let Given { ask, request, programme, shared, newborn, now } = given;
    let key = request.key.as_str().to_owned();
    let stored = store.meta()?;
    let is_born = stored.is_some();
    let meta = stored.or(newborn).ok_or_else(|| Trouble::new("an object that is not born"))?;
    let kept = if is_born { store.kept(&key)? } else { None };
    let rows = if is_born { store.records(ledger::rows(request))? } else { vec![] };
    // Never before the last entry: an account's time does not go back.
    let now = ask.now.unwrap_or(now).max(meta.last_at);
    let moment = host.moment(programme, now)?;
    let fingerprint = kept.as_ref().map(|kept| kept.fp.as_str());
    let known = Stored { position: meta.position.as_deref(), rows: &rows, fingerprint, shared };
    let mut write = Write::default();
    let (status, body) = match ledger::step(programme, &known, request, moment) {
        Ok(Step::Replayed) => return replayed(kept),
        Ok(Step::AlreadyBooked { answer }) => (200, complete(&answer, ask)?),
        Ok(Step::Append { entries, rows, position, answer, .. }) => {
            let body = complete(&answer, ask)?;
            write.entries = linked(&meta, entries)?;
            write.records = rows;
            write.head = write.entries.last().map(|last| Head {
                seq: last.row.seq,
                hash: last.hash.clone(),
                at: now,
                position,
            });
            (201, body)
        }
        Err(problem) if is_final(problem.code) => (status(problem.code), host.refusal(&problem)),
        Err(problem) => return Err(problem.into()),
    };
    write.born = (!is_born).then_some(meta);
    write.kept = vec![(key, Kept { fp: ledger::fingerprint(request), status, body: body.clone() })];
    fits(&write)?;
    if ask.draft && (!is_born || !write.entries.is_empty()) {
        return Ok(Decided { status, body, replayed: false });
    }
    store.write(write)?;
    Ok(Decided { status, body, replayed: false })
}

/// Whether every text of it can be stored.
fn fits(write: &Write) -> Result<(), Trouble> {
    let kept = write.kept.iter().map(|(_, kept)| &kept.body);
    let entries = write.entries.iter().map(|entry| &entry.row.body);
    let records = write.records.iter().map(|(_, body)| body);
    let position = write.head.iter().map(|head| &head.position);
    let longest = kept.chain(entries).chain(records).chain(position).map(String::len).max();
    match longest {
        Some(length) if length > LONGEST => Err(Trouble::Full(length)),
        _ => Ok(()),
    }
}

fn replayed(kept: Option<Kept>) -> Result<Decided, Trouble> {
    let Kept { status, body, .. } = kept.ok_or_else(|| Trouble::new("a replay of nothing"))?;
    Ok(Decided { status, body, replayed: true })
}

/// Entries in their places in the chain.
fn linked(meta: &Meta, entries: Vec<EntryRow>) -> Result<Vec<Linked>, Trouble> {
    let (mut seq, mut hash) = (meta.head_seq, meta.head_hash.clone());
    let link = |row: EntryRow| {
        if row.seq != seq + 1 {
            return Err(Trouble::new(format!("entry {} after entry {seq}", row.seq)));
        }
        seq = row.seq;
        hash = chained(&hash, &row.body);
        Ok(Linked { row, hash: hash.clone() })
    };
    entries.into_iter().map(link).collect()
}
