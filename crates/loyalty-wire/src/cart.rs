//! Carts and orders.

use crate::read::{Faults, Path, record};
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{Category, Code, Currency, HoldId, LineId, LineKind, Money, OrderId, RewardId};
use rust_decimal::Decimal;

/// The most lines a cart may have.
pub const MOST_LINES: usize = 1000;
/// The most categories a line may have.
const MOST_CATEGORIES: usize = 50;
/// The most rewards and holds a cart may have.
const MOST_REWARDS: usize = 20;

record! {
    /// What a shopper is about to buy. Amounts are decimal text in major units: `"12.50"`.
    pub struct Cart {
        /// ISO 4217 code; the programme's.
        currency: As<Currency>,
        /// At most 1000.
        lines: Vec<CartLine>,
        /// Rewards taken with this very cart, without a hold before; at most 20.
        redeem: Option<Vec<Redeem>>,
        /// Ids of holds that pay for part of it, at most 20.
        holds: Option<Vec<As<HoldId>>>,
        /// What is paid with gift certificates; default nothing.
        certificates: Option<As<Decimal>>,
    }
}

record! {
    /// One line of a cart. Exactly one of `price` and `amount` is given.
    pub struct CartLine {
        /// Unique within the cart.
        id: As<LineId>,
        /// The shop's name for the product; not looked at by any rule.
        product: Option<String>,
        /// Categories the product belongs to, at most 50.
        categories: Option<Vec<As<Category>>>,
        /// Pieces, 1 to 1000000; default 1.
        quantity: Option<u32>,
        /// Price of one piece, tax included, before `discount`.
        price: Option<As<Decimal>>,
        /// Price of the whole line, tax included, before `discount`.
        amount: Option<As<Decimal>>,
        /// Discount off the whole line; default nothing.
        discount: Option<As<Decimal>>,
        /// Tax contained in what is charged for the line; default nothing.
        tax: Option<As<Decimal>>,
        /// Default `goods`.
        kind: Option<As<LineKind>>,
    }
}

record! {
    /// A reward taken with a cart.
    pub struct Redeem {
        /// Which reward.
        reward: As<RewardId>,
        /// How many points, for a reward paid with a chosen number.
        points: Option<Whole>,
    }
}

record! {
    /// A paid order: a cart with the shop's name for it.
    pub struct Order {
        /// The shop's name for the order.
        id: As<OrderId>,
        /// As in a cart.
        currency: As<Currency>,
        /// As in a cart.
        lines: Vec<CartLine>,
        /// As in a cart.
        redeem: Option<Vec<Redeem>>,
        /// As in a cart.
        holds: Option<Vec<As<HoldId>>>,
        /// As in a cart.
        certificates: Option<As<Decimal>>,
        /// The account whose referral link brought the shopper.
        advocate: Option<As<core::AccountId>>,
    }
}

impl Order {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &mut Faults) -> Option<core::Order> {
        let Self { id, currency, lines, redeem, holds, certificates, advocate } = self;
        let cart = Cart { currency, lines, redeem, holds, certificates }.prove(at, faults)?;
        Some(core::Order { id: id.0, cart, advocate: advocate.map(|account| account.0) })
    }
}

impl Cart {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &mut Faults) -> Option<core::Cart> {
        let currency = self.currency.0;
        let list = at.field("lines");
        let redeem = self.redeem.unwrap_or_default();
        let holds = self.holds.unwrap_or_default();
        for (name, length, most) in [
            ("lines", self.lines.len(), MOST_LINES),
            ("redeem", redeem.len(), MOST_REWARDS),
            ("holds", holds.len(), MOST_REWARDS),
        ] {
            if length > most {
                return faults.check(&at.field(name), Err(Code::TooMany));
            }
        }
        let lines = self.lines.into_iter().enumerate();
        let lines: Vec<_> =
            lines.map(|(index, line)| line.prove(currency, &list.item(index), faults)).collect();
        let certificates = amount(self.certificates, currency, &at.field("certificates"), faults);
        let lines = lines.into_iter().collect::<Option<Vec<_>>>()?;
        let redeem =
            redeem.into_iter().map(|r| core::Redeem { reward: r.reward.0, points: r.points.map(|p| p.0) });
        let holds = holds.into_iter().map(|hold| hold.0).collect();
        match core::Cart::new(currency, lines, redeem.collect(), holds, certificates?) {
            Ok(cart) => Some(cart),
            Err(refusal) => faults.check(&list, Err(refusal.code)),
        }
    }
}

impl CartLine {
    fn prove(self, currency: Currency, at: &Path<'_>, faults: &mut Faults) -> Option<core::Line> {
        let quantity = self.quantity.unwrap_or(1);
        pieces(quantity, at, faults);
        let categories = self.categories.unwrap_or_default();
        if categories.len() > MOST_CATEGORIES {
            faults.add(&at.field("categories"), Code::TooMany);
        }
        let money = |value: Decimal| Money::new(value, currency);
        let full = match (self.price, self.amount) {
            (Some(price), None) => times(price.0, quantity, currency, at, faults),
            (None, Some(amount)) => faults.check(&at.field("amount"), money(amount.0)),
            _ => faults.check(at, Err(Code::AmountAmbiguous)),
        };
        let discount = amount(self.discount, currency, &at.field("discount"), faults);
        let tax = amount(self.tax, currency, &at.field("tax"), faults);
        let (full, discount, tax) = (full?, discount?, tax?);
        Some(core::Line {
            id: self.id.0,
            kind: self.kind.map(|kind| kind.0).unwrap_or_default(),
            categories: categories.into_iter().map(|category| category.0).collect(),
            quantity,
            amount: charged(full, discount, at, faults)?,
            tax,
            discount,
        })
    }
}

pub(crate) fn pieces(quantity: u32, at: &Path<'_>, faults: &mut Faults) {
    if !(1..=1_000_000).contains(&quantity) {
        faults.add(&at.field("quantity"), Code::NumberOutOfRange);
    }
}

pub(crate) fn times(
    price: Decimal,
    quantity: u32,
    currency: Currency,
    at: &Path<'_>,
    faults: &mut Faults,
) -> Option<Money> {
    let full = Money::new(price, currency).and_then(|price| price.times(quantity));
    faults.check(&at.field("price"), full)
}

pub(crate) fn charged(full: Money, discount: Money, at: &Path<'_>, faults: &mut Faults) -> Option<Money> {
    faults.check(&at.field("discount"), full.minus(discount).map_err(|_| Code::ExceedsLine))
}

/// An amount that is nothing where it is not given.
fn amount(
    value: Option<As<Decimal>>,
    currency: Currency,
    at: &Path<'_>,
    faults: &mut Faults,
) -> Option<Money> {
    match value {
        Some(value) => faults.check(at, Money::new(value.0, currency)),
        None => Some(Money::zero(currency)),
    }
}

/// Back to the wire, as stored with what was booked for it.
impl From<&core::Order> for Order {
    fn from(order: &core::Order) -> Self {
        let cart = &order.cart;
        let some = |value: Money| (!value.is_zero()).then_some(As(value.amount()));
        let line = |line: &core::Line| CartLine {
            id: As(line.id.clone()),
            product: None,
            categories: (!line.categories.is_empty())
                .then(|| line.categories.iter().cloned().map(As).collect()),
            quantity: (line.quantity != 1).then_some(line.quantity),
            price: None,
            // The discount was taken off: the line before it is their sum.
            amount: line.amount.plus(line.discount).ok().map(|full| As(full.amount())),
            discount: some(line.discount),
            tax: some(line.tax),
            kind: (line.kind != LineKind::Goods).then_some(As(line.kind)),
        };
        let redeem = |r: &core::Redeem| Redeem { reward: As(r.reward.clone()), points: r.points.map(Whole) };
        Self {
            id: As(order.id.clone()),
            currency: As(cart.currency()),
            lines: cart.lines().iter().map(line).collect(),
            redeem: (!cart.redeem().is_empty()).then(|| cart.redeem().iter().map(redeem).collect()),
            holds: (!cart.holds().is_empty()).then(|| cart.holds().iter().cloned().map(As).collect()),
            certificates: some(cart.certificates()),
            advocate: order.advocate.clone().map(As),
        }
    }
}
