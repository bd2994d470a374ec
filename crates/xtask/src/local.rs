//! The secrets of the Worker on this machine. Random, written once, never committed.

use crate::setup::hex;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What `serve` needs to speak to its own Worker.
pub(crate) struct Secrets {
    pub(crate) admin_key: String,
    pub(crate) api_key: String,
    pub(crate) api_key_file: PathBuf,
}

/// Reads `.dev.vars` and the demo shop's API key, writing each that is missing.
pub(crate) fn secrets(workspace: &Workspace) -> Result<Secrets> {
    let file = workspace.path(".dev.vars");
    let variables = read_or_write(&file, || {
        Ok(format!("MODE=local\nADMIN_KEY={}\nMASTER_SECRET={}\n", random(24)?, random(32)?))
    })?;
    let admin_key = variable(&variables, "ADMIN_KEY").with_context(|| {
        format!("`{}` has no ADMIN_KEY: remove the file to get a new one", file.display())
    })?;
    let api_key_file = workspace.path(".wrangler/demo-api-key");
    let api_key = read_or_write(&api_key_file, || Ok(format!("{}\n", random(24)?)))?;
    Ok(Secrets { admin_key, api_key: api_key.trim().to_owned(), api_key_file })
}

fn read_or_write(file: &Path, content: impl FnOnce() -> Result<String>) -> Result<String> {
    if file.is_file() {
        return std::fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()));
    }
    let content = content()?;
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut handle = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("`{}` cannot be written", file.display()))?;
    handle.write_all(content.as_bytes())?;
    Ok(content)
}

/// One `NAME=value` of a `.dev.vars` file; quotes around the value are not part of it.
fn variable(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

fn random(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).context("this machine has no source of randomness")?;
    Ok(hex(&buffer))
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn a_variable_is_found_with_or_without_quotes() {
        let text = "MODE=local\nADMIN_KEY = \"a=b\"\n";
        assert_eq!(variable(text, "MODE").as_deref(), Some("local"));
        assert_eq!(variable(text, "ADMIN_KEY").as_deref(), Some("a=b"));
        assert_eq!(variable(text, "ADMIN"), None);
    }
}
