//! The body of a request: bounded bytes.

use crate::http::problem::{Failure, Own};
use futures_util::StreamExt;
use worker::Request;

/// The longest body that is read: 256 KB, inclusive.
pub(crate) const LIMIT: usize = 262_144;

/// Reads the body as it was sent, never holding more than [`LIMIT`] bytes and one chunk.
///
/// # Errors
/// `body_too_large` when the body is announced or turns out to be longer than [`LIMIT`];
/// `malformed` when it breaks off.
pub(crate) async fn bytes(request: &mut Request) -> Result<Vec<u8>, Failure> {
    let announced = request.headers().get("Content-Length")?.and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LIMIT as u64) {
        return Err(too_large());
    }
    if request.inner().body().is_none() {
        return Ok(vec![]);
    }
    let mut stream = request.stream()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Failure::own(Own::Malformed, "the body breaks off"))?;
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
