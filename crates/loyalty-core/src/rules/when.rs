//! When a rule is in force, and for whom.

use crate::ground::ids::{Category, Channel, LevelId, MembershipId, ProductId, PromoCode, SegmentId};
use crate::ground::order::{ascending, sorted};
use crate::ground::time::{Day, Moment, Span, Weekdays};
use crate::ledger::account::Position;
use crate::ledger::cart::{Cart, Line};

/// Conditions of a rule, a campaign, a reward or a privilege; all that are there must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When {
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
    /// Whether all conditions hold.
    pub(crate) fn holds(&self, now: Situation<'_>) -> bool {
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

fn listed(list: &[Category], line: &Line) -> bool {
    !list.is_empty() && line.categories.iter().any(|category| list.binary_search(category).is_ok())
}

/// Several selections: a line is looked up once for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selects {
    all: Vec<Select>,
    /// Those that take every line.
    every: Vec<usize>,
    /// Those that take every line but some.
    open: Vec<usize>,
    categories: ByName,
    products: ByName,
}

/// The lines that each of several selections takes.
pub(crate) struct Taken {
    /// All lines, then selection by selection those that it takes.
    lines: Vec<usize>,
    /// Where those of each selection begin and end.
    ranges: Vec<(usize, usize)>,
}

impl Taken {
    /// Those of the selection at a place.
    pub(crate) fn of(&self, place: usize) -> &[usize] {
        let (start, end) = self.ranges.get(place).copied().unwrap_or_default();
        self.lines.get(start..end).unwrap_or_default()
    }
}

impl Selects {
    pub(crate) fn new(all: Vec<Select>) -> Self {
        let places = || all.iter().enumerate();
        let categories =
            places().flat_map(|(place, select)| select.only.iter().map(move |id| (id.as_str(), place)));
        let products =
            places().flat_map(|(place, select)| select.products.iter().map(move |id| (id.as_str(), place)));
        let (categories, products) = (ByName::new(categories), ByName::new(products));
        let open = places().filter(|(_, select)| select.asks_nothing()).map(|(place, _)| place);
        let (every, open) = open.partition(|place| all.get(*place).is_some_and(Select::is_open));
        Self { every, open, categories, products, all }
    }

    /// The lines that each of the selections takes.
    pub(crate) fn takes(&self, lines: &[Line]) -> Taken {
        let mut found = Vec::with_capacity(lines.len().saturating_mul(2));
        // Of each selection, how many lines it takes, and before which line it has looked at all.
        let mut ranges = vec![(0_usize, 0_usize); self.all.len()];
        for (index, line) in lines.iter().enumerate() {
            let mut take = |place: &usize| {
                let Some((select, (count, next))) = self.all.get(*place).zip(ranges.get_mut(*place)) else {
                    return;
                };
                if *next > index {
                    return;
                }
                *next = index.saturating_add(1);
                if select.except.is_empty() || !select.excludes(line) {
                    *count = count.saturating_add(1);
                    found.push((*place, index));
                }
            };
            self.open.iter().for_each(&mut take);
            for category in &line.categories {
                self.categories.get(category.as_str()).for_each(&mut take);
            }
            if let Some(product) = &line.product {
                self.products.get(product.as_str()).for_each(take);
            }
        }
        let mut end = lines.len();
        for range in &mut ranges {
            let start = end;
            end = start.saturating_add(range.0);
            *range = (start, start);
        }
        let mut taken = Vec::with_capacity(end);
        taken.extend(0..lines.len());
        taken.resize(end, 0);
        for (place, line) in found {
            if let Some((_, end)) = ranges.get_mut(place) {
                taken.get_mut(*end).into_iter().for_each(|taken| *taken = line);
                *end = end.saturating_add(1);
            }
        }
        for place in &self.every {
            ranges.get_mut(*place).into_iter().for_each(|range| *range = (0, lines.len()));
        }
        Taken { lines: taken, ranges }
    }
}

/// Places by name, in the order of the names' endings: names often begin alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct ByName {
    endings: Vec<u64>,
    /// By name where they end alike.
    names: Vec<(Box<str>, usize)>,
}

impl ByName {
    fn new<'a>(names: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let precedes = |(one, _): &(&str, usize), (other, _): &(&str, usize)| {
            (ending(one), one) < (ending(other), other)
        };
        let names = sorted(names.collect(), precedes);
        let endings = names.iter().map(|(name, _)| ending(name)).collect();
        Self { endings, names: names.into_iter().map(|(name, place)| (name.into(), place)).collect() }
    }

    /// All places of a name.
    fn get<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a usize> {
        let wanted = ending(name);
        let start = self.endings.partition_point(|ending| *ending < wanted);
        let mut found = self.names.get(start..).unwrap_or_default();
        if self.endings.get(start.saturating_add(1)) == Some(&wanted) {
            let end = self.endings.partition_point(|ending| *ending <= wanted);
            let alike = found.get(..end.saturating_sub(start)).unwrap_or_default();
            found = alike.get(alike.partition_point(|(known, _)| **known < *name)..).unwrap_or_default();
        }
        found.iter().take_while(move |(known, _)| **known == *name).map(|(_, place)| place)
    }
}

/// The last eight bytes of a name as one number.
fn ending(name: &str) -> u64 {
    let bytes = name.as_bytes();
    match bytes.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => bytes.iter().fold(0, |ending, byte| ending.rotate_left(8) | u64::from(*byte)),
    }
}

/// Whether one of the list fits, or nothing is asked.
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

/// Which lines of a cart a rule takes.
///
/// INVARIANT: the lists are sorted, so that a line is looked up in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Select {
    only: Vec<Category>,
    products: Vec<ProductId>,
    except: Vec<Category>,
}

impl Select {
    /// Lines in one of the categories of `only` or of one of `products`, every line where both are empty; but no
    /// lines in one of the categories of `except`.
    #[must_use]
    pub fn new(only: Vec<Category>, products: Vec<ProductId>, except: Vec<Category>) -> Self {
        Self { only: ascending(only), products: ascending(products), except: ascending(except) }
    }

    /// The categories of which a line is taken, sorted.
    #[must_use]
    pub fn only(&self) -> &[Category] {
        &self.only
    }

    /// The products that are taken, sorted.
    #[must_use]
    pub fn products(&self) -> &[ProductId] {
        &self.products
    }

    /// The categories of which no line is taken, sorted.
    #[must_use]
    pub fn except(&self) -> &[Category] {
        &self.except
    }

    /// Whether it takes every line.
    pub(crate) const fn is_open(&self) -> bool {
        self.asks_nothing() && self.except.is_empty()
    }

    /// Whether it asks for no category and no product.
    pub(crate) const fn asks_nothing(&self) -> bool {
        self.only.is_empty() && self.products.is_empty()
    }

    /// Whether it takes a line.
    pub(crate) fn takes(&self, line: &Line) -> bool {
        let named =
            || line.product.as_ref().is_some_and(|product| self.products.binary_search(product).is_ok());
        (self.asks_nothing() || listed(&self.only, line) || named()) && !self.excludes(line)
    }

    /// Whether a line is in one of the categories it does not take.
    pub(crate) fn excludes(&self, line: &Line) -> bool {
        listed(&self.except, line)
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
        let happy = When { hours: Some((17 * 60, 19 * 60)), ..When::default() };
        let night = When { hours: Some((22 * 60, 2 * 60)), ..When::default() };
        let at = |when: &When, minute| when.holds(now(&position, "2026-03-02", minute));
        let hours = [16 * 60 + 59, 17 * 60, 18 * 60 + 59, 19 * 60].map(|minute| at(&happy, minute));
        assert_eq!(hours, [false, true, true, false]);
        let hours = [21 * 60 + 59, 22 * 60, 0, 119, 120].map(|minute| at(&night, minute));
        assert_eq!(hours, [false, true, true, true, false]);
    }

    #[test]
    fn days_are_inclusive_and_weekdays_are_those_of_the_calendar() {
        let position = Position::default();
        let days = When {
            from: Some(Day::parse("2026-11-27").unwrap()),
            until: Some(Day::parse("2026-11-28").unwrap()),
            ..When::default()
        };
        let holds = |when: &When, day: &str| when.holds(now(&position, day, 0));
        let expected =
            [("2026-11-26", false), ("2026-11-27", true), ("2026-11-28", true), ("2026-11-29", false)];
        assert!(expected.iter().all(|(day, expected)| holds(&days, day) == *expected));
        let mut weekend = [false; 7];
        (weekend[5], weekend[6]) = (true, true);
        let weekend = When { weekdays: Some(Weekdays::new(weekend)), ..When::default() };
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
