//! The ledger's rows: appended, never changed, complete enough to fold without the rules.

use crate::ground::code::Code;
use crate::ground::ids::{
    AccountId, BonusId, CampaignId, DrawId, EventName, HoldId, Key, LevelId, LineId, MembershipId, OrderId,
    PrivilegeId, Purpose, Reference, RewardId, RuleId, SegmentId, SharedId, Version, WalletId,
};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment};
use crate::ledger::account::{Hold, KeptLevel, PaidMembership, Used};
use crate::ledger::command::{Fingerprint, Order, Refund};
use crate::ledger::lot::{Lot, LotId};
use crate::rules::referral::Role;
use crate::rules::when::Birthday;
use rust_decimal::Decimal;
use std::sync::Arc;

/// One appended, immutable row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Dense from 1.
    pub seq: u64,
    /// When it was appended; never before the entry before it.
    pub moment: Moment,
    /// The programme version that decided it.
    pub programme: Version,
    /// The command's idempotency key.
    pub key: Key,
    /// The command's fingerprint.
    pub fingerprint: Fingerprint,
    /// What happened.
    pub event: Event,
}

/// Points taken from one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Which lot.
    pub lot: LotId,
    /// How many.
    pub points: Points,
}

impl From<&Lot> for Taken {
    fn from(part: &Lot) -> Self {
        Self { lot: part.id, points: part.points }
    }
}

/// Points of one wallet taken back, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClawBack {
    /// Which wallet.
    pub wallet: WalletId,
    /// From lots.
    pub taken: Vec<Taken>,
    /// Already spent: owed, and recovered from the next points that vest.
    pub debt: Points,
    /// Already spent: written off.
    pub written_off: Points,
}

/// What a paid order counts for on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedLine {
    /// Which line.
    pub line: LineId,
    /// The line's earning basis, which also counts towards the tier.
    pub spend: Decimal,
}

/// What an order earns in one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The lot; it may be empty, where rules that took the order gave nothing.
    pub lot: Lot,
    /// The campaign on whose day it is credited.
    pub campaign: Option<CampaignId>,
    /// Its points, per line of the order.
    pub lines: Vec<Points>,
    /// Why; sums to its points.
    pub steps: Vec<Step>,
}

/// What an order earns its seller in one wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleCredit {
    /// Which wallet.
    pub wallet: WalletId,
    /// Points, per line of the order.
    pub lines: Vec<Points>,
}

/// One explained part of an accrual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A rule gave points for an amount: `points_per` for every `per`.
    Rate {
        /// Which rule.
        rule: RuleId,
        /// The earning basis the rule took.
        amount: Decimal,
        /// The rate's points.
        points_per: Points,
        /// The rate's amount.
        per: Money,
        /// Whole groups of `per` in `amount`, where the rule counts in groups over the whole order.
        groups: Option<Points>,
        /// What was left over of the order before, and counted in.
        carried: Option<Decimal>,
        /// Points given.
        points: Points,
    },
    /// A rule gave points for pieces.
    Pieces {
        /// Which rule.
        rule: RuleId,
        /// How many pieces it took.
        pieces: u64,
        /// Points for each.
        points_per: Points,
        /// Points given.
        points: Points,
    },
    /// A rule gave points for the order.
    Order {
        /// Which rule.
        rule: RuleId,
        /// Points given.
        points: Points,
    },
    /// Gift certificates were sold.
    GiftCards {
        /// Which rule.
        rule: RuleId,
        /// What they are worth.
        amount: Decimal,
        /// Points given.
        points: Points,
    },
    /// The tier multiplied them.
    Tier {
        /// Which level.
        level: LevelId,
        /// By how much.
        multiplier: Decimal,
        /// Points added; below zero where the multiplier is below 1.
        points: i64,
    },
    /// A campaign multiplied them.
    Campaign {
        /// Which.
        campaign: CampaignId,
        /// By how much.
        multiplier: Decimal,
        /// Points added; below zero where the multiplier is below 1.
        points: i64,
    },
    /// A limit took points away.
    Limited {
        /// The rule or campaign whose limit it is.
        by: Box<str>,
        /// Which limit: `most`, `most_per_day`, `most_per_member` or `budget`.
        limit: Limited,
        /// Points taken away.
        points: Points,
    },
}

/// A limit that takes points away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// On one order.
    Order,
    /// On one day.
    Day,
    /// Of one member.
    Member,
    /// Of all members.
    Budget,
}

/// What a refund gives back of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundedLine {
    /// Which line.
    pub line: LineId,
    /// How much of its amount.
    pub amount: Money,
    /// How much of its earning basis.
    pub spend: Decimal,
}

/// What a refund takes back of one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditBack {
    /// Which lot.
    pub lot: LotId,
    /// Points, per line of the order.
    pub lines: Vec<Points>,
    /// Where they were taken from.
    pub back: ClawBack,
}

/// A reward that paid for part of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// The hold that was captured; none for one taken with the order itself.
    pub hold: Option<HoldId>,
    /// Which reward.
    pub reward: RewardId,
    /// Of which wallet.
    pub wallet: WalletId,
    /// How many points.
    pub points: Points,
    /// What they paid of the order.
    pub value: Money,
    /// Whether it is a payment: from a wallet of gift certificates.
    pub payment: bool,
    /// The parts of lots they came from.
    pub parts: Vec<Lot>,
    /// The lines it pays; none where it pays a share of all.
    pub lines: Vec<PaidLine>,
}

/// What a reward pays of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidLine {
    /// Which line.
    pub line: LineId,
    /// Whole pieces that are free.
    pub pieces: u32,
    /// How much.
    pub value: Money,
}

/// What happened.
///
/// Which event it is has a byte of its own, so that a compiler which sees one made knows what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[repr(u8)]
pub enum Event {
    /// An order was paid; its rewards are taken, its points credited.
    OrderPaid {
        /// The order as booked.
        order: Arc<Order>,
        /// Per line, in the order's order.
        lines: Vec<BookedLine>,
        /// Rewards that paid for part of it.
        redeemed: Vec<Redeemed>,
        /// Points of the main wallet it earned; they count towards levels.
        points: Points,
        /// What it earned, by lot.
        credits: Vec<Credit>,
        /// What it earned its seller.
        sale: Vec<SaleCredit>,
        /// Limits it used.
        uses: Vec<Used>,
        /// What is left over for the next order, by rule.
        remainders: Vec<(RuleId, Decimal)>,
        /// What it used of what all members share.
        shared: Vec<(SharedId, i64)>,
        /// Why the referral named in the order was not taken, if one was named and was not.
        referral: Option<Code>,
    },
    /// An order was handed over: its lots wait for a day now.
    OrderFulfilled {
        /// Which order.
        order: OrderId,
        /// Lots, and the day on which each vests.
        lots: Vec<(LotId, Day)>,
    },
    /// A pending lot became spendable.
    Vested {
        /// Which lot.
        lot: LotId,
        /// Of which wallet.
        wallet: WalletId,
        /// How many points.
        points: Points,
        /// The day it was due.
        due: Day,
    },
    /// What was left of a lot expired.
    Expired {
        /// Which lot.
        lot: LotId,
        /// Of which wallet.
        wallet: WalletId,
        /// How many points.
        points: Points,
        /// Its last usable day.
        last_day: Day,
    },
    /// Points were set aside.
    Held(Hold),
    /// Held points were spent.
    Captured {
        /// Which hold.
        hold: HoldId,
        /// For which reward.
        reward: RewardId,
        /// Of which wallet.
        wallet: WalletId,
        /// How many points.
        points: Points,
        /// What was held beyond that and goes back, as parts of lots.
        returned: Vec<Lot>,
        /// Limits it used.
        uses: Vec<Used>,
        /// What it used of what all members share.
        shared: Vec<(SharedId, i64)>,
        /// What the reward gives in another wallet.
        gives: Option<Lot>,
        /// The draw it gives a ticket of.
        ticket: Option<DrawId>,
    },
    /// Held points went back to their lots.
    Released {
        /// Which hold.
        hold: HoldId,
        /// Of which wallet.
        wallet: WalletId,
        /// How many points.
        points: Points,
        /// Whether its time ran out.
        timed_out: bool,
    },
    /// A captured reward was handed over.
    RewardFulfilled {
        /// The hold it was taken with.
        hold: HoldId,
    },
    /// A captured reward will not be handed over: its points went back.
    RewardCancelled {
        /// The hold it was taken with.
        hold: HoldId,
        /// Points that return, as parts of lots.
        restored: Vec<Lot>,
        /// What it had given in another wallet and is taken back.
        taken: Option<Lot>,
        /// Limits it leaves, where they still count the same period.
        unused: Vec<Used>,
        /// What it gives back of what all members share.
        shared: Vec<(SharedId, i64)>,
        /// The draw it takes a ticket of back from.
        ticket: Option<DrawId>,
    },
    /// An order was refunded, wholly or in part.
    Refunded {
        /// Which order.
        order: OrderId,
        /// The shop-local day the order was booked on.
        day: Day,
        /// The refund as asked.
        refund: Refund,
        /// Per refunded line.
        lines: Vec<RefundedLine>,
        /// Points of the main wallet among those taken back.
        points: Points,
        /// What is taken back, by lot.
        credits: Vec<CreditBack>,
        /// What is taken back from the seller, in the order of the sale's credits.
        sale: Vec<SaleCredit>,
        /// Points spent on the order that return, per reward, as parts of lots.
        restored: Vec<Vec<Lot>>,
        /// What is left over now of rules in groups that carry it, by rule.
        remainders: Vec<(RuleId, Decimal)>,
        /// Limits of rewards that it leaves with the whole of the order, where they still count the same period.
        unused: Vec<Used>,
        /// What it gives back of what all members share.
        shared: Vec<(SharedId, i64)>,
        /// Whether nothing of the order is left.
        whole: bool,
        /// A level that is kept for a while though the refund lowers it.
        keeps: Option<KeptLevel>,
    },
    /// Debt was recovered from spendable points.
    Repaid {
        /// Of which wallet.
        wallet: WalletId,
        /// How many points.
        points: Points,
        /// From which lots.
        taken: Vec<Taken>,
    },
    /// The member's tier changed.
    TierChanged {
        /// The level before.
        from: Option<LevelId>,
        /// The level from now on.
        to: Option<LevelId>,
        /// How much of the metric the window holds.
        progress: Decimal,
    },
    /// A referral earned points.
    ReferralRewarded {
        /// Whose side this account is on.
        role: Role,
        /// The account on the other side.
        other: AccountId,
        /// The friend's order.
        order: OrderId,
        /// The shop-local day of that order.
        day: Day,
        /// The spend below which it falls when the order is refunded.
        minimum: Money,
        /// The points.
        lot: Lot,
    },
    /// A referral's points were taken back.
    ReferralRevoked {
        /// Whose side this account is on.
        role: Role,
        /// The account on the other side.
        other: AccountId,
        /// The friend's order.
        order: OrderId,
        /// Where the points were taken from.
        back: ClawBack,
        /// Whether the points had not vested yet.
        pending: bool,
        /// The day on which it counted towards levels.
        day: Day,
    },
    /// A member did something.
    EventRecorded {
        /// What.
        event: EventName,
        /// The shop's name for this very time.
        reference: Option<Reference>,
    },
    /// A bonus was given.
    BonusGiven {
        /// Which.
        bonus: BonusId,
        /// The event it was given for; none for a birthday.
        event: Option<EventName>,
        /// The reference of that event.
        reference: Option<Reference>,
        /// The shop-local day on which it was due.
        day: Day,
        /// The points.
        lot: Lot,
        /// The limit it used.
        used: Used,
    },
    /// The merchant decided on a bonus that waited for it.
    BonusDecided {
        /// Which.
        bonus: BonusId,
        /// Its points.
        lot: LotId,
        /// The day on which they vest; none where it was turned down and they are gone.
        vests_on: Option<Day>,
        /// Of which wallet.
        wallet: WalletId,
        /// How many points are gone.
        gone: Points,
    },
    /// The member came into a segment, or left it.
    SegmentSet {
        /// Which.
        segment: SegmentId,
        /// Whether the member is in it from now on.
        member: bool,
    },
    /// The member gave a consent, or took it back.
    ConsentSet {
        /// To what.
        purpose: Purpose,
        /// Whether it is given from now on.
        given: bool,
    },
    /// The member told their birthday, or it was forgotten.
    BirthdaySet {
        /// The birthday.
        birthday: Option<Birthday>,
    },
    /// A membership was paid for.
    MembershipPaid {
        /// What the member has from now on.
        membership: PaidMembership,
        /// The shop's name for the payment.
        payment: Reference,
    },
    /// The membership ended before its last day.
    MembershipCancelled {
        /// Which.
        membership: MembershipId,
        /// What of its fee comes back.
        refund: Money,
    },
    /// A privilege was used.
    PrivilegeUsed {
        /// Which.
        privilege: PrivilegeId,
        /// The shop's name for this very use.
        reference: Reference,
        /// The limit it used; none where there is none.
        used: Option<Used>,
    },
    /// The member is honoured in public.
    Honoured {
        /// How.
        form: EventName,
    },
    /// Points of one wallet became points of another.
    Exchanged {
        /// From which wallet.
        from: WalletId,
        /// How many points.
        points: Points,
        /// From which lots.
        taken: Vec<Taken>,
        /// What they became.
        lot: Lot,
    },
    /// Points were given to another member.
    TransferSent {
        /// To whom.
        to: AccountId,
        /// Of which wallet.
        wallet: WalletId,
        /// The parts of lots they came from.
        parts: Vec<Lot>,
    },
    /// Points came from another member.
    TransferReceived {
        /// From whom.
        from: AccountId,
        /// The new lots.
        lots: Vec<Lot>,
    },
    /// The merchant corrected a balance.
    Adjusted {
        /// The merchant's name for the reason.
        reason: Reference,
        /// The new lot, where points were added.
        lot: Option<Lot>,
        /// Where points were taken from.
        back: Option<ClawBack>,
    },
    /// A sale to another member is worth something else now.
    SaleSettled {
        /// Who bought.
        buyer: AccountId,
        /// What they bought.
        order: OrderId,
        /// The buyer's entry that says so.
        heard: u64,
        /// New lots.
        lots: Vec<Lot>,
        /// What is taken back, and from which of the sale's lots.
        back: Vec<(LotId, ClawBack)>,
    },
    /// Something that all members share was used.
    SharedCounted {
        /// By whom.
        by: AccountId,
        /// What, and how much of it.
        counts: Vec<(SharedId, i64)>,
    },
}
