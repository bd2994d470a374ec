//! Decimal arithmetic that refuses instead of panicking; exact for amounts and rates of real shops, up to 28
//! digits.
//!
//! Not inlined: one copy of each operation keeps the browser module small.

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

pub(crate) fn sum(all: impl IntoIterator<Item = Decimal>) -> Result<Decimal, Code> {
    all.into_iter().try_fold(Decimal::ZERO, add)
}

/// Two decimals as whole numbers of one unit.
pub(crate) fn same_scale(a: Decimal, b: Decimal) -> Result<(i128, i128), Code> {
    let up = |value: Decimal, other: Decimal| {
        let digits = other.scale().saturating_sub(value.scale());
        if digits == 0 {
            return Ok(value.mantissa());
        }
        let power = 10_i128.checked_pow(digits).ok_or(Code::AmountTooLarge)?;
        value.mantissa().checked_mul(power).ok_or(Code::AmountTooLarge)
    };
    Ok((up(a, b)?, up(b, a)?))
}

/// Quotient and remainder of whole numbers; of numbers below 2^64 without the detour over 128 bits.
pub(crate) fn div_rem(a: i128, b: i128) -> Result<(i128, i128), Code> {
    let failed = Code::AmountTooLarge;
    if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
        let (whole, rest) = (a.checked_div(b).ok_or(failed)?, a.checked_rem(b).ok_or(failed)?);
        return Ok((whole.into(), rest.into()));
    }
    Ok((a.checked_div(b).ok_or(failed)?, a.checked_rem(b).ok_or(failed)?))
}
