//! The ledger's rows: appended, never changed, complete enough to fold without the rules.

use crate::command::{Command, Fingerprint, Order, Refund};
use crate::ids::{AccountId, HoldId, Key, LevelId, LineId, OrderId, RewardId, RuleId, Version};
use crate::lot::{Lot, LotId};
use crate::money::Money;
use crate::points::Points;
use crate::programme::Role;
use crate::time::{Day, Instant, Moment};
use rust_decimal::Decimal;
use std::sync::Arc;

/// One appended, immutable row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Dense from 1.
    pub seq: u64,
    /// When it was appended; never before the entry before it.
    pub moment: Moment,
    /// The programme version that decided it.
    pub programme: Version,
    /// The command's idempotency key.
    pub key: Key,
    /// The command's fingerprint.
    pub fingerprint: Fingerprint,
    /// What happened.
    pub event: Event,
}

/// Points taken from one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Which lot.
    pub lot: LotId,
    /// How many.
    pub points: Points,
}

impl From<&Lot> for Taken {
    fn from(part: &Lot) -> Self {
        Self { lot: part.id, points: part.points }
    }
}

/// Points taken back, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClawBack {
    /// From lots.
    pub taken: Vec<Taken>,
    /// Already spent: owed, and recovered from the next points that vest.
    pub debt: Points,
    /// Already spent: written off.
    pub written_off: Points,
}

/// What a paid order earned on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedLine {
    /// Which line.
    pub line: LineId,
    /// The line's earning basis, which also counts towards the tier.
    pub spend: Decimal,
    /// Its points.
    pub points: Points,
}

/// One explained part of an accrual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A rule gave points for an amount: `points_per` for every `per`.
    Rate {
        /// Which rule.
        rule: RuleId,
        /// The earning basis the rule took.
        amount: Decimal,
        /// The rate's points.
        points_per: Points,
        /// The rate's amount.
        per: Money,
        /// Whole groups of `per` in `amount`, where the rule counts in groups over the whole order.
        groups: Option<Points>,
        /// Points given.
        points: Points,
    },
    /// A rule gave points for pieces.
    Pieces {
        /// Which rule.
        rule: RuleId,
        /// How many pieces it took.
        pieces: u64,
        /// Points for each.
        points_per: Points,
        /// Points given.
        points: Points,
    },
    /// The tier multiplied them.
    Tier {
        /// Which level.
        level: LevelId,
        /// By how much.
        multiplier: Decimal,
        /// Points added.
        points: Points,
    },
}

impl Step {
    /// Points this step gave.
    #[must_use]
    pub const fn points(&self) -> Points {
        match self {
            Self::Rate { points, .. } | Self::Pieces { points, .. } | Self::Tier { points, .. } => *points,
        }
    }
}

/// What a refund took back on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundedLine {
    /// Which line.
    pub line: LineId,
    /// How much of its amount.
    pub amount: Money,
    /// How much of its earning basis.
    pub spend: Decimal,
    /// Its points.
    pub points: Points,
}

/// A captured hold that paid for part of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// Which hold.
    pub hold: HoldId,
    /// For which reward.
    pub reward: RewardId,
    /// How many points.
    pub points: Points,
    /// What they paid of the order.
    pub value: Money,
    /// The parts of lots they came from.
    pub parts: Vec<Lot>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An order was paid; its holds are captured, its points credited.
    OrderPaid {
        /// The order as booked.
        order: Arc<Order>,
        /// Per line, in the order's order.
        lines: Vec<BookedLine>,
        /// Rewards that paid for part of it.
        redeemed: Vec<Redeemed>,
        /// Why that many points; sums to `points`.
        steps: Vec<Step>,
        /// Points credited, as lot number `seq`.
        points: Points,
        /// The day on which they vest; none at once.
        vests_on: Option<Day>,
        /// Their last usable day; none for ever.
        last_day: Option<Day>,
        /// Why the referral named in the order was not taken, if one was named and was not.
        referral: Option<crate::code::Code>,
    },
    /// A pending lot became spendable.
    Vested {
        /// Which lot.
        lot: LotId,
        /// How many points.
        points: Points,
        /// The day it was due.
        due: Day,
    },
    /// What was left of a lot expired.
    Expired {
        /// Which lot.
        lot: LotId,
        /// How many points.
        points: Points,
        /// Its last usable day.
        last_day: Day,
    },
    /// Points were set aside.
    Held {
        /// Names the hold.
        hold: HoldId,
        /// For which reward.
        reward: RewardId,
        /// How many points.
        points: Points,
        /// What they are worth on the cart they were held for.
        value: Money,
        /// The parts of lots they came from.
        parts: Vec<Lot>,
        /// When the hold lapses; usable before this instant, no longer at it.
        until: Instant,
    },
    /// Held points were spent.
    Captured {
        /// Which hold.
        hold: HoldId,
        /// How many points.
        points: Points,
    },
    /// Held points went back to their lots.
    Released {
        /// Which hold.
        hold: HoldId,
        /// How many points.
        points: Points,
        /// Whether its time ran out.
        timed_out: bool,
    },
    /// An order was refunded, wholly or in part.
    Refunded {
        /// Which order.
        order: OrderId,
        /// The shop-local day the order was booked on.
        day: Day,
        /// The refund as asked.
        refund: Refund,
        /// Per refunded line.
        lines: Vec<RefundedLine>,
        /// Where the points were taken from.
        back: ClawBack,
        /// Points spent on the order that return, as parts of lots.
        restored: Vec<Lot>,
    },
    /// Debt was recovered from spendable points.
    Repaid {
        /// How many points.
        points: Points,
        /// From which lots.
        taken: Vec<Taken>,
    },
    /// The member's tier changed.
    TierChanged {
        /// The level before.
        from: Option<LevelId>,
        /// The level from now on.
        to: Option<LevelId>,
        /// The spend in the window that decided it.
        spend: Decimal,
    },
    /// A referral earned points, as lot number `seq`.
    ReferralRewarded {
        /// Whose side this account is on.
        role: Role,
        /// The account on the other side.
        other: AccountId,
        /// The friend's order.
        order: OrderId,
        /// The shop-local day of that order.
        day: Day,
        /// The spend below which it falls when the order is refunded.
        minimum: Money,
        /// How many points.
        points: Points,
        /// The day on which they vest; none at once.
        vests_on: Option<Day>,
        /// Their last usable day; none for ever.
        last_day: Option<Day>,
    },
    /// A referral's points were taken back.
    ReferralRevoked {
        /// Whose side this account is on.
        role: Role,
        /// The account on the other side.
        other: AccountId,
        /// The friend's order.
        order: OrderId,
        /// Where the points were taken from.
        back: ClawBack,
        /// Whether the points had not vested yet.
        pending: bool,
    },
}

/// Names a stored record of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowId {
    /// An order.
    Order(OrderId),
    /// A hold that has ended.
    Hold(HoldId),
    /// A friend whom this member brought.
    Friend(AccountId),
}

/// A command one account sends to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// To whom.
    pub to: AccountId,
    /// What is asked there.
    pub command: Command,
}

impl ClawBack {
    /// All points taken back, from lots and as debt.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn points(&self) -> Result<Points, crate::code::Code> {
        Points::sum(self.taken.iter().map(|t| t.points))?.plus(self.debt)
    }
}

impl Command {
    /// The records a host must load before it lets this command be decided.
    #[must_use]
    pub fn rows(&self) -> Vec<RowId> {
        match self {
            Self::PayOrder(order) => core::iter::once(RowId::Order(order.id.clone()))
                .chain(order.cart.holds().iter().cloned().map(RowId::Hold))
                .collect(),
            Self::Refund { order, .. } => vec![RowId::Order(order.clone())],
            Self::Hold { hold, cart, .. } => {
                core::iter::once(hold).chain(cart.holds()).cloned().map(RowId::Hold).collect()
            }
            Self::Capture { hold } | Self::Release { hold } => vec![RowId::Hold(hold.clone())],
            Self::RewardReferral { friend, .. } | Self::RevokeReferral { friend, .. } => {
                vec![RowId::Friend(friend.clone())]
            }
        }
    }
}

impl Event {
    /// The records this event writes.
    #[must_use]
    pub fn rows(&self) -> Vec<RowId> {
        match self {
            Self::OrderPaid { order, redeemed, .. } => core::iter::once(RowId::Order(order.id.clone()))
                .chain(redeemed.iter().map(|r| RowId::Hold(r.hold.clone())))
                .collect(),
            Self::Refunded { order, .. } => vec![RowId::Order(order.clone())],
            Self::Captured { hold, .. } | Self::Released { hold, .. } => vec![RowId::Hold(hold.clone())],
            Self::ReferralRewarded { role, other, order, .. }
            | Self::ReferralRevoked { role, other, order, .. } => match role {
                Role::Friend => vec![RowId::Order(order.clone())],
                Role::Advocate => vec![RowId::Friend(other.clone())],
            },
            Self::Vested { .. }
            | Self::Expired { .. }
            | Self::Held { .. }
            | Self::Repaid { .. }
            | Self::TierChanged { .. } => vec![],
        }
    }

    /// How the event changes what the member owns in all: available + pending + held − debt.
    #[must_use]
    pub fn change(&self) -> i64 {
        let signed = |points: Points| i64::try_from(points.get()).unwrap_or(i64::MAX);
        let all = |parts: &[Lot]| parts.iter().fold(0_i64, |sum, lot| sum.saturating_add(signed(lot.points)));
        let back = |back: &ClawBack| {
            back.taken.iter().fold(signed(back.debt), |sum, t| sum.saturating_add(signed(t.points)))
        };
        match self {
            Self::OrderPaid { points, .. } | Self::ReferralRewarded { points, .. } => signed(*points),
            Self::Expired { points, .. } | Self::Captured { points, .. } => {
                0_i64.saturating_sub(signed(*points))
            }
            Self::Refunded { back: b, restored, .. } => all(restored).saturating_sub(back(b)),
            Self::ReferralRevoked { back: b, .. } => 0_i64.saturating_sub(back(b)),
            Self::Vested { .. }
            | Self::Held { .. }
            | Self::Released { .. }
            | Self::Repaid { .. }
            | Self::TierChanged { .. } => 0,
        }
    }
}

impl Entry {
    /// What this entry asks of another account.
    ///
    /// The friend's side of a referral tells the advocate's.
    #[must_use]
    pub fn message(&self, account: &AccountId) -> Option<Message> {
        match &self.event {
            Event::ReferralRewarded { role: Role::Friend, other, order, day, .. } => Some(Message {
                to: other.clone(),
                command: Command::RewardReferral { friend: account.clone(), order: order.clone(), day: *day },
            }),
            Event::ReferralRevoked { role: Role::Friend, other, order, .. } => Some(Message {
                to: other.clone(),
                command: Command::RevokeReferral { friend: account.clone(), order: order.clone() },
            }),
            _ => None,
        }
    }
}
