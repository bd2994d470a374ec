//! The office object: one a shop, the only writer of its settings, keys, draft, publications and endpoints.
//!
//! Two requests that change the same list come one after the other here, so neither is lost. What everybody reads is
//! copied to KV (`cfg/{shop}`, `p/{shop}`), and to the books what they need, before the answer; where that fails, or the
//! object is gone before, the alarm does it.

pub(crate) mod book;
pub(crate) mod question;

use crate::http::answer::Answer;
use crate::http::problem::Failure;
use crate::json;
use crate::kv;
use crate::notices::endpoints;
use crate::object::{object, within};
use crate::shop::Shop;
use crate::shop::clock;
use crate::shop::programme::publications;
use book::{Book, Copied};
use core::time::Duration;
use question::Question;
use worker::{Delay, Env, Storage};

/// How long copying to KV may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long before it is tried again meanwhile: KV takes one write a second to one key.
const PAUSE: Duration = Duration::from_millis(1_050);

/// How long after a change it is copied by the alarm, where it was not before.
const AGAIN: Duration = Duration::from_secs(10);

object! {
    /// The office object.
    Office { state, env }
}

impl Office {
    async fn wake(&self) -> worker::Result<()> {
        self.copy().await
    }

    async fn answer(&self, _: &str, _: String, body: &str) -> Result<Answer, Failure> {
        let question: Question = json::read(body)?;
        let book = Book::of(&self.state.storage())?;
        // Answered without an await: what is read, decided and written belongs together, and the alarm with it.
        let answer = question.answer(&book);
        if let Some(what) = question.changes() {
            if answer.is_ok() {
                book.put_due(what, true)?;
            }
            // Also where it is refused: whoever repeats a change whose answer was lost is told once it is copied.
            self.copy().await?;
        }
        answer
    }

    /// Copies what everybody reads to KV. One copy at a time, each of what is true when it begins, so that an older one
    /// never comes last.
    async fn copy(&self) -> worker::Result<()> {
        let (storage, env) = (self.state.storage(), self.env.clone());
        storage.set_alarm(AGAIN).await?;
        let copied = self.state.block_concurrency_while(async move {
            let copying = async {
                while copy(&storage, &env).await.is_err() {
                    Delay::from(PAUSE).await;
                }
            };
            match within(PATIENCE, copying).await {
                Some(()) => storage.delete_alarm().await,
                None => Ok(()),
            }
        });
        copied.await
    }
}

/// Copies what is due; what cannot be copied holds up nothing else.
async fn copy(storage: &Storage, env: &Env) -> Result<(), Failure> {
    let book = Book::of(storage)?;
    let Some(shop) = book.shop()? else { return Ok(()) };
    let mut copied = Ok(());
    for what in Copied::ALL {
        if book.is_due(what)? {
            match give(env, &book, &shop, what).await {
                Ok(()) => book.put_due(what, false)?,
                failure => copied = failure,
            }
        }
    }
    copied
}

async fn give(env: &Env, book: &Book, shop: &Shop, what: Copied) -> Result<(), Failure> {
    let (key, text) = match what {
        Copied::Settings => (format!("cfg/{}", shop.id), serde_json::to_string(shop)?),
        Copied::Publications => {
            let all = book.publications()?;
            (format!("p/{}", shop.id), serde_json::to_string(&publications::ahead(&all, clock::real()))?)
        }
        Copied::Endpoints => return endpoints::spread(env, &shop.id, &book.endpoints()?).await,
    };
    Ok(kv::put(env, &key, &text).await?)
}
