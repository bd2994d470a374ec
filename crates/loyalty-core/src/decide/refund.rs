//! Taking back what an order booked, line by line, over any number of parts (M46).

use crate::decide::basis::Basket;
use crate::decide::draft::Draft;
use crate::decide::earn::{self, Accrual, Earning};
use crate::decide::limits::Usage;
use crate::decide::redemption;
use crate::decide::referral;
use crate::decide::restore::restored;
use crate::decide::settle::member_level;
use crate::ground::code::{Code, Figure, Refusal};
use crate::ground::exact;
use crate::ground::ids::{OrderId, RuleId};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ground::split::whole_points;
use crate::ledger::account::{Activity, KeptLevel, Position};
use crate::ledger::apply;
use crate::ledger::cart::Cart;
use crate::ledger::command::{Part, Refund};
use crate::ledger::entry::{CreditBack, Event, RefundedLine, SaleCredit, Step};
use crate::ledger::records::{CreditRecord, LineRecord, OrderRecord};
use crate::rules::programme::{RefundBasis, Restored};
use crate::rules::rate::Rate;
use crate::rules::referral::Role;
use rust_decimal::Decimal;

/// The most refunds an order may have.
const MOST_REFUNDS: usize = 500;

/// Refunds an order, or a part of it.
///
/// By default the target is cumulative: after any refund, `booked × refunded ÷ charged` of each line is taken
/// back, rounded down, and all of it when all of the line is refunded. So any split of an order into refunds
/// takes back, in sum, exactly what was booked, and never more at any step. Points spent on the order
/// return in the same way. A refund that gives back nothing is not booked.
///
/// # Errors
/// `order_unknown`, `line_unknown`, `duplicate_id`, `currency_mismatch`, `refund_exceeds_line`; `points_spent` where
/// the programme refuses to owe; `too_many` beyond 500 refunds of an order.
pub(crate) fn refund(draft: &mut Draft<'_>, order: &OrderId, refund: &Refund) -> Result<(), Refusal> {
    let book = draft.book;
    let record = book.orders.get(order).ok_or_else(|| Refusal::about(Code::OrderUnknown, order.as_str()))?;
    let lines = refunded_lines(record, refund)?;
    let whole = is_whole(record, &lines)?;
    let before = !record.refunds.is_empty() && is_whole(record, &[])?;
    let nothing = lines.iter().all(|line| line.amount.is_zero() && line.spend.is_zero());
    if nothing && (before || !whole) {
        return Ok(());
    }
    if record.refunds.len() >= MOST_REFUNDS {
        return Err(Refusal::about(Code::TooMany, order.as_str()));
    }
    let restored = restored(draft, record, &lines, whole)?;
    // What returns is there to be taken back.
    let mut position = draft.position.clone();
    restored.iter().try_for_each(|parts| apply::restore(&mut position, parts))?;
    let credits = credits_back(draft, record, &lines, whole, &mut position)?;
    let main = draft.programme.main_wallet()?;
    let in_main = credits.iter().filter(|back| back.back.wallet == main.id).flat_map(|back| &back.lines);
    let points = Points::sum(in_main.copied())?;
    let gone = exact::sum(lines.iter().map(|line| line.spend))?;
    let whole = whole && !before;
    let keeps = kept_level(draft, record, points, gone, whole)?;
    let sale = sale_back(record, &lines)?;
    let remainders = remainders(draft, record, &lines)?;
    let Usage { uses: unused, shared } = if whole { rewards_back(draft, record)? } else { Usage::default() };
    let (order, refund) = (order.clone(), refund.clone());
    draft.post(Event::Refunded {
        order,
        day: record.day,
        refund,
        lines,
        points,
        credits,
        sale,
        restored,
        remainders,
        unused,
        shared,
        whole,
        keeps,
    })?;
    revoke_referral(draft, record, gone)
}

/// The friend's side of a referral falls when the order falls below the referral's minimum.
fn revoke_referral(draft: &mut Draft<'_>, record: &OrderRecord, gone: Decimal) -> Result<(), Refusal> {
    let Some(known) = record.referral.as_ref().filter(|known| !known.revoked) else { return Ok(()) };
    let booked = exact::sum(record.lines.iter().map(|line| line.spend))?;
    let back = exact::sum(record.lines.iter().map(|line| line.spend_back))?;
    let kept = exact::sub(exact::sub(booked, back)?, gone)?;
    if kept.is_zero() || kept < known.minimum.amount() {
        let (order, day) = (&record.order.id, record.day);
        referral::revoke(draft, (Role::Friend, &known.advocate), order, (known.lot, known.points), day)
    } else {
        Ok(())
    }
}

/// Whether nothing of the order is left to refund after these lines.
fn is_whole(record: &OrderRecord, lines: &[RefundedLine]) -> Result<bool, Refusal> {
    for (line, known) in record.order.cart.lines().iter().zip(&record.lines) {
        let now = lines.iter().find(|now| now.line == line.id);
        let now = now.map_or(Money::zero(line.amount.currency()), |now| now.amount);
        if known.refunded.plus(now)? != line.amount {
            return Ok(false);
        }
    }
    Ok(true)
}

fn refunded_lines(record: &OrderRecord, refund: &Refund) -> Result<Vec<RefundedLine>, Refusal> {
    let lines = || record.order.cart.lines().iter().zip(&record.lines).enumerate();
    if refund.lines.is_empty() {
        let points_left = |index: usize| {
            let credits = record.credits.iter().map(|credit| (&credit.credit.lines, &credit.back));
            credits.into_iter().any(|(booked, back)| booked.get(index) != back.get(index))
        };
        let left = lines().filter(|(index, (line, known))| {
            known.refunded != line.amount || known.spend_back != known.spend || points_left(*index)
        });
        return left.map(|(_, (line, known))| refunded_line(line, known, Part::Rest)).collect();
    }
    let mut parts = Vec::with_capacity(refund.lines.len());
    for (index, asked) in refund.lines.iter().enumerate() {
        let name = asked.line.as_str();
        if refund.lines.iter().take(index).any(|other| other.line == asked.line) {
            return Err(Refusal::about(Code::DuplicateId, name));
        }
        let found = lines().find(|(_, (line, _))| line.id == asked.line);
        let (_, (line, known)) = found.ok_or_else(|| Refusal::about(Code::LineUnknown, name))?;
        parts.push(refunded_line(line, known, asked.part)?);
    }
    Ok(parts)
}

fn refunded_line(
    line: &crate::ledger::cart::Line,
    known: &LineRecord,
    part: Part,
) -> Result<RefundedLine, Refusal> {
    let (name, charged) = (line.id.as_str(), line.amount);
    let left = charged.minus(known.refunded)?;
    let amount = match part {
        Part::Rest => left,
        Part::Amount(amount) if amount.currency() != charged.currency() => {
            return Err(Refusal::about(Code::CurrencyMismatch, name));
        }
        Part::Amount(amount) if amount.amount() > left.amount() => {
            let (needs, has) = (Figure::Money(left), Figure::Money(amount));
            return Err(Refusal::with(Code::RefundExceedsLine, needs, has).of(name));
        }
        Part::Amount(amount) => amount,
    };
    let refunded = known.refunded.plus(amount)?;
    let spend = if refunded == charged {
        known.spend
    } else {
        let basis = Money::new(known.spend, charged.currency())?;
        basis.part(refunded.amount(), charged.amount(), Rounding::Down)?.amount()
    };
    Ok(RefundedLine { line: line.id.clone(), amount, spend: exact::sub(spend, known.spend_back)? })
}

/// What is taken back of each lot, and from where; `position` is where the account stands, and then stood.
fn credits_back(
    draft: &Draft<'_>,
    record: &OrderRecord,
    lines: &[RefundedLine],
    whole: bool,
    position: &mut Position,
) -> Result<Vec<CreditBack>, Refusal> {
    let rules = draft.programme.parts().refunds;
    // What a rule carries over orders cannot be decided again for one of them.
    let carried = earn::booked(draft.programme, &record.credits).iter().any(|rate| rate.carries());
    let same = record.programme == *draft.programme.version() && !carried;
    let again = match rules.basis {
        RefundBasis::Recompute if same && !whole => Some(decided_again(draft, record, lines, true)?),
        RefundBasis::Refunded if same && !whole => Some(decided_again(draft, record, lines, false)?),
        _ => None,
    };
    let mut backs = Vec::new();
    for known in &record.credits {
        let by_line = match &again {
            // What earlier refunds of other lines left behind, too.
            None if whole => left_of(known),
            None => shares_back(record, &known.credit.lines, &known.back, lines)?,
            Some(accrual) => {
                let found = accrual.parts.iter().find(|part| {
                    part.wallet == known.credit.lot.wallet && part.campaign == known.credit.campaign
                });
                let points = Points::sum(found.iter().flat_map(|part| part.lines.iter().copied()))?;
                let booked = Points::sum(known.credit.lines.iter().copied())?;
                let back = Points::sum(known.back.iter().copied())?;
                let target = if rules.basis == RefundBasis::Recompute {
                    booked.above(points).above(back)
                } else {
                    points.min(booked.above(back))
                };
                spread_back(record, known, lines, target)?
            }
        };
        let points = Points::sum(by_line.iter().copied())?;
        if points.is_zero() {
            continue;
        }
        let lot = &known.credit.lot;
        let back = draft.claw_back(position, &lot.wallet, Some(lot.id), points, rules.shortfall)?;
        apply::take_back(position, &back)?;
        backs.push(CreditBack { lot: lot.id, lines: by_line, back });
    }
    Ok(backs)
}

/// What was not taken back yet, line by line.
fn left_of(known: &CreditRecord) -> Vec<Points> {
    known.credit.lines.iter().zip(&known.back).map(|(booked, back)| booked.above(*back)).collect()
}

/// The share of each refunded line's points, less what was taken back of it before.
fn shares_back(
    record: &OrderRecord,
    booked: &[Points],
    back: &[Points],
    lines: &[RefundedLine],
) -> Result<Vec<Points>, Refusal> {
    let mut shares = Vec::with_capacity(booked.len());
    let known = record.order.cart.lines().iter().zip(&record.lines);
    for ((line, known), (points, before)) in known.zip(booked.iter().zip(back)) {
        let Some(now) = lines.iter().find(|now| now.line == line.id) else {
            shares.push(Points::ZERO);
            continue;
        };
        let refunded = known.refunded.plus(now.amount)?;
        let target = if refunded == line.amount {
            *points
        } else {
            let share = exact::mul(points.get().into(), refunded.amount())?;
            Rounding::Down.points(share, line.amount.amount())?
        };
        shares.push(target.above(*before));
    }
    Ok(shares)
}

/// Points to take back, taken from what is left of the refunded lines first, then of the others.
fn spread_back(
    record: &OrderRecord,
    known: &CreditRecord,
    lines: &[RefundedLine],
    points: Points,
) -> Result<Vec<Points>, Refusal> {
    let mut spread = vec![Points::ZERO; known.credit.lines.len()];
    let mut left = points;
    for refunded in [true, false] {
        for (index, line) in record.order.cart.lines().iter().enumerate() {
            if lines.iter().any(|now| now.line == line.id) != refunded {
                continue;
            }
            let (Some(booked), Some(back)) = (known.credit.lines.get(index), known.back.get(index)) else {
                continue;
            };
            let part = left.min(booked.above(*back));
            left = left.minus(part)?;
            if let Some(spread) = spread.get_mut(index) {
                *spread = part;
            }
        }
    }
    Ok(spread)
}

/// What the rest of an order earns by the rules that booked it, or what its refunded part alone does.
fn decided_again(
    draft: &Draft<'_>,
    record: &OrderRecord,
    lines: &[RefundedLine],
    rest: bool,
) -> Result<Accrual, Refusal> {
    let mut cart = Cart::clone(&record.order.cart);
    let mut bases = Vec::with_capacity(record.lines.len());
    let mut free = Vec::with_capacity(record.lines.len());
    for (place, (line, known)) in record.order.cart.lines().iter().zip(&record.lines).enumerate() {
        let now = lines.iter().find(|now| now.line == line.id);
        let gone = now.map_or(Decimal::ZERO, |now| now.spend);
        let basis = if rest { exact::sub(exact::sub(known.spend, known.spend_back)?, gone)? } else { gone };
        let amount = now.map_or(Money::zero(line.amount.currency()), |now| now.amount);
        let amount = if rest { line.amount.minus(known.refunded)?.minus(amount)? } else { amount };
        let pieces = exact::mul(line.quantity.into(), amount.amount())?;
        let pieces = if line.amount.is_zero() {
            line.quantity
        } else {
            let whole = Rounding::Down.whole(pieces, line.amount.amount())?;
            u32::try_from(whole_points(whole)?.get()).map_err(|_| Code::NumberOutOfRange)?
        };
        cart.put(place, pieces, amount)?;
        bases.push(Money::new(basis, line.amount.currency())?);
        let paid = record.redeemed.iter().flat_map(|paid| &paid.lines).filter(|paid| paid.line == line.id);
        free.push(paid.map(|paid| paid.pieces).fold(0, u32::saturating_add).min(pieces));
    }
    let basket = Basket { cart: &cart, bases, free };
    let booked = record.credits.iter().flat_map(|known| &known.credit.steps).find_map(|step| match step {
        Step::Tier { level, multiplier, .. } => Some((level, *multiplier)),
        _ => None,
    });
    let now = draft.situation(Some(&cart));
    let again = Some(record.credits.as_slice());
    let earning = Earning {
        programme: draft.programme,
        basket: &basket,
        matches: &draft.programme.matches(&cart),
        spend: basket.spend()?,
        now,
        shared: draft.shared,
        level: booked,
        again,
    };
    Ok(earn::accrue(earning)?)
}

/// What the seller loses of each credit.
fn sale_back(record: &OrderRecord, lines: &[RefundedLine]) -> Result<Vec<SaleCredit>, Refusal> {
    let back = |known: &crate::ledger::records::SaleCreditRecord| {
        let lines = shares_back(record, &known.credit.lines, &known.back, lines)?;
        Ok(SaleCredit { wallet: known.credit.wallet.clone(), lines })
    };
    record.sale.iter().map(back).collect()
}

/// Limits and stock of the order's rewards, which return with their points: of the day, month or year of the order.
fn rewards_back(draft: &Draft<'_>, record: &OrderRecord) -> Result<Usage, Refusal> {
    let mut back = Usage::default();
    if draft.programme.parts().refunds.restored == Restored::Never {
        return Ok(back);
    }
    for paid in &record.redeemed {
        redemption::add_used(&mut back, draft, &paid.reward, paid.value, record.day)?;
    }
    back.shared.iter_mut().for_each(|(_, count)| *count = 0_i64.saturating_sub(*count));
    Ok(back)
}

/// What is left over of rules that carry it, when the refunded part counts no more: less what it counted for, and
/// more by the groups that are given back with it.
fn remainders(
    draft: &Draft<'_>,
    record: &OrderRecord,
    lines: &[RefundedLine],
) -> Result<Vec<(RuleId, Decimal)>, Refusal> {
    let steps = record.credits.iter().flat_map(|known| &known.credit.steps);
    let booked = earn::booked(draft.programme, &record.credits);
    let mut rests = Vec::new();
    for step in steps {
        let Step::Rate { rule, amount, per, groups: Some(groups), carried, .. } = step else { continue };
        let rate = draft.programme.parts().rates.iter().find(|rate| rate.id == *rule);
        let Some(rate) = rate.filter(|rate| rate.carries()) else {
            continue;
        };
        let counted = exact::sub(*amount, carried.unwrap_or_default())?;
        let owned = |among: &[&Rate]| {
            let sold = record.order.cart.lines().iter().zip(&record.lines);
            let owns = |line| earn::owner(among, rate, line).is_none_or(|owner| owner == rate);
            sold.filter(|(line, _)| rate.select.takes(line) && owns(line)).collect::<Vec<_>>()
        };
        let mut sold = owned(&booked);
        if exact::sum(sold.iter().map(|(_, known)| known.spend))? != counted {
            // An exclusive rule had lines for itself, and another that gave more was the only one to give.
            sold = owned(&draft.programme.parts().rates.iter().collect::<Vec<_>>());
        }
        let before = exact::sum(sold.iter().map(|(_, known)| known.spend_back))?.min(counted);
        let gone = sold.iter().filter_map(|(line, _)| lines.iter().find(|gone| gone.line == line.id));
        let after = exact::add(before, exact::sum(gone.map(|gone| gone.spend))?)?.min(counted);
        let now = exact::sub(after, before)?;
        if now.is_zero() || counted <= Decimal::ZERO {
            continue;
        }
        let given_back = |part: Decimal| {
            let share = exact::mul(groups.get().into(), part)?;
            Rounding::Down.whole(share, counted)
        };
        let groups = exact::sub(given_back(after)?, given_back(before)?)?;
        let rest = draft.position.remainders.get(rule).copied().unwrap_or_default();
        rests.push((rule.clone(), exact::add(exact::sub(rest, now)?, exact::mul(groups, per.amount())?)?));
    }
    Ok(rests)
}

/// The level that is kept for a while, where the programme says so and the refund lowers it.
fn kept_level(
    draft: &Draft<'_>,
    record: &OrderRecord,
    points: Points,
    spend: Decimal,
    whole: bool,
) -> Result<Option<KeptLevel>, Refusal> {
    let Some(tiers) = draft.programme.tiers() else { return Ok(None) };
    let (Some(period), Some(level)) = (tiers.refund_keeps(), draft.position.level.as_ref()) else {
        return Ok(None);
    };
    let mut after = draft.position.clone();
    let gone = Activity {
        spend: exact::sub(Decimal::ZERO, spend)?,
        points: i64::try_from(points.get()).map_err(|_| Code::PointsOutOfRange)?.saturating_neg(),
        orders: if whole { -1 } else { 0 },
        ..Activity::default()
    };
    apply::add_activity(&mut after, record.day, &gone)?;
    let today = draft.moment.day;
    let floor = member_level(draft.programme, &after, today);
    let progress = tiers.progress(&after, today, &Activity::default())?;
    let falls = tiers.level(&after, today, progress, floor)?.map(|after| &after.id) != Some(level);
    Ok(falls.then(|| KeptLevel { level: level.clone(), through: today.end_of(period) }))
}
