//! Which records a command reads, and which an event writes.

use crate::ground::ids::{AccountId, HoldId, OrderId, SharedId};
use crate::ledger::command::Command;
use crate::ledger::entry::Event;
use crate::ledger::records::Named;
use crate::rules::referral::Role;

/// Names a stored record of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowId {
    /// An order.
    Order(OrderId),
    /// A hold that has ended.
    Hold(HoldId),
    /// A friend whom this member brought.
    Friend(AccountId),
    /// Something the shop named.
    Named(Named),
    /// A sale to another member.
    Sale(AccountId, OrderId),
    /// How much is used of what all members share; on the account that counts it.
    Shared(SharedId),
}

impl Command {
    /// The records a host must load before it lets this command be decided.
    #[must_use]
    pub fn rows(&self) -> Vec<RowId> {
        let holds = |holds: &[HoldId]| holds.iter().cloned().map(RowId::Hold).collect::<Vec<_>>();
        match self {
            Self::PayOrder(order) => {
                let mut rows = holds(order.cart.holds());
                rows.push(RowId::Order(order.id.clone()));
                rows
            }
            Self::Refund { order, .. } | Self::FulfilOrder { order } => vec![RowId::Order(order.clone())],
            Self::Hold { hold, cart, .. } => {
                let mut rows = cart.as_ref().map(|cart| holds(cart.holds())).unwrap_or_default();
                rows.push(RowId::Hold(hold.clone()));
                rows
            }
            Self::Capture { hold, .. }
            | Self::Release { hold }
            | Self::FulfilReward { hold }
            | Self::CancelReward { hold } => vec![RowId::Hold(hold.clone())],
            Self::RecordEvent { event, reference: Some(reference) } => {
                vec![RowId::Named(Named::Event(event.clone(), reference.clone()))]
            }
            Self::DecideBonus { bonus, reference, .. } => {
                vec![RowId::Named(Named::Bonus(bonus.clone(), reference.clone()))]
            }
            Self::UsePrivilege { privilege, reference } => {
                vec![RowId::Named(Named::Privilege(privilege.clone(), reference.clone()))]
            }
            Self::PayMembership { payment, .. } => vec![RowId::Named(Named::Payment(payment.clone()))],
            Self::RewardReferral { friend, .. } | Self::RevokeReferral { friend, .. } => {
                vec![RowId::Friend(friend.clone())]
            }
            Self::SettleSale { buyer, order, .. } => vec![RowId::Sale(buyer.clone(), order.clone())],
            Self::CountShared { counts, .. } => {
                counts.iter().map(|(shared, _)| RowId::Shared(shared.clone())).collect()
            }
            Self::RecordEvent { reference: None, .. }
            | Self::SetSegment { .. }
            | Self::SetConsent { .. }
            | Self::SetBirthday { .. }
            | Self::CancelMembership
            | Self::Honour { .. }
            | Self::Exchange { .. }
            | Self::Transfer { .. }
            | Self::ReceiveTransfer { .. }
            | Self::Adjust { .. } => vec![],
        }
    }

    /// Whether it hangs on what all members have used by now, so that a host must say.
    #[must_use]
    pub const fn reads_shared(&self) -> bool {
        matches!(self, Self::PayOrder(_) | Self::Hold { .. } | Self::Capture { .. })
    }
}

impl Event {
    /// The records this event writes.
    #[must_use]
    pub fn rows(&self) -> Vec<RowId> {
        match self {
            Self::OrderPaid { order, redeemed, .. } => core::iter::once(RowId::Order(order.id.clone()))
                .chain(redeemed.iter().filter_map(|r| r.hold.clone()).map(RowId::Hold))
                .collect(),
            Self::Refunded { order, .. } | Self::OrderFulfilled { order, .. } => {
                vec![RowId::Order(order.clone())]
            }
            Self::Captured { hold, .. }
            | Self::Released { hold, .. }
            | Self::RewardFulfilled { hold }
            | Self::RewardCancelled { hold, .. } => vec![RowId::Hold(hold.clone())],
            Self::ReferralRewarded { role, other, order, .. }
            | Self::ReferralRevoked { role, other, order, .. } => match role {
                Role::Friend => vec![RowId::Order(order.clone())],
                Role::Advocate => vec![RowId::Friend(other.clone())],
            },
            Self::EventRecorded { event, reference: Some(reference) } => {
                vec![RowId::Named(Named::Event(event.clone(), reference.clone()))]
            }
            Self::BonusGiven { bonus, reference, .. } => {
                vec![RowId::Named(Named::Bonus(bonus.clone(), reference.clone()))]
            }
            Self::PrivilegeUsed { privilege, reference, .. } => {
                vec![RowId::Named(Named::Privilege(privilege.clone(), reference.clone()))]
            }
            Self::MembershipPaid { payment, .. } => vec![RowId::Named(Named::Payment(payment.clone()))],
            Self::SaleSettled { buyer, order, .. } => vec![RowId::Sale(buyer.clone(), order.clone())],
            Self::SharedCounted { counts, .. } => {
                counts.iter().map(|(shared, _)| RowId::Shared(shared.clone())).collect()
            }
            Self::Vested { .. }
            | Self::Expired { .. }
            | Self::Held(_)
            | Self::Repaid { .. }
            | Self::TierChanged { .. }
            | Self::EventRecorded { reference: None, .. }
            | Self::BonusDecided { .. }
            | Self::SegmentSet { .. }
            | Self::ConsentSet { .. }
            | Self::BirthdaySet { .. }
            | Self::MembershipCancelled { .. }
            | Self::Honoured { .. }
            | Self::Exchanged { .. }
            | Self::TransferSent { .. }
            | Self::TransferReceived { .. }
            | Self::Adjusted { .. } => vec![],
        }
    }
}
