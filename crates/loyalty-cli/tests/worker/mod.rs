//! A Worker in this process: the routes a replay asks, over the very ledger step the real one runs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own machinery: a failure here is a failed test"
)]

use loyalty_wire::ledger::{self, Step, Stored};
use loyalty_wire::{Programme, core::Instant};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub const API_KEY: &str = "a-key";

/// How a Worker behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// As it should.
    Good,
    /// Of every seven requests one is lost, the answer of another is lost, a third meets 503.
    Flaky,
    /// After so many booked orders it answers 500.
    RefusesAfter(u64),
    /// As one in production.
    Live,
}

#[derive(Default)]
struct Account {
    position: Option<String>,
    rows: BTreeMap<String, String>,
    /// Fingerprint and answer by key.
    keys: BTreeMap<String, (String, String)>,
    entries: u64,
}

struct State {
    temper: Temper,
    requests: u64,
    booked: u64,
    programme: Option<Programme>,
    accounts: BTreeMap<String, Account>,
}

pub struct Worker {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct Request {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

struct Answer {
    status: u16,
    replayed: bool,
    body: String,
}

fn answer(status: u16, body: impl Into<String>) -> Answer {
    Answer { status, replayed: false, body: body.into() }
}

impl Worker {
    pub fn start(temper: Temper) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (programme, accounts) = (None, BTreeMap::new());
        let state = Arc::new(Mutex::new(State { temper, requests: 0, booked: 0, programme, accounts }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream.unwrap(), &state));
            }
        });
        Self { port, state }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From now on it behaves.
    pub fn mend(&self) {
        self.state.lock().unwrap().temper = Temper::Good;
    }

    /// Entries of all accounts.
    pub fn entries(&self) -> u64 {
        self.state.lock().unwrap().accounts.values().map(|account| account.entries).sum()
    }

    /// Loses an account.
    pub fn forget(&self, member: &str) {
        self.state.lock().unwrap().accounts.remove(member).unwrap();
    }

    /// Books an order that is not of the replay.
    pub fn book(&self, member: &str, day: &str, order: &str) {
        let mut state = self.state.lock().unwrap();
        let text = std::fs::read_to_string(crate::support::data("programme.json")).unwrap();
        state.programme = Some(Programme::parse(&text).unwrap());
        let body = format!(r#"{{"member":"{member}","order":{order}}}"#);
        assert_eq!(state.book("own", &format!("{day}T12:00:00.000Z"), &body, None).status, 201);
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) {
    let Some(request) = read(stream) else { return };
    let answer = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        match (state.temper, state.requests % 7) {
            (Temper::Flaky, 2) => return,
            (Temper::Flaky, 4) => {
                state.answer(&request);
                return;
            }
            (Temper::Flaky, 6) => answer(503, r#"{"code":"unavailable","retryable":true}"#),
            _ => state.answer(&request),
        }
    };
    let replayed = if answer.replayed { "Idempotency-Replayed: true\r\n" } else { "" };
    let head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n{replayed}Content-Length: ", answer.status);
    let mut stream = stream;
    let _ = stream.write_all(format!("{head}{}\r\n\r\n{}", answer.body.len(), answer.body).as_bytes());
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line, headers, body: String::from_utf8(body).unwrap() })
}

impl State {
    fn answer(&mut self, request: &Request) -> Answer {
        let mut words = request.line.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        if path == "/health" {
            let mode = if self.temper == Temper::Live { "live" } else { "local" };
            return answer(200, format!(r#"{{"status":"ok","mode":"{mode}"}}"#));
        }
        assert_eq!(request.headers["authorization"], format!("Bearer {API_KEY}"));
        match (method, path.strip_prefix("/v1/shops/demo").unwrap()) {
            ("GET", "/programme") => match &self.programme {
                Some(programme) => answer(200, format!(r#"{{"version":"{}"}}"#, programme.version())),
                None => answer(404, r#"{"code":"programme_missing","retryable":false}"#),
            },
            ("PUT", "/programme") => {
                self.programme = Some(Programme::parse(&request.body).unwrap());
                answer(201, "{}")
            }
            ("POST", "/orders") => {
                let (key, now) = (&request.headers["idempotency-key"], &request.headers["loyalty-now"]);
                self.book(key, now, &request.body, None)
            }
            ("POST", path) => {
                let order = path.strip_prefix("/orders/").and_then(|path| path.strip_suffix("/refunds"));
                let (key, now) = (&request.headers["idempotency-key"], &request.headers["loyalty-now"]);
                self.book(key, now, &request.body, Some(order.unwrap()))
            }
            ("GET", path) => {
                let member = path.strip_prefix("/members/").unwrap();
                let position = self.accounts.get(member).and_then(|account| account.position.as_deref());
                let programme = self.programme.as_ref().unwrap();
                let now = moment(programme, &request.headers["loyalty-now"]);
                answer(200, ledger::view(programme, position, &[], now, member, "object", vec![]).unwrap())
            }
            _ => panic!("{}", request.line),
        }
    }

    /// An order, or a refund of one.
    fn book(&mut self, key: &str, now: &str, body: &str, refund_of: Option<&str>) -> Answer {
        if self.temper == Temper::RefusesAfter(self.booked) {
            return answer(500, "out of order");
        }
        let fields: serde_json::Value = serde_json::from_str(body).unwrap();
        let member = fields["member"].as_str().unwrap();
        let command = match refund_of {
            None => serde_json::json!({ "kind": "pay_order", "order": fields["order"] }),
            Some(order) => serde_json::json!({
                "kind": "refund", "order": order, "refund": fields["refund"],
                "currency": fields["currency"], "lines": fields["lines"],
            }),
        };
        let request = serde_json::json!({ "account": member, "key": key, "command": command });
        let request = loyalty_wire::request(&request.to_string()).unwrap();
        let account = self.accounts.entry(member.to_owned()).or_default();
        let names = ledger::rows(&request);
        let rows: Vec<_> =
            names.iter().filter_map(|name| Some((name.clone(), account.rows.get(name)?.clone()))).collect();
        let known = account.keys.get(key);
        let stored = Stored {
            position: account.position.as_deref(),
            rows: &rows,
            fingerprint: known.map(|(fingerprint, _)| fingerprint.as_str()),
            shared: &[],
        };
        let programme = self.programme.as_ref().unwrap();
        match ledger::step(programme, &stored, &request, moment(programme, now)) {
            Ok(Step::Append { entries, rows, position, answer: body, .. }) => {
                account.entries += entries.len() as u64;
                account.rows.extend(rows);
                account.position = Some(position);
                account.keys.insert(key.to_owned(), (ledger::fingerprint(&request), body.clone()));
                self.booked += 1;
                answer(201, body)
            }
            Ok(Step::AlreadyBooked { answer: body }) => answer(200, body),
            Ok(Step::Replayed) => Answer { replayed: true, ..answer(201, known.unwrap().1.clone()) },
            Err(problem) => answer(422, problem.to_json()),
        }
    }
}

/// The shop's day of an instant.
fn moment(programme: &Programme, now: &str) -> loyalty_wire::core::Moment {
    let zone = jiff::tz::TimeZone::get(programme.time_zone()).unwrap();
    let local = now.parse::<jiff::Timestamp>().unwrap().to_zoned(zone);
    let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
    let date =
        [local.year(), local.month().into(), local.day().into()].map(|part| u16::try_from(part).unwrap());
    let at = Instant::parse(now).unwrap().get();
    loyalty_wire::moment(at, date, u16::try_from(minute).unwrap()).unwrap()
}
