//! Arithmetic that refuses instead of panicking: of decimals, exact for amounts and rates of real shops, up to 28 digits,
//! those behind the point counted with their zeros, and of whole numbers up to 38 digits.
//!
//! Mostly not inlined: one copy of an operation keeps the browser module small.

use crate::ground::code::Code;
use crate::ground::rounding::Rounding;
use rust_decimal::Decimal;

/// The sum of decimals, as fine as the finer one.
#[inline(never)]
pub(crate) fn add(a: Decimal, b: Decimal) -> Result<Decimal, Code> {
    let (units, more) = same_scale(a, b)?;
    decimal(plus(units, more)?, a.scale().max(b.scale()))
}

/// The difference of decimals, as fine as the finer one.
#[inline(never)]
pub(crate) fn sub(a: Decimal, b: Decimal) -> Result<Decimal, Code> {
    let mut less = b;
    less.set_sign_negative(!b.is_sign_negative());
    add(a, less)
}

/// The product of decimals, with the digits of both behind its point.
pub(crate) fn mul(a: Decimal, b: Decimal) -> Result<Decimal, Code> {
    mul_to(a, b, Decimal::MAX_SCALE)
}

/// The product of decimals; of more than so many digits behind its point it is rounded half up.
#[inline(never)]
pub(crate) fn mul_to(a: Decimal, b: Decimal, finest: u32) -> Result<Decimal, Code> {
    let (product, scale) = (times(a.mantissa(), b.mantissa())?, a.scale().saturating_add(b.scale()));
    match scale.checked_sub(finest) {
        Some(finer) => decimal(Rounding::HalfUp.ratio(product, power(finer)?)?, finest),
        None => decimal(product, scale),
    }
}

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
    if a.scale() == b.scale() {
        return Ok((a.mantissa(), b.mantissa()));
    }
    let scale = a.scale().max(b.scale());
    Ok((units(a, scale, Rounding::Down)?, units(b, scale, Rounding::Down)?))
}

/// 1 with so many zeros.
fn power(digits: u32) -> Result<i128, Code> {
    (0..digits).try_fold(1, |power, _| times(power, 10))
}

/// A number of units as a decimal: so many digits stand behind its point.
pub(crate) fn decimal(units: i128, scale: u32) -> Result<Decimal, Code> {
    Decimal::try_from_i128_with_scale(units, scale).map_err(|_| Code::AmountTooLarge)
}

/// A decimal in units of so many digits behind its point; of finer digits it is rounded, below zero towards zero.
#[inline(never)]
pub(crate) fn units(value: Decimal, scale: u32, rounding: Rounding) -> Result<i128, Code> {
    match scale.checked_sub(value.scale()) {
        Some(0) => Ok(value.mantissa()),
        Some(more) => times(value.mantissa(), power(more)?),
        None => rounding.ratio(value.mantissa(), power(value.scale().saturating_sub(scale))?),
    }
}

/// The sum of two whole numbers.
#[inline(never)]
pub(crate) fn plus(a: i128, b: i128) -> Result<i128, Code> {
    a.checked_add(b).ok_or(Code::AmountTooLarge)
}

/// The difference of whole numbers.
#[inline(never)]
pub(crate) fn minus(a: i128, b: i128) -> Result<i128, Code> {
    a.checked_sub(b).ok_or(Code::AmountTooLarge)
}

/// The largest number that divides both; of 0 and a number that number.
pub(crate) fn common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while let Ok((_, rest)) = div_rem(a, b) {
        (a, b) = (b, rest);
    }
    a
}

/// The sum of whole numbers.
pub(crate) fn total(all: impl IntoIterator<Item = i128>) -> Result<i128, Code> {
    all.into_iter().try_fold(0, i128::checked_add).ok_or(Code::AmountTooLarge)
}

/// The product of whole numbers; of small ones without the detour over 128 bits.
#[inline(never)]
pub(crate) fn times(a: i128, b: i128) -> Result<i128, Code> {
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b))
        && a.leading_zeros().saturating_add(b.leading_zeros()) >= u64::BITS
    {
        return Ok(a.wrapping_mul(b).into());
    }
    a.checked_mul(b).ok_or(Code::AmountTooLarge)
}

/// Quotient and remainder of whole numbers; of numbers below 2^64 without the detour over 128 bits.
#[inline(never)]
pub(crate) fn div_rem(a: i128, b: i128) -> Result<(i128, i128), Code> {
    let failed = Code::AmountTooLarge;
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        let whole = a.checked_div(b).ok_or(failed)?;
        return Ok((whole.into(), a.wrapping_sub(whole.wrapping_mul(b)).into()));
    }
    Ok((a.checked_div(b).ok_or(failed)?, a.checked_rem(b).ok_or(failed)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whole numbers of any length, each as likely.
    fn number() -> impl Strategy<Value = i128> {
        (any::<i128>(), 0..127_u32).prop_map(|(number, shorter)| number >> shorter)
    }

    proptest! {
        #[test]
        fn products_and_quotients_are_those_of_128_bits(a in number(), b in number()) {
            prop_assert_eq!(times(a, b).ok(), a.checked_mul(b));
            prop_assert_eq!(div_rem(a, b).ok(), a.checked_div(b).zip(a.checked_rem(b)));
        }

        #[test]
        fn a_sum_is_that_of_adding_one_by_one(all in prop::collection::vec((any::<i32>(), 0..3_u32), 0..8)) {
            let all: Vec<Decimal> = all.into_iter().map(|(n, scale)| Decimal::new(n.into(), scale)).collect();
            prop_assert_eq!(sum(all.iter().copied()).unwrap(), all.iter().sum::<Decimal>());
        }
    }
}
