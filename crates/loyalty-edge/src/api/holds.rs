//! Holds: points set aside for a reward, then spent or given back.

use crate::api::orders::{Asked, commanded};
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::shop::Shop;
use loyalty_wire::core::Code;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    reward: Box<RawValue>,
    #[serde(default)]
    points: Option<Box<RawValue>>,
    #[serde(default)]
    value: Option<Box<RawValue>>,
    #[serde(default)]
    cart: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    member: String,
}

/// `POST /v1/shops/{shop}/holds`
///
/// The hold's id is the request's key as the ledger keeps it.
pub(crate) async fn hold(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Command<'a> {
        kind: &'static str,
        hold: &'a str,
        reward: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        points: Option<&'a RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<&'a RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cart: Option<&'a RawValue>,
    }
    let body: Body = call.fields()?;
    let key = call.key()?;
    let hold = key.clone();
    let command = Command {
        kind: "hold",
        hold: &hold,
        reward: &body.reward,
        points: body.points.as_deref(),
        value: body.value.as_deref(),
        cart: body.cart.as_deref(),
    };
    let asked = Asked { hold: Some(hold.clone()), ..Asked::default() };
    commanded(&call, shop, key, call.caller.member()?, &command, asked).await
}

/// `POST /v1/shops/{shop}/holds/{hold}/capture`
pub(crate) async fn capture(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let whose: Whose = call.fields()?;
    end(&call, shop, "capture", &whose.member).await
}

/// `POST /v1/shops/{shop}/holds/{hold}/release`
pub(crate) async fn release(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let member = match &call.caller {
        Caller::Shopper { member } => member.clone(),
        Caller::Anyone | Caller::Admin | Caller::Merchant => call.fields::<Whose>()?.member,
    };
    end(&call, shop, "release", &member).await
}

async fn end(call: &Call, shop: &Shop, kind: &'static str, member: &str) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Command<'a> {
        kind: &'static str,
        hold: &'a str,
    }
    let hold = call.param("hold")?;
    let asked = Asked { earlier: Some(Code::HoldUnknown), ..Asked::default() };
    commanded(call, shop, call.key()?, member, &Command { kind, hold }, asked).await
}
