//! What happened, as entries tell it.

use crate::entry::parts::{
    BookedLine, ClawBack, Count, Credit, CreditBack, FulfilledLot, RefundedLine, Remainder, SaleBack,
    SaleCredit, Taken,
};
use crate::form::Within;
use crate::read::variants;
use crate::request::Refund;
use crate::stored::{KeptLevel, Lot, Membership, Redeemed, Used};
use crate::text::{As, Whole};
use loyalty_core::{
    AccountId, Birthday, BonusId, Code, Currency, Day, DrawId, EventName, HoldId, Instant, LevelId,
    MembershipId, OrderId, PrivilegeId, Purpose, Reference, RewardId, Role, SegmentId, WalletId,
};
use rust_decimal::Decimal;

variants! {
    /// What happened.
    pub enum EventV1 {
        /// An order was paid.
        OrderPaid = "order_paid" {
            /// The order as booked.
            order: Within<std::sync::Arc<loyalty_core::Order>>,
            /// Per line.
            lines: Vec<BookedLine>,
            /// Rewards that paid for part of it.
            redeemed: Option<Vec<Redeemed>>,
            /// Points of the main wallet it earned.
            points: Whole,
            /// What it earned, by lot.
            credits: Option<Vec<Credit>>,
            /// What it earned its seller.
            sale: Option<Vec<SaleCredit>>,
            /// Limits it used.
            uses: Option<Vec<Used>>,
            /// What is left over for the next order.
            remainders: Option<Vec<Remainder>>,
            /// What it used of what all members share.
            shared: Option<Vec<Count>>,
            /// Why the referral named in the order was not taken.
            referral: Option<As<Code>>,
        },
        /// An order was handed over.
        OrderFulfilled = "order_fulfilled" {
            /// Which order.
            order: As<OrderId>,
            /// Its lots that wait for a day now.
            lots: Option<Vec<FulfilledLot>>,
        },
        /// A pending lot became spendable.
        Vested = "vested" {
            /// Which lot.
            lot: u64,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points.
            points: Whole,
            /// The day it was due.
            due: As<Day>,
        },
        /// What was left of a lot expired.
        Expired = "expired" {
            /// Which lot.
            lot: u64,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points.
            points: Whole,
            /// Its last usable day.
            last_day: As<Day>,
        },
        /// Points were set aside.
        Held = "held" {
            /// Names the hold.
            hold: As<HoldId>,
            /// For which reward.
            reward: As<RewardId>,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points.
            points: Whole,
            /// What they are worth.
            value: As<Decimal>,
            /// ISO 4217 code of `value`.
            currency: As<Currency>,
            /// The parts of lots they came from.
            parts: Vec<Lot>,
            /// When the hold lapses.
            until: As<Instant>,
            /// Whether it was taken outside a cart, and so pays for no order.
            outside_cart: Option<bool>,
        },
        /// Held points were spent.
        Captured = "captured" {
            /// Which hold.
            hold: As<HoldId>,
            /// For which reward.
            reward: As<RewardId>,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points.
            points: Whole,
            /// What was held beyond that and went back.
            returned: Option<Vec<Lot>>,
            /// Limits it used.
            uses: Option<Vec<Used>>,
            /// What it used of what all members share.
            shared: Option<Vec<Count>>,
            /// What the reward gave in another wallet.
            gives: Option<Lot>,
            /// The draw it gave a ticket of.
            ticket: Option<As<DrawId>>,
        },
        /// Held points went back.
        Released = "released" {
            /// Which hold.
            hold: As<HoldId>,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points.
            points: Whole,
            /// Whether its time ran out.
            timed_out: bool,
        },
        /// A captured reward was handed over.
        RewardFulfilled = "reward_fulfilled" {
            /// The hold it was taken with.
            hold: As<HoldId>,
        },
        /// A captured reward will not be handed over: its points went back.
        RewardCancelled = "reward_cancelled" {
            /// The hold it was taken with.
            hold: As<HoldId>,
            /// Points that returned.
            restored: Option<Vec<Lot>>,
            /// What it had given in another wallet and was taken back.
            taken: Option<Lot>,
            /// Limits it leaves.
            unused: Option<Vec<Used>>,
            /// What it gave back of what all members share.
            shared: Option<Vec<Count>>,
            /// The draw it took a ticket of back from.
            ticket: Option<As<DrawId>>,
        },
        /// An order was refunded, wholly or in part.
        Refunded = "refunded" {
            /// Which order.
            order: As<OrderId>,
            /// The day the order was booked on.
            day: As<Day>,
            /// ISO 4217 code of the amounts.
            currency: Option<As<Currency>>,
            /// The refund as asked.
            refund: Refund,
            /// Per refunded line.
            lines: Vec<RefundedLine>,
            /// Points of the main wallet among those taken back.
            points: Whole,
            /// What was taken back, by lot.
            credits: Option<Vec<CreditBack>>,
            /// What was taken back from the seller.
            sale: Option<Vec<SaleCredit>>,
            /// Points spent on the order that returned, per reward.
            restored: Option<Vec<Vec<Lot>>>,
            /// What is left over now of rules in groups that carry it.
            remainders: Option<Vec<Remainder>>,
            /// Limits of rewards that it left.
            unused: Option<Vec<Used>>,
            /// What it gave back of what all members share.
            shared: Option<Vec<Count>>,
            /// Whether nothing of the order is left.
            whole: bool,
            /// A level that is kept for a while though the refund lowers it.
            keeps: Option<KeptLevel>,
        },
        /// Debt was recovered.
        Repaid = "repaid" {
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points.
            points: Whole,
            /// From which lots.
            taken: Vec<Taken>,
        },
        /// The tier changed.
        TierChanged = "tier_changed" {
            /// The level before.
            from: Option<As<LevelId>>,
            /// The level from now on.
            to: Option<As<LevelId>>,
            /// How much of the metric the window holds.
            progress: As<Decimal>,
        },
        /// A referral earned points.
        ReferralRewarded = "referral_rewarded" {
            /// Whose side this account is on.
            role: As<Role>,
            /// The account on the other side.
            other: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
            /// The day of that order.
            on: As<Day>,
            /// The spend below which it falls when the order is refunded.
            minimum: As<Decimal>,
            /// ISO 4217 code of `minimum`.
            currency: As<Currency>,
            /// The points.
            lot: Lot,
        },
        /// A referral's points were taken back.
        ReferralRevoked = "referral_revoked" {
            /// Whose side this account is on.
            role: As<Role>,
            /// The account on the other side.
            other: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
            /// Where the points were taken from.
            back: ClawBack,
            /// Whether they had not vested yet.
            pending: bool,
            /// The day on which it counted towards levels.
            day: As<Day>,
        },
        /// A member did something.
        EventRecorded = "event_recorded" {
            /// What.
            event: As<EventName>,
            /// The shop's name for this very time.
            reference: Option<As<Reference>>,
        },
        /// A bonus was given.
        BonusGiven = "bonus_given" {
            /// Which.
            bonus: As<BonusId>,
            /// The event it was given for.
            event: Option<As<EventName>>,
            /// The reference of that event.
            reference: Option<As<Reference>>,
            /// The shop-local day on which it was due.
            day: As<Day>,
            /// The points.
            lot: Lot,
            /// The limit it used.
            used: Used,
        },
        /// The merchant decided on a bonus that waited for it.
        BonusDecided = "bonus_decided" {
            /// Which.
            bonus: As<BonusId>,
            /// Its lot.
            lot: u64,
            /// The day on which its points become spendable; absent where it was turned down.
            vests_on: Option<As<Day>>,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// How many points are gone.
            gone: Option<Whole>,
        },
        /// The member came into a segment, or left it.
        SegmentSet = "segment_set" {
            /// Which.
            segment: As<SegmentId>,
            /// Whether the member is in it from now on.
            member: bool,
        },
        /// The member gave a consent, or took it back.
        ConsentSet = "consent_set" {
            /// To what.
            purpose: As<Purpose>,
            /// Whether it is given from now on.
            given: bool,
        },
        /// The member told their birthday, or it was forgotten.
        BirthdaySet = "birthday_set" {
            /// Month and day; absent where it was forgotten.
            birthday: Option<As<Birthday>>,
        },
        /// A membership was paid for.
        MembershipPaid = "membership_paid" {
            /// What the member has from now on.
            membership: Membership,
            /// The shop's name for the payment.
            payment: As<Reference>,
        },
        /// The membership ended before its last day.
        MembershipCancelled = "membership_cancelled" {
            /// Which.
            membership: As<MembershipId>,
            /// What of its fee comes back.
            refund: As<Decimal>,
            /// ISO 4217 code of `refund`.
            currency: As<Currency>,
        },
        /// A privilege was used.
        PrivilegeUsed = "privilege_used" {
            /// Which.
            privilege: As<PrivilegeId>,
            /// The shop's name for this very use.
            reference: As<Reference>,
            /// The limit it used.
            used: Option<Used>,
        },
        /// The member is honoured in public.
        Honoured = "honoured" {
            /// How.
            form: As<EventName>,
        },
        /// Points of one wallet became points of another.
        Exchanged = "exchanged" {
            /// From which wallet.
            from: As<WalletId>,
            /// How many points.
            points: Whole,
            /// From which lots.
            taken: Vec<Taken>,
            /// What they became.
            lot: Lot,
        },
        /// Points were given to another member.
        TransferSent = "transfer_sent" {
            /// To whom.
            to: As<AccountId>,
            /// Of which wallet.
            wallet: As<WalletId>,
            /// The parts of lots they came from.
            parts: Vec<Lot>,
        },
        /// Points came from another member.
        TransferReceived = "transfer_received" {
            /// From whom.
            from: As<AccountId>,
            /// The new lots.
            lots: Vec<Lot>,
        },
        /// The merchant corrected a balance.
        Adjusted = "adjusted" {
            /// The merchant's name for the reason.
            reason: As<Reference>,
            /// The new lot, where points were added.
            lot: Option<Lot>,
            /// Where points were taken from.
            back: Option<ClawBack>,
        },
        /// A sale to another member is worth something else now.
        SaleSettled = "sale_settled" {
            /// Who bought.
            buyer: As<AccountId>,
            /// What they bought.
            order: As<OrderId>,
            /// The buyer's entry that says so.
            heard: u64,
            /// New lots.
            lots: Option<Vec<Lot>>,
            /// What was taken back of the sale's lots.
            back: Option<Vec<SaleBack>>,
        },
        /// Something that all members share was used.
        SharedCounted = "shared_counted" {
            /// By whom.
            by: As<AccountId>,
            /// What, and how much of it.
            counts: Vec<Count>,
        },
    }
}
