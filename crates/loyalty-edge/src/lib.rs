//! The Worker: routes, ledger objects, journal.
//!
//! A request is parsed, its stored state loaded, the decision made by `loyalty-wire`, the entries
//! appended, the answer given. What is absent here: rules. No points are computed in this crate.
//!
//! * One [`account::Account`] object holds everything about one member; it is the only writer of it.
//! * Its entries are copied to Workers KV by the [journal](account::journal), append-only, byte for byte.
//! * [The books](books) add up what the journals of all accounts tell them.
//! * [The route tables](http::table) say of each route path, method, who may call, what runs, and what is told of it.
//! * The Worker is made of four modules (`worker/`), each with the code of what it exports and no more.

mod account;
mod api;
mod books;
mod digest;
mod hooks;
mod http;
mod json;
mod memory;
mod notices;
mod object;
mod people;
mod referral;
mod seal;
mod shop;
mod sql;
mod tell;

pub use account::Account;
pub use books::Books;
pub use hooks::order::Order;
pub use http::table::{OFFICE, STOREFRONT};
pub use people::alias::Alias;
pub use people::erasures::Erasures;
pub use people::import::object::Import;
pub use shop::office::Office;

use http::route::Route;
use http::routes::Asked;
use js_sys::Promise;
use std::cell::LazyCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, web_sys, worker_sys};

/// How long a caller waits at most, in milliseconds: longer than the deadline for an object.
const PATIENCE: u32 = 8_000;

/// How long a merchant waits who asks about a whole history.
const LONG_PATIENCE: u32 = 63_000;

#[wasm_bindgen(module = "/src/deadline.js")]
extern "C" {
    fn within(answer: Promise, milliseconds: u32, late: &JsValue) -> Promise;
}

thread_local! {
    static LATE: LazyCell<JsValue> = LazyCell::new(|| http::problem::Failure::late().answer().body.into());
}

/// Answers a request with one of these routes; nothing where none of them has its path.
pub fn offered(
    routes: &'static [Route],
    request: web_sys::Request,
    env: Env,
    ctx: worker_sys::Context,
) -> Option<Promise> {
    let asked = Asked::of(routes, request, env);
    asked.has_route().then(|| answered(asked, ctx))
}

/// Answers a request, one with another path as not found.
pub fn fetch(
    routes: &'static [Route],
    request: web_sys::Request,
    env: Env,
    ctx: worker_sys::Context,
) -> Promise {
    answered(Asked::of(routes, request, env), ctx)
}

/// Forgets what this module remembers of a shop that was changed.
pub fn forget(shop: &str) {
    shop::Shop::forget(shop);
}

/// Believes no link to the account of a member who was erased.
pub fn erased(shop: &str, member: &str, acct: &str) {
    people::link::erased(shop, member, acct);
}

/// What `#[worker::event(fetch)]` would do, but for the deadline around it: measured with Worker and
/// object in one isolate, a panic in either left the callers of both without any answer.
fn answered(asked: Asked, ctx: worker_sys::Context) -> Promise {
    let patience = if asked.is_long() { LONG_PATIENCE } else { PATIENCE };
    let answer = worker::wasm_bindgen_futures::future_to_promise(async move {
        let answer = http::routes::answer(asked, Context::new(ctx)).await;
        Ok(JsValue::from(web_sys::Response::from(answer.into_response()?)))
    });
    LATE.with(|late| within(answer, patience, late))
}
