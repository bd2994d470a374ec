//! The native replay: every order through the core, one account in memory at a time.

use crate::input::said;
use crate::orders::{Order, by_member, noon};
use anyhow::{Context, Result};
use loyalty_core::{
    Account, AccountId, ClawBack, Code, Day, Decision, Event, Money, Points, Programme, apply, decide,
    standing,
};
use std::collections::BTreeMap;

/// What all entries of a replay come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) orders: u64,
    pub(crate) amount: Money,
    pub(crate) issued: Points,
    pub(crate) vested: Points,
    pub(crate) expired: Points,
    pub(crate) reversed: Points,
}

/// A member's balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) available: Points,
    pub(crate) pending: Points,
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
    pub(crate) members: BTreeMap<AccountId, Member>,
    pub(crate) until: Day,
}

/// Replays orders, and lets time pass up to the end of `until`.
///
/// # Errors
/// The first order that is refused, with its line.
pub(crate) fn replay(programme: &Programme, orders: &[Order], until: Day) -> Result<Outcome> {
    let zero = Money::zero(programme.currency());
    let mut totals = Totals {
        orders: 0,
        amount: zero,
        issued: Points::ZERO,
        vested: Points::ZERO,
        expired: Points::ZERO,
        reversed: Points::ZERO,
    };
    let mut members = BTreeMap::new();
    for (id, orders) in by_member(orders) {
        let mut account = Account::default();
        for order in orders {
            book(programme, &mut account, &mut totals, order).map_err(said).with_context(|| {
                let (ours, theirs) = (order.amount.currency(), programme.currency());
                let of = format!("in {} under a programme in {}", ours.as_str(), theirs.as_str());
                format!("line {}: order `{}` {of} is refused", order.line, order.id)
            })?;
        }
        let member = settled(programme, &account, &mut totals, until).map_err(said);
        members.insert(id.clone(), member.with_context(|| format!("member `{id}`"))?);
    }
    Ok(Outcome { totals, members, until })
}

fn book(
    programme: &Programme,
    account: &mut Account,
    totals: &mut Totals,
    order: &Order,
) -> Result<(), Code> {
    let request = order.request()?;
    let decision = decide(programme, account, &request, noon(order.day)?).map_err(|refusal| refusal.code)?;
    let Decision::Append(entries) = decision else { return Err(Code::IdempotencyKeyReused) };
    for entry in &entries {
        apply(account, entry)?;
        totals.count(&entry.event)?;
    }
    totals.orders += 1;
    totals.amount = totals.amount.plus(order.amount)?;
    Ok(())
}

/// Where an account stands in the end, and what fell due since its last order.
///
/// Nothing is asked of the account any more, so all that leaves pending has vested, and all that leaves
/// the account has expired.
fn settled(
    programme: &Programme,
    account: &Account,
    totals: &mut Totals,
    until: Day,
) -> Result<Member, Code> {
    let before = &account.position;
    let stands = standing(programme, account, noon(until)?).map_err(|refusal| refusal.code)?;
    let after = &stands.position;
    let (pending, available) = (after.pending()?, after.available()?);
    let owned = before.pending()?.plus(before.available()?)?;
    totals.vested = totals.vested.plus(before.pending()?.minus(pending)?)?;
    totals.expired = totals.expired.plus(owned.minus(pending.plus(available)?)?)?;
    let tier = stands.level.map(|level| level.as_str().to_owned());
    Ok(Member { balance: Balance { available, pending, tier }, orders: before.orders })
}

impl Totals {
    fn count(&mut self, event: &Event) -> Result<(), Code> {
        let add = |total: &mut Points, points: Points| {
            *total = total.plus(points)?;
            Ok(())
        };
        match event {
            Event::OrderPaid { points, .. } | Event::ReferralRewarded { points, .. } => {
                add(&mut self.issued, *points)
            }
            Event::Vested { points, .. } => add(&mut self.vested, *points),
            Event::Expired { points, .. } => add(&mut self.expired, *points),
            Event::Refunded { back, .. } | Event::ReferralRevoked { back, .. } => {
                add(&mut self.reversed, ClawBack::points(back)?)
            }
            Event::Held { .. }
            | Event::Captured { .. }
            | Event::Released { .. }
            | Event::Repaid { .. }
            | Event::TierChanged { .. } => Ok(()),
        }
    }
}

impl Outcome {
    /// Points that members have, available and pending.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub(crate) fn outstanding(&self) -> Result<(Points, Points), Code> {
        let balances = || self.members.values().map(|member| &member.balance);
        Ok((Points::sum(balances().map(|b| b.available))?, Points::sum(balances().map(|b| b.pending))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::parse;

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
        let (available, pending) = outcome.outstanding().unwrap();
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
        let error = replay(programme.rules(), &orders, orders[0].day).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("line 1") && error.contains("currency_mismatch"), "{error}");
    }
}
