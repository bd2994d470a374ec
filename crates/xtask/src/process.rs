//! Other programs: started, waited for, explained when they fail.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// A command with arguments, run in `directory`.
pub(crate) fn command<A: AsRef<OsStr>>(
    directory: &Path,
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = A>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    command
}

/// The Cargo that started this command, not whichever comes first on the path.
pub(crate) fn cargo<A: AsRef<OsStr>>(directory: &Path, arguments: impl IntoIterator<Item = A>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(directory, cargo, arguments)
}

/// Runs to the end; an error names the program and its exit code.
pub(crate) fn complete(command: &mut Command) -> Result<()> {
    if succeeds(command)? {
        return Ok(());
    }
    bail!("`{}` failed", described(command))
}

/// Runs to the end and says whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    let status =
        command.status().with_context(|| format!("`{}` could not be started", described(command)))?;
    Ok(status.success())
}

/// Runs to the end and returns standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{}` could not be started", described(command)))?;
    if !output.status.success() {
        bail!("`{}` failed", described(command));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no text", described(command)))
}

/// Runs quietly and shows what was said only when it fails.
pub(crate) fn quietly(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{}` could not be started", described(command)))?;
    if output.status.success() {
        return Ok(());
    }
    eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    bail!("`{}` failed", described(command))
}

/// Runs to the end, showing standard output line by line and handing each line over.
pub(crate) fn each_line(command: &mut Command, mut line: impl FnMut(&str)) -> Result<bool> {
    let mut child: Child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", described(command)))?;
    if let Some(stdout) = child.stdout.take() {
        for text in BufReader::new(stdout).lines() {
            let text = text?;
            println!("{text}");
            line(&text);
        }
    }
    Ok(child.wait()?.success())
}

/// Where `program` is on the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file())
}

/// Whether `program` can be found on the path.
pub(crate) fn on_path(program: &str) -> bool {
    find(program).is_some()
}

/// Prints a heading, does the work, prints the time it took.
pub(crate) fn step<T>(heading: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {heading}");
    let started = Instant::now();
    let result = work();
    let ending = if result.is_ok() { "done" } else { "failed" };
    println!("    {ending} in {:.1} s", started.elapsed().as_secs_f64());
    result
}

fn described(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
