//! Webhooks out: what happens to members' points is told to the shop's endpoints, signed as Standard Webhooks.
//!
//! 1. [`endpoint`], [`endpoints`]: a shop says where to and about what. The office keeps the list, every object of the books a copy.
//! 2. [`kind`]: an entry that is folded into the books becomes messages, in the same transaction, under ids made of its
//!    place in the account's history, so that an entry that is fed again makes none again. [`expiring`] looks each day at
//!    what will expire.
//! 3. [`outbox`]: what is still to be delivered, and the log of what was.
//! 4. [`send`]: the alarm delivers it, again and again by the [`schedule`], only to addresses that are [public](address).
//! 5. [`log`]: the shop reads the log and has messages sent again.

mod address;
pub(crate) mod endpoint;
pub(crate) mod endpoints;
mod expiring;
mod home;
mod kind;
pub(crate) mod log;
pub(crate) mod outbox;
mod schedule;
pub(crate) mod send;
mod signature;

use crate::api::members;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::people::link;
use crate::shop::{Shop, clock};
use crate::sql::Sql;
pub(crate) use home::Home;
use worker::Storage;

/// `GET /v1/shops/{shop}/members/{member}/account`: messages name accounts, and only the shop knows the member.
pub(crate) async fn account(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = link::known(&call.env, &shop.id, members::member(&call)?).await?;
    let name = name.ok_or_else(|| Failure::own(Own::NotFound, "the member has no account yet"))?;
    Ok(Answer::json(200, serde_json::json!({ "account": name.acct }).to_string()))
}

/// Answers what an object of the books is asked about them.
///
/// # Errors
/// `not_found`, `endpoint_disabled`, `unavailable`.
pub(crate) async fn answer(
    storage: &Storage,
    what: &str,
    name: String,
    body: &str,
) -> Result<Answer, Failure> {
    let (sql, now) = (Sql::of(storage), clock::real());
    let answer = match what {
        "endpoints" => Answer::of(&Home::take(storage, name, &json::read(body)?)?),
        "deliveries" => Answer::of(&outbox::page(&sql, &json::read(body)?)?),
        "delivery" => Answer::of(&outbox::one(&sql, &json::read::<String>(body)?)?),
        _ => Answer::of(&outbox::replay(&sql, &json::read::<String>(body)?, now)?),
    }?;
    outbox::arm(storage, storage.get_alarm().await?, now).await?;
    Ok(answer)
}

/// One of [`schedule::LOTS`].
#[expect(clippy::cast_possible_truncation, reason = "from 0 to LOTS")]
fn lot() -> i64 {
    (js_sys::Math::random() * f64::from(schedule::LOTS)) as i64
}
