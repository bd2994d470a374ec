//! Where a shop is told, and about what. The office is the only writer of the list; every object of the books has a copy,
//! so that an entry is folded without asking anybody.

use crate::books;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page::Page;
use crate::http::problem::{Failure, Own};
use crate::notices::address;
use crate::notices::endpoint::{Change, Endpoint, Endpoints, OVERLAP, Secret, Why, place, seal};
use crate::notices::kind::Kind;
use crate::notices::signature;
use crate::object;
use crate::shop::office::question::{Question, ask};
use crate::shop::{Shop, clock};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use worker::Env;

/// How many days before they expire points are told, when the shop does not say.
const DAYS: i32 = 14;

/// Gives every object of the books its copy.
///
/// # Errors
/// `unavailable` when one of them has not taken it.
pub(crate) async fn spread(env: &Env, shop: &str, endpoints: &Endpoints) -> Result<(), Failure> {
    let one = |shard: u32| async move {
        let name = format!("{shop}/{shard:x}");
        let reply = object::ask_named(env, books::CLASS, &name, "endpoints", endpoints).await?;
        match reply.status {
            200 => Ok(()),
            _ => Err(Failure::unavailable(format!("books {name}: {}", reply.body))),
        }
    };
    try_join_all((0..16).map(one)).await.map(|_| ())
}

/// An endpoint as it is told.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    url: String,
    events: &'a Option<Vec<Kind>>,
    expiring_days: i32,
    created_at: String,
    disabled_at: Option<String>,
    disabled_because: Option<Why>,
    /// The secret itself, in the one answer that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

fn shown<'a>(
    env: &Env,
    shop: &Shop,
    one: &'a Endpoint,
    secret: Option<String>,
) -> Result<Shown<'a>, Failure> {
    Ok(Shown {
        id: &one.id,
        url: one.opened(env, &shop.id, clock::real())?.0,
        events: &one.events,
        expiring_days: one.days,
        created_at: clock::text(one.created),
        disabled_at: one.off.as_ref().map(|off| clock::text(off.at)),
        disabled_because: one.off.as_ref().map(|off| off.why),
        secret,
    })
}

/// A secret and what is kept of it.
fn drawn(env: &Env, shop: &Shop, id: &str) -> Result<(String, Secret), Failure> {
    let bytes: [u8; 32] = crate::digest::random()?;
    let text = signature::secret(bytes);
    let sealed = seal(env, &shop.id)?.close(&place(&shop.id, id), text.as_bytes())?;
    Ok((text, Secret { sealed, until: None }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    url: String,
    #[serde(default)]
    events: Option<Vec<Kind>>,
    #[serde(default)]
    expiring_days: Option<i32>,
}

/// `POST /v1/shops/{shop}/endpoints`
pub(crate) async fn make(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    let refused = |detail: String| Failure::own(Own::EndpointInvalid, detail);
    let url = address::checked(&body.url, call.local).map_err(|what| refused(format!("`url` is {what}")))?;
    let days = body.expiring_days.unwrap_or(DAYS);
    if !(1..=28).contains(&days) {
        return Err(refused("`expiring_days` is 1 to 28".into()));
    }
    if body.events.as_ref().is_some_and(Vec::is_empty) {
        return Err(refused("`events` names at least one, or is absent for all".into()));
    }
    let bytes: [u8; 8] = crate::digest::random()?;
    let id = format!("ep_{}", crate::digest::hex(&bytes));
    let (text, secret) = drawn(&call.env, shop, &id)?;
    let endpoint = Endpoint {
        url: seal(&call.env, &shop.id)?.close(&place(&shop.id, &id), url.as_str().as_bytes())?,
        id,
        events: body.events,
        days,
        secrets: vec![secret],
        created: clock::now(&call)?,
        off: None,
    };
    change(&call, shop, Change::Add(endpoint.clone())).await?;
    let shown = shown(&call.env, shop, &endpoint, Some(text))?;
    Ok(Answer::json(201, serde_json::to_string(&shown)?))
}

async fn change(call: &Call, shop: &Shop, change: Change) -> Result<(), Failure> {
    ask::<()>(&call.env, &shop.id, &Question::ChangeEndpoints(change)).await.map(|_| ())
}

/// `GET /v1/shops/{shop}/endpoints`
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let (_, known): (_, Endpoints) = ask(&call.env, &shop.id, &Question::Endpoints).await?;
    let all = known.all.iter().map(|one| shown(&call.env, shop, one, None)).collect::<Result<_, _>>()?;
    let page = Page::of("endpoints", u32::MAX, all, |one| one.id.to_owned());
    Answer::of(&page)
}

/// `DELETE /v1/shops/{shop}/endpoints/{endpoint}`
pub(crate) async fn delete(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("endpoint")?.to_owned();
    change(&call, shop, Change::Drop { id }).await?;
    Ok(Answer::empty(204))
}

/// `POST /v1/shops/{shop}/endpoints/{endpoint}/rotate`
pub(crate) async fn rotate(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("endpoint")?.to_owned();
    let (text, secret) = drawn(&call.env, shop, &id)?;
    let now = clock::real();
    change(&call, shop, Change::Rotate { id: id.clone(), secret, now }).await?;
    let until = clock::text(now.saturating_add(OVERLAP));
    let told = serde_json::json!({ "id": id, "secret": text, "before_until": until });
    Ok(Answer::json(200, told.to_string()))
}

/// `POST /v1/shops/{shop}/endpoints/{endpoint}/enable`
pub(crate) async fn enable(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("endpoint")?.to_owned();
    change(&call, shop, Change::Enable { id }).await?;
    Ok(Answer::empty(204))
}
