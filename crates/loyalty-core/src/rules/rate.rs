//! Earning rules: so many points for so much.

use crate::ground::ids::{CampaignId, RuleId, WalletId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::rules::select::Select;
use crate::rules::when::When;

/// What a rule's points are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Every so much, above 0, in proportion: at 3 for every 10.00, 109.99 gives 32.997.
    ProRata(Money),
    /// Every so much, above 0, in whole groups: at 3 for every 10.00, 109.99 gives 30.
    Groups {
        /// How much.
        per: Money,
        /// Whether what is left over counts towards the next order; else it is dropped.
        carry: bool,
    },
    /// Every piece of a line that has anything to pay: at 5 for a piece, 3 pieces give 15.
    Pieces,
    /// Every order of which the rule takes anything to pay.
    Order,
    /// Every minor unit of gift certificates sold: what was paid is in the wallet.
    GiftCards,
}

/// What is rounded on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// The sum of all rules over the whole order, once.
    #[default]
    Order,
    /// Each rule over the whole order.
    Rule,
    /// Each rule on each line.
    Line,
}

/// Whether something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inclusion {
    /// It counts.
    In,
    /// It does not.
    Out,
}

/// What of an order earns, and counts towards a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// Tax contained in the amounts.
    pub tax: Inclusion,
    /// Delivery lines.
    pub delivery: Inclusion,
    /// Discounts already taken off.
    pub discounts: Inclusion,
    /// Value paid with points.
    pub points: Inclusion,
    /// Value paid with gift certificates.
    pub certificates: Inclusion,
}

impl Default for Basis {
    /// Tax in, delivery out, after discounts, not on value paid with points; gift certificates count as
    /// payment.
    fn default() -> Self {
        Self {
            tax: Inclusion::In,
            delivery: Inclusion::Out,
            discounts: Inclusion::Out,
            points: Inclusion::Out,
            certificates: Inclusion::In,
        }
    }
}

/// Who gets what a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Beneficiary {
    /// Who buys.
    #[default]
    Member,
    /// The member of staff whose sale it is (M11).
    Seller,
}

/// An earning rule: so many points for so much (M01, M02, M09).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Names the rule.
    pub id: RuleId,
    /// Where the points go.
    pub wallet: WalletId,
    /// Who gets them.
    pub to: Beneficiary,
    /// Points, at least 1.
    pub points: Points,
    /// What they are for.
    pub measure: Measure,
    /// Which lines it takes.
    pub select: Select,
    /// When it is in force, and for whom.
    pub when: When,
    /// The campaign it belongs to: in force with it, paid from its budget, credited on its day.
    pub campaign: Option<CampaignId>,
    /// Of rules that are exclusive the one of the highest priority, on a tie the first, takes a line.
    pub priority: u32,
    /// On a line that an exclusive rule takes, no other rule of its wallet gives anything.
    pub exclusive: bool,
    /// The earning basis of the whole order from which the rule gives anything.
    pub minimum: Money,
    /// The pieces of the lines it takes from which it gives anything.
    pub least_pieces: u32,
    /// The most it gives on one order.
    pub most: Option<Points>,
    /// The most it gives a member on one shop-local day.
    pub most_per_day: Option<Points>,
    /// The most it gives a member in all.
    pub most_per_member: Option<Points>,
}

impl Rate {
    /// Whether what is left over of its groups is carried to the next order.
    pub(crate) const fn carries(&self) -> bool {
        matches!(self.measure, Measure::Groups { carry: true, .. })
    }
}
