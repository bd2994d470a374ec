//! Taking rewards: hold, capture, release, hand over (M21 to M26).

use crate::decide::bonus::period_start;
use crate::decide::draft::Draft;
use crate::decide::limits::Usage;
use crate::decide::price::{self, Paid, Price, Room};
use crate::decide::restore::with_grace;
use crate::ground::code::{Code, Figure, Refusal};
use crate::ground::ids::{HoldId, RewardId, SharedId, WalletId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::split::split_money;
use crate::ground::time::Day;
use crate::ledger::account::{Hold, UseOf, Used};
use crate::ledger::cart::{Ask, Cart, Redeem};
use crate::ledger::entry::{Event, PaidLine, Redeemed};
use crate::ledger::lot::{Lot, Source};
use crate::ledger::records::HoldEnd;
use crate::rules::privilege::Uses;
use crate::rules::programme::Programme;
use crate::rules::reward::{Reward, RewardKind};
use crate::rules::wallet::{SpendFrom, WalletKind};

/// The most holds an account may have open.
const MOST_HOLDS: usize = 20;

/// Sets points aside for a reward, on a cart or to be handed over outside one.
///
/// Order of effects: the cart's own holds pay first; this one is priced on what is left. Rewards the cart
/// would take at checkout are not looked at.
///
/// # Errors
/// `too_many` beyond 20 open holds.
pub(crate) fn hold(
    draft: &mut Draft<'_>,
    id: &HoldId,
    redeem: &Redeem,
    cart: Option<&Cart>,
) -> Result<(), Refusal> {
    if draft.position.holds.len() >= MOST_HOLDS {
        return Err(Refusal::about(Code::TooMany, id.as_str()));
    }
    if known(draft, id) {
        return Err(Refusal::about(Code::HoldExists, id.as_str()));
    }
    let reward = find(draft, &redeem.reward)?;
    let refuse = |refusal: Refusal| refusal.of(redeem.reward.as_str());
    draft.allows(reward, cart, 0).map_err(refuse)?;
    let usable = draft.position.available(&reward.wallet)?;
    let Price { points, value, .. } = match cart {
        Some(cart) => {
            same_currency(draft, cart)?;
            // The cart's own holds pay first, and what of it they would pay.
            let mut till = Till::of(cart);
            for other in cart.holds() {
                let other = open(draft, other)?;
                let (value, lines) = worth(draft, &other, cart, &till)?;
                let price = Price { points: other.points, value, lines };
                till.add(draft, &other.reward, Some(&other), price)?;
            }
            let over_ask = draft.programme.parts().over_ask;
            let room = Room { usable, over_ask, ..Room::new(cart, till.redeemed, &till.paid)? };
            reward.price(&room, redeem.ask).map_err(refuse)?
        }
        None => {
            let price = reward.priced_alone(redeem.ask).map_err(refuse)?;
            reward.affordable(&price, usable).map_err(Refusal::from).map_err(refuse)?;
            price
        }
    };
    let (reward, wallet) = (reward.id.clone(), reward.wallet.clone());
    let parts = draft.take(&wallet, points)?;
    let until = draft.moment.at.plus_minutes(draft.programme.parts().hold_minutes);
    let (id, outside_cart) = (id.clone(), cart.is_none());
    draft.post(Event::Held(Hold { id, reward, wallet, points, value, parts, until, outside_cart }))
}

/// Spends held points outside an order: all, or so many and the others go back.
///
/// A hold reserves no stock: where there is none left, it cannot be captured. An order that was paid with it is
/// honoured all the same.
///
/// # Errors
/// `above_maximum` for more points than are held; `points_not_taken` for fewer of a fixed price; `out_of_stock`;
/// `reward_unknown` where it has left the programme since, and the points can only go back.
pub(crate) fn capture(draft: &mut Draft<'_>, id: &HoldId, points: Option<Points>) -> Result<(), Refusal> {
    let hold = open(draft, id)?;
    let reward = find(draft, &hold.reward)?;
    draft.in_stock(reward, 0).map_err(|refusal| refusal.of(reward.id.as_str()))?;
    spend(draft, &hold, points)?;
    draft.repay()
}

/// Gives held points back to their lots.
pub(crate) fn release(draft: &mut Draft<'_>, id: &HoldId) -> Result<(), Refusal> {
    let Hold { id, wallet, points, .. } = open(draft, id)?;
    draft.post(Event::Released { hold: id, wallet, points, timed_out: false })?;
    draft.repay()
}

fn spend(draft: &mut Draft<'_>, hold: &Hold, points: Option<Points>) -> Result<(), Refusal> {
    let reward = draft.programme.reward(&hold.reward);
    let kind = reward.map(|reward| &reward.kind);
    let points = points.unwrap_or(hold.points);
    let out_of = |code, bound: Points| {
        Err(Refusal::with(code, Figure::Points(bound), Figure::Points(points)).of(hold.id.as_str()))
    };
    if points > hold.points {
        return out_of(Code::AboveMaximum, hold.points);
    }
    if points.is_zero() && !hold.points.is_zero() {
        return out_of(Code::BelowMinimum, Points::new(1)?);
    }
    if points != hold.points {
        match kind {
            Some(RewardKind::PayWithPoints { step, .. }) if price::over_step(points, *step) != 0 => {
                return out_of(Code::PointsNotInSteps, *step);
            }
            Some(RewardKind::PayWithPoints { least, .. }) if points < *least => {
                return out_of(Code::BelowMinimum, *least);
            }
            Some(RewardKind::PayWithPoints { .. }) => {}
            // A part of a fixed price buys nothing.
            _ => return Err(Refusal::about(Code::PointsNotTaken, hold.id.as_str())),
        }
    }
    // What expires last goes back.
    let mut back = hold.points.minus(points)?;
    let mut returned = Vec::new();
    for part in hold.parts.iter().rev() {
        let points = part.points.min(back);
        back = back.minus(points)?;
        if !points.is_zero() {
            returned.push(Lot { points, ..part.clone() });
        }
    }
    let gives = match kind {
        // What was promised when it was held.
        Some(RewardKind::Certificate { wallet, .. }) => {
            let wallet = draft.wallet(wallet)?;
            let points = Points::new(hold.value.units())?;
            let terms = wallet.lasting(draft.moment);
            Some(draft.lot(0, wallet, Source::Reward(hold.id.clone()), points, terms))
        }
        _ => None,
    };
    let ticket = match kind {
        Some(RewardKind::Ticket { draw }) => Some(draw.clone()),
        _ => None,
    };
    let mut usage = Usage::default();
    add_used(&mut usage, draft, &hold.reward, hold.value, draft.moment.day)?;
    let Usage { uses, shared } = usage;
    draft.post(Event::Captured {
        hold: hold.id.clone(),
        reward: hold.reward.clone(),
        wallet: hold.wallet.clone(),
        points,
        returned,
        uses,
        shared,
        gives,
        ticket,
    })
}

/// A captured reward was handed over.
pub(crate) fn fulfil(draft: &mut Draft<'_>, id: &HoldId) -> Result<(), Refusal> {
    match draft.book.holds.get(id).map(|record| &record.end) {
        Some(HoldEnd::Captured(None)) => draft.post(Event::RewardFulfilled { hold: id.clone() }),
        Some(_) => Err(Refusal::about(Code::HoldNotOpen, id.as_str())),
        None => Err(Refusal::about(Code::HoldUnknown, id.as_str())),
    }
}

/// A captured reward will not be handed over: its points go back to their lots, and what it gave is taken back.
///
/// # Errors
/// `points_spent` where what it gave was spent.
pub(crate) fn cancel(draft: &mut Draft<'_>, id: &HoldId) -> Result<(), Refusal> {
    let record = draft.book.holds.get(id).ok_or_else(|| Refusal::about(Code::HoldUnknown, id.as_str()))?;
    if record.end != HoldEnd::Captured(None) {
        return Err(Refusal::about(Code::HoldNotOpen, id.as_str()));
    }
    let taken = match record.gave {
        Some(lot) => {
            let gave = draft.position.lots.iter().find(|known| known.id == lot && known.vested());
            let gave = gave.ok_or_else(|| Refusal::about(Code::PointsSpent, id.as_str()))?;
            if gave.points.get() != record.hold.value.units() {
                return Err(Refusal::about(Code::PointsSpent, id.as_str()));
            }
            Some(gave.clone())
        }
        None => None,
    };
    let reward = draft.programme.reward(&record.hold.reward);
    let ticket = match reward.map(|reward| &reward.kind) {
        Some(RewardKind::Ticket { draw }) if draft.position.tickets.contains_key(draw) => Some(draw.clone()),
        _ => None,
    };
    let mut usage = Usage::default();
    add_used(&mut usage, draft, &record.hold.reward, record.hold.value, record.day)?;
    let Usage { uses: unused, mut shared } = usage;
    shared.iter_mut().for_each(|(_, count)| *count = 0_i64.saturating_sub(*count));
    let restored = record.hold.parts.iter().map(|part| with_grace(draft, part)).collect();
    draft.post(Event::RewardCancelled { hold: id.clone(), restored, taken, unused, shared, ticket })?;
    draft.repay()
}

/// Adds what taking a reward once on a day uses of its limits and of what all members share; nothing of one that has
/// left the programme.
pub(crate) fn add_used(
    usage: &mut Usage,
    draft: &Draft<'_>,
    reward: &RewardId,
    value: Money,
    day: Day,
) -> Result<(), Code> {
    let Some(reward) = draft.programme.reward(reward) else { return Ok(()) };
    if let Some(Uses { per, .. }) = reward.uses {
        let of = UseOf::Reward(reward.id.clone());
        usage.uses.push(Used { of, since: period_start(per, day), count: 1 });
    }
    if reward.stock.is_some() {
        usage.shared.push((price::stock_of(reward)?, 1));
    }
    if let RewardKind::Donation { cause, .. } = &reward.kind {
        let minor = i64::try_from(value.units()).map_err(|_| Code::AmountTooLarge)?;
        usage.shared.push((SharedId::new(&["cause/", cause.as_str()].concat())?, minor));
    }
    Ok(())
}

/// Takes what an order is paid with: first the programme's automatic rewards, then the order's holds in their
/// order, then its rewards in theirs.
///
/// A hold pays what it was worth when it was taken, but never more than the same points are worth on the
/// order's own cart: the cart of the hold was only the shopper's word.
pub(crate) fn checkout<'a>(draft: &mut Draft<'_>, cart: &'a Cart) -> Result<Till<'a>, Refusal> {
    same_currency(draft, cart)?;
    let zero = Money::zero(cart.currency());
    let mut till = Till::of(cart);
    for reward in draft.programme.parts().rewards.iter().filter(|reward| reward.automatic) {
        // One that cannot be taken with this cart is not asked for.
        if let Ok(price) = till.price(draft, cart, reward, Ask::Fixed) {
            till.take(draft, reward, price)?;
        }
    }
    for id in cart.holds() {
        let (hold, captured) = payable(draft, id)?;
        if !captured {
            spend(draft, &hold, None)?;
        }
        let (value, lines) =
            if till.has_free(&hold) { (zero, vec![]) } else { worth(draft, &hold, cart, &till)? };
        till.add(draft, &hold.reward, Some(&hold), Price { points: hold.points, value, lines })?;
    }
    for choice in cart.redeem() {
        let reward = find(draft, &choice.reward)?;
        if reward.automatic && till.taken.iter().any(|taken| taken.reward == reward.id) {
            continue;
        }
        let price = till.price(draft, cart, reward, choice.ask);
        till.take(draft, reward, price.map_err(|refusal| refusal.of(choice.reward.as_str()))?)?;
    }
    Ok(till)
}

/// What was taken so far for one order.
pub(crate) struct Till<'a> {
    pub(crate) redeemed: Money,
    pub(crate) paid: Paid<'a>,
    pub(crate) taken: Vec<Redeemed>,
}

impl<'a> Till<'a> {
    fn of(cart: &'a Cart) -> Self {
        Self { redeemed: Money::zero(cart.currency()), paid: Paid::nothing(cart), taken: vec![] }
    }

    fn price(&self, draft: &Draft<'_>, cart: &Cart, reward: &Reward, ask: Ask) -> Result<Price, Refusal> {
        let (same, spent) = self.without_hold(reward)?;
        if same > 0 && reward.least().is_zero() {
            // What costs nothing is taken once a cart.
            return Err(Refusal::with(Code::LimitReached, Figure::Count(1), Figure::Count(1)));
        }
        draft.allows(reward, Some(cart), same)?;
        let usable = draft.position.available(&reward.wallet)?.above(spent);
        let over_ask = draft.programme.parts().over_ask;
        let room = Room { usable, over_ask, ..Room::new(cart, self.redeemed, &self.paid)? };
        // Points of this very order are counted when it is booked.
        if paid_with_fresh(draft.programme, reward) {
            reward.rich_enough(usable)?;
            reward.priced(&room, ask)
        } else {
            reward.price(&room, ask)
        }
    }

    /// How often a reward is taken without a hold, and the points of its wallet that are taken so.
    pub(crate) fn without_hold(&self, reward: &Reward) -> Result<(u64, Points), Code> {
        let (mut same, mut spent) = (0_u64, Points::ZERO);
        for taken in self.taken.iter().filter(|taken| taken.hold.is_none()) {
            if taken.wallet == reward.wallet {
                spent = spent.plus(taken.points)?;
            }
            same = same.saturating_add((taken.reward == reward.id).into());
        }
        Ok((same, spent))
    }

    /// Whether a held reward that costs nothing was taken already.
    fn has_free(&self, hold: &Hold) -> bool {
        hold.points.is_zero() && self.taken.iter().any(|taken| taken.reward == hold.reward)
    }

    fn take(&mut self, draft: &Draft<'_>, reward: &Reward, price: Price) -> Result<(), Refusal> {
        self.add(draft, &reward.id, None, price)
    }

    fn add(
        &mut self,
        draft: &Draft<'_>,
        reward: &RewardId,
        hold: Option<&Hold>,
        price: Price,
    ) -> Result<(), Refusal> {
        let wallet = match hold {
            Some(hold) => hold.wallet.clone(),
            None => find(draft, reward)?.wallet.clone(),
        };
        self.redeemed = self.redeemed.plus(price.value)?;
        self.paid.add(&price.lines)?;
        self.taken.push(redeemed(draft, reward, wallet, hold, price));
        Ok(())
    }
}

/// Whether a reward on a cart may be paid with points that the order earns itself.
pub(crate) fn paid_with_fresh(programme: &Programme, reward: &Reward) -> bool {
    let wallet = programme.wallet(&reward.wallet);
    let fresh = wallet.is_some_and(|wallet| wallet.spend == SpendFrom::ThisOrder);
    fresh && !matches!(reward.kind, RewardKind::PayWithPoints { .. })
}

/// A reward that pays for part of an order; without a hold its points are still to be taken.
pub(crate) fn redeemed(
    draft: &Draft<'_>,
    reward: &RewardId,
    wallet: WalletId,
    hold: Option<&Hold>,
    price: Price,
) -> Redeemed {
    let Price { points, value, lines } = price;
    let payment = draft.programme.wallet(&wallet).is_some_and(|w| w.kind == WalletKind::Certificates);
    let parts = hold.map(|hold| hold.parts.clone()).unwrap_or_default();
    let hold = hold.map(|hold| hold.id.clone());
    Redeemed { hold, reward: reward.clone(), wallet, points, value, payment, parts, lines }
}

/// What held points pay on the cart that is paid, and of which lines. A reward that has left the programme
/// since is honoured up to what is due.
fn worth(
    draft: &Draft<'_>,
    hold: &Hold,
    cart: &Cart,
    till: &Till<'_>,
) -> Result<(Money, Vec<PaidLine>), Refusal> {
    if hold.outside_cart {
        return Err(Refusal::about(Code::CartNotTaken, hold.id.as_str()));
    }
    let room = Room::new(cart, till.redeemed, &till.paid)?;
    let Some(reward) = draft.programme.reward(&hold.reward) else {
        // Nothing due takes no points of a reward that is there either.
        if room.due.is_zero() {
            return Err(Refusal::about(Code::NothingDue, hold.id.as_str()));
        }
        return Ok((hold.value.at_most(room.due)?, vec![]));
    };
    let price = reward.held(&room, hold.points).map_err(|refusal| refusal.of(hold.id.as_str()))?;
    let mut lines = price.lines;
    if price.value.amount() <= hold.value.amount() {
        return Ok((price.value, lines));
    }
    // Of what became dearer since it pays what it was worth, and the same lines.
    let shares = split_money(hold.value, lines.iter().map(|line| line.value.units().into()).collect())?;
    lines.iter_mut().zip(shares).for_each(|(line, share)| line.value = share);
    Ok((hold.value, lines))
}

fn same_currency(draft: &Draft<'_>, cart: &Cart) -> Result<(), Refusal> {
    if cart.currency() == draft.programme.currency() { Ok(()) } else { Err(Code::CurrencyMismatch.into()) }
}

fn find<'a>(draft: &Draft<'a>, id: &RewardId) -> Result<&'a Reward, Refusal> {
    draft.programme.reward(id).ok_or_else(|| Refusal::about(Code::RewardUnknown, id.as_str()))
}

/// Whether a hold of this name is there, or was. One that ended in this very decision is not in the book yet.
fn known(draft: &Draft<'_>, id: &HoldId) -> bool {
    let ended = |event: &Event| matches!(event, Event::Released { hold, .. } if hold == id);
    draft.position.holds.iter().any(|hold| hold.id == *id)
        || draft.book.holds.contains_key(id)
        || draft.events.iter().any(ended)
}

/// An open hold, or why it is not.
fn open(draft: &Draft<'_>, id: &HoldId) -> Result<Hold, Refusal> {
    let refuse = |code| Err(Refusal::about(code, id.as_str()));
    if let Some(hold) = draft.position.holds.iter().find(|hold| hold.id == *id) {
        return Ok(hold.clone());
    }
    let lapsed = |event: &Event| matches!(event, Event::Released { hold, timed_out: true, .. } if hold == id);
    match draft.book.holds.get(id).map(|record| &record.end) {
        Some(HoldEnd::TimedOut) => refuse(Code::HoldExpired),
        Some(_) => refuse(Code::HoldNotOpen),
        None if draft.events.iter().any(lapsed) => refuse(Code::HoldExpired),
        None => refuse(Code::HoldUnknown),
    }
}

/// A hold that may pay for an order, and whether it was captured before.
fn payable(draft: &Draft<'_>, id: &HoldId) -> Result<(Hold, bool), Refusal> {
    match draft.book.holds.get(id) {
        Some(record) if record.end == HoldEnd::Captured(None) => Ok((record.hold.clone(), true)),
        _ => Ok((open(draft, id)?, false)),
    }
}
