//! Who sent a webhook: HMAC-SHA256 over its raw bytes, compared in constant time.

use crate::Platform;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How far a signed time may be from ours, in seconds.
const TOLERANCE: u64 = 300;

/// The headers of a request, as far as a signature needs them.
pub trait Headers {
    /// The value of a header, whatever the case of its name.
    fn header(&self, name: &str) -> Option<String>;
}

/// Whether one of the secrets signed the body. Where the scheme signs a time, it is within five minutes of `now`,
/// milliseconds since 1970; five minutes exactly is within.
#[must_use]
pub fn is_signed(
    platform: Platform,
    secrets: &[String],
    headers: &impl Headers,
    body: &[u8],
    now: i64,
) -> bool {
    let text = |name: &str| headers.header(name).unwrap_or_default();
    let (prefix, tags) = match platform {
        Platform::Shopify => (String::new(), one(&text("X-Shopify-Hmac-Sha256"))),
        Platform::WooCommerce => (String::new(), one(&text("X-WC-Webhook-Signature"))),
        Platform::Stripe => {
            let header = text("Stripe-Signature");
            let part = |part: &'_ str| part.trim().split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()));
            let parts: Vec<(String, String)> = header.split(',').filter_map(part).collect();
            let Some((_, at)) = parts.iter().find(|(name, _)| name == "t") else { return false };
            if !is_near(at, now) {
                return false;
            }
            let tags = parts.iter().filter(|(name, _)| name == "v1").filter_map(|(_, tag)| unhex(tag));
            (format!("{at}."), tags.collect())
        }
        Platform::Standard => {
            let (id, at) = (text("webhook-id"), text("webhook-timestamp"));
            if id.is_empty() || !is_near(&at, now) {
                return false;
            }
            let header = text("webhook-signature");
            let tags = header.split(' ').filter_map(|one| one.strip_prefix("v1,")).flat_map(one);
            (format!("{id}.{at}."), tags.collect())
        }
    };
    // Every secret and every tag is tried, so the time does not say which one it was.
    secrets.iter().filter_map(|secret| key(platform, secret)).fold(false, |seen, key| {
        tags.iter().fold(seen, |seen, tag| seen | verifies(&key, &[prefix.as_bytes(), body], tag))
    })
}

/// Whether a text can be a secret of the platform.
#[must_use]
pub fn is_secret(platform: Platform, secret: &str) -> bool {
    (8..=256).contains(&secret.len())
        // WooCommerce draws blanks into the secrets that it makes.
        && secret.bytes().all(|byte| byte.is_ascii_graphic() || (platform == Platform::WooCommerce && byte == b' '))
        && key(platform, secret).is_some_and(|key| key.len() >= 8)
}

/// The key that a secret stands for: of Standard Webhooks the bytes behind `whsec_`, of all others its text.
fn key(platform: Platform, secret: &str) -> Option<Vec<u8>> {
    match platform {
        Platform::Standard => STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok(),
        Platform::Shopify | Platform::WooCommerce | Platform::Stripe => Some(secret.as_bytes().to_vec()),
    }
}

/// Whether `tag` is the HMAC-SHA256 of the parts one after another; takes the same time for every wrong tag.
#[must_use]
pub fn verifies(key: &[u8], parts: &[&[u8]], tag: &[u8]) -> bool {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return false };
    parts.iter().for_each(|part| mac.update(part));
    mac.verify_slice(tag).is_ok()
}

fn one(base64: &str) -> Vec<Vec<u8>> {
    STANDARD.decode(base64.trim()).into_iter().collect()
}

fn is_near(seconds: &str, now: i64) -> bool {
    let plain = seconds.len() <= 12 && seconds.bytes().all(|byte| byte.is_ascii_digit());
    let at: Option<i64> = seconds.parse().ok().filter(|_| plain);
    at.is_some_and(|at| now.div_euclid(1000).abs_diff(at) <= TOLERANCE)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}
