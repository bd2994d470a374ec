//! The ready programmes of `www/programmes`: each is the one of its case, so that what the cookbook says of it is
//! what the case proves.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_tests::Value;
use loyalty_tests::case::{File, files};
use std::collections::BTreeSet;
use std::fs;

const PROGRAMMES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/programmes");
/// What other things are about: the demo shop of every page, and replays of published orders.
const OTHERS: [&str; 3] = ["cdnow", "demo", "retail"];

fn ready() -> Vec<(String, File)> {
    let named = |file: File| {
        let name = file.name.strip_prefix("ready-")?.strip_suffix(".json")?.to_owned();
        Some((name, file))
    };
    files("").into_iter().filter_map(named).collect()
}

#[test]
fn every_ready_programme_is_the_one_of_its_case() {
    for (name, file) in ready() {
        let text = fs::read_to_string(format!("{PROGRAMMES}/{name}.json")).unwrap();
        let published: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(file.value["programme"], published, "www/programmes/{name}.json, and {}", file.name);
    }
}

#[test]
fn every_programme_is_ready_or_of_something_else() {
    let found = fs::read_dir(PROGRAMMES).unwrap().map(|entry| entry.unwrap().file_name());
    let found = found.map(|name| name.to_str().unwrap().strip_suffix(".json").unwrap().to_owned());
    let others = OTHERS.map(str::to_owned);
    let known: BTreeSet<String> = ready().into_iter().map(|(name, _)| name).chain(others).collect();
    assert_eq!(found.collect::<BTreeSet<_>>(), known, "programmes (left), cases and others (right)");
}

/// A case without words, or of one step, is no story that a page could tell.
#[test]
fn every_ready_programme_has_a_story() {
    for (_, file) in ready() {
        assert!(file.value["about"].as_str().is_some_and(|about| about.len() > 100), "{}", file.name);
        let steps = file.value["steps"].as_array().unwrap();
        let has = |what: &str| steps.iter().any(|step| step.get(what).is_some());
        assert!(steps.len() > 5 && has("preview") && has("command"), "{}", file.name);
    }
}
