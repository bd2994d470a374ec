//! `loyalty`: check a programme, run scenarios, replay orders natively and against a running Worker.
//!
//! What is absent here: any rule. Every figure is the core's.
//!
//! Exit codes: 0, the answer is yes; 1, it is no (faults, differences); 2, there is no answer.

mod accounts;
mod bench;
mod bench_replay;
mod cdnow;
mod check;
mod comparison;
mod delivery;
mod done;
mod fields;
mod figures;
mod input;
mod intake;
mod layouts;
mod orders;
mod parallel;
mod postings;
mod replay;
mod requests;
mod retail;
mod shop;
mod simulate;
mod source;

use clap::{Parser, Subcommand};
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
}

#[derive(Subcommand)]
enum Command {
    /// Read a programme and print its version, or every fault
    Check(check::Check),
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
    let verdict = match Cli::parse().command {
        Command::Check(check) => check.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Replay(replay) => replay.run(),
        Command::BenchPreview(bench) => bench.run(),
        Command::BenchReplay(bench) => bench.run(),
    };
    match verdict {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
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
