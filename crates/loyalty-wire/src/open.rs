//! Carts that stay open while a shopper changes them.

use crate::cart::{PIECES, Priced, cart, charged, times};
use crate::part::Part;
use crate::problem::Problem;
use crate::read::{Faults, Path};
use crate::tree::Tree;
use loyalty_core as core;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A cart that stays open: pieces of a line can be changed without reading it anew.
#[derive(Debug)]
pub struct OpenCart {
    cart: Arc<core::Cart>,
    /// Of each line that was given by the price of one piece.
    prices: Vec<Option<Decimal>>,
}

impl OpenCart {
    /// Reads a cart.
    ///
    /// # Errors
    /// Every fault with its path.
    pub fn read(tree: &Tree<'_>) -> Result<Self, Problem> {
        let faults = Faults::default();
        let read = Part::open(tree, Path::Root, &faults).and_then(|part| cart(&part));
        faults.finish(read.map(Self::of))
    }

    pub(crate) fn of((cart, prices): Priced) -> Self {
        Self { cart: Arc::new(cart), prices }
    }

    /// The cart as it is now.
    #[must_use]
    pub const fn cart(&self) -> &Arc<core::Cart> {
        &self.cart
    }

    /// Changes the pieces of the line at a place, as if the cart had been read with them; where it would not be read so it
    /// stays as it was, and this says false. A cart that somebody else holds too is not changed.
    #[must_use]
    pub fn set_quantity(&mut self, place: usize, quantity: u32) -> bool {
        self.change(place, quantity).is_some()
    }

    fn change(&mut self, place: usize, quantity: u32) -> Option<()> {
        let line = self.cart.lines().get(place)?;
        let full = match self.prices.get(place)? {
            Some(price) => times(*price, quantity, self.cart.currency()),
            None => line.amount.plus(line.discount),
        };
        let amount = charged(full.ok()?, line.discount).ok()?;
        if !(PIECES.0..=PIECES.1).contains(&quantity) {
            return None;
        }
        Arc::get_mut(&mut self.cart)?.change_line(place, quantity, amount).ok()
    }
}

impl From<OpenCart> for Arc<core::Cart> {
    fn from(open: OpenCart) -> Self {
        open.cart
    }
}
