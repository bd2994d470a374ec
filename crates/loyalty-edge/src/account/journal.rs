//! The journal: every entry in KV `e/{shop}/{account}/{epoch}/{seq:016x}`, byte for byte, once; then the
//! account's snapshot; then its messages to other accounts.
//!
//! There is no outbox table: the entries above the watermark are what is owed. A run that dies anywhere
//! is repeated from the watermark, writes the same bytes to the same keys, and sends messages whose keys
//! the receiver knows.

use crate::account::log::{Log, Logged, Meta};
use crate::account::object;
use crate::account::snapshot;
use crate::account::step;
use crate::account::{self, Name};
use crate::http::problem::Failure;
use crate::shop;
use crate::shop::clock;
use crate::shop::programme;
use core::time::Duration;
use futures_util::future::join_all;
use loyalty_wire::ledger;
use serde_json::json;
use worker::{Env, KvStore, Storage};

/// How many entries one run writes: the runtime allows 1,000 KV operations, some are for other things.
const RUN: usize = 900;

/// How many entries are read at once.
const BATCH: u32 = 60;

/// How many puts are under way at once: the runtime opens no more than 6 connections.
const ABREAST: usize = 6;

/// How many messages one run delivers.
const MESSAGES: u32 = 50;

/// From an entry to the run that writes it, in milliseconds: long enough for several entries to share it.
const SOON: i64 = 300;

/// How long to wait after a message that did not arrive, in milliseconds.
const UNDELIVERED: i64 = 30_000;

/// When to come back if a run dies.
const IF_ALL_FAILS: Duration = Duration::from_secs(10);

/// Whether something is not yet in KV or not yet delivered.
fn owes(meta: &Meta) -> bool {
    meta.flushed_seq < meta.head_seq || meta.sent_seq < meta.head_seq
}

/// When the next run is due. KV takes one write a second to one key, the snapshot's; after failures the
/// time between runs doubles up to 15 minutes.
fn due(meta: &Meta, now: i64) -> i64 {
    let between = 1_000_i64.checked_shl(meta.failures.min(20)).unwrap_or(i64::MAX).clamp(1_000, 900_000);
    now.saturating_add(SOON).max(meta.flushed_at.saturating_add(between))
}

/// Sets the alarm for what is owed, if none is set or a later one is. An alarm is never moved later.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn arm(storage: &Storage, meta: &Meta, set: Option<i64>) -> Result<(), Failure> {
    let now = clock::real();
    let due = due(meta, now);
    if owes(meta) && set.is_none_or(|set| set > due) {
        storage.set_alarm(offset(due, now)).await?;
    }
    Ok(())
}

/// Sets the alarm if something is owed and none is set: the last line of defence against a lost one.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn rearm(storage: &Storage) -> Result<(), Failure> {
    let Some(meta) = Log::new(storage).meta()? else { return Ok(()) };
    if owes(&meta) && storage.get_alarm().await?.is_none() {
        arm(storage, &meta, None).await?;
    }
    Ok(())
}

fn offset(due: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(due.saturating_sub(now)).unwrap_or(0))
}

/// One run, from the alarm. It fails for nobody: the runtime gives up an alarm whose handler failed a
/// few times, and then nothing would ever come again.
pub(crate) async fn run(storage: &Storage, env: &Env) {
    if let Err(error) = storage.set_alarm(IF_ALL_FAILS).await {
        worker::console_error!("journal: {error}");
    }
    if let Err(failure) = work(storage, env).await {
        worker::console_error!("journal: {failure:?}");
    }
}

async fn work(storage: &Storage, env: &Env) -> Result<(), Failure> {
    let log = Log::new(storage);
    let Some(meta) = log.meta()? else { return Ok(storage.delete_alarm().await?) };
    let name = Name::read(&meta.name)?;
    let mut marks =
        Marks { flushed: meta.flushed_seq, sent: meta.sent_seq, failed: false, undelivered: false };
    marks.flush(env, &log, &name).await;
    marks.deliver(env, &log, &name).await;
    let failures = if marks.failed { meta.failures.saturating_add(1) } else { 0 };
    let now = clock::real();
    let wait = match marks {
        Marks { failed: true, .. } => jitter(meta.failures),
        // KV is well, so what another account cannot take must not keep entries from it for long.
        Marks { undelivered: true, .. } => UNDELIVERED,
        _ => 0,
    };
    log.mark(marks.flushed, marks.sent, failures, now.saturating_add(wait))?;
    // From this look at the rows to the alarm there is no await, so no entry can slip between them.
    match log.meta()? {
        Some(meta) if owes(&meta) => Ok(storage.set_alarm(offset(due(&meta, now), now)).await?),
        _ => Ok(storage.delete_alarm().await?),
    }
}

/// Up to a quarter of the time between runs, so that a thousand objects do not come back together.
#[expect(clippy::cast_possible_truncation, reason = "at most 225,000")]
fn jitter(failures: u32) -> i64 {
    let most = 250_u32.checked_shl(failures.min(10)).unwrap_or(225_000).min(225_000);
    (js_sys::Math::random() * f64::from(most)) as i64
}

/// How far a run has come.
struct Marks {
    flushed: u64,
    sent: u64,
    failed: bool,
    undelivered: bool,
}

impl Marks {
    /// Writes entries, and the snapshot once all of them are there. The watermark moves over a
    /// contiguous prefix only.
    async fn flush(&mut self, env: &Env, log: &Log, name: &Name) {
        if let Err(failure) = self.try_flush(env, log, name).await {
            worker::console_error!("journal, entries: {failure:?}");
            self.failed = true;
        }
    }

    async fn try_flush(&mut self, env: &Env, log: &Log, name: &Name) -> Result<(), Failure> {
        let kv = shop::kv(env)?;
        let before = self.flushed;
        let mut written = 0;
        loop {
            let Some(meta) = log.meta()? else { return Ok(()) };
            let rows = log.entries(self.flushed, BATCH)?;
            if rows.is_empty() {
                if self.flushed > before {
                    self.put_snapshot(&kv, log, name, before).await?;
                }
                return Ok(());
            }
            if written >= RUN {
                return Ok(());
            }
            for abreast in rows.chunks(ABREAST) {
                let puts = abreast.iter().map(|row| put_entry(&kv, name, &meta.epoch, row));
                for (row, put) in abreast.iter().zip(join_all(puts).await) {
                    put?;
                    self.flushed = row.seq;
                }
            }
            written += rows.len();
        }
    }

    /// Writes the snapshot of the very state whose entries are all in KV. If that fails, the watermark
    /// goes back to where it was, so that the next run tries again.
    async fn put_snapshot(
        &mut self,
        kv: &KvStore,
        log: &Log,
        name: &Name,
        before: u64,
    ) -> Result<(), Failure> {
        let copy = account::current(log)?;
        let text = serde_json::to_string(&copy).map_err(Failure::unavailable)?;
        let put =
            kv.put(&snapshot::key(name), text)?.metadata(json!({ "q": copy.head_seq }))?.execute().await;
        if put.is_err() {
            self.flushed = before;
        }
        Ok(put?)
    }

    /// Delivers messages in the order of their entries; stops at the first that does not arrive.
    async fn deliver(&mut self, env: &Env, log: &Log, name: &Name) {
        match self.try_deliver(env, log, name).await {
            Ok(()) => {}
            Err(failure) => {
                worker::console_error!("journal, messages: {failure:?}");
                self.undelivered = true;
            }
        }
    }

    async fn try_deliver(&mut self, env: &Env, log: &Log, name: &Name) -> Result<(), Failure> {
        for row in log.unsent(self.sent, MESSAGES)? {
            let at = loyalty_wire::entry(&row.body)?.moment.at.get();
            // All of an entry's messages, or it is sent again: those that arrived are known by their keys.
            for (to, request) in asked(log, name, &row.body)? {
                send(env, name, &to, request, at).await?;
            }
            self.sent = row.seq;
        }
        // From this look at the rows to the watermark there is no await.
        if let (Some(meta), true) = (log.meta()?, log.unsent(self.sent, 1)?.is_empty()) {
            self.sent = meta.head_seq;
        }
        Ok(())
    }
}

/// What an entry asks of other accounts: each account, and the request.
fn asked(log: &Log, name: &Name, entry: &str) -> Result<Vec<(String, String)>, Failure> {
    let record = match ledger::message_record(entry)? {
        Some(record) => log.records(vec![record])?.pop().map(|(_, text)| text),
        None => None,
    };
    Ok(ledger::messages(&name.acct, entry, record.as_deref())?)
}

/// Sends a message. What the other account decides is an answer, a refusal too; asking again would not
/// change it. It is decided for the instant of the entry that sends it, under the programme that is
/// current when it arrives; its key keeps it from being booked twice.
async fn send(env: &Env, name: &Name, to: &str, request: String, at: i64) -> Result<(), Failure> {
    let programme = programme::current(env, &name.shop).await?;
    let ask = step::Ask { programme, now: Some(at), request, ..step::Ask::default() };
    let reply = object::ask(env, &name.shop, to, "message", &ask).await?;
    match reply.status {
        200 | 201 => Ok(()),
        409 | 422 => {
            worker::console_warn!("message refused: {}", reply.body);
            Ok(())
        }
        status => Err(Failure::unavailable(format!("message answered {status}: {}", reply.body))),
    }
}

/// One entry's exact text; the start of its chain hash is in the metadata, where a listing shows it.
async fn put_entry(kv: &KvStore, name: &Name, epoch: &str, row: &Logged) -> Result<(), Failure> {
    let hash = row.hash.get(..16).unwrap_or_default();
    let put = kv.put(&entry_key(name, epoch, row.seq), &row.body)?.metadata(json!({ "h": hash }))?;
    Ok(put.execute().await?)
}

/// Where an entry is in KV. Keys are listed in the order of their bytes, so entries are listed in theirs.
pub(crate) fn entry_key(name: &Name, epoch: &str, seq: u64) -> String {
    format!("{}{epoch}/{seq:016x}", name.entries())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failures: u32, flushed_at: i64, expected: i64) {
        let meta = Meta { failures, flushed_at, ..Meta::newborn("demo/a".into(), "e".into()) };
        assert_eq!(due(&meta, 1_000_000_000), expected);
    }

    #[test]
    fn a_run_is_due_soon_and_later_after_failures() {
        check(0, 0, 1_000_000_300);
        check(0, 999_999_900, 1_000_000_900);
        check(3, 1_000_000_000, 1_000_008_000);
        check(9, 1_000_000_000, 1_000_512_000);
        check(10, 1_000_000_000, 1_000_900_000);
        check(u32::MAX, 1_000_000_000, 1_000_900_000);
    }

    #[test]
    fn something_is_owed_until_all_is_written_and_sent() {
        let born = Meta::newborn("demo/a".into(), "e".into());
        assert!(!owes(&born));
        assert!(owes(&Meta { head_seq: 1, sent_seq: 1, ..born.clone() }));
        assert!(owes(&Meta { head_seq: 1, flushed_seq: 1, ..born.clone() }));
        assert!(!owes(&Meta { head_seq: 1, flushed_seq: 1, sent_seq: 1, ..born }));
    }
}
