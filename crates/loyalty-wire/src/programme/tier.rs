//! Levels proved.

use crate::document::{Length, LevelRule, TierRules, WindowRules};
use crate::programme::proof::{Proof, setting};
use crate::programme::when::MOST_NAMED;
use crate::read::Path;
use crate::text::As;
use crate::words::DowngradeName;
use loyalty_core::{Code, Downgrade, Level, Metric, Points, TierParts, Tiers, Window};
use rust_decimal::Decimal;

/// The most tier levels.
const MOST_LEVELS: usize = 20;

impl Proof<'_> {
    pub(super) fn tiers(&mut self, tiers: &TierRules) -> Option<Tiers> {
        let at = Path::Root.field("tiers");
        let window = match &tiers.window {
            Some(window) => self.window(window, &at.field("window")),
            None => self.faults.check(&at.field("window"), Err(Code::Missing)),
        };
        let list = at.field("levels");
        self.within(tiers.levels.len() as u64, 1, MOST_LEVELS as u64, &list);
        let metric = setting(tiers.metric.as_ref());
        let levels = tiers.levels.iter().enumerate();
        let levels: Vec<_> =
            levels.map(|(index, level)| self.level(level, metric, &list.item(index))).collect();
        let downgrade = self.downgrade(tiers, &at);
        let parts = TierParts {
            metric,
            window: window?,
            timing: setting(tiers.timing.as_ref()),
            downgrade: downgrade?,
            soft_landing: tiers.soft_landing.unwrap_or(false),
            refund_keeps: tiers.refund_keeps.as_ref().map(|period| period.0),
            levels: levels.into_iter().collect::<Option<_>>()?,
        };
        match Tiers::new(parts) {
            Ok(tiers) => Some(tiers),
            Err((index, code)) => self.faults.check(&list.item(index).field("from"), Err(code)),
        }
    }

    fn window(&mut self, rules: &WindowRules, at: &Path<'_>) -> Option<Window> {
        let (member_year, lifetime) = (rules.member_year.unwrap_or(false), rules.lifetime.unwrap_or(false));
        match (rules.days, rules.months, &rules.calendar, member_year, lifetime) {
            (None, None, Some(period), false, false) => Some(Window::Calendar(period.0)),
            (None, None, None, true, false) => Some(Window::MemberYear),
            (None, None, None, false, true) => Some(Window::Lifetime),
            (days, months, None, false, false) => {
                self.span(&Length { days, months }, at).map(Window::Rolling)
            }
            _ => self.faults.check(at, Err(Code::AmountAmbiguous)),
        }
    }

    fn downgrade(&mut self, tiers: &TierRules, at: &Path<'_>) -> Option<Downgrade> {
        let name = setting(tiers.downgrade.as_ref());
        let kept = matches!(name, DowngradeName::AfterGrace | DowngradeName::AtPeriodEnd);
        self.unused(tiers.grace.is_some() && name != DowngradeName::AfterGrace, &at.field("grace"));
        self.unused(tiers.period.is_some() && name != DowngradeName::AtPeriodEnd, &at.field("period"));
        self.unused(tiers.soft_landing == Some(true) && !kept, &at.field("soft_landing"));
        match (name, &tiers.grace, &tiers.period) {
            (DowngradeName::AtOnce, ..) => Some(Downgrade::AtOnce),
            (DowngradeName::Never, ..) => Some(Downgrade::Never),
            (DowngradeName::AfterGrace, Some(grace), _) => {
                self.span(grace, &at.field("grace")).map(Downgrade::AfterGrace)
            }
            (DowngradeName::AfterGrace, None, _) => self.faults.check(&at.field("grace"), Err(Code::Missing)),
            (DowngradeName::AtPeriodEnd, _, Some(period)) => Some(Downgrade::AtPeriodEnd(period.0)),
            (DowngradeName::AtPeriodEnd, _, None) => {
                self.faults.check(&at.field("period"), Err(Code::Missing))
            }
        }
    }

    fn level(&mut self, level: &LevelRule, metric: Metric, at: &Path<'_>) -> Option<Level> {
        let given = level.multiplier.as_ref().map_or(Decimal::ONE, |factor| factor.0);
        let multiplier = self.factor(given, &at.field("multiplier"));
        let from_at = at.field("from");
        let from = match metric {
            Metric::Spend | Metric::Purchase => self.money(&level.from, &from_at).map(|money| money.amount()),
            Metric::Points | Metric::Orders | Metric::Visits | Metric::Referrals => {
                self.faults.check(&from_at, whole(&level.from))
            }
        };
        Some(Level {
            id: level.id.0.clone(),
            name: self.name(&level.name, at),
            segments: self.list(&level.segments, MOST_NAMED, &at.field("segments")),
            from: from?,
            multiplier: multiplier?,
        })
    }
}

/// A whole number of things that are counted.
fn whole(given: &As<Decimal>) -> Result<Decimal, Code> {
    let mut number = given.0.normalize();
    if number < Decimal::ZERO {
        return Err(Code::AmountNegative);
    }
    if number.scale() > 0 {
        return Err(Code::AmountTooFine);
    }
    if number > Points::MAX.get().into() {
        return Err(Code::AmountTooLarge);
    }
    number.set_sign_positive(true);
    Ok(number)
}
