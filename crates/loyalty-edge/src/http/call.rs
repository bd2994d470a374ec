//! One request on its way through: what was asked, by whom, with which bindings.

use crate::digest;
use crate::http::auth::Caller;
use crate::http::head::Head;
use crate::http::problem::{Failure, Own};
use crate::http::url::Url;
use crate::json;
use core::cell::OnceCell;
use serde::de::DeserializeOwned;
use worker::url::form_urlencoded;
use worker::{Context, Env};

/// Whether this Worker runs on a developer's machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Local {
    /// `MODE=local`: local routes and the settable clock are there.
    On,
    /// Anything else.
    Off,
}

impl Local {
    /// Reads `MODE`; once, for it never changes under an isolate.
    pub(crate) fn of(env: &Env) -> Self {
        thread_local! {
            static MODE: OnceCell<Local> = const { OnceCell::new() };
        }
        let is_local = || env.var("MODE").is_ok_and(|mode| mode.to_string() == "local");
        MODE.with(|mode| *mode.get_or_init(|| if is_local() { Self::On } else { Self::Off }))
    }

    pub(crate) const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

/// A request that has a route.
pub(crate) struct Call {
    pub(crate) env: Env,
    pub(crate) ctx: Context,
    pub(crate) head: Head,
    pub(crate) url: Url,
    pub(crate) local: Local,
    pub(crate) caller: Caller,
    pub(crate) body: Result<Vec<u8>, Failure>,
    pub(crate) params: Vec<(&'static str, String)>,
}

impl Call {
    /// The value of a `{name}` segment of the path.
    ///
    /// # Errors
    /// `not_found` when the route has no such segment.
    pub(crate) fn param(&self, name: &str) -> Result<&str, Failure> {
        let found = self.params.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str()).ok_or_else(|| Failure::own(Own::NotFound, "no such route"))
    }

    /// The last value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.url.query().as_bytes());
        pairs.filter(|(known, _)| known == name).last().map(|(_, value)| value.into_owned())
    }

    /// A query parameter that is a whole number in a range.
    ///
    /// # Errors
    /// `malformed` for anything else.
    pub(crate) fn number(
        &self,
        name: &str,
        range: core::ops::RangeInclusive<u64>,
    ) -> Result<Option<u64>, Failure> {
        let Some(text) = self.query(name) else { return Ok(None) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(number) if digits && range.contains(&number) => Ok(Some(number)),
            _ => Err(Failure::own(
                Own::Malformed,
                format!("`{name}` is a whole number from {} to {}", range.start(), range.end()),
            )),
        }
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.head.header(name)
    }

    /// The body as it was sent; once.
    ///
    /// # Errors
    /// `body_too_large`, `malformed`.
    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, Failure> {
        core::mem::replace(&mut self.body, Ok(vec![]))
    }

    /// The body as text; once.
    ///
    /// # Errors
    /// `body_too_large`, `malformed`.
    pub(crate) fn text(&mut self) -> Result<String, Failure> {
        let not_text = |_| Failure::own(Own::Malformed, "the body is not UTF-8");
        String::from_utf8(self.bytes()?).map_err(not_text)
    }

    /// The body as the fields a route takes.
    ///
    /// # Errors
    /// `body_too_large`; `malformed` for text that is not JSON, an unknown, missing or repeated field.
    pub(crate) fn fields<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        Ok(json::read(&self.text()?)?)
    }

    /// The request's idempotency key, made the caller's own: the same text from a merchant and from a
    /// shopper are two keys. 32 hexadecimal digits, so nothing a shop writes into its keys is kept.
    ///
    /// # Errors
    /// `idempotency_key_missing`; `idempotency_key_invalid` unless it is 1 to 255 of
    /// `A-Z a-z 0-9 . _ : -`.
    pub(crate) fn key(&self) -> Result<String, Failure> {
        let text = self.header("Idempotency-Key").ok_or_else(|| {
            Failure::own(
                Own::IdempotencyKeyMissing,
                "a request that changes an account needs an Idempotency-Key",
            )
        })?;
        let fits = (1..=255).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
        if !fits {
            return Err(Failure::own(
                Own::IdempotencyKeyInvalid,
                "an Idempotency-Key is 1 to 255 of A-Z a-z 0-9 . _ : -",
            ));
        }
        Ok(own_key(self.caller.name(), &text))
    }
}

/// An idempotency key as the ledger keeps it.
pub(crate) fn own_key(whose: &str, text: &str) -> String {
    let hash = digest::sha256(&[whose.as_bytes(), &[0], text.as_bytes()]);
    digest::hex(hash.get(..16).unwrap_or_default())
}
