//! What happened to an account, entry by entry, with what each wallet came to.

use crate::input::said;
use crate::words::{Teller, Told};
use anyhow::Result;
use loyalty_core::{
    Account, AccountId, Code, Day, Entry, Hold, Lot, Moment, Position, Programme, Source, Wait, WalletId,
    apply, due, standing,
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

    /// Whether what the wallets hold is what all changes come to.
    pub(crate) fn agrees(&self) -> bool {
        self.leads_there && self.sums.iter().all(Sum::agrees)
    }

    pub(crate) fn json(&self) -> Value {
        let lines = |lines: &[Line]| lines.iter().map(Line::json).collect::<Vec<_>>();
        let lots = self.lots.iter().map(|(lot, last_day)| {
            let (kind, id) = source(lot);
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

/// What kind of thing a lot came from, and which.
pub(crate) fn source(lot: &Lot) -> (&'static str, String) {
    match &lot.source {
        Source::Order(id) => ("order", id.to_string()),
        Source::Welcome(id) => ("welcome", id.to_string()),
        Source::Referral(id) => ("referral", id.to_string()),
        Source::Bonus(id) => ("bonus", id.to_string()),
        Source::Sale(id) => ("sale", id.to_string()),
        Source::Exchange(id) => ("exchange", id.to_string()),
        Source::Transfer(id) => ("transfer", id.to_string()),
        Source::Reward(id) => ("reward", id.to_string()),
        Source::Adjustment(id) => ("adjustment", id.to_string()),
        Source::Refund(id) => ("refund", id.to_string()),
    }
}
