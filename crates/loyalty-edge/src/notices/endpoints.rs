//! Where a shop is told, and about what. The office is the only writer of the list; every object of the books has a copy,
//! so that an entry is folded without asking anybody. Address and secrets are sealed in both.

use crate::account::object;
use crate::books;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::page::Page;
use crate::http::problem::{Failure, Own};
use crate::notices::address;
use crate::notices::kind::Kind;
use crate::notices::signature;
use crate::seal::Seal;
use crate::shop::office::question::{Question, ask};
use crate::shop::{Shop, clock};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use worker::Env;

/// How many endpoints a shop may have.
const MOST: usize = 10;

/// For how long a secret goes on signing after another took its place, in milliseconds.
const OVERLAP: i64 = 86_400_000;

/// How far the clocks of two machines are apart at most, in milliseconds.
const SKEW: i64 = 60_000;

/// How many days before they expire points are told, when the shop does not say.
const DAYS: i32 = 14;

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    /// Sealed.
    url: String,
    /// What it is told; nothing for everything, also what is to come.
    events: Option<Vec<Kind>>,
    /// How many days before they expire points are told.
    pub(crate) days: i32,
    secrets: Vec<Secret>,
    /// When it was made, milliseconds since 1970.
    created: i64,
    off: Option<Off>,
}

/// A secret that messages are signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Secret {
    sealed: String,
    /// From when on it signs nothing any more.
    until: Option<i64>,
}

/// Why nothing is sent to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Off {
    at: i64,
    why: Why,
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

fn place(shop: &str, id: &str) -> String {
    format!("endpoints/{shop}/{id}")
}

fn seal(env: &Env, shop: &str) -> Result<Seal, Failure> {
    Seal::derived(env, &[b"webhook out", shop.as_bytes()])
}

/// Gives every object of the books its copy.
///
/// # Errors
/// `unavailable` when one of them has not taken it.
pub(crate) async fn spread(env: &Env, shop: &str, endpoints: &Endpoints) -> Result<(), Failure> {
    let one = |shard: u32| async move {
        let name = format!("{shop}/{shard:x}");
        let reply =
            object::ask_named(env, books::CLASS, &name, &format!("endpoints/{name}"), endpoints).await?;
        match reply.status {
            200 => Ok(()),
            _ => Err(Failure::unavailable(format!("books {name}: {}", reply.body))),
        }
    };
    try_join_all((0..16).map(one)).await.map(|_| ())
}

/// An endpoint as it is told.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    url: String,
    events: &'a Option<Vec<Kind>>,
    expiring_days: i32,
    created_at: String,
    disabled_at: Option<String>,
    disabled_because: Option<Why>,
    /// The secret itself, in the one answer that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

fn shown<'a>(
    env: &Env,
    shop: &Shop,
    one: &'a Endpoint,
    secret: Option<String>,
) -> Result<Shown<'a>, Failure> {
    Ok(Shown {
        id: &one.id,
        url: one.opened(env, &shop.id, clock::real())?.0,
        events: &one.events,
        expiring_days: one.days,
        created_at: clock::text(one.created),
        disabled_at: one.off.as_ref().map(|off| clock::text(off.at)),
        disabled_because: one.off.as_ref().map(|off| off.why),
        secret,
    })
}

/// A secret and what is kept of it.
fn drawn(env: &Env, shop: &Shop, id: &str) -> Result<(String, Secret), Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Failure::unavailable)?;
    let text = signature::secret(bytes);
    let sealed = seal(env, &shop.id)?.close(&place(&shop.id, id), text.as_bytes())?;
    Ok((text, Secret { sealed, until: None }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    url: String,
    #[serde(default)]
    events: Option<Vec<Kind>>,
    #[serde(default)]
    expiring_days: Option<i32>,
}

/// `POST /v1/shops/{shop}/endpoints`
pub(crate) async fn make(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let body: Body = call.fields()?;
    let refused = |detail: String| Failure::own(Own::EndpointInvalid, detail);
    let url = address::checked(&body.url, call.local).map_err(|what| refused(format!("`url` is {what}")))?;
    let days = body.expiring_days.unwrap_or(DAYS);
    if !(1..=28).contains(&days) {
        return Err(refused("`expiring_days` is 1 to 28".into()));
    }
    if body.events.as_ref().is_some_and(Vec::is_empty) {
        return Err(refused("`events` names at least one, or is absent for all".into()));
    }
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(Failure::unavailable)?;
    let id = format!("ep_{}", crate::digest::hex(&bytes));
    let (text, secret) = drawn(&call.env, shop, &id)?;
    let endpoint = Endpoint {
        url: seal(&call.env, &shop.id)?.close(&place(&shop.id, &id), url.as_str().as_bytes())?,
        id,
        events: body.events,
        days,
        secrets: vec![secret],
        created: clock::now(&call)?,
        off: None,
    };
    change(&call, shop, Change::Add(endpoint.clone())).await?;
    let shown = shown(&call.env, shop, &endpoint, Some(text))?;
    Ok(Answer::json(201, serde_json::to_string(&shown)?))
}

async fn change(call: &Call, shop: &Shop, change: Change) -> Result<(), Failure> {
    ask::<()>(&call.env, &shop.id, &Question::ChangeEndpoints(change)).await.map(|_| ())
}

/// `GET /v1/shops/{shop}/endpoints`
pub(crate) async fn list(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let (_, known): (_, Endpoints) = ask(&call.env, &shop.id, &Question::Endpoints).await?;
    let all = known.all.iter().map(|one| shown(&call.env, shop, one, None)).collect::<Result<_, _>>()?;
    let page = Page::of("endpoints", u32::MAX, all, |one| one.id.to_owned());
    Ok(Answer::json(200, serde_json::to_string(&page)?))
}

/// `DELETE /v1/shops/{shop}/endpoints/{endpoint}`
pub(crate) async fn delete(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("endpoint")?.to_owned();
    change(&call, shop, Change::Drop { id }).await?;
    Ok(Answer::empty(204))
}

/// `POST /v1/shops/{shop}/endpoints/{endpoint}/rotate`
pub(crate) async fn rotate(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("endpoint")?.to_owned();
    let (text, secret) = drawn(&call.env, shop, &id)?;
    let now = clock::real();
    change(&call, shop, Change::Rotate { id: id.clone(), secret, now }).await?;
    let until = clock::text(now.saturating_add(OVERLAP));
    let told = serde_json::json!({ "id": id, "secret": text, "before_until": until });
    Ok(Answer::json(200, told.to_string()))
}

/// `POST /v1/shops/{shop}/endpoints/{endpoint}/enable`
pub(crate) async fn enable(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let id = call.param("endpoint")?.to_owned();
    change(&call, shop, Change::Enable { id }).await?;
    Ok(Answer::empty(204))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str) -> Secret {
        Secret { sealed: name.into(), until: None }
    }

    fn endpoint(id: &str) -> Endpoint {
        let (url, secrets) = (String::new(), vec![secret("1")]);
        Endpoint { id: id.into(), url, events: None, days: DAYS, secrets, created: 0, off: None }
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
