//! Taking back what an order booked, line by line, over any number of parts (M46).

use crate::ledger::account::{LineRecord, OrderRecord};
use crate::ledger::apply;
use crate::ground::code::{Code, Refusal};
use crate::ledger::command::{Part, Refund};
use crate::decide::draft::Draft;
use crate::ledger::entry::{Event, RefundedLine};
use crate::ground::exact;
use crate::ground::ids::OrderId;
use crate::ledger::lot::{Lot, in_spending_order};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::rules::programme::Role;
use crate::decide::referral;
use crate::ground::rounding::Rounding;
use crate::ground::split::whole_points;
use crate::ground::time::Span;
use rust_decimal::Decimal;

/// Refunds an order, or a part of it.
///
/// The target is cumulative: after any refund, `booked × refunded ÷ charged` of each line is taken back,
/// rounded down, and all of it when all of the line is refunded. So any split of an order into refunds
/// takes back, in sum, exactly what was booked, and never more at any step. Points spent on the order
/// return in the same way, to the lots they came from.
pub(crate) fn refund(draft: &mut Draft<'_>, order: &OrderId, refund: &Refund) -> Result<(), Refusal> {
    let book = draft.book;
    let record = book.orders.get(order).ok_or_else(|| Refusal::about(Code::OrderUnknown, order.as_str()))?;
    let lines = refunded_lines(record, refund)?;
    let points = Points::sum(lines.iter().map(|line| line.points))?;
    let restored = restored(draft, record, &lines)?;
    // What returns is there to be taken back.
    let mut position = draft.position.clone();
    apply::restore(&mut position, &restored)?;
    let back = draft.claw_back(&position, record.lot, points)?;
    let gone = exact::sum(lines.iter().map(|line| line.spend))?;
    draft.post(Event::Refunded {
        order: order.clone(),
        day: record.day,
        refund: refund.clone(),
        lines,
        back,
        restored,
    })?;
    revoke_referral(draft, record, gone)
}

/// The friend's side of a referral falls when the order falls below the referral's minimum.
fn revoke_referral(draft: &mut Draft<'_>, record: &OrderRecord, gone: Decimal) -> Result<(), Refusal> {
    let Some(known) = record.referral.as_ref().filter(|known| !known.revoked) else { return Ok(()) };
    let booked = exact::sum(record.lines.iter().map(|line| line.booked.spend))?;
    let back = exact::sum(record.lines.iter().map(|line| line.spend_back))?;
    let kept = exact::sub(exact::sub(booked, back)?, gone)?;
    if kept.is_zero() || kept < known.minimum.amount() {
        referral::revoke(draft, Role::Friend, &known.advocate, &record.order.id, known.lot, known.points)
    } else {
        Ok(())
    }
}

fn refunded_lines(record: &OrderRecord, refund: &Refund) -> Result<Vec<RefundedLine>, Refusal> {
    let lines = || record.order.cart.lines().iter().zip(&record.lines);
    if refund.lines.is_empty() {
        let left = lines().filter(|(line, known)| {
            known.refunded != line.amount
                || known.points_back != known.booked.points
                || known.spend_back != known.booked.spend
        });
        return left.map(|(line, known)| refunded_line(line.amount, known, Part::Rest)).collect();
    }
    let mut parts = Vec::with_capacity(refund.lines.len());
    for (index, asked) in refund.lines.iter().enumerate() {
        let name = asked.line.as_str();
        if refund.lines.iter().take(index).any(|other| other.line == asked.line) {
            return Err(Refusal::about(Code::DuplicateId, name));
        }
        let found = lines().find(|(line, _)| line.id == asked.line);
        let (line, known) = found.ok_or_else(|| Refusal::about(Code::LineUnknown, name))?;
        parts.push(refunded_line(line.amount, known, asked.part)?);
    }
    Ok(parts)
}

fn refunded_line(charged: Money, known: &LineRecord, part: Part) -> Result<RefundedLine, Refusal> {
    let name = known.booked.line.as_str();
    let left = charged.minus(known.refunded)?;
    let amount = match part {
        Part::Rest => left,
        Part::Amount(amount) if amount.currency() != charged.currency() => {
            return Err(Refusal::about(Code::CurrencyMismatch, name));
        }
        Part::Amount(amount) if amount.amount() > left.amount() => {
            return Err(Refusal::about(Code::RefundExceedsLine, name));
        }
        Part::Amount(amount) => amount,
    };
    let refunded = known.refunded.plus(amount)?;
    let (points, spend) = if refunded == charged {
        (known.booked.points, known.booked.spend)
    } else {
        let points = Decimal::from(known.booked.points.get());
        let share = exact::mul(points, refunded.amount())?;
        let basis = Money::new(known.booked.spend, charged.currency())?;
        let spend = basis.part(refunded.amount(), charged.amount(), Rounding::Down)?;
        (whole_points(Rounding::Down.whole(share, charged.amount())?)?, spend.amount())
    };
    Ok(RefundedLine {
        line: known.booked.line.clone(),
        amount,
        spend: exact::sub(spend, known.spend_back)?,
        points: points.minus(known.points_back)?,
    })
}

/// Points spent on the order that return now, as parts of the lots they came from: first to the lot that
/// lasts longest. A lot whose last day is over meanwhile lasts for the programme's days of grace.
fn restored(draft: &Draft<'_>, record: &OrderRecord, lines: &[RefundedLine]) -> Result<Vec<Lot>, Refusal> {
    let currency = record.order.cart.currency();
    let total = record.order.cart.total();
    let before = Money::sum(currency, record.lines.iter().map(|line| line.refunded))?;
    let refunded = before.plus(Money::sum(currency, lines.iter().map(|line| line.amount))?)?;
    let spent = Points::sum(record.redeemed.iter().map(|r| r.points))?;
    let target = if refunded == total {
        spent
    } else {
        let share = exact::mul(spent.get().into(), refunded.amount())?;
        whole_points(Rounding::Down.whole(share, total.amount())?)?
    };
    let parts = in_spending_order(record.redeemed.iter().flat_map(|r| &r.parts));
    let mut skip = record.restored;
    let mut left = target.minus(record.restored)?;
    let mut restored = Vec::new();
    for part in parts.into_iter().rev() {
        let open = part.points.above(skip);
        skip = skip.above(part.points);
        let points = open.min(left);
        left = left.minus(points)?;
        if !points.is_zero() {
            restored.push(Lot { points, ..with_grace(draft, part) });
        }
    }
    Ok(restored)
}

fn with_grace(draft: &Draft<'_>, part: &Lot) -> Lot {
    let today = draft.moment.day;
    let mut lot = part.clone();
    if lot.over(today) {
        lot.last_day = Some(today.plus(Span::Days(draft.programme.parts().refunds.grace_days)));
    }
    lot
}
