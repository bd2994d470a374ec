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

    /// Gives back points that an issuer owes from now on; what they were worth: as its own, as far as it paid, else as
    /// what other issuers' points paid.
    pub(crate) fn give_back(&mut self, issuer: &str, mut points: i64) -> i64 {
        let mut value = 0_i64;
        for own in [true, false] {
            for known in self.shares.iter_mut().filter(|known| (known.issuer == issuer) == own) {
                let back = points.min(known.points.saturating_sub(known.back));
                points = points.saturating_sub(back);
                value = value.saturating_add(known.give_back(back));
            }
        }
        value
    }
}

impl Share {
    /// Gives back points; what they were worth, so that all of them are worth the whole value.
    fn give_back(&mut self, points: i64) -> i64 {
        self.back = self.back.saturating_add(points);
        let before = self.value_back;
        self.value_back = share(self.value, self.back, self.points);
        self.value_back.saturating_sub(before)
    }
}

/// Spreads a value in proportion to weights; the parts sum to it.
pub(crate) fn spread(value: i64, weights: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let weights: Vec<_> = weights.into_iter().map(Into::into).collect();
    let whole = u64::try_from(value).ok().and_then(|value| Points::new(value).ok()).unwrap_or_default();
    let parts = split(whole, &weights).unwrap_or_default();
    parts.into_iter().map(crate::known::signed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returned(reward: &mut Reward, parts: &[(&str, i64)]) -> Vec<i64> {
        parts.iter().map(|(issuer, points)| reward.give_back(issuer, *points)).collect()
    }

    #[test]
    fn what_all_of_a_rewards_points_are_worth_is_its_value_whoevers_they_are_when_they_return() {
        let cafe = || Reward::new("points".into(), 25, [("cafe".to_owned(), 10)]);
        assert_eq!(returned(&mut cafe(), &[("cafe", 3), ("cafe", 3), ("cafe", 4)]), [7, 8, 10]);
        assert_eq!(returned(&mut cafe(), &[("", 3), ("", 3), ("", 4)]), [7, 8, 10]);
        assert_eq!(returned(&mut cafe(), &[("", 3), ("cafe", 7)]), [7, 18]);
        let both = || Reward::new("points".into(), 25, [("cafe".to_owned(), 3), ("spa".to_owned(), 7)]);
        assert_eq!(returned(&mut both(), &[("spa", 7), ("cafe", 3)]), [17, 8], "its own share first");
        assert_eq!(returned(&mut both(), &[("spa", 8), ("", 1), ("", 1)]), [19, 3, 3]);
        assert_eq!(returned(&mut both(), &[("", 10)]), [25]);
    }
}
