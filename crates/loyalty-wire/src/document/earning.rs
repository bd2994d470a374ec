//! What earns: rules, campaigns, bonuses.

use crate::document::{Length, WhenRules};
use crate::part::outline;
use crate::text::{As, Whole};
use crate::words::MeasureName;
use loyalty_core::{
    Beneficiary, BonusId, CampaignId, Category, Day, EventName, Limit, Multiplying, ProductId, RuleId,
    Stacking, WalletId,
};
use rust_decimal::Decimal;

outline! {
    /// So many points for every so much: 109.99 at 3 for every 10.00 is 32 pro rata, 30 in whole groups. Or so
    /// many for every piece, for the order, or for gift certificates sold.
    pub struct EarningRule {
        /// Unique among the rules.
        id: As<RuleId>,
        /// Where the points go; default the main wallet. For gift certificates, a wallet of them.
        wallet: Option<As<WalletId>>,
        /// Who gets them: who buys, or the member of staff whose sale it is. Default `member`.
        /// With `seller` there is no `carry`, `most_per_day` or `most_per_member`: they are counted by buyer.
        to: Option<As<Beneficiary>>,
        /// Points, 1 to 1000000, for every `per`, every piece, the order, or every minor unit of gift certificates
        /// sold: 1 puts what was paid into the wallet.
        points: Whole,
        /// The amount that gives them, above 0; needed with `pro_rata` and `groups`, and only there.
        per: Option<As<Decimal>>,
        /// Default `pro_rata`. `pieces` are those of lines with anything to pay; `order` gives once where the rule
        /// takes anything to pay.
        measure: Option<As<MeasureName>>,
        /// `true`: what is left over of `groups` counts towards the next order; only there. A rule that another one
        /// beats keeps it. Default `false`.
        carry: Option<bool>,
        /// Only lines in one of these categories, at most 200; default every line.
        only: Option<Vec<As<Category>>>,
        /// Lines of one of these products, at most 200, beside those of `only`; default every line.
        products: Option<Vec<As<ProductId>>>,
        /// No lines in one of these categories, at most 200.
        except: Option<Vec<As<Category>>>,
        /// When it is in force, and for whom; default always, for everyone.
        when: Option<WhenRules>,
        /// The campaign it belongs to: in force with it, paid from its budget, credited on its day.
        campaign: Option<As<CampaignId>>,
        /// Of exclusive rules the one of the highest priority, on a tie the first, takes a line; 0 to 1000000,
        /// default 0.
        priority: Option<u32>,
        /// `true`: on a line that it takes no other rule of its wallet gives anything. Default `false`.
        exclusive: Option<bool>,
        /// The earning basis of the whole order from which the rule gives anything; default 0.
        minimum: Option<As<Decimal>>,
        /// The pieces of the lines it takes from which it gives anything, 1 to 1000000; default no minimum.
        minimum_pieces: Option<u32>,
        /// The most points it gives on one order, the tier's part included, at least 1; default no limit.
        most: Option<Whole>,
        /// The most it gives a member on one shop-local day, at least 1; default no limit.
        most_per_day: Option<Whole>,
        /// The most it gives a member in all, at least 1; default no limit.
        most_per_member: Option<Whole>,
    }
}

outline! {
    /// How the multipliers of the tier and of campaigns go together on a line.
    pub struct MultiplierRules {
        /// 1.5 and 2 are 3, or with `add` 2.5, or with `best` 2. Default `multiply`. What they come to is kept to 12
        /// digits behind the point, rounded half up.
        stacking: Option<As<Stacking>>,
        /// Whether the exact points are multiplied and rounded once, or the rounded points are multiplied and
        /// rounded again: 3.9 × 2 is 7, or 6. Default `before_rounding`.
        timing: Option<As<Multiplying>>,
    }
}

outline! {
    /// A campaign: the rules that name it, and a multiplier of what other rules give on the lines it takes.
    pub struct CampaignRule {
        /// Unique among the campaigns.
        id: As<CampaignId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// When it is in force, and for whom; default always, for everyone.
        when: Option<WhenRules>,
        /// It multiplies only lines in one of these categories, at most 200; default every line.
        only: Option<Vec<As<Category>>>,
        /// Lines of one of these products, at most 200, beside those of `only`; default every line.
        products: Option<Vec<As<ProductId>>>,
        /// No lines in one of these categories, at most 200.
        except: Option<Vec<As<Category>>>,
        /// What points are multiplied by, above 0, at most 100, with at most 4 decimals; default nothing.
        multiplier: Option<As<Decimal>>,
        /// The one of the higher priority comes first, on a tie the first of the list; 0 to 1000000, default 0.
        priority: Option<u32>,
        /// `true`: on a line that exclusive campaigns take the first of them is the only multiplier, the tier's
        /// left out too. Default `false`.
        exclusive: Option<bool>,
        /// The most points it adds to one order, at least 1; default no limit.
        most: Option<Whole>,
        /// The most it gives a member in all, at least 1; default no limit.
        most_per_member: Option<Whole>,
        /// The most it gives all members together, at least 1; then it ends. Default no limit.
        budget: Option<Whole>,
        /// Its points become spendable not before this day; default as the wallet says.
        credited_on: Option<As<Day>>,
    }
}

outline! {
    /// A bonus for an event or about a birthday: exactly one of these.
    pub struct BonusRule {
        /// Unique among the bonuses.
        id: As<BonusId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// Points, at least 1.
        points: Whole,
        /// Where they go; default the main wallet.
        wallet: Option<As<WalletId>>,
        /// The name of the event it is given for: `newsletter`, `review`, `visit`.
        event: Option<As<EventName>>,
        /// About the member's birthday, with consent to hold the date, once a year; what is left of the points
        /// expires with its last day.
        birthday: Option<BirthdayRules>,
        /// How often: once, once in each month or year, or once for each reference of its event. Not with a
        /// birthday. Default `once`.
        limit: Option<As<Limit>>,
        /// `true`: the merchant approves it first. Default `false`.
        approval: Option<bool>,
        /// Days after it until the points vest, 0 to 3650; default 0.
        days: Option<u32>,
        /// How long the points last; default as the wallet says.
        lasts: Option<Length>,
        /// When it is given, and to whom; default always, to everyone.
        when: Option<WhenRules>,
    }
}

outline! {
    /// Days about a member's birthday, that day included; of 29 February, in other years 28 February.
    pub struct BirthdayRules {
        /// So many days before it, 0 to 180; default 0.
        before: Option<u32>,
        /// Through so many days after it, 0 to 180; default 0.
        after: Option<u32>,
    }
}
