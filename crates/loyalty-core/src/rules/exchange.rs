//! Exchange of points between wallets: the two currencies of two partners (M32).

use crate::ground::code::Code;
use crate::ground::ids::WalletId;
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

/// Points of one wallet for points of another, by whatever gives them. Wallets are bits, so that all of a way are one
/// number.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) give: Points,
    pub(crate) get: Points,
}

/// The best way found from one wallet to another.
#[derive(Clone, Copy)]
struct Way {
    from: u64,
    to: u64,
    /// The wallets it goes through, the first one among them, the last one not.
    through: u64,
    /// So many points are got for so many given.
    rate: (u128, u128),
    /// The smallest index of its steps.
    first: usize,
}

/// A round of steps that yields more than it takes: the name of a step on it.
///
/// The best ways are found with exact rates, first through no other wallet, then through one wallet more at a time
/// (Floyd and Warshall); a way back to where it starts, above 1, is a gain. So the time it takes grows with the cube of
/// the number of wallets.
pub(crate) fn gain<N: Copy>(steps: &[(N, Step)]) -> Result<Option<N>, Code> {
    let name = |index: usize| steps.get(index).map(|(name, _)| *name);
    let mut ways = Vec::new();
    for (first, (_, Step { from, to, give, get })) in steps.iter().enumerate() {
        let (from, to) = (*from, *to);
        let rate = reduced(get.get().into(), give.get().into());
        if note(&mut ways, Way { from, to, through: from, rate, first }) {
            return Ok(name(first));
        }
    }
    for via in (0..u64::BITS).map(|place| 1_u64.wrapping_shl(place)) {
        let known = ways.clone();
        for more in known.iter().filter(|more| more.from == via && more.to != via) {
            for way in known.iter().filter(|way| way.to == via) {
                // What comes through a wallet twice is no better than without that round.
                if way.through & more.through != 0 || way.through & !way.from & more.to != 0 {
                    continue;
                }
                let rate = reduced(times(way.rate.0, more.rate.0)?, times(way.rate.1, more.rate.1)?);
                let through = way.through | more.through;
                let first = way.first.min(more.first);
                if note(&mut ways, Way { from: way.from, to: more.to, through, rate, first }) {
                    return Ok(name(first));
                }
            }
        }
    }
    Ok(None)
}

/// Keeps a way if it is the best between its ends, of two alike the shorter; whether it is a gain.
#[inline(never)]
fn note(ways: &mut Vec<Way>, way: Way) -> bool {
    let gains = way.from == way.to && above(way.rate, (1, 1));
    let same = |known: &&mut Way| (known.from, known.to) == (way.from, way.to);
    let shorter =
        |known: &Way| way.rate == known.rate && way.through.count_ones() < known.through.count_ones();
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

#[inline(never)]
fn times(a: u128, b: u128) -> Result<u128, Code> {
    a.checked_mul(b).ok_or(Code::RatesTooFine)
}

#[inline(never)]
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

    fn found(exchanges: &[Exchange]) -> Result<Option<usize>, Code> {
        let bit = |wallet: &WalletId| 1_u64.wrapping_shl(wallet.as_str().as_bytes()[0].into());
        let step = |exchange: &Exchange| Step {
            from: bit(&exchange.from),
            to: bit(&exchange.to),
            give: exchange.give,
            get: exchange.get,
        };
        gain(&exchanges.iter().map(step).enumerate().collect::<Vec<_>>())
    }

    #[track_caller]
    fn check(rates: &[(&str, &str, u64, u64)], expected: Option<usize>) {
        assert_eq!(found(&rates.iter().map(exchange).collect::<Vec<_>>()), Ok(expected));
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
            let first = found(&all).unwrap();
            prop_assert_eq!(first.is_some(), expected);
            // Without the exchanges before the one that is told, the gain is still there.
            if let Some(first) = first {
                prop_assert!(found(&all[first..]).unwrap().is_some());
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
