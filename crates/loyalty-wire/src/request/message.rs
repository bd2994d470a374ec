//! What one account asks of another, as requests.

use crate::form::Form;
use crate::problem::Problem;
use crate::request::Request;
use crate::request::command::Command;
use crate::text::{As, hex};
use crate::write::Write;
use loyalty_core as core;
use loyalty_core::{AccountId, Entry, Event, Key, OrderId, OrderRecord};
use sha2::{Digest, Sha256};

/// The order whose record an entry's messages speak of.
pub(crate) fn order_of(event: &Event) -> Option<&OrderId> {
    match event {
        Event::OrderPaid { order, sale, .. } if !sale.is_empty() => Some(&order.id),
        Event::Refunded { order, sale, .. } if !sale.is_empty() => Some(order),
        _ => None,
    }
}

/// The requests that an entry asks of other accounts: to whom, and each request's text. `record` is that of
/// [`order_of`] the entry.
///
/// # Errors
/// `entry_inconsistent` when that record is not there; `points_out_of_range` when it is damaged.
pub(crate) fn messages(
    from: &AccountId,
    entry: &Entry,
    record: Option<&OrderRecord>,
) -> Result<Vec<(AccountId, String)>, Problem> {
    if order_of(&entry.event).is_some() && record.is_none() {
        return Err(core::Code::EntryInconsistent.into());
    }
    // Hashed, so that a key stays a key whatever the length of the account's name.
    let hash = hex(&Sha256::digest(from.as_str()));
    let mut requests = Vec::new();
    for core::Message { to, command } in entry.messages(from, record)? {
        let Some((command, key)) = written(&command, &hash, entry.seq) else { continue };
        let request = Request { account: As(to.clone()), key: As(Key::new(&key)?), command };
        requests.push((to, request.to_json()));
    }
    Ok(requests)
}

/// A command that is sent, and its key: the same however often it is sent, and another for each message.
fn written(command: &core::Command, hash: &str, seq: u64) -> Option<(Command, String)> {
    use core::Command as C;
    Some(match command {
        C::RewardReferral { friend, order, day } => (
            Command::RewardReferral { friend: Form::of(friend), order: Form::of(order), day: As(*day) },
            format!("referral:{hash}"),
        ),
        C::RevokeReferral { friend, order } => (
            Command::RevokeReferral { friend: Form::of(friend), order: Form::of(order) },
            format!("referral-revoked:{hash}"),
        ),
        C::SettleSale { buyer, order, worth, seq } => (
            Command::SettleSale {
                buyer: Form::of(buyer),
                order: Form::of(order),
                worth: Form::of(worth),
                seq: *seq,
            },
            format!("sale:{hash}:{seq}"),
        ),
        C::ReceiveTransfer { from, parts } => (
            Command::ReceiveTransfer { from: Form::of(from), parts: Form::of(parts) },
            format!("transfer:{hash}:{seq}"),
        ),
        C::CountShared { by, seq, counts } => (
            Command::CountShared { by: Form::of(by), seq: *seq, counts: Form::of(counts) },
            format!("shared:{hash}:{seq}"),
        ),
        _ => return None,
    })
}
