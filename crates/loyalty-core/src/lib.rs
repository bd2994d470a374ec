//! The rules of a loyalty programme: pure, exact, platform-free.
//!
//! Two functions carry everything:
//!
//! * [`decide`] answers what a command would append to an account's ledger, or why it is refused;
//! * [`apply`] folds one appended entry into the account.
//!
//! [`preview`] is `decide` for a cart without appending, so what a shopper is shown is what is booked.
//!
//! What is absent here: JSON, a clock, randomness, floating point, hash maps, storage, any platform.
//! Time is an argument ([`Moment`]); ids are arguments; documents are parsed by `loyalty-wire`.

#![deny(clippy::as_conversions, clippy::float_arithmetic, clippy::arithmetic_side_effects)]

mod account;
mod apply;
mod cart;
mod code;
mod command;
mod decide;
mod draft;
mod earn;
mod entry;
mod exact;
mod ids;
mod lot;
mod money;
mod order;
mod points;
mod preview;
mod programme;
mod redemption;
mod referral;
mod refund;
mod reward;
mod rounding;
mod settle;
mod split;
mod tier;
mod time;

pub use account::{
    Account, Book, FriendRecord, Hold, HoldEnd, HoldRecord, LineRecord, OrderRecord, Position, ReferralRecord,
};
pub use apply::apply;
pub use cart::{Cart, Line, LineKind, Redeem};
pub use code::{Code, Refusal};
pub use command::{Command, Fingerprint, Order, Part, Refund, RefundLine, Request};
pub use decide::{Decision, decide};
pub use entry::{BookedLine, ClawBack, Entry, Event, Message, Redeemed, RefundedLine, RowId, Step, Taken};
pub use ids::{
    AccountId, Category, HoldId, Key, LevelId, LineId, OrderId, RefundId, RewardId, RuleId, Version,
};
pub use lot::{Lot, LotId, Source};
pub use money::{Currency, Money};
pub use points::Points;
pub use preview::{Pot, Preview, RewardOffer, Standing, preview, standing};
pub use programme::{
    Basis, Expiry, Inclusion, Measure, Parts, Programme, Rate, Referral, Refunds, Role, Scope, Shortfall,
    Terms, Vesting,
};
pub use reward::{Reward, RewardKind};
pub use rounding::Rounding;
pub use split::split;
pub use tier::{Downgrade, Level, Next, Tiers, Timing, Window};
pub use time::{Day, Instant, Moment, Period, Span};
