//! Rewards that are worth more than what earns them.

use super::{Look, Place, figure, worth};
use loyalty_core::{Money, Points, Reward, RewardKind};
use rust_decimal::Decimal;
use serde_json::json;

/// From this share of what was spent on, what comes back is called generous.
const GENEROUS: Decimal = Decimal::from_parts(2, 0, 0, false, 1);

pub(super) fn pays_to_shop(look: &Look<'_>) -> Vec<Place> {
    let best = |wallet| at(&look.earned.by_spending, wallet).max(at(&look.earned.by_paying_in, wallet));
    returns(look, best, |worth, reward| worth > Decimal::ONE && !is_once(reward))
}

pub(super) fn generous(look: &Look<'_>) -> Vec<Place> {
    // What was paid in advance is given back, and is no generosity.
    let earned = |wallet| at(&look.earned.by_spending, wallet);
    returns(look, earned, |worth, reward| worth > GENEROUS && (worth <= Decimal::ONE || is_once(reward)))
}

fn at(earned: &[Decimal], wallet: usize) -> Decimal {
    earned.get(wallet).copied().unwrap_or_default()
}

/// Whether a member can take it a few times in all: what it loses is lost once.
fn is_once(reward: &Reward) -> bool {
    reward.uses.is_some_and(|uses| uses.per.is_none())
}

/// Rewards of money by what 1.00 spent, which earns so many points of a wallet, brings back with them.
fn returns(
    look: &Look<'_>,
    earned: impl Fn(usize) -> Decimal,
    wanted: impl Fn(Decimal, &Reward) -> bool,
) -> Vec<Place> {
    let parts = look.programme.parts();
    let mut found = Vec::new();
    for (index, reward) in parts.rewards.iter().enumerate() {
        let wallet = parts.wallets.iter().position(|wallet| wallet.id == reward.wallet);
        let earned = wallet.map(&earned).unwrap_or_default();
        let Some(value) = money(reward) else { continue };
        let points = Decimal::from(reward.points.get());
        let worth = earned.checked_mul(value.amount()).and_then(|worth| worth.checked_div(points));
        if let Some(worth) = worth.filter(|worth| wanted(*worth, reward)) {
            let figures = json!({
                "reward": reward.id.as_str(), "wallet": reward.wallet.as_str(), "points": reward.points.get(),
                "value": value.to_string(), "earned": figure(earned), "worth": figure(worth),
            });
            found.push((format!("/rewards/{index}"), figures));
        }
    }
    found
}

/// The money that a reward of a price gives for it, or costs the shop.
const fn money(reward: &Reward) -> Option<Money> {
    match &reward.kind {
        RewardKind::MoneyOff { value }
        | RewardKind::Certificate { value, .. }
        | RewardKind::Donation { value, .. }
        | RewardKind::Gift { value, .. }
        | RewardKind::PayWithPoints { value, .. } => Some(*value),
        _ => None,
    }
}

pub(super) fn not_all_tried(look: &Look<'_>) -> Vec<Place> {
    let some = look.programme.parts().rewards.iter().any(|reward| money(reward).is_some());
    let cut = some && !look.earned.asked_all;
    if cut { vec![("/earning".to_owned(), json!({ "tried": worth::MOST }))] } else { vec![] }
}

pub(super) fn stamps_too_cheap(look: &Look<'_>) -> Vec<Place> {
    let rewards = look.programme.parts().rewards.iter().enumerate();
    // What costs nothing is no card, and what can be had a few times in all is no rate.
    let cards = rewards.filter(|(_, reward)| reward.points > Points::ZERO && !is_once(reward));
    let cheap = cards.filter_map(|(index, reward)| {
        let RewardKind::FreeProduct { pieces, select } = &reward.kind else { return None };
        let earned = worth::by_piece(look.programme, &reward.wallet, select, look.now);
        let bought = Decimal::from(reward.points.get()).checked_div(earned)?.ceil();
        let figures = json!({
            "reward": reward.id.as_str(), "wallet": reward.wallet.as_str(), "points": reward.points.get(),
            "pieces": pieces, "bought": figure(bought), "earned": figure(earned),
        });
        (bought < Decimal::from(*pieces)).then(|| (format!("/rewards/{index}"), figures))
    });
    cheap.collect()
}

pub(super) fn gives_everything_away(look: &Look<'_>) -> Vec<Place> {
    free(look, |reward| match &reward.kind {
        RewardKind::PercentOff { percent, cap: None, select }
            if *percent == Decimal::ONE_HUNDRED && !worth::asks(select) =>
        {
            Some(json!({ "reward": reward.id.as_str(), "percent": figure(*percent) }))
        }
        _ => None,
    })
}

pub(super) fn free_money(look: &Look<'_>) -> Vec<Place> {
    free(look, |reward| match &reward.kind {
        RewardKind::MoneyOff { value } if reward.minimum.amount() <= value.amount() => Some(json!({
            "reward": reward.id.as_str(), "value": value.to_string(), "minimum": reward.minimum.to_string(),
        })),
        _ => None,
    })
}

/// Rewards that cost no points.
fn free(look: &Look<'_>, what: impl Fn(&Reward) -> Option<serde_json::Value>) -> Vec<Place> {
    let rewards = look.programme.parts().rewards.iter().enumerate();
    let rewards = rewards.filter(|(_, reward)| reward.points == Points::ZERO);
    rewards.filter_map(|(index, reward)| Some((format!("/rewards/{index}"), what(reward)?))).collect()
}
