//! The invariants of one account, looked at after everything that happens to it. `main.rs` lists them.

use crate::disk::Rows;
use crate::kv::Kv;
use loyalty_ledger::{Name, Snapshot};
use loyalty_wire::core::{Entry, Event};
use loyalty_wire::ledger::Fold;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// An invariant that does not hold.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) id: &'static str,
    pub(crate) what: String,
}

/// The only invariant that is looked at, where a bug must be caught by that one.
static ONLY: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("LOYALTY_INVARIANT").ok());

/// Whether one of these invariants is looked at.
pub(crate) fn looked_at(ids: &str) -> bool {
    ONLY.as_ref().is_none_or(|only| ids.split(", ").any(|id| id == only))
}

/// # Errors
/// When it does not hold.
pub(crate) fn ensure(id: &'static str, holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds || !looked_at(id) { Ok(()) } else { Err(Broken { id, what: what() }) }
}

/// What was seen of an account so far.
#[derive(Default)]
pub(crate) struct Watch {
    fold: Fold,
    bodies: Vec<String>,
    hashes: Vec<String>,
    /// The position after each entry that was a head.
    positions: BTreeMap<u64, String>,
    at: i64,
    last_at: i64,
    owned: i64,
    held: BTreeMap<String, i64>,
    booked: BTreeSet<String>,
    keys: BTreeMap<String, u64>,
}

impl Watch {
    /// What is stored, by itself.
    ///
    /// # Errors
    /// INV-01 to INV-05, INV-08, INV-16.
    pub(crate) fn rows(&mut self, rows: &Rows) -> Result<(), Broken> {
        let Some(meta) = &rows.meta else {
            return ensure("INV-16", rows.entries.is_empty() && rows.kept.is_empty(), || {
                "rows of an account without its row".into()
            });
        };
        let same = rows.entries.iter().zip(&self.bodies).all(|(entry, body)| entry.row.body == *body);
        ensure("INV-02", same && rows.entries.len() >= self.bodies.len(), || "an entry was changed".into())?;
        for entry in rows.entries.iter().skip(self.bodies.len()) {
            let seq = self.bodies.len() as u64 + 1;
            ensure("INV-01", entry.row.seq == seq, || format!("entry {} stands at {seq}", entry.row.seq))?;
            let hash =
                hashed(self.hashes.last().map_or(meta.epoch.as_str(), String::as_str), &entry.row.body);
            ensure("INV-02", entry.hash == hash, || format!("entry {seq} hangs on nothing"))?;
            self.bodies.push(entry.row.body.clone());
            self.hashes.push(entry.hash.clone());
            match self.fold.apply(&entry.row.body) {
                Ok(entry) => self.entry(&entry)?,
                Err(problem) => {
                    ensure("INV-04", false, || format!("entry {seq} does not follow: {}", problem.code))?;
                }
            }
        }
        let head = self.bodies.len() as u64;
        ensure("INV-01", meta.head_seq == head, || format!("{head} entries, the head is {}", meta.head_seq))?;
        let hash = self.hashes.last().unwrap_or(&meta.epoch);
        ensure("INV-02", meta.head_hash == *hash, || "the head's hash is not that of the last entry".into())?;
        ensure("INV-03", meta.last_at >= self.last_at.max(self.at), || {
            format!("{} after {} and {}", meta.last_at, self.last_at, self.at)
        })?;
        self.last_at = meta.last_at;
        self.folded(rows, head)?;
        let kept = rows.kept.iter().filter(|(_, kept)| kept.status == 201).map(|(key, _)| key);
        ensure("INV-16", kept.eq(self.keys.keys()), || {
            "keys with an answer and keys with entries differ".into()
        })
    }

    fn folded(&mut self, rows: &Rows, head: u64) -> Result<(), Broken> {
        let Some(position) = rows.meta.as_ref().and_then(|meta| meta.position.as_ref()) else {
            return ensure("INV-04", head == 0, || "entries without a position".into());
        };
        if self.positions.contains_key(&head) {
            return Ok(());
        }
        ensure("INV-04", self.fold.position() == *position, || {
            "the position is not what entries say".into()
        })?;
        let records: BTreeMap<String, String> = self.fold.records().into_iter().collect();
        ensure("INV-04", records == rows.records, || "the records are not what the entries say".into())?;
        let owned = owned(position);
        ensure("INV-04", owned == self.owned, || {
            format!("lots, holds and debt are {owned}, changes {}", self.owned)
        })?;
        self.positions.insert(head, position.clone());
        Ok(())
    }

    fn entry(&mut self, entry: &Entry) -> Result<(), Broken> {
        let (seq, at) = (entry.seq, entry.moment.at.get());
        ensure("INV-03", at >= self.at, || format!("entry {seq} is of {at}, the one before of {}", self.at))?;
        self.at = at;
        self.owned += entry.event.changes().iter().map(|(_, change)| change).sum::<i64>();
        let (once, spends) = match &entry.event {
            Event::OrderPaid { order, .. } => (Some(format!("order {}", order.id)), false),
            Event::Refunded { refund, .. } => (Some(format!("refund {}", refund.id)), false),
            Event::Held(hold) => {
                self.held.insert(hold.id.to_string(), i64::try_from(hold.points.get()).unwrap());
                (Some(format!("hold {}", hold.id)), true)
            }
            Event::Captured { hold, .. } | Event::Released { hold, .. } => {
                self.held.remove(hold.as_str());
                (Some(format!("end of hold {hold}")), false)
            }
            Event::TransferSent { .. } => (None, true),
            Event::ReferralRewarded { other, .. } => (Some(format!("referral {other}")), false),
            _ => (None, false),
        };
        let held = self.held.values().sum::<i64>();
        ensure("INV-05", !spends || self.owned >= held, || {
            format!("entry {seq}: {} owned, {held} held", self.owned)
        })?;
        if let Some(once) = once {
            ensure("INV-08", self.booked.insert(once.clone()), || format!("twice: {once}"))?;
        }
        let key = entry.key.as_str();
        let before = self.keys.insert(key.to_owned(), seq);
        ensure("INV-08", before.is_none_or(|before| before + 1 == seq), || format!("`{key}` booked twice"))
    }

    /// What is stored beside what KV has, whoever knows of it.
    ///
    /// # Errors
    /// INV-09, INV-10.
    pub(crate) fn journal(&self, rows: &Rows, name: &Name, kv: &Kv) -> Result<(), Broken> {
        let Some(meta) = &rows.meta else { return Ok(()) };
        for (entry, hash) in rows.entries.iter().zip(&self.hashes) {
            let seq = entry.row.seq;
            match kv.value(&name.entry(&meta.epoch, seq)) {
                Some(put) => {
                    let same = put.text == entry.row.body && put.metadata["h"] == hash[..16];
                    ensure("INV-09", same, || format!("entry {seq} of KV is not that of the log"))?;
                }
                None => ensure("INV-10", seq > meta.flushed_seq, || {
                    format!("entry {seq} is not in KV, the watermark is {}", meta.flushed_seq)
                })?,
            }
        }
        Ok(())
    }

    /// A copy that a reader may get.
    ///
    /// # Errors
    /// INV-12.
    pub(crate) fn copy(&self, copy: &Snapshot, in_kv: impl Fn(&str, u64) -> bool) -> Result<(), Broken> {
        let head = copy.head_seq;
        let hash = usize::try_from(head).unwrap().checked_sub(1).and_then(|at| self.hashes.get(at));
        let same = hash == Some(&copy.head_hash) && self.positions.get(&head) == copy.position.as_ref();
        ensure("INV-12", same, || format!("the copy at {head} is not the account at {head}"))?;
        let first = (1..=head).find(|seq| !in_kv(&copy.epoch, *seq));
        ensure("INV-12", first.is_none(), || {
            format!("the copy is at {head}, and entry {first:?} is not in KV")
        })
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// Who answers for a hash is not the ledger itself.
    pub(crate) fn head_hash(&self) -> Option<&String> {
        self.hashes.last()
    }
}

fn hashed(before: &str, body: &str) -> String {
    let hash = Sha256::new().chain_update(before).chain_update(body).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lots + holds − debt of a position.
pub(crate) fn owned(position: &str) -> i64 {
    let position: serde_json::Value = serde_json::from_str(position).unwrap();
    let sum = |list: &str| -> i64 {
        position[list].as_array().unwrap().iter().map(|one| one["points"].as_i64().unwrap()).sum()
    };
    let debt = position["debt"].as_object().into_iter().flatten().map(|(_, debt)| debt.as_i64().unwrap());
    sum("lots") + sum("holds") - debt.sum::<i64>()
}
