//! How many requests are taken: per API key, per member, and per network where codes could be guessed.
//!
//! Counted by the platform, place by place and forgivingly: it keeps one caller from crowding out the others, and is no
//! account of anything. Where a limit is not bound, nothing is counted. The numbers are those of `wrangler.toml`.

use crate::digest;
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::shop::Shop;
use core::net::IpAddr;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;
use worker::wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/http/rate.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = take)]
    fn counted(env: &Env, binding: &str, key: &str) -> Result<Option<Promise>, JsValue>;
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The binding that counts.
    pub(crate) binding: &'static str,
    /// What is counted, as the answer names it.
    pub(crate) whose: &'static str,
    pub(crate) requests: u32,
    /// 10 or 60: the platform knows no other.
    pub(crate) seconds: u32,
}

/// An API key: a shop's back office at its busiest, or an import.
pub(crate) const KEY: Limit = Limit { binding: "KEY_RATE", whose: "key", requests: 30_000, seconds: 10 };
/// A member: a page asks a few times, a person does not click so fast.
pub(crate) const MEMBER: Limit =
    Limit { binding: "MEMBER_RATE", whose: "member", requests: 600, seconds: 60 };
/// A network following referral links: a whole campus may sit behind one address.
pub(crate) const CODE: Limit = Limit { binding: "CODE_RATE", whose: "network", requests: 300, seconds: 60 };

/// Counts a request whose caller is known.
///
/// # Errors
/// `rate_limited`.
pub(crate) async fn count(call: &Call, shop: Option<&Shop>) -> Result<(), Failure> {
    let shop = shop.map(|shop| shop.id.as_str()).unwrap_or_default();
    match &call.caller {
        Caller::Merchant => {
            let hash = digest::sha256(&[call.header("Authorization").unwrap_or_default().as_bytes()]);
            let key = digest::hex(hash.get(..8).unwrap_or_default());
            take(call, KEY, &format!("{shop}/{key}")).await
        }
        Caller::Shopper { member } => take(call, MEMBER, &format!("{shop}/{member}")).await,
        Caller::Anyone if call.param("code").is_ok() => {
            take(call, CODE, &network(&call.header("CF-Connecting-IP").unwrap_or_default())).await
        }
        Caller::Anyone | Caller::Admin => Ok(()),
    }
}

async fn take(call: &Call, limit: Limit, whose: &str) -> Result<(), Failure> {
    let Ok(Some(outcome)) = counted(&call.env, limit.binding, whose) else { return Ok(()) };
    match JsFuture::from(outcome).await {
        Ok(taken) if taken.is_falsy() => Err(Failure::passed(refused(limit))),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn refused(limit: Limit) -> Answer {
    let Limit { whose, requests, seconds, .. } = limit;
    let detail = format!("at most {requests} requests in {seconds} s of one {whose}; wait and send it again");
    Failure::own(Own::RateLimited, detail)
        .answer()
        .with("Retry-After", seconds.to_string())
        .with("RateLimit-Policy", format!(r#""{whose}";q={requests};w={seconds}"#))
        .with("RateLimit", format!(r#""{whose}";r=0;t={seconds}"#))
}

/// Who shares an address: a subscriber has one of version 4, and the first half of one of version 6.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            address.segments().iter().take(4).map(|part| format!("{part:x}:")).collect()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_what_one_subscriber_has() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:"),
            ("2001:db8:1:2::", "2001:db8:1:2:"),
            ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
            ("", ""),
        ] {
            assert_eq!(network(address), expected);
        }
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let answer = refused(CODE);
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("60")));
        assert_eq!(answer.header("ratelimit-policy"), Some(r#""network";q=300;w=60"#));
    }

    #[test]
    fn the_platform_counts_to_the_same_numbers() {
        let settings = include_str!("../../../../wrangler.toml");
        for Limit { binding, requests, seconds, .. } in [KEY, MEMBER, CODE] {
            let line = format!("simple = {{ limit = {requests}, period = {seconds} }}");
            let (_, after) = settings.split_once(&format!("name = \"{binding}\"")).unwrap();
            let block = after.split("[[").next().unwrap();
            assert!(block.contains(&line), "{binding}: {line}");
        }
    }
}
