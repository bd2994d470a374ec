//! Programme documents at random, as the JSON a shop would send: every mechanism there or not, every setting
//! any of its choices. Things have fixed names, so that histories can speak of them.

mod earning;
mod members;
mod rewards;
mod wallets;

pub use members::{EXCHANGED, MEMBERSHIPS, tiers};
pub use rewards::{ON_CART, OUTSIDE, Paid};

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// Categories of products.
pub const CATEGORIES: [&str; 3] = ["tea", "mugs", "books"];
/// Products.
pub const PRODUCTS: [&str; 3] = ["mug-1", "tea-2", "book-3"];
/// Where orders are placed.
pub const CHANNELS: [&str; 2] = ["online", "till"];
/// Codes entered with an order.
pub const CODES: [&str; 2] = ["SPRING", "VIP"];
/// Shops of a coalition.
pub const PARTNERS: [&str; 2] = ["bakery", "cinema"];
/// Groups of members.
pub const SEGMENTS: [&str; 2] = ["staff", "follower"];
/// What members do.
pub const EVENTS: [&str; 3] = ["visit", "review", "newsletter"];
/// Wallets: the main one, one of stamps, one of gift certificates.
pub const WALLETS: [&str; 3] = ["points", "stamps", "gift"];
/// Bonuses.
pub const BONUSES: [&str; 3] = ["bonus-0", "bonus-1", "bonus-2"];
/// Privileges.
pub const PRIVILEGES: [&str; 2] = ["lounge", "wrapping"];
/// Campaigns.
pub const CAMPAIGNS: [&str; 3] = ["campaign-0", "campaign-1", "campaign-2"];
/// Days that programmes name: within the histories, which begin on 2026-01-31.
pub const DAYS: [&str; 6] =
    ["2026-01-31", "2026-02-14", "2026-03-01", "2026-06-30", "2026-12-31", "2027-12-31"];

const PROFILES: [&str; 7] = ["square", "odoo", "erpnext", "woocommerce", "smile", "yotpo", "setono"];

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

type Any = BoxedStrategy<Value>;
/// A field, how often in a hundred documents it is there, and what it says.
type Field = (&'static str, f64, Any);

fn word(words: &'static [&'static str]) -> Any {
    select(words).prop_map(Value::from).boxed()
}

fn words(words: &'static [&'static str]) -> Any {
    subsequence(words, 0..=words.len()).prop_map(|list| json!(list)).boxed()
}

fn number(numbers: &'static [u32]) -> Any {
    select(numbers).prop_map(Value::from).boxed()
}

fn within(range: std::ops::Range<u32>) -> Any {
    range.prop_map(Value::from).boxed()
}

fn money(range: std::ops::Range<i64>, coin: Coin) -> Any {
    range.prop_map(move |units| json!(amount(units, coin))).boxed()
}

fn yes() -> Any {
    any::<bool>().prop_map(Value::from).boxed()
}

/// Some of these fields.
fn some(fields: Vec<Field>) -> Any {
    let field = |(name, often, value): Field| {
        option::weighted(often / 100.0, value).prop_map(move |value| (name, value))
    };
    let fields: Vec<_> = fields.into_iter().map(field).collect();
    let map = |fields: Vec<(&str, Option<Value>)>| {
        let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(given.collect::<Map<_, _>>())
    };
    fields.prop_map(map).boxed()
}

/// Fields of two objects together; of one name the second's.
fn and(first: Any, second: Any) -> Any {
    let join = |(mut first, second): (Value, Value)| {
        for (name, value) in second.as_object().into_iter().flatten() {
            first[name] = value.clone();
        }
        first
    };
    (first, second).prop_map(join).boxed()
}

/// A list of these, each with its name for an id, some of them left out.
fn named(names: &'static [&'static str], often: f64, item: impl Fn(&'static str) -> Any) -> Any {
    let item = |name: &'static str| {
        option::weighted(often / 100.0, item(name)).prop_map(move |item| {
            item.map(|mut item| {
                item["id"] = json!(name);
                item["name"] = json!(name);
                item
            })
        })
    };
    let items: Vec<_> = names.iter().map(|name| item(name)).collect();
    items.prop_map(|items| Value::Array(items.into_iter().flatten().collect())).boxed()
}

fn span() -> Any {
    prop_oneof![
        select(vec![1_u32, 10, 30, 90, 365]).prop_map(|n| json!({"days": n})),
        (1..14_u32).prop_map(|n| json!({"months": n})),
    ]
    .boxed()
}

/// Which lines.
fn lines() -> Any {
    some(vec![
        ("only", 20.0, words(&CATEGORIES)),
        ("products", 10.0, words(&PRODUCTS)),
        ("except", 10.0, words(&CATEGORIES)),
    ])
}

/// Conditions, one or two: with more nothing would ever hold.
fn when() -> Any {
    let two = and(condition(), condition()).prop_map(|mut when| {
        // A time that ends before it begins cannot be published.
        if when["until"].as_str() < when["from"].as_str() {
            when.as_object_mut().unwrap().remove("until");
        }
        when
    });
    prop_oneof![3 => condition(), 1 => two].boxed()
}

fn condition() -> Any {
    const HOURS: [&str; 4] = ["00:00", "11:30", "12:00", "18:15"];
    let hours = (0..4_usize, 1..4_usize)
        .prop_map(|(from, more)| json!({"from": HOURS[from], "until": HOURS[(from + more) % 4]}));
    let birthday = some(vec![("before", 50.0, number(&[0, 7, 180])), ("after", 50.0, number(&[0, 7, 180]))]);
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekdays = subsequence(days.to_vec(), 3..=7).prop_map(|list| json!(list)).boxed();
    let one = |name: &'static str, value: Any| value.prop_map(move |value| json!({ name: value })).boxed();
    prop_oneof![
        one("from", word(&DAYS)),
        one("until", word(&DAYS[1..])),
        one("weekdays", weekdays),
        one("hours", hours.boxed()),
        one("channels", words(&CHANNELS)),
        one("codes", words(&CODES)),
        one("segments", words(&SEGMENTS)),
        one("except_segments", words(&SEGMENTS)),
        one("levels", words(&members::LEVELS)),
        one("memberships", words(&MEMBERSHIPS)),
        one("first_order", yes()),
        one("birthday", birthday),
    ]
    .boxed()
}

/// A currency of two, no or three decimals.
pub fn coin() -> impl Strategy<Value = Coin> {
    select(vec![("EUR", 2), ("JPY", 0), ("KWD", 3)])
}

/// Any programme that can be published.
pub fn document() -> impl Strategy<Value = Document> {
    coin().prop_flat_map(document_in)
}

/// Any programme in this currency.
pub fn document_in(coin: Coin) -> impl Strategy<Value = Document> {
    let whole =
        and(settings(), and(earning::earning(coin), and(members::members(coin), rewards::rewards(coin))));
    (whole, wallets::wallets()).prop_map(move |(mut json, wallets)| {
        let head = [("format", json!(1)), ("name", json!("A shop")), ("time_zone", json!("UTC"))];
        for (name, value) in head.into_iter().chain([("currency", json!(coin.0))]) {
            json[name] = value;
        }
        for (name, value) in wallets.as_object().unwrap() {
            json[name] = value.clone();
        }
        let names = Names::of(&json);
        names.prune(&mut json);
        Document { coin, json }
    })
}

/// How the programme decides, whatever it gives.
fn settings() -> Any {
    let inclusion = || word(&["in", "out"]);
    let basis = ["tax", "delivery", "discounts", "points", "certificates"];
    let rounding = vec![
        ("mode", 50.0, word(&["down", "half_up", "half_even", "up"])),
        ("scope", 50.0, word(&["order", "rule", "line"])),
    ];
    let refunds = vec![
        ("shortfall", 50.0, word(&["debt", "write_off", "refuse"])),
        ("basis", 50.0, word(&["reverse", "recompute", "refunded"])),
        ("restored", 50.0, word(&["original_lots", "new_lot", "never"])),
        ("restored_with", 30.0, word(&["every_refund", "whole_refund"])),
        ("grace_days", 50.0, within(0..40)),
    ];
    let multipliers = vec![
        ("stacking", 50.0, word(&["multiply", "add", "best"])),
        ("timing", 50.0, word(&["before_rounding", "after_rounding"])),
    ];
    let minutes = number(&[1, 15, 1440, 10_080]).prop_map(|minutes| json!({"minutes": minutes})).boxed();
    some(vec![
        ("profile", 10.0, word(&PROFILES)),
        ("rounding", 50.0, some(rounding)),
        ("basis", 50.0, some(basis.map(|name| (name, 50.0, inclusion())).into())),
        ("refunds", 60.0, some(refunds)),
        ("multipliers", 50.0, some(multipliers)),
        ("combining", 20.0, word(&["add", "best"])),
        ("over_ask", 40.0, word(&["refuse", "clamp"])),
        ("holds", 50.0, minutes),
    ])
}

/// The levels, memberships and campaigns that a document has.
struct Names(Vec<(&'static str, Vec<Value>)>);

impl Names {
    fn of(json: &Value) -> Self {
        let ids = |path: &str| {
            let items = json.pointer(path).and_then(Value::as_array).into_iter().flatten();
            items.map(|item| item["id"].clone()).collect()
        };
        Self(vec![
            ("levels", ids("/tiers/levels")),
            ("memberships", ids("/memberships")),
            ("level", ids("/tiers/levels")),
            ("campaign", ids("/campaigns")),
        ])
    }

    /// Takes out what names something that the document does not have.
    fn prune(&self, json: &mut Value) {
        match json {
            Value::Object(fields) => {
                for (name, known) in &self.0 {
                    match fields.get_mut(*name) {
                        Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
                            list.retain(|id| known.contains(id));
                        }
                        Some(Value::String(id)) if !known.contains(&json!(id)) => {
                            fields.remove(*name);
                        }
                        _ => {}
                    }
                }
                fields.values_mut().for_each(|value| self.prune(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.prune(item)),
            _ => {}
        }
    }
}
