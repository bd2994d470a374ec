//! Carts at random, in minor units, to be written in any currency; carts as a page packs them.

use crate::documents::{CATEGORIES, CHANNELS, CODES, Coin, PARTNERS, PRODUCTS, amount};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// A line of a cart.
#[derive(Debug, Clone)]
pub struct LinePlan {
    price: i64,
    pieces: i64,
    discount: i64,
    tax: i64,
    kind: Option<&'static str>,
    product: Option<&'static str>,
    categories: Vec<&'static str>,
}

/// A cart.
#[derive(Debug, Clone)]
pub struct CartPlan {
    lines: Vec<LinePlan>,
    certificates: Option<i64>,
    channel: Option<&'static str>,
    partner: Option<&'static str>,
    codes: Vec<&'static str>,
}

/// Any line: discounts and tax of any share, any kind, any categories.
pub fn line_plan() -> impl Strategy<Value = LinePlan> {
    let share = || prop_oneof![6 => Just(0_i64), 2 => 0..=100_i64, 1 => Just(100)];
    let kind = prop_oneof![6 => Just(None), 1 => Just(Some("delivery")), 1 => Just(Some("gift_card"))];
    let price = prop_oneof![8 => 1..20_000_i64, 1 => Just(0)];
    let product = option::of(select(&PRODUCTS[..]));
    (price, 1..4_i64, share(), share(), kind, product, subsequence(&CATEGORIES[..], 0..3)).prop_map(
        |(price, pieces, discount, tax, kind, product, categories)| {
            let discount = price * pieces * discount / 100;
            let tax = (price * pieces - discount) * tax / 100;
            LinePlan { price, pieces, discount, tax, kind, product, categories }
        },
    )
}

/// Any cart of up to five lines.
pub fn cart_plan() -> impl Strategy<Value = CartPlan> {
    let certificates = prop_oneof![4 => Just(None), 1 => (0..30_000_i64).prop_map(Some)];
    let checkout = (
        option::of(select(&CHANNELS[..])),
        option::of(select(&PARTNERS[..])),
        subsequence(&CODES[..], 0..=CODES.len()),
    );
    (vec(line_plan(), 0..6), certificates, checkout).prop_map(
        |(lines, certificates, (channel, partner, codes))| CartPlan {
            lines,
            certificates,
            channel,
            partner,
            codes,
        },
    )
}

impl CartPlan {
    /// The cart without certificates.
    #[must_use]
    pub fn paid_in_money(self) -> Self {
        Self { certificates: None, ..self }
    }

    /// The cart with one more line at its end.
    #[must_use]
    pub fn with(mut self, line: LinePlan) -> Self {
        self.lines.push(line);
        self
    }

    /// What is charged for each line, in minor units.
    #[must_use]
    pub fn charged(&self) -> Vec<i64> {
        self.lines.iter().map(|line| line.price * line.pieces - line.discount).collect()
    }

    /// The cart as a shop sends it.
    #[must_use]
    pub fn json(&self, coin: Coin) -> Value {
        let line = |(index, line): (usize, &LinePlan)| {
            let mut json = json!({"id": format!("l{index}"), "categories": line.categories, "kind": line.kind,
                "product": line.product});
            if line.pieces == 1 {
                json["amount"] = json!(amount(line.price, coin));
            } else {
                json["price"] = json!(amount(line.price, coin));
                json["quantity"] = json!(line.pieces);
            }
            for (name, units) in [("discount", line.discount), ("tax", line.tax)] {
                if units > 0 {
                    json[name] = json!(amount(units, coin));
                }
            }
            json
        };
        let lines: Vec<Value> = self.lines.iter().enumerate().map(line).collect();
        json!({"currency": coin.0, "lines": lines, "certificates": self.certificates.map(|units| amount(units, coin)),
            "channel": self.channel, "partner": self.partner, "codes": self.codes})
    }
}

/// A cart as `www/src/packed.ts` packs it for the browser module: its rows, and three numbers of each line; none of what a page
/// asks the Worker.
#[must_use]
pub fn packed(cart: &Value) -> Option<(String, Vec<[u32; 3]>)> {
    const FIELDS: [&str; 8] =
        ["lines", "currency", "redeem", "holds", "certificates", "channel", "partner", "codes"];
    const OF_LINE: [&str; 7] = ["id", "product", "price", "amount", "discount", "tax", "kind"];
    only(cart, &FIELDS)?;
    let mut rows = vec![row(&cart["currency"])?];
    let taken = list(&cart["redeem"])?;
    rows.push(count(taken));
    for taken in taken {
        only(taken, &["reward", "points", "value"])?;
        rows.push(row(&taken["reward"])?);
        match (&taken["points"], &taken["value"]) {
            (Value::Null, value) => given(value, "2", &mut rows)?,
            (points, Value::Null) => {
                let points = points.as_u64().filter(|points| *points < 1 << 53)?;
                rows.extend(["1".to_owned(), if points == 0 { String::new() } else { points.to_string() }]);
            }
            _ => return None,
        }
    }
    let texts = |name: &str, rows: &mut Vec<String>| {
        let texts = list(&cart[name])?;
        rows.push(count(texts));
        texts.iter().try_for_each(|text| row(text).map(|text| rows.push(text)))
    };
    texts("holds", &mut rows)?;
    for name in ["certificates", "channel", "partner"] {
        given(&cart[name], "1", &mut rows)?;
    }
    texts("codes", &mut rows)?;
    let mut numbers = vec![];
    for line in cart["lines"].as_array().filter(|lines| lines.len() <= 1000)? {
        only(line, &[&OF_LINE[..], &["quantity", "categories"]].concat())?;
        let mut fields = 0;
        for (bit, name) in OF_LINE.iter().enumerate() {
            match &line[*name] {
                Value::Null => {}
                Value::String(text) if !text.is_empty() => {
                    fields |= 1 << bit;
                    rows.push(text.clone());
                }
                _ => return None,
            }
        }
        let pieces = if line["quantity"].is_null() { 1 } else { line["quantity"].as_u64()? };
        let pieces = u32::try_from(pieces).ok().filter(|pieces| (1..=1_000_000).contains(pieces))?;
        let categories = list(&line["categories"])?;
        for category in categories {
            rows.push(category.as_str()?.to_owned());
        }
        numbers.push([pieces, fields, u32::try_from(categories.len()).ok()?]);
    }
    Some((rows.join("\n") + "\n", numbers))
}

/// An object without other fields.
fn only(value: &Value, names: &[&str]) -> Option<()> {
    value.as_object()?.keys().all(|name| names.contains(&name.as_str())).then_some(())
}

fn list(value: &Value) -> Option<&[Value]> {
    if value.is_null() { Some(&[]) } else { value.as_array().map(Vec::as_slice) }
}

fn count(values: &[Value]) -> String {
    if values.is_empty() { String::new() } else { values.len().to_string() }
}

fn given(value: &Value, mark: &str, rows: &mut Vec<String>) -> Option<()> {
    if value.is_null() {
        rows.push(String::new());
    } else {
        rows.extend([mark.to_owned(), row(value)?]);
    }
    Some(())
}

fn row(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty() && !text.contains('\n')).map(str::to_owned)
}
