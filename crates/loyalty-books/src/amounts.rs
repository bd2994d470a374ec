//! Amounts by key, that add up.

use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;

/// What adds up.
pub trait Amount: Default + PartialEq {
    /// Adds more.
    fn add(&mut self, more: &Self);
}

impl Amount for i64 {
    fn add(&mut self, more: &Self) {
        *self = self.saturating_add(*more);
    }
}

impl Amount for u64 {
    fn add(&mut self, more: &Self) {
        *self = self.saturating_add(*more);
    }
}

impl<A: Amount, B: Amount> Amount for (A, B) {
    fn add(&mut self, more: &Self) {
        self.0.add(&more.0);
        self.1.add(&more.1);
    }
}

/// Amounts by key, in the order of the keys; of no key more than one. A list is a few hundred bytes of the Worker for each
/// type of key, where the library's tree of nodes is 5 KB.
///
/// INVARIANT: sorted by key, no key twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Amounts<K, V>(Vec<(K, V)>);

impl<K, V> Default for Amounts<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, V: Amount> Amounts<K, V> {
    /// Adds to what is there under a key.
    pub fn add(&mut self, key: K, more: &V) {
        let place = match self.0.last() {
            // Mostly they come in order.
            Some((last, _)) if *last < key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(known, _)| known.cmp(&key)),
        };
        let place = place.unwrap_or_else(|place| {
            self.0.insert(place, (key, V::default()));
            place
        });
        if let Some((_, amount)) = self.0.get_mut(place) {
            amount.add(more);
        }
    }

    /// Adds others: a few one by one, many in one pass over both.
    pub fn merge(&mut self, more: Self) {
        if more.0.len() < self.0.len() / 8 {
            more.into_iter().for_each(|(key, amount)| self.add(key, &amount));
            return;
        }
        let mut merged = Self(Vec::with_capacity(self.0.len().max(more.0.len())));
        let mut known = std::mem::take(&mut self.0).into_iter().peekable();
        for (key, amount) in more.0 {
            while let Some((known, amount)) = known.next_if(|(known, _)| *known <= key) {
                merged.add(known, &amount);
            }
            merged.add(key, &amount);
        }
        known.for_each(|(key, amount)| merged.add(key, &amount));
        *self = merged;
    }

    /// The amount of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.0.binary_search_by(|(known, _)| known.borrow().cmp(key)).ok()?;
        self.0.get(place).map(|(_, amount)| amount)
    }

    /// Forgets what comes to nothing.
    pub fn tidy(&mut self) {
        self.0.retain(|(_, amount)| *amount != V::default());
    }

    /// Keeps only some.
    pub fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.0.retain(|(key, _)| keep(key));
    }
}

impl<K, V> Amounts<K, V> {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many keys there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and amounts.
    pub fn iter(&self) -> std::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }

    /// Keys.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// Amounts.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, amount)| amount)
    }

    /// Runs of keys that have something in common.
    pub(crate) fn groups(&self, alike: impl Fn(&K, &K) -> bool) -> impl Iterator<Item = &[(K, V)]> {
        self.0.chunk_by(move |(one, _), (other, _)| alike(one, other))
    }
}

impl<K: Ord, V: Amount> FromIterator<(K, V)> for Amounts<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        let mut amounts = Self::default();
        pairs.into_iter().for_each(|(key, amount)| amounts.add(key, &amount));
        amounts
    }
}

impl<K, V> IntoIterator for Amounts<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Amounts<K, V> {
    type Item = &'a (K, V);
    type IntoIter = std::slice::Iter<'a, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A list of pairs, as it is written.
impl<'de, K: Ord + Deserialize<'de>, V: Amount + Deserialize<'de>> Deserialize<'de> for Amounts<K, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn check(one: &[(u8, i64)], other: &[(u8, i64)]) {
        let mut expected: BTreeMap<u8, i64> = BTreeMap::new();
        one.iter().chain(other).for_each(|(key, amount)| *expected.entry(*key).or_default() += amount);
        let mut merged: Amounts<u8, i64> = one.iter().copied().collect();
        merged.merge(other.iter().copied().collect());
        assert_eq!(
            merged.iter().copied().collect::<Vec<_>>(),
            expected.clone().into_iter().collect::<Vec<_>>()
        );
        assert!((0..10).all(|key| merged.get(&key) == expected.get(&key)));
        merged.tidy();
        expected.retain(|_, amount| *amount != 0);
        assert!(merged.into_iter().eq(expected));
    }

    #[test]
    fn amounts_are_what_the_librarys_map_says() {
        check(&[], &[]);
        check(&[(3, 1), (1, 2), (3, 4)], &[(2, 5), (3, -5)]);
        check(&[(5, 1)], &[(1, 1), (5, 1), (9, 1)]);
        check(&[(1, 1), (5, 1), (9, 1)], &[(0, 1), (5, -1)]);
        let many: Vec<(u8, i64)> = (0..20).map(|key| (key, 1)).collect();
        check(&many, &[(3, -1)]);
    }
}
