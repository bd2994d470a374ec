//! What points buy.

use crate::code::Code;
use crate::exact;
use crate::ids::RewardId;
use crate::money::Money;
use crate::points::Points;
use crate::rounding::Rounding;
use crate::split::whole_points;
use rust_decimal::Decimal;

/// A reward of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    /// Names the reward.
    pub id: RewardId,
    /// What shoppers read.
    pub name: Box<str>,
    /// The cart total from which it can be taken.
    pub minimum: Money,
    /// What it gives for what.
    pub kind: RewardKind,
}

/// What a reward gives for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RewardKind {
    /// A fixed amount off for a fixed number of points.
    MoneyOff {
        /// The price.
        points: Points,
        /// The amount off; never more than is due.
        value: Money,
    },
    /// A share of the cart off for a fixed number of points, rounded down to the minor unit.
    PercentOff {
        /// The price.
        points: Points,
        /// The share in percent, above 0 to 100.
        percent: Decimal,
        /// The most it gives.
        cap: Option<Money>,
    },
    /// Part of the cart is paid with a chosen number of points: every `points` pay `value`, pro rata,
    /// rounded down to the minor unit.
    PayWithPoints {
        /// The rate's points.
        points: Points,
        /// The rate's value.
        value: Money,
        /// The chosen number is a multiple of this.
        step: Points,
        /// The smallest number that can be chosen.
        least: Points,
        /// The largest share of the cart total, in percent, that rewards may pay together with this one.
        max_share: Decimal,
    },
}

/// What a cart offers a reward.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// The sum of all lines.
    pub(crate) total: Money,
    /// What rewards pay already.
    pub(crate) redeemed: Money,
    /// Points that can be spent.
    pub(crate) usable: Points,
}

/// What is taken and given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) points: Points,
    pub(crate) value: Money,
}

impl Reward {
    /// What `asked` points of this reward take and give on a cart.
    pub(crate) fn price(&self, room: Room, asked: Option<Points>) -> Result<Price, Code> {
        let due = self.open(room)?;
        let price = match &self.kind {
            RewardKind::MoneyOff { points, value } => fixed(asked, *points, value.at_most(due)?)?,
            RewardKind::PercentOff { points, percent, cap } => {
                let off = room.total.part(*percent, Decimal::ONE_HUNDRED, Rounding::Down)?;
                let capped = cap.map_or(Ok(off), |cap| off.at_most(cap))?;
                fixed(asked, *points, capped.at_most(due)?)?
            }
            RewardKind::PayWithPoints { points, value, step, least, .. } => {
                let asked = asked.ok_or(Code::PointsMissing)?;
                if over_step(asked, *step) != 0 {
                    return Err(Code::PointsNotInSteps);
                }
                let worth = value.part(asked.get().into(), points.get().into(), Rounding::Down)?;
                if asked < *least || worth.is_zero() {
                    return Err(Code::BelowMinimum);
                }
                if worth.amount() > self.payable(room)?.amount() {
                    return Err(Code::AboveMaximum);
                }
                Price { points: asked, value: worth }
            }
        };
        if price.points > room.usable { Err(Code::InsufficientPoints) } else { Ok(price) }
    }

    /// The largest number of points that [`Self::price`] takes on a cart from this member, for a reward paid
    /// with a chosen number.
    pub(crate) fn most(&self, room: Room) -> Result<Points, Code> {
        let RewardKind::PayWithPoints { points, value, step, .. } = &self.kind else {
            return Ok(Points::ZERO);
        };
        let payable = self.payable(room)?;
        let product = exact::mul(payable.amount(), points.get().into())?;
        let most = whole_points(Rounding::Down.whole(product, value.amount())?)?.min(room.usable);
        Points::new(most.get().saturating_sub(over_step(most, *step)))
    }

    /// The smallest number of points it takes.
    pub(crate) const fn least(&self) -> Points {
        match &self.kind {
            RewardKind::MoneyOff { points, .. } | RewardKind::PercentOff { points, .. } => *points,
            RewardKind::PayWithPoints { least, .. } => *least,
        }
    }

    /// What is due, where the cart is open to this reward.
    fn open(&self, room: Room) -> Result<Money, Code> {
        let due = room.total.above(room.redeemed)?;
        if due.is_zero() {
            Err(Code::NothingDue)
        } else if room.total.amount() < self.minimum.amount() {
            Err(Code::MinimumNotReached)
        } else {
            Ok(due)
        }
    }

    /// How much may still be paid with points on this cart.
    fn payable(&self, room: Room) -> Result<Money, Code> {
        let due = room.total.above(room.redeemed)?;
        match &self.kind {
            RewardKind::PayWithPoints { max_share, .. } => {
                let share = room.total.part(*max_share, Decimal::ONE_HUNDRED, Rounding::Down)?;
                share.above(room.redeemed)?.at_most(due)
            }
            _ => Ok(due),
        }
    }
}

/// What `points` is more than a multiple of `step`; nothing where there is no step.
fn over_step(points: Points, step: Points) -> u64 {
    points.get().checked_rem(step.get()).unwrap_or(0)
}

fn fixed(asked: Option<Points>, points: Points, value: Money) -> Result<Price, Code> {
    if asked.is_some() { Err(Code::PointsNotTaken) } else { Ok(Price { points, value }) }
}
