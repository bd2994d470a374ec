//! Dead letters: what was authentic and could not be used. KV `dl/{shop}/{ts}-{hash8}`, for 30 days.
//!
//! The body is sealed: it may name a person. What a list shows is in the key's metadata.

use crate::digest;
use crate::hooks::order::{self, Name};
use crate::hooks::{Taken, listed, paged, take};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::kv;
use crate::seal::Seal;
use crate::shop::{self, Shop, clock};
use loyalty_hooks::Platform;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::Env;

/// How long a letter is kept, in seconds.
const KEPT: u64 = 30 * 86_400;

/// The list's name in cursors.
const LIST: &str = "dead-letters";

/// Where a letter came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// A webhook that cannot be read.
    Webhook,
    /// A command that the member's account refused.
    Command,
    /// Something that was done, and that people have to look at.
    Note,
}

/// What a list shows of a letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Letter {
    /// When, milliseconds since 1970.
    #[serde(skip)]
    pub(crate) at: i64,
    pub(crate) source: Source,
    pub(crate) platform: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    /// The order, where the letter is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<String>,
    /// A stable code.
    pub(crate) reason: String,
    /// The place in the body, a JSON pointer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) path: String,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    at: String,
    #[serde(flatten)]
    letter: Letter,
}

impl Listed {
    fn new(id: &str, letter: Letter) -> Self {
        let at = id.split('-').next().and_then(|at| at.parse().ok()).unwrap_or_default();
        Self { id: id.to_owned(), at: clock::text(at), letter }
    }
}

/// A letter as the metadata of its row show it.
fn read(shown: &Value) -> Option<Letter> {
    json::read(&shown.to_string()).ok()
}

fn place(shop: &str, id: &str) -> String {
    format!("dl/{shop}/{id}")
}

fn seal(env: &Env, shop: &str) -> Result<Seal, Failure> {
    Seal::derived(env, &[b"dead letter", shop.as_bytes()])
}

/// Keeps a letter; the same letter is kept once. Answers its id.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn put(env: &Env, shop: &str, letter: &Letter, body: &[u8]) -> Result<String, Failure> {
    let hash = digest::hex(&digest::sha256(&[letter.reason.as_bytes(), &[0], body]));
    let id = format!("{:013}-{}", letter.at, hash.get(..8).unwrap_or_default());
    let key = place(shop, &id);
    let sealed = seal(env, shop)?.close(&key, body)?;
    kv::put_with(env, &key, &sealed, &json!({ "metadata": letter, "expirationTtl": KEPT })).await?;
    Ok(id)
}

/// `GET /v1/shops/{shop}/dead-letters`: oldest first.
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let prefix = place(&shop.id, "");
    let page = listed(&call, LIST, prefix.clone()).await?;
    let data = page.keys.iter().filter_map(|key| {
        let letter = read(key.metadata.as_ref()?)?;
        Some(Listed::new(key.name.strip_prefix(&prefix)?, letter))
    });
    paged(LIST, data.collect(), page)
}

/// A letter that a path names, and its body.
async fn named(call: &Call, shop: &Shop) -> Result<(String, Letter, Vec<u8>), Failure> {
    let id = call.param("letter")?;
    let missing = || Failure::own(Own::NotFound, "no such dead letter");
    let key = place(&shop.id, id);
    let (sealed, shown) = shop::kv(&call.env)?.get(&key).text_with_metadata::<Value>().await?;
    let letter = shown.as_ref().and_then(read);
    let (sealed, letter) = sealed.zip(letter).ok_or_else(missing)?;
    let body = seal(&call.env, &shop.id)?.open(&key, &sealed);
    let body = body.ok_or_else(|| Failure::unavailable("a dead letter that does not open"))?;
    Ok((id.to_owned(), letter, body))
}

/// `GET /v1/shops/{shop}/dead-letters/{letter}`
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        listed: Listed,
        body: String,
    }
    let (id, letter, body) = named(&call, shop).await?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer::of(&Whole { listed: Listed::new(&id, letter), body })
}

/// `POST /v1/shops/{shop}/dead-letters/{letter}/replay`
///
/// A webhook is read again, a command is asked of the account again. What works is a dead letter no more; a note only
/// goes away. It needs no idempotency key: what is taken in twice is taken in once.
pub(crate) async fn replay(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let (id, letter, body) = named(&call, shop).await?;
    let env = &call.env;
    let applied = match (letter.source, letter.order, Platform::named(&letter.platform)) {
        (Source::Webhook, _, Some(platform)) => {
            let at = clock::now(&call)?;
            match take(env, &shop.id, platform, letter.topic.as_deref(), &body, at).await? {
                Taken::Applied(applied) => applied,
                Taken::Unusable(why) => {
                    let still =
                        json!({ "applied": false, "dead_letter": id, "reason": why.code, "path": why.path });
                    return Ok(Answer::json(200, still.to_string()));
                }
            }
        }
        (Source::Command, Some(order), _) => {
            let name = Name { shop: shop.id.clone(), platform: letter.platform, order };
            order::again(env, &name).await?
        }
        _ => false,
    };
    shop::kv(env)?.delete(&place(&shop.id, &id)).await?;
    Ok(Answer::json(200, json!({ "applied": applied }).to_string()))
}
