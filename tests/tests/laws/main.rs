//! The laws: what holds for every programme, cart and history. Each test has its law's name.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

mod booking;
mod changes;
mod hostile;
mod ledger;
mod refunds;
mod spending;
