//! SQLite of an object whose tables are made with their first row.

use crate::http::problem::Failure;
use crate::sql;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use worker::{SqlStorage, SqlStorageValue, Storage};

/// The tables of an object.
pub(crate) struct Sql(SqlStorage);

impl Sql {
    pub(crate) fn new(storage: &Storage) -> Self {
        Self(storage.sql())
    }

    /// Runs a statement.
    pub(crate) fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.0.exec(statement, values).map(|_| ())
    }

    /// The rows of a query; none while its table is not there.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        table: &str,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, Failure> {
        if self.has(table)? { Ok(sql::rows(&self.0, query, values)?) } else { Ok(vec![]) }
    }

    fn has(&self, table: &str) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Table {}
        let query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?";
        let tables: Vec<Table> = sql::rows(&self.0, query, vec![table.into()])?;
        Ok(!tables.is_empty())
    }
}
