//! On the way to a publication: draft, check, compare, publish, take back; and what was published.

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page::{Asked, Page};
use crate::http::problem::{Failure, Own, fault};
use crate::json;
use crate::shop::office::question::{Question, ask};
use crate::shop::programme::diff::changes;
use crate::shop::programme::publications::{Publication, digest, in_effect};
use crate::shop::programme::{self, current_at, document, is_version, missing, proved};
use crate::shop::{Shop, clock};
use loyalty_wire::core::Instant;
use serde::Deserialize;
use serde_json::{Value, json};

/// What proving a document finds: its version, or every fault.
fn findings(text: &str) -> Result<Value, Failure> {
    match proved(text) {
        Ok(programme) => Ok(json!({ "version": programme.version(), "faults": [] })),
        Err(Failure::Wire(problem)) => {
            // A text that is no JSON at all is refused as on every other route.
            if problem.faults.is_empty() {
                return Err(Failure::Wire(problem));
            }
            let faults: Vec<Value> = problem.faults.iter().map(fault).collect();
            Ok(json!({ "version": null, "faults": faults }))
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /v1/shops/{shop}/programme/check`
pub(crate) async fn check(mut call: Call, _: &Shop) -> Result<Answer, Failure> {
    Ok(Answer::json(200, findings(&call.text()?)?.to_string()))
}

/// `PUT /v1/shops/{shop}/programme/draft`
///
/// A draft may have faults: that is what it is for.
pub(crate) async fn put(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let text = call.text()?;
    let found = findings(&text)?;
    ask::<()>(&call.env, &shop.id, &Question::PutDraft(Some(text))).await?;
    Ok(Answer::json(200, found.to_string()))
}

/// The draft's text.
///
/// # Errors
/// `draft_missing`.
async fn draft(call: &Call, shop: &Shop) -> Result<String, Failure> {
    let (_, draft) = ask::<Option<String>>(&call.env, &shop.id, &Question::Draft).await?;
    draft.ok_or_else(|| Failure::own(Own::DraftMissing, "the shop has no draft of a programme"))
}

/// `GET /v1/shops/{shop}/programme/draft`
pub(crate) async fn get(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let draft = draft(&call, shop).await?;
    let found = findings(&draft)?.to_string();
    let fields = found.strip_suffix('}').unwrap_or_default();
    Ok(Answer::json(200, format!(r#"{fields},"programme":{draft}}}"#)))
}

/// `DELETE /v1/shops/{shop}/programme/draft`
pub(crate) async fn delete(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    ask::<()>(&call.env, &shop.id, &Question::PutDraft(None)).await?;
    Ok(Answer::empty(204))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    from: Option<String>,
}

/// `POST /v1/shops/{shop}/programme/publish`
pub(crate) async fn publish(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let Body { version, from } = call.fields()?;
    let starts = match from.as_deref().map(Instant::parse).transpose() {
        Ok(starts) => starts.map(Instant::get),
        Err(_) => {
            return Err(Failure::own(Own::Malformed, "`from` is an instant such as 2031-01-31T10:00:00Z"));
        }
    };
    let text = match &version {
        Some(version) => named(&call, shop, version).await?,
        None => draft(&call, shop).await?,
    };
    let programme = proved(&text)?;
    let draft = version.is_none().then(|| digest(&text));
    let (new, all) = programme::publish(&call, shop, &programme, starts, draft).await?;
    let now = clock::now(&call)?;
    let version = programme.version();
    let made = match starts {
        Some(starts) => all.iter().find(|one| one.version == version && one.starts == starts),
        None => in_effect(&all, now),
    };
    let made = made.ok_or_else(|| Failure::unavailable("a publication that is not there"))?;
    Ok(Answer::json(if new { 201 } else { 200 }, told(made, &all, now).to_string()))
}

/// A publication as it is told.
fn told(one: &Publication, all: &[Publication], now: i64) -> Value {
    let state = match in_effect(all, now) {
        Some(current) if current.id == one.id => "in_effect",
        _ if one.starts > now => "ahead",
        _ => "over",
    };
    json!({
        "id": one.id.to_string(),
        "version": one.version,
        "from": clock::text(one.starts),
        "published_at": clock::text(one.at),
        "state": state,
    })
}

/// `GET /v1/shops/{shop}/programme/versions`
pub(crate) async fn history(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let asked = Asked::of(&call, "publications")?;
    let before = match asked.after_number()? {
        0 => u64::MAX,
        number => number,
    };
    let (_, all) = ask::<Vec<Publication>>(&call.env, &shop.id, &Question::Publications).await?;
    let now = clock::now(&call)?;
    let most = usize::try_from(asked.limit).unwrap_or(usize::MAX).saturating_add(1);
    let newest = all.iter().rev().filter(|one| u64::from(one.id) < before).take(most).collect();
    let page = Page::of("publications", asked.limit, newest, |one: &&Publication| one.id.to_string());
    let page = page.try_map(|one| Ok(told(one, &all, now)))?;
    Answer::of(&page)
}

/// `DELETE /v1/shops/{shop}/programme/publications/{publication}`
pub(crate) async fn withdraw(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("publication")?.parse();
    let id = id.map_err(|_| Failure::own(Own::NotFound, "no such publication"))?;
    ask::<()>(&call.env, &shop.id, &Question::Withdraw { id, now: clock::now(&call)? }).await?;
    Ok(Answer::empty(204))
}

/// `GET /v1/shops/{shop}/programme/diff`
pub(crate) async fn diff(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let sides = [("from", "current"), ("to", "draft")];
    let mut read = Vec::new();
    for (name, usual) in sides {
        let asked = call.query(name).unwrap_or_else(|| usual.into());
        let text = named(&call, shop, &asked).await?;
        // Compared as they are meant: a document that can be proved in its canonical form.
        let text = proved(&text).map_or(text, |programme| programme.canonical().to_owned());
        read.push(json::read::<Value>(&text)?);
    }
    let [before, after] = &read[..] else { return Err(missing()) };
    let told = json!({ "changes": changes(before, after) });
    Ok(Answer::json(200, told.to_string()))
}

/// The document of `current`, `draft` or a version.
///
/// # Errors
/// `programme_missing`, `draft_missing`; `malformed` for another word.
async fn named(call: &Call, shop: &Shop, name: &str) -> Result<String, Failure> {
    let version = match name {
        "draft" => return draft(call, shop).await,
        "current" => current_at(&call.env, &shop.id, clock::now(call)?).await?,
        version if is_version(version) => version.to_owned(),
        _ => return Err(Failure::own(Own::Malformed, "a programme is `current`, `draft` or a version")),
    };
    document(&call.env, &shop.id, &version).await?.ok_or_else(missing)
}
