//! Running the command, and what it printed.

#![allow(dead_code, reason = "no test needs all of it")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's own machinery: a failure here is a failed test"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of `tests/data`.
pub fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name).to_str().unwrap().to_owned()
}

/// An empty folder of its own.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Writes a file into an empty folder of its own.
pub fn written(folder_name: &str, file: &str, text: &str) -> String {
    let path = folder(folder_name).join(file);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs `loyalty`.
pub fn loyalty(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loyalty")).args(arguments).output().unwrap()
}

/// A file of the repository.
pub fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name).to_str().unwrap().to_owned()
}

/// Runs `loyalty replay` with the 200 rows and further arguments, and reads its JSON.
pub fn replay(more: &[&str]) -> (Option<i32>, Value) {
    replay_of(&data("programme.json"), &data("CDNOW_sample_200.txt"), more)
}

/// Runs `loyalty replay` with further arguments, and reads its JSON.
pub fn replay_of(programme: &str, orders: &str, more: &[&str]) -> (Option<i32>, Value) {
    let mut arguments = vec!["replay", "--programme", programme, "--orders", orders, "--json"];
    arguments.extend(more);
    let output = loyalty(&arguments);
    let answer = serde_json::from_slice(&output.stdout);
    (output.status.code(), answer.unwrap_or_else(|_| Value::String(text(&output.stderr))))
}

/// Checks the fields that are named.
#[track_caller]
pub fn check_fields(found: &(Option<i32>, Value), expected: &Value) {
    assert_eq!(found.0, Some(0), "{}", found.1);
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&found.1[name], value, "{name} in {}", found.1);
    }
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
