//! Paid orders and their refunds.

use crate::account::step;
use crate::api::commands::naming;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::json;
use crate::object;
use crate::people::members::unknown;
use crate::people::{self, link};
use crate::referral;
use crate::shop::{Shop, clock, programme};
use loyalty_ledger::Ask;
use loyalty_wire::Fault;
use loyalty_wire::core::Code;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use worker::Env;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    member: String,
    order: Box<RawValue>,
    #[serde(default)]
    referral: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refund {
    member: String,
    refund: Box<RawValue>,
    #[serde(default)]
    currency: Option<Box<RawValue>>,
    #[serde(default)]
    lines: Option<Box<RawValue>>,
}

/// `POST /v1/shops/{shop}/orders`
pub(crate) async fn pay(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Pay = call.fields()?;
    let key = call.key()?;
    book(&call, shop, key, &body.member, &body.order, body.referral.as_deref()).await
}

/// Books a paid order. A referral code that leads nowhere does not hold the order up: the answer says
/// that it was not accepted.
///
/// # Errors
/// `malformed` and the codes of the decision.
pub(crate) async fn book(
    call: &Call,
    shop: &Shop,
    key: String,
    member: &str,
    order: &RawValue,
    code: Option<&str>,
) -> Result<Answer, Failure> {
    if loyalty_wire::parse(order.get())?.field("advocate").is_some() {
        let fault = Fault { path: "/order/advocate".into(), code: Code::UnknownField };
        return Err(Failure::wire(vec![fault]));
    }
    let advocate = match code {
        Some(code) => referral::resolve(&call.env, &shop.id, code).await?,
        None => None,
    };
    let (sold, seller) = sold_by(&call.env, shop, order)?;
    let mut asked = Asked { named: seller, ..Asked::default() };
    let order = match &advocate {
        Some(advocate) => brought_by(&sold, advocate)?,
        None => sold,
    };
    if code.is_some() && advocate.is_none() {
        asked.referral = Some(json!({ "accepted": false, "code": "code_unknown" }));
    }
    let command = text_of("pay_order", &[("order", Some(&order))]);
    commanded(call, shop, key, member, &command, asked).await
}

/// The order, and the member who sold it.
fn sold_by(env: &Env, shop: &Shop, order: &RawValue) -> Result<(Box<RawValue>, Option<Named>), Failure> {
    #[derive(Deserialize)]
    struct Sold<'a> {
        #[serde(borrow, default)]
        seller: Option<&'a RawValue>,
    }
    // What is no order, or names two sellers, is refused by the reader of orders, with a path.
    let seller = json::read::<Sold<'_>>(order.get()).ok().and_then(|sold| sold.seller);
    naming(env, shop, order, seller, "/order/seller")
}

/// The order with the account that brought the shopper, everything else as it was sent.
fn brought_by(order: &RawValue, advocate: &str) -> Result<Box<RawValue>, Failure> {
    // What is no object is refused by the reader of orders, with a path.
    let Some(fields) = order.get().trim_start().strip_prefix('{') else { return Ok(order.to_owned()) };
    let comma = if fields.trim_start().starts_with('}') { "" } else { "," };
    Ok(RawValue::from_string(format!(r#"{{"advocate":"{advocate}"{comma}{fields}"#))?)
}

/// `POST /v1/shops/{shop}/orders/{order}/refunds`
pub(crate) async fn refund(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Refund = call.fields()?;
    let key = call.key()?;
    let order = call.param("order")?.to_owned();
    let parts =
        Parts { refund: &body.refund, currency: body.currency.as_deref(), lines: body.lines.as_deref() };
    take_back(&call, shop, key, &body.member, &order, parts).await
}

/// Which parts of an order a refund gives back.
pub(crate) struct Parts<'a> {
    /// The shop's name for the refund.
    pub(crate) refund: &'a RawValue,
    /// The currency of the amounts; the programme's by default.
    pub(crate) currency: Option<&'a RawValue>,
    /// The lines; all that is left of the order by default.
    pub(crate) lines: Option<&'a RawValue>,
}

/// Books a refund.
///
/// # Errors
/// `malformed` and the codes of the decision.
pub(crate) async fn take_back(
    call: &Call,
    shop: &Shop,
    key: String,
    member: &str,
    order: &str,
    parts: Parts<'_>,
) -> Result<Answer, Failure> {
    let default = if parts.lines.is_some() && parts.currency.is_none() {
        let currency = programme::of(&call.env, &shop.id, clock::now(call)?).await?.rules().currency();
        Some(quoted(currency.as_str())?)
    } else {
        None
    };
    let command = [
        ("order", Some(&*quoted(order)?)),
        ("refund", Some(parts.refund)),
        ("currency", parts.currency.or(default.as_deref())),
        ("lines", parts.lines),
    ];
    let asked = Asked { earlier: Some(Code::OrderUnknown), ..Asked::default() };
    commanded(call, shop, key, member, &text_of("refund", &command), asked).await
}

/// What a command's answer carries beside the decision.
#[derive(Default)]
pub(crate) struct Asked {
    /// The hold to be named.
    pub(crate) hold: Option<String>,
    /// What became of the order's referral code, if not what the entries say.
    pub(crate) referral: Option<Value>,
    /// The caller sent the command itself.
    pub(crate) as_sent: bool,
    /// The command speaks of something earlier: how it is refused where the member has no account.
    pub(crate) earlier: Option<Code>,
    /// A member whom the command names.
    pub(crate) named: Option<Named>,
    /// A keyed hash of what is sent with the command and kept elsewhere.
    pub(crate) beside: Option<String>,
}

/// A member whom a command names.
pub(crate) struct Named {
    /// The shop's id.
    pub(crate) member: String,
    /// What stands in the command for their account.
    pub(crate) mark: String,
    /// An account is drawn for them, if they have none.
    pub(crate) drawn: bool,
}

/// The text of a command: its kind, and those of its fields that are there, each as it was sent.
pub(crate) fn text_of(kind: &str, fields: &[(&str, Option<&RawValue>)]) -> String {
    let mut text = format!(r#"{{"kind":"{kind}""#);
    for (name, value) in fields {
        if let Some(value) = value {
            text.push_str(&format!(r#","{name}":{value}"#));
        }
    }
    text + "}"
}

/// A text as a JSON value.
pub(crate) fn quoted(text: &str) -> Result<Box<RawValue>, Failure> {
    Ok(RawValue::from_string(Value::from(text).to_string())?)
}

/// Sends a command to a member's account.
///
/// # Errors
/// `malformed` and the codes of the decision.
pub(crate) async fn commanded(
    call: &Call,
    shop: &Shop,
    key: String,
    member: &str,
    command: &str,
    asked: Asked,
) -> Result<Answer, Failure> {
    step::member(member)?;
    let (env, Asked { hold, referral, as_sent, earlier, named, beside }) = (&call.env, asked);
    // What cannot be read has none, and is refused.
    let fingerprint = match (&beside, &named) {
        (Some(beside), _) => {
            let fields = [("command", Some(&*RawValue::from_string(command.to_owned())?))];
            loyalty_wire::fingerprint_of(&text_of(beside, &fields)).ok()
        }
        (None, Some(_)) => loyalty_wire::fingerprint_of(command).ok(),
        (None, None) => None,
    };
    let key = quoted(&key)?;
    let request =
        |acct: &str, command: &str| format!(r#"{{"account":"{acct}","key":{key},"command":{command}}}"#);
    let programme = programme::current_at(env, &shop.id, clock::now(call)?).await?;
    let now = clock::set(call)?;
    let mut ask = Ask { programme, now, hold, referral, as_sent, fingerprint, ..Ask::default() };
    let name = match (earlier, link::known(env, &shop.id, member).await?) {
        (_, Some(name)) => name,
        (Some(code), None) => return Err(people::late(env, &shop.id, code).await),
        (None, None) => {
            ask.request = request(&link::nobody(env, &shop.id, member)?, command);
            link::begun(env, &shop.id, member, &ask).await?
        }
    };
    ask.request = request(&name.acct, command);
    if let Some(Named { member, mark, drawn }) = named {
        let other = match link::known(env, &shop.id, &member).await? {
            Some(known) => known,
            None => {
                // Perhaps it was booked before they were erased. And what is refused makes nobody a member.
                ask.draft = true;
                let reply = object::ask(env, &name.shop, &name.acct, "step", &ask).await?;
                ask.draft = false;
                if reply.replayed || reply.status != 201 {
                    return Ok(reply.answer());
                }
                if !drawn {
                    return Err(unknown());
                }
                link::account(env, &shop.id, &member).await?
            }
        };
        // Nobody outside knows the mark, so it is in no other place.
        ask.request = request(&name.acct, &command.replacen(&mark, &other.acct, 1));
    }
    Ok(object::ask(env, &name.shop, &name.acct, "step", &ask).await?.answer())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_keeps_every_byte_beside_the_advocate() {
        let check = |order: &str, expected: &str| {
            let order = RawValue::from_string(order.into()).unwrap();
            assert_eq!(brought_by(&order, "0af1").unwrap().get(), expected);
        };
        check(r#"{ "id":"1", "n": 1.50}"#, r#"{"advocate":"0af1", "id":"1", "n": 1.50}"#);
        check("{ }", r#"{"advocate":"0af1" }"#);
        check("[1]", "[1]");
    }
}
