//! Texts from files, and what is wrong with them in words.

use anyhow::{Context, Result};
use loyalty_wire::core::Code;
use loyalty_wire::{History, Problem, Programme, Tree};
use std::io::Read;
use std::path::Path;

/// Reads a file as text; `-` is standard input.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub(crate) fn text(path: &Path) -> Result<String> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input as UTF-8 text")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}` as UTF-8 text", path.display()))
}

/// Reads a programme that has to be right.
///
/// # Errors
/// Every fault, one a line.
pub(crate) fn programme(path: &Path) -> Result<Programme> {
    let text = text(path)?;
    Programme::parse(&text).map_err(|problem| {
        anyhow::anyhow!("`{}` is no programme\n{}", path.display(), faults(&text, &problem).join("\n"))
    })
}

/// Reads a JSON file that has to be right.
///
/// # Errors
/// Every fault, one a line.
pub(crate) fn tree<T>(path: &Path, read: impl FnOnce(&Tree<'_>) -> Result<T, Problem>) -> Result<T> {
    let text = text(path)?;
    loyalty_wire::parse(&text).and_then(|tree| read(&tree)).map_err(|problem| {
        anyhow::anyhow!("`{}` is refused\n{}", path.display(), faults(&text, &problem).join("\n"))
    })
}

/// What happened in a scenario that has to be right.
///
/// # Errors
/// Every fault, one a line.
pub(crate) fn history(path: &Path) -> Result<History> {
    let text = text(path)?;
    loyalty_wire::history(&text).map_err(|problem| {
        anyhow::anyhow!("`{}` is no scenario\n{}", path.display(), faults(&text, &problem).join("\n"))
    })
}

/// A code in words.
pub(crate) fn said(code: Code) -> anyhow::Error {
    anyhow::anyhow!("{code}: {}", code.explain())
}

/// What is wrong with a document, a line for each fault: path, code, explanation.
pub(crate) fn faults(text: &str, problem: &Problem) -> Vec<String> {
    if problem.faults.is_empty() {
        let place = position(text).map(|place| format!(" ({place})")).unwrap_or_default();
        return vec![format!("{}: {}{place}", problem.code, problem.code.explain())];
    }
    let line = |path: &str, code: Code| {
        let path = if path.is_empty() { "the document" } else { path };
        format!("{path}: {code}: {}", code.explain())
    };
    problem.faults.iter().map(|fault| line(&fault.path, fault.code)).collect()
}

/// Where a text stops being JSON.
fn position(text: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(text).err().map(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let problem = Programme::parse(text).unwrap_err();
        let found = faults(text, &problem);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (line, start) in found.iter().zip(expected) {
            assert!(line.starts_with(start), "`{line}` does not start with `{start}`");
        }
    }

    #[test]
    fn a_fault_says_where_what_and_why() {
        check("[]", &["the document: wrong_type: "]);
        check(
            r#"{"format":1,"name":"x","currency":"EUR","time_zone":"Europe/Kyiv","earning":[],"surplus":1}"#,
            &["/surplus: unknown_field: A field is not known."],
        );
    }

    #[test]
    fn a_text_that_is_no_json_is_shown_the_place() {
        let text = "{\n  \"format\": 1,\n}";
        let lines = faults(text, &Programme::parse(text).unwrap_err());
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("malformed: ") && lines[0].contains("line 3"), "{lines:?}");
    }
}
