//! Bringing friends: both sides are rewarded after the friend's first paid order (M28, M29).

use crate::ground::code::{Code, Refusal};
use crate::ledger::command::Order;
use crate::decide::draft::Draft;
use crate::ledger::entry::Event;
use crate::ground::ids::{AccountId, OrderId};
use crate::ground::points::Points;
use crate::rules::programme::Role;
use crate::ground::time::Day;
use rust_decimal::Decimal;

/// Why an order's referral is not taken, if it is not.
pub(crate) fn refused(draft: &Draft<'_>, order: &Order, spend: Decimal) -> Option<Code> {
    let advocate = order.advocate.as_ref()?;
    let Some(referral) = draft.programme.referral() else { return Some(Code::ReferralOff) };
    if *advocate == draft.request.account {
        Some(Code::SelfReferral)
    } else if draft.position.orders > 0 {
        Some(Code::NotFirstOrder)
    } else if spend.is_zero() || spend < referral.minimum.amount() {
        Some(Code::ReferralMinimumNotReached)
    } else {
        None
    }
}

/// Credits one side of a referral.
pub(crate) fn reward(
    draft: &mut Draft<'_>,
    role: Role,
    other: &AccountId,
    order: &OrderId,
    day: Day,
) -> Result<(), Refusal> {
    let referral = draft.programme.referral().ok_or(Code::ReferralOff)?;
    let points = match role {
        Role::Advocate => referral.advocate,
        Role::Friend => referral.friend,
    };
    let terms = draft.programme.terms(day, referral.return_days);
    draft.post(Event::ReferralRewarded {
        role,
        other: other.clone(),
        order: order.clone(),
        day,
        points,
        minimum: referral.minimum,
        vests_on: terms.vests_on,
        last_day: terms.last_day,
    })
}

/// The advocate's side: a friend's first order was paid. One reward for each friend, for ever.
pub(crate) fn reward_advocate(
    draft: &mut Draft<'_>,
    friend: &AccountId,
    order: &OrderId,
    day: Day,
) -> Result<(), Refusal> {
    if draft.book.friends.contains_key(friend) || draft.programme.referral().is_none() {
        return Ok(());
    }
    reward(draft, Role::Advocate, friend, order, day)
}

/// The advocate's side: that order was refunded below the minimum.
pub(crate) fn revoke_advocate(
    draft: &mut Draft<'_>,
    friend: &AccountId,
    order: &OrderId,
) -> Result<(), Refusal> {
    match draft.book.friends.get(friend) {
        Some(record) if !record.revoked && record.order == *order => {
            let (lot, points) = (record.lot, record.points);
            revoke(draft, Role::Advocate, friend, order, lot, points)
        }
        _ => Ok(()),
    }
}

/// Takes back what one side of a referral earned.
pub(crate) fn revoke(
    draft: &mut Draft<'_>,
    role: Role,
    other: &AccountId,
    order: &OrderId,
    lot: u64,
    points: Points,
) -> Result<(), Refusal> {
    let pending = draft.position.lots.iter().any(|l| l.id == lot && !l.vested());
    let back = draft.claw_back(&draft.position, lot, points)?;
    draft.post(Event::ReferralRevoked { role, other: other.clone(), order: order.clone(), back, pending })
}
