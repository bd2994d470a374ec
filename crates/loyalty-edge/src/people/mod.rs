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

use crate::http::problem::Failure;
use loyalty_wire::core::Code;
use worker::Env;

/// Why something earlier is refused that is told of a member who has no account, or none any more: as an empty account
/// would refuse it. A refund is counted.
pub(crate) async fn late(env: &Env, shop: &str, code: Code) -> Failure {
    if code == Code::OrderUnknown {
        erasures::late(env, shop).await;
    }
    Failure::wire(code)
}
