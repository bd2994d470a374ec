//! Wallets: when what is in them can be spent, and how long.

use crate::part::outline;
use crate::text::{As, Whole};
use loyalty_core::{Boundary, Day, PartnerId, Period, SpendFrom, VestingFrom, WalletId, WalletKind};

outline! {
    /// What the main wallet holds. It is where rules, bonuses and rewards go that name no other, and the one whose
    /// points multipliers act on.
    pub struct PointsRules {
        /// Names the wallet; default `points`.
        id: Option<As<WalletId>>,
        /// What shoppers read, 1 to 200 characters; default `Points`.
        name: Option<String>,
        /// How many of its digits stand behind the point when it is shown, 0 to 4: at 2, 150 reads 1.50. Every
        /// number of points in this document is written without it. Default 0.
        scale: Option<u32>,
        /// On which order its points can be spent: from the one after the order that earned them, or on that very
        /// order, where they need not wait. Default `next_order`.
        spend: Option<As<SpendFrom>>,
        /// The partner who owes what is in it; default the shop that gave it.
        issuer: Option<As<PartnerId>>,
    }
}

outline! {
    /// A further wallet: stamps, a second kind of points, gift certificates.
    pub struct WalletRules {
        /// Unique among the wallets, the main one included.
        id: As<WalletId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// What one of it is: a point, which pays as rewards say; or one minor unit of money paid in advance, which
        /// is a payment. Default `points`.
        kind: Option<As<WalletKind>>,
        /// How many of its digits stand behind the point when it is shown, 0 to 4; default 0. Not with gift
        /// certificates, which have the currency's.
        scale: Option<u32>,
        /// On which order its points can be spent. Default `next_order`.
        spend: Option<As<SpendFrom>>,
        /// The partner who owes what is in it; default the shop that gave it.
        issuer: Option<As<PartnerId>>,
        /// When what is earned becomes spendable; default at once.
        vesting: Option<VestingRules>,
        /// When it expires; default never.
        expiry: Option<ExpiryRules>,
    }
}

outline! {
    /// When earned points become spendable.
    pub struct VestingRules {
        /// Days after the order, 0 to 3650; spendable from that shop-local day on. Default 0.
        days: Option<u32>,
        /// From when the days count: from the order, or from the day the shop says that it is fulfilled. Default
        /// `order`.
        from: Option<As<VestingFrom>>,
        /// Not before this day.
        on: Option<As<Day>>,
        /// Points whose days are over wait in a pot that is worth nothing until it holds this many, at
        /// least 1; then all of them become spendable and the pot starts anew. Default no pot.
        threshold: Option<Whole>,
    }
}

outline! {
    /// When points expire: at the end of the earliest day that any of these names, in shop time. At most one
    /// of `days` and `months`.
    pub struct ExpiryRules {
        /// Days after they were earned, 1 to 3650.
        days: Option<u32>,
        /// Months after they were earned, 1 to 3650.
        months: Option<u32>,
        /// `days` or `months` run on to the end of the month or year they end in.
        until_end_of: Option<As<Period>>,
        /// Where on the last day of `days` or `months` they end: at the end of it, or so many days of 24 hours after
        /// they were earned, but not after the end of it. Default `last_day`.
        boundary: Option<As<Boundary>>,
        /// The last usable day of all points.
        on: Option<As<Day>>,
        /// The whole balance expires this long after the last day on which the member earned points, got
        /// some back or took a reward.
        inactivity: Option<Length>,
    }
}

outline! {
    /// A length of calendar time: days or months, one of them, 1 to 3650.
    pub struct Length {
        /// Days.
        days: Option<u32>,
        /// Months; a month later is the same day of the month, or the month's last.
        months: Option<u32>,
    }
}
