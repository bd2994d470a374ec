//! An object's SQLite.

use crate::json;
use js_sys::Array;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{SqlStorage, SqlStorageValue, Storage};

#[wasm_bindgen(module = "/src/sql.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn rows(sql: &JsValue, statement: &str, values: Array) -> Result<String, JsValue>;
}

/// The statements of an object.
#[derive(Clone)]
pub(crate) struct Sql(SqlStorage);

impl Sql {
    pub(crate) fn of(storage: &Storage) -> Self {
        Self(storage.sql())
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.0.exec(statement, values).map(|_| ())
    }

    /// The rows of a query. They come as JSON: that is read by the code that reads it elsewhere.
    ///
    /// # Errors
    /// What SQLite says; a row that is not what is asked for.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Vec<T>> {
        Ok(json::read(&self.text(query, values)?)?)
    }

    fn text(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<String> {
        Ok(rows(self.0.as_ref(), query, values.into_iter().map(JsValue::from).collect())?)
    }

    /// The first row of a query.
    ///
    /// # Errors
    /// As for [`Sql::rows`].
    pub(crate) fn first<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Option<T>> {
        Ok(self.rows(query, values)?.into_iter().next())
    }

    /// The only column of a query, which it names `body`.
    ///
    /// # Errors
    /// As for [`Sql::rows`].
    pub(crate) fn bodies(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Row {
            body: String,
        }
        Ok(self.rows::<Row>(query, values)?.into_iter().map(|row| row.body).collect())
    }

    /// That column of its first row.
    ///
    /// # Errors
    /// As for [`Sql::rows`].
    pub(crate) fn body(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<Option<String>> {
        Ok(self.bodies(query, values)?.into_iter().next())
    }

    /// The rows of a query; none while its table is not there.
    ///
    /// # Errors
    /// As for [`Sql::rows`].
    pub(crate) fn rows_of<T: DeserializeOwned>(
        &self,
        table: &str,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Vec<T>> {
        if self.has(table)? { self.rows(query, values) } else { Ok(vec![]) }
    }

    /// Whether a table was ever made.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn has(&self, table: &str) -> worker::Result<bool> {
        let query = "SELECT name AS body FROM sqlite_master WHERE type = 'table' AND name = ?";
        Ok(self.body(query, vec![table.into()])?.is_some())
    }
}

/// A number as SQLite takes it from JavaScript: exact up to 2^53 − 1.
///
/// # Errors
/// For one above that.
pub(crate) fn number(value: u64) -> worker::Result<SqlStorageValue> {
    let value = i64::try_from(value).map_err(|_| worker::Error::from("a number above 2^53 - 1"))?;
    SqlStorageValue::try_from_i64(value)
}
