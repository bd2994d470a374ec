//! Programmes: published, never changed. KV `p/{shop}/{version}` holds a document, `p/{shop}` the version in effect and
//! those that wait for their day; the shop's office keeps all publications.

pub(crate) mod diff;
pub(crate) mod draft;
pub(crate) mod publications;

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::kv;
use crate::memory::{FRESH, Memory};
use crate::shop::office::question::{Question, ask};
use crate::shop::{self, Shop, clock};
use core::cell::RefCell;
use loyalty_wire::core::Code;
use loyalty_wire::{FORM, Fault, Programme};
use publications::{Publication, Wanted, in_effect};
use std::collections::VecDeque;
use std::rc::Rc;
use worker::Env;

/// How many parsed programmes an isolate keeps.
const KEPT: usize = 32;

type Parsed = (String, Rc<Programme>);

thread_local! {
    // Parsed programmes by `shop/version`: a version never changes, so a kept one is never wrong.
    static PARSED: RefCell<VecDeque<Parsed>> = const { RefCell::new(VecDeque::new()) };
    // Which one is in effect is told of it for each instant, so one that begins while this is kept begins in time.
    static AHEAD: Memory<Rc<[Publication]>> = const { Memory::new(FRESH, shop::SHOPS) };
}

/// Forgets which versions of a shop's are in effect.
pub(super) fn forget(shop: &str) {
    AHEAD.with(|ahead| ahead.forget(shop));
}

/// The version in effect now.
///
/// # Errors
/// `programme_missing` when the shop has published none.
pub(crate) async fn current(env: &Env, shop: &str) -> Result<String, Failure> {
    current_at(env, shop, clock::real()).await
}

/// The version in effect at an instant, milliseconds since 1970.
///
/// # Errors
/// `programme_missing` when the shop has published none.
pub(crate) async fn current_at(env: &Env, shop: &str, now: i64) -> Result<String, Failure> {
    let known = match AHEAD.with(|ahead| ahead.get(shop, clock::real())) {
        Some(known) => known,
        None => ahead(env, shop).await?,
    };
    in_effect(&known, now).map(|one| one.version.clone()).ok_or_else(missing)
}

/// The version in effect and those that wait for their day, from KV.
async fn ahead(env: &Env, shop: &str) -> Result<Rc<[Publication]>, Failure> {
    let text = shop::kv(env)?.get(&format!("p/{shop}")).text().await?.ok_or_else(missing)?;
    let known: Rc<[Publication]> = json::read::<Vec<_>>(&text).map_err(Failure::unavailable)?.into();
    AHEAD.with(|ahead| ahead.keep(shop.to_owned(), Rc::clone(&known), clock::real()));
    Ok(known)
}

/// The programme in effect at an instant, milliseconds since 1970.
///
/// # Errors
/// `programme_missing` when the shop has published none.
pub(crate) async fn of(env: &Env, shop: &str, now: i64) -> Result<Rc<Programme>, Failure> {
    version(env, shop, &current_at(env, shop, now).await?).await
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

/// Proves a document, and that the runtime knows its time zone.
///
/// # Errors
/// Every fault of the document.
fn proved(text: &str) -> Result<Programme, Failure> {
    let programme = Programme::parse(text)?;
    if clock::calendar(programme.time_zone()).is_none() {
        let fault = Fault { path: "/time_zone".into(), code: Code::UnknownChoice };
        return Err(Failure::wire(vec![fault]));
    }
    Ok(programme)
}

/// Whether a publication is new, and all of them.
type Made = (bool, Vec<Publication>);

/// Publishes a programme. Its document is in KV before anybody can be told of the version.
///
/// # Errors
/// `currency_mismatch`, `publication_invalid`, `unavailable`.
async fn publish(
    call: &Call,
    shop: &Shop,
    programme: &Programme,
    starts: Option<i64>,
    draft: Option<String>,
) -> Result<Made, Failure> {
    let version = programme.version().to_owned();
    kv::put(&call.env, &format!("p/{}/{version}", shop.id), programme.canonical()).await?;
    let currency = programme.rules().currency().as_str().to_owned();
    let wanted = Wanted { version, currency, starts, now: clock::now(call)?, draft };
    let (status, all) = ask(&call.env, &shop.id, &Question::Publish(wanted)).await?;
    Ok((status == 201, all))
}

/// `PUT /v1/shops/{shop}/programme`
pub(crate) async fn put(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let programme = proved(&call.text()?)?;
    let (new, _) = publish(&call, shop, &programme, None, None).await?;
    let status = if new { 201 } else { 200 };
    Ok(Answer::json(status, serde_json::json!({ "version": programme.version() }).to_string()))
}

/// `GET /v1/shops/{shop}/programme`
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    if let Some(version) = call.query("version") {
        return told(&call, shop, &version).await;
    }
    let version = current_at(&call.env, &shop.id, clock::now(&call)?).await?;
    // What is written for the module is another with another build.
    let tag = format!("\"{version}-{FORM:016x}\"");
    if is_known(&call, &tag) {
        return Ok(Answer::empty(304).with("ETag", tag).with("Cache-Control", IN_EFFECT));
    }
    let programme = self::version(&call.env, &shop.id, &version).await?;
    Ok(Answer::json(200, programme.to_answer()).with("ETag", tag).with("Cache-Control", IN_EFFECT))
}

/// `GET /v1/shops/{shop}/programme/versions/{version}`
pub(crate) async fn one(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    told(&call, shop, call.param("version")?).await
}

/// A named version never changes; which one is in effect does.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const IN_EFFECT: &str = "public, no-cache";

fn is_version(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A named version as it was published.
async fn told(call: &Call, shop: &Shop, version: &str) -> Result<Answer, Failure> {
    if !is_version(version) {
        return Err(Failure::own(Own::Malformed, "`version` is 16 lower-case hexadecimal digits"));
    }
    let tag = format!("\"{version}\"");
    if is_known(call, &tag) {
        return Ok(Answer::empty(304).with("ETag", tag).with("Cache-Control", FOR_EVER));
    }
    let document = document(&call.env, &shop.id, version).await?.ok_or_else(missing)?;
    let body = format!(r#"{{"version":"{version}","programme":{document}}}"#);
    Ok(Answer::json(200, body).with("ETag", tag).with("Cache-Control", FOR_EVER))
}

/// Whether who asks has what the tag names.
fn is_known(call: &Call, tag: &str) -> bool {
    let known = call.header("If-None-Match").unwrap_or_default();
    known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}
