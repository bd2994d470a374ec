//! Settlements between partners (M33): what is owed for a calendar month of the shop, closed once.
//!
//! The closing object writes down that a period is being closed; each of the sixteen then closes its part and says
//! what is owed, which no later entry changes; the closing object keeps the sum. A closing that dies anywhere is
//! completed by the next request, and two at once come to the same settlement.

use crate::account::transaction::atomically;
use crate::books::reports::{Money, day_of, money_of};
use crate::books::tables::{create, is_there};
use crate::books::{CLASS, closer, shards};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object;
use crate::shop::{Shop, clock};
use crate::sql::Sql;
use loyalty_books::{Settlement, month_of, settle};
use loyalty_wire::core::Day;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::{Env, Storage};

/// A settlement that is closed, or being closed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known {
    /// Its month.
    through: i32,
    /// The month of the one before; 0 for the first.
    after: i32,
    /// Its text; none while it is being closed.
    body: Option<String>,
}

/// What became of the wish to close a period.
#[derive(Serialize, Deserialize)]
pub(crate) enum Begun {
    /// It is being closed, after this month.
    Closing(i32),
    /// It was closed before.
    Closed(String),
    /// Another one is being closed, after this month.
    Other(i32, i32),
    /// It is part of a later one.
    Covered(i32),
}

/// A closed settlement's text.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    through: i32,
    body: String,
    /// Whether it was kept just now.
    #[serde(default)]
    new: bool,
}

/// All settlements, the latest first.
pub(super) fn known(storage: &Storage) -> Result<Vec<Known>, Failure> {
    let sql = Sql::of(storage);
    if !is_there(&sql)? {
        return Ok(vec![]);
    }
    Ok(sql.rows("SELECT through, after, body FROM settlement ORDER BY through DESC", vec![])?)
}

/// Writes down that a period is being closed.
pub(super) fn begin(storage: &Storage, through: i32) -> Result<Begun, Failure> {
    let sql = Sql::of(storage);
    create(storage, &sql)?;
    let all = known(storage)?;
    if let Some(known) = all.iter().find(|known| known.through == through) {
        return Ok(known.body.clone().map_or(Begun::Closing(known.after), Begun::Closed));
    }
    if let Some(other) = all.iter().find(|known| known.body.is_none()) {
        return Ok(Begun::Other(other.through, other.after));
    }
    let after = all.first().map_or(0, |last| last.through);
    if through < after {
        return Ok(Begun::Covered(after));
    }
    atomically(storage, move || {
        let statement = "INSERT INTO settlement(through, after) VALUES (?, ?)";
        sql.run(statement, vec![through.into(), after.into()])
    })?;
    Ok(Begun::Closing(after))
}

/// Keeps a settlement, unless it is kept already; the one that is kept.
pub(super) fn keep(storage: &Storage, kept: Kept) -> Result<Kept, Failure> {
    let there = known(storage)?.into_iter().find(|known| known.through == kept.through);
    match there {
        Some(Known { body: Some(body), .. }) => Ok(Kept { body, new: false, ..kept }),
        Some(_) => {
            let (sql, through, body) = (Sql::of(storage), kept.through, kept.body.clone());
            atomically(storage, move || {
                let statement = "UPDATE settlement SET body = ? WHERE through = ?";
                sql.run(statement, vec![body.into(), through.into()])
            })?;
            Ok(Kept { new: true, ..kept })
        }
        None => Err(Failure::unavailable("a settlement that was not begun")),
    }
}

/// `POST /v1/shops/{shop}/settlements/{period}/close`
pub(crate) async fn close(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let month = period(&call)?;
    let today = day_of(&call, shop).await?;
    if month >= month_of(today) {
        return Err(Failure::own(Own::PeriodOpen, format!("{} is not over yet", month_text(month))));
    }
    let money = money_of(&call.env, shop).await?;
    loop {
        match ask(&call.env, shop, "begin", &month).await? {
            Begun::Closed(body) => return Ok(replayed(body)),
            Begun::Covered(by) => {
                let detail = format!("{} is part of the settlement of {}", month_text(month), month_text(by));
                return Err(Failure::own(Own::SettlementClosed, detail));
            }
            Begun::Closing(after) => {
                let kept = complete(&call.env, shop, &money, month, after).await?;
                return Ok(if kept.new { Answer::json(201, kept.body) } else { replayed(kept.body) });
            }
            Begun::Other(other, after) => {
                complete(&call.env, shop, &money, other, after).await?;
            }
        }
    }
}

fn replayed(body: String) -> Answer {
    Answer::json(200, body).with("Idempotency-Replayed", "true")
}

async fn complete(env: &Env, shop: &Shop, money: &Money, through: i32, after: i32) -> Result<Kept, Failure> {
    let sums = shards::ask(env, shop, "cut", &through).await?;
    let closed_at = clock::text(clock::real());
    let body = told(&settle(&sums, after, through), money, through, after, Some(closed_at));
    ask(env, shop, "close", &Kept { through, body: body.to_string(), new: false }).await
}

/// `GET /v1/shops/{shop}/settlements`
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let all = closed(&call.env, shop).await?;
    let data: Vec<Value> = all.iter().filter_map(|known| json::read(known.body.as_deref()?).ok()).collect();
    let through = month_of(day_of(&call, shop).await?);
    let open = running(&call.env, shop, &all, through).await?;
    Ok(Answer::json(200, json!({ "open": open, "data": data }).to_string()))
}

/// `GET /v1/shops/{shop}/settlements/{period}`
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let month = period(&call)?;
    let all = closed(&call.env, shop).await?;
    match all.iter().rfind(|known| known.through >= month) {
        None => Ok(Answer::json(200, running(&call.env, shop, &all, month).await?.to_string())),
        Some(Known { through, body: Some(body), .. }) if *through == month => {
            Ok(Answer::json(200, body.clone()))
        }
        Some(Known { through, .. }) => {
            let detail =
                format!("{} is part of the settlement of {}", month_text(month), month_text(*through));
            Err(Failure::own(Own::NotFound, detail))
        }
    }
}

/// All settlements that are closed, the latest first.
async fn closed(env: &Env, shop: &Shop) -> Result<Vec<Known>, Failure> {
    let all: Vec<Known> = ask(env, shop, "settlements", &()).await?;
    Ok(all.into_iter().filter(|known| known.body.is_some()).collect())
}

/// What is owed so far since the last settlement.
async fn running(env: &Env, shop: &Shop, all: &[Known], through: i32) -> Result<Value, Failure> {
    let after = all.first().map_or(0, |last| last.through);
    let sums = shards::ask(env, shop, "owed", &()).await?;
    Ok(told(&settle(&sums, after, through), &money_of(env, shop).await?, through, after, None))
}

fn told(
    settlement: &Settlement,
    money: &Money,
    through: i32,
    after: i32,
    closed_at: Option<String>,
) -> Value {
    let obligation = |one: &loyalty_books::Obligation| {
        json!({
            "debtor": partner(&one.pair.debtor), "creditor": partner(&one.pair.creditor), "wallet": one.pair.wallet,
            "points": one.owed.points, "value": money.text(one.owed.value),
        })
    };
    let payment = |(from, to, value): &(String, String, i64)| json!({ "from": partner(from), "to": partner(to), "value": money.text(*value) });
    let net =
        |(name, value): &(String, i64)| json!({ "partner": partner(name), "value": money.text(*value) });
    json!({
        "period": month_text(through),
        "after": (after > 0).then(|| month_text(after)),
        "status": if closed_at.is_some() { "closed" } else { "open" },
        "closed_at": closed_at,
        "currency": money.currency,
        "obligations": settlement.obligations.iter().map(obligation).collect::<Vec<_>>(),
        "payments": settlement.payments.iter().map(payment).collect::<Vec<_>>(),
        "net": settlement.net.iter().map(net).collect::<Vec<_>>(),
    })
}

/// A partner's name; nothing for the shop itself.
pub(super) fn partner(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}

/// Asks the object that closes settlements.
async fn ask<T: DeserializeOwned>(
    env: &Env,
    shop: &Shop,
    what: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    object::read_named(env, CLASS, &closer(shop), what, body).await
}

/// The month of the path.
fn period(call: &Call) -> Result<i32, Failure> {
    let text = call.param("period")?;
    let day = Day::parse(&format!("{text}-01")).ok().filter(|_| text.len() == 7);
    let refused = || Failure::own(Own::Malformed, "a period is a month such as 2026-01");
    day.map(month_of).ok_or_else(refused)
}

/// A month as people write it.
pub(super) fn month_text(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_written_as_they_are_read() {
        for text in ["1970-01", "2026-09", "2026-12", "9999-12"] {
            let day = Day::parse(&format!("{text}-01")).unwrap();
            assert_eq!(month_text(month_of(day)), text);
        }
    }
}
