//! All that can happen in a small world, one by one: an account, two orders, a refund, two holds, a capture; each
//! request is lost, comes, comes again at any time, in any order; one crash anywhere, or one put that fails. The ledger's
//! own step and journal decide what follows.

use crate::disk::Rows;
use crate::small::{COMMANDS, Marks, Next, Small, Tables, set_marks};
use crate::watch::{Watch, looked_at};
use crate::world::name;
use loyalty_ledger::{Meta, Run, Snapshot};
use stateright::{Checker, Model, Property};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    rows: usize,
    marks: Marks,
    /// A run, and what it is putting.
    run: Option<(usize, Vec<usize>)>,
    alarm: bool,
    /// Values of KV: entries by number, the copy at 0.
    kv: BTreeMap<u64, usize>,
    /// A key was answered in two ways, or may be.
    two_ways: bool,
    /// Nothing went wrong yet.
    is_lucky: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A request comes; its answer may be lost, which is the same as coming again.
    Comes(usize),
    /// A request comes, and the object is gone between two of its commits, if there are two.
    Cut(usize),
    Alarm,
    /// All puts that are under way land.
    Lands,
    /// All but one do.
    Fails(usize),
    /// The object is gone, and so many of the puts that were under way land.
    Crash(usize),
}

impl Small {
    /// Goes on with a run until it waits for KV.
    fn proceed(&self, state: &mut State, mut run: usize) {
        loop {
            let (marks, after, next) = self.next(state.rows, state.marks, run);
            (state.marks, run) = (marks, after);
            match next {
                Next::Alarm(set) => state.alarm = set,
                Next::Fed => {}
                Next::Put(puts) => {
                    state.run = Some((run, puts));
                    return;
                }
                Next::Done => {
                    state.run = None;
                    return;
                }
            }
        }
    }

    fn land(&self, state: &mut State, puts: &[usize]) {
        let tables = self.tables.lock().unwrap();
        for put in puts {
            let seq = name(0).read_entry(&tables.puts.things[*put].key).map_or(0, |(_, seq)| seq);
            state.kv.insert(seq, *put);
        }
    }

    /// The answer that is kept for a request.
    fn kept(&self, state: &State, number: usize) -> Option<(u16, String)> {
        let tables = self.tables.lock().unwrap();
        let kept = tables.rows.things[state.rows].kept.get(&self.commands[number].key)?;
        Some((kept.status, kept.body.clone()))
    }

    fn meta(&self, state: &State) -> Option<Meta> {
        let mut meta = self.tables.lock().unwrap().rows.things[state.rows].meta.clone()?;
        set_marks(&mut meta, state.marks);
        Some(meta)
    }

    /// INV-01 to INV-05, INV-08, INV-16.
    fn is_sound(&self, state: &State) -> bool {
        let mut tables = self.tables.lock().unwrap();
        if let Some(known) = tables.sound.get(&state.rows) {
            return *known;
        }
        let sound = Watch::default().rows(&tables.rows.things[state.rows]).is_ok();
        tables.sound.insert(state.rows, sound);
        sound
    }

    /// Whether KV has the log's entries up to this one.
    fn has(&self, state: &State, head: u64) -> bool {
        let tables = self.tables.lock().unwrap();
        let rows = &tables.rows.things[state.rows];
        let text = |seq| Some(&tables.puts.things[*state.kv.get(&seq)?].text);
        let mut entries = rows.entries.iter().filter(|entry| entry.row.seq <= head);
        head <= rows.entries.len() as u64 && entries.all(|entry| text(entry.row.seq) == Some(&entry.row.body))
    }

    /// The head of the copy: its number and hash.
    fn copy(&self, state: &State) -> Option<(u64, String)> {
        let mut tables = self.tables.lock().unwrap();
        let Tables { puts, copies, .. } = &mut *tables;
        let read = |put: usize| {
            let copy: Snapshot = serde_json::from_str(&puts.things[put].text).unwrap();
            (copy.head_seq, copy.head_hash)
        };
        state.kv.get(&0).map(|put| copies.entry(*put).or_insert_with(|| read(*put)).clone())
    }
}

impl Model for Small {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let rows = self.tables.lock().unwrap().rows.number(Rows::default());
        vec![State {
            rows,
            marks: (0, 0, 0, 0, 0),
            run: None,
            alarm: false,
            kv: BTreeMap::new(),
            two_ways: false,
            is_lucky: true,
        }]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        steps.extend((0..COMMANDS).map(Step::Comes));
        let puts = state.run.as_ref().map_or(0, |(_, puts)| puts.len());
        if state.run.is_some() {
            steps.push(Step::Lands);
        } else if state.alarm {
            steps.push(Step::Alarm);
        }
        if state.is_lucky {
            steps.extend((0..COMMANDS).map(Step::Cut));
        }
        if state.is_lucky && state.run.is_some() {
            steps.extend((0..puts).map(Step::Fails));
            steps.extend((0..=puts).map(Step::Crash));
        }
    }

    fn next_state(&self, before: &State, step: Step) -> Option<State> {
        let mut state = before.clone();
        match step {
            Step::Comes(number) => {
                let known = self.kept(&state, number);
                let (rows, answer) = self.decide(state.rows, number, None);
                state.rows = rows;
                let kept = self.kept(&state, number);
                state.two_ways |= answer != kept || known.is_some() && known != kept;
                state.alarm |= self.arms(state.rows, state.marks, state.alarm);
            }
            Step::Cut(number) => {
                let (whole, _) = self.decide(state.rows, number, None);
                let (rows, _) = self.decide(state.rows, number, Some(1));
                if rows == whole {
                    return None;
                }
                (state.rows, state.run, state.is_lucky) = (rows, None, false);
            }
            Step::Alarm => {
                state.alarm = false;
                let run = self.tables.lock().unwrap().runs.number(Run::new(0));
                self.proceed(&mut state, run);
            }
            Step::Lands | Step::Fails(_) => {
                let (run, mut puts) = state.run.take()?;
                let fails = if let Step::Fails(at) = step { Some(at) } else { None };
                let result = |at| if fails == Some(at) { Err("500".to_owned()) } else { Ok(()) };
                let run = self.back(run, (0..puts.len()).map(result));
                if let Some(at) = fails {
                    puts.remove(at);
                    state.is_lucky = false;
                }
                self.land(&mut state, &puts);
                self.proceed(&mut state, run);
            }
            Step::Crash(lands) => {
                let (_, puts) = state.run.take()?;
                self.land(&mut state, &puts[..lands]);
                state.is_lucky = false;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = vec![
            Property::always("INV-01, INV-02, INV-03, INV-04, INV-05, INV-08, INV-16", Self::is_sound),
            Property::always("INV-06", |_, state: &State| !state.two_ways),
            Property::always("INV-09, INV-10", |small: &Self, state: &State| {
                small.meta(state).is_none_or(|meta| small.has(state, meta.flushed_seq))
            }),
            Property::always("INV-11", |small: &Self, state: &State| {
                let owes = |meta: Meta| meta.flushed_seq.min(meta.sent_seq).min(meta.fed_seq) < meta.head_seq;
                !small.meta(state).is_some_and(owes) || state.alarm || state.run.is_some()
            }),
            Property::always("INV-12", |small: &Self, state: &State| {
                small.copy(state).is_none_or(|(head, _)| small.has(state, head))
            }),
            Property::always("INV-14", |small: &Self, state: &State| {
                let (Some(meta), false, None) = (small.meta(state), state.alarm, &state.run) else {
                    return true;
                };
                meta.head_seq == 0
                    || small.has(state, meta.head_seq)
                        && small.copy(state) == Some((meta.head_seq, meta.head_hash))
            }),
            Property::sometimes("all is booked", |small: &Self, state: &State| {
                let booked = |number| small.kept(state, number).is_some_and(|(status, _)| status == 201);
                (0..COMMANDS).all(booked)
            }),
            Property::sometimes("a hold is refused for ever", |small: &Self, state: &State| {
                small.kept(state, 3).is_some_and(|(status, _)| status == 409)
            }),
        ];
        all.retain(|property| looked_at(property.name));
        all
    }
}

#[test]
fn all_of_a_small_world() {
    let checked = Small::new().checker().spawn_bfs().join();
    println!("{} steps, {} states", checked.state_count(), checked.unique_state_count());
    checked.assert_properties();
}
