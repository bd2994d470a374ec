//! Values into KV. The library's way makes an object of the options field by field, which is 1.5 KB (gzip) of each
//! module that writes.

use serde_json::Value;
use wasm_bindgen::prelude::*;
use worker::Env;

#[wasm_bindgen(module = "/src/kv.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = put)]
    async fn put_text(
        env: &JsValue,
        key: &str,
        text: &str,
        options: Option<String>,
    ) -> Result<JsValue, JsValue>;
}

/// Puts a text.
///
/// # Errors
/// What KV says.
pub(crate) async fn put(env: &Env, key: &str, text: &str) -> worker::Result<()> {
    put_text(env.as_ref(), key, text, None).await?;
    Ok(())
}

/// Puts a text with `metadata`, and what else KV takes.
///
/// # Errors
/// What KV says.
pub(crate) async fn put_with(env: &Env, key: &str, text: &str, options: &Value) -> worker::Result<()> {
    put_text(env.as_ref(), key, text, Some(options.to_string())).await?;
    Ok(())
}
