//! What rewards were worth where they were taken, so that it can be given back exactly.

use crate::amounts::Amounts;
use crate::terms::share;
use loyalty_core::{Map, Points, split};
use serde::{Deserialize, Serialize};

/// Redemptions by name: `order/…`, `hold/…`.
pub type Spents = Map<String, Spent>;

/// What was taken with one order, or one hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spent {
    /// The partner who gave the rewards; empty for the shop itself.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub(crate) partner: String,
    #[serde(rename = "r")]
    pub(crate) rewards: Vec<Reward>,
}

/// One reward: how much of each issuer's points paid how much.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Reward {
    #[serde(rename = "w")]
    pub(crate) wallet: String,
    #[serde(rename = "s")]
    pub(crate) shares: Vec<Share>,
}

/// What one issuer's points paid.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Share {
    #[serde(rename = "i", default, skip_serializing_if = "String::is_empty")]
    pub(crate) issuer: String,
    #[serde(rename = "p")]
    pub(crate) points: i64,
    #[serde(rename = "v")]
    pub(crate) value: i64,
    /// Points of it that were given back.
    #[serde(rename = "b", default)]
    pub(crate) back: i64,
    /// What of the value was given back with them.
    #[serde(rename = "u", default)]
    pub(crate) value_back: i64,
}

impl Reward {
    /// Spreads a value over the points that paid it: to the minor unit, the largest remainder first.
    pub(crate) fn new(wallet: String, value: i64, parts: impl IntoIterator<Item = (String, i64)>) -> Self {
        let by_issuer: Amounts<String, i64> = parts.into_iter().collect();
        let values = spread(value, by_issuer.values().copied());
        let share = |((issuer, points), value)| Share { issuer, points, value, ..Share::default() };
        Self { wallet, shares: by_issuer.into_iter().zip(values).map(share).collect() }
    }

    /// Gives back points that an issuer owes from now on; what they were worth. Points that come back as another
    /// issuer's are worth what the reward's points were.
    pub(crate) fn give_back(&mut self, issuer: &str, points: i64) -> i64 {
        let known = self
            .shares
            .iter_mut()
            .find(|known| known.issuer == issuer && known.back.saturating_add(points) <= known.points);
        let Some(known) = known else {
            let sum = |of: fn(&Share) -> i64| self.shares.iter().map(of).sum::<i64>();
            return share(sum(|known| known.value), points, sum(|known| known.points));
        };
        known.back = known.back.saturating_add(points);
        let target = share(known.value, known.back, known.points);
        let value = target.saturating_sub(known.value_back);
        known.value_back = target;
        value
    }
}

/// Spreads a value in proportion to weights; the parts sum to it.
pub(crate) fn spread(value: i64, weights: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let weights: Vec<_> = weights.into_iter().map(Into::into).collect();
    let whole = u64::try_from(value).ok().and_then(|value| Points::new(value).ok()).unwrap_or_default();
    let parts = split(whole, &weights).unwrap_or_default();
    parts.into_iter().map(crate::known::signed).collect()
}
