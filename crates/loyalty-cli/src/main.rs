//! `loyalty`: check programmes, preview carts, explain balances, run cases and scenarios, repeat draws, replay orders
//! natively and against a running Worker.
//!
//! What is absent here: any rule. Every figure is the core's.
//!
//! Exit codes: 0, the answer is yes; 1, it is no (faults, differences); 2, there is no answer.

#![deny(clippy::print_stdout, reason = "a reader who goes away is no panic: answers go through `output`")]

mod accounts;
mod bench;
mod bench_replay;
mod cases;
mod cdnow;
mod check;
mod clock;
mod comparison;
mod delivery;
mod done;
mod draw;
mod explain;
mod fields;
mod figures;
mod hints;
mod input;
mod intake;
mod layouts;
mod orders;
mod output;
mod parallel;
mod postings;
mod preview;
mod replay;
mod requests;
mod retail;
mod shop;
mod simulate;
mod source;
mod story;
mod table;
mod warnings;
mod words;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A replay makes and drops many small things, on all cores.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The command line.
#[derive(Parser)]
#[command(name = "loyalty", version, about, after_help = "Exit codes: 0 yes, 1 no, 2 no answer.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Words of another language, laid over the English ones: a file such as hu.json
    #[arg(long, global = true, value_name = "FILE")]
    words: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Find the faults of programmes, and what in them loses money
    Check(check::Check),
    /// Show what paying a cart would come to
    Preview(preview::Preview),
    /// Tell why a member's balance is what it is
    Explain(explain::Explain),
    /// Run cases and show where answers differ
    Cases(cases::Cases),
    /// Repeat a prize draw
    Draw(draw::Draw),
    /// Run scenarios and print their answers
    Simulate(simulate::Simulate),
    /// Replay orders natively, or against a running Worker
    Replay(replay::Replay),
    /// Measure a preview
    BenchPreview(bench::BenchPreview),
    /// Measure a replay beside reading its file
    BenchReplay(bench_replay::BenchReplay),
}

/// What a command comes to, when it comes to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Yes,
    No,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<Verdict> {
    let words = || words::Words::new(cli.words.as_deref());
    match &cli.command {
        Command::Check(check) => check.run(&words()?),
        Command::Preview(preview) => preview.run(&words()?),
        Command::Explain(explain) => explain.run(&words()?),
        Command::Cases(cases) => cases.run(),
        Command::Draw(draw) => draw.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Replay(replay) => replay.run(),
        Command::BenchPreview(bench) => bench.run(),
        Command::BenchReplay(bench) => bench.run(),
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
