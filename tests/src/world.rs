//! One member under one programme: requests are written as a shop would, decided, applied.

use crate::documents::{Coin, Document};
use crate::history::{Act, Happening, History};
use loyalty_core::{
    Account, AccountId, Decision, Entry, Instant, Moment, Refunds, Refusal, Request, Version, apply, decide,
};
use loyalty_wire::Programme;
use serde_json::json;

/// The instant every history begins at: 2026-01-31T12:00:00Z, a month's last day.
const START: i64 = 1_769_860_800_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// One member under one programme.
pub struct World {
    /// Whose account.
    pub name: AccountId,
    /// Other members.
    pub others: Vec<String>,
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
    pub(crate) orders: Vec<(String, Vec<i64>)>,
    pub(crate) holds: Vec<String>,
    /// Happenings until another programme is published, and that programme.
    later: Option<(usize, Programme)>,
    /// How refunds behave in each version that was published.
    refunds: Vec<(Version, Refunds)>,
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
        let programme = published(document);
        Self {
            refunds: vec![refunds(&programme)],
            name: AccountId::new("member").unwrap(),
            others: (0..3).map(|friend| format!("friend-{friend}")).collect(),
            programme,
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
        let later = published(&history.later);
        let mut world = Self::new(&history.document);
        world.refunds.push(refunds(&later));
        world.later = Some((history.happenings.len() / 2, later));
        world
    }

    /// Another programme is published.
    pub(crate) fn publish(&mut self, later: &Document) {
        self.programme = published(later);
        self.refunds.push(refunds(&self.programme));
    }

    /// How refunds behave in a version that was published.
    #[must_use]
    pub fn refunds(&self, version: &Version) -> Refunds {
        self.refunds.iter().find(|(known, _)| known == version).unwrap().1
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
        let request = json!({"account": self.name.as_str(), "key": format!("k{}", self.requests.len()), "command": command});
        self.requests.push(request.to_string());
        Some(request.to_string())
    }

    /// Lets minutes pass.
    pub fn wait(&mut self, minutes: i64) {
        self.moment = moment((self.moment.at.get() - START) / MINUTE + minutes);
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
                    for (shared, count) in entry.shared() {
                        let sum = self.account.shared.get(shared).copied().unwrap_or_default();
                        self.account.shared.insert(shared.clone(), sum + count);
                    }
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

fn refunds(programme: &Programme) -> (Version, Refunds) {
    let rules = programme.rules();
    (rules.version().clone(), rules.parts().refunds)
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
    Moment { at: Instant::new(at).unwrap(), day, minute }
}
