//! What every request goes through: route → method → shop → caller → rate → handler.

use crate::http::answer::Answer;
use crate::http::auth::{self, Caller, Who};
use crate::http::body;
use crate::http::call::{Call, Local};
use crate::http::cors;
use crate::http::head::Head;
use crate::http::problem::{Failure, Own};
use crate::http::rate;
use crate::http::route::{Route, Run};
use crate::http::url::Url;
use crate::shop::{self, Shop};
use std::rc::Rc;
use worker::web_sys::Request;
use worker::{Context, Env};

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

    /// Whether they look at a whole history and may take a minute.
    fn is_long(&self) -> bool {
        self.routes.iter().any(|route| route.long)
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

/// Finds the routes of a path; nothing where the table has none.
///
/// # Errors
/// `malformed` where a segment is not percent-encoded UTF-8, or is not what its name takes: shop `[a-z0-9-]{1,32}`,
/// others 1 to 128 visible characters.
fn find(
    table: impl IntoIterator<Item = &'static Route>,
    path: &str,
    local: Local,
) -> Option<Result<Found, Failure>> {
    let given: Vec<&str> = path.split('/').collect();
    let there = |route: &&Route| {
        route.depth == given.len() && (route.who != Who::Local || local.is_on()) && fits(route.path, &given)
    };
    let routes: Vec<_> = table.into_iter().filter(there).collect();
    let last = routes.last()?;
    let named = last.path.split('/').zip(given).filter_map(|(want, have)| Some((name(want)?, have)));
    let params: Result<_, Failure> = named.map(|(name, have)| Ok((name, parameter(name, have)?))).collect();
    Some(params.map(|params| Found { routes, params }))
}

/// Whether a path, in its segments, is one of a pattern. From the end: patterns begin alike.
fn fits(pattern: &'static str, path: &[&str]) -> bool {
    let mut wanted = pattern.rsplit('/');
    path.iter().rev().all(|have| {
        wanted.next().is_some_and(|want| if name(want).is_some() { !have.is_empty() } else { want == *have })
    }) && wanted.next().is_none()
}

/// The name of a pattern's `{name}` segment.
fn name(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
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

/// A request, and what was found for its path.
pub(crate) struct Asked {
    head: Head,
    env: Env,
    local: Local,
    url: Url,
    found: Option<Result<Found, Failure>>,
}

impl Asked {
    pub(crate) fn of(table: &'static [Route], request: Request, env: Env) -> Self {
        let (head, local) = (Head::of(request), Local::of(&env));
        let url = Url::new(head.url().to_owned());
        let found = find(table, url.path(), local);
        Self { head, env, local, url, found }
    }

    /// Whether the table has its path.
    pub(crate) const fn has_route(&self) -> bool {
        self.found.is_some()
    }

    /// Whether it looks at a whole history and may take a minute.
    pub(crate) fn is_long(&self) -> bool {
        matches!(&self.found, Some(Ok(found)) if found.is_long())
    }
}

/// Answers a request; never fails, whatever it holds.
pub(crate) async fn answer(asked: Asked, ctx: Context) -> Answer {
    let Asked { head, env, local, url, found } = asked;
    // Read whatever the answer will be: a body left unread ends the connection under the client's next request.
    let body = body::bytes(&head).await;
    let origin = head.header("Origin");
    let mut known = None;
    let found = found.unwrap_or_else(|| Err(Failure::own(Own::NotFound, "no such route")));
    let answer = match found {
        Ok(found) => {
            known = Shop::of(&env, &found.params).await;
            if head.method() == "OPTIONS" {
                return cors::preflight(&head, &url, known.as_ref(), &found.allow(), |asked| {
                    found.by_method(asked).is_some()
                });
            }
            let (url, params, caller) = (url.clone(), found.params.clone(), Caller::Anyone);
            let call = Call { env, ctx, head, url, local, caller, body, params };
            run(call, &found, known.as_ref()).await
        }
        Err(failure) => Err(failure),
    };
    let answer = answer.unwrap_or_else(|failure| failure.answer());
    cors::opened(answer, origin.as_deref(), &url, known.as_ref().and_then(|shop| shop.as_deref().ok()))
}

async fn run(
    mut call: Call,
    found: &Found,
    known: Option<&Result<Rc<Shop>, Failure>>,
) -> Result<Answer, Failure> {
    let route = found.by_method(call.head.method()).ok_or_else(|| Failure::Method(found.allow()))?;
    let shop = match known {
        Some(Ok(shop)) => Some(&**shop),
        // The administrator's PUT is what makes a shop known.
        Some(Err(failure)) if route.who != Who::Admin => return Err(failure.clone()),
        _ => None,
    };
    call.caller = auth::caller(&call, route.who, shop)?;
    rate::count(&call, shop).await?;
    match (route.run, shop) {
        (Run::Alone(run), _) => run(call).await,
        (Run::InShop(run), Some(shop)) => run(call, shop).await,
        (Run::InShop(_), None) => Err(Failure::own(Own::NotFound, "no such shop")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::table::{self, OFFICE, STOREFRONT};

    fn check(path: &str, expected: Option<Result<&str, &str>>) {
        let found = find(table::all(), path, Local::On).map(|found| {
            found.map(|found| found.allow()).map_err(|failure| match failure {
                Failure::Own(_, detail) => detail,
                other => format!("{other:?}"),
            })
        });
        let found = found.as_ref().map(|found| found.as_deref().map_err(String::as_str));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn who_asks_about_a_whole_history_may_wait() {
        let long = |path: &str| {
            let found = find(STOREFRONT, &format!("/v1/shops/demo/{path}"), Local::Off);
            found.is_some_and(|found| found.unwrap().is_long())
        };
        for path in ["members/anna/audit", "members/anna/restore", "shared/audit", "shared/restore"] {
            assert!(long(path), "{path}");
        }
        for path in ["members/anna", "members/audit", "members", "orders"] {
            assert!(!long(path), "{path}");
        }
    }

    #[test]
    fn a_path_is_of_one_module() {
        let overlap = |one: &'static str, other: &'static str| {
            let (one, other): (Vec<_>, Vec<_>) = (one.split('/').collect(), other.split('/').collect());
            let same =
                |(a, b): (&&'static str, &&'static str)| a == b || name(a).is_some() || name(b).is_some();
            one.len() == other.len() && one.iter().zip(&other).all(same)
        };
        for one in STOREFRONT {
            for other in OFFICE {
                assert!(!overlap(one.path, other.path), "{} and {}", one.path, other.path);
            }
        }
    }

    #[test]
    fn a_path_is_found_with_its_methods() {
        check("/v1/shops/demo/programme", Some(Ok("PUT, GET, HEAD, OPTIONS")));
        check("/v1/shops/demo/me/referral", Some(Ok("POST, GET, HEAD, OPTIONS")));
        check("/r/0123456789AB", Some(Ok("GET, HEAD, OPTIONS")));
        for unknown in
            ["", "/", "/v1", "/health/", "/v1/shops//programme", "/v1/shops/demo/", "//health", "/r/a/b"]
        {
            check(unknown, None);
        }
    }

    #[test]
    fn a_segment_is_what_its_name_takes() {
        check("/v1/shops/Demo/me", Some(Err("`Demo` is no shop")));
        check("/v1/shops/a%2fb/me", Some(Err("`a%2fb` is no shop")));
        check("/v1/shops/demo/members/a%20b", Some(Err("`a%20b` is no member")));
        check("/v1/shops/demo/members/%ff", Some(Err("`%ff` is no member")));
        check("/v1/shops/demo/members/%2", Some(Err("`%2` is no member")));
        check("/v1/shops/demo/members/a%2Fb", Some(Ok("GET, PATCH, DELETE, HEAD, OPTIONS")));
        let found = find(STOREFRONT, "/v1/shops/demo/members/%D0%B0%2Fb", Local::Off).unwrap().unwrap();
        assert_eq!(found.params, vec![("shop", "demo".to_owned()), ("member", "а/b".to_owned())]);
    }

    #[test]
    fn local_routes_are_there_only_locally() {
        assert!(find(STOREFRONT, "/local/orders", Local::On).is_some());
        assert!(find(STOREFRONT, "/local/orders", Local::Off).is_none());
    }

    #[test]
    fn no_two_routes_are_the_same() {
        let all: Vec<_> = table::all().collect();
        for (at, one) in all.iter().enumerate() {
            let shape = |path: &str| {
                path.split('/')
                    .map(|s| if s.starts_with('{') { "{}" } else { s })
                    .collect::<Vec<_>>()
                    .join("/")
            };
            for other in &all[at + 1..] {
                assert!(one.method != other.method || shape(one.path) != shape(other.path), "{}", one.path);
            }
        }
    }
}
