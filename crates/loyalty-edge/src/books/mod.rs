//! A shop's books: every account's entries, folded once into daily sums (M40) and into what partners owe each other
//! (M33).
//!
//! Sixteen objects a shop, `{shop}/{first digit of the account}`, are fed by the accounts' journals; a seventeenth,
//! `{shop}/settlements`, closes periods. All of them are of this class. What follows from an entry stands in a file of its own, [`ledger`]; what
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
use crate::http::problem::Failure;
use crate::json;
use crate::notices::{self, send};
use crate::object::object;
use crate::shop::Shop;

object! {
    /// The books' object.
    Books { state, env }
}

impl Books {
    async fn wake(&self) -> worker::Result<()> {
        send::run(&self.state.storage(), &self.env).await;
        Ok(())
    }

    async fn answer(&self, what: &str, name: String, body: &str) -> Result<Answer, Failure> {
        let storage = self.state.storage();
        match what {
            "feed" => Answer::of(&feed::take(&storage, &self.env, &name, json::read(body)?).await?),
            "sums" => Ok(Answer::json(200, ledger::read(&storage, &json::read(body)?)?)),
            "owed" => Ok(Answer::json(200, ledger::owed(&storage)?)),
            "cut" => Ok(Answer::json(200, ledger::cut(&storage, json::read(body)?)?)),
            "settlements" => Answer::of(&settlements::known(&storage)?),
            "begin" => Answer::of(&settlements::begin(&storage, json::read(body)?)?),
            "endpoints" | "deliveries" | "delivery" | "replay" => {
                notices::answer(&storage, what, name, body).await
            }
            "close" => Answer::of(&settlements::keep(&storage, json::read(body)?)?),
            _ => Err(Failure::unknown_question()),
        }
    }
}

/// The class of the objects.
pub(crate) const CLASS: &str = "BOOKS";

/// The object that closes a shop's settlements.
fn closer(shop: &Shop) -> String {
    format!("{}/settlements", shop.id)
}
