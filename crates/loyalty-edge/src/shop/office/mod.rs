//! The office object: one a shop, the only writer of its settings, keys, draft, publications and endpoints.
//!
//! Two requests that change the same list come one after the other here, so neither is lost. What everybody reads is
//! copied to KV (`cfg/{shop}`, `p/{shop}`), and to the books what they need, before the answer; where that fails, the
//! alarm does it.

pub(crate) mod book;
pub(crate) mod question;

use crate::http::answer::Answer;
use crate::http::problem::Failure;
use crate::json;
use crate::notices::endpoints;
use crate::object::{object, within};
use crate::shop;
use crate::shop::clock;
use crate::shop::programme::publications;
use book::Book;
use core::time::Duration;
use question::Question;
use worker::{Env, Storage};

/// How long copying to KV may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// When copying is tried again.
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
        // Answered without an await: what is read, decided and written belongs together.
        let answer = question.answer(&book)?;
        if question.changes() {
            self.copy().await?;
        }
        Ok(answer)
    }

    /// Copies what everybody reads to KV. One copy at a time, each of what is true when it begins, so that an older one
    /// never comes last.
    async fn copy(&self) -> worker::Result<()> {
        let (storage, env) = (self.state.storage(), self.env.clone());
        let copied = self.state.block_concurrency_while(async move {
            match within(PATIENCE, copy(&storage, &env)).await {
                Some(Ok(())) => Ok(()),
                Some(Err(_)) | None => storage.set_alarm(AGAIN).await,
            }
        });
        copied.await
    }
}

async fn copy(storage: &Storage, env: &Env) -> Result<(), Failure> {
    let (kv, book) = (shop::kv(env)?, Book::of(storage)?);
    let Some(shop) = book.shop()? else { return Ok(()) };
    kv.put(&format!("cfg/{}", shop.id), serde_json::to_string(&shop)?)?.execute().await?;
    let all = book.publications()?;
    if !all.is_empty() {
        let ahead = publications::ahead(&all, clock::real());
        kv.put(&format!("p/{}", shop.id), serde_json::to_string(&ahead)?)?.execute().await?;
    }
    let told = book.endpoints()?;
    if book.spread()? < told.revision {
        endpoints::spread(env, &shop.id, &told).await?;
        book.put_spread(told.revision)?;
    }
    Ok(())
}
