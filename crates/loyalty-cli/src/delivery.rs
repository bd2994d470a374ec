//! Sending orders to a shop: each member's in their order, members side by side.

use crate::done::Done;
use crate::input::said;
use crate::orders::{Member, Orders};
use crate::parallel;
use crate::postings::{self, Posting};
use crate::shop::{Ask, Shop};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use loyalty_wire::Programme;
use serde_json::Value;
use std::time::{Duration, Instant};

/// How long a shop may take to show a programme it has accepted: what caches in between allow.
const PUBLISHING: Duration = Duration::from_secs(90);

/// What a delivery came to, in orders and refunds.
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

/// Sends every order and refund, `width` members at a time.
///
/// # Errors
/// The first that is refused.
pub(crate) fn deliver(shop: &Shop, orders: &Orders, done: &Done, width: usize) -> Result<Tally> {
    let bar = bar("orders", orders.count());
    let tallies = parallel::each(&orders.members, width, |member| -> Result<Tally> {
        let (postings, _) = postings::of(orders, member);
        let paid = |posting: &Posting<'_>| u64::from(matches!(posting, Posting::Order(_)));
        if done.has(&member.id) {
            bar.inc(postings.iter().map(paid).sum());
            return Ok(Tally { skipped: postings.len() as u64, ..Tally::default() });
        }
        let mut tally = Tally::default();
        for posting in &postings {
            tally = tally.plus(send(shop, orders, member, posting)?);
            bar.inc(paid(posting));
        }
        done.note(&member.id)?;
        Ok(tally)
    });
    bar.finish_and_clear();
    Ok(tallies?.into_iter().fold(Tally::default(), Tally::plus))
}

fn send(shop: &Shop, orders: &Orders, member: &Member, posting: &Posting<'_>) -> Result<Tally> {
    let (key, path) = (posting.key(), posting.path());
    let body = posting.body(orders, member).map_err(said)?;
    let invoice = posting.invoice();
    let ask =
        Ask { method: "POST", path: &path, now: Some(invoice.moment.at), key: Some(&key), body: Some(&body) };
    let what = || format!("line {}: order `{}` of member `{}`", invoice.line, invoice.id, member.id);
    let answer = shop.send(&ask)?.done(what)?;
    let applied = answer.body.pointer("/applied").and_then(Value::as_bool) == Some(true);
    // An attempt whose answer was lost may have booked it; the next one then only repeats that answer.
    let earlier = !applied || (answer.replayed && answer.attempts == 1);
    Ok(Tally { booked: u64::from(!earlier), already: u64::from(earlier), skipped: 0 })
}

/// A progress bar on standard error; nothing where that is no terminal.
pub(crate) fn bar(what: &'static str, length: usize) -> ProgressBar {
    styled(what, length as u64, "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}")
}

/// The same, for a file of so many bytes.
pub(crate) fn bytes(what: &'static str, length: u64) -> ProgressBar {
    styled(what, length, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
}

fn styled(what: &'static str, length: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    let bar = ProgressBar::new(length).with_message(what);
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
