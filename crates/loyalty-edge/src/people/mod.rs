//! Members: who they are apart from their points, and what of that is theirs to see, change and have erased.
//!
//! The ledger knows accounts by random ids. [`link`] leads from the shop's id to an account, [`alias`] keeps that link and
//! the personal fields in one object a member, [`erase`] cuts it. [`import`] books many corrections from one file.

pub(crate) mod alias;
pub(crate) mod erase;
pub(crate) mod erasures;
mod export;
mod import;
pub(crate) mod link;
mod members;
mod mine;
mod remarks;
pub(crate) mod sql;
mod vault;

use crate::account::Name;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Failure;
use crate::shop::Shop;
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
    Err(Failure::Wire(code.into()))
}

/// What a route about members does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Enrol,
    Members,
    Profile,
    ChangeProfile,
    Export,
    Erase,
    Erasures,
    Consents,
    SetConsent,
    Adjustments,
    Adjust,
    Activity,
    Rewards,
    Import,
    ImportProgress,
    UndoImport,
}

/// Answers such a route.
///
/// # Errors
/// Those of what it does.
pub(crate) async fn answer(action: Action, call: Call, shop: &Shop) -> Result<Answer, Failure> {
    match action {
        Action::Enrol => members::enrol(call, shop).await,
        Action::Members => members::list(call, shop).await,
        Action::Profile => members::profile(call, shop).await,
        Action::ChangeProfile => members::change(call, shop).await,
        Action::Export => export::export(call, shop).await,
        Action::Erase => erase::route(call, shop).await,
        Action::Erasures => erase::register(call, shop).await,
        Action::Consents => remarks::told(call, shop, "consent_set").await,
        Action::SetConsent => remarks::set_consent(call, shop).await,
        Action::Adjustments => remarks::told(call, shop, "adjusted").await,
        Action::Adjust => remarks::adjust(call, shop).await,
        Action::Activity => mine::activity(call, shop).await,
        Action::Rewards => mine::rewards(call, shop).await,
        Action::Import => import::start(call, shop).await,
        Action::ImportProgress => import::progress(call, shop).await,
        Action::UndoImport => import::undo(call, shop).await,
    }
}
