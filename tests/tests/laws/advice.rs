//! Gift now, or keep saving: beside a member who lives through every day to come.

use loyalty_core::{Event, LotId, Points, RewardId, Span, advice, standing};
use loyalty_tests::documents::Document;
use loyalty_tests::history::history;
use loyalty_tests::world::{World, moment};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Without what no pace can foresee: pots, inactivity, birthdays; and every kind of reward without
/// conditions, so that each is a rung or none.
fn foreseeable(document: &mut Document) {
    let fields = document.json.as_object_mut().unwrap();
    fields.remove("profile");
    for (parts, name) in [("vesting", "threshold"), ("expiry", "inactivity")] {
        if let Some(Value::Object(parts)) = fields.get_mut(parts) {
            parts.remove(name);
        }
    }
    if let Some(Value::Array(bonuses)) = fields.get_mut("bonuses") {
        bonuses.retain(|bonus| bonus.get("birthday").is_none());
    }
    fields.insert("refunds".into(), json!({"shortfall": "debt"}));
    for reward in fields["rewards"].as_array_mut().unwrap() {
        for name in ["when", "uses", "stock"] {
            reward.as_object_mut().unwrap().remove(name);
        }
    }
}

/// The rungs that there are: what has a price in the main wallet, and a worth of its own.
fn ladder(document: &Document) -> Vec<&str> {
    let worth = ["money_off", "certificate", "donation", "gift"];
    let rewards = document.json["rewards"].as_array().unwrap().iter();
    let rungs = rewards.filter(|reward| {
        reward["wallet"] == "points"
            && reward["points"] != 0
            && worth.iter().any(|kind| reward["kind"] == *kind)
    });
    rungs.map(|reward| reward["id"].as_str().unwrap()).collect()
}

/// Spendable points of the main wallet on each of the coming days, at the member's pace, and what of them has
/// expired by then.
fn live_on(world: &mut World, earned: Points, days: u32) -> Vec<(u64, u64)> {
    let main = world.programme.rules().parts().wallets[0].id.clone();
    let today = world.moment.day;
    let start = moment(0).day;
    let mut lost = 0;
    let mut all = Vec::new();
    for ahead in 0..=365_u32 {
        if ahead > 0 {
            // From the first minute of the day.
            let days = i64::from(today.plus(Span::Days(ahead)).get() - start.get());
            world.moment = moment(days * 1440 - 720);
        }
        let vested: BTreeSet<LotId> =
            world.account.position.lots.iter().filter(|lot| lot.vested()).map(|lot| lot.id).collect();
        let tick = json!({"account": "member", "key": format!("tick-{ahead}"), "command": {"kind": "record_event", "event": "tick"}});
        world.deliver(&tick.to_string());
        for entry in world.entries.iter().filter(|entry| entry.key.as_str() == format!("tick-{ahead}")) {
            match &entry.event {
                Event::Expired { wallet, points, lot, .. }
                    if *wallet == main && ahead > 0 && vested.contains(lot) =>
                {
                    lost += points.get();
                }
                _ => {}
            }
        }
        let pace = u64::from(ahead) * earned.get() / u64::from(days);
        // The pace repays what no lot has repaid.
        let owed = world.account.position.debt(&main).get();
        all.push((world.account.position.available(&main).unwrap().get() + pace.saturating_sub(owed), lost));
    }
    all
}

proptest! {
    /// Advice is what a member would find who lived on through every day of a year, with the lots that are there
    /// and points at the even pace of the last year: when each rung is reached, what is lost until then, and that
    /// no rung gives more for what it costs and loses than the best.
    #[test]
    fn advice_is_what_the_days_bring(history in history(14)) {
        let mut history = history;
        foreseeable(&mut history.document);
        let ladder = ladder(&history.document);
        prop_assume!(!ladder.is_empty());
        let mut world = World::new(&history.document);
        world.live(&history.happenings, |_, _| {});
        // Every hold has lapsed.
        world.wait(10_080);
        let rules = world.programme.clone();
        let rules = rules.rules();
        let main = &rules.parts().wallets[0].id;
        let now = standing(rules, &world.account, world.moment).unwrap();
        let told = advice(rules, &world.account.shared, &now).unwrap();
        let rungs: Vec<_> = told.rungs.iter().map(|rung| rung.reward.id.as_str()).collect();
        prop_assert_eq!(rungs, ladder);
        let today = world.moment.day;
        let year_ago = today.before(Span::Days(364));
        let recent = now.position.activity.iter().filter(|(day, _)| year_ago <= *day);
        let earned: i64 = recent.map(|(_, activity)| activity.points).sum();
        prop_assert_eq!(told.earned.get(), u64::try_from(earned).unwrap_or(0));
        let days = live_on(&mut world, told.earned, told.days);
        let mut best: Option<(Decimal, Decimal, RewardId)> = None;
        for rung in &told.rungs {
            prop_assert_eq!(&rung.reward.wallet, main);
            let needed = rung.reward.points.max(rung.reward.balance).get();
            let reached = days.iter().position(|(available, _)| *available >= needed);
            let day = reached.map(|ahead| today.plus(Span::Days(u32::try_from(ahead).unwrap())));
            prop_assert_eq!(rung.reached_on, day, "{} at {}", rung.reward.id, needed);
            let lost = reached.map_or(0, |ahead| days[ahead].1);
            prop_assert_eq!(rung.lost.get(), lost, "{} on {:?}", rung.reward.id, day);
            let cost = Decimal::from(rung.reward.points.get() + lost);
            let value = rung.value.amount();
            if reached.is_some() && best.as_ref().is_none_or(|best| value * best.1 > best.0 * cost) {
                best = Some((value, cost, rung.reward.id.clone()));
            }
        }
        prop_assert_eq!(told.best.is_some(), best.is_some());
        if let (Some(told_best), Some((value, cost, _))) = (&told.best, best) {
            let rung = told.rungs.iter().find(|rung| rung.reward.id == *told_best).unwrap();
            let own = Decimal::from(rung.reward.points.get() + rung.lost.get());
            prop_assert_eq!(rung.value.amount() * cost, value * own, "{} is not the best", told_best);
        }
    }
}
