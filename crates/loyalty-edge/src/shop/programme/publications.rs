//! Publications: which version is in effect when. A pure function of the list and the instant, so nothing has to run at
//! the moment a programme changes.

use crate::digest;
use crate::http::problem::{Failure, Own};
use loyalty_wire::Fault;
use loyalty_wire::core::Code;
use serde::{Deserialize, Serialize};

/// How many publications may wait for their day.
const MOST_AHEAD: usize = 20;

/// One publication of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Publication {
    /// 1, 2, 3, … in the order they were made; withdrawn ones are left out.
    pub(crate) id: u32,
    pub(crate) version: String,
    pub(crate) currency: String,
    /// In effect from here, milliseconds since 1970.
    pub(crate) starts: i64,
    /// When it was made, milliseconds since 1970.
    pub(crate) at: i64,
}

/// A publication that is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) version: String,
    pub(crate) currency: String,
    /// From when; at once where nobody says.
    pub(crate) starts: Option<i64>,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
    /// The [`digest`] of the draft it was, which then is none any more.
    pub(crate) draft: Option<String>,
}

/// What a draft is known by.
pub(crate) fn digest(draft: &str) -> String {
    digest::hex(&digest::sha256(&[draft.as_bytes()]))
}

/// The publication in effect: the latest to have started, of those that start together the one made last. Before the
/// first start it is the first.
pub(crate) fn in_effect(all: &[Publication], now: i64) -> Option<&Publication> {
    let started = all.iter().filter(|one| one.starts <= now).max_by_key(|one| (one.starts, one.id));
    started.or_else(|| all.iter().min_by_key(|one| (one.starts, one.id)))
}

/// What readers need: the publication in effect, and those ahead.
pub(crate) fn ahead(all: &[Publication], now: i64) -> Vec<&Publication> {
    let current = in_effect(all, now);
    all.iter().filter(|one| one.starts > now || current == Some(one)).collect()
}

/// The publication to append; nothing where it would change nothing.
///
/// # Errors
/// `currency_mismatch`: what members have spent so far is counted in the shop's currency; `publication_invalid` for a
/// start that is not ahead, or one too many.
pub(crate) fn wanted(all: &[Publication], wanted: &Wanted) -> Result<Option<Publication>, Failure> {
    if all.last().is_some_and(|last| last.currency != wanted.currency) {
        let fault = Fault { path: "/currency".into(), code: Code::CurrencyMismatch };
        return Err(Failure::wire(vec![fault]));
    }
    let known = match wanted.starts {
        None => in_effect(all, wanted.now).is_some_and(|current| current.version == wanted.version),
        Some(starts) => all.iter().any(|one| one.version == wanted.version && one.starts == starts),
    };
    if known {
        return Ok(None);
    }
    if wanted.starts.is_some_and(|starts| starts <= wanted.now) {
        return Err(Failure::own(
            Own::PublicationInvalid,
            "`from` is an instant to come; leave it out for now",
        ));
    }
    if all.iter().filter(|one| one.starts > wanted.now).count() >= MOST_AHEAD {
        let detail = format!("at most {MOST_AHEAD} publications wait for their day");
        return Err(Failure::own(Own::PublicationInvalid, detail));
    }
    Ok(Some(Publication {
        id: 0,
        version: wanted.version.clone(),
        currency: wanted.currency.clone(),
        starts: wanted.starts.unwrap_or(wanted.now),
        at: wanted.now,
    }))
}

/// Whether a publication can still be taken back.
///
/// # Errors
/// `not_found`; `publication_begun`.
pub(crate) fn not_begun(all: &[Publication], id: u32, now: i64) -> Result<(), Failure> {
    match all.iter().find(|one| one.id == id) {
        None => Err(Failure::own(Own::NotFound, "no such publication")),
        Some(one) if one.starts <= now || all.len() == 1 => Err(Failure::own(
            Own::PublicationBegun,
            "it is in effect, or was; publish another version instead",
        )),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: u32, version: &str, starts: i64) -> Publication {
        Publication { id, version: version.into(), currency: "EUR".into(), starts, at: 0 }
    }

    fn check(all: &[Publication], now: i64, expected: &str) {
        assert_eq!(in_effect(all, now).map(|one| one.version.as_str()), Some(expected), "{now}");
        // What is written for readers tells the same from then on.
        let ahead: Vec<_> = ahead(all, now).into_iter().cloned().collect();
        for later in [now, now + 1, now + 100, now + 10_000] {
            assert_eq!(in_effect(&ahead, later), in_effect(all, later), "{now} {later}");
        }
    }

    #[test]
    fn the_latest_to_have_started_is_in_effect() {
        let all = [one(1, "a", 100), one(2, "spring", 500), one(3, "b", 200), one(4, "c", 200)];
        for (now, expected) in
            [(0, "a"), (100, "a"), (199, "a"), (200, "c"), (499, "c"), (500, "spring"), (900, "spring")]
        {
            check(&all, now, expected);
        }
        assert_eq!(in_effect(&[], 0), None);
    }

    #[test]
    fn a_publication_is_made_once() {
        let all = [one(1, "a", 100), one(2, "b", 500)];
        let ask = |version: &str, starts, now| {
            let currency = "EUR".into();
            wanted(&all, &Wanted { version: version.into(), currency, starts, now, draft: None })
        };
        assert_eq!(ask("a", None, 400).unwrap(), None);
        assert_eq!(ask("a", None, 600).unwrap().map(|new| new.starts), Some(600));
        assert_eq!(ask("b", Some(500), 400).unwrap(), None);
        assert_eq!(ask("c", Some(700), 400).unwrap().map(|new| new.starts), Some(700));
        assert!(matches!(ask("c", Some(400), 400), Err(Failure::Own(Own::PublicationInvalid, _))));
        assert!(not_begun(&all, 2, 499).is_ok());
        assert!(matches!(not_begun(&all, 2, 500), Err(Failure::Own(Own::PublicationBegun, _))));
        assert!(matches!(not_begun(&all, 3, 0), Err(Failure::Own(Own::NotFound, _))));
    }
}
