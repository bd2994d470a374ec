//! The import object: keeps the lines of one file, and books or undoes them by its alarm, some at a time.

use crate::account::Page;
use crate::account::transaction::atomically;
use crate::http::answer::Answer;
use crate::http::page;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object::{Reply, object};
use crate::people::alias::random;
use crate::people::import::book::{self, Ended};
use crate::people::import::rows::{Import as Row, Line, Rows, State};
use crate::people::import::sheet::{self, Fault};
use crate::people::vault::Lock;
use crate::shop::programme;
use crate::sql::Sql;
use core::time::Duration;
use futures_util::future::join_all;
use loyalty_wire::core::Code;
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::Delay;

/// How many lines one run works on: each asks for up to 5 things, and the runtime allows 1,000.
const RUN: usize = 180;

/// How many are under way at once.
const ABREAST: u32 = 12;

/// How long shoppers go first, after each of these.
const PAUSE: Duration = Duration::from_millis(10);

/// What is told of an import that nobody asked a page of.
const FIRST: Page = Page { after: 0, limit: 100 };

/// When to come back if a run dies.
const IF_ALL_FAILS: Duration = Duration::from_secs(10);

object! {
    /// One file's import.
    Import { state, env }
}

/// A file whose rows were tried.
#[derive(Serialize, Deserialize)]
pub(crate) struct Begin {
    pub(crate) shop: String,
    pub(crate) import: String,
    pub(crate) fingerprint: String,
    pub(crate) at: i64,
    pub(crate) rows: Vec<sheet::Row>,
}

/// There is no such import in this shop.
pub(crate) fn unknown() -> Failure {
    Failure::own(Own::NotFound, "the shop has no such import")
}

impl Import {
    async fn wake(&self) -> worker::Result<()> {
        let storage = self.state.storage();
        if let Err(error) = storage.set_alarm(IF_ALL_FAILS).await {
            worker::console_error!("import: {error}");
        }
        if let Err(failure) = self.work().await {
            worker::console_error!("import: {failure}");
        }
        Ok(())
    }

    async fn answer(&self, what: &str, _: String, body: &str) -> Result<Answer, Failure> {
        match what {
            "begin" => self.begin(json::read(body)?).await,
            "progress" => Ok(Answer::json(200, self.progress(&json::read(body)?)?)),
            "undo" => self.undo().await,
            _ => Err(Failure::unknown_question()),
        }
    }

    fn rows(&self) -> Rows {
        Rows(Sql::of(&self.state.storage()))
    }

    async fn begin(&self, begin: Begin) -> Result<Answer, Failure> {
        if let Some(known) = self.rows().import()? {
            if known.fingerprint != begin.fingerprint {
                return Err(Failure::wire(Code::IdempotencyKeyReused));
            }
            return Ok(Reply { status: 200, body: self.progress(&FIRST)?, replayed: true }.answer());
        }
        let Begin { shop, import, fingerprint, at, rows } = begin;
        let salt = random()?;
        let lock = Lock::new(&self.env, &shop, &salt)?;
        let lines = rows.iter().map(|row| Ok((row.line, lock.close(&book::place(row.line), row)?)));
        let lines = lines.collect::<Result<Vec<_>, Failure>>()?;
        let row = Row { shop, import, fingerprint, salt, at, undoing: 0, failures: 0 };
        let storage = self.state.storage();
        let tables = self.rows();
        atomically(&storage, move || tables.begin(&row, &lines))?;
        storage.set_alarm(Duration::ZERO).await?;
        Ok(Answer::json(202, self.progress(&FIRST)?))
    }

    async fn undo(&self) -> Result<Answer, Failure> {
        let rows = self.rows();
        let import = rows.import()?.ok_or_else(unknown)?;
        if import.undoing == 0 {
            rows.undo()?;
            self.state.storage().set_alarm(Duration::ZERO).await?;
        }
        Ok(Answer::json(202, self.progress(&FIRST)?))
    }

    /// How far it is, and a page of what was refused.
    fn progress(&self, asked: &Page) -> Result<String, Failure> {
        let rows = self.rows();
        let import = rows.import()?.ok_or_else(unknown)?;
        let [waiting, sent, booked, refused, undone, kept] = rows.counts()?;
        let state = match (import.undoing == 1, waiting + sent) {
            (false, 0) => "booked",
            (false, _) => "booking",
            (true, 0) if booked == 0 => "undone",
            (true, _) => "undoing",
        };
        let found = rows.refused(asked.after, asked.limit.saturating_add(1))?;
        let page = page::Page::of(super::FAULTS, asked.limit, found, |one| one.line.to_string());
        let faults = page.data.iter().map(|one| Fault::of(one.line, &one.code, one.path.as_deref()));
        let faults: Vec<Fault> = faults.collect();
        Ok(json!({
            "import": import.import,
            "state": state,
            "rows": waiting + sent + booked + refused + undone + kept,
            "booked": booked,
            "refused": refused,
            "undone": undone,
            "kept": kept,
            "faults": faults,
            "next_cursor": page.next_cursor,
        })
        .to_string())
    }

    /// One run. Whatever it does not come to is found by the next.
    async fn work(&self) -> Result<(), Failure> {
        let (storage, rows) = (self.state.storage(), self.rows());
        let Some(before) = rows.import()? else { return Ok(storage.delete_alarm().await?) };
        let programme = programme::current(&self.env, &before.shop).await?;
        let mut worked = 0;
        while worked < RUN {
            // Read again: it may have been undone meanwhile.
            let Some(import) = rows.import()? else { break };
            let lines = rows.next(import.undoing == 1, ABREAST)?;
            if lines.is_empty() {
                return Ok(storage.delete_alarm().await?);
            }
            for line in lines.iter().filter(|line| line.lot.is_none()) {
                rows.sent(line.line)?;
            }
            worked += lines.len();
            let ends = join_all(lines.iter().map(|line| self.end(&rows, &import, &programme, line))).await;
            let late = ends.iter().filter(|end| end.is_err()).count();
            for (line, end) in lines.iter().zip(ends) {
                if let Ok(end) = end {
                    note(&rows, line.line, end)?;
                }
            }
            if late > 0 {
                let failures = before.failures.saturating_add(1);
                rows.failures(failures)?;
                let wait = 1_u64.checked_shl(failures.min(10)).unwrap_or(u64::MAX).min(300);
                return Ok(storage.set_alarm(Duration::from_secs(wait)).await?);
            }
            Delay::from(PAUSE).await;
        }
        rows.failures(0)?;
        Ok(storage.set_alarm(Duration::ZERO).await?)
    }

    async fn end(&self, rows: &Rows, import: &Row, programme: &str, line: &Line) -> Result<Ended, Failure> {
        match line.lot {
            None => book::book(&self.env, rows, import, programme, line).await,
            Some(_) => book::take_back(&self.env, import, programme, line).await,
        }
    }
}

fn note(rows: &Rows, line: u64, end: Ended) -> Result<(), Failure> {
    match end {
        Ended::Booked(lot) => rows.booked(line, &lot),
        Ended::Refused { code, path } => rows.ended(line, State::Refused, Some(&code), path.as_deref()),
        Ended::Undone => rows.ended(line, State::Undone, None, None),
        Ended::Kept { code } => rows.ended(line, State::Kept, Some(&code), None),
    }
}
