//! What is gathered: points, stamps, money paid in advance. A member has one balance in each wallet.

use crate::ground::ids::{PartnerId, WalletId};
use crate::ground::points::Points;
use crate::ground::time::{Day, Instant, Moment, Period, Span};
use std::sync::Arc;

/// A wallet of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// Names the wallet.
    pub id: WalletId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// How many of its digits stand behind the point when it is shown, 0 to 4: at 2, 150 reads 1.50.
    pub scale: u32,
    /// What one of it is.
    pub kind: WalletKind,
    /// On which order its points can be spent.
    pub spend: SpendFrom,
    /// Who owes what is in it, where it is not the shop that gave it.
    pub issuer: Option<PartnerId>,
    /// When what is earned becomes spendable.
    pub vesting: Vesting,
    /// When it expires.
    pub expiry: Expiry,
}

/// What one of a wallet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WalletKind {
    /// A point, or a stamp: what it pays of an order is a reward.
    #[default]
    Points,
    /// One minor unit of money paid in advance (M23): what it pays of an order is a payment.
    Certificates,
}

/// On which order points can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SpendFrom {
    /// From the order after the one that earned them.
    #[default]
    NextOrder,
    /// On the very order that earns them, where they need not wait.
    ThisOrder,
}

/// From when the days of vesting count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VestingFrom {
    /// From the order.
    #[default]
    Order,
    /// From the day the shop says that the order is fulfilled.
    Fulfilment,
}

/// When points become spendable (M03, M04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vesting {
    /// Days, 0 to 3650; 0 at once.
    pub days: u32,
    /// From when they count.
    pub from: VestingFrom,
    /// Not before this day.
    pub on: Option<Day>,
    /// What the pot must hold: points whose days are over wait until together they are that many, then all
    /// of them become spendable and the pot starts anew. 0 for no pot.
    pub threshold: Points,
}

/// Where the last usable moment of a lot lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Boundary {
    /// At the end of its last day, in shop time.
    #[default]
    LastDay,
    /// So many days of 24 hours after it was earned, but not after the end of its last day in shop time.
    Instant,
}

/// When points expire (M27): through the end of the earliest day that any of these names; never where none
/// does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expiry {
    /// A span after the day they were earned.
    pub after: Option<Span>,
    /// That span runs on to the end of the month or year it ends in.
    pub period: Option<Period>,
    /// One day for all points.
    pub on: Option<Day>,
    /// A span after the last day on which the member earned points, got some back or took a reward.
    pub inactivity: Option<Span>,
    /// Where on the last day of `after` it ends.
    pub boundary: Boundary,
}

/// What a lot waits for before it can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// A day; and, in a wallet with a threshold, for the pot to fill.
    Day(Day),
    /// For its order to be fulfilled, and then so many days.
    Fulfilment(u32),
    /// For the merchant to approve it, and then so many days.
    Approval(u32),
}

/// When credited points vest and expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// What they wait for; none where they can be spent at once.
    pub wait: Option<Wait>,
    /// Their last usable day; none for ever.
    pub last_day: Option<Day>,
    /// On that day usable before this instant; none to the day's end.
    pub until: Option<Instant>,
}

impl Wallet {
    /// When points earned at `moment` vest, at the earliest `days` later and not before `on`, and expire.
    #[must_use]
    pub fn terms(&self, moment: Moment, days: u32, on: Option<Day>) -> Terms {
        let day = moment.day.plus(Span::Days(days));
        let day = self.vesting.on.into_iter().chain(on).fold(day, Day::max);
        let waits = day > moment.day || self.has_pot();
        Terms { wait: waits.then_some(Wait::Day(day)), ..self.lasting(moment) }
    }

    /// Whether points wait until together they are enough.
    pub(crate) const fn has_pot(&self) -> bool {
        !self.vesting.threshold.is_zero()
    }

    /// As [`Self::terms`] for what an order earns: its days may count from its fulfilment.
    pub(crate) fn order_terms(&self, moment: Moment, on: Option<Day>) -> Terms {
        match self.vesting.from {
            VestingFrom::Order => self.terms(moment, self.vesting.days, on),
            VestingFrom::Fulfilment => {
                Terms { wait: Some(Wait::Fulfilment(self.vesting.days)), ..self.lasting(moment) }
            }
        }
    }

    /// The terms of points that can be spent at once and expire by the wallet's rules.
    pub(crate) fn lasting(&self, moment: Moment) -> Terms {
        let Expiry { after, period, on, boundary, .. } = self.expiry;
        let after = after.map(|span| {
            let last = moment.day.plus(span);
            period.map_or(last, |period| last.end_of(period))
        });
        let exact = boundary == Boundary::Instant && after.is_some_and(|last| on.is_none_or(|on| last <= on));
        Terms {
            wait: None,
            last_day: after.into_iter().chain(on).min(),
            until: after.filter(|_| exact).map(|last| moment.at.same_time_on(moment.day, last)),
        }
    }
}

impl Vesting {
    /// The day on which points vest whose wait for the merchant ends on `day`.
    pub(crate) fn after(&self, day: Day, days: u32) -> Day {
        let day = day.plus(Span::Days(days));
        self.on.map_or(day, |on| on.max(day))
    }
}
