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

operations! { add = checked_add, sub = checked_sub, mul = checked_mul, div = checked_div }

pub(crate) fn sum(all: impl IntoIterator<Item = Decimal>) -> Result<Decimal, Code> {
    all.into_iter().try_fold(Decimal::ZERO, add)
}
