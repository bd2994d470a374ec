//! The programme document, field by field.

use crate::read::{record, variants};
use crate::text::{As, DowngradeName, MeasureName, Whole};
use loyalty_core::{
    Category, Currency, Day, Inclusion, LevelId, Period, RewardId, Rounding, RuleId, Scope, Shortfall, Timing,
};
use rust_decimal::Decimal;

record! {
    /// A loyalty programme.
    pub struct Document {
        /// The document's format, 1.
        format: u32,
        /// What shoppers read.
        name: String,
        /// ISO 4217 code of every amount.
        currency: As<Currency>,
        /// IANA time zone of the shop's calendar, such as `Europe/Budapest`.
        time_zone: String,
        /// How earned points become whole numbers; default down, over the order.
        rounding: Option<RoundingRules>,
        /// What of an order earns.
        basis: Option<BasisRules>,
        /// Earning rules; a line earns by each rule that takes it. At most 200.
        earning: Vec<EarningRule>,
        /// When earned points become spendable; default at once.
        vesting: Option<VestingRules>,
        /// When points expire; default never.
        expiry: Option<ExpiryRules>,
        /// Levels by spend.
        tiers: Option<TierRules>,
        /// What points buy. At most 200.
        rewards: Option<Vec<RewardRule>>,
        /// How long a hold lasts; default 15 minutes.
        holds: Option<HoldRules>,
        /// How refunds behave.
        refunds: Option<RefundRules>,
        /// Rewards for bringing friends.
        referral: Option<ReferralRules>,
    }
}

record! {
    /// How earned points become whole numbers.
    pub struct RoundingRules {
        /// Default `down`.
        mode: Option<As<Rounding>>,
        /// What is rounded on its own: the order's sum, each rule, or each rule on each line. Default `order`.
        scope: Option<As<Scope>>,
    }
}

record! {
    /// What of an order earns, and counts towards a tier.
    pub struct BasisRules {
        /// Tax contained in the amounts; default `in`.
        tax: Option<As<Inclusion>>,
        /// Delivery lines; default `out`.
        delivery: Option<As<Inclusion>>,
        /// Discounts already taken off; default `out`.
        discounts: Option<As<Inclusion>>,
        /// Value paid with points; default `out`.
        points: Option<As<Inclusion>>,
        /// Value paid with gift certificates; default `in`.
        certificates: Option<As<Inclusion>>,
    }
}

record! {
    /// So many points for every so much: 109.99 at 3 for every 10.00 is 32 pro rata, 30 in whole groups. Or so
    /// many for every piece.
    pub struct EarningRule {
        /// Unique among the rules.
        id: As<RuleId>,
        /// Points, 1 to 1000000, for every `per` or every piece.
        points: Whole,
        /// The amount that gives them, above 0; absent where pieces are counted.
        per: Option<As<Decimal>>,
        /// Default `pro_rata`.
        measure: Option<As<MeasureName>>,
        /// The earning basis of the whole order from which the rule gives anything; default 0.
        minimum: Option<As<Decimal>>,
        /// The most points it gives on one order, the tier's part included, at least 1; default no limit.
        most: Option<Whole>,
        /// Only lines in one of these categories, at most 200; default every line.
        only: Option<Vec<As<Category>>>,
        /// No lines in one of these categories, at most 200.
        except: Option<Vec<As<Category>>>,
    }
}

record! {
    /// When earned points become spendable.
    pub struct VestingRules {
        /// Days after the order, 0 to 3650; spendable from that shop-local day on. Default 0.
        days: Option<u32>,
        /// Points whose days are over wait in a pot that is worth nothing until it holds this many, at
        /// least 1; then all of them become spendable and the pot starts anew. Default no pot.
        threshold: Option<Whole>,
    }
}

record! {
    /// When points expire: at the end of the earliest day that any of these names, in shop time. At most one
    /// of `days` and `months`.
    pub struct ExpiryRules {
        /// Days after they were earned, 1 to 3650.
        days: Option<u32>,
        /// Months after they were earned, 1 to 3650.
        months: Option<u32>,
        /// `days` or `months` run on to the end of the month or year they end in.
        until_end_of: Option<As<Period>>,
        /// The last usable day of all points.
        on: Option<As<Day>>,
        /// The whole balance expires this long after the last day on which the member earned points or took
        /// a reward.
        inactivity: Option<Length>,
    }
}

record! {
    /// A length of calendar time: days or months, one of them, 1 to 3650.
    pub struct Length {
        /// Days.
        days: Option<u32>,
        /// Months; a month later is the same day of the month, or the month's last.
        months: Option<u32>,
    }
}

record! {
    /// Levels by spend in a window that ends today.
    pub struct TierRules {
        /// Which days count.
        window: WindowRules,
        /// Whether the order being paid counts; default `including_order`.
        timing: Option<As<Timing>>,
        /// What happens when the spend leaves the window: the lower level at once, never, after `grace`, or
        /// with the next `period`. Default `at_once`.
        downgrade: Option<As<DowngradeName>>,
        /// How long the spend may be short; needed with `after_grace`, and only there.
        grace: Option<Length>,
        /// The part of the calendar; needed with `at_period_end`, and only there.
        period: Option<As<Period>>,
        /// Lowest first, at most 20.
        levels: Vec<LevelRule>,
    }
}

record! {
    /// Which days' spend counts towards a level: exactly one of these.
    pub struct WindowRules {
        /// The last so many days, today included, 1 to 3650.
        days: Option<u32>,
        /// The last so many months, 1 to 3650.
        months: Option<u32>,
        /// This month or year so far.
        calendar: Option<As<Period>>,
        /// `true`: all days.
        lifetime: Option<bool>,
    }
}

record! {
    /// A tier level.
    pub struct LevelRule {
        /// Unique among the levels.
        id: As<LevelId>,
        /// What shoppers read.
        name: String,
        /// The spend that reaches it; reached at exactly this amount.
        from: As<Decimal>,
        /// What points are multiplied by, 1 to 100 with at most 4 decimals; default 1.
        multiplier: Option<As<Decimal>>,
    }
}

variants! {
    /// What points buy.
    pub enum RewardRule {
        /// A fixed amount off.
        MoneyOff = "money_off" {
            /// Unique among the rewards.
            id: As<RewardId>,
            /// What shoppers read.
            name: String,
            /// The price, at least 1.
            points: Whole,
            /// The amount off.
            value: As<Decimal>,
            /// The cart total from which it can be taken; default `value`.
            minimum: Option<As<Decimal>>,
        },
        /// A share of the cart off, rounded down to the minor unit.
        PercentOff = "percent_off" {
            /// Unique among the rewards.
            id: As<RewardId>,
            /// What shoppers read.
            name: String,
            /// The price, at least 1.
            points: Whole,
            /// Above 0, at most 100, with at most 4 decimals.
            percent: As<Decimal>,
            /// The most it gives.
            cap: Option<As<Decimal>>,
            /// The cart total from which it can be taken; default 0.
            minimum: Option<As<Decimal>>,
        },
        /// Part of the cart is paid with a chosen number of points.
        PayWithPoints = "pay_with_points" {
            /// Unique among the rewards.
            id: As<RewardId>,
            /// What shoppers read.
            name: String,
            /// The rate: so many points …
            points: Whole,
            /// … pay so much, pro rata, rounded down to the minor unit.
            value: As<Decimal>,
            /// The chosen number is a multiple of this; default 1.
            step: Option<Whole>,
            /// The smallest number that can be chosen; default `step`.
            minimum_points: Option<Whole>,
            /// The largest share of the cart total, in percent, that points may pay; default 100.
            max_share: Option<As<Decimal>>,
            /// The cart total from which it can be taken; default 0.
            minimum: Option<As<Decimal>>,
        },
    }
}

record! {
    /// How long a hold lasts.
    pub struct HoldRules {
        /// Minutes, 1 to 10080.
        minutes: u32,
    }
}

record! {
    /// How refunds behave.
    pub struct RefundRules {
        /// What happens to points that were spent already; default `debt`.
        shortfall: Option<As<Shortfall>>,
        /// Days restored points stay usable whose last day is over, 0 to 3650; default 30.
        grace_days: Option<u32>,
    }
}

record! {
    /// Rewards for bringing friends.
    pub struct ReferralRules {
        /// What the member earns whose link it was, at least 1.
        advocate: ReferralReward,
        /// What the friend earns.
        friend: ReferralReward,
        /// The spend of the friend's first order from which both are rewarded; default nothing.
        minimum: Option<As<Decimal>>,
        /// Days after that order until both rewards vest, 0 to 3650; default 14.
        return_days: Option<u32>,
    }
}

record! {
    /// One side of a referral.
    pub struct ReferralReward {
        /// How many points.
        points: Whole,
    }
}
