use crate::Programme;
use loyalty_core::{
    Code, Combining, Expiry, Limit, Measure, Multiplying, Parts, Period, Restored, RewardKind, Stacking,
    Weekdays,
};
use serde_json::{Map, Value, json};

/// A document that earns one for one, with these fields beside or in place of its own.
pub(super) fn document(fields: &Value) -> String {
    let mut document = json!({
        "format": 1,
        "name": "Corner shop",
        "currency": "EUR",
        "time_zone": "Europe/Budapest",
        "earning": [{"id": "base", "points": 1, "per": "1.00"}],
    });
    let own = document.as_object_mut().unwrap();
    own.extend(fields.as_object().unwrap().clone());
    document.to_string()
}

pub(super) fn parts(fields: &Value) -> Parts {
    Programme::parse(&document(fields)).map_err(|problem| problem.to_json()).unwrap().rules().parts().clone()
}

/// The faults of a document with these fields, by path.
#[track_caller]
pub(super) fn check(fields: Value, expected: &[(&str, Code)]) {
    let problem = Programme::parse(&document(&fields)).map(|_| ()).unwrap_err();
    let found: Vec<_> = problem.faults.iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
    assert_eq!(found, expected);
}

/// The faults of the one thing of a list.
#[track_caller]
fn check_one(list: &str, needed: Value, fields: Value, expected: &[(&str, Code)]) {
    let mut thing = needed.as_object().unwrap().clone();
    thing.extend(fields.as_object().unwrap().clone());
    let faults: Vec<_> = expected.iter().map(|(path, code)| (format!("/{list}/0{path}"), *code)).collect();
    let faults: Vec<_> = faults.iter().map(|(path, code)| (path.as_str(), *code)).collect();
    check(Value::Object(Map::from_iter([(list.to_owned(), json!([thing]))])), &faults);
}

#[track_caller]
fn check_rule(fields: Value, expected: &[(&str, Code)]) {
    check_one("earning", json!({"id": "base", "points": 1}), fields, expected);
}

#[track_caller]
fn check_bonus(fields: Value, expected: &[(&str, Code)]) {
    check_one("bonuses", json!({"id": "hello", "name": "Hello", "points": 10}), fields, expected);
}

#[track_caller]
fn check_reward(fields: Value, expected: &[(&str, Code)]) {
    check_one("rewards", json!({"id": "thanks", "name": "Thanks", "points": 10}), fields, expected);
}

#[track_caller]
fn check_tiers(fields: Value, expected: &[(&str, Code)]) {
    let mut tiers = json!({"window": {"lifetime": true}, "levels": [{"id": "a", "name": "A", "from": "1"}]});
    tiers.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let faults: Vec<_> = expected.iter().map(|(path, code)| (format!("/tiers{path}"), *code)).collect();
    let faults: Vec<_> = faults.iter().map(|(path, code)| (path.as_str(), *code)).collect();
    check(json!({"tiers": tiers}), &faults);
}

fn many(count: usize, thing: impl Fn(String) -> Value) -> Value {
    Value::Array((0..count).map(|index| thing(format!("n{index}"))).collect())
}

#[test]
fn a_short_document_has_the_defaults_of_every_setting() {
    let parts = parts(&json!({}));
    let [wallet] = parts.wallets.as_slice() else { panic!("{:?}", parts.wallets) };
    assert_eq!((wallet.id.as_str(), &*wallet.name, wallet.scale), ("points", "Points", 0));
    assert_eq!(wallet.expiry, Expiry::default());
    assert_eq!(parts.rates[0].wallet, wallet.id);
    assert_eq!((parts.combining, parts.stacking), (Combining::Add, Stacking::Multiply));
    assert_eq!((parts.multiplying, parts.hold_minutes), (Multiplying::BeforeRounding, 15));
    assert_eq!((parts.refunds.grace_days, parts.refunds.restored), (30, Restored::OriginalLots));
    assert_eq!(parts.over_ask, loyalty_core::OverAsk::Refuse);
}

#[test]
fn wallets_stand_beside_the_main_one() {
    let parts = parts(&json!({
        "points": {"id": "stars", "name": "Stars", "scale": 2, "spend": "this_order"},
        "wallets": [{"id": "cards", "name": "Gift cards", "kind": "certificates"}],
        "earning": [{"id": "sold", "points": 1, "measure": "gift_cards", "wallet": "cards"},
                    {"id": "each", "points": 5, "measure": "order"}],
    }));
    let shown: Vec<_> = parts.wallets.iter().map(|wallet| (wallet.id.as_str(), wallet.scale)).collect();
    assert_eq!(shown, [("stars", 2), ("cards", 2)]);
    assert_eq!(parts.rates[0].measure, Measure::GiftCards);
    assert_eq!(parts.rates[1].wallet.as_str(), "stars");
    check(json!({"wallets": [{"id": "points", "name": "Again"}]}), &[("/wallets/0/id", Code::DuplicateId)]);
    check(
        json!({"points": {"scale": 5, "name": ""}, "wallets": [{"id": "a", "name": "A", "scale": 5}]}),
        &[
            ("/points/name", Code::NumberOutOfRange),
            ("/points/scale", Code::NumberOutOfRange),
            ("/wallets/0/scale", Code::NumberOutOfRange),
        ],
    );
    let cards = json!({"id": "cards", "name": "Cards", "kind": "certificates", "scale": 2});
    check(json!({"wallets": [cards]}), &[("/wallets/0/scale", Code::UnknownField)]);
    let ten = many(10, |id| json!({"id": id, "name": "N"}));
    check(json!({"wallets": ten}), &[("/wallets", Code::TooMany)]);
    let late = json!({"id": "a", "name": "A", "vesting": {"days": 3651}, "expiry": {"days": 1, "months": 1}});
    check(
        json!({"wallets": [late]}),
        &[("/wallets/0/vesting/days", Code::NumberOutOfRange), ("/wallets/0/expiry", Code::AmountAmbiguous)],
    );
}

#[test]
fn an_exact_instant_needs_a_length() {
    check(json!({"expiry": {"boundary": "instant"}}), &[("/expiry", Code::Missing)]);
    check(json!({"expiry": {"boundary": "instant", "on": "2027-01-01"}}), &[("/expiry", Code::Missing)]);
    assert!(parts(&json!({"expiry": {"boundary": "last_day"}})).wallets[0].expiry.after.is_none());
}

#[test]
fn a_rule_has_what_its_measure_asks_and_nothing_else() {
    check_rule(json!({"measure": "order", "per": "1.00"}), &[("/per", Code::UnknownField)]);
    check_rule(json!({"per": "1.00", "carry": true}), &[("/carry", Code::UnknownField)]);
    check_rule(json!({"measure": "gift_cards"}), &[("/wallet", Code::Missing)]);
    // In a wallet that holds no money nothing paid can be kept.
    check_rule(json!({"measure": "gift_cards", "wallet": "points"}), &[("/wallet", Code::UnknownReference)]);
    check_rule(
        json!({"measure": "order", "wallet": "gems", "campaign": "spring"}),
        &[("/wallet", Code::UnknownReference), ("/campaign", Code::UnknownReference)],
    );
    check_rule(
        json!({"measure": "order", "minimum_pieces": 0, "priority": 1_000_001, "most": 0, "most_per_day": 0,
               "most_per_member": 0}),
        &[
            ("/minimum_pieces", Code::NumberOutOfRange),
            ("/most", Code::NumberOutOfRange),
            ("/most_per_day", Code::NumberOutOfRange),
            ("/most_per_member", Code::NumberOutOfRange),
            ("/priority", Code::NumberOutOfRange),
        ],
    );
    check_rule(json!({"measure": "order", "products": vec!["tea"; 201]}), &[("/products", Code::TooMany)]);
}

#[test]
fn conditions_are_ones_that_can_hold() {
    let when = |when: Value| json!({"measure": "order", "when": when});
    check_rule(
        when(json!({"from": "2026-12-02", "until": "2026-12-01"})),
        &[("/when/until", Code::NumberOutOfRange)],
    );
    check_rule(
        when(json!({"hours": {"from": "17:00", "until": "17:00"}})),
        &[("/when/hours/until", Code::NumberOutOfRange)],
    );
    check_rule(
        when(json!({"hours": {"from": "24:00", "until": "7:00"}, "weekdays": ["monday"]})),
        &[
            ("/when/weekdays/0", Code::UnknownChoice),
            ("/when/hours/from", Code::InstantInvalid),
            ("/when/hours/until", Code::InstantInvalid),
        ],
    );
    check_rule(
        when(json!({"birthday": {"before": 181, "after": 181}, "channels": vec!["till"; 51],
                    "weekdays": vec!["mon"; 8]})),
        &[
            ("/when/weekdays", Code::TooMany),
            ("/when/channels", Code::TooMany),
            ("/when/birthday/before", Code::NumberOutOfRange),
            ("/when/birthday/after", Code::NumberOutOfRange),
        ],
    );
    check_rule(
        when(json!({"levels": ["gold"], "memberships": ["club"]})),
        &[("/when/levels/0", Code::UnknownReference), ("/when/memberships/0", Code::UnknownReference)],
    );
    let rule = json!({"id": "base", "points": 1, "measure": "order", "when":
        {"weekdays": ["sun", "mon"], "hours": {"from": "22:30", "until": "02:00"}, "first_order": true}});
    let when = &parts(&json!({"earning": [rule]})).rates[0].when;
    assert_eq!(when.weekdays, Some(Weekdays::new([true, false, false, false, false, false, true])));
    assert_eq!((when.hours, when.first_order), (Some((1350, 120)), true));
}

#[test]
fn a_campaign_multiplies_by_more_than_nothing() {
    let campaign = json!({"id": "spring", "name": "Spring"});
    for multiplier in ["0", "100.01", "1.00001", "-1"] {
        let faults = [("/multiplier", Code::NumberOutOfRange)];
        check_one("campaigns", campaign.clone(), json!({"multiplier": multiplier}), &faults);
    }
    let limits = json!({"most": 0, "most_per_member": 0, "budget": 0, "name": "x".repeat(201)});
    let faults = [("/name", Code::NumberOutOfRange), ("/most", Code::NumberOutOfRange)];
    let more = [("/most_per_member", Code::NumberOutOfRange), ("/budget", Code::NumberOutOfRange)];
    check_one("campaigns", campaign.clone(), limits, &[faults, more].concat());
    check(
        json!({"campaigns": many(51, |id| json!({"id": id, "name": "N"}))}),
        &[("/campaigns", Code::TooMany)],
    );
    check(json!({"campaigns": [campaign, campaign]}), &[("/campaigns/1/id", Code::DuplicateId)]);
}

#[test]
fn a_bonus_has_one_occasion() {
    check_bonus(json!({}), &[("", Code::AmountAmbiguous)]);
    check_bonus(json!({"event": "visit", "birthday": {}}), &[("", Code::AmountAmbiguous)]);
    check_bonus(json!({"birthday": {}, "limit": "once"}), &[("/limit", Code::UnknownField)]);
    check_bonus(json!({"event": "visit", "points": 0}), &[("/points", Code::NumberOutOfRange)]);
    check_bonus(json!({"event": "visit", "limit": "daily"}), &[("/limit", Code::UnknownChoice)]);
    check_bonus(
        json!({"event": "visit", "days": 3651, "lasts": {}}),
        &[("/days", Code::NumberOutOfRange), ("/lasts", Code::AmountAmbiguous)],
    );
    check_bonus(json!({"event": "visit", "wallet": "gems"}), &[("/wallet", Code::UnknownReference)]);
    let bonuses = json!([{"id": "a", "name": "A", "points": 1, "birthday": {"after": 7}},
                         {"id": "b", "name": "B", "points": 1, "event": "visit", "limit": "each_month"}]);
    let limits: Vec<_> =
        parts(&json!({"bonuses": bonuses})).bonuses.iter().map(|bonus| bonus.limit).collect();
    assert_eq!(limits, [Limit::Per(Period::Year), Limit::Per(Period::Month)]);
    let many = many(101, |id| json!({"id": id, "name": "N", "points": 1, "event": "visit"}));
    check(json!({"bonuses": many}), &[("/bonuses", Code::TooMany)]);
}

#[test]
fn levels_are_reached_in_the_unit_of_their_metric() {
    let level = |from: &str| json!([{"id": "a", "name": "A", "from": from}]);
    for (metric, from, code) in [
        ("spend", "1.001", Code::AmountTooFine),
        ("orders", "1.5", Code::AmountTooFine),
        ("visits", "-1", Code::AmountNegative),
        ("points", "9007199254740992", Code::AmountTooLarge),
    ] {
        check_tiers(json!({"metric": metric, "levels": level(from)}), &[("/levels/0/from", code)]);
    }
    let tiers = |metric: &str, from: &str| {
        let tiers = json!({"metric": metric, "window": {"member_year": true}, "levels": level(from)});
        parts(&json!({"tiers": tiers})).tiers.unwrap().levels()[0].from.to_string()
    };
    assert_eq!((tiers("purchase", "5"), tiers("referrals", "5.0")), ("5.00".into(), "5".into()));
}

#[test]
fn levels_fall_as_their_downgrade_says() {
    check_tiers(json!({"soft_landing": true}), &[("/soft_landing", Code::UnknownField)]);
    check_tiers(
        json!({"downgrade": "never", "soft_landing": true}),
        &[("/soft_landing", Code::UnknownField)],
    );
    let soft = json!({"window": {"calendar": "year"}, "downgrade": "at_period_end", "period": "year",
        "soft_landing": true, "refund_keeps": "month",
        "levels": [{"id": "a", "name": "A", "from": "1", "multiplier": "0.5", "segments": ["staff"]}]});
    assert!(parts(&json!({"tiers": soft})).tiers.is_some());
    check_tiers(json!({"window": null}), &[("/window", Code::Missing)]);
    check_tiers(
        json!({"window": {"member_year": true, "lifetime": true}}),
        &[("/window", Code::AmountAmbiguous)],
    );
    let level = json!({"id": "a", "name": "", "from": "1", "multiplier": "0", "segments": vec!["s"; 51]});
    check_tiers(
        json!({"levels": [level]}),
        &[
            ("/levels/0/multiplier", Code::NumberOutOfRange),
            ("/levels/0/name", Code::NumberOutOfRange),
            ("/levels/0/segments", Code::TooMany),
        ],
    );
}

#[test]
fn memberships_privileges_draws_and_exchanges_keep_to_their_ranges() {
    let membership = json!({"id": "club", "name": "Club", "fee": "-1", "term": {}, "level": "gold"});
    check(
        json!({"memberships": [membership]}),
        &[("/memberships/0/fee", Code::AmountNegative), ("/memberships/0/term", Code::AmountAmbiguous)],
    );
    let membership =
        json!({"id": "club", "name": "Club", "fee": "9.00", "term": {"months": 1}, "level": "gold"});
    check(json!({"memberships": [membership]}), &[("/memberships/0/level", Code::UnknownReference)]);
    let privilege = json!({"id": "lounge", "name": "Lounge", "uses": {"count": 0}});
    check(json!({"privileges": [privilege]}), &[("/privileges/0/uses/count", Code::NumberOutOfRange)]);
    check(
        json!({"recognition": {"after": {"months": 0}}}),
        &[("/recognition/after/months", Code::NumberOutOfRange)],
    );
    let draw = |hash: &str| json!({"id": "bike", "name": "Bike", "closes": "2026-12-31", "winners": 0, "seed_hash": hash});
    for hash in ["ab", &"A".repeat(64), &"g".repeat(64)] {
        check(
            json!({"draws": [draw(hash)]}),
            &[("/draws/0/winners", Code::NumberOutOfRange), ("/draws/0/seed_hash", Code::IdInvalid)],
        );
    }
    check(json!({"draws": [draw(&"0f".repeat(32))]}), &[("/draws/0/winners", Code::NumberOutOfRange)]);
    let gems = json!([{"id": "gems", "name": "Gems"}]);
    let exchange =
        |from: &str, to: &str, give: u64, get: u64| json!({"from": from, "to": to, "give": give, "get": get});
    check(
        json!({"wallets": gems, "exchanges": [exchange("points", "points", 1_000_001, 0)]}),
        &[
            ("/exchanges/0/to", Code::DuplicateId),
            ("/exchanges/0/give", Code::NumberOutOfRange),
            ("/exchanges/0/get", Code::NumberOutOfRange),
        ],
    );
    check(
        json!({"wallets": gems, "exchanges": [exchange("points", "stars", 1, 1)]}),
        &[("/exchanges/0/to", Code::UnknownReference)],
    );
    let round = json!([exchange("points", "gems", 2, 3), exchange("gems", "points", 1, 1)]);
    check(json!({"wallets": gems, "exchanges": round}), &[("/exchanges/0", Code::ExchangeGains)]);
}

#[test]
fn a_reward_has_the_terms_that_go_with_its_kind() {
    check_reward(json!({}), &[("/kind", Code::Missing)]);
    check_reward(json!({"kind": "lift"}), &[("/kind", Code::UnknownChoice)]);
    check_reward(
        json!({"kind": "free_delivery", "value": "1", "pints": 1}),
        &[("/pints", Code::UnknownField), ("/value", Code::UnknownField)],
    );
    check_reward(json!({"kind": "money_off"}), &[("/value", Code::Missing)]);
    check_reward(
        json!({"kind": "pay_with_points", "value": "1", "points": 0}),
        &[("/points", Code::NumberOutOfRange)],
    );
    check_reward(json!({"kind": "free_delivery", "automatic": true}), &[("/points", Code::NumberOutOfRange)]);
    let ticket = json!({"kind": "ticket", "draw": "bike", "points": 0, "automatic": true, "minimum": "1"});
    check_reward(
        ticket,
        &[
            ("/minimum", Code::UnknownField),
            ("/automatic", Code::UnknownField),
            ("/draw", Code::UnknownReference),
        ],
    );
    check_reward(json!({"kind": "ticket", "draw": "bike"}), &[("/draw", Code::UnknownReference)]);
    check_reward(
        json!({"kind": "certificate", "into": "cards", "value": "5"}),
        &[("/into", Code::UnknownReference)],
    );
    check_reward(
        json!({"kind": "free_product", "pieces": 0, "stock": 0, "uses": {"count": 1_000_001}}),
        &[
            ("/pieces", Code::NumberOutOfRange),
            ("/uses/count", Code::NumberOutOfRange),
            ("/stock", Code::NumberOutOfRange),
        ],
    );
    check_reward(json!({"kind": "free_product", "wallet": "gems"}), &[("/wallet", Code::UnknownReference)]);
    check_reward(
        json!({"kind": "gift", "value": "-1", "instructions": ""}),
        &[("/value", Code::AmountNegative), ("/instructions", Code::NumberOutOfRange)],
    );
    check_reward(json!({"kind": "donation", "cause": "a b", "value": "0"}), &[("/cause", Code::IdInvalid)]);
    check_reward(
        json!({"kind": "donation", "cause": "trees", "value": "0"}),
        &[("/value", Code::NumberOutOfRange)],
    );
    check_reward(
        json!({"kind": "percent_off", "percent": "5", "only": vec!["tea"; 201], "cap": "0"}),
        &[("/cap", Code::NumberOutOfRange), ("/only", Code::TooMany)],
    );
    let text =
        r#"{"rewards": [{"id": "a", "id": "b", "name": "A", "points": 1, "kind": "free_delivery"}, 1]}"#;
    let text = text.replacen('{', &(document(&json!({})).trim_end_matches('}').to_owned() + ","), 1);
    let problem = Programme::parse(&text).map(|_| ()).unwrap_err();
    let found: Vec<_> = problem.faults.iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
    assert_eq!(found, [("/rewards/0/id", Code::DuplicateField), ("/rewards/1", Code::WrongType)]);
}

#[test]
fn a_reward_of_each_kind_is_read() {
    let rewards = json!([
        {"id": "a", "name": "A", "points": 0, "kind": "money_off", "value": "5.00", "uses": {"count": 1, "per": "year"}},
        {"id": "b", "name": "B", "points": 9, "kind": "percent_off", "percent": "10", "only": ["tea"], "balance": 50},
        {"id": "c", "name": "C", "points": 9, "kind": "pay_with_points", "value": "1.00", "step": 5},
        {"id": "d", "name": "D", "points": 0, "kind": "free_delivery", "automatic": true, "when": {"levels": []}},
        {"id": "e", "name": "E", "points": 9, "kind": "free_product", "products": ["mug"], "wallet": "stamps"},
        {"id": "f", "name": "F", "points": 9, "kind": "certificate", "into": "cards", "value": "10.00", "stock": 3},
        {"id": "g", "name": "G", "points": 9, "kind": "donation", "cause": "trees", "value": "1.00"},
        {"id": "h", "name": "H", "points": 9, "kind": "gift", "value": "0", "instructions": "Post a mug."},
        {"id": "i", "name": "I", "points": 9, "kind": "ticket", "draw": "bike"},
    ]);
    let parts = parts(&json!({
        "wallets": [{"id": "stamps", "name": "Stamps"}, {"id": "cards", "name": "Cards", "kind": "certificates"}],
        "draws": [{"id": "bike", "name": "Bike", "closes": "2026-12-31", "winners": 1}],
        "rewards": rewards,
    }));
    let on_cart: Vec<bool> = parts.rewards.iter().map(|reward| reward.kind.on_cart()).collect();
    assert_eq!(on_cart, [true, true, true, true, true, false, false, false, false]);
    let RewardKind::PayWithPoints { step, least, .. } = &parts.rewards[2].kind else { panic!() };
    assert_eq!((step, least.get()), (least, 5));
    assert_eq!(parts.rewards[0].minimum.to_string(), "5.00", "money off asks for a cart it fits");
    assert_eq!((parts.rewards[4].wallet.as_str(), parts.rewards[5].stock), ("stamps", Some(3)));
}
