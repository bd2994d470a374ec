//! What will become of an account's points if nothing else happens.

use crate::amounts::Amounts;
use crate::known::{Known, Lot};
use crate::sums::{Fate, NEVER, Place};
use loyalty_core::sorted;

impl Known {
    /// All points the account owns, by what will become of them, and what it owes.
    ///
    /// What is owed is repaid by the first points that become spendable, so as many of them do not expire.
    #[must_use]
    pub fn outlook(&self) -> Amounts<(Place, Fate), i64> {
        let mut outlook = Amounts::default();
        let mut add = |place: Place, fate: Fate, points: i64| outlook.add((place, fate), &points);
        let mut owed: Amounts<&str, i64> = Amounts::default();
        for part in &self.owes {
            owed.add(&part.place.wallet, &part.points);
            let place = Place { month: 0, ..part.place.clone() };
            add(place, Fate { due: NEVER, ripe: 0 }, part.points.saturating_neg());
        }
        for (_, lot) in self.by_readiness() {
            let wallet = lot.place.wallet.as_str();
            let left = owed.get(wallet).copied().unwrap_or_default();
            let repays = if lot.expires_first() { 0 } else { lot.points.min(left) };
            owed.add(wallet, &repays.saturating_neg());
            add(lot.place.clone(), Fate { due: NEVER, ripe: lot.ripe }, repays);
            let mut rest = lot.points.saturating_sub(repays);
            for (floor, points) in &lot.back {
                let late = rest.min(*points);
                rest = rest.saturating_sub(late);
                add(lot.place.clone(), Fate { due: lot.due.max(*floor), ripe: lot.ripe }, late);
            }
            add(lot.place.clone(), Fate { due: lot.due, ripe: lot.ripe }, rest);
        }
        outlook.tidy();
        outlook
    }

    /// Lots and held parts by the day on which they can repay what is owed, soonest to expire first.
    fn by_readiness(&self) -> Vec<(i32, &Lot)> {
        let held = self.holds.iter().flat_map(|held| held.parts.iter().map(|part| (held.until, part)));
        let all = self.lots.iter().map(|lot| (lot.ripe, lot)).chain(held).collect();
        let key = |(ready, lot): &(i32, &Lot)| (*ready, lot.due, lot.id);
        sorted(all, |one, other| key(one) < key(other))
    }
}
