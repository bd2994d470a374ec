//! The closed catalogue of error codes, and the refusal that carries one.

use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::Day;
use core::fmt;
use core::ops::Deref;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $text:literal),* $(,)?) => {
        /// Why an input or a command is refused. Stable text; in precedence order: when several apply,
        /// the first of this list is answered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Code {
            /// Every code, in precedence order.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code's stable text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text),* }
            }

            /// What it means, and who mends it, for people.
            #[must_use]
            pub const fn explain(self) -> &'static str {
                match self { $(Code::$variant => concat!($($doc),*).trim_ascii()),* }
            }
        }
    };
}

codes! {
    /// The text is not JSON, or nests deeper than 32. The sender mends it.
    Malformed = "malformed",
    /// A field is there twice. The sender removes one.
    DuplicateField = "duplicate_field",
    /// A field is not known. The sender removes it or corrects its name.
    UnknownField = "unknown_field",
    /// A field that must be there is not. The sender adds it.
    Missing = "missing",
    /// A value is of another kind than the field takes. The sender corrects it.
    WrongType = "wrong_type",
    /// A word is not one of the field's choices. The sender picks one.
    UnknownChoice = "unknown_choice",
    /// A list holds more than its limit. The sender sends less.
    TooMany = "too_many",
    /// An id is empty, longer than 128 characters, or has a character that is not visible ASCII.
    IdInvalid = "id_invalid",
    /// Two things of one list have the same id.
    DuplicateId = "duplicate_id",
    /// A whole number is outside the field's range.
    NumberOutOfRange = "number_out_of_range",
    /// An amount is not decimal text such as `12.50`.
    AmountInvalid = "amount_invalid",
    /// An amount is below zero.
    AmountNegative = "amount_negative",
    /// An amount has more decimal digits than its currency.
    AmountTooFine = "amount_too_fine",
    /// An amount, or a result computed from it, is larger than can be kept exactly.
    AmountTooLarge = "amount_too_large",
    /// A line gives both a price and an amount, or neither.
    AmountAmbiguous = "amount_ambiguous",
    /// A discount or the tax of a line is larger than the line.
    ExceedsLine = "exceeds_line",
    /// A currency is not in ISO 4217.
    CurrencyUnknown = "currency_unknown",
    /// An amount is in another currency than the programme's.
    CurrencyMismatch = "currency_mismatch",
    /// A calendar day is not a day such as `2026-01-31`, or a birthday not one such as `02-29`.
    DayInvalid = "day_invalid",
    /// An instant is not RFC 3339 in UTC, such as `2026-01-31T10:00:00Z`, or a time of day not `17:00`.
    InstantInvalid = "instant_invalid",
    /// Points are outside 0 to 9007199254740991, or a sum would be.
    PointsOutOfRange = "points_out_of_range",
    /// The rates of a programme have no common denominator small enough to stay exact.
    RatesTooFine = "rates_too_fine",
    /// Tier levels do not rise.
    LevelsNotRising = "levels_not_rising",
    /// A rule names a wallet, campaign, level, membership or draw that the programme does not have.
    UnknownReference = "unknown_reference",
    /// A round of exchanges would yield more points than it takes.
    ExchangeGains = "exchange_gains",
    /// An idempotency key was used before with another body. The sender takes a new key.
    IdempotencyKeyReused = "idempotency_key_reused",
    /// The order was booked before with other content.
    OrderAlreadyBooked = "order_already_booked",
    /// The account has no such order.
    OrderUnknown = "order_unknown",
    /// The refund was booked before with other content.
    RefundAlreadyBooked = "refund_already_booked",
    /// The order has no such line.
    LineUnknown = "line_unknown",
    /// More would be refunded of a line than is left of it.
    RefundExceedsLine = "refund_exceeds_line",
    /// The refund would take back points that are spent, which the programme refuses.
    PointsSpent = "points_spent",
    /// The programme has no such reward.
    RewardUnknown = "reward_unknown",
    /// The reward is for a cart, and none came with it.
    CartMissing = "cart_missing",
    /// The reward is handed over outside a cart, and one came with it.
    CartNotTaken = "cart_not_taken",
    /// A condition of the reward, privilege or membership does not hold: its days, hours, channel, segment, level.
    NotForYou = "not_for_you",
    /// The member has taken or used it as often as the programme allows.
    LimitReached = "limit_reached",
    /// Nothing that the reward pays is in the cart.
    NotInCart = "not_in_cart",
    /// All members together have taken it as often as there are of it.
    OutOfStock = "out_of_stock",
    /// The draw takes no tickets any more.
    DrawClosed = "draw_closed",
    /// A hold of this id exists already.
    HoldExists = "hold_exists",
    /// The account has no such hold.
    HoldUnknown = "hold_unknown",
    /// The hold's time ran out and its points went back.
    HoldExpired = "hold_expired",
    /// The hold was captured or released before.
    HoldNotOpen = "hold_not_open",
    /// Nothing is left to pay on this cart.
    NothingDue = "nothing_due",
    /// The cart is below the reward's minimum.
    MinimumNotReached = "minimum_not_reached",
    /// A reward that is paid with a chosen number of points came without the number.
    PointsMissing = "points_missing",
    /// A reward with a fixed price came with a number of points.
    PointsNotTaken = "points_not_taken",
    /// The points are not a multiple of the reward's step.
    PointsNotInSteps = "points_not_in_steps",
    /// The points are fewer than the reward's smallest number.
    BelowMinimum = "below_minimum",
    /// The points are worth more than may be paid with points on this cart.
    AboveMaximum = "above_maximum",
    /// Fewer points are available than the reward takes.
    InsufficientPoints = "insufficient_points",
    /// Fewer points are available than the reward asks for to be there.
    BalanceTooLow = "balance_too_low",
    /// The account has no such bonus that waits for a decision.
    BonusUnknown = "bonus_unknown",
    /// The member has not given the consent that is needed.
    ConsentMissing = "consent_missing",
    /// The programme has no such membership, or the member has not paid for one.
    MembershipUnknown = "membership_unknown",
    /// Another membership is paid for; it is cancelled first, or waited for.
    MembershipRunning = "membership_running",
    /// The programme has no such privilege.
    PrivilegeUnknown = "privilege_unknown",
    /// The programme honours nobody in public, or not yet this member.
    NotYetHonoured = "not_yet_honoured",
    /// The programme has no such wallet.
    WalletUnknown = "wallet_unknown",
    /// The programme has no exchange between these wallets.
    ExchangeUnknown = "exchange_unknown",
    /// Points cannot be given to oneself.
    SelfTransfer = "self_transfer",
    /// The programme has no referral rewards.
    ReferralOff = "referral_off",
    /// A member cannot be referred by themselves.
    SelfReferral = "self_referral",
    /// Only a first order can be a referred one.
    NotFirstOrder = "not_first_order",
    /// The order is below the referral's minimum.
    ReferralMinimumNotReached = "referral_minimum_not_reached",
    /// An entry does not fit the account it is applied to; the log is damaged.
    EntryInconsistent = "entry_inconsistent",
}

impl Code {
    /// Whether sending the very same request again may succeed: what it speaks of may only not have arrived.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self, Self::OrderUnknown | Self::HoldUnknown)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refused command. A refusal changes nothing.
///
/// In a box, because nearly everything may be refused, and so hands on one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(Box<Reason>);

/// Why a command is refused: the code, and which part of the command it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Why.
    pub code: Code,
    /// The line, hold, reward or order concerned, where there is one.
    pub about: Option<Box<str>>,
    /// The bound that is not kept, where there is one: a price, a minimum, a maximum, a number of times.
    pub needs: Option<Figure>,
    /// What was there, or was asked for, instead.
    pub has: Option<Figure>,
}

/// A figure of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Points.
    Points(Points),
    /// Money.
    Money(Money),
    /// A number of times, or of things.
    Count(u64),
    /// A day.
    Day(Day),
}

impl Refusal {
    /// A refusal that names what it is about.
    #[must_use]
    pub fn about(code: Code, what: &str) -> Self {
        Self::from(code).of(what)
    }

    /// The same refusal, about something.
    #[must_use]
    pub(crate) fn of(mut self, what: &str) -> Self {
        self.0.about = Some(what.into());
        self
    }

    /// A refusal with the bound that is not kept, and what was there instead.
    #[cold]
    #[inline(never)]
    pub(crate) fn with(code: Code, needs: Figure, has: Figure) -> Self {
        Reason::with(code, needs, has).into()
    }

    pub(crate) fn into_reason(self) -> Reason {
        *self.0
    }
}

impl Reason {
    /// The bound that is not kept, and what was there instead.
    pub(crate) const fn with(code: Code, needs: Figure, has: Figure) -> Self {
        Self { code, about: None, needs: Some(needs), has: Some(has) }
    }
}

impl From<Reason> for Refusal {
    #[cold]
    #[inline(never)]
    fn from(reason: Reason) -> Self {
        Self(Box::new(reason))
    }
}

impl Deref for Refusal {
    type Target = Reason;

    fn deref(&self) -> &Reason {
        &self.0
    }
}

impl From<Code> for Refusal {
    /// Not inlined: whatever may be refused would have a copy of it.
    #[cold]
    #[inline(never)]
    fn from(code: Code) -> Self {
        Reason { code, about: None, needs: None, has: None }.into()
    }
}
