//! What a command came to; a member's own page.

use super::standing::{Standing, standing};
use crate::entry::EntryV1;
use crate::problem::Problem;
use crate::text::As;
use crate::write::answer;
use loyalty_core as core;
use loyalty_core::{Instant, Moment, Programme};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// How many entries an answer tells: one command may settle years.
const MOST_ENTRIES: usize = 100;

answer! {
    /// What a command came to.
    #[derive(Debug, Clone)]
    pub struct Booked {
        /// Whether anything was appended; false when it was booked before.
        applied: bool,
        /// The account's last entry; read back with `min_seq`.
        seq: u64,
        /// The entries appended, the last 100 of them.
        entries: Vec<EntryV1>,
        /// Where the member stands now.
        standing: Standing,
    }

    /// A member's own page.
    #[derive(Debug)]
    pub struct View {
        /// The shop's name for the member.
        member: String,
        /// The instant it is true for.
        as_of: As<Instant>,
        /// `object`, the ledger itself, or `kv`, its snapshot.
        source: String,
        /// Where the member stands.
        standing: Standing,
        /// The latest entries, newest first, at most 20.
        #[cfg_attr(feature = "describe", schemars(with = "Vec<EntryV1>"))]
        activity: Vec<Box<RawValue>>,
        /// For the browser module, and opaque to all others: where the member stands, and what all members have used.
        position: String,
        /// What all members have used of the programme's budgets and stocks, as it was heard last. Empty where the
        /// programme has none.
        shared: BTreeMap<String, i64>,
    }
}

impl Booked {
    pub(crate) fn new(
        programme: &Programme,
        account: &core::Account,
        entries: &[core::Entry],
        moment: Moment,
    ) -> Result<Self, Problem> {
        let told = entries.iter().skip(entries.len().saturating_sub(MOST_ENTRIES));
        Ok(Self {
            applied: !entries.is_empty(),
            seq: account.position.seq,
            entries: told.map(EntryV1::from).collect(),
            standing: standing(programme, account, moment)?,
        })
    }
}
