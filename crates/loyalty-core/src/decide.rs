//! The one way to change an account: a command is decided into entries, or refused.

use crate::account::{Account, Book, Position};
use crate::apply::apply_to_position;
use crate::code::{Code, Refusal};
use crate::command::{Command, Request};
use crate::entry::{ClawBack, Entry, Event, Taken};
use crate::lot::{Lot, LotId, in_spending_order};
use crate::points::Points;
use crate::programme::{Programme, Shortfall};
use crate::time::Moment;
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

/// A decision in the making: entries so far, and where they lead.
pub(crate) struct Draft<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) account: &'a Account,
    pub(crate) book: &'a Book,
    pub(crate) position: Position,
    pub(crate) moment: Moment,
    pub(crate) request: &'a Request,
    pub(crate) entries: Vec<Entry>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(
        programme: &'a Programme,
        account: &'a Account,
        request: &'a Request,
        moment: Moment,
    ) -> Self {
        let position = account.position.clone();
        let last = position.last;
        let moment = Moment { at: moment.at.max(last.at), day: moment.day.max(last.day) };
        Self { programme, account, book: &account.book, position, moment, request, entries: Vec::new() }
    }

    /// Appends one event and lets it take effect.
    pub(crate) fn post(&mut self, event: Event) -> Result<(), Refusal> {
        let entry = Entry {
            seq: self.position.seq.checked_add(1).ok_or(Code::EntryInconsistent)?,
            moment: self.moment,
            programme: self.programme.version().clone(),
            key: self.request.key.clone(),
            fingerprint: self.request.fingerprint,
            event,
        };
        apply_to_position(&mut self.position, &entry)?;
        // Refused here, or the account could never be read again.
        self.position.available()?.plus(self.position.pending()?)?.plus(self.position.held()?)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Parts of vested lots that make up `points`, soonest to expire first.
    pub(crate) fn take(&self, points: Points) -> Result<Vec<Lot>, Refusal> {
        let lots = in_spending_order(self.position.lots.iter().filter(|lot| lot.vested()));
        let mut left = points;
        let mut parts = Vec::new();
        for lot in lots {
            if left.is_zero() {
                break;
            }
            let part = left.min(lot.points);
            left = left.minus(part)?;
            parts.push(Lot { points: part, ..lot.clone() });
        }
        if left.is_zero() { Ok(parts) } else { Err(Code::InsufficientPoints.into()) }
    }

    /// Where `points` are taken back from: first the lot they were credited to, then vested lots, soonest
    /// to expire first; what was spent already becomes debt or is written off, as the programme says.
    ///
    /// `position` is where the account stands when they are taken.
    pub(crate) fn claw_back(
        &self,
        position: &Position,
        own: LotId,
        points: Points,
    ) -> Result<ClawBack, Refusal> {
        let credited = position.lots.iter().find(|lot| lot.id == own);
        let others = position.lots.iter().filter(|lot| lot.id != own && lot.vested());
        let lots = credited.into_iter().chain(in_spending_order(others));
        let mut left = points;
        let mut taken = Vec::new();
        for lot in lots {
            if left.is_zero() {
                break;
            }
            let part = left.min(lot.points);
            left = left.minus(part)?;
            taken.push(Taken { lot: lot.id, points: part });
        }
        Ok(match self.programme.parts().refunds.shortfall {
            Shortfall::Debt => ClawBack { taken, debt: left, written_off: Points::ZERO },
            // Held points are not spent: what they could pay back is owed until the hold ends.
            Shortfall::WriteOff => {
                let debt = left.min(position.held()?.above(position.debt));
                ClawBack { taken, debt, written_off: left.minus(debt)? }
            }
        })
    }
}
