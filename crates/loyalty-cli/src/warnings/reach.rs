//! Parts of a programme that nobody, no day, no line and no sum of points ever reaches.

use super::{Look, Place, figure};
use loyalty_core::{
    Category, Day, Inclusion, Measure, Metric, Moment, Occasion, Rate, RewardKind, Select, Span, Terms, Wait,
    Wallet, WalletId,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Days that are tried: every day of the calendar, 29 February among them.
const FOUR_YEARS: u32 = 1461;
/// Categories that are called so are likely lines of the kind delivery.
const DELIVERY: [&str; 4] = ["delivery", "shipping", "postage", "freight"];

pub(super) fn expires_before_vesting(look: &Look<'_>) -> Vec<Place> {
    let parts = look.programme.parts();
    let mut found = Vec::new();
    for (index, wallet) in parts.wallets.iter().enumerate() {
        let terms = |moment| wallet.terms(moment, wallet.vesting.days, None);
        found.extend(vanishing(
            look.now,
            FOUR_YEARS,
            terms,
            &format!("{}/vesting", Look::wallet_path(index)),
        ));
    }
    for (index, campaign) in parts.campaigns.iter().enumerate() {
        let rates = parts.rates.iter().filter(|rate| rate.campaign.as_ref() == Some(&campaign.id));
        let wallet = rates.map(|rate| &rate.wallet).next().or(parts.wallets.first().map(|wallet| &wallet.id));
        let wallet = wallet.and_then(|id| look.programme.wallet(id));
        let (Some(wallet), Some(on)) = (wallet, campaign.credited_on) else { continue };
        // What is over is over.
        let first = campaign.when.from.unwrap_or(look.now.day).max(look.now.day);
        let last = campaign.when.until.unwrap_or_else(|| first.plus(Span::Days(1)));
        let Ok(days) = u32::try_from(last.get().saturating_sub(first.get())) else { continue };
        let from = Moment { day: first, ..look.now };
        let terms = |moment| wallet.terms(moment, wallet.vesting.days, Some(on));
        found.extend(vanishing(
            from,
            days.min(FOUR_YEARS),
            terms,
            &format!("/campaigns/{index}/credited_on"),
        ));
    }
    for (index, bonus) in parts.bonuses.iter().enumerate() {
        let Some(wallet) = look.programme.wallet(&bonus.wallet) else { continue };
        let terms = |moment: Moment| match bonus.occasion {
            Occasion::Birthday { before, .. } => {
                bonus.terms(wallet, moment, Some(moment.day.plus(Span::Days(before))))
            }
            Occasion::Event(_) => bonus.terms(wallet, moment, None),
        };
        found.extend(vanishing(look.now, FOUR_YEARS, terms, &format!("/bonuses/{index}/days")));
    }
    found
}

/// The first of so many days whose points expire before they vest.
fn vanishing(from: Moment, days: u32, terms: impl Fn(Moment) -> Terms, path: &str) -> Option<Place> {
    (0..=days).find_map(|more| {
        let moment = Moment { day: from.day.plus(Span::Days(more)), ..from };
        let terms = terms(moment);
        let vests = match terms.wait? {
            Wait::Day(day) => day,
            // Handed over, or approved, at once at best.
            Wait::Fulfilment(days) | Wait::Approval(days) => moment.day.plus(Span::Days(days)),
        };
        let last = terms.last_day?;
        let figures = json!({
            "day": moment.day.to_string(), "vests_on": vests.to_string(), "last_day": last.to_string(),
        });
        // What expires before today was never earned under this programme.
        (last < vests && last >= moment.day).then(|| (path.to_owned(), figures))
    })
}

pub(super) fn threshold_unreachable(look: &Look<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for (index, wallet) in look.programme.parts().wallets.iter().enumerate() {
        let threshold = wallet.vesting.threshold;
        let most = most(look, &wallet.id).into_iter().chain(most_in_time(look, wallet)).min();
        if let Some(most) = most.filter(|most| *most < Decimal::from(threshold.get())) {
            let figures =
                json!({ "wallet": wallet.id.as_str(), "threshold": threshold.get(), "most": figure(most) });
            found.push((format!("{}/vesting/threshold", Look::wallet_path(index)), figures));
        }
    }
    found
}

/// The earning rules of a wallet, where nothing else gives points into it.
fn only_rates<'a>(look: &Look<'a>, wallet: &WalletId) -> Option<Vec<&'a Rate>> {
    let parts = look.programme.parts();
    let main = parts.wallets.first().is_some_and(|main| main.id == *wallet);
    let other = parts.bonuses.iter().any(|bonus| bonus.wallet == *wallet)
        || parts.exchanges.iter().any(|exchange| exchange.to == *wallet)
        || (main && parts.referral.is_some())
        || parts.rewards.iter().any(
            |reward| matches!(&reward.kind, RewardKind::Certificate { wallet: into, .. } if into == wallet),
        );
    (!other).then(|| parts.rates.iter().filter(|rate| rate.wallet == *wallet).collect())
}

/// The most points of a wallet that the rules' limits leave a member; none where something has no limit.
fn most(look: &Look<'_>, wallet: &WalletId) -> Option<Decimal> {
    limited(look, wallet, |rate| rate.most_per_member.map(|most| Decimal::from(most.get())))
}

/// The same, of what is gathered until it expires.
fn most_in_time(look: &Look<'_>, wallet: &Wallet) -> Option<Decimal> {
    let after = wallet.expiry.after.filter(|_| wallet.expiry.period.is_none())?;
    // A month is as long as the longest to come.
    let starts = (0..FOUR_YEARS).map(|more| look.now.day.plus(Span::Days(more)));
    let days = starts.map(|day| day.plus(after).get().saturating_sub(day.get())).max()?.checked_add(1)?;
    limited(look, &wallet.id, |rate| Decimal::from(rate.most_per_day?.get()).checked_mul(days.into()))
}

fn limited(look: &Look<'_>, wallet: &WalletId, limit: impl Fn(&Rate) -> Option<Decimal>) -> Option<Decimal> {
    let rates = only_rates(look, wallet).filter(|rates| !rates.is_empty())?;
    let mut sum = Decimal::ZERO;
    for rate in rates {
        sum = sum.checked_add(limit(rate)?)?;
    }
    // Whether a multiplier counts towards a limit is the core's matter; the most there can be is what all give together.
    let parts = look.programme.parts();
    let levels = parts.tiers.iter().flat_map(|tiers| tiers.levels()).map(|level| level.multiplier).max();
    let campaigns = parts.campaigns.iter().filter_map(|campaign| campaign.multiplier);
    let mut factors = campaigns.chain(levels).filter(|factor| *factor > Decimal::ONE);
    factors.try_fold(sum, Decimal::checked_mul)
}

pub(super) fn never_in_force(look: &Look<'_>) -> Vec<Place> {
    let never = look.whens().into_iter().filter_map(|(path, when)| {
        let (from, until, weekdays) = (when.from?, when.until?, when.weekdays?);
        let some =
            (0..7).map(|days| from.plus(Span::Days(days))).any(|day| day <= until && weekdays.has(day));
        (!some).then(|| {
            (format!("{path}/weekdays"), json!({ "from": from.to_string(), "until": until.to_string() }))
        })
    });
    never.collect()
}

pub(super) fn nobody(look: &Look<'_>) -> Vec<Place> {
    let nobody = look.whens().into_iter().filter_map(|(path, when)| {
        let first = when.segments.first()?;
        let all = when.segments.iter().all(|segment| when.except_segments.contains(segment));
        all.then(|| (format!("{path}/segments"), json!({ "segment": first.as_str() })))
    });
    nobody.collect()
}

pub(super) fn takes_no_line(look: &Look<'_>) -> Vec<Place> {
    let parts = look.programme.parts();
    let none = |select: &Select| {
        !select.only().is_empty()
            && select.products().is_empty()
            && select.only().iter().all(|category| select.except().contains(category))
    };
    let rates =
        parts.rates.iter().enumerate().map(|(index, rate)| (format!("/earning/{index}"), &rate.select));
    let campaigns = parts
        .campaigns
        .iter()
        .enumerate()
        .map(|(index, campaign)| (format!("/campaigns/{index}"), &campaign.select));
    let rewards = parts.rewards.iter().enumerate().filter_map(|(index, reward)| match &reward.kind {
        RewardKind::PercentOff { select, .. } | RewardKind::FreeProduct { select, .. } => {
            Some((format!("/rewards/{index}"), select))
        }
        _ => None,
    });
    let all = rates.chain(campaigns).chain(rewards);
    all.filter(|(_, select)| none(select)).map(|(path, _)| (path, Value::Null)).collect()
}

/// The category of a rule that by its name takes delivery only.
fn delivery(rate: &Rate) -> Option<&str> {
    let named = |category: &Category| DELIVERY.contains(&category.as_str().to_lowercase().as_str());
    let only = rate.select.only();
    let first = only.first().filter(|_| only.iter().all(named) && rate.select.products().is_empty());
    first.map(|category| category.as_str())
}

pub(super) fn only_delivery(look: &Look<'_>) -> Vec<Place> {
    let parts = look.programme.parts();
    let rates = parts.rates.iter().enumerate().filter(|(_, rate)| rate.measure != Measure::GiftCards);
    let found = rates.filter_map(|(index, rate)| {
        Some((format!("/earning/{index}/only"), json!({ "category": delivery(rate)? })))
    });
    if parts.basis.delivery == Inclusion::Out { found.collect() } else { vec![] }
}

pub(super) fn campaign_gives_nothing(look: &Look<'_>) -> Vec<Place> {
    let parts = look.programme.parts();
    let campaigns = parts.campaigns.iter().enumerate().filter(|(_, campaign)| {
        campaign.multiplier.is_none()
            && parts.rates.iter().all(|rate| rate.campaign.as_ref() != Some(&campaign.id))
    });
    campaigns
        .map(|(index, campaign)| (format!("/campaigns/{index}"), json!({ "campaign": campaign.id.as_str() })))
        .collect()
}

/// Rewards of a price or a balance, and how many points must be there.
fn priced<'a>(look: &Look<'a>) -> impl Iterator<Item = (String, &'a WalletId, u64)> + use<'a> {
    let rewards = look.programme.parts().rewards.iter().enumerate();
    let needs = rewards.map(|(index, reward)| {
        let price = match &reward.kind {
            RewardKind::PayWithPoints { least, step, .. } => (*least).max(*step),
            _ => reward.points,
        };
        (format!("/rewards/{index}"), &reward.wallet, price.max(reward.balance).get())
    });
    needs.filter(|(.., needs)| *needs > 0)
}

pub(super) fn wallet_unfed(look: &Look<'_>) -> Vec<Place> {
    let unfed =
        priced(look).filter(|(_, wallet, _)| only_rates(look, wallet).is_some_and(|rates| rates.is_empty()));
    unfed.map(|(path, wallet, needs)| (path, json!({ "wallet": wallet.as_str(), "needs": needs }))).collect()
}

pub(super) fn beyond_limits(look: &Look<'_>) -> Vec<Place> {
    let beyond = priced(look).filter_map(|(path, wallet, needs)| {
        let most = most(look, wallet).filter(|most| *most < Decimal::from(needs))?;
        Some((path, json!({ "wallet": wallet.as_str(), "needs": needs, "most": figure(most) })))
    });
    beyond.collect()
}

pub(super) fn draw_closed(look: &Look<'_>) -> Vec<Place> {
    let parts = look.programme.parts();
    let rewards = parts.rewards.iter().enumerate().filter_map(|(index, reward)| {
        let RewardKind::Ticket { draw } = &reward.kind else { return None };
        let closes = parts.draws.iter().find(|known| known.id == *draw)?.closes;
        let from: Day = reward.when.from.filter(|from| *from > closes)?;
        let figures =
            json!({ "draw": draw.as_str(), "closes": closes.to_string(), "from": from.to_string() });
        Some((format!("/rewards/{index}/when/from"), figures))
    });
    rewards.collect()
}

pub(super) fn level_unreachable(look: &Look<'_>) -> Vec<Place> {
    let parts = look.programme.parts();
    let Some(tiers) = &parts.tiers else { return vec![] };
    let main = parts.wallets.first().map(|wallet| &wallet.id);
    let metric = match tiers.metric() {
        Metric::Referrals if parts.referral.is_none() => "referrals",
        Metric::Points if parts.rates.iter().all(|rate| Some(&rate.wallet) != main) => "points",
        _ => return vec![],
    };
    // Who buys or is given a level has those below it too.
    let given = tiers.levels().iter().rposition(|level| {
        !level.segments.is_empty() || parts.memberships.iter().any(|m| m.level.as_ref() == Some(&level.id))
    });
    let above = |index: usize| given.is_none_or(|given| index > given);
    let levels = tiers.levels().iter().enumerate();
    let levels = levels.filter(|(index, level)| above(*index) && level.from > Decimal::ZERO);
    levels
        .map(|(index, level)| {
            let figures =
                json!({ "level": level.id.as_str(), "metric": metric, "from": level.from.to_string() });
            (format!("/tiers/levels/{index}/from"), figures)
        })
        .collect()
}

pub(super) fn level_multiplies_less(look: &Look<'_>) -> Vec<Place> {
    let levels = look.programme.tiers().map_or(&[][..], |tiers| tiers.levels());
    let pairs = levels.iter().zip(levels.iter().skip(1)).enumerate();
    let worse = pairs.filter(|(_, (below, level))| level.multiplier < below.multiplier);
    worse
        .map(|(index, (below, level))| {
            let figures = json!({
                "tier": level.id.as_str(), "multiplier": figure(level.multiplier), "below": figure(below.multiplier),
            });
            (format!("/tiers/levels/{}/multiplier", index + 1), figures)
        })
        .collect()
}
