//! The decision for a cart, without appending: what a shopper is shown.

use crate::ledger::account::{Account, Position};
use crate::ledger::cart::Cart;
use crate::ground::code::{Code, Refusal};
use crate::ledger::command::{Command, Fingerprint, Order, Request};
use crate::decide::draft::Draft;
use crate::ledger::entry::{BookedLine, Event, Step};
use crate::ground::ids::{AccountId, Key, LevelId, OrderId};
use crate::ground::money::Money;
use crate::decide::order;
use crate::ground::points::Points;
use crate::rules::programme::{Programme, Terms};
use crate::decide::redemption;
use crate::rules::reward::{Reward, RewardKind, Room};
use crate::decide::settle::last_day;
use crate::rules::tier::Next;
use crate::ground::time::{Day, Moment};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What paying a cart now would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview<'a> {
    /// Points it earns.
    pub points: Points,
    /// When they vest and expire.
    pub terms: Terms,
    /// Why; sums to `points`.
    pub steps: Vec<Step>,
    /// Per line; sums to `points`.
    pub lines: Vec<BookedLine>,
    /// The sum of all lines.
    pub total: Money,
    /// What the cart's rewards pay of it.
    pub redeemed: Money,
    /// What is left to pay.
    pub due: Money,
    /// Where the member stands before the order.
    pub before: Standing<'a>,
    /// Where the member would stand after it.
    pub after: Standing<'a>,
    /// What each reward would give on this cart, on top of those it has.
    pub rewards: Vec<RewardOffer<'a>>,
}

/// Where a member stands at a moment: everything due by then is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Lots, holds, debt.
    pub position: Position,
    /// The tier level.
    pub level: Option<LevelId>,
    /// The level's name.
    pub level_name: Option<&'a str>,
    /// Spend in the tier's window; zero in a programme without tiers.
    pub spend: Decimal,
    /// The next level up.
    pub next: Option<Next<'a>>,
}

/// Points that gather until they are enough to become spendable (M03).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pot {
    /// Points in it.
    pub points: Points,
    /// What it must hold.
    pub threshold: Points,
}

impl Standing<'_> {
    /// Spendable points by their last usable day.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn expiring(&self, programme: &Programme) -> Result<BTreeMap<Day, Points>, Code> {
        let vested = self.position.lots.iter().filter(|lot| lot.vested());
        by_day(vested.filter_map(|lot| Some((last_day(programme, &self.position, lot)?, lot.points))))
    }

    /// Pending points by the day their wait ends, where it has not.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn vesting(&self, today: Day) -> Result<BTreeMap<Day, Points>, Code> {
        let pending = self.position.lots.iter().filter_map(|lot| Some((lot.vests_on?, lot.points)));
        by_day(pending.filter(|(day, _)| *day > today))
    }

    /// The pot, in a programme that has one.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn pot(&self, programme: &Programme, today: Day) -> Result<Option<Pot>, Code> {
        let threshold = programme.parts().vesting.threshold;
        if threshold.is_zero() {
            return Ok(None);
        }
        let waited = self.position.lots.iter().filter(|lot| lot.vests_on.is_some_and(|day| day <= today));
        Ok(Some(Pot { points: Points::sum(waited.map(|lot| lot.points))?, threshold }))
    }
}

fn by_day(lots: impl Iterator<Item = (Day, Points)>) -> Result<BTreeMap<Day, Points>, Code> {
    let mut days = BTreeMap::new();
    for (day, points) in lots {
        let sum: &mut Points = days.entry(day).or_default();
        *sum = sum.plus(points)?;
    }
    Ok(days)
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
    pub refused: Option<Code>,
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
    cart: &Cart,
    moment: Moment,
) -> Result<Preview<'a>, Refusal> {
    let order = Arc::new(Order { id: OrderId::new("preview")?, cart: cart.clone(), advocate: None });
    let request = Request {
        account: AccountId::new("preview")?,
        key: Key::new("preview")?,
        fingerprint: Fingerprint([0; 16]),
        command: Command::PayOrder(Arc::clone(&order)),
    };
    let mut draft = Draft::new(programme, account, &request, moment);
    draft.settle()?;
    let before = stand(programme, &draft)?;
    let taken = redemption::checkout(&mut draft, &order)?;
    let redeemed = Money::sum(cart.currency(), taken.iter().map(|r| r.value))?;
    let room = Room { total: cart.total(), redeemed, usable: draft.position.available()? };
    let rewards = programme.rewards().iter().map(|r| offer(r, room)).collect::<Result<_, _>>()?;
    order::book(&mut draft, &order, taken)?;
    draft.catch_up()?;
    let after = stand(programme, &draft)?;
    let booked = draft.entries.into_iter().find_map(|entry| match entry.event {
        Event::OrderPaid { points, vests_on, last_day, steps, lines, .. } => {
            Some((points, Terms { vests_on, last_day }, steps, lines))
        }
        _ => None,
    });
    let (points, terms, steps, lines) = booked.ok_or(Code::EntryInconsistent)?;
    let due = cart.total().above(redeemed)?;
    Ok(Preview { points, terms, steps, lines, total: cart.total(), redeemed, due, before, after, rewards })
}

/// Where an account stands at `moment`.
///
/// # Errors
/// `points_out_of_range`, `amount_too_large`, `entry_inconsistent` for a damaged account.
pub fn standing<'a>(
    programme: &'a Programme,
    account: &Account,
    moment: Moment,
) -> Result<Standing<'a>, Refusal> {
    let request = Request {
        account: AccountId::new("standing")?,
        key: Key::new("standing")?,
        fingerprint: Fingerprint([0; 16]),
        command: Command::Release { hold: crate::ground::ids::HoldId::new("standing")? },
    };
    let mut draft = Draft::new(programme, account, &request, moment);
    draft.settle()?;
    stand(programme, &draft)
}

fn stand<'a>(programme: &'a Programme, draft: &Draft<'_>) -> Result<Standing<'a>, Refusal> {
    let position = draft.position.clone();
    let level = position.level.clone();
    let Some(tiers) = programme.tiers() else {
        return Ok(Standing { position, level, level_name: None, spend: Decimal::ZERO, next: None });
    };
    let spend = tiers.spend(&position.spend, draft.moment.day)?;
    let found = tiers.levels().iter().find(|known| Some(&known.id) == level.as_ref());
    let next = tiers.next(spend, level.as_ref());
    Ok(Standing { position, level, level_name: found.map(|l| &*l.name), spend, next })
}

fn offer(reward: &Reward, room: Room) -> Result<RewardOffer<'_>, Refusal> {
    let points = reward.least();
    let most = reward.most(room)?;
    let chosen = matches!(reward.kind, RewardKind::PayWithPoints { .. }).then_some(points);
    let refused = reward.price(room, chosen).err();
    // What it gives does not hang on the balance: the shopper sees what to save for.
    let rich = Room { usable: Points::MAX, ..room };
    let value = reward.price(rich, chosen).map_or(Money::zero(room.total.currency()), |price| price.value);
    Ok(RewardOffer { reward, points, value, most, refused, missing: points.above(room.usable) })
}
