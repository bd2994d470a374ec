//! What ARCHITECTURE.md says is absent, is absent.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.into_iter().chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// The words of a line of code: letters, digits and underscores.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[track_caller]
fn check_absent(crate_name: &str, absent: &[&str]) {
    for path in sources(&root().join("crates").join(crate_name).join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (number, line) in code {
            if let Some(word) = words(line).find(|word| absent.contains(word)) {
                panic!("`{word}` in {}:{}", path.display(), number + 1);
            }
        }
    }
}

const PLATFORM: [&str; 9] =
    ["wasm", "wasm_bindgen", "js_sys", "web_sys", "worker", "JsValue", "SystemTime", "env", "fs"];

#[test]
fn the_core_knows_no_json_clock_randomness_float_hash_map_or_platform() {
    check_absent("loyalty-core", &PLATFORM);
    let more = [
        "serde",
        "serde_json",
        "HashMap",
        "HashSet",
        "f32",
        "f64",
        "rand",
        "getrandom",
        "net",
        "println",
        "Utc",
    ];
    check_absent("loyalty-core", &more);
}

#[test]
fn the_wire_knows_no_platform() {
    check_absent("loyalty-wire", &PLATFORM);
}

#[test]
fn webhooks_are_read_without_a_platform() {
    check_absent("loyalty-hooks", &PLATFORM);
}

#[test]
fn the_books_know_no_text_and_no_platform() {
    check_absent("loyalty-books", &PLATFORM);
    check_absent("loyalty-books", &["serde_json", "HashMap", "f32", "f64"]);
}

#[test]
fn the_ledger_knows_no_platform_clock_or_randomness() {
    check_absent("loyalty-ledger", &PLATFORM);
    check_absent(
        "loyalty-ledger",
        &["Utc", "Date", "f32", "f64", "rand", "getrandom", "async", "net", "println"],
    );
}

#[test]
fn arrows_point_one_way() {
    let allowed: [(&str, &[&str]); 14] = [
        ("loyalty-core", &[]),
        ("loyalty-wire", &["loyalty-core"]),
        ("loyalty-books", &["loyalty-core"]),
        ("loyalty-ledger", &["loyalty-wire"]),
        ("loyalty-js", &[]),
        ("loyalty-wasm", &["loyalty-js", "loyalty-wire"]),
        ("loyalty-simulate", &["loyalty-wire"]),
        ("loyalty-hooks", &["loyalty-core", "loyalty-wire"]),
        ("loyalty-edge", &["loyalty-books", "loyalty-hooks", "loyalty-js", "loyalty-ledger", "loyalty-wire"]),
        ("loyalty-cli", &["loyalty-core", "loyalty-wire"]),
        ("worker/storefront", &["loyalty-edge"]),
        ("worker/members", &["loyalty-edge"]),
        ("worker/office", &["loyalty-edge"]),
        ("worker/books", &["loyalty-edge"]),
    ];
    for (name, allowed) in allowed {
        let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
        let used = dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        for used in used.filter(|used| used.starts_with("loyalty-")) {
            assert!(allowed.contains(&used), "{name} depends on {used}");
        }
    }
}
