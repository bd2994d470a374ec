//! The shop's register of erasures: which accounts lost their member, and how much came too late for one. It
//! shows that erasures were carried out, and names nobody.

use crate::account::object;
use crate::http::answer::Answer;
use crate::http::problem::{Failure, Own};
use crate::http::url::Url;
use crate::shop::clock;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, State, durable_object};

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS erased(acct TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS late(id INTEGER PRIMARY KEY CHECK(id = 1), count INTEGER NOT NULL) STRICT",
];

/// The register of one shop.
#[durable_object(fetch)]
pub struct Erasures {
    state: State,
}

impl DurableObject for Erasures {
    fn new(state: State, _: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let url = Url::of(&request);
        let body = request.text().await?;
        self.answer(url.path(), &body).unwrap_or_else(|failure| failure.answer()).into_response()
    }
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
    fn answer(&self, path: &str, body: &str) -> Result<Answer, Failure> {
        let sql = Sql::of(&self.state.storage());
        match path.trim_start_matches('/').split('/').next() {
            Some("erased") => {
                let acct: String = serde_json::from_str(body)?;
                let values = vec![acct.as_str().into(), clock::real().into()];
                write(&sql, "INSERT OR IGNORE INTO erased VALUES (?, ?)", values)?;
            }
            Some("late") => {
                let statement =
                    "INSERT INTO late VALUES (1, 1) ON CONFLICT(id) DO UPDATE SET count = count + 1";
                write(&sql, statement, vec![])?;
            }
            Some("counts") => {}
            _ => return Err(Failure::own(Own::NotFound, "the object does not know this question")),
        }
        let query =
            "SELECT (SELECT count(*) FROM erased) AS erased, coalesce((SELECT count FROM late), 0) AS late";
        let counts: Counts = sql.rows_of("late", query, vec![])?.pop().unwrap_or_default();
        Ok(Answer::json(200, serde_json::to_string(&counts)?))
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
        worker::console_error!("late: {failure:?}");
    }
}

/// What the register says.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn counts(env: &Env, shop: &str) -> Result<Counts, Failure> {
    object::read_named(env, "ERASURES", shop, "counts", &()).await
}
