//! What to ask of the account, so that it stands where the order does.
//!
//! An account is never told what happened, only what is missing: the order it lacks, or what is to be taken back of
//! what it has. So it does not matter which delivery was first.

use crate::Platform;
use crate::state::{Amount, Kind, Line, OrderState, Snapshot};
use crate::target::{Target, Targets, minor, share, targets};
use loyalty_core::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A line as it was booked, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BookedLine {
    id: String,
    pieces: u32,
    booked: i64,
    back: i64,
}

/// An order as the account knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    order: String,
    lines: Vec<BookedLine>,
    /// All of it was taken back.
    closed: bool,
}

/// What an account was asked so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// Whose account: that of the first owner. The order earns there and nowhere else.
    account: Option<String>,
    /// What was booked: the order, and what it grew by afterwards.
    parts: Vec<Part>,
    /// How many refunds.
    refunds: u32,
    /// What the merchant was told.
    told: Vec<String>,
}

/// One command for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The same command always has the same key.
    pub key: String,
    /// Its text, as `loyalty-wire` reads commands.
    pub command: String,
}

/// What is to be done now.
#[derive(Debug, Default)]
pub struct Plan {
    /// Whose account; none for a guest's order.
    pub account: Option<String>,
    /// What to ask of it, in this order.
    pub commands: Vec<Asked>,
    /// What people have to look at: `another_member`, `refund_exceeds_order`.
    pub notes: Vec<&'static str>,
    /// What was asked when this was.
    pub booked: Booked,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Command<'a> {
    PayOrder {
        order: Order<'a>,
    },
    Refund {
        order: &'a str,
        refund: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        currency: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        lines: Option<Vec<RefundLine<'a>>>,
    },
}

#[derive(Serialize)]
struct Order<'a> {
    id: &'a str,
    currency: &'a str,
    lines: Vec<OrderLine<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    holds: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partner: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    codes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    advocate: Option<&'a str>,
}

#[derive(Serialize)]
struct OrderLine<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    categories: &'a [String],
    quantity: u32,
    amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<String>,
    kind: Kind,
}

#[derive(Serialize)]
struct RefundLine<'a> {
    id: &'a str,
    amount: String,
}

/// What to ask now of the account, which was asked `booked` before.
///
/// A guest's order, and one that was never paid, asks nothing; one that was called off before it was booked is not
/// booked at all.
#[must_use]
pub fn plan(platform: Platform, order: &str, state: &OrderState, booked: &Booked) -> Plan {
    let mut plan = Plan { booked: booked.clone(), ..Plan::default() };
    let Some(snapshot) = state.snapshot.as_ref().filter(|snapshot| snapshot.settled) else { return plan };
    let Ok(currency) = Currency::new(&snapshot.currency) else { return plan };
    let owner = state.owner.as_ref().map(|owner| &owner.id);
    let Some(account) = booked.account.as_ref().or(owner) else { return plan };
    plan.account = Some(account.clone());
    let targets = targets(snapshot, &state.refunds, currency.minor());
    if owner.is_some_and(|owner| owner != account) {
        plan.tell("another_member");
    }
    if targets.excess {
        plan.tell("refund_exceeds_order");
    }
    if snapshot.gone && booked.parts.is_empty() {
        return plan;
    }
    plan.booked.account = Some(account.clone());
    let mut work = Work { platform, order, snapshot, digits: currency.minor(), plan };
    work.pay(&targets, state.advocate.as_deref());
    work.take_back(&targets);
    work.plan
}

impl Plan {
    fn tell(&mut self, note: &'static str) {
        if !self.booked.told.iter().any(|told| told == note) {
            self.booked.told.push(note.to_owned());
            self.notes.push(note);
        }
    }
}

impl Booked {
    /// Whose account was asked, once one was.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Of a line: what was booked, what is left of that, and how many pieces those are.
    fn of(&self, line: &str) -> (i64, i64, u32) {
        let lines = self.parts.iter().flat_map(|part| &part.lines).filter(|known| known.id == line);
        lines.fold((0, 0, 0), |(booked, left, pieces), line| {
            let open = line.booked.saturating_sub(line.back);
            let kept = in_pieces(line.pieces, open, line.booked);
            (booked.saturating_add(line.booked), left.saturating_add(open), pieces.saturating_add(kept))
        })
    }
}

/// How many of a line's pieces a part of its amount is, to the nearest; all of them where they cost nothing.
fn in_pieces(all: u32, part: i64, whole: i64) -> u32 {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let twice = part.saturating_mul(all.into()).saturating_mul(2).saturating_add(whole);
    twice.checked_div(whole.saturating_mul(2)).map_or(all, |near| u32::try_from(near).unwrap_or(all))
}

/// What of a line is still to be booked.
struct Missing<'t, 's> {
    target: &'t Target<'s>,
    amount: i64,
    pieces: u32,
}

struct Work<'a> {
    platform: Platform,
    order: &'a str,
    snapshot: &'a Snapshot,
    digits: u32,
    plan: Plan,
}

impl Work<'_> {
    /// Books the order as it was charged; later, under a name of its own, what it has grown by.
    fn pay(&mut self, targets: &Targets<'_>, advocate: Option<&str>) {
        let first = self.plan.booked.parts.is_empty();
        let mut lines = Vec::new();
        for target in targets.lines.iter().filter(|target| target.line.kind != Kind::Other) {
            let (booked, left, pieces) = self.plan.booked.of(&target.line.id);
            let grown = if self.snapshot.gone { 0 } else { target.charged.saturating_sub(booked).max(0) };
            // An order that was called off and is taken up again is missing without having grown.
            let missing = target.left.saturating_sub(left.saturating_add(grown)).max(0);
            let amount = grown.saturating_add(missing);
            if first || amount > 0 {
                // Pieces that were booked before are not booked again.
                let all = in_pieces(target.line.quantity, left.saturating_add(amount), target.charged);
                lines.push(Missing { target, amount, pieces: all.saturating_sub(pieces).max(1) });
            }
        }
        if lines.is_empty() {
            return;
        }
        let number = self.plan.booked.parts.len() + 1;
        let name = if first { self.order.to_owned() } else { format!("{}+{number}", self.order) };
        let command = Command::PayOrder {
            order: Order {
                id: &name,
                currency: &self.snapshot.currency,
                lines: lines.iter().map(|missing| self.line(missing)).collect(),
                holds: if first { &self.snapshot.holds } else { &[] },
                channel: self.snapshot.channel.as_deref(),
                partner: self.snapshot.partner.as_deref(),
                codes: &self.snapshot.codes,
                advocate: advocate.filter(|_| first),
            },
        };
        let key = format!("{}/{name}", self.platform.as_str());
        self.plan.commands.extend(asked(key, &command));
        let line = |Missing { target, amount, pieces }| BookedLine {
            id: target.line.id.clone(),
            pieces,
            booked: amount,
            back: 0,
        };
        let lines = lines.into_iter().map(line).collect();
        self.plan.booked.parts.push(Part { order: name, lines, closed: false });
    }

    fn line<'s>(&self, missing: &Missing<'_, 's>) -> OrderLine<'s> {
        let Missing { target, amount, pieces } = *missing;
        let Line { id, kind, product, categories, tax, discount, .. } = target.line;
        let part = |of: &Amount| match minor(of.0, self.digits) {
            all if amount == target.charged => all,
            all => share(all, amount, target.charged),
        };
        let said = |part: i64| (part != 0).then(|| self.text(part));
        let discount = part(discount);
        OrderLine {
            id,
            product: product.as_deref(),
            categories,
            quantity: pieces,
            amount: self.text(amount.saturating_add(discount)),
            discount: said(discount),
            tax: said(part(tax)),
            kind: *kind,
        }
    }

    /// Takes back what is booked beyond what is left, of what was booked last first.
    fn take_back(&mut self, targets: &Targets<'_>) {
        let whole =
            targets.lines.iter().filter(|target| target.line.kind != Kind::Other).all(|target| target.gone);
        let mut parts = core::mem::take(&mut self.plan.booked.parts);
        let left = |id: &str| {
            targets.lines.iter().find(|target| target.line.id == id).map_or(0, |target| target.left)
        };
        let mut over: Vec<(String, i64)> = Vec::new();
        for line in parts.iter().flat_map(|part| &part.lines) {
            let open = line.booked.saturating_sub(line.back);
            match over.iter_mut().find(|(id, _)| *id == line.id) {
                Some((_, sum)) => *sum = sum.saturating_add(open),
                None => over.push((line.id.clone(), open.saturating_sub(left(&line.id)))),
            }
        }
        for part in parts.iter_mut().rev().filter(|part| !part.closed) {
            let mut backs = Vec::new();
            for line in &mut part.lines {
                let Some((_, over)) = over.iter_mut().find(|(id, over)| *id == line.id && *over > 0) else {
                    continue;
                };
                let back = line.booked.saturating_sub(line.back).min(*over);
                if back > 0 {
                    *over = over.saturating_sub(back);
                    line.back = line.back.saturating_add(back);
                    backs.push((line.id.as_str(), back));
                }
            }
            if !whole && backs.is_empty() {
                continue;
            }
            self.plan.booked.refunds = self.plan.booked.refunds.saturating_add(1);
            let number = self.plan.booked.refunds;
            let line = |(id, back): (_, i64)| RefundLine { id, amount: self.text(back) };
            // Without lines it is all that is left, of lines without a price too.
            let lines = (!whole).then(|| backs.into_iter().map(line).collect());
            let command = Command::Refund {
                order: &part.order,
                refund: format!("{}-{number}", self.platform.as_str()),
                currency: lines.is_some().then_some(self.snapshot.currency.as_str()),
                lines,
            };
            let key = format!("{}/{}/{number}", self.platform.as_str(), part.order);
            self.plan.commands.extend(asked(key, &command));
            part.closed = part.lines.iter().all(|line| line.back == line.booked);
        }
        self.plan.booked.parts = parts;
    }

    fn text(&self, minor: i64) -> String {
        Decimal::from_i128_with_scale(minor.into(), self.digits).to_string()
    }
}

fn asked(key: String, command: &Command<'_>) -> Option<Asked> {
    Some(Asked { key, command: serde_json::to_string(command).ok()? })
}
