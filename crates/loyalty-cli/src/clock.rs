//! Instants on the shop's calendar and clock.

use anyhow::{Context, Result};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use loyalty_core::{Day, Instant, Moment};

/// The moment of an instant, such as `2026-01-31T10:00:00Z`, in a shop's time zone; now where none is given.
///
/// # Errors
/// When the text is no instant, or the zone is unknown.
pub(crate) fn moment(zone: &str, at: Option<&str>) -> Result<Moment> {
    local(self::zone(zone)?, instant(at)?)
}

/// A time zone by its name.
///
/// # Errors
/// When it is unknown.
pub(crate) fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).with_context(|| format!("the programme's time zone `{name}`"))
}

/// Every name that a time zone has.
pub(crate) fn zones() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect()
}

/// An instant, such as `2026-01-31T10:00:00Z`; now where none is given.
///
/// # Errors
/// When the text is none, or one before 1970.
pub(crate) fn instant(at: Option<&str>) -> Result<Timestamp> {
    let Some(text) = at else { return Ok(Timestamp::now()) };
    let at: Timestamp = text
        .parse()
        .with_context(|| format!("`{text}` is no instant; write it such as `2026-01-31T10:00:00Z`"))?;
    Instant::new(at.as_millisecond()).map_err(crate::input::said).with_context(|| format!("`{text}`"))?;
    Ok(at)
}

/// Noon of a day in a shop's time zone.
///
/// # Errors
/// When the zone is unknown.
pub(crate) fn noon(zone: &str, day: Day) -> Result<Moment> {
    let zone = self::zone(zone)?;
    let noon: DateTime = format!("{day}T12:00").parse()?;
    let at = noon.to_zoned(zone.clone())?.timestamp();
    local(zone, at)
}

/// The moment of an instant in a time zone.
///
/// # Errors
/// When the instant is before 1970.
pub(crate) fn local(zone: TimeZone, at: Timestamp) -> Result<Moment> {
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
        let noon = noon("Pacific/Auckland", Day::parse("2026-01-15").unwrap()).unwrap();
        assert_eq!((noon.day.to_string(), noon.minute), ("2026-01-15".to_owned(), 12 * 60));
        assert_eq!(noon.at.to_string(), "2026-01-14T23:00:00.000Z");
        assert!(moment("Europe/Nowhere", None).is_err() && moment("UTC", Some("yesterday")).is_err());
    }
}
