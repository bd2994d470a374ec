//! Refusals: the status of each code, and which are the last word for their key.

use loyalty_wire::core::Code;
use serde::Deserialize;

/// The status of a decision's refusal.
///
/// 400: not readable. 404: speaks of something the account has not. 409: the account is in another
/// state than the request needs. 422: readable, and wrong whatever the account's state.
#[must_use]
pub const fn status(code: Code) -> u16 {
    match code {
        Code::Malformed | Code::DuplicateField => 400,
        Code::OrderUnknown | Code::HoldUnknown | Code::BonusUnknown | Code::MembershipUnknown => 404,
        Code::OrderAlreadyBooked
        | Code::RefundAlreadyBooked
        | Code::RefundExceedsLine
        | Code::HoldExists
        | Code::HoldExpired
        | Code::HoldNotOpen
        | Code::InsufficientPoints
        | Code::BalanceTooLow
        | Code::PointsSpent
        | Code::NotForYou
        | Code::LimitReached
        | Code::OutOfStock
        | Code::ConsentMissing
        | Code::MembershipRunning
        | Code::NotYetHonoured
        | Code::SelfReferral
        | Code::NotFirstOrder => 409,
        Code::UnknownField
        | Code::Missing
        | Code::WrongType
        | Code::UnknownChoice
        | Code::TooMany
        | Code::IdInvalid
        | Code::DuplicateId
        | Code::NumberOutOfRange
        | Code::AmountInvalid
        | Code::AmountNegative
        | Code::AmountTooFine
        | Code::AmountTooLarge
        | Code::AmountAmbiguous
        | Code::ExceedsLine
        | Code::CurrencyUnknown
        | Code::CurrencyMismatch
        | Code::DayInvalid
        | Code::InstantInvalid
        | Code::PointsOutOfRange
        | Code::RatesTooFine
        | Code::LevelsNotRising
        | Code::UnknownReference
        | Code::ExchangeGains
        | Code::IdempotencyKeyReused
        | Code::LineUnknown
        | Code::RewardUnknown
        | Code::CartMissing
        | Code::CartNotTaken
        | Code::NotInCart
        | Code::DrawClosed
        | Code::PrivilegeUnknown
        | Code::WalletUnknown
        | Code::ExchangeUnknown
        | Code::SelfTransfer
        | Code::NothingDue
        | Code::MinimumNotReached
        | Code::PointsMissing
        | Code::PointsNotTaken
        | Code::PointsNotInSteps
        | Code::BelowMinimum
        | Code::AboveMaximum
        | Code::ReferralOff
        | Code::ReferralMinimumNotReached => 422,
        Code::EntryInconsistent => 500,
    }
}

/// Whether a refusal is the last word for its idempotency key: what the account's state decided once
/// must not turn into a success when a late duplicate arrives.
#[must_use]
pub const fn is_final(code: Code) -> bool {
    status(code) == 409
}

/// Whether an account refuses a message because it has no room for it. Such a refusal is kept under no key, and room comes:
/// lots are spent, or expire.
pub(crate) fn is_full(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Refusal {
        code: String,
    }
    let refusal = serde_json::from_str::<Refusal>(body);
    refusal.is_ok_and(|refusal| ["too_many", "account_full"].contains(&refusal.code.as_str()))
}
