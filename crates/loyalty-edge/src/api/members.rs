//! A member's account as people read it: view, entries, audit.

use crate::account::object;
use crate::account::shared;
use crate::account::snapshot::{self, Snapshot, Source};
use crate::account::{Name, Page};
use crate::http::answer::Answer;
use crate::http::auth::{self, Caller};
use crate::http::call::Call;
use crate::http::page;
use crate::http::problem::Failure;
use crate::shop::Shop;
use crate::shop::clock;
use crate::shop::programme;
use loyalty_wire::ledger;
use worker::Env;

/// The largest entry number: 2^53 − 1.
const MOST: u64 = 9_007_199_254_740_991;

/// The member a request is about: the shopper themselves, or the one the merchant names in the path.
///
/// # Errors
/// `not_found` for a path that names none.
pub(crate) fn member(call: &Call) -> Result<&str, Failure> {
    match &call.caller {
        Caller::Shopper { member } => Ok(member),
        Caller::Anyone | Caller::Admin | Caller::Merchant => call.param("member"),
    }
}

/// The account of a member.
///
/// # Errors
/// `unavailable` when the secret cannot be used.
pub(crate) fn name(env: &Env, shop: &Shop, member: &str) -> Result<Name, Failure> {
    Ok(Name { shop: shop.id.clone(), acct: auth::account(env, &shop.id, member)? })
}

/// `GET /v1/shops/{shop}/me`, `GET /v1/shops/{shop}/members/{member}`
pub(crate) async fn view(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let member = member(&call)?;
    let name = name(&call.env, shop, member)?;
    let (snapshot, source) = snapshot::read(&call.env, &name, call.number("min_seq", 0..=MOST)?).await?;
    Ok(Answer::json(200, viewed(&call, shop, member, &snapshot, source).await?))
}

/// A snapshot as people read it now.
///
/// # Errors
/// `programme_missing`, `unavailable`.
pub(crate) async fn viewed(
    call: &Call,
    shop: &Shop,
    member: &str,
    snapshot: &Snapshot,
    source: Source,
) -> Result<String, Failure> {
    let programme = programme::of(&call.env, &shop.id, clock::now(call)?).await?;
    let now = clock::set(call)?.unwrap_or_else(clock::real).max(snapshot.at);
    let moment = clock::moment(&programme, now)?;
    let shared = shared::of(&call.env, &shop.id, &programme).await?;
    let latest = snapshot.activity.iter().map(|entry| entry.get().to_owned()).collect();
    let position = snapshot.position.as_deref();
    Ok(ledger::view(&programme, position, &shared, moment, member, source.as_str(), latest)?)
}

/// `GET /v1/shops/{shop}/members/{member}/entries`
pub(crate) async fn entries(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = name(&call.env, shop, member(&call)?)?;
    let asked = page::Asked::of(&call, "entries")?;
    let page = Page { after: asked.after_number()?, limit: asked.limit };
    let reply = object::ask(&call.env, &name.shop, &name.acct, "entries", &page).await?;
    Ok(reply.answer())
}

/// `GET /v1/shops/{shop}/members/{member}/audit`
pub(crate) async fn audit(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = name(&call.env, shop, member(&call)?)?;
    Ok(object::ask(&call.env, &name.shop, &name.acct, "audit", &()).await?.answer())
}
