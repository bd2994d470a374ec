//! The harness of `tests/tests/fuzz` under libFuzzer, and the API under schemathesis.

use crate::build;
use crate::process::{cargo, command, output, step, succeeds};
use crate::setup::{self, Needs};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these, in this order
    #[arg(value_enum)]
    targets: Vec<Target>,
    /// How long each is fuzzed
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Target {
    /// The text of a programme
    Programme,
    /// A cart, previewed
    Cart,
    /// An order and its refunds
    Order,
    /// Commands of any kind, one after the other
    Command,
    /// Requests to every route of the published description
    Api,
}

impl Target {
    const fn name(self) -> &'static str {
        match self {
            Self::Programme => "programme",
            Self::Cart => "cart",
            Self::Order => "order",
            Self::Command => "command",
            Self::Api => "api",
        }
    }
}

/// What the compiler adds so that libFuzzer sees which code an input reaches. No sanitizer of memory: the
/// workspace has no unsafe code, and they need another compiler.
const INSTRUMENTED: [&str; 7] = [
    "--cfg=fuzzing",
    "--cfg=fuzzing_libfuzzer",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// An input that takes longer hangs, in seconds; the harness itself reports any that works for more than one.
const HANGS: u32 = 30;

/// Fuzzes one target after the other, and goes on after a finding.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let all = [Target::Programme, Target::Cart, Target::Order, Target::Command, Target::Api];
    let targets = if options.targets.is_empty() { &all[..] } else { &options.targets[..] };
    let mut found = Vec::new();
    for target in targets {
        let heading = format!("{} for {} minutes", target.name(), options.minutes);
        let fuzz = if matches!(target, Target::Api) { api } else { fuzz };
        if !step(&heading, || fuzz(workspace, *target, options.minutes))? {
            found.push(target.name());
        }
    }
    if found.is_empty() {
        println!("no finding");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "findings in {}; inputs of the core are in `{FINDINGS}`, and `cargo test` repeats them",
        found.join(", ")
    );
    Ok(ExitCode::FAILURE)
}

/// What is not described, and what is the Worker's own fault, is a finding; schemathesis shows how to repeat it.
fn api(workspace: &Workspace, _: Target, minutes: u32) -> Result<bool> {
    setup::run(workspace, &Needs::build())?;
    setup::schemathesis(workspace)?;
    build::run(workspace)?;
    let mut requests = command(workspace.root(), "node", ["tests/api/fuzz.mjs"]);
    requests.arg(workspace.schemathesis().join("bin/st"));
    requests.arg(format!("--max-time={}", u64::from(minutes) * 60));
    succeeds(&mut requests)
}

/// Where the ordinary tests look for inputs to repeat.
const FINDINGS: &str = "tests/tests/fuzz/__fuzz__";

/// Whether there was no finding.
fn fuzz(workspace: &Workspace, target: Target, minutes: u32) -> Result<bool> {
    let name = target.name();
    let folder = workspace.target().join("fuzzing").join(name);
    let findings = workspace.path(FINDINGS).join(name).join("crashes");
    let folders = [folder.join("corpus"), folder.join("seeds"), findings.clone()];
    for folder in &folders {
        std::fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    }
    let mut arguments: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    arguments.extend([
        format!("-artifact_prefix={}/", findings.display()),
        format!("-dict={}", folder.join("words").display()),
        format!("-max_total_time={}", u64::from(minutes) * 60),
        format!("-timeout={HANGS}"),
        "-print_final_stats=1".to_owned(),
    ]);
    let host = host(workspace)?;
    // With a target named, build scripts and macros are not instrumented.
    let harness = ["test", "--package=loyalty-tests", "--test=fuzz", "--profile=fuzz", "--target", &host];
    let mut tests = cargo(workspace.root(), harness);
    tests
        .args(["--", name, "--exact", "--nocapture", "--quiet", "--test-threads=1"])
        .env("CARGO_TARGET_DIR", instrumented(workspace))
        .env("RUSTFLAGS", INSTRUMENTED.join(" "))
        .env("BOLERO_FUZZER", "libfuzzer")
        .env("BOLERO_LIBFUZZER_ARGS", arguments.join(" "))
        .env("LOYALTY_FUZZ_SEEDS", folder);
    succeeds(&mut tests)
}

/// Instrumented code is kept apart, or it would be compiled anew each time.
fn instrumented(workspace: &Workspace) -> PathBuf {
    workspace.target().join("fuzzing/build")
}

fn host(workspace: &Workspace) -> Result<String> {
    let told = output(&mut command(workspace.root(), "rustc", ["-vV"]))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}
