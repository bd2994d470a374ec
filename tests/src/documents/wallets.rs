//! Wallets at random.

use super::{Any, DAYS, PARTNERS, and, number, some, span, word};
use proptest::prelude::*;
use serde_json::json;

fn vesting() -> Any {
    some(vec![
        ("days", 50.0, number(&[0, 1, 14, 40])),
        ("from", 30.0, word(&["order", "fulfilment"])),
        ("on", 10.0, word(&DAYS)),
        ("threshold", 30.0, number(&[1, 50, 500])),
    ])
}

fn expiry() -> Any {
    let after = some(vec![
        ("until_end_of", 30.0, word(&["month", "year"])),
        ("boundary", 40.0, word(&["last_day", "instant"])),
    ]);
    let rest = some(vec![("on", 20.0, word(&DAYS[3..])), ("inactivity", 25.0, span())]);
    prop_oneof![4 => and(and(span(), after), rest.clone()), 1 => rest].boxed()
}

fn common() -> Any {
    some(vec![("spend", 40.0, word(&["next_order", "this_order"])), ("issuer", 20.0, word(&PARTNERS))])
}

/// The main wallet, one of stamps and one of gift certificates.
pub(super) fn wallets() -> Any {
    let scale = || some(vec![("scale", 30.0, number(&[0, 2, 4]))]);
    let times = || some(vec![("vesting", 40.0, vesting()), ("expiry", 50.0, expiry())]);
    let main = (and(common(), scale()), times());
    let stamps = and(and(common(), scale()), times());
    let gift = and(common(), times());
    (main, stamps, gift)
        .prop_map(|((points, times), mut stamps, mut gift)| {
            let mut json = times;
            json["points"] = points;
            (stamps["id"], stamps["name"]) = (json!("stamps"), json!("Stamps"));
            (gift["id"], gift["name"], gift["kind"]) = (json!("gift"), json!("Gift"), json!("certificates"));
            json["wallets"] = json!([stamps, gift]);
            json
        })
        .boxed()
}
