//! Whatever arrives, how often and in which order: the same is known of an order, and the account stands the same.

use loyalty_core::Map;
use loyalty_hooks::{
    Amount, Back, Booked, Kind, Line, OrderState, Owner, Plan, Platform, Refund, Snapshot, plan,
};
use loyalty_wire::ledger::{self, Step, Stored};
use loyalty_wire::{Programme, moment, request};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PROGRAMME: &str = r#"{"format": 1, "name": "Test", "currency": "EUR", "time_zone": "UTC",
    "earning": [{"id": "base", "points": 1, "per": "1.00"}, {"id": "sku", "points": 3, "per": "1.00", "only": ["x"]}],
    "expiry": {"months": 12}}"#;

/// An account that is asked what plans ask.
struct Account {
    programme: Programme,
    position: Option<String>,
    rows: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    seq: u64,
}

impl Account {
    fn new() -> Self {
        let (position, rows, keys) = Default::default();
        Self { programme: Programme::parse(PROGRAMME).unwrap(), position, rows, keys, seq: 0 }
    }

    fn ask(&mut self, plan: &Plan) {
        for asked in &plan.commands {
            let text = format!(r#"{{"account":"a","key":"{}","command":{}}}"#, asked.key, asked.command);
            let request = request(&text).unwrap_or_else(|problem| panic!("{problem:?}: {text}"));
            let names = ledger::rows(&request);
            let rows: Vec<_> = names
                .into_iter()
                .filter_map(|name| Some((name.clone(), self.rows.get(&name)?.clone())))
                .collect();
            let fingerprint = self.keys.get(&asked.key).map(String::as_str);
            let stored = Stored { position: self.position.as_deref(), rows: &rows, fingerprint, shared: &[] };
            let at = moment(1_700_000_000_000, [2023, 11, 14], 0).unwrap();
            match ledger::step(&self.programme, &stored, &request, at) {
                Ok(Step::Append { rows, position, seq, .. }) => {
                    self.rows.extend(rows);
                    self.position = Some(position);
                    self.seq = seq;
                }
                other => panic!("{other:?}: {text}"),
            }
            self.keys.insert(asked.key.clone(), ledger::fingerprint(&request));
        }
    }

    fn points(&self) -> (i64, i64) {
        let at = moment(1_700_000_000_000, [2023, 11, 14], 0).unwrap();
        let view =
            ledger::view(&self.programme, self.position.as_deref(), &[], at, "a", "object", vec![]).unwrap();
        let number = |name: &str| {
            let rest = view.split_once(&format!("\"{name}\":")).unwrap().1;
            rest.split([',', '}']).next().unwrap().parse().unwrap()
        };
        (number("available"), number("debt"))
    }
}

/// An order object: what is known, what was asked, and the account.
struct Order {
    state: OrderState,
    booked: Booked,
    account: Account,
    notes: Vec<&'static str>,
}

impl Order {
    fn new() -> Self {
        let (state, booked, notes) = Default::default();
        Self { state, booked, account: Account::new(), notes }
    }

    fn deliver(&mut self, delivery: &OrderState) -> usize {
        self.state = core::mem::take(&mut self.state).join(delivery.clone());
        let plan = plan(Platform::Standard, "1001", &self.state, &self.booked);
        self.account.ask(&plan);
        self.notes.extend(&plan.notes);
        self.booked = plan.booked;
        plan.commands.len()
    }

    fn after<'a>(deliveries: impl IntoIterator<Item = &'a OrderState>) -> Self {
        let mut order = Self::new();
        for delivery in deliveries {
            order.deliver(delivery);
        }
        order
    }
}

fn amount(cents: i64) -> Amount {
    Amount(rust_decimal::Decimal::new(cents, 2).normalize())
}

fn line(id: &str, cents: i64, quantity: u32) -> Line {
    let categories = if id == "b" { vec!["x".to_owned()] } else { vec![] };
    let (product, kind) = (None, if id == "d" { Kind::Delivery } else { Kind::Goods });
    let (tax, discount) = (Amount::default(), Amount::default());
    Line { id: id.into(), kind, product, categories, quantity, amount: amount(cents), tax, discount }
}

fn snapshot(version: i64, settled: bool, gone: bool, lines: &[Line]) -> OrderState {
    let snapshot = Snapshot {
        settled,
        version,
        gone,
        refunded: false,
        currency: "EUR".into(),
        net: false,
        channel: None,
        partner: None,
        codes: vec![],
        holds: vec![],
        lines: lines.to_vec(),
    };
    let owner = Some(Owner { version, id: "a".into() });
    OrderState { snapshot: Some(snapshot), owner, ..OrderState::default() }
}

fn refund(id: &str, version: i64, lines: Vec<Back>, delivery: i64, rest: i64) -> OrderState {
    let refund =
        Refund { version, lines, delivery: amount(delivery), rest: amount(rest), ..Refund::default() };
    OrderState { refunds: Map::from_iter([(id.to_owned(), refund)]), ..OrderState::default() }
}

fn back(line: &str, pieces: u32, cents: i64) -> Back {
    Back { line: line.into(), pieces, amount: amount(cents) }
}

prop_compose! {
    fn lines()(prices in prop::collection::vec((0_i64..5_000, 1_u32..4), 1..4), delivery in prop::option::of(0_i64..900)) -> Vec<Line> {
        let mut lines: Vec<Line> =
            prices.iter().zip(["a", "b", "c"]).map(|((cents, pieces), id)| line(id, *cents, *pieces)).collect();
        lines.extend(delivery.map(|cents| line("d", cents, 1)));
        lines
    }
}

prop_compose! {
    fn one_refund()(lines in prop::collection::vec((prop::sample::select(vec!["a", "b", "c"]), 0_u32..3, 0_i64..2_000), 0..3),
        delivery in prop_oneof![3 => Just(0_i64), 1 => 1_i64..900], rest in prop_oneof![2 => Just(0_i64), 1 => 1_i64..4_000])
        -> (Vec<Back>, i64, i64) {
        (lines.into_iter().map(|(id, pieces, cents)| back(id, pieces, cents)).collect(), delivery, rest)
    }
}

prop_compose! {
    /// Everything that is ever delivered of one order, in the order in which it happened.
    fn history()(lines in lines(), refunds in prop::collection::vec(one_refund(), 0..4), cancelled in any::<bool>(), guest in any::<bool>())
        -> Vec<OrderState> {
        let mut all = vec![snapshot(1, false, false, &lines), snapshot(2, true, false, &lines)];
        for (at, (lines, delivery, rest)) in refunds.into_iter().enumerate() {
            let version = i64::try_from(at).unwrap() + 3;
            all.push(refund(&format!("r{at}"), version, lines, delivery, rest));
        }
        // A later delivery that tells the same again, and no customer.
        let mut later = snapshot(8, true, false, &lines);
        if guest { later.owner = None; }
        all.push(later);
        if cancelled { all.push(snapshot(9, true, true, &lines)); }
        all
    }
}

fn shuffled() -> impl Strategy<Value = (Vec<OrderState>, Vec<OrderState>)> {
    history().prop_flat_map(|history| {
        let twice: Vec<OrderState> = history.iter().chain(&history).cloned().collect();
        (Just(history), Just(twice).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn faults_1_6_7_9_duplicates_reorderings_and_refunds_before_orders_end_in_the_same_account((history, any) in shuffled()) {
        let (calm, wild) = (Order::after(&history), Order::after(&any));
        prop_assert_eq!(&calm.state, &wild.state);
        prop_assert_eq!(calm.account.points(), wild.account.points());
        prop_assert_eq!(calm.notes.len(), wild.notes.len());
    }

    #[test]
    fn join_is_commutative_associative_and_idempotent((history, any) in shuffled(), at in any::<prop::sample::Index>()) {
        let (a, b, c) = (at.get(&any), &any[0], &any[1]);
        let join = |a: &OrderState, b: &OrderState| a.clone().join(b.clone());
        prop_assert_eq!(join(a, b), join(b, a));
        prop_assert_eq!(join(&join(a, b), c), join(a, &join(b, c)));
        prop_assert_eq!(&join(a, a), a);
        let all = history.into_iter().fold(OrderState::default(), OrderState::join);
        prop_assert_eq!(&all.clone().join(a.clone()), &all);
    }

    #[test]
    fn nothing_is_asked_twice((_, any) in shuffled()) {
        let mut order = Order::after(&any);
        for delivery in &any {
            prop_assert_eq!(order.deliver(delivery), 0);
        }
    }

    #[test]
    fn an_order_is_booked_as_it_is_stored((_, any) in shuffled()) {
        let all = any.into_iter().fold(OrderState::default(), OrderState::join);
        let text = serde_json::to_string(&all).unwrap();
        prop_assert_eq!(serde_json::from_str::<OrderState>(&text).unwrap(), all);
    }
}

#[test]
fn fault_8_two_bodies_of_one_version_come_to_the_same_either_way() {
    let (one, other) = ([line("a", 1_000, 1)], [line("a", 1_200, 1)]);
    let (one, other) = (snapshot(5, true, false, &one), snapshot(5, true, false, &other));
    let first = Order::after([&one, &other]);
    let second = Order::after([&other, &one]);
    assert_eq!(first.state, second.state);
    assert_eq!((first.account.points(), second.account.points()), ((12, 0), (12, 0)));
    let pending = snapshot(5, false, false, &[line("a", 9_900, 1)]);
    assert_eq!(Order::after([&one, &pending]).state, Order::after([&pending, &one]).state);
    assert_eq!(Order::after([&pending, &one]).account.points(), (10, 0));
}

#[test]
fn fault_9_a_third_three_times_is_the_whole() {
    let paid = snapshot(1, true, false, &[line("a", 10_000, 1)]);
    let third = |id: &str, cents| refund(id, 2, vec![], 0, cents);
    let parts = [third("r1", 3_333), third("r2", 3_333), third("r3", 3_334)];
    let mut order = Order::after([&paid]);
    let left: Vec<i64> = parts
        .iter()
        .map(|part| {
            order.deliver(part);
            order.account.points().0
        })
        .collect();
    assert_eq!(left, [67, 34, 0]);
    let whole = Order::after([&paid, &third("r", 10_000)]);
    assert_eq!(whole.account.points(), (0, 0));
}

#[test]
fn fault_10_a_refund_beyond_the_order_takes_all_of_it_and_says_so() {
    let paid = snapshot(1, true, false, &[line("a", 10_000, 1)]);
    let mut order = Order::after([&paid, &refund("r", 2, vec![], 0, 20_000)]);
    assert_eq!((order.account.points(), order.notes.as_slice()), ((0, 0), &["refund_exceeds_order"][..]));
    order.deliver(&refund("s", 3, vec![back("a", 3, 0)], 0, 0));
    assert_eq!((order.account.points(), order.notes.len()), ((0, 0), 1));
}

#[test]
fn money_for_no_line_is_borne_by_all_and_cents_stay_with_the_member() {
    let lines = [line("a", 10_099, 1), line("c", 10_099, 1), line("d", 10_099, 1)];
    let mut order = Order::after([&snapshot(1, true, false, &lines)]);
    // A third of it is 33.66 and two thirds of a cent; 33.66 goes.
    order.deliver(&refund("r", 2, vec![], 0, 10_100));
    let booked = serde_json::to_value(&order.booked).unwrap();
    let back: Vec<i64> = booked["parts"][0]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["back"].as_i64().unwrap())
        .collect();
    assert_eq!(back, [3_366, 3_366, 3_366]);
    // A cent a line is another way of rounding, more is more than there was.
    order.deliver(&refund("s", 3, vec![], 0, 30_297 - 10_100 + 3));
    assert_eq!((order.account.points(), order.notes.len()), ((0, 0), 0));
    order.deliver(&refund("t", 4, vec![], 0, 1));
    assert_eq!(order.notes, ["refund_exceeds_order"]);
}

#[test]
fn an_order_that_grows_after_it_was_paid_is_booked_for_what_it_grew_by() {
    let paid = snapshot(1, true, false, &[line("a", 1_000, 1)]);
    let grown = snapshot(2, true, false, &[line("a", 1_000, 1), line("c", 500, 1)]);
    let (a, b) = (Order::after([&paid, &grown]), Order::after([&grown, &paid]));
    assert_eq!((a.account.points(), b.account.points()), ((15, 0), (15, 0)));
    assert_eq!((a.account.seq, b.account.seq), (2, 1));
    let shrunk = snapshot(3, true, false, &[line("c", 500, 1)]);
    assert_eq!(Order::after([&paid, &grown, &shrunk]).account.points(), (5, 0));
    assert_eq!(Order::after([&grown, &shrunk, &paid]).account.points(), (5, 0));
}

#[test]
fn what_is_booked_later_has_the_pieces_that_were_missing() {
    let charged = |cents, quantity, tax| {
        let line = Line { tax: amount(tax), discount: amount(tax), ..line("a", cents, quantity) };
        [snapshot(i64::from(quantity), true, false, &[line])]
    };
    let pieces = |deliveries: &[&OrderState]| -> Vec<(u64, String)> {
        let (mut order, mut all) = (Order::new(), vec![]);
        for delivery in deliveries {
            let state = order.state.clone().join((*delivery).clone());
            for asked in plan(Platform::Standard, "1001", &state, &order.booked).commands {
                let command: serde_json::Value = serde_json::from_str(&asked.command).unwrap();
                let line = &command["order"]["lines"][0];
                let told = ["amount", "discount", "tax"].map(|name| line[name].as_str().unwrap_or("-"));
                all.extend(line["quantity"].as_u64().map(|pieces| (pieces, told.join(" "))));
            }
            order.deliver(delivery);
        }
        all
    };
    let told = |all: &[(u64, &str)]| all.iter().map(|(n, text)| (*n, (*text).to_owned())).collect::<Vec<_>>();
    let [two] = charged(2_000, 2, 300);
    let first = (2, "23.00 3.00 3.00");
    // A piece more, three that cost less than two did before, and a price that grew without a piece.
    let [three] = charged(3_000, 3, 450);
    assert_eq!(pieces(&[&two, &three]), told(&[first, (1, "11.50 1.50 1.50")]));
    let [five] = charged(2_400, 5, 600);
    assert_eq!(pieces(&[&two, &five]), told(&[first, (3, "5.00 1.00 1.00")]));
    let dearer = snapshot(3, true, false, &[line("a", 2_500, 2)]);
    assert_eq!(pieces(&[&two, &dearer]), told(&[first, (1, "5.00 - -")]));
    // A refund that failed, of one piece; an order that was called off, and is taken up again.
    let (made, failed) = (refund("r", 3, vec![back("a", 1, 0)], 0, 0), refund("r", 4, vec![], 0, 0));
    assert_eq!(pieces(&[&two, &made, &failed]), told(&[first, (1, "11.50 1.50 1.50")]));
    let (off, on) =
        (snapshot(3, true, true, &[line("a", 2_000, 2)]), snapshot(4, true, false, &[line("a", 2_000, 2)]));
    assert_eq!(pieces(&[&two, &off, &on]), told(&[first, (2, "20.00 - -")]));
}

#[test]
fn an_order_that_is_called_off_and_taken_up_again_stands_as_if_it_had_never_been() {
    let lines = [line("a", 1_000, 1)];
    let (paid, off, on) =
        (snapshot(1, true, false, &lines), snapshot(2, true, true, &lines), snapshot(3, true, false, &lines));
    let mut order = Order::after([&paid, &off]);
    assert_eq!(order.account.points(), (0, 0));
    // What a called off order has grown by is not booked first.
    order.deliver(&snapshot(2, true, true, &[line("a", 1_000, 1), line("c", 900, 1)]));
    assert_eq!(order.account.seq, 2);
    order.deliver(&on);
    assert_eq!(order.account.points(), (10, 0));
    order.deliver(&refund("r", 4, vec![], 0, 400));
    assert_eq!(order.account.points(), (6, 0));
    assert_eq!(Order::after([&on, &off, &paid]).account.points(), (10, 0));
}

#[test]
fn a_guest_is_remembered_and_the_first_member_keeps_the_order() {
    let lines = [line("a", 1_000, 1)];
    let mut guest = snapshot(1, true, false, &lines);
    guest.owner = None;
    let mut order = Order::after([&guest]);
    assert_eq!((order.account.seq, order.booked.clone()), (0, Booked::default()));
    order.deliver(&snapshot(2, true, false, &lines));
    assert_eq!(order.account.points(), (10, 0));
    let mut other = snapshot(3, true, false, &lines);
    other.owner = Some(Owner { version: 3, id: "b".into() });
    order.deliver(&other);
    let next = plan(Platform::Standard, "1001", &order.state, &order.booked);
    assert_eq!((order.notes.as_slice(), next.commands.len()), (&["another_member"][..], 0));
    assert_eq!(next.account.as_deref(), Some("a"));
}
