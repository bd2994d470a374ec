//! Time passing: what fell due since the last entry.

use crate::code::Refusal;
use crate::decide::Draft;
use crate::entry::{Event, Taken};
use crate::lot::{Lot, LotId};
use crate::points::Points;
use crate::time::{Day, Span};

/// What becomes of a lot next, and when. On one day points vest before others expire.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Vests(Day, LotId),
    Expires(Day, LotId),
}

impl Due {
    const fn key(&self) -> (Day, bool, LotId) {
        match self {
            Self::Vests(day, lot) => (*day, false, *lot),
            Self::Expires(day, lot) => (*day, true, *lot),
        }
    }
}

impl Draft<'_> {
    /// Appends everything that fell due up to now: holds that timed out, lots that vested or expired, in
    /// the order of their days; debt is recovered as soon as points vest; the tier follows its window.
    ///
    /// A hold lapses first: its points do not expire while it is open, and expire at once when it ends
    /// after their last day.
    pub(crate) fn settle(&mut self) -> Result<(), Refusal> {
        let lapsed = |hold: &&crate::account::Hold| hold.until <= self.moment.at;
        let holds: Vec<_> =
            self.position.holds.iter().filter(lapsed).map(|h| (h.id.clone(), h.points)).collect();
        for (hold, points) in holds {
            self.post(Event::Released { hold, points, timed_out: true })?;
        }
        self.catch_up()
    }

    /// Lots that are due, debt and tier: before a command, and again after it.
    pub(crate) fn catch_up(&mut self) -> Result<(), Refusal> {
        while let Some(due) = self.next_due() {
            match due {
                Due::Vests(day, lot) => {
                    let points = self.points_of(lot);
                    self.post(Event::Vested { lot, points, due: day })?;
                    self.repay()?;
                }
                Due::Expires(last_day, lot) => {
                    let points = self.points_of(lot);
                    self.post(Event::Expired { lot, points, last_day })?;
                }
            }
        }
        self.repay()?;
        self.follow_tier()
    }

    fn points_of(&self, id: LotId) -> Points {
        self.position.lots.iter().find(|lot| lot.id == id).map_or(Points::ZERO, |lot| lot.points)
    }

    fn next_due(&self) -> Option<Due> {
        let today = self.moment.day;
        let due = |lot: &Lot| match (lot.vests_on, lot.last_day) {
            (Some(day), _) if day <= today => Some(Due::Vests(day, lot.id)),
            (None, Some(last)) if last < today => Some(Due::Expires(last, lot.id)),
            _ => None,
        };
        // An expiry takes effect on the day after the last usable one.
        let order = |due: &Due| match due {
            Due::Expires(last, lot) => Due::Expires(last.plus(Span::Days(1)), *lot).key(),
            Due::Vests(..) => due.key(),
        };
        self.position.lots.iter().filter_map(due).min_by_key(order)
    }

    fn repay(&mut self) -> Result<(), Refusal> {
        let debt = self.position.debt;
        let available = self.position.available()?;
        let points = if debt < available { debt } else { available };
        if points.is_zero() {
            return Ok(());
        }
        let parts = self.take(points)?;
        let taken = parts.iter().map(|part| Taken { lot: part.id, points: part.points }).collect();
        self.post(Event::Repaid { points, taken })
    }

    fn follow_tier(&mut self) -> Result<(), Refusal> {
        let Some(tiers) = self.programme.tiers() else { return Ok(()) };
        let spend = tiers.spend(&self.position.spend, self.moment.day)?;
        let held = self.position.level.as_ref();
        let level = tiers.level(spend, held).map(|level| &level.id);
        if level == held {
            return Ok(());
        }
        let (from, to) = (held.cloned(), level.cloned());
        self.post(Event::TierChanged { from, to, spend })
    }
}
