//! The account object: everything about one member of one shop, and the only writer of it.
//!
//! Its name is `{shop}/{account}`. It is asked by the Worker and by other account objects.

pub(crate) mod audit;
pub(crate) mod journal;
pub(crate) mod log;
pub(crate) mod restore;
pub(crate) mod shared;
pub(crate) mod snapshot;
pub(crate) mod step;
pub(crate) mod transaction;

use crate::account::log::Log;
use crate::http::answer::Answer;
use crate::http::page;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object::object;
use crate::shop;
pub(crate) use loyalty_ledger::Name;
use loyalty_ledger::{Letter, Logged, Meta, Snapshot, Store};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use worker::{Env, Storage};

/// How many letters are told at once.
const LETTERS: u32 = 100;

object! {
    /// The account object.
    Account { state, env }
}

/// What an erased member's account is not asked any more. What other accounts send it still arrives.
const OF_MEMBERS: [&str; 5] = ["step", "snapshot", "entries", "of_kind", "link"];

/// Marks the account of an erased member.
const FORGOTTEN: &str = "forgotten";

/// Which entries are asked for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Page {
    /// The entry before the first.
    pub(crate) after: u64,
    /// At most so many.
    pub(crate) limit: u32,
}

/// Entries of one kind are asked for.
#[derive(Serialize, Deserialize)]
pub(crate) struct OfKind {
    /// Such as `consent_set`.
    pub(crate) kind: String,
    /// The entry before the first.
    pub(crate) after: u64,
    /// At most so many.
    pub(crate) limit: u32,
}

/// A visit of the member's referral link.
#[derive(Serialize, Deserialize)]
pub(crate) struct Visit {
    /// The day in UTC.
    pub(crate) day: String,
    /// Where the link was shared, one of a closed list.
    pub(crate) channel: String,
}

/// What is known about the member's referral link.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Link {
    /// The code, once the member asked for it.
    pub(crate) code: Option<String>,
    /// Whether this question made it known.
    pub(crate) new: bool,
    /// How often it was followed.
    pub(crate) visits: u64,
    /// The account's position, for its friends.
    pub(crate) position: Option<String>,
    /// The last entry's instant, milliseconds since 1970.
    pub(crate) at: i64,
}

impl Account {
    async fn wake(&self) -> worker::Result<()> {
        journal::run(&self.state.storage(), &self.env).await;
        Ok(())
    }

    async fn answer(&self, what: &str, name: String, body: &str) -> Result<Answer, Failure> {
        let name = Name::read(&name)?;
        let storage = self.state.storage();
        let log = Log::new(&storage);
        if OF_MEMBERS.contains(&what) && is_forgotten(&storage).await? {
            return Ok(Answer::empty(410));
        }
        let answer = match what {
            "step" | "message" => {
                return step::run(&storage, &self.env, &name, json::read(body)?).await;
            }
            "snapshot" => Answer::of(&Snapshot::of(&log)?)?,
            "entries" => entries(&log, &json::read(body)?)?,
            "letters" => letters(&log)?,
            "audit" => Answer::of(&audit::run(&storage, &self.env, &name, json::read(body)?).await?)?,
            "restore" => Answer::of(&restore::run(&storage, &self.env, &name, json::read(body)?).await?)?,
            "of_kind" => of_kind(&log, json::read(body)?)?,
            "forget" => Answer::of(&storage.put(FORGOTTEN, true).await?)?,
            "tallies" => {
                // Counts that were lost are no zeros.
                unborn(&self.env, &name, &log).await?;
                Answer::of(&shared::counted(&log, &json::read::<Vec<_>>(body)?)?)?
            }
            "visit" => visit(&log, &json::read(body)?)?,
            "link" => Answer::of(&self.link(&log, &name, json::read(body)?).await?)?,
            _ => return Err(Failure::unknown_question()),
        };
        journal::rearm(&log).await?;
        Ok(answer)
    }

    /// Remembers the member's code, if one is given, and tells about the link.
    async fn link(&self, log: &Log<'_>, name: &Name, code: Option<String>) -> Result<Link, Failure> {
        let Some(code) = code else { return known(log, false) };
        let newborn = unborn(&self.env, name, log).await?;
        // Another request may have come since the object was looked at.
        let meta = log.meta()?;
        let known_before = meta.as_ref().is_some_and(|meta| meta.code.is_some());
        if !known_before {
            log.put_code(newborn.filter(|_| meta.is_none()), code)?;
        }
        known(log, !known_before)
    }
}

/// Whether it is the account of an erased member.
async fn is_forgotten(storage: &Storage) -> worker::Result<bool> {
    Ok(storage.get(FORGOTTEN).await?.unwrap_or(false))
}

fn known(log: &Log<'_>, new: bool) -> Result<Link, Failure> {
    match log.meta()? {
        Some(meta) => Ok(Link {
            code: meta.code,
            new,
            visits: log.visits()?,
            position: meta.position,
            at: meta.last_at,
        }),
        None => Ok(Link::default()),
    }
}

fn entries(log: &Log<'_>, page: &Page) -> Result<Answer, Failure> {
    let rows =
        if log.meta()?.is_some() { log.entries(page.after, page.limit.saturating_add(1))? } else { vec![] };
    page_of("entries", page.limit, rows)
}

fn of_kind(log: &Log<'_>, OfKind { kind, after, limit }: OfKind) -> Result<Answer, Failure> {
    let rows =
        if log.meta()?.is_some() { log.of_kind(&kind, after, limit.saturating_add(1))? } else { vec![] };
    page_of(&kind, limit, rows)
}

/// A page of a list of entries, of which one more was read.
fn page_of(list: &str, limit: u32, rows: Vec<Logged>) -> Result<Answer, Failure> {
    let page = page::Page::of(list, limit, rows, |row| row.seq.to_string());
    Answer::of(&page.try_map(|row| RawValue::from_string(row.body).map_err(Failure::unavailable))?)
}

/// The newest messages that wait or were refused.
fn letters(log: &Log<'_>) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Letters {
        data: Vec<Letter>,
    }
    Answer::of(&Letters { data: if log.meta()?.is_some() { log.letters(LETTERS)? } else { vec![] } })
}

fn visit(log: &Log<'_>, visit: &Visit) -> Result<Answer, Failure> {
    // Only a member who asked for a code has a link to visit.
    if log.meta()?.is_some_and(|meta| meta.code.is_some()) {
        log.count_visit(&visit.day, &visit.channel)?;
    }
    Ok(Answer::json(200, "{}".into()))
}

/// For an object without history: the first row it would get, after making sure KV knows no history of
/// this account either. Nothing for one that has been born.
///
/// # Errors
/// `history_exists` when KV holds entries of an object that was here before: a second history must not
/// start beside the first.
pub(crate) async fn unborn(env: &Env, name: &Name, log: &Log<'_>) -> Result<Option<Meta>, Failure> {
    if log.is_born()? {
        return Ok(None);
    }
    let before = shop::kv(env)?.list().prefix(name.entries()).limit(1).execute().await?;
    if !before.keys.is_empty() {
        worker::console_error!("history_exists: {}/{}", name.shop, name.acct);
        return Err(Failure::own(
            Own::HistoryExists,
            "the account's history is elsewhere and has to be restored first",
        ));
    }
    let bytes: [u8; 4] = crate::digest::random()?;
    Ok(Some(Meta::newborn(name, crate::digest::hex(&bytes))))
}
