//! Which members a delivery is done with, kept in a file, so that it can go on after a stop.
//!
//! The first line names the delivery; each further one a member. A line is written when the member's last
//! order was acknowledged, so a file that ends in the middle of a line has lost nothing but that line.

use anyhow::{Context, Result, bail};
use loyalty_core::AccountId;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The members done.
pub(crate) struct Done {
    members: BTreeSet<String>,
    file: Option<Mutex<File>>,
}

impl Done {
    /// Nobody, and nothing is kept.
    pub(crate) const fn nobody() -> Self {
        Self { members: BTreeSet::new(), file: None }
    }

    /// Reads the file, or begins it. `delivery` tells one delivery from another.
    ///
    /// # Errors
    /// When the file is of another delivery, or cannot be written.
    pub(crate) fn open(path: &Path, delivery: &str) -> Result<Self> {
        let shown = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{shown}`")),
        };
        // What follows the last newline was cut off while it was written.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let mut lines = whole.lines();
        let heading = lines.next().unwrap_or_default();
        if !heading.is_empty() && heading != delivery {
            bail!(
                "`{shown}` is of another replay (`{heading}`, this one is `{delivery}`); name another file, or \
                 remove it to begin anew"
            );
        }
        let members: BTreeSet<String> = lines.map(str::to_owned).collect();
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .open(path)
            .with_context(|| format!("cannot write `{shown}`"))?;
        let mut text = format!("{delivery}\n");
        for member in &members {
            text.push_str(member);
            text.push('\n');
        }
        file.write_all(text.as_bytes()).with_context(|| format!("cannot write `{shown}`"))?;
        Ok(Self { members, file: Some(Mutex::new(file)) })
    }

    /// Whether a member was done when the file was opened.
    pub(crate) fn has(&self, member: &AccountId) -> bool {
        self.members.contains(member.as_str())
    }

    /// Notes a member.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn note(&self, member: &AccountId) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{member}\n").as_bytes()).context("cannot write the file of members done")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_on_where_it_was_cut() {
        let path = std::env::temp_dir().join(format!("loyalty-done-{}", std::process::id()));
        let id = |text| AccountId::new(text).unwrap();
        let first = Done::open(&path, "a b").unwrap();
        first.note(&id("0001")).unwrap();
        first.note(&id("0002")).unwrap();
        drop(first);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "a b\n0001\n0002\n");
        std::fs::write(&path, text.strip_suffix("2\n").unwrap()).unwrap();
        let second = Done::open(&path, "a b").unwrap();
        assert!(second.has(&id("0001")) && !second.has(&id("0002")) && !second.has(&id("000")));
        assert!(Done::open(&path, "a c").is_err());
        std::fs::remove_file(&path).unwrap();
    }
}
