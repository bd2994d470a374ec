//! What happened to an account, entry by entry, with what each wallet came to.

use crate::input::said;
use crate::words::{Teller, Told};
use anyhow::Result;
use loyalty_core::{
    Account, AccountId, Code, Day, Entry, Hold, Lot, Moment, Position, Programme, Wait, WalletId, apply, due,
    standing,
};
use loyalty_wire::Told as Happened;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is in a wallet. What the member owns is the first three less the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Balance {
    available: i64,
    pending: i64,
    held: i64,
    debt: i64,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The entry's number; none of a refusal.
    pub(crate) seq: Option<u64>,
    pub(crate) moment: Moment,
    pub(crate) told: Told,
    pub(crate) changes: BTreeMap<String, i64>,
    /// By wallet, after it.
    pub(crate) balances: BTreeMap<String, Balance>,
}

/// What a wallet holds in the end, beside what all its changes come to.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    pub(crate) wallet: String,
    pub(crate) figures: [(&'static str, i64); 6],
}

/// All that happened to a member, and what is left of it.
pub(crate) struct Story {
    pub(crate) member: AccountId,
    pub(crate) moment: Moment,
    pub(crate) lines: Vec<Line>,
    /// What fell due since, which no command has written yet.
    pub(crate) due: Vec<Line>,
    /// Lots with points left, and the last day of each.
    pub(crate) lots: Vec<(Lot, Option<Day>)>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) sums: Vec<Sum>,
    /// Whether the entries lead to where the account stands.
    leads_there: bool,
}

impl Story {
    /// The story of an account up to `moment`: `told` led to `account`.
    ///
    /// # Errors
    /// `entry_inconsistent` where an entry does not follow on those before it.
    pub(crate) fn new(
        teller: &Teller<'_>,
        member: &AccountId,
        told: &[Happened],
        account: &Account,
        moment: Moment,
    ) -> Result<Self> {
        let mut writer = Writer { teller, account: Account::default(), changes: BTreeMap::new() };
        let mut lines = Vec::with_capacity(told.len());
        for happened in told {
            lines.push(match happened {
                Happened::Entry(entry) => writer.entry(entry).map_err(said)?,
                Happened::Refused(moment, problem) => {
                    let why = teller.problem(problem);
                    let shown = crate::words::shown([("why", why.text.clone())]);
                    let told = Told { text: teller.words.say("refused.told", &shown), ..why };
                    writer.line(None, *moment, told, BTreeMap::new()).map_err(said)?
                }
            });
        }
        let owing = due(teller.programme, account, moment).map_err(|refusal| said(refusal.code))?;
        let owing =
            owing.iter().map(|entry| writer.entry(entry)).collect::<Result<Vec<_>, Code>>().map_err(said)?;
        let stands = standing(teller.programme, account, moment).map_err(|refusal| said(refusal.code))?;
        let (there, here) = (&stands.position, &writer.account.position);
        let leads_there = (&there.lots, &there.holds, &there.debt) == (&here.lots, &here.holds, &here.debt);
        let sums = teller.programme.parts().wallets.iter().map(|wallet| {
            let balance = Balance::of(there, &wallet.id)?;
            let id = wallet.id.as_str();
            let changes = writer.changes.get(id).copied().unwrap_or_default();
            let names = ["available", "pending", "held", "debt", "owned"];
            let [a, b, c, d, e] = names.map(|name| (name, balance.figure(name)));
            Ok(Sum { wallet: id.to_owned(), figures: [a, b, c, d, e, ("changes", changes)] })
        });
        let sums = sums.collect::<Result<_, Code>>().map_err(said)?;
        let last_day = |lot: &Lot| (lot.clone(), stands.last_day(teller.programme, lot));
        let lots = there.lots.iter().map(last_day).collect();
        let holds = there.holds.clone();
        Ok(Self {
            member: member.clone(),
            moment: stands.moment,
            lines,
            due: owing,
            lots,
            holds,
            sums,
            leads_there,
        })
    }

    /// Whether the lots are those that the entries leave.
    pub(crate) const fn leads_there(&self) -> bool {
        self.leads_there
    }

    /// Whether what the wallets hold is what all changes come to.
    pub(crate) fn agrees(&self) -> bool {
        self.leads_there && self.sums.iter().all(Sum::agrees)
    }

    pub(crate) fn json(&self) -> Value {
        let lines = |lines: &[Line]| lines.iter().map(Line::json).collect::<Vec<_>>();
        let lots = self.lots.iter().map(|(lot, last_day)| {
            let (kind, id) = loyalty_wire::source(&lot.source);
            let (waits_for, days) = match lot.wait {
                Some(Wait::Fulfilment(days)) => (Some("fulfilment"), Some(days)),
                Some(Wait::Approval(days)) => (Some("approval"), Some(days)),
                _ => (None, None),
            };
            json!({
                "lot": lot.id, "wallet": lot.wallet.as_str(), "source": { "code": kind, "id": id },
                "points": lot.points.get(), "vests_on": lot.vests_on().map(|day| day.to_string()),
                "waits_for": waits_for, "days": days, "last_day": last_day.map(|day| day.to_string()),
            })
        });
        let holds = self.holds.iter().map(|hold| {
            json!({
                "hold": hold.id.as_str(), "reward": hold.reward.as_str(), "wallet": hold.wallet.as_str(),
                "points": hold.points.get(), "until": hold.until.to_string(),
            })
        });
        json!({
            "member": self.member.as_str(),
            "at": self.moment.at.to_string(),
            "day": self.moment.day.to_string(),
            "history": lines(&self.lines),
            "due": lines(&self.due),
            "lots": lots.collect::<Vec<_>>(),
            "holds": holds.collect::<Vec<_>>(),
            "wallets": self.sums.iter().map(Sum::json).collect::<Vec<_>>(),
            "agrees": self.agrees(),
        })
    }
}

/// Tells entries while it folds them.
struct Writer<'a> {
    teller: &'a Teller<'a>,
    account: Account,
    /// By wallet, all so far.
    changes: BTreeMap<String, i64>,
}

impl Writer<'_> {
    fn entry(&mut self, entry: &Entry) -> Result<Line, Code> {
        apply(&mut self.account, entry)?;
        let changes = entry.event.changes();
        let changes: BTreeMap<_, _> = changes.iter().map(|(id, n)| (id.as_str().to_owned(), *n)).collect();
        for (wallet, points) in &changes {
            *self.changes.entry(wallet.clone()).or_default() += points;
        }
        self.line(Some(entry.seq), entry.moment, self.teller.entry(entry), changes)
    }

    fn line(
        &self,
        seq: Option<u64>,
        moment: Moment,
        told: Told,
        changes: BTreeMap<String, i64>,
    ) -> Result<Line, Code> {
        let wallets = self.teller.programme.parts().wallets.iter();
        let balances = wallets.map(|wallet| {
            Ok((wallet.id.as_str().to_owned(), Balance::of(&self.account.position, &wallet.id)?))
        });
        Ok(Line { seq, moment, told, changes, balances: balances.collect::<Result<_, Code>>()? })
    }
}

impl Balance {
    fn of(position: &Position, wallet: &WalletId) -> Result<Self, Code> {
        let signed =
            |points: loyalty_core::Points| i64::try_from(points.get()).map_err(|_| Code::PointsOutOfRange);
        Ok(Self {
            available: signed(position.available(wallet)?)?,
            pending: signed(position.pending(wallet)?)?,
            held: signed(position.held(wallet)?)?,
            debt: signed(position.debt(wallet))?,
        })
    }

    pub(crate) fn figure(&self, name: &str) -> i64 {
        match name {
            "available" => self.available,
            "pending" => self.pending,
            "held" => self.held,
            "debt" => self.debt,
            _ => self.available + self.pending + self.held - self.debt,
        }
    }

    fn json(&self) -> Value {
        let names = ["available", "pending", "held", "debt", "owned"];
        Value::Object(names.map(|name| (name.to_owned(), json!(self.figure(name)))).into_iter().collect())
    }
}

impl Line {
    /// The wallets it is about: those it changes, else the main one, which an entry may move points within; none
    /// of a refusal.
    pub(crate) fn changed<'a>(&'a self, programme: &'a Programme) -> Vec<&'a str> {
        let wallets = programme.parts().wallets.iter().map(|wallet| wallet.id.as_str());
        let changed: Vec<&str> = wallets.clone().filter(|id| self.changes.contains_key(*id)).collect();
        let named = self.told.parameters.get("wallet").and_then(Value::as_str);
        match (changed.is_empty(), self.seq) {
            (false, _) => changed,
            (true, Some(_)) => named.or_else(|| wallets.clone().next()).into_iter().collect(),
            (true, None) => vec![],
        }
    }

    fn json(&self) -> Value {
        let mut value = self.told.json();
        let balances: Map<_, _> =
            self.balances.iter().map(|(id, balance)| (id.clone(), balance.json())).collect();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("seq".to_owned(), json!(self.seq));
            fields.insert("at".to_owned(), json!(self.moment.at.to_string()));
            fields.insert("day".to_owned(), json!(self.moment.day.to_string()));
            fields.insert("changes".to_owned(), json!(self.changes));
            fields.insert("balances".to_owned(), Value::Object(balances));
        }
        value
    }
}

impl Sum {
    fn figure(&self, name: &str) -> i64 {
        self.figures.iter().find(|(known, _)| *known == name).map_or(0, |(_, points)| *points)
    }

    pub(crate) fn agrees(&self) -> bool {
        self.figure("owned") == self.figure("changes")
    }

    fn json(&self) -> Value {
        let mut fields: Map<_, _> =
            self.figures.map(|(name, n)| (name.to_owned(), json!(n))).into_iter().collect();
        fields.insert("id".to_owned(), json!(self.wallet));
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    /// A member who was given 10 points, told with the entries that led there.
    fn given() -> loyalty_wire::History {
        let scenario = json!({
            "programme": { "format": 1, "name": "Shop", "currency": "EUR", "time_zone": "UTC", "earning": [] },
            "steps": [{ "at": "2026-01-10T10:00:00Z", "day": "2026-01-10",
                "command": { "kind": "adjust", "reason": "start", "credit": 10 } }],
        });
        loyalty_wire::history(&scenario.to_string()).unwrap_or_else(|problem| panic!("{}", problem.to_json()))
    }

    #[test]
    fn entries_that_do_not_lead_to_the_balance_do_not_agree() {
        let (history, words) = (given(), Words::new(None).unwrap());
        let teller = Teller { words: &words, programme: history.programme.rules() };
        let id = AccountId::new("member").unwrap();
        let told: Vec<Happened> = history.told.into_iter().map(|(_, told)| told).collect();
        let story =
            |told: &[Happened]| Story::new(&teller, &id, told, &history.accounts[&id], history.last).unwrap();
        let whole = story(&told);
        assert!(whole.agrees() && whole.sums[0].agrees(), "{:?}", whole.sums);
        let cut = story(&[]);
        assert!(!cut.agrees() && !cut.sums[0].agrees(), "{:?}", cut.sums);
        assert_eq!((cut.sums[0].figure("owned"), cut.sums[0].figure("changes")), (10, 0));
        // As many points, and yet not those of the entries.
        let mut other = history.accounts[&id].clone();
        other.position.lots[0].last_day = Some(history.last.day);
        let other = Story::new(&teller, &id, &told, &other, history.last).unwrap();
        assert!(!other.agrees() && other.sums[0].agrees());
    }

    /// Words that were found for everything: no text is its own code, none has a hole.
    fn worded(told: &Told, name: &str) {
        assert_ne!(told.text, told.code, "{name}");
        assert!(
            !["part.", "entry.", "step."].iter().any(|code| told.text.starts_with(code)),
            "{name}: {told:?}"
        );
        assert!(told.code == "entry.tier_changed" || !told.text.contains('–'), "{name}: {told:?}");
        told.parts.iter().for_each(|part| worded(part, name));
    }

    #[test]
    fn the_story_of_every_member_of_every_case_agrees() {
        let words = Words::new(None).unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");
        let mut members = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let Some(name) = path.to_str().filter(|name| name.ends_with(".json")) else { continue };
            let Ok(history) = loyalty_wire::history(&std::fs::read_to_string(&path).unwrap()) else {
                continue;
            };
            let teller = Teller { words: &words, programme: history.programme.rules() };
            for (id, account) in &history.accounts {
                let told = history.told.iter().filter(|(of, _)| of == id).map(|(_, told)| told.clone());
                let told: Vec<Happened> = told.collect();
                let story = Story::new(&teller, id, &told, account, history.last).unwrap();
                assert!(story.agrees(), "{name}: {id}: {:?}", story.sums);
                story.lines.iter().chain(&story.due).for_each(|line| worded(&line.told, name));
                members += 1;
            }
        }
        assert!(members > 200, "only {members} members");
    }
}
