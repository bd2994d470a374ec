//! Inputs nobody should send, found by whatever engine drives this harness: as ordinary tests a bounded
//! number at random, under libFuzzer as many as time allows (`cargo xtask fuzz`).
//!
//! Four targets: the text of a programme, a cart, an order with its refunds, and commands of any kind. Each
//! starts from the texts of `tests/cases` and changes them, field by field and byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

mod cart;
mod checks;
mod command;
mod document;
mod hostile;
mod ledger;
mod limits;
mod order;
mod programme;
mod seeds;
mod sweep;
mod text;

use bolero::check;

/// Any text is a programme or is refused.
#[test]
fn programme() {
    seeds::plant(programme::seeds);
    check!().with_iterations(2000).with_type::<programme::Input>().for_each(programme::check);
}

/// Any text is a cart that can be previewed or is refused.
#[test]
fn cart() {
    seeds::plant(cart::seeds);
    check!().with_iterations(2000).with_type::<cart::Input>().for_each(cart::check);
}

/// An order, and any parts of it given back.
#[test]
fn order() {
    seeds::plant(Vec::new);
    check!().with_iterations(500).with_type::<order::Input>().for_each(order::check);
}

/// Any texts as commands, one after the other.
#[test]
fn command() {
    seeds::plant(command::seeds);
    check!().with_iterations(1000).with_type::<command::Input>().for_each(command::check);
}
