//! Accounts kept as texts, as the Worker's objects keep them.

use crate::checks::{self, decided, in_time, json, moment, read, refused};
use crate::seeds;
use crate::text::shown;
use loyalty_core::{Code, Command, Decision, Key, Moment, Request, SharedId, apply, decide};
use loyalty_wire::ledger::{self, EntryRow, Step, Stored};
use loyalty_wire::{EntryV1, Problem, Programme, Write};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// All accounts of a shop.
#[derive(Default, Clone)]
pub(crate) struct Ledger(BTreeMap<String, Account>);

/// One account.
#[derive(Default, Clone)]
struct Account {
    position: Option<String>,
    rows: BTreeMap<String, String>,
    fingerprints: BTreeMap<String, String>,
    log: Vec<String>,
    shared: Vec<(String, i64)>,
    /// The same account without any text in between: nothing may be lost by storing it.
    unstored: loyalty_core::Account,
}

impl Ledger {
    /// Where an account stands; none for one that never booked.
    pub(crate) fn position(&self, account: &str) -> Option<String> {
        self.0.get(account)?.position.clone()
    }

    /// Delivers a text as a request, and what it asks of other accounts; whether it appended anything.
    pub(crate) fn deliver(&mut self, programme: &Programme, at: i64, text: &str) -> bool {
        self.deliver_within(programme, at, text, 8)
    }

    /// As [`Self::deliver`]; one message may lead to others, but so many times at most.
    fn deliver_within(&mut self, programme: &Programme, at: i64, text: &str, most: u8) -> bool {
        let Some(moment) = moment(at) else { return false };
        checks::tree(text);
        let parsed = in_time("reading a request", text, || loyalty_wire::request(text));
        let Some(request) = read(parsed, text) else { return false };
        let canonical = seeds::tree(text).canonical();
        let again = loyalty_wire::request(&canonical).map(|again| again.fingerprint);
        assert_eq!(again, Ok(request.fingerprint), "{}", shown(text));
        let name = request.account.as_str();
        let shared = self.shared();
        let account = self.0.entry(name.to_owned()).or_default();
        account.shared = shared;
        let Some(messages) = account.step(programme, name, &request, moment, text) else { return false };
        assert!(most > 0 || messages.is_empty(), "messages without end\n{}", shown(text));
        for (_, message) in messages {
            self.deliver_within(programme, at, &message, most - 1);
        }
        true
    }

    /// What all members have used.
    fn shared(&self) -> Vec<(String, i64)> {
        let account = Command::shared_account().unwrap();
        let rows = self.0.get(account.as_str()).map(|account| account.rows.clone());
        ledger::tallies(&rows.into_iter().flatten().collect::<Vec<_>>()).unwrap()
    }
}

impl Account {
    /// Messages to other accounts, where entries were appended.
    fn step(
        &mut self,
        programme: &Programme,
        name: &str,
        request: &Request,
        moment: Moment,
        text: &str,
    ) -> Option<Vec<(String, String)>> {
        let step = in_time("a step", text, || self.decide(programme, request, moment));
        self.compare(&step, programme, request, moment, text);
        let (entries, rows, position, seq, answer) = match step {
            Ok(Step::Append { entries, rows, position, seq, answer }) => {
                (entries, rows, position, seq, answer)
            }
            Ok(Step::AlreadyBooked { answer }) => {
                json(&answer);
                return None;
            }
            Ok(Step::Replayed) => return None,
            Err(problem) => {
                self.refuse(&problem, text);
                return None;
            }
        };
        json(&answer);
        json(&position);
        for (name, row) in rows {
            json(&row);
            self.rows.insert(name, row);
        }
        let messages = self.appended(name, &entries, seq);
        self.position = Some(position);
        self.fingerprints.insert(request.key.as_str().to_owned(), ledger::fingerprint(request));
        self.look(programme, name, moment, text);
        self.again(programme, request, moment, text);
        Some(messages)
    }

    /// The account that was never stored comes to the same.
    fn compare(
        &mut self,
        step: &Result<Step, Problem>,
        programme: &Programme,
        request: &Request,
        moment: Moment,
        text: &str,
    ) {
        let shared = self.shared.iter().map(|(id, count)| (SharedId::new(id).unwrap(), *count));
        self.unstored.shared = shared.collect();
        match (step, decide(programme.rules(), &self.unstored, request, moment)) {
            (Ok(Step::Append { entries, position, .. }), Ok(Decision::Append(decided))) => {
                decided.iter().for_each(|entry| apply(&mut self.unstored, entry).unwrap());
                // Who stores an answer stores its key, also where there was nothing to append.
                self.unstored.book.keys.insert(request.key.clone(), request.fingerprint);
                let bodies = decided.iter().map(|entry| EntryV1::from(entry).to_json());
                assert!(bodies.eq(entries.iter().map(|entry| entry.body.clone())), "{}", shown(text));
                let restored = loyalty_wire::position(Some(&seeds::tree(position)));
                assert_eq!(restored.as_ref(), Ok(&self.unstored.position), "{}", shown(text));
            }
            (Ok(Step::AlreadyBooked { .. }), Ok(Decision::AlreadyBooked))
            | (Ok(Step::Replayed), Ok(Decision::Replayed)) => {}
            (Err(problem), Err(refusal)) => assert_eq!(problem.code, refusal.code, "{}", shown(text)),
            (step, decision) => panic!("{step:?}\n{decision:?}\n{}", shown(text)),
        }
    }

    /// The same request again is a replay; an order or refund under another key is known by its own name.
    fn again(&self, programme: &Programme, request: &Request, moment: Moment, text: &str) {
        let again = self.decide(programme, request, moment);
        assert!(matches!(again, Ok(Step::Replayed)), "{again:?}\n{}", shown(text));
        if let Command::PayOrder(_) | Command::Refund { .. } = request.command {
            let other = Request { key: Key::new("another-key").unwrap(), ..request.clone() };
            let again = self.decide(programme, &other, moment);
            assert!(matches!(again, Ok(Step::AlreadyBooked { .. })), "{again:?}\n{}", shown(text));
        }
    }

    fn decide(&self, programme: &Programme, request: &Request, moment: Moment) -> Result<Step, Problem> {
        let names = ledger::rows(request);
        let rows: Vec<_> =
            names.iter().filter_map(|name| Some((name.clone(), self.rows.get(name)?.clone()))).collect();
        let fingerprint = self.fingerprints.get(request.key.as_str()).map(String::as_str);
        ledger::step(
            programme,
            &Stored { position: self.position.as_deref(), rows: &rows, fingerprint, shared: &self.shared },
            request,
            moment,
        )
    }

    /// What was written here can be read here: no refusal speaks of a damaged log.
    fn refuse(&self, problem: &Problem, text: &str) {
        refused(problem);
        let sound = !matches!(problem.code, Code::EntryInconsistent | Code::Malformed);
        let at = self.position.as_deref().unwrap_or_default();
        assert!(sound && problem.faults.is_empty(), "{}\n{}\n{}", problem.to_json(), shown(at), shown(text));
    }

    /// Entries are dense, can be read again, and say whether they have a message.
    fn appended(&mut self, name: &str, entries: &[EntryRow], seq: u64) -> Vec<(String, String)> {
        let mut messages = vec![];
        for entry in entries {
            json(&entry.body);
            self.log.push(entry.body.clone());
            assert_eq!(entry.seq, self.log.len() as u64, "{}", shown(&entry.body));
            let unread = |why: &Problem| format!("{}\n{}", why.to_json(), shown(&entry.body));
            let record = ledger::message_record(&entry.body).unwrap_or_else(|why| panic!("{}", unread(&why)));
            let record = record.and_then(|name| self.rows.get(&name));
            let asked = ledger::messages(name, &entry.body, record.map(String::as_str));
            let asked = asked.unwrap_or_else(|why| panic!("{}", unread(&why)));
            assert!(entry.message || asked.is_empty(), "{}", shown(&entry.body));
            messages.extend(asked);
        }
        assert_eq!(seq, self.log.len() as u64);
        messages
    }

    /// The member's page, and a cart that is previewed, then and later.
    fn look(&self, programme: &Programme, name: &str, now: Moment, text: &str) {
        let position = self.position.as_deref();
        let currency = programme.rules().currency();
        let cart = format!(r#"{{"currency":"{}","lines":[{{"id":"a","amount":"10"}}]}}"#, currency.as_str());
        let cart = seeds::tree(&cart);
        let later = [Some(now), moment(now.at.get().saturating_add(40 * 86_400_000))];
        for moment in later.into_iter().flatten() {
            let raw = |text: &String| RawValue::from_string(text.clone()).unwrap();
            let latest = self.log.iter().rev().take(3).map(raw).collect();
            let view = || ledger::view(programme, position, &self.shared, moment, name, "object", latest);
            decided(in_time("a view", text, view), text);
            let preview = || ledger::preview(programme, position, &self.shared, &cart, moment);
            decided(in_time("a preview", text, preview), text);
        }
    }
}
