use super::*;
use crate::request;
use std::collections::BTreeMap;

const PROGRAMME: &str = r#"{
    "format": 1, "name": "Corner shop", "currency": "EUR", "time_zone": "UTC",
    "wallets": [{"id": "stamps", "name": "Stamps"}],
    "earning": [
        {"id": "base", "points": 1, "per": "1.00"},
        {"id": "staff", "points": 1, "per": "10.00", "to": "seller"},
        {"id": "extra", "points": 1, "per": "1.00", "campaign": "summer"}
    ],
    "campaigns": [{"id": "summer", "name": "Summer", "budget": 30}],
    "bonuses": [{"id": "review", "name": "Review", "event": "review", "points": 5, "limit": "each_reference", "approval": true}],
    "memberships": [{"id": "club", "name": "Club", "fee": "10.00", "term": {"days": 10}}],
    "privileges": [{"id": "lounge/north", "name": "Lounge", "uses": {"count": 1}}],
    "rewards": [{"id": "mug", "name": "Mug", "kind": "gift", "points": 10, "value": "5.00", "instructions": "Hand it over", "stock": 1}]
}"#;

/// What a host keeps of one account: texts by name.
#[derive(Default)]
struct Kept {
    position: Option<String>,
    rows: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
}

/// A host of many accounts that delivers messages at once.
struct Host {
    programme: Programme,
    accounts: BTreeMap<String, Kept>,
    commands: usize,
}

impl Host {
    fn new() -> Self {
        let programme = Programme::parse(PROGRAMME).map_err(|problem| problem.to_json()).unwrap();
        Self { programme, accounts: BTreeMap::new(), commands: 0 }
    }

    /// What a command came to: `applied`, `already` or `replayed`, or the refusal's code.
    fn ask(&mut self, account: &str, command: &str) -> String {
        self.commands += 1;
        let key = format!("k{}", self.commands);
        self.send(&format!(r#"{{"account":"{account}","key":"{key}","command":{command}}}"#))
    }

    fn send(&mut self, text: &str) -> String {
        let request = request(text).map_err(|problem| problem.to_json()).unwrap();
        let account = request.account.as_str().to_owned();
        let shared = self.tallies();
        let kept = self.accounts.entry(account.clone()).or_default();
        let names = rows(&request).into_iter();
        let found: Vec<_> =
            names.filter_map(|name| Some((name.clone(), kept.rows.get(&name)?.clone()))).collect();
        let stored = Stored {
            position: kept.position.as_deref(),
            rows: &found,
            fingerprint: kept.keys.get(request.key.as_str()).map(String::as_str),
            shared: &shared,
        };
        let moment = crate::moment(1_769_850_000_000, [2026, 1, 31], 545).unwrap();
        let step = match step(&self.programme, &stored, &request, moment) {
            Ok(step) => step,
            Err(problem) => return problem.code.to_string(),
        };
        kept.keys.insert(request.key.as_str().to_owned(), fingerprint(&request));
        match step {
            Step::Append { entries, rows, position, .. } => {
                kept.rows.extend(rows);
                kept.position = Some(position);
                self.deliver(&account, &entries);
                "applied".into()
            }
            Step::AlreadyBooked { .. } => "already".into(),
            Step::Replayed => "replayed".into(),
        }
    }

    /// Sends every message twice, as a host may that lost the answer.
    fn deliver(&mut self, account: &str, entries: &[EntryRow]) {
        for entry in entries {
            let record = message_record(&entry.body).unwrap();
            let record = record.map(|name| self.accounts[account].rows[&name].clone());
            let messages = messages(account, &entry.body, record.as_deref()).unwrap();
            assert_eq!(entry.message, !messages.is_empty());
            for (to, text) in messages {
                assert!(text.starts_with(&format!(r#"{{"account":"{to}","#)));
                assert_eq!(self.send(&text), "applied");
                assert_eq!(self.send(&text), "replayed");
            }
        }
    }

    fn tallies(&self) -> Vec<(String, i64)> {
        let counted = self.accounts.get("#shared");
        let record = |of: String| {
            let name = format!("shared/{of}");
            Some((name.clone(), counted?.rows.get(&name)?.clone()))
        };
        tallies(&shared(&self.programme).unwrap().into_iter().filter_map(record).collect::<Vec<_>>()).unwrap()
    }

    fn available(&self, account: &str) -> u64 {
        let kept = self.accounts[account].position.as_deref().map(|text| parse(text).unwrap());
        let points = loyalty_core::WalletId::new("points").unwrap();
        position(kept.as_ref()).unwrap().available(&points).unwrap().get()
    }
}

fn order(id: &str, amount: &str) -> String {
    format!(
        r#"{{"kind":"pay_order","order":{{"id":"{id}","currency":"EUR","lines":[{{"id":"a","amount":"{amount}"}}],"seller":"clerk"}}}}"#
    )
}

#[test]
fn what_all_members_share_is_counted_once_for_all() {
    let mut host = Host::new();
    assert_eq!(shared(&host.programme).unwrap(), ["campaign/summer", "reward/mug"]);
    assert_eq!(host.tallies(), []);
    assert_eq!(host.ask("ann", &order("1", "20.00")), "applied");
    assert_eq!(host.available("ann"), 40);
    assert_eq!(host.tallies(), [("campaign/summer".to_owned(), 20)]);
    // 10 of the budget of 30 are left.
    assert_eq!(host.ask("bob", &order("2", "20.00")), "applied");
    assert_eq!(host.available("bob"), 30);
    assert_eq!(host.ask("ann", r#"{"kind":"hold","hold":"h1","reward":"mug"}"#), "applied");
    assert_eq!(host.ask("ann", r#"{"kind":"capture","hold":"h1"}"#), "applied");
    assert_eq!(host.ask("bob", r#"{"kind":"hold","hold":"h2","reward":"mug"}"#), "out_of_stock");
    let expected = [("campaign/summer".to_owned(), 30), ("reward/mug".to_owned(), 1)];
    assert_eq!(host.tallies(), expected);
    assert_eq!(host.ask("ann", r#"{"kind":"cancel_reward","hold":"h1"}"#), "applied");
    assert_eq!(host.tallies()[1], ("reward/mug".to_owned(), 0));
    assert_eq!(host.ask("bob", r#"{"kind":"hold","hold":"h2","reward":"mug"}"#), "applied");
}

#[test]
fn a_sale_follows_its_order() {
    let mut host = Host::new();
    assert_eq!(host.ask("ann", &order("1", "25.00")), "applied");
    assert_eq!(host.available("clerk"), 2);
    let back = r#"{"kind":"refund","order":"1","refund":"r1","currency":"EUR","lines":[{"id":"a","amount":"13.00"}]}"#;
    assert_eq!(host.ask("ann", back), "applied");
    assert_eq!(host.available("clerk"), 1);
    assert_eq!(host.ask("ann", r#"{"kind":"refund","order":"1","refund":"r2"}"#), "applied");
    assert_eq!(host.available("clerk"), 0);
    assert_eq!(host.ask("ann", r#"{"kind":"refund","order":"1","refund":"r2"}"#), "already");
}

#[test]
fn what_the_shop_named_counts_once() {
    let mut host = Host::new();
    for (command, again) in [
        (r#"{"kind":"record_event","event":"review","reference":"7/8"}"#, "already"),
        (r#"{"kind":"pay_membership","membership":"club","payment":"p1"}"#, "already"),
        (r#"{"kind":"use_privilege","privilege":"lounge/north","reference":"u1"}"#, "already"),
        (r#"{"kind":"decide_bonus","bonus":"review","reference":"7/8","approved":true}"#, "bonus_unknown"),
    ] {
        assert_eq!(host.ask("ann", command), "applied", "{command}");
        assert_eq!(host.ask("ann", command), again, "{command}");
    }
    assert_eq!(host.available("ann"), 5);
    let names: Vec<_> = host.accounts["ann"].rows.keys().map(String::as_str).collect();
    let expected = ["bonus/review/7%2F8", "event/review/7%2F8", "payment/p1", "privilege/lounge%2Fnorth/u1"];
    assert_eq!(names, expected);
}

#[test]
fn points_that_are_given_away_arrive() {
    let mut host = Host::new();
    host.ask("ann", &order("1", "20.00"));
    assert_eq!(host.ask("ann", r#"{"kind":"transfer","to":"bob","points":15}"#), "applied");
    assert_eq!((host.available("ann"), host.available("bob")), (25, 15));
}

#[test]
fn a_record_that_is_damaged_is_not_decided_on() {
    let mut host = Host::new();
    host.ask("ann", &order("1", "20.00"));
    let rows = &mut host.accounts.get_mut("ann").unwrap().rows;
    rows.insert("order/1".into(), r#"{"v":1}"#.into());
    assert_eq!(host.ask("ann", r#"{"kind":"fulfil_order","order":"1"}"#), "missing");
}

#[test]
fn an_account_has_ten_thousand_lots_and_no_more() {
    let mut host = Host::new();
    let lots: Vec<String> =
        (1..=9_999).map(|id| format!(r#"{{"id":{id},"wallet":"points","order":"o","points":1}}"#)).collect();
    let position = format!(
        r#"{{"seq":1,"at":"2026-01-01T00:00:00.000Z","day":"2026-01-01","time":"00:00","lots_made":9999,"lots":[{}],
        "holds":[],"activity":[],"active":"2026-01-01"}}"#,
        lots.join(",")
    );
    host.accounts.entry("ann".into()).or_default().position = Some(position);
    let credit = r#"{"kind":"adjust","reason":"sorry","credit":1}"#;
    assert_eq!(host.ask("ann", credit), "applied");
    assert_eq!(host.ask("ann", credit), "too_many");
    assert_eq!(host.available("ann"), 10_000);
}

#[test]
fn an_entry_that_does_not_follow_is_not_folded() {
    let entry = |seq: u64, at: &str, day: &str| {
        format!(
            r#"{{"v":1,"seq":{seq},"at":"{at}T10:00:00.000Z","day":"{day}","time":"10:00","programme":"p","key":"k{seq}",
            "fingerprint":"{}","event":{{"kind":"event_recorded","event":"visit"}}}}"#,
            "0".repeat(32)
        )
    };
    let second = |text: String| {
        let mut fold = Fold::default();
        fold.apply(&entry(1, "2026-01-02", "2026-01-02")).map_err(|problem| problem.to_json()).unwrap();
        fold.apply(&text).err().map(|problem| problem.code)
    };
    assert_eq!(second(entry(2, "2026-01-02", "2026-01-02")), None);
    let damaged = Some(Code::EntryInconsistent);
    assert_eq!(second(entry(1, "2026-01-03", "2026-01-03")), damaged, "its number was there");
    assert_eq!(second(entry(3, "2026-01-03", "2026-01-03")), damaged, "one is missing");
    assert_eq!(second(entry(2, "2026-01-01", "2026-01-02")), damaged, "it is earlier");
    assert_eq!(second(entry(2, "2026-01-03", "2026-01-01")), damaged, "its day is earlier");
}
