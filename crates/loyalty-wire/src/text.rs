//! Domain values that the wire writes as text, and points, which it writes as whole numbers.

use crate::packed::{Packed, Rows};
use crate::read::{Faults, Path, Read};
use crate::tree::Tree;
use crate::write::{Write, Writer};
use loyalty_core::{
    AccountId, Birthday, BonusId, CampaignId, Category, CauseId, Channel, Code, Currency, Day, DrawId,
    EventName, Fingerprint, HoldId, Instant, Key, LevelId, LineId, MembershipId, OrderId, PartnerId, Points,
    PrivilegeId, ProductId, PromoCode, Purpose, Reference, RefundId, RewardId, RuleId, SegmentId, SharedId,
    Version, WalletId,
};
use rust_decimal::Decimal;

/// A time of day, in minutes since midnight by the clock on the wall, 0 to 1439.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay(pub u16);

/// A domain value written as text.
#[derive(Debug, Clone)]
pub struct As<T>(pub T);

impl<T: Text> PartialEq for As<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

impl<T: Text> Eq for As<T> {}

/// Points written as a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(pub Points);

/// A domain value that is written as text.
pub(crate) trait Text: Write + PartialEq + Sized {
    fn parse(text: &str) -> Result<Self, Code>;

    /// Whether it is written as another is: `1.0` and `1.00` are one number, and two texts.
    fn same(&self, other: &Self) -> bool {
        self == other
    }

    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value;
}

impl<T: Text> Read for As<T> {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        let value = tree.text().and_then(T::parse);
        faults.read(at, value).map(Self)
    }
}

impl<T: Text> Write for As<T> {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }
}

impl Read for Whole {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        let points = match tree {
            Tree::Whole(number) => {
                u64::try_from(*number).map_err(|_| Code::PointsOutOfRange).and_then(Points::new).map(Self)
            }
            _ => Err(Code::WrongType),
        };
        faults.read(at, points)
    }
}

impl Write for Whole {
    fn write(&self, to: &mut Writer) {
        to.whole(self.0.get());
    }
}

macro_rules! id_text {
    ($($type:ty),*) => {$(
        impl Text for $type {
            fn parse(text: &str) -> Result<Self, Code> {
                Self::new(text)
            }
            #[cfg(feature = "describe")]
            fn schema() -> serde_json::Value {
                let pattern = format!("^[!-~]{{1,{}}}$", Self::MOST);
                serde_json::json!({"type": "string", "pattern": pattern})
            }
        }

        impl Write for $type {
            fn write(&self, to: &mut Writer) {
                to.text(self.as_str());
            }
        }

        impl Packed for $type {
            fn pack(&self, to: &mut Writer) {
                to.raw(self.as_str());
                to.raw("\n");
            }
            #[inline(never)]
            fn unpack(from: &mut Rows<'_>) -> Option<Self> {
                Self::new(from.row()?).ok()
            }
        }
    )*};
}

id_text!(
    AccountId,
    BonusId,
    CampaignId,
    Category,
    CauseId,
    Channel,
    DrawId,
    EventName,
    HoldId,
    Key,
    LevelId,
    LineId,
    MembershipId,
    OrderId,
    PartnerId,
    PrivilegeId,
    ProductId,
    PromoCode,
    Purpose,
    Reference,
    RefundId,
    RewardId,
    RuleId,
    SegmentId,
    SharedId,
    Version,
    WalletId
);

impl Text for Code {
    fn parse(text: &str) -> Result<Self, Code> {
        Self::ALL.iter().find(|code| code.as_str() == text).copied().ok_or(Code::UnknownChoice)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        let all: Vec<_> = Self::ALL.iter().map(|code| code.as_str()).collect();
        serde_json::json!({"type": "string", "enum": all})
    }
}

impl Write for Code {
    fn write(&self, to: &mut Writer) {
        to.word(self.as_str());
    }
}

#[cfg(feature = "describe")]
pub(crate) fn code_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    generator.subschema_for::<As<Code>>()
}

impl Text for Currency {
    fn parse(text: &str) -> Result<Self, Code> {
        Self::new(text)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[A-Z]{3}$"})
    }
}

impl Write for Currency {
    fn write(&self, to: &mut Writer) {
        to.word(self.as_str());
    }
}

impl Text for Day {
    fn parse(text: &str) -> Result<Self, Code> {
        Self::parse(text)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "format": "date"})
    }
}

impl Write for Day {
    fn write(&self, to: &mut Writer) {
        let (year, month, day) = self.ymd();
        to.quote();
        to.digits(year.unsigned_abs(), 4);
        to.raw("-");
        to.digits(month, 2);
        to.raw("-");
        to.digits(day, 2);
        to.quote();
    }
}

/// Month and day of the month, such as `02-29`.
impl Text for Birthday {
    fn parse(text: &str) -> Result<Self, Code> {
        let (month, day) = pair(text, '-').ok_or(Code::DayInvalid)?;
        Self::new(month.into(), day.into())
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$"})
    }
}

impl Write for Birthday {
    fn write(&self, to: &mut Writer) {
        let (month, day) = self.get();
        to.shown(&format_args!("{month:02}-{day:02}"));
    }
}

/// Hours and minutes, such as `17:00`; `00:00` to `23:59`.
impl Text for TimeOfDay {
    fn parse(text: &str) -> Result<Self, Code> {
        let time = pair(text, ':').filter(|(hour, minute)| *hour < 24 && *minute < 60);
        time.map(|(hour, minute)| Self(hour * 60 + minute)).ok_or(Code::InstantInvalid)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
    }
}

impl Write for TimeOfDay {
    fn write(&self, to: &mut Writer) {
        to.shown(&format_args!("{:02}:{:02}", self.0 / 60, self.0 % 60));
    }
}

/// Two numbers of two digits each.
fn pair(text: &str, between: char) -> Option<(u16, u16)> {
    let number = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    let (first, second) = text.split_once(between)?;
    Some((number(first)?, number(second)?))
}

impl Text for Instant {
    fn parse(text: &str) -> Result<Self, Code> {
        Self::parse(text)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "format": "date-time"})
    }
}

impl Write for Instant {
    fn write(&self, to: &mut Writer) {
        to.shown(self);
    }
}

/// Digits, then optionally a point and digits; at most 28 in all; no sign but `-`, no exponent.
impl Text for Decimal {
    fn parse(text: &str) -> Result<Self, Code> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let mut number: u64 = 0;
        let mut point = None;
        for (place, byte) in digits.bytes().enumerate() {
            match byte {
                b'0'..=b'9' => number = number.wrapping_mul(10).wrapping_add((byte - b'0').into()),
                b'.' if point.is_none() && place > 0 => point = Some(place),
                _ => return Err(Code::AmountInvalid),
            }
        }
        let scale = point.map_or(0, |point| digits.len() - point - 1);
        if digits.is_empty() || point.is_some() && scale == 0 {
            return Err(Code::AmountInvalid);
        }
        let negative = digits.len() < text.len() && number != 0;
        // Eighteen digits fit 64 bits whatever they are; longer numbers are read again, wider.
        if digits.len() <= 18 {
            return Ok(Self::from_parts(number as u32, (number >> 32) as u32, 0, negative, scale as u32));
        }
        let wide = |sum: i128, byte: u8| sum.saturating_mul(10).saturating_add((byte - b'0').into());
        let number = digits.bytes().filter(u8::is_ascii_digit).fold(0, wide);
        let signed = if digits.len() < text.len() { -number } else { number };
        Self::try_from_i128_with_scale(signed, scale as u32).map_err(|_| Code::AmountTooLarge)
    }

    fn same(&self, other: &Self) -> bool {
        self.unpack() == other.unpack()
    }

    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"})
    }
}

impl Write for Decimal {
    fn write(&self, to: &mut Writer) {
        to.decimal(self.is_sign_negative(), self.mantissa().unsigned_abs(), self.scale());
    }
}

impl Text for Fingerprint {
    fn parse(text: &str) -> Result<Self, Code> {
        unhex(text).map(Self)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
    }
}

impl Write for Fingerprint {
    fn write(&self, to: &mut Writer) {
        to.word(&hex(&self.0));
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        text.extend(char::from_digit((byte >> 4).into(), 16));
        text.extend(char::from_digit((byte & 15).into(), 16));
    }
    text
}

/// So many bytes in hexadecimal, of either case.
///
/// # Errors
/// `id_invalid`.
pub fn unhex<const N: usize>(text: &str) -> Result<[u8; N], Code> {
    // A sign would be read as part of a number.
    if text.len() != N * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Code::IdInvalid);
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = text.get(index * 2..index * 2 + 2).ok_or(Code::IdInvalid)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| Code::IdInvalid)?;
    }
    Ok(bytes)
}

#[cfg(feature = "describe")]
mod describe {
    use super::{As, Text, Whole};
    use schemars::{JsonSchema, Schema, SchemaGenerator};
    use std::borrow::Cow;

    impl<T: Text> JsonSchema for As<T> {
        fn schema_name() -> Cow<'static, str> {
            std::any::type_name::<T>().rsplit("::").next().unwrap_or("Text").to_owned().into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            Schema::try_from(T::schema()).unwrap_or_default()
        }
    }

    impl JsonSchema for Whole {
        fn schema_name() -> Cow<'static, str> {
            "Points".into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let range =
                serde_json::json!({"type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64});
            Schema::try_from(range).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_digits_and_at_most_one_point() {
        for good in ["0", "12", "12.5", "0.0001", "-1.50"] {
            assert_eq!(<Decimal as Text>::parse(good).unwrap().to_json(), format!("\"{good}\""));
        }
        for bad in ["", "-", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "--1", "1.2.3", "NaN", "١"] {
            assert_eq!(<Decimal as Text>::parse(bad), Err(Code::AmountInvalid), "`{bad}`");
        }
        assert_eq!(<Decimal as Text>::parse(&"9".repeat(40)), Err(Code::AmountTooLarge));
        // The last that fits 64 bits and the first that is read wider, with every place for the point.
        for digits in
            ["987654321098765432", "9876543210987654321", "000000000000000000", "18446744073709551616"]
        {
            for point in 1..digits.len() {
                let (whole, rest) = digits.split_at(point);
                for text in [format!("{whole}.{rest}"), format!("-{whole}.{rest}"), format!("-{whole}")] {
                    let expected = Decimal::from_str_exact(&text).unwrap();
                    let read = <Decimal as Text>::parse(&text).unwrap();
                    assert_eq!((read, read.scale()), (expected, expected.scale()), "`{text}`");
                    assert!(!read.is_zero() || read.is_sign_positive());
                }
            }
        }
    }

    #[test]
    fn every_code_reads_back_what_it_writes() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.to_json().trim_matches('"')), Ok(*code));
        }
    }

    #[test]
    fn a_birthday_is_a_day_of_some_year() {
        for good in ["01-01", "02-29", "12-31"] {
            assert_eq!(Birthday::parse(good).unwrap().to_json(), format!("\"{good}\""));
        }
        for bad in ["02-30", "13-01", "00-10", "1-1", "01-1", "0101", "+1-01", "01-01-", "2000-01-01", ""] {
            assert_eq!(Birthday::parse(bad), Err(Code::DayInvalid), "`{bad}`");
        }
    }

    #[test]
    fn a_time_of_day_is_hours_and_minutes() {
        for (good, minutes) in [("00:00", 0), ("09:05", 545), ("23:59", 1439)] {
            assert_eq!(TimeOfDay::parse(good), Ok(TimeOfDay(minutes)));
            assert_eq!(TimeOfDay(minutes).to_json(), format!("\"{good}\""));
        }
        for bad in ["24:00", "12:60", "9:05", "09:5", "0905", "09:05:00", "-1:00", "١٢:00", ""] {
            assert_eq!(TimeOfDay::parse(bad), Err(Code::InstantInvalid), "`{bad}`");
        }
    }

    #[test]
    fn a_fingerprint_reads_back_what_it_writes() {
        let fingerprint = Fingerprint(core::array::from_fn(|index| index as u8 * 17));
        assert_eq!(Fingerprint::parse(&hex(&fingerprint.0)), Ok(fingerprint));
        for bad in ["", "00", &"g".repeat(32), &"+1".repeat(16), &"é".repeat(16)] {
            assert_eq!(Fingerprint::parse(bad), Err(Code::IdInvalid), "`{bad}`");
        }
    }
}
