//! What a shopper sees beyond their page: everything that ever happened, and what they could take now.

use crate::account::Page;
use crate::account::object;
use crate::account::snapshot;
use crate::api::members;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::people::link;
use crate::shop::Shop;
use crate::shop::clock;
use crate::shop::programme;
use loyalty_wire::ledger;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

/// `GET /v1/shops/{shop}/me/activity`
///
/// Entries, newest first, with what each changed and why. Entries are numbered without gaps, so the page before an
/// entry is known without looking for it.
pub(crate) async fn activity(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Entries {
        data: Vec<Box<RawValue>>,
    }
    #[derive(Serialize)]
    struct Activity {
        data: Vec<Box<RawValue>>,
        next: Option<u64>,
    }
    let limit = call.number("limit", 1..=100)?.unwrap_or(20);
    let name = link::readable(&call.env, &shop.id, members::member(&call)?).await?;
    let before = match call.number("before", 1..=members::MOST)? {
        Some(before) => before,
        None => snapshot::read(&call.env, &name, None).await?.0.head_seq.saturating_add(1),
    };
    let after = before.saturating_sub(1).saturating_sub(limit);
    let limit = u32::try_from(before.saturating_sub(1).saturating_sub(after)).unwrap_or(0);
    let page = Page { after, limit };
    let Entries { mut data } = object::read(&call.env, &name.shop, &name.acct, "entries", &page).await?;
    data.reverse();
    let next = (after > 0).then_some(after.saturating_add(1));
    Ok(Answer::json(200, serde_json::to_string(&Activity { data, next })?))
}

/// `GET /v1/shops/{shop}/me/rewards`
///
/// Every reward that can be asked for, whether it can be taken now, and what is missing: the offers of a preview of an
/// empty cart. What takes something off a cart is ready only in the preview of one.
pub(crate) async fn rewards(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Shown {
        available: u64,
        rewards: Box<RawValue>,
    }
    #[derive(Serialize)]
    struct Rewards {
        available: u64,
        data: Box<RawValue>,
    }
    let (snapshot, _) = members::copy(&call, shop, members::member(&call)?, None).await?;
    let programme = programme::of(&call.env, &shop.id).await?;
    let now = clock::set(&call)?.unwrap_or_else(clock::real).max(snapshot.at);
    let moment = clock::moment(&programme, now)?;
    let shared = crate::account::shared::of(&call.env, &shop.id, &programme).await?;
    let empty = json!({ "currency": programme.rules().currency().as_str(), "lines": [] }).to_string();
    let cart = loyalty_wire::parse(&empty)?;
    let shown = ledger::preview(&programme, snapshot.position.as_deref(), &shared, &cart, moment)?;
    let Shown { available, rewards } = serde_json::from_str(&shown).map_err(Failure::unavailable)?;
    Ok(Answer::json(200, serde_json::to_string(&Rewards { available, data: rewards })?))
}
