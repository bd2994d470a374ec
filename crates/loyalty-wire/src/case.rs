//! Cases: how an answer is compared with what a case expects, and what a refused document is answered with.

use crate::{Programme, simulate};
use serde_json::{Value, json};

/// Where an answer is not what was expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where in the answer, as a JSON Pointer.
    pub path: String,
    /// What a case expects there.
    pub expected: Value,
    /// What is there.
    pub got: Value,
}

/// Every place at which `got` does not hold what `expected` says.
///
/// A map holds a pattern when every field named there does; `null` is held by a field that is null or absent. A list
/// holds a pattern of the same length, item by item. Anything else must be equal.
#[must_use]
pub fn differences(expected: &Value, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(expected, got, "", &mut found);
    found
}

fn compare(expected: &Value, got: &Value, path: &str, to: &mut Vec<Difference>) {
    match (expected, got) {
        (Value::Object(fields), Value::Object(_)) => {
            for (name, pattern) in fields {
                compare(pattern, got.get(name).unwrap_or(&Value::Null), &format!("{path}/{name}"), to);
            }
        }
        (Value::Array(patterns), Value::Array(items)) if patterns.len() == items.len() => {
            for (index, (pattern, item)) in patterns.iter().zip(items).enumerate() {
                compare(pattern, item, &format!("{path}/{index}"), to);
            }
        }
        _ if expected == got => {}
        _ => to.push(Difference { path: path.to_owned(), expected: expected.clone(), got: got.clone() }),
    }
}

/// What a document that must be refused is answered with, or its version where it is not: a `programme`, a `scenario`,
/// or the `text` of a programme where JSON could not hold the fault. None where it is not exactly one of them.
#[must_use]
pub fn refused(case: &Value) -> Option<String> {
    let programme = |text: &str| match Programme::parse(text) {
        Ok(programme) => json!({ "version": programme.version() }).to_string(),
        Err(problem) => problem.to_json(),
    };
    match (case.get("programme"), case.get("scenario"), case.get("text").and_then(Value::as_str)) {
        (Some(document), None, None) => Some(programme(&document.to_string())),
        (None, Some(document), None) => Some(simulate(&document.to_string())),
        (None, None, Some(text)) => Some(programme(text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::from_str;

    #[track_caller]
    fn check(expected: &str, got: &str, at: &[&str]) {
        let read = |text| from_str::<Value>(text).unwrap();
        let found = differences(&read(expected), &read(got));
        assert_eq!(found.iter().map(|found| found.path.as_str()).collect::<Vec<_>>(), at, "{found:?}");
    }

    #[test]
    fn a_pattern_names_what_it_wants_and_nothing_else() {
        check(r#"{"a":1}"#, r#"{"a":1,"b":2}"#, &[]);
        check(r#"{"a":1}"#, r#"{"a":2}"#, &["/a"]);
        check(r#"{"a":{"b":"1"}}"#, r#"{"a":{"b":1}}"#, &["/a/b"]);
        check(r#"{"a":null}"#, r#"{"b":2}"#, &[]);
        check(r#"{"a":null}"#, r#"{"a":0}"#, &["/a"]);
        check(r#"[{"a":1}]"#, r#"[{"a":1,"b":2}]"#, &[]);
        check(r#"{"l":[1]}"#, r#"{"l":[1,2]}"#, &["/l"]);
        check(r#"{"l":[]}"#, r#"{"l":[2]}"#, &["/l"]);
    }

    #[test]
    fn every_difference_is_found() {
        check(r#"{"a":1,"b":{"c":"1"},"d":null}"#, r#"{"a":2,"b":{"c":1},"d":0}"#, &["/a", "/b/c", "/d"]);
        check(r#"[{"a":1},{"a":2}]"#, r#"[{"a":1},{"a":3}]"#, &["/1/a"]);
    }
}
