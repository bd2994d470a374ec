//! Fields of a row of sales, as they are written.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use loyalty_core::{Day, Instant, Moment};

/// Digits after the point that a price may have.
pub(crate) const FINEST: u32 = 4;

pub(crate) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Digits alone.
fn digits(bytes: &[u8]) -> Option<&str> {
    let all = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(bytes).ok().filter(|_| all)
}

/// Digits, after a `C` for a cancellation or an `A` for an adjustment.
pub(crate) fn invoice_name(bytes: &[u8]) -> Result<&str, String> {
    let number = bytes.strip_prefix(b"C").or(bytes.strip_prefix(b"A")).unwrap_or(bytes);
    let name = digits(number).and_then(|_| std::str::from_utf8(bytes).ok());
    name.ok_or_else(|| format!("invoice `{}` is no number such as 536365 or C536379", shown(bytes)))
}

/// Digits, as a table calculator writes them: `17850.0`.
pub(crate) fn customer_name(bytes: &[u8]) -> Result<&str, String> {
    let name = digits(bytes.strip_suffix(b".0").unwrap_or(bytes));
    name.ok_or_else(|| format!("customer `{}` is no number such as 17850.0", shown(bytes)))
}

/// A decimal number as a whole one of its last of `decimals` digits: of 4, `2.5` is 25000.
pub(crate) fn scaled(text: &[u8], decimals: u32) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let (mut value, mut left, mut fraction) = (0_i64, decimals, false);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' if !fraction || left > 0 => {
                value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                left -= u32::from(fraction);
            }
            // A point has digits on both sides.
            b'.' if !fraction && 0 < index && index + 1 < text.len() => fraction = true,
            _ => return None,
        }
    }
    let value = value.checked_mul(10_i64.checked_pow(left)?).filter(|_| !text.is_empty())?;
    Some(if negative { -value } else { value })
}

/// Reads the times of the shop's clock; neighbouring rows mostly share one.
pub(crate) struct Clock<'a> {
    zone: &'a TimeZone,
    text: Vec<u8>,
    moment: Moment,
}

impl<'a> Clock<'a> {
    /// `zone` is the shop's.
    pub(crate) fn new(zone: &'a TimeZone) -> Self {
        Self { zone, text: Vec::new(), moment: Moment::default() }
    }

    /// `2010-12-01 08:26:00`; of an hour that comes twice the first, of one that is left out the next.
    pub(crate) fn moment(&mut self, text: &[u8]) -> Option<Moment> {
        if self.text != text || text.is_empty() {
            self.moment = moment(text, self.zone)?;
            self.text.clear();
            self.text.extend_from_slice(text);
        }
        Some(self.moment)
    }
}

fn moment(text: &[u8], zone: &TimeZone) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?;
    let (day, clock) = text.split_once(' ')?;
    let mut parts = clock.split(':').map(|part| {
        (part.len() == 2).then(|| scaled(part.as_bytes(), 0).and_then(|n| i8::try_from(n).ok()))?
    });
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let day = Day::parse(day).ok().filter(|_| parts.next().is_none())?;
    let (y, m, d) = day.ymd();
    let local =
        DateTime::new(y.try_into().ok()?, m.try_into().ok()?, d.try_into().ok()?, hour, minute, second, 0);
    let at = zone.to_ambiguous_timestamp(local.ok()?).compatible().ok()?;
    let minute = u16::try_from(hour).ok()? * 60 + u16::try_from(minute).ok()?;
    Some(Moment { at: Instant::new(at.as_millisecond()).ok()?, day, minute })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_shops_and_an_instant_everyones() {
        let check = |local: &str, day: &str, at: &str| {
            let moment = moment(local.as_bytes(), &TimeZone::get("Europe/London").unwrap()).unwrap();
            assert_eq!((moment.day.to_string().as_str(), moment.at.to_string().as_str()), (day, at));
        };
        check("2011-01-10 00:30:00", "2011-01-10", "2011-01-10T00:30:00.000Z");
        check("2011-06-01 00:30:00", "2011-06-01", "2011-05-31T23:30:00.000Z");
        check("2011-03-27 01:30:00", "2011-03-27", "2011-03-27T01:30:00.000Z");
        check("2011-10-30 01:30:00", "2011-10-30", "2011-10-30T00:30:00.000Z");
    }

    #[test]
    fn a_time_is_read_once_and_an_empty_one_never() {
        let zone = TimeZone::UTC;
        let mut clock = Clock::new(&zone);
        assert_eq!(clock.moment(b""), None);
        let noon = clock.moment(b"2011-01-10 12:00:00");
        assert_eq!((clock.moment(b"2011-01-10 12:00:00"), clock.moment(b"x")), (noon, None));
        assert_eq!(clock.moment(b"2011-01-10 12:00:00"), noon);
    }

    #[test]
    fn a_number_is_exact() {
        let check = |text: &str, expected: i64| assert_eq!(scaled(text.as_bytes(), 4), Some(expected));
        check("2.5", 25_000);
        check("-11062.06", -110_620_600);
        check("0.001", 10);
        check("7", 70_000);
        assert_eq!(scaled(b"922337203685477.5808", 4), None);
        assert_eq!(scaled(b"-", 4), None);
    }
}
