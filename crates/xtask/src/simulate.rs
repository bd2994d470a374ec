//! The world around the ledger, `tests/tests/world`, for as many seeds as there is time for.

use crate::process::{cargo, succeeds};
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// Stops at the first seed that fails, and says what broke.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let world = ["test", "--release", "--package=loyalty-tests", "--test=world", "--", "--exact", "seeds"];
    let mut world = cargo(workspace.root(), world);
    world
        .env("LOYALTY_SEEDS", options.seeds.to_string())
        .env("LOYALTY_FROM", options.from.to_string())
        .env("RUST_BACKTRACE", "0");
    Ok(if succeeds(&mut world)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
