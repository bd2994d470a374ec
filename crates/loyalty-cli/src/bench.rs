//! `loyalty bench-preview`: what a preview takes natively.

use crate::output::line;
use crate::{Verdict, input};
use anyhow::{Context, Result};
use clap::Args;
use loyalty_core::{Account, Day, Decision, Moment, apply, decide};
use loyalty_wire::{Problem, Programme, Write};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Ten category rates, three campaigns, four levels and ten rewards: what is measured in browsers too.
const PROGRAMME: &str = include_str!("../../../tests/bench/programme.json");
/// Twenty lines.
const CART: &str = include_str!("../../../tests/bench/cart.json");
/// Orders the member has made before, a fortnight apart.
const HISTORY: i32 = 12;
const FIRST_DAY: i32 = 20_454;
const BATCHES: usize = 41;
/// How long a batch takes, so that the clock's own steps do not show.
const BATCH: Duration = Duration::from_millis(20);

#[derive(Args)]
pub(crate) struct BenchPreview {
    /// A programme document in place of the built-in one of 10 category rates, 3 campaigns, 4 levels, 10 rewards
    #[arg(long, value_name = "FILE")]
    programme: Option<PathBuf>,
    /// A cart in place of the built-in one of 20 lines
    #[arg(long, value_name = "FILE")]
    cart: Option<PathBuf>,
}

impl BenchPreview {
    /// The core alone, and from the cart's text to the answer's text, for a member with a history.
    pub(crate) fn run(&self) -> Result<Verdict> {
        let programme = match &self.programme {
            Some(path) => input::programme(path)?,
            None => Programme::parse(PROGRAMME).map_err(said).context("the built-in programme")?,
        };
        let cart = match &self.cart {
            Some(path) => input::text(path)?,
            None => CART.to_owned(),
        };
        let (account, moment) = history(&programme, &cart).map_err(said)?;
        let read = || loyalty_wire::cart(&loyalty_wire::parse(&cart)?);
        let held = read().map_err(said)?;
        let core = || loyalty_core::preview(programme.rules(), &account, &held, moment);
        let whole = || -> Result<String, Problem> {
            Ok(loyalty_wire::preview(programme.rules(), &account, &read()?, moment)?.to_json())
        };
        whole().map_err(said)?;
        let row = |what, us| line(json!({ "what": what, "value": us, "unit": "µs" }));
        row("preview, natively, the core alone", median_us(|| core().is_ok()))?;
        row("preview, natively, text to text", median_us(|| whole().is_ok()))?;
        Ok(Verdict::Yes)
    }
}

fn said(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", input::faults("", &problem).join("\n"))
}

/// A member who bought the cart before, and the moment of the next time.
fn history(programme: &Programme, cart: &str) -> Result<(Account, Moment), Problem> {
    loyalty_wire::cart(&loyalty_wire::parse(cart)?)?;
    let mut account = Account::default();
    let moment = |index: i32| -> Result<Moment, Problem> {
        Ok(crate::orders::noon(Day::new(FIRST_DAY + 14 * index)?)?)
    };
    for index in 0..HISTORY {
        let mut order: serde_json::Value = serde_json::from_str(cart).unwrap_or_default();
        if let Some(fields) = order.as_object_mut() {
            fields.insert("id".to_owned(), json!(format!("order-{index}")));
        }
        let command = json!({ "kind": "pay_order", "order": order });
        let request = json!({ "account": "member", "key": format!("key-{index}"), "command": command });
        let request = loyalty_wire::request(&request.to_string())?;
        let decision = decide(programme.rules(), &account, &request, moment(index)?)?;
        if let Decision::Append(entries) = decision {
            entries.iter().try_for_each(|entry| apply(&mut account, entry))?;
        }
    }
    Ok((account, moment(HISTORY)?))
}

/// Microseconds of one call: the median of many batches, with two digits after the point.
fn median_us(call: impl Fn() -> bool) -> f64 {
    let begun = Instant::now();
    let mut calls = 0_u32;
    while begun.elapsed() < BATCH {
        std::hint::black_box(call());
        calls += 1;
    }
    let batch = |_| {
        let begun = Instant::now();
        for _ in 0..calls {
            std::hint::black_box(call());
        }
        begun.elapsed() / calls
    };
    let mut times: Vec<Duration> = (0..BATCHES).map(batch).collect();
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    (median.as_secs_f64() * 1e8).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty_core::Step;

    #[test]
    fn the_built_in_preview_is_what_it_says() {
        let programme = Programme::parse(PROGRAMME).unwrap();
        let cart: serde_json::Value = serde_json::from_str(CART).unwrap();
        assert_eq!(cart["lines"].as_array().unwrap().len(), 20);
        let document: serde_json::Value = serde_json::from_str(PROGRAMME).unwrap();
        let count = |of: &serde_json::Value| of.as_array().unwrap().len();
        let lists = [
            &document["earning"],
            &document["campaigns"],
            &document["tiers"]["levels"],
            &document["rewards"],
        ];
        assert_eq!(lists.map(count), [10, 3, 4, 10]);
        let (account, moment) = history(&programme, CART).unwrap();
        assert_eq!(account.position.orders, 12);
        let cart = loyalty_wire::cart(&loyalty_wire::parse(CART).unwrap()).unwrap();
        let preview = loyalty_core::preview(programme.rules(), &account, &cart, moment).unwrap();
        let steps = preview.credits.iter().flat_map(|credit| &credit.steps);
        assert_eq!(steps.filter(|step| matches!(step, Step::Campaign { .. })).count(), 3, "all are in force");
        assert!(preview.before.tier.is_some_and(|tier| tier.level.is_some()));
    }
}
