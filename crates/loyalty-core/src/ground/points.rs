//! Points: whole numbers, 0 to 2^53−1, so that every JavaScript host keeps them exactly.

use crate::ground::code::Code;

/// A number of points, 0 to 9007199254740991.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Points(u64);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);
    /// 2^53−1.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// # Errors
    /// `points_out_of_range` above 9007199254740991.
    pub const fn new(value: u64) -> Result<Self, Code> {
        if value <= Self::MAX.0 { Ok(Self(value)) } else { Err(Code::PointsOutOfRange) }
    }

    /// As [`Self::new`], of any whole number.
    #[inline(never)]
    pub(crate) fn of(value: i128) -> Result<Self, Code> {
        u64::try_from(value).map_err(|_| Code::PointsOutOfRange).and_then(Self::new)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// # Errors
    /// `points_out_of_range` when the sum is.
    pub fn plus(self, other: Self) -> Result<Self, Code> {
        self.0.checked_add(other.0).ok_or(Code::PointsOutOfRange).and_then(Self::new)
    }

    /// # Errors
    /// `points_out_of_range` when `other` is more.
    pub fn minus(self, other: Self) -> Result<Self, Code> {
        self.0.checked_sub(other.0).map(Self).ok_or(Code::PointsOutOfRange)
    }

    /// What is left above `other`, zero when `other` is more.
    #[must_use]
    pub const fn above(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// # Errors
    /// `points_out_of_range` when the sum is.
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Result<Self, Code> {
        all.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_end_at_the_largest_whole_number_javascript_keeps() {
        assert_eq!(Points::MAX.get(), 9_007_199_254_740_991);
        assert_eq!(Points::new(9_007_199_254_740_992), Err(Code::PointsOutOfRange));
        assert_eq!(Points::MAX.plus(Points(1)), Err(Code::PointsOutOfRange));
        assert_eq!(Points::ZERO.minus(Points(1)), Err(Code::PointsOutOfRange));
        assert_eq!(Points(3).above(Points(5)), Points::ZERO);
    }
}
