//! Levels, and the standing that decides them.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::{LevelId, SegmentId};
use crate::ground::time::{Day, Period, Span};
use crate::ledger::account::{Activity, Position};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A level of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Names the level.
    pub id: LevelId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// How much of the metric in the window reaches it; reached at exactly this much.
    pub from: Decimal,
    /// What points are multiplied by, above 0 to 100 with at most 4 decimals.
    pub multiplier: Decimal,
    /// Members of one of these segments have it at least (M19).
    pub segments: Vec<SegmentId>,
}

/// What counts towards a level (M14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metric {
    /// The earning basis of paid orders, less refunds.
    #[default]
    Spend,
    /// The largest spend of one shop-local day: a single purchase, where all receipts of a day are one.
    Purchase,
    /// Points that orders earned in the main wallet, less refunds.
    Points,
    /// Paid orders, less those refunded wholly.
    Orders,
    /// Events named `visit`.
    Visits,
    /// Friends whose first order was paid, less those taken back.
    Referrals,
}

/// Whether the order being paid counts towards the tier that decides its own points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    /// It does.
    #[default]
    IncludingOrder,
    /// It does not.
    BeforeOrder,
}

/// What happens when the window holds less than the level asks (M15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Downgrade {
    /// The lower level from the very day.
    #[default]
    AtOnce,
    /// A level once reached stays.
    Never,
    /// The lower level when the window has held too little for longer than this.
    AfterGrace(Span),
    /// The lower level from the first day of the next month or year.
    AtPeriodEnd(Period),
}

/// Which days count towards a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The days of a span that ends today.
    Rolling(Span),
    /// The days of this month or year so far.
    Calendar(Period),
    /// The days since the last anniversary of the member's first day.
    MemberYear,
    /// All days.
    Lifetime,
}

/// The settings of tiers, before they are proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierParts {
    /// What counts.
    pub metric: Metric,
    /// On which days.
    pub window: Window,
    /// Whether the order being paid counts for itself.
    pub timing: Timing,
    /// What happens when the window holds too little.
    pub downgrade: Downgrade,
    /// Whether a member falls one level at a time: one for each grace, or each month or year.
    pub soft_landing: bool,
    /// Where a refund lowers the level only with the next month or year, that; at once where not.
    pub refund_keeps: Option<Period>,
    /// The levels, lowest first.
    pub levels: Vec<Level>,
}

/// The tiers of a programme.
///
/// INVARIANT: every level asks more than the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers(TierParts);

/// The next level up, and what is missing to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next<'a> {
    /// The level.
    pub level: &'a Level,
    /// How much of the metric is still missing.
    pub missing: Decimal,
}

impl Tiers {
    /// # Errors
    /// `levels_not_rising` with the index of the first level that does not ask more than the one before.
    pub fn new(parts: TierParts) -> Result<Self, (usize, Code)> {
        let levels = &parts.levels;
        let falls = levels.iter().zip(levels.iter().skip(1)).position(|(a, b)| b.from <= a.from);
        match falls {
            Some(index) => Err((index.saturating_add(1), Code::LevelsNotRising)),
            None => Ok(Self(parts)),
        }
    }

    /// The parts.
    #[must_use]
    pub const fn parts(&self) -> &TierParts {
        &self.0
    }

    /// The levels, lowest first.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.0.levels
    }

    /// What counts.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.0.metric
    }

    pub(crate) const fn timing(&self) -> Timing {
        self.0.timing
    }

    pub(crate) const fn refund_keeps(&self) -> Option<Period> {
        self.0.refund_keeps
    }

    pub(crate) fn find(&self, id: &LevelId) -> Option<&Level> {
        self.0.levels.iter().find(|level| level.id == *id)
    }

    /// How much of the metric the window that ends on `today` holds, with `more` on that day.
    pub(crate) fn progress(&self, position: &Position, today: Day, more: &Activity) -> Result<Decimal, Code> {
        let metric = self.0.metric;
        let start = self.window_start(position, today);
        let within = position.activity.iter().filter(|(day, _)| start <= *day && *day <= today);
        let more = more.of(metric);
        let mut sum = if metric == Metric::Purchase {
            // All receipts of a day are one.
            let held = |(day, activity): &(Day, Activity)| {
                if *day == today { exact::add(activity.spend, more) } else { Ok(activity.spend) }
            };
            within.map(held).try_fold(more, |most, held| Ok(most.max(held?)))?
        } else {
            exact::add(exact::sum(within.map(|(_, activity)| activity.of(metric)))?, more)?
        };
        sum.rescale(self.0.levels.first().map_or(0, |level| level.from.scale()));
        Ok(sum)
    }

    /// The first day of the window that ends on a day; it never falls as days rise.
    fn window_start(&self, position: &Position, day: Day) -> Day {
        match self.0.window {
            Window::Rolling(span) => day.window_start(span),
            Window::Calendar(period) => day.start_of(period),
            Window::MemberYear => position.since.map_or(day, |since| day.last_anniversary(since)),
            Window::Lifetime => Day::default(),
        }
    }

    /// The level on a day whose window holds so much, and at least `floor`.
    ///
    /// A level that is kept for a while is the highest of all days of that while, with a soft landing less
    /// one for each while that has passed since: a pure function of the activity, so that nothing has to be
    /// remembered and a refund corrects it afterwards.
    pub(crate) fn level(
        &self,
        position: &Position,
        today: Day,
        progress: Decimal,
        floor: Option<&LevelId>,
    ) -> Result<Option<&Level>, Code> {
        let mut rung = self.reached(progress);
        let whiles = match self.0.downgrade {
            Downgrade::AtOnce | Downgrade::Never => 0,
            Downgrade::AfterGrace(_) | Downgrade::AtPeriodEnd(_) if !self.0.soft_landing => 1,
            Downgrade::AfterGrace(_) | Downgrade::AtPeriodEnd(_) => self.0.levels.len(),
        };
        let mut end = today;
        for fallen in 0..whiles {
            let start = match self.0.downgrade {
                Downgrade::AfterGrace(span) => end.before(span),
                Downgrade::AtPeriodEnd(period) if fallen == 0 => today.start_of(period),
                Downgrade::AtPeriodEnd(period) => end.before(Span::Days(1)).start_of(period),
                Downgrade::AtOnce | Downgrade::Never => break,
            };
            if start == end && fallen > 0 {
                break;
            }
            let best = self.best(position, start, end)?;
            rung = rung.max(best.saturating_sub(fallen));
            end = start;
        }
        let held = (self.0.downgrade == Downgrade::Never).then_some(position.level.as_ref()).flatten();
        let kept = position.kept_level.as_ref().filter(|kept| today <= kept.through).map(|kept| &kept.level);
        let in_segment =
            |level: &Level| level.segments.iter().any(|segment| position.segments.contains(segment));
        for (index, level) in self.0.levels.iter().enumerate() {
            let at_least = [held, kept, floor].into_iter().flatten().any(|id| *id == level.id);
            if at_least || in_segment(level) {
                rung = rung.max(index.saturating_add(1));
            }
        }
        Ok(rung.checked_sub(1).and_then(|index| self.0.levels.get(index)))
    }

    /// The highest rung of the days from `start` to before `end`. Between two days of activity the window
    /// only loses, so those days and the first are enough. The window slides over them.
    fn best(&self, position: &Position, start: Day, end: Day) -> Result<usize, Code> {
        let metric = self.0.metric;
        let (mut coming, mut leaving) =
            (position.activity.iter().peekable(), position.activity.iter().peekable());
        let days = position.activity.iter().map(|(day, _)| *day).filter(|day| start < *day);
        let mut sum = Decimal::ZERO;
        let mut best = 0;
        for day in core::iter::once(start).chain(days).filter(|day| *day < end) {
            while let Some((_, activity)) = coming.next_if(|(known, _)| *known <= day) {
                sum = exact::add(sum, activity.of(metric))?;
            }
            let from = self.window_start(position, day);
            while let Some((_, activity)) = leaving.next_if(|(known, _)| *known < from && *known <= day) {
                sum = exact::sub(sum, activity.of(metric))?;
            }
            let held = if metric == Metric::Purchase {
                let within = leaving.clone().take_while(|(known, _)| *known <= day);
                within.map(|(_, activity)| activity.of(metric)).max().unwrap_or_default()
            } else {
                sum
            };
            best = best.max(self.reached(held));
        }
        Ok(best)
    }

    /// How many levels ask no more than this.
    fn reached(&self, progress: Decimal) -> usize {
        self.0.levels.iter().take_while(|level| no_more(level.from, progress)).count()
    }

    /// The first level that asks more than `progress` and is above `held`.
    pub(crate) fn next(&self, progress: Decimal, held: Option<&LevelId>) -> Option<Next<'_>> {
        let rung = |id: &LevelId| self.0.levels.iter().position(|level| level.id == *id);
        let above_held = held.and_then(rung).map_or(0, |rung| rung.saturating_add(1));
        let level = self.0.levels.get(self.reached(progress).max(above_held))?;
        Some(Next { level, missing: exact::sub(level.from, progress).ok()? })
    }
}

/// Whether one is not more than the other; numbers of one scale, as progress and what levels ask are, by their digits.
fn no_more(one: Decimal, other: Decimal) -> bool {
    if one.scale() == other.scale() { one.mantissa() <= other.mantissa() } else { one <= other }
}
