//! What will become of an account's points if nothing else happens.

use crate::known::{Known, Lot};
use crate::sums::{Fate, NEVER, Place};
use std::collections::BTreeMap;

impl Known {
    /// All points the account owns, by what will become of them, and what it owes.
    ///
    /// What is owed is repaid by the first points that become spendable, so as many of them do not expire.
    #[must_use]
    pub fn outlook(&self) -> BTreeMap<(Place, Fate), i64> {
        let mut outlook = BTreeMap::new();
        let mut add = |place: Place, fate: Fate, points: i64| {
            let sum: &mut i64 = outlook.entry((place, fate)).or_default();
            *sum = sum.saturating_add(points);
        };
        let mut owed: BTreeMap<&str, i64> = BTreeMap::new();
        for part in &self.owes {
            let sum = owed.entry(part.place.wallet.as_str()).or_default();
            *sum = sum.saturating_add(part.points);
            let place = Place { month: 0, ..part.place.clone() };
            add(place, Fate { due: NEVER, ripe: 0 }, part.points.saturating_neg());
        }
        for (_, lot) in self.by_readiness() {
            let owed = owed.entry(lot.place.wallet.as_str()).or_default();
            let repays = if lot.expires_first() { 0 } else { lot.points.min(*owed) };
            *owed = owed.saturating_sub(repays);
            add(lot.place.clone(), Fate { due: NEVER, ripe: lot.ripe }, repays);
            let rest = lot.points.saturating_sub(repays);
            add(lot.place.clone(), Fate { due: lot.due, ripe: lot.ripe }, rest);
        }
        outlook.retain(|_, points| *points != 0);
        outlook
    }

    /// Lots and held parts by the day on which they can repay what is owed, soonest to expire first.
    fn by_readiness(&self) -> Vec<(i32, &Lot)> {
        let held = self.holds.iter().flat_map(|held| held.parts.iter().map(|part| (held.until, part)));
        let mut all: Vec<_> = self.lots.iter().map(|lot| (lot.ripe, lot)).chain(held).collect();
        all.sort_by_key(|(ready, lot)| (*ready, lot.due, lot.id));
        all
    }
}
