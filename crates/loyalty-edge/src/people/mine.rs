//! What a shopper sees beyond their page: everything that ever happened, and what they could take now.

use crate::account::Page;
use crate::account::snapshot;
use crate::api::members;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page;
use crate::http::problem::Failure;
use crate::json;
use crate::object;
use crate::people::link;
use crate::shop::Shop;
use crate::shop::clock;
use crate::shop::programme;
use loyalty_wire::ledger;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

/// The list of what happened, for its cursors.
const LIST: &str = "activity";

/// `GET /v1/shops/{shop}/me/activity`
///
/// Entries, newest first, with what each changed and why. Entries are numbered without gaps, so the page before an
/// entry is known without looking for it.
pub(crate) async fn activity(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Entries {
        data: Vec<Box<RawValue>>,
    }
    let asked = page::Asked::of(&call, LIST)?;
    let name = link::readable(&call.env, &shop.id, members::member(&call)?).await?;
    let last = match asked.after_number()? {
        0 => snapshot::read(&call.env, &name, None).await?.0.head_seq,
        before => before.saturating_sub(1),
    };
    let after = last.saturating_sub(asked.limit.into());
    let page = Page { after, limit: u32::try_from(last.saturating_sub(after)).unwrap_or(0) };
    let mut data = vec![];
    if page.limit > 0 {
        Entries { data } = object::read(&call.env, &name.shop, &name.acct, "entries", &page).await?;
    }
    data.reverse();
    let next = (after > 0).then(|| after.saturating_add(1).to_string());
    Answer::of(&page::Page::listed(LIST, data, next.as_deref()))
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
    let programme = programme::of(&call.env, &shop.id, clock::now(&call)?).await?;
    let now = clock::set(&call)?.unwrap_or_else(clock::real).max(snapshot.at);
    let moment = clock::moment(&programme, now)?;
    let shared = crate::account::shared::of(&call.env, &shop.id, &programme).await?;
    let empty = json!({ "currency": programme.rules().currency().as_str(), "lines": [] }).to_string();
    let cart = loyalty_wire::parse(&empty)?;
    let shown = ledger::preview(&programme, snapshot.position.as_deref(), &shared, &cart, moment)?;
    let Shown { available, rewards } = json::read(&shown).map_err(Failure::unavailable)?;
    Answer::of(&Rewards { available, data: rewards })
}
