//! What is left of an order's lines once everything known is taken off.
//!
//! Amounts are whole minor units. What is left of each line is rounded by itself, up, so that it only ever falls when
//! more is given back, whatever came first; all of it is gone exactly when all is given back.

use crate::state::{Kind, Line, Refund, Snapshot};
use loyalty_core::Map;
use rust_decimal::{Decimal, RoundingStrategy};

/// A line and what is left of it.
#[derive(Debug)]
pub(crate) struct Target<'s> {
    pub(crate) line: &'s Line,
    /// What was charged, in minor units.
    pub(crate) charged: i64,
    /// What of that is not given back.
    pub(crate) left: i64,
    /// Nothing of it is left, of a line without a price neither.
    pub(crate) gone: bool,
}

/// All lines, and whether more was given back than was charged.
#[derive(Debug)]
pub(crate) struct Targets<'s> {
    pub(crate) lines: Vec<Target<'s>>,
    pub(crate) excess: bool,
}

/// Takes everything given back off an order's lines: first what names a line, then what names delivery, then what names
/// nothing, which all lines bear in proportion to what is left of them.
pub(crate) fn targets<'s>(snapshot: &'s Snapshot, refunds: &Map<String, Refund>, digits: u32) -> Targets<'s> {
    let mut over = 0_i64;
    let target = |line: &'s Line| {
        let charged = minor(line.amount.0, digits);
        let backs = refunds.iter().flat_map(|(_, refund)| &refund.lines).filter(|back| back.line == line.id);
        let (pieces, amount) = backs.fold((0_u32, 0_i64), |(pieces, amount), back| {
            (pieces.saturating_add(back.pieces), amount.saturating_add(minor(back.amount.0, digits)))
        });
        let kept = i64::from(line.quantity.saturating_sub(pieces));
        let left = share(charged, kept, line.quantity.into()).saturating_sub(amount);
        let beyond = pieces > line.quantity;
        let returned = pieces >= line.quantity;
        (Target { line, charged, left: left.max(0), gone: returned }, left.min(0).saturating_neg(), beyond)
    };
    let mut excess = false;
    let mut lines = Vec::with_capacity(snapshot.lines.len());
    for line in &snapshot.lines {
        let (target, too_much, beyond) = target(line);
        over = over.saturating_add(too_much);
        excess |= beyond;
        lines.push(target);
    }
    let sum = |amount: fn(&Refund) -> Decimal| {
        refunds
            .iter()
            .fold(0_i64, |sum, (_, refund)| sum.saturating_add(minor(amount(refund), digits).max(0)))
    };
    let delivery: fn(&Refund) -> Decimal = match snapshot.net {
        true => |refund| refund.delivery.0 + refund.delivery_tax.0,
        false => |refund| refund.delivery.0,
    };
    over = over.saturating_add(bear(&mut lines, sum(delivery), |line| line.kind == Kind::Delivery));
    over = over.saturating_add(bear(&mut lines, sum(|refund| refund.rest.0), |_| true));
    for line in &mut lines {
        if snapshot.gone {
            line.left = 0;
        }
        line.gone |= snapshot.gone || (line.left == 0 && line.charged > 0);
    }
    // A platform that rounds another way, line by line, gives back no more than that.
    let tolerated = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    Targets { excess: excess || over > tolerated, lines }
}

/// Takes an amount off the lines it is for, each in proportion; what they cannot bear is returned.
fn bear(lines: &mut [Target<'_>], amount: i64, bears: impl Fn(&Line) -> bool) -> i64 {
    let whole =
        lines.iter().filter(|one| bears(one.line)).fold(0, |sum: i64, one| sum.saturating_add(one.left));
    let kept = whole.saturating_sub(amount).max(0);
    for one in lines.iter_mut().filter(|one| bears(one.line)) {
        one.left = share(one.left, kept, whole);
    }
    amount.saturating_sub(whole).max(0)
}

/// `amount × part ÷ whole`, rounded up.
pub(crate) fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (amount, part, whole) = (i128::from(amount), i128::from(part), i128::from(whole));
    // Amounts are below 10^16, sums of a thousand of them below 10^19.
    let up = amount.saturating_mul(part).saturating_add(whole - 1).div_euclid(whole);
    i64::try_from(up).unwrap_or(i64::MAX)
}

/// An amount in minor units of a currency with so many digits; half a unit is rounded away from nothing.
pub(crate) fn minor(amount: Decimal, digits: u32) -> i64 {
    let mut amount = rounded(amount, digits);
    amount.rescale(digits);
    i64::try_from(amount.mantissa()).unwrap_or_default()
}

/// Rounded to a currency's digits.
pub(crate) fn rounded(amount: Decimal, digits: u32) -> Decimal {
    amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}
