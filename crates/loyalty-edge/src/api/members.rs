//! A member's account as people read it: view, entries, audit.

use crate::account::restore;
use crate::account::shared::{self, Tallies};
use crate::account::snapshot::{self, Snapshot, Source};
use crate::account::{self, Name};
use crate::http::answer::Answer;
use crate::http::auth::Caller;
use crate::http::call::Call;
use crate::http::page;
use crate::http::problem::Failure;
use crate::memory::{FRESH, Memory};
use crate::object;
use crate::people::link;
use crate::shop::Shop;
use crate::shop::clock;
use crate::shop::programme;
use loyalty_wire::Programme;
use loyalty_wire::core::Instant;
use loyalty_wire::ledger::{self, Page};
use std::rc::Rc;

/// The largest entry number: 2^53 − 1.
pub(crate) const MOST: u64 = 9_007_199_254_740_991;

/// How many pages an isolate remembers.
const KEPT: usize = 512;

/// A page as it was told last, and what it was made of.
struct Told {
    snapshot: Rc<Snapshot>,
    programme: Rc<Programme>,
    shared: Tallies,
    page: Page,
}

thread_local! {
    // By `shop/member`.
    static TOLD: Memory<Rc<Told>> = const { Memory::new(FRESH, KEPT) };
}

/// The member a request is about: the shopper themselves, or the one the merchant names in the path.
///
/// # Errors
/// `not_found` for a path that names none.
pub(crate) fn member(call: &Call) -> Result<&str, Failure> {
    match &call.caller {
        Caller::Shopper { member } => Ok(member),
        Caller::Anyone | Caller::Admin | Caller::Merchant => call.param("member"),
    }
}

/// `GET /v1/shops/{shop}/me`, `GET /v1/shops/{shop}/members/{member}`
pub(crate) async fn view(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let member = member(&call)?;
    let (snapshot, source) = copy(&call, shop, member, call.number("min_seq", 0..=MOST)?).await?;
    Ok(Answer::json(200, viewed(&call, shop, member, &snapshot, source).await?))
}

/// A member's account; an empty one for a member who has none, and none is made.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn copy(
    call: &Call,
    shop: &Shop,
    member: &str,
    min_seq: Option<u64>,
) -> Result<(Rc<Snapshot>, Source), Failure> {
    match link::known(&call.env, &shop.id, member).await? {
        Some(name) => snapshot::read(&call.env, &name, min_seq).await,
        None => Ok((Rc::default(), Source::Object)),
    }
}

/// A snapshot as people read it now. One that this isolate has told of is not read again while the page stays the same.
///
/// # Errors
/// `programme_missing`, `unavailable`.
pub(crate) async fn viewed(
    call: &Call,
    shop: &Shop,
    member: &str,
    snapshot: &Rc<Snapshot>,
    source: Source,
) -> Result<String, Failure> {
    let programme = programme::of(&call.env, &shop.id, clock::now(call)?).await?;
    let now = clock::set(call)?.unwrap_or_else(clock::real).max(snapshot.at);
    let at = Instant::new(now).map_err(Failure::wire)?;
    let shared = shared::of(&call.env, &shop.id, &programme).await?;
    let whose = format!("{}/{member}", shop.id);
    let same = |told: &Rc<Told>| {
        Rc::ptr_eq(&told.snapshot, snapshot)
            && Rc::ptr_eq(&told.programme, &programme)
            && told.shared == shared
    };
    let told = TOLD.with(|told| told.get(&whose, clock::real())).filter(same);
    if let Some(text) = told.and_then(|told| told.page.at(at)) {
        return Ok(text);
    }
    let moment = clock::moment(&programme, now)?;
    let (position, activity) = (snapshot.position.as_deref(), snapshot.activity.clone());
    let page = ledger::page(&programme, position, &shared, moment, member, source.as_str(), activity)?;
    let text = page.at(at).ok_or_else(|| Failure::unavailable("a page that is true for no instant"))?;
    if source == Source::Kv {
        let told = Told { snapshot: Rc::clone(snapshot), programme, shared, page };
        TOLD.with(|all| all.keep(whose, Rc::new(told), clock::real()));
    }
    Ok(text)
}

/// `GET /v1/shops/{shop}/members/{member}/entries`
pub(crate) async fn entries(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = link::readable(&call.env, &shop.id, member(&call)?).await?;
    let asked = page::Asked::of(&call, "entries")?;
    let page = account::Page { after: asked.after_number()?, limit: asked.limit };
    let reply = object::ask(&call.env, &name.shop, &name.acct, "entries", &page).await?;
    Ok(reply.answer())
}

/// The account a repair is about: a member's, or what all members share.
async fn repaired(call: &Call, shop: &Shop) -> Result<Name, Failure> {
    match call.param("member") {
        Ok(member) => link::readable(&call.env, &shop.id, member).await,
        Err(_) => shared::name(&shop.id),
    }
}

/// `GET /v1/shops/{shop}/members/{member}/audit`, `GET /v1/shops/{shop}/shared/audit`
pub(crate) async fn audit(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = repaired(&call, shop).await?;
    let after = call.number("after", 0..=MOST)?.unwrap_or(0);
    Ok(object::ask_long(&call.env, &name, "audit", &after).await?.answer())
}

/// `POST /v1/shops/{shop}/members/{member}/restore`, `POST /v1/shops/{shop}/shared/restore`
///
/// Without an `Idempotency-Key`: doing it again finds nothing to do.
pub(crate) async fn restore(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let asked: restore::Asked = call.fields()?;
    asked.checked()?;
    let name = repaired(&call, shop).await?;
    Ok(object::ask_long(&call.env, &name, "restore", &asked).await?.answer())
}

/// `GET /v1/shops/{shop}/members/{member}/undelivered`: messages to other accounts that wait, or were refused.
pub(crate) async fn undelivered(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = link::readable(&call.env, &shop.id, member(&call)?).await?;
    Ok(object::ask(&call.env, &name.shop, &name.acct, "letters", &()).await?.answer())
}
