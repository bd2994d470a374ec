//! WooCommerce: REST v3 bodies of orders.

use crate::json::{Fields, Value};
use crate::read::{
    Charged, Reading, Unusable, category, codes, currency, delivery, discounted, note, pieces,
};
use crate::state::{Amount, Kind, Line, OrderState, Owner, Refund, Snapshot};
use loyalty_core::{Currency, Map};
use rust_decimal::Decimal;

pub(crate) fn read(topic: &str, fields: &Fields<'_>) -> Result<Reading, Unusable> {
    match topic {
        "order.created" | "order.updated" | "order.restored" => order(fields),
        _ => Ok(Reading::Ignored),
    }
}

fn order(fields: &Fields<'_>) -> Result<Reading, Unusable> {
    let id = fields.must("id")?.id()?;
    // The fields without `_gmt` are of the shop's wall clock, which tells no offset.
    let version = match fields.get("date_modified_gmt") {
        Some(at) => at.instant()?,
        None => fields.must("date_created_gmt")?.instant()?,
    };
    let currency = currency(fields, "currency")?;
    let status = fields.must("status")?;
    let (settled, gone) = match status.text()?.as_str() {
        "pending" | "on-hold" | "draft" | "auto-draft" | "checkout-draft" => (false, false),
        "processing" | "completed" => (true, false),
        "refunded" | "cancelled" | "failed" | "trash" => (true, true),
        _ => return Err(status.refused("status_unknown")),
    };
    let refunded = refunded(fields)?;
    let owner = fields.get("customer_id").map(|id| id.id()).transpose()?.filter(|id| id != "0");
    let till = fields.text("created_via").is_some_and(|via| via.starts_with("pos"));
    let snapshot = Snapshot {
        settled,
        version,
        gone,
        refunded: !refunded.is_zero(),
        currency: currency.as_str().to_owned(),
        net: false,
        channel: Some(if till { "till" } else { "online" }.to_owned()),
        partner: None,
        codes: codes(fields, "coupon_lines")?,
        holds: vec![],
        lines: lines(fields, currency)?,
    };
    let owner = owner.map(|id| Owner { version, id });
    let referral = note(fields, "meta_data", "key")?;
    // An order tells all of its refunds, so their sum is as new as it: one that is deleted is missing from it.
    let refund = Refund { version, rest: Amount(refunded.normalize()), ..Refund::default() };
    let refunds = Map::from_iter([("refunds".to_owned(), refund)]);
    Ok(delivery(id, referral, OrderState { snapshot: Some(snapshot), owner, advocate: None, refunds }))
}

fn lines(fields: &Fields<'_>, currency: Currency) -> Result<Vec<Line>, Unusable> {
    let mut lines = Vec::new();
    for value in fields.list("line_items")? {
        let line = value.fields()?;
        let quantity = pieces(line.get("quantity"))?;
        if quantity == 0 {
            continue;
        }
        let (amount, tax) = charged(&line)?;
        let full = line.amount("subtotal")? + line.amount("subtotal_tax")?;
        let variation = line.text("variation_id").filter(|id| id != "0");
        let categories = [category("sku", line.text("sku")), category("variation", variation)];
        let charged = Charged {
            id: line.must("id")?.id()?,
            kind: Kind::Goods,
            product: line.text("product_id").filter(|id| id != "0"),
            categories: categories.into_iter().flatten().collect(),
            quantity,
            amount,
            tax,
            discount: full - amount,
        };
        lines.push(charged.line(&value, currency)?);
    }
    lines.extend(others(fields, "shipping_lines", "shipping", Kind::Delivery, currency)?.0);
    let (fees, off) = others(fields, "fee_lines", "fee", Kind::Other, currency)?;
    lines.extend(fees);
    discounted(&mut lines, off, currency);
    Ok(lines)
}

/// Lines that sell no goods, and what the others take off: amount and tax.
fn others(
    fields: &Fields<'_>,
    list: &str,
    prefix: &str,
    kind: Kind,
    currency: Currency,
) -> Result<(Vec<Line>, (Decimal, Decimal)), Unusable> {
    let (mut lines, mut off) = (Vec::new(), (Decimal::ZERO, Decimal::ZERO));
    for value in fields.list(list)? {
        let line = value.fields()?;
        let (amount, tax) = charged(&line)?;
        if amount.is_sign_negative() {
            off = (off.0 - amount, off.1 - tax);
        } else {
            let id = format!("{prefix}-{}", line.must("id")?.id()?);
            lines.push(Charged::plain(id, kind, amount, tax).line(&value, currency)?);
        }
    }
    Ok((lines, off))
}

/// What was charged, tax included, and the tax. Both have more digits than the currency where the shop rounds sums.
fn charged(line: &Fields<'_>) -> Result<(Decimal, Decimal), Unusable> {
    let tax = line.amount("total_tax")?;
    Ok((line.amount("total")? + tax, tax))
}

/// What was given back: refunds of an order tell sums, below zero, and no lines.
fn refunded(fields: &Fields<'_>) -> Result<Decimal, Unusable> {
    let add = |sum, value: Value<'_>| Ok(sum + value.fields()?.must("total")?.amount()?.abs());
    fields.list("refunds")?.into_iter().try_fold(Decimal::ZERO, add)
}
