//! Commands without a route of their own: one table says which are taken, and from whom.

use crate::api::members;
use crate::api::orders::{Asked, Named, commanded};
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::people::link;
use crate::shop::Shop;
use loyalty_wire::Fault;
use loyalty_wire::core::Code;
use serde::Deserialize;
use serde_json::value::RawValue;
use worker::Env;

/// Who may send a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The shop's own back office.
    Merchant,
    /// The member too, for themselves.
    Member,
}

/// Every command that is taken here. What is not in it is refused: orders and refunds have routes of their own, and
/// what one account asks of another only comes from that account's object.
const TABLE: &[(&str, By)] = &[
    ("fulfil_order", By::Merchant),
    ("capture", By::Merchant),
    ("fulfil_reward", By::Merchant),
    ("cancel_reward", By::Merchant),
    ("record_event", By::Merchant),
    ("decide_bonus", By::Merchant),
    ("set_segment", By::Merchant),
    ("pay_membership", By::Merchant),
    ("cancel_membership", By::Merchant),
    ("use_privilege", By::Merchant),
    ("honour", By::Merchant),
    ("adjust", By::Merchant),
    ("hold", By::Member),
    ("release", By::Member),
    ("exchange", By::Member),
    ("transfer", By::Member),
    ("set_consent", By::Member),
    ("set_birthday", By::Member),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    command: Box<RawValue>,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

/// `POST /v1/shops/{shop}/me/commands`, `POST /v1/shops/{shop}/members/{member}/commands`
pub(crate) async fn command(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let Body { command } = call.fields()?;
    // A text that this reads is read likewise later: a doubled `kind` is no command to either.
    let Kind { kind } = json::read(command.get())?;
    taken(&kind, &call.caller)?;
    let key = call.key()?;
    let mut asked = Asked { as_sent: true, earlier: earlier(&kind), ..Asked::default() };
    let command =
        if kind == "transfer" { to_member(&call.env, shop, &command, &mut asked)? } else { command };
    commanded(&call, shop, key, members::member(&call)?, command.get(), asked).await
}

/// Whether a caller may send this command.
///
/// # Errors
/// `unknown_choice` for one that is not taken here, `forbidden` for one that is only the merchant's.
fn taken(kind: &str, caller: &Caller) -> Result<(), Failure> {
    match (TABLE.iter().find(|(known, _)| *known == kind), caller) {
        (Some(_), Caller::Merchant) | (Some((_, By::Member)), Caller::Shopper { .. }) => Ok(()),
        (Some(_), _) => Err(Failure::own(Own::Forbidden, format!("`{kind}` is the merchant's to send"))),
        (None, _) => {
            let fault = Fault { path: "/command/kind".into(), code: Code::UnknownChoice };
            Err(Failure::wire(vec![fault]))
        }
    }
}

/// How a command is refused that speaks of something earlier, where the member has no account: none is made for it.
fn earlier(kind: &str) -> Option<Code> {
    match kind {
        "fulfil_order" => Some(Code::OrderUnknown),
        "capture" | "release" | "fulfil_reward" | "cancel_reward" => Some(Code::HoldUnknown),
        "decide_bonus" => Some(Code::BonusUnknown),
        "cancel_membership" => Some(Code::MembershipUnknown),
        _ => None,
    }
}

/// A transfer to the member it names. Points go to members only: a name that was mistyped takes none, and a shopper makes
/// nobody a member.
///
/// # Errors
/// `id_invalid`.
fn to_member(
    env: &Env,
    shop: &Shop,
    transfer: &RawValue,
    asked: &mut Asked,
) -> Result<Box<RawValue>, Failure> {
    #[derive(Deserialize)]
    struct To<'a> {
        #[serde(borrow, default)]
        to: Option<&'a RawValue>,
    }
    let To { to } = json::read(transfer.get())?;
    let (text, to) = naming(env, shop, transfer, to, "/command/to")?;
    asked.named = to.map(|to| Named { drawn: false, ..to });
    Ok(text)
}

/// A text with the id of a member in one place of it replaced by a mark that their account takes the place of: entries name
/// no member, and nobody outside names an account. Everything else stays as it was sent. `member` is a part of `text`.
///
/// # Errors
/// `id_invalid` for what can be no member's id.
pub(crate) fn naming(
    env: &Env,
    shop: &Shop,
    text: &RawValue,
    member: Option<&RawValue>,
    path: &str,
) -> Result<(Box<RawValue>, Option<Named>), Failure> {
    let Some((part, member)) = named(member, path)? else { return Ok((text.to_owned(), None)) };
    let mark = link::nobody(env, &shop.id, &member)?;
    Ok((replaced(text, part, &mark)?, Some(Named { member, mark, drawn: true })))
}

/// The member's id that a part of a text is. What is absent, or no text, is the reader's to refuse.
fn named<'a>(member: Option<&'a RawValue>, path: &str) -> Result<Option<(&'a RawValue, String)>, Failure> {
    let Some(named) = member else { return Ok(None) };
    let Ok(id) = json::read::<String>(named.get()) else { return Ok(None) };
    if !crate::http::routes::is_visible(&id) {
        let fault = Fault { path: path.into(), code: Code::IdInvalid };
        return Err(Failure::wire(vec![fault]));
    }
    Ok(Some((named, id)))
}

fn replaced(text: &RawValue, part: &RawValue, by: &str) -> Result<Box<RawValue>, Failure> {
    let (whole, part) = (text.get(), part.get());
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    let (before, after) = (whole.get(..start), whole.get(start.saturating_add(part.len())..));
    match (before, after) {
        (Some(before), Some(after)) => Ok(RawValue::from_string(format!(r#"{before}"{by}"{after}"#))?),
        _ => Err(Failure::unavailable("a part of another text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_beside_the_member_stays() {
        #[derive(Deserialize)]
        struct To<'a> {
            #[serde(borrow)]
            to: &'a RawValue,
        }
        let text = RawValue::from_string(r#"{ "a":"anna", "t\u006f" : "anna" ,"n":1.50}"#.into()).unwrap();
        let To { to } = serde_json::from_str(text.get()).unwrap();
        let expected = r#"{ "a":"anna", "t\u006f" : "0af1" ,"n":1.50}"#;
        assert_eq!(replaced(&text, to, "0af1").unwrap().get(), expected);
    }

    #[test]
    fn what_objects_tell_each_other_is_taken_from_nobody() {
        let shopper = Caller::Shopper { member: "anna".into() };
        for kind in ["receive_transfer", "settle_sale", "count_shared", "reward_referral", "revoke_referral"]
        {
            for caller in [&Caller::Merchant, &shopper] {
                assert!(matches!(taken(kind, caller), Err(Failure::Wire(_))), "{kind}");
            }
        }
        assert!(taken("adjust", &Caller::Merchant).is_ok());
        assert!(matches!(taken("adjust", &shopper), Err(Failure::Own(Own::Forbidden, _))));
        assert!(taken("transfer", &shopper).is_ok());
        assert!(matches!(taken("transfer", &Caller::Anyone), Err(Failure::Own(Own::Forbidden, _))));
    }
}
