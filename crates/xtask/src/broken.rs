//! Cores with one small bug each, to see that the law which should catch it does.
//!
//! A copy of the workspace holds all bugs of `tests/broken.json`, each behind a switch, so that one compilation
//! serves them all and the core itself knows nothing of this.

use crate::process::{cargo, complete, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What of the checkout the laws need.
const COPIED: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "crates",
    "tests/Cargo.toml",
    "tests/src",
    "tests/tests/laws",
];
/// Names the bug that is switched on, by its place in the list.
const SWITCH: &str = "LOYALTY_BROKEN";
const CORE: &str = "crates/loyalty-core/src";

/// How the core's copy asks for its switch.
const ASKS: &str = r#"
/// Whether this bug is switched on.
pub(crate) fn broken(bug: &str) -> bool {
    static ON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    ON.get_or_init(|| std::env::var("LOYALTY_BROKEN").ok()).as_deref() == Some(bug)
}
"#;

/// A small, plausible bug: a part of one line of the core that says something else.
struct Bug {
    number: usize,
    bug: String,
    law: String,
    file: PathBuf,
    line: String,
    right: String,
    wrong: String,
}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let copy = workspace.target().join("broken/checkout");
    let bugs = bugs(workspace)?;
    let mut files = Vec::new();
    for name in COPIED {
        collect(&workspace.path(name), Path::new(name), &mut files)?;
    }
    for (from, name) in &files {
        let mut bytes = fs::read(from).with_context(|| format!("{}", from.display()))?;
        if let Ok(core) = name.strip_prefix(CORE) {
            bytes = broken(core, String::from_utf8(bytes)?, &bugs)?.into_bytes();
        }
        write(&copy.join(name), &bytes)?;
    }
    let mut build = laws(&copy);
    step("the broken core", || complete(build.arg("--no-run")))?;
    let mut missed = Vec::new();
    for bug in &bugs {
        match caught(&copy, bug)? {
            Some(how) => println!("{}: {} ({how})", bug.law, bug.bug),
            None => missed.push(format!("{} does not catch: {}", bug.law, bug.bug)),
        }
    }
    if !missed.is_empty() {
        bail!("{}", missed.join("\n"));
    }
    println!("{} bugs, each caught by its law", bugs.len());
    Ok(())
}

fn bugs(workspace: &Workspace) -> Result<Vec<Bug>> {
    let text = fs::read_to_string(workspace.path("tests/broken.json")).context("tests/broken.json")?;
    let list: Vec<Value> = serde_json::from_str(&text).context("tests/broken.json")?;
    let bug = |(number, bug): (usize, &Value)| {
        let field = |name: &str| {
            let text = bug.get(name).and_then(Value::as_str).map(str::to_owned);
            text.with_context(|| format!("bug {number} of tests/broken.json has no `{name}`"))
        };
        let file = field("file")?.into();
        let (bug, law) = (field("bug")?, field("law")?);
        Ok(Bug {
            number,
            bug,
            law,
            file,
            line: field("line")?,
            right: field("right")?,
            wrong: field("wrong")?,
        })
    };
    list.iter().enumerate().map(bug).collect()
}

/// All files below a place, with their names in the checkout.
fn collect(from: &Path, name: &Path, files: &mut Vec<(PathBuf, PathBuf)>) -> Result<()> {
    if !from.is_dir() {
        files.push((from.to_path_buf(), name.to_path_buf()));
        return Ok(());
    }
    for entry in fs::read_dir(from).with_context(|| format!("{}", from.display()))? {
        let entry = entry?;
        collect(&entry.path(), &name.join(entry.file_name()), files)?;
    }
    Ok(())
}

/// A file of the core with its bugs, each behind its switch.
fn broken(file: &Path, mut text: String, bugs: &[Bug]) -> Result<String> {
    for bug in bugs.iter().filter(|bug| bug.file == file) {
        let name = || format!("bug {} ({}) in {}", bug.number, bug.bug, file.display());
        if text.lines().filter(|line| line.trim() == bug.line).count() != 1 || !bug.line.contains(&bug.right)
        {
            bail!("{}: its line is not there, or not once", name());
        }
        let Bug { number, right, wrong, .. } = bug;
        let switch = format!("(if crate::broken(\"{number}\") {{ {wrong} }} else {{ {right} }})");
        text = text.replacen(&bug.line, &bug.line.replacen(right, &switch, 1), 1);
    }
    if file == Path::new("lib.rs") {
        text.push_str(ASKS);
    }
    Ok(text)
}

/// Leaves a file alone that is there already, so that nothing is compiled twice.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes).with_context(|| format!("{}", path.display()))
}

fn laws(copy: &Path) -> Command {
    let mut laws = cargo(copy, ["test", "--quiet", "--package", "loyalty-tests", "--test", "laws"]);
    laws.env("CARGO_TARGET_DIR", copy.with_file_name("target"))
        .env("RUST_BACKTRACE", "0")
        // A switch within an argument would need no parentheses.
        .env("RUSTFLAGS", "--allow unused_parens")
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .env("PROPTEST_RNG_SEED", "1")
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true");
    laws
}

/// How the law catches the bug, in its first words; none where it does not. With the bug switched off the law
/// must hold, or it catches something else.
fn caught(copy: &Path, bug: &Bug) -> Result<Option<String>> {
    if let Some(how) = fails(copy, bug, "none", "64")? {
        bail!("{} does not hold of the core as it is: {how}", bug.law);
    }
    fails(copy, bug, &bug.number.to_string(), "2000")
}

fn fails(copy: &Path, bug: &Bug, switch: &str, cases: &str) -> Result<Option<String>> {
    let mut law = laws(copy);
    law.args(["--", "--exact", &bug.law]).env(SWITCH, switch).env("PROPTEST_CASES", cases);
    let output = law.output().context("the laws could not be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let failed = text.contains("test result: FAILED. 0 passed; 1 failed;");
    if !failed && !text.contains("test result: ok. 1 passed;") {
        bail!("{} did not run:\n{text}{}", bug.law, String::from_utf8_lossy(&output.stderr));
    }
    let why = |line: &&str| line.contains("Test failed: ") || line.contains("successes: ");
    let how: Vec<&str> = text.lines().filter(why).map(str::trim).collect();
    let how: String = how.join(", ").chars().take(160).collect();
    Ok(failed.then_some(how))
}
