//! The alias object: what ties a person to an account, and the person's own data. One a member, named by a keyed hash
//! of shop and member id, so that two first orders at once draw one account.
//!
//! It alone writes the link's copy in KV. Erasing it takes the link, the key and everything personal, in an alarm that
//! comes again until all is done.

use crate::account::{Name, step};
use crate::digest;
use crate::http::answer::Answer;
use crate::http::auth;
use crate::http::problem::Failure;
use crate::json;
use crate::kv;
use crate::object::{self, object};
use crate::people::erasures;
use crate::people::link;
use crate::people::vault::{self, Change, Lock, Profile, Vault};
use crate::referral::code::ReferralCode;
use crate::shop::{self, clock};
use crate::sql::Sql;
use core::time::Duration;
use loyalty_ledger::Ask;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use worker::Env;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS alias(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL, shop TEXT NOT NULL, \
     acct TEXT NOT NULL, salt TEXT NOT NULL, since INTEGER NOT NULL, vault TEXT NOT NULL, indexed TEXT NOT NULL, \
     copied_at INTEGER NOT NULL, erasing INTEGER NOT NULL) STRICT";

const REMARKS: &str = "CREATE TABLE IF NOT EXISTS remark(seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT";

/// After how long a link that KV does not show is written again, in milliseconds: longer than KV may be behind.
const COPY_AGAIN: i64 = 300_000;

/// When an erasure goes on that did not come to its end.
const GO_ON: Duration = Duration::from_secs(10);

object! {
    /// The alias object.
    Alias { state, env }
}

/// Asks for the account.
#[derive(Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) shop: String,
    pub(crate) member: String,
    /// Whether one is drawn where there is none.
    pub(crate) create: bool,
    /// A link that was found elsewhere: this object may have lost its storage, or the link be cut.
    pub(crate) seen: Option<String>,
}

/// Asks for the account for what begins something.
#[derive(Serialize, Deserialize)]
pub(crate) struct Begin<A> {
    pub(crate) open: Open,
    /// What begins, asked of [`link::nobody`].
    pub(crate) ask: A,
}

/// The account, if there is one.
#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) acct: Option<String>,
}

/// A change of the profile of the member whose account is `open.seen`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Changing {
    pub(crate) open: Open,
    pub(crate) change: Change,
}

/// A remark about an entry of that member: what is personal, and so not in the ledger.
#[derive(Serialize, Deserialize)]
pub(crate) struct Remark {
    pub(crate) open: Open,
    /// The entry.
    pub(crate) seq: u64,
    pub(crate) body: Value,
}

/// A member as the shop knows them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Card {
    /// The shop's id.
    pub(crate) member: String,
    /// Known since this instant.
    pub(crate) since: String,
    /// Personal fields.
    pub(crate) profile: Profile,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    shop: String,
    acct: String,
    salt: String,
    since: i64,
    vault: String,
    indexed: String,
    copied_at: i64,
    erasing: u8,
}

impl Row {
    fn lock(&self, env: &Env) -> Result<Lock, Failure> {
        Lock::new(env, &self.shop, &self.salt)
    }

    fn vault(&self, env: &Env) -> Result<Vault, Failure> {
        self.lock(env)?.open(&self.name, &self.vault)
    }

    fn indexed(&self) -> Result<Vec<String>, Failure> {
        json::read(&self.indexed).map_err(Failure::unavailable)
    }
}

impl Alias {
    async fn wake(&self) -> worker::Result<()> {
        if let Err(failure) = self.go_on().await {
            worker::console_error!("erasing: {failure}");
        }
        Ok(())
    }

    async fn answer(&self, what: &str, name: String, body: &str) -> Result<Answer, Failure> {
        let text = match what {
            "open" => {
                let open: Open = json::read(body)?;
                serde_json::to_string(&Opened { acct: self.open(&name, &open).await?.map(|row| row.acct) })
            }
            "begin" => {
                let Begin::<Ask> { open, ask } = json::read(body)?;
                if self.living()?.is_none() {
                    let acct = name.chars().take(link::NOBODY).collect();
                    let nobody = Name { shop: open.shop.clone(), acct };
                    let tried = step::tried(&self.state.storage(), &self.env, &nobody, ask).await?;
                    if tried.status != 201 {
                        return Ok(tried);
                    }
                }
                serde_json::to_string(&Opened { acct: self.open(&name, &open).await?.map(|row| row.acct) })
            }
            "card" => serde_json::to_string(&self.card()?),
            "change" => serde_json::to_string(&self.change(&name, json::read(body)?).await?),
            "remark" => serde_json::to_string(&self.remark(&name, json::read(body)?).await?),
            "remarks" => serde_json::to_string(&self.remarks()?),
            "erase" => serde_json::to_string(&self.erase(&name, json::read(body)?).await?),
            _ => return Err(Failure::unknown_question()),
        };
        Ok(Answer::json(200, text.map_err(Failure::unavailable)?))
    }

    fn sql(&self) -> Sql {
        Sql::of(&self.state.storage())
    }

    fn row(&self) -> Result<Option<Row>, Failure> {
        Ok(self.sql().rows_of("alias", "SELECT * FROM alias", vec![])?.into_iter().next())
    }

    /// The row of a member who is not being erased.
    fn living(&self) -> Result<Option<Row>, Failure> {
        match self.row()? {
            Some(row) if row.erasing == 1 => Err(Failure::late()),
            row => Ok(row),
        }
    }

    async fn open(&self, name: &str, open: &Open) -> Result<Option<Row>, Failure> {
        if let Some(row) = self.living()? {
            self.copy(&row)?;
            return Ok(Some(row));
        }
        let acct = match &open.seen {
            Some(acct) if lives(&self.env, &open.shop, acct).await? => acct.clone(),
            Some(_) if !open.create => {
                shop::kv(&self.env)?.delete(&link::key(&open.shop, name)).await?;
                return Ok(None);
            }
            None if !open.create => return Ok(None),
            _ => random()?,
        };
        // Somebody else may have come while the account was asked.
        if self.living()?.is_none() {
            self.bear(name, open, &acct)?;
        }
        let row = self.living()?;
        row.iter().try_for_each(|row| self.copy(row))?;
        Ok(row)
    }

    fn bear(&self, name: &str, open: &Open, acct: &str) -> Result<(), Failure> {
        let salt = random()?;
        let vault = Vault { member: open.member.clone(), profile: Profile::new() };
        let vault = Lock::new(&self.env, &open.shop, &salt)?.close(name, &vault)?;
        let sql = self.sql();
        sql.run(TABLE, vec![])?;
        let statement = "INSERT INTO alias VALUES (1, ?, ?, ?, ?, ?, ?, '[]', 0, 0)";
        let values = [name, &open.shop, acct, &salt].map(Into::into);
        let more = [clock::real().into(), vault.as_str().into()];
        Ok(sql.run(statement, values.into_iter().chain(more).collect())?)
    }

    /// Writes the link's copy, after the answer: nobody waits for KV.
    fn copy(&self, row: &Row) -> Result<(), Failure> {
        let now = clock::real();
        if now.saturating_sub(row.copied_at) < COPY_AGAIN {
            return Ok(());
        }
        self.sql().run("UPDATE alias SET copied_at = ?", vec![now.into()])?;
        let key = link::key(&row.shop, &row.name);
        let member = row.vault(&self.env)?.member;
        let member = vault::listing(&self.env, &row.shop)?.close(&key, member.as_bytes())?;
        let metadata = json!({ "m": member, "t": row.since });
        let (env, acct, storage) = (self.env.clone(), row.acct.clone(), self.state.storage());
        self.state.wait_until(async move {
            let sql = Sql::of(&storage);
            if let Err(failure) = put(&env, &sql, &key, &acct, metadata).await {
                worker::console_error!("link: {failure}");
                // The next one who misses it has it written again.
                let _ = sql.run("UPDATE alias SET copied_at = 0", vec![]);
            }
        });
        Ok(())
    }

    fn card(&self) -> Result<Option<Card>, Failure> {
        let Some(row) = self.living()? else { return Ok(None) };
        let Vault { member, profile } = row.vault(&self.env)?;
        Ok(Some(Card { member, since: clock::text(row.since), profile }))
    }

    /// Changes the profile, then where it is found. What was found before is forgotten last, and remembered until then.
    async fn change(&self, name: &str, Changing { open, change }: Changing) -> Result<Option<Card>, Failure> {
        let Some(row) = self.open(name, &open).await? else { return Ok(None) };
        let mut vault = row.vault(&self.env)?;
        vault.profile = vault::changed(vault.profile, change);
        let mut keys = Vec::new();
        for field in vault::FOUND_BY {
            if let Some(value) = vault.profile.get(field) {
                keys.push(format!("{}{name}", vault::index(&self.env, &row.shop, field, value)?));
            }
        }
        let sealed = row.lock(&self.env)?.close(name, &vault)?;
        let (old, new): (Vec<_>, _) =
            (row.indexed()?.into_iter().filter(|key| !keys.contains(key)).collect(), &keys);
        let all = serde_json::to_string(&[old.as_slice(), new.as_slice()].concat())?;
        let sql = self.sql();
        sql.run(
            "UPDATE alias SET vault = ?, indexed = ?",
            vec![sealed.as_str().into(), all.as_str().into()],
        )?;
        let kv = shop::kv(&self.env)?;
        for key in &keys {
            kv::put(&self.env, key, "").await?;
        }
        for key in &old {
            kv.delete(key).await?;
        }
        // Unless another change has come in between: then it knows these keys, and deletes them too.
        let left = serde_json::to_string(&keys)?;
        if self.row()?.is_some() {
            sql.run(
                "UPDATE alias SET indexed = ? WHERE indexed = ?",
                vec![left.as_str().into(), all.as_str().into()],
            )?;
        }
        // Erased, or changed again, while KV was written: what was done late is undone.
        let now = self.row()?.filter(|now| now.salt == row.salt && now.erasing == 0);
        let kept = now.as_ref().map(Row::indexed).transpose()?.unwrap_or_default();
        for key in keys.iter().filter(|key| !kept.contains(key)) {
            kv.delete(key).await?;
        }
        for key in old.iter().filter(|key| kept.contains(key)) {
            kv::put(&self.env, key, "").await?;
        }
        if now.is_none() {
            return Ok(None);
        }
        Ok(Some(Card { member: vault.member, since: clock::text(row.since), profile: vault.profile }))
    }

    async fn remark(&self, name: &str, remark: Remark) -> Result<(), Failure> {
        let Some(row) = self.open(name, &remark.open).await? else { return Ok(()) };
        let sealed = row.lock(&self.env)?.close(&place(name, remark.seq), &remark.body)?;
        let seq = i64::try_from(remark.seq).unwrap_or(i64::MAX);
        let sql = self.sql();
        sql.run(REMARKS, vec![])?;
        Ok(sql.run("INSERT OR REPLACE INTO remark VALUES (?, ?)", vec![seq.into(), sealed.as_str().into()])?)
    }

    fn remarks(&self) -> Result<Map<String, Value>, Failure> {
        #[derive(Deserialize)]
        struct Sealed {
            seq: u64,
            body: String,
        }
        let mut remarks = Map::new();
        let Some(row) = self.living()? else { return Ok(remarks) };
        let lock = row.lock(&self.env)?;
        let rows: Vec<Sealed> =
            self.sql().rows_of("remark", "SELECT seq, body FROM remark ORDER BY seq", vec![])?;
        for one in rows {
            remarks.insert(one.seq.to_string(), lock.open(&place(&row.name, one.seq), &one.body)?);
        }
        Ok(remarks)
    }

    /// Erases the member. From the first step on nobody is led to the account any more. Where this object has lost its
    /// storage, KV still leads there.
    async fn erase(&self, name: &str, mut open: Open) -> Result<Option<String>, Failure> {
        if self.row()?.is_none() {
            open.seen = shop::kv(&self.env)?.get(&link::key(&open.shop, name)).text().await?;
            self.open(name, &open).await?;
        }
        let Some(row) = self.row()? else { return Ok(None) };
        self.sql().run("UPDATE alias SET erasing = 1", vec![])?;
        self.state.storage().set_alarm(GO_ON).await?;
        self.go_on().await?;
        Ok(Some(row.acct))
    }

    async fn go_on(&self) -> Result<(), Failure> {
        let storage = self.state.storage();
        let Some(row) = self.row()?.filter(|row| row.erasing == 1) else {
            return Ok(storage.delete_alarm().await?);
        };
        storage.set_alarm(GO_ON).await?;
        let name = Name { shop: row.shop.clone(), acct: row.acct.clone() };
        object::read::<()>(&self.env, &name.shop, &name.acct, "forget", &()).await?;
        let kv = shop::kv(&self.env)?;
        let code = ReferralCode::of(&auth::master(&self.env)?, &row.shop, &row.acct)?;
        if self.row()?.is_none_or(|now| now.salt != row.salt) {
            return Ok(());
        }
        let known = [link::key(&row.shop, &row.name), format!("c/{}", code.as_str()), name.snapshot()];
        for key in known.iter().chain(&row.indexed()?) {
            kv.delete(key).await?;
        }
        erasures::erased(&self.env, &row.shop, &row.acct).await?;
        // Of two that went on at once, the later one leaves alone who came after them.
        if self.row()?.is_none_or(|now| now.salt != row.salt) {
            return Ok(());
        }
        storage.delete_alarm().await?;
        Ok(storage.delete_all().await?)
    }
}

/// Writes a link, and takes it back where it was cut meanwhile.
async fn put(env: &Env, sql: &Sql, key: &str, acct: &str, metadata: Value) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Living {}
    kv::put_with(env, key, acct, &json!({ "metadata": metadata })).await?;
    let query = "SELECT acct FROM alias WHERE acct = ? AND erasing = 0";
    let living: Vec<Living> = sql.rows_of("alias", query, vec![acct.into()])?;
    if living.is_empty() {
        shop::kv(env)?.delete(key).await?;
    }
    Ok(())
}

/// Whether an account may still be led to: its member was not erased.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn lives(env: &Env, shop: &str, acct: &str) -> Result<bool, Failure> {
    let name = format!("{shop}/{acct}");
    match object::ask_named(env, "ACCOUNT", &name, "snapshot", &()).await?.status {
        200 => Ok(true),
        410 => Ok(false),
        _ => Err(Failure::late()),
    }
}

fn place(name: &str, seq: u64) -> String {
    format!("{name}/{seq}")
}

/// 128 random bits as 32 hexadecimal digits.
pub(crate) fn random() -> Result<String, Failure> {
    let bytes: [u8; 16] = crate::digest::random()?;
    Ok(digest::hex(&bytes))
}
