//! What the parts of a programme say of each other.

use crate::ground::code::Code;
use crate::ground::ids::{CampaignId, LevelId, WalletId};
use crate::ground::points::Points;
use crate::rules::exchange::{self, Exchange, Step};
use crate::rules::programme::{Parts, Place};
use crate::rules::rate::{Beneficiary, Measure};
use crate::rules::reward::RewardKind;
use crate::rules::tier::Tiers;
use crate::rules::wallet::WalletKind;
use crate::rules::when::When;

/// Faults of parts that are sound each by itself.
pub(super) struct Proof<'a> {
    parts: &'a Parts,
    faults: Vec<(Place, Code)>,
}

impl<'a> Proof<'a> {
    /// Every fault with its place.
    pub(super) fn of(parts: &'a Parts, rates_fit: bool) -> Vec<(Place, Code)> {
        let mut proof = Self { parts, faults: Vec::new() };
        proof.ids();
        proof.references();
        proof.conditions();
        if !rates_fit {
            proof.whole("earning", Code::RatesTooFine);
        }
        proof.rounds();
        proof.faults
    }

    #[inline(never)]
    fn add(&mut self, list: &'static str, index: usize, field: &'static str, code: Code) {
        self.faults.push((Place { list, index: Some(index), field, item: None }, code));
    }

    fn whole(&mut self, list: &'static str, code: Code) {
        self.faults.push((Place { list, index: None, field: "", item: None }, code));
    }

    fn ids(&mut self) {
        let Parts { wallets, rates, campaigns, bonuses, memberships, privileges, rewards, draws, .. } =
            self.parts;
        let levels = self.parts.tiers.as_ref().map(Tiers::levels).unwrap_or_default();
        self.unique("earning", &|place| Some(rates.get(place)?.id.as_str()));
        self.unique("rewards", &|place| Some(rewards.get(place)?.id.as_str()));
        self.unique("tiers/levels", &|place| Some(levels.get(place)?.id.as_str()));
        self.unique("wallets", &|place| Some(wallets.get(place)?.id.as_str()));
        self.unique("campaigns", &|place| Some(campaigns.get(place)?.id.as_str()));
        self.unique("bonuses", &|place| Some(bonuses.get(place)?.id.as_str()));
        self.unique("memberships", &|place| Some(memberships.get(place)?.id.as_str()));
        self.unique("privileges", &|place| Some(privileges.get(place)?.id.as_str()));
        self.unique("draws", &|place| Some(draws.get(place)?.id.as_str()));
    }

    /// Lists of nine types: what asks for an id is all that is compiled for each.
    #[inline(never)]
    fn unique(&mut self, list: &'static str, id: &dyn Fn(usize) -> Option<&'a str>) {
        for (index, one) in (0..).map_while(id).enumerate() {
            if (0..index).any(|earlier| id(earlier) == Some(one)) {
                self.add(list, index, "id", Code::DuplicateId);
            }
        }
    }

    /// Notes a name of nothing.
    #[inline(never)]
    fn known(&mut self, known: bool, list: &'static str, index: usize, field: &'static str) {
        if !known {
            self.add(list, index, field, Code::UnknownReference);
        }
    }

    /// Notes what has no meaning here.
    #[inline(never)]
    fn none(&mut self, given: bool, list: &'static str, index: usize, field: &'static str) {
        if given {
            self.add(list, index, field, Code::UnknownField);
        }
    }

    #[inline(never)]
    fn holds(&self, id: &WalletId, kind: Option<WalletKind>) -> bool {
        self.parts
            .wallets
            .iter()
            .any(|wallet| wallet.id == *id && kind.is_none_or(|kind| wallet.kind == kind))
    }

    /// A wallet as a bit, in the order of ids; beyond so many as there are bits they are taken for one, which may
    /// refuse more, and never less.
    #[inline(never)]
    fn bit(&self, id: &WalletId) -> Option<u64> {
        let before = self.parts.wallets.iter().filter(|wallet| wallet.id < *id).count();
        self.holds(id, None)
            .then(|| 1_u64.wrapping_shl(before.try_into().map_or(63, |before: u32| before.min(63))))
    }

    fn references(&mut self) {
        let parts = self.parts;
        let money = Some(WalletKind::Certificates);
        for (index, rate) in parts.rates.iter().enumerate() {
            let kind = money.filter(|_| rate.measure == Measure::GiftCards);
            self.known(self.holds(&rate.wallet, kind), "earning", index, "wallet");
            let campaign = |id: &CampaignId| parts.campaigns.iter().any(|campaign| campaign.id == *id);
            self.known(rate.campaign.as_ref().is_none_or(campaign), "earning", index, "campaign");
            if rate.to == Beneficiary::Seller {
                // All of these are counted by buyer, and a sale is one order.
                let carries = rate.carries();
                self.none(carries, "earning", index, "carry");
                self.none(rate.most_per_day.is_some(), "earning", index, "most_per_day");
                self.none(rate.most_per_member.is_some(), "earning", index, "most_per_member");
            }
        }
        for (index, bonus) in parts.bonuses.iter().enumerate() {
            self.known(self.holds(&bonus.wallet, None), "bonuses", index, "wallet");
        }
        for (index, membership) in parts.memberships.iter().enumerate() {
            let level = membership.level.as_ref().is_none_or(|level| has_level(parts, level));
            self.known(level, "memberships", index, "level");
        }
        for (index, reward) in parts.rewards.iter().enumerate() {
            self.known(self.holds(&reward.wallet, None), "rewards", index, "wallet");
            match &reward.kind {
                RewardKind::Certificate { wallet, .. } => {
                    self.known(self.holds(wallet, money), "rewards", index, "into");
                }
                RewardKind::Ticket { draw } => {
                    self.known(parts.draws.iter().any(|known| known.id == *draw), "rewards", index, "draw");
                }
                _ => {}
            }
        }
        for (index, exchange) in parts.exchanges.iter().enumerate() {
            self.known(self.holds(&exchange.from, None), "exchanges", index, "from");
            self.known(self.holds(&exchange.to, None), "exchanges", index, "to");
        }
    }

    fn conditions(&mut self) {
        let Parts { rates, rewards, campaigns, bonuses, privileges, .. } = self.parts;
        self.whens("earning", &|place| Some(&rates.get(place)?.when));
        self.whens("rewards", &|place| Some(&rewards.get(place)?.when));
        self.whens("campaigns", &|place| Some(&campaigns.get(place)?.when));
        self.whens("bonuses", &|place| Some(&bonuses.get(place)?.when));
        self.whens("privileges", &|place| Some(&privileges.get(place)?.when));
    }

    #[inline(never)]
    fn whens(&mut self, list: &'static str, when: &dyn Fn(usize) -> Option<&'a When>) {
        (0..).map_while(when).enumerate().for_each(|(index, when)| self.when(list, index, when));
    }

    fn when(&mut self, list: &'static str, index: usize, when: &When) {
        let mut unknown = |field, item| {
            let place = Place { list, index: Some(index), field, item: Some(item) };
            self.faults.push((place, Code::UnknownReference));
        };
        for (item, level) in when.levels.iter().enumerate() {
            if !has_level(self.parts, level) {
                unknown("when/levels", item);
            }
        }
        for (item, id) in when.memberships.iter().enumerate() {
            if !self.parts.memberships.iter().any(|membership| membership.id == *id) {
                unknown("when/memberships", item);
            }
        }
    }

    /// No round of ways from wallet to wallet may yield more than it takes: exchanges, and rewards that give
    /// certificates for points.
    fn rounds(&mut self) {
        let Parts { exchanges, rewards, .. } = self.parts;
        let mut steps = Vec::new();
        let mut add = |list, index, [from, to]: [&WalletId; 2], give, get| {
            if let (Some(from), Some(to)) = (self.bit(from), self.bit(to)) {
                steps.push(((list, index), Step { from, to, give, get }));
            }
        };
        for (index, Exchange { from, to, give, get }) in exchanges.iter().enumerate() {
            add("exchanges", index, [from, to], *give, *get);
        }
        for (index, reward) in rewards.iter().enumerate() {
            let RewardKind::Certificate { wallet, value } = &reward.kind else { continue };
            let get = Points::new(value.units()).ok();
            let Some(get) = get else { return self.whole("exchanges", Code::RatesTooFine) };
            if !reward.points.is_zero() {
                add("rewards", index, [&reward.wallet, wallet], reward.points, get);
            }
        }
        match exchange::gain(&steps) {
            Ok(None) => {}
            Ok(Some((list, index))) => self.add(list, index, "", Code::ExchangeGains),
            Err(code) => self.whole("exchanges", code),
        }
    }
}

fn has_level(parts: &Parts, id: &LevelId) -> bool {
    parts.tiers.as_ref().is_some_and(|tiers| tiers.find(id).is_some())
}
