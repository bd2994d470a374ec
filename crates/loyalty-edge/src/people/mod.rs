//! Members: who they are apart from their points, and what of that is theirs to see, change and have erased.
//!
//! The ledger knows accounts by random ids. [`link`] leads from the shop's id to an account, [`alias`] keeps that link and
//! the personal fields in one object a member, [`erase`] cuts it. [`import`] books many corrections from one file.

pub(crate) mod alias;
pub(crate) mod erase;
pub(crate) mod erasures;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod link;
pub(crate) mod members;
pub(crate) mod mine;
pub(crate) mod remarks;
mod vault;

use crate::account::Name;
use crate::http::problem::Failure;
use loyalty_wire::core::Code;
use worker::Env;

/// The account of a member about whom something earlier is told. Where there is none, or none any more, nothing is
/// made: the answer is that of an empty account, and a refund is counted.
///
/// # Errors
/// `code`; `unavailable`.
pub(crate) async fn earlier(env: &Env, shop: &str, member: &str, code: Code) -> Result<Name, Failure> {
    if let Some(name) = link::known(env, shop, member).await? {
        return Ok(name);
    }
    if code == Code::OrderUnknown {
        erasures::late(env, shop).await;
    }
    Err(Failure::wire(code))
}
