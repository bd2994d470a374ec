//! The rules of a loyalty programme: pure, exact, platform-free.
//!
//! Two functions carry everything:
//!
//! * [`decide`] answers what a command would append to an account's ledger, or why it is refused;
//! * [`apply`] folds one appended entry into the account.
//!
//! [`preview`] is `decide` for a cart without appending, so what a shopper is shown is what is booked.
//!
//! What is absent here: JSON, a clock, randomness, floating point, hash maps, storage, any platform.
//! Time is an argument ([`Moment`]); ids are arguments; documents are parsed by `loyalty-wire`.

#![deny(clippy::as_conversions, clippy::float_arithmetic, clippy::arithmetic_side_effects)]

mod decide;
mod ground;
mod ledger;
mod rules;

pub use decide::advice::{Advice, Rung, advice};
pub use decide::preview::{Balance, Glance, Preview, RewardOffer, preview, preview_matched};
pub use decide::standing::{Pot, Standing, Tier, due, standing, unchanged_until};
pub use decide::{Decision, decide};
pub use ground::code::{Code, Figure, Reason, Refusal};
pub use ground::ids::{
    AccountId, BonusId, CampaignId, Category, CauseId, Channel, DrawId, EventName, HoldId, Key, LevelId,
    LineId, MembershipId, OrderId, PartnerId, PrivilegeId, ProductId, PromoCode, Purpose, Reference,
    RefundId, RewardId, RuleId, SegmentId, SharedId, Version, WalletId,
};
pub use ground::map::Map;
pub use ground::money::{Currency, Money};
pub use ground::order::sorted;
pub use ground::points::Points;
pub use ground::rounding::Rounding;
pub use ground::split::split;
pub use ground::time::{Day, Instant, Moment, Period, Span, Weekdays};
pub use ledger::account::{
    Account, Activity, Hold, KeptLevel, PaidMembership, Position, ToldBirthday, UseOf, Used,
};
pub use ledger::apply::apply;
pub use ledger::cart::{Ask, Cart, Checkout, Line, LineKind, Redeem};
pub use ledger::command::{
    Adjustment, Command, Fingerprint, Lasting, Order, Part, Refund, RefundLine, Request,
};
pub use ledger::entry::{
    BookedLine, ClawBack, Credit, CreditBack, Entry, Event, Limited, PaidLine, Redeemed, RefundedLine,
    SaleCredit, Step, Taken,
};
pub use ledger::lot::{Lot, LotId, Source};
pub use ledger::message::Message;
pub use ledger::records::{
    Book, CreditRecord, FriendRecord, HoldEnd, HoldRecord, LineRecord, Named, OrderRecord, ReferralRecord,
    SaleCreditRecord, SaleRecord, Shared,
};
pub use ledger::rows::RowId;
pub use rules::bonus::{Bonus, Limit, Occasion};
pub use rules::campaign::{Campaign, Multiplying, Stacking};
pub use rules::draw::{Draw, Seed, draw};
pub use rules::exchange::Exchange;
pub use rules::membership::{FeeRefund, Membership};
pub use rules::privilege::{Privilege, Recognition, Uses};
pub use rules::programme::{
    Combining, Parts, Place, Programme, RefundBasis, Refunds, Restored, RestoredWith, Shortfall,
};
pub use rules::rate::{Basis, Beneficiary, Inclusion, Measure, Rate, Scope};
pub use rules::referral::{Referral, Role};
pub use rules::reward::{OverAsk, Reward, RewardKind};
pub use rules::select::{Matches, Select};
pub use rules::tier::{Downgrade, Level, Metric, Next, TierParts, Tiers, Timing, Window};
pub use rules::wallet::{Boundary, Expiry, SpendFrom, Terms, Vesting, VestingFrom, Wait, Wallet, WalletKind};
pub use rules::when::{Birthday, Conditions, When};
