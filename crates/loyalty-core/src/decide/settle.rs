//! Time passing: what fell due since the last entry.

use crate::ledger::account::Position;
use crate::ground::code::Refusal;
use crate::decide::draft::Draft;
use crate::ledger::entry::{Event, Taken};
use crate::ledger::lot::{Lot, LotId};
use crate::ground::points::Points;
use crate::rules::programme::Programme;
use crate::ground::time::{Day, Span};
use rust_decimal::Decimal;

/// What falls due next. On one day points vest before others expire.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// All pending lots whose days are over by then.
    Vests,
    /// What is left of one lot, after its last day.
    Expires { lot: LotId, points: Points, last_day: Day },
}

impl Draft<'_> {
    /// Appends everything that fell due up to now: holds that timed out, lots that vested or expired, in
    /// the order of their days; debt is recovered as soon as points vest; the tier follows its window.
    ///
    /// A hold lapses first: its points do not expire while it is open. When it ends they repay what is owed,
    /// whenever the account is looked at, and expire at once if their last day is over.
    pub(crate) fn settle(&mut self) -> Result<(), Refusal> {
        let lapsed = |hold: &&crate::ledger::account::Hold| hold.until <= self.moment.at;
        let holds: Vec<_> =
            self.position.holds.iter().filter(lapsed).map(|h| (h.id.clone(), h.points)).collect();
        for (hold, points) in holds {
            self.post(Event::Released { hold, points, timed_out: true })?;
            self.repay()?;
        }
        self.catch_up()
    }

    /// Lots that are due, debt and tier: before a command, and again after it.
    pub(crate) fn catch_up(&mut self) -> Result<(), Refusal> {
        while let Some((day, due)) = self.next_due() {
            match due {
                Due::Vests => {
                    let ripe = |lot: &&Lot| lot.vests_on.is_some_and(|vests_on| vests_on <= day);
                    let ripe: Vec<_> =
                        self.position.lots.iter().filter(ripe).map(|lot| (lot.id, lot.points)).collect();
                    for (lot, points) in ripe {
                        self.post(Event::Vested { lot, points, due: day })?;
                    }
                    self.repay()?;
                }
                Due::Expires { lot, points, last_day } => {
                    self.post(Event::Expired { lot, points, last_day })?;
                }
            }
        }
        self.repay()?;
        self.follow_tier()
    }

    /// What falls due first, and on which day; an expiry on the day after the last usable one.
    fn next_due(&self) -> Option<(Day, Due)> {
        let today = self.moment.day;
        let lots = &self.position.lots;
        let expires = |lot: &Lot| {
            let last_day = last_day(self.programme, &self.position, lot).filter(|last| *last < today)?;
            Some((last_day.plus(Span::Days(1)), Due::Expires { lot: lot.id, points: lot.points, last_day }))
        };
        let vests = self.pot_fills().filter(|day| *day <= today).map(|day| (day, Due::Vests));
        lots.iter().filter_map(expires).chain(vests).min()
    }

    /// The day on which pending points whose days are over are enough to become spendable.
    fn pot_fills(&self) -> Option<Day> {
        let threshold = self.programme.parts().vesting.threshold;
        let pending = || self.position.lots.iter().filter_map(|lot| Some((lot.vests_on?, lot.points)));
        if threshold.is_zero() {
            return pending().map(|(day, _)| day).min();
        }
        let held = |day: Day| Points::sum(pending().filter(|(on, _)| *on <= day).map(|(_, points)| points));
        pending().map(|(day, _)| day).filter(|day| held(*day).is_ok_and(|held| held >= threshold)).min()
    }

    /// Recovers what is owed from spendable points, as far as they go.
    pub(crate) fn repay(&mut self) -> Result<(), Refusal> {
        let points = self.position.debt.min(self.position.available()?);
        if points.is_zero() {
            return Ok(());
        }
        let taken = self.take(points)?.iter().map(Taken::from).collect();
        self.post(Event::Repaid { points, taken })
    }

    fn follow_tier(&mut self) -> Result<(), Refusal> {
        let Some(tiers) = self.programme.tiers() else { return Ok(()) };
        let spend = tiers.spend(&self.position.spend, self.moment.day)?;
        let held = self.position.level.as_ref();
        let level = tiers.level(&self.position.spend, self.moment.day, Decimal::ZERO, held)?;
        let level = level.map(|level| &level.id);
        if level == held {
            return Ok(());
        }
        let (from, to) = (held.cloned(), level.cloned());
        self.post(Event::TierChanged { from, to, spend })
    }
}

/// The last day on which a lot can be used: its own, or the earlier one of a member who has been away.
pub(crate) fn last_day(programme: &Programme, position: &Position, lot: &Lot) -> Option<Day> {
    let away = programme.parts().expiry.inactivity.filter(|_| lot.vested());
    lot.last_day.into_iter().chain(away.map(|span| position.active.plus(span))).min()
}
