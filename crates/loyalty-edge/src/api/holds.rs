//! Holds: points set aside for a reward, then spent or given back.

use crate::api::orders::{Asked, commanded, quoted, text_of};
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::shop::Shop;
use loyalty_wire::core::Code;
use serde::Deserialize;
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
    let body: Body = call.fields()?;
    let key = call.key()?;
    let fields = [
        ("hold", Some(&*quoted(&key)?)),
        ("reward", Some(&*body.reward)),
        ("points", body.points.as_deref()),
        ("value", body.value.as_deref()),
        ("cart", body.cart.as_deref()),
    ];
    let asked = Asked { hold: Some(key.clone()), ..Asked::default() };
    commanded(&call, shop, key, call.caller.member()?, &text_of("hold", &fields), asked).await
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
    let command = text_of(kind, &[("hold", Some(&quoted(call.param("hold")?)?))]);
    let asked = Asked { earlier: Some(Code::HoldUnknown), ..Asked::default() };
    commanded(call, shop, call.key()?, member, &command, asked).await
}
