//! The one way to change an account: a command is decided into entries, or refused.

use crate::ledger::account::Account;
use crate::ground::code::{Code, Refusal};
use crate::ledger::command::{Command, Request};
use crate::decide::draft::Draft;
use crate::ledger::entry::Entry;
use crate::rules::programme::Programme;
use crate::ground::time::Moment;
use crate::{order, redemption, referral, refund};

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// These entries are to be appended, in this order.
    Append(Vec<Entry>),
    /// This key was used before for the same command: nothing to append.
    Replayed,
    /// The shop's order or refund was booked before with the same content: nothing to append.
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
    let mut draft = Draft::new(programme, account, request, moment);
    draft.settle()?;
    match &request.command {
        Command::PayOrder(paid) => order::pay(&mut draft, paid)?,
        Command::Refund { order, refund } => refund::refund(&mut draft, order, refund)?,
        Command::Hold { hold, reward, points, cart } => {
            redemption::hold(&mut draft, hold, reward, *points, cart)?;
        }
        Command::Capture { hold } => redemption::capture(&mut draft, hold)?,
        Command::Release { hold } => redemption::release(&mut draft, hold)?,
        Command::RewardReferral { friend, order, day } => {
            referral::reward_advocate(&mut draft, friend, order, *day)?;
        }
        Command::RevokeReferral { friend, order } => referral::revoke_advocate(&mut draft, friend, order)?,
    }
    draft.catch_up()?;
    Ok(Decision::Append(draft.entries))
}

/// Whether the shop's own name for what happened is in the book with this very content.
fn already_booked(account: &Account, command: &Command) -> Result<bool, Refusal> {
    match command {
        Command::PayOrder(order) => match account.book.orders.get(&order.id) {
            // Who brought the shopper is not the shop's to repeat.
            Some(known) if known.order.cart == order.cart => Ok(true),
            Some(_) => Err(Refusal::about(Code::OrderAlreadyBooked, order.id.as_str())),
            None => Ok(false),
        },
        Command::Refund { order, refund } => {
            let known = account.book.orders.get(order).map(|record| &record.refunds);
            match known.and_then(|refunds| refunds.iter().find(|known| known.id == refund.id)) {
                Some(known) if known == refund => Ok(true),
                Some(_) => Err(Refusal::about(Code::RefundAlreadyBooked, refund.id.as_str())),
                None => Ok(false),
            }
        }
        _ => Ok(false),
    }
}
