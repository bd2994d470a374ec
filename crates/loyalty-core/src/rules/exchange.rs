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
