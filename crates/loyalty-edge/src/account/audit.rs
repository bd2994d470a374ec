//! The audit: is the journal in KV what the log says, byte for byte, and is the log's chain whole?

use crate::account::Name;
use crate::account::journal::entry_key;
use crate::account::log::{Log, Logged, Meta, chained};
use crate::http::problem::Failure;
use crate::shop;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use worker::{Env, KvStore, Storage};

/// How many entries are compared at once: KV gives 100 values for one question.
const BATCH: u32 = 100;

/// What an audit found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Findings {
    /// The last entry's number.
    head_seq: u64,
    /// Entries up to here should be in KV.
    flushed_seq: u64,
    /// The chain hash computed anew over the log.
    log_hash: String,
    /// How many entries of the account KV lists, of whatever history.
    kv_entries: u64,
    /// Every entry is in KV with the same bytes, and KV lists no other.
    equal: bool,
    /// The log's entries are numbered 1, 2, 3, … to the head.
    dense: bool,
    /// Every entry's hash follows from the one before it, up to the head's.
    chain_intact: bool,
}

/// Audits an account.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name) -> Result<Findings, Failure> {
    let log = Log::new(storage);
    let kv = shop::kv(env)?;
    let kv_entries = listed(&kv, name).await?;
    let Some(meta) = log.meta()? else {
        let none = kv_entries == 0;
        return Ok(Findings {
            kv_entries,
            equal: none,
            dense: true,
            chain_intact: true,
            ..Findings::default()
        });
    };
    let mut walk = Walk { hash: meta.epoch.clone(), seq: 0, same: 0, dense: true, intact: true };
    loop {
        let rows = log.entries(walk.seq, BATCH)?;
        if rows.is_empty() {
            break;
        }
        let keys: Vec<String> = rows.iter().map(|row| entry_key(name, &meta.epoch, row.seq)).collect();
        let values = kv.get_bulk(&keys).text().await?;
        walk.over(&rows, &keys, &values);
    }
    Ok(walk.findings(&meta, kv_entries))
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

/// A walk along the log.
struct Walk {
    hash: String,
    seq: u64,
    same: u64,
    dense: bool,
    intact: bool,
}

impl Walk {
    fn over(&mut self, rows: &[Logged], keys: &[String], values: &HashMap<String, Option<String>>) {
        for (row, key) in rows.iter().zip(keys) {
            self.dense &= row.seq == self.seq + 1;
            self.seq = row.seq;
            self.hash = chained(&self.hash, &row.body);
            self.intact &= self.hash == row.hash;
            if values.get(key).and_then(Option::as_deref) == Some(row.body.as_str()) {
                self.same += 1;
            }
        }
    }

    fn findings(self, meta: &Meta, kv_entries: u64) -> Findings {
        // Entries that came while the walk went on are neither counted against it nor for it.
        Findings {
            head_seq: meta.head_seq,
            flushed_seq: meta.flushed_seq,
            equal: self.same == self.seq && kv_entries == self.seq,
            dense: self.dense && self.seq >= meta.head_seq,
            chain_intact: self.intact && (self.seq != meta.head_seq || self.hash == meta.head_hash),
            log_hash: self.hash,
            kv_entries,
        }
    }
}
