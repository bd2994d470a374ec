//! What an office is asked, and how the Worker asks it.

use crate::http::answer::Answer;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::notices::endpoint::Change;
use crate::object::once;
use crate::shop::Shop;
use crate::shop::keys::{self, Key};
use crate::shop::office::book::{Book, Copied};
use crate::shop::programme::publications::{self, Wanted};
use crate::tell;
use core::time::Duration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::Env;

/// How long a question may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// A question.
#[derive(Serialize, Deserialize)]
pub(crate) enum Question {
    /// The administrator's settings take the place of those before; keys the shop made itself stay.
    Settle { id: String, shop: Shop },
    /// A key is added.
    AddKey(Key),
    /// A key is taken away. `now`: milliseconds since 1970.
    DropKey { id: String, now: i64 },
    /// The draft.
    Draft,
    /// The draft is written, or taken away.
    PutDraft(Option<String>),
    /// A version is published.
    Publish(Wanted),
    /// A publication that has not begun is taken back. `now`: milliseconds since 1970.
    Withdraw { id: u32, now: i64 },
    /// Every publication.
    Publications,
    /// Where the shop is told what happens.
    Endpoints,
    /// One of these changes.
    ChangeEndpoints(Change),
}

impl Question {
    /// What is to be copied to everybody afterwards.
    pub(crate) const fn changes(&self) -> Option<Copied> {
        match self {
            Self::Settle { .. } | Self::AddKey(_) | Self::DropKey { .. } => Some(Copied::Settings),
            Self::Publish(_) | Self::Withdraw { .. } => Some(Copied::Publications),
            Self::ChangeEndpoints(_) => Some(Copied::Endpoints),
            Self::Draft | Self::PutDraft(_) | Self::Publications | Self::Endpoints => None,
        }
    }

    /// The office's answer.
    ///
    /// # Errors
    /// `unavailable`; those of the question.
    pub(crate) fn answer(&self, book: &Book) -> Result<Answer, Failure> {
        let shop = || book.shop()?.ok_or_else(|| Failure::own(Own::NotFound, "no such shop"));
        match self {
            Self::Settle { id, shop } => {
                let made = book.shop()?.map(|known| known.made).unwrap_or_default();
                book.put_shop(&Shop { id: id.clone(), made, ..shop.clone() })?;
                told(200, &())
            }
            Self::AddKey(key) => {
                book.put_shop(&keys::added(shop()?, key.clone())?)?;
                told(201, &())
            }
            Self::DropKey { id, now } => {
                book.put_shop(&keys::dropped(shop()?, id, *now)?)?;
                told(200, &())
            }
            Self::Draft => told(200, &book.draft()?),
            Self::PutDraft(draft) => {
                shop()?;
                book.put_draft(draft.as_deref())?;
                told(200, &())
            }
            Self::Publish(wanted) => {
                shop()?;
                let new = publications::wanted(&book.publications()?, wanted)?;
                if let Some(new) = &new {
                    book.publish(new)?;
                }
                // A draft that was written meanwhile stays.
                if wanted.draft.is_some()
                    && wanted.draft == book.draft()?.as_deref().map(publications::digest)
                {
                    book.put_draft(None)?;
                }
                let status = if new.is_some() { 201 } else { 200 };
                told(status, &book.publications()?)
            }
            Self::Withdraw { id, now } => {
                shop()?;
                publications::not_begun(&book.publications()?, *id, *now)?;
                book.withdraw(*id)?;
                told(200, &())
            }
            Self::Publications => told(200, &book.publications()?),
            Self::Endpoints => told(200, &book.endpoints()?),
            Self::ChangeEndpoints(change) => {
                shop()?;
                if let Some(changed) = book.endpoints()?.changed(change)? {
                    book.put_endpoints(&changed)?;
                }
                told(200, &())
            }
        }
    }
}

fn told(status: u16, value: &impl Serialize) -> Result<Answer, Failure> {
    Ok(Answer::json(status, serde_json::to_string(value)?))
}

/// Asks a shop's office; status and answer.
///
/// # Errors
/// `unavailable` when it does not answer within 5 seconds; its refusal is passed on.
pub(crate) async fn ask<T: DeserializeOwned>(
    env: &Env,
    id: &str,
    question: &Question,
) -> Result<(u16, T), Failure> {
    let text = serde_json::to_string(question)?;
    let answer = once(DEADLINE, env, "OFFICE", id, "ask", &text).await;
    if question.changes().is_some() {
        tell::changed(id);
    }
    let reply = answer?.ok_or_else(|| Failure::unavailable("office: no answer"))?;
    match reply.status {
        status @ (200 | 201) => Ok((status, json::read(&reply.body).map_err(Failure::unavailable)?)),
        _ => Err(Failure::passed(reply.answer())),
    }
}
