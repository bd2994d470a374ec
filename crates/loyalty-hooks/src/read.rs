//! A platform's body becomes what it says of an order.

use crate::json::{Fields, Value, is_id};
use crate::state::{Amount, Kind, Line, OrderState};
use crate::target::{minor, rounded, share};
use crate::{Platform, json, shopify, standard, stripe, woocommerce};
use loyalty_core::Currency;
use rust_decimal::Decimal;

/// What a webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Something of an order.
    Order(Box<Delivery>),
    /// A request about somebody's data.
    Privacy(Privacy),
    /// Nothing that concerns an account.
    Ignored,
}

/// What a webhook says of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The platform's name for the order, visible ASCII.
    pub order: String,
    /// The referral code that came with it.
    pub referral: Option<String>,
    /// What it says; its owner is the platform's name for the customer.
    pub state: OrderState,
}

/// A request about somebody's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privacy {
    /// What is asked: `customers/redact`, `customers/data_request`, `shop/redact`.
    pub topic: String,
    /// Whose data; none for all of the shop.
    pub customer: Option<String>,
    /// The orders it names.
    pub orders: Vec<String>,
}

/// Why an authentic body cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// A stable text.
    pub code: &'static str,
    /// The place in the body, a JSON pointer.
    pub path: String,
}

impl Unusable {
    pub(crate) fn at(code: &'static str, path: &str) -> Self {
        Self { code, path: path.to_owned() }
    }
}

/// Reads an authentic body. `topic` is the value of the platform's [topic header](Platform::topic_header).
///
/// # Errors
/// What cannot be used, and where it stands.
pub fn read(platform: Platform, topic: Option<&str>, body: &[u8]) -> Result<Reading, Unusable> {
    let text = core::str::from_utf8(body).map_err(|_| Unusable::at("malformed", ""))?;
    let topic = match (platform.topic_header(), topic) {
        (Some(_), None) => return Err(Unusable::at("topic_missing", "")),
        (_, topic) => topic.unwrap_or_default(),
    };
    let fields = json::fields(text)?;
    match platform {
        Platform::Shopify => shopify::read(topic, &fields),
        Platform::WooCommerce => woocommerce::read(topic, &fields),
        Platform::Stripe => stripe::read(&fields),
        Platform::Standard => standard::read(&fields),
    }
}

pub(crate) fn delivery(order: String, referral: Option<String>, state: OrderState) -> Reading {
    Reading::Order(Box::new(Delivery { order, referral, state }))
}

/// An order's currency.
///
/// # Errors
/// `missing`, `currency_unknown`.
pub(crate) fn currency(fields: &Fields<'_>, name: &str) -> Result<Currency, Unusable> {
    let value = fields.must(name)?;
    Currency::new(&value.text()?.to_ascii_uppercase()).map_err(|_| value.refused("currency_unknown"))
}

/// A line as it was charged, before it is rounded to the currency.
pub(crate) struct Charged {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) product: Option<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) quantity: u32,
    pub(crate) amount: Decimal,
    pub(crate) tax: Decimal,
    pub(crate) discount: Decimal,
}

impl Charged {
    /// One piece of something without a product.
    pub(crate) fn plain(id: String, kind: Kind, amount: Decimal, tax: Decimal) -> Self {
        let (product, categories, discount) = (None, vec![], Decimal::ZERO);
        Self { id, kind, product, categories, quantity: 1, amount, tax, discount }
    }

    /// The line.
    ///
    /// # Errors
    /// `amount_negative` at the line.
    pub(crate) fn line(self, at: &Value<'_>, currency: Currency) -> Result<Line, Unusable> {
        if self.amount.is_sign_negative() && !self.amount.is_zero() {
            return Err(at.refused("amount_negative"));
        }
        let exact = |amount: Decimal| Amount(rounded(amount, currency.minor()).normalize());
        Ok(Line {
            id: self.id,
            kind: self.kind,
            product: self.product.filter(|product| is_id(product)),
            categories: self.categories,
            quantity: self.quantity,
            amount: exact(self.amount),
            tax: exact(self.tax.clamp(Decimal::ZERO, self.amount)),
            discount: exact(self.discount.max(Decimal::ZERO)),
        })
    }
}

/// Takes a discount on the whole order off its goods, and the tax in it off theirs, each in proportion.
pub(crate) fn discounted(lines: &mut [Line], (discount, tax): (Decimal, Decimal), currency: Currency) {
    let amounts = less(lines, discount, |line| line.amount.0, currency.minor());
    let taxes = less(lines, tax, |line| line.tax.0, currency.minor());
    let goods = lines.iter_mut().filter(|line| line.kind == Kind::Goods);
    for (line, (amount, tax)) in goods.zip(amounts.into_iter().zip(taxes)) {
        line.discount.0 += line.amount.0 - amount;
        line.amount.0 = amount;
        line.tax.0 = tax.min(amount);
    }
}

/// What is left of something of all goods when so much is taken off.
fn less(lines: &[Line], off: Decimal, of: fn(&Line) -> Decimal, digits: u32) -> Vec<Decimal> {
    let all: Vec<i64> =
        lines.iter().filter(|line| line.kind == Kind::Goods).map(|line| minor(of(line), digits)).collect();
    let whole = all.iter().copied().fold(0, i64::saturating_add);
    let kept = whole.saturating_sub(minor(off, digits)).clamp(0, whole);
    let left = |one| Decimal::from_i128_with_scale(share(one, kept, whole).into(), digits).normalize();
    all.into_iter().map(left).collect()
}

/// How many pieces; a part of a piece counts as one.
///
/// # Errors
/// `number_out_of_range`.
pub(crate) fn pieces(value: Option<Value<'_>>) -> Result<u32, Unusable> {
    let Some(value) = value else { return Ok(1) };
    u32::try_from(value.amount()?.ceil()).map_err(|_| value.refused("number_out_of_range"))
}

/// A text that rules can select lines by: lower-case letters, digits, dots; everything else is a hyphen.
pub(crate) fn category(prefix: &str, text: Option<String>) -> Option<String> {
    let mut slug = String::new();
    for c in text?.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| format!("{prefix}:{slug}")).filter(|text| is_id(text))
}

/// Codes entered with an order: those that can be names, at most 20.
///
/// # Errors
/// `wrong_type`.
pub(crate) fn codes(fields: &Fields<'_>, list: &str) -> Result<Vec<String>, Unusable> {
    let mut codes = Vec::new();
    for code in fields.list(list)? {
        codes.extend(code.fields()?.text("code").filter(|code| is_id(code)));
    }
    codes.truncate(20);
    Ok(codes)
}

/// The value of a note that a shop's pages have put into an order.
///
/// # Errors
/// `wrong_type`.
pub(crate) fn note(fields: &Fields<'_>, list: &str, name: &str) -> Result<Option<String>, Unusable> {
    for one in fields.list(list)? {
        let one = one.fields()?;
        if one.text(name).is_some_and(|name| name == REFERRAL) {
            return Ok(one.text("value"));
        }
    }
    Ok(None)
}

/// The note that holds a referral code.
pub(crate) const REFERRAL: &str = "loyalty_referral";
