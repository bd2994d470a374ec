//! What of an order earns, line by line.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::money::Money;
use crate::ground::rounding::Rounding;
use crate::ground::split::split_money;
use crate::ledger::cart::{Cart, Line, LineKind, LinesById};
use crate::ledger::entry::Redeemed;
use crate::rules::programme::Programme;
use crate::rules::rate::Inclusion;
use rust_decimal::Decimal;

/// A cart with what of each line earns.
pub(crate) struct Basket<'a> {
    pub(crate) cart: &'a Cart,
    /// The earning basis of each line.
    pub(crate) bases: Vec<Money>,
    /// Pieces of each line that are free; may be empty where none are.
    pub(crate) free: Vec<u32>,
}

impl<'a> Basket<'a> {
    /// The basket of a cart that rewards pay part of.
    ///
    /// What rewards pay is left out where the programme says so: as a discount where the reward costs no
    /// points, as a payment where it comes from a wallet of gift certificates, else as value paid with points. First
    /// comes what pays certain lines, then what pays all that rewards may pay, last other certificates; what has no
    /// lines of its own is spread over what the lines have left, in proportion (largest remainder). Where tax is left
    /// out, it is left out of what is paid in the same proportion, rounded down. A piece that is given away earns
    /// nothing, whatever is left out.
    pub(crate) fn new(programme: &Programme, cart: &'a Cart, redeemed: &[Redeemed]) -> Result<Self, Code> {
        let settings = programme.parts().basis;
        let left_out = |paid: &&Redeemed| {
            let counts = match (paid.payment, paid.points.is_zero()) {
                (true, _) => settings.certificates,
                (false, true) => settings.discounts,
                (false, false) => settings.points,
            };
            counts == Inclusion::Out
        };
        let mut bases = Vec::with_capacity(cart.lines().len());
        if redeemed.is_empty() && cart.certificates().is_zero() {
            for line in cart.lines() {
                bases.push(line_basis(programme, line, line.amount)?);
            }
            return Ok(Self { cart, bases, free: Vec::new() });
        }
        let mut free: Vec<u32> = vec![0; cart.lines().len()];
        let mut left: Vec<Left> = cart.lines().iter().map(|line| Left::of(line.amount)).collect();
        let lines = LinesById::of(cart);
        for paid in redeemed {
            for part in &paid.lines {
                let Some(index) = lines.place(&part.line) else { continue };
                if let Some(left) = left.get_mut(index) {
                    left.take(part.value, left_out(&paid) || part.pieces > 0)?;
                }
                free.get_mut(index).into_iter().for_each(|free| *free = free.saturating_add(part.pieces));
            }
        }
        let of_all = redeemed.iter().filter(|paid| paid.lines.is_empty()).filter(left_out);
        let of_all = Money::sum(cart.currency(), of_all.map(|paid| paid.value))?;
        spread(cart, &mut left, of_all, LineKind::paid_with_rewards)?;
        if settings.certificates == Inclusion::Out {
            spread(cart, &mut left, cart.certificates(), |_| true)?;
        }
        for (line, left) in cart.lines().iter().zip(left) {
            bases.push(line_basis(programme, line, left.counted)?);
        }
        Ok(Self { cart, bases, free })
    }

    /// The earning basis of all lines.
    pub(crate) fn spend(&self) -> Result<Decimal, Code> {
        let units = exact::total(self.bases.iter().map(|basis| basis.units().into()))?;
        exact::decimal(units, self.cart.currency().minor())
    }
}

/// What of a line is not paid by rewards or certificates.
struct Left {
    /// That is still to be paid.
    due: Money,
    /// That counts for earning.
    counted: Money,
}

impl Left {
    const fn of(amount: Money) -> Self {
        Self { due: amount, counted: amount }
    }

    fn take(&mut self, paid: Money, left_out: bool) -> Result<(), Code> {
        self.due = self.due.above(paid)?;
        if left_out {
            self.counted = self.counted.above(paid)?;
        }
        Ok(())
    }
}

/// Takes an amount off all lines of certain kinds, in proportion to what they have left.
fn spread(cart: &Cart, left: &mut [Left], amount: Money, takes: fn(LineKind) -> bool) -> Result<(), Code> {
    if amount.is_zero() {
        return Ok(());
    }
    let lines = cart.lines().iter().zip(&*left);
    let weights = lines.map(|(line, left)| if takes(line.kind) { left.due.units().into() } else { 0 });
    let shares = split_money(amount, weights.collect())?;
    left.iter_mut().zip(shares).try_for_each(|(left, share)| left.take(share, true))
}

/// What a line earns by, `counted` of which is paid in money.
fn line_basis(programme: &Programme, line: &Line, counted: Money) -> Result<Money, Code> {
    let settings = programme.parts().basis;
    let excluded = match line.kind {
        LineKind::Goods => false,
        LineKind::Delivery => settings.delivery == Inclusion::Out,
        LineKind::GiftCard => true,
    };
    if excluded {
        return Ok(Money::zero(line.amount.currency()));
    }
    let mut amount = counted;
    if settings.tax == Inclusion::Out {
        amount = line.amount.minus(line.tax)?;
        if counted != line.amount {
            amount = amount.part(counted.amount(), line.amount.amount(), Rounding::Down)?;
        }
    }
    if settings.discounts == Inclusion::In {
        amount = amount.plus(line.discount)?;
    }
    Ok(amount)
}
