//! Rewards.

use crate::document::{RewardGives, RewardTerms};
use crate::part::Part;
use crate::programme::parts::{name, select, wallet_or};
use crate::programme::when::{uses, when};
use loyalty_core::{Code, Money, Points, Reward, RewardKind, WalletId};
use rust_decimal::Decimal;

/// The most pieces of one reward.
const MOST_PIECES: u32 = 1000;
/// The most characters of what is to be done.
const LONGEST_INSTRUCTIONS: u64 = 2000;

#[inline(never)]
pub(super) fn reward(part: &Part<'_>, main: &WalletId) -> Option<Reward> {
    let id = part.given(part.needed("id"));
    let points = part.given_points(part.needed("points")).unwrap_or_default();
    let kind = part.string(part.needed("kind")).and_then(|kind| gives(part, kind));
    let least = match kind {
        Some(RewardKind::MoneyOff { value }) => value,
        _ => Money::zero(part.currency),
    };
    let minimum = part.money("minimum").unwrap_or(least);
    let (name, when, uses, stock) = (name(part), when(part), uses(part), part.at_least_one("stock"));
    let automatic = part.flag("automatic");
    if let Some(kind) = &kind {
        fits(part, kind, points, automatic);
    }
    Some(Reward {
        name,
        points,
        minimum,
        balance: part.given_points("balance").unwrap_or_default(),
        when,
        uses,
        stock: stock.map(Points::get),
        automatic,
        wallet: wallet_or(part, main),
        kind: kind?,
        id: id?,
    })
}

/// Notes terms that do not go with what the reward gives.
#[inline(never)]
fn fits(part: &Part<'_>, kind: &RewardKind, points: Points, automatic: bool) {
    let chosen = matches!(kind, RewardKind::PayWithPoints { .. });
    let outside = !kind.on_cart();
    part.unused(part.has("minimum") && outside, "minimum");
    part.unused(automatic && (chosen || outside), "automatic");
    if (chosen && points.is_zero()) || (automatic && !chosen && !outside && !points.is_zero()) {
        part.wrong("points", Code::NumberOutOfRange);
    }
}

#[inline(never)]
fn gives(part: &Part<'_>, kind: &str) -> Option<RewardKind> {
    let Some((_, names)) = RewardGives::KINDS.iter().find(|(known, _)| *known == kind) else {
        return part.unread("kind", Code::UnknownChoice);
    };
    part.expect(RewardTerms::NAMES, names);
    let nothing = Money::zero(part.currency);
    let value = || part.some_money(part.needed("value")).unwrap_or(nothing);
    Some(match kind {
        "money_off" => RewardKind::MoneyOff { value: value() },
        "percent_off" => RewardKind::PercentOff {
            percent: part.factor(part.needed("percent")).unwrap_or_default(),
            cap: part.some_money("cap"),
            select: select(part),
        },
        "pay_with_points" => {
            let value = value();
            let step = part.at_least_one("step").or(Points::new(1).ok())?;
            RewardKind::PayWithPoints {
                value,
                step,
                least: part.at_least_one("minimum_points").unwrap_or(step),
                max_share: part.factor("max_share").unwrap_or(Decimal::ONE_HUNDRED),
            }
        }
        "free_delivery" => RewardKind::FreeDelivery { cap: part.some_money("cap") },
        "free_product" => RewardKind::FreeProduct {
            select: select(part),
            pieces: part.number("pieces", 1, (1, MOST_PIECES)),
        },
        "certificate" => RewardKind::Certificate { wallet: part.given(part.needed("into"))?, value: value() },
        "donation" => RewardKind::Donation { cause: part.given(part.needed("cause"))?, value: value() },
        "gift" => RewardKind::Gift {
            value: part.money(part.needed("value")).unwrap_or(nothing),
            instructions: part.text(part.needed("instructions"), LONGEST_INSTRUCTIONS, ""),
        },
        "ticket" => RewardKind::Ticket { draw: part.given(part.needed("draw"))? },
        _ => return None,
    })
}
