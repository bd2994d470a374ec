//! Gift now, or keep saving? (M13)

use crate::decide::price::stock_of;
use crate::decide::settle::last_day;
use crate::decide::standing::Standing;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::RewardId;
use crate::ground::money::Money;
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::time::{Day, Span};
use crate::ledger::account::UseOf;
use crate::ledger::records::Shared;
use crate::rules::privilege::Uses;
use crate::rules::programme::Programme;
use crate::rules::reward::{Reward, RewardKind};
use crate::rules::when::Situation;
use rust_decimal::Decimal;

/// How far the advice looks ahead and back, in days.
const HORIZON: u32 = 365;

/// A rung of the ladder: a reward of a fixed price and a fixed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung<'a> {
    /// The reward.
    pub reward: &'a Reward,
    /// What it is worth.
    pub value: Money,
    /// The first day, up to 365 from today, on which there are points enough at this member's pace; none
    /// where there is none.
    pub reached_on: Option<Day>,
    /// Points that expire unspent until then.
    pub lost: Points,
}

/// What the core advises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice<'a> {
    /// Points that orders earned in the last 365 days …
    pub earned: Points,
    /// … within which the member was one for so many days, at least 1.
    pub days: u32,
    /// The ladder, in the programme's order.
    pub rungs: Vec<Rung<'a>>,
    /// The rung that gives most for each point it costs or lets expire; of two alike the one that is reached
    /// sooner, then the cheaper, then the earlier. Take it where it is reached today, else keep saving.
    pub best: Option<RewardId>,
}

/// Advice for the main wallet: each rung is looked at alone, as if nothing else were taken before it.
///
/// Points are taken to come in evenly at the pace of the last 365 days, rounded down on each day, and to last;
/// pending points join on the day they vest, spendable ones leave after their last day. What is owed is repaid by points
/// that join, and otherwise out of the pace.
///
/// # Errors
/// `points_out_of_range`, `amount_too_large`.
pub fn advice<'a>(
    programme: &'a Programme,
    shared: &Shared,
    standing: &Standing<'_>,
) -> Result<Advice<'a>, Code> {
    let position = &standing.position;
    let today = standing.moment.day;
    let start = today.window_start(Span::Days(HORIZON));
    let recent = position.activity.iter().filter(|(day, _)| start <= *day && *day <= today);
    let earned = recent.fold(0_i64, |sum, (_, activity)| sum.saturating_add(activity.points));
    let earned = Points::new(u64::try_from(earned).unwrap_or(0))?;
    let since = position.since.unwrap_or(today).max(start);
    let days = today.days_since(since).saturating_add(1);
    let main = &programme.main_wallet()?.id;
    let mut open = Vec::new();
    for reward in programme.parts().rewards.iter().filter(|reward| reward.wallet == *main) {
        let offered = !reward.points.is_zero() && on_offer(reward, shared, standing)?;
        open.extend(worth(reward).filter(|_| offered).map(|value| (reward, value)));
    }
    let days_ahead = if open.is_empty() { vec![] } else { days_ahead(programme, standing, earned, days)? };
    let mut rungs = Vec::with_capacity(open.len());
    for (reward, value) in open {
        let reached = days_ahead.iter().find(|ahead| ahead.available >= reward.points.max(reward.balance));
        let reached_on = reached.map(|ahead| ahead.day);
        rungs.push(Rung {
            reward,
            value,
            reached_on,
            lost: reached.map_or(Points::ZERO, |ahead| ahead.lost),
        });
    }
    let best = best(&rungs)?.map(|rung| rung.reward.id.clone());
    Ok(Advice { earned, days, rungs, best })
}

/// Whether a reward is there for this member: its conditions hold today, it is not used up for ever, and not out
/// of stock.
fn on_offer(reward: &Reward, shared: &Shared, standing: &Standing<'_>) -> Result<bool, Code> {
    let position = &standing.position;
    let now = Situation { moment: standing.moment, position, level: position.level.as_ref(), cart: None };
    let of = UseOf::Reward(reward.id.clone());
    let used_up = |uses: Uses| uses.per.is_none() && position.used(&of, Day::default()) >= uses.count;
    let gone = shared.get(&stock_of(reward)?).copied().unwrap_or(0);
    let sold_out = reward.stock.is_some_and(|stock| u64::try_from(gone).unwrap_or(0) >= stock);
    Ok(reward.when.holds(now) && !reward.uses.is_some_and(used_up) && !sold_out)
}

fn worth(reward: &Reward) -> Option<Money> {
    match &reward.kind {
        RewardKind::MoneyOff { value }
        | RewardKind::Certificate { value, .. }
        | RewardKind::Donation { value, .. }
        | RewardKind::Gift { value, .. } => Some(*value),
        _ => None,
    }
}

/// A day to come.
struct Ahead {
    day: Day,
    available: Points,
    /// Points that were spendable and expired before it.
    lost: Points,
}

fn days_ahead(
    programme: &Programme,
    standing: &Standing<'_>,
    earned: Points,
    days: u32,
) -> Result<Vec<Ahead>, Code> {
    let main = &programme.main_wallet()?.id;
    let today = standing.moment.day;
    let lots = standing
        .position
        .in_wallet(main)
        .filter(|lot| lot.vested() || lot.vests_on().is_some_and(|day| day > today))
        .map(|lot| {
            (lot.vests_on().unwrap_or(today), last_day(programme, &standing.position, lot), lot.points)
        })
        // What expires before it vests is never spendable.
        .filter(|(from, last, _)| last.is_none_or(|last| *from <= last))
        .collect();
    let order = |(from, last, _): &(Day, Option<Day>, Points)| (*from, last.is_none(), *last);
    let mut debt = standing.position.debt(main);
    let mut joining = Vec::new();
    for (from, last, points) in sorted(lots, |one, other| order(one) < order(other)) {
        let repays = debt.min(points);
        debt = debt.minus(repays)?;
        joining.push((from, last, points.minus(repays)?, debt));
    }
    let mut all = Vec::new();
    for ahead in 0..=HORIZON {
        let day = today.plus(Span::Days(ahead));
        // More than can be counted is enough for every rung.
        let product = u128::from(earned.get()).saturating_mul(ahead.into());
        let joined = joining.iter().take_while(|(from, ..)| *from <= day);
        let owed = joined.clone().last().map_or(standing.position.debt(main), |(.., owed)| *owed);
        let mut available = at_most(product.checked_div(days.into()).unwrap_or(0))?.above(owed);
        let mut lost = Points::ZERO;
        for (_, last, points, _) in joined {
            if last.is_some_and(|last| last < day) {
                lost = lost.plus(*points)?;
            } else {
                available = at_most(u128::from(available.get()).saturating_add(points.get().into()))?;
            }
        }
        all.push(Ahead { day, available, lost });
    }
    Ok(all)
}

/// So many points, or as many as can be counted.
fn at_most(points: u128) -> Result<Points, Code> {
    Points::new(u64::try_from(points).unwrap_or(u64::MAX).min(Points::MAX.get()))
}

/// The rung that gives most for each point.
fn best<'a, 'b>(rungs: &'b [Rung<'a>]) -> Result<Option<&'b Rung<'a>>, Code> {
    let mut best: Option<(&Rung<'a>, Day)> = None;
    for rung in rungs {
        let Some(day) = rung.reached_on else { continue };
        let better = match best {
            None => true,
            Some((known, known_day)) => {
                let (new, old) = (
                    exact::mul(rung.value.amount(), cost(known)?)?,
                    exact::mul(known.value.amount(), cost(rung)?)?,
                );
                new > old || (new == old && (day, rung.reward.points) < (known_day, known.reward.points))
            }
        };
        if better {
            best = Some((rung, day));
        }
    }
    Ok(best.map(|(rung, _)| rung))
}

/// What a rung costs: its price, and what expires until it is reached.
fn cost(rung: &Rung<'_>) -> Result<Decimal, Code> {
    Ok(rung.reward.points.plus(rung.lost)?.get().into())
}
