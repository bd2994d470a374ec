//! What all members share: budgets of campaigns, stocks of rewards. One object of the shop counts them, from
//! messages like any other; here they are read.
//!
//! What is read is up to [`FRESH`] old, and an order whose message is under way is not counted in it yet: the
//! next order may still be given what the budget no longer has. What is counted is counted once.

use crate::account::Name;
use crate::account::log::Log;
use crate::http::problem::Failure;
use crate::object::{self, within};
use crate::shop::clock;
use core::cell::RefCell;
use core::time::Duration;
use loyalty_ledger::Store;
use loyalty_wire::Programme;
use loyalty_wire::core::Command;
use loyalty_wire::ledger;
use std::collections::VecDeque;
use worker::Env;

/// How long what was read is used again, in milliseconds: a busy shop's orders must not all ask one object.
const FRESH: i64 = 2_000;

/// How long an order waits for it: less than whoever sent the order waits for the order.
const DEADLINE: Duration = Duration::from_secs(2);

/// For how many programmes an isolate remembers it.
const KEPT: usize = 32;

/// Ids, and how much of each is used.
pub(crate) type Tallies = Vec<(String, i64)>;

struct Heard {
    whose: String,
    at: i64,
    tallies: Tallies,
}

thread_local! {
    static HEARD: RefCell<VecDeque<Heard>> = const { RefCell::new(VecDeque::new()) };
}

/// What all members have used of what a programme shares. Most programmes share nothing: for those nobody is asked.
///
/// # Errors
/// `unavailable` when it cannot be read, and has not been read before.
pub(crate) async fn of(env: &Env, shop: &str, programme: &Programme) -> Result<Tallies, Failure> {
    let ids = ledger::shared(programme)?;
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let whose = format!("{shop}/{}", programme.version());
    let before = heard(&whose);
    if let Some((at, tallies)) = &before
        && (0..FRESH).contains(&clock::real().saturating_sub(*at))
    {
        return Ok(tallies.clone());
    }
    let at = clock::real();
    match read(env, shop, &ids).await {
        Ok(tallies) => {
            keep(Heard { whose, at, tallies: tallies.clone() });
            Ok(tallies)
        }
        // An order is not held up by what was known a while ago as well.
        Err(failure) => before.map(|(_, tallies)| tallies).ok_or(failure),
    }
}

/// The account that counts what a shop's members share.
///
/// # Errors
/// None.
pub(crate) fn name(shop: &str) -> Result<Name, Failure> {
    let account = Command::shared_account().map_err(Failure::unavailable)?;
    Ok(Name { shop: shop.to_owned(), acct: account.as_str().to_owned() })
}

async fn read(env: &Env, shop: &str, ids: &[String]) -> Result<Tallies, Failure> {
    let Name { shop, acct } = name(shop)?;
    let asked = object::read(env, &shop, &acct, "tallies", &ids);
    within(DEADLINE, asked).await.unwrap_or_else(|| Err(Failure::unavailable("what all members share")))
}

/// The object's own answer to that question.
///
/// # Errors
/// `unavailable`, and those of reading the records.
pub(crate) fn counted(log: &Log<'_>, ids: &[String]) -> Result<Tallies, Failure> {
    let names = ids.iter().map(|id| format!("shared/{id}")).collect();
    let records = if log.meta()?.is_some() { log.records(names)? } else { vec![] };
    Ok(ledger::tallies(&records)?)
}

fn heard(whose: &str) -> Option<(i64, Tallies)> {
    HEARD.with_borrow(|heard| {
        heard.iter().find(|one| one.whose == whose).map(|one| (one.at, one.tallies.clone()))
    })
}

fn keep(news: Heard) {
    HEARD.with_borrow_mut(|heard| {
        heard.retain(|one| one.whose != news.whose);
        heard.push_back(news);
        if heard.len() > KEPT {
            heard.pop_front();
        }
    });
}
