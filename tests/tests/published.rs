//! The schemas published under `www/schema` are those of the code. `UPDATE_PUBLISHED=1` writes them anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_wire::core::SharedId;
use loyalty_wire::describe;
use std::path::Path;

#[test]
fn published_schemas_are_those_of_the_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/schema");
    let schemas = [
        ("programme.v1.json", describe::programme()),
        ("scenario.v1.json", describe::scenario()),
        ("wire.v1.json", describe::wire()),
    ];
    for (name, schema) in schemas {
        let expected = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = folder.join(name);
        if std::env::var_os("UPDATE_PUBLISHED").is_some() {
            std::fs::write(&path, &expected).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == expected, "www/schema/{name} is not the code's: run `cargo xtask types`");
    }
}

#[test]
fn a_name_of_what_is_shared_is_as_long_as_the_longest_that_is_written() {
    let name = format!("reward/{}", "x".repeat(128));
    assert!(SharedId::new(&name).is_ok());
    let wire = serde_json::to_value(describe::wire()).unwrap();
    assert_eq!(wire["$defs"]["SharedId"]["pattern"], "^[!-~]{1,160}$");
}
