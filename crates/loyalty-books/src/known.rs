//! What the books know of one account: as much as it takes to say of which month and issuer each point is.

use crate::sums::{NEVER, Place, month_of};
use crate::terms::Terms;
use loyalty_core::{Code, Day, Entry, Hold, LotId, PartnerId, Wait};
use serde::{Deserialize, Serialize};

/// How many changes of month or issuer are remembered for each wallet. Of lots older than that, what was true of the
/// oldest one remembered is taken for true: a member would have to change partners a thousand times.
const MOST_RUNS: usize = 1_000;

/// What the books know of one account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// The history whose entries were folded; empty before the first.
    #[serde(rename = "e")]
    pub epoch: String,
    /// The last entry that was folded; 0 for none.
    #[serde(rename = "q")]
    pub seq: u64,
    /// The last day on which the member was active.
    #[serde(rename = "a", default)]
    pub(crate) active: i32,
    #[serde(rename = "l", default)]
    pub(crate) lots: Vec<Lot>,
    #[serde(rename = "h", default)]
    pub(crate) holds: Vec<Held>,
    #[serde(rename = "o", default)]
    pub(crate) owes: Vec<Part>,
    /// Lots made so far.
    #[serde(rename = "n", default)]
    pub(crate) made: LotId,
    #[serde(rename = "m", default)]
    runs: Vec<Run>,
}

/// What is to be done with an entry that is fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is the next one.
    Fold,
    /// It was folded before.
    Skip,
    /// Entries before it are missing, or it is of another history.
    Refuse,
}

/// Points of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    #[serde(rename = "w")]
    pub(crate) place: Place,
    pub(crate) points: i64,
}

/// A lot with points left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lot {
    #[serde(rename = "i")]
    pub(crate) id: LotId,
    #[serde(rename = "p")]
    pub(crate) points: i64,
    #[serde(rename = "w")]
    pub(crate) place: Place,
    /// Its own last day.
    #[serde(rename = "l")]
    pub(crate) last: i32,
    /// Whether it ends during that day, not with it.
    #[serde(rename = "x", default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) exact: bool,
    /// It cannot have expired before this day: it was not there, or held, or pending.
    #[serde(rename = "f")]
    pub(crate) floor: i32,
    /// What it waits for: a day, `NEVER` for something else, 0 for nothing.
    #[serde(rename = "v")]
    pub(crate) vests: i32,
    /// The day at whose end it expires, as far as is known now.
    #[serde(rename = "d")]
    pub(crate) due: i32,
    /// The day on which it becomes spendable, as far as is known now.
    #[serde(rename = "r")]
    pub(crate) ripe: i32,
    /// Points of it that were held until a day, before which they cannot have expired as the others can.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) back: Vec<(i32, i64)>,
}

/// An open hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    #[serde(rename = "i")]
    pub(crate) id: String,
    /// The day on which it lapses.
    #[serde(rename = "u")]
    pub(crate) until: i32,
    #[serde(rename = "v")]
    pub(crate) value: i64,
    #[serde(rename = "l")]
    pub(crate) parts: Vec<Lot>,
}

/// Lots of one wallet from this one on are of this month and issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    #[serde(rename = "i")]
    from: LotId,
    #[serde(rename = "w")]
    place: Place,
}

/// A day that may never come.
fn day_or_never(day: Option<Day>) -> i32 {
    day.map_or(NEVER, Day::get)
}

/// A partner's name; empty for the shop itself.
pub(crate) fn name(partner: Option<&PartnerId>) -> String {
    partner.map(PartnerId::as_str).unwrap_or_default().to_owned()
}

/// Points as a signed number.
pub(crate) fn signed(points: loyalty_core::Points) -> i64 {
    i64::try_from(points.get()).unwrap_or(i64::MAX)
}

impl Known {
    /// What is to be done with the entry `seq` of the history `epoch`.
    #[must_use]
    pub fn next(&self, epoch: &str, seq: u64) -> Next {
        if !self.epoch.is_empty() && self.epoch != epoch {
            Next::Refuse
        } else if seq <= self.seq {
            Next::Skip
        } else if self.seq.checked_add(1) == Some(seq) {
            Next::Fold
        } else {
            Next::Refuse
        }
    }

    /// A lot as an entry tells it, on the day of that entry.
    pub(crate) fn read(&self, lot: &loyalty_core::Lot, day: Day) -> Lot {
        let vests = match lot.wait {
            None => 0,
            Some(Wait::Day(day)) => day.get(),
            Some(Wait::Fulfilment(_) | Wait::Approval(_)) => NEVER,
        };
        let (wallet, issuer) = (lot.wallet.to_string(), name(lot.issuer.as_ref()));
        let born = self.run(wallet.as_str(), lot.id).filter(|run| run.place.issuer == issuer);
        let month = born.map_or(month_of(day), |run| run.place.month);
        Lot {
            id: lot.id,
            points: signed(lot.points),
            place: Place { wallet, issuer, month },
            last: day_or_never(lot.last_day),
            exact: lot.until.is_some(),
            floor: day.get(),
            vests,
            due: NEVER,
            ripe: vests,
            back: Vec::new(),
        }
    }

    /// The month and issuer of a lot that may be used up.
    pub(crate) fn place(&self, wallet: &str, id: LotId) -> Option<Place> {
        self.run(wallet, id).map(|run| run.place.clone())
    }

    fn run(&self, wallet: &str, id: LotId) -> Option<&Run> {
        let mut of_wallet = self.runs.iter().filter(|run| run.place.wallet == wallet).rev();
        of_wallet.clone().find(|run| run.from <= id).or_else(|| of_wallet.next_back())
    }

    /// A lot that was not there before.
    pub(crate) fn open(&mut self, lot: &loyalty_core::Lot, day: Day) -> Part {
        let (wallet, issuer) = (lot.wallet.to_string(), name(lot.issuer.as_ref()));
        let place = Place { wallet, issuer, month: month_of(day) };
        self.made = self.made.max(lot.id);
        let last = self.runs.iter().rfind(|run| run.place.wallet == place.wallet);
        if last.is_none_or(|run| run.place != place) {
            self.runs.push(Run { from: lot.id, place: place.clone() });
            let of_wallet = |run: &&Run| run.place.wallet == place.wallet;
            if self.runs.iter().filter(of_wallet).count() > MOST_RUNS
                && let Some(oldest) = self.runs.iter().position(|run| run.place.wallet == place.wallet)
            {
                self.runs.remove(oldest);
            }
        }
        let new = Lot { place: place.clone(), ..self.read(lot, day) };
        let points = new.points;
        if points > 0 {
            self.lots.push(new);
        }
        Part { place, points }
    }

    /// Takes points out of a lot.
    ///
    /// # Errors
    /// `entry_inconsistent` where it has fewer.
    pub(crate) fn take(&mut self, id: LotId, points: i64) -> Result<Lot, Code> {
        let index = self.lots.binary_search_by_key(&id, |lot| lot.id);
        let found = index.ok().and_then(|index| Some((index, self.lots.get_mut(index)?)));
        let Some((index, lot)) = found.filter(|(_, lot)| lot.points >= points) else {
            return Err(Code::EntryInconsistent);
        };
        lot.points = lot.points.saturating_sub(points);
        let part = Lot { points, back: Vec::new(), ..lot.clone() };
        let mut left = lot.points;
        for (_, back) in &mut lot.back {
            *back = left.min(*back);
            left = left.saturating_sub(*back);
        }
        if lot.points == 0 {
            self.lots.remove(index);
        }
        Ok(part)
    }

    /// Gives points back to a lot, or makes it anew; of two last days the later holds.
    pub(crate) fn restore(&mut self, part: Lot) {
        if part.points == 0 {
            return;
        }
        match self.lots.binary_search_by_key(&part.id, |lot| lot.id) {
            Ok(index) => {
                if let Some(lot) = self.lots.get_mut(index) {
                    lot.points = lot.points.saturating_add(part.points);
                    if part.last > lot.last {
                        (lot.last, lot.exact) = (part.last, part.exact);
                    }
                    // What was not held is over by then, though nobody has looked at it yet.
                    if part.floor > lot.due {
                        lot.back.push((part.floor, part.points));
                    } else {
                        lot.floor = lot.floor.max(part.floor);
                    }
                }
            }
            Err(index) => self.lots.insert(index, part),
        }
    }

    /// The lot of an id.
    pub(crate) fn lot_mut(&mut self, id: LotId) -> Result<&mut Lot, Code> {
        let index = self.lots.binary_search_by_key(&id, |lot| lot.id).map_err(|_| Code::EntryInconsistent)?;
        self.lots.get_mut(index).ok_or(Code::EntryInconsistent)
    }

    /// Sets points aside.
    pub(crate) fn hold(&mut self, hold: &Hold, entry: &Entry) -> Result<(), Code> {
        let until = lapses(hold, entry);
        let mut parts = Vec::with_capacity(hold.parts.len());
        for part in &hold.parts {
            parts.push(self.take(part.id, signed(part.points))?);
        }
        self.holds.push(Held {
            id: hold.id.to_string(),
            until,
            value: crate::terms::units(hold.value),
            parts,
        });
        Ok(())
    }

    /// Ends a hold.
    pub(crate) fn end(&mut self, id: &str) -> Result<Held, Code> {
        let index = self.holds.iter().position(|held| held.id == id).ok_or(Code::EntryInconsistent)?;
        Ok(self.holds.remove(index))
    }

    /// Points that cannot be spent yet, by place.
    pub(crate) fn pending(&self) -> Vec<Part> {
        let pending = self.lots.iter().filter(|lot| lot.vests > 0);
        pending.map(|lot| Part { place: lot.place.clone(), points: lot.points }).collect()
    }

    /// Says of each lot when it expires and when it becomes spendable, if nothing else happens.
    pub(crate) fn look_ahead(&mut self, terms: &Terms) {
        let active = Day::new(self.active).unwrap_or_default();
        for lot in &mut self.lots {
            lot.ripe = if lot.vests > 0 && terms.pot(&lot.place.wallet) { NEVER } else { lot.vests };
            lot.due = due(lot, active, terms);
        }
        for held in &mut self.holds {
            for lot in &mut held.parts {
                lot.due = due(lot, active, terms).max(held.until);
            }
        }
    }
}

impl Lot {
    /// Whether it expires before it can be spent.
    pub(crate) const fn expires_first(&self) -> bool {
        self.ripe > self.due
    }
}

/// The day at whose end a lot expires: its own last day, or that of a member who has been away.
fn due(lot: &Lot, active: Day, terms: &Terms) -> i32 {
    let away = terms.idle(&lot.place.wallet).filter(|_| lot.ripe < NEVER);
    let away = away.map_or(NEVER, |span| active.plus(span).get().max(lot.ripe));
    lot.last.min(away).max(lot.floor)
}

/// The shop's day on which a hold lapses, by the clock of the entry that took it: hours that are set forward or back
/// meanwhile do not count.
fn lapses(hold: &Hold, entry: &Entry) -> i32 {
    let minutes = hold.until.get().saturating_sub(entry.moment.at.get()).max(0) / 60_000;
    let days = minutes.saturating_add(entry.moment.minute.into()) / (24 * 60);
    entry.moment.day.get().saturating_add(i32::try_from(days).unwrap_or_default())
}
