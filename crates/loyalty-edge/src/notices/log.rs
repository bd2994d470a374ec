//! The delivery log: what was told, to whom, and how it went; for 30 days.

use crate::books;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page::{self, Page};
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::notices::outbox::{Attempt, Delivery, Wanted};
use crate::object::{self, Reply};
use crate::shop::{Shop, clock};
use futures_util::future::try_join_all;
use loyalty_wire::core::sorted;
use serde::Serialize;
use serde_json::Value;
use worker::Env;

/// The list's name in cursors.
const LIST: &str = "deliveries";

/// A delivery as it is told.
#[derive(Serialize)]
struct Shown {
    id: String,
    message: String,
    endpoint: String,
    #[serde(rename = "type")]
    kind: String,
    account: String,
    at: String,
    state: String,
    attempts: usize,
    last_status: Option<u16>,
    next_attempt_at: Option<String>,
}

/// One attempt as it is told.
#[derive(Serialize)]
struct Tried {
    at: String,
    status: Option<u16>,
    error: Option<String>,
    took_ms: i64,
}

fn attempts(delivery: &Delivery) -> Vec<Attempt> {
    json::read(&delivery.attempts).unwrap_or_default()
}

fn shown(delivery: &Delivery) -> Shown {
    let attempts = attempts(delivery);
    Shown {
        id: delivery.id.clone(),
        message: delivery.message.clone(),
        endpoint: delivery.endpoint.clone(),
        kind: delivery.kind.clone(),
        account: delivery.acct.clone(),
        at: clock::text(delivery.made),
        state: delivery.state.clone(),
        last_status: attempts.last().and_then(|last| last.status),
        attempts: attempts.len(),
        next_attempt_at: delivery.due.map(clock::text),
    }
}

async fn ask(env: &Env, name: &str, what: &str, body: &impl Serialize) -> Result<Reply, Failure> {
    let reply = object::ask_named(env, books::CLASS, name, what, body).await?;
    if reply.status == 200 { Ok(reply) } else { Err(Failure::passed(reply.answer())) }
}

/// `GET /v1/shops/{shop}/deliveries`: the latest first.
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let page::Asked { after, limit } = page::Asked::of(&call, LIST)?;
    let state = call.query("state");
    if state.as_deref().is_some_and(|state| !matches!(state, "waiting" | "delivered" | "failed")) {
        return Err(Failure::own(Own::Malformed, "`state` is `waiting`, `delivered` or `failed`"));
    }
    let refused = || Failure::own(Own::Malformed, "`cursor` is the `next_cursor` of a page of this list");
    let place = |text: String| {
        let (made, id) = text.split_once(' ').ok_or_else(refused)?;
        Ok::<_, Failure>((made.parse().map_err(|_| refused())?, id.to_owned()))
    };
    let before = after.map(place).transpose()?;
    let wanted = Wanted { state, endpoint: call.query("endpoint"), before, limit };
    let (env, wanted) = (&call.env, &wanted);
    let one = |shard: u32| async move {
        let reply = ask(env, &format!("{}/{shard:x}", shop.id), "deliveries", wanted).await?;
        json::read::<Vec<Delivery>>(&reply.body).map_err(Failure::unavailable)
    };
    let all = try_join_all((0..16).map(one)).await?.into_iter().flatten().collect();
    let all = sorted(all, |one: &Delivery, other| (one.made, &one.id) > (other.made, &other.id));
    let page = Page::of(LIST, limit, all, |last| format!("{} {}", last.made, last.id));
    let page = page.try_map(|delivery| Ok(shown(&delivery)))?;
    Answer::of(&page)
}

/// Asks the object that has a delivery: its digit is the first of the id.
async fn of_one(call: &Call, shop: &Shop, what: &str) -> Result<Delivery, Failure> {
    let id = call.param("delivery")?;
    let digit = id.strip_prefix("dlv_").and_then(|rest| rest.chars().next());
    let digit = digit.filter(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
    let digit = digit.ok_or_else(|| Failure::own(Own::NotFound, "no such delivery"))?;
    let reply = ask(&call.env, &format!("{}/{digit}", shop.id), what, &id).await?;
    json::read(&reply.body).map_err(Failure::unavailable)
}

/// `GET /v1/shops/{shop}/deliveries/{delivery}`
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        shown: Shown,
        body: Value,
        log: Vec<Tried>,
    }
    let delivery = of_one(&call, shop, "delivery").await?;
    let tried = |one: Attempt| Tried {
        at: clock::text(one.at),
        status: one.status,
        error: one.error,
        took_ms: one.took,
    };
    let log = attempts(&delivery).into_iter().map(tried).collect();
    let body = json::read(&delivery.body).map_err(Failure::unavailable)?;
    Answer::of(&Whole { shown: shown(&delivery), body, log })
}

/// `POST /v1/shops/{shop}/deliveries/{delivery}/replay`
pub(crate) async fn replay(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let delivery = of_one(&call, shop, "replay").await?;
    Ok(Answer::json(202, serde_json::to_string(&shown(&delivery))?))
}
