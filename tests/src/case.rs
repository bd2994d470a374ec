//! Cases as data: where they lie, and where an answer is not what a case expects.

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

/// The first place at which `got` does not hold what `expected` says; none where it does.
#[must_use]
pub fn difference(expected: &Value, got: &Value) -> Option<String> {
    let first = loyalty_wire::differences(expected, got).into_iter().next()?;
    Some(format!("at {}\n  expected {}\n  got      {}", first.path, first.expected, first.got))
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
