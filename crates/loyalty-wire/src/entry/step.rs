//! The explained parts of what an order earns.

use crate::form::{Form, variant_forms};
use crate::read::variants;
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{CampaignId, Currency, LevelId, Limited, Money, RuleId};
use rust_decimal::Decimal;

variants! {
    /// One explained part of what an order earns.
    pub enum Step {
        /// A rule gave points: `points_per` for every `per` of `amount`.
        Rate = "rate" {
            /// Which rule.
            rule: As<RuleId>,
            /// The earning basis the rule took.
            amount: As<Decimal>,
            /// The rate's points.
            points_per: Whole,
            /// The rate's amount.
            per: As<Decimal>,
            /// ISO 4217 code of the amounts.
            currency: As<Currency>,
            /// Whole groups of `per` in `amount`, for a rule in groups.
            groups: Option<Whole>,
            /// What was left over of the order before, and counted in.
            carried: Option<As<Decimal>>,
            /// Points given.
            points: Whole,
        },
        /// A rule gave points for pieces.
        Pieces = "pieces" {
            /// Which rule.
            rule: As<RuleId>,
            /// How many pieces it took.
            pieces: u64,
            /// Points for each.
            points_per: Whole,
            /// Points given.
            points: Whole,
        },
        /// A rule gave points for the order.
        Order = "order" {
            /// Which rule.
            rule: As<RuleId>,
            /// Points given.
            points: Whole,
        },
        /// Gift certificates were sold.
        GiftCards = "gift_cards" {
            /// Which rule.
            rule: As<RuleId>,
            /// What they are worth.
            amount: As<Decimal>,
            /// Points given.
            points: Whole,
        },
        /// The tier multiplied them.
        Tier = "tier" {
            /// Which level.
            level: As<LevelId>,
            /// By how much.
            multiplier: As<Decimal>,
            /// Points added; below zero where the multiplier is below 1.
            points: i64,
        },
        /// A campaign multiplied them.
        Campaign = "campaign" {
            /// Which.
            campaign: As<CampaignId>,
            /// By how much.
            multiplier: As<Decimal>,
            /// Points added; below zero where the multiplier is below 1.
            points: i64,
        },
        /// A limit took points away.
        Limited = "limited" {
            /// The rule or campaign whose limit it is.
            by: String,
            /// Which limit.
            limit: As<Limited>,
            /// Points taken away.
            points: Whole,
        },
    }
}

variant_forms! {
    Step = Step {
        Pieces { rule, pieces, points_per, points }
        Order { rule, points }
        GiftCards { rule, amount, points }
        Tier { level, multiplier, points }
        Campaign { campaign, multiplier, points }
        Limited { by, limit, points }
    }
    write {
        core::Step::Rate { rule, amount, points_per, per, groups, carried, points } => Self::Rate {
            rule: As(rule.clone()),
            amount: As(*amount),
            points_per: Whole(*points_per),
            per: As(per.amount()),
            currency: As(per.currency()),
            groups: Form::of(groups),
            carried: Form::of(carried),
            points: Whole(*points),
        },
    }
    restore {
        Self::Rate { rule, amount, points_per, per, currency, groups, carried, points } => core::Step::Rate {
            rule: rule.0,
            amount: amount.0,
            points_per: points_per.0,
            per: Money::new(per.0, currency.0)?,
            groups: groups.restore()?,
            carried: carried.restore()?,
            points: points.0,
        },
    }
}
