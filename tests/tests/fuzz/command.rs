//! Commands of any kind: any texts one after the other, or the history of a case with changes.

use crate::ledger::Ledger;
use crate::programme::changed;
use crate::seeds::{SEEDS, Sent, pick};
use crate::text::{Changes, rest, shown};
use bolero::{Driver, TypeGenerator, ValueGenerator, produce};
use loyalty_wire::Programme;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Requests under a programme.
#[derive(Clone)]
pub(crate) enum Input {
    /// Every line of these bytes; `+15` lets 15 minutes pass.
    Plain { programme: u16, lines: Vec<u8> },
    /// The history of a case, changed; and its programme, from the start and again from some step on.
    Changed { history: u16, programmes: [Changes; 2], from: u8, edits: Vec<Edit> },
}

/// What is changed of a history. Steps are counted modulo how many there are.
#[derive(Debug, Clone, TypeGenerator)]
pub(crate) enum Edit {
    /// A request is another text.
    Change { step: u8, changes: Changes },
    /// A request comes again, with a key of its own or its old one.
    Again { step: u8, later: u8, own_key: bool },
    /// A request is left out.
    Drop { step: u8 },
    /// A request comes from another history.
    Other { step: u8, request: u16 },
    /// Minutes pass before a request.
    Wait { step: u8, minutes: u32 },
}

impl TypeGenerator for Input {
    fn generate<D: Driver>(driver: &mut D) -> Option<Self> {
        if driver.produce::<u8>()? < 16 {
            return Some(Self::Plain { programme: driver.produce()?, lines: rest(driver)? });
        }
        let edits = produce::<Vec<Edit>>().with().len(0..=16usize);
        Some(Self::Changed {
            history: driver.produce()?,
            programmes: driver.produce()?,
            from: driver.produce()?,
            edits: edits.generate(driver)?,
        })
    }
}

/// A request, when it is sent, and under which programme.
struct Sending {
    programme: Arc<Programme>,
    at: i64,
    text: String,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Sending { programme, at, text } in self.sendings() {
            writeln!(f, "{}\n{at} ms {}", programme.canonical(), shown(&text))?;
        }
        Ok(())
    }
}

impl Input {
    fn sendings(&self) -> Vec<Sending> {
        match self {
            Self::Plain { programme, lines } => {
                let programme = Arc::new(pick(&SEEDS.programmes, *programme).clone());
                let sending = |(at, text)| Sending { programme: programme.clone(), at, text };
                plain(lines).into_iter().map(sending).collect()
            }
            Self::Changed { history, programmes, from, edits } => {
                let requests = edited(pick::<Vec<Sent>>(&SEEDS.histories, *history), edits);
                let from = usize::from(*from) % (requests.len() + 1);
                let mut made = BTreeMap::new();
                let sending = |(number, (programme, at, text))| {
                    let later = usize::from(number >= from);
                    let make = || Arc::new(changed(programme, &programmes[later]));
                    let programme = made.entry((programme, later)).or_insert_with(make).clone();
                    Sending { programme, at, text }
                };
                requests.into_iter().enumerate().map(sending).collect()
            }
        }
    }
}

fn plain(lines: &[u8]) -> Vec<(i64, String)> {
    let text = String::from_utf8_lossy(lines).into_owned();
    let mut at = 1_769_860_800_000_i64;
    let mut requests = vec![];
    for line in text.lines() {
        match line.strip_prefix('+').and_then(|minutes| minutes.parse::<u32>().ok()) {
            Some(minutes) => at = at.saturating_add(i64::from(minutes) * 60_000),
            None => requests.push((at, line.to_owned())),
        }
    }
    requests
}

/// A request of a history while it is edited: minutes before it, and changes of its text.
#[derive(Clone)]
struct Planned<'a> {
    sent: &'a Sent,
    wait: i64,
    key: Option<String>,
    other: Option<u16>,
    changes: Option<Changes>,
}

fn edited(history: &[Sent], edits: &[Edit]) -> Vec<(usize, i64, String)> {
    let plan = |sent| Planned { sent, wait: 0, key: None, other: None, changes: None };
    let mut steps: Vec<Planned<'_>> = history.iter().map(plan).collect();
    for (number, edit) in edits.iter().enumerate() {
        let (Edit::Change { step, .. }
        | Edit::Again { step, .. }
        | Edit::Drop { step }
        | Edit::Other { step, .. }
        | Edit::Wait { step, .. }) = edit;
        let length = steps.len();
        if length == 0 {
            break;
        }
        let step = usize::from(*step) % length;
        match edit {
            Edit::Change { changes, .. } => steps[step].changes = Some(changes.clone()),
            Edit::Again { later, own_key, .. } => {
                let mut again = steps[step].clone();
                again.key = if *own_key { Some(format!("again-{number}")) } else { again.key };
                steps.insert(step + 1 + usize::from(*later) % (length - step), again);
            }
            Edit::Drop { .. } => drop(steps.remove(step)),
            Edit::Other { request, .. } => steps[step].other = Some(*request),
            Edit::Wait { minutes, .. } => steps[step].wait += i64::from(*minutes),
        }
    }
    let mut waited = 0_i64;
    let request = |step: &Planned<'_>| {
        waited = waited.saturating_add(step.wait.saturating_mul(60_000));
        (step.sent.programme, step.sent.at.saturating_add(waited), step.text())
    };
    steps.iter().map(request).collect()
}

impl Planned<'_> {
    fn text(&self) -> String {
        let mut request = self.other.map_or(&self.sent.request, |other| pick(&SEEDS.requests, other)).clone();
        if let Some(key) = &self.key {
            request.set("key", key);
        }
        match &self.changes {
            Some(changes) => changes.of(&request),
            None => request.write(),
        }
    }
}

/// Whatever is sent, every answer is JSON and every text that is kept can be read.
pub(crate) fn check(input: &Input) {
    let mut ledger = Ledger::default();
    for Sending { programme, at, text } in input.sendings() {
        ledger.deliver(&programme, at, &text);
    }
}

/// Every history of the cases, a request a line.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let seed = |history: &Vec<Sent>| {
        let lines: Vec<String> = history.iter().map(|sent| sent.request.write()).collect();
        let [low, high, ..] = history[0].programme.to_le_bytes();
        [&[0, low, high], lines.join("\n").as_bytes()].concat()
    };
    SEEDS.histories.iter().map(seed).collect()
}
