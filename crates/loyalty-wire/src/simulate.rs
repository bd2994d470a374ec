//! Scenarios: a programme and a list of steps, every answer given; the same on every host.

use crate::answer::{Booked, Preview, Standing, preview, standing};
use crate::problem::Problem;
use crate::programme::Programme;
use crate::read::{Faults, Path, Read, document, record};
use crate::request::{messages, order_of, request_of};
use crate::stored::Position;
use crate::text::{As, TimeOfDay};
use crate::tree::Tree;
use crate::write::{Write, Writer};
use loyalty_core::{
    Account, AccountId, Code, Command, Day, Decision, DrawId, Entry, Instant, Key, Moment, Request, Seed,
    Version, apply, decide, draw,
};
use std::collections::BTreeMap;

/// The most steps of a scenario.
const MOST_STEPS: usize = 10_000;

impl Read for Tree<'static> {
    fn read(tree: &Tree<'_>, _: &Path<'_>, _: &Faults) -> Option<Self> {
        Some(tree.to_owned())
    }
}

record! {
    /// A programme and what happens under it.
    pub struct Scenario {
        /// JSON Schema of this file, for editors.
        schema: Option<String>,
        /// What it shows, starting with the mechanism's M-id or the law's name.
        case: Option<String>,
        /// More about it: the source of a figure, why an edge is where it is.
        about: Option<String>,
        /// The programme document.
        programme: Tree<'static>,
        /// What happens, in order.
        steps: Vec<ScenarioStep>,
    }
}

record! {
    /// One thing that happens. Exactly one of `command`, `preview`, `standing`, `draw` and `programme` is given.
    pub struct ScenarioStep {
        /// When.
        at: As<Instant>,
        /// The shop-local day of that.
        day: As<Day>,
        /// The shop-local time of that, `14:05`; default the time in UTC.
        time: Option<As<TimeOfDay>>,
        /// To whom; default `member`.
        account: Option<As<AccountId>>,
        /// The idempotency key; default one of its own for each step.
        key: Option<As<Key>>,
        /// A command.
        command: Option<Tree<'static>>,
        /// A cart to preview.
        preview: Option<Tree<'static>>,
        /// Ask where the member stands.
        standing: Option<bool>,
        /// Draw the winners of this draw, among the tickets of all accounts.
        draw: Option<As<DrawId>>,
        /// With `draw`: the 32 bytes that decide it, in hexadecimal.
        seed: Option<As<Seed>>,
        /// With `draw`: how many win; default as the programme says.
        winners: Option<u64>,
        /// A programme document that is in force from now on.
        programme: Option<Tree<'static>>,
        /// What the answer must hold; looked at by the runner of cases, not here.
        expect: Option<Tree<'static>>,
    }
}

/// What a step came to.
enum Answer {
    Booked(Box<Booked>),
    Replayed,
    Preview(Box<Preview>),
    Standing(Box<Standing>),
    Winners(Vec<As<AccountId>>),
    Published(As<Version>),
    Refused(Problem),
}

impl Write for Answer {
    fn write(&self, to: &mut Writer) {
        if let Self::Replayed = self {
            return to.text("replayed");
        }
        to.open('{');
        match self {
            Self::Booked(booked) => to.named("booked", &**booked),
            Self::Replayed => {}
            Self::Preview(preview) => to.named("preview", &**preview),
            Self::Standing(standing) => to.named("standing", &**standing),
            Self::Winners(winners) => to.named("winners", winners),
            Self::Published(version) => to.named("published", version),
            Self::Refused(problem) => to.named("refused", problem),
        }
        to.close('}');
    }
}

/// What a scenario came to.
struct Outcome {
    answers: Vec<Answer>,
    accounts: BTreeMap<String, Position>,
}

impl Write for Outcome {
    fn write(&self, to: &mut Writer) {
        to.open('{');
        to.named("answers", &self.answers);
        to.named("accounts", &self.accounts);
        to.close('}');
    }
}

/// Runs a scenario and answers every step; the text is the same, byte for byte, on every host.
///
/// What a command asks of other accounts is followed at once, at the same moment.
#[must_use]
pub fn simulate(scenario: &str) -> String {
    crate::parse(scenario).map_or_else(|problem| problem.to_json(), |tree| simulate_tree(&tree))
}

/// As [`simulate`], from a tree.
#[must_use]
pub fn simulate_tree(scenario: &Tree<'_>) -> String {
    run(scenario).map_or_else(|problem| problem.to_json(), |outcome| outcome.to_json())
}

/// A scenario's accounts, and how they came to be what they are.
pub struct History {
    /// The programme that is in force in the end.
    pub programme: Programme,
    /// The accounts.
    pub accounts: BTreeMap<AccountId, Account>,
    /// What happened to each, in order.
    pub told: Vec<(AccountId, Told)>,
    /// The moment of the last step.
    pub last: Moment,
}

/// What happened to an account in a scenario.
#[derive(Debug, Clone)]
pub enum Told {
    /// An entry was appended.
    Entry(Box<Entry>),
    /// A step was refused.
    Refused(Moment, Problem),
}

/// Runs a scenario and tells what happened to every account.
///
/// # Errors
/// Every fault of the scenario.
pub fn history(scenario: &str) -> Result<History, Problem> {
    let mut told = Vec::new();
    let scenario: Scenario = document(&crate::parse(scenario)?)?;
    let last = scenario.steps.last().map(ScenarioStep::moment).unwrap_or_default();
    let (world, _) = World::run(scenario, Some(&mut told))?;
    Ok(History { programme: world.programme, accounts: world.accounts, told, last })
}

fn run(scenario: &Tree<'_>) -> Result<Outcome, Problem> {
    let (world, answers) = World::run(document(scenario)?, None)?;
    let accounts = world.accounts.iter();
    let accounts = accounts.map(|(id, account)| (id.as_str().to_owned(), Position::from(&account.position)));
    Ok(Outcome { answers, accounts: accounts.collect() })
}

struct World<'a> {
    programme: Programme,
    accounts: BTreeMap<AccountId, Account>,
    /// Where what happens is told, if anybody listens.
    told: Option<&'a mut Vec<(AccountId, Told)>>,
}

impl ScenarioStep {
    fn moment(&self) -> Moment {
        // Milliseconds since 1970 are not below 0, and a day has 1440 minutes.
        let utc = || u16::try_from(self.at.0.get() / 60_000 % 1440).unwrap_or_default();
        let minute = self.time.as_ref().map_or_else(utc, |time| time.0.0);
        Moment { at: self.at.0, day: self.day.0, minute }
    }
}

impl<'a> World<'a> {
    fn run(
        scenario: Scenario,
        told: Option<&'a mut Vec<(AccountId, Told)>>,
    ) -> Result<(Self, Vec<Answer>), Problem> {
        if scenario.steps.len() > MOST_STEPS {
            return Err(Code::TooMany.into());
        }
        let programme = Programme::from_tree(&scenario.programme)?;
        let mut world = Self { programme, accounts: BTreeMap::new(), told };
        let steps = scenario.steps.into_iter().enumerate();
        let answers = steps.map(|(index, step)| world.answer(index, step)).collect();
        Ok((world, answers))
    }

    fn answer(&mut self, index: usize, step: ScenarioStep) -> Answer {
        let (moment, account) = (step.moment(), step.account.clone());
        self.step(index, step).unwrap_or_else(|problem| {
            if let (Some(told), Ok(id)) = (&mut self.told, member(account)) {
                told.push((id, Told::Refused(moment, problem.clone())));
            }
            Answer::Refused(problem)
        })
    }

    fn step(&mut self, index: usize, step: ScenarioStep) -> Result<Answer, Problem> {
        let moment = step.moment();
        let id = member(step.account)?;
        match (step.command, step.preview, step.standing, step.draw, step.programme) {
            (Some(command), None, None, None, None) => {
                let key = step.key.map_or_else(|| format!("step-{index}"), |key| key.0.as_str().to_owned());
                let fields = [
                    ("account", Tree::Text(id.as_str().into())),
                    ("key", Tree::Text(key.into())),
                    ("command", command),
                ];
                let request = Tree::Map(fields.map(|(name, value)| (name.into(), value)).into());
                self.command(&request_of(&request)?, moment)
            }
            (None, Some(cart), None, None, None) => {
                let account = open(&mut self.accounts, &id)?;
                let cart = crate::cart(&cart)?;
                Ok(Answer::Preview(Box::new(preview(self.programme.rules(), account, &cart, moment)?)))
            }
            (None, None, Some(true), None, None) => {
                let account = open(&mut self.accounts, &id)?;
                Ok(Answer::Standing(Box::new(standing(self.programme.rules(), account, moment)?)))
            }
            (None, None, None, Some(draw), None) => {
                let seed = step.seed.ok_or(Code::Missing)?;
                self.draw(&draw.0, seed.0, step.winners)
            }
            (None, None, None, None, Some(programme)) => {
                self.programme = Programme::from_tree(&programme)?;
                Ok(Answer::Published(As(self.programme.rules().version().clone())))
            }
            _ => Err(Code::AmountAmbiguous.into()),
        }
    }

    fn command(&mut self, request: &Request, moment: Moment) -> Result<Answer, Problem> {
        let rules = self.programme.rules();
        let account = open(&mut self.accounts, &request.account)?;
        let entries = match decide(rules, account, request, moment)? {
            Decision::Replayed => return Ok(Answer::Replayed),
            Decision::AlreadyBooked => vec![],
            Decision::Append(entries) => entries,
        };
        entries.iter().try_for_each(|entry| apply(account, entry))?;
        if let Some(told) = &mut self.told {
            let entry = |entry: &Entry| (request.account.clone(), Told::Entry(Box::new(entry.clone())));
            told.extend(entries.iter().map(entry));
        }
        let booked = Booked::new(rules, account, &entries, moment)?;
        for text in asked(&request.account, account, &entries)? {
            self.command(&crate::request(&text)?, moment)?;
        }
        Ok(Answer::Booked(Box::new(booked)))
    }

    fn draw(&self, id: &DrawId, seed: Seed, winners: Option<u64>) -> Result<Answer, Problem> {
        let known = self.programme.rules().parts().draws.iter().find(|draw| draw.id == *id);
        let known = known.ok_or(Code::UnknownReference)?;
        let tickets = self.accounts.iter().filter_map(|(account, known)| {
            known.position.tickets.get(id).map(|count| (account.clone(), *count))
        });
        let drawn = draw(&tickets.collect::<Vec<_>>(), seed, winners.unwrap_or(known.winners));
        Ok(Answer::Winners(drawn.into_iter().map(As).collect()))
    }
}

/// Whose step it is.
fn member(account: Option<As<AccountId>>) -> Result<AccountId, Code> {
    account.map_or_else(|| AccountId::new("member"), |id| Ok(id.0))
}

/// An account, knowing what all members have used by now.
fn open<'a>(
    accounts: &'a mut BTreeMap<AccountId, Account>,
    id: &AccountId,
) -> Result<&'a mut Account, Problem> {
    let counted = accounts.get(&Command::shared_account()?).map(|account| account.book.shared.clone());
    let account = accounts.entry(id.clone()).or_default();
    account.shared = counted.unwrap_or_default();
    Ok(account)
}

/// What entries just applied ask of other accounts.
fn asked(from: &AccountId, account: &Account, entries: &[Entry]) -> Result<Vec<String>, Problem> {
    let mut texts = Vec::new();
    for entry in entries {
        let record = order_of(&entry.event).and_then(|order| account.book.orders.get(order));
        texts.extend(messages(from, entry, record)?.into_iter().map(|(_, text)| text));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests;
