//! Limits of rules and campaigns: on an order, on a day, of a member, of all members.

use crate::decide::price::stock_of;
use crate::ground::code::Code;
use crate::ground::ids::SharedId;
use crate::ground::points::Points;
use crate::ground::time::Day;
use crate::ledger::account::{UseOf, Used};
use crate::ledger::entry::Limited;
use crate::ledger::records::Shared;
use crate::rules::campaign::Campaign;
use crate::rules::programme::Programme;
use crate::rules::rate::Rate;
use crate::rules::when::Situation;

/// What is used of limits, and of what all members share.
#[derive(Default)]
pub(crate) struct Usage {
    pub(crate) uses: Vec<Used>,
    pub(crate) shared: Vec<(SharedId, i64)>,
}

/// The limits of one order, and what it uses of them.
#[derive(Clone)]
pub(crate) struct Limits<'a> {
    now: Situation<'a>,
    shared: &'a Shared,
    /// Of an order that is decided again only its own limits count.
    again: bool,
    rates: Vec<(&'a Rate, Points)>,
    campaigns: Vec<(&'a Campaign, Points)>,
}

impl<'a> Limits<'a> {
    pub(crate) const fn new(now: Situation<'a>, shared: &'a Shared, again: bool) -> Self {
        Self { now, shared, again, rates: Vec::new(), campaigns: Vec::new() }
    }

    /// Whether a campaign's points are counted on their own.
    pub(crate) const fn counts(campaign: &Campaign) -> bool {
        campaign.most.is_some()
            || campaign.most_per_member.is_some()
            || campaign.budget.is_some()
            || campaign.credited_on.is_some()
    }

    /// Whether a rule has a limit.
    pub(crate) const fn limits(rate: &Rate) -> bool {
        rate.most.is_some() || Self::counts_rate(rate)
    }

    /// Whether a rule's points are counted.
    pub(crate) const fn counts_rate(rate: &Rate) -> bool {
        rate.most_per_day.is_some() || rate.most_per_member.is_some()
    }

    /// Whether there is anything left of a campaign's budget, and of what it gives this member.
    pub(crate) fn funded(&self, campaign: &Campaign) -> Result<bool, Code> {
        let left = self.budget(campaign)?.into_iter().chain(self.of_member(campaign)?);
        Ok(left.into_iter().all(|left| !left.is_zero()))
    }

    /// What is left of what a campaign gives this member; none where that has no end.
    fn of_member(&self, campaign: &Campaign) -> Result<Option<Points>, Code> {
        let Some(most) = campaign.most_per_member.filter(|_| !self.again) else { return Ok(None) };
        let used = self.now.position.used(&UseOf::Campaign(campaign.id.clone()), Day::default());
        Ok(Some(most.above(Points::new(used)?)))
    }

    /// The most a rule may give on this order, and which limit says so; `None` where none does.
    pub(crate) fn rate(&self, rate: &Rate) -> Result<Option<(Points, Limited)>, Code> {
        let left = |most: Points, of: UseOf, since: Day| {
            let used = Points::new(self.now.position.used(&of, since))?;
            Ok::<_, Code>(most.above(used))
        };
        let mut least = rate.most.map(|most| (most, Limited::Order));
        if self.again {
            return Ok(least);
        }
        if let Some(most) = rate.most_per_day {
            let left = left(most, UseOf::RateDay(rate.id.clone()), self.now.moment.day)?;
            least = smaller(least, (left, Limited::Day));
        }
        if let Some(most) = rate.most_per_member {
            let left = left(most, UseOf::Rate(rate.id.clone()), Day::default())?;
            least = smaller(least, (left, Limited::Member));
        }
        Ok(least)
    }

    /// Counts what a rule gives.
    pub(crate) fn count_rate(&mut self, rate: &'a Rate, points: Points) {
        if Self::counts_rate(rate) {
            self.rates.push((rate, points));
        }
    }

    /// How much of `points` a campaign may give, counted, and which limit takes the rest away.
    pub(crate) fn campaign(
        &mut self,
        campaign: &'a Campaign,
        points: Points,
    ) -> Result<(Points, Option<Limited>), Code> {
        let given =
            self.campaigns.iter().filter(|(known, _)| known.id == campaign.id).map(|(_, points)| *points);
        let given = Points::sum(given)?;
        let mut least = campaign.most.map(|most| (most.above(given), Limited::Order));
        if let Some(left) = self.of_member(campaign)? {
            least = smaller(least, (left.above(given), Limited::Member));
        }
        if let Some(left) = self.budget(campaign)? {
            least = smaller(least, (left.above(given), Limited::Budget));
        }
        let (allowed, limit) = match least {
            Some((most, limit)) if most < points => (most, Some(limit)),
            _ => (points, None),
        };
        self.campaigns.push((campaign, allowed));
        Ok((allowed, limit))
    }

    /// What is left of a campaign's budget; none where it has none.
    fn budget(&self, campaign: &Campaign) -> Result<Option<Points>, Code> {
        let Some(budget) = campaign.budget.filter(|_| !self.again) else { return Ok(None) };
        let spent = self.shared.get(&budget_of(campaign)?).copied().unwrap_or(0);
        Ok(Some(budget.above(Points::new(u64::try_from(spent).unwrap_or(0))?)))
    }

    /// What the order used of each limit.
    pub(crate) fn used(self) -> Result<Usage, Code> {
        let Usage { mut uses, mut shared } = Usage::default();
        let used = |of: UseOf, since: Day, points: Points| Used { of, since, count: points.get() };
        for (rate, points) in self.rates.into_iter().filter(|(_, points)| !points.is_zero()) {
            if rate.most_per_day.is_some() {
                uses.push(used(UseOf::RateDay(rate.id.clone()), self.now.moment.day, points));
            }
            if rate.most_per_member.is_some() {
                uses.push(used(UseOf::Rate(rate.id.clone()), Day::default(), points));
            }
        }
        for (campaign, points) in self.campaigns.into_iter().filter(|(_, points)| !points.is_zero()) {
            if campaign.most_per_member.is_some() {
                uses.push(used(UseOf::Campaign(campaign.id.clone()), Day::default(), points));
            }
            if campaign.budget.is_some() {
                let count = i64::try_from(points.get()).map_err(|_| Code::PointsOutOfRange)?;
                shared.push((budget_of(campaign)?, count));
            }
        }
        Ok(Usage { uses, shared })
    }
}

impl Programme {
    /// What all members share and a decision needs to know the use of: budgets of campaigns and stocks of rewards.
    ///
    /// # Errors
    /// `id_invalid`.
    pub fn shared(&self) -> Result<Vec<SharedId>, Code> {
        let parts = self.parts();
        let budgets = parts.campaigns.iter().filter(|campaign| campaign.budget.is_some()).map(budget_of);
        let stocks = parts.rewards.iter().filter(|reward| reward.stock.is_some()).map(stock_of);
        budgets.chain(stocks).collect()
    }
}

fn budget_of(campaign: &Campaign) -> Result<SharedId, Code> {
    SharedId::new(&["campaign/", campaign.id.as_str()].concat())
}

/// The smaller of two limits, on a tie the first.
fn smaller(known: Option<(Points, Limited)>, other: (Points, Limited)) -> Option<(Points, Limited)> {
    match known {
        Some(known) if known.0 <= other.0 => Some(known),
        _ => Some(other),
    }
}
