//! The one way to change an account: a command is decided into entries, or refused.

pub(crate) mod advice;
mod basis;
mod bonus;
pub(crate) mod draft;
mod earn;
mod group;
mod limits;
mod member;
mod movement;
mod multiply;
mod order;
pub(crate) mod preview;
mod price;
mod raw;
mod redemption;
mod referral;
mod refund;
mod restore;
mod sale;
mod settle;
pub(crate) mod standing;

use crate::decide::draft::Draft;
use crate::ground::code::{Code, Refusal};
use crate::ground::time::Moment;
use crate::ledger::account::Account;
use crate::ledger::command::{Command, Request};
use crate::ledger::entry::{Entry, Event};
use crate::ledger::records::Named;
use crate::rules::programme::Programme;

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// These entries are to be appended, in this order.
    Append(Vec<Entry>),
    /// This key was used before for the same command: nothing to append.
    Replayed,
    /// The shop's order, refund, event, payment or use was booked before with the same content, or there is
    /// nothing left of it to book: nothing to append.
    AlreadyBooked,
}

/// Decides a command on an account.
///
/// First everything that fell due up to `moment` is settled, then the command takes effect; all of it is
/// one list of entries, to be appended together or not at all. A `moment` before the account's last one
/// is taken as that last one: time never goes back.
///
/// # Errors
/// `idempotency_key_reused`, then the codes of the command. A refusal changes nothing.
pub fn decide(
    programme: &Programme,
    account: &Account,
    request: &Request,
    moment: Moment,
) -> Result<Decision, Refusal> {
    match account.book.keys.get(&request.key) {
        Some(known) if *known == request.fingerprint => return Ok(Decision::Replayed),
        Some(_) => return Err(Code::IdempotencyKeyReused.into()),
        None => {}
    }
    if already_booked(account, &request.command)? {
        return Ok(Decision::AlreadyBooked);
    }
    let mut draft = Draft::new(programme, account, Some(&request.account), moment);
    draft.settle()?;
    take_effect(&mut draft, &request.command)?;
    draft.catch_up()?;
    let entries = draft.entries(request)?;
    Ok(if entries.is_empty() { Decision::AlreadyBooked } else { Decision::Append(entries) })
}

fn take_effect(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    match command {
        Command::PayOrder(paid) => order::pay(draft, paid),
        Command::FulfilOrder { order } => order::fulfil(draft, order),
        Command::Refund { order, refund } => refund::refund(draft, order, refund),
        Command::Hold { hold, ask, cart } => redemption::hold(draft, hold, ask, cart.as_deref()),
        Command::Capture { hold, points } => redemption::capture(draft, hold, *points),
        Command::Release { hold } => redemption::release(draft, hold),
        Command::FulfilReward { hold } => redemption::fulfil(draft, hold),
        Command::CancelReward { hold } => redemption::cancel(draft, hold),
        Command::RecordEvent { event, reference } => bonus::record(draft, event, reference.as_ref()),
        Command::DecideBonus { bonus, reference, approved } => {
            bonus::decide(draft, bonus, reference.as_ref(), *approved)
        }
        Command::SetSegment { segment, member } => {
            member::limit(draft.position.segments.len(), *member)?;
            draft.post(Event::SegmentSet { segment: segment.clone(), member: *member })
        }
        Command::SetConsent { purpose, given } => {
            member::limit(draft.position.consents.len(), *given)?;
            draft.post(Event::ConsentSet { purpose: purpose.clone(), given: *given })
        }
        Command::SetBirthday { birthday } => member::set_birthday(draft, *birthday),
        Command::PayMembership { membership, payment } => member::pay(draft, membership, payment),
        Command::CancelMembership => member::cancel(draft),
        Command::UsePrivilege { privilege, reference } => member::use_privilege(draft, privilege, reference),
        Command::Honour { form } => member::honour(draft, form),
        Command::Exchange { from, to, points } => movement::exchange(draft, from, to, *points),
        Command::Transfer { to, wallet, points } => movement::transfer(draft, to, wallet.as_ref(), *points),
        Command::ReceiveTransfer { from, parts } => movement::receive(draft, from, parts),
        Command::Adjust { wallet, adjustment, points, reason } => {
            movement::adjust(draft, wallet.as_ref(), *adjustment, *points, reason)
        }
        Command::RewardReferral { friend, order, day } => {
            referral::reward_advocate(draft, friend, order, *day)
        }
        Command::RevokeReferral { friend, order } => referral::revoke_advocate(draft, friend, order),
        Command::SettleSale { buyer, order, worth, seq } => sale::settle(draft, buyer, order, worth, *seq),
        Command::CountShared { by, counts, .. } => {
            draft.post(Event::SharedCounted { by: by.clone(), counts: counts.clone() })
        }
    }
}

/// Whether the shop's own name for what happened is in the book with this very content.
fn already_booked(account: &Account, command: &Command) -> Result<bool, Refusal> {
    let named = |named: Named| Ok(account.book.named.contains_key(&named));
    match command {
        Command::PayOrder(order) => match account.book.orders.get(&order.id) {
            // Who brought the shopper is not the shop's to repeat.
            Some(known) if known.order.cart == order.cart => Ok(true),
            Some(_) => Err(Refusal::about(Code::OrderAlreadyBooked, order.id.as_str())),
            None => Ok(false),
        },
        Command::FulfilOrder { order } => {
            Ok(account.book.orders.get(order).is_some_and(|known| known.fulfilled))
        }
        Command::Refund { order, refund } => {
            let known = account.book.orders.get(order).map(|record| &record.refunds);
            match known.and_then(|refunds| refunds.iter().find(|known| known.id == refund.id)) {
                Some(known) if known == refund => Ok(true),
                Some(_) => Err(Refusal::about(Code::RefundAlreadyBooked, refund.id.as_str())),
                None => Ok(false),
            }
        }
        Command::RecordEvent { event, reference: Some(reference) } => {
            named(Named::Event(event.clone(), reference.clone()))
        }
        Command::UsePrivilege { privilege, reference } => {
            named(Named::Privilege(privilege.clone(), reference.clone()))
        }
        Command::PayMembership { payment, .. } => named(Named::Payment(payment.clone())),
        Command::SetSegment { segment, member } => Ok(account.position.segments.contains(segment) == *member),
        Command::SetConsent { purpose, given } => Ok(account.position.consents.contains(purpose) == *given),
        Command::SettleSale { buyer, order, seq, .. } => {
            let known = account.book.sales.get(&(buyer.clone(), order.clone()));
            Ok(known.is_some_and(|known| *seq <= known.seq))
        }
        _ => Ok(false),
    }
}
