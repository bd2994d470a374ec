//! Inputs nobody should send.

use loyalty_core::Code;
use loyalty_tests::Value;
use loyalty_tests::carts::cart_plan;
use loyalty_tests::documents::document;
use loyalty_tests::history::history;
use loyalty_tests::store::Store;
use loyalty_tests::world::{World, moment};
use loyalty_wire::{Problem, Programme, Write, ledger};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

/// Any JSON value: of our words and of others, with numbers and texts at the edges of what is taken.
fn json() -> impl Strategy<Value = Value> {
    let texts = prop::sample::select(vec![
        "",
        "0",
        "-0",
        "1.00",
        "0.001",
        "-1",
        "1000000000000000.00",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "1e9",
        "NaN",
        "2026-02-30",
        "9999-12-31",
        "1970-01-01",
        "9999-12-31T23:59:59.999Z",
        "EUR",
        "XXX",
        "l0",
        "o1",
        "h1",
        "\u{0}",
        "é",
    ]);
    let numbers = prop::sample::select(vec![
        json!(0),
        json!(-1),
        json!(1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1_u64 << 53),
        json!(1.5),
        json!(1e300),
        json!(3650),
        json!(4_294_967_295_u32),
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        numbers,
        texts.prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "format", "earning", "lines", "kind", "id", "days", "points", "order", "x",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..5).prop_map(|fields| {
                Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

/// What is done to a document: at the place picked, the value is replaced, or taken out.
type Mutation = (Index, Option<Value>);

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    prop::collection::vec((any::<Index>(), prop::option::weighted(0.8, json())), 1..4)
}

fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, v)| places(v, &format!("{path}/{name}"), found))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| places(v, &format!("{path}/{i}"), found))
        }
        _ => {}
    }
}

fn mutated(mut value: Value, mutations: &[Mutation]) -> Value {
    for (place, new) in mutations {
        let mut paths = Vec::new();
        places(&value, "", &mut paths);
        let path: &String = place.get(&paths);
        let found = value.pointer_mut(path).unwrap();
        *found = new.clone().unwrap_or(Value::Null);
    }
    value
}

/// A faulty input is answered with a code, and every fault with its own.
fn answered<T>(result: Result<T, Problem>) -> Result<Option<T>, TestCaseError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(problem) => {
            prop_assert!(Code::ALL.contains(&problem.code));
            let first = problem.faults.iter().map(|fault| fault.code).min();
            prop_assert!(first.is_none_or(|first| first == problem.code), "{}", problem.to_json());
            let told = serde_json::from_str::<Value>(&problem.to_json()).unwrap();
            prop_assert_eq!(&told["code"], problem.code.as_str());
            Ok(None)
        }
    }
}

/// Whatever reads text reads this, and answers.
fn read_by_all(text: &str) -> Result<(), TestCaseError> {
    answered(Programme::parse(text))?;
    answered(loyalty_wire::request(text))?;
    answered(loyalty_wire::entry(text))?;
    let scenario = serde_json::from_str::<Value>(&loyalty_wire::simulate(text)).unwrap();
    prop_assert!(scenario.get("answers").is_some() || scenario.get("code").is_some());
    let Some(tree) = answered(loyalty_wire::parse(text))? else { return Ok(()) };
    answered(loyalty_wire::cart(&tree))?;
    answered(loyalty_wire::position(Some(&tree)))?;
    Ok(())
}

/// A programme whose decisions subtract what a position says from what a level asks.
const TIERS: &str = r#"{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","earning":[],
    "tiers":{"window":{"months":3650},"levels":[{"id":"gold","name":"Gold","from":"400.00"}]}}"#;

/// What a view of a position that nobody could have reached comes to.
fn viewed(fields: &str) -> Result<(), Code> {
    let programme = Programme::parse(TIERS).unwrap();
    let position = format!(
        r#"{{"seq":1,"at":"2026-01-01T00:00:00.000Z","day":"2026-01-01","time":"00:00","lots_made":2,"holds":[],
        "active":"2026-01-01",{fields}}}"#
    );
    let view = ledger::view(&programme, Some(&position), &[], moment(0), "member", "object", vec![]);
    if let Err(why) = &view {
        assert!(why.faults.is_empty(), "the position was not read: {}", why.to_json());
    }
    view.map(|_| ()).map_err(|why| why.code)
}

/// Law `total`: a spend below every number that a level can ask.
#[test]
fn total_for_a_spend_below_every_number() {
    let spend = "-79228162514264337593543950335";
    let activity = format!(r#""lots":[],"activity":[{{"day":"2026-01-01","spend":"{spend}"}}]"#);
    assert_eq!(viewed(&activity), Ok(()), "what is missing to the next level is left out");
    let twice = format!(
        r#""lots":[],"activity":[{{"day":"2026-01-01","spend":"{spend}"}},{{"day":"2026-01-02","spend":"{spend}"}}]"#
    );
    assert!(viewed(&twice).is_err());
}

/// Law `total`: more points than there can be.
#[test]
fn total_for_more_points_than_can_be_counted() {
    let lot = |id: u32| format!(r#"{{"id":{id},"wallet":"points","order":"o1","points":9007199254740991}}"#);
    assert_eq!(viewed(&format!(r#""lots":[{}]"#, lot(1))), Ok(()));
    assert!(viewed(&format!(r#""lots":[{},{}]"#, lot(1), lot(2))).is_err());
}

proptest! {
    /// Law `total`: any text at all gets an answer.
    #[test]
    fn total_for_any_text(text in prop_oneof!["\\PC{0,40}", "[\\[\\]{}:,\"0-9a-z \\\\]{0,60}"]) {
        read_by_all(&text)?;
    }

    /// Law `total`: any JSON at all gets an answer.
    #[test]
    fn total_for_any_json(value in json()) {
        read_by_all(&value.to_string())?;
    }

    /// Law `total`: a programme of which parts were changed is refused with a code, or decides.
    #[test]
    fn total_for_changed_programmes(document in document(), mutations in mutations(), cart in cart_plan()) {
        let text = mutated(document.json, &mutations).to_string();
        let cart = cart.json(document.coin).to_string();
        let cart = loyalty_wire::parse(&cart).unwrap();
        if let Some(programme) = answered(Programme::parse(&text))? {
            answered(ledger::preview(&programme, None, &[], &cart, moment(0)))?;
        }
    }

    /// Law `total`: so are carts and requests, decided or not, by a member with a past.
    #[test]
    fn total_for_changed_requests(history in history(8), mutations in mutations()) {
        let mut world = World::of(&history);
        world.live(&history.happenings, |_, _| {});
        for request in world.requests.clone() {
            let value: Value = serde_json::from_str(&request).unwrap();
            let text = mutated(value, &mutations).to_string();
            if let Some(request) = answered(loyalty_wire::request(&text))? {
                world.decide(&request);
            }
        }
    }

    /// Law `total`: a position of which parts were changed, by whoever could, is refused with a code, or a
    /// cart is decided on it.
    #[test]
    fn total_for_changed_positions(history in history(8), mutations in mutations(), cart in cart_plan()) {
        let (mut world, mut store) = (World::of(&history), Store::new());
        for happening in &history.happenings {
            if let Some(request) = world.next(happening) {
                let _ = store.step(&world.programme, &request, world.moment);
                world.deliver(&request);
            }
        }
        let stored = serde_json::from_str(store.position.as_deref().unwrap_or("{}")).unwrap();
        let text = mutated(stored, &mutations).to_string();
        let cart = cart.json(world.coin).to_string();
        let cart = loyalty_wire::parse(&cart).unwrap();
        let later = moment(2_000_000);
        answered(ledger::preview(&world.programme, Some(&text), &[], &cart, later))?;
        answered(ledger::view(&world.programme, Some(&text), &[], later, "member", "object", vec![]))?;
    }

    /// Law `total`: an entry of which parts were changed is refused with a code, or is one.
    #[test]
    fn total_for_changed_entries(history in history(8), mutations in mutations()) {
        let mut world = World::of(&history);
        world.live(&history.happenings, |_, _| {});
        for entry in &world.entries {
            let stored = serde_json::from_str(&loyalty_wire::EntryV1::from(entry).to_json()).unwrap();
            let read = answered(loyalty_wire::entry(&mutated(stored, &mutations).to_string()))?;
            if let Some(entry) = read {
                let _ = loyalty_core::apply(&mut world.account.clone(), &entry);
            }
        }
    }
}
