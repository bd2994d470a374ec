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
    stacking: Stacking,
    lines: usize,
}

impl<'a> Multipliers<'a> {
    pub(crate) fn none(cart: &Cart) -> Self {
        Self { all: Vec::new(), common: 0, stacking: Stacking::Multiply, lines: cart.lines().len() }
    }

    /// `campaigns` are those in force, by priority.
    pub(crate) fn new(
        level: Option<(&'a LevelId, Decimal)>,
        campaigns: &[&'a Campaign],
        stacking: Stacking,
        cart: &Cart,
    ) -> Self {
        let mut multipliers = Self { stacking, ..Self::none(cart) };
        let alone = |line: &Line| {
            campaigns.iter().position(|c| c.exclusive && c.multiplier.is_some() && c.select.takes(line))
        };
        let alone: Vec<Option<usize>> = cart.lines().iter().map(alone).collect();
        if let Some((level, factor)) = level.filter(|(_, factor)| *factor != Decimal::ONE) {
            let lines = alone.iter().map(Option::is_none).collect();
            multipliers.all.push(Multiplier { by: By::Level(level), factor, lines });
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
        multipliers
    }

    /// Each line's factor by the first so many multipliers.
    pub(crate) fn factors(&self, first: usize) -> Result<Vec<Decimal>, Code> {
        (0..self.lines).map(|line| self.factor(line, first)).collect()
    }

    fn factor(&self, line: usize, first: usize) -> Result<Decimal, Code> {
        let takes = |multiplier: &&Multiplier<'_>| multiplier.lines.get(line).copied().unwrap_or(false);
        let mut factor: Option<Decimal> = None;
        for multiplier in self.all.iter().take(first).filter(takes) {
            let by = multiplier.factor;
            factor = Some(match (factor, self.stacking) {
                (None, _) => by,
                (Some(known), Stacking::Multiply) => exact::mul(known, by)?,
                (Some(known), Stacking::Add) => exact::sub(exact::add(known, by)?, Decimal::ONE)?,
                (Some(known), Stacking::Best) => known.max(by),
            });
        }
        Ok(factor.unwrap_or(Decimal::ONE).max(Decimal::ZERO))
    }
}
