//! Putting things in order.
//!
//! The library's sorts are compiled anew for every type, 4 KB each in the browser module; this one once.

/// The items so that none stands after one that it precedes; otherwise in the order they had.
#[must_use]
pub fn sorted<T>(items: Vec<T>, precedes: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let places = places(items.len(), &|one, other| {
        items.get(one).zip(items.get(other)).is_some_and(|(one, other)| precedes(one, other))
    });
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| items.get_mut(place)?.take()).collect()
}

/// The places of so many items in their order: merged from runs of one, two, four and so on.
pub(crate) fn places(length: usize, precedes: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    if places.iter().zip(places.iter().skip(1)).all(|(one, next)| !precedes(*next, *one)) {
        return places;
    }
    let mut merged = Vec::with_capacity(length);
    let mut run = 1_usize;
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
        std::mem::swap(&mut places, &mut merged);
        merged.clear();
        run = run.saturating_mul(2);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_library(items in prop::collection::vec((0..20_u8, any::<u8>()), 0..200)) {
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(sorted(items, |one, other| one.0 < other.0), expected);
        }
    }
}
