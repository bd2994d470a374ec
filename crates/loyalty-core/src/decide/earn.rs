//! What an order earns, line by line, and why (M01, M02, M08, M09, M11).

use crate::decide::basis::Basket;
use crate::decide::limits::{Limits, Usage};
use crate::decide::multiply::{By, Factors, InForce, Multiplier, Multipliers};
use crate::decide::raw::{Counted, Raw};
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::{CampaignId, LevelId, RuleId, WalletId};
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::split::Splitter;
use crate::ledger::cart::Line;
use crate::ledger::entry::{Limited, SaleCredit, Step};
use crate::ledger::records::{CreditRecord, Shared};
use crate::rules::campaign::{Campaign, Multiplying};
use crate::rules::programme::{Combining, Programme};
use crate::rules::rate::{Beneficiary, Rate, Scope};
use crate::rules::when::{Situation, Taken};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::ops::Range;

/// What an order earns.
#[derive(Default)]
pub(crate) struct Accrual {
    /// By lot: of each wallet one, and one more for each campaign that is credited on its own day.
    pub(crate) parts: Vec<Part>,
    pub(crate) sale: Vec<SaleCredit>,
    pub(crate) usage: Usage,
    pub(crate) remainders: Vec<(RuleId, Decimal)>,
}

/// What an order earns in one lot.
pub(crate) struct Part {
    pub(crate) wallet: WalletId,
    /// The campaign on whose day it is credited.
    pub(crate) campaign: Option<CampaignId>,
    pub(crate) lines: Vec<Points>,
    pub(crate) steps: Vec<Step>,
}

/// What an order is decided on.
#[derive(Clone, Copy)]
pub(crate) struct Earning<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) basket: &'a Basket<'a>,
    /// The earning basis of all its lines.
    pub(crate) spend: Decimal,
    pub(crate) now: Situation<'a>,
    pub(crate) shared: &'a Shared,
    /// The level that decides, and its multiplier.
    pub(crate) level: Option<(&'a LevelId, Decimal)>,
    /// Where an order is decided again, what it was booked by: those rules and campaigns are in force, and no
    /// others, whatever the day.
    pub(crate) again: Option<&'a [CreditRecord]>,
}

impl Earning<'_> {
    fn campaign(&self, campaign: &Campaign) -> bool {
        match self.again {
            None => campaign.when.holds(self.now),
            Some(booked) => steps(booked).any(|step| match step {
                Step::Campaign { campaign: known, .. } => *known == campaign.id,
                _ => rule(step).is_some_and(|rule| {
                    let rates = &self.programme.parts().rates;
                    rates.iter().any(|rate| rate.id == *rule && rate.campaign.as_ref() == Some(&campaign.id))
                }),
            }),
        }
    }

    fn rate(&self, rate: &Rate) -> bool {
        match self.again {
            None => rate.when.holds(self.now),
            Some(booked) => steps(booked).any(|step| rule(step) == Some(&rate.id)),
        }
    }
}

fn steps(booked: &[CreditRecord]) -> impl Iterator<Item = &Step> {
    booked.iter().flat_map(|record| &record.credit.steps)
}

/// The rule whose points a step gives.
const fn rule(step: &Step) -> Option<&RuleId> {
    match step {
        Step::Rate { rule, .. }
        | Step::Pieces { rule, .. }
        | Step::Order { rule, .. }
        | Step::GiftCards { rule, .. } => Some(rule),
        Step::Tier { .. } | Step::Campaign { .. } | Step::Limited { .. } => None,
    }
}

/// The rules that a booked order earned by.
pub(crate) fn booked<'a>(programme: &'a Programme, booked: &[CreditRecord]) -> Vec<&'a Rate> {
    let known = |rate: &&Rate| steps(booked).any(|step| rule(step) == Some(&rate.id));
    programme.parts().rates.iter().filter(known).collect()
}

/// The exclusive one of these rules that a line is left to, by priority, on a tie the first; a rule shares its lines
/// with those of its own wallet only.
pub(crate) fn owner<'a>(rates: &[&'a Rate], beside: &Rate, line: &Line) -> Option<&'a Rate> {
    let same = |rate: &&Rate| rate.wallet == beside.wallet && rate.to == beside.to;
    let owners = rates.iter().copied().filter(|rate| rate.exclusive && rate.select.takes(line)).filter(same);
    owners.rev().max_by_key(|rate| rate.priority)
}

/// What an order earns.
pub(crate) fn accrue(earning: Earning<'_>) -> Result<Accrual, Code> {
    let mut limits = Limits::new(earning.now, earning.shared, earning.again.is_some());
    let parts = earning.programme.parts();
    let taken = earning.programme.lines_taken(earning.basket.cart.lines());
    let campaigns = in_force(earning, &taken, &limits)?;
    let (counted, rules) = counted(earning, &taken, &campaigns);
    let raws = raws(earning, &counted, rules)?;
    let common = Multipliers::new(earning.level, &campaigns, parts.stacking, earning.basket.bases.len())?;
    let none = Multipliers::none();
    let mut accrual = Accrual::default();
    for (index, wallet) in parts.wallets.iter().enumerate() {
        let of_wallet = |to| raws.iter().filter(move |raw| raw.rate.to == to && raw.rate.wallet == wallet.id);
        let sold: Vec<&Raw<'_>> = of_wallet(Beneficiary::Seller).collect();
        if !sold.is_empty() {
            let lines = Group { earning, raws: &sold, multipliers: &none }.plain_lines()?;
            accrual.sale.push(SaleCredit { wallet: wallet.id.clone(), lines });
        }
        let multipliers = if index == 0 { &common } else { &none };
        let mut earned = Vec::with_capacity(raws.len());
        earned.extend(of_wallet(Beneficiary::Member));
        let mut earned = match parts.combining {
            Combining::Best => best(earning, &wallet.id, earned, multipliers, &limits)?,
            Combining::Add => earned,
        };
        for raw in &earned {
            accrual.remainders.extend(raw.remainder()?.map(|rest| (raw.rate.id.clone(), rest)));
        }
        // Together those that are credited on the same day, in the order of their first rules.
        while let Some(day) = earned.first().map(|first| on_its_day(first)) {
            let alone = |raw: &&Raw<'_>| on_its_day(raw).map(|c| &c.id) != day.map(|c| &c.id);
            let others = earned.iter().copied().filter(alone).collect();
            let mut group = std::mem::replace(&mut earned, others);
            group.retain(|raw| !alone(raw));
            Group { earning, raws: &group, multipliers }.earn(&wallet.id, day, &mut limits, &mut accrual)?;
        }
    }
    accrual.usage = limits.used()?;
    Ok(accrual)
}

/// The campaign on whose day a rule's points are credited.
fn on_its_day<'a>(raw: &Raw<'a>) -> Option<&'a Campaign> {
    raw.campaign.filter(|campaign| campaign.credited_on.is_some())
}

/// Campaigns in force, by priority; a campaign whose budget is spent has ended.
fn in_force<'a>(
    earning: Earning<'a>,
    taken: &'a Taken,
    limits: &Limits<'a>,
) -> Result<Vec<InForce<'a>>, Code> {
    let parts = earning.programme.parts();
    let mut active = Vec::with_capacity(parts.campaigns.len());
    for (place, campaign) in parts.campaigns.iter().enumerate() {
        if earning.campaign(campaign) && limits.funded(campaign)? {
            let lines = taken.of(place.saturating_add(parts.rates.len()));
            active.push(InForce { campaign, lines });
        }
    }
    Ok(sorted(active, |one, other| one.campaign.priority > other.campaign.priority))
}

/// A rule in force, and which of all that is counted are its lines.
type Ruled<'a> = (&'a Rate, i128, Option<&'a Campaign>, Range<usize>);

/// Rules in force that take any of the order, and what they count, rule after rule.
fn counted<'a>(
    earning: Earning<'a>,
    taken: &Taken,
    campaigns: &[InForce<'a>],
) -> (Vec<Counted>, Vec<Ruled<'a>>) {
    let Earning { programme, basket, spend, .. } = earning;
    let of_rates = (0..programme.parts().rates.len()).map(|place| taken.of(place).len());
    let mut counted = Vec::with_capacity(of_rates.sum());
    let mut rules = Vec::with_capacity(programme.parts().rates.len());
    for (place, (rate, numerator)) in programme.rates().enumerate() {
        let taken = taken.of(place);
        if taken.is_empty() {
            continue;
        }
        let in_force =
            |id: &CampaignId| campaigns.iter().map(|active| active.campaign).find(|known| known.id == *id);
        let campaign = rate.campaign.as_ref().map(in_force);
        if campaign == Some(None) || rate.minimum.amount() > spend || !earning.rate(rate) {
            continue;
        }
        let start = counted.len();
        counted.extend(taken.iter().filter_map(|line| Counted::of(rate, basket, *line)));
        if counted.len() > start {
            rules.push((rate, numerator, campaign.flatten(), start..counted.len()));
        }
    }
    (counted, rules)
}

/// What those rules come to that have pieces enough.
fn raws<'a>(
    earning: Earning<'a>,
    counted: &'a [Counted],
    rules: Vec<Ruled<'a>>,
) -> Result<Vec<Raw<'a>>, Code> {
    let Earning { programme, basket, now, .. } = earning;
    let mut raws = Vec::with_capacity(rules.len());
    for (rate, numerator, campaign, lines) in rules {
        let carried = now.position.remainders.get(&rate.id).copied().filter(|_| earning.again.is_none());
        let lines = counted.get(lines).unwrap_or_default();
        let raw = Raw::new((rate, numerator), campaign, programme.denominator(), (basket, lines), carried)?;
        if raw.pieces() >= rate.least_pieces.into() {
            raws.push(raw);
        }
    }
    exclude(&mut raws, basket.bases.len())?;
    Ok(raws)
}

/// Where an exclusive rule takes a line, no other rule of its wallet does.
fn exclude<'a>(raws: &mut Vec<Raw<'a>>, lines: usize) -> Result<(), Code> {
    let key = |rate: &'a Rate| (&rate.wallet, rate.to);
    let mut keys = Vec::new();
    for rate in raws.iter().map(|raw| raw.rate).filter(|rate| rate.exclusive) {
        if !keys.contains(&key(rate)) {
            keys.push(key(rate));
        }
    }
    for same in keys {
        let mut owners = vec![None; lines];
        let group = |raw: &Raw<'a>| key(raw.rate) == same;
        for (place, raw) in raws.iter().enumerate().filter(|(_, raw)| raw.rate.exclusive && group(raw)) {
            let rank = Some((raw.rate.priority, Reverse(place)));
            raw.lines.iter().for_each(|counted| {
                owners.get_mut(counted.line).into_iter().for_each(|owner| *owner = rank.max(*owner));
            });
        }
        for (place, raw) in raws.iter_mut().enumerate().filter(|(_, raw)| group(raw)) {
            let owner = |line: usize| owners.get(line).copied().flatten();
            raw.retain(|line| owner(line).is_none_or(|(_, Reverse(owner))| owner == place))?;
        }
    }
    raws.retain(|raw| !raw.lines.is_empty());
    Ok(())
}

/// The rule that gives the most, with all that multiplies and limits it; on a tie the first.
fn best<'a, 'b>(
    earning: Earning<'a>,
    wallet: &WalletId,
    raws: Vec<&'b Raw<'a>>,
    multipliers: &Multipliers<'a>,
    limits: &Limits<'a>,
) -> Result<Vec<&'b Raw<'a>>, Code> {
    let mut best: Option<(Points, &Raw<'a>)> = None;
    for raw in raws {
        let mut alone = Accrual::default();
        let group = Group { earning, raws: &[raw], multipliers };
        group.earn(wallet, on_its_day(raw), &mut limits.clone(), &mut alone)?;
        let points = Points::sum(alone.parts.iter().flat_map(|part| part.lines.iter().copied()))?;
        if best.is_none_or(|(most, _)| points > most) {
            best = Some((points, raw));
        }
    }
    Ok(best.into_iter().map(|(_, raw)| raw).collect())
}

/// Rules whose points go to one lot.
struct Group<'a, 'b> {
    earning: Earning<'a>,
    raws: &'b [&'b Raw<'a>],
    multipliers: &'b Multipliers<'a>,
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

impl<'a> Group<'a, '_> {
    /// So many units are one point.
    fn unit(&self) -> Result<i128, Code> {
        exact::times(self.earning.programme.denominator(), self.multipliers.one)
    }

    fn round(&self, exact: i128) -> Result<Points, Code> {
        self.earning.programme.parts().rounding.points_of(exact, self.unit()?)
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
            if raw.lines.iter().all(|counted| before.place(counted.line) == factors.place(counted.line)) {
                continue;
            }
            if let Some(lines) = &mut stage.lines {
                *lines = self.by_line(raw, factors, rounded.is_some())?;
                continue;
            }
            stage.exact = match rounded.and_then(|rounded| rounded.get(index)) {
                Some(rounded) => {
                    let plain = exact::times(rounded.get().into(), self.earning.programme.denominator())?;
                    raw.with_factors(factors, plain, |exact| self.rounded(exact))?
                }
                None => raw.with_factors(factors, raw.exact, Ok)?,
            };
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
            if after && factors.place(counted.line) != 0 {
                exact = self.rounded(exact)?;
            }
            exact = exact::times(exact, factors.of(counted.line))?;
            lines.push(self.round(exact)?);
        }
        Ok(lines)
    }

    /// Points per line of the cart, without multipliers, no rule more than its most on one order.
    fn plain_lines(&self) -> Result<Vec<Points>, Code> {
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
    fn earn(
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
                stage.exact = exact::times(points.get().into(), self.unit()?)?;
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
                    let gains: Vec<_> = gains.map(|(now, before)| now.above(before).get().into()).collect();
                    add(&mut given, Splitter::default().split(allowed, &gains)?.iter().copied().enumerate())?;
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
        let weights = self.gain_weights(index)?;
        let its_day = campaign.credited_on.map(|_| campaign).or(day);
        let part = accrual.part(wallet, its_day, count);
        part.steps.push(multiplier.step(signed(points)?));
        if let Some(limit) = limit {
            part.steps.push(limited(campaign.id.as_str(), limit, points.minus(allowed)?));
        }
        add(&mut part.lines, Splitter::default().split(allowed, &weights)?.iter().copied().enumerate())?;
        Ok(allowed)
    }

    /// How much a multiplier adds to each line of the cart, in proportion.
    fn gain_weights(&self, index: usize) -> Result<Vec<i128>, Code> {
        let factor = |line: usize, first: usize| self.multipliers.factors(first).of(line);
        let mut weights = vec![0; self.earning.basket.bases.len()];
        for raw in self.raws {
            for counted in raw.lines.iter().copied() {
                let line = counted.line;
                let more = exact::minus(factor(line, index.saturating_add(1)), factor(line, index))?;
                if let Some(weight) = weights.get_mut(line) {
                    *weight = exact::plus(*weight, exact::times(raw.share(counted)?, more)?)?.max(0);
                }
            }
        }
        // Only their proportions count; as they are, large ones would leave no room for the points they split.
        let common = weights.iter().fold(0, |common, weight| exact::common_divisor(common, *weight));
        for weight in &mut weights {
            *weight = weight.checked_div(common).unwrap_or(0);
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
                self.splitter.split(points, &self.weights)?
            }
        };
        add(lines, raw.lines.iter().map(|counted| counted.line).zip(parts.iter().copied()))
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

fn add(lines: &mut [Points], more: impl IntoIterator<Item = (usize, Points)>) -> Result<(), Code> {
    for (line, points) in more {
        if let Some(sum) = lines.get_mut(line) {
            *sum = sum.plus(points)?;
        }
    }
    Ok(())
}
