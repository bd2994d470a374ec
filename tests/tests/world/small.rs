//! The steps of the ledger in the small world. Each distinct state of the tables and of a run has a number, so that a
//! step is computed once; how far the journal came is kept apart, since no decision hangs on it.

use crate::disk::{Disk, Rows};
use crate::plan::{Act, Command, PROGRAMMES, START};
use crate::world::{Utc, name};
use core::fmt::Debug;
use loyalty_ledger::{Action, Ask, Given, Meta, Put, Run, Trouble, alarm, status, step};
use std::collections::BTreeMap;
use std::sync::Mutex;

pub(crate) const COMMANDS: usize = 6;

/// Things by number, numbers by thing.
pub(crate) struct Known<T> {
    pub(crate) things: Vec<T>,
    numbers: BTreeMap<String, usize>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { things: vec![], numbers: BTreeMap::new() }
    }
}

impl<T: Debug> Known<T> {
    pub(crate) fn number(&mut self, thing: T) -> usize {
        let next = self.things.len();
        let number = *self.numbers.entry(format!("{thing:?}")).or_insert(next);
        if number == next {
            self.things.push(thing);
        }
        number
    }
}

/// How far the journal came: entries in KV, messages, books, failures, and when.
pub(crate) type Marks = (u64, u64, u64, u32, i64);

/// What a run does next.
#[derive(Clone)]
pub(crate) enum Next {
    Alarm(bool),
    Put(Vec<usize>),
    /// The books are well, and take everything.
    Fed,
    Done,
}

/// The rows a request leads to, and its answer, where there is one.
type Outcome = (usize, Option<(u16, String)>);

#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) rows: Known<Rows>,
    pub(crate) runs: Known<Run>,
    pub(crate) puts: Known<Put>,
    decided: BTreeMap<(usize, usize, Option<u32>), Outcome>,
    followed: BTreeMap<(usize, Marks, usize), (Marks, usize, Next)>,
    armed: BTreeMap<(usize, Marks, bool), bool>,
    pub(crate) sound: BTreeMap<usize, bool>,
    pub(crate) copies: BTreeMap<usize, (u64, String)>,
}

impl Tables {
    fn disk(&self, rows: usize, marks: Marks) -> Disk {
        let mut rows = self.rows.things[rows].clone();
        rows.meta.as_mut().into_iter().for_each(|meta| set_marks(meta, marks));
        Disk::of(rows)
    }
}

pub(crate) struct Small {
    pub(crate) commands: Vec<Command>,
    pub(crate) tables: Mutex<Tables>,
}

impl Small {
    pub(crate) fn new() -> Self {
        let orders = [("1", 20), ("2", 10)].map(|(order, amount)| {
            let order = order.to_owned();
            Act::Order { order, amount, seller: None, advocate: None }
        });
        let hold = |hold: &str| Act::Hold { hold: hold.to_owned() };
        let others = [
            Act::Refund { order: "1".into(), amount: Some(10) },
            hold("h1"),
            hold("h2"),
            Act::Capture { hold: "h1".into() },
        ];
        let command =
            |(number, act)| Command { account: 0, key: format!("k{number}"), act, at: START, after: None };
        let commands = orders.into_iter().chain(others).enumerate().map(command).collect();
        Self { commands, tables: Mutex::default() }
    }

    /// A request is decided: what is stored then, and the answer that is kept. The object is gone after so many commits,
    /// if it came to one more.
    pub(crate) fn decide(&self, rows: usize, number: usize, dies: Option<u32>) -> Outcome {
        let mut tables = self.tables.lock().unwrap();
        if let Some(known) = tables.decided.get(&(rows, number, dies)) {
            return known.clone();
        }
        let disk = Disk::of(tables.rows.things[rows].clone());
        disk.fail_after(dies);
        let ask = Ask { request: self.commands[number].request(false), ..Ask::default() };
        let request = loyalty_wire::request(&ask.request).map_err(|problem| problem.code).unwrap();
        let newborn = Some(Meta::newborn(&name(0), "e0".into()));
        let programme = &PROGRAMMES[0];
        let given = Given { ask: &ask, request: &request, programme, shared: &[], newborn, now: START };
        let answer = match step(&disk, &Utc, given) {
            Ok(decided) => Some((decided.status, decided.body)),
            // What is not there yet may be there another time.
            Err(Trouble::Refused(problem)) if status(problem.code) == 404 => None,
            Err(Trouble::Refused(problem)) => Some((status(problem.code), problem.to_json())),
            Err(why) => Some((503, why.to_string())),
        };
        let after = tables.rows.number(disk.rows().clone());
        tables.decided.insert((rows, number, dies), (after, answer.clone()));
        (after, answer)
    }

    /// Whether the alarm is set after a request, where it is set already or not.
    pub(crate) fn arms(&self, rows: usize, marks: Marks, set: bool) -> bool {
        let mut tables = self.tables.lock().unwrap();
        if let Some(known) = tables.armed.get(&(rows, marks, set)) {
            return *known;
        }
        let arms = alarm(&tables.disk(rows, marks), START, set.then_some(START)).unwrap().is_some();
        tables.armed.insert((rows, marks, set), arms);
        arms
    }

    /// A run does the next thing.
    pub(crate) fn next(&self, rows: usize, marks: Marks, run: usize) -> (Marks, usize, Next) {
        let mut tables = self.tables.lock().unwrap();
        if let Some(known) = tables.followed.get(&(rows, marks, run)) {
            return known.clone();
        }
        let disk = tables.disk(rows, marks);
        let mut after = tables.runs.things[run].clone();
        let next = match after.next(&disk, START) {
            Action::Alarm(delay) => Next::Alarm(delay.is_some()),
            Action::Put(puts) => Next::Put(puts.into_iter().map(|put| tables.puts.number(put)).collect()),
            Action::Send(_) => panic!("nothing asks anything of others"),
            Action::Feed(feed) => {
                after.fed(Ok(marks.2 + feed.entries.len() as u64));
                Next::Fed
            }
            Action::Done => Next::Done,
        };
        let meta = disk.rows().meta.clone().unwrap();
        let moved = (meta.flushed_seq, meta.sent_seq, meta.fed_seq, meta.failures, meta.flushed_at);
        let known = (moved, tables.runs.number(after), next);
        tables.followed.insert((rows, marks, run), known.clone());
        known
    }

    /// What came of the puts of a run.
    pub(crate) fn back(&self, run: usize, results: impl Iterator<Item = Result<(), String>>) -> usize {
        let mut tables = self.tables.lock().unwrap();
        let mut run = tables.runs.things[run].clone();
        run.put(results);
        tables.runs.number(run)
    }
}

pub(crate) fn set_marks(meta: &mut Meta, marks: Marks) {
    (meta.flushed_seq, meta.sent_seq, meta.fed_seq, meta.failures, meta.flushed_at) = marks;
}
