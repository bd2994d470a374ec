//! Local mode: the demo shop's own back office. It holds the merchant's authority, so the browser never
//! needs the API key. In live mode none of these routes is there.

use crate::api::orders::{self, Parts};
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::{Call, own_key};
use crate::http::problem::Failure;
use crate::http::token;
use crate::json;
use crate::shop::Shop;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    shop: String,
    member: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    shop: String,
    member: String,
    order: Box<RawValue>,
    #[serde(default)]
    referral: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refund {
    shop: String,
    member: String,
    order: String,
    refund: Box<RawValue>,
    #[serde(default)]
    currency: Option<Box<RawValue>>,
    #[serde(default)]
    lines: Option<Box<RawValue>>,
}

/// `POST /local/tokens`
pub(crate) async fn token(mut call: Call) -> Result<Answer, Failure> {
    let body: Token = call.fields()?;
    let shop = Shop::load(&call.env, &body.shop).await?;
    token::issued(&call, &shop.id, &body.member)
}

/// `POST /local/orders`
pub(crate) async fn order(mut call: Call) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let body: Order = call.fields()?;
    let shop = Shop::load(&call.env, &body.shop).await?;
    call.caller = Caller::Merchant;
    // A back office knows its order by one name only, so that name serves as the key where none is sent.
    let named: Option<Named> = json::read(body.order.get()).ok();
    let key = key(&call, "order", &named.map(|named| named.id).unwrap_or_default())?;
    orders::book(&call, &shop, key, &body.member, &body.order, body.referral.as_deref()).await
}

/// `POST /local/refunds`
pub(crate) async fn refund(mut call: Call) -> Result<Answer, Failure> {
    let body: Refund = call.fields()?;
    let shop = Shop::load(&call.env, &body.shop).await?;
    call.caller = Caller::Merchant;
    let key = key(&call, "refund", &format!("{}\0{}", body.order, body.refund.get()))?;
    let parts =
        Parts { refund: &body.refund, currency: body.currency.as_deref(), lines: body.lines.as_deref() };
    orders::take_back(&call, &shop, key, &body.member, &body.order, parts).await
}

fn key(call: &Call, kind: &str, name: &str) -> Result<String, Failure> {
    match call.header("Idempotency-Key") {
        Some(_) => call.key(),
        None => Ok(own_key(kind, name)),
    }
}

/// `POST /local/simulate`: the same text for the same scenario as every other host gives.
pub(crate) async fn simulate(mut call: Call) -> Result<Answer, Failure> {
    let scenario = call.text()?;
    Ok(Answer::json(200, loyalty_wire::simulate(&scenario)))
}
