//! One command: read what is stored, let it be decided, append, answer.

use crate::account::journal;
use crate::account::log::{Kept, Log, Meta, atomically, chained};
use crate::account::object::{self, Reply};
use crate::account::shared;
use crate::account::{self, Name};
use crate::api::orders::Asked;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own, is_final, status, wire_text};
use crate::shop::clock;
use crate::shop::programme;
use loyalty_wire::core::Request;
use loyalty_wire::ledger::{self, EntryRow, Step, Stored};
use loyalty_wire::{Problem, Programme};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use worker::{Env, Storage};

/// A command on its way to an object.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Ask {
    /// The programme's version.
    pub(crate) programme: String,
    /// The instant, where it is not the clock's: that of the entry which sent this message, or one set in
    /// local mode. Milliseconds since 1970.
    pub(crate) now: Option<i64>,
    /// The request, as `loyalty-wire` reads it.
    pub(crate) request: String,
    /// The hold to be named in the answer.
    pub(crate) hold: Option<String>,
    /// What became of the order's referral code, if not what the entries say.
    pub(crate) referral: Option<Value>,
    /// The caller sent the command itself, so that a fault is told where it stands in that.
    pub(crate) as_sent: bool,
}

impl Ask {
    fn refused(&self, problem: Problem) -> Failure {
        if self.as_sent { Failure::from(problem) } else { Failure::command(problem) }
    }
}

/// Sends a command from the Worker to a member's object.
///
/// # Errors
/// `programme_missing`, `unavailable`; a refusal of the command is an answer.
pub(crate) async fn send(call: &Call, name: &Name, request: String, asked: Asked) -> Result<Reply, Failure> {
    let programme = programme::current_at(&call.env, &name.shop, clock::now(call)?).await?;
    let Asked { hold, referral, as_sent } = asked;
    let ask = Ask { programme, now: clock::set(call)?, request, hold, referral, as_sent };
    object::ask(&call.env, &name.shop, &name.acct, "step", &ask).await
}

/// Runs a command in the object.
///
/// # Errors
/// Refusals that are not kept; `history_exists`, `programme_missing`, `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name, ask: Ask) -> Result<Answer, Failure> {
    let programme = programme::version(env, &name.shop, &ask.programme).await?;
    let request = loyalty_wire::request(&ask.request).map_err(|problem| ask.refused(problem))?;
    if request.account.as_str() != name.acct {
        return Err(Failure::unavailable("a request of another account"));
    }
    let reads = request.command.reads_shared();
    let shared = if reads { shared::of(env, &name.shop, &programme).await? } else { vec![] };
    let log = Log::new(storage);
    let newborn = account::unborn(env, name, &log).await?;
    let alarm = storage.get_alarm().await?;
    // From here to the alarm there is no await: no other request can come between what is read, what is
    // decided and what is written, and the alarm is set in the same commit as the entries.
    let answer = decide(storage, &programme, &shared, newborn, &request, &ask);
    if let Some(meta) = log.meta()? {
        journal::arm(storage, &meta, alarm).await?;
    }
    answer
}

fn decide(
    storage: &Storage,
    programme: &Programme,
    shared: &[(String, i64)],
    newborn: Option<Meta>,
    request: &Request,
    ask: &Ask,
) -> Result<Answer, Failure> {
    let log = Log::new(storage);
    let key = request.key.as_str().to_owned();
    let born = log.meta()?;
    let is_born = born.is_some();
    let meta = born.or(newborn).ok_or_else(|| Failure::unavailable("an object that is not born"))?;
    let kept = if is_born { log.kept(&key)? } else { None };
    let rows = if is_born { log.records(ledger::rows(request))? } else { vec![] };
    let now = ask.now.unwrap_or_else(clock::real).max(meta.last_at);
    let moment = clock::moment(programme, now)?;
    let fingerprint = kept.as_ref().map(|kept| kept.fp.as_str());
    let stored = Stored { position: meta.position.as_deref(), rows: &rows, fingerprint, shared };
    let (status, body, append) = match ledger::step(programme, &stored, request, moment) {
        Ok(Step::Replayed) => return replay(kept),
        Ok(Step::AlreadyBooked { answer }) => (200, complete(&answer, ask)?, None),
        Ok(Step::Append { entries, rows, position, answer, .. }) => {
            (201, complete(&answer, ask)?, Some(Append { entries, rows, position }))
        }
        Err(problem) if is_final(problem.code) => (status(problem.code), wire_text(&problem, true), None),
        Err(problem) => return Err(ask.refused(problem)),
    };
    let kept = Kept { fp: ledger::fingerprint(request), status, body: body.clone() };
    let write = Write { key, kept, meta, is_born, at: now, append };
    atomically(storage, move || write.run(&log))?;
    Ok(Reply { status, body, replayed: false }.answer())
}

fn replay(kept: Option<Kept>) -> Result<Answer, Failure> {
    let kept = kept.ok_or_else(|| Failure::unavailable("a replay of nothing"))?;
    Ok(Reply { status: kept.status, body: kept.body, replayed: true }.answer())
}

/// Adds what the rules do not know: beside all open holds the one that was asked for, what the Worker
/// had to say, and that KV has yet to follow. Everything else stays as it was written.
fn complete(answer: &str, ask: &Ask) -> Result<String, Failure> {
    let fields =
        answer.strip_suffix('}').ok_or_else(|| Failure::unavailable("an answer that is no object"))?;
    let mut text = fields.to_owned();
    if let Some(hold) = ask.hold.as_deref().and_then(|id| open_hold(answer, id)) {
        text.push_str(&format!(r#","hold":{hold}"#));
    }
    if let Some(referral) = &ask.referral {
        text.push_str(&format!(r#","referral":{referral}"#));
    }
    text.push_str(r#","kv":"pending"}"#);
    Ok(text)
}

/// One of the open holds of an answer.
fn open_hold(answer: &str, id: &str) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Booked {
        standing: Standing,
    }
    #[derive(Deserialize)]
    struct Standing {
        holds: Vec<Box<RawValue>>,
    }
    #[derive(Deserialize)]
    struct Hold {
        id: String,
    }
    let booked: Booked = serde_json::from_str(answer).ok()?;
    let named = |hold: &RawValue| serde_json::from_str::<Hold>(hold.get()).is_ok_and(|hold| hold.id == id);
    booked.standing.holds.into_iter().find(|hold| named(hold))
}

/// What the decision appends.
struct Append {
    entries: Vec<EntryRow>,
    rows: Vec<(String, String)>,
    position: String,
}

/// Everything one command writes.
struct Write {
    key: String,
    kept: Kept,
    meta: Meta,
    is_born: bool,
    at: i64,
    append: Option<Append>,
}

impl Write {
    fn run(self, log: &Log) -> worker::Result<()> {
        let mut meta = self.meta;
        if !self.is_born {
            log.bear(&meta)?;
        }
        log.keep(&self.key, &self.kept)?;
        let Some(append) = self.append else { return Ok(()) };
        for row in append.entries {
            if row.seq != meta.head_seq + 1 {
                return Err(worker::Error::from(format!("entry {} after entry {}", row.seq, meta.head_seq)));
            }
            (meta.head_seq, meta.head_hash, meta.last_at) =
                (row.seq, chained(&meta.head_hash, &row.body), self.at);
            log.append(&row, &meta.head_hash)?;
        }
        for (id, body) in &append.rows {
            log.put_record(id, body)?;
        }
        meta.position = Some(append.position);
        log.advance(&meta)
    }
}

/// A refusal for a member's id that no shop can have chosen.
///
/// # Errors
/// `malformed`.
pub(crate) fn member(text: &str) -> Result<(), Failure> {
    if crate::http::routes::is_visible(text) {
        Ok(())
    } else {
        Err(Failure::own(Own::Malformed, "`member` is 1 to 128 visible characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_every_byte_beside_what_is_added() {
        let answer = r#"{"seq":2,"b":1,"a":1,"standing":{"holds":[{"id":"x"},{"points":5,"id":"h"}]}}"#;
        let ask = |hold: Option<&str>, referral: Option<Value>| Ask {
            hold: hold.map(str::to_owned),
            referral,
            ..Ask::default()
        };
        let check = |ask: Ask, added: &str| {
            let expected = format!("{}{added}", &answer[..answer.len() - 1]);
            assert_eq!(complete(answer, &ask).unwrap(), expected);
        };
        check(ask(None, None), r#","kv":"pending"}"#);
        check(ask(Some("h"), None), r#","hold":{"points":5,"id":"h"},"kv":"pending"}"#);
        check(ask(Some("gone"), None), r#","kv":"pending"}"#);
        check(ask(None, Some(Value::Bool(true))), r#","referral":true,"kv":"pending"}"#);
    }
}
