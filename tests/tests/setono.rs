//! What the calculators of another system computed, reproduced by programmes of this one through its text
//! interface, where a copy of their table lies: redemptions, points under three roundings, ledgers of lots.
//! The system is Setono's loyalty plugin for Sylius (MIT); of it there are only numbers here.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this file is test code; a panic is a failing test"
)]

use loyalty_wire::simulate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/cases/setono_computed.json");

/// The rows of one part of the table.
fn rows(part: &str) -> Option<Vec<Value>> {
    let Ok(text) = fs::read_to_string(TABLE) else {
        eprintln!("skipped: `{TABLE}` is not here, so its `{part}` was not reproduced");
        return None;
    };
    let table: Value = serde_json::from_str(&text).unwrap();
    Some(table[part].as_array().unwrap().clone())
}

/// A programme of the profile, with these fields.
fn programme(currency: &str, fields: Value) -> Value {
    let mut document = json!({
        "format": 1, "name": "Corner shop", "currency": currency, "time_zone": "UTC", "profile": "setono",
        "earning": []
    });
    document.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    document
}

fn step(day: &str, what: Value) -> Value {
    let mut step = json!({"at": format!("{day}T10:00:00Z"), "day": day});
    step.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    step
}

fn run(programme: &Value, steps: &[Value]) -> Value {
    serde_json::from_str(&simulate(&json!({"programme": programme, "steps": steps}).to_string())).unwrap()
}

/// An amount of hundredths.
fn money(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

/// A row of `redemption`.
struct Redemption {
    /// So many points …
    points: i64,
    /// … pay so many hundredths.
    value: i64,
    least: i64,
    share: i64,
    asked: i64,
    balance: i64,
    total: i64,
    /// What came of it: points, and hundredths.
    taken: (i64, i64),
}

impl Redemption {
    fn of(row: &Value) -> Self {
        let number = |column: usize| row[column].as_i64().unwrap();
        Self {
            points: number(0),
            value: number(1),
            least: number(2),
            share: number(3),
            asked: number(4),
            balance: number(5),
            total: number(6),
            taken: (number(7), number(8)),
        }
    }

    /// By which rule nothing is taken here; none where something is.
    fn refused(&self) -> Option<&'static str> {
        if self.points <= 0 || self.value <= 0 || self.share <= 0 {
            // A rate of nothing, and a share of nothing, are no reward.
            return Some("programme");
        }
        if self.asked < 0 {
            return Some("points_out_of_range");
        }
        match self.total.signum() {
            -1 => return Some("amount_negative"),
            0 => return Some("nothing_due"),
            _ => {}
        }
        // Asked for, held and payable, in whole steps: less than the least, or than one step.
        let payable = self.total * self.share.min(100) / 100 / self.value * self.points;
        let most = self.asked.min(self.balance.max(0)).min(payable);
        let steps = most / self.points * self.points;
        (steps < self.least.max(1)).then_some("below_minimum")
    }

    /// What the product takes: in a preview, and when the order is paid; or the code it refuses with.
    fn product(&self) -> Result<(i64, i64), String> {
        // A share of more than all is all, and a least of nothing is one point.
        let reward = json!({
            "id": "pay", "name": "Pay with points", "kind": "pay_with_points", "points": self.points,
            "value": money(self.value), "step": self.points, "minimum_points": self.least.max(1),
            "max_share": self.share.min(100).to_string()
        });
        let cart = json!({
            "currency": "EUR", "lines": [{"id": "a", "amount": money(self.total)}],
            "redeem": [{"reward": "pay", "points": self.asked}]
        });
        let mut order = cart.clone();
        order["id"] = json!("o1");
        let mut steps = Vec::new();
        let adjust = |way: &str| json!({"kind": "adjust", "reason": "opening", way: self.balance.abs()});
        if self.balance > 0 {
            steps.push(step("2026-01-01", json!({"command": adjust("credit")})));
        } else if self.balance < 0 {
            let mut command = adjust("debit");
            command["shortfall"] = json!("debt");
            steps.push(step("2026-01-01", json!({"command": command})));
        }
        steps.push(step("2026-01-02", json!({"preview": cart})));
        steps.push(step("2026-01-02", json!({"command": {"kind": "pay_order", "order": order}})));
        let outcome = run(&programme("EUR", json!({"rewards": [reward]})), &steps);
        let Some([.., preview, booked]) = outcome["answers"].as_array().map(Vec::as_slice) else {
            return Err("programme".to_owned());
        };
        if let Some(code) = preview["refused"]["code"].as_str() {
            assert_eq!(booked["refused"]["code"], json!(code), "the order is refused as its preview is");
            return Err(code.to_owned());
        }
        let taken = |taken: &Value| {
            let value = taken["value"].as_str().unwrap().replace('.', "");
            (taken["points"].as_i64().unwrap(), value.parse().unwrap())
        };
        let preview = taken(&preview["preview"]["taken"][0]);
        assert_eq!(preview, taken(&booked["booked"]["entries"][0]["event"]["redeemed"][0]));
        Ok(preview)
    }
}

#[test]
fn every_redemption_takes_what_was_computed() {
    let Some(rows) = rows("redemption") else { return };
    let mut counted = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let row = Redemption::of(row);
        let expected = row.refused().map_or(Ok(row.taken), |rule| Err(rule.to_owned()));
        let product = row.product();
        assert_eq!(product, expected, "redemption row {index}");
        // Where they take nothing, this one refuses and says why.
        assert_eq!(product.as_ref().copied().unwrap_or_default(), row.taken, "redemption row {index}");
        *counted.entry(product.err().unwrap_or_else(|| "taken".to_owned())).or_insert(0) += 1;
    }
    let counted: Vec<(&str, i32)> = counted.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
    assert_eq!(counted, REDEMPTIONS);
}

/// How many redemptions are refused by which rule.
const REDEMPTIONS: [(&str, i32); 6] = [
    ("amount_negative", 54),
    ("below_minimum", 210),
    ("nothing_due", 129),
    ("points_out_of_range", 46),
    ("programme", 261),
    ("taken", 50),
];

/// Rows of `earning` that their binary floats got wrong, all of them rounded up: the exact points, and theirs.
/// 704340 × 1.1 is 774774 and 90 × 1.1 is 99, but a float of them is a hair more.
const FLOATS: [(usize, u64, u64); 3] = [(159, 774_774, 774_775), (375, 99, 100), (376, 99, 100)];

/// An order of nothing earns nothing here, also by a rule for every order, which pays there. So their nothing is
/// the thousandth that this currency has and theirs has not: less than the smallest group of any rule.
const CURRENCY: &str = "KWD";
const ALMOST_NOTHING: &str = "0.001";
/// A rule that gives no points is one whose group no order of the table reaches.
const OUT_OF_REACH: i64 = 10_000_000;

fn earning(rules: &[Value], mode: &str) -> Value {
    let (mut earning, mut campaigns) = (Vec::new(), Vec::new());
    for (index, rule) in rules.iter().enumerate() {
        let (kind, config) = (rule[0].as_str().unwrap(), &rule[1]);
        let mut document = match kind {
            "multiplier" => {
                let multiplier = config["multiplier"].to_string();
                json!({"name": format!("{multiplier} times"), "multiplier": multiplier})
            }
            _ if config["points"] == json!(0) => {
                json!({"points": 1, "per": money(OUT_OF_REACH), "measure": "groups"})
            }
            "fixed" => json!({"points": config["points"], "measure": "order"}),
            "per_amount" => {
                let per = money(config["per"].as_i64().unwrap());
                json!({"points": config["points"], "per": per, "measure": "groups"})
            }
            _ => panic!("unknown rule {rule}"),
        };
        document["id"] = json!(format!("rule-{index}"));
        document["exclusive"] = json!(rule[2] == json!(false));
        document["priority"] = rule[3].clone();
        if kind == "multiplier" { &mut campaigns } else { &mut earning }.push(document);
    }
    programme(CURRENCY, json!({"rounding": {"mode": mode}, "earning": earning, "campaigns": campaigns}))
}

#[test]
fn every_order_earns_what_was_computed_in_every_rounding() {
    let Some(rows) = rows("earning") else { return };
    let mut reproduced = 0;
    for (index, row) in rows.iter().enumerate() {
        let (rules, basis) = (row["rules"].as_array().unwrap(), row["basis_minor"].as_i64().unwrap());
        assert!(basis < OUT_OF_REACH, "earning row {index}");
        let amount = if basis == 0 { ALMOST_NOTHING.to_owned() } else { money(basis) };
        let cart = json!({"currency": CURRENCY, "lines": [{"id": "a", "amount": amount}]});
        let modes = [("floor", "down"), ("round", "half_up"), ("ceil", "up")];
        let mut steps = Vec::new();
        for (_, mode) in modes {
            steps.push(step("2026-01-01", json!({"programme": earning(rules, mode)})));
            steps.push(step("2026-01-01", json!({"preview": cart})));
        }
        let outcome = run(&programme(CURRENCY, json!({})), &steps);
        for (place, (column, mode)) in modes.into_iter().enumerate() {
            let points = &outcome["answers"][2 * place + 1]["preview"]["points"];
            let theirs = &row[column];
            let off = FLOATS.iter().find(|(row, ..)| *row == index && mode == "up");
            if let Some((_, exact, float)) = off {
                assert_eq!((points, theirs), (&json!(exact), &json!(float)), "earning row {index}, {mode}");
            } else {
                assert_eq!(points, theirs, "earning row {index}, {mode}: {}", outcome["answers"]);
                reproduced += 1;
            }
        }
    }
    assert_eq!((rows.len(), reproduced), (500, 1497));
}

/// A ledger of the table, written as corrections of a balance.
struct Ledger<'a> {
    row: &'a Value,
    /// Years by which the last days of its lots are moved.
    later: i32,
    steps: Vec<Value>,
    looks: u32,
    /// Lots by the place of their credit.
    lots: BTreeMap<u64, u64>,
}

impl<'a> Ledger<'a> {
    fn of(row: &'a Value, later: i32) -> Self {
        let mut ledger = Self { row, later, steps: vec![], looks: 0, lots: BTreeMap::new() };
        for (place, command) in (0_u64..).zip(row["tx"].as_array().unwrap()) {
            let (kind, day) = (command[0].as_str().unwrap(), command[1].as_str().unwrap());
            let number = command[2].as_u64().unwrap();
            match kind {
                "expire" => ledger.write_off(day, number),
                // Nothing is no correction.
                _ if number == 0 => {}
                "credit" => {
                    ledger.lots.insert(place, u64::try_from(ledger.lots.len()).unwrap() + 1);
                    let mut credit = json!({"credit": number});
                    match command[3].as_str() {
                        Some(day) => credit["last_day"] = json!(ledger.moved(day)),
                        None => credit["lasts_ever"] = json!(true),
                    }
                    ledger.adjust(day, credit);
                }
                "debit" => ledger.adjust(day, json!({"debit": number, "shortfall": "debt"})),
                _ => panic!("unknown command {command}"),
            }
        }
        ledger
    }

    fn moved(&self, day: &str) -> String {
        let (year, rest) = day.split_at(4);
        format!("{}{rest}", year.parse::<i32>().unwrap() + self.later)
    }

    fn adjust(&mut self, day: &str, fields: Value) {
        let mut command = json!({"kind": "adjust", "reason": "table"});
        command.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.steps.push(step(day, json!({"command": command})));
    }

    /// What is there on a day, what is over by then being gone: lots, and the answer.
    fn seen(&mut self, day: &str) -> (BTreeMap<u64, u64>, Value) {
        // A command that changes something, so that what is over is gone first.
        self.looks += 1;
        let member = self.looks % 2 == 1;
        let look = json!({"kind": "set_segment", "segment": "seen", "member": member});
        self.steps.push(step(day, json!({"command": look})));
        let outcome = run(&programme("EUR", json!({})), &self.steps);
        let answers = outcome["answers"].as_array().unwrap();
        assert!(answers.iter().all(|answer| answer.get("booked").is_some()), "{outcome}");
        let lots = outcome["accounts"]["member"]["lots"].as_array().unwrap().iter();
        let lots = lots.map(|lot| (lot["id"].as_u64().unwrap(), lot["points"].as_u64().unwrap()));
        (lots.collect(), answers[answers.len() - 1]["booked"]["standing"].clone())
    }

    /// Empties the lot of a credit, whatever its date.
    fn write_off(&mut self, day: &str, credit: u64) {
        let (left, _) = self.seen(day);
        let lot = self.lots.get(&credit).copied();
        if let Some((lot, points)) = lot.and_then(|lot| Some((lot, left.get(&lot)?))) {
            self.adjust(day, json!({"debit": points, "lot": lot}));
        }
    }

    /// Whether it ends as theirs does: each lot, what is owed, the balance, and what expires by a day.
    fn stands(mut self) -> bool {
        let last = self.row["tx"].as_array().unwrap().last().unwrap()[1].as_str().unwrap();
        let (left, standing) = self.seen(last);
        let lots = self.row["lots_remaining"].as_array().unwrap().iter().all(|lot| {
            let known = self.lots.get(&lot[0].as_u64().unwrap()).and_then(|lot| left.get(lot));
            known.copied().unwrap_or_default() == lot[1].as_u64().unwrap()
        });
        let number = |field: &str| standing[field].as_i64().unwrap();
        let by = self.moved(self.row["expiring_by"][0].as_str().unwrap());
        let expiring = standing["expiring"].as_array().unwrap().iter();
        let expiring = expiring.filter(|lot| lot["last_day"].as_str().unwrap() <= by.as_str());
        let expiring: i64 = expiring.map(|lot| lot["points"].as_i64().unwrap()).sum();
        lots && json!(number("debt")) == self.row["deficit"]
            && json!(number("available") - number("debt")) == self.row["balance"]
            && json!(expiring) == self.row["expiring_by"][1]
    }
}

/// Whether they still hold points of a lot after its date.
fn holds_overdue(row: &Value) -> bool {
    let commands = row["tx"].as_array().unwrap();
    let last = commands.last().unwrap()[1].as_str().unwrap();
    row["lots_remaining"].as_array().unwrap().iter().any(|lot| {
        let credit = &commands[usize::try_from(lot[0].as_u64().unwrap()).unwrap()];
        lot[1] != json!(0) && credit[3].as_str().is_some_and(|expires| expires < last)
    })
}

/// Their lots end only when they are told to: so every ledger is one of ours whose dates are all to come.
#[test]
fn every_ledger_of_lots_whose_dates_are_to_come_ends_as_it_was_computed() {
    let Some(rows) = rows("lots") else { return };
    let off: Vec<usize> = (0..rows.len()).filter(|index| !Ledger::of(&rows[*index], 100).stands()).collect();
    assert_eq!((rows.len(), off), (250, vec![]));
}

/// After its last day nothing of a lot can be spent here, whether or not anybody was told to write it off: so a
/// ledger that spends or holds overdue points ends otherwise, and no other does.
#[test]
fn every_ledger_of_lots_that_keeps_its_dates_ends_as_it_was_computed() {
    let Some(rows) = rows("lots") else { return };
    let off: Vec<&Value> = rows.iter().filter(|row| !Ledger::of(row, 0).stands()).collect();
    let holds = off.iter().filter(|row| holds_overdue(row)).count();
    let (reproduced, spends) = (rows.len() - off.len(), off.len() - holds);
    assert_eq!((reproduced, spends, holds), (161, 55, 34), "reproduced, spends overdue points, holds them");
    assert_eq!(rows.iter().filter(|row| holds_overdue(row)).count(), holds, "none of those is reproduced");
}
