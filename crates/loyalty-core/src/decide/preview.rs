//! The decision for a cart, without appending: what a shopper is shown.

use crate::decide::draft::Draft;
use crate::decide::order;
use crate::decide::price::{Price, Room};
use crate::decide::redemption::{self, Till};
use crate::decide::standing::{Tier, tier};
use crate::ground::code::{Code, Figure, Reason, Refusal};
use crate::ground::ids::{OrderId, WalletId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::Moment;
use crate::ledger::account::Account;
use crate::ledger::cart::Cart;
use crate::ledger::command::Order;
use crate::ledger::entry::{BookedLine, Credit, Event, Redeemed};
use crate::rules::programme::Programme;
use crate::rules::reward::Reward;
use crate::rules::select::Matches;
use std::mem;
use std::sync::Arc;

/// What paying a cart now would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview<'a> {
    /// What it earns, by lot.
    pub credits: Vec<Credit>,
    /// What counts of each line.
    pub lines: Vec<BookedLine>,
    /// Rewards that pay for part of it.
    pub taken: Vec<Redeemed>,
    /// The sum of all lines.
    pub total: Money,
    /// What the cart's rewards pay of it.
    pub redeemed: Money,
    /// What is left to pay.
    pub due: Money,
    /// Where the member stands before the order.
    pub before: Glance<'a>,
    /// Where the member would stand after it.
    pub after: Glance<'a>,
    /// What each reward would give on this cart, on top of those it has.
    pub rewards: Vec<RewardOffer<'a>>,
}

/// A member's balances and tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance<'a> {
    /// Of each wallet of the programme.
    pub balances: Vec<Balance<'a>>,
    /// The tier; none in a programme without tiers.
    pub tier: Option<Tier<'a>>,
}

/// What is in a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance<'a> {
    /// Which wallet.
    pub wallet: &'a WalletId,
    /// Spendable points.
    pub available: Points,
    /// Points that have not vested.
    pub pending: Points,
}

/// What a reward would give on a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardOffer<'a> {
    /// The reward.
    pub reward: &'a Reward,
    /// Its price; for a chosen number of points the smallest.
    pub points: Points,
    /// What that gives on this cart.
    pub value: Money,
    /// The largest number of points that can be chosen here; zero for a fixed price.
    pub most: Points,
    /// Why it cannot be taken now.
    pub refused: Option<Reason>,
    /// Available points missing to its price.
    pub missing: Points,
}

/// What paying `cart` at `moment` would come to: the decision of the order, without appending it.
///
/// # Errors
/// Those of paying the order.
pub fn preview<'a>(
    programme: &'a Programme,
    account: &Account,
    cart: &Arc<Cart>,
    moment: Moment,
) -> Result<Preview<'a>, Refusal> {
    preview_matched(programme, account, (cart, &programme.matches(cart)), moment)
}

/// As [`preview`], where the lines were looked up before: by this programme, of this cart or of one that differs from it in
/// pieces and amounts only.
///
/// # Errors
/// As [`preview`].
pub fn preview_matched<'a>(
    programme: &'a Programme,
    account: &Account,
    (cart, matches): (&Arc<Cart>, &Matches),
    moment: Moment,
) -> Result<Preview<'a>, Refusal> {
    let order = Arc::new(Order {
        id: OrderId::new("preview")?,
        cart: Arc::clone(cart),
        advocate: None,
        seller: None,
    });
    let mut draft = Draft::new(programme, account, None, moment);
    draft.matches = Some(matches);
    draft.settle()?;
    let before = glance(programme, &draft)?;
    let till = redemption::checkout(&mut draft, cart)?;
    let rewards = offers(programme, &draft, &order, &till)?;
    let redeemed = till.redeemed;
    order::book(&mut draft, &order, till.taken)?;
    draft.catch_up()?;
    let after = glance(programme, &draft)?;
    draft.can_be_kept()?;
    let booked = draft.events.iter_mut().find_map(|event| match event {
        Event::OrderPaid { credits, lines, redeemed, .. } => {
            Some((mem::take(credits), mem::take(lines), mem::take(redeemed)))
        }
        _ => None,
    });
    let (credits, lines, taken) = booked.ok_or(Code::EntryInconsistent)?;
    let due = cart.total().above(redeemed)?.above(cart.certificates())?;
    Ok(Preview { credits, lines, taken, total: cart.total(), redeemed, due, before, after, rewards })
}

fn glance<'a>(programme: &'a Programme, draft: &Draft<'_>) -> Result<Glance<'a>, Code> {
    let wallets = &programme.parts().wallets;
    let mut balances = Vec::with_capacity(wallets.len());
    for wallet in wallets {
        let mut balance = Balance { wallet: &wallet.id, available: Points::ZERO, pending: Points::ZERO };
        for lot in draft.position.in_wallet(&wallet.id) {
            let sum = if lot.vested() { &mut balance.available } else { &mut balance.pending };
            *sum = sum.plus(lot.points)?;
        }
        balances.push(balance);
    }
    Ok(Glance { balances, tier: tier(programme, draft) })
}

/// What each reward that can be asked for would give on top of those that are taken.
fn offers<'a>(
    programme: &'a Programme,
    draft: &Draft<'_>,
    order: &Order,
    till: &Till<'_>,
) -> Result<Vec<RewardOffer<'a>>, Refusal> {
    let cart = &*order.cart;
    let mut room = Room::new(cart, till.redeemed, &till.paid)?;
    // Rewards of one wallet mostly follow each other.
    let mut there: Option<(&WalletId, Points)> = None;
    let mut offers = Vec::with_capacity(programme.parts().rewards.len());
    for reward in programme.parts().rewards.iter().filter(|reward| !reward.automatic) {
        let (same, spent) = till.without_hold(reward)?;
        let known = there.filter(|(wallet, _)| **wallet == reward.wallet);
        let available =
            known.map_or_else(|| draft.position.available(&reward.wallet), |(_, known)| Ok(known))?;
        there = Some((&reward.wallet, available));
        room.usable = available.above(spent);
        let allowed = draft.allows(reward, Some(cart), same);
        let points = reward.least();
        let priced = if reward.kind.on_cart() {
            reward.priced(&room, reward.offer())
        } else {
            reward.priced_alone(reward.offer())
        };
        // What it gives does not hang on the balance: the shopper sees what to save for.
        let (value, short) = match priced {
            Ok(price) => {
                (price.value, affordable(draft, order, &till.taken, reward, &price, room.usable).err())
            }
            Err(refusal) => (Money::zero(cart.currency()), Some(refusal.into_reason())),
        };
        let missing = match &short {
            None => Points::ZERO,
            Some(Reason { code: Code::InsufficientPoints, has: Some(Figure::Points(has)), .. }) => {
                points.above(*has)
            }
            _ => points.above(room.usable),
        };
        let refused = match allowed {
            Err(refusal) => Some(refusal.into_reason()),
            Ok(()) => short,
        };
        offers.push(RewardOffer { reward, points, value, most: reward.most(&room)?, refused, missing });
    }
    Ok(offers)
}

/// Whether the member has the points for one more reward; in a wallet that allows it with those that the order
/// earns when the reward is taken with it.
fn affordable(
    draft: &Draft<'_>,
    order: &Order,
    taken: &[Redeemed],
    reward: &Reward,
    price: &Price,
    usable: Points,
) -> Result<(), Reason> {
    if !reward.kind.on_cart() || !redemption::paid_with_fresh(draft.programme, reward) {
        return reward.affordable(price, usable);
    }
    reward.rich_enough(usable)?;
    if usable >= price.points {
        return Ok(());
    }
    let mut all = taken.to_vec();
    all.push(redemption::redeemed(draft, &reward.id, reward.wallet.clone(), None, price.clone()));
    order::earn(draft, order, &mut all).map_err(Refusal::into_reason)?;
    Ok(())
}
