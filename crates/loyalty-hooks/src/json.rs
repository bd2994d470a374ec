//! JSON that is opened where it is looked at. Numbers stay the text they were sent as, so ids beyond 2^53 and amounts
//! survive; nothing is built for the many fields that nobody asks for.

use crate::read::Unusable;
use core::fmt;
use loyalty_core::Map;
use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The largest amount that is taken: sums and products of such stay exact.
const LARGEST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// A value and where it stands.
pub(crate) struct Value<'t> {
    raw: &'t RawValue,
    path: String,
}

/// The fields of an object, those that are `null` left out.
pub(crate) struct Fields<'t> {
    fields: Map<String, &'t RawValue>,
    path: String,
}

/// Reads a text as one object.
///
/// # Errors
/// `malformed`.
pub(crate) fn fields(text: &str) -> Result<Fields<'_>, Unusable> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|_| Unusable::at("malformed", ""))?;
    Value { raw, path: String::new() }.fields()
}

impl<'t> Value<'t> {
    pub(crate) fn refused(&self, code: &'static str) -> Unusable {
        Unusable::at(code, &self.path)
    }

    /// Its fields.
    ///
    /// # Errors
    /// `wrong_type` when it is no object, or has a field twice.
    pub(crate) fn fields(&self) -> Result<Fields<'t>, Unusable> {
        let Object(fields) = serde_json::from_str(self.raw.get()).map_err(|_| self.refused("wrong_type"))?;
        Ok(Fields { fields, path: self.path.clone() })
    }

    /// Its items.
    ///
    /// # Errors
    /// `wrong_type` when it is no list.
    pub(crate) fn list(&self) -> Result<Vec<Value<'t>>, Unusable> {
        let items: Vec<&'t RawValue> =
            serde_json::from_str(self.raw.get()).map_err(|_| self.refused("wrong_type"))?;
        let value = |(index, raw)| Value { raw, path: format!("{}/{index}", self.path) };
        Ok(items.into_iter().enumerate().map(value).collect())
    }

    /// Text, or a number as the text it was sent as.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn text(&self) -> Result<String, Unusable> {
        let raw = self.raw.get();
        match raw.as_bytes().first() {
            Some(b'"') => serde_json::from_str(raw).map_err(|_| self.refused("wrong_type")),
            Some(b'-' | b'0'..=b'9') => Ok(raw.to_owned()),
            _ => Err(self.refused("wrong_type")),
        }
    }

    /// A name: 1 to 128 visible ASCII characters.
    ///
    /// # Errors
    /// `id_invalid`.
    pub(crate) fn id(&self) -> Result<String, Unusable> {
        let text = self.text()?;
        if is_id(&text) { Ok(text) } else { Err(self.refused("id_invalid")) }
    }

    /// An exact amount.
    ///
    /// # Errors
    /// `amount_invalid`; `amount_too_large` above 10^12.
    pub(crate) fn amount(&self) -> Result<Decimal, Unusable> {
        let amount = Decimal::from_str_exact(&self.text()?).map_err(|_| self.refused("amount_invalid"))?;
        if amount.abs() > LARGEST { Err(self.refused("amount_too_large")) } else { Ok(amount.normalize()) }
    }

    /// A whole number.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn whole(&self) -> Result<i64, Unusable> {
        self.text()?.parse().map_err(|_| self.refused("wrong_type"))
    }

    /// An instant in milliseconds since 1970.
    ///
    /// # Errors
    /// `instant_invalid`.
    pub(crate) fn instant(&self) -> Result<i64, Unusable> {
        crate::time::instant(&self.text()?).ok_or_else(|| self.refused("instant_invalid"))
    }

    fn is_true(&self) -> bool {
        self.raw.get() == "true"
    }
}

impl<'t> Fields<'t> {
    /// A field; nothing where it is absent or `null`.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'t>> {
        let raw = *self.fields.get(name)?;
        Some(Value { raw, path: format!("{}/{name}", self.path) })
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// `missing`.
    pub(crate) fn must(&self, name: &str) -> Result<Value<'t>, Unusable> {
        self.get(name).ok_or_else(|| Unusable::at("missing", &format!("{}/{name}", self.path)))
    }

    /// A field's items; none where it is absent.
    ///
    /// # Errors
    /// `wrong_type`.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Value<'t>>, Unusable> {
        self.get(name).map_or(Ok(vec![]), |value| value.list())
    }

    /// An amount; nothing charged where it is absent.
    ///
    /// # Errors
    /// `amount_invalid`.
    pub(crate) fn amount(&self, name: &str) -> Result<Decimal, Unusable> {
        self.get(name).map_or(Ok(Decimal::ZERO), |value| value.amount())
    }

    /// The text of a field, where it is one.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.text().ok().filter(|text| !text.is_empty())
    }

    /// Whether a field is `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.is_true())
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }
}

/// Whether a text is a name in the ledger.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

struct Object<'t>(Map<String, &'t RawValue>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object<'de>, A::Error> {
                let mut all = Vec::new();
                while let Some(field) = access.next_entry::<String, &'de RawValue>()? {
                    all.push(field);
                }
                let count = all.len();
                let mut fields: Map<_, _> = all.into_iter().collect();
                if fields.len() < count {
                    return Err(de::Error::custom("a field twice"));
                }
                fields.retain(|_, value| value.get() != "null");
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_the_text_they_were_sent_as() {
        let read = fields(r#"{"id": 820982911946154508, "a": 89.90, "b": "12.345678", "c": null}"#).unwrap();
        assert_eq!(read.must("id").unwrap().id().unwrap(), "820982911946154508");
        assert_eq!(read.amount("a").unwrap().to_string(), "89.9");
        assert_eq!(read.amount("b").unwrap().to_string(), "12.345678");
        assert!(read.get("c").is_none());
        assert_eq!(read.must("c").err(), Some(Unusable::at("missing", "/c")));
    }

    #[test]
    fn fault_20_hostile_texts_are_refused_and_nothing_panics() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let depth = format!(r#"{{"a": {deep}}}"#);
        assert!(fields(&depth).unwrap().must("a").unwrap().text().is_err());
        for bad in ["", "[]", "1", r#"{"a":1,"a":1}"#, r#"{"a":NaN}"#, r#"{"a":1"#, &deep] {
            assert!(fields(bad).is_err(), "{bad:.20}");
        }
        let read = fields(r#"{"big":1e309,"zero":-0,"half":"\ud800","yes":true}"#).unwrap();
        assert!(read.amount("big").is_err());
        assert!(read.amount("zero").unwrap().is_zero());
        assert!(read.must("half").unwrap().text().is_err());
        assert!(read.must("yes").unwrap().text().is_err());
    }
}
