//! Closed choices, and the word of each.

use crate::text::Text;
use crate::write::{Write, Writer};
use loyalty_core::{
    Beneficiary, Boundary, Code, Combining, FeeRefund, Inclusion, Limit, Limited, LineKind, Metric,
    Multiplying, OverAsk, Period, RefundBasis, Restored, RestoredWith, Role, Rounding, Scope, Shortfall,
    SpendFrom, Stacking, Timing, VestingFrom, WalletKind,
};

/// What a rule's points are for, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MeasureName {
    /// Every so much, in proportion.
    #[default]
    ProRata,
    /// Every so much, in whole groups.
    Groups,
    /// Every piece.
    Pieces,
    /// Every order.
    Order,
    /// Every minor unit of gift certificates sold.
    GiftCards,
}

/// What happens when the window holds less than the level asks, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DowngradeName {
    /// The lower level at once.
    #[default]
    AtOnce,
    /// The level stays.
    Never,
    /// The lower level after a while.
    AfterGrace,
    /// The lower level with the next month or year.
    AtPeriodEnd,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// A published system whose settings a programme starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Square Loyalty.
    Square,
    /// Odoo's loyalty programmes.
    Odoo,
    /// ERPNext's loyalty programmes.
    Erpnext,
    /// WooCommerce Points and Rewards.
    Woocommerce,
    /// Smile.io.
    Smile,
    /// Yotpo Loyalty.
    Yotpo,
    /// Setono's loyalty plugin for Sylius.
    Setono,
}

/// Which of the words a text is.
pub(crate) fn choice(text: &str, words: &[&str]) -> Result<usize, Code> {
    words.iter().position(|word| *word == text).ok_or(Code::UnknownChoice)
}

/// A closed choice.
pub(crate) trait Words: Copy + 'static {
    const WORDS: &'static [&'static str];
    /// What each of the words means.
    const ALL: &'static [Self];
    /// The word of a choice.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($type:ident { $($variant:ident $(($inner:path))? = $word:literal),* })*) => {$(
        impl $crate::words::Words for $type {
            const WORDS: &'static [&'static str] = &[$($word),*];
            const ALL: &'static [Self] = &[$(Self::$variant $(($inner))?),*];
            fn word(self) -> &'static str {
                match self { $(Self::$variant $(($inner))? => $word),* }
            }
        }

        impl Text for $type {
            fn parse(text: &str) -> Result<Self, Code> {
                use $crate::words::Words;
                let place = $crate::words::choice(text, Self::WORDS)?;
                Self::ALL.get(place).copied().ok_or(Code::UnknownChoice)
            }
            #[cfg(feature = "describe")]
            fn schema() -> serde_json::Value {
                serde_json::json!({"type": "string", "enum": [$($word),*]})
            }
        }

        impl Write for $type {
            fn write(&self, to: &mut Writer) {
                to.word($crate::words::Words::word(*self));
            }
        }

        impl $crate::packed::Packed for $type {
            fn pack(&self, to: &mut Writer) {
                use $crate::words::Words;
                let place = Self::WORDS.iter().position(|word| *word == self.word());
                $crate::packed::number(place.unwrap_or_default() as u64, to);
            }
            #[inline(never)]
            fn unpack(from: &mut $crate::packed::Rows<'_>) -> Option<Self> {
                let place = usize::try_from(from.number()?).ok()?;
                <Self as $crate::words::Words>::ALL.get(place).copied()
            }
        }
    )*};
}

pub(crate) use words;

words! {
    Rounding { Down = "down", HalfUp = "half_up", HalfEven = "half_even", Up = "up" }
    Scope { Order = "order", Rule = "rule", Line = "line" }
    Inclusion { In = "in", Out = "out" }
    Stacking { Multiply = "multiply", Add = "add", Best = "best" }
    Multiplying { BeforeRounding = "before_rounding", AfterRounding = "after_rounding" }
    Combining { Add = "add", Best = "best" }
    MeasureName {
        ProRata = "pro_rata", Groups = "groups", Pieces = "pieces", Order = "order", GiftCards = "gift_cards"
    }
    Beneficiary { Member = "member", Seller = "seller" }
    Weekday {
        Monday = "mon", Tuesday = "tue", Wednesday = "wed", Thursday = "thu", Friday = "fri", Saturday = "sat",
        Sunday = "sun"
    }
    Limit {
        Once = "once", Per(Period::Month) = "each_month", Per(Period::Year) = "each_year",
        Reference = "each_reference"
    }
    Limited { Order = "most", Day = "most_per_day", Member = "most_per_member", Budget = "budget" }
    WalletKind { Points = "points", Certificates = "certificates" }
    SpendFrom { NextOrder = "next_order", ThisOrder = "this_order" }
    VestingFrom { Order = "order", Fulfilment = "fulfilment" }
    Boundary { LastDay = "last_day", Instant = "instant" }
    Metric {
        Spend = "spend", Purchase = "purchase", Points = "points", Orders = "orders", Visits = "visits",
        Referrals = "referrals"
    }
    Timing { IncludingOrder = "including_order", BeforeOrder = "before_order" }
    DowngradeName {
        AtOnce = "at_once", Never = "never", AfterGrace = "after_grace", AtPeriodEnd = "at_period_end"
    }
    FeeRefund { ProRata = "pro_rata", Nothing = "nothing" }
    OverAsk { Refuse = "refuse", Clamp = "clamp" }
    Shortfall { Debt = "debt", WriteOff = "write_off", Refuse = "refuse" }
    RefundBasis { Reverse = "reverse", Recompute = "recompute", Refunded = "refunded" }
    Restored { OriginalLots = "original_lots", NewLot = "new_lot", Never = "never" }
    RestoredWith { EveryRefund = "every_refund", WholeRefund = "whole_refund" }
    Role { Advocate = "advocate", Friend = "friend" }
    Period { Month = "month", Year = "year" }
    LineKind { Goods = "goods", Delivery = "delivery", GiftCard = "gift_card" }
    Profile {
        Square = "square", Odoo = "odoo", Erpnext = "erpnext", Woocommerce = "woocommerce", Smile = "smile",
        Yotpo = "yotpo", Setono = "setono"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_a_bonus_reads_back_what_it_writes() {
        for word in ["once", "each_month", "each_year", "each_reference"] {
            assert_eq!(Limit::parse(word).unwrap().to_json(), format!("\"{word}\""));
        }
        assert_eq!(Limit::parse("month"), Err(Code::UnknownChoice));
    }
}
