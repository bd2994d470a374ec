//! Everything about a member in one JSON file.

use crate::account::snapshot::{self, Source};
use crate::account::{Link, Page};
use crate::api::members;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page::cursor;
use crate::http::problem::{Failure, Own};
use crate::object;
use crate::people::alias::Card;
use crate::people::{link, members as people, remarks};
use crate::shop::{Shop, clock};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// How many characters of entries a file holds at most; a Worker has 128 MB for everything it does.
const MOST: usize = 16_000_000;

/// How many entries are asked for at once: each may have almost 2 MB.
const PAGE: u32 = 50;

/// After how long no more of them are asked for, in milliseconds: a page more and the rest still fit into what a caller waits.
const LONGEST: i64 = 2_000;

#[derive(Serialize)]
struct Export {
    shop: String,
    exported_at: String,
    /// Who they are; null for one whom only the ledger knows.
    card: Option<Card>,
    /// Where they stand.
    account: Box<RawValue>,
    /// Their referral link.
    referral: Referral,
    /// Everything that happened, oldest first; consents, adjustments and what came from other members among it.
    entries: Vec<Box<RawValue>>,
    /// The `cursor` of the entries that this file could not hold. Null when it holds all.
    next_cursor: Option<String>,
    /// Remarks by the entry they are about: how a consent was given, a note on an adjustment.
    remarks: Map<String, Value>,
}

#[derive(Serialize)]
struct Referral {
    code: Option<String>,
    visits: u64,
}

/// `GET /v1/shops/{shop}/members/{member}/export`, `GET /v1/shops/{shop}/me/export`
pub(crate) async fn export(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let (env, member, end) = (&call.env, members::member(&call)?, clock::real().saturating_add(LONGEST));
    let missing = || Failure::own(Own::NotFound, "the shop has no such member");
    let name = link::known(env, &shop.id, member).await?.ok_or_else(missing)?;
    let alias = link::alias(env, &shop.id, member)?;
    let (snapshot, _) = snapshot::read(env, &name, None).await?;
    let account = members::viewed(&call, shop, member, &snapshot, Source::Object).await?;
    let found: Link = object::read(env, &name.shop, &name.acct, "link", &None::<String>).await?;
    let (mut entries, mut after, mut size) = (Vec::new(), 0_u64, 0_usize);
    // The clock moves with every answer.
    while after < snapshot.head_seq && size < MOST && clock::real() < end {
        let page = entries_after(&call, &name.shop, &name.acct, after).await?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            if size >= MOST {
                break;
            }
            (after, size) = (after.saturating_add(1), size.saturating_add(entry.get().len()));
            entries.push(entry);
        }
    }
    let export = Export {
        shop: shop.id.clone(),
        exported_at: clock::text(clock::real()),
        card: people::card(env, &alias).await?,
        account: RawValue::from_string(account)?,
        referral: Referral { code: found.code, visits: found.visits },
        entries,
        next_cursor: (after < snapshot.head_seq).then(|| cursor("entries", &after.to_string())),
        remarks: remarks::of(env, &alias).await?,
    };
    let answer = Answer::json(200, serde_json::to_string(&export)?);
    Ok(answer.with("Content-Disposition", r#"attachment; filename="member.json""#))
}

/// A page of entries.
async fn entries_after(
    call: &Call,
    shop: &str,
    acct: &str,
    after: u64,
) -> Result<Vec<Box<RawValue>>, Failure> {
    #[derive(Deserialize)]
    struct Entries {
        data: Vec<Box<RawValue>>,
    }
    let page = Page { after, limit: PAGE };
    let Entries { data } = object::read(&call.env, shop, acct, "entries", &page).await?;
    Ok(data)
}
