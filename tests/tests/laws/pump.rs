//! Nothing goes round and comes back larger.

use loyalty_core::{RewardKind, WalletId};
use loyalty_tests::carts::{CartPlan, cart_plan};
use loyalty_tests::documents::{Document, EXCHANGED, WALLETS, document};
use loyalty_tests::world::{Outcome, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One thing a member can do with what is there already.
#[derive(Debug, Clone)]
enum Turn {
    Exchange((&'static str, &'static str), u32),
    Hold,
    Capture(Option<u32>),
    Release,
    Cancel(Index),
    /// An order is paid, partly with a reward, and comes back at once.
    Round(CartPlan, &'static str, u32),
}

fn turn() -> impl Strategy<Value = Turn> {
    let points = || prop_oneof![1..30_u32, 1..500_u32];
    let reward = select(vec!["off", "share", "free", "eleventh", "card", "pay"]);
    prop_oneof![
        3 => (select(&EXCHANGED[..]), points()).prop_map(|(way, points)| Turn::Exchange(way, points)),
        2 => Just(Turn::Hold),
        2 => prop::option::weighted(0.3, 1..30_u32).prop_map(Turn::Capture),
        1 => Just(Turn::Release),
        1 => any::<Index>().prop_map(Turn::Cancel),
        2 => (cart_plan(), reward, points()).prop_map(|(cart, reward, points)| Turn::Round(cart, reward, points)),
    ]
}

/// The best that one of each wallet can become of the main wallet's points, over any path of exchanges, of
/// rewards that give certificates and of such rewards cancelled.
fn worth(world: &World) -> BTreeMap<WalletId, (u128, u128)> {
    let parts = world.programme.rules().parts();
    let mut edges: Vec<_> = parts
        .exchanges
        .iter()
        .map(|rules| (rules.from.clone(), rules.to.clone(), rules.give.get(), rules.get.get()))
        .collect();
    for reward in parts.rewards.iter().filter(|reward| !reward.points.is_zero()) {
        if let RewardKind::Certificate { wallet, value } = &reward.kind {
            let units = u64::try_from(value.amount().mantissa()).unwrap();
            edges.push((reward.wallet.clone(), wallet.clone(), reward.points.get(), units));
            // One that is cancelled gives back its price.
            edges.push((wallet.clone(), reward.wallet.clone(), units, reward.points.get()));
        }
    }
    let more = |a: (u128, u128), b: (u128, u128)| a.0 * b.1 > b.0 * a.1;
    let mut worth: BTreeMap<WalletId, (u128, u128)> = BTreeMap::new();
    worth.insert(parts.wallets[0].id.clone(), (1, 1));
    for _ in 0..parts.wallets.len() {
        for (from, to, give, get) in &edges {
            let Some((a, b)) = worth.get(to).copied() else { continue };
            let through = (a * u128::from(*get), b * u128::from(*give));
            if worth.get(from).is_none_or(|known| more(through, *known)) {
                worth.insert(from.clone(), through);
            }
        }
    }
    worth
}

/// What the member's points are worth, over all wallets.
fn value(world: &World, worth: &BTreeMap<WalletId, (u128, u128)>) -> Decimal {
    let mut sum = Decimal::ZERO;
    let mut owned: BTreeMap<&WalletId, i64> = BTreeMap::new();
    let position = &world.account.position;
    let signed = |points: loyalty_core::Points| i64::try_from(points.get()).unwrap();
    position.lots.iter().for_each(|lot| *owned.entry(&lot.wallet).or_default() += signed(lot.points));
    position.holds.iter().for_each(|hold| *owned.entry(&hold.wallet).or_default() += signed(hold.points));
    position.debt.iter().for_each(|(wallet, points)| *owned.entry(wallet).or_default() -= signed(*points));
    for (wallet, points) in owned {
        if let Some((a, b)) = worth.get(wallet) {
            let ratio = |n: u128| Decimal::from(u64::try_from(n).unwrap());
            sum += Decimal::from(points) * ratio(*a) / ratio(*b);
        }
    }
    sum
}

fn ask(world: &mut World, command: &Value) -> bool {
    let number = world.requests.len();
    let request = json!({"account": "member", "key": format!("k{number}"), "command": command}).to_string();
    world.requests.push(request.clone());
    matches!(world.deliver(&request), Outcome::Appended(_))
}

fn play(world: &mut World, turn: &Turn) {
    let number = world.requests.len();
    let open = world.account.position.holds.first().map(|hold| hold.id.to_string());
    let command = match turn {
        Turn::Exchange((from, to), points) => {
            json!({"kind": "exchange", "from": from, "to": to, "points": points})
        }
        Turn::Hold => json!({"kind": "hold", "hold": format!("h{number}"), "reward": "bought"}),
        Turn::Capture(points) => json!({"kind": "capture", "hold": open, "points": points}),
        Turn::Release => json!({"kind": "release", "hold": open}),
        Turn::Cancel(which) => {
            let ended: Vec<_> = world.account.book.holds.keys().cloned().collect();
            let Some(hold) = (!ended.is_empty()).then(|| which.get(&ended)) else { return };
            json!({"kind": "cancel_reward", "hold": hold.as_str()})
        }
        Turn::Round(cart, reward, points) => {
            let chosen = ["card", "pay"].contains(reward).then_some(points);
            let mut order = cart.clone().paid_in_money().json(world.coin);
            order["id"] = json!(format!("o{number}"));
            order["redeem"] = json!([{"reward": reward, "points": chosen}]);
            if ask(world, &json!({"kind": "pay_order", "order": order})) {
                let all = json!({"kind": "refund", "order": format!("o{number}"), "refund": "all"});
                assert!(ask(world, &all), "a refund at once is not refused");
            }
            return;
        }
    };
    if !matches!(turn, Turn::Capture(_) | Turn::Release) || open.is_some() {
        ask(world, &command);
    }
}

/// Without what gives points for nothing: time does not pass, and no rule but those of orders is in force. Whoever
/// spent an order's own points on it may send it back all the same.
fn without_gifts(document: &mut Document) {
    for name in ["bonuses", "referral", "tiers", "memberships", "profile"] {
        document.json.as_object_mut().unwrap().remove(name);
    }
    if let Some(refunds) = document.json.get_mut("refunds").and_then(Value::as_object_mut) {
        refunds.remove("shortfall");
    }
    if let Some(exchanges) = document.json.get_mut("exchanges").and_then(Value::as_array_mut) {
        // Only what a reward gave is cancelled, never such of certificates: no way back that [`worth`] could tell.
        exchanges.retain(|way| way["to"] != "gift");
    }
    for path in ["/earning", "/rewards", "/campaigns", "/privileges"] {
        for item in document.json.pointer_mut(path).and_then(Value::as_array_mut).into_iter().flatten() {
            item.as_object_mut().unwrap().remove("when");
        }
    }
}

/// A round through a reward that gives certificates is refused as one through exchanges is.
#[test]
fn no_round_through_rewards_gains() {
    let faults = |price: u32, wallet: &str, exchange: Value| {
        let document = json!({"format": 1, "name": "A shop", "currency": "EUR", "time_zone": "UTC", "earning": [],
            "wallets": [{"id": "gift", "name": "Gift", "kind": "certificates"}], "exchanges": exchange,
            "rewards": [{"id": "bought", "name": "Bought", "kind": "certificate", "wallet": wallet,
                "points": price, "value": "10.00", "into": "gift"}]});
        let refused = loyalty_wire::Programme::parse(&document.to_string()).map(|_| ());
        refused.map_err(|why| why.faults[0].path.clone())
    };
    let back = |give: u32| json!([{"from": "gift", "to": "points", "give": give, "get": 1}]);
    assert_eq!(faults(100, "points", back(10)), Ok(()));
    assert_eq!(faults(100, "points", back(9)), Err("/exchanges/0".into()));
    assert_eq!(faults(1000, "gift", json!([])), Ok(()));
    assert_eq!(faults(999, "gift", json!([])), Err("/rewards/0".into()));
}

proptest! {
    /// Law `no-money-pump`: whatever is exchanged, set aside, bought of certificates, cancelled, or paid and sent
    /// back at once, what the member owns is never worth more than before: each wallet's points by the best that
    /// they can become. Time does not pass, since what is exchanged lasts anew; that is stated, not proved.
    #[test]
    fn no_money_pump(mut document in document(), turns in vec(turn(), 1..25), start in 1..3000_u32) {
        without_gifts(&mut document);
        let mut world = World::new(&document);
        for wallet in WALLETS {
            ask(&mut world, &json!({"kind": "adjust", "wallet": wallet, "reason": "start", "credit": start, "lasts_ever": true}));
        }
        let worth = worth(&world);
        let mut before = value(&world, &worth);
        for turn in &turns {
            play(&mut world, turn);
            let after = value(&world, &worth);
            prop_assert!(after - before < Decimal::new(1, 9), "{:?}: {} became {}", turn, before, after);
            before = after;
        }
    }
}
