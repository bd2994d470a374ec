//! `loyalty replay`: orders through the core, and the same orders through a running Worker.

use crate::accounts::{self, Outcome};
use crate::comparison::{Comparison, compare};
use crate::delivery::{Tally, deliver, publish};
use crate::done::Done;
use crate::figures::{self, Speed};
use crate::orders::{self, Order};
use crate::shop::Shop;
use crate::{Verdict, input};
use anyhow::{Context, Result, bail};
use clap::Args;
use loyalty_core::Day;
use loyalty_wire::Programme;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

/// How many bad rows are listed.
const LISTED: usize = 20;

#[derive(Args)]
pub(crate) struct Replay {
    /// The programme document; its currency has to be the orders', USD
    #[arg(long, value_name = "FILE")]
    programme: PathBuf,
    /// The orders, in the layout of CDNOW_sample.txt or CDNOW_master.txt
    #[arg(long, value_name = "FILE")]
    orders: PathBuf,
    /// Let time pass up to this day, such as 1998-06-30; default the day of the last order
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Day>,
    /// Only the first N orders
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Replay into the Worker at this address too, and compare every balance
    #[arg(long, value_name = "URL", requires_all = ["shop", "api_key_file"])]
    against: Option<String>,
    #[command(flatten)]
    target: Target,
}

#[derive(Args)]
struct Target {
    /// The shop on that Worker
    #[arg(long, requires = "against")]
    shop: Option<String>,
    /// The file that holds the shop's API key
    #[arg(long, value_name = "FILE", requires = "against")]
    api_key_file: Option<PathBuf>,
    /// How many members at a time
    #[arg(long, value_name = "N", default_value = "8")]
    concurrency: NonZeroUsize,
    /// Keep the members done in this file, and go on from it after a stop
    #[arg(long, value_name = "FILE", requires = "against")]
    resume: Option<PathBuf>,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|code| code.explain().to_owned())
}

impl Replay {
    pub(crate) fn run(&self) -> Result<Verdict> {
        let programme = input::programme(&self.programme)?;
        let orders = self.orders()?;
        let until = self.until(&orders)?;
        let begun = Instant::now();
        let outcome = accounts::replay(programme.rules(), &orders, until)?;
        let speed = Speed { elapsed: begun.elapsed(), rows: orders.len() };
        if !self.json {
            print!("{}", figures::table(programme.rules(), &outcome, speed).map_err(input::said)?);
        }
        let remote = match &self.against {
            Some(base) => Some(self.remote(base, &programme, &orders, &outcome)?),
            None => None,
        };
        if self.json {
            let mut answer = figures::json(programme.rules(), &outcome, speed).map_err(input::said)?;
            if let (Some(remote), Some(fields)) = (&remote, answer.as_object_mut()) {
                fields.insert("against".to_owned(), remote.json());
            }
            println!("{answer}");
        }
        Ok(match remote {
            Some(remote) if !remote.comparison.is_equal() => Verdict::No,
            _ => Verdict::Yes,
        })
    }

    /// The whole file is read before anything is booked.
    fn orders(&self) -> Result<Vec<Order>> {
        let shown = self.orders.display();
        let mut orders = orders::parse(&input::text(&self.orders)?).map_err(|faults| {
            let mut lines: Vec<String> =
                faults.iter().take(LISTED).map(|fault| format!("  {fault}")).collect();
            if faults.len() > LISTED {
                lines.push(format!("  and {} more", faults.len() - LISTED));
            }
            let what = format!("`{shown}` has {} bad rows; nothing was booked", faults.len());
            anyhow::anyhow!("{what}\n{}", lines.join("\n"))
        })?;
        orders.truncate(self.limit.map_or(usize::MAX, NonZeroUsize::get));
        Ok(orders)
    }

    fn until(&self, orders: &[Order]) -> Result<Day> {
        let last = orders.iter().map(|order| order.day).max().context("there is no order to replay")?;
        match self.until {
            Some(until) if until < last => {
                bail!("`--until {until}` is before the last order, {last}; name that day or a later one")
            }
            until => Ok(until.unwrap_or(last)),
        }
    }

    fn remote(
        &self,
        base: &str,
        programme: &Programme,
        orders: &[Order],
        native: &Outcome,
    ) -> Result<Remote> {
        let (Some(name), Some(file)) = (&self.target.shop, &self.target.api_key_file) else {
            bail!("`--against` needs `--shop` and `--api-key-file`");
        };
        let shop = Shop::new(base, name, input::text(file)?.trim())?;
        shop.greet()?;
        let done = match &self.target.resume {
            Some(path) => Done::open(path, &delivery_name(base, name, programme, orders))?,
            None => Done::nobody(),
        };
        let width = self.target.concurrency.get();
        let published = publish(&shop, programme)?;
        let begun = Instant::now();
        let tally = deliver(&shop, orders, &done, width)?;
        let sent = orders.len() - usize::try_from(tally.skipped)?;
        let speed = Speed { elapsed: begun.elapsed(), rows: sent };
        let comparison = compare(&shop, native, width)?;
        let remote = Remote { published, tally, speed, retries: shop.retries(), comparison };
        if !self.json {
            print!("\n{}", remote.table());
        }
        Ok(remote)
    }
}

/// Tells one delivery from another: where to, under which programme, what.
fn delivery_name(base: &str, shop: &str, programme: &Programme, orders: &[Order]) -> String {
    let mut hash = Sha256::new();
    for order in orders {
        hash.update(order.body());
        hash.update(order.day.get().to_be_bytes());
    }
    let digest: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("loyalty-replay-1 {base} {shop} {} {digest}", programme.version())
}

/// What the Worker made of it.
struct Remote {
    published: bool,
    tally: Tally,
    speed: Speed,
    retries: u64,
    comparison: Comparison,
}

impl Remote {
    fn table(&self) -> String {
        let Tally { booked, already, skipped } = self.tally;
        let mut text = String::from("Worker\n");
        let published = if self.published { "published" } else { "already published" };
        let rows = [
            ("programme", published.to_owned()),
            ("booked", figures::grouped(booked.into())),
            ("already booked", figures::grouped(already.into())),
            ("done before", figures::grouped(skipped.into())),
            ("retries", figures::grouped(self.retries.into())),
        ];
        for (what, value) in rows {
            text.push_str(&format!("{what:<16} {value:>18}\n"));
        }
        let (elapsed, rate) = (self.speed.milliseconds(), figures::grouped(self.speed.rows_per_second()));
        text.push_str(&format!("{elapsed} ms, {rate} orders/s\n\n{}", self.comparison));
        text
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "published": self.published,
            "booked": self.tally.booked,
            "already_booked": self.tally.already,
            "done_before": self.tally.skipped,
            "retries": self.retries,
            "comparison": self.comparison.json(),
        })
    }
}
