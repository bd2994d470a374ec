//! Which pages of other origins may read an answer. CORS lets pages read; it authenticates nobody.

use crate::http::answer::Answer;
use crate::http::head::Head;
use crate::http::problem::{Failure, Own};
use crate::http::url::Url;
use crate::shop::Shop;
use std::rc::Rc;

/// What pages may send.
const HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Loyalty-Now";

/// What pages may read.
const EXPOSED: &str = "ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After";

/// Whether a page of this origin may read: it is the Worker's own, or one the shop lists. `null` never.
fn allowed(origin: &str, url: &Url, shop: Option<&Shop>) -> bool {
    origin != "null"
        && (origin == url.origin()
            || shop.is_some_and(|shop| shop.origins.iter().any(|listed| listed == origin)))
}

/// Names the one allowed origin in an answer, or none.
pub(crate) fn opened(answer: Answer, origin: Option<&str>, url: &Url, shop: Option<&Shop>) -> Answer {
    let answer = answer.with("Vary", "Origin");
    match origin {
        Some(origin) if allowed(origin, url, shop) => {
            answer.with("Access-Control-Allow-Origin", origin).with("Access-Control-Expose-Headers", EXPOSED)
        }
        _ => answer,
    }
}

/// Answers OPTIONS: 204 with what is allowed, 403 to a page that may not.
pub(crate) fn preflight(
    head: &Head,
    url: &Url,
    shop: Option<&Result<Rc<Shop>, Failure>>,
    allow: &str,
    takes: impl Fn(&str) -> bool,
) -> Answer {
    let (origin, asked) = (head.header("Origin"), head.header("Access-Control-Request-Method"));
    decide(origin.as_deref(), asked.as_deref(), url, shop.and_then(|shop| shop.as_deref().ok()), allow, takes)
}

fn decide(
    origin: Option<&str>,
    asked: Option<&str>,
    url: &Url,
    shop: Option<&Shop>,
    allow: &str,
    takes: impl Fn(&str) -> bool,
) -> Answer {
    let (Some(origin), Some(asked)) = (origin, asked) else {
        return Answer::empty(204).with("Allow", allow).with("Vary", "Origin");
    };
    if !allowed(origin, url, shop) {
        return Failure::own(Own::Forbidden, "the shop does not list this origin")
            .answer()
            .with("Vary", "Origin");
    }
    if !takes(asked) {
        let refused = Failure::own(Own::Forbidden, format!("this route takes {allow}"));
        return opened(refused.answer(), Some(origin), url, shop);
    }
    opened(Answer::empty(204), Some(origin), url, shop)
        .with("Access-Control-Allow-Methods", allow)
        .with("Access-Control-Allow-Headers", HEADERS)
        .with("Access-Control-Max-Age", "600")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origin: &str, method: &str, expected: (u16, Option<&str>)) {
        let url = Url::new("https://edge.example/v1/shops/demo/me".into());
        let shop = Shop { origins: vec!["https://shop.example".into()], ..Shop::default() };
        let answer = decide(Some(origin), Some(method), &url, Some(&shop), "GET, HEAD, OPTIONS", |asked| {
            asked == "GET"
        });
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            expected,
            "{origin} {method}"
        );
        assert_eq!(answer.header("vary"), Some("Origin"));
    }

    #[test]
    fn exactly_the_asking_origin_is_named() {
        check("https://shop.example", "GET", (204, Some("https://shop.example")));
        check("https://edge.example", "GET", (204, Some("https://edge.example")));
        check("https://shop.example", "DELETE", (403, Some("https://shop.example")));
        for other in [
            "null",
            "",
            "https://shop.example.evil",
            "https://shop.example:444",
            "http://shop.example",
            "https://Shop.example",
        ] {
            check(other, "GET", (403, None));
        }
    }
}
