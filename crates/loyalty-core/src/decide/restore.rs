//! Points that were spent on an order and return with its refund (M46).

use crate::decide::draft::Draft;
use crate::ground::code::Refusal;
use crate::ground::exact;
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ground::time::Span;
use crate::ledger::cart::Line;
use crate::ledger::entry::{Redeemed, RefundedLine};
use crate::ledger::lot::{Lot, Source, in_spending_order};
use crate::ledger::records::OrderRecord;
use crate::rules::programme::{Restored, RestoredWith};

/// Points of each reward of an order that return with these lines, as parts of lots: of a reward that paid
/// certain lines by the share of those that is refunded, else by the share of the order.
pub(crate) fn restored(
    draft: &Draft<'_>,
    record: &OrderRecord,
    lines: &[RefundedLine],
    whole: bool,
) -> Result<Vec<Vec<Lot>>, Refusal> {
    let rules = draft.programme.parts().refunds;
    let mut all = Vec::with_capacity(record.redeemed.len());
    let mut new_lots = 0_usize;
    for (paid, before) in record.redeemed.iter().zip(&record.restored) {
        let target = match (rules.restored, rules.restored_with) {
            (Restored::Never, _) => *before,
            (_, RestoredWith::WholeRefund) if !whole => *before,
            _ => target(record, lines, paid, whole)?,
        };
        let left = target.above(*before);
        let parts = if left.is_zero() {
            vec![]
        } else if let (Restored::NewLot, Some(wallet)) =
            (rules.restored, draft.programme.wallet(&paid.wallet))
        {
            let mut lots: Vec<Lot> = Vec::new();
            for Lot { issuer, points, .. } in original(draft, paid, *before, left)? {
                // Who issued them owes them still.
                if let Some(known) = lots.iter_mut().find(|known| known.issuer == issuer) {
                    known.points = known.points.plus(points)?;
                    continue;
                }
                let source = Source::Refund(record.order.id.clone());
                let lot = draft.lot(new_lots, wallet, source, points, wallet.lasting(draft.moment));
                lots.push(Lot { issuer, ..lot });
                new_lots = new_lots.saturating_add(1);
            }
            lots
        } else {
            original(draft, paid, *before, left)?
        };
        all.push(parts);
    }
    Ok(all)
}

/// How many of a reward's points have returned after this refund.
fn target(
    record: &OrderRecord,
    lines: &[RefundedLine],
    paid: &Redeemed,
    whole: bool,
) -> Result<Points, Refusal> {
    if whole {
        return Ok(paid.points);
    }
    let cart = &record.order.cart;
    let pays = |line: &Line| match paid.lines.as_slice() {
        [] => line.kind.paid_with_rewards(),
        lines => lines.iter().any(|paid| paid.line == line.id),
    };
    let mut total = Money::zero(cart.currency());
    let mut refunded = total;
    for (line, known) in cart.lines().iter().zip(&record.lines).filter(|(line, _)| pays(line)) {
        let now = lines.iter().find(|now| now.line == line.id).map(|now| now.amount);
        total = total.plus(line.amount)?;
        refunded = refunded.plus(known.refunded)?.plus(now.unwrap_or(Money::zero(cart.currency())))?;
    }
    if refunded == total {
        return Ok(paid.points);
    }
    let share = exact::mul(paid.points.get().into(), refunded.amount())?;
    Ok(Rounding::Down.points(share, total.amount())?)
}

/// Parts of the lots they came from: first of the lot that lasts longest.
fn original(draft: &Draft<'_>, paid: &Redeemed, before: Points, points: Points) -> Result<Vec<Lot>, Refusal> {
    let mut skip = before;
    let mut left = points;
    let mut restored = Vec::new();
    for part in in_spending_order(&paid.parts).into_iter().rev() {
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

/// A lot whose last day is over meanwhile lasts for the programme's days of grace.
pub(crate) fn with_grace(draft: &Draft<'_>, part: &Lot) -> Lot {
    let mut lot = part.clone();
    if lot.over(draft.moment) {
        let days = draft.programme.parts().refunds.grace_days;
        (lot.last_day, lot.until) = (Some(draft.moment.day.plus(Span::Days(days))), None);
    }
    lot
}
