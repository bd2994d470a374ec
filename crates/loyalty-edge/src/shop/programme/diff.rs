//! What changed from one programme to another: each place, with what was there before and what is there now.

use serde::Serialize;
use serde_json::{Map, Value};

/// One change.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    /// JSON Pointer into the later document; into the earlier one for what is gone.
    pub(crate) path: String,
    /// What was there; nothing where it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    /// What is there now; nothing where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
}

/// All changes. Things with an `id` are the same thing wherever they stand in their list.
pub(crate) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<Change>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => fields(path, old, new, found),
        (Value::Array(old), Value::Array(new)) => items(path, old, new, found),
        _ if before == after => {}
        _ => {
            found.push(Change { path: path.into(), before: Some(before.clone()), after: Some(after.clone()) })
        }
    }
}

fn fields(path: &str, old: &Map<String, Value>, new: &Map<String, Value>, found: &mut Vec<Change>) {
    for (name, before) in old {
        let at = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        match new.get(name) {
            Some(after) => compare(&at, before, after, found),
            None => found.push(Change { path: at, before: Some(before.clone()), after: None }),
        }
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        let at = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(Change { path: at, before: None, after: Some(after.clone()) });
    }
}

fn items(path: &str, old: &[Value], new: &[Value], found: &mut Vec<Change>) {
    let twin = |one: &Value, at: usize, all: &[Value]| match one.get("id") {
        Some(id) => all.iter().position(|other| other.get("id") == Some(id)),
        None => all.get(at).filter(|other| other.get("id").is_none()).map(|_| at),
    };
    for (at, before) in old.iter().enumerate() {
        match twin(before, at, new).and_then(|twin| Some((twin, new.get(twin)?))) {
            Some((twin, after)) => compare(&format!("{path}/{twin}"), before, after, found),
            None => {
                found.push(Change {
                    path: format!("{path}/{at}"),
                    before: Some(before.clone()),
                    after: None,
                });
            }
        }
    }
    for (at, after) in new.iter().enumerate().filter(|(at, after)| twin(after, *at, old).is_none()) {
        found.push(Change { path: format!("{path}/{at}"), before: None, after: Some(after.clone()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(before: &Value, after: &Value, expected: &Value) {
        assert_eq!(&serde_json::to_value(changes(before, after)).unwrap(), expected);
    }

    #[test]
    fn every_place_that_differs_is_named_once() {
        let before = json!({ "a": 1, "gone": true, "rules": [{ "id": "x", "points": 1 }, { "id": "y" }], "days": [1, 2, 3] });
        let after = json!({ "a": 1, "new/one": null, "rules": [{ "id": "z" }, { "id": "x", "points": 2 }], "days": [1, 5] });
        let expected = json!([
            { "path": "/days/1", "before": 2, "after": 5 },
            { "path": "/days/2", "before": 3 },
            { "path": "/gone", "before": true },
            { "path": "/rules/1/points", "before": 1, "after": 2 },
            { "path": "/rules/1", "before": { "id": "y" } },
            { "path": "/rules/0", "after": { "id": "z" } },
            { "path": "/new~1one", "after": null }
        ]);
        check(&before, &after, &expected);
        check(&before, &before, &json!([]));
    }
}
