//! Carts at random, in minor units, to be written in any currency.

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
