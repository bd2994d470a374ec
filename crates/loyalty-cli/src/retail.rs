//! Sales of the UCI Online Retail data set: one line of an invoice a row, comma separated.
//!
//! Lines of one invoice are one order; an invoice whose number begins with `C` cancels what was bought
//! before. Equal lines are separate lines. Lines without a customer are left out, and so are lines of no
//! sale: pieces of the other sign, prices below zero. Stock codes that differ in the case of letters alone name
//! one product. Dates are those of the shop's own clock.

use crate::fields::{Clock, FINEST, customer_name, invoice_name, scaled, shown};
use crate::orders::{Fault, Intake, Invoice, Kind, Line, Member, Nature, Orders, Tally};
use csv::ByteRecord;
use jiff::tz::TimeZone;
use loyalty_core::{AccountId, Code, Currency, Moment, OrderId};
use rustc_hash::FxHashMap;
use std::io::Read;

/// What the columns are named; how the layout is told.
pub(crate) const COLUMNS: &str =
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
/// The data set's currency.
const CURRENCY: &str = "GBP";
const MOST_PIECES: u64 = 1_000_000;
const BUFFER: usize = 1 << 18;

/// Reads a whole file. `zone` is the shop's.
///
/// # Errors
/// Every bad row; no order of such a file is to be booked.
pub(crate) fn read(source: impl Read, zone: &TimeZone) -> Result<Orders, Vec<Fault>> {
    let currency = Currency::new(CURRENCY);
    let currency = currency.map_err(|code| vec![Fault { line: 1, what: code.explain().to_owned() }])?;
    let mut reader = Reader::new(zone, currency);
    let mut rows = csv::ReaderBuilder::new().buffer_capacity(BUFFER).flexible(true).from_reader(source);
    let mut record = ByteRecord::new();
    loop {
        match rows.read_byte_record(&mut record) {
            Ok(true) => reader.line(&record),
            Ok(false) => return reader.finish(),
            Err(error) => {
                let line = line_of(rows.position());
                reader.faults.push(Fault { line, what: error.to_string() });
                return Err(reader.faults);
            }
        }
    }
}

fn line_of(position: &csv::Position) -> usize {
    usize::try_from(position.line()).unwrap_or(usize::MAX)
}

/// One row, read.
struct Row<'a> {
    line: usize,
    invoice: &'a [u8],
    product: &'a [u8],
    pieces: i64,
    moment: Moment,
    /// In ten-thousandths.
    price: i64,
    customer: &'a [u8],
}

/// Of which invoice and customer the row before was, and where they are kept.
#[derive(Default)]
struct Last {
    invoice: Vec<u8>,
    customer: Vec<u8>,
    index: usize,
}

struct Reader<'a> {
    currency: Currency,
    clock: Clock<'a>,
    /// With the number of their member.
    invoices: Vec<(usize, Invoice)>,
    by_name: FxHashMap<Box<str>, usize>,
    members: Vec<Member>,
    by_customer: FxHashMap<Box<str>, usize>,
    last: Last,
    /// By stock code as it is written.
    products: FxHashMap<Box<[u8]>, u32>,
    kinds: Vec<Kind>,
    intake: Intake,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn new(zone: &'a TimeZone, currency: Currency) -> Self {
        Self {
            currency,
            clock: Clock::new(zone),
            invoices: Vec::new(),
            by_name: FxHashMap::default(),
            members: Vec::new(),
            by_customer: FxHashMap::default(),
            last: Last::default(),
            products: FxHashMap::default(),
            kinds: Vec::new(),
            intake: Intake::default(),
            faults: Vec::new(),
        }
    }

    fn line(&mut self, record: &ByteRecord) {
        let line = record.position().map_or(0, line_of);
        let row = self.row(line, record);
        if let Err(what) = row.and_then(|row| self.take(&row)) {
            self.faults.push(Fault { line, what });
        }
    }

    fn row<'r>(&mut self, line: usize, record: &'r ByteRecord) -> Result<Row<'r>, String> {
        if record.len() != 8 {
            return Err(format!("{} fields; expected 8 ({COLUMNS})", record.len()));
        }
        let [invoice, product, pieces, moment, price, customer] =
            [0, 1, 3, 4, 5, 6].map(|column| record.get(column).unwrap_or_default());
        Ok(Row {
            line,
            invoice,
            product,
            pieces: scaled(pieces, 0).filter(|pieces| pieces.unsigned_abs() <= MOST_PIECES).ok_or_else(
                || format!("`{}` pieces: it has to be a whole number to {MOST_PIECES}", shown(pieces)),
            )?,
            moment: self
                .clock
                .moment(moment)
                .ok_or_else(|| format!("date `{}` is no time such as 2010-12-01 08:26:00", shown(moment)))?,
            price: scaled(price, FINEST).ok_or_else(|| {
                format!("price `{}` is no amount with at most {FINEST} decimals", shown(price))
            })?,
            customer,
        })
    }

    /// Counts a row, and adds it to its invoice.
    fn take(&mut self, row: &Row<'_>) -> Result<(), String> {
        let nature = nature(row.invoice.starts_with(b"C"), row.pieces, row.price);
        let amount = row.price.checked_mul(row.pieces).ok_or_else(|| said("amount", Code::AmountTooLarge))?;
        let nameless = row.customer.is_empty();
        let side = if nameless { &mut self.intake.nameless } else { &mut self.intake.named };
        if let Some(tally) = side.get_mut(nature as usize) {
            *tally = tally.plus(Tally::of(amount));
        }
        if nameless || !nature.counts() {
            return invoice_name(row.invoice).map(|_| ());
        }
        let line = Line {
            product: self.product(row.product)?,
            pieces: u32::try_from(row.pieces.unsigned_abs()).unwrap_or(u32::MAX),
            amount: self.minor_units(amount),
        };
        if self.last.invoice != row.invoice || self.last.customer != row.customer {
            self.last.index = self.invoice(row)?;
            self.last.invoice.clear();
            self.last.invoice.extend_from_slice(row.invoice);
            self.last.customer.clear();
            self.last.customer.extend_from_slice(row.customer);
        }
        if let Some((_, invoice)) = self.invoices.get_mut(self.last.index) {
            invoice.lines.push(line);
        }
        Ok(())
    }

    /// Half up, and noted.
    fn minor_units(&mut self, amount: i64) -> u64 {
        let unit = 10_u64.pow(4_u32.saturating_sub(self.currency.minor()));
        let exact = amount.unsigned_abs();
        let units = (exact + unit / 2) / unit;
        if units * unit != exact {
            let added = i64::try_from(units * unit).unwrap_or(i64::MAX) - amount.abs();
            self.intake.rounded = self.intake.rounded.plus(Tally::of(added * amount.signum()));
        }
        units
    }

    fn product(&mut self, code: &[u8]) -> Result<u32, String> {
        if let Some(known) = self.products.get(code) {
            return Ok(*known);
        }
        let upper = code.to_ascii_uppercase();
        let number = match self.products.get(upper.as_slice()) {
            Some(known) => *known,
            None => {
                let next = u32::try_from(self.kinds.len()).map_err(|_| "too many products".to_owned())?;
                self.kinds.push(kind(&upper));
                self.products.insert(upper.into(), next);
                next
            }
        };
        self.products.insert(code.into(), number);
        Ok(number)
    }

    /// Where the invoice of a row is kept.
    fn invoice(&mut self, row: &Row<'_>) -> Result<usize, String> {
        let name = invoice_name(row.invoice)?;
        let member = self.member(row.customer)?;
        let next = self.invoices.len();
        let index = *self.by_name.entry(name.into()).or_insert(next);
        match self.invoices.get(index) {
            Some((of, _)) if *of == member => {}
            Some((_, invoice)) => {
                return Err(format!("invoice `{name}` is of another customer on line {}", invoice.line));
            }
            None => {
                let id = OrderId::new(name).map_err(|code| said("invoice", code))?;
                let cancels = name.starts_with('C');
                let invoice = Invoice { line: row.line, id, moment: row.moment, cancels, lines: vec![] };
                self.invoices.push((member, invoice));
            }
        }
        Ok(index)
    }

    fn member(&mut self, customer: &[u8]) -> Result<usize, String> {
        let name = customer_name(customer)?;
        if let Some(known) = self.by_customer.get(name) {
            return Ok(*known);
        }
        let id = AccountId::new(name).map_err(|code| said("customer", code))?;
        let next = self.members.len();
        self.members.push(Member { id, invoices: vec![] });
        self.by_customer.insert(name.into(), next);
        Ok(next)
    }

    fn finish(mut self) -> Result<Orders, Vec<Fault>> {
        if self.invoices.is_empty() && self.faults.is_empty() {
            self.faults.push(Fault { line: 1, what: "there is no order of a customer in the file".into() });
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        for (member, invoice) in self.invoices {
            if let Some(member) = self.members.get_mut(member) {
                member.invoices.push(invoice);
            }
        }
        for member in &mut self.members {
            member.invoices.sort_by_key(|invoice| (invoice.moment, invoice.line));
        }
        self.members.sort_by(|a, b| a.id.cmp(&b.id));
        let (members, intake) = (self.members, Some(self.intake));
        Ok(Orders { currency: self.currency, members, products: self.kinds, intake })
    }
}

fn said(what: &str, code: Code) -> String {
    format!("{what}: {code}: {}", code.explain())
}

fn nature(cancels: bool, pieces: i64, price: i64) -> Nature {
    match (price, cancels) {
        (..0, _) => Nature::BelowZero,
        (_, false) if pieces <= 0 => Nature::OtherSign,
        (_, true) if pieces >= 0 => Nature::OtherSign,
        (0, _) => Nature::Free,
        (_, true) => Nature::Cancellation,
        (_, false) => Nature::Sale,
    }
}

/// What a product is, by its stock code in capitals.
fn kind(code: &[u8]) -> Kind {
    match code {
        b"POST" | b"DOT" | b"C2" => Kind::Delivery,
        b"M" | b"D" | b"S" | b"B" | b"CRUK" | b"BANK CHARGES" | b"AMAZONFEE" => Kind::Charge,
        _ if code.starts_with(b"GIFT_") => Kind::GiftCard,
        _ => Kind::Goods,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rows(rows: &[&str]) -> Result<Orders, Vec<Fault>> {
        let text = format!("{COLUMNS}\n{}\n", rows.join("\n"));
        read(text.as_bytes(), &TimeZone::get("Europe/London").unwrap())
    }

    /// Product, pieces and amount of a line.
    type SeenLine = (u32, u32, u64);
    /// Member, invoice and its lines.
    type Seen = (String, String, Vec<SeenLine>);

    fn seen(orders: &Orders) -> Vec<Seen> {
        let invoices = orders
            .members
            .iter()
            .flat_map(|member| member.invoices.iter().map(move |invoice| (member.id.to_string(), invoice)));
        let line = |line: &Line| (line.product, line.pieces, line.amount);
        invoices
            .map(|(member, invoice)| {
                (member, invoice.id.to_string(), invoice.lines.iter().map(line).collect())
            })
            .collect()
    }

    fn check(rows: &[&str], expected: &[(&str, &str, &[SeenLine])]) {
        let expected: Vec<Seen> =
            expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), c.to_vec())).collect();
        assert_eq!(seen(&read_rows(rows).unwrap()), expected);
    }

    fn refused(row: &str, part: &str) {
        let faults = read_rows(&["1,A,x,1,2011-01-10 10:00:00,1.0,7.0,UK", row]).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].line, 3, "{faults:?}");
        assert!(faults[0].what.contains(part), "`{}` does not say `{part}`", faults[0]);
    }

    #[test]
    fn equal_lines_are_lines_and_an_invoice_may_stand_in_two_places() {
        check(
            &[
                "1,A,x,1,2011-01-10 10:00:00,1.5,7.0,UK",
                "1,A,x,1,2011-01-10 10:00:00,1.5,7.0,UK",
                "2,B,x,2,2011-01-10 10:00:00,1.0,7.0,UK",
                "1,a,x,3,2011-01-10 10:01:00,1.0,7.0,UK",
            ],
            &[("7", "1", &[(0, 1, 150), (0, 1, 150), (0, 3, 300)]), ("7", "2", &[(1, 2, 200)])],
        );
    }

    #[test]
    fn invoices_are_in_the_order_of_time_and_members_of_their_ids() {
        check(
            &[
                "2,A,x,1,2011-01-11 10:00:00,1.0,7.0,UK",
                "1,A,x,1,2011-01-10 10:00:00,1.0,7.0,UK",
                "3,A,x,1,2011-01-10 10:00:00,1.0,6,UK",
            ],
            &[("6", "3", &[(0, 1, 100)]), ("7", "1", &[(0, 1, 100)]), ("7", "2", &[(0, 1, 100)])],
        );
    }

    #[test]
    fn a_line_is_counted_by_its_nature_and_taken_when_it_is_a_sale_of_a_customer() {
        let rows = [
            "1,A,x,2,2011-01-10 10:00:00,1.005,7.0,UK",
            "1,A,x,2,2011-01-10 10:00:00,0.0,7.0,UK",
            "1,A,x,-2,2011-01-10 10:00:00,1.0,7.0,UK",
            "1,A,x,0,2011-01-10 10:00:00,1.0,7.0,UK",
            "1,A,x,2,2011-01-10 10:00:00,-1.0,7.0,UK",
            "C2,A,x,-2,2011-01-10 10:00:00,1.0,7.0,UK",
            "C2,A,x,2,2011-01-10 10:00:00,1.0,7.0,UK",
            "C2,A,x,-2,2011-01-10 10:00:00,0.0,7.0,UK",
            "3,A,x,2,2011-01-10 10:00:00,0.001,,UK",
        ];
        check(&rows, &[("7", "1", &[(0, 2, 201), (0, 2, 0)]), ("7", "C2", &[(0, 2, 200), (0, 2, 0)])]);
        let intake = read_rows(&rows).unwrap().intake.unwrap();
        let tallies = |tallies: [Tally; 5]| tallies.map(|tally| (tally.lines, tally.amount));
        let named = [(1, 20_100), (2, 0), (1, -20_000), (3, 0), (1, -20_000)];
        assert_eq!(tallies(intake.named), named);
        assert_eq!(tallies(intake.nameless), [(1, 20), (0, 0), (0, 0), (0, 0), (0, 0)]);
        assert_eq!(intake.rounded, Tally::default());
    }

    #[test]
    fn half_a_minor_unit_is_rounded_up_and_what_that_adds_is_noted() {
        let rows =
            ["1,A,x,1,2011-01-10 10:00:00,1.005,7.0,UK", "C2,A,x,-1,2011-01-11 10:00:00,1.0149,7.0,UK"];
        check(&rows, &[("7", "1", &[(0, 1, 101)]), ("7", "C2", &[(0, 1, 101)])]);
        let rounded = read_rows(&rows).unwrap().intake.unwrap().rounded;
        assert_eq!(rounded, Tally { lines: 2, amount: 50 + 49 });
    }

    #[test]
    fn codes_of_no_goods_are_known() {
        let kinds = ["POST", "DOT", "C2", "m", "BANK CHARGES", "gift_0001_10", "22112", "PADS", "DCGS0003"];
        let rows: Vec<_> =
            kinds.iter().map(|code| format!("1,{code},x,1,2011-01-10 10:00:00,1.0,7.0,UK")).collect();
        let orders = read_rows(&rows.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let (d, c, g, v) = (Kind::Delivery, Kind::Charge, Kind::Goods, Kind::GiftCard);
        assert_eq!(orders.products, [d, d, d, c, c, v, g, g, g]);
    }

    #[test]
    fn a_bad_row_is_named_by_line_and_fault() {
        refused("1,A,x,1,2011-01-10 10:00:00,1.0,7.0", "7 fields; expected 8");
        refused("B1,A,x,1,2011-01-10 10:00:00,1.0,7.0,UK", "invoice `B1`");
        refused("C,A,x,-1,2011-01-10 10:00:00,1.0,,UK", "invoice `C`");
        refused("2,A,x,1.5,2011-01-10 10:00:00,1.0,7.0,UK", "`1.5` pieces");
        refused("2,A,x,1000001,2011-01-10 10:00:00,1.0,7.0,UK", "`1000001` pieces");
        refused("2,A,x,,2011-01-10 10:00:00,1.0,7.0,UK", "`` pieces");
        refused("2,A,x,1,2011-02-30 10:00:00,1.0,7.0,UK", "date `2011-02-30 10:00:00`");
        refused("2,A,x,1,2011-01-10 10:00,1.0,7.0,UK", "date `2011-01-10 10:00`");
        refused("2,A,x,1,2011-01-10 24:00:00,1.0,7.0,UK", "date `2011-01-10 24:00:00`");
        refused("2,A,x,1,2011-01-10 10:00:00,1.00001,7.0,UK", "price `1.00001`");
        refused("2,A,x,1,2011-01-10 10:00:00,.5,7.0,UK", "price `.5`");
        refused("2,A,x,1,2011-01-10 10:00:00,5.,7.0,UK", "price `5.`");
        refused("2,A,x,1,2011-01-10 10:00:00,1e2,7.0,UK", "price `1e2`");
        refused("2,A,x,2,2011-01-10 10:00:00,922337203685477.5807,7.0,UK", "amount_too_large");
        refused("2,A,x,1,2011-01-10 10:00:00,1.0,7.5,UK", "customer `7.5`");
        refused("2,A,x,1,2011-01-10 10:00:00,1.0,.0,UK", "customer `.0`");
        refused("1,A,x,1,2011-01-10 10:00:00,1.0,8.0,UK", "of another customer on line 2");
        let nobody = read_rows(&["1,A,x,1,2011-01-10 10:00:00,1.0,,UK"]).unwrap_err();
        assert!(nobody[0].what.contains("no order of a customer"), "{nobody:?}");
    }
}
