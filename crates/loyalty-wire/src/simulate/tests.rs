use super::*;
use serde_json::{Value, json};

fn programme(more: Value) -> Value {
    let mut programme = json!({
        "format": 1, "name": "Corner shop", "currency": "EUR", "time_zone": "UTC",
        "earning": [{"id": "base", "points": 1, "per": "1.00"}],
    });
    programme.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    programme
}

/// Runs steps of one day, each a minute after the one before; answers what they came to and the accounts.
fn run_steps(programme: Value, steps: Value) -> Value {
    let mut steps = steps;
    for (minute, step) in steps.as_array_mut().unwrap().iter_mut().enumerate() {
        let step = step.as_object_mut().unwrap();
        step.entry("at").or_insert(json!(format!("2026-01-31T10:{minute:02}:00Z")));
        step.insert("day".into(), json!("2026-01-31"));
    }
    let answer = simulate(&json!({"programme": programme, "steps": steps}).to_string());
    serde_json::from_str(&answer).unwrap()
}

fn order(id: &str, amount: &str) -> Value {
    json!({"kind": "pay_order", "order": {"id": id, "currency": "EUR", "lines": [{"id": "a", "amount": amount}]}})
}

/// Points an order earned, of the entries an answer tells.
fn earned(answer: &Value) -> &Value {
    let entries = answer["booked"]["entries"].as_array().unwrap();
    &entries.iter().find(|entry| entry["event"]["kind"] == "order_paid").unwrap()["event"]["points"]
}

#[test]
fn the_time_of_a_step_is_the_shops_or_that_of_utc() {
    let happy = json!({"campaigns": [{"id": "happy", "name": "Happy hour", "multiplier": "2",
        "when": {"hours": {"from": "17:00", "until": "19:00"}}}]});
    let answer = run_steps(
        programme(happy),
        json!([
            {"command": order("1", "10.00"), "time": "16:59"},
            {"command": order("2", "10.00"), "time": "17:00"},
            {"command": order("3", "10.00")},
            {"command": order("4", "10.00"), "at": "2026-01-31T18:59:59Z"},
            {"command": order("5", "10.00"), "at": "2026-01-31T19:00:00Z"},
        ]),
    );
    let points: Vec<_> = answer["answers"].as_array().unwrap().iter().map(earned).collect();
    assert_eq!(points, [10, 20, 10, 20, 10]);
}

#[test]
fn another_programme_can_be_published_midway() {
    let double = programme(json!({"earning": [{"id": "base", "points": 2, "per": "1.00"}]}));
    let answer = run_steps(
        programme(json!({})),
        json!([
            {"command": order("1", "10.00")},
            {"programme": double},
            {"command": order("2", "10.00")},
            {"programme": {"format": 1}},
            {"command": order("3", "10.00")},
        ]),
    );
    let answers = answer["answers"].as_array().unwrap();
    assert_eq!([&answers[0], &answers[2], &answers[4]].map(earned), [10, 20, 20]);
    let version = |answer: &Value| answer["booked"]["entries"][0]["programme"].clone();
    assert_eq!(answers[1]["published"], version(&answers[2]));
    assert_ne!(version(&answers[0]), version(&answers[2]));
    assert_eq!(answers[3]["refused"]["code"], "missing");
}

#[test]
fn a_draw_is_among_the_tickets_of_all_accounts() {
    let more = json!({
        "draws": [{"id": "spring", "name": "Spring", "closes": "2026-03-01", "winners": 1}],
        "rewards": [{"id": "ticket", "name": "Ticket", "kind": "ticket", "points": 5, "draw": "spring"}],
    });
    let seed = "07".repeat(32);
    let mut steps = Vec::new();
    for (account, tickets) in [("ann", 1), ("bob", 2)] {
        steps.push(json!({"account": account, "command": order(account, "10.00")}));
        for number in 0..tickets {
            let hold = format!("{account}{number}");
            let command = json!({"kind": "hold", "hold": hold, "reward": "ticket"});
            steps.push(json!({"account": account, "command": command}));
            steps.push(json!({"account": account, "command": {"kind": "capture", "hold": hold}}));
        }
    }
    let draws = steps.len();
    steps.push(json!({"draw": "spring", "seed": seed, "winners": 9}));
    steps.push(json!({"draw": "spring", "seed": seed}));
    steps.push(json!({"draw": "spring"}));
    steps.push(json!({"draw": "autumn", "seed": seed}));
    steps.push(json!({"draw": "spring", "seed": seed, "standing": true}));
    let answer = run_steps(programme(more), json!(steps));
    let answers = &answer["answers"].as_array().unwrap()[draws..];
    let mut all: Vec<_> = answers[0]["winners"].as_array().unwrap().clone();
    let first = all[0].clone();
    all.sort_by_key(Value::to_string);
    assert_eq!(all, ["ann", "bob", "bob"]);
    assert_eq!(answers[1]["winners"], json!([first]));
    assert_eq!(answers[2]["refused"]["code"], "missing");
    assert_eq!(answers[3]["refused"]["code"], "unknown_reference");
    assert_eq!(answers[4]["refused"]["code"], "amount_ambiguous");
}

#[test]
fn what_a_command_asks_of_other_accounts_is_followed_at_once() {
    let more = json!({
        "earning": [
            {"id": "extra", "points": 1, "per": "1.00", "campaign": "summer"},
            {"id": "staff", "points": 1, "per": "10.00", "to": "seller"},
        ],
        "campaigns": [{"id": "summer", "name": "Summer", "budget": 15}],
    });
    let mut sold = order("1", "10.00");
    sold["order"]["seller"] = json!("clerk");
    let answer = run_steps(
        programme(more),
        json!([
            {"account": "ann", "command": sold},
            {"account": "bob", "command": order("2", "10.00")},
            {"account": "ann", "command": {"kind": "transfer", "to": "bob", "points": 4}},
        ]),
    );
    let points = |account: &str| {
        let lots = answer["accounts"][account]["lots"].as_array().unwrap();
        lots.iter().map(|lot| lot["points"].as_u64().unwrap()).sum::<u64>()
    };
    // Bob gets what is left of the budget, and Ann's 4.
    assert_eq!((points("ann"), points("bob"), points("clerk")), (6, 9, 1));
}
