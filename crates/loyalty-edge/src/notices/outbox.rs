//! What is to be delivered and what was: the tables of one object of the books.

use crate::books::tables::is_there;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::notices::home::Home;
use crate::notices::schedule;
use crate::sql::Sql;
use core::time::Duration;
use loyalty_wire::core::sorted;
use serde::{Deserialize, Serialize};
use worker::Storage;

pub(crate) const TABLES: [&str; 5] = [
    // The shop's endpoints; `look`: when what will expire is looked at again, `after`: after which account it goes on.
    "CREATE TABLE IF NOT EXISTS notices(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL, endpoints TEXT NOT NULL, \
     look INTEGER NOT NULL, after TEXT NOT NULL) STRICT",
    // How the endpoints that are on fare: failures in a row, since when, and until when they are asked nothing.
    "CREATE TABLE IF NOT EXISTS endpoint(id TEXT PRIMARY KEY, failures INTEGER NOT NULL, since INTEGER NOT NULL, peace INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    // `due`: when it is sent next; none once it is delivered or given up. `failed`: how often, since it was last begun.
    "CREATE TABLE IF NOT EXISTS delivery(id TEXT PRIMARY KEY, message TEXT NOT NULL, endpoint TEXT NOT NULL, kind TEXT NOT NULL, acct TEXT NOT NULL, \
     body TEXT NOT NULL, made INTEGER NOT NULL, due INTEGER, failed INTEGER NOT NULL, state TEXT NOT NULL, attempts TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS delivery_due ON delivery(endpoint, due) WHERE due IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS delivery_made ON delivery(made, id)",
];

/// For how long deliveries are kept, in milliseconds: longer than a message about expiry could be made again.
const KEPT: i64 = 30 * 86_400_000;

/// How many deliveries are under way at once, to one endpoint and in all: the runtime opens no more than 6 connections, and
/// what waits for one must not be taken for an endpoint that does not answer.
const ABREAST: i64 = 3;
const ABREAST_IN_ALL: usize = 6;

/// A message on its way to one endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    /// The message's own id, the same for every endpoint and every attempt.
    pub(crate) message: String,
    pub(crate) endpoint: String,
    pub(crate) kind: String,
    pub(crate) acct: String,
    pub(crate) body: String,
    /// When it was made, milliseconds since 1970.
    pub(crate) made: i64,
    /// When it is sent next.
    pub(crate) due: Option<i64>,
    /// How often it failed since it was last begun.
    pub(crate) failed: u32,
    /// `waiting`, `delivered` or `failed`.
    pub(crate) state: String,
    /// Every [`Attempt`], as JSON.
    pub(crate) attempts: String,
}

/// One attempt to deliver.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// When, milliseconds since 1970.
    pub(crate) at: i64,
    /// What the endpoint answered; none for no answer.
    pub(crate) status: Option<u16>,
    /// Why there was no answer.
    pub(crate) error: Option<String>,
    /// How long it took, in milliseconds.
    pub(crate) took: i64,
}

/// How an endpoint fares.
#[derive(Debug, Default, Deserialize)]
struct Fares {
    failures: u32,
    since: i64,
    peace: i64,
}

/// Keeps new messages; one that is known stays as it is. Inside a transaction.
pub(crate) fn put(sql: &Sql, letters: &[Delivery]) -> worker::Result<()> {
    for one in letters {
        sql.run(
            "INSERT INTO delivery(id, message, endpoint, kind, acct, body, made, due, failed, state, attempts) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'waiting', '[]') ON CONFLICT DO NOTHING",
            vec![
                one.id.as_str().into(),
                one.message.as_str().into(),
                one.endpoint.as_str().into(),
                one.kind.as_str().into(),
                one.acct.as_str().into(),
                one.body.as_str().into(),
                one.made.into(),
                one.due.into(),
            ],
        )?;
    }
    Ok(())
}

fn fares(sql: &Sql, endpoint: &str) -> Result<Fares, Failure> {
    let query = "SELECT failures, since, peace FROM endpoint WHERE id = ?";
    Ok(sql.first(query, vec![endpoint.into()])?.unwrap_or_default())
}

/// What is to be sent now.
pub(super) fn due(sql: &Sql, home: &Home, now: i64) -> Result<Vec<Delivery>, Failure> {
    let mut all = vec![];
    for endpoint in home.endpoints.all.iter().filter(|one| one.is_on()) {
        if fares(sql, &endpoint.id)?.peace <= now {
            all.extend(sql.rows::<Delivery>(
                "SELECT * FROM delivery WHERE endpoint = ? AND due <= ? ORDER BY due LIMIT ?",
                vec![endpoint.id.as_str().into(), now.into(), ABREAST.into()],
            )?);
        }
    }
    let mut all = sorted(all, |one: &Delivery, other| one.due < other.due);
    all.truncate(ABREAST_IN_ALL);
    Ok(all)
}

/// Writes down how an attempt went. Whether the endpoint is to be given up.
pub(super) fn settle(sql: &Sql, delivery: &Delivery, attempt: &Attempt, lot: i64) -> Result<bool, Failure> {
    let mut attempts: Vec<Attempt> = json::read(&delivery.attempts).map_err(Failure::unavailable)?;
    attempts.push(attempt.clone());
    let log = serde_json::to_string(&attempts)?;
    let end = attempt.at.saturating_add(attempt.took);
    let id = || delivery.id.as_str().into();
    if matches!(attempt.status, Some(200..=299)) {
        let delivered = "UPDATE delivery SET state = 'delivered', due = NULL, attempts = ? WHERE id = ?";
        sql.run(delivered, vec![log.into(), id()])?;
        let well = "UPDATE endpoint SET failures = 0, since = 0, peace = 0 WHERE id = ? AND failures > 0";
        sql.run(well, vec![delivery.endpoint.as_str().into()])?;
        return Ok(false);
    }
    let failed = delivery.failed.saturating_add(1);
    let next = schedule::again(failed, lot).map(|wait| end.saturating_add(wait));
    sql.run(
        "UPDATE delivery SET state = ?, due = ?, failed = ?, attempts = ? WHERE id = ? AND due IS NOT NULL",
        vec![
            if next.is_some() { "waiting" } else { "failed" }.into(),
            next.into(),
            i64::from(failed).into(),
            log.into(),
            id(),
        ],
    )?;
    let fares = fares(sql, &delivery.endpoint)?;
    let failures = fares.failures.saturating_add(1);
    let since = if fares.since == 0 { attempt.at } else { fares.since };
    sql.run(
        "UPDATE endpoint SET failures = ?, since = ?, peace = ? WHERE id = ?",
        vec![
            i64::from(failures).into(),
            since.into(),
            end.saturating_add(schedule::peace(failures)).into(),
            delivery.endpoint.as_str().into(),
        ],
    )?;
    if next.is_none() {
        // Nothing is tried there any more, so nothing says for how long it goes on failing.
        sql.run(
            "UPDATE endpoint SET failures = 0, since = 0 WHERE id = ?1 \
             AND NOT EXISTS (SELECT 1 FROM delivery WHERE endpoint = ?1 AND due IS NOT NULL)",
            vec![delivery.endpoint.as_str().into()],
        )?;
    }
    Ok(schedule::is_given_up(since, end))
}

/// When something is to be done next, milliseconds since 1970.
fn next(sql: &Sql, home: &Home) -> Result<Option<i64>, Failure> {
    #[derive(Deserialize)]
    struct Row {
        due: Option<i64>,
    }
    let mut next: Option<i64> = None;
    for endpoint in home.endpoints.all.iter().filter(|one| one.is_on()) {
        let query = "SELECT min(due) AS due FROM delivery WHERE endpoint = ? AND due IS NOT NULL";
        let row: Option<Row> = sql.first(query, vec![endpoint.id.as_str().into()])?;
        if let Some(due) = row.and_then(|row| row.due) {
            let due = due.max(fares(sql, &endpoint.id)?.peace);
            next = Some(next.map_or(due, |next| next.min(due)));
        }
    }
    // What is kept has to be forgotten too, once the last endpoint is deleted.
    let kept = || sql.first::<Row>("SELECT due FROM delivery LIMIT 1", vec![]);
    let look = (!home.endpoints.all.is_empty() || kept()?.is_some()).then_some(home.look);
    Ok(next.into_iter().chain(look).min())
}

/// Sets the alarm for what is to be done next, if none is `set` or a later one is. An alarm is never moved later.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn arm(storage: &Storage, set: Option<i64>, now: i64) -> Result<(), Failure> {
    let sql = Sql::of(storage);
    let Some(home) = Home::of(&sql)? else { return Ok(()) };
    match next(&sql, &home)? {
        Some(next) if set.is_none_or(|set| set > next.max(now)) => {
            Ok(storage.set_alarm(until(next, now)).await?)
        }
        _ => Ok(()),
    }
}

/// Sets the alarm for what is to be done next, or takes it away, at the end of a run.
///
/// # Errors
/// `unavailable`.
pub(super) async fn arm_anew(storage: &Storage, now: i64) -> Result<(), Failure> {
    let sql = Sql::of(storage);
    let next = match Home::of(&sql)? {
        Some(home) => next(&sql, &home)?,
        None => None,
    };
    match next {
        Some(next) => Ok(storage.set_alarm(until(next, now)).await?),
        None => Ok(storage.delete_alarm().await?),
    }
}

fn until(next: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(next.saturating_sub(now)).unwrap_or_default())
}

/// Forgets what is old.
pub(super) fn prune(sql: &Sql, now: i64) -> Result<(), Failure> {
    let old = "DELETE FROM delivery WHERE made < ? AND due IS NULL";
    Ok(sql.run(old, vec![now.saturating_sub(KEPT).into()])?)
}

/// Which deliveries are asked for: before the one at `made` with this id, the latest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) state: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) before: Option<(i64, String)>,
    pub(crate) limit: u32,
}

/// A page of the log, and one more.
pub(crate) fn page(sql: &Sql, wanted: &Wanted) -> Result<Vec<Delivery>, Failure> {
    if !is_there(sql)? {
        return Ok(vec![]);
    }
    let (made, id) = wanted.before.clone().unwrap_or((i64::from(i32::MAX) << 20, String::new()));
    Ok(sql.rows(
        "SELECT * FROM delivery WHERE (made, id) < (?, ?) AND state = coalesce(?, state) AND endpoint = coalesce(?, endpoint) \
         ORDER BY made DESC, id DESC LIMIT ?",
        vec![
            made.into(),
            id.into(),
            wanted.state.clone().into(),
            wanted.endpoint.clone().into(),
            i64::from(wanted.limit).saturating_add(1).into(),
        ],
    )?)
}

/// One delivery.
///
/// # Errors
/// `not_found`.
pub(crate) fn one(sql: &Sql, id: &str) -> Result<Delivery, Failure> {
    let missing = || Failure::own(Own::NotFound, "no such delivery");
    if !is_there(sql)? {
        return Err(missing());
    }
    sql.first("SELECT * FROM delivery WHERE id = ?", vec![id.into()])?.ok_or_else(missing)
}

/// Begins a delivery anew, under the same ids.
///
/// # Errors
/// `not_found`, `endpoint_disabled`.
pub(crate) fn replay(sql: &Sql, id: &str, now: i64) -> Result<Delivery, Failure> {
    let known = one(sql, id)?;
    let home = Home::of(sql)?;
    if home.is_none_or(|home| home.living(&known.endpoint).is_none()) {
        return Err(Failure::own(Own::EndpointDisabled, "its endpoint takes nothing any more"));
    }
    let anew = "UPDATE delivery SET state = 'waiting', due = ?, failed = 0 WHERE id = ?";
    sql.run(anew, vec![now.into(), id.into()])?;
    let well = "UPDATE endpoint SET failures = 0, since = 0, peace = 0 WHERE id = ?";
    sql.run(well, vec![known.endpoint.as_str().into()])?;
    one(sql, id)
}
