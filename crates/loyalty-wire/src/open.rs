//! Carts that stay open while a shopper changes them.

use crate::cart::{PIECES, Priced, cart, charged, times};
use crate::part::Part;
use crate::problem::Problem;
use crate::read::{Faults, Path};
use crate::tree::Tree;
use loyalty_core as core;
use loyalty_core::Code;
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

    /// Changes the pieces of lines, told by their places, as if the cart had been read with them; all of them or none.
    ///
    /// # Errors
    /// `line_unknown`; the faults of the first that is refused.
    pub fn set_quantities(&mut self, changes: impl IntoIterator<Item = (usize, u32)>) -> Result<(), Problem> {
        let mut before = vec![];
        for (place, quantity) in changes {
            let line = self.cart.lines().get(place).map(|line| (place, line.quantity));
            if let Err(problem) = self.change(place, quantity) {
                // The last first, because a line may have been told twice.
                return before
                    .into_iter()
                    .rev()
                    .try_for_each(|(place, quantity)| self.change(place, quantity))
                    .and(Err(problem));
            }
            before.extend(line);
        }
        Ok(())
    }

    fn change(&mut self, place: usize, quantity: u32) -> Result<(), Problem> {
        let found = self.cart.lines().get(place).ok_or(Code::LineUnknown)?;
        let list = Path::Root.field("lines");
        let at = &list.item(place);
        let faults = Faults::default();
        if !(PIECES.0..=PIECES.1).contains(&quantity) {
            faults.add(&at.field("quantity"), Code::NumberOutOfRange);
        }
        let full = match self.prices.get(place) {
            Some(Some(price)) => {
                faults.check(&at.field("price"), times(*price, quantity, self.cart.currency()))
            }
            _ => Some(found.amount.plus(found.discount)?),
        };
        let charged = |full| faults.check(&at.field("discount"), charged(full, found.discount));
        let tax = |amount: &core::Money| {
            let exceeds = found.tax.exceeds(*amount);
            faults.check(&at.field("tax"), if exceeds { Err(Code::ExceedsLine) } else { Ok(()) }).is_some()
        };
        let amount = full.and_then(charged).filter(tax);
        let before = (found.quantity, found.amount);
        let mut change =
            |(quantity, amount)| Arc::make_mut(&mut self.cart).change_line(place, quantity, amount);
        let changed = amount.and_then(|amount| {
            faults.check(&list, change((quantity, amount)).map_err(|refusal| refusal.code))
        });
        let changed = faults.finish(changed);
        if changed.is_err() {
            // Taken back where it was only found too late that there are faults.
            change(before)?;
        }
        changed
    }
}

impl From<OpenCart> for Arc<core::Cart> {
    fn from(open: OpenCart) -> Self {
        open.cart
    }
}
