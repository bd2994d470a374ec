//! The lines of a cart as one text, which a page writes faster than JSON, and which is read faster.
//!
//! The first row is the rest of the cart as JSON. Then each line is a row of its fields with a tab between them: id, product,
//! price, amount, discount, tax, kind, and its categories; one that is not given is empty. Beside the text stand, for
//! each line, its pieces and the number of its categories: so a field that has a tab or a line feed of its own is not taken for two.
//!
//! What cannot be read so is asked for as JSON, which tells every fault.

use crate::cart::{MOST_CATEGORIES, MOST_LINES, PIECES, cart_of, charged, times};
use crate::open::OpenCart;
use crate::part::Part;
use crate::read::{Faults, Path};
use crate::text::Text;
use crate::words::{Words, choice};
use loyalty_core::{Category, Currency, Line, LineId, LineKind, Money};
use rust_decimal::Decimal;

impl OpenCart {
    /// Reads a cart; none where anything is wrong with it.
    #[must_use]
    pub fn packed(text: &str, numbers: &[[u32; 2]]) -> Option<Self> {
        let (head, rows) = text.split_once('\n')?;
        let tree = crate::parse(head).ok()?;
        let faults = Faults::default();
        let part = Part::open(&tree, Path::Root, &faults)?;
        let read = cart_of(&part, &|part, prices| lines(rows, numbers, part.currency, prices))?;
        faults.finish(Some(read)).ok().map(Self::of)
    }
}

fn lines(
    rows: &str,
    numbers: &[[u32; 2]],
    currency: Currency,
    prices: &mut Vec<Option<Decimal>>,
) -> Option<Vec<Line>> {
    if numbers.len() > MOST_LINES {
        return None;
    }
    let mut rows = rows.split('\n');
    let mut lines = Vec::with_capacity(numbers.len());
    prices.reserve(lines.capacity());
    for numbers in numbers {
        let (line, price) = line(rows.next()?, *numbers, currency)?;
        lines.push(line);
        prices.push(price);
    }
    // Behind the last line feed there is nothing.
    (rows.next() == Some("") && rows.next().is_none()).then_some(lines)
}

fn line(row: &str, [quantity, count]: [u32; 2], currency: Currency) -> Option<(Line, Option<Decimal>)> {
    let mut fields = Fields(Some(row));
    let mut field = || fields.next();
    let id = LineId::new(field()?).ok()?;
    let product = given(field()?)?;
    let (price, amount) = (given(field()?)?, given(field()?)?);
    let money = |amount: Option<Decimal>| match amount {
        Some(amount) => Money::new(amount, currency).ok(),
        None => Some(Money::zero(currency)),
    };
    let (discount, tax) = (money(given(field()?)?)?, money(given(field()?)?)?);
    let kind = match field()? {
        "" => LineKind::default(),
        word => *LineKind::ALL.get(choice(word, LineKind::WORDS).ok()?)?,
    };
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST_CATEGORIES)?;
    let mut categories = Vec::with_capacity(count);
    for category in fields {
        categories.push(Category::new(category).ok().filter(|_| categories.len() < count)?);
    }
    let full = match (price, amount) {
        (Some(price), None) => times(price, quantity, currency),
        (None, Some(amount)) => Money::new(amount, currency),
        _ => return None,
    };
    let amount = charged(full.ok()?, discount).ok()?;
    let sound =
        categories.len() == count && (PIECES.0..=PIECES.1).contains(&quantity) && !tax.exceeds(amount);
    let line = Line { id, kind, product, categories, quantity, amount, tax, discount };
    sound.then_some((line, price))
}

/// What stands between tabs. The library's way to split a text is made for long ones.
struct Fields<'a>(Option<&'a str>);

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let end = rest.bytes().position(|byte| byte == b'\t');
        self.0 = end.and_then(|end| rest.get(end + 1..));
        rest.get(..end.unwrap_or(rest.len()))
    }
}

/// A field, where it is given and right.
fn given<T: Text>(field: &str) -> Option<Option<T>> {
    if field.is_empty() { Some(None) } else { T::parse(field).ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"{"currency":"EUR","channel":"till"}"#;

    fn read(rows: &str, numbers: &[[u32; 2]]) -> Option<OpenCart> {
        OpenCart::packed(&format!("{HEAD}\n{rows}"), numbers)
    }

    #[test]
    fn a_cart_is_read_as_from_json() {
        let rows = "a\tmug\t12.50\t\t1.00\t0.50\t\ttea\tsale\nb\t\t\t5.00\t\t\tgift_card\n";
        let json = r#"{"currency":"EUR","channel":"till","lines":[
            {"id":"a","product":"mug","categories":["tea","sale"],"quantity":3,"price":"12.50","discount":"1.00","tax":"0.50"},
            {"id":"b","amount":"5.00","kind":"gift_card"}]}"#;
        let known = OpenCart::read(&crate::parse(json).unwrap()).unwrap();
        let mut packed = read(rows, &[[3, 2], [1, 0]]).unwrap();
        assert_eq!(packed.cart(), known.cart());
        packed.set_quantities([(0, 4)]).unwrap();
        assert_eq!(packed.cart().total().to_string(), "54.00");
        assert_eq!(read("", &[]).unwrap().cart().lines().len(), 0);
    }

    #[test]
    fn a_field_with_a_tab_or_a_line_feed_of_its_own_is_not_taken_for_two() {
        let sound = "a\t\t\t5.00\t\t\t\ttea\n";
        assert!(read(sound, &[[1, 1]]).is_some());
        for (rows, numbers) in [
            (sound, &[[1, 0]][..]),
            (sound, &[[1, 2]]),
            (sound, &[]),
            (sound, &[[1, 1], [1, 1]]),
            ("a\tx\t\t\t5.00\t\t\t\ttea\n", &[[1, 1]]),
            ("a\t\t\t5.00\t\t\t\ttea", &[[1, 1]]),
            ("a\t\t\t5.00\t\t\t\ttea\n\n", &[[1, 1]]),
            ("a\t\t\t5.00\t\t\t\tt\nea\n", &[[1, 1]]),
            ("a\t\t\t5.00\t\t\t\tt\tea\n", &[[1, 1]]),
        ] {
            assert!(read(rows, numbers).is_none(), "{rows:?} {numbers:?}");
        }
    }

    #[test]
    fn nothing_is_read_of_a_cart_that_json_would_refuse() {
        for (row, quantity) in [
            ("\t\t\t5.00\t\t\t", 1),
            ("a b\t\t\t5.00\t\t\t", 1),
            ("a\tbig mug\t\t5.00\t\t\t", 1),
            ("a\t\t\t\t\t\t", 1),
            ("a\t\t1.00\t5.00\t\t\t", 1),
            ("a\t\t\t5.001\t\t\t", 1),
            ("a\t\t\t-5.00\t\t\t", 1),
            ("a\t\t\t5.00\t5.01\t\t", 1),
            ("a\t\t\t5.00\t\t5.01\t", 1),
            ("a\t\t\t5.00\t\t\tsocks", 1),
            ("a\t\t\t5.00\t\t\t", 0),
            ("a\t\t\t5.00\t\t\t", 1_000_001),
            ("a\t\t1000000000000000\t\t\t\t", 2),
        ] {
            assert!(read(&format!("{row}\n"), &[[quantity, 0]]).is_none(), "{row:?} {quantity}");
        }
        let twice = "a\t\t\t5.00\t\t\t\n".repeat(2);
        assert!(read(&twice, &[[1, 0]; 2]).is_none());
        for head in
            ["", "{}", "[]", r#"{"currency":"EUR","color":"red"}"#, r#"{"currency":"EUR","holds":["h","h"]}"#]
        {
            assert!(OpenCart::packed(&format!("{head}\n"), &[]).is_none(), "{head}");
        }
        let many = (0..=MOST_LINES).map(|place| format!("{place}\t\t\t1.00\t\t\t\n")).collect::<String>();
        assert!(read(&many, &[[1, 0]; MOST_LINES + 1]).is_none());
        let categories = "\tc".repeat(MOST_CATEGORIES + 1);
        assert!(read(&format!("a\t\t\t1.00\t\t\t{categories}\n"), &[[1, 21]]).is_none());
    }
}
