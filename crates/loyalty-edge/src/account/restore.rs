//! Recovery's hands: the object from what KV has, and KV from what the object has.

use crate::account::audit::{ABREAST, BATCH, listed};
use crate::account::journal::put;
use crate::account::log::Log;
use crate::api::members::MOST;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::shop;
use crate::shop::programme;
use futures_util::future::{join_all, try_join_all};
use loyalty_ledger::{Damage, Found, History, Mend, Mended, Meta, Name, Put, Snapshot, Store, Values, Write};
use loyalty_wire::Programme;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::rc::Rc;
use worker::{Env, KvStore, Storage};

/// After how many entries a request ends: the runtime allows 1,000 KV operations, and each may have to be put.
const PAGE: u64 = 512;

/// From which side an account is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    /// The object from KV.
    Kv,
    /// KV from the object.
    Object,
}

/// What is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    from: From,
    /// Whether only to tell what would be done.
    dry_run: bool,
    /// Of KV from the object: the entry after which to go on.
    #[serde(default)]
    after: u64,
}

impl Asked {
    /// # Errors
    /// `malformed` for an entry of a number that none has.
    pub(crate) fn checked(&self) -> Result<(), Failure> {
        match self.after {
            0..=MOST => Ok(()),
            _ => Err(Failure::own(Own::Malformed, format!("`after` is a whole number from 0 to {MOST}"))),
        }
    }
}

/// What came of it.
#[derive(Serialize)]
pub(crate) struct Report {
    from: From,
    dry_run: bool,
    #[serde(flatten)]
    found: Side,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Side {
    Kv(Rebuilt),
    Object(Mended),
}

/// What KV has of an account whose object is empty.
#[derive(Default, Serialize)]
struct Rebuilt {
    /// How many entries KV lists.
    kv_entries: u64,
    /// Where the history ends.
    head: Option<Head>,
    /// How many records there are.
    records: usize,
    /// How many answers are kept.
    answers: usize,
    /// Why it cannot be restored.
    damage: Option<Harm>,
    /// Whether the object has it all now.
    restored: bool,
}

#[derive(Serialize)]
struct Head {
    epoch: String,
    seq: u64,
    hash: String,
}

impl core::convert::From<&Meta> for Head {
    fn from(meta: &Meta) -> Self {
        Self { epoch: meta.epoch.clone(), seq: meta.head_seq, hash: meta.head_hash.clone() }
    }
}

#[derive(Serialize)]
struct Harm {
    code: &'static str,
    detail: String,
}

/// Restores an account, or tells what that would do.
///
/// # Errors
/// `account_not_empty`, `history_damaged`, `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name, asked: Asked) -> Result<Report, Failure> {
    let Asked { from, dry_run, after } = asked;
    let found = match from {
        From::Kv => Side::Kv(rebuild(storage, env, name, dry_run).await?),
        From::Object => Side::Object(mend(storage, env, name, dry_run, after).await?),
    };
    Ok(Report { from, dry_run, found })
}

async fn rebuild(storage: &Storage, env: &Env, name: &Name, dry_run: bool) -> Result<Rebuilt, Failure> {
    let log = Log::new(storage);
    empty(&log)?;
    let kv = shop::kv(env)?;
    let found = found(&kv, name).await?;
    let kv_entries = found.len() as u64;
    let write = match written(env, &kv, name, &found).await {
        Ok(write) => write,
        Err(Stop::Damage(damage)) if dry_run => {
            let damage = Some(Harm { code: damage.code(), detail: damage.to_string() });
            return Ok(Rebuilt { kv_entries, damage, ..Rebuilt::default() });
        }
        Err(Stop::Damage(Damage::Nothing)) => {
            return Err(Failure::own(Own::NotFound, "neither the object nor KV has an entry of the account"));
        }
        Err(Stop::Damage(damage)) => {
            worker::console_error!("{}: {}: {damage}", damage.code(), name.object());
            let detail = format!("{}: {damage}; nothing was restored", damage.code());
            return Err(Failure::own(Own::HistoryDamaged, detail));
        }
        Err(Stop::Failure(failure)) => return Err(failure),
    };
    let report = Rebuilt {
        kv_entries,
        head: write.born.as_ref().map(Head::from),
        records: write.records.len(),
        answers: write.kept.len(),
        damage: None,
        restored: !dry_run,
    };
    if !dry_run {
        // Another request may have come since KV was asked; from here on none can.
        empty(&log)?;
        log.write(write)?;
    }
    Ok(report)
}

/// Only an object that knows nothing is given a history.
fn empty(log: &Log<'_>) -> Result<(), Failure> {
    match log.meta()? {
        None => Ok(()),
        Some(meta) => Err(Failure::own(
            Own::AccountNotEmpty,
            format!("the account's object has a history of its own, {} entries", meta.head_seq),
        )),
    }
}

/// Why nothing is restored.
enum Stop {
    Damage(Damage),
    Failure(Failure),
}

impl core::convert::From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

async fn text(kv: &KvStore, key: &str) -> Result<Option<String>, Failure> {
    Ok(kv.get(key).text().await?)
}

/// What the object has to write to be the account again.
async fn written(env: &Env, kv: &KvStore, name: &Name, found: &[Found]) -> Result<Write, Stop> {
    let copy = text(kv, &name.snapshot()).await?;
    let copy = copy.map(|text| json::read::<Snapshot>(&text)).transpose().map_err(Failure::unavailable)?;
    let history = History::prove(name, found, copy.as_ref()).map_err(Stop::Damage)?;
    // What KV lists may be a minute old.
    let (head, next) = (history.head_seq(), history.next_key(name));
    if text(kv, &next).await?.is_some() {
        return Err(Stop::Damage(Damage::Behind(head, head + 1)));
    }
    let mut programmes: HashMap<String, Rc<Programme>> = HashMap::new();
    for version in history.programmes() {
        match programme::version(env, &name.shop, &version).await {
            Ok(programme) => drop(programmes.insert(version, programme)),
            Err(Failure::Own(Own::ProgrammeMissing, _)) => {
                return Err(Stop::Damage(Damage::Programme(version)));
            }
            Err(failure) => return Err(Stop::Failure(failure)),
        }
    }
    history.rebuild(name, |version| programmes.get(version).map(|known| &**known)).map_err(Stop::Damage)
}

/// Everything KV has of the account's entries, in the order of the keys.
async fn found(kv: &KvStore, name: &Name) -> Result<Vec<Found>, Failure> {
    let mut listing = Vec::new();
    listed(kv, name.entries(), |key| listing.push(key)).await?;
    let mut found = Vec::with_capacity(listing.len());
    for some in listing.chunks(BATCH * ABREAST) {
        let batches: Vec<Vec<&str>> =
            some.chunks(BATCH).map(|keys| keys.iter().map(|key| key.name.as_str()).collect()).collect();
        let values = try_join_all(batches.iter().map(|keys| kv.get_bulk(keys).text())).await?;
        let mut texts: HashMap<String, Option<String>> = values.into_iter().flatten().collect();
        for key in some {
            // A key that is listed and has no text is missing: lists may be a minute old.
            let Some(text) = texts.remove(&key.name).flatten() else { continue };
            let hash = key.metadata.as_ref().and_then(|shown| shown.get("h")).and_then(|hash| hash.as_str());
            found.push(Found { key: key.name.clone(), text, hash: hash.unwrap_or_default().to_owned() });
        }
    }
    Ok(found)
}

async fn mend(
    storage: &Storage,
    env: &Env,
    name: &Name,
    dry_run: bool,
    after: u64,
) -> Result<Mended, Failure> {
    let log = Log::new(storage);
    let Some(meta) = log.meta()? else {
        return Err(Failure::own(Own::NotFound, "the account's object has no history to restore KV from"));
    };
    let kv = shop::kv(env)?;
    let mut mend = Mend::new(name.clone(), meta);
    if after == 0 {
        listed(&kv, name.entries(), |key| mend.listed(&key.name)).await?;
    }
    let mut seq = after;
    loop {
        let (prefix, most) = mend.block(seq);
        let rows = log.entries(seq, u32::try_from(most).unwrap_or(u32::MAX))?;
        let Some(last) = rows.last() else { break };
        if seq >= after.saturating_add(PAGE) {
            return Ok(mend.found(Some(seq)));
        }
        seq = last.seq;
        let puts = mend.over(&rows, &values(&kv, prefix, &mend.keys(&rows)).await?);
        if !dry_run {
            put_all(env, &puts).await?;
            mend.put(puts.len() as u64);
        }
    }
    let copy = text(&kv, &name.snapshot()).await?;
    // From this look at the log to the comparison there is no await.
    let copy = mend.copy(&log, copy.as_deref())?;
    if let (Some(copy), false) = (copy, dry_run) {
        put_all(env, &[copy]).await?;
    }
    Ok(mend.found(None))
}

/// What KV has under these keys, which all start alike.
async fn values(kv: &KvStore, prefix: String, keys: &[String]) -> Result<Values, Failure> {
    let mut shown = HashMap::new();
    listed(kv, prefix, |key| drop(shown.insert(key.name, key.metadata))).await?;
    let texts = try_join_all(keys.chunks(BATCH).map(|keys| kv.get_bulk(keys).text())).await?;
    let value = |(key, text)| {
        let metadata = shown.remove(&key).flatten();
        (key, (text, metadata))
    };
    Ok(texts.into_iter().flatten().map(value).collect())
}

async fn put_all(env: &Env, puts: &[Put]) -> Result<(), Failure> {
    for abreast in puts.chunks(ABREAST) {
        for result in join_all(abreast.iter().map(|one| put(env, one))).await {
            result.map_err(Failure::unavailable)?;
        }
    }
    Ok(())
}
