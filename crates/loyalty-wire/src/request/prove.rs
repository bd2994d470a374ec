//! Commands as they are read, into commands of the domain.

use crate::form::Form;
use crate::form::Within;
use crate::read::{Faults, Path};
use crate::request::command::Command;
use crate::request::refund::Refund;
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{Adjustment, Ask, Code, Day, HoldId, Lasting, LotId, Money, Redeem, RewardId, Shortfall};
use rust_decimal::Decimal;
use std::sync::Arc;

impl Command {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &Faults) -> Option<core::Command> {
        use core::Command as C;
        Some(match self {
            Self::PayOrder { order } => C::PayOrder(order.0),
            Self::FulfilOrder { order } => C::FulfilOrder { order: order.0 },
            Self::Refund { order, refund, currency, lines } => {
                let refund = Refund { id: refund, currency, lines }.prove(at, faults)?;
                C::Refund { order: order.0, refund }
            }
            Self::Hold { hold, reward, points, value, cart } => {
                hold_for(hold.0, reward.0, (points, value), cart, at, faults)?
            }
            Self::Capture { hold, points } => C::Capture { hold: hold.0, points: points.map(|p| p.0) },
            Self::Release { hold } => C::Release { hold: hold.0 },
            Self::FulfilReward { hold } => C::FulfilReward { hold: hold.0 },
            Self::CancelReward { hold } => C::CancelReward { hold: hold.0 },
            Self::RecordEvent { event, reference } => {
                C::RecordEvent { event: event.0, reference: reference.map(|r| r.0) }
            }
            Self::DecideBonus { bonus, reference, approved } => {
                C::DecideBonus { bonus: bonus.0, reference: reference.map(|r| r.0), approved }
            }
            Self::SetSegment { segment, member } => C::SetSegment { segment: segment.0, member },
            Self::SetConsent { purpose, given } => C::SetConsent { purpose: purpose.0, given },
            Self::SetBirthday { birthday } => C::SetBirthday { birthday: birthday.map(|b| b.0) },
            Self::PayMembership { membership, payment } => {
                C::PayMembership { membership: membership.0, payment: payment.0 }
            }
            Self::CancelMembership {} => C::CancelMembership,
            Self::UsePrivilege { privilege, reference } => {
                C::UsePrivilege { privilege: privilege.0, reference: reference.0 }
            }
            Self::Honour { form } => C::Honour { form: form.0 },
            Self::Exchange { from, to, points } => C::Exchange { from: from.0, to: to.0, points: points.0 },
            Self::Transfer { to, wallet, points } => {
                C::Transfer { to: to.0, wallet: wallet.map(|wallet| wallet.0), points: points.0 }
            }
            Self::ReceiveTransfer { from, parts } => {
                C::ReceiveTransfer { from: from.0, parts: faults.check(&at.field("parts"), parts.restore())? }
            }
            Self::Adjust { wallet, reason, credit, last_day, lasts_ever, debit, lot, shortfall } => {
                let (last_day, shortfall) = (last_day.map(|day| day.0), shortfall.map(|word| word.0));
                let (adjustment, points) = match (credit, debit) {
                    (Some(credit), None) => {
                        none(lot.is_some(), &at.field("lot"), faults);
                        none(shortfall.is_some(), &at.field("shortfall"), faults);
                        (lasting(last_day, lasts_ever, at, faults)?, credit.0)
                    }
                    (None, Some(debit)) => {
                        none(last_day.is_some(), &at.field("last_day"), faults);
                        none(lasts_ever.is_some(), &at.field("lasts_ever"), faults);
                        // Of a named lot never more is taken than it has.
                        none(lot.is_some() && shortfall.is_some(), &at.field("shortfall"), faults);
                        (taking(lot, shortfall), debit.0)
                    }
                    _ => return faults.check(at, Err(Code::AmountAmbiguous)),
                };
                let wallet = wallet.map(|wallet| wallet.0);
                C::Adjust { wallet, adjustment, points, reason: reason.0 }
            }
            Self::RewardReferral { friend, order, day } => {
                C::RewardReferral { friend: friend.0, order: order.0, day: day.0 }
            }
            Self::RevokeReferral { friend, order } => C::RevokeReferral { friend: friend.0, order: order.0 },
            Self::SettleSale { buyer, order, worth, seq } => {
                let worth = faults.check(&at.field("worth"), worth.restore())?;
                C::SettleSale { buyer: buyer.0, order: order.0, worth, seq }
            }
            Self::CountShared { by, seq, counts } => {
                C::CountShared { by: by.0, seq, counts: faults.check(&at.field("counts"), counts.restore())? }
            }
        })
    }
}

fn hold_for(
    hold: HoldId,
    reward: RewardId,
    (points, value): (Option<Whole>, Option<As<Decimal>>),
    cart: Option<Within<Arc<core::Cart>>>,
    at: &Path<'_>,
    faults: &Faults,
) -> Option<core::Command> {
    let currency = cart.as_ref().map(|cart| cart.0.currency());
    let ask = match (points, value, currency) {
        (None, None, _) => Ask::Fixed,
        (Some(points), None, _) => Ask::Points(points.0),
        (None, Some(value), Some(currency)) => {
            Ask::Value(faults.check(&at.field("value"), Money::new(value.0, currency))?)
        }
        (None, Some(_), None) => return faults.check(&at.field("cart"), Err(Code::Missing)),
        (Some(_), Some(_), _) => return faults.check(at, Err(Code::AmountAmbiguous)),
    };
    Some(core::Command::Hold { hold, ask: Redeem { reward, ask }, cart: cart.map(|cart| cart.0) })
}

/// Refuses a field that belongs to the other way of a correction.
fn none(given: bool, at: &Path<'_>, faults: &Faults) {
    if given {
        faults.add(at, Code::UnknownField);
    }
}

fn lasting(last_day: Option<Day>, ever: Option<bool>, at: &Path<'_>, faults: &Faults) -> Option<Adjustment> {
    let lasting = match (last_day, ever.unwrap_or_default()) {
        (None, false) => Lasting::AsEarned,
        (Some(day), false) => Lasting::Through(day),
        (None, true) => Lasting::Ever,
        (Some(_), true) => return faults.check(&at.field("last_day"), Err(Code::AmountAmbiguous)),
    };
    Some(Adjustment::Credit(lasting))
}

fn taking(lot: Option<LotId>, shortfall: Option<Shortfall>) -> Adjustment {
    Adjustment::Debit { lot, shortfall: shortfall.unwrap_or(Shortfall::Refuse) }
}
