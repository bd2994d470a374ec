//! An import's tables: one row about it, and one for each line of the file. A line names its member only until it is
//! booked, and sealed; then the account.

use crate::http::problem::Failure;
use crate::sql::{Sql, number};
use serde::Deserialize;
use worker::SqlStorageValue as Value;

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS import(id INTEGER PRIMARY KEY CHECK(id = 1), shop TEXT NOT NULL, import TEXT NOT NULL, fingerprint TEXT NOT NULL, \
     salt TEXT NOT NULL, at INTEGER NOT NULL, undoing INTEGER NOT NULL, failures INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS line(line INTEGER PRIMARY KEY, state INTEGER NOT NULL, sealed TEXT, acct TEXT, wallet TEXT, lot INTEGER, points INTEGER, \
     code TEXT, path TEXT) STRICT",
];

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody has heard of it yet.
    Waiting = 0,
    /// It is on its way: booked perhaps, and known to be only by asking again.
    Sent = 1,
    /// Booked.
    Booked = 2,
    /// The account refused it.
    Refused = 3,
    /// Taken back, or never booked before the import was undone.
    Undone = 4,
    /// It could not be taken back.
    Kept = 5,
}

impl State {
    const fn number(self) -> i32 {
        self as i32
    }
}

/// The row about the import.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Import {
    pub(crate) shop: String,
    /// Its name.
    pub(crate) import: String,
    /// SHA-256 of the file.
    pub(crate) fingerprint: String,
    /// The salt of the key that seals its lines.
    pub(crate) salt: String,
    /// The instant at which it was sent, milliseconds since 1970; all of it is booked for that instant.
    pub(crate) at: i64,
    pub(crate) undoing: u8,
    /// How many runs in a row could not go on.
    pub(crate) failures: u32,
}

/// A line with something left to do.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Line {
    pub(crate) line: u64,
    pub(crate) sealed: Option<String>,
    pub(crate) acct: Option<String>,
    pub(crate) wallet: Option<String>,
    pub(crate) lot: Option<u64>,
    pub(crate) points: Option<u64>,
}

/// A line that was refused.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub(crate) line: u64,
    pub(crate) code: String,
    pub(crate) path: Option<String>,
}

/// A booked line: whose, and which lot.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) acct: String,
    pub(crate) wallet: String,
    pub(crate) lot: u64,
    pub(crate) points: u64,
}

/// How many lines are in each state, by its number.
pub(crate) type Counts = [u64; 6];

/// The tables of an import.
pub(crate) struct Rows(pub(crate) Sql);

impl Rows {
    /// The import, once it has begun.
    pub(crate) fn import(&self) -> Result<Option<Import>, Failure> {
        Ok(self.0.rows_of("import", "SELECT * FROM import", vec![])?.into_iter().next())
    }

    /// Writes the import and its sealed lines. Inside a transaction.
    pub(crate) fn begin(&self, import: &Import, lines: &[(u64, String)]) -> worker::Result<()> {
        for table in TABLES {
            self.0.run(table, vec![])?;
        }
        let Import { shop, import, fingerprint, salt, at, .. } = import;
        let texts = [shop, import, fingerprint, salt].map(|text| text.as_str().into());
        let values = texts.into_iter().chain([(*at).into()]).collect();
        self.0.run("INSERT INTO import VALUES (1, ?, ?, ?, ?, ?, 0, 0)", values)?;
        for (line, sealed) in lines {
            let values = vec![number(*line)?, State::Waiting.number().into(), sealed.as_str().into()];
            self.0.run("INSERT INTO line(line, state, sealed) VALUES (?, ?, ?)", values)?;
        }
        Ok(())
    }

    /// From now on the import is taken back. Lines that nobody has heard of never will be.
    pub(crate) fn undo(&self) -> Result<(), Failure> {
        self.0.run("UPDATE import SET undoing = 1, failures = 0", vec![])?;
        let states = vec![State::Undone.number().into(), State::Waiting.number().into()];
        Ok(self.0.run("UPDATE line SET state = ?, sealed = NULL WHERE state = ?", states)?)
    }

    /// The next lines to be worked on.
    pub(crate) fn next(&self, undoing: bool, limit: u32) -> Result<Vec<Line>, Failure> {
        let more = if undoing { State::Booked } else { State::Waiting };
        let query = "SELECT line, sealed, acct, wallet, lot, points FROM line WHERE state IN (?, ?) ORDER BY line LIMIT ?";
        let values = vec![State::Sent.number().into(), more.number().into(), i64::from(limit).into()];
        Ok(self.0.rows_of("line", query, values)?)
    }

    /// A line is about to be sent.
    pub(crate) fn sent(&self, line: u64) -> Result<(), Failure> {
        self.set(line, "state = ?", vec![State::Sent.number().into()])
    }

    /// It is known whose account a line is for; it is for no other from now on.
    pub(crate) fn led(&self, line: u64, acct: &str) -> Result<(), Failure> {
        self.set(line, "acct = ?", vec![acct.into()])
    }

    /// A line is booked: its member is forgotten.
    pub(crate) fn booked(&self, line: u64, lot: &Lot) -> Result<(), Failure> {
        let assign = "state = ?, sealed = NULL, acct = ?, wallet = ?, lot = ?, points = ?";
        let texts = [&lot.acct, &lot.wallet].map(|text| text.as_str().into());
        let [acct, wallet] = texts;
        let values = vec![State::Booked.number().into(), acct, wallet, number(lot.lot)?, number(lot.points)?];
        self.set(line, assign, values)
    }

    /// A line has come to another end.
    pub(crate) fn ended(
        &self,
        line: u64,
        state: State,
        code: Option<&str>,
        path: Option<&str>,
    ) -> Result<(), Failure> {
        let values = vec![state.number().into(), code.into(), path.into()];
        self.set(line, "state = ?, sealed = NULL, code = ?, path = ?", values)
    }

    fn set(&self, line: u64, assign: &str, mut values: Vec<Value>) -> Result<(), Failure> {
        values.push(number(line)?);
        Ok(self.0.run(&format!("UPDATE line SET {assign} WHERE line = ?"), values)?)
    }

    /// Notes how many runs in a row could not go on.
    pub(crate) fn failures(&self, failures: u32) -> Result<(), Failure> {
        Ok(self.0.run("UPDATE import SET failures = ?", vec![i64::from(failures).into()])?)
    }

    /// How many lines are in each state.
    pub(crate) fn counts(&self) -> Result<Counts, Failure> {
        #[derive(Deserialize)]
        struct Count {
            state: usize,
            count: u64,
        }
        let rows: Vec<Count> =
            self.0.rows_of("line", "SELECT state, count(*) AS count FROM line GROUP BY state", vec![])?;
        let mut counts = Counts::default();
        for row in rows {
            if let Some(count) = counts.get_mut(row.state) {
                *count = row.count;
            }
        }
        Ok(counts)
    }

    /// Lines after a line that were refused, when they were booked or taken back.
    pub(crate) fn refused(&self, after: u64, limit: u32) -> Result<Vec<Refused>, Failure> {
        let query =
            "SELECT line, code, path FROM line WHERE line > ? AND code IS NOT NULL ORDER BY line LIMIT ?";
        Ok(self.0.rows_of("line", query, vec![number(after)?, i64::from(limit).into()])?)
    }
}
