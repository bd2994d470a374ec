//! The feed: entries come in batches, in order, and each is folded once. The object says up to which entry it knows
//! the account, and the journal goes on from there: what it knows is skipped, a gap is not taken.

use crate::account::transaction::atomically;
use crate::books::CLASS;
use crate::books::ledger;
use crate::books::tables::{create, is_there};
use crate::http::problem::Failure;
use crate::json;
use crate::notices::Home;
use crate::notices::endpoint::Endpoints;
use crate::notices::outbox::{self, Delivery};
use crate::object;
use crate::shop::office::question::{Question, ask};
use crate::shop::{clock, programme};
use crate::sql::{Sql, number};
use loyalty_books::{Known, Next, Spents, Sums, Terms, fold, spent_names};
use loyalty_wire::core::{Entry, Map};
use serde::{Deserialize, Serialize};
use worker::{Env, SqlStorageValue, Storage};

/// A batch of one account's entries.
#[derive(Serialize, Deserialize)]
pub(crate) struct Batch {
    acct: String,
    epoch: String,
    entries: Vec<String>,
}

/// Up to which entry the account is known.
#[derive(Serialize, Deserialize)]
pub(crate) struct Taken {
    seq: u64,
}

/// Feeds entries to the shop's books; up to which entry they know the account now.
///
/// # Errors
/// Why there is no answer.
pub(crate) async fn feed(env: &Env, feed: &loyalty_ledger::Feed) -> Result<u64, String> {
    let told = |failure: Failure| format!("{failure}");
    let acct = feed.name.acct.clone();
    let name = format!("{}/{}", feed.name.shop, shard(&acct));
    let batch = Batch { acct, epoch: feed.epoch.clone(), entries: feed.entries.clone() };
    let reply = object::ask_named(env, CLASS, &name, "feed", &batch).await.map_err(told)?;
    match json::read(&reply.body) {
        Ok(Taken { seq }) if reply.status == 200 => Ok(seq),
        _ => Err(format!("the books answered {}: {}", reply.status, reply.body)),
    }
}

/// Which of the sixteen objects an account belongs to.
fn shard(acct: &str) -> char {
    acct.chars().next().filter(char::is_ascii_hexdigit).unwrap_or('0')
}

/// Folds what is new of a batch.
///
/// # Errors
/// `unavailable` for entries of another history or that cannot be folded; nothing of the batch is kept then.
pub(crate) async fn take(storage: &Storage, env: &Env, name: &str, batch: Batch) -> Result<Taken, Failure> {
    let shop = name.split('/').next().unwrap_or_default();
    if !is_there(&Sql::of(storage))? {
        // Its first entry, or the first since it lost its storage.
        let (_, told): (u16, Endpoints) = ask(env, shop, &Question::Endpoints).await?;
        if told.revision > 0 {
            Home::take(storage, name.to_owned(), &told)?;
        }
    }
    let texts = batch.entries.iter();
    let entries = texts.map(|text| loyalty_wire::entry(text)).collect::<Result<Vec<_>, _>>()?;
    let mut terms: Map<String, Terms> = Map::new();
    for entry in &entries {
        let version = entry.programme.as_str();
        if !terms.contains_key(version) {
            let programme = programme::version(env, shop, version).await?;
            terms.insert(version.to_owned(), Terms::of(programme.rules()));
        }
    }
    let alarm = storage.get_alarm().await?;
    // From here to the write there is no await: no other batch can come between.
    let sql = Sql::of(storage);
    create(storage, &sql)?;
    let mut account = Folded::of(&sql, &batch.acct, batch.epoch)?;
    for entry in &entries {
        if !account.take(&sql, &terms, entry)? {
            break;
        }
    }
    let taken = Taken { seq: account.known.seq };
    if account.changed {
        atomically(storage, move || account.write(&sql))?;
    }
    outbox::arm(storage, alarm, clock::real()).await?;
    Ok(taken)
}

/// One account, and what its new entries add to the sums.
struct Folded {
    acct: String,
    epoch: String,
    known: Known,
    before: Known,
    spents: Spents,
    sums: Sums,
    /// The shop's endpoints, and what they are told.
    home: Option<Home>,
    letters: Vec<Delivery>,
    changed: bool,
}

impl Folded {
    fn of(sql: &Sql, acct: &str, epoch: String) -> Result<Self, Failure> {
        let body = sql.body("SELECT body FROM account WHERE acct = ?", vec![acct.into()])?;
        let known: Known = match body {
            Some(body) => json::read(&body).map_err(Failure::unavailable)?,
            None => Known::default(),
        };
        let before = known.clone();
        Ok(Self {
            acct: acct.to_owned(),
            epoch,
            known,
            before,
            spents: Spents::new(),
            sums: Sums::default(),
            home: Home::of(sql)?,
            letters: vec![],
            changed: false,
        })
    }

    /// Folds the next entry; whether the one after it can come.
    fn take(&mut self, sql: &Sql, terms: &Map<String, Terms>, entry: &Entry) -> Result<bool, Failure> {
        match self.known.next(&self.epoch, entry.seq) {
            Next::Skip => return Ok(true),
            Next::Refuse if self.known.epoch.is_empty() || self.known.epoch == self.epoch => {
                return Ok(false);
            }
            Next::Refuse => {
                return Err(Failure::unavailable(format!("{}: entries of another history", self.acct)));
            }
            Next::Fold => self.known.epoch.clone_from(&self.epoch),
        }
        for name in spent_names(&entry.event) {
            if !self.spents.contains_key(&name)
                && let Some(spent) = ledger::spent(sql, &self.acct, &name)?
            {
                self.spents.insert(name, spent);
            }
        }
        let terms = terms.get(entry.programme.as_str()).ok_or_else(|| Failure::unavailable("terms"))?;
        fold(&mut self.known, &mut self.spents, terms, entry, &mut self.sums)
            .map_err(|code| Failure::unavailable(format!("{}/{}: {code}", self.acct, entry.seq)))?;
        if let Some(home) = &self.home {
            self.letters.extend(home.letters(&self.acct, &self.epoch, entry));
        }
        self.changed = true;
        Ok(true)
    }

    fn write(mut self, sql: &Sql) -> worker::Result<()> {
        self.sums.outlook = self.known.outlook();
        for (key, points) in self.before.outlook() {
            self.sums.outlook.add(key, &points.saturating_neg());
        }
        self.sums.tidy();
        let body = serde_json::to_string(&self.known)?;
        sql.run(
            "INSERT INTO account(acct, body) VALUES (?, ?) ON CONFLICT(acct) DO UPDATE SET body = excluded.body",
            vec![self.acct.as_str().into(), body.into()],
        )?;
        ledger::keep(sql, &self.acct, &self.spents)?;
        ledger::add(sql, &self.sums)?;
        outbox::put(sql, &self.letters)
    }
}

/// A signed number as SQLite takes it from JavaScript.
pub(crate) fn signed(value: i64) -> worker::Result<SqlStorageValue> {
    match u64::try_from(value) {
        Ok(value) => number(value),
        Err(_) => SqlStorageValue::try_from_i64(value),
    }
}
