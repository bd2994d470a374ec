//! Levels, and what decides them.

use crate::document::Length;
use crate::part::outline;
use crate::text::As;
use crate::words::DowngradeName;
use loyalty_core::{LevelId, Metric, Period, SegmentId, Timing};
use rust_decimal::Decimal;

outline! {
    /// Levels by what a member did in a window that ends today.
    pub struct TierRules {
        /// What counts: the earning basis of paid orders; the largest such sum of one shop-local day; points that
        /// orders earned in the main wallet; paid orders; events named `visit`; friends whose first order was
        /// paid. Each less what was taken back. Default `spend`.
        metric: Option<As<Metric>>,
        /// Which days count; needed where the profile has none.
        window: Option<WindowRules>,
        /// Whether the order being paid counts; default `including_order`. Its own points never count for it, as
        /// the level decides them.
        timing: Option<As<Timing>>,
        /// What happens when less is in the window: the lower level at once, never, after `grace`, or
        /// with the next `period`. Default `at_once`.
        downgrade: Option<As<DowngradeName>>,
        /// How long the window may hold too little; needed with `after_grace`, and only there.
        grace: Option<Length>,
        /// The part of the calendar; needed with `at_period_end`, and only there.
        period: Option<As<Period>>,
        /// `true`: a member falls one level at a time, one for each grace or period; only with `after_grace` and
        /// `at_period_end`. Default `false`.
        soft_landing: Option<bool>,
        /// A refund lowers the level only with the next month or year; default at once.
        refund_keeps: Option<As<Period>>,
        /// Lowest first, at most 20.
        levels: Vec<LevelRule>,
    }
}

outline! {
    /// Which days count towards a level: exactly one of these.
    pub struct WindowRules {
        /// The last so many days, today included, 1 to 3650.
        days: Option<u32>,
        /// The last so many months, 1 to 3650.
        months: Option<u32>,
        /// This month or year so far.
        calendar: Option<As<Period>>,
        /// `true`: the days since the last anniversary of the member's first day.
        member_year: Option<bool>,
        /// `true`: all days.
        lifetime: Option<bool>,
    }
}

outline! {
    /// A tier level.
    pub struct LevelRule {
        /// Unique among the levels.
        id: As<LevelId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// How much of the metric reaches it; reached at exactly this much. An amount for `spend` and `purchase`,
        /// a whole number to 9007199254740991 for the others.
        from: As<Decimal>,
        /// What points are multiplied by, above 0, at most 100, with at most 4 decimals; default 1.
        multiplier: Option<As<Decimal>>,
        /// Members of one of these segments have it at least, at most 50.
        segments: Option<Vec<As<SegmentId>>>,
    }
}
