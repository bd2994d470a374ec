//! An account put together again from its entries alone.

use super::rows;
use crate::Programme;
use crate::answer::Booked;
use crate::problem::Problem;
use crate::stored::Position;
use crate::write::Write;
use loyalty_core::{Account, Code, Entry, RowId, apply};
use std::collections::BTreeSet;

/// An account folded from the texts of its entries: no programme and no rule is looked at.
#[derive(Debug, Default)]
pub struct Fold {
    account: Account,
    touched: BTreeSet<RowId>,
}

impl Fold {
    /// Folds the next entry; gives it as it was read.
    ///
    /// # Errors
    /// Those of reading it; `entry_inconsistent` when it does not follow the entries before it. The fold must then
    /// be thrown away.
    pub fn apply(&mut self, body: &str) -> Result<Entry, Problem> {
        let entry = crate::entry(body)?;
        apply(&mut self.account, &entry)?;
        self.touched.extend(entry.event.rows());
        Ok(entry)
    }

    /// The answer of the command that booked `entries`, the last ones that were folded, under the programme that
    /// decided them, as [`step`](super::step) gave it. What all members had used by then is not known any more.
    ///
    /// # Errors
    /// `entry_inconsistent` where there is no entry.
    pub fn answer(&self, programme: &Programme, entries: &[Entry]) -> Result<String, Problem> {
        let moment = entries.last().ok_or(Code::EntryInconsistent)?.moment;
        Ok(Booked::new(programme.rules(), &self.account, entries, moment)?.to_json())
    }

    /// The position, as [`step`](super::step) would have left it.
    #[must_use]
    pub fn position(&self) -> String {
        Position::from(&self.account.position).to_json()
    }

    /// The records, as [`step`](super::step) would have left them: name and text.
    #[must_use]
    pub fn records(&self) -> Vec<(String, String)> {
        self.touched.iter().filter_map(|row| rows::record(&self.account.book, row)).collect()
    }
}
