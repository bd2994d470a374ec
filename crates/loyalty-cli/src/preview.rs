//! `loyalty preview`: what paying a cart would come to.

use crate::output::{line, out};
use crate::table::table;
use crate::words::{Figures, Teller, Words};
use crate::{Verdict, clock, input};
use anyhow::{Result, bail};
use clap::Args;
use loyalty_core::{Account, AccountId, Cart, Code, Command, Shared};
use loyalty_wire::{History, Problem, Programme, Tree};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Preview {
    /// The programme document; `-` for standard input
    #[arg(long, value_name = "FILE")]
    programme: PathBuf,
    /// The cart
    #[arg(long, value_name = "FILE")]
    cart: PathBuf,
    /// Where the member stands: a position, or a member's view that has one; a guest where none is given
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    position: Option<PathBuf>,
    /// The member stands where this scenario leads
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Which member of the scenario
    #[arg(long, value_name = "MEMBER", default_value = "member", requires = "scenario")]
    member: String,
    /// When, such as 2026-01-31T10:00:00Z; default now
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Answer in JSON, as every host does
    #[arg(long)]
    json: bool,
}

impl Preview {
    pub(crate) fn run(&self, words: &Words) -> Result<Verdict> {
        let programme = input::programme(&self.programme)?;
        let moment = clock::moment(programme.time_zone(), self.at.as_deref())?;
        let cart = input::tree(&self.cart, loyalty_wire::cart)?;
        let account = self.account()?;
        let teller = Teller { words, programme: programme.rules() };
        let preview = match loyalty_wire::preview(programme.rules(), &account, &cart, moment) {
            Ok(preview) => preview,
            Err(problem) => return self.refused(&teller, &problem),
        };
        let answer = loyalty_wire::Write::to_json(&preview);
        if self.json {
            line(answer)?;
        } else {
            let answer: Value = serde_json::from_str(&answer)?;
            line(format_args!(
                "Programme {}, {} {:02}:{:02}",
                programme.version(),
                moment.day,
                moment.minute / 60,
                moment.minute % 60
            ))?;
            out(&told(&programme, &teller, &cart, &answer))?;
        }
        Ok(Verdict::Yes)
    }

    fn refused(&self, teller: &Teller<'_>, problem: &Problem) -> Result<Verdict> {
        if self.json {
            line(problem.to_json())?;
        } else {
            let told = teller.problem(problem);
            let mut lines = vec![told.text.clone()];
            told.lines(1, &mut lines);
            line(lines.join("\n"))?;
        }
        Ok(Verdict::No)
    }

    fn account(&self) -> Result<Account> {
        if let Some(file) = &self.position {
            return input::tree(file, at_position);
        }
        let Some(file) = &self.scenario else { return Ok(Account::default()) };
        let id = AccountId::new(&self.member).map_err(input::said)?;
        match in_history(input::history(file)?, &id)? {
            Some(account) => Ok(account),
            None => bail!("`{}` knows no member `{id}`", file.display()),
        }
    }
}

/// A member who stands at a position; a view has it beside what all members have used.
fn at_position(tree: &Tree<'_>) -> Result<Account, Problem> {
    let (position, shared) = match tree.field("position") {
        Some(Tree::Text(rows)) => loyalty_wire::member(rows).ok_or(Code::EntryInconsistent)?,
        _ => (loyalty_wire::position(Some(tree))?, Shared::new()),
    };
    Ok(Account { position, shared, ..Account::default() })
}

/// A member of a scenario, knowing what all members have used in the end.
fn in_history(mut history: History, id: &AccountId) -> Result<Option<Account>> {
    let shared = Command::shared_account().map_err(input::said)?;
    let shared = history.accounts.get(&shared).map(|account| account.book.shared.clone());
    let account = history.accounts.remove(id);
    Ok(account.map(|account| Account { shared: shared.unwrap_or_default(), ..account }))
}

/// The answer in tables.
fn told(programme: &Programme, teller: &Teller<'_>, cart: &Cart, answer: &Value) -> String {
    let main = teller.main();
    let mut text = String::new();
    let lines = cart.lines().iter().zip(items(answer, "lines"));
    let lines = lines.map(|(line, found)| {
        let (quantity, amount) = (line.quantity.to_string(), line.amount.to_string());
        vec![line.id.to_string(), quantity, amount, teller.scaled(main, whole(found, "points"))]
    });
    text.push_str(&format!("\n{}", table(&["line", ">pieces", ">amount", ">points"], lines)));
    text.push_str(&earns(teller, answer));
    let taken = items(answer, "taken").map(|taken| {
        let wallet = programme.rules().parts().rewards.iter().find(|r| r.id.as_str() == word(taken, "id"));
        let wallet = wallet.map_or(main, |reward| reward.wallet.as_str());
        vec![
            word(taken, "name").to_owned(),
            teller.points(wallet, number(taken, "points")),
            format!("−{}", word(taken, "value")),
        ]
    });
    let sums = [("total", "total"), ("to pay", "due")];
    let [total, due] =
        sums.map(|(name, field)| vec![name.to_owned(), String::new(), word(answer, field).to_owned()]);
    let rows = std::iter::once(total).chain(taken).chain([due]);
    text.push_str(&format!("\n{}", table(&[word(answer, "currency"), "points", ">amount"], rows)));
    text.push_str(&balances(programme, teller, answer));
    text.push_str(&rewards(teller, answer));
    text
}

/// What it earns in each lot, and why.
fn earns(teller: &Teller<'_>, answer: &Value) -> String {
    let main = teller.main();
    let more: u64 =
        items(answer, "more").filter(|lot| word(lot, "wallet") == main).map(|lot| whole(lot, "points")).sum();
    let mut text = String::new();
    let own = whole(answer, "points").saturating_sub(more);
    for (wallet, points, lot) in std::iter::once((main, own, answer))
        .chain(items(answer, "more").map(|lot| (word(lot, "wallet"), whole(lot, "points"), lot)))
    {
        let steps: Vec<Value> = items(lot, "steps").cloned().collect();
        let lot = json!({
            "wallet": wallet, "points": points, "vests_on": lot.get("vests_on"), "waits_for": lot.get("waits_for"),
            "last_day": lot.get("last_day"),
        });
        text.push_str(&format!("\n{}\n", teller.earned(&lot, vec![]).text));
        for step in teller.steps(wallet, &steps) {
            text.push_str(&format!("  {}\n", step.text));
        }
    }
    text
}

fn balances(programme: &Programme, teller: &Teller<'_>, answer: &Value) -> String {
    let main = programme.rules().parts().wallets.first().map_or("", |wallet| &*wallet.name);
    let row = |id: &str, name: &str, of: &Value| {
        let figures = ["available", "pending", "available_after", "pending_after"];
        let figures = figures.map(|field| teller.scaled(id, whole(of, field)));
        std::iter::once(name.to_owned()).chain(figures).collect::<Vec<_>>()
    };
    let others = items(answer, "wallets").map(|wallet| row(word(wallet, "id"), word(wallet, "name"), wallet));
    let rows = std::iter::once(row(teller.main(), main, answer)).chain(others);
    let headings = ["wallet", ">available", ">pending", ">available after", ">pending after"];
    let mut text = format!("\n{}", table(&headings, rows));
    let level = |field: &str| {
        let tier = answer.get(field).filter(|tier| tier.is_object())?;
        Some(tier.get("name").and_then(Value::as_str).unwrap_or("none").to_owned())
    };
    if let (Some(before), Some(after)) = (level("tier"), level("tier_after")) {
        text.push_str(&format!("\nlevel: {before}, after it {after}\n"));
    }
    text
}

fn rewards(teller: &Teller<'_>, answer: &Value) -> String {
    if items(answer, "rewards").next().is_none() {
        return String::new();
    }
    let rows = items(answer, "rewards").map(|offer| {
        let field = |name: &str| offer.get(name).and_then(Value::as_str);
        let code = Code::ALL.iter().find(|code| Some(code.as_str()) == field("code"));
        let figures = Figures { about: None, needs: field("needs"), has: field("has"), unit: field("unit") };
        let why = code.map(|code| teller.refusal(*code, word(offer, "wallet"), figures).text);
        let points = teller.points(word(offer, "wallet"), number(offer, "points"));
        let (name, value) = (word(offer, "name").to_owned(), word(offer, "value").to_owned());
        vec![name, points, value, why.unwrap_or_else(|| "can be taken".to_owned())]
    });
    format!("\n{}", table(&["reward", ">price", ">gives", ""], rows))
}

fn items<'a>(of: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    of.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn word<'a>(of: &'a Value, field: &str) -> &'a str {
    of.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn whole(of: &Value, field: &str) -> u64 {
    of.get(field).and_then(Value::as_u64).unwrap_or_default()
}

fn number(of: &Value, field: &str) -> i64 {
    of.get(field).and_then(Value::as_i64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty_core::SharedId;

    /// Points of two digits behind the point, and stamps of none.
    fn programme() -> Programme {
        let document = json!({
            "format": 1, "name": "Shop", "currency": "JPY", "time_zone": "UTC", "earning": [],
            "points": { "scale": 2 }, "wallets": [{ "id": "stamps", "name": "Stamps" }],
            "rewards": [
                { "id": "cup", "name": "A cup", "kind": "free_product", "wallet": "stamps", "points": 10 },
                { "id": "pay", "name": "Pay", "kind": "pay_with_points", "points": 1, "value": "1" },
            ],
        });
        Programme::parse(&document.to_string()).unwrap_or_else(|problem| panic!("{}", problem.to_json()))
    }

    #[test]
    fn what_is_missing_is_told_in_the_unit_of_its_wallet() {
        let (programme, words) = (programme(), Words::new(None).unwrap());
        let teller = Teller { words: &words, programme: programme.rules() };
        let text = r#"{"currency":"JPY","lines":[{"id":"a","amount":"98"}]}"#;
        let cart = loyalty_wire::cart(&loyalty_wire::parse(text).unwrap()).unwrap();
        let moment = clock::moment("UTC", Some("2026-01-10T10:00:00Z")).unwrap();
        let preview = loyalty_wire::preview(programme.rules(), &Account::default(), &cart, moment).unwrap();
        let answer = serde_json::from_str(&loyalty_wire::Write::to_json(&preview)).unwrap();
        let told = rewards(&teller, &answer);
        assert!(told.contains(" 10 missing (needed 10, there 0)"), "{told}");
        assert!(told.contains("0.01 points missing (needed 0.01, there 0.00)"), "{told}");
    }

    #[test]
    fn money_is_told_as_money_whatever_the_scale_of_points() {
        let (programme, words) = (programme(), Words::new(None).unwrap());
        let teller = Teller { words: &words, programme: programme.rules() };
        let scenario = format!(
            r#"{{"programme":{},"steps":[
                {{"at":"2026-01-10T10:00:00Z","day":"2026-01-10","command":{{"kind":"adjust","reason":"a","credit":500}}}},
                {{"at":"2026-01-10T11:00:00Z","day":"2026-01-10","command":{{"kind":"hold","hold":"h","reward":"pay",
                "points":99,"cart":{{"currency":"JPY","lines":[{{"id":"a","amount":"98"}}]}}}}}}]}}"#,
            programme.canonical()
        );
        let history =
            loyalty_wire::history(&scenario).unwrap_or_else(|problem| panic!("{}", problem.to_json()));
        let refused = history.told.iter().find_map(|(_, told)| match told {
            loyalty_wire::Told::Refused(_, problem) => Some(teller.problem(problem).text),
            loyalty_wire::Told::Entry(_) => None,
        });
        assert!(refused.unwrap().ends_with("(needed 98, there 99)"));
    }

    /// Every preview of the cases, asked of the scenario before it.
    #[test]
    fn the_preview_is_the_booking_wherever_the_member_stands() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");
        let (mut seen, mut counted) = (0, 0);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let Some(name) = path.to_str().filter(|name| name.ends_with(".json")) else { continue };
            let case: Value = serde_json::from_str(&std::fs::read_to_string(name).unwrap()).unwrap();
            let Some(steps) = case["steps"].as_array() else { continue };
            for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.get("preview").is_some()) {
                let cut =
                    |steps: &[Value]| json!({ "programme": case["programme"], "steps": steps }).to_string();
                let answers: Value =
                    serde_json::from_str(&loyalty_wire::simulate(&cut(&steps[..=index]))).unwrap();
                let expected = &answers["answers"][index]["preview"];
                let Ok(history) = loyalty_wire::history(&cut(&steps[..index])) else { continue };
                let id = AccountId::new(step["account"].as_str().unwrap_or("member")).unwrap();
                let zone = history.programme.time_zone();
                let mut moment = clock::moment(zone, step["at"].as_str()).unwrap();
                // Some cases have a day and a time that are not those of their zone.
                moment.day = loyalty_core::Day::parse(step["day"].as_str().unwrap()).unwrap();
                if let Some((hour, minute)) = step["time"].as_str().and_then(|time| time.split_once(':')) {
                    moment.minute = hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap();
                }
                let programme = Programme::parse(history.programme.canonical()).unwrap();
                let Some(account) = in_history(history, &id).unwrap() else { continue };
                counted += usize::from(!account.shared.is_empty());
                let text = step["preview"].to_string();
                let Ok(cart) = loyalty_wire::cart(&loyalty_wire::parse(&text).unwrap()) else { continue };
                let said = |account: &Account| {
                    let preview = loyalty_wire::preview(programme.rules(), account, &cart, moment);
                    preview.map_or(Value::Null, |preview| {
                        serde_json::from_str(&loyalty_wire::Write::to_json(&preview)).unwrap()
                    })
                };
                assert_eq!(said(&account), *expected, "{name}: step {index}");
                seen += 1;
            }
        }
        assert!(seen > 100 && counted > 0, "{seen}, {counted} of them with what all have used");
    }

    #[test]
    fn a_view_tells_what_all_members_have_used() {
        let used = [(SharedId::new("reward/g").unwrap(), 1)].into_iter().collect::<Shared>();
        let known = Account { shared: used, ..Account::default() };
        let view =
            json!({"position": loyalty_wire::packed_member(&known.position, &known.shared)}).to_string();
        assert_eq!(at_position(&loyalty_wire::parse(&view).unwrap()).unwrap(), known);
        let other = at_position(&loyalty_wire::parse(r#"{"position":"1\n"}"#).unwrap());
        assert_eq!(other.unwrap_err().code, Code::EntryInconsistent);
    }
}
