//! When a rule is in force, and for whom.

use crate::ground::ids::{Channel, LevelId, MembershipId, PromoCode, SegmentId};
use crate::ground::time::{Day, Moment, Span, Weekdays};
use crate::ledger::account::Position;
use crate::ledger::cart::Cart;
use std::ops::Deref;

/// When a rule, a campaign, a reward or a privilege is in force: under its conditions, always without any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When(Option<Box<Conditions>>);

/// Conditions; all that are there must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// From this day on.
    pub from: Option<Day>,
    /// Through this day.
    pub until: Option<Day>,
    /// On these days of the week.
    pub weekdays: Option<Weekdays>,
    /// From a minute of the shop-local day to before another; over midnight where the second is smaller.
    pub hours: Option<(u16, u16)>,
    /// Orders placed through one of these.
    pub channels: Vec<Channel>,
    /// Carts with one of these codes.
    pub codes: Vec<PromoCode>,
    /// Members of one of these segments.
    pub segments: Vec<SegmentId>,
    /// Not members of one of these.
    pub except_segments: Vec<SegmentId>,
    /// Members on one of these levels.
    pub levels: Vec<LevelId>,
    /// Members who have paid for one of these memberships.
    pub memberships: Vec<MembershipId>,
    /// Only a member's first order.
    pub first_order: bool,
    /// From so many days before the member's birthday to so many after it.
    pub birthday: Option<(u32, u32)>,
}

/// What conditions are held against.
#[derive(Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub(crate) moment: Moment,
    pub(crate) position: &'a Position,
    /// The level that decides: with an order, the one the order is decided by.
    pub(crate) level: Option<&'a LevelId>,
    pub(crate) cart: Option<&'a Cart>,
}

impl When {
    /// Under these conditions.
    #[must_use]
    pub fn under(conditions: Conditions) -> Self {
        Self(Some(Box::new(conditions)))
    }

    /// The conditions, where there are any.
    #[must_use]
    pub fn conditions(&self) -> Option<&Conditions> {
        self.0.as_deref()
    }

    /// Whether it is in force.
    #[inline]
    pub(crate) fn holds(&self, now: Situation<'_>) -> bool {
        self.0.as_ref().is_none_or(|conditions| conditions.hold(now))
    }
}

impl Deref for When {
    type Target = Conditions;

    fn deref(&self) -> &Conditions {
        static NONE: Conditions = Conditions::NONE;
        self.0.as_ref().map_or(&NONE, |conditions| conditions)
    }
}

impl Conditions {
    const NONE: Self = Self {
        from: None,
        until: None,
        weekdays: None,
        hours: None,
        channels: Vec::new(),
        codes: Vec::new(),
        segments: Vec::new(),
        except_segments: Vec::new(),
        levels: Vec::new(),
        memberships: Vec::new(),
        first_order: false,
        birthday: None,
    };

    fn hold(&self, now: Situation<'_>) -> bool {
        let Moment { day, minute, .. } = now.moment;
        let position = now.position;
        let in_hours = |(from, until): (u16, u16)| {
            if from <= until { (from..until).contains(&minute) } else { minute >= from || minute < until }
        };
        let in_segment = |segment: &SegmentId| position.segments.contains(segment);
        let paid = |id: &MembershipId| {
            position.membership.as_ref().is_some_and(|m| m.id == *id && day <= m.last_day)
        };
        let channel = now.cart.and_then(Cart::channel);
        let code = |code: &PromoCode| now.cart.is_some_and(|cart| cart.codes().contains(code));
        self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day <= until)
            && self.weekdays.is_none_or(|weekdays| weekdays.has(day))
            && self.hours.is_none_or(in_hours)
            && any(&self.channels, |known| channel == Some(known))
            && any(&self.codes, code)
            && any(&self.segments, in_segment)
            && !self.except_segments.iter().any(in_segment)
            && any(&self.levels, |level| now.level == Some(level))
            && any(&self.memberships, paid)
            && (!self.first_order || position.orders == 0)
            && self
                .birthday
                .is_none_or(|(before, after)| position.birthday.is_some_and(|b| b.near(day, before, after)))
    }
}

/// Whether one of the list fits, or nothing is asked.
#[inline(always)]
fn any<T>(list: &[T], fits: impl Fn(&T) -> bool) -> bool {
    list.is_empty() || list.iter().any(fits)
}

/// A birthday: a month and a day of it, without the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birthday {
    month: u32,
    day: u32,
}

impl Birthday {
    /// # Errors
    /// `day_invalid` where no year has such a day.
    pub fn new(month: u32, day: u32) -> Result<Self, crate::ground::code::Code> {
        // A leap year has every day there is.
        Day::from_ymd(2000, month, day).map(|_| Self { month, day })
    }

    /// Month, 1 to 12, and day of the month.
    #[must_use]
    pub const fn get(self) -> (u32, u32) {
        (self.month, self.day)
    }

    /// The birthday in a year; of 29 February, in a year without one, 28 February.
    pub(crate) fn in_year(self, year: i32) -> Option<Day> {
        Day::from_ymd(year, self.month, self.day)
            .or_else(|_| Day::from_ymd(year, self.month, self.day.saturating_sub(1)))
            .ok()
    }

    /// Whether a day is at most so many days before a birthday, or after one.
    fn near(self, day: Day, before: u32, after: u32) -> bool {
        let (year, ..) = day.ymd();
        let years = [year.saturating_sub(1), year, year.saturating_add(1)];
        years.into_iter().filter_map(|year| self.in_year(year)).any(|birthday| {
            birthday.before(Span::Days(before)) <= day && day <= birthday.plus(Span::Days(after))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now<'a>(position: &'a Position, day: &str, minute: u16) -> Situation<'a> {
        let moment = Moment { day: Day::parse(day).unwrap(), minute, ..Moment::default() };
        Situation { moment, position, level: None, cart: None }
    }

    #[test]
    fn hours_run_to_before_their_end_and_over_midnight() {
        let position = Position::default();
        let happy = When::under(Conditions { hours: Some((17 * 60, 19 * 60)), ..Conditions::NONE });
        let night = When::under(Conditions { hours: Some((22 * 60, 2 * 60)), ..Conditions::NONE });
        let at = |when: &When, minute| when.holds(now(&position, "2026-03-02", minute));
        let hours = [16 * 60 + 59, 17 * 60, 18 * 60 + 59, 19 * 60].map(|minute| at(&happy, minute));
        assert_eq!(hours, [false, true, true, false]);
        let hours = [21 * 60 + 59, 22 * 60, 0, 119, 120].map(|minute| at(&night, minute));
        assert_eq!(hours, [false, true, true, true, false]);
    }

    #[test]
    fn days_are_inclusive_and_weekdays_are_those_of_the_calendar() {
        let position = Position::default();
        let days = When::under(Conditions {
            from: Some(Day::parse("2026-11-27").unwrap()),
            until: Some(Day::parse("2026-11-28").unwrap()),
            ..Conditions::NONE
        });
        let holds = |when: &When, day: &str| when.holds(now(&position, day, 0));
        let expected =
            [("2026-11-26", false), ("2026-11-27", true), ("2026-11-28", true), ("2026-11-29", false)];
        assert!(expected.iter().all(|(day, expected)| holds(&days, day) == *expected));
        let mut weekend = [false; 7];
        (weekend[5], weekend[6]) = (true, true);
        let weekend = When::under(Conditions { weekdays: Some(Weekdays::new(weekend)), ..Conditions::NONE });
        // 2026-11-21 is a Saturday.
        let expected =
            [("2026-11-20", false), ("2026-11-21", true), ("2026-11-22", true), ("2026-11-23", false)];
        assert!(expected.iter().all(|(day, expected)| holds(&weekend, day) == *expected));
    }

    #[test]
    fn a_birthday_window_crosses_the_new_year_and_29_february_is_28_in_other_years() {
        let near = |birthday: (u32, u32), day: &str| {
            let birthday = Birthday::new(birthday.0, birthday.1).unwrap();
            birthday.near(Day::parse(day).unwrap(), 3, 3)
        };
        assert!(near((1, 1), "2025-12-29") && near((1, 1), "2026-01-04") && !near((1, 1), "2025-12-28"));
        assert!(near((2, 29), "2026-02-25") && near((2, 29), "2026-03-03") && !near((2, 29), "2026-03-04"));
        assert!(near((2, 29), "2028-03-03") && !near((2, 29), "2028-02-25"));
        assert!(Birthday::new(2, 30).is_err());
    }
}
