//! Any JSON text or JavaScript object as one tree, so that both are read by the same reader.

use crate::write::{Write, Writer};
use loyalty_core::{Code, sorted};
use std::borrow::Cow;

/// The deepest nesting that is read.
pub(crate) const DEEPEST: u8 = 32;

/// The largest whole number that JavaScript keeps exactly.
pub(crate) const LARGEST: i64 = 9_007_199_254_740_991;

/// A value of the JSON data model. Numbers that are not whole, or that JavaScript would not keep, are only
/// noted: amounts are text.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<'t> {
    /// `null`, or JavaScript's `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Fraction,
    /// Text.
    Text(Cow<'t, str>),
    /// A list.
    List(Vec<Tree<'t>>),
    /// Fields in the sender's order, duplicates kept.
    Map(Vec<(Cow<'t, str>, Tree<'t>)>),
}

/// Canonical: fields in byte order of their names, absent where null.
impl Write for Tree<'_> {
    fn write(&self, to: &mut Writer) {
        match self {
            Self::Null | Self::Fraction => to.raw("null"),
            Self::Bool(value) => value.write(to),
            Self::Whole(value) => value.write(to),
            Self::Text(value) => to.text(value),
            Self::List(items) => items.write(to),
            Self::Map(fields) => {
                let known = fields.iter().filter(|(_, value)| !value.is_absent()).collect();
                to.open('{');
                for (name, value) in
                    sorted(known, |(one, _): &&(Cow<'_, str>, Tree<'_>), (other, _)| one < other)
                {
                    to.named(name, value);
                }
                to.close('}');
            }
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<'t> Tree<'t> {
    /// A field of a map.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Tree<'t>> {
        match self {
            Self::Map(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut Tree<'t>> {
        match self {
            Self::Map(fields) => fields.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub(crate) fn to_owned(&self) -> Tree<'static> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        match self {
            Self::Null => Tree::Null,
            Self::Bool(value) => Tree::Bool(*value),
            Self::Whole(value) => Tree::Whole(*value),
            Self::Fraction => Tree::Fraction,
            Self::Text(text) => Tree::Text(owned(text)),
            Self::List(items) => Tree::List(items.iter().map(Self::to_owned).collect()),
            Self::Map(fields) => {
                Tree::Map(fields.iter().map(|(name, value)| (owned(name), value.to_owned())).collect())
            }
        }
    }

    pub(crate) fn text(&self) -> Result<&str, Code> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(Code::WrongType),
        }
    }

    /// The canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.to_json()
    }
}

#[cfg(feature = "describe")]
impl schemars::JsonSchema for Tree<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        assert_eq!(parse(text).unwrap().canonical(), canonical);
    }

    #[test]
    fn canonical_text_does_not_hang_on_how_it_was_written() {
        check(r#" {"b": [1, {"d": true, "c": "x"}], "a": null} "#, r#"{"b":[1,{"c":"x","d":true}]}"#);
        check(r#"{"aa": 1, "a": 2, "": 3}"#, r#"{"":3,"a":2,"aa":1}"#);
    }
}
