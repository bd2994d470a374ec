//! Cores and ledgers with one small bug each, to see that what should catch it does: of the core a law, of the ledger
//! an invariant of the world around it.
//!
//! A copy of the workspace holds all bugs of `tests/broken.json` and `tests/broken_ledger.json`, each behind a switch,
//! so that one compilation serves them all and the code itself knows nothing of this.

use crate::process::{cargo, complete, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Breaks only these
    #[arg(value_enum)]
    parts: Vec<Part>,
}

/// What can be broken.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The rules; laws catch it
    Core,
    /// The ledger of one account; invariants catch it
    Ledger,
}

impl Part {
    const fn list(self) -> &'static str {
        match self {
            Self::Core => "tests/broken.json",
            Self::Ledger => "tests/broken_ledger.json",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Core => "crates/loyalty-core/src",
            Self::Ledger => "crates/loyalty-ledger/src",
        }
    }

    /// The tests that catch its bugs.
    const fn tests(self) -> &'static str {
        match self {
            Self::Core => "laws",
            Self::Ledger => "world",
        }
    }
}

/// What of the checkout the tests need.
const COPIED: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "crates",
    "tests/Cargo.toml",
    "tests/src",
    "tests/tests/laws",
    "tests/tests/world",
];
/// Names the bug that is switched on, by its list and its place there.
const SWITCH: &str = "LOYALTY_BROKEN";

/// How the copy asks for its switch.
const ASKS: &str = r#"
/// Whether this bug is switched on.
pub(crate) fn broken(bug: &str) -> bool {
    static ON: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    ON.get_or_init(|| std::env::var("LOYALTY_BROKEN").ok()).as_deref() == Some(bug)
}
"#;

/// A small, plausible bug: a part of one line that says something else.
#[derive(Clone)]
struct Bug {
    part: Part,
    switch: String,
    bug: String,
    /// The law or invariant that must catch it.
    law: String,
    /// The invariant by which the model of the small world must catch it too.
    model: Option<String>,
    file: PathBuf,
    line: String,
    right: String,
    wrong: String,
}

/// What must catch a bug.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Proof<'a> {
    /// A law of the core.
    Law(&'a str),
    /// An invariant, in the seeds of the world.
    Seeds(&'a str),
    /// An invariant, in the model of the small world.
    Model(&'a str),
}

impl fmt::Display for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Law(law) => f.write_str(law),
            Self::Seeds(invariant) => f.write_str(invariant),
            Self::Model(invariant) => write!(f, "{invariant} in the model"),
        }
    }
}

impl Bug {
    fn proofs(&self) -> Vec<Proof<'_>> {
        match self.part {
            Part::Core => vec![Proof::Law(&self.law)],
            Part::Ledger => {
                let model = self.model.as_deref().map(Proof::Model);
                iter::once(Proof::Seeds(&self.law)).chain(model).collect()
            }
        }
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let copy = workspace.target().join("broken/checkout");
    let all = [Part::Core, Part::Ledger];
    let parts = if options.parts.is_empty() { &all[..] } else { &options.parts[..] };
    let bugs = parts.iter().map(|part| bugs(workspace, *part)).collect::<Result<Vec<_>>>()?.concat();
    let mut files = Vec::new();
    for name in COPIED {
        collect(&workspace.path(name), Path::new(name), &mut files)?;
    }
    for (from, name) in &files {
        let mut bytes = fs::read(from).with_context(|| format!("{}", from.display()))?;
        for part in parts {
            if let Ok(file) = name.strip_prefix(part.code()) {
                bytes = broken(*part, file, String::from_utf8(bytes)?, &bugs)?.into_bytes();
            }
        }
        write(&copy.join(name), &bytes)?;
    }
    for part in parts {
        let mut build = tests(&copy, *part);
        step("the broken copy", || complete(build.arg("--no-run")))?;
    }
    let (mut missed, mut held) = (Vec::new(), BTreeSet::new());
    for bug in &bugs {
        for proof in bug.proofs() {
            if held.insert(proof)
                && let Some(how) = fails(&copy, bug, proof, "none", "64")?
            {
                bail!("{proof} does not hold of the code as it is: {how}");
            }
            match fails(&copy, bug, proof, &bug.switch, "2000")? {
                Some(how) => println!("{proof}: {} ({how})", bug.bug),
                None => missed.push(format!("{proof} does not catch: {}", bug.bug)),
            }
        }
    }
    if !missed.is_empty() {
        bail!("{}", missed.join("\n"));
    }
    println!("{} bugs, each caught", bugs.len());
    Ok(())
}

fn bugs(workspace: &Workspace, part: Part) -> Result<Vec<Bug>> {
    let path = part.list();
    let text = fs::read_to_string(workspace.path(path)).context(path)?;
    let list: Vec<Value> = serde_json::from_str(&text).context(path)?;
    let bug = |(number, bug): (usize, &Value)| {
        let field = |name: &str| {
            let text = bug.get(name).and_then(Value::as_str).map(str::to_owned);
            text.with_context(|| format!("bug {number} of {path} has no `{name}`"))
        };
        Ok(Bug {
            part,
            switch: format!("{path} {number}"),
            bug: field("bug")?,
            law: field("law")?,
            model: bug.get("model").and_then(Value::as_str).map(str::to_owned),
            file: field("file")?.into(),
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

/// A file with its bugs, each behind its switch.
fn broken(part: Part, file: &Path, mut text: String, bugs: &[Bug]) -> Result<String> {
    for bug in bugs.iter().filter(|bug| bug.part == part && bug.file == file) {
        let name = || format!("`{}` ({}) in {}", bug.switch, bug.bug, file.display());
        if text.lines().filter(|line| line.trim() == bug.line).count() != 1 || !bug.line.contains(&bug.right)
        {
            bail!("{}: its line is not there, or not once", name());
        }
        let Bug { switch, right, wrong, .. } = bug;
        let either = format!("(if crate::broken(\"{switch}\") {{ {wrong} }} else {{ {right} }})");
        text = text.replacen(&bug.line, &bug.line.replacen(right, &either, 1), 1);
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

fn tests(copy: &Path, part: Part) -> Command {
    let mut tests = cargo(copy, ["test", "--quiet", "--package", "loyalty-tests", "--test", part.tests()]);
    tests
        .env("CARGO_TARGET_DIR", copy.with_file_name("target"))
        .env("RUST_BACKTRACE", "0")
        // A switch within an argument would need no parentheses.
        .env("RUSTFLAGS", "--allow unused_parens")
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .env("PROPTEST_RNG_SEED", "1")
        .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true");
    tests
}

/// How a bug is caught, in its first words; none where it is not. With all bugs switched off the proof must hold, or
/// it catches something else.
fn fails(copy: &Path, bug: &Bug, proof: Proof<'_>, switch: &str, cases: &str) -> Result<Option<String>> {
    let (test, invariant) = match proof {
        Proof::Law(law) => (law, None),
        Proof::Seeds(invariant) => ("seeds", Some(invariant)),
        Proof::Model(invariant) => ("model::all_of_a_small_world", Some(invariant)),
    };
    let mut tests = tests(copy, bug.part);
    tests.args(["--", "--exact", test]).env("PROPTEST_CASES", cases).env("LOYALTY_SEEDS", cases);
    // Only this invariant is looked at, whatever else the bug breaks.
    tests.envs(invariant.map(|id| ("LOYALTY_INVARIANT", id)));
    let output = tests.env(SWITCH, switch).output().context("the tests could not be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let failed = text.contains("test result: FAILED. 0 passed; 1 failed;");
    if !failed && !text.contains("test result: ok. 1 passed;") {
        bail!("{proof} did not run:\n{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    let why = |line: &&str| {
        ["Test failed: ", "successes: ", " does not hold: ", " counterexample "]
            .iter()
            .any(|why| line.contains(why))
    };
    let how: Vec<&str> = text.lines().filter(why).map(str::trim).collect();
    let how: String = how.join(", ").chars().take(160).collect();
    Ok(failed.then_some(how))
}
