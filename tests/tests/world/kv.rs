//! Workers KV as it may behave: late, stale, limited, down; a put that timed out may still be applied.

use crate::chance::Chance;
use loyalty_ledger::Put;
use std::collections::BTreeMap;

/// How long a location remembers what it read, and that there was nothing, in milliseconds.
const STALE: i64 = 60_000;

/// One write a second to one key.
const BETWEEN: i64 = 1_000;

/// A value, and from when on it is listed.
pub(crate) struct Value {
    pub(crate) put: Put,
    listed: i64,
}

/// What becomes of a put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Applied,
    Refused(&'static str),
    /// Nobody hears of it; it lands after so many milliseconds, or never.
    TimedOut(Option<i64>),
}

/// The one namespace.
#[derive(Default)]
pub(crate) struct Kv {
    values: BTreeMap<String, Value>,
    seen: BTreeMap<(usize, String), (Option<String>, i64)>,
    written: BTreeMap<String, i64>,
    /// Nothing answers before this instant.
    pub(crate) down_until: i64,
}

impl Kv {
    pub(crate) fn fate(&mut self, key: &str, now: i64, calm: bool, chance: &mut Chance) -> Fate {
        let late = |chance: &mut Chance| Fate::TimedOut(Some(chance.within(1_000, 300_000)));
        let before = self.written.insert(key.to_owned(), now);
        if now < self.down_until {
            return if chance.one_in(4) { late(chance) } else { Fate::Refused("500") };
        }
        if before.is_some_and(|before| (0..BETWEEN).contains(&(now - before))) {
            return Fate::Refused("429");
        }
        match if calm { usize::MAX } else { chance.below(40) } {
            0 => late(chance),
            1 => Fate::TimedOut(None),
            2 => Fate::Refused("500"),
            _ => Fate::Applied,
        }
    }

    /// A put becomes true.
    pub(crate) fn land(&mut self, put: Put, listed: i64) {
        let listed = self.values.get(&put.key).map_or(listed, |value| value.listed);
        self.values.insert(put.key.clone(), Value { put, listed });
    }

    /// What is true, wherever it is known.
    pub(crate) fn value(&self, key: &str) -> Option<&Put> {
        self.values.get(key).map(|value| &value.put)
    }

    /// What a location reads.
    pub(crate) fn get(&mut self, place: usize, key: &str, now: i64) -> Result<Option<String>, &'static str> {
        if let Some((text, until)) = self.seen.get(&(place, key.to_owned()))
            && now < *until
        {
            return Ok(text.clone());
        }
        if now < self.down_until {
            return Err("500");
        }
        let text = self.value(key).map(|put| put.text.clone());
        self.seen.insert((place, key.to_owned()), (text.clone(), now + STALE));
        Ok(text)
    }

    /// The values whose keys are listed, in the order of their keys.
    pub(crate) fn list(&self, prefix: &str, now: i64) -> Result<Vec<&Put>, &'static str> {
        if now < self.down_until {
            return Err("500");
        }
        let of = self.values.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        Ok(of.filter(|(_, value)| value.listed <= now).map(|(_, value)| &value.put).collect())
    }
}
