//! What merchants and platforms ask for: settings, keys, publications, webhooks, endpoints, reports.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, web_sys, worker_sys};

loyalty_edge::module!(Office alarm, Order alarm);

/// Answers a request for one of the office's routes, and tells everybody else that there is no such route.
///
/// # Errors
/// When the runtime refuses the response.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, ctx: worker_sys::Context) -> Result<JsValue, JsValue> {
    loyalty_edge::fetch(loyalty_edge::OFFICE, request, env, ctx)
}
