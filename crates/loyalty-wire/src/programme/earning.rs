//! Earning rules, campaigns and bonuses proved.

use crate::document::{BonusRule, CampaignRule, EarningRule};
use crate::programme::proof::{LONGEST, Proof, setting};
use crate::read::Path;
use crate::words::MeasureName;
use loyalty_core::{Bonus, Campaign, Code, Limit, Measure, Money, Occasion, Period, Points, Rate};

/// The most points of a rate.
const MOST_POINTS: u64 = 1_000_000;
/// The largest priority, and the largest minimum of pieces.
const LARGEST: u32 = 1_000_000;

impl Proof<'_> {
    pub(super) fn rate(&mut self, rule: &EarningRule, at: &Path<'_>) -> Option<Rate> {
        let points = self.points(rule.points, 1, MOST_POINTS, &at.field("points"));
        let measure = self.measure(rule, at);
        let select = self.select(&rule.only, &rule.products, &rule.except, at);
        let when = self.when(rule.when.as_ref(), at);
        let zero = Money::zero(self.currency);
        let minimum = self.money_or(rule.minimum.as_ref(), zero, &at.field("minimum"));
        let least_pieces = self.number(rule.minimum_pieces, 0, (1, LARGEST), &at.field("minimum_pieces"));
        let most = self.at_least_one(rule.most, &at.field("most"));
        let most_per_day = self.at_least_one(rule.most_per_day, &at.field("most_per_day"));
        let most_per_member = self.at_least_one(rule.most_per_member, &at.field("most_per_member"));
        Some(Rate {
            id: rule.id.0.clone(),
            wallet: self.wallet_or_main(rule.wallet.as_ref()),
            to: setting(rule.to.as_ref()),
            points,
            measure: measure?,
            select,
            when,
            campaign: rule.campaign.as_ref().map(|id| id.0.clone()),
            priority: self.priority(rule.priority, at),
            exclusive: rule.exclusive.unwrap_or(false),
            minimum: minimum?,
            least_pieces,
            most,
            most_per_day,
            most_per_member,
        })
    }

    fn measure(&mut self, rule: &EarningRule, at: &Path<'_>) -> Option<Measure> {
        let name = setting(rule.measure.as_ref());
        self.unused(rule.carry.is_some() && name != MeasureName::Groups, &at.field("carry"));
        let per_at = at.field("per");
        let whole = match name {
            MeasureName::ProRata | MeasureName::Groups => None,
            MeasureName::Pieces => Some(Measure::Pieces),
            MeasureName::Order => Some(Measure::Order),
            MeasureName::GiftCards => Some(Measure::GiftCards),
        };
        let nowhere = whole == Some(Measure::GiftCards) && rule.wallet.is_none();
        if nowhere {
            self.faults.add(&at.field("wallet"), Code::Missing);
        }
        match (whole, &rule.per) {
            (Some(_), Some(_)) => self.faults.check(&per_at, Err(Code::UnknownField)),
            (Some(_), None) if nowhere => None,
            (Some(measure), None) => Some(measure),
            (None, None) => self.faults.check(&per_at, Err(Code::Missing)),
            (None, Some(per)) => {
                let per = self.some_money(per, &per_at)?;
                let carry = rule.carry.unwrap_or(false);
                Some(match name {
                    MeasureName::Groups => Measure::Groups { per, carry },
                    _ => Measure::ProRata(per),
                })
            }
        }
    }

    fn priority(&mut self, given: Option<u32>, at: &Path<'_>) -> u32 {
        self.number(given, 0, (0, LARGEST), &at.field("priority"))
    }

    pub(super) fn campaign(&mut self, rule: &CampaignRule, at: &Path<'_>) -> Option<Campaign> {
        let multiplier = self
            .some(rule.multiplier.as_ref(), |proof, factor| proof.factor(factor.0, &at.field("multiplier")));
        let name = self.name(&rule.name, at);
        let when = self.when(rule.when.as_ref(), at);
        let select = self.select(&rule.only, &rule.products, &rule.except, at);
        let priority = self.priority(rule.priority, at);
        let most = self.at_least_one(rule.most, &at.field("most"));
        let most_per_member = self.at_least_one(rule.most_per_member, &at.field("most_per_member"));
        let budget = self.at_least_one(rule.budget, &at.field("budget"));
        Some(Campaign {
            id: rule.id.0.clone(),
            name,
            when,
            select,
            multiplier: multiplier?,
            priority,
            exclusive: rule.exclusive.unwrap_or(false),
            most,
            most_per_member,
            budget,
            credited_on: rule.credited_on.as_ref().map(|day| day.0),
        })
    }

    pub(super) fn bonus(&mut self, rule: &BonusRule, at: &Path<'_>) -> Option<Bonus> {
        let name = self.name(&rule.name, at);
        let points = self.points(rule.points, 1, Points::MAX.get(), &at.field("points"));
        let days = self.number(rule.days, 0, (0, LONGEST), &at.field("days"));
        let lasts = self.some(rule.lasts.as_ref(), |proof, length| proof.span(length, &at.field("lasts")));
        let when = self.when(rule.when.as_ref(), at);
        let occasion = match (&rule.event, &rule.birthday) {
            (Some(event), None) => Some(Occasion::Event(event.0.clone())),
            (None, Some(days)) => {
                let (before, after) = self.birthday(days, &at.field("birthday"));
                Some(Occasion::Birthday { before, after })
            }
            _ => self.faults.check(at, Err(Code::AmountAmbiguous)),
        };
        let limit = match occasion {
            Some(Occasion::Birthday { .. }) => {
                self.unused(rule.limit.is_some(), &at.field("limit"));
                Limit::Per(Period::Year)
            }
            _ => setting(rule.limit.as_ref()),
        };
        Some(Bonus {
            id: rule.id.0.clone(),
            name,
            occasion: occasion?,
            wallet: self.wallet_or_main(rule.wallet.as_ref()),
            points,
            limit,
            approval: rule.approval.unwrap_or(false),
            days,
            lasts: lasts?,
            when,
        })
    }
}
