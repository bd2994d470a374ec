//! Requests about somebody's data that a platform passes on: KV `privacy/{shop}/{hash}`, a list the merchant reads.

use crate::digest;
use crate::hooks::{listed, paged};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::kv;
use crate::shop::{self, Shop, clock};
use futures_util::future::join_all;
use loyalty_hooks::Privacy;
use serde_json::json;
use serde_json::value::RawValue;
use worker::Env;

/// The list's name in cursors.
const LIST: &str = "privacy-requests";

fn place(shop: &str, id: &str) -> String {
    format!("privacy/{shop}/{id}")
}

/// Keeps a request. Answers whether it is a new one; one that is sent again is the same.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn record(env: &Env, shop: &str, asked: &Privacy, at: i64) -> Result<bool, Failure> {
    let Privacy { topic, customer, orders } = asked;
    let text = json!({ "topic": topic, "customer": customer, "orders": orders }).to_string();
    let id = digest::hex(digest::sha256(&[text.as_bytes()]).get(..16).unwrap_or_default());
    let key = place(shop, &id);
    if shop::kv(env)?.get(&key).text().await?.is_some() {
        return Ok(false);
    }
    let kept =
        json!({ "id": id, "at": clock::text(at), "topic": topic, "customer": customer, "orders": orders });
    kv::put(env, &key, &kept.to_string()).await?;
    Ok(true)
}

/// `GET /v1/shops/{shop}/privacy-requests`
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let kv = shop::kv(&call.env)?;
    let page = listed(&call, LIST, place(&shop.id, "")).await?;
    let texts = join_all(page.keys.iter().map(|key| kv.get(&key.name).text())).await;
    let mut data: Vec<Box<RawValue>> = Vec::with_capacity(texts.len());
    for text in texts {
        // One that is gone since it was listed is no request any more.
        data.extend(text?.map(RawValue::from_string).transpose().map_err(Failure::unavailable)?);
    }
    paged(LIST, data, page)
}
