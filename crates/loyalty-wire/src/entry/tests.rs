use super::*;
use crate::write::Write;

/// Every kind of event: how it changes what the member owns, and its text.
const EVENTS: &[(&str, &str)] = &[
    (
        r#"{"points":13}"#,
        r#"{"kind":"order_paid","order":{"id":"1001","currency":"EUR","lines":[{"id":"a","amount":"12.50"}]},"lines":[{"id":"a","spend":"12.50"}],"points":13,"credits":[{"lot":{"id":1,"wallet":"points","order":"1001","points":13},"lines":[13],"steps":[{"kind":"rate","rule":"base","amount":"12.50","points_per":1,"per":"1.00","currency":"EUR","points":13}]}]}"#,
    ),
    (
        r#"{"gift":2000,"points":-100,"stamps":1}"#,
        r#"{"kind":"order_paid","order":{"id":"1001","currency":"EUR","lines":[{"id":"a","amount":"12.50"}],"advocate":"x","seller":"s"},"lines":[{"id":"a","spend":"12.50"}],"redeemed":[{"reward":"off","wallet":"points","points":100,"value":"1.00","currency":"EUR","parts":[{"id":1,"wallet":"points","order":"1000","points":100}]},{"hold":"h","reward":"gift","wallet":"gift","points":50,"value":"0.50","currency":"EUR","payment":true,"parts":[{"id":2,"wallet":"gift","order":"1000","points":50}],"lines":[{"id":"a","pieces":1,"value":"0.50"}]}],"points":0,"credits":[{"lot":{"id":3,"wallet":"gift","order":"1001","points":2000},"lines":[2000],"steps":[{"kind":"gift_cards","rule":"cards","amount":"20.00","points":2000}]},{"lot":{"id":4,"wallet":"stamps","order":"1001","points":1,"waits_for":"fulfilment","days":14},"campaign":"summer","lines":[1],"steps":[{"kind":"rate","rule":"base","amount":"12.50","points_per":1,"per":"10.00","currency":"EUR","groups":1,"carried":"0.50","points":1},{"kind":"pieces","rule":"mugs","pieces":2,"points_per":5,"points":10},{"kind":"order","rule":"visit","points":5},{"kind":"tier","level":"gold","multiplier":"0.5","points":-8},{"kind":"campaign","campaign":"summer","multiplier":"2","points":8},{"kind":"limited","by":"summer","limit":"budget","points":1},{"kind":"limited","by":"base","limit":"most","points":2},{"kind":"limited","by":"base","limit":"most_per_day","points":3},{"kind":"limited","by":"base","limit":"most_per_member","points":4}]}],"sale":[{"wallet":"points","lines":[3]}],"uses":[{"of":"campaign","id":"summer","count":7}],"remainders":[{"rule":"base","amount":"2.50"}],"shared":[{"of":"campaign/summer","count":7}],"referral":"not_first_order"}"#,
    ),
    ("", r#"{"kind":"order_fulfilled","order":"1001","lots":[{"lot":4,"vests_on":"2026-02-14"}]}"#),
    ("", r#"{"kind":"order_fulfilled","order":"1001"}"#),
    ("", r#"{"kind":"vested","lot":1,"wallet":"points","points":13,"due":"2026-01-31"}"#),
    (
        r#"{"stamps":-13}"#,
        r#"{"kind":"expired","lot":1,"wallet":"stamps","points":13,"last_day":"2026-01-30"}"#,
    ),
    (
        "",
        r#"{"kind":"held","hold":"h","reward":"off","wallet":"points","points":100,"value":"1.00","currency":"EUR","parts":[{"id":1,"wallet":"points","order":"1000","points":100}],"until":"2026-01-31T10:30:00.000Z"}"#,
    ),
    (r#"{"points":-100}"#, r#"{"kind":"captured","hold":"h","reward":"off","wallet":"points","points":100}"#),
    (
        r#"{"gift":500,"points":-100}"#,
        r#"{"kind":"captured","hold":"h","reward":"off","wallet":"points","points":100,"returned":[{"id":1,"wallet":"points","order":"1000","points":20}],"uses":[{"of":"reward","id":"off","since":"2026-01-01","count":1}],"shared":[{"of":"reward/off","count":1}],"gives":{"id":5,"wallet":"gift","reward":"h","points":500},"ticket":"spring"}"#,
    ),
    ("", r#"{"kind":"released","hold":"h","wallet":"points","points":100,"timed_out":true}"#),
    ("", r#"{"kind":"reward_fulfilled","hold":"h"}"#),
    (
        r#"{"points":100}"#,
        r#"{"kind":"reward_cancelled","hold":"h","restored":[{"id":1,"wallet":"points","order":"1000","points":100}],"shared":[{"of":"reward/off","count":-1}],"ticket":"spring"}"#,
    ),
    (
        r#"{"cards":-500}"#,
        r#"{"kind":"reward_cancelled","hold":"h","taken":{"id":5,"wallet":"cards","reward":"h","points":500},"unused":[{"of":"reward","id":"off","count":1}]}"#,
    ),
    (
        "",
        r#"{"kind":"refunded","order":"1001","day":"2026-01-30","refund":{"id":"r1"},"lines":[],"points":0,"whole":true}"#,
    ),
    (
        r#"{"points":-9,"stamps":-1}"#,
        r#"{"kind":"refunded","order":"1001","day":"2026-01-30","currency":"EUR","refund":{"id":"r1","currency":"EUR","lines":[{"id":"a","amount":"2.50"},{"id":"b"}]},"lines":[{"id":"a","amount":"2.50","spend":"2.50"}],"points":14,"credits":[{"lot":1,"lines":[14],"back":{"wallet":"points","taken":[{"lot":1,"points":9}],"debt":3,"written_off":2}},{"lot":2,"lines":[1],"back":{"wallet":"stamps","debt":1}}],"sale":[{"wallet":"points","lines":[1]}],"restored":[[{"id":1,"wallet":"points","refund":"1001","points":3}],[]],"whole":false,"keeps":{"level":"gold","through":"2026-03-01"}}"#,
    ),
    ("", r#"{"kind":"repaid","wallet":"points","points":5,"taken":[{"lot":1,"points":5}]}"#),
    ("", r#"{"kind":"tier_changed","to":"gold","progress":"500.00"}"#),
    ("", r#"{"kind":"tier_changed","from":"gold","progress":"0"}"#),
    (
        r#"{"points":100}"#,
        r#"{"kind":"referral_rewarded","role":"friend","other":"x","order":"1001","on":"2026-01-30","minimum":"10.00","currency":"EUR","lot":{"id":6,"wallet":"points","welcome":"x","points":100,"vests_on":"2026-02-14"}}"#,
    ),
    (
        r#"{"points":-100}"#,
        r#"{"kind":"referral_revoked","role":"advocate","other":"x","order":"1001","back":{"wallet":"points","taken":[{"lot":6,"points":100}]},"pending":true,"day":"2026-01-30"}"#,
    ),
    ("", r#"{"kind":"event_recorded","event":"visit"}"#),
    ("", r#"{"kind":"event_recorded","event":"review","reference":"77"}"#),
    (
        r#"{"points":50}"#,
        r#"{"kind":"bonus_given","bonus":"review","event":"review","reference":"77","day":"2026-01-31","lot":{"id":7,"wallet":"points","bonus":"review","points":50,"waits_for":"approval","days":3},"used":{"of":"bonus","id":"review","count":1}}"#,
    ),
    ("", r#"{"kind":"bonus_decided","bonus":"review","lot":7,"vests_on":"2026-02-03","wallet":"points"}"#),
    (r#"{"points":-50}"#, r#"{"kind":"bonus_decided","bonus":"review","lot":7,"wallet":"points","gone":50}"#),
    ("", r#"{"kind":"segment_set","segment":"staff","member":true}"#),
    ("", r#"{"kind":"consent_set","purpose":"birthday","given":false}"#),
    ("", r#"{"kind":"birthday_set","birthday":"02-29"}"#),
    ("", r#"{"kind":"birthday_set"}"#),
    (
        "",
        r#"{"kind":"membership_paid","membership":{"id":"club","from":"2026-01-31","last_day":"2027-01-30","fee":"49.00","currency":"EUR"},"payment":"p1"}"#,
    ),
    ("", r#"{"kind":"membership_cancelled","membership":"club","refund":"39.20","currency":"EUR"}"#),
    ("", r#"{"kind":"privilege_used","privilege":"lounge","reference":"u1"}"#),
    (
        "",
        r#"{"kind":"privilege_used","privilege":"lounge","reference":"u1","used":{"of":"privilege","id":"lounge","since":"2026-01-01","count":1}}"#,
    ),
    ("", r#"{"kind":"honoured","form":"photo"}"#),
    (
        r#"{"miles":50,"points":-100}"#,
        r#"{"kind":"exchanged","from":"points","points":100,"taken":[{"lot":1,"points":100}],"lot":{"id":8,"wallet":"miles","exchange":"points","points":50}}"#,
    ),
    (
        r#"{"points":-100}"#,
        r#"{"kind":"transfer_sent","to":"y","wallet":"points","parts":[{"id":1,"wallet":"points","order":"1000","points":100}]}"#,
    ),
    (
        r#"{"points":100}"#,
        r#"{"kind":"transfer_received","from":"x","lots":[{"id":9,"wallet":"points","transfer":"x","points":100}]}"#,
    ),
    (
        r#"{"points":100}"#,
        r#"{"kind":"adjusted","reason":"sorry","lot":{"id":9,"wallet":"points","adjustment":"sorry","points":100}}"#,
    ),
    (
        r#"{"points":-100}"#,
        r#"{"kind":"adjusted","reason":"fraud","back":{"wallet":"points","taken":[{"lot":9,"points":60}],"debt":40}}"#,
    ),
    (
        r#"{"points":2}"#,
        r#"{"kind":"sale_settled","buyer":"x","order":"1001","heard":4,"lots":[{"id":9,"wallet":"points","sale":"x","points":3}],"back":[{"lot":8,"back":{"wallet":"points","taken":[{"lot":8,"points":1}]}}]}"#,
    ),
    (
        "",
        r#"{"kind":"shared_counted","by":"x","counts":[{"of":"campaign/summer","count":7},{"of":"reward/off","count":-1}]}"#,
    ),
];

fn text(changes: &str, event: &str) -> String {
    let changes = if changes.is_empty() { String::new() } else { format!(r#""changes":{changes},"#) };
    format!(
        r#"{{"v":1,"seq":4,"at":"2026-01-31T10:05:00.000Z","day":"2026-01-31","time":"11:05","programme":"v1","key":"k","fingerprint":"000102030405060708090a0b0c0d0e0f",{changes}"event":{event}}}"#
    )
}

#[test]
fn every_event_reads_back_what_it_writes() {
    for (changes, event) in EVENTS {
        let text = text(changes, event);
        let read = entry(&text).unwrap_or_else(|problem| panic!("{problem:?}: {text}"));
        assert_eq!(read.moment.minute, 665);
        assert_eq!(EntryV1::from(&read).to_json(), text);
    }
}

#[test]
fn no_kind_of_event_is_forgotten_here() {
    let declared = include_str!("event.rs").lines().filter_map(|line| line.strip_suffix("\" {"));
    for kind in declared.filter_map(|line| line.split_once("= \"")).map(|(_, kind)| kind) {
        let start = format!(r#"{{"kind":"{kind}","#);
        assert!(EVENTS.iter().any(|(_, event)| event.starts_with(&start)), "no event of kind `{kind}`");
    }
}

#[test]
fn an_entry_that_changes_something_else_than_it_says_is_damaged() {
    let code = |changes, event| entry(&text(changes, event)).unwrap_err().code;
    let expired = r#"{"kind":"expired","lot":1,"wallet":"points","points":13,"last_day":"2026-01-30"}"#;
    for changes in ["", r#"{"points":-12}"#, r#"{"stamps":-13}"#, r#"{"points":-13,"stamps":-1}"#] {
        assert_eq!(code(changes, expired), Code::EntryInconsistent, "{changes}");
    }
    let later = text(r#"{"points":-13}"#, expired).replace(r#"{"v":1"#, r#"{"v":2"#);
    assert_eq!(entry(&later).unwrap_err().code, Code::EntryInconsistent);
    let lines = r#"{"kind":"refunded","order":"1","day":"2026-01-30","refund":{"id":"r"},"lines":[{"id":"a","amount":"1.00","spend":"1.00"}],"points":0,"whole":true}"#;
    assert_eq!(code("", lines), Code::EntryInconsistent);
}

#[test]
fn a_simple_order_is_small() {
    let (changes, event) = EVENTS[0];
    assert!(text(changes, event).len() < 600, "{}", text(changes, event).len());
}
