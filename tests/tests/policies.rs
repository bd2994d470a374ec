//! The settings page of the cookbook: each choice has a case that shows it, two choices of a setting are told apart by
//! the figures shown for one of them, and the first choice is what holds where a document says nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_tests::Value;
use loyalty_tests::case::{difference, files};
use loyalty_wire::simulate;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;

const SETTINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/cookbook/policies.json");

fn settings() -> Vec<Value> {
    let text = fs::read_to_string(SETTINGS).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn choices(setting: &Value) -> &Vec<Value> {
    setting["choices"].as_array().unwrap()
}

/// Sets what a pointer such as `/tiers/timing` names, and leaves it out where it is null.
fn set(document: &mut Value, pointer: &str, value: &Value) {
    let (parents, name) = pointer.rsplit_once('/').unwrap();
    let mut place = document;
    for parent in parents.split('/').filter(|parent| !parent.is_empty()) {
        place = match parent.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => place.as_object_mut().unwrap().entry(parent).or_insert_with(|| json!({})),
        };
    }
    match value {
        Value::Null => {
            place.as_object_mut().unwrap().remove(name);
        }
        value => place[name] = value.clone(),
    }
}

fn cases() -> BTreeMap<String, Value> {
    let named =
        files("").into_iter().map(|file| (file.name.trim_end_matches(".json").to_owned(), file.value));
    named.collect()
}

/// Whether a case whose programmes are all changed still answers as it expects in the steps that are shown of it.
fn holds(cases: &BTreeMap<String, Value>, choice: &Value, turn: &dyn Fn(&mut Value)) -> bool {
    let name = choice["case"].as_str().unwrap();
    let mut case = cases.get(name).unwrap_or_else(|| panic!("there is no case {name}")).clone();
    turn(&mut case["programme"]);
    for step in case["steps"].as_array_mut().unwrap() {
        if step.get("programme").is_some() {
            turn(&mut step["programme"]);
        }
    }
    let outcome: Value = serde_json::from_str(&simulate(&case.to_string())).unwrap();
    let answers = outcome["answers"].as_array().unwrap_or_else(|| panic!("{name} is refused: {outcome}"));
    let shown: Vec<usize> = serde_json::from_value(choice["steps"].clone()).unwrap();
    assert!(!shown.is_empty(), "{name}: no step is shown");
    shown.into_iter().all(|index| {
        let expected = case["steps"][index].get("expect");
        let expected = expected.unwrap_or_else(|| panic!("{name}: step {index} expects nothing"));
        difference(expected, &answers[index]).is_none()
    })
}

fn chosen(choice: &Value) -> impl Fn(&mut Value) + '_ {
    |document| choice["set"].as_object().unwrap().iter().for_each(|(at, value)| set(document, at, value))
}

#[test]
fn every_choice_is_shown_by_its_case() {
    let cases = cases();
    for setting in settings() {
        for choice in choices(&setting) {
            assert!(holds(&cases, choice, &chosen(choice)), "{}: {}", setting["policy"], choice["choice"]);
        }
    }
}

#[test]
fn every_two_choices_are_told_apart() {
    let cases = cases();
    for setting in settings() {
        let all = choices(&setting);
        assert!(all.len() > 1, "{} leaves no choice", setting["policy"]);
        for (index, one) in all.iter().enumerate() {
            for other in &all[index + 1..] {
                let alike = holds(&cases, one, &chosen(other)) && holds(&cases, other, &chosen(one));
                assert!(!alike, "{}: {} and {}", setting["policy"], one["choice"], other["choice"]);
            }
        }
    }
}

#[test]
fn the_first_choice_is_the_default() {
    let cases = cases();
    for setting in settings().iter().filter(|setting| setting.get("no_default").is_none()) {
        let silent = |document: &mut Value| {
            let fields = choices(setting).iter().flat_map(|choice| choice["set"].as_object().unwrap().keys());
            fields.for_each(|at| set(document, at, &Value::Null));
        };
        let default = &choices(setting)[0];
        assert!(holds(&cases, default, &silent), "{}: {}", setting["policy"], default["choice"]);
    }
}

/// What the published schema says of a pointer's field; `$ref`s followed, `null` beside it left out.
fn published<'a>(schema: &'a Value, pointer: &str) -> &'a Value {
    let follow = |mut node: &'a Value| {
        while let Some(named) = node["anyOf"][0].get("$ref").or_else(|| node.get("$ref")) {
            node = schema.pointer(named.as_str().unwrap().trim_start_matches('#')).unwrap();
        }
        node
    };
    pointer.split('/').skip(1).fold(schema, |node, name| match name.parse::<usize>() {
        Ok(_) => follow(&node["items"]),
        Err(_) => follow(&node["properties"][name]),
    })
}

#[test]
fn every_word_that_the_schema_has_for_a_setting_is_a_choice_of_it() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/schema/programme.v1.json"));
    let schema: Value = serde_json::from_str(&text.unwrap()).unwrap();
    let mut looked_at = 0;
    for setting in settings() {
        let listed = |at: &str| choices(&setting).iter().filter_map(|choice| choice["set"].get(at)).collect();
        for (at, _) in choices(&setting)[0]["set"].as_object().unwrap() {
            let words = published(&schema, at)["enum"].as_array().cloned().unwrap_or_default();
            // Other measures are other mechanisms, and a period only goes with one of the downgrades.
            if words.is_empty() || ["/earning/0/measure", "/tiers/period"].contains(&at.as_str()) {
                continue;
            }
            let listed: Vec<&Value> = listed(at);
            looked_at += 1;
            assert!(words.iter().all(|word| listed.contains(&word)), "{at}: {words:?}, of which {listed:?}");
        }
    }
    assert!(looked_at > 15, "only {looked_at} settings have words");
}
