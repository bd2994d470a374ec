//! The shop's members: enrolled, listed, found, changed.

use crate::account::step;
use crate::api::members::member;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page;
use crate::http::problem::{Failure, Own};
use crate::object;
use crate::people::alias::{Card, Changing, Open};
use crate::people::link;
use crate::people::vault::{self, Change, Sent};
use crate::shop::{self, Shop, clock};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::json;
use worker::Env;

/// The list of members, for its cursors.
const LIST: &str = "members";

/// How many members are found at most.
const FOUND: u64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    member: String,
    #[serde(default)]
    profile: Sent,
}

/// `POST /v1/shops/{shop}/members`
///
/// A member who is known stays as they are, but for the fields that are given; so it needs no idempotency key.
pub(crate) async fn enrol(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    step::member(&body.member)?;
    let change = vault::checked(body.profile)?;
    let status = if link::known(&call.env, &shop.id, &body.member).await?.is_some() { 200 } else { 201 };
    let acct = link::account(&call.env, &shop.id, &body.member).await?.acct;
    let open = Open { shop: shop.id.clone(), member: body.member, create: true, seen: Some(acct) };
    let card = apply(&call.env, open, change).await?;
    Ok(Answer::json(status, serde_json::to_string(&card)?))
}

/// `PATCH /v1/shops/{shop}/members/{member}`, `PATCH /v1/shops/{shop}/me/profile`
pub(crate) async fn change(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let change = vault::checked(call.fields()?)?;
    let member = member(&call)?;
    let acct = link::known(&call.env, &shop.id, member).await?.ok_or_else(unknown)?.acct;
    // Whoever was erased meanwhile, and is still seen here, is not brought back.
    let open = Open { shop: shop.id.clone(), member: member.to_owned(), create: false, seen: Some(acct) };
    Answer::of(&apply(&call.env, open, change).await?)
}

async fn apply(env: &Env, open: Open, change: Change) -> Result<Card, Failure> {
    let alias = link::alias(env, &open.shop, &open.member)?;
    let card: Option<Card> =
        object::read_named(env, "ALIAS", &alias, "change", &Changing { open, change }).await?;
    card.ok_or_else(unknown)
}

/// `GET /v1/shops/{shop}/members/{member}/profile`, `GET /v1/shops/{shop}/me/profile`
pub(crate) async fn profile(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let alias = link::alias(&call.env, &shop.id, member(&call)?)?;
    let card = card(&call.env, &alias).await?.ok_or_else(unknown)?;
    Answer::of(&card)
}

/// A member's card, by the name of their object.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn card(env: &Env, alias: &str) -> Result<Option<Card>, Failure> {
    object::read_named(env, "ALIAS", alias, "card", &()).await
}

pub(crate) fn unknown() -> Failure {
    Failure::own(Own::NotFound, "the shop has no such member")
}

/// `GET /v1/shops/{shop}/members`
///
/// All members by pages, or with `email` or `phone` those who have it.
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    for field in vault::FOUND_BY {
        if let Some(value) = call.query(field) {
            return found(&call.env, shop, field, &value).await;
        }
    }
    let asked = page::Asked::of(&call, LIST)?;
    let mut list = shop::kv(&call.env)?.list().prefix(link::key(&shop.id, "")).limit(asked.limit.into());
    if let Some(cursor) = asked.after {
        list = list.cursor(cursor);
    }
    let page = page::found(&call, list.execute().await)?;
    let seal = vault::listing(&call.env, &shop.id)?;
    let listed = |key: &worker::kv::Key| {
        #[derive(Deserialize)]
        struct Listed {
            m: String,
            t: i64,
        }
        let listed: Listed = serde_json::from_value(key.metadata.clone()?).ok()?;
        let member = String::from_utf8(seal.open(&key.name, &listed.m)?).ok()?;
        Some(json!({ "member": member, "since": clock::text(listed.t) }))
    };
    let data: Vec<_> = page.keys.iter().filter_map(listed).collect();
    let next = page.cursor.filter(|_| !page.list_complete);
    Answer::of(&page::Page::listed(LIST, data, next.as_deref()))
}

/// Members who have a value. What the index says is looked at again: it may be a minute behind.
async fn found(env: &Env, shop: &Shop, field: &str, value: &str) -> Result<Answer, Failure> {
    let value = vault::sought(field, value)
        .ok_or_else(|| Failure::own(Own::Malformed, format!("`{field}` cannot be one")))?;
    let prefix = vault::index(env, &shop.id, field, &value)?;
    let page = shop::kv(env)?.list().prefix(prefix.clone()).limit(FOUND).execute().await?;
    let aliases = page.keys.iter().filter_map(|key| key.name.strip_prefix(&prefix));
    let cards = try_join_all(aliases.map(|alias| card(env, alias))).await?;
    let has = |card: &Card| card.profile.get(field) == Some(&value);
    let data: Vec<_> = cards.into_iter().flatten().filter(has).collect();
    Answer::of(&page::Page::listed(LIST, data, None))
}
