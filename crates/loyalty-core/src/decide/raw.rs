//! One rule on one order, before rounding.

use crate::decide::basis::Basket;
use crate::decide::multiply::Factors;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ground::split::whole_points;
use crate::ledger::cart::LineKind;
use crate::ledger::entry::Step;
use crate::rules::campaign::Campaign;
use crate::rules::programme::Programme;
use crate::rules::rate::{Measure, Rate, Scope};
use rust_decimal::Decimal;

/// The lines a rule takes, and how much of each it counts: money, pieces, or the order itself.
pub(crate) struct Raw<'a> {
    pub(crate) rate: &'a Rate,
    /// The campaign it belongs to.
    pub(crate) campaign: Option<&'a Campaign>,
    basket: &'a Basket<'a>,
    /// Exact points for one of what it counts, over the programme's common denominator.
    numerator: Decimal,
    denominator: Decimal,
    pub(crate) lines: Vec<usize>,
    /// What it counts in all, with what was left over before.
    amount: Decimal,
    carried: Option<Decimal>,
    /// Its exact points over the common denominator, before any multiplier.
    pub(crate) exact: Decimal,
}

impl<'a> Raw<'a> {
    /// Of the basket the lines that the rule takes; `carried` is what was left over of the order before.
    pub(crate) fn new(
        (rate, numerator): (&'a Rate, Decimal),
        campaign: Option<&'a Campaign>,
        denominator: Decimal,
        (basket, mut lines): (&'a Basket<'a>, Vec<usize>),
        carried: Option<Decimal>,
    ) -> Result<Self, Code> {
        lines.retain(|line| !units(rate, basket, *line).is_zero());
        let (amount, exact) = (Decimal::ZERO, Decimal::ZERO);
        let mut raw =
            Self { rate, campaign, basket, numerator, denominator, lines, amount, carried: None, exact };
        raw.count(carried)?;
        Ok(raw)
    }

    /// Sums what is counted.
    fn count(&mut self, carried: Option<Decimal>) -> Result<(), Code> {
        self.amount = exact::sum(self.lines.iter().map(|line| self.counted(*line)))?;
        if self.rate.carries() && !self.lines.is_empty() {
            self.carried = carried;
            self.amount = exact::add(self.amount, carried.unwrap_or_default())?;
        }
        self.exact = self.points_for(self.amount)?;
        Ok(())
    }

    /// Leaves only the lines for which `keep` says so.
    pub(crate) fn retain(&mut self, keep: impl Fn(usize) -> bool) -> Result<(), Code> {
        if self.lines.iter().all(|line| keep(*line)) {
            return Ok(());
        }
        self.lines.retain(|line| keep(*line));
        let carried = self.carried.take();
        self.count(carried)
    }

    /// Pieces of the lines it takes that are not free.
    pub(crate) fn pieces(&self) -> u64 {
        let quantity = |index: &usize| {
            let (line, free) = (self.basket.cart.lines().get(*index), self.basket.free.get(*index));
            let quantity = line.map_or(0, |line| line.quantity);
            u64::from(quantity.saturating_sub(free.copied().unwrap_or(0)))
        };
        self.lines.iter().map(quantity).fold(0, u64::saturating_add)
    }

    /// Exact points over the common denominator for so much of what it counts.
    fn points_for(&self, amount: Decimal) -> Result<Decimal, Code> {
        match self.rate.measure {
            Measure::ProRata(_) | Measure::Pieces | Measure::GiftCards => exact::mul(amount, self.numerator),
            Measure::Groups { per, .. } => {
                let groups = Rounding::Down.whole(amount.max(Decimal::ZERO), per.amount())?;
                exact::mul(exact::mul(groups, self.rate.points.get().into())?, self.denominator)
            }
            Measure::Order if amount.is_zero() => Ok(Decimal::ZERO),
            Measure::Order => Ok(self.numerator),
        }
    }

    /// How much it counts of one of its lines.
    fn counted(&self, line: usize) -> Decimal {
        units(self.rate, self.basket, line)
    }

    /// Exact points of one of its lines.
    pub(crate) fn of_line(&self, line: usize) -> Result<Decimal, Code> {
        self.points_for(self.counted(line))
    }

    /// Exact points where each line of the cart has a factor; `plain` are its points without factors, exact, or
    /// rounded where multipliers come after rounding, when `part` rounds what a part of its lines gives.
    pub(crate) fn with_factors(
        &self,
        factors: Factors<'_>,
        plain: Decimal,
        part: impl Fn(Decimal) -> Result<Decimal, Code>,
    ) -> Result<Decimal, Code> {
        match self.common(factors) {
            Some(0) => return Ok(plain),
            Some(place) => return exact::mul(plain, factors.at(place)),
            None => {}
        }
        let factor = |line: &usize| factors.of(*line);
        if self.rate.measure == Measure::Order {
            return exact::mul(plain, self.lines.iter().map(factor).min().unwrap_or(Decimal::ONE));
        }
        // In layers: what the smallest factor adds to all lines, then what the next one adds to those that have it
        // or a larger one, and so on. So a line more never makes groups of others smaller.
        let mut sum = plain;
        let mut below = Decimal::ONE;
        let mut counted = self.amount;
        let mut points = plain;
        let rising = sorted(self.lines.clone(), |one, other| factor(one) < factor(other));
        for (line, next) in rising.iter().zip(rising.iter().skip(1).map(Some).chain([None])) {
            let by = factor(line);
            if by != below {
                sum = exact::add(sum, exact::mul(points, exact::sub(by, below)?)?)?;
                below = by;
            }
            counted = exact::sub(counted, self.counted(*line))?;
            if next.is_some_and(|next| factor(next) != by) {
                points = part(self.points_for(counted)?)?;
            }
        }
        Ok(sum.max(Decimal::ZERO))
    }

    /// The place of its lines' factor, where all have the same.
    fn common(&self, factors: Factors<'_>) -> Option<usize> {
        let first = self.lines.first().map_or(0, |line| factors.place(*line));
        self.lines.iter().all(|line| factors.place(*line) == first).then_some(first)
    }

    /// What its points are split by: what it counts of each line, times the line's factor where they differ.
    pub(crate) fn weights(&self, factors: Factors<'_>, weights: &mut Vec<Decimal>) -> Result<(), Code> {
        let common = self.common(factors).is_some();
        weights.clear();
        for line in &self.lines {
            let counted = self.counted(*line);
            let place = if common { 0 } else { factors.place(*line) };
            weights.push(if place == 0 { counted } else { exact::mul(counted, factors.at(place))? });
        }
        Ok(())
    }

    /// Exact points of one of its lines in proportion, for weights of several rules together.
    pub(crate) fn share(&self, line: usize) -> Result<Decimal, Code> {
        exact::mul(self.counted(line), self.numerator)
    }

    /// What is left over for the next order, where that is carried.
    pub(crate) fn remainder(&self) -> Result<Option<Decimal>, Code> {
        match self.rate.measure {
            Measure::Groups { per, carry: true } if !self.lines.is_empty() => {
                let groups = Rounding::Down.whole(self.amount.max(Decimal::ZERO), per.amount())?;
                Ok(Some(exact::sub(self.amount, exact::mul(groups, per.amount())?)?))
            }
            _ => Ok(None),
        }
    }

    /// Whether each of its lines is rounded on its own.
    pub(crate) fn by_line(&self, scope: Scope) -> bool {
        let whole = self.rate.measure == Measure::Order || self.rate.carries();
        scope == Scope::Line && !whole
    }

    /// What it gave, and why.
    pub(crate) fn step(&self, programme: &Programme, points: Points) -> Result<Step, Code> {
        let (rule, points_per) = (self.rate.id.clone(), self.rate.points);
        Ok(match self.rate.measure {
            Measure::Order => Step::Order { rule, points },
            Measure::GiftCards => {
                let minor = programme.currency().minor();
                let units =
                    i64::try_from(whole_points(self.amount)?.get()).map_err(|_| Code::AmountTooLarge)?;
                let amount = Decimal::try_new(units, minor).map_err(|_| Code::AmountTooLarge)?;
                Step::GiftCards { rule, amount, points }
            }
            Measure::Pieces => {
                Step::Pieces { rule, pieces: whole_points(self.amount)?.get(), points_per, points }
            }
            Measure::ProRata(per) => {
                Step::Rate { rule, amount: self.amount, points_per, per, groups: None, carried: None, points }
            }
            Measure::Groups { per, .. } => {
                let whole = !self.by_line(programme.parts().scope);
                let groups = || Rounding::Down.points(self.amount.max(Decimal::ZERO), per.amount());
                let groups = if whole { Some(groups()?) } else { None };
                let carried = self.carried.filter(|carried| !carried.is_zero());
                Step::Rate { rule, amount: self.amount, points_per, per, groups, carried, points }
            }
        })
    }
}

/// What a rule counts of a line.
fn units(rate: &Rate, basket: &Basket<'_>, index: usize) -> Decimal {
    let line = basket.cart.lines().get(index).zip(basket.bases.get(index));
    let Some((line, basis)) = line else { return Decimal::ZERO };
    let sold = rate.measure == Measure::GiftCards && line.kind == LineKind::GiftCard;
    if basis.is_zero() && !sold {
        return Decimal::ZERO;
    }
    match rate.measure {
        Measure::ProRata(_) | Measure::Groups { .. } | Measure::Order => *basis,
        Measure::Pieces => {
            let free = basket.free.get(index).copied().unwrap_or_default();
            line.quantity.saturating_sub(free).into()
        }
        Measure::GiftCards if sold => line.amount.amount().mantissa().into(),
        Measure::GiftCards => Decimal::ZERO,
    }
}
