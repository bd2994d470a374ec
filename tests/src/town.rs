//! Several members under one programme, and what their accounts tell each other.

use crate::documents::Document;
use crate::history::Happening;
use crate::world::{Outcome, World};
use loyalty_core::{AccountId, Command, Entry, Event, Fingerprint, Key, Message, Request};

/// The members.
pub const MEMBERS: [&str; 3] = ["anna", "bela", "cili"];

/// Three members, and the account that counts what all share.
pub struct Town {
    /// The members.
    pub members: Vec<World>,
    /// The account that counts what all members share.
    pub shared: World,
    /// What was sent and has not arrived, by sender, in order.
    pub sent: Vec<Vec<Request>>,
    /// What has arrived.
    pub arrived: Vec<Request>,
    /// Happenings until another programme is published, and that programme.
    later: Option<(usize, Document)>,
}

impl Town {
    /// Members who have done nothing yet, and the programme that is published after so many happenings.
    #[must_use]
    pub fn new(document: &Document, later: (usize, Document)) -> Self {
        let member = |name: &str| {
            let mut world = World::new(document);
            world.name = AccountId::new(name).unwrap();
            world.others =
                MEMBERS.iter().filter(|other| **other != name).map(|other| (*other).to_owned()).collect();
            world
        };
        Self {
            members: MEMBERS.iter().map(|name| member(name)).collect(),
            shared: member(Command::shared_account().unwrap().as_str()),
            sent: vec![vec![]; MEMBERS.len()],
            arrived: vec![],
            later: Some(later),
        }
    }

    /// Something happens to a member.
    pub fn happen(&mut self, who: usize, happening: &Happening) {
        let now = self.members.iter().map(|member| member.moment).max().unwrap();
        self.members[who].moment = now;
        self.later = match self.later.take() {
            Some((0, programme)) => {
                self.members.iter_mut().chain([&mut self.shared]).for_each(|world| world.publish(&programme));
                None
            }
            later => later.map(|(left, programme)| (left - 1, programme)),
        };
        let Some(request) = self.members[who].next(happening) else { return };
        self.carry_out(who, &crate::world::read(&request));
    }

    /// The next message of a sender arrives, if there is one; it is never refused.
    pub fn arrive(&mut self, sender: usize) {
        if self.sent[sender].is_empty() {
            return;
        }
        let request = self.sent[sender].remove(0);
        self.deliver(&request);
        self.arrived.push(request);
    }

    /// Everything that was sent arrives.
    pub fn rest(&mut self) {
        while let Some(sender) = self.sent.iter().position(|sent| !sent.is_empty()) {
            self.arrive(sender);
        }
    }

    /// A message arrives, for the first time or again.
    pub fn deliver(&mut self, request: &Request) {
        let outcome = match self.members.iter().position(|member| member.name == request.account) {
            Some(who) => self.carry_out(who, request),
            None if request.account == self.shared.name => {
                self.shared.moment = self.members.iter().map(|member| member.moment).max().unwrap();
                self.shared.decide(request)
            }
            None => return,
        };
        if let Outcome::Refused(refusal) = outcome {
            panic!("a message is refused: {refusal:?} {request:?}");
        }
    }

    fn carry_out(&mut self, who: usize, request: &Request) -> Outcome {
        let heard = self.shared.account.book.shared.clone();
        let member = &mut self.members[who];
        member.account.shared = heard;
        let outcome = member.decide(request);
        if let Outcome::Appended(entries) = &outcome {
            for entry in entries {
                for (index, message) in messages(member, entry).into_iter().enumerate() {
                    let key = Key::new(&format!("{}:{}:{index}", member.name, entry.seq)).unwrap();
                    let Message { to: account, command } = message;
                    self.sent[who].push(Request { account, key, fingerprint: Fingerprint([1; 16]), command });
                }
            }
        }
        outcome
    }
}

fn messages(member: &World, entry: &Entry) -> Vec<Message> {
    let orders = &member.account.book.orders;
    let record = match &entry.event {
        Event::OrderPaid { order, .. } => orders.get(&order.id),
        Event::Refunded { order, .. } => orders.get(order),
        _ => None,
    };
    entry.messages(&member.name, record).unwrap()
}
