use super::*;
use crate::journal::alarm::owes;
use loyalty_wire::ledger;

/// KV, other accounts and the alarm.
#[derive(Default)]
struct World {
    kv: BTreeMap<String, (String, String)>,
    /// Which puts from now on fail: the n-th, counted from 1.
    failing: Vec<usize>,
    puts: usize,
    delivered: Vec<(String, String)>,
    answers: Vec<Result<(u16, String), String>>,
    /// Entries the books know, and what they answer instead of their number.
    booked: Vec<String>,
    books: Vec<Result<u64, String>>,
    alarm: Option<Option<i64>>,
    /// How long after `NOW` it is.
    now: i64,
}

impl World {
    /// Runs the journal to its end, or up to so many actions.
    fn run(&mut self, store: &Memory, most: usize) -> Vec<String> {
        let mut run = Run::new(0);
        for _ in 0..most {
            match run.next(store, NOW + self.now) {
                Action::Alarm(alarm) => self.alarm = Some(alarm),
                Action::Put(puts) => {
                    let results: Vec<_> = puts.into_iter().map(|put| self.put(put)).collect();
                    run.put(results);
                }
                Action::Send(message) => {
                    self.delivered.push((message.to, message.request));
                    let answer =
                        if self.answers.is_empty() { Ok((201, "{}".into())) } else { self.answers.remove(0) };
                    run.sent(answer);
                }
                Action::Feed(feed) => {
                    let answer = if self.books.is_empty() { self.book(feed) } else { self.books.remove(0) };
                    run.fed(answer);
                }
                Action::Done => break,
            }
        }
        run.troubles().to_vec()
    }

    /// The books take the next entries, know those before, and wait for those between.
    fn book(&mut self, feed: Feed) -> Result<u64, String> {
        assert_eq!((feed.name, feed.epoch.as_str()), (name(), "e0"));
        for text in feed.entries {
            let seq = usize::try_from(loyalty_wire::entry(&text).unwrap().seq).unwrap();
            if seq == self.booked.len() + 1 {
                self.booked.push(text);
            }
        }
        Ok(u64::try_from(self.booked.len()).unwrap())
    }

    fn put(&mut self, put: Put) -> Result<(), String> {
        self.puts += 1;
        if self.failing.contains(&self.puts) {
            return Err("429".into());
        }
        self.kv.insert(put.key, (put.text, put.metadata.to_string()));
        Ok(())
    }

    #[track_caller]
    fn equals(&self, store: &Memory) {
        for entry in store.entries.borrow().iter() {
            let (text, metadata) = &self.kv[&name().entry("e0", entry.row.seq)];
            assert_eq!((text, metadata), (&entry.row.body, &format!(r#"{{"h":"{}"}}"#, &entry.hash[..16])));
        }
        let (copy, metadata) = &self.kv["s/demo/ann"];
        let copy: Snapshot = serde_json::from_str(copy).unwrap();
        assert_eq!((copy.head_seq, copy.head_hash), (store.row().head_seq, store.row().head_hash));
        assert_eq!(metadata, &format!(r#"{{"q":{}}}"#, copy.head_seq));
    }
}

const ALL: usize = usize::MAX;

fn paid(orders: u64) -> Memory {
    let store = Memory::new();
    (1..=orders).for_each(|id| {
        pay(&store, &id.to_string());
    });
    store
}

#[test]
fn a_run_writes_all_delivers_all_and_takes_the_alarm_away() {
    let (store, mut world) = (paid(40), World::default());
    assert_eq!(world.run(&store, ALL), [""; 0]);
    world.equals(&store);
    assert_eq!((store.row().flushed_seq, store.row().sent_seq, world.alarm), (40, 40, Some(None)));
    assert_eq!((world.puts, world.delivered.len()), (41, 40));
    assert!(world.delivered.iter().all(|(to, _)| to == "clerk"));
    assert_eq!((store.row().fed_seq, world.booked.len()), (40, 40));
}

#[test]
fn an_account_without_history_owes_nothing() {
    let mut world = World::default();
    assert_eq!(world.run(&Memory::new(), ALL), [""; 0]);
    assert_eq!((world.alarm, world.puts), (Some(None), 0));
}

#[test]
fn fault_30_a_run_that_dies_anywhere_is_made_good_by_the_next() {
    for dies_after in 1..14 {
        let (store, mut world) = (paid(8), World::default());
        world.run(&store, dies_after);
        if owes(&store.row()) {
            assert!(matches!(world.alarm, Some(Some(_))), "it comes back");
        }
        world.run(&store, ALL);
        world.equals(&store);
        assert!(!owes(&store.row()));
        assert_eq!(world.booked.len(), 8);
    }
}

#[test]
fn the_watermark_moves_over_a_contiguous_prefix_only() {
    let (store, mut world) = (paid(6), World { failing: vec![3], ..World::default() });
    assert_eq!(world.run(&store, ALL), ["429"]);
    let row = store.row();
    assert_eq!((row.flushed_seq, row.failures, world.kv.len()), (2, 1, 5));
    assert!(!world.kv.contains_key("s/demo/ann"), "no copy of what is not all there");
    world.run(&store, ALL);
    world.equals(&store);
    assert_eq!((store.row().flushed_seq, store.row().failures, world.alarm), (6, 0, Some(None)));
}

#[test]
fn the_books_learn_only_what_kv_has() {
    let (store, mut world) = (paid(6), World { failing: vec![3], ..World::default() });
    world.run(&store, ALL);
    assert_eq!((store.row().flushed_seq, store.row().fed_seq, world.booked.len()), (2, 2, 2));
    world.run(&store, ALL);
    assert_eq!((store.row().flushed_seq, store.row().fed_seq, world.booked.len()), (6, 6, 6));
    // They may know more than is known of them: a run died after it had told them.
    world.books = vec![Ok(8)];
    pay(&store, "7");
    pay(&store, "8");
    (world.puts, world.failing) = (0, vec![2]);
    assert_eq!(world.run(&store, ALL), ["429"]);
    assert_eq!((store.row().flushed_seq, store.row().fed_seq), (7, 8));
}

#[test]
fn a_copy_that_cannot_be_put_is_put_by_the_next_run() {
    let (store, mut world) = (paid(2), World { failing: vec![3], ..World::default() });
    world.run(&store, ALL);
    assert_eq!((store.row().flushed_seq, store.row().failures), (0, 1));
    world.run(&store, ALL);
    world.equals(&store);
}

#[test]
fn fault_31_runs_that_fail_come_ever_later_and_never_stop() {
    let store = paid(1);
    let mut waits = vec![];
    for _ in 0..12 {
        let mut world = World { failing: vec![1], ..World::default() };
        world.run(&store, ALL);
        waits.push(world.alarm.flatten().unwrap());
    }
    let expected = [3, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900].map(|seconds| seconds * 1_000);
    assert_eq!(waits, expected);
    let mut world = World::default();
    world.run(&store, ALL);
    world.equals(&store);
    assert_eq!((store.row().failures, world.alarm), (0, Some(None)));
}

#[test]
fn fault_32_a_run_more_does_nothing_and_one_without_storage_comes_again() {
    let (store, mut world) = (paid(3), World::default());
    world.run(&store, ALL);
    let puts = world.puts;
    world.run(&store, ALL);
    assert_eq!((world.puts, world.delivered.len(), world.alarm), (puts, 3, Some(None)));
    store.lost.set(true);
    assert_eq!(world.run(&store, ALL), ["storage"]);
    assert_eq!(world.alarm, Some(Some(10_000)));
}

#[test]
fn more_than_a_run_can_write_is_written_by_several() {
    let (store, mut world) = (paid(1), World::default());
    let row = |seq| ledger::EntryRow { seq, body: "{}".to_owned(), message: false };
    world.books = vec![Ok(780), Ok(901)];
    let entries = (2..=901).map(|seq| Linked { row: row(seq), hash: chained("", "{}") }).collect();
    let head = Head { seq: 901, hash: chained("", "{}"), at: NOW, position: "{}".into() };
    store.write(Write { entries, head: Some(head), ..Write::default() }).unwrap();
    world.run(&store, ALL);
    assert_eq!((store.row().flushed_seq, world.puts, world.alarm), (780, 780, Some(Some(3_000))));
    world.run(&store, ALL);
    world.equals(&store);
}

/// An order whose seller is somebody.
fn sold(store: &Memory, id: &str, seller: &str) {
    let order = order(id, "20.00").replace("clerk", seller);
    assert_eq!(ask(store, &format!("order-{id}"), &order).unwrap().status, 201);
}

fn to(world: &World) -> Vec<&str> {
    world.delivered.iter().map(|(to, _)| to.as_str()).collect()
}

#[test]
fn a_message_that_was_refused_is_over_and_can_be_read() {
    let (store, mut world) = (paid(3), World::default());
    world.answers = vec![Ok((409, "no".into()))];
    assert_eq!(world.run(&store, ALL), ["message 1/0 to clerk: no"]);
    assert_eq!((store.row().sent_seq, world.delivered.len(), world.alarm), (3, 3, Some(None)));
    let letter = store.letters.borrow()[&(1, 0)].clone();
    assert_eq!((letter.tries, letter.due, letter.reason.as_str()), (1, None, "no"));
}

#[test]
fn a_message_that_does_not_arrive_holds_up_nobody_elses() {
    let (store, mut world) = (Memory::new(), World::default());
    for (id, seller) in [("1", "lost"), ("2", "clerk"), ("3", "lost"), ("4", "clerk")] {
        sold(&store, id, seller);
    }
    world.answers = vec![Ok((503, "later".into()))];
    assert_eq!(world.run(&store, ALL), ["message 1/0 to lost: answered 503: later"]);
    assert_eq!(to(&world), ["lost", "clerk", "clerk"], "entry 3 waits behind entry 1");
    assert_eq!((store.row().sent_seq, store.row().flushed_seq, store.row().failures), (4, 4, 0));
    assert_eq!((store.letters.borrow().len(), world.alarm), (2, Some(Some(30_000))));

    world.run(&store, ALL);
    assert_eq!(world.delivered.len(), 3, "not before it is due");
    world.now = 30_000;
    world.answers = vec![Err("no answer".into())];
    world.run(&store, ALL);
    assert_eq!(
        (world.delivered.len(), world.alarm),
        (4, Some(Some(60_000))),
        "entry 3 waits as long as entry 1"
    );
    world.now = 30_300;
    world.run(&store, ALL);
    assert_eq!((world.delivered.len(), world.alarm), (4, Some(Some(59_700))), "and nobody looks before");
    world.now = 90_000;
    world.run(&store, ALL);
    assert_eq!(to(&world)[4..], ["lost", "lost"]);
    let requests: Vec<_> = world.delivered[4..].iter().map(|(_, request)| request.as_str()).collect();
    assert!(requests[0].contains(r#""order":"1""#) && requests[1].contains(r#""order":"3""#), "{requests:?}");
    assert_eq!((store.letters.borrow().len(), world.alarm), (0, Some(None)));
}

#[test]
fn a_letter_is_looked_at_when_the_one_before_it_is_due() {
    let (store, mut world) = (Memory::new(), World::default());
    ["1", "2", "3"].into_iter().for_each(|id| sold(&store, id, "lost"));
    world.answers = vec![Err("no answer".into())];
    world.run(&store, ALL);
    // The second is due now, the first is not.
    store.letters.borrow_mut().get_mut(&(2, 0)).unwrap().due = Some(NOW);
    world.run(&store, ALL);
    assert_eq!((world.delivered.len(), world.alarm), (1, Some(Some(30_000))));
    // The first is due now, the others are not.
    store.letters.borrow_mut().get_mut(&(1, 0)).unwrap().due = Some(NOW);
    world.run(&store, ALL);
    assert_eq!((world.delivered.len(), world.alarm), (2, Some(Some(30_000))));
    world.now = 30_000;
    world.run(&store, ALL);
    assert_eq!((world.delivered.len(), world.alarm), (4, Some(None)));
}

#[test]
fn who_has_no_room_is_sent_it_again() {
    for (status, code) in [(422, "too_many"), (409, "account_full")] {
        let (store, mut world) = (paid(1), World::default());
        world.answers = vec![Ok((status, format!(r#"{{"code":"{code}"}}"#)))];
        world.run(&store, ALL);
        assert_eq!((store.row().sent_seq, world.alarm), (1, Some(Some(30_000))), "{code}");
        world.now = 30_000;
        world.run(&store, ALL);
        assert_eq!((world.delivered.len(), store.letters.borrow().len()), (2, 0));
    }
}

#[test]
fn nobody_is_told_of_an_entry_that_kv_does_not_have() {
    let (store, mut world) = (paid(3), World { failing: vec![2], ..World::default() });
    assert_eq!(world.run(&store, ALL), ["429"]);
    assert_eq!((world.delivered.len(), store.row().flushed_seq, store.row().sent_seq), (1, 1, 1));
    assert!(world.alarm.flatten().is_some());
    world.run(&store, ALL);
    assert_eq!((world.delivered.len(), store.row().flushed_seq, store.row().sent_seq), (3, 3, 3));
}

#[test]
fn where_nobody_can_be_reached_a_run_stops_trying() {
    let (store, mut world) = (Memory::new(), World::default());
    for id in 1..=6 {
        sold(&store, &id.to_string(), &format!("clerk-{id}"));
    }
    world.answers = vec![Err("no answer".into()); 6];
    world.run(&store, ALL);
    assert_eq!((world.delivered.len(), store.row().flushed_seq, store.row().sent_seq), (3, 6, 2));
    assert_eq!(world.alarm, Some(Some(33_000)), "whom nobody hears, nobody asks every second");
    world.answers.clear();
    world.now = 40_000;
    world.run(&store, ALL);
    assert_eq!((store.row().sent_seq, store.letters.borrow().len()), (6, 0));
}

#[test]
fn books_that_do_not_answer_hold_nothing_else_back() {
    let (store, mut world) = (paid(3), World { books: vec![Err("503".into())], ..World::default() });
    assert_eq!(world.run(&store, ALL), ["503"]);
    world.equals(&store);
    assert_eq!((store.row().sent_seq, store.row().fed_seq, store.row().failures), (3, 0, 0));
    assert_eq!(world.alarm, Some(Some(33_000)));
    world.run(&store, ALL);
    assert_eq!((store.row().fed_seq, world.booked.len(), world.alarm), (3, 3, Some(None)));
}

#[test]
fn books_say_where_to_go_on() {
    let (store, mut world) = (paid(130), World::default());
    world.run(&store, ALL);
    assert_eq!(world.booked.len(), 130);
    // Books that lost what they knew get it all again.
    world.booked.clear();
    pay(&store, "131");
    assert_eq!(world.run(&store, ALL), [""; 0]);
    assert_eq!((store.row().fed_seq, world.booked.len()), (131, 131));
    // An account that was restored finds that they know it all.
    let (letters, delivered) = (vec![], vec![]);
    store.mark(Marks { flushed: 0, sent: 0, fed: 0, failures: 0, at: NOW, letters, delivered }).unwrap();
    world.run(&store, ALL);
    assert_eq!((store.row().fed_seq, world.booked.len()), (131, 131));
    // Books that know more than there is are no books of this account.
    pay(&store, "132");
    world.books = vec![Ok(1_000)];
    assert_eq!(world.run(&store, ALL), ["the books are at entry 1000"]);
    assert_eq!((store.row().fed_seq, world.alarm), (131, Some(Some(33_000))));
}

#[test]
fn an_entry_that_comes_during_a_run_is_not_forgotten() {
    let store = paid(1);
    let mut run = Run::new(0);
    let mut id = 1;
    let mut alarm = None;
    loop {
        match run.next(&store, NOW) {
            Action::Alarm(set) => alarm = set,
            Action::Put(puts) => run.put(puts.iter().map(|_| Ok(()))),
            Action::Send(_) => {
                id += 1;
                pay(&store, &id.to_string());
                run.sent(Ok((201, String::new())));
            }
            Action::Feed(feed) => run.fed(Ok(feed.entries.len().try_into().unwrap())),
            Action::Done => break,
        }
    }
    assert_eq!((store.row().head_seq, store.row().flushed_seq), (2, 1));
    assert!(alarm.is_some());
}
