//! The world around the ledger: one thread, a clock of its own, everything that happens in one queue. What may go
//! wrong goes wrong as its seed says.

use crate::chance::Chance;
use crate::kv::Kv;
use crate::object::Object;
use crate::plan::{self, PROGRAMMES, START, named};
use crate::shop::Errand;
use crate::task::Task;
use crate::watch::Broken;
use loyalty_ledger::{Host, Name, Put, Trouble};
use loyalty_wire::core::{Day, Instant, Moment};
use loyalty_wire::{Problem, Programme};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many accounts there are.
pub(crate) const ACCOUNTS: usize = 3;

/// How many places read KV.
pub(crate) const PLACES: usize = 2;

/// How long whoever asks an object waits for its answer.
pub(crate) const DEADLINE: i64 = 5_000;

/// A question on its way to an object.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) from: Asker,
    pub(crate) key: String,
    pub(crate) request: String,
    pub(crate) hold: Option<String>,
    /// The instant it is decided for, where it is not the clock's.
    pub(crate) at: Option<i64>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asker {
    /// The shop, for a command of the plan.
    Shop(usize),
    /// The shop by mistake: another body under the key of that command.
    Mistake,
    /// A journal's run: which, and its how manieth question of all.
    Journal(u64, u64),
}

/// What happens.
#[derive(Clone)]
pub(crate) enum Event {
    /// The shop sends a command, again where it has no answer.
    Send(usize),
    /// A question reaches an object.
    Arrive(usize, Asked),
    /// An object without history has heard whether KV knows of one.
    Listed(usize, u64, Asked, Option<bool>),
    /// An answer reaches who asked.
    Answer(Asker, u16, String),
    /// An alarm goes off: of which account, which setting of it, whether it went off before.
    Alarm(usize, u64, bool),
    /// Entries of an account reach the shop's books.
    Feed(Asker, usize, Vec<String>),
    /// A put becomes true.
    Land(Put),
    /// All puts of a run came back.
    Back(u64, Vec<Result<(), String>>),
    /// A run waits no longer for an answer.
    Deadline(u64, u64),
    /// A reader in a place asks for an account that is at this entry at least.
    Read(usize, u64, usize),
    Crash(usize),
    /// An object's clock jumps.
    Clock(usize),
    /// KV is down for so long.
    Outage(i64),
    /// The next handlers of an object's alarm fail at once.
    Curse(usize),
    /// The other programme is published.
    Publish,
}

/// Everything there is.
pub(crate) struct World {
    pub(crate) chance: Chance,
    /// The true time.
    pub(crate) now: i64,
    queue: BTreeMap<(i64, u64), Event>,
    count: u64,
    pub(crate) objects: Vec<Object>,
    pub(crate) kv: Kv,
    pub(crate) tasks: BTreeMap<u64, Task>,
    /// What the shop's books know of each account.
    pub(crate) books: Vec<Vec<String>>,
    pub(crate) errands: Vec<Errand>,
    pub(crate) version: usize,
    /// What was decided, by account and key; kept answers with their text.
    pub(crate) decided: BTreeSet<(usize, String)>,
    pub(crate) told: BTreeMap<(usize, String), (u16, String)>,
    /// Nothing goes wrong any more.
    pub(crate) calm: bool,
    pub(crate) trace: VecDeque<String>,
    /// What happened at least once.
    pub(crate) happened: BTreeSet<&'static str>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let errands = plan::plan(ACCOUNTS, &mut chance).into_iter().map(Errand::new).collect();
        let objects = (0..ACCOUNTS).map(|_| Object::new(&mut chance)).collect();
        let mut world = Self {
            chance,
            now: START,
            queue: BTreeMap::new(),
            count: 0,
            objects,
            kv: Kv::default(),
            tasks: BTreeMap::new(),
            books: vec![vec![]; ACCOUNTS],
            errands,
            version: 0,
            decided: BTreeSet::new(),
            told: BTreeMap::new(),
            calm: false,
            trace: VecDeque::new(),
            happened: BTreeSet::new(),
        };
        for number in 0..world.errands.len() {
            world.queue(world.errands[number].command.at, Event::Send(number));
        }
        world.misfortunes();
        world
    }

    /// What goes wrong whatever anybody does.
    fn misfortunes(&mut self) {
        let end = self.end();
        for _ in 0..self.chance.below(6) {
            let at = self.chance.within(START, end);
            let of = self.chance.below(ACCOUNTS);
            let event = if self.chance.one_in(3) { Event::Clock(of) } else { Event::Crash(of) };
            self.queue(at, event);
        }
        if self.chance.one_in(3) {
            let at = self.chance.within(START, end);
            let longest = if self.chance.one_in(4) { 3 * 3_600_000 } else { 300_000 };
            let length = self.chance.within(1_000, longest);
            self.queue(at, Event::Outage(length));
        }
        if self.chance.one_in(4) {
            let at = self.chance.within(START, end);
            let of = self.chance.below(ACCOUNTS);
            self.queue(at, Event::Curse(of));
        }
        let at = self.chance.within(START, end);
        self.queue(at, Event::Publish);
    }

    /// When the shop asks for the last thing.
    pub(crate) fn end(&self) -> i64 {
        self.errands.last().map_or(START, |errand| errand.command.at)
    }

    pub(crate) fn queue(&mut self, at: i64, event: Event) {
        let number = self.number();
        self.queue.insert((at.max(self.now), number), event);
    }

    /// A number that nothing else has.
    pub(crate) fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// Over the network: late, lost, twice, in any order.
    pub(crate) fn post(&mut self, event: Event) {
        if self.calm {
            self.queue(self.now + 5, event);
            return;
        }
        for _ in 0..if self.chance.one_in(6) { 2 } else { 1 } {
            let delay = match self.chance.below(12) {
                0 => continue,
                1 => self.chance.within(0, 600_000),
                2 | 3 => self.chance.within(0, 10_000),
                _ => self.chance.within(1, 200),
            };
            self.queue(self.now + delay, event.clone());
        }
    }

    /// Lets happen what happens up to an instant; says whether more is to come.
    ///
    /// # Errors
    /// The first invariant that is broken.
    pub(crate) fn until(&mut self, end: i64, most: usize) -> Result<bool, Broken> {
        for _ in 0..most {
            let Some(first) = self.queue.first_entry().filter(|first| first.key().0 <= end) else {
                return Ok(false);
            };
            let ((at, _), event) = first.remove_entry();
            self.now = at;
            self.happen(event)?;
        }
        Ok(true)
    }

    fn happen(&mut self, event: Event) -> Result<(), Broken> {
        match event {
            Event::Send(number) => self.send(number),
            Event::Arrive(to, asked) => return self.arrive(to, asked),
            Event::Listed(to, instance, asked, found) => return self.listed(to, instance, asked, found),
            Event::Answer(to, status, body) => return self.answered(to, status, body),
            Event::Alarm(of, setting, again) => return self.alarm(of, setting, again),
            Event::Feed(from, of, entries) => return self.feed(from, of, entries),
            Event::Land(put) => return self.land(put),
            Event::Back(task, results) => return self.back(task, results),
            Event::Deadline(task, question) => {
                return self.heard(task, question, Err("no answer in time".into()));
            }
            Event::Read(of, least, place) => return self.read(of, least, place),
            Event::Crash(of) => return self.crash(of),
            Event::Clock(of) => self.objects[of].skew = self.chance.within(-300_000, 300_000),
            Event::Outage(length) => {
                self.happened.insert("KV is down");
                self.kv.down_until = self.now + length;
            }
            Event::Curse(of) => self.objects[of].cursed = 7,
            Event::Publish => self.version = 1,
        }
        Ok(())
    }

    /// The last things that happened, for people.
    pub(crate) fn say(&mut self, what: impl FnOnce() -> String) {
        if self.trace.len() == 60 {
            self.trace.pop_front();
        }
        let line = format!("{:>9} {}", self.now - START, what());
        self.trace.push_back(line);
    }

    /// An object's own clock.
    pub(crate) fn clock(&self, of: usize) -> i64 {
        self.now + self.objects[of].skew
    }
}

/// The shop's calendar is that of UTC.
pub(crate) struct Utc;

impl Host for Utc {
    fn moment(&self, _: &Programme, milliseconds: i64) -> Result<Moment, Trouble> {
        let day = Day::new(i32::try_from(milliseconds / 86_400_000).unwrap()).unwrap();
        let minute = u16::try_from(milliseconds / 60_000 % 1_440).unwrap();
        let at = Instant::new(milliseconds).map_err(Problem::from)?;
        Ok(Moment { at, day, minute })
    }

    fn refusal(&self, problem: &Problem) -> String {
        problem.code.to_string()
    }
}

/// The account's name.
pub(crate) fn name(of: usize) -> Name {
    Name { shop: "demo".into(), acct: named(of) }
}

/// A version that was published.
pub(crate) fn published(version: &str) -> Option<&'static Programme> {
    PROGRAMMES.iter().find(|programme| programme.version() == version)
}
