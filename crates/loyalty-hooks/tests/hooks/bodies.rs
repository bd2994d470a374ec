//! Bodies that platforms publish: each is read as an order, a request about data, nothing that concerns an account, or
//! is told apart with a reason.

use loyalty_hooks::{Platform, Reading, read};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/webhooks");

fn files(folder: &str) -> Option<Vec<(String, String)>> {
    let path = Path::new(FOLDER).join(folder);
    if !path.is_dir() {
        eprintln!("skipped: `{folder}` is not here, so its bodies were not read");
        return None;
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let below = self::files(&format!("{folder}/{name}")).unwrap();
            files.extend(below.into_iter().map(|(file, text)| (format!("{name}/{file}"), text)));
        } else if name.ends_with(".json") {
            files.push((name.trim_end_matches(".json").to_owned(), fs::read_to_string(path).unwrap()));
        }
    }
    files.sort();
    Some(files)
}

/// What a body came to, in a word or two.
fn told(platform: Platform, topic: Option<&str>, body: &str) -> String {
    match read(platform, topic, body.as_bytes()) {
        Ok(Reading::Order(delivery)) => {
            let lines = delivery.state.snapshot.as_ref().map(|known| known.lines.len());
            match lines {
                Some(lines) => format!("order {} of {lines} lines", delivery.order),
                None => format!("refund of {}", delivery.order),
            }
        }
        Ok(Reading::Privacy(asked)) => format!("privacy {}", asked.customer.unwrap_or_default()),
        Ok(Reading::Ignored) => "ignored".into(),
        Err(why) => format!("{} {}", why.code, why.path),
    }
}

/// The body itself, of a file that wraps it in its documentation.
fn response(text: &str) -> String {
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap();
    fields.remove("response").unwrap().get().to_owned()
}

#[test]
fn shopify_bodies_of_every_topic() {
    for version in ["2026-07", "2025-10"] {
        let Some(files) = files(&format!("shopify/{version}")) else { return };
        assert!(files.len() >= 28, "{}", files.len());
        // The older samples know no protection plans.
        let order = format!("order 820982911946154500 of {} lines", if version == "2026-07" { 6 } else { 4 });
        for (topic, text) in files {
            let expected = match topic.as_str() {
                "orders/create"
                | "orders/updated"
                | "orders/paid"
                | "orders/cancelled"
                | "orders/fulfilled"
                | "orders/partially_fulfilled" => order.as_str(),
                "refunds/create" => "refund of 820982911946154500",
                "customers/redact" | "customers/data_request" => "privacy 191167",
                _ => "ignored",
            };
            let told = told(Platform::Shopify, Some(&topic), &response(&text));
            assert_eq!(told, expected, "{version} {topic}");
        }
    }
}

#[test]
fn shopify_ids_beyond_2_to_the_53_survive() {
    let Some(files) = files("shopify/full_ids") else { return };
    let mut seen = BTreeMap::new();
    for (name, text) in files {
        let topic = name.replacen('_', "/", 1);
        let told = told(Platform::Shopify, Some(&topic), &text);
        if let Ok(Reading::Order(delivery)) = read(Platform::Shopify, Some(&topic), text.as_bytes()) {
            if let Some(order) = &delivery.state.snapshot {
                assert_eq!(order.lines[0].id, "487817672276298554");
                assert_eq!(delivery.state.owner.as_ref().unwrap().id, "115310627314723954");
                assert_eq!((order.settled, order.gone), (true, true), "the sample is voided and cancelled");
            } else {
                let refund = delivery.state.refunds.get("890088186047892319").unwrap();
                assert_eq!(refund.lines[0].line, "487817672276298554", "and not the rounded `line_item_id`");
            }
        }
        seen.insert(topic, told);
    }
    let order = "order 820982911946154508 of 6 lines";
    let refund = "refund of 820982911946154508";
    let expected = [
        ("orders/cancelled", order),
        ("orders/create", order),
        ("orders/edited", "ignored"),
        ("orders/paid", order),
        ("orders/updated", order),
        ("refunds/create", refund),
    ];
    assert_eq!(seen, expected.map(|(topic, told)| (topic.to_owned(), told.to_owned())).into());
}

#[test]
fn shopify_bodies_that_are_no_webhooks_are_told_apart() {
    let Some(files) = files("shopify/sdk") else { return };
    for (name, text) in files {
        // What a REST call answers wraps the resource in its name.
        let told = told(Platform::Shopify, Some("orders/paid"), &text);
        let expected = if name == "transactions" { "wrong_type " } else { "missing /id" };
        assert_eq!(told, expected, "{name}");
        let inside = |topic: &str| {
            let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap();
            let body = fields.remove(&name).unwrap();
            self::told(Platform::Shopify, Some(topic), body.get())
        };
        match name.as_str() {
            "order" => assert_eq!(inside("orders/paid"), "order 450789469 of 4 lines"),
            "refund" => assert_eq!(inside("refunds/create"), "refund of 450789469"),
            _ => {}
        }
    }
}

#[test]
fn woocommerce_bodies() {
    let Some(files) = files("woocommerce") else { return };
    let mut orders = 0;
    for (name, text) in files {
        let resource = name.split('.').next().unwrap();
        let told = |topic: &str| self::told(Platform::WooCommerce, Some(topic), &text);
        let expected = match name.split('.').nth(2).unwrap() {
            list if list.starts_with("list") => "wrong_type ",
            batch if batch.starts_with("batch") => "missing /id",
            "create-an-order" | "retrieve-an-order" => "order 727 of 3 lines",
            "update-an-order" | "delete-an-order" => "order 727 of 3 lines",
            _ => "missing /currency",
        };
        assert_eq!(told("order.updated"), expected, "{name}");
        orders += usize::from(resource == "orders" && expected.starts_with("order"));
        if expected != "wrong_type " {
            assert_eq!((told("order.deleted"), told("coupon.updated")), ("ignored".into(), "ignored".into()));
        }
    }
    assert_eq!(orders, 4);
}

#[test]
fn stripe_resources_inside_their_events() {
    let path = format!("{FOLDER}/stripe/fixtures3.json");
    let Ok(text) = fs::read_to_string(path) else {
        eprintln!("skipped: the Stripe resources are not here");
        return;
    };
    let mut all: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap();
    let all: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(all.remove("resources").unwrap().get()).unwrap();
    assert_eq!(all.len(), 176);
    for (name, resource) in &all {
        let told = |body: &str| self::told(Platform::Stripe, None, body);
        let event = |kind: &str| {
            format!(
                r#"{{"id":"evt_1","type":"{kind}","created":1700000000,"data":{{"object":{}}}}}"#,
                resource.get()
            )
        };
        // A resource alone is no event; one of them is an event, and concerns nobody.
        let alone = told(resource.get());
        let expected = if name == "event" { "ignored" } else { "missing " };
        assert!(alone.starts_with(expected), "{name}: {alone}");
        assert_eq!(
            told(&event(&format!("{name}.updated"))),
            if name == "refund" { "missing /data/object/payment_intent" } else { "ignored" }
        );
    }
    let session = all["checkout.session"].get();
    let event = |body: &str| {
        format!(
            r#"{{"id":"evt_1","type":"checkout.session.completed","created":1700000000,"data":{{"object":{body}}}}}"#
        )
    };
    let told = |body: &str| self::told(Platform::Stripe, None, &event(body));
    assert_eq!(told(session), "missing /data/object/currency");
    let bought = session.replacen(r#""amount_total": null"#, r#""amount_total": 2000000000"#, 1).replacen(
        r#""currency": null"#,
        r#""currency": "usd""#,
        1,
    );
    assert_eq!(told(&bought), "order pi_1PgafyB7WZ01zgkWSjxsAJo3 of 2 lines");
}
