//! Taking points: no more than there are, none after their last day, all back on release.

use loyalty_core::{Command, Entry, Event, Lot, LotId, Moment, Points, Position, standing};
use loyalty_tests::history::history;
use loyalty_tests::world::{Outcome, World, moment, read};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What is left of each lot, told from the log alone.
#[derive(Default)]
struct Lots {
    left: BTreeMap<LotId, i64>,
    last_day: BTreeMap<LotId, Option<loyalty_core::Day>>,
    holds: BTreeMap<String, Vec<Lot>>,
}

fn signed(points: Points) -> i64 {
    i64::try_from(points.get()).unwrap()
}

impl Lots {
    fn credit(&mut self, lot: LotId, points: Points, last_day: Option<loyalty_core::Day>) {
        *self.left.entry(lot).or_default() += signed(points);
        let known = self.last_day.entry(lot).or_insert(last_day);
        *known = known.zip(last_day).map(|(known, new)| known.max(new));
    }

    fn debit(&mut self, lot: LotId, points: Points) -> Result<(), TestCaseError> {
        let left = self.left.entry(lot).or_default();
        *left -= signed(points);
        prop_assert!(*left >= 0, "lot {} lost {} more than it had", lot, -*left);
        Ok(())
    }

    /// Nothing of a lot is spent after its last day.
    fn spend(&mut self, at: Moment, lot: LotId, points: Points) -> Result<(), TestCaseError> {
        let last = self.last_day.get(&lot).copied().flatten();
        prop_assert!(last.is_none_or(|last| at.day <= last), "lot {} was spent on {}", lot, at.day);
        self.debit(lot, points)
    }

    fn fold(&mut self, entry: &Entry) -> Result<(), TestCaseError> {
        match &entry.event {
            Event::OrderPaid { points, last_day, .. } | Event::ReferralRewarded { points, last_day, .. } => {
                self.credit(entry.seq, *points, *last_day);
            }
            Event::Expired { lot, points, last_day } => {
                prop_assert!(*last_day < entry.moment.day, "expired on its last day");
                prop_assert_eq!(self.left.get(lot), Some(&signed(*points)), "all that remains expires");
                prop_assert_eq!(self.last_day.get(lot).copied().flatten(), Some(*last_day));
                self.debit(*lot, *points)?;
            }
            Event::Held { hold, points, parts, .. } => {
                prop_assert_eq!(Points::sum(parts.iter().map(|part| part.points)), Ok(*points));
                for part in parts {
                    self.spend(entry.moment, part.id, part.points)?;
                }
                self.holds.insert(hold.as_str().to_owned(), parts.clone());
            }
            Event::Captured { hold, .. } => {
                prop_assert!(self.holds.remove(hold.as_str()).is_some(), "{} was not open", hold);
            }
            Event::Released { hold, .. } => {
                for part in self.holds.remove(hold.as_str()).into_iter().flatten() {
                    self.credit(part.id, part.points, part.last_day);
                }
            }
            Event::Repaid { taken, .. } => {
                // Posted late where nothing was booked on the day it fell due, so the day proves nothing.
                for part in taken {
                    self.debit(part.lot, part.points)?;
                }
            }
            Event::Refunded { back, restored, .. } => {
                // What returns is there to be taken back.
                for lot in restored {
                    self.credit(lot.id, lot.points, lot.last_day);
                }
                for part in &back.taken {
                    self.debit(part.lot, part.points)?;
                }
            }
            Event::ReferralRevoked { back, .. } => {
                for part in &back.taken {
                    self.debit(part.lot, part.points)?;
                }
            }
            Event::Vested { .. } | Event::TierChanged { .. } => {}
        }
        Ok(())
    }
}

/// A position apart from its place in the log.
fn matter(position: &Position) -> Position {
    Position { seq: 0, last: Moment::default(), ..position.clone() }
}

/// Where the member stands so many minutes after now.
fn later(world: &World, minutes: i64) -> Position {
    let at = Moment { at: world.moment.at.plus_minutes(u32::try_from(minutes).unwrap()), ..world.moment };
    let minutes = (at.at.get() - moment(0).at.get()) / 60_000;
    standing(world.programme.rules(), &world.account, moment(minutes)).unwrap().position
}

proptest! {
    /// Law `expiry-exact`: a lot never loses more than remains, told from the log alone; after its last day
    /// nothing of it can be set aside, and all that remains expires, no sooner.
    #[test]
    fn expiry_exact(history in history(20)) {
        let mut world = World::of(&history);
        let mut lots = Lots::default();
        for happening in &history.happenings {
            let Some(request) = world.next(happening) else { continue };
            let Outcome::Appended(entries) = world.deliver(&request) else { continue };
            entries.iter().try_for_each(|entry| lots.fold(entry))?;
            let told: Vec<_> = lots.left.iter().filter(|(_, left)| **left > 0).map(|(id, left)| (*id, *left)).collect();
            let reached: Vec<_> = world.account.position.lots.iter().map(|lot| (lot.id, signed(lot.points))).collect();
            prop_assert_eq!(told, reached);
            let settled = later(&world, 0);
            let stale = settled.lots.iter().find(|lot| lot.vested() && lot.over(world.moment.day));
            prop_assert!(stale.is_none(), "{:?} is spendable on {}", stale, world.moment.day);
            // Points whose days are over wait only in a pot that is not full.
            let ripe = settled.lots.iter().filter(|lot| lot.vests_on.is_some_and(|day| day <= world.moment.day));
            let ripe = Points::sum(ripe.map(|lot| lot.points)).unwrap();
            let rules = world.programme.rules();
            let pot = standing(rules, &world.account, world.moment).unwrap().pot(rules, world.moment.day).unwrap();
            let waits = pot.map_or(Points::ZERO, |pot| pot.points);
            prop_assert_eq!(ripe, waits, "still pending on {}", world.moment.day);
            prop_assert!(pot.is_none_or(|pot| pot.points < pot.threshold), "{:?} is full", pot);
        }
    }

    /// Points are taken from the lots that expire soonest, from those that never expire last, and of equals
    /// from the oldest: whatever is left is no sooner than anything taken.
    #[test]
    fn soonest_first(history in history(20)) {
        let mut world = World::of(&history);
        for happening in &history.happenings {
            let Some(request) = world.next(happening) else { continue };
            let Outcome::Appended(entries) = world.deliver(&request) else { continue };
            let Some(Event::Held { parts, .. }) = entries.last().map(|entry| &entry.event) else { continue };
            let order = |lot: &Lot| (lot.last_day.is_none(), lot.last_day, lot.id);
            let latest = parts.iter().map(order).max();
            let left = world.account.position.lots.iter().filter(|lot| lot.vested()).map(order).min();
            prop_assert!(left.is_none() || latest <= left, "{:?} taken, {:?} left", latest, left);
        }
    }

    /// Law `no-overspend`: whatever is held and captured in whatever order, no hold is given for more than
    /// is available, and one that is affordable is not refused for want of points.
    #[test]
    fn no_overspend(history in history(20)) {
        let mut world = World::of(&history);
        for happening in &history.happenings {
            let Some(request) = world.next(happening) else { continue };
            let available = later(&world, 0).available().unwrap();
            let outcome = world.deliver(&request);
            let Command::Hold { points, .. } = read(&request).command else { continue };
            match outcome {
                Outcome::Appended(entries) => {
                    let held = entries.iter().find_map(|entry| match &entry.event {
                        Event::Held { points, .. } => Some(*points),
                        _ => None,
                    });
                    prop_assert!(held.unwrap() <= available);
                    prop_assert_eq!(later(&world, 0).available(), available.minus(held.unwrap()));
                }
                Outcome::Refused(refusal) if refusal.code == loyalty_core::Code::InsufficientPoints => {
                    prop_assert!(points.is_none_or(|points| points > available));
                }
                Outcome::Refused(_) | Outcome::Known => {}
            }
        }
    }

    /// Law `release-restores`: a hold that is released, or lapses, leaves the account as if it had never
    /// been: every lot, level, hold and debt; now and at any later time.
    #[test]
    fn release_restores(history in history(12), wait in prop::sample::select(vec![0_i64, 1, 1440, 30 * 1440])) {
        let mut world = World::of(&history);
        for happening in &history.happenings {
            let Some(request) = world.next(happening) else { continue };
            let Command::Hold { hold, .. } = read(&request).command else {
                world.deliver(&request);
                continue;
            };
            let never = world.account.clone();
            let outcome = world.deliver(&request);
            if !matches!(outcome, Outcome::Appended(_)) {
                continue;
            }
            let held = std::mem::replace(&mut world.account, never);
            // A hold lasts a week at most.
            let (released, lapsed) = (matter(&later(&world, wait)), matter(&later(&world, 10_080 + wait)));
            world.account = held;
            prop_assert_eq!(matter(&later(&world, 10_080 + wait)), lapsed, "lapsed");
            let (account, entries, now) = (world.account.clone(), world.entries.clone(), world.moment);
            world.wait(wait);
            let request = format!(
                r#"{{"account":"member","key":"back-{hold}","command":{{"kind":"release","hold":"{hold}"}}}}"#
            );
            if matches!(world.deliver(&request), Outcome::Appended(_)) {
                prop_assert_eq!(matter(&later(&world, 0)), released, "released");
            }
            (world.account, world.entries, world.moment) = (account, entries, now);
        }
    }
}
