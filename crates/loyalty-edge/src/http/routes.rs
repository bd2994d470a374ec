//! The route table, and what every request goes through: route → method → shop → caller → handler.

use crate::api::commands;
use crate::api::holds;
use crate::api::local;
use crate::api::members;
use crate::api::orders;
use crate::api::preview;
use crate::http::answer::Answer;
use crate::http::auth::{self, Caller, Who};
use crate::http::body;
use crate::http::call::{Call, Local};
use crate::http::cors;
use crate::http::problem::{Failure, Own};
use crate::referral;
use crate::shop;
use crate::shop::Shop;
use crate::shop::programme;
use worker::{Context, Env, Request, Url};

/// What runs for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Health,
    PutShop,
    PutProgramme,
    GetProgramme,
    MakeToken,
    MyView,
    MemberView,
    Entries,
    Audit,
    Restore,
    Letters,
    Preview,
    PayOrder,
    Refund,
    Command,
    Hold,
    Capture,
    Release,
    MakeReferral,
    MyReferral,
    Follow,
    LocalToken,
    LocalOrder,
    LocalRefund,
    LocalSimulate,
}

/// One line of the table.
struct Route {
    method: &'static str,
    path: &'static str,
    who: Who,
    action: Action,
}

const fn route(method: &'static str, path: &'static str, who: Who, action: Action) -> Route {
    Route { method, path, who, action }
}

/// Every route. `{name}` stands for one segment of the path, percent-decoded.
const TABLE: &[Route] = &[
    route("GET", "/health", Who::Anyone, Action::Health),
    route("PUT", "/v1/shops/{shop}", Who::Admin, Action::PutShop),
    route("PUT", "/v1/shops/{shop}/programme", Who::Merchant, Action::PutProgramme),
    route("GET", "/v1/shops/{shop}/programme", Who::Anyone, Action::GetProgramme),
    route("POST", "/v1/shops/{shop}/tokens", Who::Merchant, Action::MakeToken),
    route("GET", "/v1/shops/{shop}/me", Who::Shopper, Action::MyView),
    route("GET", "/v1/shops/{shop}/members/{member}", Who::Merchant, Action::MemberView),
    route("GET", "/v1/shops/{shop}/members/{member}/entries", Who::Merchant, Action::Entries),
    route("GET", "/v1/shops/{shop}/members/{member}/audit", Who::Merchant, Action::Audit),
    route("POST", "/v1/shops/{shop}/members/{member}/restore", Who::Merchant, Action::Restore),
    route("GET", "/v1/shops/{shop}/members/{member}/undelivered", Who::Merchant, Action::Letters),
    route("POST", "/v1/shops/{shop}/preview", Who::ShopperOrAnyone, Action::Preview),
    route("POST", "/v1/shops/{shop}/orders", Who::Merchant, Action::PayOrder),
    route("POST", "/v1/shops/{shop}/orders/{order}/refunds", Who::Merchant, Action::Refund),
    route("POST", "/v1/shops/{shop}/members/{member}/commands", Who::Merchant, Action::Command),
    route("POST", "/v1/shops/{shop}/me/commands", Who::Shopper, Action::Command),
    route("POST", "/v1/shops/{shop}/holds", Who::Shopper, Action::Hold),
    route("POST", "/v1/shops/{shop}/holds/{hold}/capture", Who::Merchant, Action::Capture),
    route("POST", "/v1/shops/{shop}/holds/{hold}/release", Who::ShopperOrMerchant, Action::Release),
    route("POST", "/v1/shops/{shop}/me/referral", Who::Shopper, Action::MakeReferral),
    route("GET", "/v1/shops/{shop}/me/referral", Who::Shopper, Action::MyReferral),
    route("GET", "/r/{code}", Who::Anyone, Action::Follow),
    route("POST", "/local/tokens", Who::Local, Action::LocalToken),
    route("POST", "/local/orders", Who::Local, Action::LocalOrder),
    route("POST", "/local/refunds", Who::Local, Action::LocalRefund),
    route("POST", "/local/simulate", Who::Local, Action::LocalSimulate),
];

/// The routes of a path, and the values of its `{name}` segments.
struct Found {
    routes: Vec<&'static Route>,
    params: Vec<(&'static str, String)>,
}

impl Found {
    /// The route for a method. HEAD is answered wherever GET is.
    fn by_method(&self, method: &str) -> Option<&'static Route> {
        let asked = if method == "HEAD" { "GET" } else { method };
        self.routes.iter().find(|route| route.method == asked).copied()
    }

    /// The methods of the path, as `Allow` names them.
    fn allow(&self) -> String {
        let mut methods: Vec<&str> = self.routes.iter().map(|route| route.method).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.push("OPTIONS");
        methods.join(", ")
    }
}

/// Finds the routes of a path.
///
/// # Errors
/// `not_found` where the table has none; `malformed` where a segment is not percent-encoded UTF-8, or
/// is not what its name takes: shop `[a-z0-9-]{1,32}`, others 1 to 128 visible characters.
fn find(path: &str, local: Local) -> Result<Found, Failure> {
    let mut found = Found { routes: Vec::new(), params: Vec::new() };
    for route in TABLE {
        if route.who == Who::Local && !local.is_on() {
            continue;
        }
        if let Some(params) = captures(route.path, path) {
            found.routes.push(route);
            found.params = params;
        }
    }
    if found.routes.is_empty() {
        return Err(Failure::own(Own::NotFound, "no such route"));
    }
    for (name, value) in &mut found.params {
        *value = parameter(name, value)?;
    }
    Ok(found)
}

/// The raw values of a pattern's `{name}` segments, if the path fits the pattern.
fn captures(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut params = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(want), Some(have)) => {
                match want.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                    Some(name) if !have.is_empty() => params.push((name, have.to_owned())),
                    None if want == have => {}
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

fn parameter(name: &str, raw: &str) -> Result<String, Failure> {
    let refused = || Failure::own(Own::Malformed, format!("`{raw}` is no {name}"));
    let value = decoded(raw).ok_or_else(refused)?;
    let fits = if name == "shop" { shop::is_id(&value) } else { is_visible(&value) };
    if fits { Ok(value) } else { Err(refused()) }
}

/// Whether a name chosen outside is 1 to 128 characters, none of them blank or control.
pub(crate) fn is_visible(text: &str) -> bool {
    (1..=128).contains(&text.chars().count()) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Undoes percent-encoding; nothing for a broken escape or text that is not UTF-8.
fn decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let (high, low) =
                (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

/// Whether an address is of a route that looks at a whole history and may take a minute.
pub(crate) fn is_long(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.contains("/members/") && (path.ends_with("/audit") || path.ends_with("/restore"))
}

/// Answers a request; never fails, whatever it holds.
pub(crate) async fn answer(mut request: Request, env: Env, ctx: Context) -> Answer {
    let local = Local::of(&env);
    // Read whatever the answer will be: a body left unread ends the connection under the client's next request.
    let body = body::text(&mut request).await;
    // `Request::method` takes every unknown method for GET, so the text is asked.
    let method = request.inner().method();
    let url = match request.url() {
        Ok(url) => url,
        Err(_) => return Failure::own(Own::Malformed, "the address is not a URL").answer(),
    };
    let origin = request.headers().get("Origin").ok().flatten();
    let mut known = None;
    let answer = match find(url.path(), local) {
        Ok(found) => {
            known = Shop::of(&env, &found.params).await;
            if method == "OPTIONS" {
                return cors::preflight(&request, &url, known.as_ref(), &found.allow(), |asked| {
                    found.by_method(asked).is_some()
                });
            }
            let (url, params, caller) = (url.clone(), found.params.clone(), Caller::Anyone);
            let call = Call { env, ctx, url, method, local, caller, request, body, params };
            run(call, &found, known.as_ref()).await
        }
        Err(failure) => Err(failure),
    };
    let answer = answer.unwrap_or_else(|failure| failure.answer());
    cors::opened(answer, origin.as_deref(), &url, known.as_ref().and_then(|shop| shop.as_ref().ok()))
}

async fn run(
    mut call: Call,
    found: &Found,
    known: Option<&Result<Shop, Failure>>,
) -> Result<Answer, Failure> {
    let route = found.by_method(&call.method).ok_or_else(|| Failure::Method(found.allow()))?;
    let shop = match known {
        Some(Ok(shop)) => Some(shop),
        // The administrator's PUT is what makes a shop known.
        Some(Err(failure)) if route.who != Who::Admin => return Err(failure.clone()),
        _ => None,
    };
    call.caller = auth::caller(&call, route.who, shop)?;
    match (route.action, shop) {
        (Action::Health, _) => Ok(health(&call)),
        (Action::PutShop, _) => shop::put(call).await,
        (Action::Follow, _) => referral::follow(call).await,
        (Action::LocalToken, _) => local::token(call).await,
        (Action::LocalOrder, _) => local::order(call).await,
        (Action::LocalRefund, _) => local::refund(call).await,
        (Action::LocalSimulate, _) => local::simulate(call).await,
        (action, Some(shop)) => run_in(action, call, shop).await,
        (_, None) => Err(Failure::own(Own::NotFound, "no such shop")),
    }
}

/// The routes of a shop that is known.
async fn run_in(action: Action, call: Call, shop: &Shop) -> Result<Answer, Failure> {
    match action {
        Action::PutProgramme => programme::put(call, shop).await,
        Action::GetProgramme => programme::get(call, shop).await,
        Action::MakeToken => crate::http::token::make(call, shop).await,
        Action::MyView | Action::MemberView => members::view(call, shop).await,
        Action::Entries => members::entries(call, shop).await,
        Action::Audit => members::audit(call, shop).await,
        Action::Letters => members::undelivered(call, shop).await,
        Action::Restore => members::restore(call, shop).await,
        Action::Preview => preview::preview(call, shop).await,
        Action::PayOrder => orders::pay(call, shop).await,
        Action::Refund => orders::refund(call, shop).await,
        Action::Command => commands::command(call, shop).await,
        Action::Hold => holds::hold(call, shop).await,
        Action::Capture => holds::capture(call, shop).await,
        Action::Release => holds::release(call, shop).await,
        Action::MakeReferral => referral::make(call, shop).await,
        Action::MyReferral => referral::mine(call, shop).await,
        Action::Health
        | Action::PutShop
        | Action::Follow
        | Action::LocalToken
        | Action::LocalOrder
        | Action::LocalRefund
        | Action::LocalSimulate => Err(Failure::own(Own::NotFound, "no such route")),
    }
}

fn health(call: &Call) -> Answer {
    let mode = if call.local.is_on() { "local" } else { "live" };
    Answer::json(200, format!(r#"{{"status":"ok","mode":"{mode}"}}"#))
}

/// The origin of an address, such as `https://edge.example`.
pub(crate) fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Result<&str, &str>) {
        let found = find(path, Local::On).map(|found| found.allow()).map_err(|failure| match failure {
            Failure::Own(_, detail) => detail,
            other => format!("{other:?}"),
        });
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{path}");
    }

    #[test]
    fn a_path_is_found_with_its_methods() {
        check("/v1/shops/demo/programme", Ok("PUT, GET, HEAD, OPTIONS"));
        check("/v1/shops/demo/me/referral", Ok("POST, GET, HEAD, OPTIONS"));
        check("/r/0123456789AB", Ok("GET, HEAD, OPTIONS"));
        for unknown in
            ["", "/", "/v1", "/health/", "/v1/shops//programme", "/v1/shops/demo/", "//health", "/r/a/b"]
        {
            check(unknown, Err("no such route"));
        }
    }

    #[test]
    fn a_segment_is_what_its_name_takes() {
        check("/v1/shops/Demo/me", Err("`Demo` is no shop"));
        check("/v1/shops/a%2fb/me", Err("`a%2fb` is no shop"));
        check("/v1/shops/demo/members/a%20b", Err("`a%20b` is no member"));
        check("/v1/shops/demo/members/%ff", Err("`%ff` is no member"));
        check("/v1/shops/demo/members/%2", Err("`%2` is no member"));
        check("/v1/shops/demo/members/a%2Fb", Ok("GET, HEAD, OPTIONS"));
        let found = find("/v1/shops/demo/members/%D0%B0%2Fb", Local::Off).unwrap();
        assert_eq!(found.params, vec![("shop", "demo".to_owned()), ("member", "а/b".to_owned())]);
    }

    #[test]
    fn local_routes_are_there_only_locally() {
        assert!(find("/local/orders", Local::On).is_ok());
        assert!(find("/local/orders", Local::Off).is_err());
    }

    #[test]
    fn no_two_routes_are_the_same() {
        for (at, one) in TABLE.iter().enumerate() {
            let shape = |path: &str| {
                path.split('/')
                    .map(|s| if s.starts_with('{') { "{}" } else { s })
                    .collect::<Vec<_>>()
                    .join("/")
            };
            for other in &TABLE[at + 1..] {
                assert!(one.method != other.method || shape(one.path) != shape(other.path), "{}", one.path);
            }
        }
    }
}
