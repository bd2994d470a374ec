//! Taking rewards: hold, capture, release (M21, M22, M26).

use crate::ledger::account::{Hold, HoldEnd};
use crate::ledger::cart::Cart;
use crate::ground::code::{Code, Refusal};
use crate::ledger::command::Order;
use crate::decide::draft::Draft;
use crate::ledger::entry::{Entry, Event, Redeemed};
use crate::ground::ids::{HoldId, RewardId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::rules::reward::{RewardKind, Room};

/// The most holds an account may have open.
const MOST_HOLDS: usize = 20;

/// Sets points aside for a reward on a cart.
///
/// Order of effects: the cart's own holds pay first; this one is priced on what is left. Rewards the cart
/// would take at checkout are not looked at.
///
/// # Errors
/// `too_many` beyond 20 open holds.
pub(crate) fn hold(
    draft: &mut Draft<'_>,
    id: &HoldId,
    reward: &RewardId,
    points: Option<Points>,
    cart: &Cart,
) -> Result<(), Refusal> {
    same_currency(draft, cart)?;
    if draft.position.holds.len() >= MOST_HOLDS {
        return Err(Refusal::about(Code::TooMany, id.as_str()));
    }
    let mut redeemed = Money::zero(cart.currency());
    for other in cart.holds() {
        redeemed = redeemed.plus(open(draft, other)?.value)?;
    }
    set_aside(draft, id, reward, points, cart.total(), redeemed)?;
    Ok(())
}

/// Spends held points outside an order.
pub(crate) fn capture(draft: &mut Draft<'_>, id: &HoldId) -> Result<(), Refusal> {
    let points = open(draft, id)?.points;
    draft.post(Event::Captured { hold: id.clone(), points })
}

/// Gives held points back to their lots.
pub(crate) fn release(draft: &mut Draft<'_>, id: &HoldId) -> Result<(), Refusal> {
    let points = open(draft, id)?.points;
    draft.post(Event::Released { hold: id.clone(), points, timed_out: false })?;
    draft.repay()
}

/// Captures what an order is paid with: first its holds in their order, then its rewards in theirs.
///
/// A hold pays what it was worth when it was taken, but never more than the same points are worth on the
/// order's own cart: the cart of the hold was only the shopper's word.
pub(crate) fn checkout(draft: &mut Draft<'_>, order: &Order) -> Result<Vec<Redeemed>, Refusal> {
    let cart = &order.cart;
    same_currency(draft, cart)?;
    let mut redeemed: Vec<Redeemed> = Vec::new();
    let mut paid = Money::zero(cart.currency());
    for id in cart.holds() {
        let (hold, captured) = payable(draft, id)?;
        if !captured {
            draft.post(Event::Captured { hold: id.clone(), points: hold.points })?;
        }
        let value = hold.value.at_most(worth(draft, &hold, cart.total(), paid)?)?;
        paid = paid.plus(value)?;
        redeemed.push(Redeemed { value, ..paid_with(hold) });
    }
    for choice in cart.redeem() {
        // Named after the account's last entry, so no two are alike; shops cannot name a hold so.
        let id = HoldId::new(&format!("#{}", draft.position.seq))?;
        let hold = set_aside(draft, &id, &choice.reward, choice.points, cart.total(), paid)?;
        draft.post(Event::Captured { hold: id, points: hold.points })?;
        paid = paid.plus(hold.value)?;
        redeemed.push(paid_with(hold));
    }
    Ok(redeemed)
}

/// What held points pay on the cart that is paid. A reward that has left the programme since is honoured
/// up to what is due.
fn worth(draft: &Draft<'_>, hold: &Hold, total: Money, redeemed: Money) -> Result<Money, Refusal> {
    let rules = draft.programme.rewards().iter().find(|known| known.id == hold.reward);
    let Some(rules) = rules else { return Ok(total.above(redeemed)?) };
    let chosen = matches!(rules.kind, RewardKind::PayWithPoints { .. }).then_some(hold.points);
    let room = Room { total, redeemed, usable: Points::MAX };
    let price = rules.price(room, chosen).map_err(|code| Refusal::about(code, hold.id.as_str()))?;
    Ok(price.value)
}

fn paid_with(hold: Hold) -> Redeemed {
    Redeemed { hold: hold.id, reward: hold.reward, points: hold.points, value: hold.value, parts: hold.parts }
}

fn same_currency(draft: &Draft<'_>, cart: &Cart) -> Result<(), Refusal> {
    if cart.currency() == draft.programme.currency() { Ok(()) } else { Err(Code::CurrencyMismatch.into()) }
}

fn set_aside(
    draft: &mut Draft<'_>,
    id: &HoldId,
    reward: &RewardId,
    points: Option<Points>,
    total: Money,
    redeemed: Money,
) -> Result<Hold, Refusal> {
    // A hold that ended in this very decision is not in the book yet.
    let ended = |entry: &Entry| matches!(&entry.event, Event::Released { hold, .. } | Event::Captured { hold, .. } if hold == id);
    let known = draft.position.holds.iter().any(|hold| hold.id == *id)
        || draft.book.holds.contains_key(id)
        || draft.entries.iter().any(ended);
    if known {
        return Err(Refusal::about(Code::HoldExists, id.as_str()));
    }
    let rules = draft.programme.rewards().iter().find(|known| known.id == *reward);
    let rules = rules.ok_or_else(|| Refusal::about(Code::RewardUnknown, reward.as_str()))?;
    let room = Room { total, redeemed, usable: draft.position.available()? };
    let price = rules.price(room, points).map_err(|code| Refusal::about(code, reward.as_str()))?;
    let hold = Hold {
        id: id.clone(),
        reward: reward.clone(),
        points: price.points,
        value: price.value,
        parts: draft.take(price.points)?,
        until: draft.moment.at.plus_minutes(draft.programme.parts().hold_minutes),
    };
    let Hold { id, reward, points, value, parts, until } = hold.clone();
    draft.post(Event::Held { hold: id, reward, points, value, parts, until })?;
    Ok(hold)
}

/// An open hold, or why it is not.
fn open(draft: &Draft<'_>, id: &HoldId) -> Result<Hold, Refusal> {
    let refuse = |code| Err(Refusal::about(code, id.as_str()));
    if let Some(hold) = draft.position.holds.iter().find(|hold| hold.id == *id) {
        return Ok(hold.clone());
    }
    let lapsed =
        |entry: &Entry| matches!(&entry.event, Event::Released { hold, timed_out: true, .. } if hold == id);
    match draft.book.holds.get(id).map(|record| &record.end) {
        Some(HoldEnd::TimedOut) => refuse(Code::HoldExpired),
        Some(HoldEnd::Captured(_) | HoldEnd::Released) => refuse(Code::HoldNotOpen),
        None if draft.entries.iter().any(lapsed) => refuse(Code::HoldExpired),
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
