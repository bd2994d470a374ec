//! Cases as data: where they lie, and how an answer is compared with what a case expects.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// A case file as it was read.
pub struct File {
    /// Its name, below `tests/cases`.
    pub name: String,
    /// Its very text: a field that is there twice is still there twice.
    pub text: String,
    /// The text as a value.
    pub value: Value,
}

/// All `*.json` directly in a folder below `tests/cases`, by name.
#[must_use]
pub fn files(folder: &str) -> Vec<File> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases").join(folder);
    let entries = fs::read_dir(&root).unwrap_or_else(|why| panic!("{}: {why}", root.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = PathBuf::from(folder).join(path.file_name().unwrap()).display().to_string();
        let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{name}: {why}"));
        let value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        File { name, text, value }
    };
    paths.iter().map(read).collect()
}

/// Where `got` does not hold what `expected` says; none where it does.
///
/// A map holds a pattern when every field named there does; `null` is held by a field that is null or
/// absent. A list holds a pattern of the same length, item by item. Anything else must be equal.
#[must_use]
pub fn difference(expected: &Value, got: &Value, path: &str) -> Option<String> {
    match (expected, got) {
        (Value::Object(fields), Value::Object(_)) => fields.iter().find_map(|(name, pattern)| {
            difference(pattern, got.get(name).unwrap_or(&Value::Null), &format!("{path}/{name}"))
        }),
        (Value::Array(patterns), Value::Array(items)) if patterns.len() == items.len() => {
            let mut pairs = patterns.iter().zip(items).enumerate();
            pairs.find_map(|(index, (pattern, item))| difference(pattern, item, &format!("{path}/{index}")))
        }
        _ if expected == got => None,
        _ => Some(format!("at {path}\n  expected {expected}\n  got      {got}")),
    }
}

/// Every error code that an answer names, wherever in it.
pub fn codes(answer: &Value, found: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let ("code" | "referral", Value::String(code)) = (name.as_str(), value) {
                    found.insert(code.clone());
                }
                codes(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| codes(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::difference;
    use serde_json::{Value, from_str};

    #[track_caller]
    fn check(expected: &str, got: &str, at: Option<&str>) {
        let read = |text| from_str::<Value>(text).unwrap();
        let found = difference(&read(expected), &read(got), "");
        assert_eq!(found.as_deref().and_then(|text| text.split_whitespace().nth(1)), at, "{found:?}");
    }

    #[test]
    fn a_pattern_names_what_it_wants_and_nothing_else() {
        check(r#"{"a":1}"#, r#"{"a":1,"b":2}"#, None);
        check(r#"{"a":1}"#, r#"{"a":2}"#, Some("/a"));
        check(r#"{"a":{"b":"1"}}"#, r#"{"a":{"b":1}}"#, Some("/a/b"));
        check(r#"{"a":null}"#, r#"{"b":2}"#, None);
        check(r#"{"a":null}"#, r#"{"a":0}"#, Some("/a"));
        check(r#"[{"a":1}]"#, r#"[{"a":1,"b":2}]"#, None);
        check(r#"{"l":[1]}"#, r#"{"l":[1,2]}"#, Some("/l"));
        check(r#"{"l":[]}"#, r#"{"l":[2]}"#, Some("/l"));
    }
}
