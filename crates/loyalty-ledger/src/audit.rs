//! The audit: is the journal in KV what the log says, byte for byte, and is the log's chain whole?

use crate::account::{Meta, Name};
use crate::chain::chained;
use crate::store::Logged;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What an audit found.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// The last entry's number.
    pub head_seq: u64,
    /// Entries up to here should be in KV.
    pub flushed_seq: u64,
    /// The chain hash computed anew, of the last entry that was looked at.
    pub log_hash: String,
    /// How many entries of the account KV lists, of whatever history; only the first page counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_entries: Option<u64>,
    /// Every entry is in KV with the same bytes, and KV lists no other.
    pub equal: bool,
    /// The log's entries are numbered without a gap, to the head where this is the last page.
    pub dense: bool,
    /// Every entry's hash follows from the one before it, up to the head's.
    pub chain_intact: bool,
    /// Where the next page begins, where this was not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

impl Findings {
    /// The findings for an account without history.
    #[must_use]
    pub fn of_none(kv_entries: u64) -> Self {
        Self {
            kv_entries: Some(kv_entries),
            equal: kv_entries == 0,
            dense: true,
            chain_intact: true,
            ..Self::default()
        }
    }
}

/// A walk along the log. A host gives it the rows in order, and what KV has under their keys.
#[derive(Debug)]
pub struct Walk {
    meta: Meta,
    after: u64,
    hash: String,
    seq: u64,
    same: u64,
    dense: bool,
    intact: bool,
}

impl Walk {
    /// A walk from the start, or from after an entry that an earlier one came to.
    #[must_use]
    pub fn new(meta: Meta, after: Option<Logged>) -> Self {
        let (seq, hash) = after.map_or((0, meta.epoch.clone()), |last| (last.seq, last.hash));
        Self { meta, after: seq, hash, seq, same: 0, dense: true, intact: true }
    }

    /// The last entry it came to; 0 for none.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// How many entries it went over.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.seq - self.after
    }

    /// Where the rows are in KV.
    #[must_use]
    pub fn keys(&self, name: &Name, rows: &[Logged]) -> Vec<String> {
        rows.iter().map(|row| name.entry(&self.meta.epoch, row.seq)).collect()
    }

    /// Goes on over the next rows, whose keys in KV and values there are given.
    pub fn over(&mut self, rows: &[Logged], keys: &[String], values: &HashMap<String, Option<String>>) {
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

    /// What it found; `kv_entries` is how many entries of the account KV lists, `all` whether no row is left.
    #[must_use]
    pub fn findings(self, kv_entries: Option<u64>, all: bool) -> Findings {
        let meta = self.meta;
        // Entries that came while the walk went on are neither counted against it nor for it.
        let listed = if all { self.seq } else { meta.head_seq };
        Findings {
            head_seq: meta.head_seq,
            flushed_seq: meta.flushed_seq,
            equal: self.same == self.seq - self.after && kv_entries.is_none_or(|count| count == listed),
            dense: self.dense && (!all || self.seq >= meta.head_seq),
            chain_intact: self.intact && (self.seq != meta.head_seq || self.hash == meta.head_hash),
            log_hash: self.hash,
            kv_entries,
            next: (!all).then_some(self.seq),
        }
    }
}
