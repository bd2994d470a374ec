//! The books of a shop, natively: statements that add up whatever happens, settlements that come to zero, and a shop
//! with 100 000 members.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

mod adding_up;
mod crowd;
mod examples;

use loyalty_books::{Known, Next, Spents, Sums, Terms, fold};
use loyalty_core::Entry;
use loyalty_wire::Programme;
use std::collections::BTreeMap;

/// The books of a shop, as its objects keep them.
#[derive(Default)]
struct Books {
    accounts: BTreeMap<String, (Known, Spents)>,
    terms: BTreeMap<String, Terms>,
    sums: Sums,
}

impl Books {
    fn publish(&mut self, programme: &Programme) {
        self.terms.insert(programme.version().to_owned(), Terms::of(programme.rules()));
    }

    /// One batch of an account's entries: those known are skipped, all others are folded and written together.
    fn feed(&mut self, account: &str, entries: &[Entry]) {
        let (mut known, mut spents) = self.accounts.get(account).cloned().unwrap_or_default();
        "history".clone_into(&mut known.epoch);
        let before = known.outlook();
        let mut more = Sums::default();
        for entry in entries {
            match known.next("history", entry.seq) {
                Next::Fold => {
                    fold(&mut known, &mut spents, &self.terms[entry.programme.as_str()], entry, &mut more)
                        .unwrap_or_else(|why| panic!("{why}: {entry:#?}"));
                }
                Next::Skip => {}
                Next::Refuse => panic!("entry {} after {}", entry.seq, known.seq),
            }
        }
        more.outlook = known.outlook();
        for (key, points) in before {
            more.outlook.add(key, &-points);
        }
        self.sums.add(more);
        // As they are stored.
        let known = serde_json::from_str(&serde_json::to_string(&known).unwrap()).unwrap();
        let stored = |spent| serde_json::from_str(&serde_json::to_string(spent).unwrap()).unwrap();
        let spents = spents.iter().map(|(name, spent)| (name.clone(), stored(spent))).collect();
        self.accounts.insert(account.to_owned(), (known, spents));
    }
}
