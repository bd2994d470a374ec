//! One rule on one order, before rounding.

use crate::decide::basis::Basket;
use crate::decide::multiply::Factors;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::money::Money;
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ledger::cart::LineKind;
use crate::ledger::entry::Step;
use crate::rules::campaign::Campaign;
use crate::rules::programme::Programme;
use crate::rules::rate::{Measure, Rate, Scope};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A line that a rule takes, and how much of it the rule counts: minor units, pieces, or the order itself.
#[derive(Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) line: usize,
    /// The line's kind: lines of one kind have the same factors.
    pub(crate) kind: usize,
    units: u64,
}

impl Counted {
    /// What a rule counts of a line, if anything.
    pub(crate) fn of(rate: &Rate, basket: &Basket<'_>, (line, kind): (usize, usize)) -> Option<Self> {
        let units = units(rate, basket, line);
        (units != 0).then_some(Self { line, kind, units })
    }
}

/// One rule, and the lines it takes.
pub(crate) struct Raw<'a> {
    pub(crate) rate: &'a Rate,
    /// The campaign it belongs to.
    pub(crate) campaign: Option<&'a Campaign>,
    basket: &'a Basket<'a>,
    /// Exact points for one of what it counts, over the programme's common denominator; of a rule for the order a weight only.
    numerator: i128,
    denominator: i128,
    pub(crate) lines: Cow<'a, [Counted]>,
    /// What it counts in all, with what was left over before.
    amount: i128,
    carried: Option<Decimal>,
    /// Its exact points over the common denominator, before any multiplier.
    pub(crate) exact: i128,
}

impl<'a> Raw<'a> {
    /// Of the basket the lines that the rule takes, not yet counted.
    pub(crate) fn new(
        (rate, numerator): (&'a Rate, i128),
        campaign: Option<&'a Campaign>,
        denominator: i128,
        (basket, lines): (&'a Basket<'a>, &'a [Counted]),
    ) -> Self {
        let (lines, amount, exact) = (Cow::Borrowed(lines), 0, 0);
        Self { rate, campaign, basket, numerator, denominator, lines, amount, carried: None, exact }
    }

    /// Sums what is counted; `carried` is what was left over of the order before.
    pub(crate) fn count(&mut self, carried: Option<Decimal>) -> Result<(), Code> {
        self.amount = exact::total(self.lines.iter().map(|counted| counted.units.into()))?;
        if self.rate.carries() && !self.lines.is_empty() {
            self.carried = carried;
            let carried = exact::units(carried.unwrap_or_default(), self.minor(), Rounding::Down)?;
            self.amount = exact::plus(self.amount, carried)?;
        }
        self.exact = self.points_for(self.amount)?;
        Ok(())
    }

    fn minor(&self) -> u32 {
        self.basket.cart.currency().minor()
    }

    /// Leaves only the lines for which `keep` says so.
    pub(crate) fn retain(&mut self, keep: impl Fn(usize) -> bool) -> Result<(), Code> {
        if self.lines.iter().all(|counted| keep(counted.line)) {
            return Ok(());
        }
        self.lines.to_mut().retain(|counted| keep(counted.line));
        let carried = self.carried.take();
        self.count(carried)
    }

    /// Pieces of the lines it takes that are not free.
    pub(crate) fn pieces(&self) -> u64 {
        let quantity = |counted: &Counted| {
            let index = counted.line;
            let (line, free) = (self.basket.cart.lines().get(index), self.basket.free.get(index));
            let quantity = line.map_or(0, |line| line.quantity);
            u64::from(quantity.saturating_sub(free.copied().unwrap_or(0)))
        };
        self.lines.iter().map(quantity).fold(0, u64::saturating_add)
    }

    /// Exact points over the common denominator for so much of what it counts.
    fn points_for(&self, amount: i128) -> Result<i128, Code> {
        match self.rate.measure {
            Measure::ProRata(_) | Measure::Pieces | Measure::GiftCards => {
                exact::times(amount, self.numerator)
            }
            Measure::Groups { per, .. } => exact::times(groups(amount, per)?, self.whole()?),
            Measure::Order if amount == 0 => Ok(0),
            Measure::Order => self.whole(),
        }
    }

    /// The rate's points over the common denominator.
    fn whole(&self) -> Result<i128, Code> {
        exact::times(self.rate.points.get().into(), self.denominator)
    }

    /// Exact points of one of its lines.
    pub(crate) fn of_line(&self, line: Counted) -> Result<i128, Code> {
        self.points_for(line.units.into())
    }

    /// Exact points where each line of the cart has a factor; `plain` are its points without factors, exact, or
    /// rounded where multipliers come after rounding, when `part` rounds what a part of its lines gives.
    pub(crate) fn with_factors(
        &self,
        factors: Factors<'_>,
        plain: i128,
        part: impl Fn(i128) -> Result<i128, Code>,
    ) -> Result<i128, Code> {
        if let Some(place) = self.common(factors) {
            return exact::times(plain, factors.at(place));
        }
        let factor = |counted: &Counted| factors.of(counted.kind);
        if matches!(self.rate.measure, Measure::Order) {
            return exact::times(plain, self.lines.iter().map(factor).min().unwrap_or(factors.one));
        }
        // In layers: what the smallest factor adds to all lines, then what the next one adds to those that have it
        // or a larger one, and so on. So a line more never makes groups of others smaller.
        let mut sum = exact::times(plain, factors.one)?;
        let mut below = factors.one;
        let mut counted = self.amount;
        let mut points = plain;
        let rising = sorted(self.lines.to_vec(), |one, other| factor(one) < factor(other));
        for (line, next) in rising.iter().zip(rising.iter().skip(1).map(Some).chain([None])) {
            let by = factor(line);
            if by != below {
                sum = exact::plus(sum, exact::times(points, exact::minus(by, below)?)?)?;
                below = by;
            }
            counted = exact::minus(counted, line.units.into())?;
            if next.is_some_and(|next| factor(next) != by) {
                points = part(self.points_for(counted)?)?;
            }
        }
        Ok(sum.max(0))
    }

    /// The place of its lines' factor, where all have the same.
    fn common(&self, factors: Factors<'_>) -> Option<usize> {
        let first = self.lines.first().map_or(0, |counted| factors.place(counted.kind));
        self.lines.iter().all(|counted| factors.place(counted.kind) == first).then_some(first)
    }

    /// What its points are split by: what it counts of each line, times the line's factor where they differ.
    pub(crate) fn weights(&self, factors: Factors<'_>, weights: &mut Vec<i128>) -> Result<(), Code> {
        let common = self.common(factors).is_some();
        weights.clear();
        for Counted { kind, units, .. } in self.lines.iter().copied() {
            weights.push(if common { units.into() } else { exact::times(units.into(), factors.of(kind))? });
        }
        Ok(())
    }

    /// Exact points of one of its lines in proportion, for weights of several rules together.
    pub(crate) fn share(&self, line: Counted) -> Result<i128, Code> {
        exact::times(line.units.into(), self.numerator)
    }

    /// What is left over for the next order, where that is carried.
    pub(crate) fn remainder(&self) -> Result<Option<Decimal>, Code> {
        match self.rate.measure {
            Measure::Groups { per, carry: true } if !self.lines.is_empty() => {
                let counted = exact::times(groups(self.amount, per)?, per.units().into())?;
                exact::decimal(exact::minus(self.amount, counted)?, self.minor()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether each of its lines is rounded on its own.
    pub(crate) fn by_line(&self, scope: Scope) -> bool {
        let whole = matches!(self.rate.measure, Measure::Order) || self.rate.carries();
        scope == Scope::Line && !whole
    }

    /// What it gave, and why.
    pub(crate) fn step(&self, programme: &Programme, points: Points) -> Result<Step, Code> {
        let (rule, points_per) = (self.rate.id.clone(), self.rate.points);
        let amount = exact::decimal(self.amount, self.minor())?;
        Ok(match self.rate.measure {
            Measure::Order => Step::Order { rule, points },
            Measure::GiftCards => Step::GiftCards { rule, amount, points },
            Measure::Pieces => {
                let pieces = u64::try_from(self.amount).map_err(|_| Code::PointsOutOfRange)?;
                Step::Pieces { rule, pieces, points_per, points }
            }
            Measure::ProRata(per) | Measure::Groups { per, .. } => {
                let whole = matches!(self.rate.measure, Measure::Groups { .. });
                let groups = if whole && !self.by_line(programme.parts().scope) {
                    Some(Points::of(groups(self.amount, per)?)?)
                } else {
                    None
                };
                let carried = self.carried.filter(|carried| !carried.is_zero());
                Step::Rate { rule, amount, points_per, per, groups, carried, points }
            }
        })
    }
}

/// Whole groups of so much in an amount of minor units.
fn groups(amount: i128, per: Money) -> Result<i128, Code> {
    Ok(exact::div_rem(amount.max(0), per.units().into())?.0)
}

/// What a rule counts of a line.
fn units(rate: &Rate, basket: &Basket<'_>, index: usize) -> u64 {
    let line = basket.cart.lines().get(index).zip(basket.bases.get(index));
    let Some((line, basis)) = line else { return 0 };
    let sold = matches!(rate.measure, Measure::GiftCards) && line.kind == LineKind::GiftCard;
    if basis.is_zero() && !sold {
        return 0;
    }
    match rate.measure {
        Measure::ProRata(_) | Measure::Groups { .. } | Measure::Order => basis.units(),
        Measure::Pieces => {
            let free = basket.free.get(index).copied().unwrap_or_default();
            line.quantity.saturating_sub(free).into()
        }
        Measure::GiftCards if sold => line.amount.units(),
        Measure::GiftCards => 0,
    }
}
