//! Domain values that the wire writes as text, and points, which it writes as whole numbers.

use crate::read::{Faults, Path, Read};
use crate::tree::Tree;
use crate::write::{Write, Writer};
use loyalty_core::{
    AccountId, Category, Code, Currency, Day, Fingerprint, HoldId, Inclusion, Instant, Key, LevelId, LineId,
    LineKind, OrderId, Period, Points, RefundId, RewardId, Role, Rounding, RuleId, Scope, Shortfall, Timing,
    Version,
};
use rust_decimal::Decimal;

/// What a rule's points are for, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MeasureName {
    /// Every so much, in proportion.
    #[default]
    ProRata,
    /// Every so much, in whole groups.
    Groups,
    /// Every piece.
    Pieces,
}

/// What happens when the window holds less than the level asks, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DowngradeName {
    /// The lower level at once.
    #[default]
    AtOnce,
    /// The level stays.
    Never,
    /// The lower level after a while.
    AfterGrace,
    /// The lower level with the next month or year.
    AtPeriodEnd,
}

/// A domain value written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct As<T>(pub T);

/// Points written as a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(pub Points);

/// A domain value that is written as text.
pub(crate) trait Text: Write + Sized {
    fn parse(text: &str) -> Result<Self, Code>;
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value;
}

impl<T: Text> Read for As<T> {
    fn read(tree: &Tree, at: &Path<'_>, faults: &mut Faults) -> Option<Self> {
        let value = match tree {
            Tree::Text(text) => T::parse(text).map(Self),
            _ => Err(Code::WrongType),
        };
        faults.check(at, value)
    }
}

impl<T: Text> Write for As<T> {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }
}

impl Read for Whole {
    fn read(tree: &Tree, at: &Path<'_>, faults: &mut Faults) -> Option<Self> {
        let points = match tree {
            Tree::Whole(number) => {
                u64::try_from(*number).map_err(|_| Code::PointsOutOfRange).and_then(Points::new).map(Self)
            }
            _ => Err(Code::WrongType),
        };
        faults.check(at, points)
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
                serde_json::json!({"type": "string", "pattern": "^[!-~]{1,128}$"})
            }
        }

        impl Write for $type {
            fn write(&self, to: &mut Writer) {
                to.text(self.as_str());
            }
        }
    )*};
}

id_text!(AccountId, Category, HoldId, Key, LevelId, LineId, OrderId, RefundId, RewardId, RuleId, Version);

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),* })*) => {$(
        impl Text for $type {
            fn parse(text: &str) -> Result<Self, Code> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(Code::UnknownChoice),
                }
            }
            #[cfg(feature = "describe")]
            fn schema() -> serde_json::Value {
                serde_json::json!({"type": "string", "enum": [$($word),*]})
            }
        }

        impl Write for $type {
            fn write(&self, to: &mut Writer) {
                to.text(match self { $(Self::$variant => $word),* });
            }
        }
    )*};
}

words! {
    Rounding { Down = "down", HalfUp = "half_up", HalfEven = "half_even", Up = "up" }
    Scope { Order = "order", Rule = "rule", Line = "line" }
    Inclusion { In = "in", Out = "out" }
    MeasureName { ProRata = "pro_rata", Groups = "groups", Pieces = "pieces" }
    Shortfall { Debt = "debt", WriteOff = "write_off" }
    Timing { IncludingOrder = "including_order", BeforeOrder = "before_order" }
    DowngradeName { AtOnce = "at_once", Never = "never", AfterGrace = "after_grace", AtPeriodEnd = "at_period_end" }
    Role { Advocate = "advocate", Friend = "friend" }
    Period { Month = "month", Year = "year" }
    LineKind { Goods = "goods", Delivery = "delivery", GiftCard = "gift_card" }
}

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
        to.text(self.as_str());
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
        to.text(self.as_str());
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
        to.shown(self);
    }
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
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return Err(Code::AmountInvalid);
        }
        Self::from_str_exact(text).map_err(|_| Code::AmountTooLarge)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"})
    }
}

impl Write for Decimal {
    fn write(&self, to: &mut Writer) {
        to.shown(self);
    }
}

impl Text for Fingerprint {
    fn parse(text: &str) -> Result<Self, Code> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return Err(Code::IdInvalid);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(index * 2..index * 2 + 2).ok_or(Code::IdInvalid)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| Code::IdInvalid)?;
        }
        Ok(Self(bytes))
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
    }
}

impl Write for Fingerprint {
    fn write(&self, to: &mut Writer) {
        to.text(&hex(&self.0));
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).filter_map(|n| char::from_digit(n.into(), 16)).collect()
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
    }

    #[test]
    fn every_code_reads_back_what_it_writes() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.to_json().trim_matches('"')), Ok(*code));
        }
    }

    #[test]
    fn a_fingerprint_reads_back_what_it_writes() {
        let fingerprint = Fingerprint(core::array::from_fn(|index| index as u8 * 17));
        assert_eq!(Fingerprint::parse(&hex(&fingerprint.0)), Ok(fingerprint));
        for bad in ["", "00", &"g".repeat(32), &"é".repeat(16)] {
            assert_eq!(Fingerprint::parse(bad), Err(Code::IdInvalid), "`{bad}`");
        }
    }
}
