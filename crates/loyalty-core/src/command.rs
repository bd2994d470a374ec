//! Requests to change an account.

use crate::cart::Cart;
use crate::ids::{AccountId, HoldId, Key, LineId, OrderId, RefundId, RewardId};
use crate::money::Money;
use crate::points::Points;
use crate::time::Day;
use std::sync::Arc;

/// The first 16 bytes of SHA-256 over a command's canonical text: what the key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 16]);

/// A command with its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whose account.
    pub account: AccountId,
    /// The same key never books twice.
    pub key: Key,
    /// What the key stands for.
    pub fingerprint: Fingerprint,
    /// What is asked.
    pub command: Command,
}

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// An order was paid: capture its rewards, credit its points.
    PayOrder(Arc<Order>),
    /// An order, or a part of it, was refunded.
    Refund {
        /// Which order.
        order: OrderId,
        /// Which refund of it, and of what.
        refund: Refund,
    },
    /// Set points aside for a reward.
    Hold {
        /// Names the new hold.
        hold: HoldId,
        /// Which reward.
        reward: RewardId,
        /// How many points, for a reward paid with a chosen number.
        points: Option<Points>,
        /// The cart the reward is taken for.
        cart: Cart,
    },
    /// The held points are spent.
    Capture {
        /// Which hold.
        hold: HoldId,
    },
    /// The held points go back.
    Release {
        /// Which hold.
        hold: HoldId,
    },
    /// A friend's first order was paid.
    RewardReferral {
        /// The friend's account.
        friend: AccountId,
        /// The friend's order.
        order: OrderId,
        /// The shop-local day of that order.
        day: Day,
    },
    /// That order was refunded below the minimum.
    RevokeReferral {
        /// The friend's account.
        friend: AccountId,
        /// The friend's order.
        order: OrderId,
    },
}

/// A paid order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The shop's name for it.
    pub id: OrderId,
    /// What was bought.
    pub cart: Cart,
    /// The account whose link brought this shopper.
    pub advocate: Option<AccountId>,
}

/// One refund of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The shop's name for it; the same name never refunds twice.
    pub id: RefundId,
    /// The parts given back; none means all that is left of the order.
    pub lines: Vec<RefundLine>,
}

/// What is given back of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// Which line.
    pub line: LineId,
    /// How much of it.
    pub part: Part,
}

/// How much of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All that is left.
    Rest,
    /// An amount of what was charged for it.
    Amount(Money),
}
