//! Stripe: events of Checkout sessions and of refunds. An order is known by its payment intent, which both name.

use crate::json::{Fields, Value};
use crate::read::{Charged, REFERRAL, Reading, Unusable, currency, delivery};
use crate::state::{Amount, Kind, OrderState, Owner, Refund, Snapshot};
use loyalty_core::Map;
use rust_decimal::Decimal;

/// Currencies whose amounts Stripe sends without minor digits, and with three; all others have two, whatever ISO 4217
/// says of them.
const NONE: &str = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF";
const THREE: &str = "BHD JOD KWD OMR TND";

pub(crate) fn read(event: &Fields<'_>) -> Result<Reading, Unusable> {
    let kind = event.must("type")?.text()?;
    let data = event.must("data")?.fields()?.must("object")?;
    let created = event.must("created")?.whole()?.saturating_mul(1000);
    match kind.as_str() {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            session(&data, &data.fields()?, created)
        }
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            refund(&data.fields()?, created)
        }
        _ => Ok(Reading::Ignored),
    }
}

fn session(at: &Value<'_>, session: &Fields<'_>, version: i64) -> Result<Reading, Unusable> {
    if session.text("mode").is_some_and(|mode| mode == "setup") {
        return Ok(Reading::Ignored);
    }
    let status = session.must("payment_status")?;
    let settled = match status.text()?.as_str() {
        "paid" | "no_payment_required" => true,
        "unpaid" => false,
        _ => return Err(status.refused("status_unknown")),
    };
    let currency = currency(session, "currency")?;
    let major = |amount: Decimal| major(amount, currency.as_str());
    let part = |group: &str, name: &str| match session.get(group) {
        Some(group) => group.fields()?.amount(name).map(major),
        None => Ok(Decimal::ZERO),
    };
    let total = major(session.must("amount_total")?.amount()?);
    let order = match named(session, "payment_intent")? {
        Some(intent) => intent,
        None if total.is_zero() => session.must("id")?.id()?,
        // An invoice is to be paid: its refunds name a payment intent that nothing here leads to.
        None => return Err(Unusable::at("missing", "/data/object/payment_intent")),
    };
    let tax = part("total_details", "amount_tax")?;
    let delivery_cost = part("shipping_cost", "amount_total")?;
    let delivery_tax = part("shipping_cost", "amount_tax")?;
    let mut goods = Charged::plain("goods".into(), Kind::Goods, total - delivery_cost, tax - delivery_tax);
    goods.discount = part("total_details", "amount_discount")?;
    let mut lines = vec![goods.line(at, currency)?];
    if !delivery_cost.is_zero() {
        let line = Charged::plain("shipping".into(), Kind::Delivery, delivery_cost, delivery_tax);
        lines.push(line.line(at, currency)?);
    }
    let metadata = session.get("metadata").map(|metadata| metadata.fields()).transpose()?;
    let noted = |name: &str| metadata.as_ref().and_then(|metadata| metadata.get(name));
    let owner = session.get("client_reference_id").or_else(|| noted("member"));
    let owner = owner.map(|id| id.id()).transpose()?.or(named(session, "customer")?);
    let snapshot = Snapshot {
        settled,
        version,
        gone: false,
        refunded: false,
        currency: currency.as_str().to_owned(),
        net: false,
        channel: Some("online".into()),
        partner: None,
        codes: vec![],
        holds: vec![],
        lines,
    };
    let owner = owner.map(|id| Owner { version, id });
    let referral = noted(REFERRAL).map(|code| code.text()).transpose()?;
    let state = OrderState { snapshot: Some(snapshot), owner, advocate: None, refunds: Map::new() };
    Ok(delivery(order, referral, state))
}

fn refund(refund: &Fields<'_>, created: i64) -> Result<Reading, Unusable> {
    let Some(order) = named(refund, "payment_intent")? else {
        return Err(Unusable::at("missing", "/data/object/payment_intent"));
    };
    let currency = currency(refund, "currency")?;
    let amount = major(refund.must("amount")?.amount()?, currency.as_str());
    let status = refund.text("status");
    let (version, rest) = match status.as_deref() {
        None | Some("succeeded" | "pending" | "requires_action") => (created, amount),
        // Of two events in one second this is the later one.
        Some("failed" | "canceled") => (created.saturating_add(1), Decimal::ZERO),
        Some(_) => return Err(refund.must("status")?.refused("status_unknown")),
    };
    let rest = Amount(rest.normalize());
    let known = Refund { version, rest, ..Refund::default() };
    let refunds = Map::from_iter([(refund.must("id")?.id()?, known)]);
    Ok(delivery(order, None, OrderState { refunds, ..OrderState::default() }))
}

/// The name of something that is told by name, or as a whole.
fn named(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Unusable> {
    match fields.get(name) {
        None => Ok(None),
        Some(value) => match value.id() {
            Ok(id) => Ok(Some(id)),
            Err(_) => value.fields()?.must("id")?.id().map(Some),
        },
    }
}

fn major(amount: Decimal, currency: &str) -> Decimal {
    let lists = |list: &str| list.split(' ').any(|known| known == currency);
    let digits = if lists(NONE) {
        0
    } else if lists(THREE) {
        3
    } else {
        2
    };
    amount * Decimal::new(1, digits)
}
