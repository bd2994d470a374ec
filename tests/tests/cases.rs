//! Runs every case of `tests/cases`, and those of other systems' suites below it: each answer must hold what its
//! step expects, and together they must show every error code there is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_tests::Value;
use loyalty_tests::case::{File, codes, difference, files};
use loyalty_wire::core::Code;
use loyalty_wire::{refused, simulate};
use std::collections::BTreeSet;

/// Codes that no scenario can produce, each with its reason. The list is checked to be exact.
const OUT_OF_REACH: [(Code, &str); 1] = [(
    Code::EntryInconsistent,
    "speaks of a stored log that was damaged; a scenario starts from nothing and stores nothing",
)];

fn answer(text: &str) -> Value {
    serde_json::from_str(&simulate(text)).unwrap()
}

/// What is wrong with a case, one line of text for each step at fault.
fn faults(file: &File, answer: &Value) -> Vec<String> {
    let name = &file.name;
    let Some(answers) = answer["answers"].as_array() else {
        return vec![format!("{name}: the scenario itself is refused: {answer}")];
    };
    let steps = file.value["steps"].as_array().unwrap();
    let pairs = steps.iter().zip(answers).enumerate();
    let found = pairs.filter_map(|(index, (step, got))| match step.get("expect") {
        Some(expected) => difference(expected, got).map(|d| format!("{name}: step {index}, {d}")),
        None => None,
    });
    let mut found: Vec<String> = found.collect();
    if !steps.iter().any(|step| step.get("expect").is_some()) {
        found.push(format!("{name}: expects nothing"));
    }
    let title = file.value["case"].as_str().unwrap_or_default();
    if !titled(name, title) {
        found.push(format!("{name}: its title `{title}` does not start with its own id"));
    }
    found
}

/// The title and the file name start with the same mechanism or law, so that either finds the other; a case of
/// another system's suite is found by the id it has there.
fn titled(name: &str, title: &str) -> bool {
    if let Some(id) = name.strip_prefix("peers/").and_then(|name| name.strip_suffix(".json")) {
        return title.starts_with(&format!("peer: {id} "));
    }
    let id = title.split([' ', ':']).next().unwrap_or_default().to_lowercase();
    !id.is_empty() && name.starts_with(&format!("{id}-"))
}

#[test]
fn every_case_is_answered_as_it_expects() {
    let cases = files("");
    assert!(cases.len() > 20, "only {} cases were found", cases.len());
    let found: Vec<String> = cases.iter().flat_map(|file| faults(file, &answer(&file.text))).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_case_of_another_system_is_answered_as_it_expects() {
    let cases = files("peers");
    assert!(cases.len() > 90, "only {} cases were found", cases.len());
    let found: Vec<String> = cases.iter().flat_map(|file| faults(file, &answer(&file.text))).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A case of `cases/refused` holds a whole document that is refused; a programme is refused in a scenario as alone.
fn refusal(file: &File) -> Value {
    let refused = refused(&file.value);
    let alone = refused.unwrap_or_else(|| panic!("{}: exactly one of programme, scenario, text", file.name));
    let text = match (&file.value["programme"], &file.value["text"]) {
        (Value::Null, Value::Null) => None,
        (Value::Null, text) => text.as_str().map(str::to_owned),
        (document, _) => Some(document.to_string()),
    };
    let alone: Value = serde_json::from_str(&alone).unwrap();
    if let Some(text) = text {
        let within = answer(&format!(r#"{{"programme":{text},"steps":[]}}"#));
        assert_eq!(alone, within, "{}: alone and in a scenario", file.name);
    }
    alone
}

#[test]
fn every_refused_document_is_refused_as_it_expects() {
    let cases = files("refused");
    assert!(cases.len() > 5, "only {} cases were found", cases.len());
    let found: Vec<String> = cases
        .iter()
        .filter_map(|file| {
            let expected =
                file.value.get("expect").unwrap_or_else(|| panic!("{}: expects nothing", file.name));
            difference(expected, &refusal(file)).map(|d| format!("{}: {d}", file.name))
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_code_is_shown_by_a_case() {
    let mut shown = BTreeSet::new();
    let cases = ["", "peers"].into_iter().flat_map(files);
    cases.for_each(|file| codes(&answer(&file.text), &mut shown));
    files("refused").iter().for_each(|file| codes(&refusal(file), &mut shown));
    let missing: BTreeSet<&str> =
        Code::ALL.iter().map(|code| code.as_str()).filter(|code| !shown.contains(*code)).collect();
    let excused: BTreeSet<&str> = OUT_OF_REACH.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(missing, excused, "codes that no case shows (left) are not those out of reach (right)");
}
