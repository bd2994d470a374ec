//! A shop's settings: KV `cfg/{shop}`, a copy of what the shop's office keeps.

pub(crate) mod clock;
pub(crate) mod keys;
pub(crate) mod office;
pub(crate) mod programme;

use crate::digest;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::http::url::Url;
use crate::json;
use crate::memory::{FRESH, Memory};
use crate::shop::keys::Key;
use crate::shop::office::question::{Question, ask};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use worker::{Env, KvStore};

/// How many shops an isolate remembers.
pub(crate) const SHOPS: usize = 1_024;

thread_local! {
    static KNOWN: Memory<Rc<Shop>> = const { Memory::new(FRESH, SHOPS) };
}

/// A shop's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shop {
    /// `[a-z0-9-]{1,32}`; not in the stored text, whose key it is.
    #[serde(skip)]
    pub(crate) id: String,
    /// As shoppers know it, 1 to 100 characters.
    pub(crate) name: String,
    /// Where referral links lead.
    pub(crate) landing: String,
    /// The origins whose pages may read answers, at most 20.
    pub(crate) origins: Vec<String>,
    /// SHA-256 of the API keys that the administrator set, lower-case hexadecimal, at most 10.
    pub(crate) keys: Vec<String>,
    /// The API keys that the shop made.
    #[serde(default)]
    pub(crate) made: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    landing: String,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
}

/// Whether a text is a shop's id: `[a-z0-9-]{1,32}`.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The one KV namespace.
///
/// # Errors
/// `unavailable` when it is not bound.
pub(crate) fn kv(env: &Env) -> Result<KvStore, Failure> {
    Ok(env.kv("LEDGER")?)
}

impl Shop {
    /// The shop named in the path; nothing where the path names none.
    pub(crate) async fn of(
        env: &Env,
        params: &[(&'static str, String)],
    ) -> Option<Result<Rc<Self>, Failure>> {
        let (_, id) = params.iter().find(|(name, _)| *name == "shop")?;
        Some(Self::load(env, id).await)
    }

    /// Loads a shop's settings; what this isolate read a moment ago is used again.
    ///
    /// # Errors
    /// `not_found` when there are none.
    pub(crate) async fn load(env: &Env, id: &str) -> Result<Rc<Self>, Failure> {
        if let Some(known) = KNOWN.with(|known| known.get(id, clock::real())) {
            return Ok(known);
        }
        let missing = || Failure::own(Own::NotFound, format!("no shop `{id}`"));
        if !is_id(id) {
            return Err(missing());
        }
        let text = kv(env)?.get(&format!("cfg/{id}")).text().await?.ok_or_else(missing)?;
        let shop: Self = json::read(&text).map_err(Failure::unavailable)?;
        let shop = Rc::new(Self { id: id.to_owned(), ..shop });
        KNOWN.with(|known| known.keep(id.to_owned(), Rc::clone(&shop), clock::real()));
        Ok(shop)
    }

    /// Forgets what this module remembers of a shop that was changed.
    pub(crate) fn forget(id: &str) {
        KNOWN.with(|known| known.forget(id));
        programme::forget(id);
    }
}

/// `PUT /v1/shops/{shop}`
pub(crate) async fn put(mut call: Call) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    let id = call.param("shop")?.to_owned();
    let Body { name, landing, origins, keys } = body;
    let shop = Shop { id: id.clone(), name, landing, origins, keys, made: vec![] };
    check(&shop, call.local.is_on()).map_err(|detail| Failure::own(Own::ShopInvalid, detail))?;
    let told = serde_json::json!({ "shop": shop.id, "name": shop.name }).to_string();
    ask::<()>(&call.env, &id.clone(), &Question::Settle { id, shop }).await?;
    Ok(Answer::json(200, told))
}

/// Checks settings. `local`: plain `http` is taken too.
fn check(shop: &Shop, local: bool) -> Result<(), String> {
    let schemes: &[&str] = if local { &["https", "http"] } else { &["https"] };
    if !(1..=100).contains(&shop.name.chars().count()) || shop.name.chars().any(char::is_control) {
        return Err("`name` is 1 to 100 characters".into());
    }
    let landing =
        Url::parse(&shop.landing).ok_or_else(|| format!("`landing`: `{}` is no URL", shop.landing))?;
    if !schemes.contains(&landing.scheme()) || landing.has_user() {
        return Err(format!("`landing`: `{}` is not an https address without a user", shop.landing));
    }
    if shop.origins.len() > 20 || shop.keys.len() > 10 {
        return Err("`origins` are at most 20, `keys` at most 10".into());
    }
    for origin in &shop.origins {
        let same = |url: Url| schemes.contains(&url.scheme()) && url.origin() == *origin;
        // A pattern would never match: an origin is compared, not interpreted.
        if origin.contains('*') || !Url::parse(origin).is_some_and(same) {
            return Err(format!("`origins`: `{origin}` is not an origin such as https://shop.example"));
        }
    }
    match shop.keys.iter().find(|key| digest::unhex(key).is_none()) {
        Some(_) => Err("`keys` are SHA-256 of API keys as 64 lower-case hexadecimal digits".into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_could_send_shoppers_astray_are_refused() {
        let good = Shop {
            id: "demo".into(),
            name: "Demo".into(),
            landing: "https://shop.example/welcome?lang=hu".into(),
            origins: vec!["https://shop.example".into()],
            keys: vec!["0".repeat(64)],
            made: vec![],
        };
        assert_eq!(check(&good, false), Ok(()));
        for landing in [
            "",
            "/welcome",
            "//evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://shop.example/",
            "https://user@shop.example/",
        ] {
            let bad = Shop { landing: landing.into(), ..good.clone() };
            assert!(check(&bad, false).is_err_and(|detail| detail.starts_with("`landing`")), "{landing}");
        }
        for origin in [
            "*",
            "null",
            "https://shop.example/",
            "https://*.example",
            "http://shop.example",
            "https://Shop.example",
        ] {
            let bad = Shop { origins: vec![origin.into()], ..good.clone() };
            assert!(check(&bad, false).is_err_and(|detail| detail.starts_with("`origins`")), "{origin}");
        }
        let bad = Shop { keys: vec!["secret".into()], ..good };
        assert!(check(&bad, false).is_err_and(|detail| !detail.contains("secret")));
    }
}
