//! A cart, as a page hands it to the browser module.
//!
//! Behind the rows of the rest of the cart each line is a row of its fields with a tab between them: id, product, price, amount,
//! discount, tax, kind, and its categories; one that is not given is empty. Beside the text stand, for each line, its pieces and
//! the number of its categories: so a field that has a tab or a line feed of its own is not taken for two.

use super::{Packed, Rows, packed_choices, packed_records};
use crate::cart::{MOST_CATEGORIES, MOST_LINES, MOST_REWARDS, PIECES, charged, times};
use crate::open::OpenCart;
use crate::text::Text;
use crate::words::{Words, choice};
use crate::write::Writer;
use loyalty_core::{Ask, Cart, Category, Checkout, Currency, Line, LineId, LineKind, Money, Redeem};
use rust_decimal::Decimal;
use std::mem::ManuallyDrop;

impl OpenCart {
    /// Reads a cart; none where anything is wrong with it.
    #[must_use]
    pub fn packed(text: &str, numbers: &[[u32; 2]]) -> Option<Self> {
        let mut head = Rows::of(text);
        let currency = Currency::unpack(&mut head)?;
        let redeem = Vec::<Redeem>::unpack(&mut head)?;
        let holds = Vec::unpack(&mut head)?;
        let certificates = Option::unpack(&mut head)?.unwrap_or(Money::zero(currency));
        let checkout = Checkout::unpack(&mut head)?;
        let mut prices = Vec::new();
        let lines = lines(head.rest, numbers, currency, &mut prices)?;
        let fits =
            [redeem.len(), holds.len(), checkout.codes.len()].iter().all(|count| *count <= MOST_REWARDS);
        let cart = Cart::new(currency, lines, redeem, holds, certificates, checkout).ok()?;
        fits.then(|| Self::of((cart, prices)))
    }
}

packed_records! {
    Redeem { reward, ask }
    Checkout { channel, partner, codes }
}

packed_choices! {
    Ask {
        0 Fixed {}
        1 Points { 0: points }
        2 Value { 0: value }
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

    /// Currency, rewards, holds, certificates, channel, partner, codes.
    const HEAD: &str = "EUR\n\n\n\n1\ntill\n\n\n";

    fn read(rows: &str, numbers: &[[u32; 2]]) -> Option<OpenCart> {
        OpenCart::packed(&format!("{HEAD}{rows}"), numbers)
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
        assert!(packed.set_quantity(0, 4));
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
        let codes = |count: usize| format!("EUR\n\n\n\n\n\n{count}\n{}", "a\n".repeat(count));
        let sound = ["EUR\n\n\n\n\n\n\n", "EUR\n1\ntea\n1\n5\n1\nh\n1\n0.50\n\n\n\n", &codes(MOST_REWARDS)];
        assert!(sound.iter().all(|head| OpenCart::packed(head, &[]).is_some()));
        for head in [
            "",
            "EUR\n\n\n\n\n\n",
            "EUR\n\n\n\n\n\n\n\n",
            "EUR\n\n\n\n\n\n\nx",
            "eur\n\n\n\n\n\n\n",
            "EUR\n\n2\nh\nh\n\n\n\n\n",
            "EUR\n\n2\nh\n\n\n\n\n",
            "EUR\n1\ntea\n3\n\n\n\n\n\n",
            "EUR\n1\ntea\n1\n9007199254740992\n\n\n\n\n\n",
            "EUR\n1\ntea\n2\n-1\n\n\n\n\n\n",
            "EUR\n\n\n1\n0.505\n\n\n\n",
            "EUR\n\n\n\n1\n\n\n\n",
            "EUR\n\n\n\n2\ntill\n\n\n",
            "EUR\n18446744073709551615\n",
            "EUR\n18446744073709551616\n",
            "EUR\n+1\ntea\n\n\n\n\n\n\n",
            &codes(MOST_REWARDS + 1),
        ] {
            assert!(OpenCart::packed(head, &[]).is_none(), "{head:?}");
        }
        let many = (0..=MOST_LINES).map(|place| format!("{place}\t\t\t1.00\t\t\t\n")).collect::<String>();
        assert!(read(&many, &[[1, 0]; MOST_LINES + 1]).is_none());
        let categories = "\tc".repeat(MOST_CATEGORIES + 1);
        assert!(read(&format!("a\t\t\t1.00\t\t\t{categories}\n"), &[[1, 21]]).is_none());
    }
}
