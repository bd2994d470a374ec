//! A member's account: the position every decision starts from, and the book of records it may need.

use crate::code::Code;
use crate::command::{Fingerprint, Order, Refund};
use crate::entry::{BookedLine, Redeemed};
use crate::ids::{AccountId, HoldId, Key, LevelId, OrderId, RewardId};
use crate::lot::{Lot, LotId};
use crate::money::Money;
use crate::points::Points;
use crate::time::{Day, Instant, Moment};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A member's account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Everything a decision needs, whatever the command.
    pub position: Position,
    /// Records by name; a host need only load those that [`crate::Command::rows`] lists.
    pub book: Book,
}

/// Where a member stands: small, whatever the length of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// Entries appended so far.
    pub seq: u64,
    /// When the last one was; time never goes back behind it.
    pub last: Moment,
    /// Lots with points left, oldest first.
    pub lots: Vec<Lot>,
    /// Open holds, oldest first.
    pub holds: Vec<Hold>,
    /// Points owed: reversed after they were spent.
    pub debt: Points,
    /// Earning basis of paid orders by day, less refunds, oldest first.
    pub spend: Vec<(Day, Decimal)>,
    /// The tier level.
    pub level: Option<LevelId>,
    /// The last day on which the member earned points or took a reward.
    pub active: Day,
    /// Orders paid.
    pub orders: u64,
    /// Friends whose reward waits to become spendable.
    pub friends_waiting: u64,
    /// Friends whose reward waits no longer.
    pub friends_rewarded: u64,
}

/// Points set aside for a reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Names the hold.
    pub id: HoldId,
    /// For which reward.
    pub reward: RewardId,
    /// How many points.
    pub points: Points,
    /// What they are worth on the cart they were held for.
    pub value: Money,
    /// The parts of lots they came from.
    pub parts: Vec<Lot>,
    /// When it lapses; usable before this instant, no longer at it.
    pub until: Instant,
}

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
}

/// What was booked for an order, and how much of it was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// The order as booked.
    pub order: Arc<Order>,
    /// The shop-local day of booking.
    pub day: Day,
    /// The lot its points went to.
    pub lot: LotId,
    /// Per line, in the order's order.
    pub lines: Vec<LineRecord>,
    /// Rewards that paid for part of it.
    pub redeemed: Vec<Redeemed>,
    /// Points of `redeemed` that were restored.
    pub restored: Points,
    /// Refunds booked.
    pub refunds: Vec<Refund>,
    /// The referral this order completed.
    pub referral: Option<ReferralRecord>,
}

/// One line of a booked order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRecord {
    /// What was booked.
    pub booked: BookedLine,
    /// How much of the line's amount was refunded.
    pub refunded: Money,
    /// How much of its earning basis was taken back.
    pub spend_back: Decimal,
    /// How many of its points were taken back.
    pub points_back: Points,
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
}

/// How a hold ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldEnd {
    /// Its points were spent; on an order, once one was paid with it.
    Captured(Option<OrderId>),
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
    /// Whether they were taken back.
    pub revoked: bool,
}

impl Position {
    /// Spendable points: vested, not expired, not held.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn available(&self) -> Result<Points, Code> {
        Points::sum(self.lots.iter().filter(|lot| lot.vested()).map(|lot| lot.points))
    }

    /// Points that have not vested.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn pending(&self) -> Result<Points, Code> {
        Points::sum(self.lots.iter().filter(|lot| !lot.vested()).map(|lot| lot.points))
    }

    /// Points in open holds.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn held(&self) -> Result<Points, Code> {
        Points::sum(self.holds.iter().map(|hold| hold.points))
    }
}
