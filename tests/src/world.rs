//! One member under one programme: requests are written as a shop would, decided, applied.

use crate::documents::{Coin, Document, amount};
use crate::history::{Act, Ask, Happening, History};
use loyalty_core::{Account, Decision, Entry, Moment, Refusal, Request, apply, decide};
use loyalty_wire::Programme;
use proptest::sample::Index;
use serde_json::{Value, json};

/// The instant every history begins at: 2026-01-31T12:00:00Z, a month's last day.
const START: i64 = 1_769_860_800_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// One member under one programme.
pub struct World {
    /// The programme.
    pub programme: Programme,
    /// The currency of amounts.
    pub coin: Coin,
    /// The account reached so far.
    pub account: Account,
    /// Every entry so far.
    pub entries: Vec<Entry>,
    /// Now.
    pub moment: Moment,
    /// Every request so far, as text.
    pub requests: Vec<String>,
    /// Orders asked for: name, and what was charged for each line in minor units.
    orders: Vec<(String, Vec<i64>)>,
    holds: Vec<String>,
    /// Happenings until another programme is published, and that programme.
    later: Option<(usize, Programme)>,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// These entries were appended.
    Appended(Vec<Entry>),
    /// Nothing, because it was there before.
    Known,
    /// Nothing, because it was refused.
    Refused(Refusal),
}

impl World {
    /// A member who has done nothing yet.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        Self {
            programme: published(document),
            coin: document.coin,
            account: Account::default(),
            entries: vec![],
            moment: moment(0),
            requests: vec![],
            orders: vec![],
            holds: vec![],
            later: None,
        }
    }

    /// The member of a history, before it begins.
    #[must_use]
    pub fn of(history: &History) -> Self {
        let later = Some((history.happenings.len() / 2, published(&history.later)));
        Self { later, ..Self::new(&history.document) }
    }

    /// Waits, and writes the request of what happens next; none where there is nothing it could speak of.
    pub fn next(&mut self, (wait, act): &Happening) -> Option<String> {
        self.wait(i64::from(*wait));
        self.later = match self.later.take() {
            Some((0, programme)) => {
                self.programme = programme;
                None
            }
            later => later.map(|(left, programme)| (left - 1, programme)),
        };
        let command = match act {
            Act::Again(which) => {
                return (!self.requests.is_empty()).then(|| which.get(&self.requests).clone());
            }
            act => self.command(act)?,
        };
        let request =
            json!({"account": "member", "key": format!("k{}", self.requests.len()), "command": command});
        self.requests.push(request.to_string());
        Some(request.to_string())
    }

    /// Lets minutes pass.
    pub fn wait(&mut self, minutes: i64) {
        self.moment = moment((self.moment.at.get() - START) / MINUTE + minutes);
    }

    fn command(&mut self, act: &Act) -> Option<Value> {
        let number = self.requests.len();
        Some(match act {
            Act::Pay { cart, redeem, hold, referred } => {
                let id = format!("o{number}");
                let mut order = cart.json(self.coin);
                order["id"] = json!(id);
                order["redeem"] = redeem.iter().map(redeem_json).collect();
                order["holds"] = hold.iter().filter_map(|which| self.hold(which)).collect();
                order["advocate"] = if *referred { json!("advocate") } else { Value::Null };
                self.orders.push((id, cart.charged()));
                json!({"kind": "pay_order", "order": order})
            }
            Act::Refund { order, parts } => {
                let (id, charged) = pick(order, &self.booked())?.clone();
                let part = |(line, percent): &(Index, Option<i64>)| {
                    let line = line.index(charged.len());
                    let part = percent.map(|percent| amount(charged[line] * percent / 100, self.coin));
                    json!({"id": format!("l{line}"), "amount": part})
                };
                let lines = if charged.is_empty() { vec![] } else { parts.iter().map(part).collect() };
                json!({"kind": "refund", "order": id, "refund": format!("r{number}"), "currency": self.coin.0, "lines": lines})
            }
            Act::Hold { ask, cart, beside } => {
                let beside: Vec<String> = beside.iter().filter_map(|which| self.hold(which)).collect();
                let id = format!("h{number}");
                self.holds.push(id.clone());
                let mut hold = redeem_json(ask);
                hold["kind"] = json!("hold");
                hold["hold"] = json!(id);
                hold["cart"] = cart.json(self.coin);
                hold["cart"]["holds"] = json!(beside);
                hold
            }
            Act::Capture(which) => json!({"kind": "capture", "hold": self.hold(which)?}),
            Act::Release(which) => json!({"kind": "release", "hold": self.hold(which)?}),
            Act::Reward(friend) => {
                let (friend, order) = (format!("friend-{friend}"), format!("of-{friend}"));
                json!({"kind": "reward_referral", "friend": friend, "order": order, "day": self.moment.day.to_string()})
            }
            Act::Revoke(friend) => {
                json!({"kind": "revoke_referral", "friend": format!("friend-{friend}"), "order": format!("of-{friend}")})
            }
            Act::Again(_) => return None,
        })
    }

    /// Orders that were booked; where there are none, those that were asked for.
    fn booked(&self) -> Vec<(String, Vec<i64>)> {
        let known = |id: &str| self.account.book.orders.keys().any(|order| order.as_str() == id);
        let booked: Vec<_> = self.orders.iter().filter(|(id, _)| known(id)).cloned().collect();
        if booked.is_empty() { self.orders.clone() } else { booked }
    }

    /// Mostly a hold that is open; now and then any that was asked for.
    fn hold(&self, which: &Index) -> Option<String> {
        let open = self.account.position.holds.iter().map(|hold| hold.id.as_str());
        let mut often: Vec<&str> = open.collect::<Vec<_>>().repeat(self.holds.len());
        often.extend(self.holds.iter().map(String::as_str));
        pick(which, &often).map(|id| (*id).to_owned())
    }

    /// Reads and decides a request, and applies what it comes to.
    pub fn deliver(&mut self, request: &str) -> Outcome {
        self.decide(&read(request))
    }

    /// Decides a request, and applies what it comes to.
    pub fn decide(&mut self, request: &Request) -> Outcome {
        match decide(self.programme.rules(), &self.account, request, self.moment) {
            Err(refusal) => Outcome::Refused(refusal),
            Ok(Decision::Replayed | Decision::AlreadyBooked) => Outcome::Known,
            Ok(Decision::Append(entries)) => {
                for entry in &entries {
                    apply(&mut self.account, entry).unwrap_or_else(|why| panic!("{why}: {entry:?}"));
                }
                self.entries.extend(entries.iter().cloned());
                Outcome::Appended(entries)
            }
        }
    }

    /// Lets everything happen; after each request calls `check` with what it came to.
    pub fn live(&mut self, happenings: &[Happening], mut check: impl FnMut(&mut Self, &Outcome)) {
        for happening in happenings {
            let Some(request) = self.next(happening) else { continue };
            let outcome = self.deliver(&request);
            check(self, &outcome);
        }
    }
}

fn published(document: &Document) -> Programme {
    let programme = Programme::parse(&document.json.to_string());
    programme.unwrap_or_else(|why| panic!("{}\n{}", why.to_json(), document.json))
}

fn pick<'a, T>(which: &Index, list: &'a [T]) -> Option<&'a T> {
    (!list.is_empty()).then(|| which.get(list))
}

fn redeem_json(ask: &Ask) -> Value {
    let points = (ask.reward == "pay").then_some(ask.points);
    json!({"reward": ask.reward, "points": points})
}

/// Reads a request that must be sound.
#[must_use]
pub fn read(request: &str) -> Request {
    loyalty_wire::request(request).unwrap_or_else(|why| panic!("{}\n{request}", why.to_json()))
}

/// That many minutes after the start; the shop keeps UTC.
#[must_use]
pub fn moment(minutes: i64) -> Moment {
    let at = START + minutes * MINUTE;
    let day = loyalty_core::Day::new(i32::try_from(at / DAY).unwrap()).unwrap();
    let minute = u16::try_from(at / MINUTE % 1440).unwrap();
    loyalty_wire::moment(at, &day.to_string(), minute).unwrap()
}
