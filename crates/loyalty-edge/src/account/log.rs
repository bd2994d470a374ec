//! An account's tables, and nothing that is not in them: nothing is answered from memory, because an
//! instance that was replaced may still hold old memory.

use crate::digest;
use crate::http::problem::Failure;
use core::cell::RefCell;
use core::panic::AssertUnwindSafe;
use js_sys::{Function, Reflect};
use loyalty_wire::ledger::EntryRow;
use serde::Deserialize;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, Storage};

/// Created with the first row; a member without history costs no storage.
const TABLES: [&str; 5] = [
    "CREATE TABLE IF NOT EXISTS entry(seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL, message INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS idem(key TEXT PRIMARY KEY, fp TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS record(id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS visit(day TEXT NOT NULL, channel TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(day, channel)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS meta(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL, epoch TEXT NOT NULL, head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL, \
     flushed_seq INTEGER NOT NULL, flushed_at INTEGER NOT NULL, sent_seq INTEGER NOT NULL, failures INTEGER NOT NULL, last_at INTEGER NOT NULL, \
     position TEXT, code TEXT) STRICT",
];

/// The one row about the account.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Meta {
    /// The object's name, for the alarm.
    pub(crate) name: String,
    /// 8 random characters drawn when the object was born; names its history.
    pub(crate) epoch: String,
    /// The last entry's number; 0 for none.
    pub(crate) head_seq: u64,
    /// The last entry's chain hash; the epoch for none.
    pub(crate) head_hash: String,
    /// Entries up to here are in KV.
    pub(crate) flushed_seq: u64,
    /// When the journal last wrote, milliseconds since 1970 by the machine's clock.
    pub(crate) flushed_at: i64,
    /// Messages of entries up to here are delivered.
    pub(crate) sent_seq: u64,
    /// How many journal runs in a row failed.
    pub(crate) failures: u32,
    /// The last entry's instant, milliseconds since 1970; no later entry is before it.
    pub(crate) last_at: i64,
    /// The account folded from all entries, as `loyalty-wire` writes it.
    pub(crate) position: Option<String>,
    /// The member's referral code, once they asked for it.
    pub(crate) code: Option<String>,
}

impl Meta {
    /// An account before its first entry.
    pub(crate) fn newborn(name: String, epoch: String) -> Self {
        Self {
            name,
            head_hash: epoch.clone(),
            epoch,
            head_seq: 0,
            flushed_seq: 0,
            flushed_at: 0,
            sent_seq: 0,
            failures: 0,
            last_at: 0,
            position: None,
            code: None,
        }
    }
}

/// One entry as it is stored.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Logged {
    pub(crate) seq: u64,
    /// Its exact text, here and in KV.
    pub(crate) body: String,
    /// SHA-256 of the hash before it and the body.
    pub(crate) hash: String,
}

/// An answer kept under its idempotency key.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kept {
    pub(crate) fp: String,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The chain hash of an entry.
pub(crate) fn chained(before: &str, body: &str) -> String {
    digest::hex(&digest::sha256(&[before.as_bytes(), body.as_bytes()]))
}

/// The tables of one account.
#[derive(Clone)]
pub(crate) struct Log(SqlStorage);

impl Log {
    pub(crate) fn new(storage: &Storage) -> Self {
        Self(storage.sql())
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.0.exec(statement, values).map(|_| ())
    }

    fn rows<T: serde::de::DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, Failure> {
        Ok(self.0.exec(query, values)?.to_array()?)
    }

    fn first<T: serde::de::DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, Failure> {
        Ok(self.rows(query, values)?.into_iter().next())
    }

    /// The row about the account; nothing before it is born.
    pub(crate) fn meta(&self) -> Result<Option<Meta>, Failure> {
        #[derive(Deserialize)]
        struct Table {}
        let table: Option<Table> =
            self.first("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'meta'", vec![])?;
        match table {
            Some(_) => self.first("SELECT * FROM meta", vec![]),
            None => Ok(None),
        }
    }

    /// The answer kept under a key.
    pub(crate) fn kept(&self, key: &str) -> Result<Option<Kept>, Failure> {
        self.first("SELECT fp, status, body FROM idem WHERE key = ?", vec![key.into()])
    }

    /// Those of the named records that are stored: name and text.
    pub(crate) fn records(&self, names: Vec<String>) -> Result<Vec<(String, String)>, Failure> {
        #[derive(Deserialize)]
        struct Row {
            body: String,
        }
        let mut records = Vec::new();
        for name in names {
            let row =
                self.first::<Row>("SELECT body FROM record WHERE id = ?", vec![name.as_str().into()])?;
            records.extend(row.map(|row| (name, row.body)));
        }
        Ok(records)
    }

    /// At most `limit` entries after `after`, oldest first.
    pub(crate) fn entries(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Failure> {
        self.rows(
            "SELECT seq, body, hash FROM entry WHERE seq > ? ORDER BY seq LIMIT ?",
            vec![number(after)?, i64::from(limit).into()],
        )
    }

    /// At most `limit` entries of one kind after `after`, oldest first. Inside a text a quotation mark is escaped, so
    /// nothing else looks like the name of the event's kind.
    pub(crate) fn of_kind(&self, kind: &str, after: u64, limit: u32) -> Result<Vec<Logged>, Failure> {
        self.rows(
            "SELECT seq, body, hash FROM entry WHERE seq > ? AND instr(body, ?) > 0 ORDER BY seq LIMIT ?",
            vec![number(after)?, format!(r#""event":{{"kind":"{kind}""#).into(), i64::from(limit).into()],
        )
    }

    /// The newest entries' texts, newest first.
    pub(crate) fn newest(&self, limit: u32) -> Result<Vec<String>, Failure> {
        #[derive(Deserialize)]
        struct Row {
            body: String,
        }
        let rows: Vec<Row> =
            self.rows("SELECT body FROM entry ORDER BY seq DESC LIMIT ?", vec![i64::from(limit).into()])?;
        Ok(rows.into_iter().map(|row| row.body).collect())
    }

    /// At most `limit` entries after `after` that send messages, oldest first.
    pub(crate) fn unsent(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Failure> {
        self.rows(
            "SELECT seq, body, hash FROM entry WHERE seq > ? AND message = 1 ORDER BY seq LIMIT ?",
            vec![number(after)?, i64::from(limit).into()],
        )
    }

    /// All visits of the member's link.
    pub(crate) fn visits(&self) -> Result<u64, Failure> {
        #[derive(Deserialize)]
        struct Row {
            visits: u64,
        }
        let row: Option<Row> = self.first("SELECT coalesce(sum(count), 0) AS visits FROM visit", vec![])?;
        Ok(row.map(|row| row.visits).unwrap_or_default())
    }

    /// Creates the tables and the account's row. Inside a transaction.
    pub(crate) fn bear(&self, meta: &Meta) -> worker::Result<()> {
        for table in TABLES {
            self.run(table, vec![])?;
        }
        self.run(
            "INSERT INTO meta(id, name, epoch, head_seq, head_hash, flushed_seq, flushed_at, sent_seq, failures, last_at) \
             VALUES (1, ?, ?, 0, ?, 0, 0, 0, 0, 0)",
            vec![meta.name.as_str().into(), meta.epoch.as_str().into(), meta.head_hash.as_str().into()],
        )
    }

    /// Appends an entry with its chain hash. Inside a transaction.
    pub(crate) fn append(&self, row: &EntryRow, hash: &str) -> worker::Result<()> {
        self.run(
            "INSERT INTO entry(seq, body, hash, message) VALUES (?, ?, ?, ?)",
            vec![number(row.seq)?, row.body.as_str().into(), hash.into(), i32::from(row.message).into()],
        )
    }

    /// Writes a record. Inside a transaction.
    pub(crate) fn put_record(&self, id: &str, body: &str) -> worker::Result<()> {
        self.run(
            "INSERT INTO record(id, body) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body",
            vec![id.into(), body.into()],
        )
    }

    /// Keeps an answer under its key, for ever. Inside a transaction.
    pub(crate) fn keep(&self, key: &str, kept: &Kept) -> worker::Result<()> {
        self.run(
            "INSERT INTO idem(key, fp, status, body) VALUES (?, ?, ?, ?)",
            vec![
                key.into(),
                kept.fp.as_str().into(),
                i64::from(kept.status).into(),
                kept.body.as_str().into(),
            ],
        )
    }

    /// Moves the head. Inside a transaction.
    pub(crate) fn advance(&self, meta: &Meta) -> worker::Result<()> {
        self.run(
            "UPDATE meta SET head_seq = ?, head_hash = ?, last_at = ?, position = ?",
            vec![
                number(meta.head_seq)?,
                meta.head_hash.as_str().into(),
                meta.last_at.into(),
                meta.position.clone().into(),
            ],
        )
    }

    /// Moves the journal's watermarks; they never go back.
    pub(crate) fn mark(&self, flushed: u64, sent: u64, failures: u32, at: i64) -> Result<(), Failure> {
        Ok(self.run(
            "UPDATE meta SET flushed_seq = max(flushed_seq, CAST(? AS INTEGER)), sent_seq = max(sent_seq, CAST(? AS INTEGER)), \
             failures = ?, flushed_at = ?",
            vec![number(flushed)?, number(sent)?, i64::from(failures).into(), at.into()],
        )?)
    }

    /// Counts a visit of the member's link.
    pub(crate) fn count_visit(&self, day: &str, channel: &str) -> Result<(), Failure> {
        Ok(self.run(
            "INSERT INTO visit(day, channel, count) VALUES (?, ?, 1) ON CONFLICT(day, channel) DO UPDATE SET count = count + 1",
            vec![day.into(), channel.into()],
        )?)
    }

    /// Remembers the member's referral code. Inside a transaction.
    pub(crate) fn put_code(&self, code: &str) -> worker::Result<()> {
        self.run("UPDATE meta SET code = ?", vec![code.into()])
    }
}

/// A number as SQLite takes it from JavaScript: exact up to 2^53 − 1.
fn number(value: u64) -> worker::Result<SqlStorageValue> {
    let value = i64::try_from(value).map_err(|_| worker::Error::from("a number above 2^53 - 1"))?;
    SqlStorageValue::try_from_i64(value)
}

/// Runs `work` in one transaction: all of its writes are kept, or none.
///
/// A failed statement does not undo the ones before it, only this does; `worker` does not bind it.
///
/// # Errors
/// What `work` fails with, after everything it wrote is undone.
pub(crate) fn atomically<T: 'static>(
    storage: &Storage,
    work: impl FnOnce() -> worker::Result<T> + 'static,
) -> worker::Result<T> {
    let raw: &JsValue = storage.as_raw().as_ref();
    let run: Function = Reflect::get(raw, &JsValue::from_str("transactionSync"))?.dyn_into()?;
    let result: Rc<RefCell<Option<T>>> = Rc::new(RefCell::new(None));
    let slot = Rc::clone(&result);
    let callback = Closure::once_into_js(AssertUnwindSafe(move || match work() {
        Ok(value) => {
            *slot.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        }
        Err(error) => Err(error.to_js_value()),
    }));
    run.call1(raw, &callback)?;
    let value = result.borrow_mut().take();
    value.ok_or_else(|| worker::Error::from("the transaction did not run"))
}
