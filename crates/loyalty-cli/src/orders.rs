//! Purchases of the CDNOW data set, as orders.
//!
//! Two layouts, blank separated: the sample (`customer sample-id date pieces dollars`) and the master
//! (`customer date pieces dollars`, with a line of column names). The layout is the first row's; every
//! row has to keep to it. A member's orders have to be in the order of their days.

use loyalty_core::{
    AccountId, Cart, Code, Command, Currency, Day, Fingerprint, Instant, Key, Line, LineId, LineKind, Moment,
    Money, Order as Paid, OrderId, Request,
};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The data set's currency.
const CURRENCY: &str = "USD";
/// The name of the one line of every order.
const LINE: &str = "cds";
const DAY_MS: i64 = 86_400_000;

/// One row: an order of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// Counting from 1, as an editor does.
    pub(crate) line: usize,
    /// `<layout>-<row number>`: the same in every replay of the file.
    pub(crate) id: OrderId,
    pub(crate) member: AccountId,
    pub(crate) day: Day,
    pub(crate) pieces: u32,
    pub(crate) amount: Money,
}

/// What is wrong with a row, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Sample,
    Master,
}

impl Layout {
    const fn name(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Master => "master",
        }
    }

    const fn columns(self) -> &'static str {
        match self {
            Self::Sample => "5 fields (customer, sample id, date, pieces, dollars)",
            Self::Master => "4 fields (customer, date, pieces, dollars)",
        }
    }
}

/// Reads a whole file.
///
/// # Errors
/// Every bad row; no order of such a file is to be booked.
pub(crate) fn parse(text: &str) -> Result<Vec<Order>, Vec<Fault>> {
    let mut reader = Reader::default();
    for (index, text) in text.lines().enumerate() {
        reader.line(index + 1, text);
    }
    if reader.orders.is_empty() && reader.faults.is_empty() {
        reader.faults.push(Fault { line: 1, what: "there is no order in the file".into() });
    }
    if reader.faults.is_empty() { Ok(reader.orders) } else { Err(reader.faults) }
}

#[derive(Default)]
struct Reader {
    layout: Option<Layout>,
    rows: usize,
    orders: Vec<Order>,
    faults: Vec<Fault>,
    /// Each member's last day, and the line it is on.
    last: BTreeMap<AccountId, (Day, usize)>,
}

impl Reader {
    fn line(&mut self, line: usize, text: &str) {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        // The master starts with the names of its columns.
        if fields.is_empty() || (line == 1 && fields.contains(&"customer_id")) {
            return;
        }
        self.rows += 1;
        match self.row(line, &fields) {
            Ok(order) => self.orders.push(order),
            Err(what) => self.faults.push(Fault { line, what }),
        }
    }

    fn row(&mut self, line: usize, fields: &[&str]) -> Result<Order, String> {
        let (layout, [member, date, pieces, dollars]) = match *fields {
            [_, member, date, pieces, dollars] => (Layout::Sample, [member, date, pieces, dollars]),
            [member, date, pieces, dollars] => (Layout::Master, [member, date, pieces, dollars]),
            _ => return Err(self.wrong_number(fields.len())),
        };
        if *self.layout.get_or_insert(layout) != layout {
            return Err(self.wrong_number(fields.len()));
        }
        let said =
            |what: &str, value: &str, code: Code| format!("{what} `{value}`: {code}: {}", code.explain());
        let id = format!("{}-{}", layout.name(), self.rows);
        let order = Order {
            line,
            id: OrderId::new(&id).map_err(|code| said("order", &id, code))?,
            member: AccountId::new(member).map_err(|code| said("customer", member, code))?,
            day: day(date).ok_or_else(|| format!("date `{date}` is no day such as 19970131"))?,
            pieces: count(pieces)
                .ok_or_else(|| format!("`{pieces}` pieces: it has to be a whole number, 1 to 1000000"))?,
            amount: dollars_of(dollars).map_err(|code| said("dollars", dollars, code))?,
        };
        self.in_time(&order)?;
        Ok(order)
    }

    fn wrong_number(&self, found: usize) -> String {
        let expected = match self.layout {
            Some(layout) => layout.columns().to_owned(),
            None => format!("{} or {}", Layout::Sample.columns(), Layout::Master.columns()),
        };
        format!("{found} fields; expected {expected}")
    }

    fn in_time(&mut self, order: &Order) -> Result<(), String> {
        match self.last.insert(order.member.clone(), (order.day, order.line)) {
            Some((day, line)) if order.day < day => Err(format!(
                "{} is before {day}, the day of the same customer's order on line {line}; sort the file by day",
                order.day
            )),
            _ => Ok(()),
        }
    }
}

fn day(text: &str) -> Option<Day> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range| text.get(range).and_then(|digits: &str| digits.parse::<u32>().ok());
    Day::from_ymd(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?).ok()
}

fn count(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|count| plain && (1..=1_000_000).contains(count))
}

fn dollars_of(text: &str) -> Result<Money, Code> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
        return Err(Code::AmountInvalid);
    }
    let amount = Decimal::from_str_exact(text).map_err(|_| Code::AmountInvalid)?;
    Money::new(amount, Currency::new(CURRENCY)?)
}

/// Each member's orders, in the file's order.
pub(crate) fn by_member(orders: &[Order]) -> BTreeMap<&AccountId, Vec<&Order>> {
    let mut members: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for order in orders {
        members.entry(&order.member).or_default().push(order);
    }
    members
}

/// Noon UTC of a day: the same calendar day in every time zone from UTC−12 to UTC+11.
///
/// # Errors
/// `instant_invalid`, for no day there is.
pub(crate) fn noon(day: Day) -> Result<Moment, Code> {
    let at = Instant::new(i64::from(day.get()) * DAY_MS + DAY_MS / 2)?;
    Ok(Moment { at, day })
}

impl Order {
    /// The idempotency key, the same in every replay.
    pub(crate) fn key(&self) -> String {
        format!("replay-{}", self.id)
    }

    /// The request as the core takes it.
    ///
    /// # Errors
    /// Those of [`Cart::new`].
    pub(crate) fn request(&self) -> Result<Request, Code> {
        let zero = Money::zero(self.amount.currency());
        let line = Line {
            id: LineId::new(LINE)?,
            kind: LineKind::Goods,
            categories: vec![],
            quantity: self.pieces,
            amount: self.amount,
            tax: zero,
            discount: zero,
        };
        let cart = Cart::new(self.amount.currency(), vec![line], vec![], vec![], zero)
            .map_err(|refusal| refusal.code)?;
        // A key comes once in a file, so what its fingerprint is made of decides nothing.
        let mut fingerprint = [0; 16];
        for (byte, digit) in fingerprint.iter_mut().zip((self.line as u128).to_be_bytes()) {
            *byte = digit;
        }
        Ok(Request {
            account: self.member.clone(),
            key: Key::new(&self.key())?,
            fingerprint: Fingerprint(fingerprint),
            command: Command::PayOrder(Arc::new(Paid { id: self.id.clone(), cart, advocate: None })),
        })
    }

    /// The body of `POST /v1/shops/{shop}/orders`.
    pub(crate) fn body(&self) -> String {
        let line = serde_json::json!({
            "id": LINE,
            "quantity": self.pieces,
            "amount": self.amount.to_string(),
        });
        let order = serde_json::json!({
            "id": self.id.as_str(),
            "currency": self.amount.currency().as_str(),
            "lines": [line],
        });
        serde_json::json!({ "member": self.member.as_str(), "order": order }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, &str, u32, &str)]) {
        let orders = parse(text).unwrap();
        let found: Vec<_> = orders
            .iter()
            .map(|o| {
                (o.id.to_string(), o.member.to_string(), o.day.to_string(), o.pieces, o.amount.to_string())
            })
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|(a, b, c, d, e)| (a.as_str(), b.as_str(), c.as_str(), *d, e.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    fn refused(text: &str, line: usize, part: &str) {
        let faults = parse(text).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].line, line, "{faults:?}");
        assert!(faults[0].what.contains(part), "`{}` does not say `{part}`", faults[0]);
    }

    #[test]
    fn a_sample_row_names_the_member_in_its_second_column() {
        check(
            " 00004 0001 19970101  2   29.33\r\n 00021 0002 19970113  1    0.00\r\n",
            &[("sample-1", "0001", "1997-01-01", 2, "29.33"), ("sample-2", "0002", "1997-01-13", 1, "0.00")],
        );
    }

    #[test]
    fn a_master_starts_with_the_names_of_its_columns() {
        check(
            " 00 customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n\r\n",
            &[("master-1", "00001", "1997-01-01", 1, "11.77")],
        );
    }

    #[test]
    fn a_bad_row_is_named_by_line_and_fault() {
        refused("", 1, "no order");
        refused("1 19970101 1", 1, "3 fields; expected 5 fields");
        refused("1 19970101 1 1.00\n1 1 19970101 1 1.00", 2, "5 fields; expected 4 fields");
        refused("1 19970230 1 1.00", 1, "date `19970230`");
        refused("1 1997-1-1 1 1.00", 1, "date `1997-1-1`");
        refused("1 19970101 0 1.00", 1, "`0` pieces");
        refused("1 19970101 +1 1.00", 1, "`+1` pieces");
        refused("1 19970101 1 1.001", 1, "amount_too_fine");
        refused("1 19970101 1 -1.00", 1, "amount_negative");
        refused("1 19970101 1 1e2", 1, "amount_invalid");
        refused("é 19970101 1 1.00", 1, "id_invalid");
        refused("1 19970102 1 1.00\n2 19970101 1 1.00\n1 19970101 1 1.00", 3, "order on line 1");
    }

    #[test]
    fn every_bad_row_is_reported() {
        assert_eq!(parse("1 x 1 1.00\n1 19970101 1 1.00\n1 19970101 1 x").unwrap_err().len(), 2);
    }

    #[test]
    fn an_order_is_the_same_in_text_and_in_place() {
        let order = &parse("1 19970101 3 12.50").unwrap()[0];
        let body = serde_json::from_str::<serde_json::Value>(&order.body()).unwrap();
        let text = serde_json::json!({
            "account": body["member"],
            "key": order.key(),
            "command": { "kind": "pay_order", "order": body["order"] },
        });
        let read = loyalty_wire::request(&text.to_string()).unwrap();
        let built = order.request().unwrap();
        assert_eq!((read.account, read.key, read.command), (built.account, built.key, built.command));
    }

    #[test]
    fn an_order_is_paid_at_noon() {
        assert_eq!(
            noon(Day::parse("1997-01-31").unwrap()).unwrap().at.to_string(),
            "1997-01-31T12:00:00.000Z"
        );
    }
}
