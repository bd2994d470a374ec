//! Memberships, privileges, honours, draws, exchanges, refunds and referrals proved.

use crate::document::{
    DrawRule, ExchangeRule, MembershipRule, PrivilegeRule, RecognitionRules, ReferralRules, RefundRules,
};
use crate::programme::proof::{LONGEST, Proof, setting};
use crate::read::Path;
use loyalty_core::{
    Code, Draw, Exchange, Membership, Money, Points, Privilege, Recognition, Referral, Refunds,
};

/// The most winners of a draw.
const MOST_WINNERS: u64 = 10_000;
/// The most points of a rate between wallets.
const MOST_POINTS: u64 = 1_000_000;

impl Proof<'_> {
    pub(super) fn membership(&mut self, rule: &MembershipRule, at: &Path<'_>) -> Option<Membership> {
        let fee = self.money(&rule.fee, &at.field("fee"));
        let term = self.span(&rule.term, &at.field("term"));
        Some(Membership {
            id: rule.id.0.clone(),
            name: self.name(&rule.name, at),
            fee: fee?,
            term: term?,
            level: rule.level.as_ref().map(|level| level.0.clone()),
            refund: setting(rule.refund.as_ref()),
        })
    }

    pub(super) fn privilege(&mut self, rule: &PrivilegeRule, at: &Path<'_>) -> Option<Privilege> {
        Some(Privilege {
            id: rule.id.0.clone(),
            name: self.name(&rule.name, at),
            when: self.when(rule.when.as_ref(), at),
            uses: self.uses(rule.uses.as_ref(), at),
        })
    }

    pub(super) fn recognition(&mut self, rules: &RecognitionRules) -> Option<Recognition> {
        let at = Path::Root.field("recognition");
        Some(Recognition { after: self.span(&rules.after, &at.field("after"))? })
    }

    pub(super) fn draw(&mut self, rule: &DrawRule, at: &Path<'_>) -> Option<Draw> {
        self.within(rule.winners, 1, MOST_WINNERS, &at.field("winners"));
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let hash = |text: &String| text.len() == 64 && text.bytes().all(digit);
        if rule.seed_hash.as_ref().is_some_and(|text| !hash(text)) {
            self.faults.add(&at.field("seed_hash"), Code::IdInvalid);
        }
        Some(Draw {
            id: rule.id.0.clone(),
            name: self.name(&rule.name, at),
            closes: rule.closes.0,
            winners: rule.winners,
        })
    }

    pub(super) fn exchange(&mut self, rule: &ExchangeRule, at: &Path<'_>) -> Option<Exchange> {
        if rule.from == rule.to {
            self.faults.add(&at.field("to"), Code::DuplicateId);
        }
        Some(Exchange {
            from: rule.from.0.clone(),
            to: rule.to.0.clone(),
            give: self.points(rule.give, 1, MOST_POINTS, &at.field("give")),
            get: self.points(rule.get, 1, MOST_POINTS, &at.field("get")),
        })
    }

    pub(super) fn refunds(&mut self, rules: Option<&RefundRules>) -> Refunds {
        let grace_at = Path::Root.field("refunds");
        let grace_days = rules.and_then(|rules| rules.grace_days);
        Refunds {
            shortfall: setting(rules.and_then(|rules| rules.shortfall.as_ref())),
            basis: setting(rules.and_then(|rules| rules.basis.as_ref())),
            restored: setting(rules.and_then(|rules| rules.restored.as_ref())),
            restored_with: setting(rules.and_then(|rules| rules.restored_with.as_ref())),
            grace_days: self.number(grace_days, 30, (0, LONGEST), &grace_at.field("grace_days")),
        }
    }

    pub(super) fn referral(&mut self, rules: &ReferralRules) -> Option<Referral> {
        let at = Path::Root.field("referral");
        let advocate_at = at.field("advocate");
        let most = Points::MAX.get();
        let advocate = self.points(rules.advocate.points, 1, most, &advocate_at.field("points"));
        let return_days = self.number(rules.return_days, 14, (0, LONGEST), &at.field("return_days"));
        let zero = Money::zero(self.currency);
        let minimum = self.money_or(rules.minimum.as_ref(), zero, &at.field("minimum"))?;
        Some(Referral { advocate, friend: rules.friend.points.0, minimum, return_days })
    }
}
