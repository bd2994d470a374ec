//! What merchants and platforms ask for: settings, keys, publications, webhooks, endpoints, reports.

use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, js_sys::Promise, web_sys, worker_sys};

loyalty_edge::module!(Office alarm, Order alarm);

/// Answers a request for one of the office's routes, and tells everybody else that there is no such route.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, ctx: worker_sys::Context) -> Promise {
    loyalty_edge::fetch(loyalty_edge::OFFICE, request, env, ctx)
}
