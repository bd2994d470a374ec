//! The programme document, field by field.

mod benefit;
mod earning;
mod reward;
mod tier;
mod wallet;
mod when;

pub use benefit::{
    DrawRule, ExchangeRule, MembershipRule, PrivilegeRule, RecognitionRules, ReferralReward, ReferralRules,
    UsesRules,
};
pub use earning::{BirthdayRules, BonusRule, CampaignRule, EarningRule, MultiplierRules};
pub use reward::{RewardGives, RewardRule, RewardTerms};
pub use tier::{LevelRule, TierRules, WindowRules};
pub use wallet::{ExpiryRules, Length, PointsRules, VestingRules, WalletRules};
pub use when::{HoursRules, WhenRules};

use crate::part::outline;
use crate::text::As;
use crate::words::Profile;
use loyalty_core::{
    Combining, Currency, Inclusion, OverAsk, RefundBasis, Restored, RestoredWith, Rounding, Scope, Shortfall,
};

outline! {
    /// A loyalty programme.
    pub struct Document {
        /// The document's format, 1.
        format: u32,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// ISO 4217 code of every amount.
        currency: As<Currency>,
        /// IANA time zone of the shop's calendar, such as `Europe/Budapest`.
        time_zone: String,
        /// A published system whose settings hold where the document gives none; default none.
        profile: Option<As<Profile>>,
        /// What the main wallet holds; default whole points.
        points: Option<PointsRules>,
        /// When points of the main wallet become spendable; default at once.
        vesting: Option<VestingRules>,
        /// When points of the main wallet expire; default never.
        expiry: Option<ExpiryRules>,
        /// Further wallets, at most 9.
        wallets: Option<Vec<WalletRules>>,
        /// How earned points become whole numbers; default down, over the order.
        rounding: Option<RoundingRules>,
        /// What of an order earns.
        basis: Option<BasisRules>,
        /// Earning rules, at most 200; a line earns by each rule that takes it, or as `combining` says.
        earning: Vec<EarningRule>,
        /// How several earning rules go together: each gives its points, or in each wallet the one that gives
        /// the most, with all that multiplies and limits it, on a tie the first. Default `add`.
        combining: Option<As<Combining>>,
        /// How the multipliers of the tier and of campaigns go together.
        multipliers: Option<MultiplierRules>,
        /// Campaigns, at most 50.
        campaigns: Option<Vec<CampaignRule>>,
        /// Bonuses for what members do and for birthdays, at most 100.
        bonuses: Option<Vec<BonusRule>>,
        /// Levels by spend, or by another metric.
        tiers: Option<TierRules>,
        /// Paid memberships, at most 20.
        memberships: Option<Vec<MembershipRule>>,
        /// Benefits that are granted and used up, at most 100.
        privileges: Option<Vec<PrivilegeRule>>,
        /// Honours in public for members of long standing, with their consent; default none.
        recognition: Option<RecognitionRules>,
        /// What points buy. At most 200.
        rewards: Option<Vec<RewardRule>>,
        /// What happens when a reward is asked for more points than can be taken: it is refused, or it takes as
        /// many as it can. Default `refuse`.
        over_ask: Option<As<OverAsk>>,
        /// Prize draws, at most 50.
        draws: Option<Vec<DrawRule>>,
        /// Exchanges of points between wallets, at most 20; no round of them may yield more than it takes.
        exchanges: Option<Vec<ExchangeRule>>,
        /// How long a hold lasts; default 15 minutes.
        holds: Option<HoldRules>,
        /// How refunds behave.
        refunds: Option<RefundRules>,
        /// Rewards for bringing friends.
        referral: Option<ReferralRules>,
    }
}

outline! {
    /// How earned points become whole numbers.
    pub struct RoundingRules {
        /// Default `down`.
        mode: Option<As<Rounding>>,
        /// What is rounded on its own: the order's sum, each rule, or each rule on each line. Default `order`.
        scope: Option<As<Scope>>,
    }
}

outline! {
    /// What of an order earns, and counts towards a tier.
    pub struct BasisRules {
        /// Tax contained in the amounts; default `in`.
        tax: Option<As<Inclusion>>,
        /// Delivery lines; default `out`.
        delivery: Option<As<Inclusion>>,
        /// Discounts already taken off; default `out`.
        discounts: Option<As<Inclusion>>,
        /// Value paid with points, which pay goods and delivery only; default `out`.
        points: Option<As<Inclusion>>,
        /// Value paid with gift certificates; default `in`.
        certificates: Option<As<Inclusion>>,
    }
}

outline! {
    /// How long a hold lasts.
    pub struct HoldRules {
        /// Minutes, 1 to 10080.
        minutes: u32,
    }
}

outline! {
    /// How refunds behave.
    pub struct RefundRules {
        /// What happens to points that were spent already: they are owed, or written off, or the refund is
        /// refused. Default `debt`.
        shortfall: Option<As<Shortfall>>,
        /// What a partial refund takes back: its share of what was booked, line by line; or what was booked less
        /// what the rest of the order earns; or what the refunded part alone earns, never more than is left.
        /// With the last refund everything that is left. Default `reverse`.
        basis: Option<As<RefundBasis>>,
        /// Where points go back to that were spent on the order: to the lots they came from, with their dates;
        /// to a new lot; nowhere. Default `original_lots`.
        restored: Option<As<Restored>>,
        /// When they go back: with every refund its share, or all once nothing of the order is left. Default
        /// `every_refund`.
        restored_with: Option<As<RestoredWith>>,
        /// Days restored points stay usable whose last day is over, 0 to 3650; default 30.
        grace_days: Option<u32>,
    }
}
