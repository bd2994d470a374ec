//! Multipliers: of the tier, and of campaigns; how they go together on each line.

use crate::decide::limits::Limits;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::LevelId;
use crate::ground::rounding::Rounding;
use crate::ledger::entry::Step;
use crate::rules::campaign::{Campaign, Stacking};
use rust_decimal::Decimal;

/// Who multiplies.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Level(&'a LevelId),
    Campaign(&'a Campaign),
}

/// A campaign in force, and of each kind of lines whether it takes them.
pub(crate) struct InForce<'a> {
    pub(crate) campaign: &'a Campaign,
    pub(crate) kinds: &'a [bool],
}

/// A multiplier.
pub(crate) struct Multiplier<'a> {
    pub(crate) by: By<'a>,
    pub(crate) factor: Decimal,
}

/// The factor of each kind of lines, as its place among them: the first is that of lines nothing multiplies, no two of the
/// first 64 are the same.
#[derive(Clone, Copy)]
pub(crate) struct Factors<'a> {
    all: &'a [Factor],
    places: &'a [usize],
    /// The unit: 1 is so much.
    pub(crate) one: i128,
}

impl Factors<'_> {
    /// The place of a kind's factor; 0 where nothing multiplies it.
    pub(crate) fn place(self, kind: usize) -> usize {
        self.places.get(kind).copied().unwrap_or(0)
    }

    /// The factor at a place.
    pub(crate) fn at(self, place: usize) -> i128 {
        self.all.get(place).map_or(self.one, |factor| factor.units)
    }

    /// A kind's factor.
    pub(crate) fn of(self, kind: usize) -> i128 {
        self.at(self.place(kind))
    }
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
    /// The different factors.
    factors: Vec<Factor>,
    /// So many units are 1.
    pub(crate) one: i128,
    /// The place of each kind's factor by none of them, by the first, by the first two, …
    places: Vec<usize>,
    /// How many kinds of lines there are.
    kinds: usize,
}

/// What some multipliers come to.
struct Factor {
    /// None of no multiplier, which is told from several that come to 1.
    known: Option<Decimal>,
    /// What one more multiplier makes of it: which one, and the place of what it makes.
    next: (usize, usize),
    /// It, in the multipliers' unit.
    units: i128,
}

impl<'a> Multipliers<'a> {
    pub(crate) const fn none() -> Self {
        Self { all: Vec::new(), common: 0, factors: Vec::new(), one: 1, places: Vec::new(), kinds: 0 }
    }

    /// Of so many kinds of lines; `campaigns` are those in force, by priority.
    pub(crate) fn new(
        level: Option<(&'a LevelId, Decimal)>,
        campaigns: &[InForce<'a>],
        stacking: Stacking,
        kinds: usize,
    ) -> Result<Self, Code> {
        let most = campaigns.len().saturating_add(1);
        let mut multipliers = Self { kinds, ..Self::none() };
        multipliers.all.reserve(most);
        multipliers.places.reserve(most.saturating_add(1).saturating_mul(kinds));
        multipliers.places.resize(kinds, 0);
        multipliers.factors.reserve(most.saturating_mul(2).saturating_add(1));
        multipliers.factors.push(Factor { known: None, next: (0, 0), units: 0 });
        let multiplying = || {
            let factor = |(_, active): &(usize, &InForce<'a>)| active.campaign.multiplier;
            campaigns.iter().enumerate().filter_map(move |active| Some((active, factor(&active)?)))
        };
        // The first exclusive campaign of each kind that has one.
        let mut alone: Vec<Option<usize>> = Vec::new();
        for ((index, active), _) in multiplying().filter(|((_, active), _)| active.campaign.exclusive) {
            alone.resize(kinds, None);
            for (alone, _) in alone.iter_mut().zip(active.kinds).filter(|(_, takes)| **takes) {
                alone.get_or_insert(index);
            }
        }
        let alone = |kind: usize| alone.get(kind).copied().flatten();
        if let Some((level, factor)) = level.filter(|(_, factor)| *factor != Decimal::ONE) {
            multipliers.add(stacking, By::Level(level), factor, &|kind| alone(kind).is_none())?;
        }
        for own in [false, true] {
            for ((index, InForce { campaign, kinds }), factor) in multiplying() {
                if own == (Limits::counts(campaign) && factor > Decimal::ONE) {
                    let takes = |kind: usize| kinds.get(kind).is_some_and(|takes| *takes);
                    let takes = |kind| takes(kind) && alone(kind).is_none_or(|alone| alone == index);
                    multipliers.add(stacking, By::Campaign(campaign), factor, &takes)?;
                }
            }
            if !own {
                multipliers.common = multipliers.all.len();
            }
        }
        multipliers.count()?;
        Ok(multipliers)
    }

    /// Adds a multiplier that takes any kinds, and finds each kind's factor after it.
    fn add(
        &mut self,
        stacking: Stacking,
        by: By<'a>,
        factor: Decimal,
        takes: &dyn Fn(usize) -> bool,
    ) -> Result<(), Code> {
        if !(0..self.kinds).any(takes) {
            return Ok(());
        }
        let start = self.places.len().saturating_sub(self.kinds);
        self.all.push(Multiplier { by, factor });
        let by = (self.all.len(), factor);
        for kind in 0..self.kinds {
            let mut place = self.places.get(start.saturating_add(kind)).copied().unwrap_or(0);
            if takes(kind) {
                place = next(&mut self.factors, place, by, stacking)?;
            }
            self.places.push(place);
        }
        Ok(())
    }

    /// Counts the factors in units of their finest digit.
    fn count(&mut self) -> Result<(), Code> {
        let scale = self.factors.iter().filter_map(|factor| factor.known).map(|known| known.scale()).max();
        let scale = scale.unwrap_or(0).min(FINEST);
        let units = |factor| exact::units(factor, scale, Rounding::HalfUp);
        self.one = units(Decimal::ONE)?;
        for factor in &mut self.factors {
            factor.units = units(factor.known.unwrap_or(Decimal::ONE))?.max(0);
        }
        Ok(())
    }

    /// Each kind's factor by the first so many multipliers; 1 by none.
    pub(crate) fn factors(&self, first: usize) -> Factors<'_> {
        let start = first.saturating_mul(self.kinds);
        let places = self.places.get(start..start.saturating_add(self.kinds));
        Factors { all: &self.factors, places: places.unwrap_or_default(), one: self.one }
    }
}

/// The place of what one more multiplier makes of the factor at a place.
fn next(
    factors: &mut Vec<Factor>,
    place: usize,
    (turn, by): (usize, Decimal),
    stacking: Stacking,
) -> Result<usize, Code> {
    let Some(Factor { known, next, .. }) = factors.get(place) else { return Ok(place) };
    if next.0 == turn {
        return Ok(next.1);
    }
    let factor = match (*known, stacking) {
        (None, _) => by,
        (Some(known), Stacking::Multiply) => exact::mul_to(known, by, FINEST)?,
        (Some(known), Stacking::Add) => exact::sub(exact::add(known, by)?, Decimal::ONE)?,
        (Some(known), Stacking::Best) => known.max(by),
    };
    // Of one scale, whole numbers are compared faster.
    let equal = |other: Decimal| match other.scale() == factor.scale() {
        true => other.mantissa() == factor.mantissa(),
        false => other == factor,
    };
    let same = |other: &Factor| other.known.is_some_and(equal);
    let same = factors.iter().take(COMPARED).position(same);
    let found = same.unwrap_or(factors.len());
    if same.is_none() {
        factors.push(Factor { known: Some(factor), next: (0, 0), units: 0 });
    }
    factors.get_mut(place).into_iter().for_each(|factor| factor.next = (turn, found));
    Ok(found)
}

/// So many digits behind its point a line's factor keeps, rounded half up; one multiplier has at most 4.
const FINEST: u32 = 12;

/// So many factors are compared, so that many lines with a factor of their own each take no longer.
const COMPARED: usize = 64;
