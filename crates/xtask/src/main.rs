//! Every developer command: `cargo xtask <command>`.

mod bench;
mod broken;
mod build;
mod check;
mod fuzz;
mod http;
mod local;
mod process;
mod serve;
mod setup;
mod simulate;
mod test;
mod types;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

/// Builds, serves, tests and measures the loyalty programme.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing on this machine and nothing else
    Setup,
    /// Builds the browser module, the Worker and the static files
    Build,
    /// Runs the Worker and the demo shop on this machine
    Serve(serve::Options),
    /// Runs the tests: native, Worker, browser
    Test(test::Options),
    /// Sends inputs nobody should send, for minutes on end
    Fuzz(fuzz::Options),
    /// Checks formatting, lints, types and the description of the API
    Check,
    /// Writes the published schemas, the description of the API and the TypeScript types anew
    Types,
    /// Breaks copies of the core and the ledger in small ways and sees each caught by its law or invariant
    Broken(broken::Options),
    /// Lives through more seeds of the world around the ledger than the tests do
    Simulate(simulate::Options),
    /// Measures bytes, preview time and requests a second
    Bench,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match command {
        Command::Setup => {
            setup::run(&workspace, &setup::Needs::everything())?;
            println!("nothing is missing");
        }
        Command::Build => {
            setup::run(&workspace, &setup::Needs::build())?;
            build::run(&workspace)?;
        }
        Command::Serve(options) => serve::run(&workspace, options)?,
        Command::Test(options) => return test::run(&workspace, options),
        Command::Fuzz(options) => return fuzz::run(&workspace, options),
        Command::Check => check::run(&workspace)?,
        Command::Types => types::write(&workspace)?,
        Command::Broken(options) => broken::run(&workspace, options)?,
        Command::Simulate(options) => return simulate::run(&workspace, options),
        Command::Bench => bench::run(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}
