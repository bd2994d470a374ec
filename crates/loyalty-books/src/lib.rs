//! A shop's books: the entries of all accounts, folded into daily sums that add up.
//!
//! [`fold`] takes one entry and adds what it changes to [`Sums`]; sums of accounts, of batches and of shards are added
//! up. [`statement`], [`outstanding`], [`breakage`], [`cost`] and [`settle`] only read them.
//!
//! What falls due without an entry is in the sums as well: points that will expire or vest stand in the *outlook*
//! under the day on which they will. So the sums are right at the end of every day, whether or not an account was
//! touched since, and a later entry that posts what fell due changes no day that is over.
//!
//! What is absent here: storage, a clock, rules, text of entries, any platform.

mod amounts;
mod fold;
mod known;
mod outlook;
mod reports;
mod settlement;
mod spent;
mod sums;
mod terms;

pub use amounts::{Amount, Amounts};
pub use fold::{fold, spent_names};
pub use known::{Known, Next};
pub use reports::{Age, Cohort, Cost, Line, breakage, cost, outstanding, statement};
pub use settlement::{Obligation, Settlement, settle};
pub use spent::{Spent, Spents};
pub use sums::{Columns, Fate, NEVER, Owed, Pair, Place, Sums, Takings, month_of};
pub use terms::{Terms, Worth, amount, units};
