//! What is known of an order, from all that was delivered so far.

use core::fmt;
use loyalty_core::Map;
use rust_decimal::Decimal;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An exact amount, written as decimal text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(pub Decimal);

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Decimal::from_str_exact(&text).map(Self).map_err(D::Error::custom)
    }
}

/// What a line sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Goods or services.
    Goods,
    /// Delivery.
    Delivery,
    /// A gift card sold.
    GiftCard,
    /// Fees and tips: part of what was paid, and so of what is given back, but never booked.
    Other,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    /// The platform's name for it.
    pub id: String,
    /// What it sells.
    pub kind: Kind,
    /// The platform's name for the product.
    pub product: Option<String>,
    /// What rules can select it by.
    pub categories: Vec<String>,
    /// Pieces, at least 1.
    pub quantity: u32,
    /// What was charged for all pieces: discounts taken off, tax included.
    pub amount: Amount,
    /// Tax contained in `amount`.
    pub tax: Amount,
    /// Discounts that were taken off.
    pub discount: Amount,
}

/// What a platform says of an order at one instant.
///
/// The order of the fields is the order of precedence: of two, the greater is what is known. What was settled, paid or
/// called off, is not undone by a basket that waits for a payment; else the newer says more; of two at one instant the
/// one that is further on, then the greater text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Snapshot {
    /// Whether it was paid or called off.
    pub settled: bool,
    /// When the platform last changed it, milliseconds since 1970.
    pub version: i64,
    /// Called off, or all money given back: nothing of it is left.
    pub gone: bool,
    /// Whether part of it was given back.
    pub refunded: bool,
    /// ISO 4217.
    pub currency: String,
    /// Whether the platform tells prices without their tax, so that tax given back comes on top.
    pub net: bool,
    /// Where it was placed.
    pub channel: Option<String>,
    /// The partner of a coalition that sold it.
    pub partner: Option<String>,
    /// Codes entered with it.
    pub codes: Vec<String>,
    /// Holds that pay for part of it.
    pub holds: Vec<String>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// Pieces or money given back for one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Back {
    /// Which line.
    pub line: String,
    /// So many pieces, and what was charged for them.
    pub pieces: u32,
    /// So much money beside them.
    pub amount: Amount,
}

/// One refund.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refund {
    /// When the platform last changed it; the newer one holds.
    pub version: i64,
    /// What was given back line by line.
    pub lines: Vec<Back>,
    /// Money given back for delivery.
    pub delivery: Amount,
    /// The tax of that, which an order that is `net` does not have in it.
    pub delivery_tax: Amount,
    /// Money given back for the order as a whole.
    pub rest: Amount,
}

/// Whose order it is, as of when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Owner {
    /// Of when that is.
    pub version: i64,
    /// The platform's name for the customer; a host may put that of their account here.
    pub id: String,
}

/// What is known of an order.
///
/// A product of parts of which each keeps the greater: joining is associative, commutative and idempotent, so any
/// deliveries in any order, any number of times, come to the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderState {
    /// The order itself, once it was delivered.
    pub snapshot: Option<Snapshot>,
    /// Whose it is; none for a guest's. A later delivery that does not say so makes nobody a guest.
    pub owner: Option<Owner>,
    /// The account whose referral brought the customer.
    pub advocate: Option<String>,
    /// Refunds by the platform's name for them.
    #[serde(with = "pairs")]
    pub refunds: Map<String, Refund>,
}

mod pairs {
    use super::{Map, Refund};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(map: &Map<String, Refund>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Map<String, Refund>, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}

impl OrderState {
    /// Whether it may be booked: it was paid, and not called off. Until then nobody needs an account for it.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| snapshot.settled && !snapshot.gone)
    }

    /// What is known when both are.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        for (id, refund) in other.refunds {
            match self.refunds.get_mut(&id) {
                Some(known) if *known >= refund => {}
                Some(known) => *known = refund,
                None => {
                    self.refunds.insert(id, refund);
                }
            }
        }
        Self {
            // Nothing is less than something.
            snapshot: self.snapshot.max(other.snapshot),
            owner: self.owner.max(other.owner),
            advocate: self.advocate.max(other.advocate),
            refunds: self.refunds,
        }
    }
}
