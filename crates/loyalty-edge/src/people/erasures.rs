//! The shop's register of erasures: which accounts lost their member, and how much came too late for one. It
//! shows that erasures were carried out, and names nobody.

use crate::http::answer::Answer;
use crate::http::problem::Failure;
use crate::json;
use crate::object::{self, object};
use crate::shop::clock;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};
use worker::Env;

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS erased(acct TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS late(id INTEGER PRIMARY KEY CHECK(id = 1), count INTEGER NOT NULL) STRICT",
];

object! {
    /// The register of one shop.
    Erasures { state }, no alarm
}

/// What the register says.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Members erased.
    erased: u64,
    /// Refunds, and what platforms told of orders, for a member whom the shop has not, or has no more. It changed nothing.
    late: u64,
}

impl Erasures {
    async fn answer(&self, what: &str, _: String, body: &str) -> Result<Answer, Failure> {
        let sql = Sql::of(&self.state.storage());
        match what {
            "erased" => {
                let acct: String = json::read(body)?;
                let values = vec![acct.as_str().into(), clock::real().into()];
                write(&sql, "INSERT OR IGNORE INTO erased VALUES (?, ?)", values)?;
            }
            "late" => {
                let statement =
                    "INSERT INTO late VALUES (1, 1) ON CONFLICT(id) DO UPDATE SET count = count + 1";
                write(&sql, statement, vec![])?;
            }
            "counts" => {}
            _ => return Err(Failure::unknown_question()),
        }
        let query =
            "SELECT (SELECT count(*) FROM erased) AS erased, coalesce((SELECT count FROM late), 0) AS late";
        let counts: Counts = sql.rows_of("late", query, vec![])?.pop().unwrap_or_default();
        Answer::of(&counts)
    }
}

fn write(sql: &Sql, statement: &str, values: Vec<worker::SqlStorageValue>) -> Result<(), Failure> {
    for table in TABLES {
        sql.run(table, vec![])?;
    }
    Ok(sql.run(statement, values)?)
}

/// Notes that an account lost its member; once, however often it is told.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn erased(env: &Env, shop: &str, acct: &str) -> Result<(), Failure> {
    object::read_named::<Counts>(env, "ERASURES", shop, "erased", &acct).await.map(|_| ())
}

/// Counts what came for a member whom the shop has not. It is only a count: nobody waits longer for it, or fails.
pub(crate) async fn late(env: &Env, shop: &str) {
    if let Err(failure) = object::read_named::<Counts>(env, "ERASURES", shop, "late", &()).await {
        worker::console_error!("late: {failure}");
    }
}

/// What the register says.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn counts(env: &Env, shop: &str) -> Result<Counts, Failure> {
    object::read_named(env, "ERASURES", shop, "counts", &()).await
}
