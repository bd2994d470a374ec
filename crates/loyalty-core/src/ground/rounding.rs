//! Rounding, always named, always of an exact fraction.

use crate::ground::code::Code;
use crate::ground::exact;
use rust_decimal::Decimal;

/// How a fraction becomes a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// 2.9 → 2
    #[default]
    Down,
    /// 2.5 → 3, 2.4 → 2
    HalfUp,
    /// 2.5 → 2, 3.5 → 4
    HalfEven,
    /// 2.1 → 3
    Up,
}

impl Rounding {
    /// Rounds the fraction `numerator / denominator` to a whole number.
    ///
    /// Exact: the quotient is corrected by its remainder, so a quotient with endless digits rounds by
    /// its true value. `numerator` ≥ 0, `denominator` > 0.
    ///
    /// # Errors
    /// `amount_too_large` when the result or an intermediate has more than 28 digits.
    pub fn whole(self, numerator: Decimal, denominator: Decimal) -> Result<Decimal, Code> {
        if denominator == Decimal::ONE && self == Self::Down {
            return Ok(numerator.trunc());
        }
        let mut whole = exact::div(numerator, denominator)?.trunc();
        let mut rest = exact::sub(numerator, exact::mul(whole, denominator)?)?;
        if rest < Decimal::ZERO {
            whole = exact::sub(whole, Decimal::ONE)?;
            rest = exact::add(rest, denominator)?;
        }
        let twice = exact::add(rest, rest)?;
        let up = match self {
            Self::Down => false,
            Self::HalfUp => twice >= denominator,
            Self::HalfEven => twice > denominator || (twice == denominator && is_odd(whole)),
            Self::Up => rest > Decimal::ZERO,
        };
        if up { exact::add(whole, Decimal::ONE) } else { Ok(whole) }
    }
}

fn is_odd(whole: Decimal) -> bool {
    whole.mantissa() & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numerator: i64, denominator: i64, expected: [i64; 4]) {
        let modes = [Rounding::Down, Rounding::HalfUp, Rounding::HalfEven, Rounding::Up];
        let got = modes.map(|m| m.whole(numerator.into(), denominator.into()).unwrap());
        assert_eq!(
            got,
            expected.map(Decimal::from),
            "{numerator}/{denominator} down, half up, half even, up"
        );
    }

    #[test]
    fn each_mode_rounds_as_named() {
        check(10, 5, [2, 2, 2, 2]);
        check(12, 5, [2, 2, 2, 3]);
        check(5, 2, [2, 3, 2, 3]);
        check(7, 2, [3, 4, 4, 4]);
        check(13, 5, [2, 3, 3, 3]);
        check(2, 3, [0, 1, 1, 1]);
        check(0, 7, [0, 0, 0, 0]);
    }

    #[test]
    fn a_quotient_of_endless_digits_rounds_by_its_true_value() {
        // One thirtieth of a unit below 1e15: a rounded quotient must not tip it over.
        let near = Decimal::from(2_999_999_999_999_999_i64);
        let three = Decimal::from(3);
        assert_eq!(Rounding::Down.whole(near, three).unwrap(), Decimal::from(999_999_999_999_999_i64));
    }

    #[test]
    fn a_whole_number_with_zero_decimals_is_odd_by_its_value() {
        let half = Decimal::new(25_000, 4);
        assert_eq!(Rounding::HalfEven.whole(half, Decimal::ONE).unwrap(), Decimal::from(2));
    }
}
