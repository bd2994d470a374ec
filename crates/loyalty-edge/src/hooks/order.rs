//! The order object: what is known of one order of a connected shop, and what its member's account is to be asked.
//!
//! One object an order, and not the account's, because Shopify's refunds name no customer. It is asked by the Worker
//! only, never from outside.

use crate::account::transaction::atomically;
use crate::hooks::outbox::{self, Outbox, Owed};
use crate::http::answer::Answer;
use crate::http::problem::Failure;
use crate::json;
use crate::object::{self, object};
use crate::people::alias;
use loyalty_hooks::{OrderState, Platform, plan};
use serde::{Deserialize, Serialize};
use worker::Env;

object! {
    /// The order object.
    Order { state, env }
}

/// Which order an object is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Name {
    pub(crate) shop: String,
    pub(crate) platform: String,
    /// The platform's name for the order.
    pub(crate) order: String,
}

/// What was delivered of an order.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivered {
    pub(crate) name: Name,
    pub(crate) state: OrderState,
    /// When, milliseconds since 1970: the instant for which the account decides.
    pub(crate) at: i64,
}

#[derive(Serialize, Deserialize)]
struct Applied {
    applied: bool,
}

/// Tells an order's object what was delivered. Answers whether it was news, once it is stored.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn deliver(env: &Env, delivered: &Delivered) -> Result<bool, Failure> {
    ask(env, &delivered.name, "deliver", delivered).await
}

/// Whether the member whose order it was has been erased.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn is_orphaned(env: &Env, name: &Name) -> Result<bool, Failure> {
    ask(env, name, "orphaned", name).await
}

/// Lets an order's object ask again for what the account refused.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn again(env: &Env, name: &Name) -> Result<bool, Failure> {
    ask(env, name, "again", name).await
}

async fn ask(env: &Env, name: &Name, what: &str, body: &impl Serialize) -> Result<bool, Failure> {
    let object = format!("{}/{}/{}", name.shop, name.platform, name.order);
    let Applied { applied } = object::read_named(env, "ORDER", &object, what, body).await?;
    Ok(applied)
}

impl Order {
    async fn wake(&self) -> worker::Result<()> {
        outbox::run(&self.state.storage(), &self.env).await;
        Ok(())
    }

    async fn answer(&self, what: &str, _: String, body: &str) -> Result<Answer, Failure> {
        let applied = match what {
            "deliver" => self.deliver(json::read(body)?).await?,
            "again" => self.again().await?,
            "orphaned" => self.is_orphaned(&json::read(body)?).await?,
            _ => return Err(Failure::unknown_question()),
        };
        Answer::of(&Applied { applied })
    }

    async fn deliver(&self, delivered: Delivered) -> Result<bool, Failure> {
        let storage = self.state.storage();
        let outbox = Outbox::new(&storage);
        let Delivered { name, state, at } = delivered;
        let platform = Platform::named(&name.platform);
        let platform = platform.ok_or_else(|| Failure::unavailable("an order of no platform"))?;
        let alarm = storage.get_alarm().await?;
        // From here to the alarm there is no await: what is read, planned and written belongs together, and the alarm is
        // set in the same commit.
        let known = outbox.known()?;
        let before = known.as_ref().map(|known| known.state.clone()).unwrap_or_default();
        let booked = known.map(|known| known.booked).unwrap_or_default();
        let state = before.clone().join(state);
        let is_news = state != before;
        if is_news {
            let plan = plan(platform, &name.order, &state, &booked);
            let owed = Owed::of(&plan, at);
            let writes = outbox.clone();
            atomically(&storage, move || writes.put(&name, &state, &plan.booked, &owed))?;
        }
        outbox.arm(&storage, alarm).await?;
        Ok(is_news)
    }

    async fn is_orphaned(&self, name: &Name) -> Result<bool, Failure> {
        let known = Outbox::new(&self.state.storage()).known()?;
        match known.as_ref().and_then(|known| known.booked.account()) {
            Some(acct) => Ok(!alias::lives(&self.env, &name.shop, acct).await?),
            None => Ok(false),
        }
    }

    async fn again(&self) -> Result<bool, Failure> {
        let storage = self.state.storage();
        let outbox = Outbox::new(&storage);
        let alarm = storage.get_alarm().await?;
        if outbox.known()?.is_none() {
            return Ok(false);
        }
        outbox.take_up()?;
        outbox.arm(&storage, alarm).await?;
        Ok(true)
    }
}
