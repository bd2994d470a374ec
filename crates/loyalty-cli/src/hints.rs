//! How a fault of a programme is mended: the nearest name that is known, or what the field holds.

use crate::clock;
use crate::words::{Words, shown};
use anyhow::{Context, Result};
use loyalty_core::Code;
use loyalty_wire::Fault;
use serde_json::Value;
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!("../../../www/schema/programme.v1.json");
/// How alike two names are that may be meant for each other, of 1.
const ALIKE: f64 = 0.8;
/// The most names that are listed.
const LISTED: usize = 12;

/// Knows what a programme may hold, by its published schema.
pub(crate) struct Hints {
    schema: Value,
}

/// How a fault is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    /// The known name that is nearest.
    pub(crate) nearest: Option<String>,
    /// In words.
    pub(crate) text: String,
}

impl Hints {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { schema: serde_json::from_str(SCHEMA).context("the built-in schema")? })
    }

    /// How a fault of a document is mended, where more can be said than its code says.
    pub(crate) fn hint(&self, words: &Words, fault: &Fault, document: &Value) -> Option<Hint> {
        let path: Vec<String> = fault.path.split('/').skip(1).map(unescaped).collect();
        let (last, parent) = path.split_last()?;
        match fault.code {
            Code::UnknownField => {
                // A name that another kind of the part has is no slip of the pen.
                if self.fields(parent, &Value::Null).contains(last.as_str()) {
                    return Some(Hint { nearest: None, text: words.say("hint.not_beside", &shown([])) });
                }
                named(words, last, self.fields(parent, document))
            }
            Code::UnknownChoice => {
                let given = document.pointer(&fault.path).and_then(Value::as_str)?;
                let zones = if fault.path == "/time_zone" { clock::zones() } else { vec![] };
                let known = self.at(&path, document).into_iter().flat_map(choices).filter_map(Value::as_str);
                named(words, given, known.chain(zones.iter().map(String::as_str)).collect())
            }
            code => {
                let own = format!("hint.{code}");
                let number = document.pointer(&fault.path).is_some_and(Value::is_number);
                let own = match code {
                    Code::WrongType if number && self.takes_amount(&path, document) => {
                        "hint.amount_as_text".to_owned()
                    }
                    _ => own,
                };
                let text = if words.pick(&[&own]).is_some() {
                    words.say(&own, &shown([]))
                } else {
                    let described = self
                        .at(&path, document)
                        .into_iter()
                        .find_map(|node| node.get("description")?.as_str());
                    described?.split_whitespace().collect::<Vec<_>>().join(" ")
                };
                Some(Hint { nearest: None, text })
            }
        }
    }

    /// The names of the fields of a place.
    fn fields(&self, path: &[String], document: &Value) -> BTreeSet<&str> {
        let fields =
            self.at(path, document).into_iter().filter_map(|node| node.get("properties")?.as_object());
        fields.flat_map(|fields| fields.keys().map(String::as_str)).collect()
    }

    fn takes_amount(&self, path: &[String], document: &Value) -> bool {
        let amount = |node: &&Value| node.get("$ref").and_then(Value::as_str) == Some("#/$defs/Decimal");
        self.at(path, document).iter().any(amount)
    }

    /// All parts of the schema that speak of a place in a document, the outer before the inner.
    fn at(&self, path: &[String], document: &Value) -> Vec<&Value> {
        let mut there = document;
        let mut nodes = self.open(&self.schema, there);
        for step in path {
            let index = step.parse::<usize>().ok();
            let inner = nodes.into_iter().filter_map(|node| match index {
                Some(_) => node.get("items"),
                None => node.get("properties")?.get(step),
            });
            let found = index.map_or_else(|| there.get(step), |index| there.get(index));
            there = found.unwrap_or(&Value::Null);
            nodes = inner.flat_map(|node| self.open(node, there)).collect();
        }
        nodes
    }

    /// A part, and all that it refers to or chooses among; of several kinds the one that stands there, if it is known.
    fn open<'a>(&'a self, node: &'a Value, there: &Value) -> Vec<&'a Value> {
        let mut found = vec![node];
        let name = node.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        if let Some(target) = name.and_then(|name| self.schema.pointer(name)) {
            found.extend(self.open(target, there));
        }
        for choice in ["anyOf", "oneOf", "allOf"] {
            let parts = node.get(choice).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let is_it = |part: &&Value| {
                let kind = part.pointer("/properties/kind/const");
                kind.is_some() && kind == there.get("kind")
            };
            match parts.iter().find(is_it) {
                Some(part) => found.extend(self.open(part, there)),
                None => found.extend(parts.iter().flat_map(|part| self.open(part, there))),
            }
        }
        found
    }
}

/// The words a part chooses among.
fn choices(node: &Value) -> impl Iterator<Item = &Value> {
    let several = node.get("enum").and_then(Value::as_array).into_iter().flatten();
    several.chain(node.get("const"))
}

fn named(words: &Words, given: &str, known: BTreeSet<&str>) -> Option<Hint> {
    let alike = known.iter().map(|name| (strsim::jaro_winkler(given, name), *name));
    let nearest = alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|(a, _), (b, _)| a.total_cmp(b));
    if let Some((_, nearest)) = nearest {
        let text = words.say("hint.nearest", &shown([("nearest", nearest.to_owned())]));
        return Some(Hint { nearest: Some(nearest.to_owned()), text });
    }
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let few = !known.is_empty() && known.len() <= LISTED;
    few.then(|| Hint { nearest: None, text: words.say("hint.known", &shown([("known", list)])) })
}

/// A step of a JSON pointer.
fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, code: Code, document: Value, nearest: Option<&str>, said: &str) {
        let (hints, words) = (Hints::new().unwrap(), Words::new(None).unwrap());
        let hint = hints.hint(&words, &Fault { path: path.to_owned(), code }, &document).unwrap();
        assert_eq!(hint.nearest.as_deref(), nearest, "{}", hint.text);
        assert!(hint.text.contains(said), "{}", hint.text);
    }

    #[test]
    fn the_nearest_name_is_meant() {
        let none = Value::Null;
        check("/earnings", Code::UnknownField, none.clone(), Some("earning"), "`earning`");
        check(
            "/tiers/levels/0/multplier",
            Code::UnknownField,
            none.clone(),
            Some("multiplier"),
            "`multiplier`",
        );
        check("/rewards/1/minimun_points", Code::UnknownField, none.clone(), Some("minimum_points"), "mean");
        check("/holds/zzz", Code::UnknownField, none, None, "Known here: `minutes`.");
    }

    #[test]
    fn the_nearest_choice_is_meant() {
        let document =
            serde_json::json!({ "rounding": { "mode": "halfup" }, "rewards": [{ "kind": "money" }] });
        check("/rounding/mode", Code::UnknownChoice, document.clone(), Some("half_up"), "`half_up`");
        check("/rewards/0/kind", Code::UnknownChoice, document, Some("money_off"), "`money_off`");
    }

    #[test]
    fn else_the_field_says_what_it_holds() {
        let number = serde_json::json!({ "earning": [{ "per": 1 }] });
        check("/earning/0/per", Code::WrongType, number, None, "as text");
        check("/holds/minutes", Code::NumberOutOfRange, Value::Null, None, "10080");
        check("/exchanges/0", Code::ExchangeGains, Value::Null, None, "whole round");
    }

    #[test]
    fn only_the_kind_that_stands_there_is_told_of() {
        let document = serde_json::json!({
            "name": 5, "earning": [{ "measure": "pieces", "per": "1.00" }],
            "rewards": [{ "kind": "gift" }, { "kind": "money_off", "percent": "5" }, { "kind": "gift", "valeu": "5" }],
        });
        let not_beside = "does not go with";
        check("/earning/0/per", Code::UnknownField, document.clone(), None, not_beside);
        check("/rewards/1/percent", Code::UnknownField, document.clone(), None, not_beside);
        check("/rewards/2/valeu", Code::UnknownField, document.clone(), Some("value"), "mean");
        check("/rewards/0/value", Code::Missing, document.clone(), None, "What it is worth");
        check("/name", Code::WrongType, document, None, "What shoppers read, 1 to 200 characters");
    }
}
