//! The sums: what all reports are made of. Sums of any parts of the feed, added up, are the sums of the whole.

use crate::amounts::{Amount, Amounts};
use loyalty_core::Day;
use serde::{Deserialize, Serialize};

/// A day that never comes.
pub const NEVER: i32 = i32::MAX;

/// The number of a calendar month: twelve times the year, and 0 to 11.
#[must_use]
pub fn month_of(day: Day) -> i32 {
    let (year, month, _) = day.ymd();
    year.saturating_mul(12).saturating_add(i32::try_from(month).unwrap_or(1).saturating_sub(1))
}

macro_rules! columns {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// What changed, in points.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Columns {
            $($(#[doc = $doc])* pub $name: i64,)*
        }

        impl Columns {
            /// The columns' names, in the order of [`Columns::values`].
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The columns' values.
            #[must_use]
            pub fn values(&self) -> Vec<i64> {
                vec![$(self.$name),*]
            }
        }

        impl Amount for Columns {
            fn add(&mut self, more: &Self) {
                $(self.$name = self.$name.saturating_add(more.$name);)*
            }
        }
    };
}

columns! {
    /// Earned by orders, events, referrals and sales, and given by rewards.
    earned,
    /// Taken back of what was earned.
    reversed,
    /// Spent on rewards.
    redeemed,
    /// Given back of what was spent.
    returned,
    /// Expired.
    expired,
    /// Come from other members.
    received,
    /// Gone to other members.
    given,
    /// Come from other wallets.
    exchanged_in,
    /// Gone to other wallets.
    exchanged_out,
    /// Corrected by the merchant, up or down.
    adjusted,
    /// Taken from points of one issuer for what another had to take back; over all issuers 0.
    cleared,
    /// By how much what cannot be spent yet grew; no change of the whole.
    pending,
    /// Not recovered of what was taken back; no change of the whole.
    written_off,
}

impl Columns {
    /// By how much the whole changed.
    #[must_use]
    pub fn change(&self) -> i64 {
        let up = [self.earned, self.returned, self.received, self.exchanged_in, self.adjusted, self.cleared];
        let down = [self.reversed, self.redeemed, self.expired, self.given, self.exchanged_out];
        let sum = |columns: &[i64]| columns.iter().fold(0_i64, |sum, column| sum.saturating_add(*column));
        sum(&up).saturating_sub(sum(&down))
    }
}

/// Whose points, and of when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Which wallet.
    pub wallet: String,
    /// The partner who owes them; empty for the shop itself.
    pub issuer: String,
    /// The month in which they were earned; 0 for what is owed to the shop.
    pub month: i32,
}

/// What will become of points without an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fate {
    /// At the end of this day they expire.
    pub due: i32,
    /// From this day on they can be spent; 0 where they can by now.
    pub ripe: i32,
}

/// What orders came to, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Takings {
    /// Charged for paid orders.
    pub revenue: i64,
    /// Given back of it.
    pub refunded: i64,
    /// Paid with rewards.
    pub redeemed: i64,
    /// Given back of that.
    pub returned: i64,
}

impl Amount for Takings {
    fn add(&mut self, more: &Self) {
        self.revenue = self.revenue.saturating_add(more.revenue);
        self.refunded = self.refunded.saturating_add(more.refunded);
        self.redeemed = self.redeemed.saturating_add(more.redeemed);
        self.returned = self.returned.saturating_add(more.returned);
    }
}

/// Who owes whom, for points of which wallet. An empty name is the shop itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    /// Who issued the points.
    pub debtor: String,
    /// Where they were spent.
    pub creditor: String,
    /// Which wallet.
    pub wallet: String,
}

/// How much is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owed {
    /// Points.
    pub points: i64,
    /// What they paid for, in minor units.
    pub value: i64,
}

impl Amount for Owed {
    fn add(&mut self, more: &Self) {
        self.points = self.points.saturating_add(more.points);
        self.value = self.value.saturating_add(more.value);
    }
}

/// Everything that reports are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sums {
    /// What changed, by day.
    pub daily: Amounts<(i32, Place), Columns>,
    /// All points that members own, by what will become of them; what they owe is below zero.
    pub outlook: Amounts<(Place, Fate), i64>,
    /// Money, by day.
    pub takings: Amounts<i32, Takings>,
    /// What partners owe each other, by month.
    pub owed: Amounts<(i32, Pair), Owed>,
}

impl Sums {
    /// Adds others.
    pub fn add(&mut self, more: Self) {
        self.daily.merge(more.daily);
        self.outlook.merge(more.outlook);
        self.takings.merge(more.takings);
        self.owed.merge(more.owed);
    }

    /// Forgets what comes to nothing.
    pub fn tidy(&mut self) {
        self.daily.tidy();
        self.outlook.tidy();
        self.takings.tidy();
        self.owed.tidy();
    }
}
