//! Multipliers: of the tier, and of campaigns; how they go together on each line.

use crate::decide::limits::Limits;
use crate::decide::raw::Counted;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::LevelId;
use crate::ledger::entry::Step;
use crate::rules::campaign::{Campaign, Stacking};
use rust_decimal::Decimal;

/// Who multiplies.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Level(&'a LevelId),
    Campaign(&'a Campaign),
}

/// A campaign in force, and the lines it takes.
pub(crate) struct InForce<'a> {
    pub(crate) campaign: &'a Campaign,
    pub(crate) lines: &'a [usize],
}

/// A multiplier and the lines it multiplies.
pub(crate) struct Multiplier<'a> {
    pub(crate) by: By<'a>,
    pub(crate) factor: Decimal,
    lines: Vec<bool>,
}

/// Each line's factor, as its place among the different ones: the first is 1, no two of the first 64 are the same.
#[derive(Clone, Copy)]
pub(crate) struct Factors<'a> {
    /// In the multipliers' unit.
    values: &'a [i128],
    places: &'a [usize],
    /// The unit: 1 is so much.
    pub(crate) one: i128,
}

impl Factors<'_> {
    /// The place of a line's factor; 0 for 1.
    pub(crate) fn place(self, line: usize) -> usize {
        self.places.get(line).copied().unwrap_or(0)
    }

    /// The factor at a place.
    pub(crate) fn at(self, place: usize) -> i128 {
        self.values.get(place).copied().unwrap_or(self.one)
    }

    /// A line's factor.
    pub(crate) fn of(self, line: usize) -> i128 {
        self.at(self.place(line))
    }
}

impl Multiplier<'_> {
    /// Whether it multiplies any of these lines.
    pub(crate) fn takes(&self, lines: &[Counted]) -> bool {
        lines.iter().any(|counted| self.lines.get(counted.line) == Some(&true))
    }

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
    /// Of the different factors, 1 first, how many units they are.
    values: Vec<i128>,
    /// So many units are 1.
    pub(crate) one: i128,
    /// The place of each line's factor by the first of them, then by the first two, …
    places: Vec<usize>,
    /// How many lines there are.
    lines: usize,
}

impl<'a> Multipliers<'a> {
    pub(crate) const fn none() -> Self {
        Self { all: Vec::new(), common: 0, values: Vec::new(), one: 1, places: Vec::new(), lines: 0 }
    }

    /// `campaigns` are those in force, by priority.
    pub(crate) fn new(
        level: Option<(&'a LevelId, Decimal)>,
        campaigns: &[InForce<'a>],
        stacking: Stacking,
        count: usize,
    ) -> Result<Self, Code> {
        let mut multipliers = Self::none();
        let mut alone: Vec<Option<usize>> = vec![None; count];
        let multiplying =
            campaigns.iter().enumerate().filter(|(_, active)| active.campaign.multiplier.is_some());
        for (index, active) in multiplying.filter(|(_, active)| active.campaign.exclusive) {
            for line in active.lines {
                alone.get_mut(*line).into_iter().for_each(|line| _ = line.get_or_insert(index));
            }
        }
        if let Some((level, factor)) = level.filter(|(_, factor)| *factor != Decimal::ONE) {
            let lines: Vec<bool> = alone.iter().map(Option::is_none).collect();
            if lines.contains(&true) {
                multipliers.all.push(Multiplier { by: By::Level(level), factor, lines });
            }
        }
        multipliers.all.reserve(campaigns.len());
        let mut own = Vec::new();
        for (index, InForce { campaign, lines: taken }) in campaigns.iter().enumerate() {
            let Some(factor) = campaign.multiplier else { continue };
            let mut lines = vec![false; count];
            for (line, alone) in taken.iter().filter_map(|line| Some((*line, alone.get(*line)?))) {
                if let Some(takes) = lines.get_mut(line) {
                    *takes = alone.is_none_or(|alone| alone == index);
                }
            }
            if !lines.contains(&true) {
                continue;
            }
            let multiplier = Multiplier { by: By::Campaign(campaign), factor, lines };
            if Limits::counts(campaign) && factor > Decimal::ONE {
                own.push(multiplier);
            } else {
                multipliers.all.push(multiplier);
            }
        }
        multipliers.common = multipliers.all.len();
        multipliers.all.extend(own);
        multipliers.stack(stacking, count)?;
        Ok(multipliers)
    }

    /// Finds each line's factor after each multiplier.
    fn stack(&mut self, stacking: Stacking, lines: usize) -> Result<(), Code> {
        // A line that no multiplier took yet is told from one whose factor came to 1.
        let mut factors: Vec<(Option<Decimal>, usize)> = vec![(None, 0)];
        let mut places = vec![0; lines];
        let mut after: Vec<Option<usize>> = Vec::new();
        let mut values = vec![Decimal::ONE];
        self.lines = lines;
        self.places.reserve(lines.saturating_mul(self.all.len()));
        for multiplier in &self.all {
            let by = multiplier.factor;
            after.clear();
            after.resize(factors.len(), None);
            for (place, _) in places.iter_mut().zip(&multiplier.lines).filter(|(_, takes)| **takes) {
                let Some(next) = after.get_mut(*place) else { continue };
                let known = factors.get(*place).and_then(|(factor, _)| *factor);
                *place = match *next {
                    Some(next) => next,
                    None => {
                        let factor = match (known, stacking) {
                            (None, _) => by,
                            (Some(known), Stacking::Multiply) => exact::mul(known, by)?,
                            (Some(known), Stacking::Add) => exact::sub(exact::add(known, by)?, Decimal::ONE)?,
                            (Some(known), Stacking::Best) => known.max(by),
                        };
                        let kept = factor.max(Decimal::ZERO).round_dp(FINEST);
                        factors.push((Some(factor), valued(&mut values, kept)));
                        *next.insert(factors.len().saturating_sub(1))
                    }
                };
            }
            let value = |place: &usize| factors.get(*place).map_or(0, |(_, value)| *value);
            self.places.extend(places.iter().map(value));
        }
        let scale = values.iter().map(Decimal::scale).max().unwrap_or(0);
        self.one = exact::units(Decimal::ONE, scale)?;
        for value in values {
            self.values.push(exact::units(value, scale)?);
        }
        Ok(())
    }

    /// Each line's factor by the first so many multipliers; 1 by none.
    pub(crate) fn factors(&self, first: usize) -> Factors<'_> {
        let end = first.saturating_mul(self.lines);
        let places = self.places.get(end.saturating_sub(self.lines)..end);
        Factors { values: &self.values, places: places.unwrap_or_default(), one: self.one }
    }
}

/// So many digits behind its point a line's factor keeps, rounded half to even: one multiplier has at most 4.
const FINEST: u32 = 12;

/// So many values are compared, so that many lines with a factor of their own each take no longer.
const COMPARED: usize = 64;

/// The place of a value in the list; put there where it is new.
fn valued(values: &mut Vec<Decimal>, value: Decimal) -> usize {
    values.iter().take(COMPARED).position(|known| *known == value).unwrap_or_else(|| {
        values.push(value);
        values.len().saturating_sub(1)
    })
}
