//! A shop on a running Worker, asked over its public API.

use anyhow::{Context, Result, bail};
use loyalty_core::Instant;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use ureq::http;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(30);
/// The pause after the first failed attempt; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Attempts in all: with the pauses above a Worker may be away for about two minutes.
const ATTEMPTS: u32 = 28;
/// Attempts of the very first request: a Worker that was never there is said so soon.
const FIRST_ATTEMPTS: u32 = 4;
/// How much of an answer that is no problem document is shown.
const SHOWN: usize = 200;

/// A shop, and the authority to act for it.
pub(crate) struct Shop {
    agent: ureq::Agent,
    base: String,
    name: String,
    api_key: String,
    retries: AtomicU64,
}

/// What a Worker answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Whether it is the repeated answer to a key used before.
    pub(crate) replayed: bool,
    /// How many attempts it took.
    pub(crate) attempts: u32,
    /// The body; null where it is no JSON.
    pub(crate) body: Value,
    text: String,
}

/// What is asked of a Worker.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    /// Below the shop's own path.
    pub(crate) path: &'a str,
    pub(crate) now: Option<Instant>,
    pub(crate) key: Option<&'a str>,
    pub(crate) body: Option<&'a str>,
}

/// An attempt without an answer worth having.
enum Failed {
    /// It may go better the next time.
    Again(String),
    /// It will not.
    Final(anyhow::Error),
}

impl Shop {
    /// # Errors
    /// When `base` is no address, or the name no shop's.
    pub(crate) fn new(base: &str, name: &str, api_key: &str) -> Result<Self> {
        if !base.starts_with("http://") && !base.starts_with("https://") {
            bail!("`{base}` is no address of a Worker; it has to be such as `http://localhost:8787`");
        }
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            bail!("`{name}` is no shop; its name is made of `a` to `z`, `0` to `9` and `-`");
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(ATTEMPT))
            .build();
        Ok(Self {
            agent: config.new_agent(),
            base: base.trim_end_matches('/').to_owned(),
            name: name.to_owned(),
            api_key: api_key.to_owned(),
            retries: AtomicU64::new(0),
        })
    }

    /// Attempts that failed and were made again.
    pub(crate) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Checks that the Worker is there and takes the time of a request from the request.
    ///
    /// # Errors
    /// When it is not, or does not.
    pub(crate) fn greet(&self) -> Result<()> {
        let ask = Ask { method: "GET", ..Ask::default() };
        let url = format!("{}/health", self.base);
        let answer = self.ask(&url, &ask, FIRST_ATTEMPTS)?;
        match answer.body.pointer("/mode").and_then(Value::as_str) {
            Some("local") => Ok(()),
            Some(mode) => bail!(
                "the Worker at `{}` runs in mode `{mode}`, where time is its own; past orders can only be \
                 replayed into one in mode `local`",
                self.base
            ),
            None => bail!("`{url}` does not answer as a Worker: {}", answer.said()),
        }
    }

    /// Asks, again and again while the Worker is away. Every request carries an idempotency key or
    /// changes nothing the second time, so asking again is safe.
    ///
    /// # Errors
    /// When the Worker stays away, or the connection can never work.
    pub(crate) fn send(&self, ask: &Ask<'_>) -> Result<Answer> {
        let url = format!("{}/v1/shops/{}{}", self.base, self.name, ask.path);
        self.ask(&url, ask, ATTEMPTS)
    }

    fn ask(&self, url: &str, ask: &Ask<'_>, most: u32) -> Result<Answer> {
        let mut attempts = 1;
        loop {
            match self.attempt(url, ask) {
                Ok(answer) => return Ok(Answer { attempts, ..answer }),
                Err(Failed::Final(error)) => return Err(error.context(format!("{} {url}", ask.method))),
                Err(Failed::Again(why)) if attempts >= most => {
                    bail!(
                        "{} {url}: no answer after {attempts} attempts: {why}; is the Worker running?",
                        ask.method
                    )
                }
                Err(Failed::Again(_)) => {
                    std::thread::sleep(pause(attempts));
                    self.retries.fetch_add(1, Ordering::Relaxed);
                    attempts += 1;
                }
            }
        }
    }

    fn attempt(&self, url: &str, ask: &Ask<'_>) -> Result<Answer, Failed> {
        let mut request = http::Request::builder()
            .method(ask.method)
            .uri(url)
            .header("authorization", format!("Bearer {}", self.api_key));
        if let Some(now) = ask.now {
            request = request.header("loyalty-now", now.to_string());
        }
        if let Some(key) = ask.key {
            request = request.header("idempotency-key", key);
        }
        let unfit = |error: http::Error| Failed::Final(anyhow::Error::new(error).context("cannot be asked"));
        let response = match ask.body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body).map_err(unfit)?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(()).map_err(unfit)?),
        };
        let mut response = response.map_err(failed)?;
        let text = response.body_mut().read_to_string().map_err(failed)?;
        let status = response.status().as_u16();
        let replayed = response.headers().get("idempotency-replayed").is_some_and(|value| value == "true");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { status, replayed, attempts: 1, body, text };
        if answer.is_passing() { Err(Failed::Again(answer.said())) } else { Ok(answer) }
    }
}

fn failed(error: ureq::Error) -> Failed {
    use ureq::Error as E;
    match error {
        E::Io(_) | E::Timeout(_) | E::ConnectionFailed | E::Protocol(_) => Failed::Again(error.to_string()),
        _ => Failed::Final(error.into()),
    }
}

/// The pause after so many attempts.
fn pause(attempts: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << (attempts - 1).min(16)).min(LONGEST_PAUSE)
}

impl Answer {
    /// Whether the same request may be answered otherwise in a while.
    fn is_passing(&self) -> bool {
        let said = self.body.pointer("/retryable").and_then(Value::as_bool);
        said.unwrap_or(matches!(self.status, 429 | 502 | 503 | 504)) || self.status == 503
    }

    /// Whether it was done.
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// A refusal's code.
    pub(crate) fn code(&self) -> Option<&str> {
        self.body.pointer("/code").and_then(Value::as_str)
    }

    /// The answer in words.
    pub(crate) fn said(&self) -> String {
        let status = self.status;
        match (self.code(), self.body.pointer("/detail").and_then(Value::as_str)) {
            (Some(code), Some(detail)) => format!("{status} {code}: {detail}"),
            (Some(code), None) => format!("{status} {code}"),
            _ => format!("{status} `{}`", self.text.chars().take(SHOWN).collect::<String>()),
        }
    }

    /// The answer, if it was done.
    ///
    /// # Errors
    /// What was refused, and why.
    pub(crate) fn done(self, what: impl FnOnce() -> String) -> Result<Self> {
        if self.is_success() { Ok(self) } else { Err(anyhow::anyhow!("{}", self.said())).with_context(what) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        assert_eq!([1, 2, 3, 7, 40].map(|n| pause(n).as_millis()), [100, 200, 400, 5000, 5000]);
        let patience: Duration = (1..ATTEMPTS).map(pause).sum();
        assert!((110..130).contains(&patience.as_secs()), "{patience:?}");
    }

    #[test]
    fn an_address_or_shop_that_cannot_be_is_refused() {
        assert!(Shop::new("localhost:8787", "demo", "k").is_err());
        assert!(Shop::new("http://localhost:8787", "De/mo", "k").is_err());
        assert_eq!(Shop::new("http://localhost:8787/", "demo", "k").unwrap().base, "http://localhost:8787");
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let check = |status: u16, text: &str, expected: bool| {
            let body = serde_json::from_str(text).unwrap_or(Value::Null);
            let answer = Answer { status, replayed: false, attempts: 1, body, text: text.to_owned() };
            assert_eq!(answer.is_passing(), expected, "{status} {text}");
        };
        check(201, "{}", false);
        check(503, "", true);
        check(503, r#"{"code":"unavailable","retryable":false}"#, true);
        check(409, r#"{"code":"conflict","retryable":true}"#, true);
        check(409, r#"{"code":"order_already_booked","retryable":false}"#, false);
        check(500, "", false);
        check(502, "<html>", true);
    }
}
