//! Campaigns: for a time, for some, more points (M08).

use crate::ground::ids::CampaignId;
use crate::ground::points::Points;
use crate::ground::time::Day;
use crate::rules::select::Select;
use crate::rules::when::When;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A campaign: rules that belong to it, and a multiplier of what rules give on the lines it takes, its own among
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Names the campaign.
    pub id: CampaignId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// When it is in force, and for whom.
    pub when: When,
    /// Which lines it multiplies.
    pub select: Select,
    /// What points are multiplied by, above 0 to 100 with at most 4 decimals.
    pub multiplier: Option<Decimal>,
    /// Of two campaigns the one of the higher priority comes first.
    pub priority: u32,
    /// On a line that an exclusive campaign takes, the first of them is the only multiplier, the tier's left out
    /// too.
    pub exclusive: bool,
    /// The most it adds to one order.
    pub most: Option<Points>,
    /// The most it gives a member in all.
    pub most_per_member: Option<Points>,
    /// The most it gives to all members together; then it ends.
    pub budget: Option<Points>,
    /// Its points become spendable not before this day.
    pub credited_on: Option<Day>,
}

/// How several multipliers go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stacking {
    /// 1.5 and 2 are 3.
    #[default]
    Multiply,
    /// 1.5 and 2 are 2.5: what each adds is added.
    Add,
    /// 1.5 and 2 are 2.
    Best,
}

/// Whether multipliers come before rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Multiplying {
    /// The exact points are multiplied and rounded once: 3.9 × 2 is 7.
    #[default]
    BeforeRounding,
    /// The rounded points are multiplied, and rounded again: 3.9 × 2 is 6.
    AfterRounding,
}
