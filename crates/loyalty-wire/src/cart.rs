//! Carts and orders.

use crate::form::Stored;
use crate::part::Part;
use crate::text::{As, Whole};
use crate::write::written;
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
pub(crate) const MOST_CATEGORIES: usize = 20;
/// The most rewards, holds and codes a cart may have.
pub(crate) const MOST_REWARDS: usize = 20;
/// How many pieces a line may have.
pub(crate) const PIECES: (u32, u32) = (1, 1_000_000);

written! {
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

written! {
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

written! {
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

written! {
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

/// A cart, and of each line that was given by the price of one piece that price.
pub(crate) type Priced = (core::Cart, Vec<Option<Decimal>>);

/// A cart.
pub(crate) fn cart(part: &Part<'_>) -> Option<Priced> {
    part.expect(Cart::NAMES, &[]);
    parts(part)
}

fn parts(part: &Part<'_>) -> Option<Priced> {
    let currency = part.given(part.needed("currency"));
    let part = part.in_currency(currency.unwrap_or(Currency::NONE));
    let mut prices = Vec::new();
    let lines = part.each(part.needed("lines"), MOST_LINES, |part| line(part, &mut prices));
    let redeem = part.each("redeem", MOST_REWARDS, redeem);
    let holds = part.list("holds", MOST_REWARDS);
    let certificates = part.money_or_zero("certificates");
    let checkout = Checkout {
        channel: part.given("channel"),
        partner: part.given("partner"),
        codes: part.list("codes", MOST_REWARDS),
    };
    if !part.is_complete() {
        return None;
    }
    let twice = holds.iter().enumerate().any(|(place, hold)| holds.iter().take(place).any(|one| one == hold));
    let cart = core::Cart::new(part.currency, lines, redeem, holds, certificates, checkout);
    let at = if twice { "holds" } else { "lines" };
    part.proved(at, cart.map_err(|refusal| refusal.code)).map(|cart| (cart, prices))
}

fn line(part: &Part<'_>, prices: &mut Vec<Option<Decimal>>) -> Option<core::Line> {
    let [id, product, categories, quantity, price, amount, discount, tax, kind] =
        part.all_fields(CartLine::NAMES);
    let id = id.needed().given();
    let product = product.given();
    let categories = categories.list(MOST_CATEGORIES);
    let quantity = quantity.number(1, PIECES);
    let full = match (price.given(), amount.given()) {
        (Some(given), None) => {
            price.proved(times(given, quantity, part.currency)).map(|full| (full, Some(given)))
        }
        (None, Some(given)) => amount.proved(Money::new(given, part.currency)).map(|full| (full, None)),
        _ => part.wrong_whole(Code::AmountAmbiguous),
    };
    let (taken, contained) = (discount.money_or_zero(), tax.money_or_zero());
    let kind = kind.choice();
    let (full, price) = full?;
    let amount = discount.proved(charged(full, taken))?;
    if contained.exceeds(amount) {
        return tax.proved(Err(Code::ExceedsLine));
    }
    let (discount, tax) = (taken, contained);
    prices.push(price);
    Some(core::Line { id: id?, kind, product, categories, quantity, amount, tax, discount })
}

fn redeem(part: &Part<'_>) -> Option<core::Redeem> {
    part.expect(Redeem::NAMES, &[]);
    let reward = part.given(part.needed("reward"));
    let ask = match (part.given_points("points"), part.decimal("value")) {
        (None, None) => Ask::Fixed,
        (Some(points), None) => Ask::Points(points),
        (None, Some(value)) => Ask::Value(part.proved("value", Money::new(value, part.currency))?),
        (Some(_), Some(_)) => return part.wrong_whole(Code::AmountAmbiguous),
    };
    Some(core::Redeem { reward: reward?, ask })
}

/// What all pieces of a line cost.
pub(crate) fn times(price: Decimal, quantity: u32, currency: Currency) -> Result<Money, Code> {
    Money::new(price, currency)?.times(quantity)
}

/// What is charged for a line.
pub(crate) fn charged(full: Money, discount: Money) -> Result<Money, Code> {
    full.minus(discount).map_err(|_| Code::ExceedsLine)
}

impl Stored for Arc<core::Cart> {
    type Record = Cart;

    fn record(&self) -> Cart {
        Cart {
            currency: As(self.currency()),
            lines: self.lines().iter().map(CartLine::of).collect(),
            redeem: (!self.redeem().is_empty()).then(|| self.redeem().iter().map(Redeem::of).collect()),
            holds: some(self.holds()),
            certificates: unless_zero(self.certificates()),
            channel: self.channel().cloned().map(As),
            partner: self.partner().cloned().map(As),
            codes: some(self.codes()),
        }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        cart(part).map(|(cart, _)| cart.into())
    }
}

impl Stored for Arc<core::Order> {
    type Record = Order;

    fn record(&self) -> Order {
        let Cart { currency, lines, redeem, holds, certificates, channel, partner, codes } =
            self.cart.record();
        let (advocate, seller) = (self.advocate.clone().map(As), self.seller.clone().map(As));
        let id = As(self.id.clone());
        Order { id, currency, lines, redeem, holds, certificates, channel, partner, codes, advocate, seller }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(Order::NAMES, &[]);
        let id = part.given(part.needed("id"));
        let cart = parts(part);
        let (advocate, seller) = (part.given("advocate"), part.given("seller"));
        let (cart, _) = cart?;
        Some(Self::new(core::Order { id: id?, cart: cart.into(), advocate, seller }))
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
    use crate::form::Within;
    use crate::read::document;
    use crate::write::Write;

    fn read(text: &str) -> Result<Arc<core::Order>, crate::Problem> {
        document::<Within<Arc<core::Order>>>(&crate::parse(text)?).map(|order| order.0)
    }

    #[test]
    fn an_order_reads_back_what_it_writes() {
        for text in [
            r#"{"id":"1","currency":"EUR","lines":[{"id":"a","amount":"12.50"}]}"#,
            r#"{"id":"1","currency":"EUR","lines":[{"id":"a","product":"mug","categories":["x"],"quantity":2,"amount":"12.50","discount":"2.50","tax":"1.00","kind":"gift_card"}],"redeem":[{"reward":"r"},{"reward":"s","points":5},{"reward":"t","value":"1.50"}],"holds":["h"],"certificates":"1.00","channel":"till","partner":"p","codes":["SUMMER"],"advocate":"a","seller":"s"}"#,
        ] {
            let order = read(text).unwrap();
            assert_eq!(order.record().to_json(), text);
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
