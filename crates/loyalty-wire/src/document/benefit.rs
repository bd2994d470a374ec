//! Memberships, privileges, honours, draws, exchanges, referrals.

use crate::document::{Length, WhenRules};
use crate::part::outline;
use crate::text::{As, Whole};
use loyalty_core::{Day, DrawId, FeeRefund, LevelId, MembershipId, Period, PrivilegeId, WalletId};
use rust_decimal::Decimal;

outline! {
    /// A paid membership: a fee buys a level or perks for a term.
    pub struct MembershipRule {
        /// Unique among the memberships.
        id: As<MembershipId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// What a term costs.
        fee: As<Decimal>,
        /// How long a term lasts.
        term: Length,
        /// The level its members have at least; default none.
        level: Option<As<LevelId>>,
        /// What of the fee comes back when it is cancelled: the share of the days left after today, rounded down to
        /// the minor unit, or nothing. Default `pro_rata`.
        refund: Option<As<FeeRefund>>,
    }
}

outline! {
    /// A benefit that is granted, shown, used up and recorded.
    pub struct PrivilegeRule {
        /// Unique among the privileges.
        id: As<PrivilegeId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// Who has it, and when; default everyone, always.
        when: Option<WhenRules>,
        /// How often it can be used; default without end.
        uses: Option<UsesRules>,
    }
}

outline! {
    /// How often a member can use something.
    pub struct UsesRules {
        /// So many times, 1 to 1000000.
        count: u64,
        /// In each month or year; default in all.
        per: Option<As<Period>>,
    }
}

outline! {
    /// Honours in public for members of long standing.
    pub struct RecognitionRules {
        /// How long after the member's first day.
        after: Length,
    }
}

outline! {
    /// A prize draw.
    pub struct DrawRule {
        /// Unique among the draws.
        id: As<DrawId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// Through which day tickets are taken.
        closes: As<Day>,
        /// How many tickets win, 1 to 10000.
        winners: u64,
        /// SHA-256 of the seed that will decide the draw, 64 lower-case hexadecimal digits: published before it, so
        /// that anyone can tell afterwards that the seed was not chosen to fit.
        seed_hash: Option<String>,
    }
}

outline! {
    /// Points of one wallet for points of another.
    pub struct ExchangeRule {
        /// Whose points are given.
        from: As<WalletId>,
        /// Whose points are got; another wallet.
        to: As<WalletId>,
        /// So many of `from`, 1 to 1000000 …
        give: Whole,
        /// … are so many of `to`, 1 to 1000000; pro rata, rounded down.
        get: Whole,
    }
}

outline! {
    /// Rewards for bringing friends.
    pub struct ReferralRules {
        /// What the member earns whose link it was, at least 1.
        advocate: ReferralReward,
        /// What the friend earns.
        friend: ReferralReward,
        /// The spend of the friend's first order from which both are rewarded; default nothing.
        minimum: Option<As<Decimal>>,
        /// Days after that order until both rewards vest, 0 to 3650; default 14.
        return_days: Option<u32>,
    }
}

outline! {
    /// One side of a referral.
    pub struct ReferralReward {
        /// How many points.
        points: Whole,
    }
}
