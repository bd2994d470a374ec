//! `loyalty check`: every fault of programmes with a hint how it is mended, and what in them loses money.

use crate::hints::{Hint, Hints};
use crate::output::{line, out};
use crate::table::table;
use crate::warnings::{Finding, findings};
use crate::words::{Teller, Told, Words};
use crate::{Verdict, clock, input};
use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use loyalty_core::Code;
use loyalty_wire::{Fault, Problem, Programme};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Check {
    /// Programme documents; `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Look at them as if it were then, such as 2026-01-31T10:00:00Z; default now
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// What is found in a document.
enum Outcome {
    Sound { version: String, findings: Vec<(Finding, Told)> },
    Faulty { problem: Problem, place: Vec<String>, hints: Vec<Option<Hint>> },
}

impl Check {
    pub(crate) fn run(&self, words: &Words) -> Result<Verdict> {
        let hints = Hints::new()?;
        let at = clock::instant(self.at.as_deref())?;
        let (mut verdict, mut answers) = (Verdict::Yes, Vec::new());
        for file in &self.files {
            let outcome = self.look(file, at, words, &hints)?;
            if matches!(outcome, Outcome::Faulty { .. }) {
                verdict = Verdict::No;
            }
            if self.json {
                answers.push(outcome.json(file));
            } else {
                out(&outcome.page(file, self.files.len() > 1))?;
            }
        }
        if self.json {
            line(json!({ "files": answers }))?;
        }
        Ok(verdict)
    }

    fn look(&self, file: &Path, at: Timestamp, words: &Words, hints: &Hints) -> Result<Outcome> {
        let text = input::text(file)?;
        let known = Programme::parse(&text).and_then(|programme| match clock::zone(programme.time_zone()) {
            Ok(zone) => Ok((programme, zone)),
            Err(_) => {
                let fault = Fault { path: "/time_zone".to_owned(), code: Code::UnknownChoice };
                Err(Problem::from(vec![fault]))
            }
        });
        let (programme, zone) = match known {
            Ok(known) => known,
            Err(problem) => {
                let document = serde_json::from_str(&text).unwrap_or_default();
                let found = problem.faults.iter().map(|fault| hints.hint(words, fault, &document)).collect();
                let place = if problem.faults.is_empty() { input::faults(&text, &problem) } else { vec![] };
                return Ok(Outcome::Faulty { problem, place, hints: found });
            }
        };
        let now = clock::local(zone, at)?;
        let teller = Teller { words, programme: programme.rules() };
        let tell = |finding: Finding| {
            let told = teller.told(&format!("warning.{}", finding.code), finding.parameters.clone());
            (finding, told)
        };
        let findings = findings(programme.rules(), now).into_iter().map(tell).collect();
        Ok(Outcome::Sound { version: programme.version().to_owned(), findings })
    }
}

impl Outcome {
    fn page(&self, file: &Path, several: bool) -> String {
        let shown = file.display();
        match self {
            Self::Sound { version, findings } => {
                let title = if several { format!("{shown}: {version}\n") } else { format!("{version}\n") };
                let rows = findings.iter().map(|(finding, told)| {
                    let (level, code) = (finding.level.name().to_owned(), finding.code.to_owned());
                    vec![level, finding.path.clone(), code, told.text.clone()]
                });
                let rows: Vec<_> = rows.collect();
                if rows.is_empty() { title } else { title + &table(&["", "where", "code", "what"], rows) }
            }
            Self::Faulty { problem, place, hints } => {
                let rows = problem.faults.iter().zip(hints).map(|(fault, hint)| {
                    let path = if fault.path.is_empty() { "the document" } else { &fault.path };
                    let hint = hint.as_ref().map(|hint| format!("\n→ {}", hint.text)).unwrap_or_default();
                    vec![path.to_owned(), fault.code.to_string(), format!("{}{hint}", fault.code.explain())]
                });
                let rows: Vec<_> = rows.collect();
                let title = format!("`{shown}` is no programme\n");
                if rows.is_empty() {
                    return place.iter().fold(title, |text, line| text + line + "\n");
                }
                title + &table(&["where", "code", "what"], rows)
            }
        }
    }

    fn json(&self, file: &Path) -> Value {
        let file = file.display().to_string();
        match self {
            Self::Sound { version, findings } => {
                let findings = findings.iter().map(|(finding, told)| {
                    json!({
                        "level": finding.level.name(), "code": finding.code, "path": finding.path,
                        "parameters": finding.parameters, "text": told.text,
                    })
                });
                json!({ "file": file, "version": version, "warnings": findings.collect::<Vec<_>>() })
            }
            Self::Faulty { problem, hints, .. } => {
                let faults = problem.faults.iter().zip(hints).map(|(fault, hint)| {
                    json!({
                        "path": fault.path, "code": fault.code.as_str(), "explanation": fault.code.explain(),
                        "nearest": hint.as_ref().and_then(|hint| hint.nearest.as_deref()),
                        "hint": hint.as_ref().map(|hint| hint.text.as_str()),
                    })
                });
                json!({
                    "file": file, "code": problem.code.as_str(), "explanation": problem.code.explain(),
                    "faults": faults.collect::<Vec<_>>(),
                })
            }
        }
    }
}
