//! An order, paid, and any parts of it refunded.

use crate::document::Document;
use crate::ledger::Ledger;
use crate::programme::changed;
use crate::seeds::{SEEDS, pick};
use crate::text::{Changes, shown};
use bolero::{Driver, TypeGenerator, ValueGenerator, produce};
use loyalty_wire::{Programme, Tree};
use rust_decimal::Decimal;
use std::fmt;

/// An order of the cases, changed, and refunds.
#[derive(Clone)]
pub(crate) struct Input {
    history: u16,
    order: u16,
    programme: Changes,
    changes: Changes,
    refunds: Vec<Refund>,
}

/// A refund of some lines, so many minutes later.
#[derive(Debug, Clone, TypeGenerator)]
struct Refund {
    wait: u32,
    parts: [Part; 3],
    lines: u8,
    changes: Option<Changes>,
}

/// What is given back of a line.
#[derive(Debug, Clone, TypeGenerator)]
struct Part {
    line: u8,
    amount: Amount,
}

#[derive(Debug, Clone, TypeGenerator)]
enum Amount {
    /// What is left.
    Rest,
    /// So many 255ths of the line.
    Share(u8),
    /// Any number at all.
    Any { digits: i64, scale: u8 },
}

impl TypeGenerator for Input {
    fn generate<D: Driver>(driver: &mut D) -> Option<Self> {
        Some(Self {
            history: driver.produce()?,
            order: driver.produce()?,
            programme: driver.produce()?,
            changes: driver.produce()?,
            refunds: produce::<Vec<Refund>>().with().len(0..=12usize).generate(driver)?,
        })
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.programme().canonical())?;
        self.requests().iter().try_for_each(|(at, text)| writeln!(f, "{at} ms {}", shown(text)))
    }
}

impl Input {
    fn programme(&self) -> Programme {
        changed(pick(&SEEDS.histories, self.history)[0].programme, &self.programme)
    }

    /// The requests before the order, the order, and its refunds.
    fn requests(&self) -> Vec<(i64, String)> {
        let history = pick(&SEEDS.histories, self.history);
        let before = history.iter().take(usize::from(self.order) % (history.len() + 1));
        let mut requests: Vec<_> = before.map(|sent| (sent.at, sent.request.write())).collect();
        let mut at = requests.last().map_or(1_769_860_800_000, |(at, _)| *at);
        let order = self.changes.of(pick(&SEEDS.orders, self.order));
        requests.push((at, request("pay", &format!(r#"{{"kind":"pay_order","order":{order}}}"#))));
        for (number, refund) in self.refunds.iter().enumerate() {
            at = at.saturating_add(i64::from(refund.wait % 60_000) * 60_000);
            requests.push((at, refund.request(number, &order)));
        }
        requests
    }
}

impl Refund {
    fn request(&self, number: usize, order: &str) -> String {
        let tree = loyalty_wire::parse(order).unwrap_or(Tree::Null);
        let field = |name: &str| tree.field(name).map_or("null".to_owned(), Tree::canonical);
        let parts = self.parts.iter().take(usize::from(self.lines) % 4);
        let lines: Vec<String> = parts.map(|part| part.line(&tree)).collect();
        let command = format!(
            r#"{{"kind":"refund","order":{},"refund":"r{number}","currency":{},"lines":[{}]}}"#,
            field("id"),
            field("currency"),
            lines.join(",")
        );
        let text = request(&format!("r{number}"), &command);
        match (Document::read(&text), &self.changes) {
            (Some(document), Some(changes)) => changes.of(&document),
            _ => text,
        }
    }
}

impl Part {
    fn line(&self, order: &Tree<'_>) -> String {
        let lines = match order.field("lines") {
            Some(Tree::List(lines)) if !lines.is_empty() => &lines[..],
            _ => &[Tree::Null],
        };
        let line = &lines[usize::from(self.line) % lines.len()];
        let id = line.field("id").map_or("\"a\"".to_owned(), Tree::canonical);
        let amount = match (&self.amount, line.field("amount").or(line.field("price"))) {
            (Amount::Share(share), Some(Tree::Text(whole))) => share_of(*share, whole),
            (Amount::Any { digits, scale }, _) => Decimal::new(*digits, u32::from(*scale) % 29).to_string(),
            _ => return format!(r#"{{"id":{id}}}"#),
        };
        format!(r#"{{"id":{id},"amount":"{amount}"}}"#)
    }
}

/// So many 255ths of an amount, to no more digits than it has.
fn share_of(share: u8, whole: &str) -> String {
    let whole = Decimal::from_str_exact(whole).unwrap_or_default();
    let part = whole.checked_mul(Decimal::from(share)).map(|part| part / Decimal::from(255));
    part.unwrap_or_default().trunc_with_scale(whole.scale()).to_string()
}

fn request(key: &str, command: &str) -> String {
    format!(r#"{{"account":"buyer","key":"{key}","command":{command}}}"#)
}

/// Whatever is refunded, every answer is JSON and every text that is kept can be read.
pub(crate) fn check(input: &Input) {
    let mut ledger = Ledger::default();
    let programme = input.programme();
    for (at, text) in input.requests() {
        ledger.deliver(&programme, at, &text);
    }
}
