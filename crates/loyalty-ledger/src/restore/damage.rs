//! What can be wrong with a history in KV.

use core::fmt;
use loyalty_wire::core::Code;

/// Why a history cannot be restored. Nothing is repaired by guessing: people have to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// KV has no entry of the account.
    Nothing,
    /// A key names another history than the first, or none.
    Epoch(String),
    /// The entry with this number is missing, though later ones are there.
    Gap(u64),
    /// The entry with this number is not the one that was written.
    Hash(u64),
    /// KV knows of an entry with the second number, and lists only up to the first.
    Behind(u64, u64),
    /// The entry with this number cannot be read, or does not follow the ones before it.
    Entry(u64, Code),
    /// The version of the programme that decided an entry is not published.
    Programme(String),
}

impl Damage {
    /// The code's stable text.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing_to_restore",
            Self::Epoch(_) => "journal_epoch",
            Self::Gap(_) => "journal_gap",
            Self::Hash(_) => "journal_hash",
            Self::Behind(..) => "journal_behind",
            Self::Entry(..) => "journal_entry",
            Self::Programme(_) => "journal_programme",
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(to, "KV has no entry of the account"),
            Self::Epoch(key) => write!(to, "`{key}` is of another history"),
            Self::Gap(seq) => write!(to, "entry {seq} is missing"),
            Self::Hash(seq) => write!(to, "entry {seq} is not the one that was written"),
            Self::Behind(head, known) => write!(to, "KV lists entries up to {head} and knows of {known}"),
            Self::Entry(seq, code) => write!(to, "entry {seq} cannot be folded: `{code}`"),
            Self::Programme(version) => {
                write!(to, "the programme's version `{version}` is not published; publish it again")
            }
        }
    }
}
