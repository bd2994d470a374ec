//! Paid memberships: a fee buys a level or perks for a term (M18).

use crate::ground::ids::{LevelId, MembershipId};
use crate::ground::money::Money;
use crate::ground::time::Span;
use std::sync::Arc;

/// A membership that can be bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Names the membership.
    pub id: MembershipId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// What a term costs.
    pub fee: Money,
    /// How long a term lasts.
    pub term: Span,
    /// The level its members have at least.
    pub level: Option<LevelId>,
    /// What of the fee comes back when it is cancelled.
    pub refund: FeeRefund,
}

/// What of a membership's fee comes back when it is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeeRefund {
    /// The share of the days that are left after today, rounded down to the minor unit: with 365 days paid and
    /// 73 used, 292 of 365 parts.
    #[default]
    ProRata,
    /// Nothing.
    Nothing,
}
