//! The alarm of the books' objects: what is due goes out, a few at a time. It fails for nobody: the runtime gives up an
//! alarm whose handler failed a few times, and then nothing would ever be sent again.

use crate::http::call::Local;
use crate::http::problem::Failure;
use crate::notices::endpoint::{Change, Why};
use crate::notices::home::Home;
use crate::notices::outbox::{self, Attempt, Delivery};
use crate::notices::{address, expiring, lot, signature};
use crate::object::within;
use crate::shop::clock;
use crate::shop::office::question::{Question, ask};
use crate::sql::Sql;
use core::time::Duration;
use futures_util::future::join_all;
use wasm_bindgen::JsValue;
use worker::{AbortController, Env, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Storage};

/// When to come back if a run dies.
const IF_ALL_FAILS: Duration = Duration::from_secs(30);

/// How long an endpoint may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many rounds one run makes, each of a few requests.
const ROUNDS: usize = 60;

/// One run.
pub(crate) async fn run(storage: &Storage, env: &Env) {
    if let Err(error) = storage.set_alarm(IF_ALL_FAILS).await {
        worker::console_error!("notices, alarm: {error}");
    }
    if let Err(failure) = work(storage, env).await {
        worker::console_error!("notices: {failure}");
    }
}

async fn work(storage: &Storage, env: &Env) -> Result<(), Failure> {
    let sql = Sql::of(storage);
    if let Err(failure) = expiring::look(storage, env).await {
        worker::console_error!("notices, what expires: {failure}");
    }
    for _ in 0..ROUNDS {
        let Some(home) = Home::of(&sql)? else { break };
        let due = outbox::due(&sql, &home, clock::real())?;
        if due.is_empty() {
            break;
        }
        let attempts = join_all(due.iter().map(|one| attempt(env, &home, one))).await;
        for (delivery, attempt) in due.iter().zip(attempts) {
            let failing = outbox::settle(&sql, delivery, &attempt, lot())?;
            match attempt.status {
                Some(410) => disable(env, &home, delivery, Why::Gone).await,
                _ if failing => disable(env, &home, delivery, Why::Failing).await,
                _ => {}
            }
        }
    }
    // Whatever the alarm was set to is over now; from the look at what is next to setting it there is no await.
    outbox::arm_anew(storage, clock::real()).await
}

/// Has an endpoint switched off. Where the office does not answer, the next failure asks again.
async fn disable(env: &Env, home: &Home, delivery: &Delivery, why: Why) {
    let change = Change::Disable { id: delivery.endpoint.clone(), why, now: clock::real() };
    if let Err(failure) = ask::<()>(env, home.shop(), &Question::ChangeEndpoints(change)).await {
        worker::console_error!("notices, {}: {failure}", delivery.endpoint);
    }
}

/// One attempt.
async fn attempt(env: &Env, home: &Home, delivery: &Delivery) -> Attempt {
    let at = clock::real();
    let answer = request(env, home, delivery, at).await;
    let (status, error) = match answer {
        Ok(status) => (Some(status), None),
        Err(error) => (None, Some(error)),
    };
    Attempt { at, status, error, took: clock::real().saturating_sub(at) }
}

/// Sends a message; what the endpoint answered, or why it did not.
async fn request(env: &Env, home: &Home, delivery: &Delivery, at: i64) -> Result<u16, String> {
    let endpoint = home.living(&delivery.endpoint).ok_or("endpoint disabled")?;
    let (url, secrets) =
        endpoint.opened(env, home.shop(), at).map_err(|_| "endpoint does not open".to_owned())?;
    // Looked at again: what is refused today may have been taken yesterday.
    let url =
        address::checked(&url, Local::of(env)).map_err(|what| format!("address refused: not {what}"))?;
    let request = signed(delivery, url.as_str(), &secrets, at / 1_000).map_err(|error| error.to_string())?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let answer = within(PATIENCE, Fetch::Request(request).send_with_signal(&signal)).await;
    // What else the endpoint says is of no use, and would keep the connection.
    controller.abort();
    match answer {
        Some(Ok(response)) => Ok(response.status_code()),
        Some(Err(_)) => Err("no connection".into()),
        None => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

/// The request, signed for this second. A redirect is an answer like any other: it could lead anywhere.
fn signed(delivery: &Delivery, url: &str, secrets: &[String], seconds: i64) -> worker::Result<Request> {
    let secrets = secrets.iter().map(String::as_str);
    let headers = Headers::new();
    headers.set("Content-Type", "application/json")?;
    headers.set("User-Agent", concat!("loyalty-webhooks/", env!("CARGO_PKG_VERSION")))?;
    headers.set("webhook-id", &delivery.message)?;
    headers.set("webhook-timestamp", &seconds.to_string())?;
    let signatures = signature::header(secrets, &delivery.message, seconds, &delivery.body);
    headers.set("webhook-signature", &signatures)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(JsValue::from_str(&delivery.body)))
        .with_redirect(RequestRedirect::Manual);
    Request::new_with_init(url, &init)
}
