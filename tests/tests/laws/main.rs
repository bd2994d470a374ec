//! The laws: what holds for every programme, account, cart and history. Each test has its law's name.
//!
//! | law | where |
//! |---|---|
//! | sum, replay, exactly-once | `ledger.rs` |
//! | preview-is-booking, and that points are explained | `booking.rs`, at the border `changes.rs`, `rows.rs` |
//! | full-refund | `refunds.rs` |
//! | no-overspend, release-restores, expiry-exact, and that it does not matter who looks when | `spending.rs` |
//! | monotone, with its exceptions | `monotone.rs` |
//! | settlement-zero | `settlement.rs`; of a shop's books `tests/books/adding_up.rs` |
//! | no-money-pump | `pump.rs` |
//! | total | `hostile.rs` |
//! | limits, and that no sound order is refused | `limits.rs` |
//! | levels, advice and draws beside independent counts | `levels.rs`, `advice.rs`, `draws.rs` |
//! | same-everywhere | the cases, which native, Worker and browser answer alike |
//! | erase-keeps-sums | `tests/worker/people.test.mjs`, fault 40 |
//!
//! `cargo xtask broken` breaks copies of the core, each by one small bug of `tests/broken.json`, and sees that the
//! law named there catches it.
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
mod limits;
mod monotone;
mod pump;
mod refunds;
mod rows;
mod settlement;
mod spending;
