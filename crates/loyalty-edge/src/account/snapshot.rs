//! The account as readers get it: from its object, or from its copy in KV.

use crate::http::problem::Failure;
use crate::json;
use crate::object;
use crate::shop;
use loyalty_ledger::Name;
pub(crate) use loyalty_ledger::Snapshot;
use worker::Env;

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
        let copy = shop::kv(env)?.get(&name.snapshot()).text().await?;
        let copy = copy.and_then(|text| json::read::<Snapshot>(&text).ok());
        if let Some(copy) = copy.filter(|copy| copy.head_seq >= least) {
            return Ok((copy, Source::Kv));
        }
    }
    Ok((object::read(env, &name.shop, &name.acct, "snapshot", &()).await?, Source::Object))
}
