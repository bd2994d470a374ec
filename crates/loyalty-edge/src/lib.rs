//! The Worker: routes, ledger objects, journal.
//!
//! A request is parsed, its stored state loaded, the decision made by `loyalty-wire`, the entries
//! appended, the answer given. What is absent here: rules. No points are computed in this crate.
//!
//! * One [`account::Account`] object holds everything about one member; it is the only writer of it.
//! * Its entries are copied to Workers KV by the [journal](account::journal), append-only, byte for byte.
//! * [The books](books) add up what the journals of all accounts tell them.
//! * [The route table](http::table) is one table: a path, a method, who may call, what runs, what is told of it.

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

/// Answers a request.
///
/// What `#[worker::event(fetch)]` would export, but for the deadline around it: measured with Worker and
/// object in one isolate, a panic in either left the callers of both without any answer.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, ctx: worker_sys::Context) -> Promise {
    let patience = if http::routes::is_long(&request.url()) { LONG_PATIENCE } else { PATIENCE };
    let answer = worker::wasm_bindgen_futures::future_to_promise(async move {
        let answer = http::routes::answer(request, env, Context::new(ctx)).await;
        Ok(JsValue::from(web_sys::Response::from(answer.into_response()?)))
    });
    LATE.with(|late| within(answer, patience, late))
}
