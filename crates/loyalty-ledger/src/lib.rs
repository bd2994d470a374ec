//! The ledger of one account: what is stored, how a command becomes rows, how rows reach KV and other
//! accounts, how all of it is checked and put together again.
//!
//! Nothing here reads a clock, draws a number, waits, or talks to anybody. A host has a [`Store`], is told
//! what to do next ([`Action`]), does it, and tells how it went. The Worker does so with SQLite, Workers KV
//! and alarms; a simulation does so with maps and a clock of its own, and runs the very same code.
//!
//! What is absent here: any rule, any clock, any platform.

mod account;
mod answer;
mod audit;
mod chain;
mod journal;
mod refusal;
mod restore;
mod snapshot;
mod step;
mod store;
mod trouble;

pub use account::{Meta, Name};
pub use audit::{Findings, Walk};
pub use chain::chained;
pub use journal::alarm::{LOTS, alarm};
pub use journal::run::{Action, Feed, Message, Put, Run};
pub use refusal::{is_final, status};
pub use restore::damage::Damage;
pub use restore::history::{Found, History};
pub use restore::mend::{Mend, Mended, Values};
pub use snapshot::{ACTIVITY, Snapshot, raw};
pub use step::{Ask, Decided, Given, Host, step};
pub use store::{Head, Kept, Letter, Linked, Logged, Marks, Store, Write};
pub use trouble::Trouble;

#[cfg(test)]
mod tests;
