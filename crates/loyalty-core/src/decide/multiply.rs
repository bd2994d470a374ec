//! Multipliers: of the tier, and of campaigns; how they go together on each line.

use crate::decide::limits::Limits;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::LevelId;
use crate::ledger::cart::{Cart, Line};
use crate::ledger::entry::Step;
use crate::rules::campaign::{Campaign, Stacking};
use rust_decimal::Decimal;

/// Who multiplies.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Level(&'a LevelId),
    Campaign(&'a Campaign),
}

/// A multiplier and the lines it multiplies.
pub(crate) struct Multiplier<'a> {
    pub(crate) by: By<'a>,
    pub(crate) factor: Decimal,
    lines: Vec<bool>,
}

impl Multiplier<'_> {
    /// Why points were added.
    pub(crate) fn step(&self, points: i64) -> Step {
        let multiplier = self.factor;
        match self.by {
            By::Level(level) => Step::Tier { level: level.clone(), multiplier, points },
            By::Campaign(campaign) => Step::Campaign { campaign: campaign.id.clone(), multiplier, points },
        }
    }
}

/// All multipliers of an order, in the order in which they take effect: the tier's, campaigns by priority,
/// and last those whose points are counted on their own.
pub(crate) struct Multipliers<'a> {
    pub(crate) all: Vec<Multiplier<'a>>,
    /// How many of them are not counted on their own.
    pub(crate) common: usize,
    /// Each line's factor by the first of them, by the first two, …
    factors: Vec<Vec<Decimal>>,
}

impl<'a> Multipliers<'a> {
    pub(crate) const fn none() -> Self {
        Self { all: Vec::new(), common: 0, factors: Vec::new() }
    }

    /// `campaigns` are those in force, by priority.
    pub(crate) fn new(
        level: Option<(&'a LevelId, Decimal)>,
        campaigns: &[&'a Campaign],
        stacking: Stacking,
        cart: &Cart,
    ) -> Result<Self, Code> {
        let mut multipliers = Self::none();
        let alone = |line: &Line| {
            campaigns.iter().position(|c| c.exclusive && c.multiplier.is_some() && c.select.takes(line))
        };
        let alone: Vec<Option<usize>> = cart.lines().iter().map(alone).collect();
        if let Some((level, factor)) = level.filter(|(_, factor)| *factor != Decimal::ONE) {
            let lines: Vec<bool> = alone.iter().map(Option::is_none).collect();
            if lines.contains(&true) {
                multipliers.all.push(Multiplier { by: By::Level(level), factor, lines });
            }
        }
        let mut own = Vec::new();
        for (index, campaign) in campaigns.iter().enumerate() {
            let Some(factor) = campaign.multiplier else { continue };
            let takes = |(line, alone): (&Line, &Option<usize>)| {
                campaign.select.takes(line) && alone.is_none_or(|alone| alone == index)
            };
            let lines: Vec<bool> = cart.lines().iter().zip(&alone).map(takes).collect();
            let multiplier = Multiplier { by: By::Campaign(campaign), factor, lines };
            if !multiplier.lines.contains(&true) {
                continue;
            }
            if Limits::counts(campaign) && factor > Decimal::ONE {
                own.push(multiplier);
            } else {
                multipliers.all.push(multiplier);
            }
        }
        multipliers.common = multipliers.all.len();
        multipliers.all.extend(own);
        multipliers.stack(stacking, alone.len())?;
        Ok(multipliers)
    }

    /// Finds each line's factor after each multiplier.
    fn stack(&mut self, stacking: Stacking, lines: usize) -> Result<(), Code> {
        let mut factors: Vec<Option<Decimal>> = vec![None; lines];
        for Multiplier { factor: by, lines, .. } in &self.all {
            for (factor, _) in factors.iter_mut().zip(lines).filter(|(_, takes)| **takes) {
                *factor = Some(match (*factor, stacking) {
                    (None, _) => *by,
                    (Some(known), Stacking::Multiply) => exact::mul(known, *by)?,
                    (Some(known), Stacking::Add) => exact::sub(exact::add(known, *by)?, Decimal::ONE)?,
                    (Some(known), Stacking::Best) => known.max(*by),
                });
            }
            let so_far = factors.iter().map(|factor| factor.unwrap_or(Decimal::ONE).max(Decimal::ZERO));
            self.factors.push(so_far.collect());
        }
        Ok(())
    }

    /// Each line's factor by the first so many multipliers; none where every factor is 1.
    pub(crate) fn factors(&self, first: usize) -> &[Decimal] {
        first.checked_sub(1).and_then(|index| self.factors.get(index)).map_or(&[], Vec::as_slice)
    }
}
