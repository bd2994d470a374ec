//! Paying an order: rewards captured, points credited, a referral completed; handing it over.

use crate::decide::basis::Basket;
use crate::decide::draft::{self, Draft};
use crate::decide::earn::{self, Accrual, Earning, Part};
use crate::decide::redemption;
use crate::decide::referral;
use crate::decide::settle::member_level;
use crate::ground::code::{Code, Refusal};
use crate::ground::ids::{CampaignId, LevelId, OrderId, WalletId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::{Day, Span};
use crate::ledger::account::Activity;
use crate::ledger::command::Order;
use crate::ledger::entry::{BookedLine, Credit, Event, Redeemed};
use crate::ledger::lot::{Lot, LotId, Source};
use crate::ledger::records::CreditRecord;
use crate::rules::programme::Programme;
use crate::rules::referral::Role;
use crate::rules::tier::{Metric, Timing};
use crate::rules::wallet::{SpendFrom, Wait};
use crate::rules::when::Situation;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::sync::Arc;

pub(crate) fn pay(draft: &mut Draft<'_>, order: &Arc<Order>) -> Result<(), Refusal> {
    let till = redemption::checkout(draft, &order.cart)?;
    book(draft, order, till.taken)
}

/// Credits a paid order whose rewards were taken.
pub(crate) fn book(
    draft: &mut Draft<'_>,
    order: &Arc<Order>,
    mut redeemed: Vec<Redeemed>,
) -> Result<(), Refusal> {
    let Earned { basket, spend, accrual, credits } = earn(draft, order, &mut redeemed)?;
    let refused = referral::refused(draft, order, spend);
    // Nobody sells to themselves.
    let sold = order.seller.as_ref().is_some_and(|seller| Some(seller) != draft.owner);
    let main = draft.programme.main_wallet()?;
    let in_main = credits.iter().filter(|credit| credit.lot.wallet == main.id);
    let points = Points::sum(in_main.map(|credit| credit.lot.points))?;
    let mut usage = accrual.usage;
    for paid in redeemed.iter().filter(|paid| paid.hold.is_none()) {
        redemption::add_used(&mut usage, draft, &paid.reward, paid.value, draft.moment.day)?;
    }
    let line = |(line, basis): (&crate::ledger::cart::Line, &Money)| BookedLine {
        line: line.id.clone(),
        spend: basis.amount(),
    };
    draft.post(Event::OrderPaid {
        order: Arc::clone(order),
        lines: order.cart.lines().iter().zip(&basket.bases).map(line).collect(),
        redeemed,
        points,
        credits,
        sale: if sold { accrual.sale } else { vec![] },
        uses: usage.uses,
        remainders: accrual.remainders,
        shared: usage.shared,
        referral: refused,
    })?;
    match &order.advocate {
        Some(advocate) if refused.is_none() => {
            referral::reward(draft, Role::Friend, advocate, &order.id, draft.moment.day)
        }
        _ => Ok(()),
    }
}

/// What an order earns that has the points for what was taken.
pub(crate) struct Earned<'a> {
    basket: Basket<'a>,
    spend: Decimal,
    accrual: Accrual,
    credits: Vec<Credit>,
}

/// What an order earns; its rewards are paid, in wallets that allow it with points it earns itself.
pub(crate) fn earn<'a>(
    draft: &Draft<'_>,
    order: &'a Order,
    redeemed: &mut [Redeemed],
) -> Result<Earned<'a>, Refusal> {
    let basket = Basket::new(draft.programme, &order.cart, redeemed)?;
    let spend = basket.spend()?;
    let mut accrual = accrue(draft, &basket, spend)?;
    let credits = credits(draft, order, std::mem::take(&mut accrual.parts))?;
    pay_with(draft, redeemed, &credits)?;
    Ok(Earned { basket, spend, accrual, credits })
}

/// What a basket earns, by the level that decides.
#[inline(never)]
fn accrue(draft: &Draft<'_>, basket: &Basket<'_>, spend: Decimal) -> Result<Accrual, Refusal> {
    let level = deciding_level(draft, spend)?;
    let now = Situation { level: level.as_ref().map(|(id, _)| *id), ..draft.situation(Some(basket.cart)) };
    let look_up = || Cow::Owned(draft.programme.matches(basket.cart));
    let matches = draft.matches.map_or_else(look_up, Cow::Borrowed);
    Ok(earn::accrue(Earning {
        programme: draft.programme,
        basket,
        matches: &matches,
        spend,
        now,
        shared: draft.shared,
        level,
        again: None,
    })?)
}

/// The lots of what an order earns.
fn credits(draft: &Draft<'_>, order: &Order, parts: Vec<Part>) -> Result<Vec<Credit>, Refusal> {
    let mut credits = Vec::with_capacity(parts.len());
    for part in parts {
        let wallet = draft.wallet(&part.wallet)?;
        let terms = wallet.order_terms(draft.moment, credited_on(draft, part.campaign.as_ref()));
        let points = Points::sum(part.lines.iter().copied())?;
        let mut lot = draft.lot(credits.len(), wallet, Source::Order(order.id.clone()), points, terms);
        // In a coalition the shop that sold owes what it gave.
        lot.issuer = order.cart.partner().cloned().or(lot.issuer);
        credits.push(Credit { lot, campaign: part.campaign, lines: part.lines, steps: part.steps });
    }
    Ok(credits)
}

/// Takes the points of rewards that came with the order itself; in a wallet that allows it, also points that
/// this very order earns.
fn pay_with(draft: &Draft<'_>, redeemed: &mut [Redeemed], credits: &[Credit]) -> Result<(), Refusal> {
    let now = redeemed.iter_mut().filter(|paid| paid.hold.is_none() && !paid.points.is_zero());
    let mut lots: Option<Vec<Lot>> = None;
    for paid in now {
        let lots = lots.get_or_insert_with(|| draft.position.lots.clone());
        if draft.wallet(&paid.wallet)?.spend == SpendFrom::ThisOrder {
            let fresh = credits.iter().map(|credit| &credit.lot).filter(|lot| lot.wallet == paid.wallet);
            for lot in fresh.filter(|lot| !lot.over(draft.moment)) {
                if lots.iter().all(|known| known.id != lot.id) {
                    lots.push(lot.clone());
                }
            }
        }
        let parts = draft::take(lots, &paid.wallet, paid.points);
        paid.parts = parts.map_err(|refusal| refusal.of(paid.reward.as_str()))?;
        for part in &paid.parts {
            if let Some(lot) = lots.iter_mut().find(|lot| lot.id == part.id) {
                lot.points = lot.points.minus(part.points)?;
            }
        }
    }
    Ok(())
}

/// The level whose multiplier this order earns by.
fn deciding_level<'a>(
    draft: &Draft<'a>,
    order_spend: Decimal,
) -> Result<Option<(&'a LevelId, Decimal)>, Code> {
    let Some(tiers) = Programme::tiers(draft.programme) else { return Ok(None) };
    let counted = match tiers.timing() {
        // What an order earns hangs on its level, so its own points cannot decide it.
        Timing::IncludingOrder if tiers.metric() != Metric::Points => {
            Activity { spend: order_spend, orders: 1, ..Activity::default() }
        }
        _ => Activity::default(),
    };
    let today = draft.moment.day;
    let floor = member_level(draft.programme, &draft.position, today);
    let progress = tiers.progress(&draft.position, today, &counted)?;
    let level = tiers.level(&draft.position, today, progress, floor)?;
    Ok(level.map(|level| (&level.id, level.multiplier)))
}

/// The day before which a campaign's points are not spendable.
fn credited_on(draft: &Draft<'_>, campaign: Option<&CampaignId>) -> Option<Day> {
    let campaigns = &draft.programme.parts().campaigns;
    campaigns.iter().find(|known| Some(&known.id) == campaign)?.credited_on
}

/// The day on which points vest that waited for the merchant until today; of a wallet that has left the programme, after
/// as many days.
pub(crate) fn vests(draft: &Draft<'_>, wallet: &WalletId, days: u32) -> Day {
    let today = draft.moment.day;
    draft
        .programme
        .wallet(wallet)
        .map_or(today.plus(Span::Days(days)), |known| known.vesting.after(today, days))
}

/// An order was handed over: its lots wait for a day from now on (M04).
pub(crate) fn fulfil(draft: &mut Draft<'_>, order: &OrderId) -> Result<(), Refusal> {
    let record =
        draft.book.orders.get(order).ok_or_else(|| Refusal::about(Code::OrderUnknown, order.as_str()))?;
    let mut lots: Vec<(LotId, Day)> = Vec::new();
    for CreditRecord { credit, .. } in &record.credits {
        let found = draft.position.lots.iter().find(|lot| lot.id == credit.lot.id);
        if let Some(Wait::Fulfilment(days)) = found.and_then(|lot| lot.wait) {
            let day = vests(draft, &credit.lot.wallet, days);
            let not_before = credited_on(draft, credit.campaign.as_ref());
            lots.push((credit.lot.id, not_before.map_or(day, |on| on.max(day))));
        }
    }
    draft.post(Event::OrderFulfilled { order: order.clone(), lots })
}
