//! The native replay: every order through the core, one account in memory at a time.

use crate::delivery::bar;
use crate::input::said;
use crate::orders::{self, Orders, noon};
use crate::parallel;
use crate::postings::{self, Matching, Posting};
use anyhow::{Context, Result};
use loyalty_core::{
    Account, AccountId, Code, Day, Decision, Entry, Event, Money, Points, Programme, WalletId, apply, decide,
    standing,
};
use std::collections::BTreeMap;

/// What all entries of a replay come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) orders: u64,
    pub(crate) amount: Money,
    pub(crate) refunds: u64,
    pub(crate) refunded: Money,
    pub(crate) issued: Points,
    pub(crate) vested: Points,
    pub(crate) expired: Points,
    pub(crate) reversed: Points,
    pub(crate) matching: Matching,
}

/// A member's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) available: Points,
    pub(crate) pending: Points,
    /// Reversed after they were spent or had expired.
    pub(crate) owed: Points,
    pub(crate) tier: Option<String>,
}

/// A member at the end of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) balance: Balance,
    pub(crate) orders: u64,
}

/// What a replay comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) totals: Totals,
    /// Who made an order.
    pub(crate) members: BTreeMap<AccountId, Member>,
    pub(crate) until: Day,
}

/// Replays orders, and lets time pass up to the end of `until`. Members are replayed side by side, on every
/// core there is; the outcome does not tell.
///
/// # Errors
/// The first order that is refused, with its line.
pub(crate) fn replay(programme: &Programme, orders: &Orders, until: Day) -> Result<Outcome> {
    let width = std::thread::available_parallelism().map_or(1, usize::from);
    let bar = bar("members", orders.members.len());
    let found = parallel::each(&orders.members, width, |member| {
        bar.inc(1);
        replay_member(programme, orders, member, until)
    });
    bar.finish_and_clear();
    let mut totals = Totals::new(orders);
    let mut members = BTreeMap::new();
    for ((member, part), of) in found?.into_iter().zip(&orders.members) {
        totals.plus(&part).map_err(said)?;
        members.extend(member.map(|member| (of.id.clone(), member)));
    }
    Ok(Outcome { totals, members, until })
}

fn replay_member(
    programme: &Programme,
    orders: &Orders,
    member: &orders::Member,
    until: Day,
) -> Result<(Option<Member>, Totals)> {
    let (postings, matching) = postings::of(orders, member);
    let mut totals = Totals { matching, ..Totals::new(orders) };
    let mut account = Account::default();
    for posting in &postings {
        book(programme, &mut account, &mut totals, orders, member, posting).map_err(said).with_context(
            || {
                let (ours, theirs) = (orders.currency, programme.currency());
                let of = format!("in {} under a programme in {}", ours.as_str(), theirs.as_str());
                let invoice = posting.invoice();
                format!("line {}: order `{}` {of} is refused", invoice.line, invoice.id)
            },
        )?;
    }
    if postings.is_empty() {
        return Ok((None, totals));
    }
    let settled = settled(programme, &account, &mut totals, until).map_err(said);
    Ok((Some(settled.with_context(|| format!("member `{}`", member.id))?), totals))
}

/// A member's account after a replay, and every entry that led to it.
///
/// # Errors
/// The first order that is refused, with its line.
pub(crate) fn history(
    programme: &Programme,
    orders: &Orders,
    member: &orders::Member,
) -> Result<(Account, Vec<Entry>)> {
    let (mut account, mut told) = (Account::default(), Vec::new());
    for posting in postings::of(orders, member).0 {
        let invoice = posting.invoice();
        let what = || format!("line {}: order `{}` is refused", invoice.line, invoice.id);
        let entries = append(programme, &mut account, orders, member, &posting);
        told.extend(entries.map_err(said).with_context(what)?);
    }
    Ok((account, told))
}

/// What a posting appends to the account.
fn append(
    programme: &Programme,
    account: &mut Account,
    orders: &Orders,
    member: &orders::Member,
    posting: &Posting<'_>,
) -> Result<Vec<Entry>, Code> {
    let request = posting.request(orders, member)?;
    let moment = posting.invoice().moment;
    let decision = decide(programme, account, &request, moment).map_err(|refusal| refusal.code)?;
    let Decision::Append(entries) = decision else { return Err(Code::IdempotencyKeyReused) };
    entries.iter().try_for_each(|entry| apply(account, entry))?;
    Ok(entries)
}

fn book(
    programme: &Programme,
    account: &mut Account,
    totals: &mut Totals,
    orders: &Orders,
    member: &orders::Member,
    posting: &Posting<'_>,
) -> Result<(), Code> {
    let wallet = main_wallet(programme)?;
    for entry in append(programme, account, orders, member, posting)? {
        totals.count(wallet, &entry.event)?;
    }
    let amount = orders.money(posting.amount())?;
    match posting {
        Posting::Order(_) => {
            totals.orders += 1;
            totals.amount = totals.amount.plus(amount)?;
        }
        Posting::Refund(_) => {
            totals.refunds += 1;
            totals.refunded = totals.refunded.plus(amount)?;
        }
    }
    Ok(())
}

/// Where an account stands in the end, and what fell due since its last order.
///
/// Nothing is asked of the account any more, so all that leaves pending has vested, and all that leaves
/// the account repaid what was owed or has expired.
fn settled(
    programme: &Programme,
    account: &Account,
    totals: &mut Totals,
    until: Day,
) -> Result<Member, Code> {
    let wallet = main_wallet(programme)?;
    let before = &account.position;
    let stands = standing(programme, account, noon(until)?).map_err(|refusal| refusal.code)?;
    let after = &stands.position;
    let (pending, available, owed) = (after.pending(wallet)?, after.available(wallet)?, after.debt(wallet));
    let owned = before.pending(wallet)?.plus(before.available(wallet)?)?;
    let repaid = before.debt(wallet).minus(owed)?;
    totals.vested = totals.vested.plus(before.pending(wallet)?.minus(pending)?)?;
    totals.expired = totals.expired.plus(owned.minus(repaid)?.minus(pending.plus(available)?)?)?;
    let tier = stands.tier.and_then(|tier| tier.level).map(|level| level.as_str().to_owned());
    Ok(Member { balance: Balance { available, pending, owed, tier }, orders: before.orders })
}

/// The wallet whose points are told.
fn main_wallet(programme: &Programme) -> Result<&WalletId, Code> {
    programme.parts().wallets.first().map(|wallet| &wallet.id).ok_or(Code::WalletUnknown)
}

impl Totals {
    fn new(orders: &Orders) -> Self {
        let (zero, none) = (Money::zero(orders.currency), Points::ZERO);
        Self {
            orders: 0,
            amount: zero,
            refunds: 0,
            refunded: zero,
            issued: none,
            vested: none,
            expired: none,
            reversed: none,
            matching: Matching::default(),
        }
    }

    fn plus(&mut self, other: &Self) -> Result<(), Code> {
        self.orders += other.orders;
        self.amount = self.amount.plus(other.amount)?;
        self.refunds += other.refunds;
        self.refunded = self.refunded.plus(other.refunded)?;
        self.issued = self.issued.plus(other.issued)?;
        self.vested = self.vested.plus(other.vested)?;
        self.expired = self.expired.plus(other.expired)?;
        self.reversed = self.reversed.plus(other.reversed)?;
        self.matching.plus(&other.matching);
        Ok(())
    }

    /// What an event does to the main wallet. Whatever else gives points, such as a bonus, issues them.
    fn count(&mut self, wallet: &WalletId, event: &Event) -> Result<(), Code> {
        let change = event.changes().get(wallet).copied().unwrap_or_default();
        let points = Points::new(change.unsigned_abs())?;
        let total = match event {
            Event::Vested { wallet: of, points, .. } if of == wallet => {
                self.vested = self.vested.plus(*points)?;
                return Ok(());
            }
            Event::Expired { .. } => &mut self.expired,
            _ if change < 0 => &mut self.reversed,
            _ => &mut self.issued,
        };
        *total = total.plus(points)?;
        Ok(())
    }
}

impl Outcome {
    /// Points that members have, available and pending, and points that they owe.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub(crate) fn outstanding(&self) -> Result<[Points; 3], Code> {
        let sum = |of: fn(&Balance) -> Points| Points::sum(self.members.values().map(|m| of(&m.balance)));
        Ok([sum(|b| b.available)?, sum(|b| b.pending)?, sum(|b| b.owed)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdnow::parse;

    const PROGRAMME: &str = r#"{
        "format": 1, "name": "Test", "currency": "USD", "time_zone": "America/New_York",
        "earning": [{ "id": "base", "points": 1, "per": "1.00" }],
        "vesting": { "days": 14 }, "expiry": { "months": 12 },
        "tiers": {
            "window": { "days": 365 },
            "levels": [{ "id": "silver", "name": "Silver", "from": "100.00", "multiplier": "1.5" }]
        }
    }"#;

    fn check(rows: &str, until: &str) -> Outcome {
        let programme = loyalty_wire::Programme::parse(PROGRAMME).unwrap();
        replay(programme.rules(), &parse(rows).unwrap(), Day::parse(until).unwrap()).unwrap()
    }

    fn numbers(outcome: &Outcome) -> [u64; 5] {
        let [available, pending, _] = outcome.outstanding().unwrap();
        let totals = &outcome.totals;
        [totals.issued, totals.vested, totals.expired, available, pending].map(Points::get)
    }

    #[test]
    fn points_vest_on_the_fourteenth_day_and_expire_after_the_same_day_of_the_next_year() {
        let row = "1 19970101 1 40.99";
        assert_eq!(numbers(&check(row, "1997-01-14")), [40, 0, 0, 0, 40]);
        assert_eq!(numbers(&check(row, "1997-01-15")), [40, 40, 0, 40, 0]);
        assert_eq!(numbers(&check(row, "1998-01-01")), [40, 40, 0, 40, 0]);
        assert_eq!(numbers(&check(row, "1998-01-02")), [40, 40, 40, 0, 0]);
    }

    #[test]
    fn what_falls_due_between_orders_is_counted_once() {
        let outcome = check("1 19970101 1 40.00\n1 19980301 1 10.00\n2 19970101 1 5.00", "1998-03-01");
        assert_eq!(numbers(&outcome), [55, 45, 45, 0, 10]);
        assert_eq!((outcome.totals.orders, outcome.members.len()), (3, 2));
    }

    #[test]
    fn an_order_that_reaches_a_level_earns_by_it() {
        let outcome = check("1 19970101 1 99.99\n1 19970102 1 0.01\n1 19970103 1 10.00", "1997-01-03");
        assert_eq!(outcome.totals.issued.get(), 99 + 15);
        let tier =
            |until| check("1 19970101 1 100.00", until).members.into_values().next().unwrap().balance.tier;
        assert_eq!(tier("1997-12-31"), Some("silver".to_owned()));
        assert_eq!(tier("1998-01-01"), None);
    }

    #[test]
    fn a_programme_in_another_currency_refuses_the_first_order() {
        let programme = loyalty_wire::Programme::parse(&PROGRAMME.replace("USD", "EUR")).unwrap();
        let orders = parse("1 19970101 1 1.00").unwrap();
        let error = replay(programme.rules(), &orders, orders.last_day().unwrap()).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("line 1") && error.contains("currency_mismatch"), "{error}");
    }
}
