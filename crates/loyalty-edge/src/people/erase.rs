//! Erasing a member: the link, the key and everything personal go; the ledger stays, and its sums with it.

use crate::api::members::member;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::object;
use crate::people::alias::Open;
use crate::people::{erasures, link};
use crate::shop::Shop;
use crate::tell;
use worker::Env;

/// Erases a member; nothing happens where the shop has none of that id. Answers whether it had. What cannot be done at
/// once is done by the object's alarm.
///
/// # Errors
/// `unavailable`; erasing goes on by itself if it had begun, and asking again is harmless.
pub(crate) async fn erase(env: &Env, shop: &str, member: &str) -> Result<bool, Failure> {
    let alias = link::alias(env, shop, member)?;
    let open = Open { shop: shop.to_owned(), member: member.to_owned(), create: false, seen: None };
    let acct: Option<String> = object::read_named(env, "ALIAS", &alias, "erase", &open).await?;
    if let Some(acct) = &acct {
        tell::erased(shop, member, acct);
    }
    Ok(acct.is_some())
}

/// `DELETE /v1/shops/{shop}/members/{member}`, `DELETE /v1/shops/{shop}/me`
pub(crate) async fn route(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    erase(&call.env, &shop.id, member(&call)?).await?;
    Ok(Answer::empty(204))
}

/// `GET /v1/shops/{shop}/erasures`
pub(crate) async fn register(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    Answer::of(&erasures::counts(&call.env, &shop.id).await?)
}
