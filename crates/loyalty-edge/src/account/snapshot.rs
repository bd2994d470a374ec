//! The account as readers get it: from its object, or from its copy in KV.

use crate::http::problem::Failure;
use crate::json;
use crate::memory::{FRESH, Memory};
use crate::object;
use crate::shop::{self, clock};
use loyalty_ledger::Name;
pub(crate) use loyalty_ledger::Snapshot;
use std::rc::Rc;
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

/// How many copies an isolate remembers: some 10 KB each.
const KEPT: usize = 512;

thread_local! {
    static COPIES: Memory<Rc<Snapshot>> = const { Memory::new(FRESH, KEPT) };
}

/// Reads an account. With `min_seq` a copy from KV will do if it holds that entry, also one that this isolate read a
/// moment ago; a missing or older copy, and a question without `min_seq`, go to the object.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn read(
    env: &Env,
    name: &Name,
    min_seq: Option<u64>,
) -> Result<(Rc<Snapshot>, Source), Failure> {
    if let Some(least) = min_seq {
        let key = name.snapshot();
        let holds = |copy: &Rc<Snapshot>| copy.head_seq >= least;
        if let Some(copy) = COPIES.with(|copies| copies.get(&key, clock::real())).filter(holds) {
            return Ok((copy, Source::Kv));
        }
        let text = shop::kv(env)?.get(&key).text().await?;
        let copy = text.and_then(|text| json::read(&text).ok()).map(Rc::new);
        if let Some(copy) = copy.filter(holds) {
            COPIES.with(|copies| copies.keep(key, Rc::clone(&copy), clock::real()));
            return Ok((copy, Source::Kv));
        }
    }
    let newest: Snapshot = object::read(env, &name.shop, &name.acct, "snapshot", &()).await?;
    Ok((Rc::new(newest), Source::Object))
}
