//! An answer as plain data, and the one place where it becomes a response.

use crate::http::problem::Failure;
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Headers, Response, web_sys};

#[wasm_bindgen(module = "/src/http/answer.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn response(status: u16, headers: &str, body: &[u8]) -> Result<web_sys::Response, JsValue>;
}

/// Says that an answer was kept under the request's key.
pub(crate) const REPLAYED: &str = "Idempotency-Replayed";

/// Status, headers and text of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// What is told, as JSON.
    ///
    /// # Errors
    /// `unavailable`: what the Worker tells can be written.
    pub(crate) fn of(told: &impl Serialize) -> Result<Self, Failure> {
        Ok(Self::json(200, serde_json::to_string(told).map_err(Failure::unavailable)?))
    }

    /// A JSON answer that no one may keep.
    pub(crate) fn json(status: u16, body: String) -> Self {
        Self { status, body, headers: Vec::new() }
            .with("Content-Type", "application/json")
            .with("Cache-Control", "no-store")
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, body: String::new(), headers: Vec::new() }.with("Cache-Control", "no-store")
    }

    /// Sets a header; a header of that name set before is replaced.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name, value.into()));
        self
    }

    /// The value of a header set by [`Answer::with`].
    #[cfg(test)]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The response to whoever called.
    ///
    /// # Errors
    /// When the runtime refuses a header value, such as one with a line feed.
    pub(crate) fn sent(self) -> Result<JsValue, JsValue> {
        let Self { status, body, headers } = self.with("X-Content-Type-Options", "nosniff");
        let headers = serde_json::to_string(&headers).map_err(|error| error.to_string())?;
        Ok(response(status, &headers, body.as_bytes())?.into())
    }

    /// The response of an object, of which only [the asker](crate::object) reads.
    ///
    /// # Errors
    /// When the runtime refuses a header.
    pub(crate) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        for (name, value) in self.headers.iter().filter(|(name, _)| *name == REPLAYED) {
            headers.set(name, value)?;
        }
        let response = if self.body.is_empty() {
            Response::builder().empty()
        } else {
            Response::builder().fixed(self.body.into_bytes())
        };
        Ok(response.with_status(self.status).with_headers(headers))
    }
}
