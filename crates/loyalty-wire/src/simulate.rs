//! Scenarios: a programme and a list of steps, every answer given; the same on every host.

use crate::answer::{Booked, Preview, Standing, preview, standing};
use crate::problem::Problem;
use crate::programme::Programme;
use crate::read::{Faults, Path, Read, document, record};
use crate::request::request_of;
use crate::stored::Position;
use crate::text::As;
use crate::tree::Tree;
use crate::write::{Write, Writer};
use loyalty_core::{Account, AccountId, Code, Day, Decision, Instant, Key, Moment, Request, apply, decide};
use std::collections::BTreeMap;

/// The most steps of a scenario.
const MOST_STEPS: usize = 10_000;

impl Read for Tree {
    fn read(tree: &Tree, _: &Path<'_>, _: &mut Faults) -> Option<Self> {
        Some(tree.clone())
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
        programme: Tree,
        /// What happens, in order.
        steps: Vec<ScenarioStep>,
    }
}

record! {
    /// One thing that happens. Exactly one of `command`, `preview` and `standing` is given.
    pub struct ScenarioStep {
        /// When.
        at: As<Instant>,
        /// The shop-local day of that.
        day: As<Day>,
        /// To whom; default `member`.
        account: Option<As<AccountId>>,
        /// The idempotency key; default one of its own for each step.
        key: Option<As<Key>>,
        /// A command.
        command: Option<Tree>,
        /// A cart to preview.
        preview: Option<Tree>,
        /// Ask where the member stands.
        standing: Option<bool>,
        /// What the answer must hold; looked at by the runner of cases, not here.
        expect: Option<Tree>,
    }
}

/// What a step came to.
enum Answer {
    Booked(Box<Booked>),
    Replayed,
    Preview(Box<Preview>),
    Standing(Box<Standing>),
    Refused(Problem),
}

impl Write for Answer {
    fn write(&self, to: &mut Writer) {
        if let Self::Replayed = self {
            return to.text("replayed");
        }
        to.open('{');
        match self {
            Self::Booked(booked) => to.entry("booked", &**booked),
            Self::Replayed => {}
            Self::Preview(preview) => to.entry("preview", &**preview),
            Self::Standing(standing) => to.entry("standing", &**standing),
            Self::Refused(problem) => to.entry("refused", problem),
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
        to.entry("answers", &self.answers);
        to.entry("accounts", &self.accounts);
        to.close('}');
    }
}

/// Runs a scenario and answers every step; the text is the same, byte for byte, on every host.
///
/// A command that asks something of another account is followed at once, at the same moment.
#[must_use]
pub fn simulate(scenario: &str) -> String {
    run(scenario).unwrap_or_else(|problem| problem.to_json())
}

fn run(scenario: &str) -> Result<String, Problem> {
    let scenario: Scenario = document(&crate::parse(scenario)?)?;
    if scenario.steps.len() > MOST_STEPS {
        return Err(Code::TooMany.into());
    }
    let programme = Programme::from_tree(&scenario.programme)?;
    let mut world = World { programme, accounts: BTreeMap::new() };
    let steps = scenario.steps.into_iter().enumerate();
    let answers = steps.map(|(index, step)| world.answer(index, step)).collect();
    let accounts = world.accounts.iter();
    let accounts = accounts.map(|(id, account)| (id.as_str().to_owned(), Position::from(&account.position)));
    Ok(Outcome { answers, accounts: accounts.collect() }.to_json())
}

struct World {
    programme: Programme,
    accounts: BTreeMap<AccountId, Account>,
}

impl World {
    fn answer(&mut self, index: usize, step: ScenarioStep) -> Answer {
        self.step(index, step).unwrap_or_else(Answer::Refused)
    }

    fn step(&mut self, index: usize, step: ScenarioStep) -> Result<Answer, Problem> {
        let moment = Moment { at: step.at.0, day: step.day.0 };
        let id = step.account.map_or_else(|| AccountId::new("member"), |id| Ok(id.0))?;
        match (step.command, step.preview, step.standing) {
            (Some(command), None, None) => {
                let key = step.key.map_or_else(|| format!("step-{index}"), |key| key.0.as_str().to_owned());
                let fields = [
                    ("account", Tree::Text(id.as_str().to_owned())),
                    ("key", Tree::Text(key)),
                    ("command", command),
                ];
                let request = Tree::Map(fields.map(|(name, value)| (name.to_owned(), value)).into());
                self.command(&request_of(&request)?, moment)
            }
            (None, Some(cart), None) => {
                let account = self.accounts.entry(id).or_default();
                let cart = crate::cart(&cart)?;
                Ok(Answer::Preview(Box::new(preview(self.programme.rules(), account, &cart, moment)?)))
            }
            (None, None, Some(true)) => {
                let account = self.accounts.entry(id).or_default();
                Ok(Answer::Standing(Box::new(standing(self.programme.rules(), account, moment)?)))
            }
            _ => Err(Code::AmountAmbiguous.into()),
        }
    }

    fn command(&mut self, request: &Request, moment: Moment) -> Result<Answer, Problem> {
        let rules = self.programme.rules();
        let account = self.accounts.entry(request.account.clone()).or_default();
        let entries = match decide(rules, account, request, moment)? {
            Decision::Replayed => return Ok(Answer::Replayed),
            Decision::AlreadyBooked => vec![],
            Decision::Append(entries) => entries,
        };
        entries.iter().try_for_each(|entry| apply(account, entry))?;
        let booked = Booked::new(rules, account, &entries, moment)?;
        for message in entries.iter().filter_map(|entry| entry.message(&request.account)) {
            if let Some((_, text)) = crate::request::message(&request.account, &message) {
                self.command(&crate::request(&text)?, moment)?;
            }
        }
        Ok(Answer::Booked(Box::new(booked)))
    }
}
