//! Rows of an object's SQLite.

use js_sys::Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{SqlStorage, SqlStorageValue};

#[wasm_bindgen(module = "/src/sql.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = rows)]
    fn text(sql: &JsValue, query: &str, values: &Array) -> Result<String, JsValue>;
}

/// The rows of a query.
///
/// # Errors
/// What the runtime says; also when a row is not as wanted.
pub(crate) fn rows<T: DeserializeOwned>(
    sql: &SqlStorage,
    query: &str,
    values: Vec<SqlStorageValue>,
) -> worker::Result<Vec<T>> {
    let values: Array = values.into_iter().map(JsValue::from).collect();
    Ok(serde_json::from_str(&text(sql.as_ref(), query, &values)?)?)
}
