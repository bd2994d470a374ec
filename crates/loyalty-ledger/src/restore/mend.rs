//! KV made equal to the log again: which entries are missing there or are not what was written.

use crate::account::{Meta, Name};
use crate::journal::run::Put;
use crate::store::{Logged, Store};
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// How many keys are told by name.
const TOLD: usize = 100;

/// How many entries are compared at once: those whose keys are alike but for the last two digits, so that KV lists
/// them, and no others, in one answer.
const BLOCK: u64 = 256;

/// What KV has under some keys: text, and what a listing shows beside the key.
pub type Values = HashMap<String, (Option<String>, Option<Value>)>;

/// What was found in KV, of the entries that were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// The log's last entry.
    pub head_seq: u64,
    /// How many entries were looked at; those the journal has yet to write are left to it.
    pub entries: u64,
    /// Entries that KV does not have.
    pub missing: u64,
    /// Entries that are not in KV as they were written.
    pub different: u64,
    /// How many of these were put again.
    pub put: u64,
    /// Whether the copy for readers was not that of the log's head.
    pub copy_differs: bool,
    /// How many keys KV lists below the account that are no entries of the log.
    pub foreign: u64,
    /// Those keys, at most 100. They are never touched: who knows what they are evidence of.
    pub foreign_keys: Vec<String>,
    /// Where to go on, where this was not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A comparison of KV with the log. A host gives it what KV lists, then the rows in order with what KV has under
/// their keys, and puts what it is told to.
#[derive(Debug)]
pub struct Mend {
    name: Name,
    meta: Meta,
    found: Mended,
}

impl Mend {
    /// A comparison with the log of this row.
    #[must_use]
    pub fn new(name: Name, meta: Meta) -> Self {
        let found = Mended { head_seq: meta.head_seq, ..Mended::default() };
        Self { name, meta, found }
    }

    /// Looks at a key that KV lists below the account.
    pub fn listed(&mut self, key: &str) {
        let ours = |(epoch, seq)| epoch == self.meta.epoch && (1..=self.meta.head_seq).contains(&seq);
        if !self.name.read_entry(key).is_some_and(ours) {
            self.found.foreign += 1;
            if self.found.foreign_keys.len() < TOLD {
                self.found.foreign_keys.push(key.to_owned());
            }
        }
    }

    /// Which entries to compare next: what their keys start with, and how many they are at most.
    #[must_use]
    pub fn block(&self, after: u64) -> (String, u64) {
        let first = after.saturating_add(1);
        let mut prefix = self.name.entry(&self.meta.epoch, first);
        prefix.truncate(prefix.len().saturating_sub(2));
        (prefix, BLOCK - first % BLOCK)
    }

    /// Where the rows are in KV.
    #[must_use]
    pub fn keys(&self, rows: &[Logged]) -> Vec<String> {
        rows.iter().map(|row| self.name.entry(&self.meta.epoch, row.seq)).collect()
    }

    /// Compares some rows with what KV has under their keys; gives what has to be put.
    pub fn over(&mut self, rows: &[Logged], values: &Values) -> Vec<Put> {
        let mut puts = Vec::new();
        for row in rows.iter().filter(|row| row.seq <= self.meta.flushed_seq) {
            self.found.entries += 1;
            let put = Put::entry(&self.name, &self.meta.epoch, row);
            match values.get(&put.key) {
                Some((Some(text), metadata))
                    if *text == put.text && metadata.as_ref() == Some(&put.metadata) =>
                {
                    continue;
                }
                Some((Some(_), _)) => self.found.different += 1,
                _ => self.found.missing += 1,
            }
            puts.push(put);
        }
        puts
    }

    /// Compares the copy for readers with what KV has; gives it where it has to be put. A log that is not all in KV
    /// has no copy yet.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn copy(&mut self, store: &impl Store, text: Option<&str>) -> Result<Option<Put>, Trouble> {
        if !store.meta()?.is_some_and(|meta| meta.flushed_seq == meta.head_seq && meta.head_seq > 0) {
            return Ok(None);
        }
        let put = Put::snapshot(&self.name, store)?;
        self.found.copy_differs = text != Some(&put.text);
        Ok(self.found.copy_differs.then_some(put))
    }

    /// Notes how many entries were put.
    pub fn put(&mut self, count: u64) {
        self.found.put += count;
    }

    /// What it found; `next` is where to go on, where this was not all.
    #[must_use]
    pub fn found(self, next: Option<u64>) -> Mended {
        Mended { next, ..self.found }
    }
}
