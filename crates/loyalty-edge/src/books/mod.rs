//! A shop's books: every account's entries, folded once into daily sums (M40) and into what partners owe each other
//! (M33).
//!
//! Sixteen objects a shop, `{shop}/{first digit of the account}`, are fed by the accounts' journals; a seventeenth,
//! `{shop}/settlements`, closes periods. All of them are of this class and asked as accounts are, with a path
//! `/{what}/{shop}/{object}` and a JSON body. What follows from an entry stands in a file of its own, [`ledger`]; what
//! is told of it to the shop's endpoints, in [`notices`](crate::notices); [`feed`] calls both within one transaction.

pub(crate) mod feed;
mod ledger;
pub(crate) mod reports;
pub(crate) mod settlements;
mod shards;
mod table;
pub(crate) mod tables;

pub(crate) use feed::feed;

use crate::http::answer::Answer;
use crate::http::problem::{Failure, Own};
use crate::http::url::Url;
use crate::notices::{self, send};
use crate::shop::Shop;
use serde::Serialize;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

/// The books' object.
#[durable_object(alarm)]
pub struct Books {
    state: State,
    env: Env,
}

impl DurableObject for Books {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let url = Url::of(&request);
        let body = request.text().await?;
        self.answer(url.path(), &body).await.unwrap_or_else(|failure| failure.answer()).into_response()
    }

    async fn alarm(&self) -> worker::Result<Response> {
        send::run(&self.state.storage(), &self.env).await;
        Response::empty()
    }
}

impl Books {
    async fn answer(&self, path: &str, body: &str) -> Result<Answer, Failure> {
        let mut names = path.trim_start_matches('/').splitn(3, '/');
        let (what, shop) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        let storage = self.state.storage();
        match what {
            "feed" => json(&feed::take(&storage, &self.env, shop, serde_json::from_str(body)?).await?),
            "sums" => Ok(Answer::json(200, ledger::read(&storage, &serde_json::from_str(body)?)?)),
            "owed" => Ok(Answer::json(200, ledger::owed(&storage)?)),
            "cut" => Ok(Answer::json(200, ledger::cut(&storage, serde_json::from_str(body)?)?)),
            "settlements" => json(&settlements::known(&storage)?),
            "begin" => json(&settlements::begin(&storage, serde_json::from_str(body)?)?),
            "endpoints" | "deliveries" | "delivery" | "replay" => {
                let name = format!("{shop}/{}", names.next().unwrap_or_default());
                notices::answer(&storage, what, name, body).await
            }
            "close" => json(&settlements::keep(&storage, serde_json::from_str(body)?)?),
            _ => Err(Failure::own(Own::NotFound, "the object does not know this question")),
        }
    }
}

pub(crate) fn json(value: &impl Serialize) -> Result<Answer, Failure> {
    Ok(Answer::json(200, serde_json::to_string(value).map_err(Failure::unavailable)?))
}

/// The class of the objects.
pub(crate) const CLASS: &str = "BOOKS";

/// The object that closes a shop's settlements.
fn closer(shop: &Shop) -> String {
    format!("{}/settlements", shop.id)
}
