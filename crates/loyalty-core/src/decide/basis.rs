//! What of an order earns, line by line.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::money::Money;
use crate::ground::split::split_money;
use crate::ledger::cart::{Cart, Line, LineKind};
use crate::ledger::entry::Redeemed;
use crate::rules::programme::Programme;
use crate::rules::rate::Inclusion;
use rust_decimal::Decimal;

/// A cart with what of each line earns.
pub(crate) struct Basket<'a> {
    pub(crate) cart: &'a Cart,
    /// The earning basis of each line.
    pub(crate) bases: Vec<Decimal>,
    /// Pieces of each line that are free.
    pub(crate) free: Vec<u32>,
}

impl<'a> Basket<'a> {
    /// The basket of a cart that rewards pay part of.
    ///
    /// What a reward pays of certain lines is taken off those: a product that is given away earns nothing.
    /// What is paid of the cart as a whole is left out where the programme says so, as a discount where the
    /// reward costs no points, as a payment where it comes from a wallet of gift certificates, and is spread
    /// over all lines in proportion to their amounts (largest remainder). No line falls below zero.
    pub(crate) fn new(programme: &Programme, cart: &'a Cart, redeemed: &[Redeemed]) -> Result<Self, Code> {
        let settings = programme.parts().basis;
        let mut left_out = Money::zero(cart.currency());
        if settings.certificates == Inclusion::Out {
            left_out = left_out.plus(cart.certificates())?;
        }
        for paid in redeemed.iter().filter(|paid| paid.lines.is_empty()) {
            let counts = match (paid.payment, paid.points.is_zero()) {
                (true, _) => settings.certificates,
                (false, true) => settings.discounts,
                (false, false) => settings.points,
            };
            if counts == Inclusion::Out {
                left_out = left_out.plus(paid.value)?;
            }
        }
        let shares = split_money(left_out, cart.lines().iter().map(|line| line.amount.amount()))?;
        let mut basket = Self { cart, bases: Vec::with_capacity(shares.len()), free: vec![0; shares.len()] };
        for (line, share) in cart.lines().iter().zip(shares) {
            let rest = exact::sub(line_basis(programme, line)?, share.amount())?;
            basket.bases.push(rest.max(Decimal::ZERO));
        }
        for paid in redeemed.iter().flat_map(|redeemed| &redeemed.lines) {
            let lines = cart.lines().iter().zip(&mut basket.bases).zip(&mut basket.free);
            for ((_, basis), free) in lines.filter(|((line, _), _)| line.id == paid.line) {
                *basis = exact::sub(*basis, paid.value.amount())?.max(Decimal::ZERO);
                *free = free.saturating_add(paid.pieces);
            }
        }
        Ok(basket)
    }

    /// The earning basis of all lines.
    pub(crate) fn spend(&self) -> Result<Decimal, Code> {
        exact::sum(self.bases.iter().copied())
    }
}

fn line_basis(programme: &Programme, line: &Line) -> Result<Decimal, Code> {
    let settings = programme.parts().basis;
    let excluded = match line.kind {
        LineKind::Goods => false,
        LineKind::Delivery => settings.delivery == Inclusion::Out,
        LineKind::GiftCard => true,
    };
    if excluded {
        return Ok(Decimal::ZERO);
    }
    let mut amount = line.amount;
    if settings.tax == Inclusion::Out {
        amount = amount.minus(line.tax)?;
    }
    if settings.discounts == Inclusion::In {
        amount = amount.plus(line.discount)?;
    }
    Ok(amount.amount())
}
