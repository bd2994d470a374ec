//! Webhooks in: `POST /hooks/{shop}/{platform}`.
//!
//! Authentic bytes are read, and what they say of an order is told to the order's own object, which knows everything
//! that was said of it before and asks the member's account for what is missing. A sender is answered 200 once the object
//! has it, or the merchant has it among the dead letters; the account follows within moments.

pub(crate) mod letters;
pub(crate) mod order;
mod outbox;
pub(crate) mod privacy;
pub(crate) mod secrets;

use crate::http::answer::Answer;
use crate::http::auth::unauthorised;
use crate::http::call::Call;
use crate::http::page::{self, Page};
use crate::http::problem::{Failure, Own};
use crate::people::{erase, link};
use crate::referral;
use crate::shop::{self, Shop, clock};
use letters::{Letter, Source};
use loyalty_hooks::signature::{self, Headers};
use loyalty_hooks::{Delivery, Owner, Platform, Reading, Unusable};
use serde::Serialize;
use worker::Env;
use worker::kv::ListResponse;

impl Headers for Call {
    fn header(&self, name: &str) -> Option<String> {
        Self::header(self, name)
    }
}

/// The platform that a path names.
///
/// # Errors
/// `not_found`.
fn platform(call: &Call) -> Result<Platform, Failure> {
    let name = call.param("platform")?;
    let known = || Failure::own(Own::NotFound, "platforms are shopify, woocommerce, stripe, standard");
    Platform::named(name).ok_or_else(known)
}

/// `POST /hooks/{shop}/{platform}`
pub(crate) async fn receive(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let platform = platform(&call)?;
    let body = call.bytes()?;
    if platform == Platform::WooCommerce && is_ping(&body) {
        return Ok(applied(false));
    }
    let at = clock::now(&call)?;
    let secrets = secrets::live(&call.env, &shop.id, platform, at).await?;
    if !signature::is_signed(platform, &secrets, &call, &body, at) {
        return Err(unauthorised("the webhook is not signed with a secret of this shop"));
    }
    let topic = platform.topic_header().and_then(|name| call.header(name));
    match take(&call.env, &shop.id, platform, topic.as_deref(), &body, at).await? {
        Taken::Applied(is_applied) => Ok(applied(is_applied)),
        Taken::Unusable(why) => {
            let letter = Letter {
                at,
                source: Source::Webhook,
                platform: platform.as_str().into(),
                topic,
                order: None,
                reason: why.code.into(),
                path: why.path,
            };
            let id = letters::put(&call.env, &shop.id, &letter, &body).await?;
            Ok(Answer::json(200, format!(r#"{{"applied":false,"dead_letter":"{id}"}}"#)))
        }
    }
}

/// Lists keys of KV below a prefix, as `limit` and `cursor` of the request say.
async fn listed(call: &Call, list: &str, prefix: String) -> Result<ListResponse, Failure> {
    let page::Asked { after, limit } = page::Asked::of(call, list)?;
    let asked = shop::kv(&call.env)?.list().prefix(prefix).limit(limit.into());
    let asked = match after {
        Some(cursor) => asked.cursor(cursor),
        None => asked,
    };
    page::found(call, asked.execute().await)
}

/// The page of what was listed.
fn paged<T: Serialize>(list: &str, data: Vec<T>, listed: ListResponse) -> Result<Answer, Failure> {
    let next = listed.cursor.filter(|_| !listed.list_complete);
    let page = Page::listed(list, data, next.as_deref());
    Answer::of(&page)
}

fn applied(is_applied: bool) -> Answer {
    Answer::json(200, format!(r#"{{"applied":{is_applied}}}"#))
}

/// What WooCommerce sends, unsigned, when a webhook is made.
fn is_ping(body: &[u8]) -> bool {
    let id = body.strip_prefix(b"webhook_id=");
    id.is_some_and(|id| (1..=20).contains(&id.len()) && id.iter().all(u8::is_ascii_digit))
}

/// What became of an authentic body.
enum Taken {
    /// It is stored, and whether it told anything new.
    Applied(bool),
    /// It cannot be used.
    Unusable(Unusable),
}

/// Takes an authentic body in.
///
/// # Errors
/// `unavailable` when it is not stored.
async fn take(
    env: &Env,
    shop: &str,
    platform: Platform,
    topic: Option<&str>,
    body: &[u8],
    at: i64,
) -> Result<Taken, Failure> {
    match loyalty_hooks::read(platform, topic, body) {
        Ok(Reading::Order(delivery)) => deliver(env, shop, platform, *delivery, at).await.map(Taken::Applied),
        Ok(Reading::Privacy(asked)) => {
            if let ("customers/redact", Some(customer)) = (asked.topic.as_str(), &asked.customer) {
                erase::erase(env, shop, customer).await?;
            }
            privacy::record(env, shop, &asked, at).await.map(Taken::Applied)
        }
        Ok(Reading::Ignored) => Ok(Taken::Applied(false)),
        Err(why) => Ok(Taken::Unusable(why)),
    }
}

/// Tells an order's object. The object knows accounts, not members.
async fn deliver(
    env: &Env,
    shop: &str,
    platform: Platform,
    delivery: Delivery,
    at: i64,
) -> Result<bool, Failure> {
    let Delivery { order, referral, mut state } = delivery;
    if let Some(code) = referral {
        state.advocate = referral::resolve(env, shop, &code).await?;
    }
    let name = order::Name { shop: shop.to_owned(), platform: platform.as_str().to_owned(), order };
    if let Some(mut owner) = state.owner.take() {
        match link::known(env, shop, &owner.id).await? {
            Some(account) => state.owner = Some(Owner { id: account.acct, ..owner }),
            // What is to be booked brings its customer again; and an order brings its own member not back who was
            // erased since.
            None if !state.is_owed() || order::is_orphaned(env, &name).await? => {}
            None => {
                owner.id = link::account(env, shop, &owner.id).await?.acct;
                state.owner = Some(owner);
            }
        }
    }
    order::deliver(env, &order::Delivered { name, state, at }).await
}

#[cfg(test)]
mod tests {
    use super::is_ping;

    #[test]
    fn fault_16_a_ping_is_known_by_its_form() {
        assert!(is_ping(b"webhook_id=12"));
        for other in [&b"webhook_id="[..], b"webhook_id=1&x=2", b"webhook_id=a", b"", b"{}"] {
            assert!(!is_ping(other));
        }
    }
}
