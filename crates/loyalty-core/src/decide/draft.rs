//! A decision in the making: entries so far, and where they lead.

use crate::ledger::account::{Account, Book, Position};
use crate::ledger::apply::apply_to_position;
use crate::ground::code::{Code, Refusal};
use crate::ledger::command::Request;
use crate::ledger::entry::{ClawBack, Entry, Event, Taken};
use crate::ledger::lot::{Lot, LotId, in_spending_order};
use crate::ground::points::Points;
use crate::rules::programme::{Programme, Shortfall};
use crate::ground::time::Moment;

/// A decision in the making: entries so far, and where they lead.
pub(crate) struct Draft<'a> {
    pub(crate) programme: &'a Programme,
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
        Self { programme, book: &account.book, position, moment, request, entries: Vec::new() }
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
        let (parts, left) = gather(lots, points)?;
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
        let (parts, left) = gather(lots, points)?;
        let taken = parts.iter().map(Taken::from).collect();
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

/// Parts of lots, in their order, that make up `points` as far as they go, and what is left of it.
fn gather<'a>(lots: impl IntoIterator<Item = &'a Lot>, points: Points) -> Result<(Vec<Lot>, Points), Code> {
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
    Ok((parts, left))
}
