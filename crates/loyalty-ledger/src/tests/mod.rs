//! The ledger on maps: a store, a KV, a clock.

mod audit;
mod journal;
mod restore;
mod step;

use crate::*;
use core::cell::{Cell, RefCell};
use loyalty_wire::core::Moment;
use loyalty_wire::{Problem, Programme};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const PROGRAMME: &str = r#"{
    "format": 1, "name": "Corner shop", "currency": "EUR", "time_zone": "UTC",
    "earning": [
        {"id": "base", "points": 1, "per": "1.00"},
        {"id": "staff", "points": 1, "per": "10.00", "to": "seller"}
    ],
    "rewards": [{"id": "mug", "name": "Mug", "kind": "gift", "points": 10, "value": "5.00", "instructions": "Hand it over"}]
}"#;

/// 2026-01-31T09:05:00Z.
pub(crate) const NOW: i64 = 1_769_850_300_000;

/// One account on maps.
#[derive(Clone)]
pub(crate) struct Memory {
    pub(crate) meta: RefCell<Option<Meta>>,
    pub(crate) entries: RefCell<Vec<Linked>>,
    pub(crate) records: RefCell<BTreeMap<String, String>>,
    pub(crate) kept: RefCell<BTreeMap<String, Kept>>,
    pub(crate) letters: RefCell<BTreeMap<(u64, u32), Letter>>,
    /// Whether nothing of it answers.
    pub(crate) lost: Cell<bool>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            meta: RefCell::default(),
            entries: RefCell::default(),
            records: RefCell::default(),
            kept: RefCell::default(),
            letters: RefCell::default(),
            lost: Cell::default(),
        }
    }

    fn there(&self) -> Result<(), Trouble> {
        if self.lost.get() { Err(Trouble::new("storage")) } else { Ok(()) }
    }

    fn logged(&self, after: u64, limit: u32, wanted: impl Fn(&Linked) -> bool) -> Vec<Logged> {
        let entries = self.entries.borrow();
        let wanted = entries.iter().filter(|entry| entry.row.seq > after && wanted(entry));
        let logged = |Linked { row, hash }: &Linked| Logged {
            seq: row.seq,
            body: row.body.clone(),
            hash: hash.clone(),
        };
        wanted.take(limit as usize).map(logged).collect()
    }

    pub(crate) fn row(&self) -> Meta {
        self.meta.borrow().clone().unwrap()
    }
}

impl Store for Memory {
    fn meta(&self) -> Result<Option<Meta>, Trouble> {
        self.there().map(|()| self.meta.borrow().clone())
    }

    fn kept(&self, key: &str) -> Result<Option<Kept>, Trouble> {
        self.there().map(|()| self.kept.borrow().get(key).cloned())
    }

    fn records(&self, names: Vec<String>) -> Result<Vec<(String, String)>, Trouble> {
        let records = self.records.borrow();
        let found = names.into_iter().filter_map(|name| Some((name.clone(), records.get(&name)?.clone())));
        self.there().map(|()| found.collect())
    }

    fn entries(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble> {
        self.there().map(|()| self.logged(after, limit, |_| true))
    }

    fn newest(&self, limit: u32) -> Result<Vec<String>, Trouble> {
        let entries = self.entries.borrow();
        let newest = entries.iter().rev().take(limit as usize);
        self.there().map(|()| newest.map(|entry| entry.row.body.clone()).collect())
    }

    fn unsent(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble> {
        self.there().map(|()| self.logged(after, limit, |entry| entry.row.message))
    }

    fn waiting(&self, limit: u32) -> Result<Vec<Letter>, Trouble> {
        let letters = self.letters.borrow();
        let waiting = letters.values().filter(|letter| letter.due.is_some());
        self.there().map(|()| waiting.take(limit as usize).cloned().collect())
    }

    fn write(&self, write: Write) -> Result<(), Trouble> {
        self.there()?;
        let mut meta = self.meta.borrow_mut();
        if let Some(born) = write.born {
            assert!(meta.replace(born).is_none(), "born twice");
        }
        for (key, kept) in write.kept {
            assert!(self.kept.borrow_mut().insert(key, kept).is_none(), "kept twice");
        }
        self.entries.borrow_mut().extend(write.entries);
        self.records.borrow_mut().extend(write.records);
        if let (Some(meta), Some(head)) = (meta.as_mut(), write.head) {
            (meta.head_seq, meta.head_hash, meta.last_at) = (head.seq, head.hash, head.at);
            meta.position = Some(head.position);
        }
        Ok(())
    }

    fn mark(&self, marks: Marks) -> Result<(), Trouble> {
        self.there()?;
        let mut meta = self.meta.borrow_mut();
        let meta = meta.as_mut().unwrap();
        meta.flushed_seq = meta.flushed_seq.max(marks.flushed);
        meta.sent_seq = meta.sent_seq.max(marks.sent);
        meta.fed_seq = marks.fed;
        (meta.failures, meta.flushed_at) = (marks.failures, marks.at);
        let mut letters = self.letters.borrow_mut();
        letters.extend(marks.letters.into_iter().map(|letter| ((letter.seq, letter.nth), letter)));
        letters.retain(|place, _| !marks.delivered.contains(place));
        Ok(())
    }
}

/// A host in UTC.
pub(crate) struct Plain;

impl Host for Plain {
    fn moment(&self, _: &Programme, milliseconds: i64) -> Result<Moment, Trouble> {
        Ok(loyalty_wire::moment(milliseconds, [2026, 1, 31], 545)?)
    }

    fn refusal(&self, problem: &Problem) -> String {
        problem.code.to_string()
    }
}

pub(crate) fn programme() -> &'static Programme {
    static PARSED: LazyLock<Programme> =
        LazyLock::new(|| Programme::parse(PROGRAMME).map_err(|problem| problem.code).unwrap());
    &PARSED
}

pub(crate) fn name() -> Name {
    Name::read("demo/ann").unwrap()
}

/// A command with its key.
pub(crate) fn ask(store: &Memory, key: &str, command: &str) -> Result<Decided, Trouble> {
    asked(store, key, command, false)
}

/// A command with its key, or only a draft of it.
pub(crate) fn asked(store: &Memory, key: &str, command: &str, draft: bool) -> Result<Decided, Trouble> {
    let text = format!(r#"{{"account":"ann","key":"{key}","command":{command}}}"#);
    let request = loyalty_wire::request(&text).map_err(|problem| problem.code).unwrap();
    let given = Given {
        ask: &Ask { request: text, draft, ..Ask::default() },
        request: &request,
        programme: programme(),
        shared: &[],
        newborn: Some(Meta::newborn(&name(), "e0".into())),
        now: NOW,
    };
    step(store, &Plain, given)
}

/// An order with a seller: two points for every 10.00, one of them the seller's.
pub(crate) fn order(id: &str, amount: &str) -> String {
    format!(
        r#"{{"kind":"pay_order","order":{{"id":"{id}","currency":"EUR","lines":[{{"id":"a","amount":"{amount}"}}],"seller":"clerk"}}}}"#
    )
}

/// The order, booked under its own name.
pub(crate) fn pay(store: &Memory, id: &str) -> Decided {
    ask(store, &format!("order-{id}"), &order(id, "20.00")).unwrap()
}
