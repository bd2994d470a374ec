//! What an entry asks of other accounts.

use crate::ground::code::Code;
use crate::ground::ids::{AccountId, SharedId};
use crate::ground::points::Points;
use crate::ledger::command::Command;
use crate::ledger::entry::{Entry, Event, SaleCredit};
use crate::ledger::records::OrderRecord;
use crate::rules::referral::Role;

/// A command one account sends to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// To whom.
    pub to: AccountId,
    /// What is asked there.
    pub command: Command,
}

impl Entry {
    /// What this entry asks of other accounts. `record` is the order it speaks of, as it is after the entry.
    ///
    /// The friend's side of a referral tells the advocate's; a sale tells its seller; what all members
    /// share is told to the account that counts it; points that are given away arrive.
    ///
    /// # Errors
    /// `points_out_of_range` for a damaged record.
    pub fn messages(&self, account: &AccountId, record: Option<&OrderRecord>) -> Result<Vec<Message>, Code> {
        let mut messages = Vec::new();
        match &self.event {
            Event::ReferralRewarded { role: Role::Friend, other, order, day, .. } => messages.push(Message {
                to: other.clone(),
                command: Command::RewardReferral { friend: account.clone(), order: order.clone(), day: *day },
            }),
            Event::ReferralRevoked { role: Role::Friend, other, order, .. } => messages.push(Message {
                to: other.clone(),
                command: Command::RevokeReferral { friend: account.clone(), order: order.clone() },
            }),
            Event::OrderPaid { sale, .. } | Event::Refunded { sale, .. } if !sale.is_empty() => {
                messages.extend(self.sale(account, record)?);
            }
            Event::TransferSent { to, parts, .. } => messages.push(Message {
                to: to.clone(),
                command: Command::ReceiveTransfer { from: account.clone(), parts: parts.clone() },
            }),
            _ => {}
        }
        let counts = self.shared();
        if !counts.is_empty() {
            messages.push(Message {
                to: Command::shared_account()?,
                command: Command::CountShared { by: account.clone(), seq: self.seq, counts: counts.to_vec() },
            });
        }
        Ok(messages)
    }

    /// Whether it asks anything of other accounts.
    #[must_use]
    pub fn has_messages(&self) -> bool {
        let asks = match &self.event {
            Event::ReferralRewarded { role, .. } | Event::ReferralRevoked { role, .. } => {
                *role == Role::Friend
            }
            Event::OrderPaid { sale, .. } | Event::Refunded { sale, .. } => !sale.is_empty(),
            Event::TransferSent { .. } => true,
            _ => false,
        };
        asks || !self.shared().is_empty()
    }

    /// What it used of what all members share.
    #[must_use]
    pub fn shared(&self) -> &[(SharedId, i64)] {
        self.event.shared()
    }

    fn sale(&self, account: &AccountId, record: Option<&OrderRecord>) -> Result<Option<Message>, Code> {
        let Some(record) = record else { return Ok(None) };
        let Some(seller) = &record.order.seller else { return Ok(None) };
        let worth = |credit: &SaleCredit, back: &[Points]| {
            Ok((
                credit.wallet.clone(),
                Points::sum(credit.lines.iter().copied())?.minus(Points::sum(back.iter().copied())?)?,
            ))
        };
        let worth =
            record.sale.iter().map(|sale| worth(&sale.credit, &sale.back)).collect::<Result<_, Code>>()?;
        let (buyer, order) = (account.clone(), record.order.id.clone());
        Ok(Some(Message {
            to: seller.clone(),
            command: Command::SettleSale { buyer, order, worth, seq: self.seq },
        }))
    }
}

impl Event {
    /// What it used of what all members share.
    pub(crate) fn shared(&self) -> &[(SharedId, i64)] {
        match self {
            Self::OrderPaid { shared, .. }
            | Self::Captured { shared, .. }
            | Self::RewardCancelled { shared, .. }
            | Self::Refunded { shared, .. } => shared,
            _ => &[],
        }
    }
}
