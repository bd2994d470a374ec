//! What is stored of an account, and what a host must offer for it.

use crate::account::Meta;
use crate::trouble::Trouble;
use loyalty_wire::ledger::EntryRow;
use serde::{Deserialize, Serialize};

/// One entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Logged {
    /// Its number, dense from 1.
    pub seq: u64,
    /// Its exact text, here and in KV.
    pub body: String,
    /// SHA-256 of the hash before it and the body.
    pub hash: String,
}

/// An answer kept under its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Kept {
    /// The fingerprint of the request.
    pub fp: String,
    /// The answer's status.
    pub status: u16,
    /// The answer's exact text.
    pub body: String,
}

/// An entry to append, with its chain hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The entry.
    pub row: EntryRow,
    /// Its chain hash.
    pub hash: String,
}

/// Everything that is written together. None of it is there, or all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Write {
    /// The row of an account that has none yet.
    pub born: Option<Meta>,
    /// Answers to keep for ever, with their keys; no key is there yet.
    pub kept: Vec<(String, Kept)>,
    /// Entries to append, in order.
    pub entries: Vec<Linked>,
    /// Records to insert or replace: name and text.
    pub records: Vec<(String, String)>,
    /// What the row says of the head from now on; the rest of the row stays.
    pub head: Option<Head>,
}

/// Where the log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number.
    pub seq: u64,
    /// Its chain hash.
    pub hash: String,
    /// Its instant.
    pub at: i64,
    /// The account folded from all entries.
    pub position: String,
}

/// A message that is not delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The number of its entry.
    pub seq: u64,
    /// Which of the entry's messages it is, from 0.
    pub nth: u32,
    /// The other account.
    pub to: String,
    /// The request.
    pub request: String,
    /// The instant it is decided for.
    pub at: i64,
    /// How often it was sent.
    pub tries: u32,
    /// When to send it again, by the machine's clock; nothing where it was refused and that is the end of it.
    pub due: Option<i64>,
    /// What came of it last.
    pub reason: String,
}

/// What a run of the journal came to. None of it is there, or all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Entries up to here are in KV. A watermark never goes back.
    pub flushed: u64,
    /// Messages of entries up to here are delivered, or are letters.
    pub sent: u64,
    /// The books know entries up to here. This one goes back where the books say so.
    pub fed: u64,
    /// How many runs in a row could not write to KV.
    pub failures: u32,
    /// When the run was, by the machine's clock; later than that where the next one has to wait.
    pub at: i64,
    /// Letters to insert or replace.
    pub letters: Vec<Letter>,
    /// Letters that are delivered: entry, and which of its messages.
    pub delivered: Vec<(u64, u32)>,
}

/// What is stored of one account. Nothing waits: between two calls of one function no other request can come.
/// Every method fails with `Unavailable` and nothing else.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
pub trait Store {
    /// The row about the account; nothing before it is born.
    fn meta(&self) -> Result<Option<Meta>, Trouble>;
    /// The answer kept under a key.
    fn kept(&self, key: &str) -> Result<Option<Kept>, Trouble>;
    /// Those of the named records that are stored: name and text.
    fn records(&self, names: Vec<String>) -> Result<Vec<(String, String)>, Trouble>;
    /// At most `limit` entries after `after`, oldest first.
    fn entries(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble>;
    /// The newest entries' texts, newest first.
    fn newest(&self, limit: u32) -> Result<Vec<String>, Trouble>;
    /// At most `limit` entries after `after` that send messages, oldest first.
    fn unsent(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble>;
    /// At most `limit` letters that wait, in the order of their entries.
    fn waiting(&self, limit: u32) -> Result<Vec<Letter>, Trouble>;
    /// Writes all of it, or nothing.
    fn write(&self, write: Write) -> Result<(), Trouble>;
    /// Writes down what a run of the journal came to.
    fn mark(&self, marks: Marks) -> Result<(), Trouble>;
}
