//! `loyalty simulate`: a scenario's answers, byte for byte those of every other host.

use crate::output::out;
use crate::{Verdict, input};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Simulate {
    /// Scenario files; `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write each answer to `DIR/<stem>.answer.json` instead of printing it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Simulate {
    pub(crate) fn run(&self) -> Result<Verdict> {
        match (&self.out, self.files.as_slice()) {
            (Some(out), files) => write_all(out, files)?,
            (None, [file]) => print(&loyalty_wire::simulate(&input::text(file)?))?,
            (None, files) => {
                bail!(
                    "{} files have {} answers; name a folder for them with `--out`",
                    files.len(),
                    files.len()
                )
            }
        }
        Ok(Verdict::Yes)
    }
}

/// Exactly the answer's bytes, so that they can be compared; a newline only for a person's eyes.
fn print(answer: &str) -> Result<()> {
    out(answer)?;
    if std::io::stdout().is_terminal() { out("\n") } else { Ok(()) }
}

fn write_all(folder: &Path, files: &[PathBuf]) -> Result<()> {
    let mut targets = BTreeMap::new();
    for file in files {
        if let Some(other) = targets.insert(target(folder, file), file) {
            let (one, two) = (other.display(), file.display());
            bail!("`{one}` and `{two}` would be answered in one file; give them different names");
        }
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for (target, file) in targets {
        let answer = loyalty_wire::simulate(&input::text(file)?);
        std::fs::write(&target, answer).with_context(|| format!("cannot write `{}`", target.display()))?;
    }
    Ok(())
}

fn target(out: &Path, file: &Path) -> PathBuf {
    let stem = file.file_stem().filter(|stem| *stem != "-").unwrap_or("stdin".as_ref());
    let mut name = stem.to_owned();
    name.push(".answer.json");
    out.join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_named_after_its_scenario() {
        let check = |file: &str, expected: &str| {
            assert_eq!(target(Path::new("out"), Path::new(file)), Path::new("out").join(expected));
        };
        check("cases/M01.json", "M01.answer.json");
        check("M01.rates.json", "M01.rates.answer.json");
        check("-", "stdin.answer.json");
    }
}
