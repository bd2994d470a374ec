//! What the native runners share: how a case is compared, and how programmes, carts and histories are
//! made at random.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this crate is test code; a panic is a failing test"
)]

pub mod carts;
pub mod case;
mod commands;
pub mod documents;
pub mod history;
pub mod store;
pub mod town;
pub mod world;

/// A JSON value as the runners compare it.
pub use serde_json::Value;
