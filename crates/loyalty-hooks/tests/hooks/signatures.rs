//! Published vectors of HMAC-SHA256 and of the schemes that sign with it.

use loyalty_hooks::Platform;
use loyalty_hooks::signature::{self, Headers, is_signed, verifies};
use serde_json::Value;
use std::fs;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/webhooks/hmac");

fn list(name: &str) -> Option<Value> {
    let text = fs::read_to_string(format!("{FOLDER}/{name}")).ok();
    if text.is_none() {
        eprintln!("skipped: `{name}` is not here, so its signatures were not checked");
    }
    text.map(|text| serde_json::from_str(&text).unwrap())
}

struct Sent(Vec<(&'static str, String)>);

impl Headers for Sent {
    fn header(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// One webhook: who signed it with what, and when it arrives.
#[derive(Clone)]
struct Hook {
    platform: Platform,
    secrets: Vec<String>,
    headers: Vec<(&'static str, String)>,
    body: String,
    now: i64,
}

impl Hook {
    fn is_signed(&self) -> bool {
        is_signed(self.platform, &self.secrets, &Sent(self.headers.clone()), self.body.as_bytes(), self.now)
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> bool {
        let mut changed = self.clone();
        change(&mut changed);
        changed.is_signed()
    }
}

/// A vector as the platform would send it.
fn hook(vector: &Value) -> Option<Hook> {
    let text = |name: &str| vector[name].as_str().unwrap_or_default().to_owned();
    let id = text("id");
    let at = vector["timestamp"].as_i64().unwrap_or_default();
    let (platform, headers) = if id == "shopify-webhook-sqlpage" {
        (Platform::Shopify, vec![("X-Shopify-Hmac-Sha256", text("expected"))])
    } else if id.starts_with("stripe-async") {
        (Platform::Stripe, vec![("Stripe-Signature", text("header"))])
    } else if id.starts_with("standardwebhooks") {
        let signature = format!("v1,{}", text("expected"));
        let headers = vec![
            ("webhook-id", text("msg_id")),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signature),
        ];
        (Platform::Standard, headers)
    } else {
        return None;
    };
    Some(Hook { platform, secrets: vec![text("secret")], headers, body: text("body"), now: at * 1000 })
}

#[test]
fn every_published_vector_verifies() {
    let Some(all) = list("hmac_vectors.json") else { return };
    let (mut schemes, mut macs) = (0, 0);
    for vector in all["vectors"].as_array().unwrap() {
        if let Some(hook) = hook(vector) {
            assert!(hook.is_signed(), "{}", vector["id"]);
            assert!(
                hook.with(|hook| hook.secrets.insert(0, "whsec_b3RoZXItc2VjcmV0".into())),
                "any live secret"
            );
            assert!(!hook.with(|hook| hook.body.push(' ')), "fault 12: one byte more");
            assert!(!hook.with(|hook| hook.secrets = vec!["whsec_b3RoZXItc2VjcmV0".into()]), "fault 15");
            assert!(!hook.with(|hook| hook.secrets.clear()));
            assert!(!hook.with(|hook| hook.headers.clear()), "fault 13: no header");
            schemes += 1;
        }
        // The others are the same MAC over a text of their own.
        let (Some(secret), Some(body)) = (vector["secret"].as_str(), vector["body"].as_str()) else {
            continue;
        };
        if vector["encoding"] == "hex" && vector["signed_prefix"].is_null() {
            assert!(verifies(
                secret.as_bytes(),
                &[body.as_bytes()],
                &unhex(vector["expected"].as_str().unwrap())
            ));
            let other = body
                .replace("Hello, World!", "Hello, World?")
                .replace("1337178173", "1337178174")
                .replace("\"1\"", "\"3\"");
            assert!(!verifies(
                secret.as_bytes(),
                &[other.as_bytes()],
                &unhex(vector["expected"].as_str().unwrap())
            ));
            macs += 1;
        }
    }
    assert_eq!((schemes, macs), (4, 3));
}

#[test]
fn faults_12_13_every_published_negative_is_refused() {
    let Some(all) = list("hmac_vectors.json") else { return };
    let vectors = all["vectors"].as_array().unwrap();
    let named = |id: &str| hook(vectors.iter().find(|vector| vector["id"] == id).unwrap()).unwrap();
    let (shopify, stripe) = (named("shopify-webhook-sqlpage"), named("stripe-async-stripe"));
    let (rust, spec) = (named("standardwebhooks-rust"), named("standardwebhooks-spec"));
    assert!(!shopify.with(|hook| hook.body = hook.body.replace("123.45", "123.46")));
    assert!(!spec.with(|hook| hook.body = hook.body.replace("314}", "315}")));
    assert!(!spec.with(|hook| hook.headers[1].1 = "1614265331".into()));
    for (late, expected) in [(300, true), (-300, true), (301, false), (-301, false)] {
        assert_eq!(spec.with(|hook| hook.now += late * 1000), expected, "{late} s");
        assert_eq!(stripe.with(|hook| hook.now += late * 1000), expected, "{late} s");
    }
    for wrong in [
        "v1,R3PTzyfHASBKHH98a7yexTwaJ4yNIcGhFQc1yuN+BPU=",
        "v1,",
        "v1,tZ1I4/hD",
        "",
        "v2,x",
        "tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    ] {
        assert!(!rust.with(|hook| hook.headers[2].1 = wrong.into()), "{wrong}");
    }
    let good = rust.headers[2].1.clone();
    assert!(
        rust.with(|hook| hook.headers[2].1 = format!("v1,AAAA v1a,x {good}")),
        "one of several signatures"
    );
    let shopify_tag = shopify.headers[0].1.clone();
    let hex: String = {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(&shopify_tag).unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    for wrong in ["", "not base64!", &shopify_tag[..40], "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0A==", &hex]
    {
        assert!(!shopify.with(|hook| hook.headers[0].1 = wrong.into()), "{wrong}");
    }
    for wrong in [
        "",
        "v1=x",
        "t=1533204620",
        "t=x,v1=5a81",
        "t=1533204620,v1=5a81ebe328da1df19581cbc6c7377920947ffd30b56eebcc7ba9a6938a09096",
    ] {
        assert!(!stripe.with(|hook| hook.headers[0].1 = wrong.into()), "{wrong}");
    }
    let twice = "t=1533204620,v1=00,v1=5a81ebe328da1df19581cbc6c7377920947ffd30b56eebcc7ba9a6938a090965";
    assert!(stripe.with(|hook| hook.headers[0].1 = twice.into()), "two signatures while a secret is changed");
    let v0 = "t=1533204620,v0=5a81ebe328da1df19581cbc6c7377920947ffd30b56eebcc7ba9a6938a090965";
    assert!(!stripe.with(|hook| hook.headers[0].1 = v0.into()), "another scheme is no signature");
}

#[test]
fn a_secret_is_what_its_platform_takes() {
    for (platform, secret, expected) in [
        (Platform::Shopify, "shpss_0123456789", true),
        (Platform::Shopify, "short", false),
        (Platform::Shopify, "with a blank", false),
        (Platform::WooCommerce, "with a blank", true),
        (Platform::WooCommerce, "with a\ttab", false),
        (Platform::Stripe, "whsec_not base64", false),
        (Platform::Stripe, "whsec_not+base64?", true),
        (Platform::Standard, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true),
        (Platform::Standard, "whsec_not+base64?", false),
        (Platform::Standard, "whsec_AAAA", false),
    ] {
        assert_eq!(signature::is_secret(platform, secret), expected, "{secret}");
    }
}

#[test]
fn wycheproof_hmac_sha256() {
    let Some(all) = list("wycheproof_hmac_sha256_test.json") else { return };
    let mut seen = 0;
    for group in all["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let part = |name: &str| unhex(test[name].as_str().unwrap());
            let (key, text, tag) = (part("key"), part("msg"), part("tag"));
            // We take whole tags only: one that is cut short is none, right or wrong.
            let expected = test["result"] == "valid" && tag.len() == 32;
            assert_eq!(verifies(&key, &[&text], &tag), expected, "{}", test["tcId"]);
            seen += 1;
        }
    }
    assert_eq!(seen, 174);
}
