//! What all objects have in common. An object is asked at `/{what}/{its own name}` with a JSON body, by the Worker or by
//! another object, never from outside. The address repeats the name because an object that its alarm has woken does not
//! know it. Whoever asks waits until a deadline, and asks again only when that can help.

use crate::http::answer::{Answer, REPLAYED};
use crate::http::problem::Failure;
use crate::json;
use crate::people::link;
use crate::shop::clock;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use futures_util::future::LocalBoxFuture;
use js_sys::{Array, Reflect};
use loyalty_ledger::{Decided, Name};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{Delay, Env};

/// How long a question may take, all attempts together. An object that panicked never answers.
const DEADLINE: Duration = Duration::from_secs(5);

/// How long a question about a whole history may take.
const LONG: Duration = Duration::from_secs(60);

#[wasm_bindgen(module = "/src/object.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = ask)]
    async fn question(
        object: &JsValue,
        address: &str,
        text: &str,
        milliseconds: u32,
    ) -> Result<JsValue, JsValue>;
}

/// How often a question is asked.
const ATTEMPTS: u64 = 3;

/// What an object answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The answer was kept under the request's key.
    pub(crate) replayed: bool,
}

/// A question under way. The text of its body is made at once, so that all of it is compiled once.
pub(crate) type Asking<'a> = LocalBoxFuture<'a, Result<Reply, Failure>>;

impl From<Decided> for Reply {
    fn from(Decided { status, body, replayed }: Decided) -> Self {
        Self { status, body, replayed }
    }
}

impl Reply {
    /// The answer for the caller: the object's, byte for byte.
    pub(crate) fn answer(self) -> Answer {
        let answer = Answer::json(self.status, self.body);
        let answer =
            if self.status >= 400 { answer.with("Content-Type", "application/problem+json") } else { answer };
        let answer = if self.status == 503 { answer.with("Retry-After", "1") } else { answer };
        if self.replayed { answer.with(REPLAYED, "true") } else { answer }
    }
}

/// Asks an account's object to do `what`.
///
/// # Errors
/// `unavailable` when it does not answer within 5 seconds, is overloaded, or fails three times.
pub(crate) fn ask<'a>(
    env: &'a Env,
    shop: &'a str,
    acct: &'a str,
    what: &'a str,
    body: &impl Serialize,
) -> Asking<'a> {
    Box::pin(ask_account(env, shop, acct, what, serde_json::to_string(body)))
}

async fn ask_account(
    env: &Env,
    shop: &str,
    acct: &str,
    what: &str,
    text: serde_json::Result<String>,
) -> Result<Reply, Failure> {
    let reply = ask_within(DEADLINE, env, "ACCOUNT", &format!("{shop}/{acct}"), what, text).await?;
    if reply.status == 410 {
        // Whoever asked was led here by a link that is cut; the next attempt looks again.
        link::cut(acct);
        return Err(Failure::late());
    }
    Ok(reply)
}

/// Asks an account's object for what may take longer: something about its whole history.
///
/// # Errors
/// As for [`ask`], after a minute.
pub(crate) async fn ask_long(
    env: &Env,
    name: &Name,
    what: &str,
    body: &impl Serialize,
) -> Result<Reply, Failure> {
    ask_within(LONG, env, "ACCOUNT", &name.object(), what, serde_json::to_string(body)).await
}

/// Asks an object of any class, by its name.
///
/// # Errors
/// As for [`ask`].
pub(crate) fn ask_named<'a>(
    env: &'a Env,
    class: &'a str,
    name: &'a str,
    what: &'a str,
    body: &impl Serialize,
) -> Asking<'a> {
    Box::pin(ask_within(DEADLINE, env, class, name, what, serde_json::to_string(body)))
}

async fn ask_within(
    time: Duration,
    env: &Env,
    class: &str,
    name: &str,
    what: &str,
    text: serde_json::Result<String>,
) -> Result<Reply, Failure> {
    let text = text?;
    match attempts(time, env, class, name, what, &text).await {
        Ok(Some(reply)) => Ok(reply),
        Ok(None) => {
            Err(Failure::unavailable(format!("{class}, {what}: no answer within {} s", time.as_secs())))
        }
        Err(error) => Err(Failure::unavailable(format!("{class}, {what}: {error}"))),
    }
}

/// Asks until there is an answer, the time is over, or asking again would not help.
async fn attempts(
    time: Duration,
    env: &Env,
    class: &str,
    name: &str,
    what: &str,
    text: &str,
) -> worker::Result<Option<Reply>> {
    let end = clock::real().saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
    let mut attempt = 1;
    loop {
        let left = u64::try_from(end.saturating_sub(clock::real())).unwrap_or(0);
        match once(Duration::from_millis(left), env, class, name, what, text).await {
            Err(error) if attempt < ATTEMPTS && flag(&error, "retryable") && !flag(&error, "overloaded") => {
                Delay::from(Duration::from_millis(50 * attempt)).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}

/// Asks an account's object for data.
///
/// # Errors
/// `unavailable` as for [`ask`], and when the object answers something else; its refusal is passed on.
pub(crate) async fn read<T: DeserializeOwned>(
    env: &Env,
    shop: &str,
    acct: &str,
    what: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    told(ask(env, shop, acct, what, body).await?)
}

/// Asks an object of any class for data.
///
/// # Errors
/// As for [`read`].
pub(crate) async fn read_named<T: DeserializeOwned>(
    env: &Env,
    class: &str,
    name: &str,
    what: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    told(ask_named(env, class, name, what, body).await?)
}

/// # Errors
/// As for [`read`].
pub(crate) fn told<T: DeserializeOwned>(reply: Reply) -> Result<T, Failure> {
    if reply.status != 200 {
        return Err(Failure::passed(reply.answer()));
    }
    json::read(&reply.body).map_err(Failure::unavailable)
}

/// One attempt; nothing when the time is over first. A stub that failed once may go on failing, so each attempt takes a new one.
pub(crate) async fn once(
    time: Duration,
    env: &Env,
    class: &str,
    name: &str,
    what: &str,
    text: &str,
) -> worker::Result<Option<Reply>> {
    let object = env.durable_object(class)?.get_by_name(name)?.into_rpc();
    let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    let answer = question(&object, &address(what, name), text, milliseconds).await?;
    let Ok(answer) = answer.dyn_into::<Array>() else { return Ok(None) };
    let (status, replayed, body) = (answer.get(0), answer.get(1), answer.get(2));
    Ok(Some(Reply {
        status: status.unchecked_into_f64() as u16,
        replayed: replayed.is_truthy(),
        body: body.as_string().unwrap_or_default(),
    }))
}

fn address(what: &str, name: &str) -> String {
    format!("https://object/{what}/{}", js_sys::encode_uri_component(name))
}

/// What an object is asked, and its own name.
pub(crate) fn asked(path: &str) -> (&str, String) {
    let (what, name) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
    let name = js_sys::decode_uri_component(name).map(String::from);
    (what, name.unwrap_or_default())
}

/// A class of objects. Its `answer` is told what it is asked, its own name and the body; what fails is answered as a
/// problem. Its `wake` is called by its alarm; a class without alarms says so. A [module](crate::module) of the Worker exports it.
macro_rules! object {
    ($(#[$doc:meta])* $class:ident { $state:ident, $env:ident }) => {
        object!(@class $(#[$doc])* $class { $state, $env }, {
            /// What its alarm does.
            ///
            /// # Errors
            /// The alarm comes again.
            pub async fn alarm(&self) -> worker::Result<worker::Response> {
                self.wake().await?;
                worker::Response::empty()
            }
        });
    };
    ($(#[$doc:meta])* $class:ident { $state:ident }, no alarm) => {
        object!(@class $(#[$doc])* $class { $state }, {});
    };
    (@class $(#[$doc:meta])* $class:ident { $state:ident $(, $env:ident)? }, { $($alarm:tt)* }) => {
        $(#[$doc])*
        pub struct $class {
            $state: worker::State,
            $($env: worker::Env,)?
        }

        impl $class {
            /// An object, as the runtime makes it.
            #[must_use]
            pub fn new($state: worker::State, _env: worker::Env) -> Self {
                $(let $env = _env;)?
                Self { $state $(, $env)? }
            }

            /// What it answers.
            ///
            /// # Errors
            /// Where the platform cannot be spoken to.
            pub async fn fetch(&self, mut request: worker::Request) -> worker::Result<worker::Response> {
                let url = $crate::http::url::Url::new(request.inner().url());
                let (what, name) = $crate::object::asked(url.path());
                let body = request.text().await?;
                self.answer(what, name, &body).await.unwrap_or_else(|failure| failure.answer()).into_response()
            }

            $($alarm)*
        }
    };
}

/// What a module of the Worker exports: what it is told of others, and its classes of objects, each with `alarm` or, where
/// it has none, `fetch`. What is not exported is not in the module.
#[macro_export]
macro_rules! module {
    ($($class:ident $mode:ident),* $(,)?) => {
        mod exports {
            /// Another module, or this one, has changed a shop.
            #[wasm_bindgen::prelude::wasm_bindgen]
            pub fn forget(shop: &str) {
                $crate::forget(shop);
            }

            /// Another module, or this one, has erased a member.
            #[wasm_bindgen::prelude::wasm_bindgen]
            pub fn erased(shop: &str, member: &str, acct: &str) {
                $crate::erased(shop, member, acct);
            }

            $($crate::module!(@class $class $mode);)*
        }
    };
    (@class $class:ident alarm) => {
        $crate::module!(@class $class alarm {
            async fn alarm(&self) -> worker::Result<worker::Response> {
                self.0.alarm().await
            }
        });
    };
    (@class $class:ident fetch) => {
        $crate::module!(@class $class fetch {});
    };
    (@class $class:ident $mode:ident { $($alarm:tt)* }) => {
        #[worker::durable_object($mode)]
        pub struct $class($crate::$class);

        impl worker::DurableObject for $class {
            fn new(state: worker::State, env: worker::Env) -> Self {
                Self($crate::$class::new(state, env))
            }

            async fn fetch(&self, request: worker::Request) -> worker::Result<worker::Response> {
                self.0.fetch(request).await
            }

            $($alarm)*
        }
    };
}

pub(crate) use object;

/// The answer of a future, or nothing when the time is over first.
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    let (mut future, mut end) = (pin!(future), pin!(Delay::from(time)));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// A mark the runtime puts on errors: `retryable`, `overloaded`.
fn flag(error: &worker::Error, name: &str) -> bool {
    Reflect::get(&error.to_js_value(), &JsValue::from_str(name)).is_ok_and(|value| value.is_truthy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_asked_again_says_when() {
        let answer = |status| Reply { status, body: String::new(), replayed: false }.answer();
        assert_eq!(answer(503).header("Retry-After"), Some("1"));
        assert_eq!(answer(409).header("Retry-After"), None);
    }
}
