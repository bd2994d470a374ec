//! Any JSON text or JavaScript object as one tree, so that both are read by the same reader.

use crate::write::{Write, Writer};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BinaryHeap;
use std::fmt;

/// The deepest nesting that is read.
const DEEPEST: u8 = 32;

/// The largest whole number that JavaScript keeps exactly.
const LARGEST: i64 = 9_007_199_254_740_991;

/// A value of the JSON data model. Numbers that are not whole, or that JavaScript would not keep, are only
/// noted: amounts are text.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// `null`, or JavaScript's `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Fraction,
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// Fields in the sender's order, duplicates kept.
    Map(Vec<(String, Tree)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed(0).deserialize(deserializer)
    }
}

struct Seed(u8);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        if self.0 > DEEPEST {
            return Err(D::Error::custom("nested too deeply"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(if (-LARGEST..=LARGEST).contains(&value) { Tree::Whole(value) } else { Tree::Fraction })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        i64::try_from(value).map_or(Ok(Tree::Fraction), |value| self.visit_i64(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        // `1e3` and `-0` are whole numbers written oddly; JavaScript has no other kind of number.
        let largest = LARGEST as f64;
        let whole = value % 1.0 == 0.0 && (-largest..=largest).contains(&value);
        Ok(if whole { Tree::Whole(value as i64) } else { Tree::Fraction })
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Seed(self.0 + 1))? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some(name) = fields.next_key::<String>()? {
            map.push((name, fields.next_value_seed(Seed(self.0 + 1))?));
        }
        Ok(Tree::Map(map))
    }
}

/// Canonical: fields in byte order of their names, absent where null.
impl Write for Tree {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Null | Self::Fraction => to.raw("null"),
            Self::Bool(value) => value.write(to),
            Self::Whole(value) => value.write(to),
            Self::Text(value) => value.write(to),
            Self::List(items) => items.write(to),
            Self::Map(fields) => {
                // A heap, because the library's sorts are ten times its size.
                let known = fields.iter().enumerate().filter(|(_, (_, value))| *value != Self::Null);
                let sorted: BinaryHeap<_> = known.map(|(place, (name, _))| (name, place)).collect();
                to.open('{');
                for (name, place) in sorted.into_sorted_vec() {
                    fields.get(place).into_iter().for_each(|(_, value)| to.entry(name, value));
                }
                to.close('}');
            }
        }
    }

    fn is_absent(&self) -> bool {
        *self == Self::Null
    }
}

impl Tree {
    /// A field of a map.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Map(fields) => fields.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.to_json()
    }
}

#[cfg(feature = "describe")]
impl schemars::JsonSchema for Tree {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        assert_eq!(serde_json::from_str::<Tree>(text).unwrap().canonical(), canonical);
    }

    #[test]
    fn canonical_text_does_not_hang_on_how_it_was_written() {
        check(r#" {"b": [1, {"d": true, "c": "x"}], "a": null} "#, r#"{"b":[1,{"c":"x","d":true}]}"#);
        check("1e3", "1000");
        check("-0", "0");
        check("9007199254740991", "9007199254740991");
    }

    #[test]
    fn numbers_that_javascript_would_not_keep_are_no_numbers() {
        for text in ["1.5", "9007199254740992", "-9007199254740992", "1e300"] {
            assert_eq!(serde_json::from_str::<Tree>(text).unwrap(), Tree::Fraction, "{text}");
        }
    }

    #[test]
    fn nesting_ends_at_32() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(serde_json::from_str::<Tree>(&nested(33)).is_ok());
        assert!(serde_json::from_str::<Tree>(&nested(34)).is_err());
    }
}
