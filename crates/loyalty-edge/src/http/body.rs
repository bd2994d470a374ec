//! The body of a request: bounded bytes.

use crate::http::head::Head;
use crate::http::problem::{Failure, Own};
use futures_util::StreamExt;
use js_sys::Uint8Array;
use worker::wasm_bindgen_futures::JsFuture;

/// The longest body that is read: 256 KB, inclusive.
pub(crate) const LIMIT: usize = 262_144;

/// Reads the body as it was sent, never holding more than [`LIMIT`] bytes and one chunk.
///
/// # Errors
/// `body_too_large` when the body is announced or turns out to be longer than [`LIMIT`];
/// `malformed` when it breaks off.
pub(crate) async fn bytes(head: &Head) -> Result<Vec<u8>, Failure> {
    if !head.has_body() {
        return Ok(vec![]);
    }
    let breaks_off = || Failure::own(Own::Malformed, "the body breaks off");
    let request = head.request();
    match head.header("Content-Length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length > LIMIT => return Err(too_large()),
        // The runtime holds a sender to the length that was announced.
        Some(_) => {
            let whole = JsFuture::from(request.array_buffer().map_err(|_| breaks_off())?).await;
            return Ok(Uint8Array::new(&whole.map_err(|_| breaks_off())?).to_vec());
        }
        None => {}
    }
    let mut stream = worker::Request::from(Clone::clone(request)).stream()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| breaks_off())?;
        if bytes.len().saturating_add(chunk.len()) > LIMIT {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large() -> Failure {
    Failure::own(Own::BodyTooLarge, format!("the body is longer than {LIMIT} bytes"))
}
