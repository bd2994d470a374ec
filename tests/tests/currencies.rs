//! The core's table of currencies against the published list of ISO 4217, where a copy of it lies.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_core::Currency;
use std::collections::BTreeMap;
use std::fs;

const LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/money/iso4217");

fn list(name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("{LISTS}/{name}")).ok();
    if text.is_none() {
        eprintln!("skipped: `{name}` of ISO 4217 is not here, so its currencies were not compared");
    }
    text
}

/// The text between two tags of one entry of the XML list.
fn tag<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    entry.split_once(&format!("<{name}>"))?.1.split_once(&format!("</{name}>")).map(|(text, _)| text)
}

/// Currency codes with their minor digits; none for metals and units of account, which have none.
fn published(xml: &str) -> BTreeMap<&str, Option<u32>> {
    xml.split("<CcyNtry>")
        .filter_map(|entry| Some((tag(entry, "Ccy")?, tag(entry, "CcyMnrUnts")?.parse().ok())))
        .collect()
}

#[test]
fn every_published_currency_has_its_minor_digits() {
    let Some(xml) = list("iso-4217-list-one.xml") else { return };
    let published = published(&xml);
    assert!(published.len() > 170, "only {} currencies were read", published.len());
    let differ: Vec<String> = published
        .iter()
        .map(|(code, minor)| (code, *minor, Currency::new(code).ok().map(|known| known.minor())))
        .filter(|(_, minor, known)| minor != known)
        .map(|(code, minor, known)| format!("`{code}`: published {minor:?}, known {known:?}"))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// Looks at every code there could be, so a code of the table that was never published is found too.
#[test]
fn no_currency_is_known_that_was_not_published() {
    let Some(xml) = list("iso-4217-list-one.xml") else { return };
    let published = published(&xml);
    let letters = || (b'A'..=b'Z').map(char::from);
    let codes =
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
    let known = codes.filter(|code| Currency::new(code).is_ok());
    let odd: Vec<String> = known.filter(|code| !published.contains_key(code.as_str())).collect();
    assert!(odd.is_empty(), "not on the list of ISO 4217: {odd:?}");
    for odd in ["", "eur", "EU", "EURO", "XXX", "XAU", "€"] {
        assert!(Currency::new(odd).is_err(), "`{odd}`");
    }
}

/// A currency that has a name in the other copy of the list, and digits in this one, is known by both.
#[test]
fn every_named_currency_with_minor_digits_is_known() {
    let (Some(xml), Some(json)) = (list("iso-4217-list-one.xml"), list("iso_4217.json")) else { return };
    let published = published(&xml);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let named = json["4217"].as_array().unwrap().iter().filter_map(|entry| entry["alpha_3"].as_str());
    let with_digits: Vec<&str> =
        named.filter(|code| published.get(code).is_some_and(Option::is_some)).collect();
    assert!(with_digits.len() > 150, "only {} currencies are on both lists", with_digits.len());
    let missing: Vec<_> = with_digits.iter().filter(|code| Currency::new(code).is_err()).collect();
    assert!(missing.is_empty(), "named and published, but not known: {missing:?}");
}
