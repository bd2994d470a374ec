//! What is left of one accrual.

use crate::ids::{AccountId, OrderId};
use crate::points::Points;
use crate::time::Day;

/// A lot's number: the sequence number of the entry that made it.
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
}

/// What is left of one accrual: points, when they vest, when they expire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Number, rising with time.
    pub id: LotId,
    /// Where the points came from.
    pub source: Source,
    /// Points left, at least 1.
    pub points: Points,
    /// The day on which they become spendable; none once they have.
    pub vests_on: Option<Day>,
    /// The last day on which they can be spent, to its end in shop time; none for ever.
    pub last_day: Option<Day>,
}

impl Lot {
    /// Whether the points are spendable.
    #[must_use]
    pub const fn vested(&self) -> bool {
        self.vests_on.is_none()
    }

    /// Whether the last usable day is over on `day`.
    #[must_use]
    pub fn over(&self, day: Day) -> bool {
        self.last_day.is_some_and(|last| last < day)
    }
}

/// Soonest to expire first, lots that never expire last, on a tie the older lot.
pub(crate) fn in_spending_order<'a>(lots: impl IntoIterator<Item = &'a Lot>) -> Vec<&'a Lot> {
    let mut lots: Vec<&Lot> = lots.into_iter().collect();
    lots.sort_unstable_by_key(|lot| (lot.last_day.is_none(), lot.last_day, lot.id));
    lots
}
