//! Every member's balance on a Worker, beside the native one.

use crate::accounts::{Balance, Outcome};
use crate::delivery::bar;
use crate::input::said;
use crate::orders::noon;
use crate::parallel;
use crate::shop::{Ask, Shop};
use anyhow::{Context, Result};
use loyalty_core::{AccountId, Points};
use serde_json::{Value, json};
use std::fmt;

/// How many differing members are listed.
const LISTED: usize = 20;

/// A member whose balances differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) member: AccountId,
    pub(crate) native: Balance,
    pub(crate) worker: Balance,
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Comparison {
    pub(crate) members: usize,
    pub(crate) equal: usize,
    /// Members for whom the Worker has no entry.
    pub(crate) missing: Vec<AccountId>,
    pub(crate) different: Vec<Difference>,
}

/// Compares every member, `width` at a time, as they stand at the end of the native replay.
///
/// # Errors
/// When the Worker does not show a member.
pub(crate) fn compare(shop: &Shop, outcome: &Outcome, width: usize) -> Result<Comparison> {
    let now = noon(outcome.until).map_err(said)?.at;
    let members: Vec<_> = outcome.members.iter().collect();
    let bar = bar("balances", members.len());
    let found = parallel::each(&members, width, |(id, _)| {
        let path = format!("/members/{id}");
        let ask = Ask { method: "GET", path: &path, now: Some(now), ..Ask::default() };
        let answer = shop.send(&ask)?;
        bar.inc(1);
        if answer.status == 404 && answer.code() == Some("member_unknown") {
            return Ok(None);
        }
        balance(&answer.done(|| format!("member `{id}`"))?.body)
            .with_context(|| format!("the Worker shows no balance of member `{id}`"))
    });
    bar.finish_and_clear();
    let mut comparison = Comparison { members: members.len(), ..Comparison::default() };
    for ((id, native), worker) in members.into_iter().zip(found?) {
        comparison.note(id, &native.balance, worker);
    }
    Ok(comparison)
}

/// The balance in a member's view; none for a member without history.
fn balance(view: &Value) -> Result<Option<Balance>> {
    let number = |name: &str| {
        let field = view.pointer(&format!("/standing/{name}"));
        field.and_then(Value::as_u64).with_context(|| format!("`standing.{name}` is no whole number"))
    };
    if number("seq")? == 0 {
        return Ok(None);
    }
    let tier = view.pointer("/standing/tier/level").and_then(Value::as_str).map(str::to_owned);
    let points = |name| Points::new(number(name)?).map_err(said);
    let (available, pending, owed) = (points("available")?, points("pending")?, points("debt")?);
    Ok(Some(Balance { available, pending, owed, tier }))
}

impl Comparison {
    fn note(&mut self, member: &AccountId, native: &Balance, worker: Option<Balance>) {
        match worker {
            None => self.missing.push(member.clone()),
            Some(worker) if worker == *native => self.equal += 1,
            Some(worker) => {
                let (member, native) = (member.clone(), native.clone());
                self.different.push(Difference { member, native, worker });
            }
        }
    }

    /// Whether every member's balances are equal.
    pub(crate) const fn is_equal(&self) -> bool {
        self.equal == self.members
    }

    pub(crate) fn json(&self) -> Value {
        let balance = |b: &Balance| {
            let (available, pending, owed) = (b.available.get(), b.pending.get(), b.owed.get());
            json!({ "available": available, "pending": pending, "owed": owed, "tier": b.tier })
        };
        let different = self.different.iter().take(LISTED).map(|d| {
            json!({ "member": d.member.as_str(), "native": balance(&d.native), "worker": balance(&d.worker) })
        });
        json!({
            "members": self.members,
            "equal": self.equal,
            "missing": self.missing.len(),
            "different": self.different.len(),
            "first_missing": self.missing.iter().take(LISTED).map(AccountId::as_str).collect::<Vec<_>>(),
            "first_different": different.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tier = self.tier.as_deref().unwrap_or("none");
        let (available, pending, owed) = (self.available.get(), self.pending.get(), self.owed.get());
        write!(f, "{available} available, {pending} pending, {owed} owed, tier {tier}")
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (missing, different) = (self.missing.len(), self.different.len());
        writeln!(f, "equal {} of {}, missing {missing}, different {different}", self.equal, self.members)?;
        for member in self.missing.iter().take(LISTED) {
            writeln!(f, "  `{member}` is missing")?;
        }
        for Difference { member, native, worker } in self.different.iter().take(LISTED) {
            writeln!(f, "  `{member}` native: {native}")?;
            writeln!(f, "  {:width$} Worker: {worker}", "", width = member.as_str().len() + 2)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_without_history_is_missing_and_not_at_zero() {
        let view = |seq, available, level: Value| json!({ "standing": { "seq": seq, "available": available, "pending": 2, "debt": 1, "tier": { "level": level } } });
        assert_eq!(balance(&view(0, json!(0), json!(null))).unwrap(), None);
        assert!(balance(&view(3, json!("5"), json!(null))).is_err());
        let found = balance(&view(3, json!(5), json!("silver"))).unwrap().unwrap();
        assert_eq!(found.to_string(), "5 available, 2 pending, 1 owed, tier silver");
    }

    #[test]
    fn both_numbers_of_a_difference_are_listed() {
        let balance = |available| Balance {
            available: Points::new(available).unwrap(),
            pending: Points::ZERO,
            owed: Points::ZERO,
            tier: None,
        };
        let id = |text| AccountId::new(text).unwrap();
        let mut comparison = Comparison { members: 3, ..Comparison::default() };
        comparison.note(&id("0001"), &balance(1), Some(balance(1)));
        comparison.note(&id("0002"), &balance(1), Some(balance(2)));
        comparison.note(&id("0003"), &balance(0), None);
        assert!(!comparison.is_equal());
        assert_eq!(
            comparison.to_string(),
            "equal 1 of 3, missing 1, different 1\n  `0003` is missing\n  \
             `0002` native: 1 available, 0 pending, 0 owed, tier none\n         Worker: 2 available, 0 pending, 0 owed, tier none\n"
        );
    }
}
