//! Earning rules, campaigns and bonuses.

use crate::document::{BonusRule, CampaignRule, EarningRule};
use crate::part::Part;
use crate::programme::parts::{LONGEST, length, name, select, wallet_or};
use crate::programme::when::{birthday, when};
use crate::words::MeasureName;
use loyalty_core::{Bonus, Campaign, Code, Limit, Measure, Money, Occasion, Period, Rate, WalletId};

/// The most points of a rate.
const MOST_POINTS: u64 = 1_000_000;
/// The largest priority, and the largest minimum of pieces.
const LARGEST: u32 = 1_000_000;

#[inline(never)]
pub(super) fn rate(part: &Part<'_>, main: &WalletId) -> Option<Rate> {
    part.expect(EarningRule::NAMES, &[]);
    let id = part.given(part.needed("id"));
    Some(Rate {
        to: part.choice("to"),
        points: part.points(part.needed("points"), 1, MOST_POINTS).unwrap_or_default(),
        measure: measure(part),
        select: select(part),
        when: when(part),
        exclusive: part.flag("exclusive"),
        minimum: part.money_or_zero("minimum"),
        least_pieces: part.number("minimum_pieces", 0, (1, LARGEST)),
        most: part.at_least_one("most"),
        most_per_day: part.at_least_one("most_per_day"),
        most_per_member: part.at_least_one("most_per_member"),
        priority: priority(part),
        wallet: wallet_or(part, main),
        campaign: part.given("campaign"),
        id: id?,
    })
}

#[inline(never)]
fn measure(part: &Part<'_>) -> Measure {
    let per = part.some_money("per").unwrap_or(Money::zero(part.currency));
    let name = part.choice("measure");
    let carry = part.flag("carry");
    part.unused(part.has("carry") && name != MeasureName::Groups, "carry");
    let (measure, by_amount) = match name {
        MeasureName::ProRata => (Measure::ProRata(per), true),
        MeasureName::Groups => (Measure::Groups { per, carry }, true),
        MeasureName::Pieces => (Measure::Pieces, false),
        MeasureName::Order => (Measure::Order, false),
        MeasureName::GiftCards => {
            part.proved("wallet", if part.has("wallet") { Ok(()) } else { Err(Code::Missing) });
            (Measure::GiftCards, false)
        }
    };
    if by_amount != part.has("per") {
        part.proved::<()>("per", Err(if by_amount { Code::Missing } else { Code::UnknownField }));
    }
    measure
}

#[inline(never)]
fn priority(part: &Part<'_>) -> u32 {
    part.number("priority", 0, (0, LARGEST))
}

#[inline(never)]
pub(super) fn campaign(part: &Part<'_>) -> Option<Campaign> {
    part.expect(CampaignRule::NAMES, &[]);
    let id = part.given(part.needed("id"));
    Some(Campaign {
        multiplier: part.factor("multiplier"),
        name: name(part),
        when: when(part),
        select: select(part),
        priority: priority(part),
        exclusive: part.flag("exclusive"),
        most: part.at_least_one("most"),
        most_per_member: part.at_least_one("most_per_member"),
        budget: part.at_least_one("budget"),
        credited_on: part.given("credited_on"),
        id: id?,
    })
}

#[inline(never)]
pub(super) fn bonus(part: &Part<'_>, main: &WalletId) -> Option<Bonus> {
    part.expect(BonusRule::NAMES, &[]);
    let id = part.given(part.needed("id"));
    let name = name(part);
    let points = part.at_least_one(part.needed("points")).unwrap_or_default();
    let days = part.number("days", 0, (0, LONGEST));
    let lasts = length(part, "lasts");
    let when = when(part);
    let occasion = match (part.given("event"), birthday(part)) {
        (Some(event), None) => Some(Occasion::Event(event)),
        (None, Some((before, after))) => Some(Occasion::Birthday { before, after }),
        _ => part.wrong_whole(Code::AmountAmbiguous),
    };
    let limit = part.choice("limit");
    let yearly = matches!(occasion, Some(Occasion::Birthday { .. }));
    part.unused(yearly && part.has("limit"), "limit");
    Some(Bonus {
        name,
        points,
        limit: if yearly { Limit::Per(Period::Year) } else { limit },
        approval: part.flag("approval"),
        days,
        lasts,
        when,
        wallet: wallet_or(part, main),
        id: id?,
        occasion: occasion?,
    })
}
