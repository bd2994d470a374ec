//! What paying a cart would come to.

use super::standing::{Tier, tier};
use crate::entry::Step;
use crate::form::Form;
use crate::packed::{changing, changing_variants};
use crate::problem::{Problem, Shown, Unit, unit};
use crate::text::{As, Text, Whole};
use crate::text_ledger::WaitName;
use crate::words::words;
use crate::write::{Write, Writer};
use loyalty_core as core;
use loyalty_core::{
    CampaignId, Cart, Code, Currency, Day, LineId, Matches, Moment, Points, Programme, RewardId, RewardKind,
    Version, Wait, WalletId,
};
use rust_decimal::Decimal;
use std::sync::Arc;

changing! {
    /// What paying a cart now would come to. It is what is booked when it is paid.
    #[derive(Debug, Clone)]
    pub struct Preview {
        /// The programme version.
        programme: As<Version>,
        /// Digits of the main wallet's points that stand behind the point when they are shown.
        scale: u32,
        /// Points it earns in the main wallet.
        points: Whole,
        /// The day they become spendable; null at once, or where they wait for something else.
        vests_on: Option<As<Day>>,
        /// What else they wait for; null for nothing.
        waits_for: Option<As<WaitName>>,
        /// Their last usable day; null for ever.
        last_day: Option<As<Day>>,
        /// Why; sums to `points` less those of campaigns that are credited on their own day.
        steps: Vec<Step>,
        /// Points per line in the main wallet; sums to `points`.
        lines: Vec<LinePoints>,
        /// What it earns in other lots: in other wallets, and by campaigns that are credited on their own day.
        more: Vec<Earned>,
        /// ISO 4217 code of all amounts.
        currency: As<Currency>,
        /// The sum of all lines.
        total: As<Decimal>,
        /// What rewards pay of it.
        redeemed: As<Decimal>,
        /// Those rewards.
        taken: Vec<TakenReward>,
        /// What is left to pay.
        due: As<Decimal>,
        /// Spendable points of the main wallet before the order, its rewards not yet taken.
        available: Whole,
        /// Its pending points before the order.
        pending: Whole,
        /// Its spendable points after the order.
        available_after: Whole,
        /// Its pending points after the order.
        pending_after: Whole,
        /// The other wallets.
        wallets: Vec<WalletChange>,
        /// The tier before the order.
        tier: Option<Tier>,
        /// The tier after it.
        tier_after: Option<Tier>,
        /// What each reward would give on top.
        rewards: Vec<RewardOffer>,
    }

    /// Points of one line.
    #[derive(Debug, Clone)]
    pub struct LinePoints {
        /// Which line.
        id: As<LineId>,
        /// How many.
        points: Whole,
    }

    /// What a cart earns in a lot of its own.
    #[derive(Debug, Clone)]
    pub struct Earned {
        /// In which wallet.
        wallet: As<WalletId>,
        /// The campaign on whose day it is credited.
        campaign: Option<As<CampaignId>>,
        /// How many points.
        points: Whole,
        /// The day they become spendable.
        vests_on: Option<As<Day>>,
        /// What else they wait for.
        waits_for: Option<As<WaitName>>,
        /// Their last usable day.
        last_day: Option<As<Day>>,
        /// Why; sums to `points`.
        steps: Vec<Step>,
    }

    /// A reward that pays for part of the cart.
    #[derive(Debug, Clone)]
    pub struct TakenReward {
        /// Which reward.
        id: As<RewardId>,
        /// What shoppers read; null for one that has left the programme.
        name: Option<Arc<str>>,
        /// How many points.
        points: Whole,
        /// What they pay.
        value: As<Decimal>,
    }

    /// A wallet beside the main one, before and after the order.
    #[derive(Debug, Clone)]
    pub struct WalletChange {
        /// Which wallet.
        id: As<WalletId>,
        /// What shoppers read.
        name: Arc<str>,
        /// Digits that stand behind the point when they are shown.
        scale: u32,
        /// Spendable before.
        available: Whole,
        /// Pending before.
        pending: Whole,
        /// Spendable after.
        available_after: Whole,
        /// Pending after.
        pending_after: Whole,
    }

    /// What a reward would give on a cart.
    #[derive(Debug, Clone)]
    pub struct RewardOffer {
        /// Names the reward.
        id: As<RewardId>,
        /// What shoppers read.
        name: Arc<str>,
        /// What it is.
        kind: As<RewardName>,
        /// Whether it takes something off a cart; else it is handed over outside one.
        on_cart: bool,
        /// Whose points it takes.
        wallet: As<WalletId>,
        /// Its price; for a chosen number of points the smallest.
        points: Whole,
        /// What that gives on this cart.
        value: As<Decimal>,
        /// Whether it can be taken now.
        ready: bool,
        /// Why not.
        code: Option<As<Code>>,
        /// The bound that is not kept.
        #[cfg_attr(feature = "describe", schemars(with = "Option<String>"))]
        needs: Option<Shown>,
        /// What is there instead.
        #[cfg_attr(feature = "describe", schemars(with = "Option<String>"))]
        has: Option<Shown>,
        /// What `needs` and `has` are.
        unit: Option<As<Unit>>,
        /// Available points missing to its price.
        missing: Whole,
        /// The cart total from which it can be taken.
        minimum: As<Decimal>,
        /// For a chosen number of points: how they count.
        choice: Option<Choice>,
    }

    /// How a chosen number of points counts.
    #[derive(Debug, Clone)]
    pub struct Choice {
        /// The largest number that this cart takes and the member has.
        most: Whole,
        /// A multiple of this.
        step: Whole,
        /// So many points …
        rate_points: Whole,
        /// … pay so much.
        rate_value: As<Decimal>,
    }
}

changing_variants! {
    Step {
        Rate { rule, amount, points_per, per, currency, groups, carried, points }
        Pieces { rule, pieces, points_per, points }
        Order { rule, points }
        GiftCards { rule, amount, points }
        Tier { level, multiplier, points }
        Campaign { campaign, multiplier, points }
        Limited { by, limit, points }
    }
}

/// What a reward is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewardName {
    /// A fixed amount off.
    MoneyOff,
    /// A share of the cart off.
    PercentOff,
    /// Part of the cart paid with a chosen number of points.
    PayWithPoints,
    /// Delivery off.
    FreeDelivery,
    /// A product off.
    FreeProduct,
    /// A gift certificate.
    Certificate,
    /// Money for a cause.
    Donation,
    /// Something handed over outside the cart.
    Gift,
    /// A ticket of a draw.
    Ticket,
}

words! {
    RewardName {
        MoneyOff = "money_off", PercentOff = "percent_off", PayWithPoints = "pay_with_points",
        FreeDelivery = "free_delivery", FreeProduct = "free_product", Certificate = "certificate",
        Donation = "donation", Gift = "gift", Ticket = "ticket"
    }
}

impl RewardName {
    const fn of(kind: &RewardKind) -> Self {
        match kind {
            RewardKind::MoneyOff { .. } => Self::MoneyOff,
            RewardKind::PercentOff { .. } => Self::PercentOff,
            RewardKind::PayWithPoints { .. } => Self::PayWithPoints,
            RewardKind::FreeDelivery { .. } => Self::FreeDelivery,
            RewardKind::FreeProduct { .. } => Self::FreeProduct,
            RewardKind::Certificate { .. } => Self::Certificate,
            RewardKind::Donation { .. } => Self::Donation,
            RewardKind::Gift { .. } => Self::Gift,
            RewardKind::Ticket { .. } => Self::Ticket,
        }
    }
}

/// What paying a cart at a moment would come to.
///
/// # Errors
/// As [`core::preview`].
pub fn preview(
    programme: &Programme,
    account: &core::Account,
    cart: &Arc<Cart>,
    moment: Moment,
) -> Result<Preview, Problem> {
    preview_matched(programme, account, (cart, &programme.matches(cart)), moment)
}

/// As [`preview`], where the lines were looked up before: by this programme, of this cart or of one that differs from it in
/// pieces and amounts only.
///
/// # Errors
/// As [`core::preview`].
pub fn preview_matched(
    programme: &Programme,
    account: &core::Account,
    (cart, matches): (&Arc<Cart>, &Matches),
    moment: Moment,
) -> Result<Preview, Problem> {
    let p = core::preview_matched(programme, account, (cart, matches), moment)?;
    let main = programme.parts().wallets.first().ok_or(Code::EntryInconsistent)?;
    let in_main = || p.credits.iter().filter(|credit| credit.lot.wallet == main.id);
    let own = in_main().find(|credit| credit.campaign.is_none()).map(earned);
    let others = p.credits.iter().filter(|credit| credit.campaign.is_some() || credit.lot.wallet != main.id);
    let mut balances = p.before.balances.iter().zip(&p.after.balances);
    let (before, after) = balances.next().ok_or(Code::EntryInconsistent)?;
    let changes = balances.zip(programme.parts().wallets.iter().skip(1));
    let points_of = |line: usize| Points::sum(in_main().filter_map(|credit| credit.lines.get(line).copied()));
    let mut lines = Vec::with_capacity(p.lines.len());
    for (place, line) in p.lines.into_iter().enumerate() {
        lines.push(LinePoints { id: As(line.line), points: Whole(points_of(place)?) });
    }
    Ok(Preview {
        programme: As(programme.version().clone()),
        scale: main.scale,
        points: Whole(Points::sum(in_main().map(|credit| credit.lot.points))?),
        vests_on: own.as_ref().and_then(|own| own.vests_on.clone()),
        waits_for: own.as_ref().and_then(|own| own.waits_for.clone()),
        last_day: own.as_ref().and_then(|own| own.last_day.clone()),
        steps: own.map(|own| own.steps).unwrap_or_default(),
        lines,
        more: others.map(earned).collect(),
        currency: As(cart.currency()),
        total: As(p.total.amount()),
        redeemed: As(p.redeemed.amount()),
        taken: p.taken.iter().map(|taken| taken_reward(programme, taken)).collect(),
        due: As(p.due.amount()),
        available: Whole(before.available),
        pending: Whole(before.pending),
        available_after: Whole(after.available),
        pending_after: Whole(after.pending),
        wallets: changes.map(change).collect(),
        tier: p.before.tier.as_ref().map(|known| tier(programme, known)),
        tier_after: p.after.tier.as_ref().map(|known| tier(programme, known)),
        rewards: p.rewards.iter().map(offer).collect(),
    })
}

fn earned(credit: &core::Credit) -> Earned {
    let waits_for = match credit.lot.wait {
        Some(Wait::Fulfilment(_)) => Some(As(WaitName::Fulfilment)),
        Some(Wait::Approval(_)) => Some(As(WaitName::Approval)),
        Some(Wait::Day(_)) | None => None,
    };
    Earned {
        wallet: As(credit.lot.wallet.clone()),
        campaign: credit.campaign.clone().map(As),
        points: Whole(credit.lot.points),
        vests_on: credit.lot.vests_on().map(As),
        waits_for,
        last_day: credit.lot.last_day.map(As),
        steps: credit.steps.iter().map(Step::of).collect(),
    }
}

fn taken_reward(programme: &Programme, taken: &core::Redeemed) -> TakenReward {
    let known = programme.parts().rewards.iter().find(|reward| reward.id == taken.reward);
    TakenReward {
        id: As(taken.reward.clone()),
        name: known.map(|reward| reward.name.clone()),
        points: Whole(taken.points),
        value: As(taken.value.amount()),
    }
}

fn change(
    ((before, after), wallet): ((&core::Balance<'_>, &core::Balance<'_>), &core::Wallet),
) -> WalletChange {
    WalletChange {
        id: As(wallet.id.clone()),
        name: wallet.name.clone(),
        scale: wallet.scale,
        available: Whole(before.available),
        pending: Whole(before.pending),
        available_after: Whole(after.available),
        pending_after: Whole(after.pending),
    }
}

fn offer(offer: &core::RewardOffer<'_>) -> RewardOffer {
    let reward = offer.reward;
    let choice = match &reward.kind {
        RewardKind::PayWithPoints { value, step, .. } => Some(Choice {
            most: Whole(offer.most),
            step: Whole(*step),
            rate_points: Whole(reward.points),
            rate_value: As(value.amount()),
        }),
        _ => None,
    };
    let refused = offer.refused.as_ref();
    RewardOffer {
        id: As(reward.id.clone()),
        name: reward.name.clone(),
        kind: As(RewardName::of(&reward.kind)),
        on_cart: reward.kind.on_cart(),
        wallet: As(reward.wallet.clone()),
        points: Whole(offer.points),
        value: As(offer.value.amount()),
        ready: refused.is_none(),
        code: refused.map(|refused| As(refused.code)),
        needs: refused.and_then(|refused| refused.needs).map(Shown),
        has: refused.and_then(|refused| refused.has).map(Shown),
        unit: refused.and_then(|refused| refused.needs).map(unit),
        missing: Whole(offer.missing),
        minimum: As(reward.minimum.amount()),
        choice,
    }
}
