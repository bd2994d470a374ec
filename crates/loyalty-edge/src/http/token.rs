//! Shoppers' tokens: JWT HS256, at most 15 minutes, for one member of one shop.
//!
//! `TOKEN_SECRET` signs, and where there is none `MASTER_SECRET`; `TOKEN_SECRET_PREVIOUS` is still taken. So a secret is
//! changed without a gap: the old one becomes the previous one, and is dropped after 15 minutes.

use crate::digest;
use crate::http::answer::Answer;
use crate::http::auth::{self, unauthorised};
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::http::routes::is_visible;
use crate::json;
use crate::memory::Memory;
use crate::shop::clock;
use crate::shop::{self, Shop};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use worker::Env;

/// The longest a token lives, in seconds.
const LIFE: i64 = 900;

/// How far the clocks of two machines may be apart, in seconds.
const LEEWAY: i64 = 60;

/// For how long a signature that was right is not computed again, in milliseconds: a page asks several times.
const REMEMBERED: i64 = 60_000;

thread_local! {
    // By what was signed. That is no secret, unlike the signature, which is compared.
    static SIGNED: Memory<Rc<Signed>> = const { Memory::new(REMEMBERED, 1_024) };
}

/// What a signature was right for.
struct Signed {
    tag: [u8; 32],
    claims: Claims,
}

/// The secrets that tokens may be signed with; the first signs.
pub(crate) struct Secrets(Vec<Vec<u8>>);

impl Secrets {
    /// The deployment's.
    ///
    /// # Errors
    /// `unavailable` when one is shorter than 32 characters, or there is none.
    pub(crate) fn of(env: &Env) -> Result<Self, Failure> {
        let first = auth::secret(env, "TOKEN_SECRET")?.map_or_else(|| auth::master(env), Ok)?;
        let previous = auth::secret(env, "TOKEN_SECRET_PREVIOUS")?;
        Ok(Self([first].into_iter().chain(previous).collect()))
    }

    /// The one of a name.
    fn named(&self, kid: &str) -> Option<&[u8]> {
        let secrets = self.0.iter().map(Vec::as_slice);
        secrets.into_iter().find(|secret| kid_of(secret).is_ok_and(|known| known == kid))
    }
}

/// What a secret is called in the header of a token: nothing can be learnt from it.
fn kid_of(secret: &[u8]) -> Result<String, Failure> {
    let hash = digest::keyed(secret, &[b"kid"])?;
    Ok(digest::hex(hash.get(..4).unwrap_or_default()))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    member: String,
}

/// `POST /v1/shops/{shop}/tokens`
pub(crate) async fn make(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    issued(&call, &shop.id, &body.member)
}

/// An answer with a new token.
///
/// # Errors
/// `malformed` when the member is not 1 to 128 visible characters.
pub(crate) fn issued(call: &Call, shop: &str, member: &str) -> Result<Answer, Failure> {
    if !is_visible(member) {
        return Err(Failure::own(Own::Malformed, "`member` is 1 to 128 visible characters"));
    }
    let now = clock::real();
    let token = signed(&Secrets::of(&call.env)?, shop, member, now)?;
    let expires = clock::text(now.saturating_add(LIFE * 1000));
    Ok(Answer::json(201, serde_json::json!({ "token": token, "expires_at": expires }).to_string()))
}

fn signed(secrets: &Secrets, shop: &str, member: &str, now_ms: i64) -> Result<String, Failure> {
    let secret = secrets.0.first().ok_or_else(|| Failure::unavailable("no secret to sign with"))?;
    let iat = now_ms.div_euclid(1000);
    let header = Header { alg: "HS256".into(), kid: kid_of(secret)?, typ: Some("JWT".into()) };
    let claims = Claims { aud: shop.into(), sub: member.into(), iat, exp: iat + LIFE };
    let text = format!("{}.{}", part(&header)?, part(&claims)?);
    let tag = digest::keyed(&key(secret, shop)?, &[text.as_bytes()])?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag)))
}

fn part(value: &impl Serialize) -> Result<String, Failure> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_string(value)?))
}

/// Each shop's tokens are signed with a key of their own.
fn key(secret: &[u8], shop: &str) -> Result<[u8; 32], Failure> {
    digest::keyed(secret, &[b"token", shop.as_bytes()])
}

/// The member a token names. `now_ms`: milliseconds since 1970.
///
/// # Errors
/// `unauthorised` unless the header is exactly HS256 with a known key, the signature is right, the
/// token lives no longer than 15 minutes, was issued no later than now + 60 s and ends after now − 60 s;
/// `forbidden` when all that is so and it is another shop's.
pub(crate) fn read(
    secrets: impl FnOnce() -> Result<Secrets, Failure>,
    shop: &str,
    token: &str,
    now_ms: i64,
) -> Result<String, Failure> {
    let (text, tag) = token.rsplit_once('.').ok_or_else(refused)?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok().and_then(|tag| tag.try_into().ok()).ok_or_else(refused)?;
    let known = SIGNED.with(|signed| signed.get(text, now_ms)).filter(|known| digest::same(&known.tag, &tag));
    let signed = match known {
        Some(known) => known,
        None => {
            let signed = Rc::new(Signed { tag, claims: claims(&secrets()?, text, &tag)? });
            SIGNED.with(|all| all.keep(text.to_owned(), Rc::clone(&signed), now_ms));
            signed
        }
    };
    let (claims, now) = (&signed.claims, now_ms.div_euclid(1000));
    let life = claims.exp.saturating_sub(claims.iat);
    if !(0..=LIFE).contains(&life) || claims.iat > now + LEEWAY || claims.exp <= now - LEEWAY {
        return Err(unauthorised("the token is out of date"));
    }
    if claims.aud != shop {
        return Err(Failure::own(Own::Forbidden, "the token is of another shop"));
    }
    if is_visible(&claims.sub) { Ok(claims.sub.clone()) } else { Err(refused()) }
}

/// What a token claims, once its header is exactly HS256 with a known key and its signature is right.
fn claims(secrets: &Secrets, text: &str, tag: &[u8]) -> Result<Claims, Failure> {
    let (header, claims) = text.split_once('.').ok_or_else(refused)?;
    let header: Header = parsed(header).ok_or_else(refused)?;
    if header.alg != "HS256" || header.typ.is_some_and(|typ| typ != "JWT") {
        return Err(refused());
    }
    let secret = secrets.named(&header.kid).ok_or_else(refused)?;
    let claims: Claims = parsed(claims).ok_or_else(refused)?;
    if !shop::is_id(&claims.aud) || !digest::verifies(&key(secret, &claims.aud)?, text.as_bytes(), tag) {
        return Err(refused());
    }
    Ok(claims)
}

fn refused() -> Failure {
    unauthorised("the token is not valid")
}

fn parsed<T: for<'a> Deserialize<'a>>(part: &str) -> Option<T> {
    json::bytes(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const OLD: &[u8] = b"fedcba9876543210fedcba9876543210";
    const NOW: i64 = 1_750_000_000_000;

    fn secrets() -> Secrets {
        Secrets(vec![SECRET.to_vec(), OLD.to_vec()])
    }

    fn check(shop: &str, token: &str, now: i64, expected: Result<&str, Own>) {
        let read = read(|| Ok(secrets()), shop, token, now).map_err(|failure| match failure {
            Failure::Own(code, _) => code,
            other => panic!("{other:?}"),
        });
        assert_eq!(read.as_deref().map_err(|code| *code), expected, "{token}");
    }

    fn forged(header: &str, claims: &str) -> String {
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let tag = digest::keyed(&key(SECRET, "demo").unwrap(), &[text.as_bytes()]).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    #[test]
    fn a_token_is_read_until_its_end_and_a_minute() {
        let token = signed(&secrets(), "demo", "anna", NOW).unwrap();
        check("demo", &token, NOW, Ok("anna"));
        check("demo", &token, NOW + 959_999, Ok("anna"));
        check("demo", &token, NOW + 960_000, Err(Own::Unauthorised));
        check("demo", &token, NOW - 60_000, Ok("anna"));
        check("demo", &token, NOW - 61_000, Err(Own::Unauthorised));
        check("other", &token, NOW, Err(Own::Forbidden));
    }

    #[test]
    fn a_changed_or_foreign_token_is_refused() {
        let token = signed(&secrets(), "demo", "anna", NOW).unwrap();
        let (text, tag) = token.rsplit_once('.').unwrap();
        for bad in [
            String::new(),
            "..".into(),
            text.to_owned(),
            format!("{text}."),
            format!("{text}.{}", &tag[..42]),
            format!("{text}.{tag}="),
            format!("{text}.{}", "A".repeat(43)),
        ] {
            check("demo", &bad, NOW, Err(Own::Unauthorised));
        }
    }

    #[test]
    fn a_signature_that_was_right_is_compared_and_not_computed_again() {
        let token = signed(&secrets(), "demo", "anna", NOW).unwrap();
        let none = || Err(Failure::own(Own::NotFound, "asked"));
        let asks =
            |token: &str, now| matches!(read(none, "demo", token, now), Err(Failure::Own(Own::NotFound, _)));
        assert!(asks(&token, NOW));
        check("demo", &token, NOW, Ok("anna"));
        assert_eq!(read(none, "demo", &token, NOW).unwrap(), "anna");
        check("other", &token, NOW, Err(Own::Forbidden));
        let (text, _) = token.rsplit_once('.').unwrap();
        assert!(asks(&format!("{text}.{}", "A".repeat(43)), NOW), "another signature is computed");
        assert!(asks(&token, NOW + REMEMBERED));
        // It is remembered until after its end, and is over then all the same.
        check("demo", &token, NOW + 950_000, Ok("anna"));
        check("demo", &token, NOW + 960_000, Err(Own::Unauthorised));
    }

    #[test]
    fn a_header_is_exactly_hs256_with_a_known_key() {
        let claims = r#"{"aud":"demo","sub":"anna","iat":1750000000,"exp":1750000900}"#;
        let kid = kid_of(SECRET).unwrap();
        let check_with = |header: &str, claims: &str, expected| {
            check("demo", &forged(&header.replace("KID", &kid), claims), NOW, expected);
        };
        check_with(r#"{"alg":"HS256","kid":"KID"}"#, claims, Ok("anna"));
        for header in [
            r#"{"alg":"none","kid":"KID"}"#,
            r#"{"alg":"hs256","kid":"KID"}"#,
            r#"{"alg":"HS512","kid":"KID"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"HS256","kid":"1"}"#,
            r#"{"alg":"HS256","kid":"KID","jwk":{}}"#,
            r#"{"alg":"HS256","alg":"HS256","kid":"KID"}"#,
        ] {
            check_with(header, claims, Err(Own::Unauthorised));
        }
        let long = r#"{"aud":"demo","sub":"anna","iat":1750000000,"exp":1750000901}"#;
        check_with(r#"{"alg":"HS256","kid":"KID"}"#, long, Err(Own::Unauthorised));
    }

    #[test]
    fn the_previous_secret_is_taken_and_signs_nothing() {
        let old = signed(&Secrets(vec![OLD.to_vec()]), "demo", "anna", NOW).unwrap();
        check("demo", &old, NOW, Ok("anna"));
        let new = signed(&secrets(), "demo", "anna", NOW).unwrap();
        let refused = read(|| Ok(Secrets(vec![OLD.to_vec()])), "demo", &new, NOW);
        assert!(matches!(refused, Err(Failure::Own(Own::Unauthorised, _))));
    }
}
