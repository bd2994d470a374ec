//! Programme documents and carts at random, as the JSON a shop would send.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// Categories of products.
const CATEGORIES: [&str; 3] = ["tea", "mugs", "books"];

/// A currency and its minor digits.
pub type Coin = (&'static str, u32);

/// A programme document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The currency of its amounts.
    pub coin: Coin,
    /// The document.
    pub json: Value,
}

/// An amount as text: so many minor units.
#[must_use]
pub fn amount(units: i64, coin: Coin) -> String {
    Decimal::new(units, coin.1).to_string()
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(words).prop_map(Value::from)
}

/// Some of these fields, each there or not.
fn some(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let fields: Vec<_> =
        fields.into_iter().map(|(name, value)| option::of(value).prop_map(move |v| (name, v))).collect();
    let map = |fields: Vec<(&str, Option<Value>)>| {
        let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(given.collect::<Map<_, _>>())
    };
    fields.prop_map(map).boxed()
}

fn span() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec![1_u32, 10, 30, 90, 365]).prop_map(|n| json!({"days": n})),
        (1..14_u32).prop_map(|n| json!({"months": n})),
    ]
}

/// Inactivity is left out: it makes days of expiry that no entry but the expiry itself names.
fn expiry() -> impl Strategy<Value = Value> {
    (span(), option::of(word(&["month", "year"])), option::of(select(vec!["2026-06-30", "2027-12-31"])))
        .prop_map(|(mut expiry, period, on)| {
            if let Some(period) = period {
                expiry["until_end_of"] = period;
            }
            if let Some(on) = on {
                expiry["on"] = json!(on);
            }
            expiry
        })
}

fn categories() -> impl Strategy<Value = Value> {
    vec(select(&CATEGORIES[..]), 0..3).prop_map(|list| json!(list))
}

fn earning(coin: Coin) -> impl Strategy<Value = Value> {
    // In a currency without decimals there is no amount of 2.50.
    let per = select(vec![100_i64, 250, 1000, 300, 700, 50, 1, 10_000]);
    let shape = some(vec![
        ("measure", word(&["pro_rata", "groups", "pieces"]).boxed()),
        ("minimum", select(vec![100_i64, 5000]).prop_map(move |minor| json!(amount(minor, coin))).boxed()),
        ("most", select(vec![10_u32, 500]).prop_map(Value::from).boxed()),
        ("only", categories().boxed()),
        ("except", categories().boxed()),
    ]);
    vec((1..=30_u32, per, shape), 1..4).prop_map(move |rules| {
        let rule = |(index, (points, per, mut rule)): (usize, (u32, i64, Value))| {
            rule["id"] = json!(format!("rule-{index}"));
            rule["points"] = json!(points);
            if rule["measure"] != json!("pieces") {
                rule["per"] = json!(amount(per, coin));
            }
            rule
        };
        Value::Array(rules.into_iter().enumerate().map(rule).collect())
    })
}

/// Levels whose multipliers rise with what they ask.
fn tiers(coin: Coin) -> impl Strategy<Value = Value> {
    let steps = vec((0..40_000_i64, select(vec![0_i64, 2500, 5000, 3333, 1])), 1..4);
    let timing = some(vec![("timing", word(&["including_order", "before_order"]).boxed())]);
    let downgrade = prop_oneof![
        Just(json!({})),
        word(&["at_once", "never"]).prop_map(|name| json!({"downgrade": name})),
        span().prop_map(|grace| json!({"downgrade": "after_grace", "grace": grace})),
        word(&["month", "year"]).prop_map(|period| json!({"downgrade": "at_period_end", "period": period})),
    ];
    let settings = (timing, downgrade).prop_map(|(mut tiers, downgrade)| {
        for (name, value) in downgrade.as_object().into_iter().flatten() {
            tiers[name] = value.clone();
        }
        tiers
    });
    let window = prop_oneof![
        span(),
        word(&["month", "year"]).prop_map(|period| json!({"calendar": period})),
        Just(json!({"lifetime": true})),
    ];
    (window, steps, settings).prop_map(move |(window, steps, mut tiers)| {
        let (mut from, mut multiplier) = (0, 10_000);
        let level = |(index, (more, factor)): (usize, (i64, i64))| {
            from += more + i64::from(index > 0);
            multiplier += factor;
            let id = format!("level-{index}");
            json!({"id": id, "name": id, "from": amount(from, coin), "multiplier": Decimal::new(multiplier, 4).to_string()})
        };
        tiers["levels"] = Value::Array(steps.into_iter().enumerate().map(level).collect());
        tiers["window"] = window;
        tiers
    })
}

/// Three rewards, one of each kind: `off`, `share`, `pay`.
fn rewards(coin: Coin) -> impl Strategy<Value = Value> {
    let money =
        move |range: std::ops::Range<i64>| range.prop_map(move |units| json!(amount(units, coin))).boxed();
    let off = (1..300_u32, 1..3000_i64, some(vec![("minimum", money(0..5000))]));
    let share = (1..300_u32, 1..=1000_i64, some(vec![("cap", money(1..5000)), ("minimum", money(0..5000))]));
    let pay = (
        1..200_u32,
        1..500_i64,
        some(vec![
            ("step", select(vec![1_u32, 5, 10]).prop_map(Value::from).boxed()),
            ("minimum_points", (1..100_u32).prop_map(Value::from).boxed()),
            ("max_share", (1..=100_u32).prop_map(|n| json!(n.to_string())).boxed()),
            ("minimum", money(0..5000)),
        ]),
    );
    (off, share, pay).prop_map(move |((a, value, mut off), (b, percent, mut share), (c, worth, mut pay))| {
        let head = |reward: &mut Value, id: &str, kind: &str, points: u32| {
            reward["id"] = json!(id);
            reward["name"] = json!(id);
            reward["kind"] = json!(kind);
            reward["points"] = json!(points);
        };
        head(&mut off, "off", "money_off", a);
        off["value"] = json!(amount(value, coin));
        head(&mut share, "share", "percent_off", b);
        share["percent"] = json!(Decimal::new(percent, 1).to_string());
        head(&mut pay, "pay", "pay_with_points", c);
        pay["value"] = json!(amount(worth, coin));
        json!([off, share, pay])
    })
}

fn referral(coin: Coin) -> impl Strategy<Value = Value> {
    let days = option::of(select(vec![0_u32, 1, 14, 60]));
    (1..600_u32, 0..300_u32, 0..4000_i64, days).prop_map(move |(advocate, friend, minimum, days)| {
        json!({"advocate": {"points": advocate}, "friend": {"points": friend},
               "minimum": amount(minimum, coin), "return_days": days})
    })
}

/// A currency of two, no or three decimals.
pub fn coin() -> impl Strategy<Value = Coin> {
    select(vec![("EUR", 2), ("JPY", 0), ("KWD", 3)])
}

/// Any programme that can be published: every mechanism there or not, every setting any of its choices.
pub fn document() -> impl Strategy<Value = Document> {
    coin().prop_flat_map(document_in)
}

/// Any programme in this currency.
pub fn document_in(coin: Coin) -> impl Strategy<Value = Document> {
    let inclusion = || word(&["in", "out"]).boxed();
    let basis = ["tax", "delivery", "discounts", "points", "certificates"].map(|name| (name, inclusion()));
    let rounding = some(vec![
        ("mode", word(&["down", "half_up", "half_even", "up"]).boxed()),
        ("scope", word(&["order", "rule", "line"]).boxed()),
    ]);
    let refunds = some(vec![
        ("shortfall", word(&["debt", "write_off"]).boxed()),
        ("grace_days", (0..40_u32).prop_map(Value::from).boxed()),
    ]);
    let vesting = some(vec![
        ("days", select(vec![0_u32, 1, 14, 40]).prop_map(Value::from).boxed()),
        ("threshold", select(vec![1_u32, 50, 500]).prop_map(Value::from).boxed()),
    ]);
    let minutes = select(vec![1_u32, 15, 1440, 10_080]);
    let settings = some(vec![
        ("rounding", rounding),
        ("basis", some(basis.into())),
        ("vesting", vesting.boxed()),
        ("expiry", expiry().boxed()),
        ("tiers", tiers(coin).boxed()),
        ("holds", minutes.prop_map(|minutes| json!({"minutes": minutes})).boxed()),
        ("refunds", refunds),
        ("referral", referral(coin).boxed()),
    ]);
    (earning(coin), rewards(coin), settings).prop_map(move |(earning, rewards, mut json)| {
        for (name, value) in [("format", json!(1)), ("name", json!("A shop")), ("time_zone", json!("UTC"))] {
            json[name] = value;
        }
        json["currency"] = json!(coin.0);
        json["earning"] = earning;
        json["rewards"] = rewards;
        Document { coin, json }
    })
}

/// A line of a cart, in minor units.
#[derive(Debug, Clone)]
pub struct LinePlan {
    price: i64,
    pieces: i64,
    discount: i64,
    tax: i64,
    kind: Option<&'static str>,
    categories: Vec<&'static str>,
}

/// A cart, in minor units, to be written in any currency.
#[derive(Debug, Clone)]
pub struct CartPlan {
    lines: Vec<LinePlan>,
    certificates: Option<i64>,
}

/// Any line: discounts and tax of any share, any kind, any categories.
pub fn line_plan() -> impl Strategy<Value = LinePlan> {
    let share = || prop_oneof![6 => Just(0_i64), 2 => 0..=100_i64, 1 => Just(100)];
    let kind = prop_oneof![6 => Just(None), 1 => Just(Some("delivery")), 1 => Just(Some("gift_card"))];
    let price = prop_oneof![8 => 1..20_000_i64, 1 => Just(0)];
    (price, 1..4_i64, share(), share(), kind, vec(select(&CATEGORIES[..]), 0..3)).prop_map(
        |(price, pieces, discount, tax, kind, categories)| {
            let discount = price * pieces * discount / 100;
            let tax = (price * pieces - discount) * tax / 100;
            LinePlan { price, pieces, discount, tax, kind, categories }
        },
    )
}

/// Any cart of up to five lines.
pub fn cart_plan() -> impl Strategy<Value = CartPlan> {
    let certificates = prop_oneof![4 => Just(None), 1 => (0..30_000_i64).prop_map(Some)];
    (vec(line_plan(), 0..6), certificates).prop_map(|(lines, certificates)| CartPlan { lines, certificates })
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
            let mut json =
                json!({"id": format!("l{index}"), "categories": line.categories, "kind": line.kind});
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
        json!({"currency": coin.0, "lines": lines, "certificates": self.certificates.map(|units| amount(units, coin))})
    }
}
