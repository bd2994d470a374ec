//! What a shopper is about to buy, or has bought.

use crate::code::{Code, Refusal};
use crate::ids::{Category, HoldId, LineId, RewardId};
use crate::money::{Currency, Money};
use crate::points::Points;
use std::collections::BTreeSet;

/// What a line sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineKind {
    /// Goods or services.
    #[default]
    Goods,
    /// Delivery; earns only where the programme's basis has delivery in.
    Delivery,
    /// A gift certificate sold; never earns, because it is a payment in advance.
    GiftCard,
}

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Names the line within its cart.
    pub id: LineId,
    /// What is sold.
    pub kind: LineKind,
    /// Categories the product belongs to.
    pub categories: Vec<Category>,
    /// Pieces, at least 1.
    pub quantity: u32,
    /// What is charged for the whole line: all pieces, tax included, discount taken off.
    pub amount: Money,
    /// Tax contained in `amount`.
    pub tax: Money,
    /// Discount already taken off `amount`.
    pub discount: Money,
}

/// A reward taken at the checkout of this very cart, without a hold before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    /// Which reward.
    pub reward: RewardId,
    /// How many points, for a reward paid with a chosen number.
    pub points: Option<Points>,
}

/// Lines, and how part of them is paid with points or certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    currency: Currency,
    lines: Vec<Line>,
    redeem: Vec<Redeem>,
    holds: Vec<HoldId>,
    certificates: Money,
    total: Money,
}

impl Cart {
    /// # Errors
    /// `currency_mismatch` when an amount is in another currency, `duplicate_id` for two lines or two
    /// holds of one id, `exceeds_line` when a line's tax is more than the line, `amount_too_large`.
    pub fn new(
        currency: Currency,
        lines: Vec<Line>,
        redeem: Vec<Redeem>,
        holds: Vec<HoldId>,
        certificates: Money,
    ) -> Result<Self, Refusal> {
        let mut seen = BTreeSet::new();
        for line in &lines {
            if !seen.insert(&line.id) {
                return Err(Refusal::about(Code::DuplicateId, line.id.as_str()));
            }
            if line.tax.amount() > line.amount.amount() {
                return Err(Refusal::about(Code::ExceedsLine, line.id.as_str()));
            }
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = holds.iter().find(|hold| !seen.insert(*hold)) {
            return Err(Refusal::about(Code::DuplicateId, twice.as_str()));
        }
        let total = Money::sum(currency, lines.iter().map(|line| line.amount))?;
        if certificates.currency() != currency {
            return Err(Code::CurrencyMismatch.into());
        }
        Ok(Self { currency, lines, redeem, holds, certificates, total })
    }

    /// Puts other pieces and another amount on the line at a place; a refusal changes nothing.
    ///
    /// # Errors
    /// `line_unknown` for a place that has none, `exceeds_line` when the line's tax is more than the amount,
    /// `currency_mismatch`, `amount_too_large`.
    pub fn change_line(&mut self, place: usize, quantity: u32, amount: Money) -> Result<(), Refusal> {
        let line = self.lines.get_mut(place).ok_or(Code::LineUnknown)?;
        if line.tax.amount() > amount.amount() {
            return Err(Refusal::about(Code::ExceedsLine, line.id.as_str()));
        }
        self.total = self.total.minus(line.amount)?.plus(amount)?;
        (line.quantity, line.amount) = (quantity, amount);
        Ok(())
    }

    /// The currency of every amount.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The lines, in the shop's order.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Rewards taken with this cart.
    #[must_use]
    pub fn redeem(&self) -> &[Redeem] {
        &self.redeem
    }

    /// Holds that pay for part of this cart.
    #[must_use]
    pub fn holds(&self) -> &[HoldId] {
        &self.holds
    }

    /// What is paid with gift certificates.
    #[must_use]
    pub const fn certificates(&self) -> Money {
        self.certificates
    }

    /// The sum of all lines, before rewards.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }
}
