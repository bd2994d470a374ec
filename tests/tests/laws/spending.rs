//! Taking points: no more than there are, none after their last day, all back on release.

use loyalty_core::{
    Account, ClawBack, Command, Entry, Event, Lot, LotId, Moment, Points, Position, Taken, WalletId, apply,
    due, standing,
};
use loyalty_tests::history::history;
use loyalty_tests::world::{Outcome, World, moment, read};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What is left of each lot, told from the log alone.
#[derive(Default)]
struct Lots {
    left: BTreeMap<LotId, i64>,
    known: BTreeMap<LotId, Lot>,
    holds: BTreeMap<String, Vec<Lot>>,
}

fn signed(points: Points) -> i64 {
    i64::try_from(points.get()).unwrap()
}

impl Lots {
    fn credit<'a>(&mut self, lots: impl IntoIterator<Item = &'a Lot>) {
        for lot in lots {
            *self.left.entry(lot.id).or_default() += signed(lot.points);
            let known = self.known.entry(lot.id).or_insert_with(|| lot.clone());
            let last = known.last_day.zip(lot.last_day).map(|(known, new)| known.max(new));
            if last != known.last_day {
                (known.last_day, known.until) = (last, lot.until);
            }
        }
    }

    fn debit<'a>(&mut self, taken: impl IntoIterator<Item = &'a Taken>) -> Result<(), TestCaseError> {
        for Taken { lot, points } in taken {
            let left = self.left.entry(*lot).or_default();
            *left -= signed(*points);
            prop_assert!(*left >= 0, "lot {} lost {} more than it had", lot, -*left);
        }
        Ok(())
    }

    fn back<'a>(&mut self, backs: impl IntoIterator<Item = &'a ClawBack>) -> Result<(), TestCaseError> {
        backs.into_iter().try_for_each(|back| self.debit(&back.taken))
    }

    /// Nothing of a lot is spent after its last usable moment.
    fn spend(&mut self, now: Moment, parts: &[Lot]) -> Result<(), TestCaseError> {
        for part in parts {
            let known = &self.known[&part.id];
            prop_assert!(!known.over(now), "{:?} was spent on {}", known, now.day);
        }
        self.debit(&parts.iter().map(Taken::from).collect::<Vec<_>>())
    }

    fn fold(&mut self, entry: &Entry) -> Result<(), TestCaseError> {
        let now = entry.moment;
        match &entry.event {
            Event::OrderPaid { credits, redeemed, .. } => {
                self.credit(credits.iter().map(|credit| &credit.lot));
                for paid in redeemed.iter().filter(|paid| paid.hold.is_none()) {
                    self.spend(now, &paid.parts)?;
                }
            }
            Event::Expired { lot, points, last_day, .. } => {
                let known = &self.known[lot];
                let over = *last_day < now.day || known.until.is_some_and(|until| until <= now.at);
                prop_assert!(over, "expired within its last day");
                prop_assert_eq!(self.left.get(lot), Some(&signed(*points)), "all that remains expires");
                prop_assert!(known.last_day.is_none_or(|known| *last_day <= known), "{:?} late", known);
                self.debit([&Taken { lot: *lot, points: *points }])?;
            }
            Event::Held(hold) => {
                prop_assert_eq!(Points::sum(hold.parts.iter().map(|part| part.points)), Ok(hold.points));
                self.spend(now, &hold.parts)?;
                self.holds.insert(hold.id.as_str().to_owned(), hold.parts.clone());
            }
            Event::Captured { hold, returned, gives, .. } => {
                prop_assert!(self.holds.remove(hold.as_str()).is_some(), "{} was not open", hold);
                self.credit(returned.iter().chain(gives));
            }
            Event::Released { hold, .. } => {
                let parts = self.holds.remove(hold.as_str()).unwrap_or_default();
                self.credit(&parts);
            }
            Event::RewardCancelled { restored, taken, .. } => {
                self.credit(restored);
                self.debit(&taken.iter().map(Taken::from).collect::<Vec<_>>())?;
            }
            // Posted late where nothing was booked on the day it fell due, so the day proves nothing.
            Event::Repaid { taken, .. } => self.debit(taken)?,
            Event::Refunded { credits, restored, .. } => {
                // What returns is there to be taken back.
                self.credit(restored.iter().flatten());
                self.back(credits.iter().map(|credit| &credit.back))?;
            }
            Event::ReferralRewarded { lot, .. } | Event::BonusGiven { lot, .. } => self.credit([lot]),
            Event::ReferralRevoked { back, .. } => self.back([back])?,
            Event::BonusDecided { lot, gone, .. } => self.debit([&Taken { lot: *lot, points: *gone }])?,
            Event::Exchanged { taken, lot, .. } => {
                self.debit(taken)?;
                self.credit([lot]);
            }
            Event::TransferSent { parts, .. } => self.spend(now, parts)?,
            Event::TransferReceived { lots, .. } => self.credit(lots),
            Event::Adjusted { lot, back, .. } => {
                self.credit(lot);
                self.back(back)?;
            }
            Event::SaleSettled { lots, back, .. } => {
                self.credit(lots);
                self.back(back.iter().map(|(_, back)| back))?;
            }
            Event::Vested { .. }
            | Event::TierChanged { .. }
            | Event::OrderFulfilled { .. }
            | loyalty_core::moves_no_points!() => {}
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
    let minutes = (world.moment.at.get() - moment(0).at.get()) / 60_000 + minutes;
    standing(world.programme.rules(), &world.account, moment(minutes)).unwrap().position
}

fn wallets(world: &World) -> Vec<WalletId> {
    world.programme.rules().parts().wallets.iter().map(|wallet| wallet.id.clone()).collect()
}

proptest! {
    /// Law `expiry-exact`: a lot never loses more than remains, told from the log alone; after its last usable
    /// moment nothing of it can be set aside, and all that remains expires, no sooner.
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
            let stale = settled.lots.iter().find(|lot| lot.vested() && lot.over(world.moment));
            prop_assert!(stale.is_none(), "{:?} is spendable on {}", stale, world.moment.day);
            // Points whose days are over wait only in a pot that is not full.
            let rules = world.programme.rules();
            let standing = standing(rules, &world.account, world.moment).unwrap();
            for wallet in wallets(&world) {
                let ripe = settled.in_wallet(&wallet).filter(|lot| lot.vests_on().is_some_and(|day| day <= world.moment.day));
                let ripe = Points::sum(ripe.map(|lot| lot.points)).unwrap();
                let pot = standing.pot(rules, &wallet).unwrap();
                let waits = pot.map_or(Points::ZERO, |pot| pot.points);
                prop_assert_eq!(ripe, waits, "still pending on {}", world.moment.day);
                prop_assert!(pot.is_none_or(|pot| pot.points < pot.threshold), "{:?} is full", pot);
            }
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
            let Some(Event::Held(hold)) = entries.last().map(|entry| &entry.event) else { continue };
            let order =
                |lot: &Lot| (lot.last_day.is_none(), lot.last_day, lot.until.is_none(), lot.until, lot.id);
            let latest = hold.parts.iter().map(order).max();
            let left = world.account.position.in_wallet(&hold.wallet).filter(|lot| lot.vested());
            let left = left.map(order).min();
            prop_assert!(latest.is_none() || left.is_none() || latest <= left, "{:?} taken, {:?} left", latest, left);
        }
    }

    /// Law `no-overspend`: whatever is held, captured, exchanged and given away in whatever order, nothing is
    /// taken of a wallet beyond what is available, and a hold that is affordable is not refused for want of
    /// points.
    #[test]
    fn no_overspend(history in history(20)) {
        let mut world = World::of(&history);
        for happening in &history.happenings {
            let Some(request) = world.next(happening) else { continue };
            let before = later(&world, 0);
            let outcome = world.deliver(&request);
            let command = read(&request).command;
            match outcome {
                Outcome::Appended(entries) => {
                    for entry in &entries {
                        let (wallet, points) = match &entry.event {
                            Event::Held(hold) => (&hold.wallet, hold.points),
                            Event::Exchanged { from, points, .. } => (from, *points),
                            Event::TransferSent { wallet, parts, .. } => {
                                (wallet, Points::sum(parts.iter().map(|part| part.points)).unwrap())
                            }
                            _ => continue,
                        };
                        let available = before.available(wallet).unwrap();
                        prop_assert!(points <= available, "{:?} of {:?}", points, available);
                        if matches!(entry.event, Event::Held(_)) {
                            prop_assert_eq!(later(&world, 0).available(wallet), available.minus(points));
                        }
                    }
                    for wallet in wallets(&world) {
                        let held: u64 = world.account.position.held(&wallet).unwrap().get();
                        let parts = world.account.position.holds.iter().filter(|hold| hold.wallet == wallet);
                        let parts: u64 = parts.flat_map(|hold| &hold.parts).map(|part| part.points.get()).sum();
                        prop_assert_eq!(held, parts);
                    }
                }
                Outcome::Refused(refusal) if refusal.code == loyalty_core::Code::InsufficientPoints => {
                    let Command::Hold { ask, .. } = &command else { continue };
                    let rewards = &world.programme.rules().parts().rewards;
                    let reward = rewards.iter().find(|reward| reward.id == ask.reward).unwrap();
                    let available = before.available(&reward.wallet).unwrap();
                    let asked = match ask.ask {
                        loyalty_core::Ask::Points(points) => points,
                        loyalty_core::Ask::Fixed => reward.points,
                        loyalty_core::Ask::Value(_) => continue,
                    };
                    prop_assert!(asked > available, "{:?} of {:?}", asked, available);
                }
                Outcome::Refused(_) | Outcome::Known => {}
            }
        }
    }

    /// Whether somebody looks every day or only at the end, time comes to the same: what vests, expires, repays what is
    /// owed, is given on a birthday.
    #[test]
    fn days_one_by_one(history in history(12), days in 1..500_i64) {
        let mut world = World::of(&history);
        world.live(&history.happenings, |_, _| {});
        // A hold repays when somebody looks after its end: by then all have lapsed.
        let begin = (world.moment.at.get() - moment(0).at.get()) / 60_000 + 10_080;
        let rules = world.programme.rules();
        let look = |account: &mut Account, day: i64| {
            let entries = due(rules, account, moment(begin + day * 1440)).unwrap();
            entries.iter().try_for_each(|entry| apply(account, entry)).unwrap();
        };
        let mut once = world.account.clone();
        look(&mut once, 0);
        let mut daily = once.clone();
        look(&mut once, days);
        (1..=days).for_each(|day| look(&mut daily, day));
        let lots = |account: &Account| -> Vec<_> {
            let lots = account.position.lots.iter();
            lots.map(|lot| (lot.wallet.clone(), lot.points, lot.last_day, lot.until, lot.vests_on(), lot.source.clone())).collect()
        };
        prop_assert_eq!(lots(&once), lots(&daily));
        prop_assert_eq!(&once.position.debt, &daily.position.debt);
        prop_assert_eq!(&once.position.uses, &daily.position.uses);
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
            // Looked at now, as a hold does: under a new version a level that is never lost counts once it is seen.
            let look = format!(
                r#"{{"account":"member","key":"look-{hold}","command":{{"kind":"record_event","event":"look"}}}}"#
            );
            world.deliver(&look);
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
