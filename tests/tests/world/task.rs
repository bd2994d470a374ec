//! One run of the journal under way: the ledger says what to do next, the world does it, more or less.

use crate::kv::Fate;
use crate::object::{account, key};
use crate::watch::{Broken, ensure};
use crate::world::{Asked, Asker, DEADLINE, Event, World, name};
use loyalty_ledger::{Action, Feed, Message, Put, Run, Snapshot, Store};

/// A run, of the instance that began it.
pub(crate) struct Task {
    of: usize,
    instance: u64,
    run: Run,
    /// The question it waits for, and whether it is one to the books.
    waits: Option<(u64, bool)>,
}

impl Task {
    pub(crate) fn new(of: usize, instance: u64, lot: u32) -> Self {
        Self { of, instance, run: Run::new(lot), waits: None }
    }
}

impl World {
    /// Goes on with a run until it has to wait. An instance that was replaced cannot touch its storage; what it
    /// had begun to put may still land.
    pub(crate) fn proceed(&mut self, id: u64) -> Result<(), Broken> {
        let Some(mut task) = self.tasks.remove(&id) else { return Ok(()) };
        let of = task.of;
        loop {
            let is_here = task.instance == self.objects[of].instance;
            if !is_here {
                self.happened.insert("a replaced instance goes on");
            }
            let now = self.clock(of);
            let fails = (!self.calm && self.chance.one_in(40)).then_some(0);
            let disk = &self.objects[of].disk;
            disk.fail_after(fails);
            disk.lose(!is_here);
            let action = task.run.next(disk, now);
            disk.lose(false);
            disk.fail_after(None);
            match action {
                Action::Alarm(delay) if is_here => match delay {
                    Some(delay) => self.set_alarm(of, delay),
                    None => self.objects[of].alarm = None,
                },
                Action::Alarm(_) => {}
                Action::Put(puts) => {
                    self.put_all(id, puts);
                    self.tasks.insert(id, task);
                    return self.yields(of, is_here);
                }
                Action::Send(message) => {
                    task.waits = Some((self.ask(id, message), false));
                    self.tasks.insert(id, task);
                    return self.yields(of, is_here);
                }
                Action::Feed(feed) => {
                    task.waits = Some((self.ask_books(id, of, feed), true));
                    self.tasks.insert(id, task);
                    return self.yields(of, is_here);
                }
                Action::Done if is_here => {
                    self.ended(of);
                    return self.look(of);
                }
                Action::Done => return Ok(()),
            }
            self.yields(of, is_here)?;
        }
    }

    /// Anything can happen between two actions.
    fn yields(&mut self, of: usize, is_here: bool) -> Result<(), Broken> {
        self.look(of)?;
        if is_here && !self.calm && self.chance.one_in(25) { self.crash(of) } else { Ok(()) }
    }

    fn put_all(&mut self, id: u64, puts: Vec<Put>) {
        let mut results = vec![];
        let mut back = self.now;
        for put in puts {
            let fate = self.kv.fate(&put.key, self.now, self.calm, &mut self.chance);
            let wait = if self.calm { 5 } else { self.chance.within(5, 400) };
            let (result, lands, wait) = match fate {
                Fate::Applied => (Ok(()), Some(self.chance.within(0, wait)), wait),
                Fate::Refused(why) => (Err(why.to_owned()), None, wait),
                Fate::TimedOut(lands) => (Err("timed out".to_owned()), lands, 10_000),
            };
            if let Some(lands) = lands {
                if result.is_err() {
                    self.happened.insert("a put lands after it was given up");
                }
                self.queue(self.now + lands, Event::Land(put));
            }
            results.push(result);
            back = back.max(self.now + wait);
        }
        self.queue(back, Event::Back(id, results));
    }

    pub(crate) fn back(&mut self, id: u64, results: Vec<Result<(), String>>) -> Result<(), Broken> {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.run.put(results);
        }
        self.proceed(id)
    }

    /// A put becomes true: readers must never get anything else than what the log says.
    pub(crate) fn land(&mut self, put: Put) -> Result<(), Broken> {
        let mut parts = put.key.split('/');
        let (kind, of) = (parts.next().unwrap(), account(parts.nth(1).unwrap()));
        if kind == "s" {
            self.truthful(of, &put.text)?;
        }
        let listed = self.now + if self.calm { 0 } else { self.chance.within(0, 60_000) };
        self.kv.land(put, listed);
        let object = &self.objects[of];
        object.watch.journal(&object.disk.rows(), &name(of), &self.kv)
    }

    /// A copy says what the log says, and KV has all of its entries.
    fn truthful(&self, of: usize, copy: &str) -> Result<(), Broken> {
        let copy: Snapshot = serde_json::from_str(copy).unwrap();
        let in_kv = |epoch: &str, seq| self.kv.value(&name(of).entry(epoch, seq)).is_some();
        self.objects[of].watch.copy(&copy, in_kv)
    }

    /// Asks another account, and waits for so long.
    fn ask(&mut self, id: u64, Message { to, request, at, .. }: Message) -> u64 {
        let question = self.number();
        let asked = Asked {
            from: Asker::Journal(id, question),
            key: key(&request),
            request,
            hold: None,
            at: Some(at),
        };
        self.post(Event::Arrive(account(&to), asked));
        self.queue(self.now + DEADLINE, Event::Deadline(id, question));
        question
    }

    fn ask_books(&mut self, id: u64, of: usize, feed: Feed) -> u64 {
        let question = self.number();
        self.post(Event::Feed(Asker::Journal(id, question), of, feed.entries));
        self.queue(self.now + DEADLINE, Event::Deadline(id, question));
        question
    }

    /// The books take what follows what they know, and say how far that is.
    pub(crate) fn feed(&mut self, from: Asker, of: usize, entries: Vec<String>) -> Result<(), Broken> {
        let books = &mut self.books[of];
        for text in entries {
            if loyalty_wire::entry(&text).map_err(|problem| problem.code).unwrap().seq
                == books.len() as u64 + 1
            {
                books.push(text);
            }
        }
        let known = books.len().to_string();
        self.post(Event::Answer(from, 200, known));
        self.look(of)
    }

    /// A run hears what came of its question, if it still waits for it.
    pub(crate) fn heard(
        &mut self,
        id: u64,
        question: u64,
        answer: Result<(u16, String), String>,
    ) -> Result<(), Broken> {
        let Some(task) = self.tasks.get_mut(&id) else { return Ok(()) };
        match task.waits {
            Some((waits, books)) if waits == question => {
                task.waits = None;
                if books {
                    task.run.fed(answer.map(|(_, seq)| seq.parse().unwrap()));
                } else {
                    task.run.sent(answer);
                }
                self.proceed(id)
            }
            _ => Ok(()),
        }
    }

    /// A reader who knows of an entry gets no older account, from wherever it comes.
    pub(crate) fn read(&mut self, of: usize, least: u64, place: usize) -> Result<(), Broken> {
        self.touch(of);
        let copy = self.kv.get(place, &name(of).snapshot(), self.now).ok().flatten();
        let is_new =
            |text: &String| serde_json::from_str::<Snapshot>(text).is_ok_and(|copy| copy.head_seq >= least);
        let is_there = copy.is_some();
        match copy.filter(is_new) {
            Some(text) => {
                self.happened.insert("a copy is read from KV");
                self.truthful(of, &text)
            }
            None => {
                if is_there {
                    self.happened.insert("a stale copy is passed over");
                }
                let head = Snapshot::of(&self.objects[of].disk).unwrap().head_seq;
                ensure("INV-07", head >= least, || format!("a{of} is at {head}, {least} was answered"))
            }
        }
    }

    /// The head that is stored.
    pub(crate) fn head(&self, of: usize) -> u64 {
        self.objects[of].disk.meta().unwrap().map_or(0, |meta| meta.head_seq)
    }
}
