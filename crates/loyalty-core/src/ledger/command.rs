//! Requests to change an account.

use crate::ground::ids::{
    AccountId, BonusId, EventName, HoldId, Key, LineId, MembershipId, OrderId, PrivilegeId, Purpose,
    Reference, RefundId, SegmentId, SharedId, WalletId,
};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::Day;
use crate::ledger::cart::{Cart, Redeem};
use crate::ledger::lot::{Lot, LotId};
use crate::rules::programme::Shortfall;
use crate::rules::when::Birthday;
use std::sync::Arc;

/// The first 16 bytes of SHA-256 over a command's canonical text: what the key was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 16]);

/// A command with its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whose account.
    pub account: AccountId,
    /// The same key never books twice.
    pub key: Key,
    /// What the key stands for.
    pub fingerprint: Fingerprint,
    /// What is asked.
    pub command: Command,
}

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// An order was paid: capture its rewards, credit its points.
    PayOrder(Arc<Order>),
    /// An order was handed over: points that wait for it begin to count their days.
    FulfilOrder {
        /// Which order.
        order: OrderId,
    },
    /// An order, or a part of it, was refunded.
    Refund {
        /// Which order.
        order: OrderId,
        /// Which refund of it, and of what.
        refund: Refund,
    },
    /// Set points aside for a reward.
    Hold {
        /// Names the new hold.
        hold: HoldId,
        /// Which reward, and how much of it.
        ask: Redeem,
        /// The cart the reward is taken for; none for one that is handed over outside a cart.
        cart: Option<Arc<Cart>>,
    },
    /// The held points are spent.
    Capture {
        /// Which hold.
        hold: HoldId,
        /// How many of its points; the others go back. None for all.
        points: Option<Points>,
    },
    /// The held points go back.
    Release {
        /// Which hold.
        hold: HoldId,
    },
    /// A captured reward was handed over.
    FulfilReward {
        /// The hold it was taken with.
        hold: HoldId,
    },
    /// A captured reward will not be handed over: its points go back.
    CancelReward {
        /// The hold it was taken with.
        hold: HoldId,
    },
    /// A member did something.
    RecordEvent {
        /// What.
        event: EventName,
        /// The shop's name for this very time; the same name never counts twice.
        reference: Option<Reference>,
    },
    /// The merchant approves a bonus that waits for it, or turns it down.
    DecideBonus {
        /// Which bonus.
        bonus: BonusId,
        /// The reference of its event; none for one without.
        reference: Option<Reference>,
        /// Whether it is approved.
        approved: bool,
    },
    /// A member comes into a segment, or leaves it.
    SetSegment {
        /// Which.
        segment: SegmentId,
        /// Whether the member is in it from now on.
        member: bool,
    },
    /// A member gives a consent, or takes it back.
    SetConsent {
        /// To what.
        purpose: Purpose,
        /// Whether it is given from now on.
        given: bool,
    },
    /// A member tells their birthday; the consent `birthday` must be given.
    SetBirthday {
        /// The birthday; none to forget it.
        birthday: Option<Birthday>,
    },
    /// A membership was paid for: it begins, or is renewed.
    PayMembership {
        /// Which.
        membership: MembershipId,
        /// The shop's name for the payment; the same payment never counts twice.
        payment: Reference,
    },
    /// The membership ends now; what is left of its fee comes back as the programme says.
    CancelMembership,
    /// A privilege is used.
    UsePrivilege {
        /// Which.
        privilege: PrivilegeId,
        /// The shop's name for this very use; the same name never counts twice.
        reference: Reference,
    },
    /// The member is honoured in public, which the consent `recognition` allows.
    Honour {
        /// How: `photo`, `interview`.
        form: EventName,
    },
    /// Points of one wallet become points of another.
    Exchange {
        /// From which wallet.
        from: WalletId,
        /// Into which.
        to: WalletId,
        /// How many points of `from`.
        points: Points,
    },
    /// Points are given to another member.
    Transfer {
        /// To whom.
        to: AccountId,
        /// Of which wallet; none for the main one.
        wallet: Option<WalletId>,
        /// How many.
        points: Points,
    },
    /// Points that another member gave.
    ReceiveTransfer {
        /// Who gave them.
        from: AccountId,
        /// The parts of lots they came from.
        parts: Vec<Lot>,
    },
    /// A correction by the merchant.
    Adjust {
        /// Of which wallet; none for the main one.
        wallet: Option<WalletId>,
        /// Which way.
        adjustment: Adjustment,
        /// How many points.
        points: Points,
        /// The merchant's name for the reason.
        reason: Reference,
    },
    /// A friend's first order was paid.
    RewardReferral {
        /// The friend's account.
        friend: AccountId,
        /// The friend's order.
        order: OrderId,
        /// The shop-local day of that order.
        day: Day,
    },
    /// That order was refunded below the minimum.
    RevokeReferral {
        /// The friend's account.
        friend: AccountId,
        /// The friend's order.
        order: OrderId,
    },
    /// What a sale to another member is worth to this seller by now.
    SettleSale {
        /// Who bought.
        buyer: AccountId,
        /// What they bought.
        order: OrderId,
        /// What it is worth now, by wallet.
        worth: Vec<(WalletId, Points)>,
        /// The buyer's entry that says so; a later one holds.
        seq: u64,
    },
    /// Something that all members share was used.
    CountShared {
        /// By whom.
        by: AccountId,
        /// Their entry that says so.
        seq: u64,
        /// What, and how much of it; below zero where it was given back.
        counts: Vec<(SharedId, i64)>,
    },
}

/// Which way a correction goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Points are added.
    Credit(Lasting),
    /// Points are taken: of one lot, or of spendable ones, soonest to expire first.
    Debit {
        /// Of which lot; none for spendable points.
        lot: Option<LotId>,
        /// What happens where there are fewer.
        shortfall: Shortfall,
    },
}

/// How long points last that the merchant adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// As the wallet says.
    AsEarned,
    /// Through this day.
    Through(Day),
    /// For ever.
    Ever,
}

/// A paid order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The shop's name for it.
    pub id: OrderId,
    /// What was bought.
    pub cart: Arc<Cart>,
    /// The account whose link brought this shopper.
    pub advocate: Option<AccountId>,
    /// The account of the member of staff whose sale it is.
    pub seller: Option<AccountId>,
}

/// One refund of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The shop's name for it; the same name never refunds twice.
    pub id: RefundId,
    /// The parts given back; none means all that is left of the order.
    pub lines: Vec<RefundLine>,
}

/// What is given back of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// Which line.
    pub line: LineId,
    /// How much of it.
    pub part: Part,
}

/// How much of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All that is left.
    Rest,
    /// An amount of what was charged for it.
    Amount(Money),
}

impl Command {
    /// The account on which everything that all members share is counted.
    ///
    /// # Errors
    /// None: the name is an id.
    pub fn shared_account() -> Result<AccountId, crate::ground::code::Code> {
        AccountId::new("#shared")
    }
}
