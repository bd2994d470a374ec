//! Why the ledger does not do what it is asked.

use core::fmt;
use loyalty_wire::Problem;

/// Why the ledger does not do what it is asked.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The decision refused it, or a stored text cannot be read; nothing is written.
    Refused(Problem),
    /// A text of so many bytes would have to be stored, and cannot be; nothing is written.
    Full(usize),
    /// What it needs is not there or does not answer: for the log, not for the caller.
    Unavailable(String),
}

impl Trouble {
    /// Something that is not there, or does not answer.
    pub fn new(what: impl fmt::Display) -> Self {
        Self::Unavailable(what.to_string())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(problem) => write!(to, "{}", problem.code),
            Self::Full(length) => write!(to, "a text of {length} bytes cannot be stored"),
            Self::Unavailable(what) => to.write_str(what),
        }
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error)
    }
}
