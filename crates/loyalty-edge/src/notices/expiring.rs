//! What will expire, looked at once a day of the shop, in what the books expect of each account.
//!
//! Nothing has to be written for it when points are earned: the books know the day at whose end every lot expires, if
//! nothing else happens. A message is about the points of one account in one wallet and one such day, and its id follows
//! from these, so it is made once however often it is looked at.

use crate::account::transaction::atomically;
use crate::http::problem::Failure;
use crate::json;
use crate::notices::home::Home;
use crate::notices::kind::Kind;
use crate::notices::lot;
use crate::notices::outbox::{self, Delivery};
use crate::shop::{clock, programme};
use crate::sql::Sql;
use loyalty_books::{Amounts, Known};
use loyalty_wire::core::Day;
use serde::Deserialize;
use serde_json::{Map, json};
use worker::{Env, Storage};

/// How many accounts are looked at in one transaction, and in one run.
const BATCH: i64 = 200;
const RUN: usize = 25;

/// When it is tried again where it could not be done, in milliseconds.
const AGAIN: i64 = 900_000;

/// Looks, if it is time.
///
/// # Errors
/// `unavailable`; it is tried again.
pub(super) async fn look(storage: &Storage, env: &Env) -> Result<(), Failure> {
    let (sql, now) = (Sql::of(storage), clock::real());
    let Some(home) = Home::of(&sql)?.filter(|home| home.look <= now) else { return Ok(()) };
    note(&sql, now.saturating_add(AGAIN), &home.after)?;
    outbox::prune(&sql, now)?;
    let programme = programme::of(env, home.shop(), now).await?;
    let moment = clock::moment(&programme, now)?;
    // A list that came meanwhile wants everything looked at anew.
    let Some(home) = Home::of(&sql)?.filter(|home| home.look > now) else { return Ok(()) };
    let mut after = home.after.clone();
    if home.endpoints.all.iter().any(|one| one.wants(Kind::ExpiringSoon)) {
        for _ in 0..RUN {
            let Some(last) = batch(storage, &sql, &home, after.clone(), moment.day, now)? else {
                after = String::new();
                break;
            };
            after = last;
        }
    }
    let minutes = (24 * 60 - i64::from(moment.minute)).max(1);
    // Some minutes into the day, so that not all objects of a time zone wake at midnight.
    let minutes = minutes.saturating_add(lot() / 50);
    let next = if after.is_empty() { now.saturating_add(minutes.saturating_mul(60_000)) } else { now };
    note(&sql, next, &after)
}

fn note(sql: &Sql, look: i64, after: &str) -> Result<(), Failure> {
    Ok(sql.run("UPDATE notices SET look = ?, after = ?", vec![look.into(), after.into()])?)
}

/// Looks at some accounts; the last of them, or nothing after the last of all.
fn batch(
    storage: &Storage,
    sql: &Sql,
    home: &Home,
    after: String,
    today: Day,
    now: i64,
) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    struct Row {
        acct: String,
        body: String,
    }
    let query = "SELECT acct, body FROM account WHERE acct > ? ORDER BY acct LIMIT ?";
    let rows: Vec<Row> = sql.rows(query, vec![after.into(), BATCH.into()])?;
    let mut letters = vec![];
    for Row { acct, body } in &rows {
        let known: Known = json::read(body).map_err(Failure::unavailable)?;
        letters.extend(told(home, acct, &known, today, now));
    }
    let sql = sql.clone();
    atomically(storage, move || outbox::put(&sql, &letters))?;
    Ok(rows.into_iter().next_back().map(|row| row.acct))
}

/// What of an account will expire soon, for every endpoint that wants to know.
fn told(home: &Home, acct: &str, known: &Known, today: Day, now: i64) -> Vec<Delivery> {
    let mut letters = vec![];
    for to in home.endpoints.all.iter().filter(|one| one.wants(Kind::ExpiringSoon)) {
        let last = today.get().saturating_add(to.days);
        let mut soon: Amounts<(String, i32), i64> = Amounts::new();
        for ((place, fate), points) in known.outlook() {
            if (today.get()..=last).contains(&fate.due) {
                soon.add((place.wallet, fate.due), &points);
            }
        }
        for ((wallet, due), points) in soon.into_iter().filter(|(_, points)| *points > 0) {
            let Ok(day) = Day::new(due) else { continue };
            let place = format!("{}/expiring/{}/{wallet}/{due}", known.epoch, to.days);
            let data = json!({ "wallet": wallet, "points": points, "last_day": day.to_string() });
            let data: Map<_, _> = data.as_object().cloned().unwrap_or_default();
            letters.extend(home.letter(to, acct, &place, now, (Kind::ExpiringSoon, data)));
        }
    }
    letters
}
