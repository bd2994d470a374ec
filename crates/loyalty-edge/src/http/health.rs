//! Whether the Worker runs.

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Failure;

/// `GET /health`
pub(crate) async fn health(call: Call) -> Result<Answer, Failure> {
    let mode = if call.local.is_on() { "local" } else { "live" };
    Ok(Answer::json(200, format!(r#"{{"status":"ok","mode":"{mode}"}}"#)))
}
