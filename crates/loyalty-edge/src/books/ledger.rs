//! The sums of one object: what the feed adds, what reports read, what a settlement closes.

use crate::account::transaction::atomically;
use crate::books::feed::signed;
use crate::books::tables::{create, is_there};
use crate::http::problem::Failure;
use crate::json;
use crate::sql::Sql;
use loyalty_books::{Columns, NEVER, Place, Spent, Spents, Sums, Takings};
use serde::{Deserialize, Serialize};
use worker::Storage;

/// Which sums are read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Span {
    /// What was on an earlier day counts on this one.
    pub(crate) from: i32,
    /// The last day.
    pub(crate) to: i32,
    /// Whether the months of earning are told apart.
    pub(crate) months: bool,
}

/// A redemption the account knows.
pub(super) fn spent(sql: &Sql, acct: &str, name: &str) -> Result<Option<Spent>, Failure> {
    let query = "SELECT body FROM spent WHERE acct = ? AND name = ?";
    let body = sql.body(query, vec![acct.into(), name.into()])?;
    body.map(|body| json::read(&body).map_err(Failure::unavailable)).transpose()
}

/// Keeps redemptions. Inside a transaction.
pub(super) fn keep(sql: &Sql, acct: &str, spents: &Spents) -> worker::Result<()> {
    for (name, spent) in spents {
        let body = serde_json::to_string(spent)?;
        sql.run(
            "INSERT INTO spent(acct, name, body) VALUES (?, ?, ?) ON CONFLICT(acct, name) DO UPDATE SET body = excluded.body",
            vec![acct.into(), name.as_str().into(), body.into()],
        )?;
    }
    Ok(())
}

/// Adds to the sums. Inside a transaction.
pub(super) fn add(sql: &Sql, sums: &Sums) -> worker::Result<()> {
    let closed = closed(sql)?;
    for ((day, place), columns) in &sums.daily {
        let mut values = vec![(*day).into()];
        values.extend(of_place(place));
        for value in columns.values() {
            values.push(signed(value)?);
        }
        let more: Vec<String> =
            Columns::NAMES.iter().map(|name| format!("{name} = {name} + excluded.{name}")).collect();
        let marks = vec!["?"; values.len()].join(", ");
        let names = Columns::NAMES.join(", ");
        let statement = format!(
            "INSERT INTO daily(day, wallet, issuer, month, {names}) VALUES ({marks}) ON CONFLICT(day, wallet, issuer, month) DO UPDATE SET {}",
            more.join(", ")
        );
        sql.run(&statement, values)?;
    }
    for ((place, fate), points) in &sums.outlook {
        let mut key: Vec<_> = of_place(place).into();
        key.extend([fate.due.into(), fate.ripe.into()]);
        let mut values = key.clone();
        values.push(signed(*points)?);
        sql.run(
            "INSERT INTO outlook(wallet, issuer, month, due, ripe, points) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT(wallet, issuer, month, due, ripe) DO UPDATE SET points = points + excluded.points",
            values,
        )?;
        let nothing = "DELETE FROM outlook WHERE wallet = ? AND issuer = ? AND month = ? AND due = ? AND ripe = ? AND points = 0";
        sql.run(nothing, key)?;
    }
    for (day, Takings { revenue, refunded, redeemed, returned }) in &sums.takings {
        sql.run(
            "INSERT INTO takings(day, revenue, refunded, redeemed, returned) VALUES (?, ?, ?, ?, ?) ON CONFLICT(day) DO UPDATE SET \
             revenue = revenue + excluded.revenue, refunded = refunded + excluded.refunded, \
             redeemed = redeemed + excluded.redeemed, returned = returned + excluded.returned",
            vec![(*day).into(), signed(*revenue)?, signed(*refunded)?, signed(*redeemed)?, signed(*returned)?],
        )?;
    }
    for ((month, pair), owed) in &sums.owed {
        // What comes after a period was closed belongs to the next.
        let month = closed.map_or(*month, |through| (*month).max(through.saturating_add(1)));
        sql.run(
            "INSERT INTO owed(month, debtor, creditor, wallet, points, value) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT(month, debtor, creditor, wallet) DO UPDATE SET points = points + excluded.points, value = value + excluded.value",
            vec![
                month.into(),
                pair.debtor.as_str().into(),
                pair.creditor.as_str().into(),
                pair.wallet.as_str().into(),
                signed(owed.points)?,
                signed(owed.value)?,
            ],
        )?;
    }
    Ok(())
}

fn of_place(place: &Place) -> [worker::SqlStorageValue; 3] {
    [place.wallet.as_str().into(), place.issuer.as_str().into(), place.month.into()]
}

const PLACE: [&str; 3] = ["wallet", "issuer", "month"];

/// Columns as one JSON object. The rows of [`Sums`] are made by the database as they are sent.
fn object(columns: &[&str]) -> String {
    let fields: Vec<String> = columns.iter().map(|name| format!("'{name}', {name}")).collect();
    format!("json_object({})", fields.join(", "))
}

/// The text of [`Sums`].
fn sums(lists: [(&str, Vec<String>); 4]) -> String {
    let lists = lists.map(|(name, rows)| format!("\"{name}\":[{}]", rows.join(",")));
    format!("{{{}}}", lists.join(","))
}

/// The sums of a span of days.
pub(super) fn read(storage: &Storage, span: &Span) -> Result<String, Failure> {
    let sql = Sql::of(storage);
    let is_there = is_there(&sql)?;
    let rows = |query: String| if is_there { sql.bodies(&query, vec![]) } else { Ok(vec![]) };
    let Span { from, to, months } = *span;
    let month = if months { "month" } else { "0" };
    let columns: Vec<String> = Columns::NAMES.iter().map(|name| format!("sum({name}) AS {name}")).collect();
    let daily = format!(
        "SELECT json_array(json_array(day, {}), {}) AS body FROM (SELECT max(day, {from}) AS day, wallet, issuer, {month} AS month, {} \
         FROM daily WHERE day <= {to} GROUP BY 1, 2, 3, 4)",
        object(&PLACE),
        object(Columns::NAMES),
        columns.join(", ")
    );
    // What is over after the last day is all one, and so is what was over before the first.
    let outlook = format!(
        "SELECT json_array(json_array({}, {}), points) AS body FROM (SELECT wallet, issuer, {month} AS month, \
         CASE WHEN due > {to} THEN {NEVER} ELSE max(due, {from}) END AS due, \
         CASE WHEN ripe = 0 THEN 0 WHEN ripe > {to} THEN {NEVER} ELSE max(ripe, {from}) END AS ripe, \
         sum(points) AS points FROM outlook GROUP BY 1, 2, 3, 4, 5)",
        object(&PLACE),
        object(&["due", "ripe"])
    );
    let takings = format!(
        "SELECT json_array(day, {}) AS body FROM takings WHERE day BETWEEN {from} AND {to}",
        object(&["revenue", "refunded", "redeemed", "returned"])
    );
    Ok(sums([
        ("daily", rows(daily)?),
        ("outlook", rows(outlook)?),
        ("takings", rows(takings)?),
        ("owed", vec![]),
    ]))
}

/// What is owed, in every period.
pub(super) fn owed(storage: &Storage) -> Result<String, Failure> {
    let sql = Sql::of(storage);
    let query = format!(
        "SELECT json_array(json_array(month, {}), {}) AS body FROM owed",
        object(&["debtor", "creditor", "wallet"]),
        object(&["points", "value"])
    );
    let owed = if is_there(&sql)? { sql.bodies(&query, vec![])? } else { vec![] };
    Ok(sums([("daily", vec![]), ("outlook", vec![]), ("takings", vec![]), ("owed", owed)]))
}

/// The last month that is closed here.
fn closed(sql: &Sql) -> worker::Result<Option<i32>> {
    #[derive(Deserialize)]
    struct Row {
        through: Option<i32>,
    }
    Ok(sql.first::<Row>("SELECT max(through) AS through FROM cut", vec![])?.and_then(|row| row.through))
}

/// Closes everything through a month, and says what is owed: from now on nothing is added to it.
pub(super) fn cut(storage: &Storage, through: i32) -> Result<String, Failure> {
    let sql = Sql::of(storage);
    create(storage, &sql)?;
    atomically(storage, move || {
        sql.run("INSERT INTO cut(through) VALUES (?) ON CONFLICT DO NOTHING", vec![through.into()])
    })?;
    owed(storage)
}
