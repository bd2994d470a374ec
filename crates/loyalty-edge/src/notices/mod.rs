//! Webhooks out: what happens to members' points is told to the shop's endpoints, signed as Standard Webhooks.
//!
//! 1. [`endpoints`]: a shop says where to and about what. The office keeps the list, every object of the books a copy.
//! 2. [`kind`]: an entry that is folded into the books becomes messages, in the same transaction, under ids made of its
//!    place in the account's history, so that an entry that is fed again makes none again. [`expiring`] looks each day at
//!    what will expire.
//! 3. [`outbox`]: what is still to be delivered, and the log of what was.
//! 4. [`send`]: the alarm delivers it, again and again by the [`schedule`], only to addresses that are [public](address).
//! 5. [`log`]: the shop reads the log and has messages sent again.

mod address;
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
use crate::http::problem::Failure;
use crate::shop::Shop;
pub(crate) use home::Home;

/// `GET /v1/shops/{shop}/members/{member}/account`: messages name accounts, and only the shop knows the member.
pub(crate) async fn account(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = members::name(&call.env, shop, members::member(&call)?)?;
    Ok(Answer::json(200, serde_json::json!({ "account": name.acct }).to_string()))
}

/// One of [`schedule::LOTS`].
#[expect(clippy::cast_possible_truncation, reason = "from 0 to LOTS")]
fn lot() -> i64 {
    (js_sys::Math::random() * f64::from(schedule::LOTS)) as i64
}
