//! What an order earns, line by line, and why (M01, M02, M08, M09, M11).

use crate::decide::basis::Basket;
use crate::decide::limits::{Limits, Usage};
use crate::decide::multiply::{By, Multiplier, Multipliers};
use crate::decide::raw::Raw;
use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::{CampaignId, LevelId, RuleId, WalletId};
use crate::ground::points::Points;
use crate::ground::split::split;
use crate::ledger::entry::{Limited, SaleCredit, Step};
use crate::ledger::records::{CreditRecord, Shared};
use crate::rules::campaign::{Campaign, Multiplying};
use crate::rules::programme::{Combining, Programme};
use crate::rules::rate::{Beneficiary, Rate, Scope};
use crate::rules::when::Situation;
use core::cmp::Reverse;
use rust_decimal::Decimal;

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
                Step::Rate { rule, .. } | Step::Pieces { rule, .. } | Step::Order { rule, .. } => {
                    let rates = &self.programme.parts().rates;
                    rates.iter().any(|rate| rate.id == *rule && rate.campaign.as_ref() == Some(&campaign.id))
                }
                _ => false,
            }),
        }
    }

    fn rate(&self, rate: &Rate) -> bool {
        match self.again {
            None => rate.when.holds(self.now),
            Some(booked) => steps(booked).any(|step| match step {
                Step::Rate { rule, .. }
                | Step::Pieces { rule, .. }
                | Step::Order { rule, .. }
                | Step::GiftCards { rule, .. } => *rule == rate.id,
                Step::Tier { .. } | Step::Campaign { .. } | Step::Limited { .. } => false,
            }),
        }
    }
}

fn steps(booked: &[CreditRecord]) -> impl Iterator<Item = &Step> {
    booked.iter().flat_map(|record| &record.credit.steps)
}

/// What an order earns.
pub(crate) fn accrue(earning: Earning<'_>) -> Result<Accrual, Code> {
    let mut limits = Limits::new(earning.now, earning.shared, earning.again.is_some());
    let campaigns = in_force(earning, &limits)?;
    let raws = raws(earning, &campaigns)?;
    let parts = earning.programme.parts();
    let common = Multipliers::new(earning.level, &campaigns, parts.stacking, earning.basket.cart)?;
    let none = Multipliers::none();
    let mut accrual = Accrual::default();
    for (index, wallet) in parts.wallets.iter().enumerate() {
        let (sold, earned): (Vec<&Raw<'_>>, Vec<&Raw<'_>>) = raws
            .iter()
            .filter(|raw| raw.rate.wallet == wallet.id)
            .partition(|raw| raw.rate.to == Beneficiary::Seller);
        if !sold.is_empty() {
            let lines = Group { earning, raws: &sold, multipliers: &none }.plain_lines()?;
            accrual.sale.push(SaleCredit { wallet: wallet.id.clone(), lines });
        }
        let earned = if parts.combining == Combining::Best { best(earning, earned)? } else { earned };
        let multipliers = if index == 0 { &common } else { &none };
        let mut days: Vec<Option<&Campaign>> = earned.iter().map(|raw| on_its_day(raw)).collect();
        days.dedup_by_key(|campaign| campaign.map(|campaign| &campaign.id));
        for (place, day) in days.iter().enumerate() {
            if days.iter().take(place).any(|known| known.map(|c| &c.id) == day.map(|c| &c.id)) {
                continue;
            }
            let together = |raw: &&Raw<'_>| on_its_day(raw).map(|c| &c.id) == day.map(|c| &c.id);
            let group: Vec<&Raw<'_>> = earned.iter().copied().filter(together).collect();
            Group { earning, raws: &group, multipliers }.earn(&wallet.id, *day, &mut limits, &mut accrual)?;
        }
    }
    for raw in &raws {
        accrual.remainders.extend(raw.remainder()?.map(|rest| (raw.rate.id.clone(), rest)));
    }
    accrual.usage = limits.used()?;
    Ok(accrual)
}

/// The campaign on whose day a rule's points are credited.
fn on_its_day<'a>(raw: &Raw<'a>) -> Option<&'a Campaign> {
    raw.campaign.filter(|campaign| campaign.credited_on.is_some())
}

/// Campaigns in force, by priority; a campaign whose budget is spent has ended.
fn in_force<'a>(earning: Earning<'a>, limits: &Limits<'a>) -> Result<Vec<&'a Campaign>, Code> {
    let mut active = Vec::new();
    for campaign in &earning.programme.parts().campaigns {
        if earning.campaign(campaign) && limits.funded(campaign)? {
            active.push(campaign);
        }
    }
    active.sort_by_key(|campaign| Reverse(campaign.priority));
    Ok(active)
}

/// Rules that take any of the order.
fn raws<'a>(earning: Earning<'a>, campaigns: &[&'a Campaign]) -> Result<Vec<Raw<'a>>, Code> {
    let Earning { programme, basket, now, .. } = earning;
    let spend = basket.spend()?;
    let mut raws = Vec::new();
    let asked = programme.asked_lines(basket.cart.lines());
    for ((rate, numerator), asked) in programme.rates().zip(asked) {
        if asked.is_empty() && !rate.select.asks_nothing() {
            continue;
        }
        let campaign = rate.campaign.as_ref().map(|id| campaigns.iter().find(|known| known.id == *id));
        if campaign == Some(None) || rate.minimum.amount() > spend || !earning.rate(rate) {
            continue;
        }
        let carried = now.position.remainders.get(&rate.id).copied().filter(|_| earning.again.is_none());
        let campaign = campaign.flatten().copied();
        let raw = Raw::new((rate, numerator), campaign, programme.denominator(), (basket, asked), carried)?;
        if !raw.lines.is_empty() && raw.pieces(basket) >= rate.least_pieces.into() {
            raws.push(raw);
        }
    }
    exclude(&mut raws, basket.bases.len())?;
    Ok(raws)
}

/// Where an exclusive rule takes a line, no other rule of its wallet does.
fn exclude(raws: &mut Vec<Raw<'_>>, lines: usize) -> Result<(), Code> {
    if raws.iter().all(|raw| !raw.rate.exclusive) {
        return Ok(());
    }
    let key = |raw: &Raw<'_>| (raw.rate.wallet.clone(), raw.rate.to);
    let mut owners = Vec::new();
    for line in 0..lines {
        for raw in raws.iter().filter(|raw| raw.rate.exclusive && raw.lines.contains(&line)) {
            let better = |owner: &&mut (usize, (WalletId, Beneficiary), RuleId, u32)| {
                owner.0 == line && owner.1 == key(raw)
            };
            match owners.iter_mut().find(better) {
                Some(owner) if raw.rate.priority > owner.3 => {
                    (owner.2, owner.3) = (raw.rate.id.clone(), raw.rate.priority)
                }
                Some(_) => {}
                None => owners.push((line, key(raw), raw.rate.id.clone(), raw.rate.priority)),
            }
        }
    }
    for raw in raws.iter_mut() {
        let (key, id) = (key(raw), raw.rate.id.clone());
        let taken =
            |line: usize| owners.iter().any(|owner| owner.0 == line && owner.1 == key && owner.2 != id);
        raw.retain(|line| !taken(line))?;
    }
    raws.retain(|raw| !raw.lines.is_empty());
    Ok(())
}

/// The rule that gives the most, on a tie the first.
fn best<'a, 'b>(earning: Earning<'_>, raws: Vec<&'b Raw<'a>>) -> Result<Vec<&'b Raw<'a>>, Code> {
    let mut best: Option<(Points, &Raw<'a>)> = None;
    let none = Multipliers::none();
    for raw in raws {
        let points = Group { earning, raws: &[raw], multipliers: &none }.plain()?.sum()?;
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

/// Points of each rule of a group with the first so many multipliers.
struct Stage {
    rates: Vec<Points>,
    /// Of a rule that is rounded by line, the points of each of its lines.
    lines: Vec<Option<Vec<Points>>>,
}

impl Stage {
    fn sum(&self) -> Result<Points, Code> {
        Points::sum(self.rates.iter().copied())
    }

    /// Cut to what each rule may give.
    fn within(mut self, caps: &[Option<(Points, Limited)>]) -> Self {
        for ((points, lines), cap) in self.rates.iter_mut().zip(&mut self.lines).zip(caps) {
            if let Some((most, _)) = cap.filter(|(most, _)| most < points) {
                *points = most;
                *lines = None;
            }
        }
        self
    }
}

fn gained(after: &Stage, before: &Stage) -> Result<i64, Code> {
    let signed = |points: Points| i64::try_from(points.get()).map_err(|_| Code::PointsOutOfRange);
    signed(after.sum()?)?.checked_sub(signed(before.sum()?)?).ok_or(Code::PointsOutOfRange)
}

impl<'a> Group<'a, '_> {
    fn round(&self, exact: Decimal) -> Result<Points, Code> {
        let programme = self.earning.programme;
        programme.parts().rounding.points(exact, programme.denominator())
    }

    fn exact(&self, points: Points) -> Result<Decimal, Code> {
        exact::mul(points.get().into(), self.earning.programme.denominator())
    }

    /// Rounded points, before any multiplier.
    fn plain(&self) -> Result<Stage, Code> {
        self.stage(&[], None)
    }

    /// Rounded points of each rule, by the programme's mode in its scope, where each line of the cart has a
    /// factor. `plain` are those without factors.
    fn stage(&self, factors: &[Decimal], plain: Option<&Stage>) -> Result<Stage, Code> {
        let scope = self.earning.programme.parts().scope;
        let plain =
            plain.filter(|_| self.earning.programme.parts().multiplying == Multiplying::AfterRounding);
        let mut stage = Stage { rates: Vec::with_capacity(self.raws.len()), lines: Vec::new() };
        let mut running = (Decimal::ZERO, Points::ZERO);
        for (index, raw) in self.raws.iter().enumerate() {
            if raw.by_line(scope) {
                let lines = self.by_line(raw, factors, plain.is_some())?;
                stage.rates.push(Points::sum(lines.iter().copied())?);
                stage.lines.push(Some(lines));
                continue;
            }
            let exact = match plain.and_then(|plain| plain.rates.get(index)) {
                Some(rounded) => {
                    let part = |exact: Decimal| self.exact(self.round(exact)?);
                    raw.with_factors(factors, self.exact(*rounded)?, part)?
                }
                None => raw.with_factors(factors, raw.exact, Ok)?,
            };
            let points = if scope == Scope::Order {
                let sum = exact::add(running.0, exact)?;
                let reached = self.round(sum)?;
                let points = reached.minus(running.1)?;
                running = (sum, reached);
                points
            } else {
                self.round(exact)?
            };
            stage.rates.push(points);
            stage.lines.push(None);
        }
        Ok(stage)
    }

    fn by_line(&self, raw: &Raw<'a>, factors: &[Decimal], after: bool) -> Result<Vec<Points>, Code> {
        let mut lines = Vec::with_capacity(raw.lines.len());
        for (place, line) in raw.lines.iter().enumerate() {
            let mut exact = raw.of_line(place)?;
            if let Some(factor) = factors.get(*line).filter(|factor| **factor != Decimal::ONE) {
                if after {
                    exact = self.exact(self.round(exact)?)?;
                }
                exact = exact::mul(exact, *factor)?;
            }
            lines.push(self.round(exact)?);
        }
        Ok(lines)
    }

    /// Points per line of the cart, without multipliers, no rule more than its most on one order.
    fn plain_lines(&self) -> Result<Vec<Points>, Code> {
        let most: Vec<_> = self.raws.iter().map(|raw| Some((raw.rate.most?, Limited::Order))).collect();
        let stage = self.plain()?.within(&most);
        let mut lines = vec![Points::ZERO; self.earning.basket.bases.len()];
        for (index, raw) in self.raws.iter().enumerate() {
            self.split(raw, index, &stage, None, &[], &mut lines)?;
        }
        Ok(lines)
    }

    /// Adds a rule's points to the lines that earned them; `cut` where a limit left fewer.
    fn split(
        &self,
        raw: &Raw<'a>,
        index: usize,
        stage: &Stage,
        cut: Option<Points>,
        factors: &[Decimal],
        lines: &mut [Points],
    ) -> Result<(), Code> {
        let points = stage.rates.get(index).copied().unwrap_or_default();
        let exact = stage.lines.get(index).and_then(Option::as_ref).filter(|_| cut.is_none());
        let parts = match exact {
            Some(parts) => parts.clone(),
            None => split(cut.unwrap_or(points), &raw.weights(factors)?)?,
        };
        add(lines, raw.lines.iter().copied().zip(parts))
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
        let plain = self.plain()?;
        let caps = self.raws.iter().map(|raw| limits.rate(raw.rate)).collect::<Result<Vec<_>, _>>()?;
        let part = accrual.part(wallet, day, count);
        for ((raw, points), cap) in self.raws.iter().zip(&plain.rates).zip(&caps) {
            part.steps.push(raw.step(self.earning.programme, *points)?);
            if let Some((most, limit)) = cap.filter(|(most, _)| most < points) {
                part.steps.push(limited(raw.rate.id.as_str(), limit, points.minus(most)?));
            }
        }
        let mut before = Stage { rates: plain.rates.clone(), lines: plain.lines.clone() }.within(&caps);
        for (index, multiplier) in self.multipliers.all.iter().enumerate() {
            let factors = self.multipliers.factors(index.saturating_add(1));
            let after = self.stage(factors, Some(&plain))?.within(&caps);
            let points = gained(&after, &before)?;
            if index < self.multipliers.common {
                accrual.part(wallet, day, count).steps.push(multiplier.step(points));
            } else {
                if index == self.multipliers.common {
                    self.share_out(wallet, day, &before, limits, accrual)?;
                }
                self.add_own(wallet, day, (multiplier, index), points, limits, accrual)?;
            }
            before = after;
        }
        if self.multipliers.common == self.multipliers.all.len() {
            self.share_out(wallet, day, &before, limits, accrual)?;
        }
        Ok(())
    }

    /// Gives each rule's points, with all common multipliers, to the lines.
    fn share_out(
        &self,
        wallet: &WalletId,
        day: Option<&'a Campaign>,
        stage: &Stage,
        limits: &mut Limits<'a>,
        accrual: &mut Accrual,
    ) -> Result<(), Code> {
        let factors = self.multipliers.factors(self.multipliers.common);
        let part = accrual.part(wallet, day, self.earning.basket.bases.len());
        for (index, raw) in self.raws.iter().enumerate() {
            let points = stage.rates.get(index).copied().unwrap_or_default();
            let mut cut = None;
            if let Some(campaign) = raw.campaign.filter(|campaign| Limits::counts(campaign)) {
                let (allowed, limit) = limits.campaign(campaign, points)?;
                if let Some(limit) = limit {
                    part.steps.push(limited(campaign.id.as_str(), limit, points.minus(allowed)?));
                    cut = Some(allowed);
                }
            }
            limits.count_rate(raw.rate, cut.unwrap_or(points));
            self.split(raw, index, stage, cut, factors, &mut part.lines)?;
        }
        Ok(())
    }

    /// Adds what a campaign whose points are counted on their own adds.
    fn add_own(
        &self,
        wallet: &WalletId,
        day: Option<&'a Campaign>,
        (multiplier, index): (&Multiplier<'a>, usize),
        points: i64,
        limits: &mut Limits<'a>,
        accrual: &mut Accrual,
    ) -> Result<(), Code> {
        let By::Campaign(campaign) = multiplier.by else { return Ok(()) };
        let points = u64::try_from(points).map_err(|_| Code::PointsOutOfRange).and_then(Points::new)?;
        let (allowed, limit) = limits.campaign(campaign, points)?;
        let count = self.earning.basket.bases.len();
        let weights = self.gain_weights(index)?;
        let its_day = campaign.credited_on.map(|_| campaign).or(day);
        let part = accrual.part(wallet, its_day, count);
        part.steps.push(multiplier.step(points.get().try_into().map_err(|_| Code::PointsOutOfRange)?));
        if let Some(limit) = limit {
            part.steps.push(limited(campaign.id.as_str(), limit, points.minus(allowed)?));
        }
        add(&mut part.lines, split(allowed, &weights)?.into_iter().enumerate())
    }

    /// How much a multiplier adds to each line of the cart, in proportion.
    fn gain_weights(&self, index: usize) -> Result<Vec<Decimal>, Code> {
        let factor = |line: usize, first: usize| {
            self.multipliers.factors(first).get(line).copied().unwrap_or(Decimal::ONE)
        };
        let mut weights = vec![Decimal::ZERO; self.earning.basket.bases.len()];
        for raw in self.raws {
            for (place, line) in raw.lines.iter().enumerate() {
                let more = exact::sub(factor(*line, index.saturating_add(1)), factor(*line, index))?;
                if let Some(weight) = weights.get_mut(*line) {
                    *weight = exact::add(*weight, exact::mul(raw.share(place)?, more)?)?.max(Decimal::ZERO);
                }
            }
        }
        Ok(weights)
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
