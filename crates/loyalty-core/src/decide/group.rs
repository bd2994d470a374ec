//! What rules whose points go to one lot earn together: rounded, multiplied, limited, and given to the lines.

use crate::decide::earn::{Accrual, Earning, Part};
use crate::decide::limits::Limits;
use crate::decide::multiply::{By, Factors, Multiplier, Multipliers};
use crate::decide::raw::Raw;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::WalletId;
use crate::ground::points::Points;
use crate::ground::split::Splitter;
use crate::ledger::entry::{Limited, Step};
use crate::rules::campaign::{Campaign, Multiplying};
use crate::rules::rate::Scope;

/// Rules whose points go to one lot.
pub(crate) struct Group<'a, 'b> {
    earning: Earning<'a>,
    raws: &'b [&'b Raw<'a>],
    multipliers: &'b Multipliers<'a>,
    /// So many units are one point.
    unit: i128,
}

/// What a rule comes to with the first so many multipliers.
struct Stage {
    /// Exact points, in units of the group; nothing where it is rounded by line.
    exact: i128,
    /// Where it is rounded by line, the points of each of its lines.
    lines: Option<Vec<Points>>,
}

/// The most each rule may give, and which limit says so; nothing where none has a limit.
type Caps = [Option<(Points, Limited)>];

impl<'a, 'b> Group<'a, 'b> {
    pub(crate) fn new(
        earning: Earning<'a>,
        raws: &'b [&'b Raw<'a>],
        multipliers: &'b Multipliers<'a>,
    ) -> Result<Self, Code> {
        let unit = exact::times(earning.programme.denominator(), multipliers.one)?;
        Ok(Self { earning, raws, multipliers, unit })
    }

    fn round(&self, exact: i128) -> Result<Points, Code> {
        self.earning.programme.parts().rounding.points_of(exact, self.unit)
    }

    /// Whole points of what is counted over the programme's common denominator, over it again.
    fn rounded(&self, exact: i128) -> Result<i128, Code> {
        let denominator = self.earning.programme.denominator();
        let points = self.earning.programme.parts().rounding.points_of(exact, denominator)?;
        exact::times(points.get().into(), denominator)
    }

    /// Each rule before any multiplier.
    fn plain(&self) -> Result<Vec<Stage>, Code> {
        let scope = self.earning.programme.parts().scope;
        let mut stages = Vec::with_capacity(self.raws.len());
        let none = self.multipliers.factors(0);
        for raw in self.raws {
            stages.push(if raw.by_line(scope) {
                Stage { exact: 0, lines: Some(self.by_line(raw, none, false)?) }
            } else {
                Stage { exact: exact::times(raw.exact, none.one)?, lines: None }
            });
        }
        Ok(stages)
    }

    /// What one more multiplier makes of each rule of which a line has another factor by it. `rounded` are the points without
    /// multipliers, where those come after rounding.
    fn multiply(
        &self,
        stages: &mut [Stage],
        multiplier: usize,
        rounded: Option<&[Points]>,
    ) -> Result<(), Code> {
        let before = self.multipliers.factors(multiplier);
        let factors = self.multipliers.factors(multiplier.saturating_add(1));
        for (index, (stage, raw)) in stages.iter_mut().zip(self.raws).enumerate() {
            if raw.lines.iter().all(|counted| before.place(counted.kind) == factors.place(counted.kind)) {
                continue;
            }
            if let Some(lines) = &mut stage.lines {
                *lines = self.by_line(raw, factors, rounded.is_some())?;
                continue;
            }
            let plain = match rounded.and_then(|rounded| rounded.get(index)) {
                Some(rounded) => exact::times(rounded.get().into(), self.earning.programme.denominator())?,
                None => raw.exact,
            };
            let part = |exact| if rounded.is_some() { self.rounded(exact) } else { Ok(exact) };
            stage.exact = raw.with_factors(factors, plain, part)?;
        }
        Ok(())
    }

    /// Rounded points of each rule, by the programme's mode in its scope, none more than its cap.
    fn rates(&self, stages: &[Stage], caps: &Caps) -> Result<Vec<Points>, Code> {
        let in_all = self.earning.programme.parts().scope == Scope::Order;
        let mut running = (0, Points::ZERO);
        let mut rates = Vec::with_capacity(stages.len());
        for (index, stage) in stages.iter().enumerate() {
            let points = match &stage.lines {
                Some(lines) => Points::sum(lines.iter().copied())?,
                None if in_all => {
                    let sum = exact::plus(running.0, stage.exact)?;
                    let reached = self.round(sum)?;
                    let points = reached.minus(running.1)?;
                    running = (sum, reached);
                    points
                }
                None => self.round(stage.exact)?,
            };
            rates.push(cap(caps, index).map_or(points, |(most, _)| points.min(most)));
        }
        Ok(rates)
    }

    /// Rounded points of all rules.
    fn sum(&self, stages: &[Stage], caps: &Caps) -> Result<Points, Code> {
        let in_all = self.earning.programme.parts().scope == Scope::Order;
        if in_all && caps.is_empty() {
            return self.round(exact::total(stages.iter().map(|stage| stage.exact))?);
        }
        Points::sum(self.rates(stages, caps)?)
    }

    /// What the rules' own limits leave of them.
    fn caps(&self, limits: &Limits<'a>) -> Result<Vec<Option<(Points, Limited)>>, Code> {
        let limited = |raw: &&Raw<'_>| Limits::limits(raw.rate);
        if !self.raws.iter().any(limited) {
            return Ok(Vec::new());
        }
        self.raws.iter().map(|raw| limits.rate(raw.rate)).collect()
    }

    fn by_line(&self, raw: &Raw<'a>, factors: Factors<'_>, after: bool) -> Result<Vec<Points>, Code> {
        let mut lines = Vec::with_capacity(raw.lines.len());
        for counted in raw.lines.iter().copied() {
            let mut exact = raw.of_line(counted)?;
            if after && factors.place(counted.kind) != 0 {
                exact = self.rounded(exact)?;
            }
            exact = exact::times(exact, factors.of(counted.kind))?;
            lines.push(self.round(exact)?);
        }
        Ok(lines)
    }

    /// Points per line of the cart, without multipliers, no rule more than its most on one order.
    pub(crate) fn plain_lines(&self) -> Result<Vec<Points>, Code> {
        let most: Vec<_> = self.raws.iter().map(|raw| Some((raw.rate.most?, Limited::Order))).collect();
        let stages = self.plain()?;
        let rates = self.rates(&stages, &most)?;
        let mut lines = vec![Points::ZERO; self.earning.basket.bases.len()];
        let mut room = Room::default();
        for ((raw, points), stage) in self.raws.iter().zip(rates).zip(&stages) {
            room.split(raw, points, stage.lines.as_deref(), self.multipliers.factors(0), &mut lines)?;
        }
        Ok(lines)
    }

    /// What the group earns.
    pub(crate) fn earn(
        &self,
        wallet: &WalletId,
        day: Option<&'a Campaign>,
        limits: &mut Limits<'a>,
        accrual: &mut Accrual,
    ) -> Result<(), Code> {
        let count = self.earning.basket.bases.len();
        let mut stages = self.plain()?;
        let plain = self.rates(&stages, &[])?;
        let caps = self.caps(limits)?;
        let part = accrual.part(wallet, day, count);
        part.steps.reserve(self.raws.len().saturating_add(self.multipliers.all.len()));
        let mut sum = Points::ZERO;
        for (index, (raw, points)) in self.raws.iter().zip(&plain).enumerate() {
            part.steps.push(raw.step(self.earning.programme, *points)?);
            let mut given = *points;
            if let Some((most, limit)) = cap(&caps, index).filter(|(most, _)| most < points) {
                part.steps.push(limited(raw.rate.id.as_str(), limit, points.minus(most)?));
                given = most;
            }
            sum = sum.plus(given)?;
        }
        let after = self.earning.programme.parts().multiplying == Multiplying::AfterRounding;
        let rounded = after.then_some(plain.as_slice());
        if after {
            // Whole points of each rule, also of those that nothing multiplies.
            for (stage, points) in stages.iter_mut().zip(&plain).filter(|(stage, _)| stage.lines.is_none()) {
                stage.exact = exact::times(points.get().into(), self.unit)?;
            }
        }
        let counted = self.raws.iter().any(|raw| Limits::counts_rate(raw.rate));
        let mut given = Vec::new();
        for (index, multiplier) in self.multipliers.all.iter().enumerate() {
            if index == self.multipliers.common {
                given = self.share_out(wallet, day, (&stages, &caps), limits, accrual)?;
            }
            let before = if counted { self.rates(&stages, &caps)? } else { Vec::new() };
            self.multiply(&mut stages, index, rounded)?;
            let reached = self.sum(&stages, &caps)?;
            if index < self.multipliers.common {
                let points = signed(reached)?.checked_sub(signed(sum)?).ok_or(Code::PointsOutOfRange)?;
                accrual.part(wallet, day, count).steps.push(multiplier.step(points));
                sum = reached;
            } else {
                // Rounded with the others, a rule that is at its most can come to less than without it.
                let allowed =
                    self.add_own(wallet, day, (multiplier, index), reached.above(sum), limits, accrual)?;
                if counted {
                    let gains = self.rates(&stages, &caps)?.into_iter().zip(before);
                    let mut gains: Vec<_> =
                        gains.map(|(now, before)| now.above(before).get().into()).collect();
                    add(&mut given, Splitter::default().split(allowed, &mut gains)?)?;
                }
                sum = sum.max(reached);
            }
        }
        if self.multipliers.common == self.multipliers.all.len() {
            given = self.share_out(wallet, day, (&stages, &caps), limits, accrual)?;
        }
        self.raws.iter().zip(given).for_each(|(raw, points)| limits.count_rate(raw.rate, points));
        Ok(())
    }

    /// Gives each rule's points, with all common multipliers, to the lines; how many of each rule.
    fn share_out(
        &self,
        wallet: &WalletId,
        day: Option<&'a Campaign>,
        (stages, caps): (&[Stage], &Caps),
        limits: &mut Limits<'a>,
        accrual: &mut Accrual,
    ) -> Result<Vec<Points>, Code> {
        let factors = self.multipliers.factors(self.multipliers.common);
        let mut rates = self.rates(stages, caps)?;
        let part = accrual.part(wallet, day, self.earning.basket.bases.len());
        let mut room = Room::default();
        for ((raw, points), stage) in self.raws.iter().zip(&mut rates).zip(stages) {
            if let Some(campaign) = raw.campaign.filter(|campaign| Limits::counts(campaign)) {
                let (allowed, limit) = limits.campaign(campaign, *points)?;
                if let Some(limit) = limit {
                    part.steps.push(limited(campaign.id.as_str(), limit, points.minus(allowed)?));
                    *points = allowed;
                }
            }
            room.split(raw, *points, stage.lines.as_deref(), factors, &mut part.lines)?;
        }
        Ok(rates)
    }

    /// Adds what a campaign whose points are counted on their own adds; how much of it is allowed.
    fn add_own(
        &self,
        wallet: &WalletId,
        day: Option<&'a Campaign>,
        (multiplier, index): (&Multiplier<'a>, usize),
        points: Points,
        limits: &mut Limits<'a>,
        accrual: &mut Accrual,
    ) -> Result<Points, Code> {
        let By::Campaign(campaign) = multiplier.by else { return Ok(Points::ZERO) };
        let (allowed, limit) = limits.campaign(campaign, points)?;
        let count = self.earning.basket.bases.len();
        let mut weights = self.gain_weights(index)?;
        let its_day = campaign.credited_on.map(|_| campaign).or(day);
        let part = accrual.part(wallet, its_day, count);
        part.steps.push(multiplier.step(signed(points)?));
        if let Some(limit) = limit {
            part.steps.push(limited(campaign.id.as_str(), limit, points.minus(allowed)?));
        }
        add(&mut part.lines, Splitter::default().split(allowed, &mut weights)?)?;
        Ok(allowed)
    }

    /// How much a multiplier adds to each line of the cart, in proportion.
    fn gain_weights(&self, index: usize) -> Result<Vec<i128>, Code> {
        let factor = |kind: usize, first: usize| self.multipliers.factors(first).of(kind);
        let mut weights = vec![0; self.earning.basket.bases.len()];
        for raw in self.raws {
            for counted in raw.lines.iter().copied() {
                let kind = counted.kind;
                let more = exact::minus(factor(kind, index.saturating_add(1)), factor(kind, index))?;
                if let Some(weight) = weights.get_mut(counted.line) {
                    *weight = exact::plus(*weight, exact::times(raw.share(counted)?, more)?)?.max(0);
                }
            }
        }
        // Only their proportions count; as they are, large ones would leave no room for the points they split.
        let common = weights.iter().fold(0, |common, weight| exact::common_divisor(common, *weight));
        for weight in &mut weights {
            *weight = exact::div_rem(*weight, common).map_or(0, |(part, _)| part);
        }
        Ok(weights)
    }
}

/// Where the points of one rule after another are split.
#[derive(Default)]
struct Room {
    weights: Vec<i128>,
    splitter: Splitter,
}

impl Room {
    /// Adds a rule's points to the lines that earned them; `exact` are those of its lines, where they were counted
    /// one by one, and stay so if no limit left fewer.
    fn split(
        &mut self,
        raw: &Raw<'_>,
        points: Points,
        exact: Option<&[Points]>,
        factors: Factors<'_>,
        lines: &mut [Points],
    ) -> Result<(), Code> {
        let parts = match exact {
            Some(parts) if Points::sum(parts.iter().copied())? == points => parts,
            _ => {
                raw.weights(factors, &mut self.weights)?;
                self.splitter.split(points, &mut self.weights)?
            }
        };
        for (counted, part) in raw.lines.iter().zip(parts) {
            if let Some(sum) = lines.get_mut(counted.line) {
                *sum = sum.plus(*part)?;
            }
        }
        Ok(())
    }
}

impl Accrual {
    /// The part of a wallet, or of a campaign's own day; made where it is not there.
    fn part(&mut self, wallet: &WalletId, day: Option<&Campaign>, lines: usize) -> &mut Part {
        let campaign = day.map(|campaign| campaign.id.clone());
        let known = self.parts.iter().position(|part| part.wallet == *wallet && part.campaign == campaign);
        let index = known.unwrap_or(self.parts.len());
        if known.is_none() {
            let lines = vec![Points::ZERO; lines];
            self.parts.push(Part { wallet: wallet.clone(), campaign, lines, steps: Vec::new() });
        }
        // The index is in range: the part was found or pushed.
        let last = self.parts.len().saturating_sub(1);
        #[expect(clippy::indexing_slicing, reason = "not empty: a part was found or pushed")]
        &mut self.parts[index.min(last)]
    }
}

fn cap(caps: &Caps, index: usize) -> Option<(Points, Limited)> {
    caps.get(index).copied().flatten()
}

fn signed(points: Points) -> Result<i64, Code> {
    i64::try_from(points.get()).map_err(|_| Code::PointsOutOfRange)
}

fn limited(by: &str, limit: Limited, points: Points) -> Step {
    Step::Limited { by: by.into(), limit, points }
}

fn add(lines: &mut [Points], more: &[Points]) -> Result<(), Code> {
    for (sum, points) in lines.iter_mut().zip(more) {
        *sum = sum.plus(*points)?;
    }
    Ok(())
}
