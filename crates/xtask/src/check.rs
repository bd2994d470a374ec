//! What must hold before a change is tested: format, lints, types.

use crate::build;
use crate::process::{cargo, command, complete, quietly, step};
use crate::setup::{self, Needs};
use crate::workspace::{WASM_CRATES, WASM_TARGET, Workspace};
use anyhow::{Result, bail};

type Check = fn(&Workspace) -> Result<()>;

/// Does every check even when one fails, so that one run shows everything.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::run(workspace, &Needs::build())?;
    let checks: [(&str, Check); 5] = [
        ("format", format),
        ("lints of native crates", native_lints),
        ("lints of WebAssembly crates", wasm_lints),
        ("types", types),
        ("description of the API", description),
    ];
    let failed: Vec<&str> = checks
        .into_iter()
        .filter(|(name, check)| match step(name, || check(workspace)) {
            Ok(()) => false,
            Err(error) => {
                eprintln!("    {error:#}");
                true
            }
        })
        .map(|(name, _)| name)
        .collect();
    if !failed.is_empty() {
        bail!("{} of 5 checks failed: {}", failed.len(), failed.join(", "));
    }
    Ok(())
}

fn format(workspace: &Workspace) -> Result<()> {
    complete(&mut cargo(workspace.root(), ["fmt", "--all", "--check"]))
}

fn types(workspace: &Workspace) -> Result<()> {
    // The build writes the declarations that TypeScript reads.
    build::browser_modules(workspace)?;
    crate::types::check(workspace)?;
    let compiler = workspace.npm_command("tsc");
    complete(&mut command(workspace.root(), compiler, ["--noEmit", "--project", "tsconfig.json"]))
}

/// `redocly.yaml` says what it must keep; that it is the routes' own is a test.
fn description(workspace: &Workspace) -> Result<()> {
    let linter = workspace.npm_command("redocly");
    let mut lint = command(workspace.root(), linter, ["lint", "www/openapi.json"]);
    lint.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    quietly(&mut lint)
}

fn native_lints(workspace: &Workspace) -> Result<()> {
    let mut clippy = cargo(workspace.root(), ["clippy", "--workspace", "--all-targets"]);
    for name in WASM_CRATES {
        clippy.args(["--exclude", name]);
    }
    complete(clippy.args(["--", "--deny", "warnings"]))
}

fn wasm_lints(workspace: &Workspace) -> Result<()> {
    let mut clippy = cargo(workspace.root(), ["clippy", "--target", WASM_TARGET]);
    for name in WASM_CRATES {
        clippy.args(["--package", name]);
    }
    complete(clippy.args(["--", "--deny", "warnings"]))
}
