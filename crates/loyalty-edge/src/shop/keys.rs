//! A shop's API keys: made at random, shown once, kept as their SHA-256. Several live at once, so that one can take the
//! place of another without a gap.

use crate::digest;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page::Page;
use crate::http::problem::{Failure, Own};
use crate::shop::office::question::{Question, ask};
use crate::shop::{Shop, clock};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loyalty_wire::core::Instant;
use serde::{Deserialize, Serialize};

/// How many keys a shop may have.
const MOST: usize = 20;

/// A key that the shop made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    /// SHA-256 of the key, lower-case hexadecimal.
    pub(crate) hash: String,
    /// What the shop calls it, 1 to 100 characters.
    pub(crate) label: String,
    /// When it was made, milliseconds since 1970.
    pub(crate) created: i64,
    /// When it ends, milliseconds since 1970.
    pub(crate) expires: Option<i64>,
}

impl Key {
    fn lives(&self, now: i64) -> bool {
        self.expires.is_none_or(|end| now < end)
    }
}

/// A key as it is told. Its id is the beginning of its hash.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    label: &'a str,
    created_at: Option<String>,
    expires_at: Option<String>,
    /// The key itself, in the one answer that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

fn id(hash: &str) -> &str {
    hash.get(..16).unwrap_or_default()
}

fn told<'a>(key: &'a Key, text: Option<&'a str>) -> Told<'a> {
    Told {
        id: id(&key.hash),
        label: &key.label,
        created_at: Some(clock::text(key.created)),
        expires_at: key.expires.map(clock::text),
        key: text,
    }
}

/// The hashes of all keys that live now.
pub(crate) fn living(shop: &Shop, now: i64) -> impl Iterator<Item = &str> {
    let made = shop.made.iter().filter(move |key| key.lives(now)).map(|key| key.hash.as_str());
    shop.keys.iter().map(String::as_str).chain(made)
}

/// The shop with one key more.
///
/// # Errors
/// `key_limit`.
pub(crate) fn added(mut shop: Shop, key: Key) -> Result<Shop, Failure> {
    // A key that has ended is of no use to anybody.
    shop.made.retain(|known| known.lives(key.created));
    if shop.made.len() >= MOST {
        return Err(Failure::own(
            Own::KeyLimit,
            format!("a shop has at most {MOST} keys; take one away first"),
        ));
    }
    shop.made.push(key);
    Ok(shop)
}

/// The shop with one key less.
///
/// # Errors
/// `not_found`; `last_key` where no other would be left to act for the shop.
pub(crate) fn dropped(mut shop: Shop, wanted: &str, now: i64) -> Result<Shop, Failure> {
    let before = shop.made.len() + shop.keys.len();
    shop.made.retain(|key| id(&key.hash) != wanted);
    shop.keys.retain(|hash| id(hash) != wanted);
    if shop.made.len() + shop.keys.len() == before {
        return Err(Failure::own(Own::NotFound, "the shop has no such key"));
    }
    if living(&shop, now).next().is_none() {
        return Err(Failure::own(Own::LastKey, "it is the shop's last key; make another first"));
    }
    Ok(shop)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    label: String,
    #[serde(default)]
    expires_at: Option<String>,
}

/// `POST /v1/shops/{shop}/keys`
pub(crate) async fn make(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    let refused = |detail: &str| Failure::own(Own::Malformed, detail);
    if !(1..=100).contains(&body.label.chars().count()) || body.label.chars().any(char::is_control) {
        return Err(refused("`label` is 1 to 100 characters"));
    }
    let now = clock::real();
    let end = body.expires_at.as_deref().map(Instant::parse).transpose();
    let expires = match end {
        Ok(end) if end.is_none_or(|end| end.get() > now) => end.map(Instant::get),
        _ => return Err(refused("`expires_at` is an instant to come, such as 2031-01-31T10:00:00Z")),
    };
    let bytes: [u8; 32] = crate::digest::random()?;
    let text = format!("loyalty_{}", URL_SAFE_NO_PAD.encode(bytes));
    let hash = digest::hex(&digest::sha256(&[text.as_bytes()]));
    let key = Key { hash, label: body.label, created: now, expires };
    ask::<()>(&call.env, &shop.id, &Question::AddKey(key.clone())).await?;
    Ok(Answer::json(201, serde_json::to_string(&told(&key, Some(&text)))?))
}

/// `GET /v1/shops/{shop}/keys`
pub(crate) async fn list(_: Call, shop: &Shop) -> Result<Answer, Failure> {
    let set = shop.keys.iter().map(|hash| Told {
        id: id(hash),
        label: "set by the administrator",
        created_at: None,
        expires_at: None,
        key: None,
    });
    let all = set.chain(shop.made.iter().map(|key| told(key, None))).collect();
    let page = Page::of("keys", u32::MAX, all, |key| key.id.to_owned());
    Answer::of(&page)
}

/// `DELETE /v1/shops/{shop}/keys/{key}`
pub(crate) async fn delete(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("key")?.to_owned();
    ask::<()>(&call.env, &shop.id, &Question::DropKey { id, now: clock::real() }).await?;
    Ok(Answer::empty(204))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: char, expires: Option<i64>) -> Key {
        Key { hash: first.to_string().repeat(64), label: "x".into(), created: 100, expires }
    }

    #[test]
    fn a_key_lives_until_its_end() {
        let shop = Shop {
            keys: vec!["0".repeat(64)],
            made: vec![key('a', Some(200)), key('b', None)],
            ..Shop::default()
        };
        assert_eq!(living(&shop, 199).count(), 3);
        assert_eq!(living(&shop, 200).count(), 2);
        // Making another clears away what has ended.
        let shop = added(shop, Key { created: 200, ..key('c', None) }).unwrap();
        assert_eq!(shop.made.len(), 2);
    }

    #[test]
    fn the_last_living_key_stays() {
        let shop = Shop { made: vec![key('a', Some(200)), key('b', None)], ..Shop::default() };
        let drop = |shop: &Shop, name: &str, now| dropped(shop.clone(), &name.repeat(16), now);
        assert!(drop(&shop, "b", 199).is_ok());
        assert!(matches!(drop(&shop, "b", 200), Err(Failure::Own(Own::LastKey, _))));
        assert!(matches!(drop(&shop, "c", 0), Err(Failure::Own(Own::NotFound, _))));
    }
}
