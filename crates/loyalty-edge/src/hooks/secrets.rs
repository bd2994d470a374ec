//! The secrets webhooks are signed with: KV `hooks/{shop}/{platform}`, sealed. Nobody is shown them again.

use crate::hooks::platform;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::kv;
use crate::seal::Seal;
use crate::shop::{self, Shop, clock};
use loyalty_hooks::{Platform, signature};
use loyalty_wire::core::Instant;
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::Env;

/// How many secrets live at once: the new one, and those it takes the place of.
const MOST: usize = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    secrets: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    secret: String,
    #[serde(default)]
    until: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    secret: String,
    /// When it was set, milliseconds since 1970.
    set_at: i64,
    /// From when on it signs nothing any more.
    until: Option<i64>,
}

fn place(shop: &str, platform: Platform) -> String {
    format!("hooks/{shop}/{}", platform.as_str())
}

fn seal(env: &Env, shop: &str) -> Result<Seal, Failure> {
    Seal::derived(env, &[b"webhook in", shop.as_bytes()])
}

async fn kept(env: &Env, shop: &str, platform: Platform) -> Result<Vec<Kept>, Failure> {
    let place = place(shop, platform);
    let Some(sealed) = shop::kv(env)?.get(&place).text().await? else { return Ok(vec![]) };
    let opened = seal(env, shop)?.open(&place, &sealed);
    let opened = opened.ok_or_else(|| Failure::unavailable("secrets that do not open"))?;
    json::bytes(&opened).map_err(Failure::unavailable)
}

/// The secrets that a shop's webhooks may be signed with now.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn live(
    env: &Env,
    shop: &str,
    platform: Platform,
    now: i64,
) -> Result<Vec<String>, Failure> {
    let kept = kept(env, shop, platform).await?.into_iter();
    Ok(kept.filter(|kept| kept.until.is_none_or(|until| now < until)).map(|kept| kept.secret).collect())
}

/// `PUT /v1/shops/{shop}/hooks/{platform}`: all secrets that live from now on; none disconnects the platform.
pub(crate) async fn put(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let platform = platform(&call)?;
    let body: Body = call.fields()?;
    if body.secrets.len() > MOST {
        return Err(Failure::own(Own::HookInvalid, format!("`secrets` are at most {MOST}")));
    }
    let now = clock::now(&call)?;
    let mut secrets = Vec::with_capacity(body.secrets.len());
    for (index, given) in body.secrets.into_iter().enumerate() {
        if !signature::is_secret(platform, &given.secret) {
            let what = match platform {
                Platform::Standard => "`whsec_` and base64 of at least 8 bytes",
                Platform::WooCommerce => "8 to 256 visible characters and blanks",
                Platform::Shopify | Platform::Stripe => "8 to 256 visible characters",
            };
            return Err(Failure::own(Own::HookInvalid, format!("`secrets/{index}/secret` is {what}")));
        }
        let until = given.until.as_deref().map(Instant::parse).transpose().map_err(|_| {
            let detail = format!("`secrets/{index}/until` is an instant such as 2026-01-31T10:00:00Z");
            Failure::own(Own::HookInvalid, detail)
        })?;
        secrets.push(Kept { secret: given.secret, set_at: now, until: until.map(|until| until.get()) });
    }
    let place = place(&shop.id, platform);
    let sealed = seal(&call.env, &shop.id)?.close(&place, &serde_json::to_vec(&secrets)?)?;
    kv::put(&call.env, &place, &sealed).await?;
    Ok(shown(platform, &secrets))
}

/// `GET /v1/shops/{shop}/hooks/{platform}`: when each secret was set, and until when it lives.
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let platform = platform(&call)?;
    Ok(shown(platform, &kept(&call.env, &shop.id, platform).await?))
}

fn shown(platform: Platform, secrets: &[Kept]) -> Answer {
    let shown =
        |kept: &Kept| json!({ "set_at": clock::text(kept.set_at), "until": kept.until.map(clock::text) });
    let secrets: Vec<_> = secrets.iter().map(shown).collect();
    Answer::json(200, json!({ "platform": platform.as_str(), "secrets": secrets }).to_string())
}
