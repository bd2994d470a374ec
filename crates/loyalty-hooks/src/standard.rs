//! Any other shop: bodies of our own making, signed as Standard Webhooks. The crate's README shows them.

use crate::json::{Fields, Value, is_id};
use crate::read::{Charged, Reading, Unusable, currency, delivery, pieces};
use crate::state::{Amount, Back, Kind, Line, OrderState, Owner, Refund, Snapshot};
use loyalty_core::{Currency, Map};
use rust_decimal::Decimal;

pub(crate) fn read(fields: &Fields<'_>) -> Result<Reading, Unusable> {
    let kind = fields.must("type")?.text()?;
    let version = fields.must("timestamp")?.instant()?;
    let data = fields.must("data")?.fields()?;
    match kind.as_str() {
        "order.paid" => order(&data, version, true, false),
        "order.updated" => order(&data, version, data.is_true("paid"), false),
        "order.cancelled" => order(&data, version, true, true),
        "refund.created" => {
            let refunds = Map::from_iter([refund(&data, version)?]);
            let state = OrderState { refunds, ..OrderState::default() };
            Ok(delivery(data.must("order")?.id()?, None, state))
        }
        _ => Ok(Reading::Ignored),
    }
}

fn order(data: &Fields<'_>, version: i64, settled: bool, gone: bool) -> Result<Reading, Unusable> {
    let currency = currency(data, "currency")?;
    let refunds: Map<_, _> =
        data.list("refunds")?.iter().map(|one| refund(&one.fields()?, 0)).collect::<Result<_, _>>()?;
    let owner = data.get("member").map(|id| id.id()).transpose()?.map(|id| Owner { version, id });
    let snapshot = Snapshot {
        settled,
        version,
        gone,
        refunded: !refunds.is_empty(),
        currency: currency.as_str().to_owned(),
        net: false,
        channel: data.text("channel").filter(|channel| is_id(channel)),
        partner: data.get("partner").map(|partner| partner.id()).transpose()?,
        codes: names(data, "codes")?,
        holds: names(data, "holds")?,
        lines: data.list("lines")?.iter().map(|one| line(one, currency)).collect::<Result<_, _>>()?,
    };
    let state = OrderState { snapshot: Some(snapshot), owner, advocate: None, refunds };
    Ok(delivery(data.must("id")?.id()?, data.text("referral"), state))
}

fn line(value: &Value<'_>, currency: Currency) -> Result<Line, Unusable> {
    let line = value.fields()?;
    let kind = match line.text("kind").as_deref() {
        None | Some("goods") => Kind::Goods,
        Some("delivery") => Kind::Delivery,
        Some("gift_card") => Kind::GiftCard,
        Some("other") => Kind::Other,
        Some(_) => return Err(line.must("kind")?.refused("unknown_choice")),
    };
    let quantity = pieces(line.get("quantity"))?;
    if quantity == 0 {
        return Err(line.must("quantity")?.refused("number_out_of_range"));
    }
    let charged = Charged {
        id: line.must("id")?.id()?,
        kind,
        product: line.text("product"),
        categories: names(&line, "categories")?,
        quantity,
        amount: line.must("amount")?.amount()?,
        tax: line.amount("tax")?,
        discount: line.amount("discount")?,
    };
    charged.line(value, currency)
}

fn refund(data: &Fields<'_>, version: i64) -> Result<(String, Refund), Unusable> {
    let back = |value: &Value<'_>| {
        let line = value.fields()?;
        let amount = Amount(line.amount("amount")?.max(Decimal::ZERO));
        let pieces = if line.has("quantity") { pieces(line.get("quantity"))? } else { 0 };
        Ok(Back { line: line.must("id")?.id()?, pieces, amount })
    };
    let lines = data.list("lines")?.iter().map(back).collect::<Result<_, Unusable>>()?;
    let rest = Amount(data.amount("amount")?.max(Decimal::ZERO));
    Ok((data.must("id")?.id()?, Refund { version, lines, rest, ..Refund::default() }))
}

/// A list of names.
fn names(fields: &Fields<'_>, list: &str) -> Result<Vec<String>, Unusable> {
    fields.list(list)?.iter().map(Value::id).collect()
}
