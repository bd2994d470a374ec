//! The oracle: what members own, told only from what the shop was answered. It knows orders and holds, and
//! nothing of entries, lots, settling or messages.

use crate::plan::{Act, Command, MUG, WELCOME};
use std::collections::BTreeMap;

struct Order {
    account: usize,
    amount: i64,
    refunded: i64,
    /// Whether nothing of it is left.
    whole: bool,
    seller: Option<usize>,
    /// Who brought the member, where the answer says that they are rewarded.
    advocate: Option<usize>,
}

impl Order {
    const fn left(&self) -> i64 {
        if self.whole { 0 } else { self.amount - self.refunded }
    }
}

/// Orders, taken rewards and gifts, as the shop knows them.
#[derive(Default)]
pub(crate) struct Oracle {
    orders: BTreeMap<String, Order>,
    /// Holds that were captured, with the account.
    taken: BTreeMap<String, usize>,
    /// From, to, points.
    given: Vec<(usize, usize, i64)>,
}

impl Oracle {
    /// A command was answered with 201.
    pub(crate) fn booked(&mut self, command: &Command, answer: &str) {
        let account = command.account;
        match &command.act {
            Act::Order { order, amount, seller, advocate } => {
                let rewarded = answer.contains(r#""referral_rewarded""#);
                let advocate = advocate.filter(|_| rewarded);
                let (amount, seller) = (*amount, *seller);
                let paid = Order { account, amount, refunded: 0, whole: false, seller, advocate };
                self.orders.insert(order.clone(), paid);
            }
            Act::Refund { order, amount } => {
                let order = self.orders.get_mut(order).unwrap();
                order.whole |= amount.is_none();
                order.refunded += amount.unwrap_or_default();
            }
            Act::Capture { hold } => {
                self.taken.insert(hold.clone(), account);
            }
            Act::Transfer { to, points } => self.given.push((account, *to, *points)),
            Act::Hold { .. } | Act::Release { .. } => {}
        }
    }

    /// What an account owns once every message has arrived: available, pending and held, less its debt.
    pub(crate) fn owns(&self, account: usize) -> i64 {
        let order = |order: &Order| {
            let stays = order.left() > 0;
            let mine = if order.account == account { order.left() } else { 0 };
            let sold = if order.seller == Some(account) { order.left() / 10 } else { 0 };
            let welcome =
                if order.account == account && order.advocate.is_some() && stays { WELCOME.0 } else { 0 };
            let brought = if order.advocate == Some(account) && stays { WELCOME.1 } else { 0 };
            mine + sold + welcome + brought
        };
        let given = |(from, to, points): &(usize, usize, i64)| {
            if *from == account {
                -points
            } else if *to == account {
                *points
            } else {
                0
            }
        };
        let taken = self.taken.values().filter(|of| **of == account).count();
        self.orders.values().map(order).sum::<i64>() + self.given.iter().map(given).sum::<i64>()
            - MUG * i64::try_from(taken).unwrap()
    }
}
