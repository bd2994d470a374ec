//! An endpoint, and a shop's list of them. Its address and its secrets are sealed wherever the list is kept.

use crate::http::problem::{Failure, Own};
use crate::notices::kind::Kind;
use crate::seal::Seal;
use serde::{Deserialize, Serialize};
use worker::Env;

/// How many endpoints a shop may have.
const MOST: usize = 10;

/// For how long a secret goes on signing after another took its place, in milliseconds.
pub(super) const OVERLAP: i64 = 86_400_000;

/// How far the clocks of two machines are apart at most, in milliseconds.
const SKEW: i64 = 60_000;

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    /// Sealed.
    pub(super) url: String,
    /// What it is told; nothing for everything, also what is to come.
    pub(super) events: Option<Vec<Kind>>,
    /// How many days before they expire points are told.
    pub(crate) days: i32,
    pub(super) secrets: Vec<Secret>,
    /// When it was made, milliseconds since 1970.
    pub(super) created: i64,
    pub(super) off: Option<Off>,
}

/// A secret that messages are signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(super) sealed: String,
    /// From when on it signs nothing any more.
    pub(super) until: Option<i64>,
}

/// Why nothing is sent to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Off {
    pub(super) at: i64,
    pub(super) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// It answered 410.
    Gone,
    /// It took nothing for days.
    Failing,
}

/// The whole list, as the office keeps it and the books' objects know it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Endpoints {
    /// How often it was changed.
    pub(crate) revision: u32,
    pub(crate) all: Vec<Endpoint>,
}

/// What of an endpoint changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Change {
    Add(Endpoint),
    Drop {
        id: String,
    },
    /// Another secret; those before it go on for a day.
    Rotate {
        id: String,
        secret: Secret,
        now: i64,
    },
    Disable {
        id: String,
        why: Why,
        now: i64,
    },
    Enable {
        id: String,
    },
}

impl Endpoint {
    pub(crate) const fn is_on(&self) -> bool {
        self.off.is_none()
    }

    /// Whether it was there when something happened: books that are put together again tell nobody old stories.
    pub(crate) const fn was_there(&self, at: i64) -> bool {
        self.created.saturating_sub(SKEW) <= at
    }

    pub(crate) fn wants(&self, kind: Kind) -> bool {
        self.is_on() && self.events.as_ref().is_none_or(|events| events.contains(&kind))
    }

    /// Its address and the secrets that live.
    ///
    /// # Errors
    /// `unavailable` where they do not open.
    pub(crate) fn opened(&self, env: &Env, shop: &str, now: i64) -> Result<(String, Vec<String>), Failure> {
        let (seal, place) = (seal(env, shop)?, place(shop, &self.id));
        let open = |sealed: &str| {
            let text = seal.open(&place, sealed).and_then(|bytes| String::from_utf8(bytes).ok());
            text.ok_or_else(|| Failure::unavailable("an endpoint that does not open"))
        };
        let living = self.secrets.iter().filter(|secret| secret.until.is_none_or(|until| now < until));
        let secrets = living.map(|secret| open(&secret.sealed)).collect::<Result<_, _>>()?;
        Ok((open(&self.url)?, secrets))
    }
}

impl Endpoints {
    /// The list with a change; nothing where there is nothing to change.
    ///
    /// # Errors
    /// `endpoint_limit`, `not_found`.
    pub(crate) fn changed(mut self, change: &Change) -> Result<Option<Self>, Failure> {
        let before = self.all.clone();
        match change {
            Change::Add(_) if self.all.len() >= MOST => {
                let detail = format!("a shop has at most {MOST} endpoints; take one away first");
                return Err(Failure::own(Own::EndpointLimit, detail));
            }
            Change::Add(endpoint) => self.all.push(endpoint.clone()),
            Change::Drop { id } => {
                self.one(id)?;
                self.all.retain(|one| one.id != *id);
            }
            Change::Rotate { id, secret, now } => {
                let secrets = &mut self.one(id)?.secrets;
                secrets.retain(|old| old.until.is_none_or(|until| *now < until));
                for old in secrets.iter_mut() {
                    old.until.get_or_insert(now.saturating_add(OVERLAP));
                }
                // The newest signs first.
                secrets.insert(0, secret.clone());
                secrets.truncate(5);
            }
            Change::Disable { id, why, now } => {
                self.one(id)?.off.get_or_insert(Off { at: *now, why: *why });
            }
            Change::Enable { id } => self.one(id)?.off = None,
        }
        self.revision = self.revision.saturating_add(1);
        Ok((self.all != before).then_some(self))
    }

    fn one(&mut self, id: &str) -> Result<&mut Endpoint, Failure> {
        let found = self.all.iter_mut().find(|one| one.id == id);
        found.ok_or_else(|| Failure::own(Own::NotFound, "the shop has no such endpoint"))
    }
}

pub(super) fn place(shop: &str, id: &str) -> String {
    format!("endpoints/{shop}/{id}")
}

pub(super) fn seal(env: &Env, shop: &str) -> Result<Seal, Failure> {
    Seal::derived(env, &[b"webhook out", shop.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str) -> Secret {
        Secret { sealed: name.into(), until: None }
    }

    fn endpoint(id: &str) -> Endpoint {
        let (url, secrets) = (String::new(), vec![secret("1")]);
        Endpoint { id: id.into(), url, events: None, days: 14, secrets, created: 0, off: None }
    }

    fn with(known: &Endpoints, change: Change) -> Endpoints {
        known.clone().changed(&change).unwrap().unwrap()
    }

    #[test]
    fn the_secret_before_signs_for_a_day_more() {
        let one = with(&Endpoints::default(), Change::Add(endpoint("a")));
        let rotate = |name: &str, now| Change::Rotate { id: "a".into(), secret: secret(name), now };
        let two = with(&one, rotate("2", 100));
        let untils = |known: &Endpoints| {
            let secrets = known.all[0].secrets.iter();
            secrets.map(|one| (one.sealed.clone(), one.until)).collect::<Vec<_>>()
        };
        assert_eq!(untils(&two), [("2".into(), None), ("1".into(), Some(100 + OVERLAP))]);
        // What has ended is cleared away; an end that was set is not moved.
        let three = with(&two, rotate("3", 200));
        assert_eq!(untils(&three)[2], ("1".into(), Some(100 + OVERLAP)));
        let four = with(&three, rotate("4", 100 + OVERLAP));
        assert_eq!(untils(&four).len(), 3);
        assert_eq!(four.revision, 4);
    }

    #[test]
    fn an_endpoint_that_is_off_wants_nothing_until_it_is_on_again() {
        let known = with(&Endpoints::default(), Change::Add(endpoint("a")));
        let off = Change::Disable { id: "a".into(), why: Why::Gone, now: 5 };
        let disabled = with(&known, off.clone());
        assert!(known.all[0].wants(Kind::Earned) && !disabled.all[0].wants(Kind::Earned));
        assert!(disabled.clone().changed(&off).unwrap().is_none(), "told by many objects, changed once");
        assert!(with(&disabled, Change::Enable { id: "a".into() }).all[0].is_on());
    }

    #[test]
    fn an_endpoint_wants_what_it_names_or_everything() {
        let some = Endpoint { events: Some(vec![Kind::Reversed]), ..endpoint("a") };
        assert!(some.wants(Kind::Reversed) && !some.wants(Kind::Earned));
        assert!(endpoint("a").wants(Kind::ExpiringSoon));
    }

    #[test]
    fn there_are_at_most_ten() {
        let all = (0..MOST).map(|at| endpoint(&at.to_string())).collect();
        let full = Endpoints { revision: 1, all };
        let more = full.clone().changed(&Change::Add(endpoint("x")));
        assert!(matches!(more, Err(Failure::Own(Own::EndpointLimit, _))));
        let other = full.clone().changed(&Change::Drop { id: "x".into() });
        assert!(matches!(other, Err(Failure::Own(Own::NotFound, _))));
        assert_eq!(with(&full, Change::Drop { id: "3".into() }).all.len(), MOST - 1);
    }
}
