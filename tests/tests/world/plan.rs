//! What a shop asks of its members' accounts, and when.

use crate::chance::Chance;
use loyalty_wire::Programme;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// 2026-01-31T09:05:00Z.
pub(crate) const START: i64 = 1_769_850_300_000;

/// What a mug costs.
pub(crate) const MUG: i64 = 10;

/// What a referral gives the friend and the advocate.
pub(crate) const WELCOME: (i64, i64) = (20, 50);

/// The programme, and the one that is published later: it gives the same under another version.
pub(crate) static PROGRAMMES: LazyLock<[Programme; 2]> = LazyLock::new(|| {
    ["Corner shop", "Corner shop anew"].map(|name| {
        let document = json!({
            "format": 1, "name": name, "currency": "EUR", "time_zone": "UTC",
            "earning": [
                {"id": "base", "points": 1, "per": "1.00"},
                {"id": "staff", "points": 1, "per": "10.00", "to": "seller"},
            ],
            "referral": {"advocate": {"points": WELCOME.1}, "friend": {"points": WELCOME.0}, "minimum": "10.00", "return_days": 1},
            "rewards": [{"id": "mug", "name": "Mug", "kind": "gift", "points": MUG, "value": "5.00", "instructions": "Hand it over"}],
        });
        Programme::parse(&document.to_string()).map_err(|problem| problem.to_json()).unwrap()
    })
});

/// What a command does, for the oracle.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Order { order: String, amount: i64, seller: Option<usize>, advocate: Option<usize> },
    Refund { order: String, amount: Option<i64> },
    Hold { hold: String },
    Capture { hold: String },
    Release { hold: String },
    Transfer { to: usize, points: i64 },
}

/// One command.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) account: usize,
    pub(crate) key: String,
    pub(crate) act: Act,
    pub(crate) at: i64,
    /// The command that has to be booked before this one makes sense.
    pub(crate) after: Option<usize>,
}

/// Writes the name of an account.
pub(crate) fn named(account: usize) -> String {
    format!("a{account}")
}

impl Command {
    /// The request's text; with another body than its key stands for.
    pub(crate) fn request(&self, other: bool) -> String {
        let command =
            if other { json!({"kind": "hold", "hold": "other", "reward": "mug"}) } else { self.json() };
        json!({"account": named(self.account), "key": self.key, "command": command}).to_string()
    }

    fn json(&self) -> Value {
        match &self.act {
            Act::Order { order, amount, seller, advocate } => json!({"kind": "pay_order", "order": {
                "id": order, "currency": "EUR", "lines": [{"id": "a", "amount": format!("{amount}.00")}],
                "seller": seller.map(named), "advocate": advocate.map(named),
            }}),
            Act::Refund { order, amount } => {
                let lines = amount.map(|amount| json!([{"id": "a", "amount": format!("{amount}.00")}]));
                json!({"kind": "refund", "order": order, "refund": self.key, "currency": "EUR", "lines": lines})
            }
            Act::Hold { hold } => json!({"kind": "hold", "hold": hold, "reward": "mug"}),
            Act::Capture { hold } => json!({"kind": "capture", "hold": hold}),
            Act::Release { hold } => json!({"kind": "release", "hold": hold}),
            Act::Transfer { to, points } => json!({"kind": "transfer", "to": named(*to), "points": points}),
        }
    }

    /// The hold to be named in the answer.
    pub(crate) fn hold(&self) -> Option<String> {
        match &self.act {
            Act::Hold { hold } => Some(hold.clone()),
            _ => None,
        }
    }
}

/// An order of nothing special.
pub(crate) fn order(account: usize, order: String, at: i64) -> Command {
    let act = Act::Order { order: order.clone(), amount: 10, seller: None, advocate: None };
    Command { account, key: order, act, at, after: None }
}

/// The commands of a seed. Each account brings at most one friend, and is brought at most once.
pub(crate) fn plan(accounts: usize, chance: &mut Chance) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut at = START;
    for number in 0..8 + chance.below(8) {
        at += if chance.one_in(6) { chance.within(0, 1_500_000) } else { chance.within(0, 4_000) };
        let account = chance.below(accounts);
        let orders = of(&commands, account, |act| matches!(act, Act::Order { .. }));
        let holds = of(&commands, account, |act| matches!(act, Act::Hold { .. }));
        let other = (account + 1 + chance.below(accounts - 1)) % accounts;
        let mut after = None;
        let act = match chance.below(9) {
            3 | 4 if !orders.is_empty() => {
                let which = orders[chance.below(orders.len())];
                after = Some(which);
                let amount = (!chance.one_in(3)).then_some(10);
                Act::Refund { order: commands[which].key.clone(), amount }
            }
            5 | 6 => Act::Hold { hold: format!("k{number}") },
            7 if !holds.is_empty() => {
                let which = holds[chance.below(holds.len())];
                after = Some(which);
                let hold = commands[which].key.clone();
                if chance.one_in(3) { Act::Release { hold } } else { Act::Capture { hold } }
            }
            8 => Act::Transfer { to: other, points: chance.within(1, 15) },
            _ => Act::Order {
                order: format!("k{number}"),
                amount: 10 * chance.within(1, 3),
                seller: chance.one_in(3).then_some(other),
                advocate: orders.is_empty().then_some((account + 1) % accounts),
            },
        };
        commands.push(Command { account, key: format!("k{number}"), act, at, after });
    }
    commands
}

fn of(commands: &[Command], account: usize, wanted: impl Fn(&Act) -> bool) -> Vec<usize> {
    let wanted = |(_, command): &(usize, &Command)| command.account == account && wanted(&command.act);
    commands.iter().enumerate().filter(wanted).map(|(number, _)| number).collect()
}
