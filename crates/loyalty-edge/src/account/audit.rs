//! The audit's hands: reads the log and KV side by side.

use crate::account::log::Log;
use crate::http::problem::Failure;
use crate::shop;
use loyalty_ledger::{Findings, Name, Store, Walk};
use worker::{Env, KvStore, Storage};

/// How many entries are compared at once: KV gives 100 values for one question.
const BATCH: u32 = 100;

/// Audits an account.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name) -> Result<Findings, Failure> {
    let log = Log::new(storage);
    let kv = shop::kv(env)?;
    let kv_entries = listed(&kv, name).await?;
    let Some(meta) = log.meta()? else { return Ok(Findings::of_none(kv_entries)) };
    let mut walk = Walk::new(meta);
    loop {
        let rows = log.entries(walk.seq(), BATCH)?;
        if rows.is_empty() {
            return Ok(walk.findings(kv_entries));
        }
        let keys = walk.keys(name, &rows);
        let values = kv.get_bulk(&keys).text().await?;
        walk.over(&rows, &keys, &values);
    }
}

/// How many entries of the account KV lists.
async fn listed(kv: &KvStore, name: &Name) -> Result<u64, Failure> {
    let mut count = 0;
    let mut cursor = None;
    loop {
        let mut list = kv.list().prefix(name.entries());
        if let Some(cursor) = cursor {
            list = list.cursor(cursor);
        }
        let page = list.execute().await?;
        count += page.keys.len() as u64;
        match page.cursor {
            Some(next) if !page.list_complete => cursor = Some(next),
            _ => return Ok(count),
        }
    }
}
