//! The books' tables and statements.

use crate::account::transaction::atomically;
use crate::notices::outbox;
use crate::sql::Sql;
use worker::Storage;

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

/// Whether anything was ever written.
pub(crate) fn is_there(sql: &Sql) -> worker::Result<bool> {
    sql.has("settlement")
}

/// Creates the tables, where they are not there yet.
///
/// # Errors
/// What the runtime says.
pub(crate) fn create(storage: &Storage, sql: &Sql) -> worker::Result<()> {
    if is_there(sql)? {
        return Ok(());
    }
    let sql = sql.clone();
    atomically(storage, move || {
        TABLES.iter().chain(&outbox::TABLES).try_for_each(|table| sql.run(table, vec![]))
    })
}
