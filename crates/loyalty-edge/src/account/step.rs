//! One command: on its way to the member's object, and in it.

use crate::account;
use crate::account::journal;
use crate::account::log::Log;
use crate::account::shared;
use crate::http::answer::Answer;
use crate::http::problem::{Failure, Own, wire_text};
use crate::object::Reply;
use crate::shop::clock;
use crate::shop::programme;
use loyalty_ledger::{Ask, Given, Host, Meta, Name, Trouble};
use loyalty_wire::core::{Fingerprint, Moment};
use loyalty_wire::{Problem, Programme};
use worker::{Env, Storage};

/// Runs a command in the object.
///
/// # Errors
/// Refusals that are not kept; `history_exists`, `programme_missing`, `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name, ask: Ask) -> Result<Answer, Failure> {
    let newborn = account::unborn(env, name, &Log::new(storage)).await?;
    decided(storage, env, name, ask, newborn).await
}

/// What a command would come to for somebody who has no account. Nothing is kept, whatever it is.
///
/// # Errors
/// As for [`run`].
pub(crate) async fn tried(storage: &Storage, env: &Env, nobody: &Name, ask: Ask) -> Result<Answer, Failure> {
    let newborn = Some(Meta::newborn(nobody, String::new()));
    decided(storage, env, nobody, Ask { draft: true, ..ask }, newborn).await
}

async fn decided(
    storage: &Storage,
    env: &Env,
    name: &Name,
    ask: Ask,
    newborn: Option<Meta>,
) -> Result<Answer, Failure> {
    let programme = programme::version(env, &name.shop, &ask.programme).await?;
    let mut request = loyalty_wire::request(&ask.request).map_err(|problem| refused(&ask, problem))?;
    if let Some(sent) = &ask.fingerprint {
        request.fingerprint = Fingerprint(loyalty_wire::unhex(sent).map_err(Failure::wire)?);
    }
    if request.account.as_str() != name.acct {
        return Err(Failure::unavailable("a request of another account"));
    }
    let reads = request.command.reads_shared();
    let shared = if reads { shared::of(env, &name.shop, &programme).await? } else { vec![] };
    let log = Log::new(storage);
    let alarm = storage.get_alarm().await?;
    // From here to the alarm there is no await: no other request can come between what is read, what is
    // decided and what is written, and the alarm is set in the same commit as the entries.
    let given = Given {
        ask: &ask,
        request: &request,
        programme: &programme,
        shared: &shared,
        newborn,
        now: clock::real(),
    };
    let decided = loyalty_ledger::step(&log, &Worker, given);
    journal::arm(&log, alarm).await?;
    match decided {
        Ok(decided) => Ok(Reply::from(decided).answer()),
        Err(Trouble::Refused(problem)) => Err(refused(&ask, problem)),
        Err(trouble) => Err(trouble.into()),
    }
}

fn refused(ask: &Ask, problem: Problem) -> Failure {
    if ask.as_sent { Failure::from(problem) } else { Failure::command(problem) }
}

/// What the ledger asks of the Worker.
struct Worker;

impl Host for Worker {
    fn moment(&self, programme: &Programme, milliseconds: i64) -> Result<Moment, Trouble> {
        clock::moment(programme, milliseconds).map_err(|failure| match failure {
            Failure::Wire(problem) => Trouble::Refused(*problem),
            other => Trouble::new(other),
        })
    }

    fn refusal(&self, problem: &Problem) -> String {
        wire_text(problem, true)
    }
}

/// A refusal for a member's id that no shop can have chosen.
///
/// # Errors
/// `malformed`.
pub(crate) fn member(text: &str) -> Result<(), Failure> {
    if crate::http::routes::is_visible(text) {
        Ok(())
    } else {
        Err(Failure::own(Own::Malformed, "`member` is 1 to 128 visible characters"))
    }
}
