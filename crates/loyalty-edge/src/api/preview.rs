//! What paying a cart would come to: the decision, without the append.

use crate::account::shared;
use crate::api::members;
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::shop::Shop;
use crate::shop::clock;
use crate::shop::programme;
use loyalty_wire::ledger;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::rc::Rc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    cart: Box<RawValue>,
}

/// `POST /v1/shops/{shop}/preview`
///
/// For a shopper from their account as its object has it, for anyone else from an empty one.
pub(crate) async fn preview(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    let snapshot = match &call.caller {
        Caller::Shopper { member } => members::copy(&call, shop, member, None).await?.0,
        Caller::Anyone | Caller::Admin | Caller::Merchant => Rc::default(),
    };
    let programme = programme::of(&call.env, &shop.id, clock::now(&call)?).await?;
    let now = clock::set(&call)?.unwrap_or_else(clock::real).max(snapshot.at);
    let moment = clock::moment(&programme, now)?;
    let shared = shared::of(&call.env, &shop.id, &programme).await?;
    let cart = loyalty_wire::parse(body.cart.get())?;
    let shown = ledger::preview(&programme, snapshot.position.as_deref(), &shared, &cart, moment);
    Ok(Answer::json(200, shown.map_err(|problem| Failure::field("cart", problem))?))
}
