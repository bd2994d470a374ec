//! Round figures, so that a reader sees what the books say.

use crate::Books;
use loyalty_books::{NEVER, cost, outstanding, settle, statement};
use loyalty_core::{Account, AccountId, Command, Day, Decision, Entry, Instant, Moment, apply, decide, due};
use loyalty_wire::Programme;
use serde_json::{Value, json};

/// A shop and one of its members, from 2026-01-10 on.
struct Shop {
    programme: Programme,
    account: Account,
    entries: Vec<Entry>,
    day: i32,
}

fn day(text: &str) -> i32 {
    Day::parse(text).unwrap().get()
}

impl Shop {
    /// 1 point for every 1.00; 10 points pay 0.10; points last to the end of the month after the next.
    fn new(more: Value) -> Self {
        let mut programme = json!({"format": 1, "name": "Round", "currency": "EUR", "time_zone": "UTC",
            "earning": [{"id": "base", "points": 1, "per": "1.00"}],
            "expiry": {"months": 2, "until_end_of": "month"},
            "rewards": [{"id": "pay", "name": "Pay", "kind": "pay_with_points", "points": 100, "value": "1.00", "step": 1}]});
        for (name, value) in more.as_object().unwrap() {
            programme[name] = value.clone();
        }
        let programme =
            Programme::parse(&programme.to_string()).unwrap_or_else(|why| panic!("{}", why.to_json()));
        Self { programme, account: Account::default(), entries: vec![], day: day("2026-01-10") }
    }

    fn on(&mut self, text: &str) -> &mut Self {
        self.day = day(text);
        self
    }

    fn moment(&self) -> Moment {
        let midday = i64::from(self.day) * 86_400_000 + 43_200_000;
        Moment { at: Instant::new(midday).unwrap(), day: Day::new(self.day).unwrap(), minute: 720 }
    }

    fn ask(&mut self, command: Value) -> &mut Self {
        let key = format!("k{}", self.entries.len());
        let request = json!({"account": "anna", "key": key, "command": command}).to_string();
        let request = loyalty_wire::request(&request).unwrap_or_else(|why| panic!("{}", why.to_json()));
        match decide(self.programme.rules(), &self.account, &request, self.moment()) {
            Ok(Decision::Append(entries)) => self.append(entries),
            other => panic!("{other:?}"),
        }
    }

    fn append(&mut self, entries: Vec<Entry>) -> &mut Self {
        entries.iter().for_each(|entry| apply(&mut self.account, entry).unwrap());
        self.entries.extend(entries);
        self
    }

    fn pay(&mut self, order: &str, amount: &str, partner: Option<&str>, points: Option<u64>) -> &mut Self {
        let mut order = json!({"id": order, "currency": "EUR", "lines": [{"id": "a", "amount": amount}]});
        if let Some(partner) = partner {
            order["partner"] = partner.into();
        }
        if let Some(points) = points {
            order["redeem"] = json!([{"reward": "pay", "points": points}]);
        }
        self.ask(json!({"kind": "pay_order", "order": order}))
    }

    fn refund(&mut self, order: &str) -> &mut Self {
        self.ask(json!({"kind": "refund", "order": order, "refund": format!("refund-{order}")}))
    }

    fn books(&self) -> Books {
        let mut books = Books::default();
        books.publish(&self.programme);
        books.feed("anna", &self.entries);
        books
    }

    /// What is owed: debtor, creditor, points, minor units.
    fn owed(&self) -> Vec<(String, String, i64, i64)> {
        let settlement = settle(&self.books().sums, 0, NEVER);
        assert_eq!(settlement.net.values().sum::<i64>(), 0);
        let one = |one: loyalty_books::Obligation| {
            (one.pair.debtor, one.pair.creditor, one.owed.points, one.owed.value)
        };
        settlement.obligations.into_iter().map(one).collect()
    }
}

fn owes(debtor: &str, creditor: &str, points: i64, value: i64) -> (String, String, i64, i64) {
    (debtor.to_owned(), creditor.to_owned(), points, value)
}

#[test]
fn m40_a_day_ends_where_the_next_begins_and_expiry_is_on_its_day_untouched() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", None, None).on("2026-02-10").pay("2", "50.00", None, Some(30));
    let check = |shop: &Shop| {
        let books = shop.books();
        let line = |text: &str| {
            let lines = statement(&books.sums, day(text), day(text));
            let [line] = lines.as_slice() else { panic!("{lines:?}") };
            (line.start, line.columns.earned, line.columns.redeemed, line.columns.expired, line.end)
        };
        assert_eq!(line("2026-01-10"), (0, 100, 0, 0, 100));
        // 49 points for 49.70 that was not paid with points.
        assert_eq!(line("2026-02-10"), (100, 49, 30, 0, 119));
        assert_eq!(line("2026-03-30"), (119, 0, 0, 0, 119));
        assert_eq!(line("2026-03-31"), (119, 0, 0, 70, 49));
        assert_eq!(line("2026-04-30"), (49, 0, 0, 49, 0));
    };
    check(&shop);
    // Somebody looks at the account in May: what expired is posted then, and every day stays as it was.
    shop.on("2026-05-20");
    let late = due(shop.programme.rules(), &shop.account, shop.moment()).unwrap();
    assert_eq!(late.len(), 2);
    check(shop.append(late));
}

#[test]
fn m40_outstanding_points_have_the_month_they_were_earned_in_also_after_they_came_back() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", None, None).on("2026-02-10").pay("2", "50.00", None, Some(100)).refund("2");
    let ages = outstanding(&shop.books().sums, shop.day);
    let ages: Vec<_> = ages.iter().map(|age| (age.month % 12 + 1, age.points)).collect();
    assert_eq!(ages, [(1, 100)]);
}

#[test]
fn m40_points_that_came_back_after_inactivity_are_owed_as_long_as_they_can_be_spent() {
    let mut shop = Shop::new(json!({"expiry": {"inactivity": {"days": 30}}}));
    shop.pay("1", "100.00", None, None).pay("2", "1.00", None, Some(100)).on("2026-02-20").refund("2");
    let books = shop.books();
    let end = |text: &str| statement(&books.sums, day(text), day(text)).first().map_or(0, |line| line.end);
    assert_eq!(["2026-02-20", "2026-02-21", "2026-03-21", "2026-03-22"].map(end), [100, 100, 100, 0]);
}

#[test]
fn m40_cost_is_what_rewards_paid_of_what_was_sold() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", None, None).on("2026-02-10").pay("2", "50.00", None, Some(50));
    let terms = loyalty_books::Terms::of(shop.programme.rules());
    let cost = cost(&shop.books().sums, &terms, day("2026-01-01"), day("2026-02-28"));
    assert_eq!((cost.revenue, cost.redeemed), (15_000, 50));
    assert_eq!(cost.share(cost.redeemed).as_deref(), Some("0.0033"));
    // 149 points were issued, 99 are left.
    assert_eq!((cost.issued, cost.start, cost.end), (149, 0, 99));
}

#[test]
fn m33_whoever_gave_the_points_pays_where_they_are_spent() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "60.00", Some("cafe"), None).pay("2", "40.00", Some("books"), None);
    shop.pay("3", "200.00", Some("books"), Some(100));
    assert_eq!(shop.owed(), [owes("cafe", "books", 60, 60)]);
    shop.refund("3");
    assert_eq!(shop.owed(), [], "a refund takes it back");
}

#[test]
fn m33_a_hold_that_was_captured_first_is_owed_to_the_partner_whose_order_it_pays() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", Some("cafe"), None);
    let cart = json!({"currency": "EUR", "lines": [{"id": "a", "amount": "20.00"}]});
    shop.ask(json!({"kind": "hold", "hold": "h", "reward": "pay", "points": 100, "cart": cart}));
    shop.ask(json!({"kind": "capture", "hold": "h"}));
    assert_eq!(shop.owed(), [owes("cafe", "", 100, 100)], "to the shop itself, as no partner is named");
    let lines = json!([{"id": "a", "amount": "20.00"}]);
    shop.ask(json!({"kind": "pay_order", "order": {"id": "2", "currency": "EUR", "partner": "books", "lines": lines, "holds": ["h"]}}));
    assert_eq!(shop.owed(), [owes("cafe", "books", 100, 100)]);
}

#[test]
fn m33_what_one_partner_takes_back_is_paid_for_by_whose_points_go() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", Some("cafe"), None).pay("2", "300.00", Some("cafe"), Some(100));
    shop.pay("3", "50.00", Some("books"), None);
    assert_eq!(shop.owed(), []);
    // The café's 100 points are spent; 50 of those that go in their place are the bookshop's, others the café's.
    shop.refund("1");
    let own = 299 - 100;
    let books = shop.books();
    let ends = statement(&books.sums, shop.day, shop.day);
    let ends: Vec<_> = ends.iter().map(|line| (line.issuer.as_str(), line.end)).collect();
    assert_eq!(ends, [("books", 50), ("cafe", own)], "soonest to expire first, then the older lot");
    shop.refund("2");
    assert_eq!(shop.owed(), []);
}

#[test]
fn m33_debt_is_repaid_with_another_partners_points_and_they_are_paid_for() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", Some("cafe"), None).pay("2", "1.00", None, Some(100)).refund("1");
    assert_eq!(shop.owed(), [owes("cafe", "", 100, 100)]);
    let before = statement(&shop.books().sums, shop.day, shop.day);
    assert_eq!(
        before.iter().map(|line| (line.issuer.as_str(), line.end)).collect::<Vec<_>>(),
        [("cafe", -100)]
    );
    shop.pay("3", "70.00", Some("books"), None);
    assert_eq!(shop.owed(), [owes("books", "cafe", 70, 70), owes("cafe", "", 100, 100)]);
    let settlement = settle(&shop.books().sums, 0, NEVER);
    assert_eq!(
        settlement.net.into_iter().collect::<Vec<_>>(),
        [(String::new(), 100), ("books".into(), -70), ("cafe".into(), -30)]
    );
}

#[test]
fn m32_points_that_become_another_partners_are_paid_for() {
    let mut shop = Shop::new(json!({
        "points": {"id": "market", "name": "Market", "issuer": "market"},
        "wallets": [{"id": "road", "name": "Road", "issuer": "petrol"}],
        "exchanges": [{"from": "road", "to": "market", "give": 1, "get": 2}, {"from": "market", "to": "road", "give": 5, "get": 2}],
        "earning": [{"id": "base", "points": 1, "per": "1.00", "wallet": "road"}],
        "rewards": [{"id": "pay", "name": "Pay", "wallet": "market", "kind": "pay_with_points", "points": 100, "value": "1.00", "step": 1}],
    }));
    shop.pay("1", "100.00", None, None)
        .ask(json!({"kind": "exchange", "from": "road", "to": "market", "points": 100}));
    assert_eq!(shop.owed(), [owes("petrol", "market", 100, 200)], "200 points of the market's, 2.00");
}

#[test]
fn m49_points_that_are_given_away_keep_their_issuer() {
    let mut shop = Shop::new(json!({}));
    shop.pay("1", "100.00", Some("cafe"), None);
    let to = AccountId::new("bela").unwrap();
    shop.ask(json!({"kind": "transfer", "to": "bela", "wallet": "points", "points": 100}));
    let sent = shop.entries.last().unwrap();
    let message = sent.messages(&AccountId::new("anna").unwrap(), None).unwrap().remove(0);
    assert_eq!(message.to, to);
    let mut friend = Shop::new(json!({}));
    friend.append(received(&friend, message.command));
    friend.pay("2", "10.00", Some("books"), Some(100));
    assert_eq!(friend.owed(), [owes("cafe", "books", 100, 100)]);
}

fn received(shop: &Shop, command: Command) -> Vec<Entry> {
    let mut request =
        loyalty_wire::request(r#"{"account":"bela","key":"m","command":{"kind":"release","hold":"h"}}"#)
            .unwrap();
    request.command = command;
    match decide(shop.programme.rules(), &shop.account, &request, shop.moment()) {
        Ok(Decision::Append(entries)) => entries,
        other => panic!("{other:?}"),
    }
}
