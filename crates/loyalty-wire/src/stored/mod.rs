//! The stored form of an account, version 1: its position and its records.

mod hold;
mod lot;
mod order;
mod position;
mod records;

pub(crate) use hold::{Hold, HoldRecord, Redeemed};
pub(crate) use lot::Lot;
pub(crate) use order::OrderRecord;
pub use position::Position;
pub(crate) use position::{KeptLevel, Membership, Used};
pub(crate) use records::{FriendRecord, NamedRecord, SaleRecord, SharedRecord};

use loyalty_core::Code;

/// A stored form that cannot be what was written.
const DAMAGED: Code = Code::EntryInconsistent;

/// The version of every stored record.
const VERSION: u32 = 1;
