//! Putting things in order.
//!
//! The library's sorts are compiled anew for every type, 4 KB each in the browser module; this one once: of a type it
//! has but how two items compare, and how they change places.

/// The items so that none stands after one that it precedes; otherwise in the order they had.
#[must_use]
pub fn sorted<T>(mut items: Vec<T>, precedes: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let places = disorder(items.len(), &|one, other| {
        items.get(one).zip(items.get(other)).is_some_and(|(one, other)| precedes(one, other))
    });
    arrange(places, &mut |one, other| items.swap(one, other));
    items
}

/// As [`places`]; none of items that are in order.
#[inline(never)]
fn disorder(length: usize, precedes: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let ordered = (1..length).all(|place| !precedes(place, place.saturating_sub(1)));
    if ordered { Vec::new() } else { places(length, precedes) }
}

/// Brings the item of each of the places to where that place is listed, by exchanges: round by round of items that
/// stand in each other's place.
fn arrange(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for first in 0..places.len() {
        let mut here = first;
        while let Some(place) = places.get_mut(here) {
            let from = std::mem::replace(place, here);
            if from == first {
                break;
            }
            swap(here, from);
            here = from;
        }
    }
}

/// The items, the least first.
#[inline(never)]
pub(crate) fn ascending<T: Ord>(items: Vec<T>) -> Vec<T> {
    sorted(items, |one, other| one < other)
}

/// The place of the first item that is the same as one before it.
pub(crate) fn repeated<T: Ord>(items: &[T]) -> Option<usize> {
    let places = places(items.len(), &|one, other| items.get(one) < items.get(other));
    let again =
        places.iter().zip(places.iter().skip(1)).filter(|(one, next)| items.get(**one) == items.get(**next));
    again.map(|(_, next)| *next).min()
}

/// The places of so many items in their order: merged from runs of one, two, four and so on.
fn places(length: usize, precedes: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut places = Vec::new();
    places_into(&mut places, length, precedes);
    places
}

/// As [`places`], into a list that had others before.
pub(crate) fn places_into(places: &mut Vec<usize>, length: usize, precedes: &dyn Fn(usize, usize) -> bool) {
    places.clear();
    places.extend(0..length);
    if places.iter().zip(places.iter().skip(1)).all(|(one, next)| !precedes(*next, *one)) {
        return;
    }
    let mut merged = Vec::with_capacity(length);
    let mut run: usize = 1;
    while run < length {
        for pair in places.chunks(run.saturating_mul(2)) {
            let (mut first, mut second) = pair.split_at(run.min(pair.len()));
            while let (Some((one, ones)), Some((other, others))) = (first.split_first(), second.split_first())
            {
                if precedes(*other, *one) {
                    merged.push(*other);
                    second = others;
                } else {
                    merged.push(*one);
                    first = ones;
                }
            }
            merged.extend_from_slice(first);
            merged.extend_from_slice(second);
        }
        std::mem::swap(places, &mut merged);
        merged.clear();
        run = run.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_that_comes_again_is_found(items in prop::collection::vec(0..30_u8, 0..40)) {
            let expected = (0..items.len()).find(|place| items[..*place].contains(&items[*place]));
            prop_assert_eq!(repeated(&items), expected);
        }

        #[test]
        fn the_order_is_that_of_the_library(items in prop::collection::vec((0..20_u8, any::<u8>()), 0..200)) {
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(sorted(items, |one, other| one.0 < other.0), expected);
        }
    }
}
