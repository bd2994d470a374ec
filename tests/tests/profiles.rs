//! Each profile carries the cases that show it: were any one of its settings another, a case of it would be
//! answered otherwise.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_tests::Value;
use loyalty_tests::case::{File, difference, files};
use loyalty_wire::simulate;
use serde_json::json;
use std::fs;

const PROFILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/loyalty-wire/src/profiles");
const NAMES: [&str; 7] = ["square", "odoo", "erpnext", "woocommerce", "smile", "yotpo", "setono"];

/// A setting of a profile: the field of the document, the field in it where there is one, and what it is.
struct Setting {
    field: String,
    inner: Option<String>,
    value: Value,
}

fn settings(profile: &str) -> (Value, Vec<Setting>) {
    let text = fs::read_to_string(format!("{PROFILES}/{profile}.json")).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    let mut list = Vec::new();
    for (field, value) in whole.as_object().unwrap() {
        let Value::Object(fields) = value else {
            list.push(Setting { field: field.clone(), inner: None, value: value.clone() });
            continue;
        };
        for (inner, value) in fields {
            let inner = Some(inner.clone());
            list.push(Setting { field: field.clone(), inner, value: value.clone() });
        }
    }
    (whole, list)
}

/// Another choice for a setting.
fn other(setting: &Setting) -> Value {
    if let Some("window") = setting.inner.as_deref() {
        return json!({"days": 1});
    }
    match &setting.value {
        Value::Number(number) if number.as_u64() == Some(365) => json!(364),
        Value::Number(_) => json!(0),
        Value::String(word) => json!(match word.as_str() {
            "in" => "out",
            "out" => "in",
            "down" => "up",
            "half_up" => "half_even",
            "order" => "line",
            "rule" => "order",
            "add" => "best",
            "best" => "add",
            "multiply" => "add",
            "before_rounding" => "after_rounding",
            "after_rounding" => "before_rounding",
            "instant" => "last_day",
            "this_order" => "next_order",
            "spend" => "purchase",
            "including_order" => "before_order",
            "at_once" => "never",
            "reverse" => "refunded",
            "recompute" | "refunded" => "reverse",
            "original_lots" => "new_lot",
            "new_lot" | "never" => "original_lots",
            "every_refund" => "whole_refund",
            "whole_refund" => "every_refund",
            "debt" => "write_off",
            "write_off" => "debt",
            "refuse" if setting.field == "refunds" => "debt",
            "refuse" => "clamp",
            "clamp" => "refuse",
            _ => panic!("no other choice is known for `{word}`"),
        }),
        value => panic!("no other choice is known for {value}"),
    }
}

/// The document with another choice where it leaves that to its profile.
fn turned(document: &Value, profile: &Value, setting: &Setting) -> Value {
    let (field, mut document) = (setting.field.as_str(), document.clone());
    let fields = document.as_object_mut().unwrap();
    match &setting.inner {
        None => {
            fields.entry(field).or_insert_with(|| other(setting));
        }
        // An expiry is given as a whole.
        Some(inner) if field == "expiry" => {
            let mut whole = profile[field].clone();
            whole[inner] = other(setting);
            fields.entry(field).or_insert(whole);
        }
        // There are levels only where a document has some.
        Some(_) if field == "tiers" && !fields.contains_key(field) => {}
        Some(inner) => {
            let known = fields.entry(field).or_insert_with(|| json!({})).as_object_mut().unwrap();
            known.entry(inner).or_insert_with(|| other(setting));
        }
    }
    document
}

/// Whether a case is answered otherwise than it expects where each of its programmes is another.
fn differs(file: &File, turn: impl Fn(&Value) -> Value) -> bool {
    let mut case = file.value.clone();
    case["programme"] = turn(&case["programme"]);
    for step in case["steps"].as_array_mut().unwrap() {
        if let Some(programme) = step.get_mut("programme") {
            *programme = turn(programme);
        }
    }
    let outcome: Value = serde_json::from_str(&simulate(&case.to_string())).unwrap();
    let Some(answers) = outcome["answers"].as_array() else {
        panic!("{}: its programme is refused with another choice: {outcome}", file.name);
    };
    let mut steps = case["steps"].as_array().unwrap().iter().zip(answers);
    steps.any(|(step, answer)| {
        step.get("expect").is_some_and(|expected| difference(expected, answer).is_some())
    })
}

#[test]
fn every_setting_of_a_profile_is_shown_by_a_case_of_it() {
    let cases: Vec<File> = ["", "peers"].into_iter().flat_map(files).collect();
    let mut hidden = Vec::new();
    for name in NAMES {
        let (profile, settings) = settings(name);
        let of_it: Vec<&File> =
            cases.iter().filter(|file| file.value["programme"]["profile"] == json!(name)).collect();
        let wrong = of_it.iter().find(|file| differs(file, Value::clone)).map(|file| &file.name);
        assert_eq!(wrong, None, "a case that is wrong shows nothing");
        for setting in &settings {
            if !of_it.iter().any(|file| differs(file, |document| turned(document, &profile, setting))) {
                let inner = setting.inner.as_deref().unwrap_or_default();
                hidden.push(format!("{name}: {} {inner} {}", setting.field, setting.value));
            }
        }
    }
    assert!(hidden.is_empty(), "settings that no case shows:\n{}", hidden.join("\n"));
}
