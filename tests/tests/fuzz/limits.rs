//! Limits as they are stated: lists may be that long and no longer, and the longest of everything take no time.

use crate::checks::{decided, in_time, moment, programme, read};
use crate::hostile::wide_map;
use crate::seeds::{SEEDS, tree};
use loyalty_core::Code;
use loyalty_tests::Value;
use loyalty_wire::{Problem, Programme, ledger};

/// The lists of a programme.
const OF_A_PROGRAMME: [(&str, usize); 22] = [
    ("/wallets", 9),
    ("/earning", 200),
    ("/earning/*/only", 200),
    ("/earning/*/products", 200),
    ("/earning/*/except", 200),
    ("/campaigns/*/when/channels", 50),
    ("/earning/*/when/segments", 50),
    ("/campaigns", 50),
    ("/campaigns/*/when/codes", 50),
    ("/campaigns/*/when/except_segments", 50),
    ("/rewards/*/when/levels", 50),
    ("/rewards/*/when/memberships", 50),
    ("/campaigns/*/when/weekdays", 7),
    ("/bonuses", 100),
    ("/tiers/levels", 20),
    ("/tiers/levels/*/segments", 50),
    ("/memberships", 20),
    ("/privileges", 100),
    ("/rewards", 200),
    ("/rewards/*/only", 200),
    ("/draws", 50),
    ("/exchanges", 20),
];

/// The lists of a cart.
const OF_A_CART: [(&str, usize); 5] =
    [("/lines", 1000), ("/lines/*/categories", 20), ("/redeem", 20), ("/holds", 20), ("/codes", 20)];

/// One list of a document at a path; a `*` is any of the first places of a list.
fn found(document: &Value, path: &str) -> Option<String> {
    let paths = (0..10).map(|place| path.replace('*', &place.to_string()));
    paths
        .into_iter()
        .find(|path| document.pointer(path).and_then(Value::as_array).is_some_and(|list| !list.is_empty()))
}

/// The document with a list of that length, its items like the first, ids apart.
fn lengthened(document: &Value, path: &str, length: usize) -> String {
    let mut document = document.clone();
    let list = document.pointer_mut(path).and_then(Value::as_array_mut).unwrap();
    let first = list[0].clone();
    *list = (0..length).map(|_| first.clone()).collect();
    for (number, item) in list.iter_mut().enumerate() {
        if let Some(id) = item.get_mut("id") {
            *id = format!("n{number}").into();
        }
    }
    document.to_string()
}

#[track_caller]
fn check(documents: &[Value], path: &str, most: usize, read: impl Fn(&str) -> Result<(), Problem>) {
    let sound = documents.iter().filter(|document| read(&document.to_string()).is_ok());
    let mut sound = sound.filter_map(|document| Some((document, found(document, path)?)));
    let (document, path) = sound.next().unwrap_or_else(|| panic!("no case has `{path}`"));
    let too_many = |length| {
        let faults = read(&lengthened(document, &path, length)).err().map(|problem| problem.faults);
        // Levels tell their number as a number out of its range.
        let codes = [Code::TooMany, Code::NumberOutOfRange];
        faults.into_iter().flatten().any(|fault| fault.path == path && codes.contains(&fault.code))
    };
    assert!(!too_many(most), "`{path}` may be {most} long");
    assert!(too_many(most + 1), "`{path}` may be longer than {most}");
}

#[test]
fn lists_are_as_long_as_is_stated_and_no_longer() {
    let values = |documents: &[crate::document::Document]| -> Vec<Value> {
        documents.iter().map(|document| serde_json::from_str(&document.write()).unwrap()).collect()
    };
    let programmes = values(&SEEDS.documents);
    for (path, most) in OF_A_PROGRAMME {
        check(&programmes, path, most, |text| Programme::parse(text).map(drop));
    }
    let carts = values(&SEEDS.carts);
    for (path, most) in OF_A_CART {
        check(&carts, path, most, |text| loyalty_wire::cart(&tree(text)).map(drop));
    }
}
/// So many texts, separated by commas.
fn list(length: usize, item: impl Fn(usize) -> String) -> String {
    (0..length).map(item).collect::<Vec<_>>().join(",")
}

fn categories(length: usize, first: usize) -> String {
    list(length, |number| format!(r#""c{:04}""#, first + number))
}

/// As many rules, categories, levels and rewards as there may be; no category is one of the cart's.
fn largest_programme() -> String {
    let rules = list(200, |number| {
        format!(
            r#"{{"id":"r{number}","points":{},"per":"1.00","except":[{}]}}"#,
            number + 1,
            categories(200, 1000)
        )
    });
    let rewards = list(200, |number| {
        format!(r#"{{"id":"w{number}","name":"w","kind":"percent_off","points":1,"percent":"0.0001"}}"#)
    });
    let levels = list(20, |number| {
        format!(r#"{{"id":"l{number}","name":"l","from":"{number}","multiplier":"1.{number:02}"}}"#)
    });
    format!(
        r#"{{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","rounding":{{"scope":"line"}},
        "earning":[{rules}],"tiers":{{"window":{{"lifetime":true}},"levels":[{levels}]}},"rewards":[{rewards}]}}"#
    )
}

/// As many lines and categories as there may be.
fn largest_cart() -> String {
    let line =
        |number| format!(r#"{{"id":"{number}","amount":"9.99","categories":[{}]}}"#, categories(20, 0));
    format!(r#"{{"currency":"EUR","lines":[{}]}}"#, list(1000, line))
}

/// Limits multiply: lines, rules, and categories of both.
#[test]
fn the_largest_cart_under_the_largest_programme() {
    let programme = programme(&largest_programme()).unwrap();
    let text = largest_cart();
    let cart = tree(&text);
    let preview = || ledger::preview(&programme, None, &[], &cart, moment(0).unwrap());
    decided(in_time("a preview", &text, preview), &text).unwrap();
}

/// Every rule takes every line for itself alone.
#[test]
fn the_largest_cart_under_as_many_exclusive_rules_as_there_may_be() {
    let rules = list(200, |number| {
        let (wallet, priority) = (number % 10, number / 20);
        let to = if number / 10 % 2 == 0 { "member" } else { "seller" };
        format!(
            r#"{{"id":"r{number}","points":1,"per":"1.00","wallet":"w{wallet}","to":"{to}","exclusive":true,"priority":{priority}}}"#
        )
    });
    let wallets = list(9, |number| format!(r#"{{"id":"w{}","name":"w"}}"#, number + 1));
    let document = format!(
        r#"{{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","points":{{"id":"w0"}},
        "wallets":[{wallets}],"earning":[{rules}]}}"#
    );
    let (programme, text) = (programme(&document).unwrap(), largest_cart());
    let cart = tree(&text);
    let preview = || ledger::preview(&programme, None, &[], &cart, moment(0).unwrap());
    decided(in_time("a preview", &text, preview), &text).unwrap();
}

#[track_caller]
fn previewed(document: &str, text: &str) {
    let programme = programme(document).unwrap();
    let cart = tree(text);
    let preview = || ledger::preview(&programme, None, &[], &cart, moment(0).unwrap());
    decided(in_time("a preview", text, preview), text).unwrap();
}

/// Campaigns that add up, each on lines of its own choice: every line has a factor of its own.
#[test]
fn a_factor_for_each_of_as_many_lines_as_there_may_be() {
    let campaigns = list(50, |number| {
        format!(
            r#"{{"id":"c{number}","name":"c","only":[{}],"multiplier":"1.{:02}"}}"#,
            categories(1, number),
            number + 1
        )
    });
    let rules = list(10, |number| format!(r#"{{"id":"r{number}","points":{},"per":"1.00"}}"#, number + 1));
    let document = format!(
        r#"{{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","earning":[{rules}],
        "multipliers":{{"stacking":"add"}},"campaigns":[{campaigns}]}}"#
    );
    // Bits of the line's number, thrice shifted: which campaigns take it.
    let takes = |line: usize, campaign: usize| (line * (campaign + 7) % 1009).is_multiple_of(3);
    let line = |line: usize| {
        let of = (0..50).filter(|campaign| takes(line, *campaign)).take(20);
        let of: Vec<_> = of.map(|campaign| categories(1, campaign)).collect();
        format!(r#"{{"id":"{line}","amount":"9.99","categories":[{}]}}"#, of.join(","))
    };
    previewed(&document, &format!(r#"{{"currency":"EUR","lines":[{}]}}"#, list(1000, line)));
}

/// As many automatic rewards as there may be, each with a share of every line.
#[test]
fn as_many_rewards_on_as_many_lines_as_there_may_be() {
    let rewards = list(200, |number| {
        format!(
            r#"{{"id":"w{number}","name":"w","kind":"percent_off","points":0,"percent":"0.1","automatic":true}}"#
        )
    });
    let document = format!(
        r#"{{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","earning":[],"rewards":[{rewards}]}}"#
    );
    let line = |number| format!(r#"{{"id":"{number}","amount":"99.99"}}"#);
    let lines = list(999, line);
    let delivery = r#"{"id":"d","kind":"delivery","amount":"9.99"}"#;
    previewed(&document, &format!(r#"{{"currency":"EUR","lines":[{lines},{delivery}]}}"#));
}

/// Every wallet leads to every other, by rewards; no round gains, so that all have to be looked at.
#[test]
fn as_many_ways_between_wallets_as_there_may_be() {
    let wallets = list(9, |number| format!(r#"{{"id":"w{number}","name":"w","kind":"certificates"}}"#));
    let rewards = list(200, |number| {
        let (from, more) = (number % 9, number / 9 % 8 + 1);
        format!(
            r#"{{"id":"r{number}","name":"r","kind":"certificate","wallet":"w{from}","into":"w{}","points":1000,"value":"0.01"}}"#,
            (from + more) % 9
        )
    });
    let document = format!(
        r#"{{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","earning":[],"wallets":[{wallets}],
        "rewards":[{rewards}]}}"#
    );
    programme(&document).unwrap();
}

/// A field that is known and there again and again, after as many that are not known.
#[test]
fn a_field_that_is_there_a_hundred_thousand_times() {
    let text = wide_map("lines", 100_000);
    let tree = in_time("reading JSON", &text, || tree(&text));
    read(in_time("reading a cart", &text, || loyalty_wire::cart(&tree)), &text);
    let text = wide_map("command", 100_000);
    read(in_time("reading a request", &text, || loyalty_wire::request(&text)), &text);
    let text = wide_map("format", 100_000);
    programme(&text);
}
