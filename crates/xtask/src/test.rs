//! All tests, counted together.

use crate::build;
use crate::process::{cargo, command, each_line, find, step, succeeds};
use crate::setup::{self, Needs};
use crate::workspace::{WASM_CRATES, Workspace};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Runs only these, in this order
    #[arg(value_enum)]
    suites: Vec<Suite>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// Rules, laws and cases, on this machine
    Native,
    /// The built Worker in the runtime Cloudflare uses
    Worker,
    /// The elements and the demo shop in Chromium
    Browser,
}

/// What one or more suites came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Ends with one line that counts every test.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let all = [Suite::Native, Suite::Worker, Suite::Browser];
    let suites = if options.suites.is_empty() { &all[..] } else { &options.suites[..] };
    let needs = if suites.contains(&Suite::Browser) { Needs::test() } else { Needs::build() };
    setup::run(workspace, &needs)?;
    if suites != [Suite::Native] {
        build::run(workspace)?;
    }
    let mut total = Tally::default();
    for suite in suites {
        total.add(match suite {
            Suite::Native => step("native tests", || native(workspace))?,
            Suite::Worker => step("Worker tests", || node(workspace, "tests/worker", cores() + 1))?,
            Suite::Browser => step("browser tests", || node(workspace, "tests/browser", 1))?,
        });
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn native(workspace: &Workspace) -> Result<Tally> {
    let mut tests = cargo(workspace.root(), ["test", "--workspace", "--no-fail-fast"]);
    // What needs no JavaScript in the Worker has unit tests of its own.
    for name in WASM_CRATES.iter().filter(|name| **name != "loyalty-edge") {
        tests.args(["--exclude", name]);
    }
    let mut tally = Tally::default();
    let succeeded = each_line(&mut tests, |line| tally.add(cargo_result(line)))?;
    Ok(counted(tally, succeeded))
}

/// `test result: ok. 12 passed; 0 failed; …`
fn cargo_result(line: &str) -> Tally {
    let Some(counts) = line.strip_prefix("test result: ") else { return Tally::default() };
    let count = |name: &str| {
        let before = counts.split_once(name).map(|(before, _)| before.trim_end());
        before.and_then(|text| text.rsplit(' ').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    Tally { passed: count(" passed"), failed: count(" failed") }
}

/// The Worker's tests wait most of their time, for alarms and for power cuts; pages keep a core busy.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Node's own test runner over every `*.test.mjs` of a folder, so many files at a time.
fn node(workspace: &Workspace, folder: &str, at_a_time: usize) -> Result<Tally> {
    let files = test_files(&workspace.path(folder))?;
    if files.is_empty() {
        eprintln!("`{folder}` has no tests");
        return Ok(counted(Tally::default(), false));
    }
    let report = workspace.path("target/xtask").join(format!("{}.tap", folder.replace('/', "-")));
    std::fs::create_dir_all(workspace.path("target/xtask"))?;
    let mut arguments: Vec<std::ffi::OsString> = vec!["--test".into()];
    arguments.push(format!("--test-concurrency={at_a_time}").into());
    arguments.extend(["--test-reporter=spec", "--test-reporter-destination=stdout"].map(Into::into));
    arguments.push("--test-reporter=tap".into());
    let mut destination = std::ffi::OsString::from("--test-reporter-destination=");
    destination.push(&report);
    arguments.push(destination);
    arguments.extend(files.into_iter().map(Into::into));
    let mut tests = command(workspace.root(), "node", arguments);
    if let Some(chromium) = find("chromium") {
        tests.env("CHROMIUM", chromium);
    }
    let succeeded = succeeds(&mut tests)?;
    let text = std::fs::read_to_string(&report).context("Node wrote no test report")?;
    Ok(counted(tap_result(&text), succeeded))
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(".test.mjs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The counts at the end of a TAP report. A cancelled test did not pass.
fn tap_result(report: &str) -> Tally {
    let count = |name: &str| {
        let lines = report.lines().filter_map(|line| line.strip_prefix("# ")?.strip_prefix(name));
        lines.filter_map(|number| number.trim().parse::<u64>().ok()).next_back().unwrap_or(0)
    };
    Tally { passed: count("pass "), failed: count("fail ") + count("cancelled ") }
}

/// A suite that did not compile or broke off counts no failed test, and has still failed.
fn counted(tally: Tally, succeeded: bool) -> Tally {
    if succeeded || tally.failed > 0 { tally } else { Tally { failed: 1, ..tally } }
}

#[cfg(test)]
mod tests {
    use super::{Tally, cargo_result, counted, tap_result};

    #[test]
    fn a_line_of_cargo_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(cargo_result(line), Tally { passed: 12, failed: 3 });
        assert_eq!(cargo_result("test laws::split ... ok"), Tally::default());
    }

    #[test]
    fn a_report_of_node_is_counted() {
        let report = "TAP version 13\nok 1 - x\n1..1\n# tests 4\n# pass 2\n# fail 1\n# cancelled 1\n";
        assert_eq!(tap_result(report), Tally { passed: 2, failed: 2 });
    }

    #[test]
    fn a_suite_that_broke_off_has_failed() {
        let passed = Tally { passed: 2, failed: 0 };
        assert_eq!(counted(passed, false).failed, 1);
        assert_eq!(counted(passed, true).failed, 0);
        assert_eq!(counted(Tally { passed: 2, failed: 4 }, false).failed, 4);
    }
}
