//! Bonuses for what a member does, and on the day the member is born (M05, M06, M07).

use crate::ground::ids::{BonusId, EventName, WalletId};
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment, Period, Span};
use crate::rules::wallet::{Terms, Wait, Wallet};
use crate::rules::when::When;
use std::sync::Arc;

/// A bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bonus {
    /// Names the bonus.
    pub id: BonusId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// What it is given for.
    pub occasion: Occasion,
    /// Where the points go.
    pub wallet: WalletId,
    /// Points, at least 1.
    pub points: Points,
    /// How often.
    pub limit: Limit,
    /// Whether the merchant approves it first.
    pub approval: bool,
    /// Days after it until the points vest, 0 to 3650.
    pub days: u32,
    /// How long they last, where not as the wallet says.
    pub lasts: Option<Span>,
    /// When it is given, and to whom.
    pub when: When,
}

impl Bonus {
    /// When its points vest and expire where they are given at `moment`, for a birthday on `birthday`.
    #[must_use]
    pub fn terms(&self, wallet: &Wallet, moment: Moment, birthday: Option<Day>) -> Terms {
        let mut terms = wallet.terms(moment, self.days, None);
        if self.approval {
            terms.wait = Some(Wait::Approval(self.days));
        }
        if let Some(span) = self.lasts {
            terms = Terms { last_day: Some(moment.day.plus(span)), until: None, ..terms };
        }
        // A birthday is celebrated within its days only, however late the account is looked at.
        if let Occasion::Birthday { after, .. } = self.occasion {
            let last = birthday.map(|birthday| birthday.plus(Span::Days(after)));
            terms = Terms { last_day: last.into_iter().chain(terms.last_day).min(), until: None, ..terms };
        }
        terms
    }
}

/// What a bonus is given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// An event of this name.
    Event(EventName),
    /// The member's birthday: from so many days before it, through so many after it. With consent to hold
    /// the date only, once a year.
    Birthday {
        /// Days before.
        before: u32,
        /// Days after; then what is left of the points expires.
        after: u32,
    },
}

/// How often a bonus is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    /// Once.
    #[default]
    Once,
    /// Once in each month or year.
    Per(Period),
    /// Once for each reference of its event.
    Reference,
}
