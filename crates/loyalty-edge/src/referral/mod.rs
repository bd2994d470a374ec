//! Referral links: made for a member, followed by a friend.

pub(crate) mod code;

use crate::account::{Link, Name, Visit};
use crate::http::answer::Answer;
use crate::http::auth;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use crate::http::url::Url;
use crate::json;
use crate::kv;
use crate::object;
use crate::people::link;
use crate::referral::code::ReferralCode;
use crate::shop::clock;
use crate::shop::programme;
use crate::shop::{self, Shop};
use loyalty_wire::core::Account;
use serde::{Deserialize, Serialize};
use worker::Env;

/// Where links are shared; anything else counts as `link`.
const CHANNELS: &[&str] = &[
    "link",
    "copy",
    "share",
    "qr",
    "email",
    "sms",
    "whatsapp",
    "telegram",
    "viber",
    "messenger",
    "facebook",
    "x",
];

/// Parts of the names by which programs introduce themselves that look at links on their own.
const PROGRAMS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "preview",
    "prerender",
    "headless",
    "facebookexternalhit",
    "facebot",
    "whatsapp",
    "viber",
    "skype",
    "slack",
    "embedly",
    "vkshare",
    "pinterest",
    "snapchat",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
    "node",
    "axios",
    "libwww",
    "scan",
    "monitor",
    "lighthouse",
];

/// Whom a code belongs to: KV `c/{code}`.
#[derive(Serialize, Deserialize)]
struct Owner {
    shop: String,
    acct: String,
}

/// The account a code leads to in a shop; nothing for one that is mistyped, unknown or another shop's.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn resolve(env: &Env, shop: &str, text: &str) -> Result<Option<String>, Failure> {
    let owner = owner(env, text).await?;
    Ok(owner.filter(|(_, owner)| owner.shop == shop).map(|(_, owner)| owner.acct))
}

/// A code that is mistyped is never looked up: misses cost money and are remembered.
async fn owner(env: &Env, text: &str) -> Result<Option<(ReferralCode, Owner)>, Failure> {
    let Some(code) = ReferralCode::read(&auth::master(env)?, text) else { return Ok(None) };
    match shop::kv(env)?.get(&format!("c/{}", code.as_str())).text().await? {
        Some(text) => Ok(Some((code, json::read(&text).map_err(Failure::unavailable)?))),
        None => Ok(None),
    }
}

/// `POST /v1/shops/{shop}/me/referral`
///
/// The same member gets the same code for ever, so the request needs no idempotency key.
pub(crate) async fn make(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = link::account(&call.env, &shop.id, call.caller.member()?).await?;
    let code = ReferralCode::of(&auth::master(&call.env)?, &name.shop, &name.acct)?;
    let link: Link = object::read(&call.env, &name.shop, &name.acct, "link", &Some(code.as_str())).await?;
    let key = format!("c/{}", code.as_str());
    // Looked for even when the object knows the code: it may have been told and the write been lost.
    if link.new || shop::kv(&call.env)?.get(&key).text().await?.is_none() {
        let owner = serde_json::to_string(&Owner { shop: name.shop.clone(), acct: name.acct.clone() })?;
        kv::put(&call.env, &key, &owner).await?;
    }
    let status = if link.new { 201 } else { 200 };
    told(&call, shop, status, code.as_str(), &link).await
}

/// `GET /v1/shops/{shop}/me/referral`
pub(crate) async fn mine(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let name = link::readable(&call.env, &shop.id, call.caller.member()?).await?;
    let link: Link = object::read(&call.env, &name.shop, &name.acct, "link", &None::<String>).await?;
    match link.code.clone() {
        Some(code) => told(&call, shop, 200, &code, &link).await,
        None => Err(Failure::own(Own::NotFound, "the member has not asked for a link yet")),
    }
}

async fn told(call: &Call, shop: &Shop, status: u16, code: &str, link: &Link) -> Result<Answer, Failure> {
    let programme = programme::of(&call.env, &shop.id, clock::now(call)?).await?;
    let now = clock::set(call)?.unwrap_or_else(clock::real).max(link.at);
    let account = match &link.position {
        Some(position) => loyalty_wire::position(Some(&loyalty_wire::parse(position)?))?,
        None => loyalty_wire::position(None)?,
    };
    let account = Account { position: account, ..Account::default() };
    let standing = loyalty_wire::standing(programme.rules(), &account, clock::moment(&programme, now)?)?;
    let told = serde_json::json!({
        "code": code,
        "link": format!("{}/r/{code}", call.url.origin()),
        "visits": link.visits,
        "friends": { "waiting": standing.friends_waiting, "rewarded": standing.friends_rewarded },
    });
    Ok(Answer::json(status, told.to_string()))
}

/// `GET /r/{code}`
///
/// Leads to the page the shop has settled, wherever else the address asks to go.
pub(crate) async fn follow(call: Call) -> Result<Answer, Failure> {
    let unknown = || Failure::own(Own::NotFound, "no such code");
    let (code, owner) = owner(&call.env, call.param("code")?).await?.ok_or_else(unknown)?;
    let shop = Shop::load(&call.env, &owner.shop).await?;
    let channel = channel(call.query("s").as_deref());
    let to = destination(&shop.landing, code.as_str(), channel).ok_or_else(unknown)?;
    if counts(&call) {
        count(&call, Name { shop: owner.shop, acct: owner.acct }, channel);
    }
    Ok(Answer::empty(302)
        .with("Location", to)
        .with("Referrer-Policy", "no-referrer")
        .with("X-Robots-Tag", "noindex"))
}

fn channel(asked: Option<&str>) -> &'static str {
    CHANNELS.iter().copied().find(|known| Some(*known) == asked).unwrap_or("link")
}

/// The shop's landing page with the code, as an absolute address.
fn destination(landing: &str, code: &str, channel: &str) -> Option<String> {
    let url = Url::parse(landing)?;
    let (page, place) = match url.as_str().split_once('#') {
        Some((page, place)) => (page, format!("#{place}")),
        None => (url.as_str(), String::new()),
    };
    let mark = match page.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    Some(format!("{page}{mark}ref={code}&utm_source=referral&utm_medium={channel}{place}"))
}

/// Whether a request is a person's visit, as far as can be told.
fn counts(call: &Call) -> bool {
    let header = |name: &str| call.header(name).unwrap_or_default().to_ascii_lowercase();
    let ahead = ["Sec-Purpose", "Purpose", "X-Purpose"].iter().any(|name| {
        let purpose = header(name);
        purpose.contains("prefetch") || purpose.contains("preview")
    });
    call.head.method() == "GET" && !ahead && is_person(&header("User-Agent"))
}

/// `agent`: lower case.
fn is_person(agent: &str) -> bool {
    // Cubot makes telephones.
    let agent = agent.replace("cubot", "");
    !agent.trim().is_empty() && !PROGRAMS.iter().any(|program| agent.contains(program))
}

/// Counts a visit after the answer is given.
fn count(call: &Call, name: Name, channel: &str) {
    let env = call.env.clone();
    let day = clock::text(clock::real()).chars().take(10).collect();
    let visit = Visit { day, channel: channel.to_owned() };
    call.ctx.wait_until(async move {
        if let Err(failure) = object::ask(&env, &name.shop, &name.acct, "visit", &visit).await {
            worker::console_error!("visit: {failure}");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_destination_is_the_shop_s_whatever_its_query() {
        let check = |landing: &str, expected: &str| {
            assert_eq!(destination(landing, "0123456789AB", "qr").as_deref(), Some(expected));
        };
        check(
            "https://shop.example",
            "https://shop.example/?ref=0123456789AB&utm_source=referral&utm_medium=qr",
        );
        check(
            "https://shop.example/hi?lang=hu#top",
            "https://shop.example/hi?lang=hu&ref=0123456789AB&utm_source=referral&utm_medium=qr#top",
        );
    }

    #[test]
    fn a_channel_is_one_of_a_closed_list() {
        for (asked, expected) in
            [(None, "link"), (Some("qr"), "qr"), (Some("QR"), "link"), (Some("x\r\nSet-Cookie: a=b"), "link")]
        {
            assert_eq!(channel(asked), expected);
        }
    }

    #[test]
    fn programs_are_not_visitors() {
        for program in [
            "",
            " ",
            "WhatsApp/2.23",
            "Viber/13.3",
            "TelegramBot (like TwitterBot)",
            "facebookexternalhit/1.1",
            "curl/8",
        ] {
            assert!(!is_person(&program.to_ascii_lowercase()), "{program}");
        }
        for person in [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 10; CUBOT_X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        ] {
            assert!(is_person(&person.to_ascii_lowercase()), "{person}");
        }
    }
}
