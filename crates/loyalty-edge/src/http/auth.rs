//! Who is calling, and whether they may.

use crate::digest;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::http::token;
use crate::shop::{Shop, clock, keys};
use worker::Env;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// No credential is looked at.
    Anyone,
    /// The key of the deployment.
    Admin,
    /// An API key of the shop.
    Merchant,
    /// A token of one member of the shop.
    Shopper,
    /// Either of the two.
    ShopperOrMerchant,
    /// A token, or none; a wrong one is refused.
    ShopperOrAnyone,
    /// Everybody, in local mode; in live mode the route is not there.
    Local,
}

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Nobody in particular.
    Anyone,
    /// The administrator of the deployment.
    Admin,
    /// The shop's own back office.
    Merchant,
    /// A member of the shop.
    Shopper {
        /// The shop's id for them.
        member: String,
    },
}

impl Caller {
    /// Whose idempotency keys these are.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Admin => "admin",
            Self::Merchant => "merchant",
            Self::Shopper { .. } => "shopper",
        }
    }

    /// The member a shopper's token names.
    ///
    /// # Errors
    /// `unauthorised` for anyone else.
    pub(crate) fn member(&self) -> Result<&str, Failure> {
        match self {
            Self::Shopper { member } => Ok(member),
            Self::Anyone | Self::Admin | Self::Merchant => Err(unauthorised("a shopper's token is needed")),
        }
    }
}

/// The secret from which everything that must stay is derived: aliases of members, referral codes, seals. It is never changed.
///
/// # Errors
/// `unavailable` when the deployment has none.
pub(crate) fn master(env: &Env) -> Result<Vec<u8>, Failure> {
    secret(env, "MASTER_SECRET")?.ok_or_else(|| Failure::unavailable("MASTER_SECRET is missing"))
}

/// A secret of the deployment: 32 characters or more.
///
/// # Errors
/// `unavailable` when it is shorter.
pub(crate) fn secret(env: &Env, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    let secret = env.var(name).map(|secret| secret.to_string()).unwrap_or_default();
    match secret.len() {
        0 => Ok(None),
        1..32 => Err(Failure::unavailable(format!("{name} is shorter than 32 characters"))),
        _ => Ok(Some(secret.into_bytes())),
    }
}

/// Finds out who calls, and refuses those who may not.
///
/// # Errors
/// `unauthorised` for a missing, wrong or outdated credential; `forbidden` for a token of another shop.
pub(crate) fn caller(call: &Call, who: Who, shop: Option<&Shop>) -> Result<Caller, Failure> {
    if matches!(who, Who::Anyone | Who::Local) {
        return Ok(Caller::Anyone);
    }
    match (who, bearer(call)?) {
        (Who::Anyone | Who::Local, _) | (Who::ShopperOrAnyone, None) => Ok(Caller::Anyone),
        (Who::Admin, Some(key)) => admin(&call.env, &key),
        (Who::Merchant, Some(key)) => merchant(shop, &key),
        (Who::Shopper | Who::ShopperOrAnyone, Some(text)) => shopper(call, shop, &text),
        // An API key has no dots, a token has two.
        (Who::ShopperOrMerchant, Some(text)) if text.contains('.') => shopper(call, shop, &text),
        (Who::ShopperOrMerchant, Some(text)) => merchant(shop, &text),
        (Who::Admin | Who::Merchant | Who::Shopper | Who::ShopperOrMerchant, None) => {
            Err(unauthorised("an Authorization header is needed"))
        }
    }
}

fn bearer(call: &Call) -> Result<Option<String>, Failure> {
    let Some(header) = call.header("Authorization") else { return Ok(None) };
    match header.split_once(' ') {
        Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") && !text.trim().is_empty() => {
            Ok(Some(text.trim().to_owned()))
        }
        _ => Err(unauthorised("the Authorization header is `Bearer` and a key or token")),
    }
}

fn admin(env: &Env, presented: &str) -> Result<Caller, Failure> {
    let key = env.var("ADMIN_KEY").map(|key| key.to_string()).unwrap_or_default();
    // A deployment without a key has no administrator, not one with an empty key.
    let known = key.len() >= 32
        && digest::same(&digest::sha256(&[key.as_bytes()]), &digest::sha256(&[presented.as_bytes()]));
    if known { Ok(Caller::Admin) } else { Err(unauthorised("the administrator's key is another")) }
}

fn merchant(shop: Option<&Shop>, presented: &str) -> Result<Caller, Failure> {
    let given = digest::sha256(&[presented.as_bytes()]);
    let keys = shop.into_iter().flat_map(|shop| keys::living(shop, clock::real()));
    // Every key is compared, so the time does not say which one it was.
    let known = keys.filter_map(digest::unhex).fold(false, |seen, key| seen | digest::same(&key, &given));
    if known { Ok(Caller::Merchant) } else { Err(unauthorised("the shop has no such key")) }
}

fn shopper(call: &Call, shop: Option<&Shop>, text: &str) -> Result<Caller, Failure> {
    let Some(shop) = shop else { return Err(unauthorised("the token is not valid")) };
    let secrets = || token::Secrets::of(&call.env);
    token::read(secrets, &shop.id, text, clock::real()).map(|member| Caller::Shopper { member })
}

pub(crate) fn unauthorised(detail: &str) -> Failure {
    Failure::own(Own::Unauthorised, detail)
}
