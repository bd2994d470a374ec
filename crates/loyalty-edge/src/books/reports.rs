//! The reports (M40): what is asked, which sums it takes, how it is told.

use crate::books::ledger::Span;
use crate::books::settlements::{month_text, partner};
use crate::books::shards;
use crate::books::table::Table;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::shop::{Shop, clock, programme};
use loyalty_books::{
    Amount, Amounts, Cohort, Columns, Line, Sums, Terms, amount, breakage, cost, outstanding, statement,
};
use loyalty_wire::core::Day;
use serde_json::{Map, Value, json};
use worker::Env;

/// The most days of a statement.
const MOST_DAYS: i32 = 400;

/// The shop's currency.
pub(super) struct Money {
    pub(super) currency: String,
    minor: u32,
}

impl Money {
    /// An amount in minor units, as people write it.
    pub(super) fn text(&self, units: i64) -> String {
        amount(units, self.minor)
    }
}

/// The currency of the shop's programme.
pub(super) async fn money_of(env: &Env, shop: &Shop) -> Result<Money, Failure> {
    let programme = programme::of(env, &shop.id, clock::real()).await?;
    let currency = programme.rules().currency();
    Ok(Money { currency: currency.as_str().to_owned(), minor: currency.minor() })
}

/// The shop's day.
pub(super) async fn day_of(call: &Call, shop: &Shop) -> Result<Day, Failure> {
    let now = clock::set(call)?.unwrap_or_else(clock::real);
    Ok(clock::moment(&*programme::of(&call.env, &shop.id, now).await?, now)?.day)
}

/// `GET /v1/shops/{shop}/reports/liability`
pub(crate) async fn liability(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let (from, to) = days(&call, shop).await?;
    let by_issuer = match call.query("by").as_deref() {
        None => false,
        Some("issuer") => true,
        Some(_) => return Err(Failure::own(Own::Malformed, "`by` is `issuer`")),
    };
    let sums = read(&call, shop, Span { from: from.saturating_sub(1), to, months: false }).await?;
    let mut lines = statement(&sums, from, to);
    if !by_issuer {
        lines = of_all_issuers(lines);
    }
    let mut columns = vec!["day", "wallet"];
    columns.extend(by_issuer.then_some("issuer"));
    columns.push("start");
    columns.extend(Columns::NAMES.iter().filter(|name| **name != "pending"));
    columns.extend(["end", "pending"]);
    let row = |line: &Line| {
        let mut row = vec![json!(day_text(line.day)), json!(line.wallet)];
        row.extend(by_issuer.then(|| json!(partner(&line.issuer))));
        row.push(line.start.into());
        let changes = Columns::NAMES.iter().zip(line.columns.values());
        row.extend(changes.filter(|(name, _)| **name != "pending").map(|(_, points)| json!(points)));
        row.extend([line.end.into(), line.pending.into()]);
        row
    };
    let table = Table { columns, rows: lines.iter().map(row).collect() };
    table.answer(&call, "liability", span_of(from, to))
}

fn of_all_issuers(lines: Vec<Line>) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    for line in lines {
        match all.last_mut().filter(|last| (last.day, &last.wallet) == (line.day, &line.wallet)) {
            Some(last) => {
                last.start = last.start.saturating_add(line.start);
                last.columns.add(&line.columns);
                last.end = last.end.saturating_add(line.end);
                last.pending = last.pending.saturating_add(line.pending);
            }
            None => all.push(Line { issuer: String::new(), ..line }),
        }
    }
    all
}

/// `GET /v1/shops/{shop}/reports/outstanding`
pub(crate) async fn outstanding_points(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let today = day_of(&call, shop).await?.get();
    let (terms, money) = (terms(&call.env, shop).await?, money_of(&call.env, shop).await?);
    let sums = read(&call, shop, Span { from: today, to: today, months: true }).await?;
    let rows = outstanding(&sums, today).into_iter().map(|age| {
        let value = terms.worth(&age.wallet).map(|worth| money.text(worth.of(age.points)));
        let month = (age.month > 0).then(|| month_text(age.month));
        vec![
            json!(age.wallet),
            json!(partner(&age.issuer)),
            json!(month),
            age.points.into(),
            age.pending.into(),
            json!(value),
        ]
    });
    let columns = vec!["wallet", "issuer", "earned", "points", "pending", "value"];
    let table = Table { columns, rows: rows.collect() };
    table.answer(
        &call,
        "outstanding",
        head([("day", json!(day_text(today))), ("currency", json!(money.currency))]),
    )
}

/// `GET /v1/shops/{shop}/reports/breakage`
pub(crate) async fn breakage_rates(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let today = day_of(&call, shop).await?.get();
    let cohorts = breakage(&read(&call, shop, Span { from: today, to: today, months: true }).await?, today);
    let mut over: Amounts<&str, Cohort> = Amounts::new();
    let mut left: Amounts<&str, i64> = Amounts::new();
    for ((wallet, _), cohort) in &cohorts {
        left.add(wallet, &cohort.outstanding);
        if cohort.outstanding == 0 {
            over.add(wallet, cohort);
        }
    }
    let expected = left.into_iter().map(|(wallet, left)| {
        let over = over.get(wallet).copied().unwrap_or_default();
        json!({ "wallet": wallet, "rate": over.rate(), "outstanding": left, "expected": over.share_of(left) })
    });
    let expected: Vec<Value> = expected.collect();
    let rows = cohorts.iter().map(|((wallet, month), cohort)| {
        let Cohort { issued, used, expired, outstanding } = *cohort;
        vec![
            json!(wallet),
            json!(month_text(*month)),
            issued.into(),
            used.into(),
            expired.into(),
            outstanding.into(),
            json!(cohort.rate()),
        ]
    });
    let columns = vec!["wallet", "earned", "issued", "used", "expired", "outstanding", "rate"];
    let table = Table { columns, rows: rows.collect() };
    table.answer(&call, "breakage", head([("day", json!(day_text(today))), ("expected", json!(expected))]))
}

/// `GET /v1/shops/{shop}/reports/cost`
pub(crate) async fn programme_cost(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let (from, to) = days(&call, shop).await?;
    let (terms, money) = (terms(&call.env, shop).await?, money_of(&call.env, shop).await?);
    let sums = read(&call, shop, Span { from: from.saturating_sub(1), to, months: false }).await?;
    let cost = cost(&sums, &terms, from, to);
    let columns =
        vec!["revenue", "redeemed", "redeemed_share", "issued", "issued_share", "start_value", "end_value"];
    let row = vec![
        json!(money.text(cost.revenue)),
        json!(money.text(cost.redeemed)),
        json!(cost.share(cost.redeemed)),
        json!(money.text(cost.issued)),
        json!(cost.share(cost.issued)),
        json!(money.text(cost.start)),
        json!(money.text(cost.end)),
    ];
    let mut head = span_of(from, to);
    head.insert("currency".into(), money.currency.into());
    Table { columns, rows: vec![row] }.answer(&call, "cost", head)
}

async fn terms(env: &Env, shop: &Shop) -> Result<Terms, Failure> {
    Ok(Terms::of(programme::of(env, &shop.id, clock::real()).await?.rules()))
}

/// The sums of a span, of the wallet that was asked for or of all.
async fn read(call: &Call, shop: &Shop, span: Span) -> Result<Sums, Failure> {
    let mut sums = shards::ask(&call.env, shop, "sums", &span).await?;
    if let Some(wallet) = call.query("wallet") {
        sums.daily.retain(|(_, place)| place.wallet == wallet);
        sums.outlook.retain(|(place, _)| place.wallet == wallet);
    }
    Ok(sums)
}

/// The days that are asked for: at most 400, none after today; the last 30 by default.
async fn days(call: &Call, shop: &Shop) -> Result<(i32, i32), Failure> {
    let today = day_of(call, shop).await?;
    let day = |name: &str| match call.query(name) {
        Some(text) => Day::parse(&text)
            .map(|day| Some(day.get()))
            .map_err(|_| Failure::own(Own::Malformed, format!("`{name}` is a day such as 2026-01-31"))),
        None => Ok(None),
    };
    let to = day("to")?.unwrap_or(today.get());
    let from = day("from")?.unwrap_or(to.saturating_sub(29).max(0));
    if from > to || to > today.get() || to.saturating_sub(from) >= MOST_DAYS {
        let detail =
            format!("`from` to `to` are at most {MOST_DAYS} days, none of them after today, {today}");
        return Err(Failure::own(Own::Malformed, detail));
    }
    Ok((from, to))
}

fn span_of(from: i32, to: i32) -> Map<String, Value> {
    head([("from", json!(day_text(from))), ("to", json!(day_text(to)))])
}

fn head<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    let mut head = Map::new();
    for (name, value) in fields {
        head.insert(name.to_owned(), value);
    }
    head
}

fn day_text(day: i32) -> Option<String> {
    Day::new(day).ok().map(|day| day.to_string())
}
