//! What of an order earns, line by line.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::money::Money;
use crate::ground::split::split_money;
use crate::ledger::cart::{Cart, Line, LineKind};
use crate::ledger::entry::{PaidLine, Redeemed};
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
    /// What rewards pay is left out where the programme says so: as a discount where the reward costs no
    /// points, as a payment where it comes from a wallet of gift certificates, else as value paid with points. It
    /// is taken off the lines that a reward pays, or spread over all that rewards may pay in proportion to their amounts
    /// (largest remainder), other certificates over all lines; no line falls below zero. A piece that is given away
    /// earns nothing, whatever is left out.
    pub(crate) fn new(programme: &Programme, cart: &'a Cart, redeemed: &[Redeemed]) -> Result<Self, Code> {
        let settings = programme.parts().basis;
        let counts = |paid: &Redeemed| match (paid.payment, paid.points.is_zero()) {
            (true, _) => settings.certificates,
            (false, true) => settings.discounts,
            (false, false) => settings.points,
        };
        let count = cart.lines().len();
        let mut basket = Self { cart, bases: Vec::with_capacity(count), free: vec![0; count] };
        for line in cart.lines() {
            basket.bases.push(line_basis(programme, line)?);
        }
        if settings.certificates == Inclusion::Out {
            basket.spread(cart.certificates(), |_| true)?;
        }
        let of_all = redeemed.iter().filter(|paid| paid.lines.is_empty() && counts(paid) == Inclusion::Out);
        let of_all = Money::sum(cart.currency(), of_all.map(|paid| paid.value))?;
        basket.spread(of_all, LineKind::paid_with_rewards)?;
        for paid in redeemed {
            let left_out = counts(paid) == Inclusion::Out;
            for part in paid.lines.iter().filter(|part| left_out || part.pieces > 0) {
                basket.take_off(part)?;
            }
        }
        Ok(basket)
    }

    /// Takes an amount off all lines of certain kinds, in proportion to what is charged for them.
    fn spread(&mut self, amount: Money, takes: impl Fn(LineKind) -> bool) -> Result<(), Code> {
        if amount.is_zero() {
            return Ok(());
        }
        let weight = |line: &Line| if takes(line.kind) { line.amount.amount() } else { Decimal::ZERO };
        let shares = split_money(amount, self.cart.lines().iter().map(weight))?;
        for (basis, share) in self.bases.iter_mut().zip(shares) {
            *basis = exact::sub(*basis, share.amount())?.max(Decimal::ZERO);
        }
        Ok(())
    }

    fn take_off(&mut self, part: &PaidLine) -> Result<(), Code> {
        let lines = self.cart.lines().iter().zip(&mut self.bases).zip(&mut self.free);
        for ((_, basis), free) in lines.filter(|((line, _), _)| line.id == part.line) {
            *basis = exact::sub(*basis, part.value.amount())?.max(Decimal::ZERO);
            *free = free.saturating_add(part.pieces);
        }
        Ok(())
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
        return Ok(Money::zero(line.amount.currency()).amount());
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
