//! A decision in the making: events so far, and where they lead.

use crate::ground::code::{Code, Figure, Refusal};
use crate::ground::ids::{AccountId, WalletId};
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment};
use crate::ledger::account::{Account, Position};
use crate::ledger::apply::take_effect;
use crate::ledger::cart::Cart;
use crate::ledger::command::Request;
use crate::ledger::entry::{ClawBack, Entry, Event, Taken};
use crate::ledger::lot::{Lot, LotId, Source, in_spending_order};
use crate::ledger::records::{Book, Shared};
use crate::rules::programme::{Programme, Shortfall};
use crate::rules::select::Matches;
use crate::rules::wallet::{Terms, Wallet};
use crate::rules::when::Situation;
use rust_decimal::Decimal;

/// The most lots an account may have.
const MOST_LOTS: usize = 10_000;

/// A decision in the making: events so far, and where they lead.
pub(crate) struct Draft<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) book: &'a Book,
    pub(crate) shared: &'a Shared,
    pub(crate) position: Position,
    pub(crate) moment: Moment,
    /// Where only one cart is asked about, which of its lines are taken.
    pub(crate) matches: Option<&'a Matches>,
    /// The day up to which everything that fell due was looked at.
    pub(crate) settled: Day,
    /// How much of the metric of tiers the window held when the tier was last followed.
    pub(crate) progress: Decimal,
    /// Whose account; nobody's where nothing is asked.
    pub(crate) owner: Option<&'a AccountId>,
    pub(crate) events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(
        programme: &'a Programme,
        account: &'a Account,
        owner: Option<&'a AccountId>,
        moment: Moment,
    ) -> Self {
        let position = account.position.clone();
        let last = position.last;
        let moment =
            if moment.at < last.at { last } else { Moment { day: moment.day.max(last.day), ..moment } };
        let (book, shared) = (&account.book, &account.shared);
        let (settled, progress, events) = (last.day, Decimal::ZERO, Vec::with_capacity(2));
        Self { programme, book, shared, position, moment, matches: None, settled, progress, owner, events }
    }

    /// Appends one event and lets it take effect.
    #[inline(always)]
    pub(crate) fn post(&mut self, event: Event) -> Result<(), Refusal> {
        take_effect(&mut self.position, &event, self.moment)?;
        self.events.push(event);
        Ok(())
    }

    /// Whether the account that the events lead to can be kept.
    ///
    /// # Errors
    /// `points_out_of_range` for more points than can be counted, `too_many` beyond 10 000 lots.
    pub(crate) fn can_be_kept(&self) -> Result<(), Code> {
        let Position { lots, holds, .. } = &self.position;
        Points::sum(lots.iter().map(|lot| lot.points).chain(holds.iter().map(|hold| hold.points)))?;
        if lots.len() > MOST_LOTS { Err(Code::TooMany) } else { Ok(()) }
    }

    /// The events as entries of a request.
    ///
    /// # Errors
    /// Those of [`Self::can_be_kept`].
    pub(crate) fn entries(self, request: &Request) -> Result<Vec<Entry>, Code> {
        self.can_be_kept()?;
        let made = u64::try_from(self.events.len()).map_err(|_| Code::TooMany)?;
        let first = self.position.seq.saturating_sub(made).saturating_add(1);
        let entry = |(seq, event)| Entry {
            seq,
            moment: self.moment,
            programme: self.programme.version().clone(),
            key: request.key.clone(),
            fingerprint: request.fingerprint,
            event,
        };
        Ok((first..).zip(self.events).map(entry).collect())
    }

    /// What conditions are held against, by the level the member has.
    pub(crate) fn situation<'b>(&'b self, cart: Option<&'b Cart>) -> Situation<'b> {
        let level = self.position.level.as_ref();
        Situation { moment: self.moment, position: &self.position, level, cart }
    }

    /// A wallet of the programme.
    pub(crate) fn wallet(&self, id: &WalletId) -> Result<&'a Wallet, Refusal> {
        self.programme.wallet(id).ok_or_else(|| Refusal::about(Code::WalletUnknown, id.as_str()))
    }

    /// A new lot, the `index`th that the next event makes.
    pub(crate) fn lot(
        &self,
        index: usize,
        wallet: &Wallet,
        source: Source,
        points: Points,
        terms: Terms,
    ) -> Lot {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        let id = self.position.lots_made.saturating_add(index).saturating_add(1);
        let Terms { wait, last_day, until } = terms;
        let issuer = wallet.issuer.clone();
        Lot { id, wallet: wallet.id.clone(), source, points, wait, last_day, until, issuer }
    }

    /// Parts of a wallet's vested lots that make up `points`, soonest to expire first.
    pub(crate) fn take(&self, wallet: &WalletId, points: Points) -> Result<Vec<Lot>, Refusal> {
        take(&self.position.lots, wallet, points)
    }

    /// Where `points` are taken back from: first the lot they were credited to, then vested lots of its
    /// wallet, soonest to expire first; what was spent already becomes debt, is written off or refused, as
    /// `shortfall` says.
    ///
    /// `position` is where the account stands when they are taken.
    pub(crate) fn claw_back(
        &self,
        position: &Position,
        wallet: &WalletId,
        own: Option<LotId>,
        points: Points,
        shortfall: Shortfall,
    ) -> Result<ClawBack, Refusal> {
        let credited = position.lots.iter().find(|lot| Some(lot.id) == own);
        let others = position.in_wallet(wallet).filter(|lot| Some(lot.id) != own && lot.vested());
        let lots = credited.into_iter().chain(in_spending_order(others));
        let (parts, left) = gather(lots, points)?;
        let taken = parts.iter().map(Taken::from).collect();
        let wallet_id = wallet.clone();
        match shortfall {
            Shortfall::Debt => {
                Ok(ClawBack { wallet: wallet_id, taken, debt: left, written_off: Points::ZERO })
            }
            // Held points are not spent: what they could pay back is owed until the hold ends.
            Shortfall::WriteOff => {
                let debt = left.min(position.held(wallet)?.above(position.debt(wallet)));
                Ok(ClawBack { wallet: wallet_id, taken, debt, written_off: left.minus(debt)? })
            }
            Shortfall::Refuse if left.is_zero() => {
                Ok(ClawBack { wallet: wallet_id, taken, debt: left, written_off: left })
            }
            Shortfall::Refuse => Err(Code::PointsSpent.into()),
        }
    }
}

/// As [`Draft::take`], of these lots.
pub(crate) fn take(lots: &[Lot], wallet: &WalletId, points: Points) -> Result<Vec<Lot>, Refusal> {
    let usable = lots.iter().filter(|lot| lot.wallet == *wallet && lot.vested());
    let (parts, left) = gather(in_spending_order(usable), points)?;
    if !left.is_zero() {
        let (needs, has) = (Figure::Points(points), Figure::Points(points.minus(left)?));
        return Err(Refusal::with(Code::InsufficientPoints, needs, has));
    }
    Ok(parts)
}

/// Parts of lots, in their order, that make up `points` as far as they go, and what is left of it.
pub(crate) fn gather<'a>(
    lots: impl IntoIterator<Item = &'a Lot>,
    points: Points,
) -> Result<(Vec<Lot>, Points), Code> {
    let mut left = points;
    let mut parts = Vec::new();
    for lot in lots {
        if left.is_zero() {
            break;
        }
        let part = left.min(lot.points);
        left = left.minus(part)?;
        if !part.is_zero() {
            parts.push(Lot { points: part, ..lot.clone() });
        }
    }
    Ok((parts, left))
}
