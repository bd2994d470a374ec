//! Values by name, few of them.
//!
//! The library's tree of nodes is 5 KB of the browser module for every type of name and value; a sorted list is not.

use crate::ground::order::sorted;
use std::borrow::Borrow;

/// Values by key, in the order of the keys.
///
/// INVARIANT: sorted by key, no key twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Map<K, V>(Vec<(K, V)>);

impl<K: Clone, V: Clone> Clone for Map<K, V> {
    fn clone(&self) -> Self {
        Self(roomy(&self.0))
    }
}

/// A copy of a list, with room for some more. Not inlined: names of all kinds are copied by the same code.
#[inline(never)]
pub(crate) fn roomy<T: Clone>(list: &[T]) -> Vec<T> {
    let mut copy = Vec::new();
    if !list.is_empty() {
        copy.reserve_exact(list.len().saturating_add(2));
        copy.extend_from_slice(list);
    }
    copy
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Map<K, V> {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Of pairs in the order of their keys, each of which stands once; none of others.
    #[must_use]
    pub fn of_sorted(pairs: Vec<(K, V)>) -> Option<Self> {
        pairs.is_sorted_by(|one, other| one.0 < other.0).then_some(Self(pairs))
    }

    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        match self.0.last() {
            // Mostly they come in order.
            Some((last, _)) if last.borrow() < key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(known, _)| known.borrow().cmp(key)),
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(self.place(key).ok()?).map(|(_, value)| value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// Whether a key has a value.
    #[must_use]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Puts a value under a key; the one that was there is given back.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => self.0.get_mut(place).map(|(_, old)| std::mem::replace(old, value)),
            Err(place) => {
                self.0.insert(place, (key, value));
                None
            }
        }
    }

    /// Takes a key and its value away.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        Some(self.0.remove(place).1)
    }

    /// Keeps only some.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }
}

impl<K, V> Map<K, V> {
    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many keys there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> + Clone {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }
}

/// Of several values under one key the last stays.
impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        let mut map = Self::new();
        for (key, value) in sorted(pairs.into_iter().collect(), |one: &(K, V), other| one.0 < other.0) {
            map.insert(key, value);
        }
        map
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = &'a (K, V);
    type IntoIter = std::slice::Iter<'a, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, Clone)]
    enum Act {
        Insert(u8, u16),
        Remove(u8),
        Add(u8),
        Keep(u16),
    }

    fn act() -> impl Strategy<Value = Act> {
        let key = || 0..12_u8;
        prop_oneof![
            4 => (key(), any::<u16>()).prop_map(|(key, value)| Act::Insert(key, value)),
            2 => key().prop_map(Act::Remove),
            2 => key().prop_map(Act::Add),
            1 => any::<u16>().prop_map(Act::Keep),
        ]
    }

    fn add(value: Option<&mut u16>) {
        if let Some(value) = value {
            *value = value.wrapping_add(1);
        }
    }

    proptest! {
        #[test]
        fn it_does_what_the_library_does(acts in prop::collection::vec(act(), 0..60)) {
            let (mut map, mut known) = (Map::new(), BTreeMap::new());
            for act in acts {
                match act {
                    Act::Insert(key, value) => prop_assert_eq!(map.insert(key, value), known.insert(key, value)),
                    Act::Remove(key) => prop_assert_eq!(map.remove(&key), known.remove(&key)),
                    Act::Add(key) => {
                        add(map.get_mut(&key));
                        add(known.get_mut(&key));
                    }
                    Act::Keep(least) => {
                        map.retain(|_, value| *value >= least);
                        known.retain(|_, value| *value >= least);
                    }
                }
                prop_assert!(map.iter().eq(known.iter()));
                prop_assert_eq!(map.len(), known.len());
                for key in 0..12 {
                    prop_assert_eq!(map.get(&key), known.get(&key));
                }
            }
            let pairs: Vec<_> = known.iter().rev().map(|(key, value)| (*key, *value)).collect();
            prop_assert_eq!(pairs.into_iter().collect::<Map<_, _>>(), map);
        }
    }
}
