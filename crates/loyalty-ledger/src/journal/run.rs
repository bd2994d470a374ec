//! One run of the journal, as a list of things to do that is made while they are done.

use crate::account::{Meta, Name};
use crate::chain::shown;
use crate::journal::alarm::{IF_ALL_FAILS, LETTERS, alarm, jitter, patience};
use crate::refusal::is_full;
use crate::snapshot::Snapshot;
use crate::store::{Letter, Logged, Marks, Store};
use crate::trouble::Trouble;
use loyalty_wire::ledger;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// How many entries one run writes: the runtime allows a run to ask for 1,000 things, some are for messages and books.
const RUN: usize = 780;

/// How many entries are read at once.
const BATCH: u32 = 60;

/// How many puts are under way at once: the runtime opens no more than 6 connections.
const ABREAST: usize = 6;

/// How many messages one run delivers.
const MESSAGES: u32 = 50;

/// How many batches one run feeds to the books.
const FEEDS: usize = 15;

/// How long to wait where books or other accounts did not answer, in milliseconds.
const UNHEARD: i64 = 30_000;

/// Why a letter waits that was not sent yet.
const BEHIND: &str = "waits behind an earlier one";

/// After how many messages that did not arrive a run tries no more: whatever is wrong is not one account's.
const UNDELIVERED: usize = 3;

/// What a host has to do next, before anything else of the account's.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Set the alarm in so many milliseconds, whatever it was; or take it away. Nothing is told of it.
    Alarm(Option<i64>),
    /// Put these into KV, all at once, and tell [`Run::put`].
    Put(Vec<Put>),
    /// Ask another account to do this, and tell [`Run::sent`].
    Send(Message),
    /// Feed these entries to the shop's books, and tell [`Run::fed`].
    Feed(Feed),
    /// Nothing: the run is over.
    Done,
}

/// Entries for the shop's books, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Whose.
    pub name: Name,
    /// Of which history.
    pub epoch: String,
    /// Their exact texts.
    pub entries: Vec<String>,
}

/// A value for KV.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// Where.
    pub key: String,
    /// Its exact text.
    pub text: String,
    /// What a listing shows beside the key.
    pub metadata: Value,
}

impl Put {
    /// One entry's exact text, with the start of its chain hash.
    #[must_use]
    pub fn entry(name: &Name, epoch: &str, row: &Logged) -> Self {
        let metadata = json!({ "h": shown(&row.hash) });
        Self { key: name.entry(epoch, row.seq), text: row.body.clone(), metadata }
    }

    /// The account's copy for readers.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn snapshot(name: &Name, store: &impl Store) -> Result<Self, Trouble> {
        let copy = Snapshot::of(store)?;
        let metadata = json!({ "q": copy.head_seq });
        Ok(Self { key: name.snapshot(), text: serde_json::to_string(&copy)?, metadata })
    }

    /// Whether it is an account's copy for readers.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        self.key.starts_with("s/")
    }
}

/// What an entry asks of another account. What that one decides is an answer, a refusal too; asking again would
/// not change it. It is decided for the instant of the entry that sends it, under the programme that is current
/// when it arrives; its key keeps it from being booked twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The shop of both accounts.
    pub shop: String,
    /// The other account.
    pub to: String,
    /// The request.
    pub request: String,
    /// The instant it is decided for.
    pub at: i64,
}

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing yet.
    New,
    /// The alarm is set for the case that all fails.
    Guarded,
    /// Entries are being put.
    Entries,
    /// The snapshot is being put.
    Snapshot,
    /// Messages are being sent.
    Messages,
    /// The books are being fed.
    Books,
    /// All is done that can be, and has to be written down.
    End,
    /// Nothing any more.
    Over,
}

/// One run, from the alarm. It fails for nobody: a runtime gives up an alarm whose handler failed a few times,
/// and then nothing would ever come again.
#[derive(Debug, Clone)]
pub struct Run {
    stage: Stage,
    lot: u32,
    /// The watermark when the run began.
    before: u64,
    flushed: u64,
    sent: u64,
    fed: u64,
    feeds: usize,
    /// The last entry there is, when the books are fed.
    head: u64,
    /// Books, or several other accounts, do not answer.
    unheard: bool,
    failed: bool,
    written: usize,
    /// Entries that are read and not yet being put.
    rows: VecDeque<Logged>,
    /// The numbers of those that are.
    putting: Vec<u64>,
    /// Entries with messages; nothing before they are read.
    outbox: Option<VecDeque<Logged>>,
    /// The entry whose messages they are; 0 for letters.
    mailed: u64,
    /// Messages to send: letters, then those of one entry after the other.
    mail: VecDeque<Letter>,
    /// To whom a letter waits, and how long: what comes later waits behind it, as long.
    behind: BTreeMap<String, i64>,
    /// How many messages were sent.
    posted: u32,
    /// Those that were refused, or did not arrive.
    letters: Vec<Letter>,
    /// How many did not arrive.
    undelivered: usize,
    /// Letters that arrived.
    delivered: Vec<(u64, u32)>,
    troubles: Vec<String>,
}

impl Run {
    /// A run; `lot` is drawn of [`LOTS`](crate::LOTS).
    #[must_use]
    pub const fn new(lot: u32) -> Self {
        Self {
            stage: Stage::New,
            lot,
            before: 0,
            flushed: 0,
            sent: 0,
            fed: 0,
            feeds: 0,
            head: 0,
            unheard: false,
            failed: false,
            written: 0,
            rows: VecDeque::new(),
            putting: vec![],
            outbox: None,
            mailed: 0,
            mail: VecDeque::new(),
            behind: BTreeMap::new(),
            posted: 0,
            letters: vec![],
            undelivered: 0,
            delivered: vec![],
            troubles: vec![],
        }
    }

    /// What went wrong so far, for the log of the host.
    #[must_use]
    pub fn troubles(&self) -> &[String] {
        &self.troubles
    }

    /// What to do next. A host lets nothing come between this look at the store and what it is told to do: no
    /// entry may slip between the last look and the alarm that is set or taken away after it.
    pub fn next(&mut self, store: &impl Store, now: i64) -> Action {
        loop {
            let step = match self.stage {
                Stage::New => {
                    self.stage = Stage::Guarded;
                    return Action::Alarm(Some(IF_ALL_FAILS));
                }
                Stage::Guarded => self.begin(store),
                Stage::Entries => self.entries(store),
                Stage::Snapshot => {
                    self.stage = Stage::Messages;
                    continue;
                }
                Stage::Messages => self.messages(store, now),
                Stage::Books => self.books(store),
                Stage::End => self.end(store, now),
                Stage::Over => return Action::Done,
            };
            match step {
                Ok(Some(action)) => return action,
                Ok(None) => {}
                Err(trouble) => self.fails(trouble.to_string()),
            }
        }
    }

    /// How all of the puts went, in their order. The watermark moves over a contiguous prefix only.
    pub fn put(&mut self, results: impl IntoIterator<Item = Result<(), String>>) {
        let mut results = results.into_iter();
        if self.stage == Stage::Snapshot {
            if let Some(Err(trouble)) = results.next() {
                self.fails(trouble);
            }
            return;
        }
        for seq in core::mem::take(&mut self.putting) {
            match results.next() {
                Some(Ok(())) => self.flushed = seq,
                Some(Err(trouble)) => return self.fails(trouble),
                None => return self.fails("a put of which nothing is known".to_owned()),
            }
        }
    }

    /// What the other account answered: its status and text, or why there is no answer. A message that did not
    /// arrive, or is refused, becomes a letter, so that it holds up no other account's.
    pub fn sent(&mut self, answer: Result<(u16, String), String>) {
        let Some(mut letter) = self.mail.pop_front() else { return };
        letter.tries = letter.tries.saturating_add(1);
        let (again, reason) = match answer {
            Ok((200 | 201, _)) => {
                self.delivered.extend((self.mailed == 0).then_some((letter.seq, letter.nth)));
                return;
            }
            Ok((409 | 422, body)) if !is_full(&body) => (false, body),
            Ok((status, body)) => (true, format!("answered {status}: {body}")),
            Err(trouble) => (true, trouble),
        };
        self.troubles.push(format!("message {}/{} to {}: {reason}", letter.seq, letter.nth, letter.to));
        // How long it waits is counted from the end of the run.
        letter.due = again.then(|| patience(letter.tries));
        if let Some(wait) = letter.due {
            self.undelivered += 1;
            self.unheard |= self.undelivered >= UNDELIVERED;
            self.behind.insert(letter.to.clone(), wait);
        }
        self.letters.push(Letter { reason, ..letter });
    }

    /// Up to which entry the books know the account now. They may know less than they did, or more than was known
    /// of them: their word holds, and the next batch starts there.
    pub fn fed(&mut self, answer: Result<u64, String>) {
        match answer {
            Ok(seq) if seq == self.fed || seq > self.head => {
                self.fails(format!("the books are at entry {seq}"))
            }
            Ok(seq) => self.fed = seq,
            Err(trouble) => self.fails(trouble),
        }
    }

    /// What is under way cannot be done in this run; the next stage may be.
    fn fails(&mut self, trouble: String) {
        self.troubles.push(trouble);
        self.stage = match self.stage {
            Stage::Entries => {
                self.failed = true;
                Stage::Messages
            }
            Stage::Snapshot => {
                // The watermark goes back to where it was, so that the next run tries again.
                (self.failed, self.flushed) = (true, self.before);
                Stage::Messages
            }
            Stage::Messages => Stage::Books,
            Stage::Books => {
                self.unheard = true;
                Stage::End
            }
            Stage::New | Stage::Guarded | Stage::End | Stage::Over => Stage::Over,
        };
    }

    fn begin(&mut self, store: &impl Store) -> Result<Option<Action>, Trouble> {
        let Some(meta) = store.meta()? else {
            self.stage = Stage::Over;
            return Ok(Some(Action::Alarm(None)));
        };
        (self.before, self.flushed) = (meta.flushed_seq, meta.flushed_seq);
        (self.sent, self.fed) = (meta.sent_seq, meta.fed_seq);
        self.stage = Stage::Entries;
        Ok(None)
    }

    /// Writes entries, and the snapshot once all of them are there: of the very state whose entries they are.
    fn entries(&mut self, store: &impl Store) -> Result<Option<Action>, Trouble> {
        if self.rows.is_empty() && self.written < RUN {
            self.rows = store.entries(self.flushed, BATCH)?.into();
        }
        let (name, meta) = about(store)?;
        let abreast: Vec<Logged> = self.rows.drain(..ABREAST.min(self.rows.len())).collect();
        if !abreast.is_empty() {
            self.written += abreast.len();
            self.putting = abreast.iter().map(|row| row.seq).collect();
            return Ok(Some(Action::Put(
                abreast.iter().map(|row| Put::entry(&name, &meta.epoch, row)).collect(),
            )));
        }
        if self.flushed == self.before || self.flushed < meta.head_seq {
            self.stage = Stage::Messages;
            return Ok(None);
        }
        self.stage = Stage::Snapshot;
        Ok(Some(Action::Put(vec![Put::snapshot(&name, store)?])))
    }

    /// Sends letters that are due, then messages in the order of their entries. Whatever is for an account to which
    /// a letter waits, waits behind it: what is taken back must not arrive before what was given. The watermark
    /// passes an entry once each of its messages is sent or a letter. Nobody is told of an entry that KV does not have: an
    /// account that lost its storage would know nothing of it, and give its number to another one.
    fn messages(&mut self, store: &impl Store, now: i64) -> Result<Option<Action>, Trouble> {
        if self.undelivered >= UNDELIVERED || self.posted >= MESSAGES {
            self.stage = Stage::Books;
            return Ok(None);
        }
        if let Some(letter) = self.mail.front() {
            let is_due = letter.due.is_none_or(|due| due <= now);
            if let Some(wait) = self.behind.get(&letter.to).copied() {
                let letter = self.mail.pop_front().filter(|_| is_due);
                let due = Some(wait);
                self.letters.extend(letter.map(|letter| Letter { due, reason: BEHIND.to_owned(), ..letter }));
                return Ok(None);
            }
            if let (false, Some(due)) = (is_due, letter.due) {
                self.behind.insert(letter.to.clone(), due.saturating_sub(now));
                self.mail.pop_front();
                return Ok(None);
            }
            self.posted += 1;
            let Letter { to, request, at, .. } = letter.clone();
            return Ok(Some(Action::Send(Message { shop: about(store)?.0.shop, to, request, at })));
        }
        let Some(outbox) = &mut self.outbox else {
            let letters = store.waiting(LETTERS)?;
            let room = letters.len() < LETTERS as usize;
            self.unheard |= !room;
            self.mail = letters.into();
            let unsent = if room { store.unsent(self.sent, MESSAGES)? } else { vec![] };
            self.outbox = Some(unsent.into_iter().take_while(|row| row.seq <= self.flushed).collect());
            return Ok(None);
        };
        self.sent = self.sent.max(self.mailed);
        if let Some(row) = outbox.pop_front() {
            self.mail = mail(store, &about(store)?.0, &row)?;
            self.mailed = row.seq;
            return Ok(None);
        }
        if store.unsent(self.sent, 1)?.first().is_none_or(|row| row.seq > self.flushed) {
            self.sent = self.sent.max(self.flushed);
        }
        self.stage = Stage::Books;
        Ok(None)
    }

    /// Feeds the books with what they do not know yet, of what KV has: of the rest an account that lost its storage knows
    /// nothing, and books that did would never fit it again.
    fn books(&mut self, store: &impl Store) -> Result<Option<Action>, Trouble> {
        let (name, meta) = about(store)?;
        if !name.is_member() {
            self.fed = meta.head_seq;
        }
        if self.fed >= self.flushed || self.feeds >= FEEDS {
            self.stage = Stage::End;
            return Ok(None);
        }
        (self.feeds, self.head) = (self.feeds.saturating_add(1), meta.head_seq);
        let entries = store.entries(self.fed, BATCH)?.into_iter();
        let entries = entries.take_while(|row| row.seq <= self.flushed).map(|row| row.body).collect();
        Ok(Some(Action::Feed(Feed { name, epoch: meta.epoch, entries })))
    }

    fn end(&mut self, store: &impl Store, now: i64) -> Result<Option<Action>, Trouble> {
        let (_, meta) = about(store)?;
        let (failures, wait) = match self.failed {
            true => (meta.failures.saturating_add(1), jitter(meta.failures, self.lot)),
            // KV is well, so others that do not answer must not keep entries from it for long.
            false => (0, if self.unheard { UNHEARD } else { 0 }),
        };
        let mut letters = core::mem::take(&mut self.letters);
        for due in letters.iter_mut().filter_map(|letter| letter.due.as_mut()) {
            *due = now.saturating_add(*due).saturating_add(jitter(0, self.lot));
        }
        let delivered = core::mem::take(&mut self.delivered);
        let at = now.saturating_add(wait);
        let (flushed, sent, fed) = (self.flushed, self.sent, self.fed);
        store.mark(Marks { flushed, sent, fed, failures, at, letters, delivered })?;
        self.stage = Stage::Over;
        Ok(Some(Action::Alarm(alarm(store, now, None)?)))
    }
}

fn about(store: &impl Store) -> Result<(Name, Meta), Trouble> {
    let meta = store.meta()?.ok_or_else(|| Trouble::new("an account without its row"))?;
    Ok((Name::read(&meta.name)?, meta))
}

/// What an entry asks of other accounts.
fn mail(store: &impl Store, name: &Name, row: &Logged) -> Result<VecDeque<Letter>, Trouble> {
    let at = loyalty_wire::entry(&row.body)?.moment.at.get();
    let record = match ledger::message_record(&row.body)? {
        Some(record) => store.records(vec![record])?.pop().map(|(_, text)| text),
        None => None,
    };
    let messages = (0..).zip(ledger::messages(&name.acct, &row.body, record.as_deref())?);
    let letter = |(nth, (to, request))| Letter {
        seq: row.seq,
        nth,
        to,
        request,
        at,
        tries: 0,
        due: None,
        reason: String::new(),
    };
    Ok(messages.map(letter).collect())
}
