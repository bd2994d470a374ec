//! What happens, as the command a shop would send.

use crate::documents::amount;
use crate::history::{Act, Ask};
use crate::world::World;
use loyalty_core::Day;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl World {
    /// The command of what happens; none where there is nothing it could speak of.
    pub(crate) fn command(&mut self, act: &Act) -> Option<Value> {
        let number = self.requests.len();
        Some(match act {
            Act::Pay { cart, redeem, holds, advocate, seller } => {
                let id = format!("o{number}");
                let other =
                    |which: &Option<Index>| which.and_then(|which| pick(&which, &self.others).cloned());
                let (advocate, seller) = (other(advocate), other(seller));
                let mut order = cart.json(self.coin);
                order["id"] = json!(id);
                order["redeem"] = redeem.iter().map(|ask| self.redeem(ask)).collect();
                order["holds"] = json!(self.different(holds));
                (order["advocate"], order["seller"]) = (json!(advocate), json!(seller));
                self.orders.push((id, cart.charged()));
                json!({"kind": "pay_order", "order": order})
            }
            Act::Fulfil(which) => json!({"kind": "fulfil_order", "order": pick(which, &self.booked())?.0}),
            Act::Refund { order, parts } => {
                let (id, charged) = pick(order, &self.booked())?.clone();
                let part = |(line, percent): &(Index, Option<i64>)| {
                    let line = line.index(charged.len());
                    let part = percent.map(|percent| amount(charged[line] * percent / 100, self.coin));
                    json!({"id": format!("l{line}"), "amount": part})
                };
                let mut lines: Vec<Value> =
                    if charged.is_empty() { vec![] } else { parts.iter().map(part).collect() };
                lines.dedup_by_key(|line| line["id"].clone());
                // Naming no lines is naming all.
                let lines = (!lines.is_empty()).then_some(lines);
                json!({"kind": "refund", "order": id, "refund": format!("r{number}"), "currency": self.coin.0, "lines": lines})
            }
            Act::Hold { ask, cart, beside } => {
                let beside = self.different(beside);
                let mut hold = self.redeem(ask);
                hold["kind"] = json!("hold");
                hold["hold"] = json!(self.new_hold());
                hold["cart"] = cart.json(self.coin);
                hold["cart"]["holds"] = json!(beside);
                hold
            }
            Act::HoldOutside(reward) => json!({"kind": "hold", "hold": self.new_hold(), "reward": reward}),
            Act::Capture(which, points) => {
                json!({"kind": "capture", "hold": self.hold(which)?, "points": points})
            }
            Act::End("release", which) => json!({"kind": "release", "hold": self.hold(which)?}),
            Act::End(end, which) => json!({"kind": end, "hold": self.captured(which)?}),
            Act::Reward(friend) => {
                // The message of every other friend took days.
                let day = self.moment.day.get() - 4 * i32::from(friend % 2);
                let (friend, order) = (format!("friend-{friend}"), format!("of-{friend}"));
                json!({"kind": "reward_referral", "friend": friend, "order": order, "day": Day::new(day).unwrap().to_string()})
            }
            Act::Revoke(friend) => {
                json!({"kind": "revoke_referral", "friend": format!("friend-{friend}"), "order": format!("of-{friend}")})
            }
            Act::Transfer { to, wallet, points } => {
                json!({"kind": "transfer", "to": pick(to, &self.others)?, "wallet": wallet, "points": points})
            }
            Act::Receive { wallet, points, last_day } => {
                let lot = json!({"id": 7, "wallet": wallet, "order": "of-0",
                    "points": points, "last_day": last_day});
                json!({"kind": "receive_transfer", "from": "friend-0", "parts": [lot]})
            }
            Act::Sale { buyer, worth: (points, stamps) } => {
                let worth = [("points", points), ("stamps", stamps)]
                    .map(|(wallet, points)| json!({"wallet": wallet, "points": points}));
                json!({"kind": "settle_sale", "buyer": format!("friend-{buyer}"), "order": format!("of-{buyer}"),
                    "worth": worth, "seq": number})
            }
            Act::Correct(which, points) => {
                let lot = pick(which, &self.account.position.lots)?;
                json!({"kind": "adjust", "wallet": lot.wallet.as_str(), "lot": lot.id, "reason": "error",
                    "debit": lot.points.get().min(u64::from(*points))})
            }
            Act::Plain(command) => command.clone(),
            Act::Again(_) => return None,
        })
    }

    fn new_hold(&mut self) -> String {
        let id = format!("h{}", self.requests.len());
        self.holds.push(id.clone());
        id
    }

    /// Mostly a hold that was captured; now and then any.
    fn captured(&self, which: &Index) -> Option<String> {
        let known: Vec<&str> = self.account.book.holds.keys().map(|hold| hold.as_str()).collect();
        match pick(which, &known) {
            Some(hold) => Some((*hold).to_owned()),
            None => self.hold(which),
        }
    }

    /// Orders that were booked; where there are none, those that were asked for.
    fn booked(&self) -> Vec<(String, Vec<i64>)> {
        let known = |id: &str| self.account.book.orders.keys().any(|order| order.as_str() == id);
        let booked: Vec<_> = self.orders.iter().filter(|(id, _)| known(id)).cloned().collect();
        if booked.is_empty() { self.orders.clone() } else { booked }
    }

    /// Mostly a hold that is open, now and then one that has ended; where there is none, now and then one that was
    /// refused.
    fn hold(&self, which: &Index) -> Option<String> {
        let open: Vec<&str> = self.account.position.holds.iter().map(|hold| hold.id.as_str()).collect();
        let ended = self.account.book.holds.keys().map(|hold| hold.as_str());
        let often: Vec<&str> = open.repeat(8).into_iter().chain(ended).collect();
        match pick(which, &often) {
            Some(hold) => Some((*hold).to_owned()),
            None if which.index(8) == 0 => pick(which, &self.holds).cloned(),
            None => None,
        }
    }

    /// Holds, none of them twice.
    fn different(&self, which: &[Index]) -> Vec<String> {
        let holds: BTreeSet<String> = which.iter().filter_map(|which| self.hold(which)).collect();
        holds.into_iter().collect()
    }

    fn redeem(&self, ask: &Ask) -> Value {
        match ask.chosen {
            None => json!({"reward": ask.reward}),
            Some((false, points)) => json!({"reward": ask.reward, "points": points}),
            Some((true, units)) => json!({"reward": ask.reward, "value": amount(units.into(), self.coin)}),
        }
    }
}

fn pick<'a, T>(which: &Index, list: &'a [T]) -> Option<&'a T> {
    (!list.is_empty()).then(|| which.get(list))
}
