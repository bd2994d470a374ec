//! Time passing: what fell due since the last entry.

use crate::decide::draft::Draft;
use crate::ground::code::Refusal;
use crate::ground::ids::WalletId;
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment, Span};
use crate::ledger::account::{Activity, Position};
use crate::ledger::entry::{Event, Taken};
use crate::ledger::lot::Lot;
use crate::rules::programme::Programme;
use crate::rules::wallet::Wallet;

impl Draft<'_> {
    /// Appends everything that fell due up to now: holds that timed out, then day by day lots that were over the day
    /// before, lots that vested, birthdays, lots that end on the day itself; debt is recovered as soon as points are there;
    /// the tier follows its window.
    ///
    /// A hold lapses first: its points do not expire while it is open. When it ends they repay what is owed,
    /// whenever the account is looked at, and expire at once if their last day is over.
    pub(crate) fn settle(&mut self) -> Result<(), Refusal> {
        while let Some(hold) = self.position.holds.iter().find(|hold| hold.until <= self.moment.at) {
            let (hold, wallet, points) = (hold.id.clone(), hold.wallet.clone(), hold.points);
            self.post(Event::Released { hold, wallet, points, timed_out: true })?;
            self.repay()?;
        }
        self.catch_up()
    }

    /// What is due day by day, debt and tier: before a command, and again after it.
    pub(crate) fn catch_up(&mut self) -> Result<(), Refusal> {
        while let Some(day) = self.next_due() {
            // What was over with the day before fills no pot and repays nothing.
            self.expire(day, true)?;
            self.vest(day)?;
            self.celebrate(day)?;
            self.repay()?;
            self.expire(day, false)?;
        }
        self.settled = self.moment.day;
        self.repay()?;
        self.follow_tier()
    }

    /// The first day on which anything is due.
    fn next_due(&self) -> Option<Day> {
        let today = self.moment.day;
        let mut first = None;
        let mut due = |day: Day| first = Some(first.map_or(day, |first: Day| first.min(day)));
        let alone = |lot: &Lot| self.programme.wallet(&lot.wallet).is_some_and(|wallet| !wallet.has_pot());
        for lot in &self.position.lots {
            let vests = lot.vests_on().filter(|day| *day <= today && alone(lot));
            self.expires(lot).map(|(day, _)| day).into_iter().chain(vests).for_each(&mut due);
        }
        for wallet in self.programme.parts().wallets.iter().filter(|wallet| wallet.has_pot()) {
            pot_fills(&self.position, wallet).filter(|day| *day <= today).into_iter().for_each(&mut due);
        }
        self.birthdays().for_each(|given| due(given.due));
        first
    }

    fn vest(&mut self, day: Day) -> Result<(), Refusal> {
        for wallet in &self.programme.parts().wallets {
            if wallet.has_pot() && pot_fills(&self.position, wallet).is_none_or(|full| full > day) {
                continue;
            }
            let ripe = |lot: &&Lot| lot.vests_on().is_some_and(|vests_on| vests_on <= day);
            let ripe: Vec<Taken> =
                self.position.in_wallet(&wallet.id).filter(ripe).map(Taken::from).collect();
            for Taken { lot, points } in ripe {
                self.post(Event::Vested { lot, wallet: wallet.id.clone(), points, due: day })?;
            }
        }
        self.repay()
    }

    /// Lets lots expire that are due on a day, or only those of them that were over the day before.
    fn expire(&mut self, day: Day, before: bool) -> Result<(), Refusal> {
        let over = |lot: &Lot| {
            let due = |(due, last): &(Day, Day)| *due <= day && (!before || *last < day);
            let (_, last_day) = self.expires(lot).filter(due)?;
            Some((Taken::from(lot), lot.wallet.clone(), last_day))
        };
        let over: Vec<_> = self.position.lots.iter().filter_map(over).collect();
        for (Taken { lot, points }, wallet, last_day) in over {
            self.post(Event::Expired { lot, wallet, points, last_day })?;
        }
        Ok(())
    }

    /// Where a lot's last usable moment is over: the day on which it is due to expire, and its last day.
    fn expires(&self, lot: &Lot) -> Option<(Day, Day)> {
        let today = self.moment.day;
        let last_day = last_day(self.programme, &self.position, lot)?;
        let exact = lot.until.filter(|_| lot.last_day == Some(last_day));
        let over = last_day < today || exact.is_some_and(|until| until <= self.moment.at);
        if !over {
            return None;
        }
        let due = if exact.is_some() { last_day.min(today) } else { last_day.plus(Span::Days(1)) };
        Some((due, last_day))
    }

    /// Recovers what is owed from spendable points, as far as they go.
    pub(crate) fn repay(&mut self) -> Result<(), Refusal> {
        let owed: Vec<(WalletId, Points)> =
            self.position.debt.iter().map(|(wallet, points)| (wallet.clone(), *points)).collect();
        for (wallet, owed) in owed {
            let points = owed.min(self.position.available(&wallet)?);
            if !points.is_zero() {
                let taken = self.take(&wallet, points)?.iter().map(Taken::from).collect();
                self.post(Event::Repaid { wallet, points, taken })?;
            }
        }
        Ok(())
    }

    fn follow_tier(&mut self) -> Result<(), Refusal> {
        let Some(tiers) = self.programme.tiers() else { return Ok(()) };
        let today = self.moment.day;
        let progress = tiers.progress(&self.position, today, &Activity::default())?;
        self.progress = progress;
        let floor = member_level(self.programme, &self.position, today);
        let level = tiers.level(&self.position, today, progress, floor)?.map(|level| &level.id);
        if level == self.position.level.as_ref() {
            return Ok(());
        }
        let (from, to) = (self.position.level.clone(), level.cloned());
        self.post(Event::TierChanged { from, to, progress })
    }
}

/// The level that the paid membership gives on a day.
pub(crate) fn member_level<'a>(
    programme: &'a Programme,
    position: &Position,
    day: Day,
) -> Option<&'a crate::ground::ids::LevelId> {
    let paid = position.membership.as_ref().filter(|paid| day <= paid.last_day)?;
    programme.parts().memberships.iter().find(|known| known.id == paid.id)?.level.as_ref()
}

/// The day on which pending points of a wallet whose days are over are enough to become spendable.
fn pot_fills(position: &Position, wallet: &Wallet) -> Option<Day> {
    let threshold = wallet.vesting.threshold;
    let waits = |lot: &Lot| Some((lot.vests_on()?, lot.points)).filter(|_| lot.wallet == wallet.id);
    let pending = position.lots.iter().filter_map(waits).collect();
    let mut held = Points::ZERO;
    sorted(pending, PartialOrd::lt).into_iter().find_map(|(day, points)| {
        held = held.plus(points).ok()?;
        (held >= threshold).then_some(day)
    })
}

/// The last day on which a lot can be used: its own, or the earlier one of a member who has been away.
pub(crate) fn last_day(programme: &Programme, position: &Position, lot: &Lot) -> Option<Day> {
    let mut spans = programme.parts().wallets.iter().filter_map(|w| Some((&w.id, w.expiry.inactivity?)));
    let away = spans.find(|(wallet, _)| lot.vested() && **wallet == lot.wallet);
    let Some((_, span)) = away else { return lot.last_day };
    let away = position.active.plus(span);
    Some(lot.last_day.map_or(away, |last| last.min(away)))
}

/// The moment of a day that is over, or now.
pub(crate) fn moment_of(day: Day, now: Moment) -> Moment {
    if day == now.day { now } else { Moment { day, ..now } }
}
