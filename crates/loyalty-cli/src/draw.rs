//! `loyalty draw`: a prize draw repeated, and its seed held against the hash published before it.

use crate::output::{line, out};
use crate::table::table;
use crate::{Verdict, input};
use anyhow::{Context, Result, bail};
use clap::Args;
use loyalty_core::{AccountId, Seed, draw};
use loyalty_wire::{Tree, hex, unhex};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Draw {
    /// Who has how many tickets: a JSON object of numbers by account, or CSV with the columns `account,tickets`;
    /// `-` for standard input
    #[arg(long, value_name = "FILE")]
    tickets: PathBuf,
    /// The seed that was published after the draw: 32 bytes, in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    seed: [u8; 32],
    /// How many tickets win
    #[arg(long, value_name = "N")]
    winners: u64,
    /// The SHA-256 of the seed that was published before the draw, in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = bytes)]
    hash: Option<[u8; 32]>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

fn bytes(text: &str) -> Result<[u8; 32], &'static str> {
    unhex(text).map_err(|_| "it has to be 64 hexadecimal digits")
}

impl Draw {
    pub(crate) fn run(&self) -> Result<Verdict> {
        let tickets = self.tickets()?;
        let sum = tickets.iter().try_fold(0_u64, |sum, (_, count)| sum.checked_add(*count));
        let sum = sum.context("there are more tickets than can be counted")?;
        let winners = draw(&tickets, Seed(self.seed), self.winners);
        let found: [u8; 32] = Sha256::digest(self.seed).into();
        let honest = self.hash.map(|published| published == found);
        if self.json {
            let names: Vec<&str> = winners.iter().map(AccountId::as_str).collect();
            line(json!({ "tickets": sum, "hash": hex(&found), "hash_fits": honest, "winners": names }))?;
        } else {
            line(format_args!("tickets: {sum}, accounts: {}", tickets.len()))?;
            line(format_args!("SHA-256 of the seed: {}", hex(&found)))?;
            line(match honest {
                Some(true) => "It is the one that was published.",
                Some(false) => "It is NOT the one that was published: the seed was changed.",
                None => "Compare it with the one published before the draw, or give that as `--hash`.",
            })?;
            let rows = winners.iter().enumerate();
            let rows = rows.map(|(index, winner)| vec![(index + 1).to_string(), winner.to_string()]);
            out(&format!("\n{}", table(&[">drawn", "account"], rows)))?;
        }
        Ok(if honest == Some(false) { Verdict::No } else { Verdict::Yes })
    }

    fn tickets(&self) -> Result<Vec<(AccountId, u64)>> {
        let text = input::text(&self.tickets)?;
        let shown = self.tickets.display();
        let known: Vec<(String, u64)> = if text.trim_start().starts_with('{') {
            object(&text)
                .with_context(|| format!("`{shown}` has to be an object of whole numbers by account"))?
        } else {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let titles = reader.headers().with_context(|| format!("cannot read `{shown}`"))?;
            if titles.iter().ne(["account", "tickets"]) {
                bail!("`{shown}` has to start with the line `account,tickets`, or be a JSON object");
            }
            let rows = reader.deserialize().collect::<Result<_, _>>();
            rows.with_context(|| format!("`{shown}` has to be rows of an account and a whole number"))?
        };
        let mut seen: BTreeMap<AccountId, u64> = BTreeMap::new();
        for (account, count) in known {
            let id = AccountId::new(&account).map_err(input::said).with_context(|| format!("`{account}`"))?;
            if seen.insert(id, count).is_some() {
                bail!("`{shown}` names `{account}` twice; add its tickets up");
            }
        }
        Ok(seen.into_iter().collect())
    }
}

/// The numbers of a JSON object, an account that stands there twice too.
fn object(text: &str) -> Option<Vec<(String, u64)>> {
    let Ok(Tree::Map(fields)) = loyalty_wire::parse(text) else { return None };
    let number = |(name, value): (_, Tree<'_>)| match value {
        Tree::Whole(count) => Some((String::from(name), u64::try_from(count).ok()?)),
        _ => None,
    };
    fields.into_iter().map(number).collect()
}
