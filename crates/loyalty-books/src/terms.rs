//! What of a programme the books need: who owes, when idle points end, what a point is worth.

use loyalty_core::{Map, Money, PartnerId, Programme, RewardKind, Span, Wallet, WalletId, WalletKind};
use rust_decimal::Decimal;

/// What so many points are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// In minor units.
    pub value: i64,
    /// Of so many points.
    pub points: i64,
}

impl Worth {
    /// What points are worth, in minor units, rounded towards zero.
    #[must_use]
    pub fn of(self, points: i64) -> i64 {
        share(self.value, points, self.points)
    }
}

/// A share of a whole, rounded towards zero.
pub(crate) fn share(whole: i64, part: i64, of: i64) -> i64 {
    let product = i128::from(whole).saturating_mul(part.into());
    product.checked_div(of.into()).and_then(|share| i64::try_from(share).ok()).unwrap_or_default()
}

/// What of a wallet the books need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct WalletTerms {
    issuer: String,
    idle: Option<Span>,
    pot: bool,
    worth: Option<Worth>,
}

/// What of one version of a programme the books need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    wallets: Map<String, WalletTerms>,
}

impl Terms {
    /// The terms of a programme.
    #[must_use]
    pub fn of(programme: &Programme) -> Self {
        let wallets = &programme.parts().wallets;
        let terms = |wallet: &Wallet| WalletTerms {
            issuer: wallet.issuer.as_ref().map(PartnerId::as_str).unwrap_or_default().to_owned(),
            idle: wallet.expiry.inactivity,
            pot: !wallet.vesting.threshold.is_zero(),
            worth: worth(programme, wallet),
        };
        Self { wallets: wallets.iter().map(|wallet| (wallet.id.to_string(), terms(wallet))).collect() }
    }

    /// The partner who owes what no shop of a coalition gave.
    pub(crate) fn issuer(&self, wallet: &WalletId) -> String {
        self.wallets.get(wallet.as_str()).map(|terms| terms.issuer.clone()).unwrap_or_default()
    }

    /// After which time without activity points end.
    pub(crate) fn idle(&self, wallet: &str) -> Option<Span> {
        self.wallets.get(wallet)?.idle
    }

    /// Whether points wait for a pot to fill, on a day that only the rules know.
    pub(crate) fn pot(&self, wallet: &str) -> bool {
        self.wallets.get(wallet).is_some_and(|terms| terms.pot)
    }

    /// What a wallet's points are worth at best; nothing where no reward has a value in money.
    #[must_use]
    pub fn worth(&self, wallet: &str) -> Option<Worth> {
        self.wallets.get(wallet)?.worth
    }
}

/// An amount in minor units.
#[must_use]
pub fn units(money: Money) -> i64 {
    let mut amount = money.amount();
    amount.rescale(money.currency().minor());
    i64::try_from(amount.mantissa()).unwrap_or(i64::MAX)
}

/// Minor units as people write them.
#[must_use]
pub fn amount(units: i64, minor: u32) -> String {
    Decimal::new(units, minor).to_string()
}

/// The best value of a point among the wallet's rewards that have one in money.
fn worth(programme: &Programme, wallet: &Wallet) -> Option<Worth> {
    if wallet.kind == WalletKind::Certificates {
        return Some(Worth { value: 1, points: 1 });
    }
    let rewards = programme.parts().rewards.iter().filter(|reward| reward.wallet == wallet.id);
    let worths = rewards.filter_map(|reward| {
        let value = match reward.kind {
            RewardKind::MoneyOff { value }
            | RewardKind::PayWithPoints { value, .. }
            | RewardKind::Certificate { value, .. }
            | RewardKind::Donation { value, .. }
            | RewardKind::Gift { value, .. } => units(value),
            RewardKind::PercentOff { .. }
            | RewardKind::FreeDelivery { .. }
            | RewardKind::FreeProduct { .. }
            | RewardKind::Ticket { .. } => return None,
        };
        let points = i64::try_from(reward.points.get()).ok()?;
        (points > 0).then_some(Worth { value, points })
    });
    let more = |a: &Worth, b: &Worth| {
        let cross = |x: &Worth, y: &Worth| i128::from(x.value).saturating_mul(y.points.into());
        cross(a, b).cmp(&cross(b, a))
    };
    worths.max_by(more)
}
