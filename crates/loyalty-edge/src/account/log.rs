//! An account's tables, and nothing that is not in them: nothing is answered from memory, because an
//! instance that was replaced may still hold old memory.

use crate::account::transaction::atomically;
use crate::sql::{Sql, number};
use core::cell::Cell;
use loyalty_ledger::{Head, Kept, Letter, Linked, Logged, Marks, Meta, Store, Trouble, Write};
use serde::Deserialize;
use worker::Storage;

/// Created with the first row; a member without history costs no storage.
const TABLES: [&str; 6] = [
    "CREATE TABLE IF NOT EXISTS entry(seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL, message INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS idem(key TEXT PRIMARY KEY, fp TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS record(id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS letter(seq INTEGER NOT NULL, nth INTEGER NOT NULL, \"to\" TEXT NOT NULL, request TEXT NOT NULL, at INTEGER NOT NULL, \
     tries INTEGER NOT NULL, due INTEGER, reason TEXT NOT NULL, PRIMARY KEY(seq, nth)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS visit(day TEXT NOT NULL, channel TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY(day, channel)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS meta(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL, epoch TEXT NOT NULL, head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL, \
     flushed_seq INTEGER NOT NULL, flushed_at INTEGER NOT NULL, sent_seq INTEGER NOT NULL, fed_seq INTEGER NOT NULL, failures INTEGER NOT NULL, last_at INTEGER NOT NULL, \
     position TEXT, code TEXT) STRICT",
];

/// The tables of one account.
pub(crate) struct Log<'a> {
    storage: &'a Storage,
    tables: Tables,
    /// The tables were seen. Nothing drops them.
    born: Cell<bool>,
}

/// Its statements.
#[derive(Clone)]
struct Tables(Sql);

impl<'a> Log<'a> {
    pub(crate) fn new(storage: &'a Storage) -> Self {
        Self { storage, tables: Tables(Sql::of(storage)), born: Cell::new(false) }
    }

    /// Where the tables are, and the alarm.
    pub(crate) const fn storage(&self) -> &'a Storage {
        self.storage
    }

    /// Whether the account has a row.
    pub(crate) fn is_born(&self) -> Result<bool, Trouble> {
        if !self.born.get() {
            self.born.set(told(self.tables.0.has("meta"))?);
        }
        Ok(self.born.get())
    }

    /// All visits of the member's link.
    pub(crate) fn visits(&self) -> worker::Result<u64> {
        #[derive(Deserialize)]
        struct Row {
            visits: u64,
        }
        let query = "SELECT coalesce(sum(count), 0) AS visits FROM visit";
        Ok(self.tables.0.first::<Row>(query, vec![])?.map(|row| row.visits).unwrap_or_default())
    }

    /// Counts a visit of the member's link.
    pub(crate) fn count_visit(&self, day: &str, channel: &str) -> worker::Result<()> {
        self.tables.0.run(
            "INSERT INTO visit(day, channel, count) VALUES (?, ?, 1) ON CONFLICT(day, channel) DO UPDATE SET count = count + 1",
            vec![day.into(), channel.into()],
        )
    }

    /// The newest letters, newest first: messages that wait, or were refused.
    pub(crate) fn letters(&self, limit: u32) -> worker::Result<Vec<Letter>> {
        self.tables
            .0
            .rows("SELECT * FROM letter ORDER BY seq DESC, nth DESC LIMIT ?", vec![i64::from(limit).into()])
    }

    /// At most `limit` entries of one kind after `after`, oldest first. Inside a text a quotation mark is escaped, so
    /// nothing else looks like the name of the event's kind.
    pub(crate) fn of_kind(&self, kind: &str, after: u64, limit: u32) -> worker::Result<Vec<Logged>> {
        self.tables.0.rows(
            "SELECT seq, body, hash FROM entry WHERE seq > ? AND instr(body, ?) > 0 ORDER BY seq LIMIT ?",
            vec![number(after)?, format!(r#""event":{{"kind":"{kind}""#).into(), i64::from(limit).into()],
        )
    }

    /// Remembers the member's referral code; `born` is the row of an account that has none yet.
    pub(crate) fn put_code(&self, born: Option<Meta>, code: String) -> worker::Result<()> {
        let tables = self.tables.clone();
        atomically(self.storage, move || {
            if let Some(meta) = born {
                tables.bear(&meta)?;
            }
            tables.0.run("UPDATE meta SET code = ?", vec![code.into()])
        })
    }
}

impl Store for Log<'_> {
    fn meta(&self) -> Result<Option<Meta>, Trouble> {
        if self.is_born()? { told(self.tables.0.first("SELECT * FROM meta", vec![])) } else { Ok(None) }
    }

    fn kept(&self, key: &str) -> Result<Option<Kept>, Trouble> {
        told(self.tables.0.first("SELECT fp, status, body FROM idem WHERE key = ?", vec![key.into()]))
    }

    fn records(&self, names: Vec<String>) -> Result<Vec<(String, String)>, Trouble> {
        let mut records = Vec::new();
        for name in names {
            let query = "SELECT body FROM record WHERE id = ?";
            let body = told(self.tables.0.body(query, vec![name.as_str().into()]))?;
            records.extend(body.map(|body| (name, body)));
        }
        Ok(records)
    }

    fn entries(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble> {
        told(self.tables.page(
            "SELECT seq, body, hash FROM entry WHERE seq > ? ORDER BY seq LIMIT ?",
            after,
            limit,
        ))
    }

    fn newest(&self, limit: u32) -> Result<Vec<String>, Trouble> {
        let query = "SELECT body FROM entry ORDER BY seq DESC LIMIT ?";
        told(self.tables.0.bodies(query, vec![i64::from(limit).into()]))
    }

    fn unsent(&self, after: u64, limit: u32) -> Result<Vec<Logged>, Trouble> {
        let query = "SELECT seq, body, hash FROM entry WHERE seq > ? AND message = 1 ORDER BY seq LIMIT ?";
        told(self.tables.page(query, after, limit))
    }

    fn write(&self, write: Write) -> Result<(), Trouble> {
        let tables = self.tables.clone();
        told(atomically(self.storage, move || tables.write(&write)))
    }

    fn waiting(&self, limit: u32) -> Result<Vec<Letter>, Trouble> {
        let query = "SELECT * FROM letter WHERE due IS NOT NULL ORDER BY seq, nth LIMIT ?";
        told(self.tables.0.rows(query, vec![i64::from(limit).into()]))
    }

    fn mark(&self, marks: Marks) -> Result<(), Trouble> {
        let tables = self.tables.clone();
        told(atomically(self.storage, move || {
            tables.mark(&marks)?;
            marks.letters.iter().try_for_each(|letter| tables.put_letter(letter))?;
            marks.delivered.iter().try_for_each(|(seq, nth)| tables.drop_letter(*seq, *nth))
        }))
    }
}

fn told<T>(result: worker::Result<T>) -> Result<T, Trouble> {
    result.map_err(Trouble::new)
}

impl Tables {
    fn page(&self, query: &str, after: u64, limit: u32) -> worker::Result<Vec<Logged>> {
        self.0.rows(query, vec![number(after)?, i64::from(limit).into()])
    }

    /// All that is written together. Inside a transaction.
    fn write(&self, write: &Write) -> worker::Result<()> {
        write.born.iter().try_for_each(|meta| self.bear(meta))?;
        write.kept.iter().try_for_each(|(key, kept)| self.keep(key, kept))?;
        write.entries.iter().try_for_each(|entry| self.append(entry))?;
        write.records.iter().try_for_each(|(id, body)| self.put_record(id, body))?;
        write.head.iter().try_for_each(|head| self.advance(head))
    }

    /// Creates the tables and the account's row.
    fn bear(&self, meta: &Meta) -> worker::Result<()> {
        for table in TABLES {
            self.0.run(table, vec![])?;
        }
        self.0.run(
            "INSERT INTO meta(id, name, epoch, head_seq, head_hash, flushed_seq, flushed_at, sent_seq, fed_seq, failures, last_at, position, code) \
             VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                meta.name.as_str().into(),
                meta.epoch.as_str().into(),
                number(meta.head_seq)?,
                meta.head_hash.as_str().into(),
                number(meta.flushed_seq)?,
                meta.flushed_at.into(),
                number(meta.sent_seq)?,
                number(meta.fed_seq)?,
                i64::from(meta.failures).into(),
                meta.last_at.into(),
                meta.position.clone().into(),
                meta.code.clone().into(),
            ],
        )
    }

    fn append(&self, Linked { row, hash }: &Linked) -> worker::Result<()> {
        self.0.run(
            "INSERT INTO entry(seq, body, hash, message) VALUES (?, ?, ?, ?)",
            vec![
                number(row.seq)?,
                row.body.as_str().into(),
                hash.as_str().into(),
                i32::from(row.message).into(),
            ],
        )
    }

    fn put_record(&self, id: &str, body: &str) -> worker::Result<()> {
        self.0.run(
            "INSERT INTO record(id, body) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body",
            vec![id.into(), body.into()],
        )
    }

    fn keep(&self, key: &str, kept: &Kept) -> worker::Result<()> {
        self.0.run(
            "INSERT INTO idem(key, fp, status, body) VALUES (?, ?, ?, ?)",
            vec![
                key.into(),
                kept.fp.as_str().into(),
                i64::from(kept.status).into(),
                kept.body.as_str().into(),
            ],
        )
    }

    fn advance(&self, head: &Head) -> worker::Result<()> {
        self.0.run(
            "UPDATE meta SET head_seq = ?, head_hash = ?, last_at = ?, position = ?",
            vec![number(head.seq)?, head.hash.as_str().into(), head.at.into(), head.position.as_str().into()],
        )
    }

    fn put_letter(&self, letter: &Letter) -> worker::Result<()> {
        self.0.run(
            "INSERT OR REPLACE INTO letter(seq, nth, \"to\", request, at, tries, due, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                number(letter.seq)?,
                i64::from(letter.nth).into(),
                letter.to.as_str().into(),
                letter.request.as_str().into(),
                letter.at.into(),
                i64::from(letter.tries).into(),
                letter.due.into(),
                letter.reason.as_str().into(),
            ],
        )
    }

    fn drop_letter(&self, seq: u64, nth: u32) -> worker::Result<()> {
        self.0.run("DELETE FROM letter WHERE seq = ? AND nth = ?", vec![number(seq)?, i64::from(nth).into()])
    }

    fn mark(&self, marks: &Marks) -> worker::Result<()> {
        self.0.run(
            "UPDATE meta SET flushed_seq = max(flushed_seq, CAST(? AS INTEGER)), sent_seq = max(sent_seq, CAST(? AS INTEGER)), \
             fed_seq = ?, failures = ?, flushed_at = ?",
            vec![
                number(marks.flushed)?,
                number(marks.sent)?,
                number(marks.fed)?,
                i64::from(marks.failures).into(),
                marks.at.into(),
            ],
        )
    }
}
