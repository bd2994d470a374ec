//! What a shop is told, and what of it an entry tells.
//!
//! A message says what happened in the words of the entry, and no more: whoever wants the whole entry reads it by its
//! number. So messages stay small, and nothing of an order lies in the delivery log.

use loyalty_books::Amounts;
use loyalty_wire::core::{ClawBack, Entry, Event, Lot, Role, moves_no_points};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    #[serde(rename = "points.earned")]
    Earned,
    #[serde(rename = "points.reversed")]
    Reversed,
    #[serde(rename = "points.expiring_soon")]
    ExpiringSoon,
    #[serde(rename = "reward.taken")]
    RewardTaken,
    #[serde(rename = "tier.changed")]
    TierChanged,
    #[serde(rename = "referral.completed")]
    ReferralCompleted,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Earned => "points.earned",
            Self::Reversed => "points.reversed",
            Self::ExpiringSoon => "points.expiring_soon",
            Self::RewardTaken => "reward.taken",
            Self::TierChanged => "tier.changed",
            Self::ReferralCompleted => "referral.completed",
        }
    }
}

/// Something to tell: what about, and its data.
pub(crate) type Told = (Kind, Map<String, Value>);

/// What an entry tells, always in the same order.
pub(crate) fn told(entry: &Entry) -> Vec<Told> {
    let mut telling = Telling { seq: entry.seq, told: vec![] };
    telling.event(&entry.event);
    telling.told
}

struct Telling {
    seq: u64,
    told: Vec<Told>,
}

impl Telling {
    fn event(&mut self, event: &Event) {
        match event {
            Event::OrderPaid { order, redeemed, credits, .. } => {
                let about = json!({ "cause": "order_paid", "order": order.id.as_str() });
                self.earned(credits.iter().map(|credit| &credit.lot), &about);
                // One that was taken with a hold is told by the hold's entry.
                for one in redeemed.iter().filter(|one| one.hold.is_none()) {
                    let (reward, wallet) = (one.reward.as_str(), one.wallet.as_str());
                    let data = json!({ "reward": reward, "wallet": wallet, "points": one.points.get() });
                    self.tell(Kind::RewardTaken, &about, data);
                }
            }
            Event::Captured { hold, reward, wallet, points, gives, .. } => {
                let about = json!({ "cause": "captured", "hold": hold.as_str() });
                let (reward, wallet) = (reward.as_str(), wallet.as_str());
                let data = json!({ "reward": reward, "wallet": wallet, "points": points.get() });
                self.tell(Kind::RewardTaken, &about, data);
                self.earned(gives, &about);
            }
            Event::RewardCancelled { hold, taken, .. } => {
                let about = json!({ "cause": "reward_cancelled", "hold": hold.as_str() });
                self.reversed(taken.iter().map(|lot| (lot.wallet.as_str(), lot.points.get())), &about);
            }
            Event::Refunded { order, refund, credits, .. } => {
                let about =
                    json!({ "cause": "refunded", "order": order.as_str(), "refund": refund.id.as_str() });
                self.reversed(credits.iter().map(|credit| of(&credit.back)), &about);
            }
            Event::ReferralRewarded { role, other, order, lot, .. } => {
                let about = json!({ "cause": "referral_rewarded", "order": order.as_str() });
                if *role == Role::Advocate {
                    let data = json!({ "friend": other.as_str(), "points": lot.points.get() });
                    self.tell(Kind::ReferralCompleted, &about, data);
                }
                self.earned([lot], &about);
            }
            Event::ReferralRevoked { order, back, .. } => {
                let about = json!({ "cause": "referral_revoked", "order": order.as_str() });
                self.reversed([of(back)], &about);
            }
            Event::BonusGiven { bonus, lot, .. } => {
                self.earned([lot], &json!({ "cause": "bonus_given", "bonus": bonus.as_str() }));
            }
            Event::BonusDecided { bonus, wallet, gone, .. } => {
                let about = json!({ "cause": "bonus_decided", "bonus": bonus.as_str() });
                self.reversed([(wallet.as_str(), gone.get())], &about);
            }
            Event::Adjusted { reason, lot, back } => {
                let about = json!({ "cause": "adjusted", "reason": reason.as_str() });
                self.earned(lot, &about);
                self.reversed(back.iter().map(of), &about);
            }
            Event::SaleSettled { order, lots, back, .. } => {
                let about = json!({ "cause": "sale_settled", "order": order.as_str() });
                self.earned(lots, &about);
                self.reversed(back.iter().map(|(_, back)| of(back)), &about);
            }
            Event::TierChanged { from, to, progress } => {
                let (from, to) = (from.as_ref().map(|from| from.as_str()), to.as_ref().map(|to| to.as_str()));
                let data = json!({ "from": from, "to": to, "progress": progress.to_string() });
                self.tell(Kind::TierChanged, &json!({ "cause": "tier_changed" }), data);
            }
            Event::OrderFulfilled { .. }
            | Event::Vested { .. }
            | Event::Expired { .. }
            | Event::Held(_)
            | Event::Released { .. }
            | Event::Repaid { .. }
            | Event::Exchanged { .. }
            | Event::TransferSent { .. }
            | Event::TransferReceived { .. }
            | moves_no_points!() => {}
        }
    }

    fn tell(&mut self, kind: Kind, about: &Value, data: Value) {
        let mut fields = Map::new();
        fields.insert("entry".into(), self.seq.into());
        for part in [about, &data] {
            fields
                .extend(part.as_object().into_iter().flatten().map(|(name, is)| (name.clone(), is.clone())));
        }
        self.told.push((kind, fields));
    }

    /// One message for each wallet; `pending` are those of its points that cannot be spent yet.
    fn earned<'a>(&mut self, lots: impl IntoIterator<Item = &'a Lot>, about: &Value) {
        let mut wallets: Amounts<&str, (u64, u64)> = Amounts::new();
        for lot in lots {
            let points = lot.points.get();
            wallets.add(lot.wallet.as_str(), &(points, if lot.vested() { 0 } else { points }));
        }
        for (wallet, (points, pending)) in wallets.into_iter().filter(|(_, (points, _))| *points > 0) {
            let data = json!({ "wallet": wallet, "points": points, "pending": pending });
            self.tell(Kind::Earned, about, data);
        }
    }

    fn reversed<'a>(&mut self, parts: impl IntoIterator<Item = (&'a str, u64)>, about: &Value) {
        let wallets: Amounts<&str, u64> = parts.into_iter().collect();
        for (wallet, points) in wallets.into_iter().filter(|(_, points)| *points > 0) {
            self.tell(Kind::Reversed, about, json!({ "wallet": wallet, "points": points }));
        }
    }
}

/// What is taken back: from lots, and as a debt.
fn of(back: &ClawBack) -> (&str, u64) {
    (back.wallet.as_str(), back.points().map_or(0, |points| points.get()))
}
