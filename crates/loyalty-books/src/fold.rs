//! One entry into the books: what it changes, on which day, of whose points, and who owes whom for it.
//!
//! A partner pays for its points wherever they are used up: spent at another partner, exchanged into another's,
//! or taken for what another had to take back.

use crate::known::{Known, Lot, Part, name, signed};
use crate::spent::{Reward, Spent, Spents, spread};
use crate::sums::{Columns, Owed, Pair, Place, Sums, Takings, month_of};
use crate::terms::{Terms, units};
use loyalty_core::{ClawBack, Code, Entry, Event, HoldId, LotId, OrderId, Redeemed, Taken};

/// The redemptions that an entry speaks of: they are to be there when it is folded.
#[must_use]
pub fn spent_names(event: &Event) -> Vec<String> {
    match event {
        Event::OrderPaid { redeemed, .. } => {
            redeemed.iter().filter_map(|paid| paid.hold.as_ref()).map(of_hold).collect()
        }
        Event::Refunded { order, .. } => vec![of_order(order)],
        Event::RewardCancelled { hold, .. } => vec![of_hold(hold)],
        _ => vec![],
    }
}

fn of_order(order: &OrderId) -> String {
    format!("order/{order}")
}

fn of_hold(hold: &HoldId) -> String {
    format!("hold/{hold}")
}

/// Folds the next entry of an account. `terms` are those of the entry's programme; `spents` holds the redemptions that
/// [`spent_names`] names, as far as they are known, and gets those the entry makes or changes.
///
/// # Errors
/// `entry_inconsistent` for an entry that does not fit what is known; everything folded with it is to be thrown away.
pub fn fold(
    known: &mut Known,
    spents: &mut Spents,
    terms: &Terms,
    entry: &Entry,
    sums: &mut Sums,
) -> Result<(), Code> {
    let pending = known.pending();
    let mut folding = Folding { known, spents, terms, entry, sums, day: entry.moment.day.get() };
    folding.event()?;
    folding.pending(pending);
    let Folding { known, .. } = folding;
    known.look_ahead(terms);
    known.seq = entry.seq;
    Ok(())
}

struct Folding<'a> {
    known: &'a mut Known,
    spents: &'a mut Spents,
    terms: &'a Terms,
    entry: &'a Entry,
    sums: &'a mut Sums,
    /// The day it is booked on: the entry's, or the earlier one on which it fell due.
    day: i32,
}

impl Folding<'_> {
    fn event(&mut self) -> Result<(), Code> {
        match &self.entry.event {
            Event::OrderPaid { order, redeemed, credits, .. } => {
                credits.iter().for_each(|credit| self.earn(&credit.lot));
                self.redeem(&order.id, &name(order.cart.partner()), redeemed)?;
                self.takings(|takings| takings.revenue = units(order.cart.total()));
                self.active();
            }
            Event::OrderFulfilled { lots, .. } => {
                for (lot, day) in lots {
                    self.known.lot_mut(*lot)?.vests = day.get();
                }
            }
            Event::Vested { lot, .. } => {
                let lot = self.known.lot_mut(*lot)?;
                self.day = lot.ripe.min(lot.due).min(self.day);
                (lot.vests, lot.floor) = (0, lot.floor.max(self.day));
            }
            Event::Expired { lot, points, .. } => self.expire(*lot, signed(*points))?,
            Event::Held(hold) => self.known.hold(hold, self.entry)?,
            Event::Captured { hold, wallet, points, returned, gives, .. } => {
                self.capture(hold, wallet.as_str(), signed(*points), returned)?;
                gives.iter().for_each(|lot| self.earn(lot));
                self.active();
            }
            Event::Released { hold, .. } => {
                let held = self.known.end(hold.as_str())?;
                for part in held.parts {
                    let floor = part.floor.max(held.until.min(self.day));
                    self.known.restore(Lot { floor, ..part });
                }
            }
            Event::RewardCancelled { hold, restored, taken, .. } => {
                self.give_back(&of_hold(hold), std::slice::from_ref(restored));
                if !restored.is_empty() {
                    self.active();
                }
                if let Some(taken) = taken {
                    self.take(taken.id, signed(taken.points), |columns, points| columns.reversed = points)?;
                }
            }
            Event::Refunded { order, lines, credits, restored, .. } => {
                self.give_back(&of_order(order), restored);
                if restored.iter().any(|parts| !parts.is_empty()) {
                    self.active();
                }
                for back in credits {
                    self.reverse(&back.back, Some(back.lot))?;
                }
                let refunded = lines.iter().map(|line| units(line.amount)).sum();
                self.takings(|takings| takings.refunded = refunded);
            }
            Event::Repaid { wallet, taken, .. } => self.repay(wallet.as_str(), taken)?,
            Event::ReferralRewarded { lot, .. } => {
                self.earn(lot);
                self.active();
            }
            Event::BonusGiven { lot, day, .. } => {
                self.earn(lot);
                self.known.active = self.known.active.max(day.get());
            }
            Event::BonusDecided { lot, vests_on: Some(day), .. } => {
                self.known.lot_mut(*lot)?.vests = day.get();
            }
            Event::BonusDecided { lot, vests_on: None, gone, .. } if !gone.is_zero() => {
                self.take(*lot, signed(*gone), |columns, points| columns.reversed = points)?;
            }
            Event::ReferralRevoked { back, .. } => self.reverse(back, None)?,
            Event::Exchanged { from, taken, lot, .. } => {
                self.exchange(from.as_str(), taken, lot)?;
                self.active();
            }
            Event::TransferSent { parts, .. } => {
                for part in parts {
                    self.take(part.id, signed(part.points), |columns, points| columns.given = points)?;
                }
            }
            Event::TransferReceived { lots, .. } => {
                for lot in lots {
                    let part = self.known.open(lot, self.entry.moment.day);
                    self.book(part, |columns, points| columns.received = points);
                }
                self.active();
            }
            Event::Adjusted { lot, back, .. } => self.adjust(lot.as_ref(), back.as_ref())?,
            Event::SaleSettled { lots, back, .. } => {
                if !lots.is_empty() {
                    self.active();
                }
                lots.iter().for_each(|lot| self.earn(lot));
                for (lot, back) in back {
                    self.reverse(back, Some(*lot))?;
                }
            }
            Event::BonusDecided { .. } | Event::TierChanged { .. } | loyalty_core::moves_no_points!() => {}
        }
        Ok(())
    }

    fn active(&mut self) {
        self.known.active = self.day;
    }

    fn book(&mut self, part: Part, set: impl Fn(&mut Columns, i64)) {
        let mut columns = Columns::default();
        set(&mut columns, part.points);
        self.sums.daily.add((self.day, part.place), &columns);
    }

    fn takings(&mut self, set: impl Fn(&mut Takings)) {
        let mut takings = Takings::default();
        set(&mut takings);
        self.sums.takings.add(self.day, &takings);
    }

    /// By how much what cannot be spent yet grew.
    fn pending(&mut self, before: Vec<Part>) {
        let gone = before.into_iter().map(|part| Part { points: part.points.saturating_neg(), ..part });
        for part in self.known.pending().into_iter().chain(gone) {
            self.book(part, |columns, points| columns.pending = points);
        }
    }

    fn earn(&mut self, lot: &loyalty_core::Lot) {
        let part = self.known.open(lot, self.entry.moment.day);
        self.book(part, |columns, points| columns.earned = points);
    }

    fn take(&mut self, lot: LotId, points: i64, set: impl Fn(&mut Columns, i64)) -> Result<(), Code> {
        if points > 0 {
            let part = self.known.take(lot, points)?;
            self.book(Part { place: part.place, points }, set);
        }
        Ok(())
    }

    /// Points of a lot expire on the day that was foretold; those that were held until later, on that one.
    fn expire(&mut self, id: LotId, points: i64) -> Result<(), Code> {
        let today = self.day;
        let lot = self.known.lot_mut(id)?;
        let (due, back) = (lot.due, core::mem::take(&mut lot.back));
        let mut left = points;
        for (floor, late) in back {
            let late = left.min(late);
            left = left.saturating_sub(late);
            self.day = due.max(floor).min(today);
            self.take(id, late, |columns, points| columns.expired = points)?;
        }
        self.day = due.min(today);
        self.take(id, left, |columns, points| columns.expired = points)
    }

    /// Points of `debtor` are used up for `creditor`.
    fn owe(&mut self, debtor: &str, creditor: &str, wallet: &str, owed: Owed) {
        if debtor != creditor {
            let (debtor, creditor) = (debtor.to_owned(), creditor.to_owned());
            let pair = Pair { debtor, creditor, wallet: wallet.to_owned() };
            let month = month_of(self.entry.moment.day);
            self.sums.owed.add((month, pair), &owed);
        }
    }

    /// What was taken with an order. A hold that was captured before it is the order's from now on.
    fn redeem(&mut self, order: &OrderId, partner: &str, redeemed: &[Redeemed]) -> Result<(), Code> {
        let mut rewards = Vec::with_capacity(redeemed.len());
        for paid in redeemed {
            match &paid.hold {
                Some(hold) => {
                    if let Some(captured) = self.spents.insert(of_hold(hold), Spent::default()) {
                        self.spend(&captured, -1);
                    }
                }
                None => {
                    for part in &paid.parts {
                        self.take(part.id, signed(part.points), |columns, points| columns.redeemed = points)?;
                    }
                }
            }
            let parts = paid.parts.iter().map(|part| (name(part.issuer.as_ref()), signed(part.points)));
            rewards.push(Reward::new(paid.wallet.to_string(), units(paid.value), parts));
        }
        if !rewards.is_empty() {
            let spent = Spent { partner: partner.to_owned(), rewards };
            self.spend(&spent, 1);
            self.spents.insert(of_order(order), spent);
        }
        Ok(())
    }

    /// Books what a redemption was worth, or that it was none.
    fn spend(&mut self, spent: &Spent, sign: i64) {
        for reward in &spent.rewards {
            for share in &reward.shares {
                let value = share.value.saturating_mul(sign);
                let owed = Owed { points: share.points.saturating_mul(sign), value };
                self.owe(&share.issuer, &spent.partner, &reward.wallet, owed);
                self.takings(|takings| takings.redeemed = value);
            }
        }
    }

    fn capture(
        &mut self,
        hold: &HoldId,
        wallet: &str,
        points: i64,
        returned: &[loyalty_core::Lot],
    ) -> Result<(), Code> {
        let held = self.known.end(hold.as_str())?;
        let whole: i64 = held.parts.iter().map(|part| part.points).sum();
        let mut shares = Vec::with_capacity(held.parts.len());
        for part in held.parts {
            let back: i64 =
                returned.iter().filter(|lot| lot.id == part.id).map(|lot| signed(lot.points)).sum();
            let points = part.points.saturating_sub(back);
            shares.push((part.place.issuer.clone(), points));
            self.book(Part { place: part.place, points }, |columns, points| columns.redeemed = points);
        }
        for lot in returned {
            self.known.restore(self.known.read(lot, self.entry.moment.day));
        }
        let value = crate::terms::share(held.value, points, whole);
        let rewards = vec![Reward::new(wallet.to_owned(), value, shares)];
        let spent = Spent { partner: String::new(), rewards };
        self.spend(&spent, 1);
        self.spents.insert(of_hold(hold), spent);
        Ok(())
    }

    /// Points that were spent return, per reward.
    fn give_back(&mut self, name_of: &str, restored: &[Vec<loyalty_core::Lot>]) {
        let mut spent = self.spents.remove(name_of).unwrap_or_default();
        for (index, parts) in restored.iter().enumerate() {
            for lot in parts {
                let part = if lot.id > self.known.made {
                    self.known.open(lot, self.entry.moment.day)
                } else {
                    let lot = self.known.read(lot, self.entry.moment.day);
                    let part = Part { place: lot.place.clone(), points: lot.points };
                    self.known.restore(lot);
                    part
                };
                let (place, points) = (part.place.clone(), part.points);
                self.book(part, |columns, points| columns.returned = points);
                let Some(reward) = spent.rewards.get_mut(index) else { continue };
                let value = reward.give_back(&place.issuer, points);
                let owed = Owed { points: points.saturating_neg(), value: value.saturating_neg() };
                self.owe(&place.issuer, &spent.partner, &place.wallet, owed);
                self.takings(|takings| takings.returned = value);
            }
        }
        if !spent.rewards.is_empty() {
            self.spents.insert(name_of.to_owned(), spent);
        }
    }

    /// Takes back what was earned in one lot. What other lots give for it is cleared between their issuers.
    fn reverse(&mut self, back: &ClawBack, own: Option<LotId>) -> Result<(), Code> {
        let wallet = back.wallet.as_str();
        let unnamed = || Place {
            wallet: wallet.to_owned(),
            issuer: self.terms.issuer(&back.wallet),
            month: month_of(self.entry.moment.day),
        };
        let earned = own.and_then(|lot| self.known.place(wallet, lot)).unwrap_or_else(unnamed);
        let reversed = back.points().map(signed)?;
        self.book(Part { place: earned.clone(), points: reversed }, |columns, points| {
            columns.reversed = points
        });
        let written_off = Part { place: earned.clone(), points: signed(back.written_off) };
        self.book(written_off, |columns, points| columns.written_off = points);
        self.clear(&earned, &back.taken)?;
        self.owes(earned, signed(back.debt));
        Ok(())
    }

    /// Points are taken for what was earned elsewhere.
    fn clear(&mut self, earned: &Place, taken: &[Taken]) -> Result<(), Code> {
        for taken in taken.iter().filter(|taken| !taken.points.is_zero()) {
            let points = signed(taken.points);
            let part = self.known.take(taken.lot, points)?;
            let cleared = |columns: &mut Columns, points| columns.cleared = points;
            self.book(Part { place: earned.clone(), points }, cleared);
            self.book(Part { place: part.place.clone(), points: points.saturating_neg() }, cleared);
            let value = self.terms.worth(&earned.wallet).map_or(0, |worth| worth.of(points));
            self.owe(&part.place.issuer, &earned.issuer, &earned.wallet, Owed { points, value });
        }
        Ok(())
    }

    /// The member owes points.
    fn owes(&mut self, place: Place, points: i64) {
        if points == 0 {
            return;
        }
        match self.known.owes.iter_mut().find(|part| part.place == place) {
            Some(part) => part.points = part.points.saturating_add(points),
            None => self.known.owes.push(Part { place, points }),
        }
    }

    /// The member repays what is owed, the oldest first.
    fn repay(&mut self, wallet: &str, taken: &[Taken]) -> Result<(), Code> {
        for taken in taken {
            let mut left = signed(taken.points);
            while left > 0 {
                let oldest = self.known.owes.iter_mut().find(|part| part.place.wallet == wallet);
                let owed = oldest.ok_or(Code::EntryInconsistent)?;
                let points = left.min(owed.points);
                owed.points = owed.points.saturating_sub(points);
                left = left.saturating_sub(points);
                let place = owed.place.clone();
                self.known.owes.retain(|part| part.points > 0);
                let points = u64::try_from(points).map_err(|_| Code::EntryInconsistent)?;
                let points = loyalty_core::Points::new(points)?;
                self.clear(&place, &[Taken { lot: taken.lot, points }])?;
            }
        }
        Ok(())
    }

    fn exchange(&mut self, from: &str, taken: &[Taken], lot: &loyalty_core::Lot) -> Result<(), Code> {
        let got = self.known.open(lot, self.entry.moment.day);
        let given: Vec<i64> = taken.iter().map(|taken| signed(taken.points)).collect();
        let all: i64 = given.iter().sum();
        let value = match (self.terms.worth(&got.place.wallet), self.terms.worth(from)) {
            (Some(worth), _) => worth.of(got.points),
            (None, worth) => worth.map_or(0, |worth| worth.of(all)),
        };
        for ((taken, points), value) in taken.iter().zip(&given).zip(spread(value, given.iter().copied())) {
            let part = self.known.take(taken.lot, *points)?;
            let owed = Owed { points: *points, value };
            self.owe(&part.place.issuer, &got.place.issuer, from, owed);
            self.book(Part { place: part.place, points: *points }, |columns, points| {
                columns.exchanged_out = points;
            });
        }
        self.book(got, |columns, points| columns.exchanged_in = points);
        Ok(())
    }

    /// A correction by the merchant.
    fn adjust(&mut self, lot: Option<&loyalty_core::Lot>, back: Option<&ClawBack>) -> Result<(), Code> {
        if let Some(lot) = lot {
            let part = self.known.open(lot, self.entry.moment.day);
            self.book(part, |columns, points| columns.adjusted = points);
            self.active();
        }
        if let Some(back) = back {
            for taken in &back.taken {
                let points = signed(taken.points);
                self.take(taken.lot, points, |columns, points| columns.adjusted = points.saturating_neg())?;
            }
            let month = month_of(self.entry.moment.day);
            let place =
                Place { wallet: back.wallet.to_string(), issuer: self.terms.issuer(&back.wallet), month };
            let owed = Part { place: place.clone(), points: signed(back.debt) };
            self.book(owed, |columns, points| columns.adjusted = points.saturating_neg());
            self.owes(place, signed(back.debt));
        }
        Ok(())
    }
}
