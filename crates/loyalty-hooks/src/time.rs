//! Instants as platforms write them.

/// `2021-12-31T19:00:00-05:00`, with or without a fraction; without an offset it is UTC, as in fields named `_gmt`.
/// Milliseconds since 1970.
pub(crate) fn instant(text: &str) -> Option<i64> {
    let (day, clock) = text.split_once(['T', ' '])?;
    let mut parts = day.splitn(3, '-').map(digits);
    let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
    let at = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, offset) = clock.split_at(at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.splitn(3, ':').map(digits);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let thousandths: String = fraction.chars().chain("00".chars()).take(3).collect();
    let fits = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&date)
        && hour < 24
        && minute < 60
        && second <= 60;
    let offset = match (offset.get(..1), offset.get(1..)) {
        (None | Some("Z"), _) => 0,
        (Some(sign), Some(rest)) => {
            let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
            let offset = digits(hours)? * 60 + digits(minutes)?;
            if sign == "-" { -offset } else { offset }
        }
        _ => return None,
    };
    let seconds = (days(year, month, date) * 1440 + hour * 60 + minute - offset) * 60 + second;
    fits.then_some(seconds * 1000 + digits(&thousandths)?)
}

/// Up to nine digits and nothing else.
fn digits(text: &str) -> Option<i64> {
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Days from 1970-01-01, in the Gregorian calendar. The year is counted from March, so a leap day ends it.
const fn days(year: i64, month: i64, date: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + date - 719_469
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn an_instant_is_read_with_its_offset() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2021-12-31T19:00:00-05:00", 1_640_995_200_000),
            ("2017-03-22T19:30:35", 1_490_211_035_000),
            ("2024-02-29T12:00:00.250+0130", 1_709_202_600_250),
            ("2000-03-01 00:00:00.5Z", 951_868_800_500),
        ] {
            assert_eq!(instant(text), Some(expected), "{text}");
        }
        for bad in [
            "",
            "2021-12-31",
            "2021-13-01T00:00:00Z",
            "2021-12-31T24:00:00Z",
            "x",
            "2021-12-31T19:00",
            "+5-1-1T0:0:0",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
