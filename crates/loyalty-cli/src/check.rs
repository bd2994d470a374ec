//! `loyalty check`: a programme's version, or every fault.

use crate::{Verdict, input};
use anyhow::Result;
use clap::Args;
use loyalty_wire::{Problem, Programme};
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Check {
    /// The programme document; `-` for standard input
    file: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Verdict> {
        let text = input::text(&self.file)?;
        match Programme::parse(&text) {
            Ok(programme) if self.json => println!("{}", json!({ "version": programme.version() })),
            Ok(programme) => println!("{}", programme.version()),
            Err(problem) => {
                self.refuse(&text, &problem);
                return Ok(Verdict::No);
            }
        }
        Ok(Verdict::Yes)
    }

    fn refuse(&self, text: &str, problem: &Problem) {
        if self.json {
            println!("{}", described(problem));
            return;
        }
        let lines = input::faults(text, problem);
        println!("`{}` is no programme", self.file.display());
        for line in lines {
            println!("  {line}");
        }
    }
}

fn described(problem: &Problem) -> serde_json::Value {
    let faults = problem.faults.iter().map(
        |fault| json!({ "path": fault.path, "code": fault.code.as_str(), "explanation": fault.code.explain() }),
    );
    json!({
        "code": problem.code.as_str(),
        "explanation": problem.code.explain(),
        "faults": faults.collect::<Vec<_>>(),
    })
}
