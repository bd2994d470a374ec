//! Conditions proved.

use crate::document::{BirthdayRules, HoursRules, UsesRules, WhenRules};
use crate::programme::proof::Proof;
use crate::read::Path;
use crate::words::Weekday;
use loyalty_core::{Code, Uses, Weekdays, When};

/// The most of one list of conditions.
pub(super) const MOST_NAMED: usize = 50;
/// The most days before or after a birthday, so that the days about two birthdays never meet.
const FURTHEST: u32 = 180;
/// The most times that something can be used.
const MOST_USES: u64 = 1_000_000;

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

impl Proof<'_> {
    /// The conditions of the thing at this place.
    pub(super) fn when(&mut self, rules: Option<&WhenRules>, at: &Path<'_>) -> When {
        let Some(rules) = rules else { return When::default() };
        let at = at.field("when");
        let (from, until) = (rules.from.as_ref().map(|day| day.0), rules.until.as_ref().map(|day| day.0));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            self.faults.add(&at.field("until"), Code::NumberOutOfRange);
        }
        let weekdays = self.list(&rules.weekdays, WEEK.len(), &at.field("weekdays"));
        let weekdays = (!weekdays.is_empty()).then(|| Weekdays::new(WEEK.map(|day| weekdays.contains(&day))));
        When {
            from,
            until,
            weekdays,
            hours: rules.hours.as_ref().map(|hours| self.hours(hours, &at.field("hours"))),
            channels: self.list(&rules.channels, MOST_NAMED, &at.field("channels")),
            codes: self.list(&rules.codes, MOST_NAMED, &at.field("codes")),
            segments: self.list(&rules.segments, MOST_NAMED, &at.field("segments")),
            except_segments: self.list(&rules.except_segments, MOST_NAMED, &at.field("except_segments")),
            levels: self.list(&rules.levels, MOST_NAMED, &at.field("levels")),
            memberships: self.list(&rules.memberships, MOST_NAMED, &at.field("memberships")),
            first_order: rules.first_order.unwrap_or(false),
            birthday: rules.birthday.as_ref().map(|days| self.birthday(days, &at.field("birthday"))),
        }
    }

    fn hours(&mut self, rules: &HoursRules, at: &Path<'_>) -> (u16, u16) {
        let (from, until) = (rules.from.0.0, rules.until.0.0);
        if from == until {
            self.faults.add(&at.field("until"), Code::NumberOutOfRange);
        }
        (from, until)
    }

    pub(super) fn birthday(&mut self, rules: &BirthdayRules, at: &Path<'_>) -> (u32, u32) {
        let before = self.number(rules.before, 0, (0, FURTHEST), &at.field("before"));
        (before, self.number(rules.after, 0, (0, FURTHEST), &at.field("after")))
    }

    /// How often the thing at this place can be used.
    pub(super) fn uses(&mut self, rules: Option<&UsesRules>, at: &Path<'_>) -> Option<Uses> {
        let rules = rules?;
        self.within(rules.count, 1, MOST_USES, &at.field("uses").field("count"));
        Some(Uses { count: rules.count, per: rules.per.as_ref().map(|period| period.0) })
    }
}
