//! Splitting a whole into parts that sum to it.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::money::Money;
use crate::ground::order::places_into;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use rust_decimal::Decimal;

/// Splits `whole` in proportion to `weights`; the parts sum to `whole` exactly.
///
/// Largest remainder: every part is first rounded down, then the units left over go one each to the
/// parts with the largest remainders, on a tie to the earlier part. When all weights are zero the
/// whole goes to the first part. No weights, no parts. Weights are ≥ 0.
///
/// # Errors
/// `amount_too_large` when a product has more than 38 digits.
pub fn split(whole: Points, weights: &[Decimal]) -> Result<Vec<Points>, Code> {
    let scale = weights.iter().map(Decimal::scale).max().unwrap_or(0);
    let units = |weight: &Decimal| exact::units(*weight, scale, Rounding::Down);
    let mut units = weights.iter().map(units).collect::<Result<Vec<_>, _>>()?;
    let mut splitter = Splitter::default();
    splitter.split(whole, &mut units)?;
    Ok(splitter.parts)
}

/// Splits one whole after another in the same memory.
#[derive(Default)]
pub(crate) struct Splitter {
    parts: Vec<Points>,
    order: Vec<usize>,
}

impl Splitter {
    /// As [`split`], by whole numbers, which are used up.
    pub(crate) fn split(&mut self, whole: Points, weights: &mut [i128]) -> Result<&[Points], Code> {
        let Self { parts, order } = self;
        parts.clear();
        let total = exact::total(weights.iter().copied())?;
        if total == 0 || weights.len() == 1 {
            parts.resize(weights.len(), Points::ZERO);
            parts.iter_mut().take(1).for_each(|first| *first = whole);
            return Ok(parts);
        }
        let mut left = whole;
        for weight in &mut *weights {
            let (part, rest) = exact::div_rem(exact::times(*weight, whole.get().into())?, total)?;
            let part = Points::of(part)?;
            left = left.minus(part)?;
            parts.push(part);
            *weight = rest;
        }
        if left.is_zero() {
            return Ok(parts);
        }
        let remainders = &*weights;
        let one = Points::new(1)?;
        if left == one {
            // The earliest of the largest.
            let mut most: Option<(i128, &mut Points)> = None;
            for (rest, part) in remainders.iter().zip(&mut *parts) {
                if most.as_ref().is_none_or(|(most, _)| rest > most) {
                    most = Some((*rest, part));
                }
            }
            if let Some((_, part)) = most {
                *part = part.plus(one)?;
            }
            return Ok(parts);
        }
        places_into(order, parts.len(), &|one, other| remainders.get(one) > remainders.get(other));
        for index in order {
            if left.is_zero() {
                break;
            }
            // What has no weight has no remainder, and stands behind those that have: they are more than is left.
            if let Some(part) = parts.get_mut(*index) {
                *part = part.plus(one)?;
                left = left.minus(one)?;
            }
        }
        Ok(parts)
    }
}

/// Splits an amount in proportion to `weights`, in whole minor units, as [`split`] does.
///
/// # Errors
/// `amount_too_large` above 2^53−1 minor units, and where [`split`] says so.
pub(crate) fn split_money(amount: Money, mut weights: Vec<i128>) -> Result<Vec<Money>, Code> {
    if amount.is_zero() {
        return Ok(vec![amount; weights.len()]);
    }
    let whole = Points::new(amount.units()).map_err(|_| Code::AmountTooLarge)?;
    let mut splitter = Splitter::default();
    let parts = splitter.split(whole, &mut weights)?;
    parts.iter().map(|part| Money::of(Some(part.get()), amount.currency())).collect()
}

/// A whole decimal as points.
///
/// # Errors
/// `points_out_of_range` below zero or above 2^53−1.
pub(crate) fn whole_points(whole: Decimal) -> Result<Points, Code> {
    Points::of(exact::units(whole, 0, Rounding::Down)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(whole: u64, weights: &[i64], expected: &[u64]) {
        let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::from(*w)).collect();
        let parts = split(Points::new(whole).unwrap(), &weights).unwrap();
        assert_eq!(parts.iter().map(|p| p.get()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_unit_left_over_goes_to_the_largest_remainder_then_to_the_earlier_part() {
        check(10, &[1, 1, 1], &[4, 3, 3]);
        check(10, &[1, 2, 1], &[3, 5, 2]);
        check(5, &[0, 0], &[5, 0]);
        check(7, &[], &[]);
        check(0, &[3, 4], &[0, 0]);
    }

    #[test]
    fn weights_may_have_different_numbers_of_decimals() {
        let weights = [Decimal::new(1, 0), Decimal::new(50, 2), Decimal::new(5, 1)];
        let parts = split(Points::new(8).unwrap(), &weights).unwrap();
        assert_eq!(parts.iter().map(|p| p.get()).collect::<Vec<_>>(), [4, 2, 2]);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(whole in 0..=Points::MAX.get(), weights in prop::collection::vec(0..1_000_000_i64, 1..20)) {
            let weights: Vec<Decimal> = weights.into_iter().map(|w| Decimal::new(w, 2)).collect();
            let parts = split(Points::new(whole).unwrap(), &weights).unwrap();
            prop_assert_eq!(Points::sum(parts).unwrap().get(), whole);
        }
    }
}
