//! What an order earns, line by line, and why (M01).

use crate::ledger::cart::{Cart, Line, LineKind};
use crate::ground::code::Code;
use crate::ledger::entry::{BookedLine, Step};
use crate::ground::exact;
use crate::ground::ids::LevelId;
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::rules::programme::{Inclusion, Measure, Programme, Rate, Scope};
use crate::ground::rounding::Rounding;
use crate::ground::split::{split, whole_points};
use rust_decimal::Decimal;

/// What an order earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accrual {
    /// In all.
    pub points: Points,
    /// Why; sums to `points`.
    pub steps: Vec<Step>,
    /// Per line of the cart; sums to `points`.
    pub lines: Vec<BookedLine>,
}

/// The earning basis of each line of a cart.
///
/// Value paid with points or certificates, where the programme leaves it out, is spread over all lines in
/// proportion to their amounts (largest remainder); no line falls below zero.
pub(crate) fn basis(programme: &Programme, cart: &Cart, redeemed: Money) -> Result<Vec<Decimal>, Code> {
    let settings = programme.parts().basis;
    let mut left_out = Money::zero(cart.currency());
    if settings.points == Inclusion::Out {
        left_out = left_out.plus(redeemed)?;
    }
    if settings.certificates == Inclusion::Out {
        left_out = left_out.plus(cart.certificates())?;
    }
    let shares = spread(left_out, cart.lines())?;
    cart.lines()
        .iter()
        .zip(shares)
        .map(|(line, share)| {
            let rest = exact::sub(line_basis(programme, line)?, share)?;
            Ok(rest.max(Decimal::ZERO))
        })
        .collect()
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

/// An amount spread over lines in proportion to theirs, in whole minor units.
fn spread(amount: Money, lines: &[Line]) -> Result<Vec<Decimal>, Code> {
    if amount.is_zero() {
        return Ok(vec![Decimal::ZERO; lines.len()]);
    }
    let units = u64::try_from(amount.amount().mantissa()).map_err(|_| Code::AmountTooLarge)?;
    let weights: Vec<Decimal> = lines.iter().map(|line| line.amount.amount()).collect();
    let parts = split(Points::new(units).map_err(|_| Code::AmountTooLarge)?, &weights)?;
    let scale = amount.currency().minor();
    parts
        .into_iter()
        .map(|part| {
            let units = i64::try_from(part.get()).map_err(|_| Code::AmountTooLarge)?;
            Ok(Decimal::new(units, scale))
        })
        .collect()
}

/// What one rule gives before rounding: the lines it takes, how much of each it counts (money or pieces), and
/// exact points over the programme's common denominator.
struct Raw<'a> {
    rate: &'a Rate,
    numerator: Decimal,
    lines: Vec<usize>,
    counted: Vec<Decimal>,
    amount: Decimal,
}

impl Raw<'_> {
    fn exact(&self, amount: Decimal, denominator: Decimal) -> Result<Decimal, Code> {
        match self.rate.measure {
            Measure::ProRata(_) | Measure::Pieces => exact::mul(amount, self.numerator),
            Measure::Groups(per) => {
                let groups = Rounding::Down.whole(amount, per.amount())?;
                exact::mul(exact::mul(groups, self.rate.points.get().into())?, denominator)
            }
        }
    }
}

/// What a cart with these line bases earns at a tier multiplier.
pub(crate) fn accrue(
    programme: &Programme,
    cart: &Cart,
    bases: &[Decimal],
    level: Option<(&LevelId, Decimal)>,
) -> Result<Accrual, Code> {
    let raws = programme
        .rates()
        .map(|(rate, numerator)| raw(rate, numerator, cart, bases))
        .collect::<Result<Vec<_>, _>>()?;
    let mut lines = vec![Points::ZERO; bases.len()];
    let level = level.filter(|(_, multiplier)| *multiplier > Decimal::ONE);
    let into = if level.is_none() { Some(&mut lines) } else { None };
    let plain = rounded(programme, &raws, Decimal::ONE, into)?;
    let mut steps = Vec::with_capacity(raws.len());
    for (raw, points) in raws.iter().zip(&plain).filter(|(raw, _)| !raw.amount.is_zero()) {
        steps.push(rate_step(programme, raw, *points)?);
    }
    let mut points = Points::sum(plain)?;
    if let Some((id, multiplier)) = level {
        let all = Points::sum(rounded(programme, &raws, multiplier, Some(&mut lines))?)?;
        steps.push(Step::Tier { level: id.clone(), multiplier, points: all.minus(points)? });
        points = all;
    }
    let lines = cart.lines().iter().zip(bases).zip(lines);
    let lines =
        lines.map(|((line, spend), points)| BookedLine { line: line.id.clone(), spend: *spend, points });
    Ok(Accrual { points, steps, lines: lines.collect() })
}

fn raw<'a>(rate: &'a Rate, numerator: Decimal, cart: &Cart, bases: &[Decimal]) -> Result<Raw<'a>, Code> {
    let takes = |line: &Line| {
        let listed = |list: &[crate::ground::ids::Category]| line.categories.iter().any(|c| list.contains(c));
        (rate.only.is_empty() || listed(&rate.only)) && !listed(&rate.except)
    };
    let open = exact::sum(bases.iter().copied())? >= rate.minimum.amount();
    let taken = cart.lines().iter().zip(bases).enumerate();
    let taken = taken.filter(|(_, (line, basis))| open && !basis.is_zero() && takes(line));
    let count = |line: &Line, basis: Decimal| match rate.measure {
        Measure::ProRata(_) | Measure::Groups(_) => basis,
        Measure::Pieces => line.quantity.into(),
    };
    let (lines, counted): (Vec<usize>, Vec<Decimal>) =
        taken.map(|(index, (line, basis))| (index, count(line, *basis))).unzip();
    let amount = exact::sum(counted.iter().copied())?;
    Ok(Raw { rate, numerator, lines, counted, amount })
}

fn rate_step(programme: &Programme, raw: &Raw<'_>, points: Points) -> Result<Step, Code> {
    let (rule, points_per) = (raw.rate.id.clone(), raw.rate.points);
    let (per, groups) = match raw.rate.measure {
        Measure::Pieces => {
            return Ok(Step::Pieces { rule, pieces: whole_points(raw.amount)?.get(), points_per, points });
        }
        Measure::Groups(per) if programme.parts().scope != Scope::Line => {
            (per, Some(whole_points(Rounding::Down.whole(raw.amount, per.amount())?)?))
        }
        Measure::ProRata(per) | Measure::Groups(per) => (per, None),
    };
    Ok(Step::Rate { rule, amount: raw.amount, points_per, per, groups, points })
}

/// Points per rule at a multiplier, rounded by the programme's mode in its scope; where wanted, also
/// added to the lines that earned them.
fn rounded(
    programme: &Programme,
    raws: &[Raw<'_>],
    multiplier: Decimal,
    mut into: Option<&mut Vec<Points>>,
) -> Result<Vec<Points>, Code> {
    let denominator = programme.denominator();
    let round = |exact: Decimal| {
        whole_points(programme.parts().rounding.whole(exact::mul(exact, multiplier)?, denominator)?)
    };
    let mut rules = Vec::with_capacity(raws.len());
    let mut running = (Decimal::ZERO, Points::ZERO);
    for raw in raws {
        let (points, parts) = match programme.parts().scope {
            Scope::Line => {
                let each = raw.counted.iter().map(|amount| round(raw.exact(*amount, denominator)?));
                let each = each.collect::<Result<Vec<_>, _>>()?;
                (Points::sum(each.iter().copied())?, Some(each))
            }
            Scope::Rule => (round(raw.exact(raw.amount, denominator)?)?, None),
            Scope::Order => {
                let sum = exact::add(running.0, raw.exact(raw.amount, denominator)?)?;
                let reached = round(sum)?;
                let points = reached.minus(running.1)?;
                running = (sum, reached);
                (points, None)
            }
        };
        let (points, parts) = match raw.rate.most {
            Some(most) if points > most => (most, None),
            _ => (points, parts),
        };
        rules.push(points);
        if let Some(lines) = into.as_deref_mut() {
            let parts = parts.map_or_else(|| split(points, &raw.counted), Ok)?;
            for (index, part) in raw.lines.iter().zip(parts) {
                if let Some(line) = lines.get_mut(*index) {
                    *line = line.plus(part)?;
                }
            }
        }
    }
    Ok(rules)
}
