//! What points buy (M21 to M25).

use crate::ground::ids::{CauseId, DrawId, RewardId, WalletId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::rules::privilege::Uses;
use crate::rules::select::Select;
use crate::rules::when::When;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A reward of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    /// Names the reward.
    pub id: RewardId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// Whose points it takes.
    pub wallet: WalletId,
    /// The price in points; 0 for a benefit that costs nothing. For a chosen number, the rate's points.
    pub points: Points,
    /// The cart total from which it can be taken.
    pub minimum: Money,
    /// The spendable points from which it can be taken.
    pub balance: Points,
    /// When, and by whom.
    pub when: When,
    /// How often a member can take it.
    pub uses: Option<Uses>,
    /// How often all members together can take it.
    pub stock: Option<u64>,
    /// Taken with every cart that it can be taken with, without being asked for.
    pub automatic: bool,
    /// What it gives.
    pub kind: RewardKind,
}

/// What a reward gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RewardKind {
    /// A fixed amount off; never more than is due.
    MoneyOff {
        /// The amount.
        value: Money,
    },
    /// A share of the lines it takes off, rounded down to the minor unit.
    PercentOff {
        /// The share in percent, above 0 to 100, with at most 4 decimals.
        percent: Decimal,
        /// The most it gives.
        cap: Option<Money>,
        /// Which lines; delivery and gift certificates are never among them.
        select: Select,
    },
    /// Part of the cart is paid with a chosen number of points: every `points` of the reward pay `value`, pro
    /// rata, rounded down to the minor unit.
    PayWithPoints {
        /// The rate's value.
        value: Money,
        /// The chosen number is a multiple of this.
        step: Points,
        /// The smallest number that can be chosen.
        least: Points,
        /// The largest share of the cart total, in percent with at most 4 decimals, that rewards may pay together with this one.
        max_share: Decimal,
    },
    /// The delivery lines off.
    FreeDelivery {
        /// The most it gives.
        cap: Option<Money>,
    },
    /// Pieces of a product off: the cheapest pieces of the lines it takes.
    FreeProduct {
        /// Which lines.
        select: Select,
        /// How many pieces, at least 1.
        pieces: u32,
    },
    /// Money in a wallet of gift certificates (M23).
    Certificate {
        /// Which wallet.
        wallet: WalletId,
        /// How much.
        value: Money,
    },
    /// Money for a cause (M25).
    Donation {
        /// Which.
        cause: CauseId,
        /// How much the shop gives.
        value: Money,
    },
    /// Something that is handed over outside the cart: a thing, an experience, an invitation (M24).
    Gift {
        /// What it is worth, for advice.
        value: Money,
        /// What is to be done.
        instructions: Arc<str>,
    },
    /// A ticket of a draw (M24).
    Ticket {
        /// Which draw.
        draw: DrawId,
    },
}

impl RewardKind {
    /// Whether it takes something off a cart; else it is handed over outside one.
    #[must_use]
    pub const fn on_cart(&self) -> bool {
        matches!(
            self,
            Self::MoneyOff { .. }
                | Self::PercentOff { .. }
                | Self::PayWithPoints { .. }
                | Self::FreeDelivery { .. }
                | Self::FreeProduct { .. }
        )
    }
}

/// What happens when a reward is asked for more points than can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OverAsk {
    /// It is refused.
    #[default]
    Refuse,
    /// It takes as many as it can.
    Clamp,
}
