//! How an event changes what a member owns.

use crate::ground::ids::WalletId;
use crate::ground::map::Map;
use crate::ground::points::Points;
use crate::ledger::entry::{ClawBack, Event, Taken};
use crate::ledger::lot::Lot;

/// The events that move no points, as a pattern. Whoever says what becomes of points names all others, so that none that
/// is new is overlooked.
#[macro_export]
macro_rules! moves_no_points {
    () => {
        $crate::Event::RewardFulfilled { .. }
            | $crate::Event::EventRecorded { .. }
            | $crate::Event::SegmentSet { .. }
            | $crate::Event::ConsentSet { .. }
            | $crate::Event::BirthdaySet { .. }
            | $crate::Event::MembershipPaid { .. }
            | $crate::Event::MembershipCancelled { .. }
            | $crate::Event::PrivilegeUsed { .. }
            | $crate::Event::Honoured { .. }
            | $crate::Event::SharedCounted { .. }
    };
}

/// Changes by wallet; none of them is 0.
#[derive(Default)]
struct Changes(Map<WalletId, i64>);

impl Changes {
    fn add(&mut self, wallet: &WalletId, points: i64) {
        let sum = self.0.get(wallet).copied().unwrap_or_default();
        self.0.insert(wallet.clone(), sum.saturating_add(points));
    }

    fn lots<'a>(&mut self, lots: impl IntoIterator<Item = &'a Lot>, sign: i64) {
        for lot in lots {
            self.add(&lot.wallet, signed(lot.points).saturating_mul(sign));
        }
    }

    fn back(&mut self, back: &ClawBack) {
        self.add(
            &back.wallet,
            0_i64.saturating_sub(back.taken.iter().map(taken).fold(signed(back.debt), i64::saturating_add)),
        );
    }
}

fn signed(points: Points) -> i64 {
    i64::try_from(points.get()).unwrap_or(i64::MAX)
}

fn taken(part: &Taken) -> i64 {
    signed(part.points)
}

impl Event {
    /// How the event changes what the member owns in each wallet: available + pending + held − debt. Wallets
    /// in which nothing changes are left out.
    #[must_use]
    pub fn changes(&self) -> Map<WalletId, i64> {
        let mut changes = Changes::default();
        match self {
            Self::OrderPaid { credits, redeemed, .. } => {
                changes.lots(credits.iter().map(|credit| &credit.lot), 1);
                let now = redeemed.iter().filter(|redeemed| redeemed.hold.is_none());
                changes.lots(now.flat_map(|redeemed| &redeemed.parts), -1);
            }
            Self::Expired { wallet, points, .. } => {
                changes.add(wallet, 0_i64.saturating_sub(signed(*points)))
            }
            Self::Captured { wallet, points, gives, .. } => {
                changes.add(wallet, 0_i64.saturating_sub(signed(*points)));
                changes.lots(gives, 1);
            }
            Self::RewardCancelled { restored, taken, .. } => {
                changes.lots(restored, 1);
                changes.lots(taken, -1);
            }
            Self::Refunded { credits, restored, .. } => {
                changes.lots(restored.iter().flatten(), 1);
                credits.iter().for_each(|credit| changes.back(&credit.back));
            }
            Self::ReferralRewarded { lot, .. } | Self::BonusGiven { lot, .. } => changes.lots([lot], 1),
            Self::ReferralRevoked { back, .. } => changes.back(back),
            Self::BonusDecided { wallet, gone, .. } => {
                changes.add(wallet, 0_i64.saturating_sub(signed(*gone)))
            }
            Self::Exchanged { from, points, lot, .. } => {
                changes.add(from, 0_i64.saturating_sub(signed(*points)));
                changes.lots([lot], 1);
            }
            Self::TransferSent { parts, .. } => changes.lots(parts, -1),
            Self::TransferReceived { lots, .. } => changes.lots(lots, 1),
            Self::Adjusted { lot, back, .. } => {
                changes.lots(lot, 1);
                back.iter().for_each(|back| changes.back(back));
            }
            Self::SaleSettled { lots, back, .. } => {
                changes.lots(lots, 1);
                back.iter().for_each(|(_, back)| changes.back(back));
            }
            Self::OrderFulfilled { .. }
            | Self::Vested { .. }
            | Self::Held(_)
            | Self::Released { .. }
            | Self::Repaid { .. }
            | Self::TierChanged { .. }
            | crate::moves_no_points!() => {}
        }
        changes.0.retain(|_, points| *points != 0);
        changes.0
    }
}

impl ClawBack {
    /// All points taken back, from lots and as debt.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn points(&self) -> Result<Points, crate::ground::code::Code> {
        Points::sum(self.taken.iter().map(|t| t.points))?.plus(self.debt)
    }
}
