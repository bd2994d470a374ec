//! What an object stores: what is there after a crash, and nothing else.

use core::cell::{Cell, Ref, RefCell};
use loyalty_ledger::{Kept, Letter, Linked, Logged, Marks, Meta, Store, Trouble, Write};
use std::collections::BTreeMap;

/// The tables of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) meta: Option<Meta>,
    pub(crate) entries: Vec<Linked>,
    pub(crate) records: BTreeMap<String, String>,
    pub(crate) kept: BTreeMap<String, Kept>,
    pub(crate) letters: BTreeMap<(u64, u32), Letter>,
}

/// Tables that can fail.
#[derive(Default)]
pub(crate) struct Disk {
    rows: RefCell<Rows>,
    /// After so many commits one fails.
    fails: Cell<Option<u32>>,
    /// Whether an instance asks that was replaced.
    lost: Cell<bool>,
}

impl Disk {
    pub(crate) fn of(rows: Rows) -> Self {
        Self { rows: RefCell::new(rows), ..Self::default() }
    }

    pub(crate) fn rows(&self) -> Ref<'_, Rows> {
        self.rows.borrow()
    }

    pub(crate) fn fail_after(&self, commits: Option<u32>) {
        self.fails.set(commits);
    }

    pub(crate) fn lose(&self, lost: bool) {
        self.lost.set(lost);
    }

    fn there(&self) -> Result<Ref<'_, Rows>, Trouble> {
        if self.lost.get() { Err(Trouble::new("an instance that was replaced")) } else { Ok(self.rows()) }
    }

    fn commits(&self) -> Result<(), Trouble> {
        self.there()?;
        let left = self.fails.get();
        self.fails.set(left.and_then(|left| left.checked_sub(1)));
        if left == Some(0) { Err(Trouble::new("the commit failed")) } else { Ok(()) }
    }

    fn logged(
        &self,
        after: u64,
        limit: u32,
        wanted: impl Fn(&Linked) -> bool,
    ) -> Result<Vec<Logged>, Trouble> {
        let rows = self.there()?;
        let wanted = rows.entries.iter().filter(|entry| entry.row.seq > after && wanted(entry));
        let logged = |Linked { row, hash }: &Linked| Logged {
            seq: row.seq,
            body: row.body.clone(),
            hash: hash.clone(),
        };
        Ok(wanted.take(limit as usize).map(logged).collect())
    }
}

impl Store for Disk {
    fn meta(&self) -> Result<Option<Meta>, Trouble> {
        Ok(self.there()?.meta.clone())
    }

    fn kept(&self, key: &str) -> Result<Option<Kept>, Trouble> {
        Ok(self.there()?.kept.get(key).cloned())
    }

    fn records(&self, names: Vec<String>) -> Result<Vec<(String, String)>, Trouble> {
        let rows = self.there()?;
        let found = |name: String| Some((name.clone(), rows.records.get(&name)?.clone()));
        Ok(names.into_iter().filter_map(found).collect())
    }

    fn entries(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble> {
        self.logged(after, limit, |_| true)
    }

    fn newest(&self, limit: u32) -> Result<Vec<String>, Trouble> {
        let rows = self.there()?;
        Ok(rows.entries.iter().rev().take(limit as usize).map(|entry| entry.row.body.clone()).collect())
    }

    fn unsent(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble> {
        self.logged(after, limit, |entry| entry.row.message)
    }

    fn waiting(&self, limit: u32) -> Result<Vec<Letter>, Trouble> {
        let rows = self.there()?;
        let waiting = rows.letters.values().filter(|letter| letter.due.is_some());
        Ok(waiting.take(limit as usize).cloned().collect())
    }

    fn write(&self, write: Write) -> Result<(), Trouble> {
        self.commits()?;
        self.rows.borrow_mut().write(write)
    }

    fn mark(&self, marks: Marks) -> Result<(), Trouble> {
        self.commits()?;
        let mut rows = self.rows.borrow_mut();
        let meta = rows.meta.as_mut().ok_or_else(|| Trouble::new("no row"))?;
        meta.flushed_seq = meta.flushed_seq.max(marks.flushed);
        meta.sent_seq = meta.sent_seq.max(marks.sent);
        (meta.fed_seq, meta.failures, meta.flushed_at) = (marks.fed, marks.failures, marks.at);
        rows.letters.extend(marks.letters.into_iter().map(|letter| ((letter.seq, letter.nth), letter)));
        rows.letters.retain(|place, _| !marks.delivered.contains(place));
        Ok(())
    }
}

impl Rows {
    /// Writes all of it or, where a primary key is taken, nothing.
    fn write(&mut self, write: Write) -> Result<(), Trouble> {
        let last = self.entries.last().map_or(0, |last| last.row.seq);
        if write.born.is_some() && self.meta.is_some()
            || write.kept.iter().any(|(key, _)| self.kept.contains_key(key))
            || write.entries.iter().any(|entry| entry.row.seq <= last)
        {
            return Err(Trouble::new("a primary key is taken"));
        }
        self.meta = write.born.or(self.meta.take());
        self.kept.extend(write.kept);
        self.entries.extend(write.entries);
        self.records.extend(write.records);
        if let (Some(meta), Some(head)) = (self.meta.as_mut(), write.head) {
            (meta.head_seq, meta.head_hash, meta.last_at) = (head.seq, head.hash, head.at);
            meta.position = Some(head.position);
        }
        Ok(())
    }
}
