//! Time as an argument: instants, shop-local calendar days, spans of them.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "calendar sums of days 0 to 2932896 and of u32 spans widened to i64: none can overflow"
)]

use crate::ground::code::Code;
use core::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z; years 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Instant(i64);

/// A calendar day in the shop's time zone, 1970-01-01 to 9999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Day(i32);

/// When a decision is made: an instant, and what the host derived from it in the shop's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment {
    /// The instant; orders two moments.
    pub at: Instant,
    /// Its calendar day.
    pub day: Day,
    /// Minutes since that day's midnight by the clock on the wall, 0 to 1439.
    pub minute: u16,
}

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weekdays(u8);

/// A length of calendar time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// That many days later.
    Days(u32),
    /// The same day of the month that many months later; the month's last day where it has no such day.
    Months(u32),
}

impl Span {
    /// So many times as long.
    pub(crate) const fn times(self, count: u32) -> Self {
        match self {
            Self::Days(days) => Self::Days(days.saturating_mul(count)),
            Self::Months(months) => Self::Months(months.saturating_mul(count)),
        }
    }
}

/// A part of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// The first to the last day of a month.
    Month,
    /// 1 January to 31 December.
    Year,
}

const LAST_DAY: i32 = 2_932_896;
const DAY_MS: i64 = 86_400_000;
/// The first millisecond after 9999-12-31.
const AFTER_LAST_MS: i64 = 253_402_300_800_000;

impl Instant {
    /// # Errors
    /// `instant_invalid` before 1970 or after 9999.
    pub const fn new(milliseconds: i64) -> Result<Self, Code> {
        if 0 <= milliseconds && milliseconds < AFTER_LAST_MS {
            Ok(Self(milliseconds))
        } else {
            Err(Code::InstantInvalid)
        }
    }

    /// Reads RFC 3339 in UTC with whole seconds or up to 3 decimals: `2026-01-31T10:00:00.000Z`.
    ///
    /// # Errors
    /// `instant_invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self, Code> {
        let bad = Code::InstantInvalid;
        let (date, rest) = text.split_once('T').ok_or(bad)?;
        let clock = rest.strip_suffix('Z').ok_or(bad)?;
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = clock.split(':');
        let mut next = |most: i64| digits(parts.next()?, 2).filter(|n| *n <= most);
        let (hour, minute, second) = (next(23).ok_or(bad)?, next(59).ok_or(bad)?, next(59).ok_or(bad)?);
        if parts.next().is_some() || !(1..=3).contains(&fraction.len()) {
            return Err(bad);
        }
        let mut milliseconds = digits(fraction, fraction.len()).ok_or(bad)?;
        for _ in fraction.len()..3 {
            milliseconds *= 10;
        }
        let day = Day::parse(date).map_err(|_| bad)?;
        Self::new(i64::from(day.0) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The same time of the day so many days of 24 hours later as `last` is after `day`; at the latest the end of
    /// year 9999.
    pub(crate) fn same_time_on(self, day: Day, last: Day) -> Self {
        let days = i64::from(last.0) - i64::from(day.0);
        Self::new(self.0.saturating_add(days * DAY_MS)).unwrap_or(Self(AFTER_LAST_MS - 1))
    }

    /// The instant `minutes` later, at the latest the end of year 9999.
    #[must_use]
    pub fn plus_minutes(self, minutes: u32) -> Self {
        Self::new(self.0.saturating_add(i64::from(minutes) * 60_000)).unwrap_or(Self(AFTER_LAST_MS - 1))
    }
}

impl Weekdays {
    /// From Monday to Sunday, whether each is one of them.
    #[must_use]
    pub fn new(days: [bool; 7]) -> Self {
        Self(days.into_iter().rev().fold(0, |mask, day| (mask << 1) | u8::from(day)))
    }

    /// Whether the day is one of them.
    #[must_use]
    pub const fn has(self, day: Day) -> bool {
        // 1970-01-01 was a Thursday.
        let weekday = (day.0 + 3) % 7;
        self.0 >> weekday & 1 == 1
    }

    /// From Monday to Sunday, whether each is one of them.
    #[must_use]
    pub fn get(self) -> [bool; 7] {
        core::array::from_fn(|index| self.0 >> index & 1 == 1)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Day(i32::try_from(self.0 / DAY_MS).unwrap_or_default());
        let ms = self.0 % DAY_MS;
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{day}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

impl Day {
    /// # Errors
    /// `day_invalid` before 1970-01-01 or after 9999-12-31.
    pub const fn new(days_since_1970: i32) -> Result<Self, Code> {
        if 0 <= days_since_1970 && days_since_1970 <= LAST_DAY {
            Ok(Self(days_since_1970))
        } else {
            Err(Code::DayInvalid)
        }
    }

    /// The day of a year, month (1 to 12) and day of the month.
    ///
    /// # Errors
    /// `day_invalid` where the calendar has no such day, or outside 1970 to 9999.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Self, Code> {
        let real = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        if !real {
            return Err(Code::DayInvalid);
        }
        // Days since 1970-01-01 of a proleptic Gregorian date with years starting in March
        // (Howard Hinnant, "chrono-compatible low-level date algorithms").
        let (month, day) = (i32::try_from(month).unwrap_or(1), i32::try_from(day).unwrap_or(1));
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted / 400;
        let year_of_era = shifted - era * 400;
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self::new(era * 146_097 + day_of_era - 719_468)
    }

    /// Reads `2026-01-31`.
    ///
    /// # Errors
    /// `day_invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self, Code> {
        let mut parts = text.split('-');
        let mut next = |width| parts.next().and_then(|part| digits(part, width)).ok_or(Code::DayInvalid);
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        if parts.next().is_some() {
            return Err(Code::DayInvalid);
        }
        let narrow = |n: i64| u32::try_from(n).map_err(|_| Code::DayInvalid);
        Self::from_ymd(i32::try_from(year).map_err(|_| Code::DayInvalid)?, narrow(month)?, narrow(day)?)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12), day of the month.
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        let days = self.0 + 719_468;
        let era = days / 146_097;
        let day_of_era = days - era * 146_097;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
    }

    /// The day a span later, at the latest 9999-12-31. `2026-01-31` plus one month is `2026-02-28`.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        let last = Self(LAST_DAY);
        match span {
            Span::Days(days) => {
                let sum = i64::from(self.0) + i64::from(days);
                i32::try_from(sum).map_or(last, |sum| Self::new(sum).unwrap_or(last))
            }
            Span::Months(months) => {
                let (year, month, day) = self.ymd();
                let total = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
                let (Ok(year), Ok(month)) = (i32::try_from(total / 12), u32::try_from(total % 12 + 1)) else {
                    return last;
                };
                Self::from_ymd(year, month, day.min(days_in_month(year, month))).unwrap_or(last)
            }
        }
    }

    /// The day a span earlier, at the earliest 1970-01-01. `2026-03-31` less one month is `2026-02-28`.
    #[must_use]
    pub fn before(self, span: Span) -> Self {
        match span {
            Span::Days(days) => {
                let back = i64::from(self.0) - i64::from(days);
                Self(i32::try_from(back.max(0)).unwrap_or(0))
            }
            Span::Months(months) => {
                let (year, month, day) = self.ymd();
                let total = i64::from(year) * 12 + i64::from(month) - 1 - i64::from(months);
                let (Ok(year), Ok(month)) = (i32::try_from(total / 12), u32::try_from(total % 12 + 1)) else {
                    return Self(0);
                };
                Self::from_ymd(year, month, day.min(days_in_month(year, month))).unwrap_or(Self(0))
            }
        }
    }

    /// How many days after `earlier` it is; 0 where it is not after it.
    pub(crate) fn days_since(self, earlier: Self) -> u32 {
        u32::try_from(self.0 - earlier.0).unwrap_or(0)
    }

    /// The first day of the period that holds the day.
    #[must_use]
    pub fn start_of(self, period: Period) -> Self {
        let (year, month, _) = self.ymd();
        let month = match period {
            Period::Month => month,
            Period::Year => 1,
        };
        Self::from_ymd(year, month, 1).unwrap_or(self)
    }

    /// The last day of the period that holds the day.
    #[must_use]
    pub fn end_of(self, period: Period) -> Self {
        let (year, month, _) = self.ymd();
        let month = match period {
            Period::Month => month,
            Period::Year => 12,
        };
        Self::from_ymd(year, month, days_in_month(year, month)).unwrap_or(self)
    }

    /// The latest day not after `self` that is a whole number of years after `since`; `since` itself before that.
    pub(crate) fn last_anniversary(self, since: Self) -> Self {
        let years = self.ymd().0 - since.ymd().0;
        let anniversary = |years: i32| since.plus(Span::Months(u32::try_from(years * 12).unwrap_or(0)));
        let this_year = anniversary(years);
        if this_year <= self { this_year } else { anniversary(years - 1) }
    }

    /// The first day of the window of `span` that ends with `self`: of 365 days, day n − 364; of months, the
    /// day after the same day of the month that many months before, or after that month's last.
    #[must_use]
    pub fn window_start(self, span: Span) -> Self {
        let before = self.before(span);
        if before.0 == 0 { before } else { before.plus(Span::Days(1)) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Exactly `width` ASCII digits as a number.
fn digits(text: &str, width: usize) -> Option<i64> {
    if text.len() == width && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_hold_of_the_last_minutes_lasts_to_the_end_of_time() {
        let last = Instant::parse("9999-12-31T23:59:59.999Z").unwrap();
        assert_eq!(Instant::parse("9999-12-31T23:50:00Z").unwrap().plus_minutes(15), last);
        assert_eq!(
            Instant::parse("9999-12-31T23:50:00Z").unwrap().plus_minutes(9),
            Instant::parse("9999-12-31T23:59:00Z").unwrap()
        );
    }

    #[test]
    fn the_calendar_is_the_gregorian_one() {
        assert_eq!(day("1970-01-01").get(), 0);
        assert_eq!(day("2000-03-01").get(), 11_017);
        assert_eq!(day("9999-12-31").get(), LAST_DAY);
        assert!(Day::parse("2024-02-29").is_ok());
        for bad in [
            "2023-02-29",
            "1900-01-01",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "10000-01-01",
            "",
            "2026-01-01-",
        ] {
            assert_eq!(Day::parse(bad), Err(Code::DayInvalid), "`{bad}`");
        }
    }

    #[test]
    fn a_month_later_is_the_same_day_or_the_months_last() {
        assert_eq!(day("2026-01-31").plus(Span::Months(1)).to_string(), "2026-02-28");
        assert_eq!(day("2023-02-28").plus(Span::Months(12)).to_string(), "2024-02-28");
        assert_eq!(day("2024-02-29").plus(Span::Months(12)).to_string(), "2025-02-28");
        assert_eq!(day("2026-11-21").plus(Span::Days(14)).to_string(), "2026-12-05");
    }

    #[test]
    fn a_period_ends_on_its_last_day() {
        assert_eq!(day("2024-02-01").end_of(Period::Month).to_string(), "2024-02-29");
        assert_eq!(day("2026-12-31").end_of(Period::Month).to_string(), "2026-12-31");
        assert_eq!(day("2026-01-01").end_of(Period::Year).to_string(), "2026-12-31");
        assert_eq!(day("2024-02-29").start_of(Period::Month).to_string(), "2024-02-01");
        assert_eq!(day("2026-12-31").start_of(Period::Year).to_string(), "2026-01-01");
    }

    #[test]
    fn a_span_earlier_is_the_same_day_or_the_months_last() {
        assert_eq!(day("2026-03-31").before(Span::Months(1)).to_string(), "2026-02-28");
        assert_eq!(day("2026-01-15").before(Span::Months(13)).to_string(), "2024-12-15");
        assert_eq!(day("2026-01-01").before(Span::Days(1)).to_string(), "2025-12-31");
        assert_eq!(day("1970-01-05").before(Span::Days(365)).to_string(), "1970-01-01");
    }

    #[test]
    fn a_window_holds_its_last_day_and_the_span_before() {
        assert_eq!(day("2026-12-31").window_start(Span::Days(365)).to_string(), "2026-01-01");
        assert_eq!(day("2026-12-31").window_start(Span::Months(12)).to_string(), "2026-01-01");
        assert_eq!(day("1970-01-05").window_start(Span::Days(365)).to_string(), "1970-01-01");
    }

    #[test]
    fn an_instant_reads_what_it_writes() {
        let text = "2026-11-21T18:59:07.042Z";
        assert_eq!(Instant::parse(text).unwrap().to_string(), text);
        assert_eq!(Instant::parse("2026-11-21T18:59:07Z").unwrap().to_string(), "2026-11-21T18:59:07.000Z");
        for bad in
            ["2026-11-21", "2026-11-21T24:00:00Z", "2026-11-21T10:00:00+01:00", "2026-11-21T10:00Z", "x"]
        {
            assert_eq!(Instant::parse(bad), Err(Code::InstantInvalid), "`{bad}`");
        }
    }

    proptest! {
        #[test]
        fn days_and_dates_are_the_same_thing(n in 0..=LAST_DAY) {
            let day = Day::new(n).unwrap();
            let (y, m, d) = day.ymd();
            prop_assert_eq!(Day::from_ymd(y, m, d), Ok(day));
            prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        }
    }
}
