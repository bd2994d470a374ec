//! What the parts of a programme say of each other.

use crate::ground::code::Code;
use crate::ground::ids::{CampaignId, LevelId, WalletId};
use crate::ground::points::Points;
use crate::rules::exchange::{self, Exchange};
use crate::rules::programme::{Parts, common_denominator};
use crate::rules::rate::{Beneficiary, Measure};
use crate::rules::reward::RewardKind;
use crate::rules::tier::Tiers;
use crate::rules::wallet::WalletKind;
use crate::rules::when::When;

/// Faults of parts that are sound each by itself.
pub(super) struct Proof<'a> {
    parts: &'a Parts,
    faults: Vec<(String, Code)>,
}

impl<'a> Proof<'a> {
    /// Every fault with its path below the document's root.
    pub(super) fn of(parts: &'a Parts) -> Vec<(String, Code)> {
        let mut proof = Self { parts, faults: Vec::new() };
        proof.ids();
        proof.references();
        proof.conditions();
        if common_denominator(&parts.rates, parts.currency).is_none() {
            proof.faults.push(("/earning".into(), Code::RatesTooFine));
        }
        proof.rounds();
        proof.faults
    }

    #[inline(never)]
    fn add(&mut self, list: &str, index: usize, field: &str, code: Code) {
        self.faults.push((format!("/{list}/{index}{field}"), code));
    }

    fn ids(&mut self) {
        let Parts { wallets, rates, campaigns, bonuses, memberships, privileges, rewards, draws, .. } =
            self.parts;
        let levels = self.parts.tiers.as_ref().map(Tiers::levels).unwrap_or_default();
        self.unique("earning", rates.iter().map(|rate| rate.id.as_str()).collect());
        self.unique("rewards", rewards.iter().map(|reward| reward.id.as_str()).collect());
        self.unique("tiers/levels", levels.iter().map(|level| level.id.as_str()).collect());
        self.unique("wallets", wallets.iter().map(|wallet| wallet.id.as_str()).collect());
        self.unique("campaigns", campaigns.iter().map(|campaign| campaign.id.as_str()).collect());
        self.unique("bonuses", bonuses.iter().map(|bonus| bonus.id.as_str()).collect());
        self.unique("memberships", memberships.iter().map(|membership| membership.id.as_str()).collect());
        self.unique("privileges", privileges.iter().map(|privilege| privilege.id.as_str()).collect());
        self.unique("draws", draws.iter().map(|draw| draw.id.as_str()).collect());
    }

    fn unique(&mut self, list: &str, ids: Vec<&str>) {
        for (index, id) in ids.iter().enumerate() {
            if ids.iter().take(index).any(|earlier| earlier == id) {
                self.add(list, index, "/id", Code::DuplicateId);
            }
        }
    }

    /// Notes a name of nothing.
    fn known(&mut self, known: bool, list: &str, index: usize, field: &str) {
        if !known {
            self.add(list, index, field, Code::UnknownReference);
        }
    }

    /// Notes what has no meaning here.
    fn none(&mut self, given: bool, list: &str, index: usize, field: &str) {
        if given {
            self.add(list, index, field, Code::UnknownField);
        }
    }

    fn holds(&self, id: &WalletId, kind: Option<WalletKind>) -> bool {
        self.parts
            .wallets
            .iter()
            .any(|wallet| wallet.id == *id && kind.is_none_or(|kind| wallet.kind == kind))
    }

    fn has_level(&self, id: &LevelId) -> bool {
        self.parts.tiers.as_ref().is_some_and(|tiers| tiers.find(id).is_some())
    }

    fn references(&mut self) {
        let parts = self.parts;
        let money = Some(WalletKind::Certificates);
        for (index, rate) in parts.rates.iter().enumerate() {
            let kind = money.filter(|_| rate.measure == Measure::GiftCards);
            self.known(self.holds(&rate.wallet, kind), "earning", index, "/wallet");
            let campaign = |id: &CampaignId| parts.campaigns.iter().any(|campaign| campaign.id == *id);
            self.known(rate.campaign.as_ref().is_none_or(campaign), "earning", index, "/campaign");
            if rate.to == Beneficiary::Seller {
                // All of these are counted by buyer, and a sale is one order.
                let carries = rate.carries();
                self.none(carries, "earning", index, "/carry");
                self.none(rate.most_per_day.is_some(), "earning", index, "/most_per_day");
                self.none(rate.most_per_member.is_some(), "earning", index, "/most_per_member");
            }
        }
        for (index, bonus) in parts.bonuses.iter().enumerate() {
            self.known(self.holds(&bonus.wallet, None), "bonuses", index, "/wallet");
        }
        for (index, membership) in parts.memberships.iter().enumerate() {
            let level = membership.level.as_ref().is_none_or(|level| self.has_level(level));
            self.known(level, "memberships", index, "/level");
        }
        for (index, reward) in parts.rewards.iter().enumerate() {
            self.known(self.holds(&reward.wallet, None), "rewards", index, "/wallet");
            match &reward.kind {
                RewardKind::Certificate { wallet, .. } => {
                    self.known(self.holds(wallet, money), "rewards", index, "/into");
                }
                RewardKind::Ticket { draw } => {
                    self.known(parts.draws.iter().any(|known| known.id == *draw), "rewards", index, "/draw");
                }
                _ => {}
            }
        }
        for (index, exchange) in parts.exchanges.iter().enumerate() {
            self.known(self.holds(&exchange.from, None), "exchanges", index, "/from");
            self.known(self.holds(&exchange.to, None), "exchanges", index, "/to");
        }
    }

    fn conditions(&mut self) {
        let Parts { rates, rewards, campaigns, bonuses, privileges, .. } = self.parts;
        rates.iter().enumerate().for_each(|(index, rate)| self.when("earning", index, &rate.when));
        rewards.iter().enumerate().for_each(|(index, reward)| self.when("rewards", index, &reward.when));
        campaigns
            .iter()
            .enumerate()
            .for_each(|(index, campaign)| self.when("campaigns", index, &campaign.when));
        bonuses.iter().enumerate().for_each(|(index, bonus)| self.when("bonuses", index, &bonus.when));
        privileges.iter().enumerate().for_each(|(index, one)| self.when("privileges", index, &one.when));
    }

    #[inline(never)]
    fn when(&mut self, list: &str, index: usize, when: &When) {
        for (place, level) in when.levels.iter().enumerate() {
            self.known(self.has_level(level), list, index, &format!("/when/levels/{place}"));
        }
        for (place, id) in when.memberships.iter().enumerate() {
            let known = self.parts.memberships.iter().any(|membership| membership.id == *id);
            self.known(known, list, index, &format!("/when/memberships/{place}"));
        }
    }

    /// No round of ways from wallet to wallet may yield more than it takes: exchanges, and rewards that give
    /// certificates for points.
    fn rounds(&mut self) {
        let Parts { exchanges, rewards, .. } = self.parts;
        let mut ways = Vec::new();
        let mut places = Vec::new();
        let mut add = |list, index, way: Exchange| {
            if self.holds(&way.from, None) && self.holds(&way.to, None) {
                places.push((list, index));
                ways.push(way);
            }
        };
        exchanges.iter().enumerate().for_each(|(index, way)| add("exchanges", index, way.clone()));
        for (index, reward) in rewards.iter().enumerate() {
            let RewardKind::Certificate { wallet, value } = &reward.kind else { continue };
            let get = u64::try_from(value.amount().mantissa()).ok().and_then(|get| Points::new(get).ok());
            let Some(get) = get else { return self.faults.push(("/exchanges".into(), Code::RatesTooFine)) };
            if !reward.points.is_zero() {
                let (from, to, give) = (reward.wallet.clone(), wallet.clone(), reward.points);
                add("rewards", index, Exchange { from, to, give, get });
            }
        }
        match exchange::gain(&ways) {
            Ok(None) => {}
            Ok(Some(way)) => {
                let (list, index) = places.get(way).copied().unwrap_or_default();
                self.add(list, index, "", Code::ExchangeGains);
            }
            Err(code) => self.faults.push(("/exchanges".into(), code)),
        }
    }
}
