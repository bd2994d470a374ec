//! Rules, campaigns and bonuses at random.

use super::{
    Any, BONUSES, CAMPAIGNS, Coin, DAYS, EVENTS, and, lines, money, named, number, some, span, when, within,
    word, yes,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// What a rule counts, and where its points go.
fn measure(coin: Coin) -> Any {
    // In a currency without decimals there is no amount of 2.50.
    let per = || select(vec![100_i64, 250, 1000, 300, 700, 50, 1, 10_000]);
    let amount = move |units| json!(super::amount(units, coin));
    let wallet = || prop_oneof![3 => Just(json!("points")), 1 => Just(json!("stamps"))];
    prop_oneof![
        4 => (per(), wallet()).prop_map(move |(per, wallet)| json!({"per": amount(per), "wallet": wallet})),
        3 => (per(), wallet(), any::<bool>()).prop_map(move |(per, wallet, carry)| {
            json!({"measure": "groups", "per": amount(per), "wallet": wallet, "carry": carry})
        }),
        2 => wallet().prop_map(|wallet| json!({"measure": "pieces", "wallet": wallet})),
        2 => wallet().prop_map(|wallet| json!({"measure": "order", "wallet": wallet})),
        1 => Just(json!({"measure": "gift_cards", "wallet": "gift"})),
    ]
    .boxed()
}

fn rule(coin: Coin) -> Any {
    let limits = some(vec![
        ("minimum", 15.0, money(100..5000, coin)),
        ("minimum_pieces", 10.0, number(&[1, 3])),
        ("most", 15.0, number(&[10, 500])),
        ("most_per_day", 10.0, number(&[10, 500])),
        ("most_per_member", 10.0, number(&[50, 5000])),
    ]);
    let manner = some(vec![
        ("when", 25.0, when()),
        ("campaign", 30.0, word(&CAMPAIGNS)),
        ("priority", 20.0, number(&[0, 1, 5])),
        ("exclusive", 15.0, yes()),
        ("to", 10.0, word(&["member", "seller"])),
    ]);
    let points = (1..=30_u32).prop_map(|points| json!({"points": points})).boxed();
    let rule = and(and(points, measure(coin)), and(lines(), and(limits, manner)));
    rule.prop_map(|mut rule| {
        if rule.get("to").is_some_and(|to| to == "seller") {
            // What is counted by buyer has no meaning for a seller.
            let fields = rule.as_object_mut().unwrap();
            ["carry", "most_per_day", "most_per_member"].iter().for_each(|name| drop(fields.remove(*name)));
        }
        rule
    })
    .boxed()
}

fn campaign() -> Any {
    let factor = prop_oneof![4 => select(vec!["1.5", "2", "3", "1.25"]), 1 => Just("0.5")];
    let factor = factor.prop_map(Value::from).boxed();
    let limits = some(vec![
        ("most", 20.0, number(&[5, 500])),
        ("most_per_member", 20.0, number(&[50, 5000])),
        ("budget", 20.0, number(&[100, 10_000])),
        ("credited_on", 20.0, word(&DAYS)),
    ]);
    let manner = some(vec![
        ("multiplier", 80.0, factor),
        ("when", 40.0, when()),
        ("priority", 30.0, number(&[0, 1, 5])),
        ("exclusive", 20.0, yes()),
    ]);
    and(lines(), and(limits, manner))
}

/// The first for what a member does, the second for a review, which is often looked at first, the third about the
/// birthday.
fn bonus(name: &str) -> Any {
    let days = some(vec![("before", 50.0, number(&[0, 7, 180])), ("after", 50.0, number(&[0, 7, 180]))]);
    let limit = some(vec![("limit", 70.0, word(&["once", "each_month", "each_year", "each_reference"]))]);
    let occasion = match name {
        "bonus-1" => and(Just(json!({"event": "review", "approval": true})).boxed(), limit),
        "bonus-2" => days.prop_map(|days| json!({"birthday": days})).boxed(),
        _ => and(word(&EVENTS).prop_map(|event| json!({"event": event})).boxed(), limit),
    };
    let manner = some(vec![
        ("wallet", 30.0, word(&["points", "stamps", "gift"])),
        ("approval", 20.0, yes()),
        ("days", 30.0, number(&[0, 1, 14])),
        ("lasts", 30.0, span()),
        ("when", 20.0, when()),
    ]);
    let points = within(1..300).prop_map(|points| json!({"points": points})).boxed();
    and(and(points, occasion), manner)
}

/// All that earns.
pub(super) fn earning(coin: Coin) -> Any {
    let rules = vec(rule(coin), 1..5).prop_map(|mut rules| {
        for (index, rule) in rules.iter_mut().enumerate() {
            rule["id"] = json!(format!("rule-{index}"));
        }
        Value::Array(rules)
    });
    let beside = some(vec![
        ("campaigns", 60.0, named(&CAMPAIGNS, 70.0, |_| campaign())),
        ("bonuses", 60.0, named(&BONUSES, 70.0, bonus)),
    ]);
    and(rules.prop_map(|rules| json!({"earning": rules})).boxed(), beside)
}
