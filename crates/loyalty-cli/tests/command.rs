//! The command as a person or a script uses it.

mod support;

use serde_json::json;
use support::{check_fields, data, file, folder, loyalty, replay, text, written};

#[test]
fn two_hundred_orders_come_to_figures_computed_elsewhere() {
    // Computed from the same rows with a program of its own (Python, `decimal`), not with this one.
    let check = |until: &[&str], expected| check_fields(&replay(until), &expected);
    check(
        &[],
        json!({
            "members": 76, "orders": 200, "amount": "7228.85", "until": "1998-06-20",
            "issued": 8555, "vested": 8413, "expired": 4785, "reversed": 0,
            "outstanding": 3770, "available": 3628, "pending": 142,
            "tiers": [
                { "level": null, "members": 68, "orders": 117 },
                { "level": "silver", "members": 6, "orders": 43 },
                { "level": "gold", "members": 2, "orders": 40 },
            ],
        }),
    );
    check(
        &["--until", "1998-09-01"],
        json!({
            "members": 76, "orders": 200, "amount": "7228.85", "until": "1998-09-01",
            "issued": 8555, "vested": 8555, "expired": 5900, "reversed": 0,
            "outstanding": 2655, "available": 2655, "pending": 0,
            "tiers": [
                { "level": null, "members": 69, "orders": 130 },
                { "level": "silver", "members": 6, "orders": 54 },
                { "level": "gold", "members": 1, "orders": 16 },
            ],
        }),
    );
}

#[test]
fn an_end_before_the_last_order_is_refused() {
    let (code, said) = replay(&["--until", "1997-01-01"]);
    assert_eq!(code, Some(2));
    assert!(said.to_string().contains("before the last order"), "{said}");
}

#[test]
fn a_bad_row_stops_the_replay_before_anything_is_booked() {
    let folder = folder("bad-row");
    let orders = folder.join("orders.txt");
    std::fs::write(&orders, " 00004 0001 19970101  2   29.33\r\n 00004 0001 19970230  2   29.73\r\n")
        .unwrap();
    let programme = data("programme.json");
    let output = loyalty(&["replay", "--programme", &programme, "--orders", orders.to_str().unwrap()]);
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains("line 2: date `19970230`"), "{said}");
}

#[test]
fn a_programme_is_named_by_its_version_or_its_faults() {
    let output = loyalty(&["check", &data("programme.json")]);
    assert_eq!(output.status.code(), Some(0));
    let version = text(&output.stdout);
    assert_eq!((version.trim_end().len(), version.ends_with('\n')), (16, true));

    let broken = folder("check").join("broken.json");
    let document = std::fs::read_to_string(data("programme.json")).unwrap();
    std::fs::write(&broken, document.replace("\"1.00\"", "1.00").replace("vesting", "vestment")).unwrap();
    let broken = broken.to_str().unwrap();
    let output = loyalty(&["check", broken]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert!(
        lines.contains(&vec!["/earning/0/per", "wrong_type"])
            && lines.contains(&vec!["/vestment", "unknown_field"]),
        "{said}"
    );

    let output = loyalty(&["check", broken, "--json"]);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let faults = said["files"][0]["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 2, "{said}");
    assert_eq!(faults[0]["nearest"], "vesting", "{said}");
    assert_eq!(loyalty(&["check", "no/such/file"]).status.code(), Some(2));
}

#[test]
fn a_scenario_is_answered_with_exactly_the_bytes_of_the_library() {
    let folder = folder("simulate");
    let scenario = format!(
        r#"{{"programme":{},"steps":[{{"at":"1997-01-01T12:00:00Z","day":"1997-01-01","command":{{"kind":"pay_order",
        "order":{{"id":"1","currency":"USD","lines":[{{"id":"a","amount":"29.33"}}]}}}}}}]}}"#,
        std::fs::read_to_string(data("programme.json")).unwrap()
    );
    let expected = loyalty_wire::simulate(&scenario);
    assert!(expected.contains("\"booked\""), "{expected}");
    let (one, two) = (folder.join("one.json"), folder.join("two.json"));
    std::fs::write(&one, &scenario).unwrap();
    std::fs::write(&two, "[").unwrap();
    let (one, two) = (one.to_str().unwrap(), two.to_str().unwrap());
    assert_eq!(text(&loyalty(&["simulate", one]).stdout), expected);

    let out = folder.join("out");
    assert_eq!(loyalty(&["simulate", one, two, "--out", out.to_str().unwrap()]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(out.join("one.answer.json")).unwrap(), expected);
    assert_eq!(std::fs::read_to_string(out.join("two.answer.json")).unwrap(), loyalty_wire::simulate("["));

    assert_eq!(loyalty(&["simulate", one, two]).status.code(), Some(2));
    assert_eq!(loyalty(&["simulate", one, one, "--out", out.to_str().unwrap()]).status.code(), Some(2));
}

#[test]
fn a_preview_is_measured_alone_and_with_its_texts() {
    let output = loyalty(&["bench-preview"]);
    let lines = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let lines: Vec<serde_json::Value> = lines.map(Result::unwrap).collect();
    assert_eq!(lines.iter().map(|line| &line["unit"]).collect::<Vec<_>>(), ["µs", "µs"]);
    assert!(lines.iter().all(|line| line["value"].as_f64().unwrap() > 0.0), "{lines:?}");
}

#[test]
fn a_reader_who_goes_away_is_no_panic() {
    for arguments in [&["check", "--json"][..], &["check"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_loyalty"));
        let output = command.args(arguments).arg(data("programme.json")).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    }
}

#[test]
fn tickets_of_an_account_that_is_named_twice_are_not_guessed() {
    let seed = "07".repeat(32);
    let draw = |name: &str, tickets: &str| {
        let tickets = written("tickets", name, tickets);
        let output = loyalty(&["draw", "--tickets", &tickets, "--winners", "1", "--seed", &seed]);
        (output.status.code(), text(&output.stderr))
    };
    for (name, twice) in
        [("twice.json", r#"{"ann":1,"ann":5,"bob":1}"#), ("twice.csv", "account,tickets\nann,1\nann,5\n")]
    {
        let (code, said) = draw(name, twice);
        assert!(code == Some(2) && said.contains("names `ann` twice"), "{said}");
    }
    for wrong in [r#"{"ann":-1}"#, r#"{"ann":"1"}"#, "{"] {
        let (code, said) = draw("wrong.json", wrong);
        assert!(code == Some(2) && said.contains("object of whole numbers"), "{said}");
    }
}

#[test]
fn a_time_zone_that_is_not_known_is_a_fault_of_its_programme_alone() {
    let document = std::fs::read_to_string(data("programme.json")).unwrap();
    let mut document: serde_json::Value = serde_json::from_str(&document).unwrap();
    document["time_zone"] = json!("Europe/Budapestt");
    let typo = written("zone", "typo.json", &document.to_string());
    let output = loyalty(&["check", &data("programme.json"), &typo, "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(said["files"][0]["version"].is_string(), "{said}");
    let fault = &said["files"][1]["faults"][0];
    assert_eq!(
        (&fault["path"], &fault["code"], &fault["nearest"]),
        (&json!("/time_zone"), &json!("unknown_choice"), &json!("Europe/Budapest"))
    );
}

#[test]
fn an_instant_that_is_none_is_said_to_be_none() {
    for (at, why) in [("yesterday", "`yesterday` is no instant"), ("1960-01-01T00:00:00Z", "instant_invalid")]
    {
        let output = loyalty(&["check", &data("programme.json"), "--at", at]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(why) && !said.contains("zone"), "{said}");
    }
}

/// A scenario of one member, who was given 50 points that can be used through 2026-01-15, and what was taken.
fn auckland(steps: &str) -> String {
    format!(
        r#"{{"programme":{{"format":1,"name":"Shop","currency":"NZD","time_zone":"Pacific/Auckland","earning":[],
        "rewards":[{{"id":"g","name":"G","kind":"gift","points":1,"value":"1.00","instructions":"Give it.","stock":1}}]}},
        "steps":[{{"at":"2026-01-09T22:00:00Z","day":"2026-01-10",
        "command":{{"kind":"adjust","reason":"start","credit":50,"last_day":"2026-01-15"}}}}{steps}]}}"#
    )
}

#[test]
fn a_story_ends_on_the_day_that_is_named_wherever_the_shop_is() {
    let scenario = written("until", "story.json", &auckland(""));
    let output = loyalty(&["explain", "--scenario", &scenario, "--until", "2026-01-15"]);
    let said = text(&output.stdout);
    assert!(said.starts_with("member, 2026-01-15 12:00\n") && !said.contains("ran out"), "{said}");
    let output = loyalty(&["explain", "--scenario", &scenario, "--until", "2026-01-16"]);
    assert!(text(&output.stdout).contains("ran out"));
}

#[test]
fn what_all_members_share_is_counted_by_nobody() {
    let taken = r#",{"at":"2026-01-09T23:00:00Z","day":"2026-01-10","command":{"kind":"hold","hold":"h","reward":"g"}},
        {"at":"2026-01-09T23:00:00Z","day":"2026-01-10","command":{"kind":"capture","hold":"h"}}"#;
    let scenario = written("shared", "story.json", &auckland(taken));
    let output = loyalty(&["explain", "--scenario", &scenario]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("member, "));
    let output = loyalty(&["explain", "--scenario", &scenario, "nobody"]);
    assert!(text(&output.stderr).ends_with("there are: member\n"), "{}", text(&output.stderr));
}

#[test]
fn what_a_return_takes_is_told_as_taken() {
    let told =
        |scenario: &str, member: &str| text(&loyalty(&["explain", "--scenario", scenario, member]).stdout);
    let sold = told(&file("tests/cases/m11-a-refund-takes-it-back.json"), "bob");
    let (paid, returned) = sold.split_once("Return from order").unwrap();
    assert!(paid.contains("earns the seller") && !returned.contains("earns the seller"), "{sold}");
    assert!(returned.contains("back from the seller"), "{sold}");

    let scenario = r#"{"programme":{"format":1,"name":"Shop","currency":"EUR","time_zone":"UTC","expiry":{"days":10},
        "earning":[{"id":"base","points":1,"per":"1.00"}]},"steps":[
        {"at":"2026-01-10T10:00:00Z","day":"2026-01-10","command":{"kind":"pay_order",
        "order":{"id":"o","currency":"EUR","lines":[{"id":"a","amount":"50.00"}]}}},
        {"at":"2026-02-10T10:00:00Z","day":"2026-02-10","command":{"kind":"refund","order":"o","refund":"r"}}]}"#;
    let expired = told(&written("expired", "story.json", scenario), "member");
    assert!(expired.contains("50 points owed, because they were spent or had expired"), "{expired}");
}
