//! Arithmetic that refuses instead of panicking: of decimals, exact for amounts and rates of real shops, up to 28 digits,
//! and of whole numbers up to 38 digits.
//!
//! Mostly not inlined: one copy of an operation keeps the browser module small.

use crate::ground::code::Code;
use rust_decimal::Decimal;

macro_rules! operations {
    ($($name:ident = $checked:ident),*) => {$(
        #[inline(never)]
        pub(crate) fn $name(a: Decimal, b: Decimal) -> Result<Decimal, Code> {
            a.$checked(b).ok_or(Code::AmountTooLarge)
        }
    )*};
}

operations! { add = checked_add, sub = checked_sub, mul = checked_mul }

/// Sums; numbers of one scale, as those of one currency are, as whole numbers of its unit.
pub(crate) fn sum(all: impl IntoIterator<Item = Decimal>) -> Result<Decimal, Code> {
    let mut sum = Sum::default();
    for next in all {
        sum.add(next)?;
    }
    decimal(sum.units, sum.scale)
}

#[derive(Default)]
struct Sum {
    units: i128,
    scale: u32,
}

impl Sum {
    #[inline]
    fn add(&mut self, next: Decimal) -> Result<(), Code> {
        let mut next = next;
        if next.scale() != self.scale {
            next = add(decimal(self.units, self.scale)?, next)?;
            *self = Self { units: 0, scale: next.scale() };
        }
        self.units = self.units.checked_add(next.mantissa()).ok_or(Code::AmountTooLarge)?;
        Ok(())
    }
}

/// Two decimals as whole numbers of one unit.
pub(crate) fn same_scale(a: Decimal, b: Decimal) -> Result<(i128, i128), Code> {
    let up = |value: Decimal, other: Decimal| {
        let digits = other.scale().saturating_sub(value.scale());
        if digits == 0 { Ok(value.mantissa()) } else { times(value.mantissa(), power(digits)?) }
    };
    Ok((up(a, b)?, up(b, a)?))
}

/// 1 with so many zeros.
fn power(digits: u32) -> Result<i128, Code> {
    let short = 10_u32.checked_pow(digits).map(i128::from);
    short.or_else(|| 10_i128.checked_pow(digits)).ok_or(Code::AmountTooLarge)
}

/// A number of units as a decimal: so many digits stand behind its point.
pub(crate) fn decimal(units: i128, scale: u32) -> Result<Decimal, Code> {
    Decimal::try_from_i128_with_scale(units, scale).map_err(|_| Code::AmountTooLarge)
}

/// A decimal in units of so many digits behind its point; finer digits are cut off.
pub(crate) fn units(value: Decimal, scale: u32) -> Result<i128, Code> {
    match scale.checked_sub(value.scale()) {
        Some(0) => Ok(value.mantissa()),
        Some(more) => times(value.mantissa(), power(more)?),
        None => Ok(div_rem(value.mantissa(), power(value.scale().saturating_sub(scale))?)?.0),
    }
}

/// The sum of two whole numbers.
pub(crate) fn plus(a: i128, b: i128) -> Result<i128, Code> {
    a.checked_add(b).ok_or(Code::AmountTooLarge)
}

/// The difference of whole numbers.
pub(crate) fn minus(a: i128, b: i128) -> Result<i128, Code> {
    a.checked_sub(b).ok_or(Code::AmountTooLarge)
}

/// The largest number that divides both; of 0 and a number that number.
pub(crate) fn common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// The sum of whole numbers.
pub(crate) fn total(all: impl IntoIterator<Item = i128>) -> Result<i128, Code> {
    all.into_iter().try_fold(0, plus)
}

/// The product of whole numbers; of small ones without the detour over 128 bits.
#[inline(always)]
pub(crate) fn times(a: i128, b: i128) -> Result<i128, Code> {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) if a.leading_zeros().saturating_add(b.leading_zeros()) >= u64::BITS => {
            Ok(a.wrapping_mul(b).into())
        }
        _ => long_times(a, b),
    }
}

#[inline(never)]
fn long_times(a: i128, b: i128) -> Result<i128, Code> {
    a.checked_mul(b).ok_or(Code::AmountTooLarge)
}

/// Quotient and remainder of `whole` times `weight` by `total`; of small numbers without the detour over 128 bits.
#[inline(never)]
pub(crate) fn share(whole: u64, weight: i128, total: i128) -> Result<(u64, i128), Code> {
    if let (Ok(weight), Ok(total)) = (u64::try_from(weight), u64::try_from(total))
        && whole.leading_zeros().saturating_add(weight.leading_zeros()) >= u64::BITS
    {
        let product = whole.wrapping_mul(weight);
        let (part, rest) = (product.checked_div(total), product.checked_rem(total));
        return Ok((part.ok_or(Code::AmountTooLarge)?, rest.ok_or(Code::AmountTooLarge)?.into()));
    }
    let (part, rest) = div_rem(times(weight, whole.into())?, total)?;
    Ok((u64::try_from(part).map_err(|_| Code::PointsOutOfRange)?, rest))
}

/// Quotient and remainder of whole numbers; of numbers below 2^64 without the detour over 128 bits.
#[inline(never)]
pub(crate) fn div_rem(a: i128, b: i128) -> Result<(i128, i128), Code> {
    let failed = Code::AmountTooLarge;
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        let (whole, rest) = (a.checked_div(b).ok_or(failed)?, a.checked_rem(b).ok_or(failed)?);
        return Ok((whole.into(), rest.into()));
    }
    Ok((a.checked_div(b).ok_or(failed)?, a.checked_rem(b).ok_or(failed)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sum_is_that_of_adding_one_by_one(all in prop::collection::vec((any::<i32>(), 0..3_u32), 0..8)) {
            let all: Vec<Decimal> = all.into_iter().map(|(n, scale)| Decimal::new(n.into(), scale)).collect();
            prop_assert_eq!(sum(all.iter().copied()).unwrap(), all.iter().sum::<Decimal>());
        }
    }
}
