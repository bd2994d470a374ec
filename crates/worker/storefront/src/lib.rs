//! What shoppers and tills wait for. Every place that answers requests has this module from the start.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, web_sys, worker_sys};

loyalty_edge::module!();

/// Answers a request for one of the storefront's routes; nothing for any other, which the office answers.
///
/// # Errors
/// When the runtime refuses the response.
#[wasm_bindgen]
pub fn fetch(
    request: web_sys::Request,
    env: Env,
    ctx: worker_sys::Context,
) -> Result<Option<JsValue>, JsValue> {
    loyalty_edge::offered(loyalty_edge::STOREFRONT, request, env, ctx)
}
