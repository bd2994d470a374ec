//! Postings as the core takes them, and as a shop sends them to a Worker.

use crate::orders::{CHARGES, Invoice, Kind, Line, Member, Orders};
use crate::postings::{Posting, Refund};
use loyalty_core::{
    Cart, Category, Checkout, Code, Command, Fingerprint, Key, Line as CartLine, LineId, Money, Order, Part,
    RefundId, RefundLine, Request,
};
use serde_json::{Value, json};
use std::sync::Arc;

impl Posting<'_> {
    /// The invoice it is made of.
    pub(crate) const fn invoice(&self) -> &Invoice {
        match self {
            Self::Order(invoice) => invoice,
            Self::Refund(refund) => refund.cancellation,
        }
    }

    /// What it comes to, in minor units.
    pub(crate) fn amount(&self) -> u64 {
        match self {
            Self::Order(invoice) => invoice.lines.iter().map(|line| line.amount).sum(),
            Self::Refund(refund) => refund.parts.iter().map(|(_, amount)| amount).sum(),
        }
    }

    /// The idempotency key, the same in every replay.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Order(order) => format!("replay-{}", order.id),
            Self::Refund(refund) => format!("replay-{}-{}", refund.cancellation.id, refund.order.id),
        }
    }

    /// The request as the core takes it.
    ///
    /// # Errors
    /// Those of [`Cart::new`].
    pub(crate) fn request(&self, orders: &Orders, member: &Member) -> Result<Request, Code> {
        let command = match self {
            Self::Order(invoice) => Command::PayOrder(Arc::new(Order {
                id: invoice.id.clone(),
                cart: Arc::new(cart(orders, invoice)?),
                advocate: None,
                seller: None,
            })),
            Self::Refund(refund) => Command::Refund {
                order: refund.order.id.clone(),
                refund: loyalty_core::Refund {
                    id: RefundId::new(refund.cancellation.id.as_str())?,
                    lines: refund.lines(orders)?,
                },
            },
        };
        // A key comes once in a file, so what its fingerprint is made of decides nothing.
        let fingerprint = Fingerprint((self.invoice().line as u128).to_be_bytes());
        Ok(Request { account: member.id.clone(), key: Key::new(&self.key())?, fingerprint, command })
    }

    /// Where a Worker takes it, below the shop's own path.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Order(_) => "/orders".to_owned(),
            Self::Refund(refund) => format!("/orders/{}/refunds", refund.order.id),
        }
    }

    /// The body it is posted with.
    ///
    /// # Errors
    /// `amount_too_large`.
    pub(crate) fn body(&self, orders: &Orders, member: &Member) -> Result<String, Code> {
        let (currency, member) = (orders.currency.as_str(), member.id.as_str());
        let body = match self {
            Self::Order(invoice) => {
                let lines = invoice.lines.iter().enumerate();
                let lines = lines.map(|(index, line)| line_body(orders, index, line));
                let lines = lines.collect::<Result<Vec<_>, _>>()?;
                let order = json!({ "id": invoice.id.as_str(), "currency": currency, "lines": lines });
                json!({ "member": member, "order": order })
            }
            Self::Refund(refund) => {
                let lines = refund.parts.iter().map(|(index, minor)| {
                    let amount = orders.money(*minor)?.to_string();
                    Ok(json!({ "id": number(*index), "amount": amount }))
                });
                let lines = lines.collect::<Result<Vec<_>, Code>>()?;
                let id = refund.cancellation.id.as_str();
                json!({ "member": member, "refund": id, "currency": currency, "lines": lines })
            }
        };
        Ok(body.to_string())
    }
}

impl Refund<'_> {
    fn lines(&self, orders: &Orders) -> Result<Vec<RefundLine>, Code> {
        let line = |(index, minor): &(usize, u64)| {
            let (line, part) = (LineId::new(&number(*index))?, Part::Amount(orders.money(*minor)?));
            Ok(RefundLine { line, part })
        };
        self.parts.iter().map(line).collect()
    }
}

/// The id of a line.
fn number(index: usize) -> String {
    (index + 1).to_string()
}

fn cart(orders: &Orders, invoice: &Invoice) -> Result<Cart, Code> {
    let zero = Money::zero(orders.currency);
    // Collecting results does not know how many there will be.
    let mut lines = Vec::with_capacity(invoice.lines.len());
    for (index, line) in invoice.lines.iter().enumerate() {
        let kind = orders.kind(line);
        lines.push(CartLine {
            id: LineId::new(&number(index))?,
            kind: kind.of_line(),
            product: None,
            categories: if kind == Kind::Charge { vec![Category::new(CHARGES)?] } else { vec![] },
            quantity: line.pieces,
            amount: orders.money(line.amount)?,
            tax: zero,
            discount: zero,
        });
    }
    Cart::new(orders.currency, lines, vec![], vec![], zero, Checkout::default())
        .map_err(|refusal| refusal.code)
}

fn line_body(orders: &Orders, index: usize, line: &Line) -> Result<Value, Code> {
    let amount = orders.money(line.amount)?.to_string();
    let mut body = json!({ "id": number(index), "quantity": line.pieces, "amount": amount });
    let (name, value) = match orders.kind(line) {
        Kind::Goods => return Ok(body),
        Kind::Delivery => ("kind", json!("delivery")),
        Kind::GiftCard => ("kind", json!("gift_card")),
        Kind::Charge => ("categories", json!([CHARGES])),
    };
    if let Some(fields) = body.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cdnow, postings, retail};

    /// What is sent to a Worker, read by its reader, is what the core is given here.
    fn check(orders: &Orders) {
        for member in &orders.members {
            for posting in postings::of(orders, member).0 {
                let body: Value = serde_json::from_str(&posting.body(orders, member).unwrap()).unwrap();
                let command = match &posting {
                    Posting::Order(_) => json!({ "kind": "pay_order", "order": body["order"] }),
                    Posting::Refund(refund) => json!({
                        "kind": "refund", "order": refund.order.id.as_str(), "refund": body["refund"],
                        "currency": body["currency"], "lines": body["lines"],
                    }),
                };
                let text = json!({ "account": body["member"], "key": posting.key(), "command": command });
                let read = loyalty_wire::request(&text.to_string()).unwrap();
                let built = posting.request(orders, member).unwrap();
                assert_eq!((read.account, read.key, read.command), (built.account, built.key, built.command));
            }
        }
    }

    #[test]
    fn a_posting_is_the_same_in_text_and_in_place() {
        check(&cdnow::parse("1 19970101 3 12.50").unwrap());
        let made_up = include_bytes!("../tests/data/retail_made_up.csv").as_slice();
        check(&retail::read(made_up, &jiff::tz::TimeZone::UTC).unwrap());
    }

    #[test]
    fn every_key_of_a_member_is_used_once() {
        let made_up = include_bytes!("../tests/data/retail_made_up.csv").as_slice();
        let orders = retail::read(made_up, &jiff::tz::TimeZone::UTC).unwrap();
        let postings = postings::of(&orders, &orders.members[0]).0;
        let keys: Vec<_> = postings.iter().map(Posting::key).collect();
        assert_eq!(
            keys,
            ["replay-1001", "replay-1006", "replay-C1007-1006", "replay-C1007-1001", "replay-C1009-1001"]
        );
        assert_eq!(postings[2].path(), "/orders/1006/refunds");
    }
}
