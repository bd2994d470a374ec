//! What the routes do: read the body, ask the account, answer.

pub(crate) mod commands;
pub(crate) mod holds;
pub(crate) mod local;
pub(crate) mod members;
pub(crate) mod orders;
pub(crate) mod preview;
