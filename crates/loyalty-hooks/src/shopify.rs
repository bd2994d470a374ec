//! Shopify: REST bodies of orders and refunds, in the shop's currency.

use crate::json::{Fields, Value};
use crate::read::{Charged, Privacy, Reading, Unusable, category, codes, currency, delivery, note, pieces};
use crate::state::{Amount, Back, Kind, Line, OrderState, Owner, Refund, Snapshot};
use loyalty_core::{Currency, Map};
use rust_decimal::Decimal;

pub(crate) fn read(topic: &str, fields: &Fields<'_>) -> Result<Reading, Unusable> {
    match topic {
        "orders/create"
        | "orders/updated"
        | "orders/paid"
        | "orders/cancelled"
        | "orders/fulfilled"
        | "orders/partially_fulfilled" => order(topic, fields),
        "refunds/create" => {
            let (id, refund) = refund(fields)?;
            let state = OrderState { refunds: Map::from_iter([(id, refund)]), ..OrderState::default() };
            Ok(delivery(fields.must("order_id")?.id()?, None, state))
        }
        "customers/redact" | "customers/data_request" | "shop/redact" => privacy(topic, fields),
        _ => Ok(Reading::Ignored),
    }
}

fn order(topic: &str, fields: &Fields<'_>) -> Result<Reading, Unusable> {
    let id = fields.must("id")?.id()?;
    let version = fields.must("updated_at")?.instant()?;
    let currency = currency(fields, "currency")?;
    let (paid, gone, refunded) = match fields.text("financial_status").as_deref() {
        None | Some("pending" | "authorized" | "partially_paid" | "expired") => (false, false, false),
        Some("paid") => (true, false, false),
        Some("partially_refunded") => (true, false, true),
        Some("refunded" | "voided") => (true, true, true),
        Some(_) => return Err(fields.must("financial_status")?.refused("status_unknown")),
    };
    // The topic is not signed, the body is: what it says holds, and the topic only where it says nothing.
    let silent = !fields.has("financial_status");
    let gone = gone || fields.has("cancelled_at") || (silent && topic == "orders/cancelled");
    let mut lines = Vec::new();
    let included = fields.is_true("taxes_included");
    for line in fields.list("line_items")? {
        lines.extend(goods(&line, included, currency)?);
    }
    for (index, line) in fields.list("shipping_lines")?.into_iter().enumerate() {
        lines.extend(shipping(&line, index, included, currency)?);
    }
    let refunds =
        fields.list("refunds")?.iter().map(|one| refund(&one.fields()?)).collect::<Result<_, _>>()?;
    let customer = fields.get("customer").map(|customer| customer.fields()).transpose()?;
    let owner = match customer.and_then(|customer| customer.get("id")) {
        Some(id) => Some(Owner { version, id: id.id()? }),
        None => None,
    };
    let channel =
        if fields.text("source_name").is_some_and(|name| name == "pos") { "till" } else { "online" };
    let snapshot = Snapshot {
        settled: paid || gone || (silent && topic == "orders/paid"),
        version,
        gone,
        refunded,
        currency: currency.as_str().to_owned(),
        net: !included,
        channel: Some(channel.to_owned()),
        partner: None,
        codes: codes(fields, "discount_codes")?,
        holds: vec![],
        lines,
    };
    let referral = note(fields, "note_attributes", "name")?;
    Ok(delivery(id, referral, OrderState { snapshot: Some(snapshot), owner, advocate: None, refunds }))
}

/// A line of goods, a gift card sold, or a tip; none where no piece is left.
fn goods(value: &Value<'_>, included: bool, currency: Currency) -> Result<Option<Line>, Unusable> {
    let line = value.fields()?;
    let quantity = pieces(line.get("quantity"))?;
    if quantity == 0 {
        return Ok(None);
    }
    let discount = discount(&line)?;
    let tax = taxes(&line)?;
    let full = money(&line, "price_set", "price")?.checked_mul(quantity.into());
    let full = full.ok_or_else(|| value.refused("amount_too_large"))?;
    let kind = if line.is_true("gift_card") {
        Kind::GiftCard
    } else if line.has("tip_payment_gateway") || line.has("tip_payment_method") {
        Kind::Other
    } else {
        Kind::Goods
    };
    let charged = Charged {
        id: line.must("id")?.id()?,
        kind,
        product: line.text("product_id").or_else(|| line.text("sku")),
        categories: [category("vendor", line.text("vendor")), category("sku", line.text("sku"))]
            .into_iter()
            .flatten()
            .collect(),
        quantity,
        amount: full - discount + if included { Decimal::ZERO } else { tax },
        tax,
        discount,
    };
    charged.line(value, currency).map(Some)
}

fn shipping(
    value: &Value<'_>,
    index: usize,
    included: bool,
    currency: Currency,
) -> Result<Option<Line>, Unusable> {
    let line = value.fields()?;
    if line.is_true("is_removed") {
        return Ok(None);
    }
    let id = line.text("id").unwrap_or_else(|| index.to_string());
    let tax = taxes(&line)?;
    let price = if line.has("discounted_price") {
        money(&line, "discounted_price_set", "discounted_price")?
    } else {
        money(&line, "price_set", "price")? - discount(&line)?
    };
    let amount = price + if included { Decimal::ZERO } else { tax };
    Charged::plain(format!("shipping-{id}"), Kind::Delivery, amount, tax).line(value, currency).map(Some)
}

/// What was taken off a line: its part of every discount; `total_discount` leaves out those on the whole order.
fn discount(line: &Fields<'_>) -> Result<Decimal, Unusable> {
    if line.has("discount_allocations") {
        sum(line, "discount_allocations", "amount_set", "amount")
    } else {
        line.amount("total_discount")
    }
}

fn taxes(line: &Fields<'_>) -> Result<Decimal, Unusable> {
    sum(line, "tax_lines", "price_set", "price")
}

fn sum(line: &Fields<'_>, list: &str, set: &str, plain: &str) -> Result<Decimal, Unusable> {
    line.list(list)?.iter().try_fold(Decimal::ZERO, |sum, one| Ok(sum + money(&one.fields()?, set, plain)?))
}

/// An amount in the shop's currency. The plain field is sometimes a number, and in the refunds a rounded one.
fn money(fields: &Fields<'_>, set: &str, plain: &str) -> Result<Decimal, Unusable> {
    let shop = match fields.get(set) {
        Some(set) => set.fields()?.get("shop_money"),
        None => None,
    };
    match shop {
        Some(shop) => shop.fields()?.must("amount")?.amount(),
        None => fields.amount(plain),
    }
}

fn refund(fields: &Fields<'_>) -> Result<(String, Refund), Unusable> {
    let at = fields.get("processed_at").or_else(|| fields.get("created_at"));
    let mut refund = Refund { version: at.map_or(Ok(0), |at| at.instant())?, ..Refund::default() };
    for item in fields.list("refund_line_items")? {
        let item = item.fields()?;
        // The order's own line, where it is told, is what the order names it by.
        let line = match item.get("line_item") {
            Some(line) => line.fields()?.must("id")?.id()?,
            None => item.must("line_item_id")?.id()?,
        };
        refund.lines.push(Back { line, pieces: pieces(item.get("quantity"))?, amount: Amount::default() });
    }
    let adjustments = fields.list("order_adjustments")?;
    for one in &adjustments {
        let one = one.fields()?;
        let amount = money(&one, "amount_set", "amount")? + money(&one, "tax_amount_set", "tax_amount")?;
        if one.text("kind").is_some_and(|kind| kind == "shipping_refund") {
            refund.delivery.0 += amount.abs();
        } else {
            refund.rest.0 -= amount;
        }
    }
    // What is adjusted for a while is taken back by another adjustment, so only their sum is money.
    refund.rest.0 = refund.rest.0.max(Decimal::ZERO);
    if refund.delivery.0.is_zero() {
        let list = "refund_shipping_lines";
        refund.delivery.0 = sum(fields, list, "subtotal_amount_set", "subtotal_amount")?;
        refund.delivery_tax.0 = sum(fields, list, "tax_amount_set", "tax_amount")?;
    }
    if refund.lines.is_empty() && adjustments.is_empty() && refund.delivery.0.is_zero() {
        for paid in fields.list("transactions")? {
            let paid = paid.fields()?;
            let is = |name: &str, wanted: &str| paid.text(name).is_some_and(|text| text == wanted);
            if is("kind", "refund") && is("status", "success") {
                refund.rest.0 += money(&paid, "amount_set", "amount")?;
            }
        }
    }
    Ok((fields.must("id")?.id()?, refund))
}

fn privacy(topic: &str, fields: &Fields<'_>) -> Result<Reading, Unusable> {
    // Only what a request of this topic has makes one: the topic is not signed, and an order names a customer too.
    let (mut customer, mut orders) = (None, vec![]);
    if topic == "shop/redact" {
        fields.must("shop_domain")?;
    } else {
        customer = Some(fields.must("customer")?.fields()?.must("id")?.id()?);
        let list = if topic == "customers/redact" { "orders_to_redact" } else { "orders_requested" };
        orders = fields.must(list)?.list()?.iter().map(Value::id).collect::<Result<_, _>>()?;
    }
    Ok(Reading::Privacy(Privacy { topic: topic.to_owned(), customer, orders }))
}
