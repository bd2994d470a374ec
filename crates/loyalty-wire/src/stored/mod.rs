//! The stored form of an account, version 1: its position and its records.

mod counted;
mod hold;
mod lot;
mod order;
mod position;
mod records;

pub(crate) use hold::{HoldRecord, Redeemed};
pub use lot::source;
pub(crate) use order::OrderRecord;
pub use position::Position;
pub(crate) use position::position;
pub(crate) use records::{FriendRecord, NamedRecord, SaleRecord, SharedRecord};

use crate::form::Within;
use loyalty_core as core;
use loyalty_core::{Code, Day};

pub(crate) type Activity = Within<(Day, core::Activity)>;
pub(crate) type Hold = Within<core::Hold>;
pub(crate) type KeptLevel = Within<core::KeptLevel>;
pub(crate) type Lot = Within<core::Lot>;
pub(crate) type Membership = Within<core::PaidMembership>;
pub(crate) type ToldBirthday = Within<core::ToldBirthday>;
pub(crate) type Used = Within<core::Used>;

/// A stored form that cannot be what was written.
const DAMAGED: Code = Code::EntryInconsistent;

/// The version of every stored record.
const VERSION: u32 = 1;
