//! From a shop's id for a member to the account: a link that is drawn once, kept in the member's
//! [`Alias`](crate::people::alias::Alias) object, copied to KV, and gone when the member is erased.
//!
//! KV and this isolate's memory are hints: both may show a link for about a minute after it was cut. An erased account
//! refuses its former member, and then the object, which knows, is asked.

use crate::account::Name;
use crate::digest;
use crate::http::auth;
use crate::http::problem::Failure;
use crate::object::{self, Asking};
use crate::people::alias::{Begin, Open, Opened};
use crate::shop::{self, clock};
use core::cell::RefCell;
use loyalty_ledger::Ask;
use std::collections::BTreeMap;
use worker::Env;

/// For how long a link is used again without looking, in milliseconds: as long as KV itself may be behind.
const FRESH: i64 = 30_000;

/// For how long KV is not believed about a link that was seen to be cut, in milliseconds.
const DOUBTED: i64 = 120_000;

/// How many digits of an alias' name stand for an account.
pub(crate) const NOBODY: usize = 32;

/// How many links an isolate remembers; then it starts anew.
const KEPT: usize = 4_096;

struct Known {
    acct: String,
    at: i64,
    cut: bool,
}

thread_local! {
    // By `shop/member`.
    static LINKS: RefCell<BTreeMap<String, Known>> = const { RefCell::new(BTreeMap::new()) };
}

/// The name of a member's alias object: 64 hexadecimal digits that nobody can make without the deployment's secret.
///
/// # Errors
/// `unavailable` without that secret.
pub(crate) fn alias(env: &Env, shop: &str, member: &str) -> Result<String, Failure> {
    Ok(digest::hex(&digest::keyed(&auth::master(env)?, &[b"alias", shop.as_bytes(), member.as_bytes()])?))
}

/// Where a link is in KV.
pub(crate) fn key(shop: &str, alias: &str) -> String {
    format!("m/{shop}/{alias}")
}

/// The member's account; drawn now, if they have none.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn account(env: &Env, shop: &str, member: &str) -> Result<Name, Failure> {
    let found = find(env, shop, member, true).await?;
    found.ok_or_else(|| Failure::unavailable("an alias without an account"))
}

/// The member's account, if they have one.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn known(env: &Env, shop: &str, member: &str) -> Result<Option<Name>, Failure> {
    find(env, shop, member, false).await
}

/// The member's account to read from; for one who has none, an account that never books.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn readable(env: &Env, shop: &str, member: &str) -> Result<Name, Failure> {
    match known(env, shop, member).await? {
        Some(name) => Ok(name),
        None => Ok(Name { shop: shop.to_owned(), acct: nobody(env, shop, member)? }),
    }
}

/// What stands for the account of a member, whether or not they have one: a keyed hash that nobody outside knows.
///
/// # Errors
/// `unavailable`.
pub(crate) fn nobody(env: &Env, shop: &str, member: &str) -> Result<String, Failure> {
    let mut alias = alias(env, shop, member)?;
    alias.truncate(NOBODY);
    Ok(alias)
}

/// The account of a member who has none, drawn now for what begins something: nothing is drawn for what would be
/// refused. `ask` is of [`nobody`].
///
/// # Errors
/// The refusal; `unavailable`.
pub(crate) async fn begun(env: &Env, shop: &str, member: &str, ask: &Ask) -> Result<Name, Failure> {
    let alias = alias(env, shop, member)?;
    let open = Open { shop: shop.to_owned(), member: member.to_owned(), create: true, seen: None };
    let asking = object::ask_named(env, "ALIAS", &alias, "begin", &Begin { open, ask });
    let acct = opened(asking, format!("{shop}/{member}")).await?;
    let name = acct.map(|acct| Name { shop: shop.to_owned(), acct });
    name.ok_or_else(|| Failure::unavailable("an alias without an account"))
}

async fn opened(asking: Asking<'_>, whose: String) -> Result<Option<String>, Failure> {
    let Opened { acct } = object::told(asking.await?)?;
    if let Some(acct) = &acct {
        remember(whose, acct);
    }
    Ok(acct)
}

async fn find(env: &Env, shop: &str, member: &str, create: bool) -> Result<Option<Name>, Failure> {
    let name = |acct| Name { shop: shop.to_owned(), acct };
    let whose = format!("{shop}/{member}");
    let known = remembered(&whose);
    if let Some((acct, false)) = known {
        return Ok(Some(name(acct)));
    }
    let alias = alias(env, shop, member)?;
    let seen = known.map(|(acct, _)| acct);
    if seen.is_none()
        && let Some(acct) = shop::kv(env)?.get(&key(shop, &alias)).text().await?
    {
        remember(whose, &acct);
        return Ok(Some(name(acct)));
    }
    let open = Open { shop: shop.to_owned(), member: member.to_owned(), create, seen };
    Ok(opened(object::ask_named(env, "ALIAS", &alias, "open", &open), whose).await?.map(name))
}

/// A link as this isolate has it, and whether it was seen to be cut.
fn remembered(whose: &str) -> Option<(String, bool)> {
    let now = clock::real();
    LINKS.with_borrow(|links| {
        let known = links.get(whose)?;
        let life = if known.cut { DOUBTED } else { FRESH };
        (0..life).contains(&now.saturating_sub(known.at)).then(|| (known.acct.clone(), known.cut))
    })
}

fn remember(whose: String, acct: &str) {
    LINKS.with_borrow_mut(|links| {
        if links.len() >= KEPT {
            links.clear();
        }
        links.insert(whose, Known { acct: acct.to_owned(), at: clock::real(), cut: false });
    });
}

/// The account refused its member: whatever led to it is not believed for a while.
pub(crate) fn cut(acct: &str) {
    LINKS.with_borrow_mut(|links| {
        for known in links.values_mut().filter(|known| known.acct == acct) {
            (known.at, known.cut) = (clock::real(), true);
        }
    });
}

/// The link was cut here and now, so KV is not asked for a while.
pub(crate) fn erased(shop: &str, member: &str, acct: &str) {
    remember(format!("{shop}/{member}"), acct);
    cut(acct);
}
