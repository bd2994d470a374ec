//! Rewards proved.

use crate::document::{RewardGives, RewardRule, RewardTerms};
use crate::programme::proof::Proof;
use crate::read::Path;
use crate::text::{As, Whole};
use loyalty_core::{Code, Money, Points, Reward, RewardKind};
use rust_decimal::Decimal;

/// The most pieces of one reward.
const MOST_PIECES: u32 = 1000;
/// The most characters of what is to be done.
const LONGEST_INSTRUCTIONS: u64 = 2000;

impl Proof<'_> {
    pub(super) fn reward(&mut self, rule: &RewardRule, at: &Path<'_>) -> Option<Reward> {
        let RewardRule { terms, gives } = rule;
        let kind = self.gives(gives, at);
        let default = match kind {
            Some(RewardKind::MoneyOff { value }) => value,
            _ => Money::zero(self.currency),
        };
        let minimum = self.money_or(terms.minimum.as_ref(), default, &at.field("minimum"));
        let name = self.name(&terms.name, at);
        let when = self.when(terms.when.as_ref(), at);
        let uses = self.uses(terms.uses.as_ref(), at);
        let stock = self.at_least_one(terms.stock, &at.field("stock"));
        self.fits(terms, gives, at);
        Some(Reward {
            id: terms.id.0.clone(),
            name,
            wallet: self.wallet_or_main(terms.wallet.as_ref()),
            points: terms.points.0,
            minimum: minimum?,
            balance: terms.balance.map(|points| points.0).unwrap_or_default(),
            when,
            uses,
            stock: stock.map(Points::get),
            automatic: terms.automatic.unwrap_or(false),
            kind: kind?,
        })
    }

    /// Notes terms that do not go with what the reward gives.
    fn fits(&mut self, terms: &RewardTerms, gives: &RewardGives, at: &Path<'_>) {
        let free = terms.points.0.is_zero();
        let chosen = matches!(gives, RewardGives::PayWithPoints { .. });
        let outside = matches!(
            gives,
            RewardGives::Certificate { .. }
                | RewardGives::Donation { .. }
                | RewardGives::Gift { .. }
                | RewardGives::Ticket { .. }
        );
        let automatic = terms.automatic == Some(true);
        self.unused(terms.minimum.is_some() && outside, &at.field("minimum"));
        self.unused(automatic && (chosen || outside), &at.field("automatic"));
        if (chosen && free) || (automatic && !chosen && !outside && !free) {
            self.faults.add(&at.field("points"), Code::NumberOutOfRange);
        }
    }

    fn gives(&mut self, gives: &RewardGives, at: &Path<'_>) -> Option<RewardKind> {
        let value_at = at.field("value");
        Some(match gives {
            RewardGives::MoneyOff { value } => {
                RewardKind::MoneyOff { value: self.some_money(value, &value_at)? }
            }
            RewardGives::PercentOff { percent, cap, only, products, except } => {
                let percent = self.factor(percent.0, &at.field("percent"));
                let cap = self.cap(cap.as_ref(), at);
                let select = self.select(only, products, except, at);
                RewardKind::PercentOff { percent: percent?, cap: cap?, select }
            }
            RewardGives::PayWithPoints { value, step, minimum_points, max_share } => {
                let value = self.some_money(value, &value_at);
                let one = Whole(Points::new(1).ok()?);
                let step = self.at_least_one(Some(step.unwrap_or(one)), &at.field("step"))?;
                let least = Some(minimum_points.unwrap_or(Whole(step)));
                let least = self.at_least_one(least, &at.field("minimum_points"))?;
                let share = max_share.as_ref().map_or(Decimal::ONE_HUNDRED, |share| share.0);
                let max_share = self.factor(share, &at.field("max_share"));
                RewardKind::PayWithPoints { value: value?, step, least, max_share: max_share? }
            }
            RewardGives::FreeDelivery { cap } => {
                RewardKind::FreeDelivery { cap: self.cap(cap.as_ref(), at)? }
            }
            RewardGives::FreeProduct { only, products, except, pieces } => RewardKind::FreeProduct {
                select: self.select(only, products, except, at),
                pieces: self.number(*pieces, 1, (1, MOST_PIECES), &at.field("pieces")),
            },
            RewardGives::Certificate { into, value } => {
                let value = self.some_money(value, &value_at)?;
                RewardKind::Certificate { wallet: into.0.clone(), value }
            }
            RewardGives::Donation { cause, value } => {
                let value = self.some_money(value, &value_at)?;
                RewardKind::Donation { cause: cause.0.clone(), value }
            }
            RewardGives::Gift { value, instructions } => {
                let value = self.money(value, &value_at);
                let instructions = self.text(instructions, LONGEST_INSTRUCTIONS, &at.field("instructions"));
                RewardKind::Gift { value: value?, instructions }
            }
            RewardGives::Ticket { draw } => RewardKind::Ticket { draw: draw.0.clone() },
        })
    }

    /// The most that a reward gives.
    fn cap(&mut self, cap: Option<&As<Decimal>>, at: &Path<'_>) -> Option<Option<Money>> {
        self.some(cap, |proof, cap| proof.some_money(cap, &at.field("cap")))
    }
}
