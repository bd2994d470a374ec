//! Commands with something to remember beside them: a merchant's note, how a consent was given. The command goes to
//! the ledger; the remark, which may be personal, to the member's own object under the entry's number.

use crate::account::OfKind;
use crate::api::members::member;
use crate::api::orders::{Asked, commanded, text_of};
use crate::digest;
use crate::http::answer::Answer;
use crate::http::auth;
use crate::http::call::Call;
use crate::http::page;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object;
use crate::people::alias::{Open, Remark};
use crate::people::link;
use crate::shop::Shop;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use worker::Env;

/// The longest part of a remark, in characters.
pub(crate) const LONGEST: usize = 500;

/// `POST /v1/shops/{shop}/members/{member}/consents`, `POST /v1/shops/{shop}/me/consents`
pub(crate) async fn set_consent(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        purpose: Box<RawValue>,
        given: Box<RawValue>,
        /// Where it was given: `web`, `till`, `telephone`.
        #[serde(default)]
        channel: Option<String>,
        /// What took it: a form, a clerk.
        #[serde(default)]
        source: Option<String>,
        /// The version of the text that was agreed to.
        #[serde(default)]
        text: Option<String>,
    }
    let body: Body = call.fields()?;
    let remark = [("channel", body.channel), ("source", body.source), ("text", body.text)];
    let fields = [("purpose", Some(&*body.purpose)), ("given", Some(&*body.given))];
    remarked(&call, shop, text_of("set_consent", &fields), "consent_set", &remark).await
}

/// `POST /v1/shops/{shop}/members/{member}/adjustments`
pub(crate) async fn adjust(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    /// The command's own fields, each as it was sent.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        reason: Box<RawValue>,
        #[serde(default)]
        wallet: Option<Box<RawValue>>,
        #[serde(default)]
        credit: Option<Box<RawValue>>,
        #[serde(default)]
        last_day: Option<Box<RawValue>>,
        #[serde(default)]
        lasts_ever: Option<Box<RawValue>>,
        #[serde(default)]
        debit: Option<Box<RawValue>>,
        #[serde(default)]
        lot: Option<Box<RawValue>>,
        #[serde(default)]
        shortfall: Option<Box<RawValue>>,
        #[serde(default)]
        note: Option<String>,
    }
    let body: Body = call.fields()?;
    let fields = [
        ("reason", Some(&*body.reason)),
        ("wallet", body.wallet.as_deref()),
        ("credit", body.credit.as_deref()),
        ("last_day", body.last_day.as_deref()),
        ("lasts_ever", body.lasts_ever.as_deref()),
        ("debit", body.debit.as_deref()),
        ("lot", body.lot.as_deref()),
        ("shortfall", body.shortfall.as_deref()),
    ];
    remarked(&call, shop, text_of("adjust", &fields), "adjusted", &[("note", body.note)]).await
}

/// Sends a command, and keeps a remark about the entry of this kind that it made. Whoever gets no answer sends the same
/// again: the command is not booked twice, and the remark written.
async fn remarked(
    call: &Call,
    shop: &Shop,
    command: String,
    kind: &str,
    parts: &[(&str, Option<String>)],
) -> Result<Answer, Failure> {
    let mut remark = Map::new();
    for (name, part) in parts {
        let Some(part) = part else { continue };
        if !fits(part) {
            let detail = format!("`{name}` is one line of 1 to {LONGEST} characters");
            return Err(Failure::own(Own::Malformed, detail));
        }
        remark.insert((*name).into(), part.as_str().into());
    }
    let (member, remark) = (member(call)?, (!remark.is_empty()).then_some(Value::Object(remark)));
    let hashed = |remark: &Value| {
        let (secret, text) = (auth::master(&call.env)?, remark.to_string());
        let hash = digest::keyed(&secret, &[b"remark", shop.id.as_bytes(), text.as_bytes()])?;
        Ok::<_, Failure>(digest::hex(&hash))
    };
    let asked = Asked { beside: remark.as_ref().map(hashed).transpose()?, ..Asked::default() };
    let answer = commanded(call, shop, call.key()?, member, &command, asked).await?;
    if let (Some(remark), Some(seq)) = (remark, entry_of(&answer, kind)) {
        keep(&call.env, &shop.id, member, seq, remark).await?;
    }
    Ok(answer)
}

/// Whether a text can be part of a remark.
pub(crate) fn fits(text: &str) -> bool {
    (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// The number of the entry of a kind that an answer tells.
fn entry_of(answer: &Answer, kind: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Booked {
        entries: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        seq: u64,
        event: Event,
    }
    #[derive(Deserialize)]
    struct Event {
        kind: String,
    }
    let booked: Booked = json::read(&answer.body).ok()?;
    booked.entries.iter().find(|entry| entry.event.kind == kind).map(|entry| entry.seq)
}

/// Keeps a remark with the member it is about; of one who was erased meanwhile nothing is kept.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn keep(env: &Env, shop: &str, member: &str, seq: u64, body: Value) -> Result<(), Failure> {
    let Some(name) = link::known(env, shop, member).await? else { return Ok(()) };
    let open = Open { shop: name.shop, member: member.to_owned(), create: false, seen: Some(name.acct) };
    let alias = link::alias(env, shop, member)?;
    object::read_named(env, "ALIAS", &alias, "remark", &Remark { open, seq, body }).await
}

/// All remarks about a member, by the entry's number.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn of(env: &Env, alias: &str) -> Result<Map<String, Value>, Failure> {
    object::read_named(env, "ALIAS", alias, "remarks", &()).await
}

/// `GET …/members/{member}/consents`, `GET …/me/consents`
pub(crate) async fn consents(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    told(call, shop, "consent_set").await
}

/// `GET …/members/{member}/adjustments`
pub(crate) async fn adjustments(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    told(call, shop, "adjusted").await
}

/// Entries of one kind, oldest first, each with its remark.
async fn told(call: Call, shop: &Shop, kind: &str) -> Result<Answer, Failure> {
    #[derive(Deserialize)]
    struct Entries {
        data: Vec<Box<RawValue>>,
        next_cursor: Option<String>,
    }
    #[derive(Deserialize)]
    struct Numbered {
        seq: u64,
    }
    #[derive(Serialize)]
    struct Told {
        data: Vec<Remarked>,
        next_cursor: Option<String>,
    }
    #[derive(Serialize)]
    struct Remarked {
        entry: Box<RawValue>,
        remark: Option<Value>,
    }
    let member = member(&call)?;
    let name = link::readable(&call.env, &shop.id, member).await?;
    let asked = page::Asked::of(&call, kind)?;
    let asked = OfKind { kind: kind.to_owned(), after: asked.after_number()?, limit: asked.limit };
    let found: Entries = object::read(&call.env, &name.shop, &name.acct, "of_kind", &asked).await?;
    let mut remarks = of(&call.env, &link::alias(&call.env, &shop.id, member)?).await?;
    let mut data = Vec::with_capacity(found.data.len());
    for entry in found.data {
        let Numbered { seq } = json::read(entry.get()).map_err(Failure::unavailable)?;
        data.push(Remarked { entry, remark: remarks.remove(&seq.to_string()) });
    }
    Answer::of(&Told { data, next_cursor: found.next_cursor })
}
