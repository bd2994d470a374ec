//! Rewards for bringing friends (M29).

use crate::ground::money::Money;
use crate::ground::points::Points;

/// Rewards for bringing friends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// What the advocate earns, at least 1.
    pub advocate: Points,
    /// What the friend earns.
    pub friend: Points,
    /// The spend of the friend's first order from which both are rewarded.
    pub minimum: Money,
    /// Days after that order until the rewards vest: the return window, 0 to 3650.
    pub return_days: u32,
}

/// The two sides of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Whose link it was.
    Advocate,
    /// Who followed it.
    Friend,
}
