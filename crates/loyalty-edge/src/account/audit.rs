//! The audit's hands: reads the log and KV side by side.

use crate::account::log::Log;
use crate::http::problem::Failure;
use crate::shop;
use futures_util::future::try_join_all;
use loyalty_ledger::{Findings, Logged, Name, Store, Walk};
use worker::{Env, KvStore, Storage};

/// How many entries are compared at once: KV gives 100 values for one question.
pub(crate) const BATCH: usize = 100;

/// How many questions are under way at once: the runtime opens no more than 6 connections.
pub(crate) const ABREAST: usize = 6;

/// How many entries are read at once.
const READ: u32 = 600;

/// How many entries a page looks at.
const PAGE: u64 = 6_000;

/// Audits an account, or goes on after an entry.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name, after: u64) -> Result<Findings, Failure> {
    let log = Log::new(storage);
    let kv = shop::kv(env)?;
    let kv_entries = match after {
        0 => Some(listed(&kv, name.entries(), |_| ()).await?),
        _ => None,
    };
    let Some(meta) = log.meta()? else { return Ok(Findings::of_none(kv_entries.unwrap_or_default())) };
    let mut walk = Walk::new(meta, before(&log, after)?);
    loop {
        let rows = log.entries(walk.seq(), READ)?;
        if rows.is_empty() || walk.length() >= PAGE {
            return Ok(walk.findings(kv_entries, rows.is_empty()));
        }
        let batches: Vec<(&[Logged], Vec<String>)> =
            rows.chunks(BATCH).map(|rows| (rows, walk.keys(name, rows))).collect();
        let values = try_join_all(batches.iter().map(|(_, keys)| kv.get_bulk(keys).text())).await?;
        for ((rows, keys), values) in batches.iter().zip(&values) {
            walk.over(rows, keys, values);
        }
    }
}

/// The entry with this number; nothing for 0.
fn before(log: &Log<'_>, seq: u64) -> Result<Option<Logged>, Failure> {
    match seq.checked_sub(1) {
        Some(after) => Ok(log.entries(after, 1)?.pop()),
        None => Ok(None),
    }
}

/// How many keys KV lists that start so; each is shown to `see`.
pub(crate) async fn listed(
    kv: &KvStore,
    prefix: String,
    mut see: impl FnMut(worker::kv::Key),
) -> Result<u64, Failure> {
    let mut count = 0;
    let mut cursor = None;
    loop {
        let mut list = kv.list().prefix(prefix.clone());
        if let Some(cursor) = cursor {
            list = list.cursor(cursor);
        }
        let page = list.execute().await?;
        count += page.keys.len() as u64;
        page.keys.into_iter().for_each(&mut see);
        match page.cursor {
            Some(next) if !page.list_complete => cursor = Some(next),
            _ => return Ok(count),
        }
    }
}
