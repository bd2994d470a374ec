//! The stored form of an account, version 1: its position and its records.

use crate::cart::Order;
use crate::read::{Faults, Path, record};
use crate::request::Refund;
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{
    AccountId, Code, Currency, Day, HoldId, Instant, LevelId, LineId, Moment, Money, OrderId, RewardId,
    Source,
};
use rust_decimal::Decimal;
use std::sync::Arc;

record! {
    /// Where a member stands. Opaque to shops: hand it to the browser module.
    pub struct Position {
        /// Entries appended so far.
        seq: u64,
        /// When the last one was.
        at: As<Instant>,
        /// Its shop-local day.
        day: As<Day>,
        /// Lots with points left, oldest first.
        lots: Vec<Lot>,
        /// Open holds, oldest first.
        holds: Vec<Hold>,
        /// Points owed.
        debt: Whole,
        /// Earning basis by day.
        spend: Vec<Spend>,
        /// The tier level.
        level: Option<As<LevelId>>,
        /// The last day on which the member earned points or took a reward.
        active: As<Day>,
        /// Orders paid.
        orders: u64,
        /// Friends whose reward waits to become spendable.
        friends_waiting: u64,
        /// Friends whose reward waits no longer.
        friends_rewarded: u64,
    }
}

record! {
    /// Points of one accrual.
    pub struct Lot {
        /// Number, rising with time.
        id: u64,
        /// The order that earned them.
        order: Option<As<OrderId>>,
        /// The advocate who brought this friend.
        welcome: Option<As<AccountId>>,
        /// The friend who was brought.
        referral: Option<As<AccountId>>,
        /// How many.
        points: Whole,
        /// The day on which they become spendable.
        vests_on: Option<As<Day>>,
        /// Their last usable day.
        last_day: Option<As<Day>>,
    }
}

record! {
    /// Points set aside.
    pub struct Hold {
        /// Names the hold.
        id: As<HoldId>,
        /// For which reward.
        reward: As<RewardId>,
        /// How many points.
        points: Whole,
        /// What they are worth.
        value: As<Decimal>,
        /// ISO 4217 code of `value`.
        currency: As<Currency>,
        /// The parts of lots they came from.
        parts: Vec<Lot>,
        /// When the hold lapses.
        until: As<Instant>,
    }
}

record! {
    /// What was spent on a day.
    pub struct Spend {
        /// The day.
        day: As<Day>,
        /// Earning basis of paid orders, less refunds.
        amount: As<Decimal>,
    }
}

record! {
    /// What was booked for an order, and taken back of it.
    pub struct OrderRecord {
        /// Storage version, 1.
        v: u32,
        /// The order as booked.
        order: Order,
        /// The day of booking.
        day: As<Day>,
        /// The lot of its points.
        lot: u64,
        /// Per line.
        lines: Vec<LineRecord>,
        /// Rewards that paid for part of it.
        redeemed: Vec<Redeemed>,
        /// Points of them that were restored.
        restored: Whole,
        /// Refunds booked.
        refunds: Vec<Refund>,
        /// The referral it completed.
        referral: Option<ReferralRecord>,
    }
}

record! {
    /// A booked line.
    pub struct LineRecord {
        /// Which line.
        id: As<LineId>,
        /// Its earning basis.
        spend: As<Decimal>,
        /// Its points.
        points: Whole,
        /// Refunded of its amount.
        refunded: As<Decimal>,
        /// Taken back of its basis.
        spend_back: As<Decimal>,
        /// Taken back of its points.
        points_back: Whole,
    }
}

record! {
    /// A captured hold that paid for part of an order.
    pub struct Redeemed {
        /// Which hold.
        hold: As<HoldId>,
        /// For which reward.
        reward: As<RewardId>,
        /// How many points.
        points: Whole,
        /// What they paid.
        value: As<Decimal>,
        /// The parts of lots they came from.
        parts: Vec<Lot>,
    }
}

record! {
    /// The friend's side of a referral.
    pub struct ReferralRecord {
        /// Whose link it was.
        advocate: As<AccountId>,
        /// The lot of the friend's points.
        lot: u64,
        /// How many points.
        points: Whole,
        /// The order's spend below which they are taken back.
        minimum: As<Decimal>,
        /// Whether they were taken back.
        revoked: bool,
    }
}

record! {
    /// A hold that has ended.
    pub struct HoldRecord {
        /// Storage version, 1.
        v: u32,
        /// The hold.
        hold: Hold,
        /// `captured`, `released` or `timed_out`.
        end: String,
        /// The order it paid for.
        order: Option<As<OrderId>>,
    }
}

record! {
    /// The advocate's side of a referral.
    pub struct FriendRecord {
        /// Storage version, 1.
        v: u32,
        /// The friend's order.
        order: As<OrderId>,
        /// The lot of the advocate's points.
        lot: u64,
        /// How many points.
        points: Whole,
        /// Whether they were taken back.
        revoked: bool,
    }
}

/// A stored form that cannot be what was written.
const DAMAGED: Code = Code::EntryInconsistent;

impl From<&core::Position> for Position {
    fn from(p: &core::Position) -> Self {
        Self {
            seq: p.seq,
            at: As(p.last.at),
            day: As(p.last.day),
            lots: p.lots.iter().map(Lot::from).collect(),
            holds: p.holds.iter().map(Hold::from).collect(),
            debt: Whole(p.debt),
            spend: p.spend.iter().map(|(day, amount)| Spend { day: As(*day), amount: As(*amount) }).collect(),
            level: p.level.clone().map(As),
            active: As(p.active),
            orders: p.orders,
            friends_waiting: p.friends_waiting,
            friends_rewarded: p.friends_rewarded,
        }
    }
}

impl Position {
    /// # Errors
    /// `entry_inconsistent` when it cannot be what was stored.
    pub fn restore(self) -> Result<core::Position, Code> {
        Ok(core::Position {
            seq: self.seq,
            last: Moment { at: self.at.0, day: self.day.0 },
            lots: self.lots.into_iter().map(Lot::restore).collect::<Result<_, _>>()?,
            holds: self.holds.into_iter().map(Hold::restore).collect::<Result<_, _>>()?,
            debt: self.debt.0,
            spend: self.spend.into_iter().map(|spend| (spend.day.0, spend.amount.0)).collect(),
            level: self.level.map(|level| level.0),
            active: self.active.0,
            orders: self.orders,
            friends_waiting: self.friends_waiting,
            friends_rewarded: self.friends_rewarded,
        })
    }
}

impl From<&core::Lot> for Lot {
    fn from(lot: &core::Lot) -> Self {
        let (order, welcome, referral) = match &lot.source {
            Source::Order(order) => (Some(As(order.clone())), None, None),
            Source::Welcome(advocate) => (None, Some(As(advocate.clone())), None),
            Source::Referral(friend) => (None, None, Some(As(friend.clone()))),
        };
        Self {
            id: lot.id,
            order,
            welcome,
            referral,
            points: Whole(lot.points),
            vests_on: lot.vests_on.map(As),
            last_day: lot.last_day.map(As),
        }
    }
}

impl Lot {
    pub(crate) fn restore(self) -> Result<core::Lot, Code> {
        let source = match (self.order, self.welcome, self.referral) {
            (Some(order), None, None) => Source::Order(order.0),
            (None, Some(advocate), None) => Source::Welcome(advocate.0),
            (None, None, Some(friend)) => Source::Referral(friend.0),
            _ => return Err(DAMAGED),
        };
        Ok(core::Lot {
            id: self.id,
            source,
            points: self.points.0,
            vests_on: self.vests_on.map(|day| day.0),
            last_day: self.last_day.map(|day| day.0),
        })
    }
}

impl From<&core::Hold> for Hold {
    fn from(hold: &core::Hold) -> Self {
        Self {
            id: As(hold.id.clone()),
            reward: As(hold.reward.clone()),
            points: Whole(hold.points),
            value: As(hold.value.amount()),
            currency: As(hold.value.currency()),
            parts: hold.parts.iter().map(Lot::from).collect(),
            until: As(hold.until),
        }
    }
}

impl Hold {
    pub(crate) fn restore(self) -> Result<core::Hold, Code> {
        Ok(core::Hold {
            id: self.id.0,
            reward: self.reward.0,
            points: self.points.0,
            value: Money::new(self.value.0, self.currency.0)?,
            parts: self.parts.into_iter().map(Lot::restore).collect::<Result<_, _>>()?,
            until: self.until.0,
        })
    }
}

impl From<&core::Redeemed> for Redeemed {
    fn from(r: &core::Redeemed) -> Self {
        Self {
            hold: As(r.hold.clone()),
            reward: As(r.reward.clone()),
            points: Whole(r.points),
            value: As(r.value.amount()),
            parts: r.parts.iter().map(Lot::from).collect(),
        }
    }
}

impl Redeemed {
    pub(crate) fn restore(self, currency: Currency) -> Result<core::Redeemed, Code> {
        Ok(core::Redeemed {
            hold: self.hold.0,
            reward: self.reward.0,
            points: self.points.0,
            value: Money::new(self.value.0, currency)?,
            parts: self.parts.into_iter().map(Lot::restore).collect::<Result<_, _>>()?,
        })
    }
}

impl From<&core::OrderRecord> for OrderRecord {
    fn from(record: &core::OrderRecord) -> Self {
        let line = |line: &core::LineRecord| LineRecord {
            id: As(line.booked.line.clone()),
            spend: As(line.booked.spend),
            points: Whole(line.booked.points),
            refunded: As(line.refunded.amount()),
            spend_back: As(line.spend_back),
            points_back: Whole(line.points_back),
        };
        let referral = |r: &core::ReferralRecord| ReferralRecord {
            advocate: As(r.advocate.clone()),
            lot: r.lot,
            points: Whole(r.points),
            minimum: As(r.minimum.amount()),
            revoked: r.revoked,
        };
        Self {
            v: 1,
            order: Order::from(&*record.order),
            day: As(record.day),
            lot: record.lot,
            lines: record.lines.iter().map(line).collect(),
            redeemed: record.redeemed.iter().map(Redeemed::from).collect(),
            restored: Whole(record.restored),
            refunds: record.refunds.iter().map(Refund::from).collect(),
            referral: record.referral.as_ref().map(referral),
        }
    }
}

impl OrderRecord {
    pub(crate) fn restore(self) -> Result<core::OrderRecord, Code> {
        let currency = self.order.currency.0;
        let mut faults = Faults::default();
        let order = self.order.prove(&Path::Root, &mut faults).ok_or(DAMAGED)?;
        let line = |line: LineRecord| {
            Ok(core::LineRecord {
                booked: core::BookedLine { line: line.id.0, spend: line.spend.0, points: line.points.0 },
                refunded: Money::new(line.refunded.0, currency)?,
                spend_back: line.spend_back.0,
                points_back: line.points_back.0,
            })
        };
        let refund = |refund: Refund| refund.prove(&Path::Root, &mut Faults::default()).ok_or(DAMAGED);
        Ok(core::OrderRecord {
            order: Arc::new(order),
            day: self.day.0,
            lot: self.lot,
            lines: self.lines.into_iter().map(line).collect::<Result<_, Code>>()?,
            redeemed: self.redeemed.into_iter().map(|r| r.restore(currency)).collect::<Result<_, _>>()?,
            restored: self.restored.0,
            refunds: self.refunds.into_iter().map(refund).collect::<Result<_, _>>()?,
            referral: self.referral.map(|r| r.restore(currency)).transpose()?,
        })
    }
}

impl ReferralRecord {
    fn restore(self, currency: Currency) -> Result<core::ReferralRecord, Code> {
        Ok(core::ReferralRecord {
            advocate: self.advocate.0,
            lot: self.lot,
            points: self.points.0,
            minimum: Money::new(self.minimum.0, currency)?,
            revoked: self.revoked,
        })
    }
}

impl From<&core::HoldRecord> for HoldRecord {
    fn from(record: &core::HoldRecord) -> Self {
        let (end, order) = match &record.end {
            core::HoldEnd::Captured(order) => ("captured", order.clone().map(As)),
            core::HoldEnd::Released => ("released", None),
            core::HoldEnd::TimedOut => ("timed_out", None),
        };
        Self { v: 1, hold: Hold::from(&record.hold), end: end.to_owned(), order }
    }
}

impl HoldRecord {
    pub(crate) fn restore(self) -> Result<core::HoldRecord, Code> {
        let end = match self.end.as_str() {
            "captured" => core::HoldEnd::Captured(self.order.map(|order| order.0)),
            "released" => core::HoldEnd::Released,
            "timed_out" => core::HoldEnd::TimedOut,
            _ => return Err(DAMAGED),
        };
        Ok(core::HoldRecord { hold: self.hold.restore()?, end })
    }
}

impl From<&core::FriendRecord> for FriendRecord {
    fn from(r: &core::FriendRecord) -> Self {
        Self { v: 1, order: As(r.order.clone()), lot: r.lot, points: Whole(r.points), revoked: r.revoked }
    }
}

impl FriendRecord {
    pub(crate) fn restore(self) -> core::FriendRecord {
        core::FriendRecord {
            order: self.order.0,
            lot: self.lot,
            points: self.points.0,
            revoked: self.revoked,
        }
    }
}
