//! `loyalty cases`: scenarios that say what they expect, and where the answers differ.
//!
//! A case is a scenario whose steps have `expect`; or a document that must be refused: a `programme`, a `scenario`,
//! or the `text` of a programme, with one `expect`.

use crate::delivery::bar;
use crate::output::line;
use crate::table::table;
use crate::{Verdict, input};
use anyhow::{Context, Result, bail};
use clap::Args;
use loyalty_wire::{Difference, differences, refused};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Cases {
    /// Case files, or folders of them
    #[arg(default_value = "tests/cases")]
    files: Vec<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Where answers are not what was expected, and of which step, from 0; none of a refused document.
type Found = Vec<(Option<usize>, Difference)>;

/// What a case came to.
struct Outcome {
    file: PathBuf,
    title: String,
    /// How many steps expect something.
    expects: usize,
    differences: Found,
    /// What is wrong with the scenario, where it was refused itself.
    faults: Vec<String>,
}

impl Cases {
    pub(crate) fn run(&self) -> Result<Verdict> {
        let files = self.files()?;
        let bar = bar("cases", files.len());
        let mut outcomes = Vec::with_capacity(files.len());
        for file in files {
            outcomes.push(run(file)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let differ = outcomes.iter().filter(|outcome| !outcome.differences.is_empty()).count();
        if self.json {
            let cases: Vec<_> = outcomes.iter().map(Outcome::json).collect();
            line(json!({ "cases": outcomes.len(), "differ": differ, "outcomes": cases }))?;
        } else {
            outcomes.iter().try_for_each(Outcome::print)?;
            line(format_args!("cases: {}, different: {differ}", outcomes.len()))?;
        }
        Ok(if differ == 0 { Verdict::Yes } else { Verdict::No })
    }

    /// The files that are named, and those of the folders that are, by name.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for named in &self.files {
            if named.is_dir() {
                let before = found.len();
                gather(named, &mut found)?;
                if found.len() == before {
                    bail!("`{}` has no case in it", named.display());
                }
            } else {
                found.push(named.clone());
            }
        }
        Ok(found)
    }
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let read = || format!("cannot read the folder `{}`", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(read)? {
        paths.push(entry.with_context(read)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(())
}

fn run(file: PathBuf) -> Result<Outcome> {
    let text = input::text(&file)?;
    let shown = file.display().to_string();
    let case: Value = serde_json::from_str(&text).with_context(|| format!("`{shown}` is no JSON"))?;
    let title = case.get("case").and_then(Value::as_str).unwrap_or(&shown).to_owned();
    let (mut differences, mut faults) = (Vec::new(), vec![]);
    let expects = match (case.get("steps").and_then(Value::as_array), case.get("expect")) {
        (Some(steps), None) => compare_steps(&text, steps, &mut differences, &mut faults)?,
        (None, Some(expected)) => {
            let answer = refused(&case)
                .context("a document that is refused is exactly one of `programme`, `scenario` and `text`")?;
            compare(None, expected, &serde_json::from_str(&answer)?, &mut differences);
            1
        }
        _ => 0,
    };
    if expects == 0 {
        bail!("`{shown}` is no case: give a step, or a document that is refused, an `expect`");
    }
    Ok(Outcome { file, title, expects, differences, faults })
}

fn compare_steps(text: &str, steps: &[Value], to: &mut Found, faults: &mut Vec<String>) -> Result<usize> {
    let answer: Value = serde_json::from_str(&loyalty_wire::simulate(text))?;
    let expected: Vec<_> =
        steps.iter().enumerate().filter_map(|(index, step)| Some((index, step.get("expect")?))).collect();
    match answer.get("answers").and_then(Value::as_array) {
        Some(answers) => {
            for (index, expected) in &expected {
                let got = answers.get(*index).unwrap_or(&Value::Null);
                compare(Some(*index), expected, got, to);
            }
        }
        // The scenario itself is refused.
        None => {
            *faults =
                loyalty_wire::history(text).map_or_else(|problem| input::faults(text, &problem), |_| vec![]);
            to.push((
                None,
                Difference { path: String::new(), expected: json!({ "answers": [] }), got: answer },
            ));
        }
    }
    Ok(expected.len())
}

fn compare(step: Option<usize>, expected: &Value, got: &Value, to: &mut Found) {
    to.extend(differences(expected, got).into_iter().map(|difference| (step, difference)));
}

impl Outcome {
    fn print(&self) -> Result<()> {
        if self.differences.is_empty() {
            return Ok(());
        }
        line(format_args!("{}\n  {}", self.title, self.file.display()))?;
        if !self.faults.is_empty() {
            return line(format_args!("  the scenario itself is refused\n  {}\n", self.faults.join("\n  ")));
        }
        let rows = self.differences.iter().map(|(step, difference)| {
            let step = step.map_or_else(|| "–".to_owned(), |step| step.to_string());
            vec![step, difference.path.clone(), short(&difference.expected), short(&difference.got)]
        });
        line(table(&[">step", "at", "expected", "got"], rows))
    }

    fn json(&self) -> Value {
        let differences = self
            .differences
            .iter()
            .map(|(step, d)| json!({ "step": step, "path": d.path, "expected": d.expected, "got": d.got }));
        json!({
            "file": self.file.display().to_string(),
            "case": self.title,
            "expects": self.expects,
            "differences": differences.collect::<Vec<_>>(),
        })
    }
}

/// A value in one line; `--json` has all of it.
fn short(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST).chain(['…']).collect() }
}
