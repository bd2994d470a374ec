//! Exchange of points between wallets: the two currencies of two partners (M32).

use crate::ground::code::Code;
use crate::ground::ids::WalletId;
use crate::ground::order::sorted;
use crate::ground::points::Points;

/// Points of one wallet for points of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Whose points are given.
    pub from: WalletId,
    /// Whose points are got.
    pub to: WalletId,
    /// So many of `from`, at least 1 …
    pub give: Points,
    /// … are so many of `to`, at least 1; pro rata, rounded down.
    pub get: Points,
}

/// The best way found from one wallet to another.
#[derive(Clone)]
struct Way<'a> {
    /// The wallets it goes through, the first one among them, the last one not.
    through: Vec<&'a WalletId>,
    to: &'a WalletId,
    /// So many points are got for so many given.
    rate: (u128, u128),
    /// The smallest index of its exchanges.
    first: usize,
}

/// A round of exchanges that yields more than it takes: the index of an exchange on it.
///
/// The best ways are found with exact rates, first through no other wallet, then through one wallet more at a time
/// (Floyd and Warshall); a way back to where it starts, above 1, is a gain. So the time it takes grows with the cube of
/// the number of wallets.
pub(crate) fn gain(exchanges: &[Exchange]) -> Result<Option<usize>, Code> {
    let mut ways = Vec::new();
    for (first, exchange) in exchanges.iter().enumerate() {
        let rate = reduced(exchange.get.get().into(), exchange.give.get().into());
        if note(&mut ways, Way { through: vec![&exchange.from], to: &exchange.to, rate, first }) {
            return Ok(Some(first));
        }
    }
    let vias = exchanges.iter().map(|exchange| &exchange.to).collect();
    let mut vias: Vec<&WalletId> = sorted(vias, |one, other| one < other);
    vias.dedup();
    for via in vias {
        let (there, others): (Vec<Way<'_>>, _) = ways.iter().cloned().partition(|way| way.to == via);
        let onward = others.iter().filter(|more| more.through.first() == Some(&via));
        for (way, more) in onward.flat_map(|more| there.iter().map(move |way| (way, more))) {
            let meet = way.through.iter().any(|wallet| more.through.contains(wallet));
            // What comes through a wallet twice is no better than without that round.
            if meet || way.through.iter().skip(1).any(|wallet| *wallet == more.to) {
                continue;
            }
            let times = |a: u128, b: u128| a.checked_mul(b).ok_or(Code::RatesTooFine);
            let rate = reduced(times(way.rate.0, more.rate.0)?, times(way.rate.1, more.rate.1)?);
            let through = [way.through.as_slice(), &more.through].concat();
            let first = way.first.min(more.first);
            if note(&mut ways, Way { through, to: more.to, rate, first }) {
                return Ok(Some(first));
            }
        }
    }
    Ok(None)
}

/// Keeps a way if it is the best between its ends, of two alike the shorter; whether it is a gain.
fn note<'a>(ways: &mut Vec<Way<'a>>, way: Way<'a>) -> bool {
    let gains = way.through.first() == Some(&way.to) && above(way.rate, (1, 1));
    let same = |known: &&mut Way<'_>| (known.through.first(), known.to) == (way.through.first(), way.to);
    let shorter = |known: &Way<'_>| way.rate == known.rate && way.through.len() < known.through.len();
    match ways.iter_mut().find(same) {
        Some(known) if above(way.rate, known.rate) || shorter(known) => *known = way,
        Some(_) => {}
        None => ways.push(way),
    }
    gains
}

/// Whether a fraction is more than another, whose products might have too many digits: by their whole parts, and
/// where those are alike by what is left of them, upside down.
fn above((a, b): (u128, u128), (c, d): (u128, u128)) -> bool {
    let parts = |a: u128, b: u128| (a.checked_div(b).unwrap_or(a), a.checked_rem(b).unwrap_or(0));
    let ((whole, rest), (other, left)) = (parts(a, b), parts(c, d));
    if whole != other || rest == 0 || left == 0 {
        return (whole, rest) > (other, left);
    }
    above((d, left), (b, rest))
}

fn reduced(a: u128, b: u128) -> (u128, u128) {
    let (mut x, mut y) = (a, b);
    while let Some(rest) = x.checked_rem(y) {
        (x, y) = (y, rest);
    }
    (a.checked_div(x).unwrap_or(a), b.checked_div(x).unwrap_or(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn exchange((from, to, give, get): &(&str, &str, u64, u64)) -> Exchange {
        let wallet = |name: &str| WalletId::new(name).unwrap();
        let points = |number| Points::new(number).unwrap();
        Exchange { from: wallet(from), to: wallet(to), give: points(*give), get: points(*get) }
    }

    #[track_caller]
    fn check(rates: &[(&str, &str, u64, u64)], expected: Option<usize>) {
        assert_eq!(gain(&rates.iter().map(exchange).collect::<Vec<_>>()), Ok(expected));
    }

    /// Whether any way on from here comes back to the start with more: all rounds, one by one.
    fn rounds(all: &[Exchange], path: &[&WalletId], (got, given): (u128, u128)) -> bool {
        all.iter().filter(|next| path.last() == Some(&&next.from)).any(|next| {
            let times = |all: u128, more: Points| all.saturating_mul(more.get().into());
            let rate = (times(got, next.get), times(given, next.give));
            match path.iter().position(|wallet| **wallet == next.to) {
                Some(0) => rate.0 > rate.1,
                Some(_) => false,
                None => rounds(all, &[path, &[&next.to]].concat(), rate),
            }
        })
    }

    proptest! {
        #[test]
        fn a_gain_is_found_where_any_round_has_one(
            rates in prop::collection::vec((select(&["a", "b", "c", "d", "e"][..]), select(&["a", "b", "c", "d", "e"][..]), 1..7_u64, 1..7_u64), 1..9)
        ) {
            let all: Vec<Exchange> = rates.iter().map(exchange).collect();
            let expected = all.iter().any(|start| rounds(&all, &[&start.from], (1, 1)));
            let found = gain(&all).unwrap();
            prop_assert_eq!(found.is_some(), expected);
            // Without the exchanges before the one that is told, the gain is still there.
            if let Some(first) = found {
                prop_assert!(gain(&all[first..]).unwrap().is_some());
            }
        }
    }

    #[test]
    fn a_round_may_lose_but_never_gain() {
        check(&[], None);
        check(&[("a", "b", 10, 1), ("b", "a", 1, 10)], None);
        check(&[("a", "b", 10, 1), ("b", "a", 1, 9)], None);
        check(&[("a", "b", 10, 1), ("b", "a", 1, 11)], Some(0));
        check(&[("a", "a", 1, 2)], Some(0));
    }

    #[test]
    fn of_two_exchanges_between_the_same_wallets_the_better_one_counts() {
        check(&[("a", "b", 9, 1), ("a", "b", 2, 1), ("b", "a", 1, 3)], Some(1));
        check(&[("a", "b", 9, 1), ("a", "b", 2, 1), ("b", "a", 1, 2)], None);
    }

    #[test]
    fn losing_there_and_back_through_ten_wallets_is_not_too_fine() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let pairs = || names.iter().zip(names.iter().skip(1));
        let there = pairs().map(|(from, to)| (*from, *to, 1000, 1));
        let back = pairs().map(|(from, to)| (*to, *from, 1000, 1));
        let mut rates: Vec<_> = there.chain(back).collect();
        check(&rates, None);
        // A round that is above par by its sixteenth digit only.
        rates.push(("j", "a", 1, 1_000_000_000_000_001));
        rates.push(("a", "j", 1_000_000_000_000_000, 1));
        check(&rates, Some(18));
    }

    #[test]
    fn fractions_are_compared_whatever_their_size() {
        let most = u128::MAX;
        assert!(
            above((most, most - 1), (most - 1, most - 1)) && !above((most - 1, most - 1), (most, most - 1))
        );
        assert!(
            above((most - 1, most), (most - 2, most - 1)) && !above((most - 2, most - 1), (most - 1, most))
        );
        assert!(
            !above((2, 3), (2, 3))
                && !above((4, 2), (2, 1))
                && above((5, 2), (2, 1))
                && !above((2, 1), (5, 2))
        );
    }

    #[test]
    fn a_long_round_is_followed_to_its_end() {
        check(&[("x", "a", 1, 1), ("a", "b", 2, 3), ("b", "c", 3, 2), ("c", "a", 100, 101)], Some(1));
        check(&[("a", "b", 2, 3), ("b", "c", 3, 2), ("c", "a", 101, 101)], None);
    }
}
