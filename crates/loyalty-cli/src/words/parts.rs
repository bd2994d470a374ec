//! What an entry is made of: lots earned, taken and given back, rewards that paid.

use super::tell::{Figures, Parameters, one, scalars, text};
use super::{Teller, Told};
use loyalty_core::Code;
use serde_json::{Value, json};

impl Teller<'_> {
    /// The parts of an event, as its wire form has them.
    pub(super) fn parts(&self, event: &Parameters) -> Vec<Told> {
        let sale = if text(event, "kind") == "refunded" { "part.sale_back" } else { "part.sale" };
        let mut told = Vec::new();
        let own =
            event.get("wallet").or(event.get("from")).and_then(Value::as_str).unwrap_or_else(|| self.main());
        for (name, value) in event {
            match name.as_str() {
                "credits" => each(value).for_each(|credit| self.credit(credit, &mut told)),
                "redeemed" => each(value).for_each(|redeemed| told.push(self.redeemed(redeemed))),
                "lot" | "gives" if value.is_object() => {
                    each(value).for_each(|lot| told.push(self.earned(lot, vec![])))
                }
                "lots" => each(value).for_each(|lot| told.push(self.lot(lot))),
                "parts" | "taken" => {
                    each(value).for_each(|part| told.push(self.part("part.taken", own, part)))
                }
                "returned" | "restored" => {
                    each(value).for_each(|part| told.push(self.part("part.returned", own, part)));
                }
                "back" => each(value).for_each(|back| self.back(back.get("back").unwrap_or(back), &mut told)),
                "remainders" => {
                    each(value).for_each(|rest| told.push(self.told("part.remainder", fields(rest))));
                }
                "keeps" if value.is_object() => {
                    let mut parameters = fields(value);
                    let level = parameters.get("level").cloned().unwrap_or_default();
                    parameters.insert("tier".to_owned(), level);
                    told.push(self.told("part.keeps", parameters));
                }
                "ticket" => told.push(self.told("part.ticket", one("ticket", value))),
                "sale" => each(value).for_each(|one| told.push(self.sale(sale, one))),
                "referral" => told.extend(self.not_referred(value)),
                _ => {}
            }
        }
        told
    }

    /// What an order earned in a lot, or a refund took back of it.
    fn credit(&self, credit: &Value, told: &mut Vec<Told>) {
        if let Some(back) = credit.get("back") {
            return self.back(back, told);
        }
        let Some(lot) = credit.get("lot") else { return };
        let wallet = lot.get("wallet").and_then(Value::as_str).unwrap_or_default();
        let steps = credit.get("steps").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        told.push(self.earned(lot, self.steps(wallet, steps)));
    }

    fn redeemed(&self, redeemed: &Value) -> Told {
        let parameters = fields(redeemed);
        let wallet = text(&parameters, "wallet").to_owned();
        let lots = redeemed.get("parts").into_iter().flat_map(each);
        let parts = lots.map(|part| self.part("part.taken", &wallet, part)).collect();
        Told { parts, ..self.told("part.redeemed", parameters) }
    }

    /// A new lot, or the day an old one waits for.
    fn lot(&self, lot: &Value) -> Told {
        if lot.get("wallet").is_some() {
            self.earned(lot, vec![])
        } else {
            self.told("part.waits", fields(lot))
        }
    }

    /// A new lot.
    pub(crate) fn earned(&self, lot: &Value, parts: Vec<Told>) -> Told {
        let mut parameters = fields(lot);
        let number = parameters.remove("id").unwrap_or_default();
        parameters.insert("lot".to_owned(), number);
        let there = |name: &str| parameters.get(name).is_some_and(|value| !value.is_null());
        let waits = match text(&parameters, "waits_for") {
            "fulfilment" => ".fulfilment",
            "approval" => ".approval",
            _ if there("vests_on") => ".day",
            _ => "",
        };
        let expires = if there("last_day") { ".expires" } else { "" };
        let said = self.told(&format!("part.credit{waits}{expires}"), parameters);
        Told { code: "part.credit".to_owned(), parts, ..said }
    }

    /// Points of a lot; `wallet` where it does not say its own.
    fn part(&self, code: &str, wallet: &str, part: &Value) -> Told {
        let mut parameters = fields(part);
        let number = parameters.remove("id").or_else(|| parameters.remove("lot")).unwrap_or_default();
        parameters.insert("lot".to_owned(), number);
        parameters.entry("wallet").or_insert_with(|| json!(wallet));
        self.told(code, parameters)
    }

    fn back(&self, back: &Value, told: &mut Vec<Told>) {
        let parameters = fields(back);
        let wallet = text(&parameters, "wallet").to_owned();
        let taken = back.get("taken").into_iter().flat_map(each);
        told.extend(taken.map(|part| self.part("part.taken", &wallet, part)));
        for (name, code) in [("debt", "part.owed"), ("written_off", "part.written_off")] {
            let some = parameters.get(name).and_then(Value::as_u64).is_some_and(|points| points > 0);
            if some {
                told.push(self.told(code, parameters.clone()));
            }
        }
    }

    /// What a sale earns its seller, or loses them.
    fn sale(&self, code: &str, sale: &Value) -> Told {
        let mut parameters = fields(sale);
        let lines = sale.get("lines").into_iter().flat_map(each);
        parameters.insert("points".to_owned(), json!(lines.filter_map(Value::as_u64).sum::<u64>()));
        self.told(code, parameters)
    }

    fn not_referred(&self, code: &Value) -> Option<Told> {
        let known = Code::ALL.iter().find(|known| Some(known.as_str()) == code.as_str())?;
        let why = self.refusal(*known, self.main(), Figures::default());
        let mut said = self.told("part.not_referred", one("why", &json!(why.text)));
        said.parameters = one("refused", code);
        Some(said)
    }
}

fn fields(value: &Value) -> Parameters {
    value.as_object().map(scalars).unwrap_or_default()
}

/// The items of a list, of lists in it, or the value itself.
fn each(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter().flat_map(each)),
        Value::Null => Box::new(std::iter::empty()),
        value => Box::new(std::iter::once(value)),
    }
}
