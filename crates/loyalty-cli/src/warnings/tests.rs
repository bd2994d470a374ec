//! Each rule finds what it is for, with its figures, and leaves alone what stands just beside it.

use super::*;
use crate::clock;
use crate::words::Words;
use serde_json::from_str;

/// A programme of one rule, 1 point for every 1.00, with more fields.
fn programme(more: &str) -> loyalty_wire::Programme {
    let mut document = json!({
        "format": 1, "name": "Shop", "currency": "EUR", "time_zone": "UTC",
        "earning": [{ "id": "base", "points": 1, "per": "1.00", "measure": "pro_rata" }],
    });
    let more: serde_json::Map<String, Value> = from_str(&format!("{{{more}}}")).unwrap();
    document.as_object_mut().unwrap().extend(more);
    let read = loyalty_wire::Programme::parse(&document.to_string());
    read.unwrap_or_else(|problem| panic!("{}\n{document}", problem.to_json()))
}

fn found_at(more: &str, at: &str) -> Vec<Finding> {
    findings(programme(more).rules(), clock::moment("UTC", Some(at)).unwrap())
}

fn found(more: &str) -> Vec<Finding> {
    found_at(more, "2026-01-10T10:00:00Z")
}

/// Checks that a rule, and no other, finds this place with these figures; none where there is no place.
#[track_caller]
fn check(more: &str, code: &str, expected: Option<(&str, Value)>) {
    let found = found(more);
    let others: Vec<_> = found.iter().filter(|finding| finding.code != code).collect();
    assert!(others.is_empty(), "{others:?}");
    match (found.first(), expected) {
        (Some(finding), Some((path, figures))) => {
            assert_eq!((found.len(), finding.path.as_str()), (1, path), "{found:?}");
            for (name, figure) in figures.as_object().unwrap() {
                assert_eq!(finding.parameters.get(name), Some(figure), "{name} of {finding:?}");
            }
        }
        (found, expected) => {
            assert!(found.is_none() && expected.is_none(), "{found:?}, expected {expected:?}")
        }
    }
}

fn money_off(points: u64, value: &str) -> String {
    format!(
        r#""rewards":[{{"id":"off","name":"Off","kind":"money_off","points":{points},"value":"{value}"}}]"#
    )
}

#[test]
fn every_rule_has_words_that_its_figures_fill() {
    let words = Words::new(None).unwrap();
    for rule in &RULES {
        assert!(words.pick(&[&format!("warning.{}", rule.code)]).is_some(), "{}", rule.code);
    }
    let known = RULES.iter().map(|rule| rule.code).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(known.len(), RULES.len(), "codes are names");
}

/// What is told in words.
fn told(more: &str) -> Vec<String> {
    let (programme, words) = (programme(more), Words::new(None).unwrap());
    let now = clock::moment("UTC", Some("2026-01-10T10:00:00Z")).unwrap();
    let teller = crate::words::Teller { words: &words, programme: programme.rules() };
    let tell = |finding: Finding| teller.told(&format!("warning.{}", finding.code), finding.parameters).text;
    findings(programme.rules(), now).into_iter().map(tell).collect()
}

#[test]
fn points_are_told_with_their_unit_and_scale() {
    let scaled = |more: &str| told(&format!(r#""points":{{"scale":2}},{more}"#));
    let rule = |points: u32, more: &str| {
        format!(r#""earning":[{{"id":"base","points":{points},"per":"1.00","measure":"pro_rata"{more}}}]"#)
    };
    let limited = rule(1, r#","most_per_member":9900"#);
    let [pot] = &scaled(&format!(r#"{limited},"vesting":{{"threshold":10000}}"#))[..] else { panic!() };
    assert!(pot.contains("when 100.00 points are together") && pot.contains("gather 99.00 at most"), "{pot}");
    let [dear] = &scaled(&format!("{limited},{}", money_off(20_000, "1.00")))[..] else { panic!() };
    assert!(dear.contains("needs 200.00 points,") && dear.contains("have 99.00 at most"), "{dear}");
    let [loss] = &scaled(&format!("{},{}", rule(100, ""), money_off(500, "6.00")))[..] else { panic!() };
    assert!(loss.contains("6.00 for 5.00 points, and 1.00 earns 1.00 at best"), "{loss}");
    let [loss] = &told(&money_off(1, "5.00"))[..] else { panic!() };
    assert!(loss.contains("5.00 for 1 point, and"), "{loss}");
    let wallets = r#""wallets":[{"id":"miles","name":"Miles"}]"#;
    let reward = |wallet: &str, kind: &str| {
        format!(r#"{wallets},"rewards":[{{"id":"r","name":"R","wallet":"{wallet}","points":100,{kind}}}]"#)
    };
    let [unfed] = &told(&reward("miles", r#""kind":"money_off","value":"1.00""#))[..] else { panic!() };
    assert!(unfed.ends_with("this needs 100 Miles."), "{unfed}");
}

#[test]
fn a_reward_worth_more_than_what_earns_it_pays_to_shop() {
    let figures = |worth: &str| json!({ "worth": worth, "earned": "1" });
    check(&money_off(100, "101.00"), "pays_to_shop", Some(("/rewards/0", figures("1.01"))));
    check(&money_off(100, "100.00"), "generous", Some(("/rewards/0", figures("1"))));
    check(&money_off(100, "20.01"), "generous", Some(("/rewards/0", figures("0.2001"))));
    check(&money_off(100, "20.00"), "generous", None);
}

#[test]
fn the_best_that_comes_together_counts() {
    // 1 point, × 2 on the top level, × 3 in the campaign's category on a Friday evening in December: 6 for 1.00.
    let stacked = |until: &str| {
        format!(
            r#""tiers":{{"window":{{"days":365}},"levels":[{{"id":"gold","name":"Gold","from":"100.00","multiplier":"2"}}]}},
            "campaigns":[{{"id":"xmas","name":"X","multiplier":"3","only":["toys"],"when":{{"from":"2026-12-01",
            "until":"{until}","weekdays":["fri"],"hours":{{"from":"18:00","until":"20:00"}},"channels":["app"],
            "codes":["SNOW"],"segments":["friends"]}}}}],{}"#,
            money_off(100, "4.00")
        )
    };
    check(
        &stacked("2026-12-31"),
        "generous",
        Some(("/rewards/0", json!({ "earned": "6", "worth": "0.24" }))),
    );
    // No Friday among the first three days: without the campaign 2 for 1.00.
    let found = found(&stacked("2026-12-03"));
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["never_in_force"]);
}

#[test]
fn a_level_that_one_order_does_not_reach_counts_too() {
    let tiers = r#""tiers":{"metric":"orders","window":{"days":365},
        "levels":[{"id":"gold","name":"Gold","from":"5","multiplier":"3"}]},"#;
    let figures = json!({ "earned": "3", "worth": "0.3" });
    check(&(tiers.to_owned() + &money_off(100, "10.00")), "generous", Some(("/rewards/0", figures)));
}

/// 100 points give 5.00: what earns more than 20 for 1.00 loses money.
#[track_caller]
fn check_loss(more: &str, earned: &str, worth: &str) {
    let figures = json!({ "earned": earned, "worth": worth });
    check(&format!("{more},{}", money_off(100, "5.00")), "pays_to_shop", Some(("/rewards/0", figures)));
}

#[test]
fn a_birthday_counts_too() {
    check_loss(
        r#""campaigns":[{"id":"c","name":"C","multiplier":"30","when":{"birthday":{"before":3,"after":3}}}]"#,
        "30",
        "1.5",
    );
}

#[test]
fn so_many_pieces_as_a_rule_asks_count_too() {
    check_loss(
        r#""earning":[{"id":"two","points":30,"per":"1.00","measure":"pro_rata","minimum_pieces":2}]"#,
        "30",
        "1.5",
    );
}

#[test]
fn who_is_left_out_of_one_rule_may_have_another() {
    check_loss(
        r#""earning":[
            {"id":"base","points":1,"per":"1.00","measure":"pro_rata","when":{"except_segments":["staff"]}},
            {"id":"staff","points":50,"per":"1.00","measure":"pro_rata","when":{"segments":["staff"]}}]"#,
        "50",
        "2.5",
    );
}

#[test]
fn a_level_in_the_middle_counts_too() {
    check_loss(
        r#""tiers":{"window":{"days":365},"levels":[{"id":"silver","name":"S","from":"100","multiplier":"1"},
            {"id":"gold","name":"G","from":"500","multiplier":"1"}]},
        "earning":[{"id":"silver","points":50,"per":"1.00","measure":"pro_rata","when":{"levels":["silver"]}}]"#,
        "50",
        "2.5",
    );
}

#[test]
fn a_line_in_three_categories_counts_too() {
    let rules = ["a", "b", "c"].map(|one| {
        format!(r#"{{"id":"{one}","points":9,"per":"1.00","measure":"pro_rata","only":["{one}"]}}"#)
    });
    check_loss(&format!(r#""earning":[{}]"#, rules.join(",")), "27", "1.35");
}

#[test]
fn categories_that_one_rule_names_are_asked_once() {
    let categories: Vec<String> = (0..200).map(|n| format!(r#""c{n}""#)).collect();
    check_loss(
        &format!(
            r#""tiers":{{"window":{{"days":365}},"timing":"before_order",
            "levels":[{{"id":"gold","name":"G","from":"100","multiplier":"30"}}]}},
            "earning":[{{"id":"base","points":1,"per":"1.00","measure":"pro_rata","only":[{}]}}]"#,
            categories.join(",")
        ),
        "30",
        "1.5",
    );
}

#[test]
fn what_could_not_all_be_tried_is_told() {
    let rule =
        |n: u32| format!(r#"{{"id":"c{n}","points":1,"per":"1.00","measure":"pro_rata","only":["c{n}"]}}"#);
    let many = |most: u32| {
        let rules: Vec<String> = (0..most).map(rule).collect();
        format!(r#""earning":[{}],{}"#, rules.join(","), money_off(100_000, "1.00"))
    };
    check(&many(200), "not_all_tried", Some(("/earning", json!({ "tried": 20_000 }))));
    check(&many(20), "not_all_tried", None);
}

#[test]
fn however_much_a_programme_names_it_is_looked_at_in_time() {
    let names =
        |start: &str, most: u32| (0..most).map(|n| format!(r#""{start}{n}""#)).collect::<Vec<_>>().join(",");
    let rules: Vec<String> = (0..200)
        .map(|n| {
            format!(
                r#"{{"id":"r{n}","points":1,"per":"1.00","measure":"pro_rata","only":[{}],"products":[{}],
                "minimum_pieces":{},"when":{{"segments":["s{n}"],"channels":["h{n}"],"from":"2026-02-01","until":"2027-{:02}-{:02}",
                "weekdays":["fri"]}}}}"#,
                names(&format!("c{n}-"), 20), names(&format!("p{n}-"), 20), n + 1, n % 12 + 1, n % 28 + 1,
            )
        })
        .collect();
    let levels: Vec<String> =
        (1..20).map(|n| format!(r#"{{"id":"l{n}","name":"L","from":"{n}","multiplier":"1"}}"#)).collect();
    let (rules, levels) = (rules.join(","), levels.join(","));
    let all = format!(
        r#""earning":[{rules}],"tiers":{{"window":{{"days":365}},"levels":[{levels}]}},{}"#,
        money_off(100_000, "1.00")
    );
    check(&all, "not_all_tried", Some(("/earning", json!({}))));
}

#[test]
fn a_campaign_that_is_over_loses_nothing_more() {
    let campaign = |until: &str| {
        format!(
            r#""campaigns":[{{"id":"c","name":"C","multiplier":"30","when":{{"from":"2025-11-01","until":"{until}"}}}}],{}"#,
            money_off(100, "5.00")
        )
    };
    check(&campaign("2026-01-09"), "pays_to_shop", None);
    check(&campaign("2026-01-10"), "pays_to_shop", Some(("/rewards/0", json!({ "earned": "30" }))));
    let credited = |until: &str| {
        format!(
            r#""expiry":{{"days":30}},"campaigns":[{{"id":"c","name":"C","multiplier":"2","credited_on":"2026-03-01",
            "when":{{"from":"2026-01-01","until":"{until}"}}}}]"#
        )
    };
    let figures = json!({ "day": "2026-01-10", "vests_on": "2026-03-01" });
    check(&credited("2026-01-09"), "expires_before_vesting", None);
    check(&credited("2026-01-10"), "expires_before_vesting", Some(("/campaigns/0/credited_on", figures)));
}

#[test]
fn what_is_handed_over_or_donated_costs_the_shop_too() {
    let reward =
        |kind: &str| format!(r#""rewards":[{{"id":"r","name":"R","points":5,"value":"500.00",{kind}}}]"#);
    let figures = || Some(("/rewards/0", json!({ "worth": "100" })));
    check(&reward(r#""kind":"gift","instructions":"Hand it over.""#), "pays_to_shop", figures());
    check(&reward(r#""kind":"donation","cause":"trees""#), "pays_to_shop", figures());
}

#[test]
fn money_paid_in_advance_is_worth_what_was_paid() {
    let certificates = |value: &str| {
        format!(
            r#""wallets":[{{"id":"card","name":"Card","kind":"certificates"}}],
            "earning":[{{"id":"sold","points":1,"measure":"gift_cards","wallet":"card"}}],
            "rewards":[{{"id":"r","name":"R","kind":"money_off","wallet":"card","points":100,"value":"{value}"}}]"#
        )
    };
    let figures = json!({ "earned": "100", "worth": "5" });
    check(&certificates("5.00"), "pays_to_shop", Some(("/rewards/0", figures)));
    check(&certificates("1.00"), "pays_to_shop", None);
}

#[test]
fn limits_and_rules_for_whole_orders_are_no_rate() {
    let rule = |rule: &str| format!(r#""earning":[{rule}],{}"#, money_off(100, "50.00"));
    let order = r#"{"id":"visit","points":50,"measure":"order"}"#;
    check(&rule(order), "generous", None);
    let capped = r#"{"id":"base","points":1,"per":"1.00","measure":"pro_rata","most":10}"#;
    check(&rule(capped), "generous", Some(("/rewards/0", json!({ "earned": "1", "worth": "0.5" }))));
}

#[test]
fn what_a_member_can_take_once_loses_once() {
    let once = |per: &str| {
        format!(
            r#""rewards":[{{"id":"off","name":"Off","kind":"money_off","points":1,"value":"5.00","uses":{{"count":1{per}}}}}]"#
        )
    };
    check(&once(""), "generous", Some(("/rewards/0", json!({ "worth": "5" }))));
    check(&once(r#","per":"month""#), "pays_to_shop", Some(("/rewards/0", json!({ "worth": "5" }))));
}

#[test]
fn points_are_followed_through_exchanges() {
    let through = |get: u32| {
        format!(
            r#""wallets":[{{"id":"miles","name":"Miles"}}],"exchanges":[{{"from":"points","to":"miles","give":10,"get":{get}}}],
            "rewards":[{{"id":"off","name":"Off","kind":"money_off","wallet":"miles","points":1,"value":"1.00"}}]"#
        )
    };
    check(&through(11), "pays_to_shop", Some(("/rewards/0", json!({ "earned": "1.1", "worth": "1.1" }))));
    check(&through(2), "generous", None);
}

#[test]
fn a_card_of_stamps_costs_fewer_pieces_than_it_gives() {
    let card = |stamps: u32, pieces: u32| {
        format!(
            r#""wallets":[{{"id":"stamps","name":"Stamps"}}],
            "earning":[{{"id":"coffee","points":2,"measure":"pieces","wallet":"stamps"}}],
            "rewards":[{{"id":"cup","name":"Cup","kind":"free_product","wallet":"stamps","points":{stamps},"pieces":{pieces}}}]"#
        )
    };
    let figures = json!({ "pieces": 2, "bought": "1", "earned": "2" });
    check(&card(2, 2), "stamps_too_cheap", Some(("/rewards/0", figures)));
    check(&card(3, 2), "stamps_too_cheap", None);
}

#[test]
fn a_present_is_no_card_and_stamps_of_other_goods_do_not_count() {
    let cup = |more: &str| {
        format!(
            r#""wallets":[{{"id":"stamps","name":"Stamps"}}],"earning":[
            {{"id":"coffee","points":1,"measure":"pieces","wallet":"stamps","only":["coffee"]}},
            {{"id":"machine","points":50,"measure":"pieces","wallet":"stamps","only":["machine"]}}],
            "rewards":[{{"id":"cup","name":"Cup","kind":"free_product","wallet":"stamps",{more}}}]"#
        )
    };
    check(&cup(r#""points":0,"uses":{"count":1,"per":"year"}"#), "stamps_too_cheap", None);
    check(&cup(r#""points":10,"pieces":2,"only":["coffee"]"#), "stamps_too_cheap", None);
    check(&cup(r#""points":10,"pieces":2,"except":["machine"]"#), "stamps_too_cheap", None);
    check(&cup(r#""points":1,"pieces":2,"only":["coffee"],"uses":{"count":1}"#), "stamps_too_cheap", None);
    let figures = || Some(("/rewards/0", json!({ "bought": "1", "earned": "50" })));
    check(&cup(r#""points":10,"pieces":2,"only":["machine"]"#), "stamps_too_cheap", figures());
}

#[test]
fn a_free_reward_that_leaves_nothing_to_pay() {
    let percent = |percent: &str, more: &str| {
        format!(
            r#""rewards":[{{"id":"all","name":"All","kind":"percent_off","points":0,"percent":"{percent}","automatic":true{more}}}]"#
        )
    };
    check(&percent("100", ""), "gives_everything_away", Some(("/rewards/0", json!({ "percent": "100" }))));
    check(&percent("99", ""), "gives_everything_away", None);
    check(&percent("100", r#","cap":"5.00""#), "gives_everything_away", None);
    check(&percent("100", r#","only":["gift-wrap"]"#), "gives_everything_away", None);
    let money = |minimum: &str| {
        format!(
            r#""rewards":[{{"id":"off","name":"Off","kind":"money_off","points":0,"value":"5.00","minimum":"{minimum}"}}]"#
        )
    };
    check(&money("5.00"), "free_money", Some(("/rewards/0", json!({ "minimum": "5.00" }))));
    check(&money("5.01"), "free_money", None);
}

#[test]
fn points_expire_before_they_vest() {
    let days = |vesting: u32, expiry: &str| format!(r#""vesting":{{"days":{vesting}}},"expiry":{expiry}"#);
    let figures = json!({ "day": "2026-01-10", "vests_on": "2026-01-25", "last_day": "2026-01-24" });
    check(&days(15, r#"{"days":14}"#), "expires_before_vesting", Some(("/vesting", figures)));
    check(&days(14, r#"{"days":14}"#), "expires_before_vesting", None);
    // One month is shorter than 30 days only before and in February.
    let figures = json!({ "day": "2026-01-30", "vests_on": "2026-03-01", "last_day": "2026-02-28" });
    check(&days(30, r#"{"months":1}"#), "expires_before_vesting", Some(("/vesting", figures)));
    let bonus = |days: u32| {
        format!(
            r#""bonuses":[{{"id":"b","name":"B","event":"visit","points":5,"days":{days},"lasts":{{"days":7}}}}]"#
        )
    };
    let figures = json!({ "vests_on": "2026-01-18", "last_day": "2026-01-17" });
    check(&bonus(8), "expires_before_vesting", Some(("/bonuses/0/days", figures)));
    check(&bonus(7), "expires_before_vesting", None);
    let birthday = |days: u32, more: &str| {
        format!(
            r#""bonuses":[{{"id":"b","name":"B","birthday":{{"before":2,"after":3}},"points":5,"days":{days}{more}}}]"#
        )
    };
    let figures = json!({ "vests_on": "2026-01-16", "last_day": "2026-01-15" });
    check(&birthday(6, ""), "expires_before_vesting", Some(("/bonuses/0/days", figures.clone())));
    // Approved at once at best.
    check(&birthday(6, r#","approval":true"#), "expires_before_vesting", Some(("/bonuses/0/days", figures)));
    check(&birthday(5, ""), "expires_before_vesting", None);
    let credited = |on: &str| {
        format!(
            r#""expiry":{{"days":30}},"campaigns":[{{"id":"c","name":"C","multiplier":"2","credited_on":"{on}",
            "when":{{"from":"2026-03-01","until":"2026-03-10"}}}}]"#
        )
    };
    let figures = json!({ "day": "2026-03-01", "vests_on": "2026-04-01", "last_day": "2026-03-31" });
    check(&credited("2026-04-01"), "expires_before_vesting", Some(("/campaigns/0/credited_on", figures)));
    check(&credited("2026-03-31"), "expires_before_vesting", None);
}

#[test]
fn a_pot_that_limits_keep_from_filling() {
    let pot = |limit: &str, threshold: u32, more: &str| {
        format!(
            r#""earning":[{{"id":"base","points":1,"per":"1.00","measure":"pro_rata",{limit}}}],
            "vesting":{{"threshold":{threshold}}}{more}"#
        )
    };
    let member = r#""most_per_member":99"#;
    let figures = json!({ "threshold": 100, "most": "99" });
    check(&pot(member, 100, ""), "threshold_unreachable", Some(("/vesting/threshold", figures)));
    check(&pot(member, 99, ""), "threshold_unreachable", None);
    let bonus = r#","bonuses":[{"id":"b","name":"B","event":"visit","points":5}]"#;
    check(&pot(member, 100, bonus), "threshold_unreachable", None);
    let day = r#""most_per_day":3"#;
    let figures = json!({ "threshold": 100, "most": "93" });
    check(
        &pot(day, 100, r#","expiry":{"days":30}"#),
        "threshold_unreachable",
        Some(("/vesting/threshold", figures)),
    );
    check(&pot(day, 93, r#","expiry":{"days":30}"#), "threshold_unreachable", None);
    // In February too: the month after next has 31 days.
    let month = pot(day, 93, r#","expiry":{"months":1}"#);
    assert_eq!(found_at(&month, "2026-02-10T10:00:00Z"), []);
}

#[test]
fn conditions_that_no_day_and_no_member_meets() {
    let when =
        |when: &str| format!(r#""campaigns":[{{"id":"c","name":"C","multiplier":"2","when":{{{when}}}}}]"#);
    // 2026-01-12 is a Monday.
    let days = |until: &str| when(&format!(r#""from":"2026-01-12","until":"{until}","weekdays":["fri"]"#));
    let figures = json!({ "from": "2026-01-12", "until": "2026-01-15" });
    check(&days("2026-01-15"), "never_in_force", Some(("/campaigns/0/when/weekdays", figures)));
    check(&days("2026-01-16"), "never_in_force", None);
    let segments = |except: &str| when(&format!(r#""segments":["a"],"except_segments":["{except}"]"#));
    check(&segments("a"), "nobody", Some(("/campaigns/0/when/segments", json!({ "segment": "a" }))));
    check(&segments("b"), "nobody", None);
}

#[test]
fn a_rule_that_takes_no_line() {
    let rule = |more: &str| {
        format!(r#""earning":[{{"id":"base","points":1,"per":"1.00","measure":"pro_rata",{more}}}]"#)
    };
    check(&rule(r#""only":["a"],"except":["a","b"]"#), "takes_no_line", Some(("/earning/0", json!({}))));
    check(&rule(r#""only":["a","c"],"except":["a","b"]"#), "takes_no_line", None);
    let figures = json!({ "category": "Shipping" });
    check(&rule(r#""only":["Shipping"]"#), "only_delivery", Some(("/earning/0/only", figures)));
    check(&rule(r#""only":["Shipping","a"]"#), "only_delivery", None);
    check(
        &format!(r#"{},"basis":{{"delivery":"in"}}"#, rule(r#""only":["Shipping"]"#)),
        "only_delivery",
        None,
    );
}

#[test]
fn a_campaign_that_gives_nothing() {
    let campaign = |more: &str| format!(r#""campaigns":[{{"id":"c","name":"C"{more}}}]"#);
    check(&campaign(""), "campaign_gives_nothing", Some(("/campaigns/0", json!({ "campaign": "c" }))));
    check(&campaign(r#","multiplier":"2""#), "campaign_gives_nothing", None);
    let rule = r#","earning":[{"id":"base","points":1,"per":"1.00","measure":"pro_rata","campaign":"c"}]"#;
    check(&(campaign("") + rule), "campaign_gives_nothing", None);
}

#[test]
fn a_reward_that_nobody_can_pay() {
    let gift = |wallet: &str, points: u32, balance: u32| {
        format!(
            r#""rewards":[{{"id":"g","name":"G","kind":"gift","wallet":"{wallet}","points":{points},"balance":{balance},
            "value":"0.10","instructions":"Hand it over."}}]"#
        )
    };
    let stamps = r#""wallets":[{"id":"stamps","name":"Stamps"}],"#;
    let figures = json!({ "wallet": "stamps", "needs": 5 });
    check(&format!("{stamps}{}", gift("stamps", 5, 0)), "wallet_unfed", Some(("/rewards/0", figures)));
    check(&gift("points", 5, 0), "wallet_unfed", None);
    let limited =
        r#""earning":[{"id":"base","points":1,"per":"1.00","measure":"pro_rata","most_per_member":10}],"#;
    let figures = json!({ "needs": 11, "most": "10" });
    check(&format!("{limited}{}", gift("points", 1, 11)), "beyond_limits", Some(("/rewards/0", figures)));
    check(&format!("{limited}{}", gift("points", 10, 0)), "beyond_limits", None);
}

#[test]
fn tickets_of_a_draw_that_is_over() {
    let ticket = |from: &str| {
        format!(
            r#""draws":[{{"id":"d","name":"D","closes":"2026-03-31","winners":1}}],
            "rewards":[{{"id":"t","name":"T","kind":"ticket","draw":"d","points":1,"when":{{"from":"{from}"}}}}]"#
        )
    };
    let figures = json!({ "closes": "2026-03-31", "from": "2026-04-01" });
    check(&ticket("2026-04-01"), "draw_closed", Some(("/rewards/0/when/from", figures)));
    check(&ticket("2026-03-31"), "draw_closed", None);
}

#[test]
fn levels_that_cannot_be_reached_or_are_worse() {
    let tiers = |metric: &str, top: &str| {
        format!(
            r#""tiers":{{"metric":"{metric}","window":{{"days":365}},"levels":[
            {{"id":"a","name":"A","from":"1","multiplier":"1.5"}},{{"id":"b","name":"B","from":"2",{top}}}]}}"#
        )
    };
    let higher = r#""multiplier":"2""#;
    let found = found(&tiers("referrals", higher));
    let paths: Vec<_> = found.iter().map(|finding| (finding.code, finding.path.as_str())).collect();
    let expected = ["/tiers/levels/0/from", "/tiers/levels/1/from"].map(|path| ("level_unreachable", path));
    assert_eq!(paths, expected);
    check(&tiers("orders", higher), "level_unreachable", None);
    check(&tiers("referrals", r#""multiplier":"2","segments":["staff"]"#), "level_unreachable", None);
    let figures = json!({ "multiplier": "1.25", "below": "1.5" });
    let worse = tiers("orders", r#""multiplier":"1.25""#);
    check(&worse, "level_multiplies_less", Some(("/tiers/levels/1/multiplier", figures)));
    check(&tiers("orders", r#""multiplier":"1.5""#), "level_multiplies_less", None);
}
