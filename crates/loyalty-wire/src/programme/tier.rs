//! Tiers.

use crate::document::{LevelRule, TierRules, WindowRules};
use crate::part::Part;
use crate::programme::parts::{length, name, span};
use crate::programme::when::MOST_NAMED;
use crate::words::DowngradeName;
use loyalty_core::{Code, Downgrade, Level, Metric, Points, TierParts, Tiers, Window};
use rust_decimal::Decimal;

/// The most tier levels.
const MOST_LEVELS: u64 = 20;

#[inline(never)]
pub(super) fn tiers(part: &Part<'_>) -> Option<Tiers> {
    part.expect(TierRules::NAMES, &[]);
    let metric = part.choice("metric");
    let window = match part.part("window") {
        Some(part) => window(&part),
        None => part.proved("window", Err(Code::Missing)),
    };
    let timing = part.choice("timing");
    let count = part.count(part.needed("levels"));
    part.within("levels", count as u64, 1, MOST_LEVELS);
    let levels = part.each("levels", usize::MAX, |part| level(part, metric));
    let complete = levels.len() == count;
    let soft_landing = part.flag("soft_landing");
    let downgrade = downgrade(part, soft_landing);
    let refund_keeps = part.given_choice("refund_keeps");
    let parts = TierParts { metric, window: window?, timing, downgrade, soft_landing, refund_keeps, levels };
    match Tiers::new(parts) {
        Err((index, code)) if complete => part.wrong_item("levels", index, "from", code),
        tiers => tiers.ok(),
    }
}

#[inline(never)]
fn window(part: &Part<'_>) -> Option<Window> {
    part.expect(WindowRules::NAMES, &[]);
    let (days, months) = (part.given_number("days"), part.given_number("months"));
    match (
        days.or(months).is_some(),
        part.given_choice("calendar"),
        part.flag("member_year"),
        part.flag("lifetime"),
    ) {
        (false, Some(period), false, false) => Some(Window::Calendar(period)),
        (false, None, true, false) => Some(Window::MemberYear),
        (false, None, false, true) => Some(Window::Lifetime),
        (_, None, false, false) => span(part, days, months).map(Window::Rolling),
        _ => part.wrong_whole(Code::AmountAmbiguous),
    }
}

#[inline(never)]
fn downgrade(part: &Part<'_>, soft_landing: bool) -> Downgrade {
    let name = part.choice("downgrade");
    let (grace, period) = (length(part, "grace"), part.given_choice("period"));
    let kept = matches!(name, DowngradeName::AfterGrace | DowngradeName::AtPeriodEnd);
    part.unused(part.has("grace") && name != DowngradeName::AfterGrace, "grace");
    part.unused(part.has("period") && name != DowngradeName::AtPeriodEnd, "period");
    part.unused(soft_landing && !kept, "soft_landing");
    let needed = |field| {
        if !part.has(field) {
            part.proved::<()>(field, Err(Code::Missing));
        }
        Downgrade::Never
    };
    match name {
        DowngradeName::AtOnce => Downgrade::AtOnce,
        DowngradeName::Never => Downgrade::Never,
        DowngradeName::AfterGrace => grace.map_or_else(|| needed("grace"), Downgrade::AfterGrace),
        DowngradeName::AtPeriodEnd => period.map_or_else(|| needed("period"), Downgrade::AtPeriodEnd),
    }
}

#[inline(never)]
fn level(part: &Part<'_>, metric: Metric) -> Option<Level> {
    part.expect(LevelRule::NAMES, &[]);
    let id = part.given(part.needed("id"));
    let multiplier = part.factor("multiplier").unwrap_or(Decimal::ONE);
    let field = part.needed("from");
    let from = match metric {
        Metric::Spend | Metric::Purchase => part.money(field).map(|money| money.amount()),
        Metric::Points | Metric::Orders | Metric::Visits | Metric::Referrals => {
            part.decimal(field).and_then(|given| part.proved(field, whole(given)))
        }
    };
    Some(Level {
        name: name(part),
        segments: part.list("segments", MOST_NAMED),
        from: from?,
        multiplier,
        id: id?,
    })
}

/// A whole number of things that are counted.
#[inline(never)]
fn whole(given: Decimal) -> Result<Decimal, Code> {
    let mut number = given.normalize();
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
