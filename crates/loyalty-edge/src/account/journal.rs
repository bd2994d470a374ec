//! The journal's hands: does in KV, with the alarm, towards other accounts and the books what the ledger's journal says.

use crate::account::is_forgotten;
use crate::account::log::Log;
use crate::books;
use crate::http::problem::Failure;
use crate::kv;
use crate::object;
use crate::shop;
use crate::shop::clock;
use crate::shop::programme;
use core::time::Duration;
use futures_util::future::join_all;
use loyalty_ledger::{Action, Ask, LOTS, Message, Put, Run, alarm};
use serde_json::json;
use worker::{Env, Storage};

/// Sets the alarm for what is owed, if none is set or a later one is.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn arm(log: &Log<'_>, set: Option<i64>) -> Result<(), Failure> {
    match alarm(log, clock::real(), set)? {
        Some(delay) => Ok(log.storage().set_alarm(milliseconds(delay)).await?),
        None => Ok(()),
    }
}

/// Sets the alarm if something is owed and none is set: the last line of defence against a lost one.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn rearm(log: &Log<'_>) -> Result<(), Failure> {
    let owed = alarm(log, clock::real(), None)?.is_some();
    if owed && log.storage().get_alarm().await?.is_none() {
        arm(log, None).await?;
    }
    Ok(())
}

fn milliseconds(delay: i64) -> Duration {
    Duration::from_millis(u64::try_from(delay).unwrap_or(0))
}

/// One run, from the alarm. It fails for nobody.
pub(crate) async fn run(storage: &Storage, env: &Env) {
    let log = Log::new(storage);
    let mut run = Run::new(lot());
    loop {
        match run.next(&log, clock::real()) {
            Action::Alarm(delay) => {
                if let Err(error) = set(storage, delay).await {
                    worker::console_error!("journal, alarm: {error}");
                }
            }
            Action::Put(puts) => run.put(put_all(storage, env, &puts).await),
            Action::Send(message) => run.sent(send(env, &message).await),
            Action::Feed(feed) => run.fed(books::feed(env, &feed).await),
            Action::Done => break,
        }
    }
    for trouble in run.troubles() {
        worker::console_error!("journal: {trouble}");
    }
}

async fn set(storage: &Storage, delay: Option<i64>) -> worker::Result<()> {
    match delay {
        Some(delay) => storage.set_alarm(milliseconds(delay)).await,
        None => storage.delete_alarm().await,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to LOTS")]
fn lot() -> u32 {
    (js_sys::Math::random() * f64::from(LOTS)) as u32
}

async fn put_all(storage: &Storage, env: &Env, puts: &[Put]) -> Vec<Result<(), String>> {
    let one = async |one: &Put| match one.is_copy() {
        true => put_copy(storage, env, one).await,
        false => put(env, one).await,
    };
    join_all(puts.iter().map(one)).await
}

/// Puts the copy for readers; of an erased member's account there is none, also where they are erased meanwhile.
async fn put_copy(storage: &Storage, env: &Env, copy: &Put) -> Result<(), String> {
    if !is_forgotten(storage).await.map_err(|error| error.to_string())? {
        put(env, copy).await?;
    }
    if is_forgotten(storage).await.map_err(|error| error.to_string())? {
        let kv = shop::kv(env).map_err(|failure| failure.to_string())?;
        kv.delete(&copy.key).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Puts one value.
///
/// # Errors
/// What KV says.
pub(crate) async fn put(env: &Env, put: &Put) -> Result<(), String> {
    let options = json!({ "metadata": put.metadata });
    kv::put_with(env, &put.key, &put.text, &options).await.map_err(|error| error.to_string())
}

/// Sends a message, under the programme that is current now.
async fn send(env: &Env, message: &Message) -> Result<(u16, String), String> {
    let told = |failure: Failure| format!("{failure}");
    let Message { shop, to, request, at, .. } = message;
    let programme = programme::current(env, shop).await.map_err(told)?;
    let ask = Ask { programme, now: Some(*at), request: request.clone(), ..Ask::default() };
    let reply = object::ask(env, shop, to, "message", &ask).await.map_err(told)?;
    Ok((reply.status, reply.body))
}
