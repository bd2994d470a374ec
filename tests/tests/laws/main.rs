//! The laws: what holds for every programme, cart and history. Each test has its law's name.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

mod advice;
mod booking;
mod changes;
mod draws;
mod hostile;
mod ledger;
mod levels;
mod monotone;
mod pump;
mod refunds;
mod settlement;
mod spending;
