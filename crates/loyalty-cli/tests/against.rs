//! A replay against a Worker, and what stands in its way: lost answers, stops, foreign orders.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's own machinery: a failure here is a failed test"
)]

mod support;
mod worker;

use serde_json::{Value, json};
use support::{data, file, folder, replay_of};
use worker::{Temper, Worker};

fn against(worker: &Worker, more: &[&str]) -> (Option<i32>, Value) {
    replay_against(worker, &data("programme.json"), &data("CDNOW_sample_200.txt"), more)
}

fn replay_against(worker: &Worker, programme: &str, orders: &str, more: &[&str]) -> (Option<i32>, Value) {
    let key = folder(&format!("key-{}", worker.port())).join("key");
    std::fs::write(&key, format!("{}\n", worker::API_KEY)).unwrap();
    let url = format!("http://127.0.0.1:{}", worker.port());
    let mut arguments = vec!["--against", &url, "--shop", "demo", "--api-key-file", key.to_str().unwrap()];
    arguments.extend(more);
    replay_of(programme, orders, &arguments)
}

fn check(found: &(Option<i32>, Value), code: i32, expected: &Value) {
    assert_eq!(found.0, Some(code), "{}", found.1);
    for (path, value) in expected.as_object().unwrap() {
        assert_eq!(found.1["against"].pointer(path), Some(value), "{path} in {}", found.1);
    }
}

#[test]
fn every_balance_is_equal_and_a_second_replay_changes_nothing() {
    let worker = Worker::start(Temper::Good);
    let all = json!({ "/published": true, "/booked": 200, "/already_booked": 0, "/comparison/different": 0 });
    check(&against(&worker, &[]), 0, &all);
    let entries = worker.entries();
    let none = json!({ "/published": false, "/booked": 0, "/already_booked": 200, "/comparison/missing": 0 });
    check(&against(&worker, &[]), 0, &none);
    assert_eq!(worker.entries(), entries);
}

#[test]
fn refunds_are_sent_after_their_orders_and_come_to_the_same_balances() {
    let worker = Worker::start(Temper::Good);
    let (programme, orders) = (file("www/programmes/retail.json"), data("retail_made_up.csv"));
    let all = json!({ "/booked": 9, "/comparison/equal": 2, "/comparison/missing": 0 });
    check(&replay_against(&worker, &programme, &orders, &[]), 0, &all);
    let none = json!({ "/booked": 0, "/already_booked": 9, "/comparison/equal": 2 });
    check(&replay_against(&worker, &programme, &orders, &[]), 0, &none);
}

#[test]
fn lost_requests_and_lost_answers_book_nothing_twice() {
    let worker = Worker::start(Temper::Flaky);
    let found = against(&worker, &["--limit", "60"]);
    check(&found, 0, &json!({ "/booked": 60, "/already_booked": 0, "/comparison/different": 0 }));
    assert!(found.1["against"]["retries"].as_u64().unwrap() > 5, "{}", found.1);
}

#[test]
fn a_stopped_replay_goes_on_with_the_members_left() {
    let state = folder("resume").join("state");
    let state = state.to_str().unwrap();
    let worker = Worker::start(Temper::RefusesAfter(100));
    let (code, said) = against(&worker, &["--resume", state]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.to_string().contains("500") && said.to_string().contains("order `sample-"), "{said}");
    worker.mend();
    let (code, found) = against(&worker, &["--resume", state]);
    let tally = |name: &str| found["against"][name].as_u64().unwrap();
    assert_eq!(code, Some(0), "{found}");
    assert_eq!(tally("booked") + tally("already_booked") + tally("done_before"), 200);
    assert_eq!(tally("booked"), 100);
    assert!(tally("done_before") > 0, "{found}");
    assert_eq!(against(&worker, &["--resume", state, "--limit", "5"]).0, Some(2), "another replay's state");
}

#[test]
fn a_member_who_differs_is_listed_with_both_numbers() {
    let worker = Worker::start(Temper::Good);
    worker.book(
        "0001",
        "1997-01-01",
        r#"{"id":"own","currency":"USD","lines":[{"id":"a","amount":"1000.00"}]}"#,
    );
    let found = against(&worker, &[]);
    let listed = "/comparison/first_different/0";
    check(&found, 1, &json!({ "/comparison/different": 1, (format!("{listed}/member")): "0001" }));
    let listed = &found.1["against"]["comparison"]["first_different"][0];
    assert_ne!(listed["native"], listed["worker"], "{listed}");
}

#[test]
fn a_member_whose_entries_are_lost_is_missing() {
    let worker = Worker::start(Temper::Good);
    check(&against(&worker, &[]), 0, &json!({ "/comparison/missing": 0 }));
    let state = folder("missing").join("state");
    check(&against(&worker, &["--resume", state.to_str().unwrap()]), 0, &json!({ "/already_booked": 200 }));
    worker.forget("0002");
    let found = against(&worker, &["--resume", state.to_str().unwrap()]);
    check(&found, 1, &json!({ "/done_before": 200, "/comparison/missing": 1 }));
    assert_eq!(found.1["against"]["comparison"]["first_missing"], json!(["0002"]));
}

#[test]
fn a_worker_with_a_clock_of_its_own_is_refused() {
    let worker = Worker::start(Temper::Live);
    let (code, said) = against(&worker, &[]);
    assert_eq!((code, worker.entries()), (Some(2), 0));
    assert!(said.to_string().contains("mode `live`"), "{said}");
}
