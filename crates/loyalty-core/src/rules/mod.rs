//! The proved rules of a programme, a noun a file.

pub(crate) mod bonus;
pub(crate) mod campaign;
pub(crate) mod draw;
pub(crate) mod exchange;
pub(crate) mod membership;
pub(crate) mod privilege;
pub(crate) mod programme;
mod proof;
pub(crate) mod rate;
pub(crate) mod referral;
pub(crate) mod reward;
pub(crate) mod select;
pub(crate) mod tier;
pub(crate) mod wallet;
pub(crate) mod when;
