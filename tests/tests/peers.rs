//! The table of other systems' cases is complete: every known case is restated by a file, or left out with a
//! reason; every file is in it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_tests::Value;
use loyalty_tests::case::files;
use std::fs;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/peers/README.md");
const KNOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/cases/peer_cases.json");

/// A row of the table.
struct Row {
    id: String,
    profile: String,
    /// The file that restates it, or why none does.
    case: Result<String, String>,
}

fn table() -> Vec<Row> {
    let text = fs::read_to_string(TABLE).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, profile, case] = cells[..] else { panic!("three cells: {line}") };
        let case = match (case.rsplit_once("]("), case.strip_prefix("left out: ")) {
            (Some((_, file)), None) => Ok(file.trim_end_matches(')').to_owned()),
            (None, Some(why)) if !why.is_empty() => Err(why.to_owned()),
            _ => panic!("a file, or why there is none: {line}"),
        };
        Row { id: id.trim_matches('`').to_owned(), profile: profile.to_owned(), case }
    };
    text.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

#[test]
fn the_table_names_every_file_once_and_no_other() {
    let table = table();
    let mut named: Vec<String> =
        table.iter().filter_map(|row| row.case.as_ref().ok()).map(|file| format!("peers/{file}")).collect();
    named.sort();
    let files = files("peers");
    assert_eq!(named, files.iter().map(|file| file.name.clone()).collect::<Vec<_>>());
    for row in &table {
        let Ok(name) = &row.case else { continue };
        assert_eq!(*name, format!("{}.json", row.id));
        let file = files.iter().find(|file| file.name == format!("peers/{name}")).unwrap();
        let profile = file.value["programme"]["profile"].as_str().unwrap_or_default();
        assert_eq!(profile, row.profile, "{name}");
    }
}

#[test]
fn the_table_has_every_known_case() {
    let Ok(text) = fs::read_to_string(KNOWN) else {
        eprintln!("skipped: `{KNOWN}` is not here, so the table was not compared with it");
        return;
    };
    let known: Value = serde_json::from_str(&text).unwrap();
    let known = known["cases"].as_array().unwrap().iter();
    let known: Vec<&str> = known.map(|case| case["id"].as_str().unwrap()).collect();
    let table = table();
    assert_eq!(table.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), known);
    let left_out = table.iter().filter(|row| row.case.is_err()).count();
    assert_eq!((known.len(), left_out), (101, 2));
}
