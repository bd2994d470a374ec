//! What an order's object still has to ask of the account, and to tell the merchant; its alarm does both.
//!
//! A row is there until its answer is: a run that dies anywhere is repeated, and the account knows the key of every
//! command it has seen. What the account refuses becomes a dead letter, and stays until the merchant asks for it again.

use crate::hooks::letters::{self, Letter, Source};
use crate::hooks::order::Name;
use crate::http::call::own_key;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object::{self, Reply};
use crate::people::erasures;
use crate::shop::programme;
use crate::sql::Sql;
use core::time::Duration;
use loyalty_hooks::{Booked, OrderState, Plan};
use loyalty_ledger::Ask;
use serde::Deserialize;
use worker::{Env, SqlStorageValue, Storage};

/// When to come back if a run dies.
const IF_ALL_FAILS: Duration = Duration::from_secs(10);

/// How many rows are read at once.
const BATCH: i64 = 50;

const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS known(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL, state TEXT NOT NULL, \
     booked TEXT NOT NULL, failures INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS owed(seq INTEGER PRIMARY KEY, account TEXT, key TEXT NOT NULL, command TEXT NOT NULL, \
     at INTEGER NOT NULL, attempt INTEGER NOT NULL, refused INTEGER NOT NULL) STRICT",
];

/// Everything about the order.
#[derive(Deserialize)]
pub(crate) struct Known {
    name: Name,
    pub(crate) state: OrderState,
    pub(crate) booked: Booked,
    failures: u32,
}

/// Something owed.
#[derive(Debug, Deserialize)]
pub(crate) struct Owed {
    #[serde(default)]
    seq: i64,
    /// Whom to ask; nobody for a note to the merchant, whose reason is the key.
    account: Option<String>,
    key: String,
    command: String,
    /// The instant it is decided for.
    at: i64,
    /// How often the merchant asked for it again.
    attempt: i64,
}

impl Owed {
    /// What a plan asks and tells.
    pub(crate) fn of(plan: &Plan, at: i64) -> Vec<Self> {
        let owed = |account: Option<&String>, key: &str, command: &str| Self {
            seq: 0,
            account: account.cloned(),
            key: key.to_owned(),
            command: command.to_owned(),
            at,
            attempt: 0,
        };
        let commands = plan.commands.iter().map(|ask| owed(plan.account.as_ref(), &ask.key, &ask.command));
        commands.chain(plan.notes.iter().map(|note| owed(None, note, ""))).collect()
    }
}

/// The tables of one order.
#[derive(Clone)]
pub(crate) struct Outbox(Sql);

impl Outbox {
    pub(crate) fn new(storage: &Storage) -> Self {
        Self(Sql::of(storage))
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.0.run(statement, values)
    }

    /// What is known of the order; nothing before its first delivery.
    pub(crate) fn known(&self) -> Result<Option<Known>, Failure> {
        // Put together by the database: the columns are JSON.
        let query = "SELECT json_object('name', json(name), 'state', json(state), 'booked', json(booked), 'failures', failures) AS body FROM known";
        let body = if self.0.has("known")? { self.0.body(query, vec![])? } else { None };
        body.map(|body| json::read(&body).map_err(Failure::unavailable)).transpose()
    }

    /// Writes what is known now and what is owed for it. Inside a transaction.
    pub(crate) fn put(
        &self,
        name: &Name,
        state: &OrderState,
        booked: &Booked,
        owed: &[Owed],
    ) -> worker::Result<()> {
        for table in TABLES {
            self.run(table, vec![])?;
        }
        self.run(
            "INSERT INTO known(id, name, state, booked, failures) VALUES (1, ?, ?, ?, 0) \
             ON CONFLICT(id) DO UPDATE SET state = excluded.state, booked = excluded.booked, failures = 0",
            vec![
                serde_json::to_string(name)?.into(),
                serde_json::to_string(state)?.into(),
                serde_json::to_string(booked)?.into(),
            ],
        )?;
        for one in owed {
            self.run(
                "INSERT INTO owed(account, key, command, at, attempt, refused) VALUES (?, ?, ?, ?, 0, 0)",
                vec![
                    one.account.clone().into(),
                    one.key.as_str().into(),
                    one.command.as_str().into(),
                    one.at.into(),
                ],
            )?;
        }
        Ok(())
    }

    /// The oldest of what is owed.
    fn owed(&self) -> Result<Vec<Owed>, Failure> {
        let query =
            "SELECT seq, account, key, command, at, attempt FROM owed WHERE refused = 0 ORDER BY seq LIMIT ?";
        Ok(self.0.rows(query, vec![BATCH.into()])?)
    }

    /// What was refused is owed again, under new keys: the account keeps a refusal under the old one.
    pub(crate) fn take_up(&self) -> Result<(), Failure> {
        self.run("UPDATE owed SET refused = 0, attempt = attempt + 1 WHERE refused = 1", vec![])?;
        Ok(self.run("UPDATE known SET failures = 0", vec![])?)
    }

    /// Sets the alarm to now, if something is owed and no alarm is as early. An alarm is never moved later.
    ///
    /// # Errors
    /// `unavailable`.
    pub(crate) async fn arm(&self, storage: &Storage, set: Option<i64>) -> Result<(), Failure> {
        let is_early = set.is_some_and(|set| set <= crate::shop::clock::real());
        if !is_early && self.known()?.is_some() && !self.owed()?.is_empty() {
            storage.set_alarm(Duration::ZERO).await?;
        }
        Ok(())
    }
}

/// One run, from the alarm. It fails for nobody: the runtime gives up an alarm whose handler failed a few times.
pub(crate) async fn run(storage: &Storage, env: &Env) {
    if let Err(error) = storage.set_alarm(IF_ALL_FAILS).await {
        worker::console_error!("order: {error}");
    }
    if let Err(failure) = work(storage, env).await {
        worker::console_error!("order: {failure}");
    }
}

async fn work(storage: &Storage, env: &Env) -> Result<(), Failure> {
    let outbox = Outbox::new(storage);
    loop {
        // From this look at the rows to the end of the alarm there is no await, so none can slip between them.
        let Some(known) = outbox.known()? else { return Ok(storage.delete_alarm().await?) };
        let owed = outbox.owed()?;
        if owed.is_empty() {
            return Ok(storage.delete_alarm().await?);
        }
        for one in owed {
            match settle(env, &known.name, &one).await {
                Ok(true) => outbox.run("DELETE FROM owed WHERE seq = ?", vec![one.seq.into()])?,
                Ok(false) => outbox.run("UPDATE owed SET refused = 1 WHERE seq = ?", vec![one.seq.into()])?,
                Err(failure) => {
                    worker::console_error!("order {}: {failure}", known.name.order);
                    outbox.run("UPDATE known SET failures = failures + 1", vec![])?;
                    return Ok(storage.set_alarm(back_off(known.failures)).await?);
                }
            }
        }
    }
}

/// After failures the time between runs doubles, from one second up to 15 minutes, and up to a quarter more, so that a
/// thousand orders do not come back together.
fn back_off(failures: u32) -> Duration {
    let wait = 1_000_u64.checked_shl(failures.min(20)).unwrap_or(u64::MAX).min(900_000);
    Duration::from_millis(wait).mul_f64(1.0 + js_sys::Math::random() / 4.0)
}

/// Asks for what is owed, or tells the merchant. Whether it is done with, or was refused.
///
/// # Errors
/// `unavailable`: it is still owed.
async fn settle(env: &Env, name: &Name, one: &Owed) -> Result<bool, Failure> {
    let Some(account) = &one.account else {
        tell(env, name, one, Source::Note, &one.key).await?;
        return Ok(true);
    };
    let programme = match programme::current(env, &name.shop).await {
        Err(Failure::Own(Own::ProgrammeMissing, _)) => {
            tell(env, name, one, Source::Command, "programme_missing").await?;
            return Ok(false);
        }
        programme => programme?,
    };
    let key = match one.attempt {
        0 => own_key("hook", &one.key),
        again => own_key("hook", &format!("{}#{again}", one.key)),
    };
    let request = format!(r#"{{"account":"{account}","key":"{key}","command":{}}}"#, one.command);
    let ask = Ask { programme, now: Some(one.at), request, ..Ask::default() };
    let account = format!("{}/{account}", name.shop);
    let reply = object::ask_named(env, "ACCOUNT", &account, "step", &ask).await?;
    match reply.status {
        200 | 201 => Ok(true),
        // The member was erased: what comes for them is counted, and changes nothing.
        410 => {
            erasures::late(env, &name.shop).await;
            Ok(true)
        }
        400..=499 => {
            tell(env, name, one, Source::Command, &code(&reply)).await?;
            Ok(false)
        }
        status => Err(Failure::unavailable(format!("the account answered {status}: {}", reply.body))),
    }
}

/// The code of a refusal.
fn code(reply: &Reply) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        code: String,
    }
    json::read(&reply.body).map_or_else(|_| "refused".into(), |Refusal { code }| code)
}

async fn tell(env: &Env, name: &Name, one: &Owed, source: Source, reason: &str) -> Result<(), Failure> {
    let letter = Letter {
        at: one.at,
        source,
        platform: name.platform.clone(),
        topic: None,
        order: Some(name.order.clone()),
        reason: reason.to_owned(),
        path: String::new(),
    };
    // The attempt is in the text, so that a later refusal does not take the place of this letter.
    let body =
        serde_json::json!({ "key": one.key, "attempt": one.attempt, "command": one.command }).to_string();
    letters::put(env, &name.shop, &letter, body.as_bytes()).await.map(|_| ())
}
