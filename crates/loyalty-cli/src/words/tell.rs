//! Entries, steps and refusals as data, a code and its parameters, and in words.

use super::{Shown, Words};
use loyalty_core::{Code, Entry, Event, Money, Programme};
use loyalty_wire::{EntryV1, Problem, Write};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// Parameters of a code.
pub(crate) type Parameters = Map<String, Value>;

/// Parameters that are points of the wallet beside them.
const POINTS: [&str; 7] = ["points", "points_per", "gone", "debt", "written_off", "threshold", "needs"];
/// Parameters that are a figure in points of the wallet beside them, with a fraction perhaps.
const FIGURES: [&str; 2] = ["earned", "most"];

/// What a refusal is about, and its figures.
#[derive(Clone, Copy, Default)]
pub(crate) struct Figures<'a> {
    pub(crate) about: Option<&'a str>,
    pub(crate) needs: Option<&'a str>,
    pub(crate) has: Option<&'a str>,
    /// What these two are, as the wire says it.
    pub(crate) unit: Option<&'a str>,
}

/// Something told: as data, in words, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) code: String,
    pub(crate) parameters: Parameters,
    pub(crate) text: String,
    pub(crate) parts: Vec<Told>,
}

impl Told {
    pub(crate) fn json(&self) -> Value {
        let parts: Vec<_> = self.parts.iter().map(Self::json).collect();
        json!({ "code": self.code, "parameters": self.parameters, "text": self.text, "parts": parts })
    }

    /// The lines of its parts, each level further in.
    pub(crate) fn lines(&self, depth: usize, to: &mut Vec<String>) {
        for part in &self.parts {
            to.push(format!("{}{}", "  ".repeat(depth), part.text));
            part.lines(depth + 1, to);
        }
    }
}

/// Tells what happened under a programme.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    pub(crate) words: &'a Words,
    pub(crate) programme: &'a Programme,
}

impl Teller<'_> {
    /// An entry.
    pub(crate) fn entry(&self, entry: &Entry) -> Told {
        let whole: Value = serde_json::from_str(&EntryV1::from(entry).to_json()).unwrap_or_default();
        let event = whole.get("event").and_then(Value::as_object).cloned().unwrap_or_default();
        let kind = text(&event, "kind").to_owned();
        let mut parameters = scalars(&event);
        parameters.remove("kind");
        parameters.extend(derived(&entry.event));
        if kind == "tier_changed" {
            parameters.entry("to").or_insert(Value::Null);
            parameters.entry("from").or_insert(Value::Null);
        }
        let shown = self.shown(&parameters, &kind);
        let code = match event.get("role").and_then(Value::as_str) {
            Some(role) => format!("entry.{kind}.{role}"),
            None => format!("entry.{kind}"),
        };
        let mut said = self.words.say(&code, &shown);
        let figures = format!("figures.{kind}{}", variant(&kind, &parameters));
        if self.words.fits(&figures, &shown) {
            said = format!("{said}: {}", self.words.say(&figures, &shown));
        }
        Told { code, parameters, text: said, parts: self.parts(&event) }
    }

    /// The steps of what an order earns in a wallet, with what they come to so far.
    pub(crate) fn steps(&self, wallet: &str, steps: &[Value]) -> Vec<Told> {
        let mut total = 0_i64;
        let mut told = Vec::new();
        for step in steps.iter().filter_map(Value::as_object) {
            let kind = text(step, "kind");
            let points = step.get("points").and_then(Value::as_i64).unwrap_or_default();
            total += if kind == "limited" { -points } else { points };
            let mut parameters = scalars(step);
            parameters.remove("kind");
            parameters.insert("wallet".to_owned(), json!(wallet));
            parameters.insert("total".to_owned(), json!(total));
            let mut shown = self.shown(&parameters, "step");
            let gain = format!(
                "{}{}",
                if points < 0 { "−" } else { "+" },
                self.scaled(wallet, points.unsigned_abs())
            );
            shown.insert("gain".to_owned(), gain);
            let of = |name: &str| shown.get(name).cloned().unwrap_or_default();
            shown.extend([("rate".to_owned(), of("points_per")), ("tier".to_owned(), of("level"))]);
            let (plain, precise) = (format!("step.{kind}"), step_variant(kind, step));
            let template = self.words.pick(&[&precise, &plain]).unwrap_or(&plain);
            told.push(Told {
                text: self.words.say(template, &shown),
                code: plain.clone(),
                parameters,
                parts: vec![],
            });
        }
        told
    }

    /// A refusal.
    pub(crate) fn problem(&self, problem: &Problem) -> Told {
        let parts = problem.faults.iter().map(|fault| {
            let why = self.refusal(fault.code, self.main(), Figures::default());
            Told {
                parameters: one("path", &json!(fault.path)),
                text: format!("{}: {}", fault.path, why.text),
                ..why
            }
        });
        let figures = Figures {
            about: problem.about.as_deref(),
            needs: problem.needs.as_deref(),
            has: problem.has.as_deref(),
            unit: problem.unit.as_ref().map(|unit| unit.0.as_str()),
        };
        // Of a reward the figures are in its own wallet.
        let rewards = &self.programme.parts().rewards;
        let reward = rewards.iter().find(|reward| Some(reward.id.as_str()) == figures.about);
        let wallet = reward.map_or(self.main(), |reward| reward.wallet.as_str());
        Told { parts: parts.collect(), ..self.refusal(problem.code, wallet, figures) }
    }

    /// A refusal whose points are of a wallet.
    pub(crate) fn refusal(&self, code: Code, wallet: &str, figures: Figures<'_>) -> Told {
        let Figures { about, needs, has, unit } = figures;
        let mut parameters = Parameters::new();
        let mut shown = Shown::new();
        let number = |text: Option<&str>| text.filter(|_| unit == Some("points"))?.parse::<u64>().ok();
        let figure =
            |text| number(Some(text)).map_or_else(|| text.to_owned(), |points| self.scaled(wallet, points));
        for (name, value) in [("about", about), ("needs", needs), ("has", has)] {
            if let Some(value) = value {
                parameters.insert(name.to_owned(), json!(value));
                shown.insert(name.to_owned(), if name == "about" { value.to_owned() } else { figure(value) });
            }
        }
        if let Some(needs) = shown.get("needs").cloned() {
            // The shopper's texts call the bound by what it bounds.
            let names = if unit == Some("points") { &["step", "most", "points"][..] } else { &["minimum"] };
            shown.extend(names.iter().map(|name| ((*name).to_owned(), needs.clone())));
        }
        if let (Some(needs), Some(has)) = (number(needs), number(has)) {
            shown.insert("missing".to_owned(), self.scaled(wallet, needs.saturating_sub(has)));
        }
        let template = format!("refused.{code}");
        let own = (wallet != self.main()).then(|| format!("wallet.{template}"));
        let said = own.iter().chain([&template]).find(|said| self.words.fits(said, &shown));
        let mut why = said.map_or_else(|| code.explain().to_owned(), |said| self.words.say(said, &shown));
        for (key, there) in
            [("refused.about", about.is_some()), ("refused.figures", needs.is_some() && has.is_some())]
        {
            if there {
                shown.insert("why".to_owned(), why);
                why = self.words.say(key, &shown);
            }
        }
        Told { code: template, parameters, text: why, parts: vec![] }
    }

    /// A code with its parameters.
    pub(crate) fn told(&self, code: &str, parameters: Parameters) -> Told {
        let shown = self.shown(&parameters, code);
        Told { code: code.to_owned(), text: self.words.say(code, &shown), parameters, parts: vec![] }
    }

    /// What stands for the parameters: names as the merchant wrote them, points as the wallet shows them.
    fn shown(&self, parameters: &Parameters, kind: &str) -> Shown {
        let wallet = parameters.get("wallet").and_then(Value::as_str);
        let wallet =
            wallet.or_else(|| parameters.get("from").and_then(Value::as_str).filter(|_| kind == "exchanged"));
        let wallet = wallet.unwrap_or_else(|| self.main());
        let mut shown = Shown::new();
        for (name, value) in parameters {
            let said = match value {
                Value::String(figure) if FIGURES.contains(&name.as_str()) => self.figure(wallet, figure),
                Value::String(id) => self.name(name, id, kind).unwrap_or_else(|| id.clone()),
                Value::Number(number) if POINTS.contains(&name.as_str()) => {
                    number.as_i64().map_or_else(|| number.to_string(), |points| self.points(wallet, points))
                }
                Value::Number(number) if name == "total" => number
                    .as_i64()
                    .map_or_else(|| number.to_string(), |points| self.scaled(wallet, points.unsigned_abs())),
                Value::Null => "–".to_owned(),
                other => other.to_string(),
            };
            shown.insert(name.clone(), said);
        }
        if let Some(to) = shown.get("to").cloned().filter(|_| kind == "tier_changed") {
            shown.insert("tier".to_owned(), to);
        }
        shown
    }

    /// What the merchant calls something.
    fn name(&self, field: &str, id: &str, kind: &str) -> Option<String> {
        let parts = self.programme.parts();
        let named = match field {
            "reward" => parts.rewards.iter().find(|r| r.id.as_str() == id).map(|r| &*r.name),
            "campaign" => parts.campaigns.iter().find(|c| c.id.as_str() == id).map(|c| &*c.name),
            "bonus" => parts.bonuses.iter().find(|b| b.id.as_str() == id).map(|b| &*b.name),
            "membership" => parts.memberships.iter().find(|m| m.id.as_str() == id).map(|m| &*m.name),
            "privilege" => parts.privileges.iter().find(|p| p.id.as_str() == id).map(|p| &*p.name),
            "ticket" => parts.draws.iter().find(|d| d.id.as_str() == id).map(|d| &*d.name),
            "wallet" => parts.wallets.iter().find(|w| w.id.as_str() == id).map(|w| &*w.name),
            "level" | "tier" => self.level(id),
            "from" | "to" if kind == "tier_changed" => self.level(id),
            _ => None,
        };
        named.map(str::to_owned)
    }

    fn level(&self, id: &str) -> Option<&str> {
        self.programme
            .tiers()?
            .levels()
            .iter()
            .find(|level| level.id.as_str() == id)
            .map(|level| &*level.name)
    }

    /// The main wallet.
    pub(crate) fn main(&self) -> &str {
        self.programme.parts().wallets.first().map_or("points", |wallet| wallet.id.as_str())
    }

    /// `20 points`, or `3 Stamps` in another wallet than the main one.
    pub(crate) fn points(&self, wallet: &str, points: i64) -> String {
        let n = self.signed(wallet, points);
        let name = self.name("wallet", wallet, "").unwrap_or_else(|| wallet.to_owned());
        let code = if wallet == self.main() { "points" } else { "points.wallet" };
        self.words.say(code, &super::shown([("n", n), ("wallet", name)]))
    }

    /// The same, below zero with its sign.
    pub(crate) fn signed(&self, wallet: &str, points: i64) -> String {
        format!("{}{}", if points < 0 { "−" } else { "" }, self.scaled(wallet, points.unsigned_abs()))
    }

    /// A number of points as the wallet shows it: at scale 2, 150 reads 1.50.
    pub(crate) fn scaled(&self, wallet: &str, points: u64) -> String {
        Decimal::from_i128_with_scale(points.into(), self.scale(wallet)).to_string()
    }

    /// The same of a figure that is no whole number: at scale 2, 150.5 reads 1.505.
    fn figure(&self, wallet: &str, figure: &str) -> String {
        let scale = self.scale(wallet);
        let shown = figure.parse::<Decimal>().ok();
        let shown = shown.and_then(|points| points.checked_mul(Decimal::new(1, scale))).map(|shown| {
            let mut shown = shown.normalize();
            shown.rescale(shown.scale().max(scale));
            shown.to_string()
        });
        shown.unwrap_or_else(|| figure.to_owned())
    }

    fn scale(&self, wallet: &str) -> u32 {
        let wallets = &self.programme.parts().wallets;
        wallets.iter().find(|known| known.id.as_str() == wallet).map_or(0, |wallet| wallet.scale)
    }
}

pub(crate) fn text<'a>(fields: &'a Parameters, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn one(name: &str, value: &Value) -> Parameters {
    [(name.to_owned(), value.clone())].into_iter().collect()
}

/// The fields that are there, and no lists and no objects.
pub(crate) fn scalars(fields: &Parameters) -> Parameters {
    let scalar = |(_, value): &(&String, &Value)| !(value.is_object() || value.is_array() || value.is_null());
    fields.iter().filter(scalar).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Figures that the wire's entry has only further in.
fn derived(event: &Event) -> Parameters {
    let fields = match event {
        Event::OrderPaid { order, .. } => {
            let total = order.cart.total();
            json!({ "order": order.id.as_str(), "total": total.to_string(), "currency": total.currency().as_str() })
        }
        Event::Refunded { lines, .. } => {
            let currency = lines.first().map(|line| line.amount.currency());
            let sum =
                currency.and_then(|currency| Money::sum(currency, lines.iter().map(|line| line.amount)).ok());
            sum.map_or(Value::Null, |sum| json!({ "amount": sum.to_string() }))
        }
        Event::MembershipPaid { membership, .. } => json!({
            "membership": membership.id.as_str(), "fee": membership.fee.to_string(),
            "from": membership.from.to_string(), "last_day": membership.last_day.to_string(),
        }),
        _ => Value::Null,
    };
    match fields {
        Value::Object(fields) => fields,
        _ => Parameters::new(),
    }
}

/// Which of several figures of a kind are told.
fn variant(kind: &str, parameters: &Parameters) -> &'static str {
    let is = |name: &str| parameters.get(name) == Some(&Value::Bool(true));
    let none = |name: &str| parameters.get(name).is_none_or(Value::is_null);
    match kind {
        "released" if is("timed_out") => ".timed_out",
        "refunded" if is("whole") => ".whole",
        "event_recorded" if !none("reference") => ".reference",
        "bonus_decided" if none("vests_on") => ".turned_down",
        "segment_set" if !is("member") => ".left",
        "consent_set" if !is("given") => ".taken_back",
        "birthday_set" if none("birthday") => ".forgotten",
        _ => "",
    }
}

fn step_variant(kind: &str, step: &Parameters) -> String {
    let there = |name: &str| step.get(name).is_some_and(|value| !value.is_null());
    match kind {
        "rate" if there("carried") => "step.rate.carried".to_owned(),
        "rate" if there("groups") => "step.rate.groups".to_owned(),
        "tier" | "campaign" => format!("step.{kind}.total"),
        "limited" => format!("step.limited.{}", limit(text(step, "limit"))),
        _ => format!("step.{kind}"),
    }
}

/// The wire's names of limits, as the table has them.
fn limit(name: &str) -> &'static str {
    match name {
        "most_per_day" => "day",
        "most_per_member" => "member",
        "budget" => "budget",
        _ => "order",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme() -> loyalty_wire::Programme {
        let text = json!({
            "format": 1, "name": "Shop", "currency": "EUR", "time_zone": "UTC", "earning": [],
            "points": { "scale": 2 }, "tiers": { "window": { "days": 365 },
            "levels": [{ "id": "gold", "name": "Gold", "from": "1.00", "multiplier": "1.5" }] },
        });
        loyalty_wire::Programme::parse(&text.to_string())
            .unwrap_or_else(|problem| panic!("{}", problem.to_json()))
    }

    #[test]
    fn steps_are_told_with_what_they_come_to() {
        let (programme, words) = (programme(), Words::new(None).unwrap());
        let teller = Teller { words: &words, programme: programme.rules() };
        let steps = json!([
            { "kind": "rate", "rule": "a", "amount": "109.99", "points_per": 300, "per": "10.00", "groups": 10,
              "carried": "0.01", "points": 3000 },
            { "kind": "tier", "level": "gold", "multiplier": "1.5", "points": 1500 },
            { "kind": "limited", "by": "a", "limit": "most_per_day", "points": 500 },
            { "kind": "campaign", "campaign": "c", "multiplier": "0.5", "points": -2000 },
        ]);
        let told = teller.steps("points", steps.as_array().unwrap());
        let texts: Vec<&str> = told.iter().map(|step| step.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "3.00 points for every 10.00: 109.99, with 0.01 left over before → 10 groups → 30.00 points",
                "Gold ×1.5 → 45.00",
                "the most of “a” on one day: −5.00 points → 40.00",
                "c ×0.5 → 20.00",
            ]
        );
        assert_eq!((told[2].code.as_str(), &told[2].parameters["total"]), ("step.limited", &json!(4000)));
    }

    #[test]
    fn a_refusal_is_told_with_its_figures_or_by_its_code() {
        let (programme, words) = (programme(), Words::new(None).unwrap());
        let teller = Teller { words: &words, programme: programme.rules() };
        let said = |code, needs, has| {
            let figures = Figures { needs, has, unit: Some("points"), ..Figures::default() };
            teller.refusal(code, "points", figures).text
        };
        let missing = said(Code::InsufficientPoints, Some("500"), Some("120"));
        assert_eq!(missing, "3.80 points missing (needed 5.00, there 1.20)");
        // Without its figures the shopper's text would have holes.
        assert_eq!(said(Code::InsufficientPoints, None, None), Code::InsufficientPoints.explain());
        assert_eq!(said(Code::LineUnknown, None, None), Code::LineUnknown.explain());
    }
}
