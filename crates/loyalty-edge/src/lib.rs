//! The Worker: routes, ledger objects, journal.
//!
//! A request is parsed, its stored state loaded, the decision made by `loyalty-wire`, the entries
//! appended, the answer given. What is absent here: rules. No points are computed in this crate.
//!
//! * One [`account::Account`] object holds everything about one member; it is the only writer of it.
//! * Its entries are copied to Workers KV by the [journal](account::journal), append-only, byte for byte.
//! * [The books](books) add up what the journals of all accounts tell them.
//! * [The route tables](http::table) say of each route path, method, who may call, what runs, and what is told of it.
//! * The Worker is made of four modules (`crates/worker`), each with the code of what it exports and no more.

mod account;
mod api;
mod books;
mod digest;
mod hooks;
mod http;
mod json;
mod kv;
mod memory;
mod notices;
mod object;
mod people;
mod referral;
mod seal;
mod shop;
mod sql;
mod tell;

use core::future::Future;
use core::task::{self, Poll, Waker};

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

/// Answers a request with one of these routes: with a response where nobody has to be waited for, else with the promise
/// of one. Nothing where none of the routes has its path.
///
/// # Errors
/// When the runtime refuses the response.
pub fn offered(
    routes: &'static [Route],
    request: web_sys::Request,
    env: Env,
    ctx: worker_sys::Context,
) -> Result<Option<JsValue>, JsValue> {
    let asked = Asked::of(routes, request, env);
    asked.has_route().then(|| answered(asked, ctx)).transpose()
}

/// Answers a request in the same way, one with another path as not found.
///
/// # Errors
/// When the runtime refuses the response.
pub fn fetch(
    routes: &'static [Route],
    request: web_sys::Request,
    env: Env,
    ctx: worker_sys::Context,
) -> Result<JsValue, JsValue> {
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

/// What `#[worker::event(fetch)]` would do, but for the answer without a promise, and for the deadline around the others:
/// measured with Worker and object in one isolate, a panic in either left the callers of both without any answer.
fn answered(asked: Asked, ctx: worker_sys::Context) -> Result<JsValue, JsValue> {
    let patience = if asked.is_long() { LONG_PATIENCE } else { PATIENCE };
    let mut answer = Box::pin(async move { http::routes::answer(asked, Context::new(ctx)).await.sent() });
    // Whoever drives it from here looks at it first, so nothing is lost by nobody being woken now.
    match answer.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => response,
        Poll::Pending => {
            let answer = worker::wasm_bindgen_futures::future_to_promise(answer);
            Ok(LATE.with(|late| within(answer, patience, late)).into())
        }
    }
}
