//! An account's object: what it stores, its alarm, the instance that runs at the moment.

use crate::chance::Chance;
use crate::disk::Disk;
use crate::plan::PROGRAMMES;
use crate::task::Task;
use crate::watch::{Broken, Watch, ensure};
use crate::world::{Asked, Asker, Event, Utc, World, name};
use loyalty_ledger::{Ask, Decided, Given, Meta, Store, Trouble, alarm, status, step};
use loyalty_wire::ledger;

/// The runtime tries a failed alarm so often again.
const TRIES: u32 = 6;

/// What is there of one account.
pub(crate) struct Object {
    pub(crate) disk: Disk,
    pub(crate) watch: Watch,
    /// When the alarm goes off, by the clock that was there when it was set; stored with the tables.
    pub(crate) alarm: Option<i64>,
    /// How often it was set.
    settings: u64,
    /// How often in a row its handler died.
    tries: u32,
    /// The runtime tried too often: nothing comes any more by itself.
    given_up: bool,
    /// How many of the next handlers die at once.
    pub(crate) cursed: u32,
    /// Counts restarts.
    pub(crate) instance: u64,
    /// The run of the journal that is under way.
    pub(crate) running: Option<u64>,
    /// By how much the machine's clock is wrong.
    pub(crate) skew: i64,
}

impl Object {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        Self {
            disk: Disk::default(),
            watch: Watch::default(),
            alarm: None,
            settings: 0,
            tries: 0,
            given_up: false,
            cursed: 0,
            instance: 0,
            running: None,
            skew: chance.within(-300_000, 300_000),
        }
    }

    fn meta(&self) -> Option<Meta> {
        self.disk.rows().meta.clone()
    }
}

impl World {
    /// A question reaches an object. One without history asks KV first whether there is one.
    pub(crate) fn arrive(&mut self, to: usize, asked: Asked) -> Result<(), Broken> {
        if self.objects[to].meta().is_some() {
            return self.decide(to, asked, None);
        }
        let found = self.kv.list(&name(to).entries(), self.now).ok().map(|found| !found.is_empty());
        let wait = self.chance.within(1, 300);
        let instance = self.objects[to].instance;
        self.queue(self.now + wait, Event::Listed(to, instance, asked, found));
        Ok(())
    }

    pub(crate) fn listed(
        &mut self,
        to: usize,
        instance: u64,
        asked: Asked,
        found: Option<bool>,
    ) -> Result<(), Broken> {
        if self.objects[to].instance != instance {
            return Ok(());
        }
        if found == Some(false) {
            let epoch = format!("{:08x}", self.chance.within(0, i64::from(u32::MAX)));
            return self.decide(to, asked, Some(Meta::newborn(&name(to), epoch)));
        }
        self.post(Event::Answer(asked.from, 503, "unavailable".into()));
        Ok(())
    }

    /// One synchronous section: look up, decide, write, arm; then the answer, if nothing happens before it.
    fn decide(&mut self, to: usize, asked: Asked, newborn: Option<Meta>) -> Result<(), Broken> {
        let now = self.clock(to);
        let programme = &PROGRAMMES[self.version];
        let ask = Ask {
            programme: programme.version().to_owned(),
            now: asked.at,
            request: asked.request,
            hold: asked.hold,
            ..Ask::default()
        };
        let request = loyalty_wire::request(&ask.request).map_err(|problem| problem.to_json()).unwrap();
        let fails = (!self.calm && self.chance.one_in(15)).then(|| u32::from(self.chance.one_in(2)));
        let object = &self.objects[to];
        if object.meta().is_some_and(|meta| now < meta.last_at) {
            self.happened.insert("the clock is behind the log");
        }
        object.disk.fail_after(fails);
        let given = Given { ask: &ask, request: &request, programme, shared: &[], newborn, now };
        let decided = step(&object.disk, &Utc, given);
        object.disk.fail_after(None);
        if let Some(delay) = alarm(&object.disk, now, object.alarm).unwrap() {
            self.set_alarm(to, delay);
        }
        if fails.is_some() && matches!(decided, Err(Trouble::Unavailable(_))) {
            self.happened.insert("a commit fails");
        }
        let (status, body, kept) = match decided {
            Ok(decided) => {
                self.notes(&decided, asked.from);
                (decided.status, decided.body, true)
            }
            Err(Trouble::Refused(problem)) => (status(problem.code), problem.code.to_string(), false),
            Err(why) => (503, why.to_string(), false),
        };
        self.say(|| format!("a{to} answers {status} to `{}` of {:?}", asked.key, asked.from));
        if status != 503 {
            self.decided.insert((to, asked.key.clone()));
        }
        if matches!(asked.from, Asker::Mistake) {
            ensure("INV-06", matches!(status, 422 | 503), || {
                format!("`{}` with another body is answered {status}", asked.key)
            })?;
        }
        if kept {
            let answer = (status, body.clone());
            let first = self.told.entry((to, asked.key.clone())).or_insert_with(|| answer.clone());
            let same = *first == answer;
            ensure("INV-06", same, || format!("`{}` is answered in two ways", asked.key))?;
        }
        self.look(to)?;
        if !self.calm && self.chance.one_in(15) {
            self.happened.insert("a crash swallows an answer");
            return self.crash(to);
        }
        self.post(Event::Answer(asked.from, status, body));
        Ok(())
    }

    /// What of an answer shows that the world is not too kind.
    fn notes(&mut self, decided: &Decided, from: Asker) {
        let has = |what: &str| decided.body.contains(what);
        let is_message = matches!(from, Asker::Journal(..));
        let notes = [
            (decided.replayed, "an answer is repeated"),
            (decided.replayed && is_message, "a message comes again"),
            (decided.status == 409, "a hold is refused"),
            (has(r#""referral_rewarded""#), "a friend is rewarded"),
            (has(r#""timed_out":true"#), "a hold lapses"),
        ];
        self.happened.extend(notes.into_iter().filter(|(is, _)| *is).map(|(_, note)| note));
    }

    /// Sets the alarm, whatever it was.
    pub(crate) fn set_alarm(&mut self, of: usize, delay: i64) {
        let at = self.clock(of) + delay;
        let object = &mut self.objects[of];
        object.settings += 1;
        (object.alarm, object.given_up) = (Some(at), false);
        let setting = object.settings;
        let late = match if self.calm { usize::MAX } else { self.chance.below(10) } {
            0 => -delay / 2,
            1 => self.chance.within(0, 300_000),
            _ => 0,
        };
        self.queue(self.now + delay + late, Event::Alarm(of, setting, false));
        if !self.calm && self.chance.one_in(8) {
            let later = self.chance.within(1, 5_000);
            self.queue(self.now + delay + late + later, Event::Alarm(of, setting, true));
        }
    }

    /// An alarm goes off: at least once, never while its handler runs.
    pub(crate) fn alarm(&mut self, of: usize, setting: u64, again: bool) -> Result<(), Broken> {
        let object = &mut self.objects[of];
        let set = object.settings == setting && object.alarm.is_some();
        if !set && !again {
            return Ok(());
        }
        if object.running.is_some() {
            self.queue(self.now + 200, Event::Alarm(of, setting, again));
            return Ok(());
        }
        if set {
            object.alarm = None;
        }
        if object.cursed > 0 {
            object.cursed -= 1;
            self.died(of);
            return self.look(of);
        }
        let lot = self.chance.below(1_001);
        let task = Task::new(of, self.objects[of].instance, u32::try_from(lot).unwrap());
        let id = self.number();
        self.tasks.insert(id, task);
        self.objects[of].running = Some(id);
        self.proceed(id)
    }

    /// The alarm's handler died: the runtime tries again, for a while.
    fn died(&mut self, of: usize) {
        let object = &mut self.objects[of];
        if object.alarm.is_some() {
            return;
        }
        object.tries += 1;
        if object.tries > TRIES {
            (object.tries, object.given_up) = (0, true);
            self.say(|| format!("the alarm of a{of} is given up"));
            self.happened.insert("an alarm is given up");
            return;
        }
        let delay = 2_000 << object.tries;
        self.set_alarm(of, delay);
    }

    /// The alarm's handler came to its end.
    pub(crate) fn ended(&mut self, of: usize) {
        let object = &mut self.objects[of];
        (object.running, object.tries) = (None, 0);
    }

    /// Everything that is not stored is gone. What was under way goes on as an instance that was replaced.
    pub(crate) fn crash(&mut self, of: usize) -> Result<(), Broken> {
        self.say(|| format!("a{of} crashes"));
        let moves = self.chance.one_in(2);
        let skew = self.chance.within(-300_000, 300_000);
        let object = &mut self.objects[of];
        object.instance += 1;
        if moves {
            object.skew = skew;
        }
        if object.running.take().is_some() {
            self.happened.insert("a crash cuts a run off");
            self.died(of);
        }
        self.look(of)
    }

    /// Any other question: the last line of defence against a lost alarm.
    pub(crate) fn touch(&mut self, of: usize) {
        let object = &self.objects[of];
        if object.alarm.is_none()
            && let Some(delay) = alarm(&object.disk, self.clock(of), None).unwrap()
        {
            self.set_alarm(of, delay);
        }
    }

    /// Looks at all invariants of one account.
    pub(crate) fn look(&mut self, of: usize) -> Result<(), Broken> {
        let object = &mut self.objects[of];
        let rows = object.disk.rows();
        object.watch.rows(&rows)?;
        object.watch.journal(&rows, &name(of), &self.kv)?;
        let Some(meta) = &rows.meta else { return Ok(()) };
        let marks = [meta.flushed_seq, meta.sent_seq, meta.fed_seq];
        let waits = rows.letters.values().any(|letter| letter.due.is_some());
        let owes = waits || marks.into_iter().any(|mark| mark < meta.head_seq);
        let comes = object.alarm.is_some() || object.running.is_some() || object.given_up;
        ensure("INV-11", !owes || comes, || format!("a{of} owes, and nothing comes"))?;
        let books = &self.books[of];
        let bodies = rows.entries.iter().map(|entry| &entry.row.body);
        ensure(
            "INV-13",
            meta.fed_seq <= books.len() as u64 && books.iter().eq(bodies.take(books.len())),
            || format!("the books do not have a{of} up to entry {}", meta.fed_seq),
        )?;
        for entry in rows.entries.iter().filter(|entry| entry.row.message) {
            let seq = entry.row.seq;
            let in_kv = self.kv.value(&name(of).entry(&meta.epoch, seq)).is_some();
            if in_kv && seq > meta.sent_seq {
                continue;
            }
            let messages = messages(&object.disk, &name(of).acct, &entry.row.body);
            for (nth, (to, request)) in (0..).zip(messages) {
                let decided = self.decided.contains(&(account(&to), key(&request)));
                ensure("INV-13", in_kv || !decided, || {
                    format!("{to} knows entry {seq} of a{of}, KV does not")
                })?;
                let there = seq > meta.sent_seq || decided || rows.letters.contains_key(&(seq, nth));
                ensure("INV-13", there, || format!("entry {seq} of a{of} never reached {to}"))?;
            }
        }
        Ok(())
    }
}

/// What an entry asks of others.
fn messages(disk: &Disk, acct: &str, body: &str) -> Vec<(String, String)> {
    let names = ledger::message_record(body).map_err(|problem| problem.code).unwrap();
    let record = disk.records(names.into_iter().collect()).unwrap().pop().map(|(_, text)| text);
    ledger::messages(acct, body, record.as_deref()).map_err(|problem| problem.code).unwrap()
}

/// Which account a name is of.
pub(crate) fn account(acct: &str) -> usize {
    acct.strip_prefix('a').and_then(|number| number.parse().ok()).unwrap()
}

/// The key of a request.
pub(crate) fn key(request: &str) -> String {
    loyalty_wire::request(request).map_err(|problem| problem.code).unwrap().key.as_str().to_owned()
}
