//! Sending orders to a shop: each member's in their order, members side by side.

use crate::done::Done;
use crate::input::said;
use crate::orders::{Order, by_member, noon};
use crate::parallel;
use crate::shop::{Ask, Shop};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use loyalty_wire::Programme;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How long a shop may take to show a programme it has accepted: what caches in between allow.
const PUBLISHING: Duration = Duration::from_secs(90);

/// What a delivery came to, in orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Booked by this delivery.
    pub(crate) booked: u64,
    /// Booked by an earlier one.
    pub(crate) already: u64,
    /// Not sent, because their member was done.
    pub(crate) skipped: u64,
}

impl Tally {
    const fn plus(self, other: Self) -> Self {
        Self {
            booked: self.booked + other.booked,
            already: self.already + other.already,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// Makes the shop run under this programme; true when it had to be published.
///
/// # Errors
/// When the shop refuses it, or does not show it in time.
pub(crate) fn publish(shop: &Shop, programme: &Programme) -> Result<bool> {
    let get = Ask { method: "GET", path: "/programme", ..Ask::default() };
    let runs = |shop: &Shop| -> Result<bool> {
        let answer = shop.send(&get)?;
        if answer.code() == Some("programme_missing") {
            return Ok(false);
        }
        let answer = answer.done(|| "cannot read the shop's programme".into())?;
        Ok(answer.body.pointer("/version").and_then(Value::as_str) == Some(programme.version()))
    };
    if runs(shop)? {
        return Ok(false);
    }
    let put = Ask { method: "PUT", body: Some(programme.canonical()), ..get };
    shop.send(&put)?.done(|| "cannot publish the programme".into())?;
    let begun = Instant::now();
    while !runs(shop)? {
        if begun.elapsed() > PUBLISHING {
            bail!("the shop accepted programme `{}` but runs under another", programme.version());
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(true)
}

/// Sends every order, `width` members at a time.
///
/// # Errors
/// The first order that is refused.
pub(crate) fn deliver(shop: &Shop, orders: &[Order], done: &Done, width: usize) -> Result<Tally> {
    let members: Vec<_> = by_member(orders).into_iter().collect();
    let bar = bar("orders", orders.len());
    let tallies = parallel::each(&members, width, |(member, orders)| -> Result<Tally> {
        if done.has(member) {
            bar.inc(orders.len() as u64);
            return Ok(Tally { skipped: orders.len() as u64, ..Tally::default() });
        }
        let mut tally = Tally::default();
        for order in orders {
            tally = tally.plus(send(shop, order)?);
            bar.inc(1);
        }
        done.note(member)?;
        Ok(tally)
    });
    bar.finish_and_clear();
    Ok(tallies?.into_iter().fold(Tally::default(), Tally::plus))
}

fn send(shop: &Shop, order: &Order) -> Result<Tally> {
    let (key, body) = (order.key(), order.body());
    let ask = Ask {
        method: "POST",
        path: "/orders",
        now: Some(noon(order.day).map_err(said)?.at),
        key: Some(&key),
        body: Some(&body),
    };
    let what = || format!("line {}: order `{}` of member `{}`", order.line, order.id, order.member);
    let answer = shop.send(&ask)?.done(what)?;
    let applied = answer.body.pointer("/applied").and_then(Value::as_bool) == Some(true);
    // An attempt whose answer was lost may have booked it; the next one then only repeats that answer.
    let earlier = !applied || (answer.replayed && answer.attempts == 1);
    Ok(Tally { booked: u64::from(!earlier), already: u64::from(earlier), skipped: 0 })
}

/// A progress bar on standard error; nothing where that is no terminal.
pub(crate) fn bar(what: &'static str, length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}");
    let bar = ProgressBar::new(length as u64).with_message(what);
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
