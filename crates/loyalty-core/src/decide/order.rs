//! Paying an order: rewards captured, points credited, a referral completed.

use crate::ground::code::{Code, Refusal};
use crate::ledger::command::Order;
use crate::decide::draft::Draft;
use crate::decide::earn;
use crate::ledger::entry::{Event, Redeemed};
use crate::ground::exact;
use crate::ground::ids::LevelId;
use crate::ground::money::Money;
use crate::rules::programme::{Programme, Role};
use crate::rules::tier::Timing;
use crate::{redemption, referral};
use rust_decimal::Decimal;
use std::sync::Arc;

pub(crate) fn pay(draft: &mut Draft<'_>, order: &Arc<Order>) -> Result<(), Refusal> {
    let redeemed = redemption::checkout(draft, order)?;
    book(draft, order, redeemed)
}

/// Credits a paid order whose rewards were taken.
pub(crate) fn book(
    draft: &mut Draft<'_>,
    order: &Arc<Order>,
    redeemed: Vec<Redeemed>,
) -> Result<(), Refusal> {
    let programme = draft.programme;
    let value = Money::sum(order.cart.currency(), redeemed.iter().map(|r| r.value))?;
    let bases = earn::basis(programme, &order.cart, value)?;
    let spend = exact::sum(bases.iter().copied())?;
    let level = deciding_level(draft, spend)?;
    let accrual = earn::accrue(programme, &order.cart, &bases, level.as_ref().map(|(id, by)| (id, *by)))?;
    let refused = referral::refused(draft, order, spend);
    let terms = programme.terms(draft.moment.day, programme.parts().vesting.days);
    draft.post(Event::OrderPaid {
        order: Arc::clone(order),
        lines: accrual.lines,
        redeemed,
        steps: accrual.steps,
        points: accrual.points,
        vests_on: terms.vests_on,
        last_day: terms.last_day,
        referral: refused,
    })?;
    match &order.advocate {
        Some(advocate) if refused.is_none() => {
            referral::reward(draft, Role::Friend, advocate, &order.id, draft.moment.day)
        }
        _ => Ok(()),
    }
}

/// The level whose multiplier this order earns by.
fn deciding_level(draft: &Draft<'_>, order_spend: Decimal) -> Result<Option<(LevelId, Decimal)>, Code> {
    let Some(tiers) = Programme::tiers(draft.programme) else { return Ok(None) };
    let counted = match tiers.timing {
        Timing::IncludingOrder => order_spend,
        Timing::BeforeOrder => Decimal::ZERO,
    };
    let position = &draft.position;
    let level = tiers.level(&position.spend, draft.moment.day, counted, position.level.as_ref())?;
    Ok(level.map(|level| (level.id.clone(), level.multiplier)))
}
