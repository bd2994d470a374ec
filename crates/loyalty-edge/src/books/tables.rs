//! The books' tables and statements.

use crate::account::transaction::atomically;
use crate::notices::outbox;
use crate::sql;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use worker::{SqlStorage, SqlStorageValue, Storage};

/// Created by the first write; the shape of the sums is that of `loyalty_books::Sums`.
const TABLES: [&str; 8] = [
    "CREATE TABLE IF NOT EXISTS account(acct TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS spent(acct TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(acct, name)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS daily(day INTEGER NOT NULL, wallet TEXT NOT NULL, issuer TEXT NOT NULL, month INTEGER NOT NULL, \
     earned INTEGER NOT NULL, reversed INTEGER NOT NULL, redeemed INTEGER NOT NULL, returned INTEGER NOT NULL, expired INTEGER NOT NULL, \
     received INTEGER NOT NULL, given INTEGER NOT NULL, exchanged_in INTEGER NOT NULL, exchanged_out INTEGER NOT NULL, adjusted INTEGER NOT NULL, \
     cleared INTEGER NOT NULL, pending INTEGER NOT NULL, written_off INTEGER NOT NULL, PRIMARY KEY(day, wallet, issuer, month)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS outlook(wallet TEXT NOT NULL, issuer TEXT NOT NULL, month INTEGER NOT NULL, due INTEGER NOT NULL, ripe INTEGER NOT NULL, \
     points INTEGER NOT NULL, PRIMARY KEY(wallet, issuer, month, due, ripe)) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS takings(day INTEGER PRIMARY KEY, revenue INTEGER NOT NULL, refunded INTEGER NOT NULL, redeemed INTEGER NOT NULL, returned INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS owed(month INTEGER NOT NULL, debtor TEXT NOT NULL, creditor TEXT NOT NULL, wallet TEXT NOT NULL, \
     points INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(month, debtor, creditor, wallet)) STRICT, WITHOUT ROWID",
    // Months through which this object's part of `owed` is closed, or about to be.
    "CREATE TABLE IF NOT EXISTS cut(through INTEGER PRIMARY KEY) STRICT",
    // Settlements, in the object that closes them; without a body while one is being closed.
    "CREATE TABLE IF NOT EXISTS settlement(through INTEGER PRIMARY KEY, after INTEGER NOT NULL, body TEXT) STRICT",
];

/// The object's statements.
#[derive(Clone)]
pub(crate) struct Sql(SqlStorage);

impl Sql {
    pub(crate) fn of(storage: &Storage) -> Self {
        Self(storage.sql())
    }

    pub(crate) fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.0.exec(statement, values).map(|_| ())
    }

    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Vec<T>> {
        sql::rows(&self.0, query, values)
    }

    pub(crate) fn first<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Option<T>> {
        Ok(self.rows(query, values)?.into_iter().next())
    }

    /// Whether anything was ever written.
    pub(crate) fn is_there(&self) -> worker::Result<bool> {
        #[derive(Deserialize)]
        struct Table {}
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'settlement'";
        Ok(self.first::<Table>(query, vec![])?.is_some())
    }
}

/// Creates the tables, where they are not there yet.
///
/// # Errors
/// What the runtime says.
pub(crate) fn create(storage: &Storage, sql: &Sql) -> worker::Result<()> {
    if sql.is_there()? {
        return Ok(());
    }
    let sql = sql.clone();
    atomically(storage, move || {
        TABLES.iter().chain(&outbox::TABLES).try_for_each(|table| sql.run(table, vec![]))
    })
}
