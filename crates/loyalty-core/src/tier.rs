//! Levels, and the standing that decides them.

use crate::code::Code;
use crate::exact;
use crate::ids::LevelId;
use crate::money::Money;
use crate::time::{Day, Period, Span};
use rust_decimal::Decimal;

/// A level of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Names the level.
    pub id: LevelId,
    /// What shoppers read.
    pub name: Box<str>,
    /// The spend in the window that reaches it; reached at exactly this amount.
    pub from: Money,
    /// What points are multiplied by, 1 to 100 with at most 4 decimals.
    pub multiplier: Decimal,
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

/// What happens when the window holds less than the level asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Downgrade {
    /// The lower level from the very day.
    #[default]
    AtOnce,
    /// A level once reached stays.
    Never,
    /// The lower level when the spend has been short for longer than this.
    AfterGrace(Span),
    /// The lower level from the first day of the next month or year.
    AtPeriodEnd(Period),
}

/// Which days' spend counts towards a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The days of a span that ends today.
    Rolling(Span),
    /// The days of this month or year so far.
    Calendar(Period),
    /// All days.
    Lifetime,
}

/// The tiers of a programme: levels by spend in a window that ends today (M14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    pub(crate) window: Window,
    pub(crate) timing: Timing,
    pub(crate) downgrade: Downgrade,
    pub(crate) levels: Vec<Level>,
}

/// The next level up, and what is missing to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next<'a> {
    /// The level.
    pub level: &'a Level,
    /// Spend still missing.
    pub missing: Decimal,
}

impl Tiers {
    /// # Errors
    /// `levels_not_rising` with the index of the first level that does not ask more than the one before.
    pub fn new(
        window: Window,
        timing: Timing,
        downgrade: Downgrade,
        levels: Vec<Level>,
    ) -> Result<Self, (usize, Code)> {
        let falls =
            levels.iter().zip(levels.iter().skip(1)).position(|(a, b)| b.from.amount() <= a.from.amount());
        match falls {
            Some(index) => Err((index.saturating_add(1), Code::LevelsNotRising)),
            None => Ok(Self { window, timing, downgrade, levels }),
        }
    }

    /// The levels, lowest first.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// What was spent in the window that ends on `today`.
    pub(crate) fn spend(&self, history: &[(Day, Decimal)], today: Day) -> Result<Decimal, Code> {
        let start = match self.window {
            Window::Rolling(span) => today.window_start(span),
            Window::Calendar(period) => today.start_of(period),
            Window::Lifetime => Day::default(),
        };
        let within = history.iter().filter(|(day, _)| start <= *day && *day <= today);
        let mut spend = exact::sum(within.map(|(_, spend)| *spend))?;
        spend.rescale(self.levels.first().map_or(0, |level| level.from.currency().minor()));
        Ok(spend)
    }

    /// The level on a day, given the level held so far and spend of that day that is not yet history.
    ///
    /// A level that is kept for a while is the highest of all days of that while: a pure function of the
    /// history, so that nothing has to be remembered and a refund corrects it afterwards.
    pub(crate) fn level(
        &self,
        history: &[(Day, Decimal)],
        today: Day,
        more: Decimal,
        held: Option<&LevelId>,
    ) -> Result<Option<&Level>, Code> {
        let mut spend = exact::add(self.spend(history, today)?, more)?;
        let since = match self.downgrade {
            Downgrade::AtOnce | Downgrade::Never => today,
            // Days of a while that ends today; today itself is none of the days of grace.
            Downgrade::AfterGrace(span) => today.before(span),
            Downgrade::AtPeriodEnd(period) => today.start_of(period),
        };
        // Between two days of the history spend only leaves the window.
        let days = history.iter().map(|(day, _)| *day).filter(|day| since < *day && *day < today);
        for day in core::iter::once(since).chain(days).filter(|day| *day < today) {
            spend = spend.max(self.spend(history, day)?);
        }
        let reached = self.levels.iter().rev().find(|level| level.from.amount() <= spend);
        let held = held.and_then(|id| self.levels.iter().find(|level| level.id == *id));
        let kept = held.filter(|held| {
            self.downgrade == Downgrade::Never
                && reached.is_none_or(|reached| reached.from.amount() < held.from.amount())
        });
        Ok(kept.or(reached))
    }

    /// The first level that asks more than `spend` and is above `held`.
    pub(crate) fn next(&self, spend: Decimal, held: Option<&LevelId>) -> Option<Next<'_>> {
        let floor =
            held.and_then(|id| self.levels.iter().find(|level| level.id == *id)).map(|l| l.from.amount());
        self.levels
            .iter()
            .find(|level| {
                level.from.amount() > spend && floor.is_none_or(|floor| level.from.amount() > floor)
            })
            .and_then(|level| Some(Next { level, missing: exact::sub(level.from.amount(), spend).ok()? }))
    }
}
