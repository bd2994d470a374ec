//! A cart, as a page hands it to the browser module.
//!
//! Behind the rows of the rest of the cart stand those of each line, a row for each field that is given: id, product, price,
//! amount, discount, tax, kind; then its categories. Beside the text stand, for each line, its pieces, which of those fields are
//! given, a bit for each, the lowest for the id, and the number of its categories. So the number of rows is known, and a field
//! that has a line feed of its own is not taken for two.

use super::{Packed, Rows, packed_choices, packed_records};
use crate::cart::{MOST_CATEGORIES, MOST_LINES, MOST_REWARDS, PIECES, charged, times};
use crate::open::OpenCart;
use crate::text::Text;
use crate::words::{Words, choice};
use crate::write::Writer;
use loyalty_core::{Ask, Cart, Category, Checkout, Code, Currency, Line, LineId, LineKind, Money, Redeem};
use rust_decimal::Decimal;
use std::mem::ManuallyDrop;

impl OpenCart {
    /// Reads a cart; none where anything is wrong with it.
    #[must_use]
    pub fn packed(text: &str, numbers: &[[u32; 3]]) -> Option<Self> {
        let mut rows = Rows::of(text);
        let currency = Currency::unpack(&mut rows)?;
        let redeem = Vec::<Redeem>::unpack(&mut rows)?;
        let holds = Vec::unpack(&mut rows)?;
        let certificates = Option::unpack(&mut rows)?.unwrap_or(Money::zero(currency));
        let checkout = Checkout::unpack(&mut rows)?;
        let mut prices = Vec::new();
        let lines = lines(&mut rows, numbers, currency, &mut prices)?;
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
    rows: &mut Rows<'_>,
    numbers: &[[u32; 3]],
    currency: Currency,
    prices: &mut Vec<Option<Decimal>>,
) -> Option<Vec<Line>> {
    if numbers.len() > MOST_LINES {
        return None;
    }
    let mut lines = Vec::with_capacity(numbers.len());
    prices.reserve(lines.capacity());
    for numbers in numbers {
        let (line, price) = line(rows, *numbers, currency)?;
        lines.push(line);
        prices.push(price);
    }
    rows.end().then_some(lines)
}

fn line(
    rows: &mut Rows<'_>,
    [quantity, mut given, count]: [u32; 3],
    currency: Currency,
) -> Option<(Line, Option<Decimal>)> {
    let mut field = || {
        let there = given & 1 == 1;
        given >>= 1;
        if there { rows.row().map(Some) } else { Some(None) }
    };
    let id = LineId::new(field()??).ok()?;
    let product = parsed(field()?).ok()?;
    let (price, amount) = (parsed(field()?).ok()?, parsed(field()?).ok()?);
    let money = |amount: Option<Decimal>| match amount {
        Some(amount) => Money::new(amount, currency).ok(),
        None => Some(Money::zero(currency)),
    };
    let (discount, tax) = (money(parsed(field()?).ok()?)?, money(parsed(field()?).ok()?)?);
    let kind = match field()? {
        None => LineKind::default(),
        Some(word) => *LineKind::ALL.get(choice(word, LineKind::WORDS).ok()?)?,
    };
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST_CATEGORIES)?;
    if given != 0 {
        return None;
    }
    let mut categories = Vec::with_capacity(count);
    for _ in 0..count {
        categories.push(Category::new(rows.row()?).ok()?);
    }
    let full = match (price, amount) {
        (Some(price), None) => times(price, quantity, currency),
        (None, Some(amount)) => Money::new(amount, currency),
        _ => return None,
    };
    let amount = charged(full.ok()?, discount).ok()?;
    let sound = (PIECES.0..=PIECES.1).contains(&quantity) && !tax.exceeds(amount);
    let line = Line { id, kind, product, categories, quantity, amount, tax, discount };
    sound.then_some((line, price))
}

/// A field; none where it is not given.
fn parsed<T: Text>(field: Option<&str>) -> Result<Option<T>, Code> {
    field.map(T::parse).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Currency, rewards, holds, certificates, channel, partner, codes.
    const HEAD: &str = "EUR\n\n\n\n1\ntill\n\n\n";

    /// An id and a price; an id and an amount.
    const PRICED: u32 = 0b101;
    const CHARGED: u32 = 0b1001;

    fn read(rows: &str, numbers: &[[u32; 3]]) -> Option<OpenCart> {
        OpenCart::packed(&format!("{HEAD}{rows}"), numbers)
    }

    #[test]
    fn a_cart_is_read_as_from_json() {
        let rows = "a\nmug\n12.50\n1.00\n0.50\ntea\nsale\nb\n5.00\ngift_card\n";
        let json = r#"{"currency":"EUR","channel":"till","lines":[
            {"id":"a","product":"mug","categories":["tea","sale"],"quantity":3,"price":"12.50","discount":"1.00","tax":"0.50"},
            {"id":"b","amount":"5.00","kind":"gift_card"}]}"#;
        let known = OpenCart::read(&crate::parse(json).unwrap()).unwrap();
        let mut packed = read(rows, &[[3, 0b11_0111, 2], [1, 0b100_1001, 0]]).unwrap();
        assert_eq!(packed.cart(), known.cart());
        assert!(packed.set_quantity(0, 4));
        assert_eq!(packed.cart().total().to_string(), "54.00");
        assert_eq!(read("", &[]).unwrap().cart().lines().len(), 0);
    }

    #[test]
    fn a_field_with_a_line_feed_of_its_own_is_not_taken_for_two() {
        let sound = "a\n5.00\ntea\n";
        assert!(read(sound, &[[1, CHARGED, 1]]).is_some());
        for (rows, numbers) in [
            (sound, &[[1, CHARGED, 0]][..]),
            (sound, &[[1, CHARGED, 2]]),
            (sound, &[[1, CHARGED + 2, 1]]),
            (sound, &[[1, CHARGED + 128, 1]]),
            (sound, &[[1, CHARGED - 1, 1]]),
            (sound, &[]),
            (sound, &[[1, CHARGED, 1], [1, CHARGED, 1]]),
            ("a\nx\n5.00\ntea\n", &[[1, CHARGED, 1]]),
            ("a\n5.00\ntea", &[[1, CHARGED, 1]]),
            ("a\n5.00\ntea\n\n", &[[1, CHARGED, 1]]),
            ("a\n5.00\nt\nea\n", &[[1, CHARGED, 1]]),
        ] {
            assert!(read(rows, numbers).is_none(), "{rows:?} {numbers:?}");
        }
    }

    #[test]
    fn nothing_is_read_of_a_cart_that_json_would_refuse() {
        for (rows, quantity, fields) in [
            ("5.00", 1, CHARGED - 1),
            ("\n5.00", 1, CHARGED),
            ("a b\n5.00", 1, CHARGED),
            ("a\nbig mug\n5.00", 1, CHARGED + 2),
            ("a", 1, 1),
            ("a\n1.00\n5.00", 1, CHARGED + 4),
            ("a\n5.001", 1, CHARGED),
            ("a\n-5.00", 1, CHARGED),
            ("a\n", 1, CHARGED),
            ("a\n5.00\n5.01", 1, CHARGED + 16),
            ("a\n5.00\n5.01", 1, CHARGED + 32),
            ("a\n5.00\nsocks", 1, CHARGED + 64),
            ("a\n5.00", 0, CHARGED),
            ("a\n5.00", 1_000_001, CHARGED),
            ("a\n1000000000000000", 2, PRICED),
        ] {
            assert!(read(&format!("{rows}\n"), &[[quantity, fields, 0]]).is_none(), "{rows:?} {quantity}");
        }
        let lines = |count: usize| (0..count).map(|place| format!("{place}\n1.00\n")).collect::<String>();
        assert!(read(&lines(2), &[[1, PRICED, 0]; 2]).is_some());
        assert!(read(&"a\n1.00\n".repeat(2), &[[1, PRICED, 0]; 2]).is_none());
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
        assert!(read(&lines(MOST_LINES), &[[1, PRICED, 0]; MOST_LINES]).is_some());
        assert!(read(&lines(MOST_LINES + 1), &[[1, PRICED, 0]; MOST_LINES + 1]).is_none());
        let categories =
            |count: u32| read(&format!("a\n1.00\n{}", "c\n".repeat(count as usize)), &[[1, PRICED, count]]);
        assert!(categories(MOST_CATEGORIES as u32).is_some());
        assert!(categories(MOST_CATEGORIES as u32 + 1).is_none());
    }
}
