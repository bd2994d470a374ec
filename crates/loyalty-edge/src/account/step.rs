//! One command: on its way to the member's object, and in it.

use crate::account;
use crate::account::journal;
use crate::account::log::Log;
use crate::account::shared;
use crate::api::orders::Asked;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own, wire_text};
use crate::object::{self, Reply};
use crate::shop::clock;
use crate::shop::programme;
use loyalty_ledger::{Ask, Given, Host, Name, Trouble};
use loyalty_wire::core::Moment;
use loyalty_wire::{Problem, Programme};
use worker::{Env, Storage};

/// Sends a command from the Worker to a member's object.
///
/// # Errors
/// `programme_missing`, `unavailable`; a refusal of the command is an answer.
pub(crate) async fn send(call: &Call, name: &Name, request: String, asked: Asked) -> Result<Reply, Failure> {
    let programme = programme::current_at(&call.env, &name.shop, clock::now(call)?).await?;
    let Asked { hold, referral, as_sent, .. } = asked;
    let ask = Ask { programme, now: clock::set(call)?, request, hold, referral, as_sent };
    object::ask(&call.env, &name.shop, &name.acct, "step", &ask).await
}

/// Runs a command in the object.
///
/// # Errors
/// Refusals that are not kept; `history_exists`, `programme_missing`, `unavailable`.
pub(crate) async fn run(storage: &Storage, env: &Env, name: &Name, ask: Ask) -> Result<Answer, Failure> {
    let programme = programme::version(env, &name.shop, &ask.programme).await?;
    let request = loyalty_wire::request(&ask.request).map_err(|problem| refused(&ask, problem))?;
    if request.account.as_str() != name.acct {
        return Err(Failure::unavailable("a request of another account"));
    }
    let reads = request.command.reads_shared();
    let shared = if reads { shared::of(env, &name.shop, &programme).await? } else { vec![] };
    let log = Log::new(storage);
    let newborn = account::unborn(env, name, &log).await?;
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
