//! Programmes: published once, never changed. KV `p/{shop}/{version}` holds a document, `p/{shop}` the
//! current version and all before it.

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::shop::clock;
use crate::shop::{self, Shop};
use core::cell::RefCell;
use loyalty_wire::core::Code;
use loyalty_wire::{Fault, Programme};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::rc::Rc;
use worker::Env;

/// How many parsed programmes an isolate keeps.
const KEPT: usize = 32;

/// Which versions a shop has published.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Published {
    current: String,
    versions: Vec<String>,
}

type Parsed = (String, Rc<Programme>);

thread_local! {
    // Parsed programmes by `shop/version`: a version never changes, so a kept one is never wrong.
    static PARSED: RefCell<VecDeque<Parsed>> = const { RefCell::new(VecDeque::new()) };
}

async fn published(env: &Env, shop: &str) -> Result<Option<Published>, Failure> {
    let text = shop::kv(env)?.get(&format!("p/{shop}")).text().await?;
    text.map(|text| serde_json::from_str(&text).map_err(Failure::unavailable)).transpose()
}

/// The shop's current version.
///
/// # Errors
/// `programme_missing` when it has published none.
pub(crate) async fn current(env: &Env, shop: &str) -> Result<String, Failure> {
    Ok(published(env, shop).await?.ok_or_else(missing)?.current)
}

/// The shop's current programme.
///
/// # Errors
/// `programme_missing` when it has published none.
pub(crate) async fn of(env: &Env, shop: &str) -> Result<Rc<Programme>, Failure> {
    version(env, shop, &current(env, shop).await?).await
}

/// A version of a shop's programme, parsed.
///
/// # Errors
/// `programme_missing` when there is no such version.
pub(crate) async fn version(env: &Env, shop: &str, version: &str) -> Result<Rc<Programme>, Failure> {
    let name = format!("{shop}/{version}");
    if let Some(kept) = kept(&name) {
        return Ok(kept);
    }
    let document = document(env, shop, version).await?.ok_or_else(missing)?;
    let programme = Rc::new(Programme::parse(&document)?);
    PARSED.with_borrow_mut(|parsed| {
        parsed.retain(|(known, _)| *known != name);
        parsed.push_back((name, Rc::clone(&programme)));
        if parsed.len() > KEPT {
            parsed.pop_front();
        }
    });
    Ok(programme)
}

fn kept(name: &str) -> Option<Rc<Programme>> {
    PARSED
        .with_borrow(|parsed| parsed.iter().find(|(known, _)| known == name).map(|(_, kept)| Rc::clone(kept)))
}

/// A version's canonical document.
async fn document(env: &Env, shop: &str, version: &str) -> Result<Option<String>, Failure> {
    Ok(shop::kv(env)?.get(&format!("p/{shop}/{version}")).text().await?)
}

fn missing() -> Failure {
    Failure::own(Own::ProgrammeMissing, "the shop has not published this programme")
}

/// `PUT /v1/shops/{shop}/programme`
pub(crate) async fn put(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let text = call.text()?;
    let programme = Programme::parse(&text)?;
    if clock::calendar(programme.time_zone()).is_none() {
        let fault = Fault { path: "/time_zone".into(), code: Code::UnknownChoice };
        return Err(Failure::Wire(vec![fault].into()));
    }
    let version = programme.version().to_owned();
    let mut known = published(&call.env, &shop.id).await?.unwrap_or_default();
    // What members have spent so far is counted in the shop's currency.
    if let Ok(current) = of(&call.env, &shop.id).await
        && current.rules().currency() != programme.rules().currency()
    {
        let fault = Fault { path: "/currency".into(), code: Code::CurrencyMismatch };
        return Err(Failure::Wire(vec![fault].into()));
    }
    let status = if known.current == version { 200 } else { 201 };
    // Written even when it seems to be current: what KV shows here may be a minute old.
    let kv = shop::kv(&call.env)?;
    kv.put(&format!("p/{}/{version}", shop.id), programme.canonical())?.execute().await?;
    if !known.versions.contains(&version) {
        known.versions.push(version.clone());
    }
    known.current.clone_from(&version);
    kv.put(&format!("p/{}", shop.id), serde_json::to_string(&known)?)?.execute().await?;
    Ok(Answer::json(status, serde_json::json!({ "version": version }).to_string()))
}

/// `GET /v1/shops/{shop}/programme`
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let asked = call.query("version");
    let version = match &asked {
        Some(version) if version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            version.clone()
        }
        Some(_) => return Err(Failure::own(Own::Malformed, "`version` is 16 hexadecimal digits")),
        None => current(&call.env, &shop.id).await?,
    };
    let tag = format!("\"{version}\"");
    // A named version never changes; which one is current does.
    let keep = if asked.is_some() { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    if call
        .header("If-None-Match")
        .is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    {
        return Ok(Answer::empty(304).with("ETag", tag).with("Cache-Control", keep));
    }
    let document = document(&call.env, &shop.id, &version).await?.ok_or_else(missing)?;
    let body = format!(r#"{{"version":"{version}","programme":{document}}}"#);
    Ok(Answer::json(200, body).with("ETag", tag).with("Cache-Control", keep))
}
