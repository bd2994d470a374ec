//! What can be asked of an account.

use crate::entry::{Count, Worth};
use crate::form::Within;
use crate::read::variants;
use crate::request::refund::RefundLine;
use crate::stored::Lot;
use crate::text::{As, Whole};
use loyalty_core::{
    AccountId, Birthday, BonusId, Currency, Day, EventName, HoldId, MembershipId, OrderId, PrivilegeId,
    Purpose, Reference, RefundId, RewardId, SegmentId, Shortfall, WalletId,
};
use rust_decimal::Decimal;

variants! {
    /// What can be asked of an account. A `wallet` that is not given is the main one.
    pub enum Command {
        /// An order was paid.
        PayOrder = "pay_order" {
            /// The order.
            order: Within<std::sync::Arc<loyalty_core::Order>>,
        },
        /// An order was handed over.
        FulfilOrder = "fulfil_order" {
            /// Which order.
            order: As<OrderId>,
        },
        /// An order, or a part of it, was refunded.
        Refund = "refund" {
            /// Which order.
            order: As<OrderId>,
            /// The shop's name for the refund.
            refund: As<RefundId>,
            /// ISO 4217 code of the amounts; needed where there are amounts.
            currency: Option<As<Currency>>,
            /// The parts given back; absent means all that is left of the order.
            #[cfg_attr(feature = "describe", schemars(length(min = 1)))]
            lines: Option<Vec<RefundLine>>,
        },
        /// Set points aside for a reward. For one that is paid with a chosen number of points, exactly one of `points`
        /// and `value` is given; for any other, neither.
        Hold = "hold" {
            /// Names the new hold.
            hold: As<HoldId>,
            /// Which reward.
            reward: As<RewardId>,
            /// How many points.
            points: Option<Whole>,
            /// As many points as pay this of the cart, rounded up to the reward's step.
            value: Option<As<Decimal>>,
            /// The cart it is taken for; absent for a reward that is handed over outside a cart.
            cart: Option<Within<std::sync::Arc<loyalty_core::Cart>>>,
        },
        /// Spend held points.
        Capture = "capture" {
            /// Which hold.
            hold: As<HoldId>,
            /// How many of its points, the others go back; absent for all.
            points: Option<Whole>,
        },
        /// Give held points back.
        Release = "release" {
            /// Which hold.
            hold: As<HoldId>,
        },
        /// A captured reward was handed over.
        FulfilReward = "fulfil_reward" {
            /// The hold it was taken with.
            hold: As<HoldId>,
        },
        /// A captured reward will not be handed over: its points go back.
        CancelReward = "cancel_reward" {
            /// The hold it was taken with.
            hold: As<HoldId>,
        },
        /// A member did something.
        RecordEvent = "record_event" {
            /// What: `newsletter`, `review`, `visit`.
            event: As<EventName>,
            /// The shop's name for this very time; the same name never counts twice.
            reference: Option<As<Reference>>,
        },
        /// Approve a bonus that waits for it, or turn it down.
        DecideBonus = "decide_bonus" {
            /// Which bonus.
            bonus: As<BonusId>,
            /// The reference of its event, where it had one.
            reference: Option<As<Reference>>,
            /// Whether it is approved.
            approved: bool,
        },
        /// A member comes into a segment, or leaves it.
        SetSegment = "set_segment" {
            /// Which.
            segment: As<SegmentId>,
            /// Whether the member is in it from now on.
            member: bool,
        },
        /// A member gives a consent, or takes it back.
        SetConsent = "set_consent" {
            /// To what: `birthday`, `recognition`, `email`.
            purpose: As<Purpose>,
            /// Whether it is given from now on.
            given: bool,
        },
        /// A member tells their birthday.
        SetBirthday = "set_birthday" {
            /// Month and day, `05-17`; absent to forget it.
            birthday: Option<As<Birthday>>,
        },
        /// A membership was paid for.
        PayMembership = "pay_membership" {
            /// Which.
            membership: As<MembershipId>,
            /// The shop's name for the payment; the same payment never counts twice.
            payment: As<Reference>,
        },
        /// The membership ends now.
        CancelMembership = "cancel_membership" {},
        /// A privilege is used.
        UsePrivilege = "use_privilege" {
            /// Which.
            privilege: As<PrivilegeId>,
            /// The shop's name for this very use; the same name never counts twice.
            reference: As<Reference>,
        },
        /// Honour the member in public.
        Honour = "honour" {
            /// How: `photo`, `interview`.
            form: As<EventName>,
        },
        /// Points of one wallet become points of another.
        Exchange = "exchange" {
            /// From which wallet.
            from: As<WalletId>,
            /// Into which.
            to: As<WalletId>,
            /// How many points of `from`.
            points: Whole,
        },
        /// Give points to another member.
        Transfer = "transfer" {
            /// To whom.
            to: As<AccountId>,
            /// Of which wallet.
            wallet: Option<As<WalletId>>,
            /// How many.
            points: Whole,
        },
        /// Points that another member gave; sent by that member's account.
        ReceiveTransfer = "receive_transfer" {
            /// Who gave them.
            from: As<AccountId>,
            /// The parts of lots they came from.
            parts: Vec<Lot>,
        },
        /// Correct a balance. Exactly one of `credit` and `debit` is given.
        Adjust = "adjust" {
            /// Of which wallet.
            wallet: Option<As<WalletId>>,
            /// The merchant's name for the reason.
            reason: As<Reference>,
            /// So many points are added.
            credit: Option<Whole>,
            /// With `credit`: their last usable day; absent for as the wallet says.
            last_day: Option<As<Day>>,
            /// With `credit`: whether they last for ever; default no.
            lasts_ever: Option<bool>,
            /// So many points are taken.
            debit: Option<Whole>,
            /// With `debit`: of which lot; absent for spendable points, soonest to expire first.
            lot: Option<u64>,
            /// With `debit` and no `lot`: what happens where there are fewer; default `refuse`.
            shortfall: Option<As<Shortfall>>,
        },
        /// A friend's first order was paid; sent by the friend's account.
        RewardReferral = "reward_referral" {
            /// The friend's account.
            friend: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
            /// The shop-local day of that order.
            day: As<Day>,
        },
        /// That order was refunded below the minimum; sent by the friend's account.
        RevokeReferral = "revoke_referral" {
            /// The friend's account.
            friend: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
        },
        /// What a sale is worth to its seller by now; sent by the buyer's account.
        SettleSale = "settle_sale" {
            /// Who bought.
            buyer: As<AccountId>,
            /// What they bought.
            order: As<OrderId>,
            /// What it is worth now.
            worth: Vec<Worth>,
            /// The buyer's entry that says so; a later one holds.
            seq: u64,
        },
        /// Something that all members share was used; sent by the account that used it.
        CountShared = "count_shared" {
            /// By whom.
            by: As<AccountId>,
            /// Their entry that says so.
            seq: u64,
            /// What, and how much of it.
            counts: Vec<Count>,
        },
    }
}
