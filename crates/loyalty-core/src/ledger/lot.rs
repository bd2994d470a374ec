//! What is left of one accrual.

use crate::ground::ids::{AccountId, BonusId, HoldId, OrderId, PartnerId, Reference, WalletId};
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::time::{Day, Instant, Moment};
use crate::rules::wallet::Wait;

/// A lot's number: lots of an account are numbered from 1 in the order in which they were made.
pub type LotId = u64;

/// Where a lot's points came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A paid order.
    Order(OrderId),
    /// A friend's welcome, with the advocate who brought them.
    Welcome(AccountId),
    /// A referral, with the friend who was brought.
    Referral(AccountId),
    /// A bonus.
    Bonus(BonusId),
    /// A sale to another account.
    Sale(AccountId),
    /// Points of another wallet.
    Exchange(WalletId),
    /// Another account that gave them.
    Transfer(AccountId),
    /// A reward that gives points of another wallet.
    Reward(HoldId),
    /// A correction by the merchant.
    Adjustment(Reference),
    /// Points spent on a refunded order.
    Refund(OrderId),
}

/// What is left of one accrual: points, what they wait for, when they expire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Number, rising with time.
    pub id: LotId,
    /// Which wallet they are in.
    pub wallet: WalletId,
    /// Where the points came from.
    pub source: Source,
    /// Points left, at least 1.
    pub points: Points,
    /// What they wait for; none once they can be spent.
    pub wait: Option<Wait>,
    /// The last day on which they can be spent, to its end in shop time; none for ever.
    pub last_day: Option<Day>,
    /// On that day they can be spent before this instant only; none to the day's end.
    pub until: Option<Instant>,
    /// The shop of a coalition that owes what they are worth.
    pub issuer: Option<PartnerId>,
}

impl Lot {
    /// Whether the points are spendable.
    #[must_use]
    pub const fn vested(&self) -> bool {
        self.wait.is_none()
    }

    /// The day on which they become spendable, where they wait for a day.
    #[must_use]
    pub const fn vests_on(&self) -> Option<Day> {
        match self.wait {
            Some(Wait::Day(day)) => Some(day),
            _ => None,
        }
    }

    /// Whether the last usable moment is over.
    #[must_use]
    pub fn over(&self, now: Moment) -> bool {
        self.last_day.is_some_and(|last| last < now.day) || self.until.is_some_and(|until| until <= now.at)
    }
}

/// Soonest to expire first, lots that never expire last, on a tie the older lot.
pub(crate) fn in_spending_order<'a>(lots: impl IntoIterator<Item = &'a Lot>) -> Vec<&'a Lot> {
    let end = |lot: &Lot| {
        (lot.last_day.map_or(i32::MAX, Day::get), lot.until.map_or(i64::MAX, Instant::get), lot.id)
    };
    sorted(lots.into_iter().collect(), |one: &&Lot, other| end(one) < end(other))
}
