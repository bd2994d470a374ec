//! Bringing friends: both sides are rewarded after the friend's first paid order (M28, M29).

use crate::decide::draft::Draft;
use crate::ground::code::{Code, Refusal};
use crate::ground::ids::{AccountId, OrderId};
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment};
use crate::ledger::command::Order;
use crate::ledger::entry::Event;
use crate::ledger::lot::{LotId, Source};
use crate::rules::referral::Role;
use rust_decimal::Decimal;

/// Why an order's referral is not taken, if it is not.
pub(crate) fn refused(draft: &Draft<'_>, order: &Order, spend: Decimal) -> Option<Code> {
    let advocate = order.advocate.as_ref()?;
    let Some(referral) = &draft.programme.parts().referral else { return Some(Code::ReferralOff) };
    if Some(advocate) == draft.owner {
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
    let referral = draft.programme.parts().referral.as_ref().ok_or(Code::ReferralOff)?;
    let (points, source) = match role {
        Role::Advocate => (referral.advocate, Source::Referral(other.clone())),
        Role::Friend => (referral.friend, Source::Welcome(other.clone())),
    };
    let wallet = draft.programme.main_wallet()?;
    let terms = wallet.terms(Moment { day, ..draft.moment }, referral.return_days, None);
    let lot = draft.lot(0, wallet, source, points, terms);
    let (other, order, minimum) = (other.clone(), order.clone(), referral.minimum);
    draft.post(Event::ReferralRewarded { role, other, order, day, minimum, lot })
}

/// The advocate's side: a friend's first order was paid. One reward for each friend, for ever.
pub(crate) fn reward_advocate(
    draft: &mut Draft<'_>,
    friend: &AccountId,
    order: &OrderId,
    day: Day,
) -> Result<(), Refusal> {
    if draft.book.friends.contains_key(friend) || draft.programme.parts().referral.is_none() {
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
            revoke(draft, (Role::Advocate, friend), order, (record.lot, record.points), record.day)
        }
        _ => Ok(()),
    }
}

/// Takes back what one side of a referral earned.
pub(crate) fn revoke(
    draft: &mut Draft<'_>,
    (role, other): (Role, &AccountId),
    order: &OrderId,
    (lot, points): (LotId, Points),
    day: Day,
) -> Result<(), Refusal> {
    let pending = draft.position.lots.iter().any(|known| known.id == lot && !known.vested());
    let wallet = &draft.programme.main_wallet()?.id;
    let shortfall = draft.programme.parts().refunds.shortfall.after_booking();
    let back = draft.claw_back(&draft.position, wallet, Some(lot), points, shortfall)?;
    draft.post(Event::ReferralRevoked {
        role,
        other: other.clone(),
        order: order.clone(),
        back,
        pending,
        day,
    })
}
