//! Conditions.

use crate::document::{BirthdayRules, HoursRules, UsesRules, WhenRules};
use crate::part::Part;
use crate::text::TimeOfDay;
use crate::words::{Weekday, Words};
use loyalty_core::{Code, Conditions, Uses, Weekdays, When};

/// The most of one list of conditions.
pub(super) const MOST_NAMED: usize = 50;
/// The most days before or after a birthday, so that the days about two birthdays never meet.
const FURTHEST: u32 = 180;
/// The most times that something can be used.
const MOST_USES: u32 = 1_000_000;
/// Days of a week.
const WEEK: usize = 7;

/// The conditions of a part.
#[inline(never)]
pub(super) fn when(part: &Part<'_>) -> When {
    let Some(part) = part.part("when") else { return When::default() };
    part.expect(WhenRules::NAMES, &[]);
    let (from, until) = (part.given("from"), part.given("until"));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        part.wrong("until", Code::NumberOutOfRange);
    }
    let weekdays: Vec<Weekday> = part.list("weekdays", WEEK);
    When::under(Conditions {
        from,
        until,
        weekdays: (!weekdays.is_empty()).then(|| {
            let mut named = [false; WEEK];
            for (named, day) in named.iter_mut().zip(Weekday::ALL) {
                *named = weekdays.contains(day);
            }
            Weekdays::new(named)
        }),
        hours: hours(&part),
        channels: part.list("channels", MOST_NAMED),
        codes: part.list("codes", MOST_NAMED),
        segments: part.list("segments", MOST_NAMED),
        except_segments: part.list("except_segments", MOST_NAMED),
        levels: part.list("levels", MOST_NAMED),
        memberships: part.list("memberships", MOST_NAMED),
        first_order: part.flag("first_order"),
        birthday: birthday(&part),
    })
}

#[inline(never)]
fn hours(part: &Part<'_>) -> Option<(u16, u16)> {
    let part = part.part("hours")?;
    part.expect(HoursRules::NAMES, &[]);
    let (from, until) = (part.given(part.needed("from")), part.given(part.needed("until")));
    let (TimeOfDay(from), TimeOfDay(until)) = from.zip(until)?;
    if from == until {
        part.wrong("until", Code::NumberOutOfRange);
    }
    Some((from, until))
}

/// Days about a birthday.
#[inline(never)]
pub(super) fn birthday(part: &Part<'_>) -> Option<(u32, u32)> {
    let part = part.part("birthday")?;
    part.expect(BirthdayRules::NAMES, &[]);
    Some((part.number("before", 0, (0, FURTHEST)), part.number("after", 0, (0, FURTHEST))))
}

/// How often something can be used.
#[inline(never)]
pub(super) fn uses(part: &Part<'_>) -> Option<Uses> {
    let part = part.part("uses")?;
    part.expect(UsesRules::NAMES, &[]);
    let count = part.number(part.needed("count"), 1, (1, MOST_USES));
    Some(Uses { count: count.into(), per: part.given_choice("per") })
}
