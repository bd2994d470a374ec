//! The account as readers get it: from its object, or from KV `s/{shop}/{account}`, in one form.

use crate::account::Name;
use crate::account::log::Meta;
use crate::account::object;
use crate::http::problem::Failure;
use crate::shop;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use worker::Env;

/// How many of the newest entries a snapshot carries.
pub(crate) const ACTIVITY: u32 = 20;

/// An account at one entry.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// The last entry's number; 0 for an account without history.
    pub(crate) head_seq: u64,
    /// Its chain hash.
    pub(crate) head_hash: String,
    /// Names the history.
    pub(crate) epoch: String,
    /// The last entry's instant, milliseconds since 1970.
    pub(crate) at: i64,
    /// The account folded from all entries.
    pub(crate) position: Option<String>,
    /// The newest entries, newest first.
    pub(crate) activity: Vec<Box<RawValue>>,
}

impl Snapshot {
    /// The snapshot of an account whose newest entries are given, newest first.
    ///
    /// # Errors
    /// `unavailable` when an entry is not JSON.
    pub(crate) fn of(meta: &Meta, newest: &[String]) -> Result<Self, Failure> {
        Ok(Self {
            head_seq: meta.head_seq,
            head_hash: meta.head_hash.clone(),
            epoch: meta.epoch.clone(),
            at: meta.last_at,
            position: meta.position.clone(),
            activity: raw(newest.iter().cloned())?,
        })
    }
}

/// JSON texts as they are, for a place inside a larger JSON text.
///
/// # Errors
/// `unavailable` when one of them is not JSON.
pub(crate) fn raw(texts: impl Iterator<Item = String>) -> Result<Vec<Box<RawValue>>, Failure> {
    texts.map(|text| RawValue::from_string(text).map_err(Failure::unavailable)).collect()
}

/// Where a snapshot came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The account's object: the newest there is.
    Object,
    /// KV: a copy, at least as new as was asked for.
    Kv,
}

impl Source {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Kv => "kv",
        }
    }
}

/// Reads an account. With `min_seq` a copy in KV will do if it holds that entry; a missing or older
/// copy, and a question without `min_seq`, go to the object.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn read(
    env: &Env,
    name: &Name,
    min_seq: Option<u64>,
) -> Result<(Snapshot, Source), Failure> {
    if let Some(least) = min_seq {
        let copy = shop::kv(env)?.get(&key(name)).text().await?;
        let copy = copy.and_then(|text| serde_json::from_str::<Snapshot>(&text).ok());
        if let Some(copy) = copy.filter(|copy| copy.head_seq >= least) {
            return Ok((copy, Source::Kv));
        }
    }
    Ok((object::read(env, &name.shop, &name.acct, "snapshot", &()).await?, Source::Object))
}

/// Where an account's copy is in KV.
pub(crate) fn key(name: &Name) -> String {
    format!("s/{}/{}", name.shop, name.acct)
}
