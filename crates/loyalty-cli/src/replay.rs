//! `loyalty replay`: orders through the core, and the same orders through a running Worker.

use crate::accounts::{self, Outcome};
use crate::comparison::{Comparison, compare};
use crate::delivery::{Tally, deliver, publish};
use crate::done::Done;
use crate::figures::{self, Speed};
use crate::orders::Orders;
use crate::output::{line, out};
use crate::shop::Shop;
use crate::{Verdict, input, layouts, postings};
use anyhow::{Context, Result, bail};
use clap::Args;
use loyalty_core::Day;
use loyalty_wire::Programme;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Args)]
pub(crate) struct Replay {
    /// The programme document; its currency has to be the orders'
    #[arg(long, value_name = "FILE")]
    programme: PathBuf,
    /// The orders, plain or compressed with gzip: in USD in the layout of CDNOW_sample.txt or
    /// CDNOW_master.txt, or in GBP in that of the UCI Online Retail CSV, a row for each line of an invoice
    #[arg(long, value_name = "FILE")]
    orders: PathBuf,
    /// Let time pass up to this day, such as 1998-06-30; default the day of the last order or refund
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Day>,
    /// Only the first N orders, and refunds before the next
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

/// A day of an argument.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|code| code.explain().to_owned())
}

impl Replay {
    pub(crate) fn run(&self) -> Result<Verdict> {
        let programme = input::programme(&self.programme)?;
        let begun = Instant::now();
        let orders = self.orders(&programme)?;
        let until = self.until(&orders)?;
        let read = begun.elapsed();
        let outcome = accounts::replay(programme.rules(), &orders, until)?;
        let speed = Speed { read, booked: begun.elapsed() - read };
        if !self.json {
            out(&figures::table(programme.rules(), &orders, &outcome, speed).map_err(input::said)?)?;
        }
        let remote = match &self.against {
            Some(base) => Some(self.remote(base, &programme, &orders, &outcome)?),
            None => None,
        };
        if self.json {
            let mut answer =
                figures::json(programme.rules(), &orders, &outcome, speed).map_err(input::said)?;
            if let (Some(remote), Some(fields)) = (&remote, answer.as_object_mut()) {
                fields.insert("against".to_owned(), remote.json());
            }
            line(answer)?;
        }
        Ok(match remote {
            Some(remote) if !remote.comparison.is_equal() => Verdict::No,
            _ => Verdict::Yes,
        })
    }

    /// The whole file is read before anything is booked.
    fn orders(&self, programme: &Programme) -> Result<Orders> {
        let mut orders = layouts::read(&self.orders, programme.time_zone())?;
        if let Some(most) = self.limit {
            orders.keep(most.get());
        }
        Ok(orders)
    }

    fn until(&self, orders: &Orders) -> Result<Day> {
        let last = orders.last_day().context("there is no order to replay")?;
        match self.until {
            Some(until) if until < last => {
                bail!("`--until {until}` is before the last order, {last}; name that day or a later one")
            }
            until => Ok(until.unwrap_or(last)),
        }
    }

    fn remote(&self, base: &str, programme: &Programme, orders: &Orders, native: &Outcome) -> Result<Remote> {
        let (Some(name), Some(file)) = (&self.target.shop, &self.target.api_key_file) else {
            bail!("`--against` needs `--shop` and `--api-key-file`");
        };
        let shop = Shop::new(base, name, input::text(file)?.trim())?;
        shop.greet()?;
        let done = match &self.target.resume {
            Some(path) => Done::open(path, &delivery_name(base, name, programme, orders)?)?,
            None => Done::nobody(),
        };
        let width = self.target.concurrency.get();
        let published = publish(&shop, programme)?;
        let begun = Instant::now();
        let tally = deliver(&shop, orders, &done, width)?;
        let elapsed = begun.elapsed();
        let comparison = compare(&shop, native, width)?;
        let remote = Remote { published, tally, elapsed, retries: shop.retries(), comparison };
        if !self.json {
            out(&format!("\n{}", remote.table()))?;
        }
        Ok(remote)
    }
}

/// Tells one delivery from another: where to, under which programme, what.
fn delivery_name(base: &str, shop: &str, programme: &Programme, orders: &Orders) -> Result<String> {
    let mut hash = Sha256::new();
    for member in &orders.members {
        for posting in postings::of(orders, member).0 {
            hash.update(posting.body(orders, member).map_err(input::said)?);
            hash.update(posting.invoice().moment.at.get().to_be_bytes());
        }
    }
    let mut digest = loyalty_wire::hex(&hash.finalize());
    digest.truncate(16);
    Ok(format!("loyalty-replay-1 {base} {shop} {} {digest}", programme.version()))
}

/// What the Worker made of it.
struct Remote {
    published: bool,
    tally: Tally,
    elapsed: Duration,
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
        let rate = figures::grouped(figures::per_second(booked + already, self.elapsed));
        let elapsed = figures::milliseconds(self.elapsed);
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
