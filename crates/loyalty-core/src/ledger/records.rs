//! Records by name: what a command may have to look up.

use crate::ground::ids::{
    AccountId, BonusId, EventName, HoldId, Key, OrderId, PrivilegeId, Reference, SharedId, Version, WalletId,
};
use crate::ground::map::Map;
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::Day;
use crate::ledger::account::Hold;
use crate::ledger::command::{Fingerprint, Order, Refund};
use crate::ledger::entry::{Credit, Redeemed, SaleCredit};
use crate::ledger::lot::LotId;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What all members share, and how much of it is used.
pub type Shared = Map<SharedId, i64>;

/// Records by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    /// Idempotency keys used, and for what.
    pub keys: BTreeMap<Key, Fingerprint>,
    /// Paid orders.
    pub orders: BTreeMap<OrderId, OrderRecord>,
    /// Holds that have ended.
    pub holds: BTreeMap<HoldId, HoldRecord>,
    /// Friends whom this member brought.
    pub friends: BTreeMap<AccountId, FriendRecord>,
    /// What the shop named; of a bonus its lot.
    pub named: BTreeMap<Named, Option<LotId>>,
    /// Sales to other members that this one made.
    pub sales: BTreeMap<(AccountId, OrderId), SaleRecord>,
    /// On the account of what all members share: how much is used.
    pub shared: Shared,
}

/// Something that the shop named, so that it counts once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// A time of an event.
    Event(EventName, Reference),
    /// A bonus, with the reference of its event; the latest of those without one.
    Bonus(BonusId, Option<Reference>),
    /// A use of a privilege.
    Privilege(PrivilegeId, Reference),
    /// A payment of a membership.
    Payment(Reference),
}

/// What was booked for an order, and how much of it was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// The order as booked.
    pub order: Arc<Order>,
    /// The programme version that decided it.
    pub programme: Version,
    /// The shop-local day of booking.
    pub day: Day,
    /// Whether it was handed over.
    pub fulfilled: bool,
    /// Per line, in the order's order.
    pub lines: Vec<LineRecord>,
    /// What it earned, by lot.
    pub credits: Vec<CreditRecord>,
    /// What it earned its seller.
    pub sale: Vec<SaleCreditRecord>,
    /// Rewards that paid for part of it.
    pub redeemed: Vec<Redeemed>,
    /// Points of each of `redeemed` that were restored.
    pub restored: Vec<Points>,
    /// Refunds booked.
    pub refunds: Vec<Refund>,
    /// The referral this order completed.
    pub referral: Option<ReferralRecord>,
}

/// One line of a booked order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRecord {
    /// Its earning basis, which also counts towards the tier.
    pub spend: Decimal,
    /// How much of the line's amount was refunded.
    pub refunded: Money,
    /// How much of its earning basis was taken back.
    pub spend_back: Decimal,
}

/// What an order earned in one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRecord {
    /// As booked.
    pub credit: Credit,
    /// How many of its points were taken back, per line of the order.
    pub back: Vec<Points>,
}

/// What an order earned its seller in one wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleCreditRecord {
    /// As booked.
    pub credit: SaleCredit,
    /// How many of its points were taken back, per line of the order.
    pub back: Vec<Points>,
}

/// The friend's side of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralRecord {
    /// Whose link it was.
    pub advocate: AccountId,
    /// The lot the friend's points went to.
    pub lot: LotId,
    /// How many points.
    pub points: Points,
    /// The order's spend below which they are taken back.
    pub minimum: Money,
    /// Whether they were taken back.
    pub revoked: bool,
}

/// A hold that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRecord {
    /// The hold.
    pub hold: Hold,
    /// How it ended.
    pub end: HoldEnd,
    /// The day on which it was captured or went back.
    pub day: Day,
    /// The lot that the reward gave, where it gives one.
    pub gave: Option<LotId>,
}

/// How a hold ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldEnd {
    /// Its points were spent; on an order, once one was paid with it.
    Captured(Option<OrderId>),
    /// Its points were spent, and what they bought was handed over.
    Fulfilled,
    /// Its points were spent, and went back because what they bought will not be handed over.
    Cancelled,
    /// Its points went back on request.
    Released,
    /// Its points went back because its time ran out.
    TimedOut,
}

/// The advocate's side of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendRecord {
    /// The friend's order.
    pub order: OrderId,
    /// The lot the advocate's points went to.
    pub lot: LotId,
    /// How many points.
    pub points: Points,
    /// The day on which it counts towards levels.
    pub day: Day,
    /// Whether they were taken back.
    pub revoked: bool,
}

/// A sale to another member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaleRecord {
    /// The buyer's entry that was heard last.
    pub seq: u64,
    /// The lots it made here, by wallet, and what they are worth now.
    pub lots: Vec<(LotId, WalletId, Points)>,
}
