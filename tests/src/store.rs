//! A host that keeps nothing but texts.

use crate::world::read;
use loyalty_core::{Code, Moment};
use loyalty_wire::Programme;
use loyalty_wire::ledger::{self, Stored};
use std::collections::BTreeMap;

/// What a host keeps: texts only.
#[derive(Default)]
pub struct Store {
    /// The position.
    pub position: Option<String>,
    rows: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    /// What all members have used.
    pub shared: BTreeMap<String, i64>,
    /// Entries.
    pub log: Vec<String>,
    /// Whether every answer said what was done.
    pub honest: bool,
}

impl Store {
    /// Nothing stored yet.
    #[must_use]
    pub fn new() -> Self {
        Self { honest: true, ..Self::default() }
    }

    /// Carries out a request on what is stored, as a host does, and stores what it comes to.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn step(&mut self, programme: &Programme, request: &str, moment: Moment) -> Result<bool, Code> {
        let request = read(request);
        let named = ledger::rows(&request);
        let rows: Vec<_> = named
            .into_iter()
            .filter_map(|name| Some((name.clone(), self.rows.get(&name)?.clone())))
            .collect();
        let shared: Vec<_> = self.shared.iter().map(|(id, count)| (id.clone(), *count)).collect();
        let fingerprint = self.keys.get(request.key.as_str());
        let stored = Stored {
            position: self.position.as_deref(),
            rows: &rows,
            fingerprint: fingerprint.map(String::as_str),
            shared: &shared,
        };
        match ledger::step(programme, &stored, &request, moment).map_err(|problem| problem.code)? {
            ledger::Step::Append { entries, rows, position, answer, .. } => {
                let booked = !entries.is_empty();
                let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
                self.honest &= answer["applied"] == booked;
                for entry in &entries {
                    for (id, count) in loyalty_wire::entry(&entry.body).unwrap().shared() {
                        *self.shared.entry(id.as_str().to_owned()).or_default() += count;
                    }
                }
                self.log.extend(entries.into_iter().map(|entry| entry.body));
                self.rows.extend(rows);
                self.position = Some(position);
                if booked {
                    self.keys.insert(request.key.as_str().to_owned(), ledger::fingerprint(&request));
                }
                Ok(booked)
            }
            ledger::Step::AlreadyBooked { .. } | ledger::Step::Replayed => Ok(false),
        }
    }
}
