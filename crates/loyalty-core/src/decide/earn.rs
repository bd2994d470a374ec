//! What an order earns, line by line, and why (M01, M02, M08, M09, M11).

use crate::decide::basis::Basket;
use crate::decide::group::Group;
use crate::decide::limits::{Limits, Usage};
use crate::decide::multiply::{InForce, Multipliers};
use crate::decide::raw::{Counted, Raw};
use crate::ground::code::Code;
use crate::ground::ids::{CampaignId, LevelId, RuleId, WalletId};
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ledger::cart::Line;
use crate::ledger::entry::{SaleCredit, Step};
use crate::ledger::records::{CreditRecord, Shared};
use crate::rules::campaign::Campaign;
use crate::rules::programme::{Combining, Programme};
use crate::rules::rate::{Beneficiary, Rate};
use crate::rules::select::Matches;
use crate::rules::when::Situation;
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
    /// Of the basket's cart.
    pub(crate) matches: &'a Matches,
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
    let campaigns = in_force(earning, &limits)?;
    let (counted, rules) = counted(earning, &campaigns);
    let raws = raws(earning, &counted, rules)?;
    let common = Multipliers::new(earning.level, &campaigns, parts.stacking, earning.matches.kinds.count)?;
    let none = Multipliers::none();
    let mut accrual = Accrual::default();
    for (index, wallet) in parts.wallets.iter().enumerate() {
        let of_wallet = |to| raws.iter().filter(move |raw| raw.rate.to == to && raw.rate.wallet == wallet.id);
        let sold: Vec<&Raw<'_>> = of_wallet(Beneficiary::Seller).collect();
        if !sold.is_empty() {
            let lines = Group::new(earning, &sold, &none)?.plain_lines()?;
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
            Group::new(earning, &group, multipliers)?.earn(&wallet.id, day, &mut limits, &mut accrual)?;
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
fn in_force<'a>(earning: Earning<'a>, limits: &Limits<'a>) -> Result<Vec<InForce<'a>>, Code> {
    let parts = earning.programme.parts();
    let mut active = Vec::with_capacity(parts.campaigns.len());
    for (place, campaign) in parts.campaigns.iter().enumerate() {
        if earning.campaign(campaign) && limits.funded(campaign)? {
            active.push(InForce { campaign, kinds: earning.matches.kinds.taken_by(place) });
        }
    }
    Ok(sorted(active, |one, other| one.campaign.priority > other.campaign.priority))
}

/// A rule in force, and which of all that is counted are its lines.
type Ruled<'a> = (&'a Rate, i128, Option<&'a Campaign>, Range<usize>);

/// Rules in force that take any of the order, and what they count, rule after rule.
fn counted<'a>(earning: Earning<'a>, campaigns: &[InForce<'a>]) -> (Vec<Counted>, Vec<Ruled<'a>>) {
    let Earning { programme, basket, matches, spend, .. } = earning;
    let of_rates = (0..programme.parts().rates.len()).map(|place| matches.of_rule(place).len());
    let mut counted = Vec::with_capacity(of_rates.sum());
    let mut rules = Vec::with_capacity(programme.parts().rates.len());
    for (place, (rate, numerator)) in programme.rates().enumerate() {
        let taken = matches.of_rule(place);
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
        let lines = taken.iter().copied().zip(matches.kinds.of_lines(taken));
        counted.extend(lines.filter_map(|line| Counted::of(rate, basket, line)));
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
        let raw =
            raws.push_mut(Raw::new((rate, numerator), campaign, programme.denominator(), (basket, lines)));
        if rate.least_pieces == 0 || raw.pieces() >= rate.least_pieces.into() {
            raw.count(carried)?;
        } else {
            raws.pop();
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
        let raws = [raw];
        let group = Group::new(earning, &raws, multipliers)?;
        group.earn(wallet, on_its_day(raw), &mut limits.clone(), &mut alone)?;
        let points = Points::sum(alone.parts.iter().flat_map(|part| part.lines.iter().copied()))?;
        if best.is_none_or(|(most, _)| points > most) {
            best = Some((points, raw));
        }
    }
    Ok(best.into_iter().map(|(_, raw)| raw).collect())
}
