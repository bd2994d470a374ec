//! Standard Webhooks: a message is signed with every secret that lives.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A new secret's text.
pub(crate) fn secret(bytes: [u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The header `webhook-signature`: one signature for each secret. `at`: seconds since 1970.
pub(crate) fn header<'a>(secrets: impl Iterator<Item = &'a str>, id: &str, at: i64, body: &str) -> String {
    let signature = |secret: &str| {
        let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    secrets.filter_map(signature).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty_hooks::Platform;
    use loyalty_hooks::signature::{Headers, is_secret, is_signed};

    struct Sent([(&'static str, String); 3]);

    impl Headers for Sent {
        fn header(&self, name: &str) -> Option<String> {
            self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        }
    }

    fn sent(secrets: &[String], body: &str) -> Sent {
        let (id, at) = ("msg_1", 1_790_000_000);
        let signature = header(secrets.iter().map(String::as_str), id, at, body);
        Sent([
            ("webhook-id", id.into()),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signature),
        ])
    }

    fn verifies(secret: &String, sent: &Sent, body: &str) -> bool {
        is_signed(Platform::Standard, core::slice::from_ref(secret), sent, body.as_bytes(), 1_790_000_000_000)
    }

    #[test]
    fn the_published_vector() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        let signature = header([secret].into_iter(), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_living_secret_verifies_and_no_other() {
        let [old, new, other] = [1, 2, 3].map(|byte| secret([byte; 32]));
        assert!(is_secret(Platform::Standard, &old));
        let body = r#"{"type":"points.earned"}"#;
        let message = sent(&[new.clone(), old.clone()], body);
        assert!(verifies(&old, &message, body) && verifies(&new, &message, body));
        assert!(!verifies(&other, &message, body));
        assert!(!verifies(&old, &message, r#"{"type":"points.earned" }"#));
        assert!(!verifies(&old, &sent(&[new], body), body), "a secret that has ended signs nothing");
    }
}
