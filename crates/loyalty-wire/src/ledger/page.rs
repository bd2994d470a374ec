//! A member's own page.

use super::account;
use crate::Programme;
use crate::answer::{View, standing};
use crate::packed::packed_member;
use crate::problem::Problem;
use crate::text::As;
use crate::write::Write;
use loyalty_core::{Code, Instant, Moment, unchanged_until};
use serde_json::value::RawValue;

/// A member's own page. Until something falls due it is the same text at every instant, but for the instant.
#[derive(Debug)]
pub struct Page {
    before: String,
    after: String,
    from: Instant,
    until: Instant,
}

impl Page {
    /// The page at an instant; none for one at which it may be another.
    #[must_use]
    pub fn at(&self, at: Instant) -> Option<String> {
        (self.from..self.until).contains(&at).then(|| format!("{}{at}{}", self.before, self.after))
    }
}

/// A member's own page from what is stored.
///
/// `activity` are entries, newest first; `shared` is as in [`Stored`](super::Stored).
///
/// # Errors
/// `malformed`, `entry_inconsistent` when what is stored is damaged.
pub fn page(
    programme: &Programme,
    stored: Option<&str>,
    shared: &[(String, i64)],
    moment: Moment,
    member: &str,
    source: &str,
    activity: Vec<Box<RawValue>>,
) -> Result<Page, Problem> {
    let account = account(stored, shared)?;
    let view = View {
        member: member.to_owned(),
        as_of: As(moment.at),
        source: source.to_owned(),
        standing: standing(programme.rules(), &account, moment)?,
        activity,
        position: packed_member(&account.position, &account.shared),
        shared: shared.iter().cloned().collect(),
    };
    let text = view.to_json();
    // Quotes inside a text are escaped, so the first of these is the field.
    let (before, rest) = text.split_once("\"as_of\":\"").ok_or(Code::EntryInconsistent)?;
    let (_, after) = rest.split_once('"').ok_or(Code::EntryInconsistent)?;
    let until = unchanged_until(&account.position, moment.at);
    Ok(Page { before: format!("{before}\"as_of\":\""), after: format!("\"{after}"), from: moment.at, until })
}

/// The [`page`] at its moment.
///
/// # Errors
/// As [`page`].
pub fn view(
    programme: &Programme,
    stored: Option<&str>,
    shared: &[(String, i64)],
    moment: Moment,
    member: &str,
    source: &str,
    activity: Vec<Box<RawValue>>,
) -> Result<String, Problem> {
    let page = page(programme, stored, shared, moment, member, source, activity)?;
    Ok(page.at(moment.at).ok_or(Code::InstantInvalid)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Step, Stored, step};

    const MINUTE_MS: i64 = 60_000;

    const PROGRAMME: &str = r#"{
        "format": 1, "name": "Corner shop", "currency": "EUR", "time_zone": "UTC",
        "expiry": {"days": 1, "boundary": "instant"},
        "earning": [{"id": "base", "points": 1, "per": "1.00"}],
        "rewards": [{"id": "mug", "name": "Mug", "kind": "gift", "points": 10, "value": "5.00", "instructions": "Hand it over"}]
    }"#;

    /// 2026-01-31T09:00:00Z, so many milliseconds later; within a day and a bit.
    fn moment(later: i64) -> Moment {
        let minute = 540 + later / MINUTE_MS;
        let date = if later < 900 * MINUTE_MS { [2026, 1, 31] } else { [2026, 2, 1] };
        crate::moment(1_769_850_000_000 + later, date, u16::try_from(minute % 1440).unwrap()).unwrap()
    }

    #[test]
    fn it_is_the_same_until_a_minute_a_hold_or_a_lot_ends() {
        let programme = Programme::parse(PROGRAMME).map_err(|problem| problem.to_json()).unwrap();
        let mut position: Option<String> = None;
        for command in [
            r#"{"kind":"pay_order","order":{"id":"1","currency":"EUR","lines":[{"id":"a","amount":"40.00"}]}}"#,
            r#"{"kind":"hold","hold":"h1","reward":"mug"}"#,
        ] {
            let text = format!(r#"{{"account":"ann","key":"{}","command":{command}}}"#, command.len());
            let stored = Stored { position: position.as_deref(), ..Stored::default() };
            let step = step(&programme, &stored, &crate::request(&text).unwrap(), moment(30_500)).unwrap();
            let Step::Append { position: next, .. } = step else { panic!("{step:?}") };
            position = Some(next);
        }
        let page = |later| {
            page(&programme, position.as_deref(), &[], moment(later), r#"a","as_of":""#, "kv", vec![])
                .unwrap()
        };
        // From, until, and how many can be spent then: the hold ends after a quarter of an hour, the lot after a day.
        let (quarter, day) = (15 * MINUTE_MS, 1440 * MINUTE_MS);
        for (from, until, available) in [
            (40_000, MINUTE_MS, 30),
            (quarter + 30_499, quarter + 30_500, 30),
            (quarter + 30_500, quarter + MINUTE_MS, 40),
            (day + 1, day + 30_500, 40),
            (day + 30_500, day + MINUTE_MS, 0),
        ] {
            let page = page(from);
            for later in [from - 1, from, from + 1, until - 1, until] {
                let told = page.at(moment(later).at);
                assert_eq!(told.is_some(), (from..until).contains(&later), "{from} {later}");
                let Some(told) = told else { continue };
                let at = moment(later).at;
                assert!(told.starts_with(r#"{"member":"a\",\"as_of\":\"","as_of":""#), "{told}");
                assert!(told.contains(&format!(r#","as_of":"{at}","source":"kv","#)), "{told}");
                assert!(told.contains(&format!(r#""available":{available},"#)), "{from}: {told}");
                let anew = self::page(
                    &programme,
                    position.as_deref(),
                    &[],
                    moment(later),
                    r#"a","as_of":""#,
                    "kv",
                    vec![],
                );
                assert_eq!(anew.unwrap().at(at), Some(told));
            }
        }
    }
}
