//! Purchases of the CDNOW data set, as orders of one line.
//!
//! Two layouts, blank separated: the sample (`customer sample-id date pieces dollars`) and the master
//! (`customer date pieces dollars`, with a line of column names). The layout is the first row's; every
//! row has to keep to it. A member's orders have to be in the order of their days.

use crate::orders::{Fault, Invoice, Kind, Line, Member, Orders, noon};
use loyalty_core::{AccountId, Code, Currency, Day, Money, OrderId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The data set's currency.
const CURRENCY: &str = "USD";

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
pub(crate) fn parse(text: &str) -> Result<Orders, Vec<Fault>> {
    let currency =
        Currency::new(CURRENCY).map_err(|code| vec![Fault { line: 1, what: code.explain().to_owned() }])?;
    let mut reader = Reader { currency, layout: None, rows: 0, members: BTreeMap::new(), faults: Vec::new() };
    for (index, text) in text.lines().enumerate() {
        reader.line(index + 1, text);
    }
    if reader.members.is_empty() && reader.faults.is_empty() {
        reader.faults.push(Fault { line: 1, what: "there is no order in the file".into() });
    }
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let members = reader.members.into_iter().map(|(id, invoices)| Member { id, invoices });
    Ok(Orders { currency, members: members.collect(), products: vec![Kind::Goods], intake: None })
}

struct Reader {
    currency: Currency,
    layout: Option<Layout>,
    rows: usize,
    members: BTreeMap<AccountId, Vec<Invoice>>,
    faults: Vec<Fault>,
}

impl Reader {
    fn line(&mut self, line: usize, text: &str) {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        // The master starts with the names of its columns.
        if fields.is_empty() || (line == 1 && fields.contains(&"customer_id")) {
            return;
        }
        self.rows += 1;
        if let Err(what) = self.row(line, &fields) {
            self.faults.push(Fault { line, what });
        }
    }

    fn row(&mut self, line: usize, fields: &[&str]) -> Result<(), String> {
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
        let member = AccountId::new(member).map_err(|code| said("customer", member, code))?;
        let moment = day(date).and_then(|day| noon(day).ok());
        let invoice = Invoice {
            line,
            id: OrderId::new(&id).map_err(|code| said("order", &id, code))?,
            moment: moment.ok_or_else(|| format!("date `{date}` is no day such as 19970131"))?,
            cancels: false,
            lines: vec![Line {
                product: 0,
                pieces: count(pieces)
                    .ok_or_else(|| format!("`{pieces}` pieces: it has to be a whole number, 1 to 1000000"))?,
                amount: cents(dollars, self.currency).map_err(|code| said("dollars", dollars, code))?,
            }],
        };
        self.add(member, invoice)
    }

    fn wrong_number(&self, found: usize) -> String {
        let expected = match self.layout {
            Some(layout) => layout.columns().to_owned(),
            None => format!("{} or {}", Layout::Sample.columns(), Layout::Master.columns()),
        };
        format!("{found} fields; expected {expected}")
    }

    fn add(&mut self, member: AccountId, invoice: Invoice) -> Result<(), String> {
        let invoices = self.members.entry(member).or_default();
        match invoices.last() {
            Some(last) if invoice.moment < last.moment => Err(format!(
                "{} is before {}, the day of the same customer's order on line {}; sort the file by day",
                invoice.moment.day, last.moment.day, last.line
            )),
            _ => {
                invoices.push(invoice);
                Ok(())
            }
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

/// An amount in minor units.
fn cents(text: &str, currency: Currency) -> Result<u64, Code> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
        return Err(Code::AmountInvalid);
    }
    let amount = Decimal::from_str_exact(text).map_err(|_| Code::AmountInvalid)?;
    let amount = Money::new(amount, currency)?.amount();
    u64::try_from(amount.mantissa()).map_err(|_| Code::AmountTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, &str, u32, u64)]) {
        let orders = parse(text).unwrap();
        let found: Vec<_> = orders
            .members
            .iter()
            .flat_map(|member| member.invoices.iter().map(move |invoice| (member, invoice)))
            .map(|(member, o)| (o.id.as_str(), member.id.as_str(), o.moment.day.to_string(), &o.lines[0]))
            .collect();
        let found: Vec<_> =
            found.iter().map(|(a, b, c, line)| (*a, *b, c.as_str(), line.pieces, line.amount)).collect();
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
            &[("sample-1", "0001", "1997-01-01", 2, 2933), ("sample-2", "0002", "1997-01-13", 1, 0)],
        );
    }

    #[test]
    fn a_master_starts_with_the_names_of_its_columns() {
        check(
            " 00 customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n\r\n",
            &[("master-1", "00001", "1997-01-01", 1, 1177)],
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
}
