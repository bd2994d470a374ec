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

/// A round of exchanges that yields more than it takes: the index of an exchange on it.
///
/// Every simple cycle is followed with its exact product of rates; a product above 1 is a gain. Programmes
/// have at most ten wallets, so the paths are few.
pub(crate) fn gain(exchanges: &[Exchange]) -> Result<Option<usize>, Code> {
    for (index, first) in exchanges.iter().enumerate() {
        if gains(exchanges, first, &[&first.from], (1, 1))? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn gains(
    exchanges: &[Exchange],
    step: &Exchange,
    path: &[&WalletId],
    product: (u128, u128),
) -> Result<bool, Code> {
    let times = |a: u128, b: Points| a.checked_mul(b.get().into()).ok_or(Code::RatesTooFine);
    let product = reduced(times(product.0, step.get)?, times(product.1, step.give)?);
    if path.first() == Some(&&step.to) {
        return Ok(product.0 > product.1);
    }
    if path.contains(&&step.to) {
        return Ok(false);
    }
    let path: Vec<&WalletId> = path.iter().copied().chain([&step.to]).collect();
    for next in exchanges.iter().filter(|next| next.from == step.to) {
        if gains(exchanges, next, &path, product)? {
            return Ok(true);
        }
    }
    Ok(false)
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

    #[track_caller]
    fn check(rates: &[(&str, &str, u64, u64)], expected: Option<usize>) {
        let wallet = |name: &str| WalletId::new(name).unwrap();
        let points = |number| Points::new(number).unwrap();
        let exchange = |(from, to, give, get): &(&str, &str, u64, u64)| Exchange {
            from: wallet(from),
            to: wallet(to),
            give: points(*give),
            get: points(*get),
        };
        assert_eq!(gain(&rates.iter().map(exchange).collect::<Vec<_>>()), Ok(expected));
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
    fn a_long_round_is_followed_to_its_end() {
        check(&[("x", "a", 1, 1), ("a", "b", 2, 3), ("b", "c", 3, 2), ("c", "a", 100, 101)], Some(1));
        check(&[("a", "b", 2, 3), ("b", "c", 3, 2), ("c", "a", 101, 101)], None);
    }
}
