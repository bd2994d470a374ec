//! Rewards at random, one of each kind.

use super::{Any, Coin, DAYS, amount, and, lines, money, named, number, some, when, within};
use crate::documents::members::uses;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// What is asked of a reward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid {
    /// Nothing: it has a price.
    Fixed,
    /// A number of points.
    Chosen,
}

/// Rewards that pay part of a cart.
pub const ON_CART: [(&str, Paid); 7] = [
    ("off", Paid::Fixed),
    ("share", Paid::Fixed),
    ("pay", Paid::Chosen),
    ("ship", Paid::Fixed),
    ("free", Paid::Fixed),
    ("eleventh", Paid::Fixed),
    ("card", Paid::Chosen),
];

/// Rewards that are handed over outside a cart.
pub const OUTSIDE: [&str; 4] = ["bought", "donated", "thing", "ticket"];

const NAMES: [&str; 12] = [
    "off",
    "share",
    "pay",
    "ship",
    "free",
    "eleventh",
    "card",
    "bought",
    "donated",
    "thing",
    "ticket",
    "automatic",
];

fn chosen() -> Any {
    some(vec![
        ("step", 40.0, number(&[1, 5, 10])),
        ("minimum_points", 40.0, within(1..100)),
        ("max_share", 40.0, (1..=100_u32).prop_map(|n| json!(n.to_string())).boxed()),
    ])
}

/// What each gives: its kind, wallet and price.
fn gives(name: &str, coin: Coin) -> Any {
    let price = || prop_oneof![3 => 1..40_u32, 1 => 1..300_u32];
    let text = move |units: i64| json!(amount(units, coin));
    let cap = || some(vec![("cap", 40.0, money(1..5000, coin))]);
    let percent = || {
        (1..=1000_i64).prop_map(|percent| json!({"percent": Decimal::new(percent, 1).to_string()})).boxed()
    };
    let pieces = some(vec![("pieces", 50.0, within(1..4))]);
    let kind = move |kind: &'static str, wallet: &'static str, more: Any| {
        let head = price().prop_map(move |points| json!({"kind": kind, "wallet": wallet, "points": points}));
        and(head.boxed(), more)
    };
    let worth = move |most: i64| (1..most).prop_map(move |units| json!({"value": text(units)})).boxed();
    match name {
        "off" => kind("money_off", "points", worth(3000)),
        "share" => kind("percent_off", "points", and(percent(), and(cap(), lines()))),
        "pay" => kind("pay_with_points", "points", and(worth(500), chosen())),
        "ship" => kind("free_delivery", "points", cap()),
        "free" => kind("free_product", "points", and(pieces, lines())),
        "eleventh" => kind("free_product", "stamps", lines()),
        // One of its wallet pays one minor unit.
        "card" => {
            Just(json!({"kind": "pay_with_points", "wallet": "gift", "points": 1, "value": text(1)})).boxed()
        }
        "bought" => and(kind("certificate", "points", worth(3000)), Just(json!({"into": "gift"})).boxed()),
        "donated" => and(kind("donation", "stamps", worth(3000)), Just(json!({"cause": "trees"})).boxed()),
        "thing" => {
            and(kind("gift", "points", worth(3000)), Just(json!({"instructions": "Post it."})).boxed())
        }
        "ticket" => {
            and(kind("ticket", "stamps", Just(json!({})).boxed()), Just(json!({"draw": "raffle"})).boxed())
        }
        _ => {
            let free = Just(json!({"points": 0, "automatic": true})).boxed();
            let one = prop_oneof![
                kind("percent_off", "points", and(percent(), and(cap(), lines()))),
                kind("free_delivery", "points", cap()),
                kind("free_product", "stamps", lines()),
            ];
            and(one.boxed(), free)
        }
    }
}

fn reward(name: &'static str, coin: Coin) -> Any {
    let outside = OUTSIDE.contains(&name);
    let mut terms = vec![
        ("when", 15.0, when()),
        ("uses", 15.0, uses()),
        ("stock", 10.0, number(&[1, 5])),
        ("balance", 10.0, number(&[1, 100])),
    ];
    if !outside {
        terms.push(("minimum", if name == "off" { 70.0 } else { 20.0 }, money(0..5000, coin)));
    }
    and(gives(name, coin), some(terms))
}

/// What points buy.
pub(super) fn rewards(coin: Coin) -> Any {
    let raffle = (select(&DAYS[..]), 1..4_u32).prop_map(
        |(closes, winners)| json!([{"id": "raffle", "name": "raffle", "closes": closes, "winners": winners}]),
    );
    (named(&NAMES, 85.0, move |name| reward(name, coin)), raffle)
        .prop_map(|(rewards, draws): (Value, Value)| json!({"rewards": rewards, "draws": draws}))
        .boxed()
}
