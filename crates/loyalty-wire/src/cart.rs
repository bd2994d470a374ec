//! Carts and orders.

use crate::form::Form;
use crate::read::{Faults, Path, record};
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{
    Ask, Category, Channel, Checkout, Code, Currency, HoldId, LineId, LineKind, Money, OrderId, PartnerId,
    ProductId, PromoCode, RewardId,
};
use rust_decimal::Decimal;
use std::sync::Arc;

/// The most lines a cart may have.
pub const MOST_LINES: usize = 1000;
/// The most categories a line may have.
const MOST_CATEGORIES: usize = 20;
/// The most rewards, holds and codes a cart may have.
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
        /// What is paid with gift certificates that are not in a wallet of the programme; default nothing.
        certificates: Option<As<Decimal>>,
        /// Where it is placed: `online`, `till`.
        channel: Option<As<Channel>>,
        /// The shop of a coalition that sells it.
        partner: Option<As<PartnerId>>,
        /// Codes entered with it, at most 20.
        codes: Option<Vec<As<PromoCode>>>,
    }
}

record! {
    /// One line of a cart. Exactly one of `price` and `amount` is given.
    pub struct CartLine {
        /// Unique within the cart.
        id: As<LineId>,
        /// The shop's name for the product.
        product: Option<As<ProductId>>,
        /// Categories the product belongs to, at most 20.
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
    /// A reward taken with a cart. For one that is paid with a chosen number of points, exactly one of `points` and
    /// `value` is given; for any other, neither.
    pub struct Redeem {
        /// Which reward.
        reward: As<RewardId>,
        /// How many points.
        points: Option<Whole>,
        /// As many points as pay this, rounded up to the reward's step.
        value: Option<As<Decimal>>,
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
        /// As in a cart.
        channel: Option<As<Channel>>,
        /// As in a cart.
        partner: Option<As<PartnerId>>,
        /// As in a cart.
        codes: Option<Vec<As<PromoCode>>>,
        /// The account whose referral link brought the shopper.
        advocate: Option<As<core::AccountId>>,
        /// The account of the member of staff whose sale it is.
        seller: Option<As<core::AccountId>>,
    }
}

impl Order {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &Faults) -> Option<core::Order> {
        let Self {
            id,
            currency,
            lines,
            redeem,
            holds,
            certificates,
            channel,
            partner,
            codes,
            advocate,
            seller,
        } = self;
        let cart = Cart { currency, lines, redeem, holds, certificates, channel, partner, codes };
        Some(core::Order {
            id: id.0,
            cart: cart.prove(at, faults)?.into(),
            advocate: advocate.map(|account| account.0),
            seller: seller.map(|account| account.0),
        })
    }
}

impl Cart {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &Faults) -> Option<core::Cart> {
        let currency = self.currency.0;
        let redeem = self.redeem.unwrap_or_default();
        let holds = self.holds.unwrap_or_default();
        let codes = self.codes.unwrap_or_default();
        for (name, length, most) in [
            ("lines", self.lines.len(), MOST_LINES),
            ("redeem", redeem.len(), MOST_REWARDS),
            ("holds", holds.len(), MOST_REWARDS),
            ("codes", codes.len(), MOST_REWARDS),
        ] {
            if length > most {
                return faults.check(&at.field(name), Err(Code::TooMany));
            }
        }
        let list = at.field("lines");
        let lines = self.lines.into_iter().enumerate();
        let lines: Vec<_> =
            lines.map(|(index, line)| line.prove(currency, &list.item(index), faults)).collect();
        let certificates = amount(self.certificates, currency, &at.field("certificates"), faults);
        let redeem_list = at.field("redeem");
        let redeem = redeem.into_iter().enumerate();
        let redeem: Vec<_> =
            redeem.map(|(index, ask)| ask.prove(currency, &redeem_list.item(index), faults)).collect();
        let lines = lines.into_iter().collect::<Option<Vec<_>>>()?;
        let redeem = redeem.into_iter().collect::<Option<Vec<_>>>()?;
        let holds = holds.into_iter().map(|hold| hold.0).collect();
        let checkout = Checkout {
            channel: self.channel.map(|channel| channel.0),
            partner: self.partner.map(|partner| partner.0),
            codes: codes.into_iter().map(|code| code.0).collect(),
        };
        match core::Cart::new(currency, lines, redeem, holds, certificates?, checkout) {
            Ok(cart) => Some(cart),
            Err(refusal) => faults.check(&list, Err(refusal.code)),
        }
    }
}

impl Redeem {
    fn prove(self, currency: Currency, at: &Path<'_>, faults: &Faults) -> Option<core::Redeem> {
        let ask = ask(self.points, self.value, Some(currency), at, faults)?;
        Some(core::Redeem { reward: self.reward.0, ask })
    }
}

/// How much of a reward is asked for; an amount needs the currency of a cart.
pub(crate) fn ask(
    points: Option<Whole>,
    value: Option<As<Decimal>>,
    currency: Option<Currency>,
    at: &Path<'_>,
    faults: &Faults,
) -> Option<Ask> {
    match (points, value, currency) {
        (None, None, _) => Some(Ask::Fixed),
        (Some(points), None, _) => Some(Ask::Points(points.0)),
        (None, Some(value), Some(currency)) => {
            faults.check(&at.field("value"), Money::new(value.0, currency)).map(Ask::Value)
        }
        (None, Some(_), None) => faults.check(&at.field("cart"), Err(Code::Missing)),
        (Some(_), Some(_), _) => faults.check(at, Err(Code::AmountAmbiguous)),
    }
}

impl CartLine {
    fn prove(self, currency: Currency, at: &Path<'_>, faults: &Faults) -> Option<core::Line> {
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
            product: self.product.map(|product| product.0),
            categories: categories.into_iter().map(|category| category.0).collect(),
            quantity,
            amount: charged(full, discount, at, faults)?,
            tax,
            discount,
        })
    }
}

pub(crate) fn pieces(quantity: u32, at: &Path<'_>, faults: &Faults) {
    if !(1..=1_000_000).contains(&quantity) {
        faults.add(&at.field("quantity"), Code::NumberOutOfRange);
    }
}

pub(crate) fn times(
    price: Decimal,
    quantity: u32,
    currency: Currency,
    at: &Path<'_>,
    faults: &Faults,
) -> Option<Money> {
    let full = Money::new(price, currency).and_then(|price| price.times(quantity));
    faults.check(&at.field("price"), full)
}

pub(crate) fn charged(full: Money, discount: Money, at: &Path<'_>, faults: &Faults) -> Option<Money> {
    faults.check(&at.field("discount"), full.minus(discount).map_err(|_| Code::ExceedsLine))
}

/// An amount that is nothing where it is not given.
fn amount(value: Option<As<Decimal>>, currency: Currency, at: &Path<'_>, faults: &Faults) -> Option<Money> {
    match value {
        Some(value) => faults.check(at, Money::new(value.0, currency)),
        None => Some(Money::zero(currency)),
    }
}

/// As stored with what was booked for it.
impl Form<Arc<core::Order>> for Order {
    fn of(order: &Arc<core::Order>) -> Self {
        let cart = &order.cart;
        Self {
            id: As(order.id.clone()),
            currency: As(cart.currency()),
            lines: cart.lines().iter().map(CartLine::of).collect(),
            redeem: (!cart.redeem().is_empty()).then(|| cart.redeem().iter().map(Redeem::of).collect()),
            holds: some(cart.holds()),
            certificates: unless_zero(cart.certificates()),
            channel: cart.channel().cloned().map(As),
            partner: cart.partner().cloned().map(As),
            codes: some(cart.codes()),
            advocate: order.advocate.clone().map(As),
            seller: order.seller.clone().map(As),
        }
    }

    fn restore(self) -> Result<Arc<core::Order>, Code> {
        self.prove(&Path::Root, &Faults::default()).map(Arc::new).ok_or(Code::EntryInconsistent)
    }
}

impl CartLine {
    fn of(line: &core::Line) -> Self {
        Self {
            id: As(line.id.clone()),
            product: line.product.clone().map(As),
            categories: some(&line.categories),
            quantity: (line.quantity != 1).then_some(line.quantity),
            price: None,
            // The discount was taken off: the line before it is their sum.
            amount: line.amount.plus(line.discount).ok().map(|full| As(full.amount())),
            discount: unless_zero(line.discount),
            tax: unless_zero(line.tax),
            kind: (line.kind != LineKind::Goods).then_some(As(line.kind)),
        }
    }
}

impl Redeem {
    fn of(redeem: &core::Redeem) -> Self {
        let (points, value) = match redeem.ask {
            Ask::Fixed => (None, None),
            Ask::Points(points) => (Some(Whole(points)), None),
            Ask::Value(value) => (None, Some(As(value.amount()))),
        };
        Self { reward: As(redeem.reward.clone()), points, value }
    }
}

fn some<T: Clone>(list: &[T]) -> Option<Vec<As<T>>> {
    (!list.is_empty()).then(|| list.iter().cloned().map(As).collect())
}

fn unless_zero(value: Money) -> Option<As<Decimal>> {
    (!value.is_zero()).then_some(As(value.amount()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document;
    use crate::write::Write;

    fn read(text: &str) -> Result<Arc<core::Order>, crate::Problem> {
        let faults = Faults::default();
        let order = document::<Order>(&crate::parse(text)?)?.prove(&Path::Root, &faults);
        faults.finish(order.map(Arc::new))
    }

    #[test]
    fn an_order_reads_back_what_it_writes() {
        for text in [
            r#"{"id":"1","currency":"EUR","lines":[{"id":"a","amount":"12.50"}]}"#,
            r#"{"id":"1","currency":"EUR","lines":[{"id":"a","product":"mug","categories":["x"],"quantity":2,"amount":"12.50","discount":"2.50","tax":"1.00","kind":"gift_card"}],"redeem":[{"reward":"r"},{"reward":"s","points":5},{"reward":"t","value":"1.50"}],"holds":["h"],"certificates":"1.00","channel":"till","partner":"p","codes":["SUMMER"],"advocate":"a","seller":"s"}"#,
        ] {
            let order = read(text).unwrap();
            let stored = Order::of(&order);
            assert_eq!(stored.to_json(), text);
            assert_eq!(stored.restore().unwrap(), order);
        }
    }

    #[test]
    fn what_a_cart_says_of_itself_is_proved() {
        let check = |more: &str, path: &str, code: Code| {
            let text = format!(r#"{{"id":"1","currency":"EUR","lines":[{{"id":"a","amount":"1"}}],{more}}}"#);
            let faults = read(&text).unwrap_err().faults;
            let found: Vec<_> = faults.iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
            assert_eq!(found, [(path, code)]);
        };
        check(r#""channel": """#, "/channel", Code::IdInvalid);
        check(r#""codes": ["a b"]"#, "/codes/0", Code::IdInvalid);
        check(&format!(r#""codes": [{}"c"]"#, r#""c","#.repeat(20)), "/codes", Code::TooMany);
        let both = r#""redeem": [{"reward": "r", "points": 1, "value": "1.00"}]"#;
        check(both, "/redeem/0", Code::AmountAmbiguous);
        check(r#""redeem": [{"reward": "r", "value": "1.001"}]"#, "/redeem/0/value", Code::AmountTooFine);
        let line = r#"{"id":"1","currency":"EUR","lines":[{"id":"a","product":"big mug","amount":"1"}]}"#;
        assert_eq!(read(line).unwrap_err().faults[0].path, "/lines/0/product");
    }
}
