//! Instants on the shop's calendar and clock.

use anyhow::{Context, Result};
use jiff::{Timestamp, tz::TimeZone};
use loyalty_core::{Day, Instant, Moment};

/// The moment of an instant, such as `2026-01-31T10:00:00Z`, in a shop's time zone; now where none is given.
///
/// # Errors
/// When the text is no instant, or the zone is unknown.
pub(crate) fn moment(zone: &str, at: Option<&str>) -> Result<Moment> {
    let zone = TimeZone::get(zone).with_context(|| format!("the programme's time zone `{zone}`"))?;
    let at = match at {
        Some(text) => text
            .parse()
            .with_context(|| format!("`{text}` is no instant; write it such as `2026-01-31T10:00:00Z`"))?,
        None => Timestamp::now(),
    };
    let local = at.to_zoned(zone);
    let day = Day::from_ymd(
        local.year().into(),
        local.month().unsigned_abs().into(),
        local.day().unsigned_abs().into(),
    );
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let instant = Instant::new(at.as_millisecond()).map_err(crate::input::said)?;
    Ok(Moment { at: instant, day: day.map_err(crate::input::said)?, minute })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_falls_on_the_shops_day_at_its_time() {
        let at = |zone: &str, at: &str| {
            let moment = moment(zone, Some(at)).unwrap();
            (moment.day.to_string(), moment.minute)
        };
        assert_eq!(at("Europe/Budapest", "2026-07-31T22:30:00Z"), ("2026-08-01".to_owned(), 30));
        assert_eq!(at("UTC", "2026-07-31T22:30:59.999Z"), ("2026-07-31".to_owned(), 22 * 60 + 30));
        assert!(moment("Europe/Nowhere", None).is_err() && moment("UTC", Some("yesterday")).is_err());
    }
}
