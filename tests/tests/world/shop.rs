//! The shop: sends each command until it has an answer, always under the same key.

use crate::plan::Command;
use crate::watch::{Broken, ensure};
use crate::world::{Asked, Asker, DEADLINE, Event, PLACES, World};
use serde_json::Value;

/// A command, and how far the shop is with it.
pub(crate) struct Errand {
    pub(crate) command: Command,
    sent: u32,
    /// The last word: status and text.
    pub(crate) answer: Option<(u16, String)>,
}

impl Errand {
    pub(crate) fn new(command: Command) -> Self {
        Self { command, sent: 0, answer: None }
    }
}

impl World {
    /// Sends a command of the plan, and looks again later.
    pub(crate) fn send(&mut self, number: usize) {
        let errand = &mut self.errands[number];
        if errand.answer.is_some() {
            return;
        }
        errand.sent += 1;
        let again = if self.calm { DEADLINE } else { (DEADLINE << errand.sent.min(4)).min(60_000) };
        self.ask_for(number, Asker::Shop(number));
        self.queue(self.now + again, Event::Send(number));
    }

    fn ask_for(&mut self, number: usize, from: Asker) {
        let command = &self.errands[number].command;
        let asked = Asked {
            from,
            key: command.key.clone(),
            request: command.request(matches!(from, Asker::Mistake)),
            hold: command.hold(),
            at: None,
        };
        self.post(Event::Arrive(self.errands[number].command.account, asked));
    }

    /// An answer reaches who asked.
    pub(crate) fn answered(&mut self, to: Asker, status: u16, body: String) -> Result<(), Broken> {
        match to {
            Asker::Journal(task, question) => self.heard(task, question, Ok((status, body))),
            Asker::Mistake => Ok(()),
            Asker::Shop(number) => self.told(number, status, body),
        }
    }

    fn told(&mut self, number: usize, status: u16, body: String) -> Result<(), Broken> {
        let Errand { command, answer, .. } = &self.errands[number];
        // What is not there yet may come; what was refused for ever never will.
        let before = command.after.and_then(|after| self.errands[after].answer.as_ref());
        let waits = status == 404 && before.is_none_or(|(status, _)| *status < 300);
        if status == 503 || waits {
            return Ok(());
        }
        if let Some((known, _)) = answer {
            return ensure("INV-06", *known == status, || {
                format!("`{}` was answered {known}, now {status}", command.key)
            });
        }
        let (account, key) = (command.account, command.key.clone());
        self.errands[number].answer = Some((status, body.clone()));
        if status == 201 {
            let seq = serde_json::from_str::<Value>(&body).unwrap()["seq"].as_u64().unwrap();
            let there = self.objects[account].watch.has(&key) && seq <= self.head(account);
            ensure("INV-07", there, || format!("`{key}` was answered and is not in the log"))?;
            let (place, wait) = (self.chance.below(PLACES), self.chance.within(0, 90_000));
            self.queue(self.now + wait, Event::Read(account, seq, place));
        }
        if !self.calm && matches!(status, 200 | 201 | 409) {
            match self.chance.below(6) {
                0 => self.ask_for(number, Asker::Mistake),
                1 => self.ask_for(number, Asker::Shop(number)),
                _ => {}
            }
        }
        Ok(())
    }
}
