//! Levels, memberships, privileges, exchanges and referrals at random.

use super::{
    Any, Coin, PRIVILEGES, SEGMENTS, amount, and, money, named, number, some, span, when, within, word,
    words, yes,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use serde_json::{Value, json};

pub(super) const LEVELS: [&str; 3] = ["level-0", "level-1", "level-2"];
/// Memberships.
pub const MEMBERSHIPS: [&str; 2] = ["club", "guild"];
/// What can be exchanged for what, in some programmes.
pub const EXCHANGED: [(&str, &str); 4] =
    [("points", "stamps"), ("stamps", "points"), ("stamps", "gift"), ("gift", "stamps")];

/// What counts, and how much of it a level asks more than the one before.
fn metric() -> impl Strategy<Value = (&'static str, i64)> {
    prop_oneof![
        4 => Just(("spend", 40_000_i64)),
        1 => Just(("purchase", 20_000)),
        2 => Just(("points", 500)),
        1 => Just(("orders", 3)),
        1 => Just(("visits", 3)),
        1 => Just(("referrals", 2)),
    ]
}

fn downgrade() -> Any {
    let soft = || some(vec![("soft_landing", 50.0, yes())]);
    prop_oneof![
        Just(json!({})),
        word(&["at_once", "never"]).prop_map(|name| json!({"downgrade": name})),
        and(span().prop_map(|grace| json!({"downgrade": "after_grace", "grace": grace})).boxed(), soft()),
        and(
            word(&["month", "year"])
                .prop_map(|period| json!({"downgrade": "at_period_end", "period": period}))
                .boxed(),
            soft()
        ),
    ]
    .boxed()
}

/// Up to three levels, whose multipliers mostly rise with what they ask.
pub fn tiers(coin: Coin) -> BoxedStrategy<Value> {
    let multiplier = select(vec![10_000_i64, 12_500, 15_000, 13_333, 10_001, 20_000, 7500]);
    let level = || (0..100_i64, multiplier.clone(), prop::option::weighted(0.2, words(&SEGMENTS)));
    let window = prop_oneof![
        span(),
        word(&["month", "year"]).prop_map(|period| json!({"calendar": period})),
        Just(json!({"member_year": true})),
        Just(json!({"lifetime": true})),
    ];
    let settings = some(vec![
        ("timing", 50.0, word(&["including_order", "before_order"])),
        ("refund_keeps", 25.0, word(&["month", "year"])),
    ]);
    (metric(), window, vec(level(), 1..4), and(settings, downgrade()))
        .prop_map(move |((metric, step), window, levels, mut tiers)| {
            let mut from = 0;
            let level = |(index, (more, factor, segments)): (usize, (i64, i64, Option<Value>))| {
                from += more * step / 100 + i64::from(index > 0);
                let asked = if step < 1000 { from.to_string() } else { amount(from, coin) };
                json!({"id": LEVELS[index], "name": LEVELS[index], "from": asked,
                    "multiplier": Decimal::new(factor, 4).to_string(), "segments": segments})
            };
            tiers["levels"] = Value::Array(levels.into_iter().enumerate().map(level).collect());
            (tiers["metric"], tiers["window"]) = (json!(metric), window);
            tiers
        })
        .boxed()
}

fn membership(coin: Coin) -> Any {
    let needed = (money(0..10_000, coin), span()).prop_map(|(fee, term)| json!({"fee": fee, "term": term}));
    and(
        needed.boxed(),
        some(vec![("level", 50.0, word(&LEVELS)), ("refund", 50.0, word(&["pro_rata", "nothing"]))]),
    )
}

/// So many times in all, or in each part of the calendar.
pub(super) fn uses() -> Any {
    let count = within(1..4).prop_map(|count| json!({"count": count})).boxed();
    and(count, some(vec![("per", 50.0, word(&["month", "year"]))]))
}

/// Points for stamps, and back for no more than that; stamps for gift certificates, or such for stamps where
/// those are the end, for rewards make certificates of points.
fn exchanges() -> Any {
    (1..100_u32, 1..100_u32, 0..50_u32, any::<bool>(), prop::bool::weighted(0.8))
        .prop_map(|(give, get, loss, back, gift)| {
            let way = |(from, to): (&str, &str), give: u32, get: u32| {
                json!({"from": from, "to": to, "give": give, "get": get})
            };
            let mut all = vec![way(EXCHANGED[0], give, get)];
            if back {
                all.push(way(EXCHANGED[1], get, give.saturating_sub(loss).max(1)));
            }
            if gift {
                all.push(way(EXCHANGED[if back { 2 } else { 3 }], give, get));
            }
            Value::Array(all)
        })
        .boxed()
}

fn referral(coin: Coin) -> Any {
    let sides = (1..600_u32, 0..300_u32).prop_map(
        |(advocate, friend)| json!({"advocate": {"points": advocate}, "friend": {"points": friend}}),
    );
    let rest =
        some(vec![("minimum", 70.0, money(0..4000, coin)), ("return_days", 70.0, number(&[0, 1, 14, 60]))]);
    and(sides.boxed(), rest)
}

/// All that makes members differ.
pub(super) fn members(coin: Coin) -> Any {
    let privilege = |_| some(vec![("when", 40.0, when()), ("uses", 60.0, uses())]);
    let recognition = span().prop_map(|after| json!({"after": after})).boxed();
    some(vec![
        ("tiers", 70.0, tiers(coin)),
        ("memberships", 50.0, named(&MEMBERSHIPS, 80.0, |_| membership(coin))),
        ("privileges", 50.0, named(&PRIVILEGES, 80.0, privilege)),
        ("recognition", 50.0, recognition),
        ("exchanges", 60.0, exchanges()),
        ("referral", 60.0, referral(coin)),
    ])
}
