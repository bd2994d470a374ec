//! Rounding, always named, always of an exact fraction.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::points::Points;
use rust_decimal::Decimal;
use std::cmp::Ordering;

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
    /// Exact: whole numbers are divided, so a quotient with endless digits rounds by its true value.
    /// `numerator` ≥ 0, `denominator` > 0.
    ///
    /// # Errors
    /// `amount_too_large` when the result has more than 28 digits, or an intermediate more than 38.
    pub fn whole(self, numerator: Decimal, denominator: Decimal) -> Result<Decimal, Code> {
        let whole = self.quotient(numerator, denominator)?;
        Decimal::try_from_i128_with_scale(whole, 0).map_err(|_| Code::AmountTooLarge)
    }

    /// As [`Self::whole`], as points.
    ///
    /// # Errors
    /// `points_out_of_range`, `amount_too_large`.
    pub(crate) fn points(self, numerator: Decimal, denominator: Decimal) -> Result<Points, Code> {
        let (n, d) = exact::same_scale(numerator, denominator)?;
        self.points_of(n, d)
    }

    fn quotient(self, numerator: Decimal, denominator: Decimal) -> Result<i128, Code> {
        let (n, d) = exact::same_scale(numerator, denominator)?;
        self.ratio(n, d)
    }

    /// As [`Self::points`], of whole numbers.
    pub(crate) fn points_of(self, numerator: i128, denominator: i128) -> Result<Points, Code> {
        Points::of(self.ratio(numerator, denominator)?)
    }

    /// As [`Self::whole`], of whole numbers up to 38 digits.
    pub(crate) fn ratio(self, n: i128, d: i128) -> Result<i128, Code> {
        let (whole, rest) = exact::div_rem(n, d)?;
        let up = self.up(whole & 1 == 1, rest > 0, rest.cmp(&exact::minus(d, rest)?));
        exact::plus(whole, up.into())
    }

    /// Whether a whole number with a rest is rounded up; `half` compares the rest with what is missing to the next.
    const fn up(self, odd: bool, rest: bool, half: Ordering) -> bool {
        match self {
            Self::Down => false,
            Self::HalfUp => half.is_ge(),
            Self::HalfEven => half.is_gt() || half.is_eq() && odd,
            Self::Up => rest,
        }
    }
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
