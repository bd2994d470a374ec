use super::*;
use crate::read::document;
use crate::write::Write;
use loyalty_core::{
    Adjustment, Ask, Code, Command as C, Day, Entry, Event, Instant, Lasting, Moment, Points, Redeem,
    SaleCredit, Shortfall, WalletId,
};

const CART: &str = r#"{"currency":"EUR","lines":[{"id":"a","amount":"12.50"}]}"#;

/// Every kind of command.
fn commands() -> Vec<String> {
    let order = r#"{"id":"1","currency":"EUR","lines":[{"id":"a","amount":"12.50"}]}"#;
    let mut commands = vec![
        format!(r#"{{"kind":"pay_order","order":{order}}}"#),
        format!(r#"{{"kind":"hold","hold":"h","reward":"r","points":5,"cart":{CART}}}"#),
        format!(r#"{{"kind":"hold","hold":"h","reward":"r","value":"1.50","cart":{CART}}}"#),
    ];
    let others = [
        r#"{"kind":"fulfil_order","order":"1"}"#,
        r#"{"kind":"refund","order":"1","refund":"r"}"#,
        r#"{"kind":"refund","order":"1","refund":"r","currency":"EUR","lines":[{"id":"a","amount":"1.00"},{"id":"b"}]}"#,
        r#"{"kind":"hold","hold":"h","reward":"r"}"#,
        r#"{"kind":"capture","hold":"h"}"#,
        r#"{"kind":"capture","hold":"h","points":5}"#,
        r#"{"kind":"release","hold":"h"}"#,
        r#"{"kind":"fulfil_reward","hold":"h"}"#,
        r#"{"kind":"cancel_reward","hold":"h"}"#,
        r#"{"kind":"record_event","event":"visit"}"#,
        r#"{"kind":"record_event","event":"review","reference":"77"}"#,
        r#"{"kind":"decide_bonus","bonus":"review","reference":"77","approved":true}"#,
        r#"{"kind":"decide_bonus","bonus":"review","approved":false}"#,
        r#"{"kind":"set_segment","segment":"staff","member":true}"#,
        r#"{"kind":"set_consent","purpose":"email","given":true}"#,
        r#"{"kind":"set_birthday","birthday":"02-29"}"#,
        r#"{"kind":"set_birthday"}"#,
        r#"{"kind":"pay_membership","membership":"club","payment":"p1"}"#,
        r#"{"kind":"cancel_membership"}"#,
        r#"{"kind":"use_privilege","privilege":"lounge","reference":"u1"}"#,
        r#"{"kind":"honour","form":"photo"}"#,
        r#"{"kind":"exchange","from":"points","to":"miles","points":5}"#,
        r#"{"kind":"transfer","to":"y","points":5}"#,
        r#"{"kind":"transfer","to":"y","wallet":"stamps","points":5}"#,
        r#"{"kind":"receive_transfer","from":"x","parts":[{"id":1,"wallet":"points","order":"1","points":5}]}"#,
        r#"{"kind":"adjust","reason":"sorry","credit":5}"#,
        r#"{"kind":"adjust","wallet":"stamps","reason":"sorry","credit":5,"last_day":"2026-12-31"}"#,
        r#"{"kind":"adjust","reason":"sorry","credit":5,"lasts_ever":true}"#,
        r#"{"kind":"adjust","reason":"fraud","debit":5}"#,
        r#"{"kind":"adjust","reason":"fraud","debit":5,"lot":7}"#,
        r#"{"kind":"adjust","reason":"fraud","debit":5,"shortfall":"debt"}"#,
        r#"{"kind":"reward_referral","friend":"f","order":"1","day":"2026-01-31"}"#,
        r#"{"kind":"revoke_referral","friend":"f","order":"1"}"#,
        r#"{"kind":"settle_sale","buyer":"b","order":"1","worth":[{"wallet":"points","points":3}],"seq":4}"#,
        r#"{"kind":"count_shared","by":"b","seq":4,"counts":[{"of":"campaign/summer","count":-3}]}"#,
    ];
    commands.extend(others.map(str::to_owned));
    commands
}

fn read(command: &str) -> Result<C, Problem> {
    let text = format!(r#"{{"account":"m","key":"k","command":{command}}}"#);
    request(&text).map(|request| request.command)
}

#[test]
fn every_command_is_read_and_reads_back_what_it_writes() {
    for command in commands() {
        read(&command).unwrap_or_else(|problem| panic!("{problem:?}: {command}"));
        let stored: Command = document(&crate::parse(&command).unwrap()).unwrap();
        assert_eq!(stored.to_json(), command);
    }
}

#[test]
fn no_kind_of_command_is_forgotten_here() {
    let lines = include_str!("command.rs").lines().filter(|line| !line.trim_start().starts_with('#'));
    let declared = lines.filter_map(|line| line.split_once("= \""));
    for (_, kind) in declared {
        let kind = kind.split('"').next().unwrap();
        let start = format!(r#"{{"kind":"{kind}""#);
        assert!(commands().iter().any(|command| command.starts_with(&start)), "no command of kind `{kind}`");
    }
}

#[test]
fn a_wallet_that_is_not_named_is_left_to_the_programme() {
    let transfer = |text: &str| match read(text).unwrap() {
        C::Transfer { wallet, .. } => wallet,
        other => panic!("{other:?}"),
    };
    assert_eq!(transfer(r#"{"kind":"transfer","to":"y","points":5}"#), None);
    assert_eq!(
        transfer(r#"{"kind":"transfer","to":"y","wallet":"stamps","points":5}"#),
        Some(WalletId::new("stamps").unwrap())
    );
}

#[test]
fn a_correction_goes_one_way() {
    let adjust = |fields: &str| read(&format!(r#"{{"kind":"adjust","reason":"r",{fields}}}"#));
    let way = |fields: &str| match adjust(fields).unwrap() {
        C::Adjust { adjustment, points, .. } => (adjustment, points.get()),
        other => panic!("{other:?}"),
    };
    let day = Day::parse("2026-12-31").unwrap();
    assert_eq!(way(r#""credit":5"#), (Adjustment::Credit(Lasting::AsEarned), 5));
    assert_eq!(way(r#""credit":5,"last_day":"2026-12-31""#), (Adjustment::Credit(Lasting::Through(day)), 5));
    assert_eq!(way(r#""credit":5,"lasts_ever":true"#), (Adjustment::Credit(Lasting::Ever), 5));
    let debit = |lot, shortfall| Adjustment::Debit { lot, shortfall };
    assert_eq!(way(r#""debit":5"#), (debit(None, Shortfall::Refuse), 5));
    assert_eq!(way(r#""debit":5,"shortfall":"write_off""#), (debit(None, Shortfall::WriteOff), 5));
    assert_eq!(way(r#""debit":5,"lot":7"#), (debit(Some(7), Shortfall::Refuse), 5));
    let refused = |fields: &str, path: &str, code: Code| {
        let faults = adjust(fields).unwrap_err().faults;
        assert_eq!((faults[0].path.as_str(), faults[0].code), (path, code), "{fields}");
    };
    refused(r#""credit":5,"debit":5"#, "/command", Code::AmountAmbiguous);
    refused(r#""wallet":"points""#, "/command", Code::AmountAmbiguous);
    refused(r#""debit":5,"lot":7,"shortfall":"debt""#, "/command/shortfall", Code::UnknownField);
    refused(r#""credit":5,"lot":7"#, "/command/lot", Code::UnknownField);
    refused(r#""credit":5,"shortfall":"debt""#, "/command/shortfall", Code::UnknownField);
    refused(r#""debit":5,"last_day":"2026-12-31""#, "/command/last_day", Code::UnknownField);
    refused(r#""debit":5,"lasts_ever":true"#, "/command/lasts_ever", Code::UnknownField);
    let both = r#""credit":5,"last_day":"2026-12-31","lasts_ever":true"#;
    refused(both, "/command/last_day", Code::AmountAmbiguous);
}

#[test]
fn a_hold_asks_for_points_or_for_a_value() {
    let hold = |fields: &str| read(&format!(r#"{{"kind":"hold","hold":"h","reward":"r",{fields}}}"#));
    let ask = |fields: &str| match hold(fields).unwrap() {
        C::Hold { ask: Redeem { ask, .. }, .. } => ask,
        other => panic!("{other:?}"),
    };
    assert_eq!(ask(&format!(r#""cart":{CART}"#)), Ask::Fixed);
    assert_eq!(ask(r#""points":5"#), Ask::Points(Points::new(5).unwrap()));
    let Ask::Value(value) = ask(&format!(r#""value":"1.50","cart":{CART}"#)) else { panic!() };
    assert_eq!(value.to_string(), "1.50");
    let refused = |fields: &str, path: &str, code: Code| {
        let faults = hold(fields).unwrap_err().faults;
        assert_eq!((faults[0].path.as_str(), faults[0].code), (path, code), "{fields}");
    };
    refused(r#""points":5,"value":"1.50""#, "/command", Code::AmountAmbiguous);
    refused(r#""value":"1.50""#, "/command/cart", Code::Missing);
    refused(&format!(r#""value":"1.505","cart":{CART}"#), "/command/value", Code::AmountTooFine);
}

#[test]
fn a_fingerprint_leaves_out_what_may_have_changed_meanwhile() {
    let fingerprint = |command: &str| {
        request(&format!(r#"{{"account":"m","key":"k","command":{command}}}"#)).unwrap().fingerprint
    };
    let order = |more: &str| {
        fingerprint(&format!(
            r#"{{"kind":"pay_order","order":{{"id":"1","currency":"EUR","lines":[{{"id":"a","amount":"1"}}]{more}}}}}"#
        ))
    };
    assert_eq!(order(""), order(r#","advocate":"x""#));
    assert_ne!(order(""), order(r#","seller":"x""#));
    let sale = |points: u64, seq: u64| {
        fingerprint(&format!(
            r#"{{"kind":"settle_sale","buyer":"b","order":"1","worth":[{{"wallet":"points","points":{points}}}],"seq":{seq}}}"#
        ))
    };
    assert_eq!(sale(3, 4), sale(2, 4));
    assert_ne!(sale(3, 4), sale(3, 5));
}

/// What an event asks of other accounts, as texts.
fn asked(event: &str, record: Option<&str>) -> Vec<(String, String)> {
    let entry = format!(
        r#"{{"v":1,"seq":4,"at":"2026-01-31T10:05:00.000Z","day":"2026-01-31","time":"11:05","programme":"v1","key":"k","fingerprint":"000102030405060708090a0b0c0d0e0f",{event}}}"#
    );
    let read = crate::entry(&entry).unwrap();
    let found = crate::ledger::messages("buyer", &entry, record).unwrap();
    assert_eq!(read.has_messages(), !found.is_empty());
    found
}

#[test]
fn the_messages_of_one_entry_have_keys_of_their_own() {
    let order = r#"{"id":"1","currency":"EUR","lines":[{"id":"a","amount":"12.50"}],"seller":"clerk"}"#;
    let event = format!(
        r#""event":{{"kind":"order_paid","order":{order},"lines":[{{"id":"a","spend":"12.50"}}],"points":0,"sale":[{{"wallet":"points","lines":[3]}}],"shared":[{{"of":"campaign/summer","count":7}}]}}"#
    );
    let record = format!(
        r#"{{"v":1,"order":{order},"programme":"v1","day":"2026-01-31","lines":[{{"spend":"12.50"}}],"sale":[{{"wallet":"points","lines":[3],"back":[1]}}]}}"#
    );
    let hash = hash("buyer");
    let expected = [
        (
            "clerk",
            format!(
                r#"{{"account":"clerk","key":"sale:{hash}:4","command":{{"kind":"settle_sale","buyer":"buyer","order":"1","worth":[{{"wallet":"points","points":2}}],"seq":4}}}}"#
            ),
        ),
        (
            "#shared",
            format!(
                r##"{{"account":"#shared","key":"shared:{hash}:4","command":{{"kind":"count_shared","by":"buyer","seq":4,"counts":[{{"of":"campaign/summer","count":7}}]}}}}"##
            ),
        ),
    ];
    assert_eq!(asked(&event, Some(&record)), expected.map(|(to, text)| (to.to_owned(), text)));
}

fn hash(account: &str) -> String {
    crate::text::hex(&Sha256::digest(account))
}

#[test]
fn points_that_are_given_away_arrive() {
    let event = r#""changes":{"points":-5},"event":{"kind":"transfer_sent","to":"y","wallet":"points","parts":[{"id":1,"wallet":"points","order":"1","points":5}]}"#;
    let hash = hash("buyer");
    let expected = format!(
        r#"{{"account":"y","key":"transfer:{hash}:4","command":{{"kind":"receive_transfer","from":"buyer","parts":[{{"id":1,"wallet":"points","order":"1","points":5}}]}}}}"#
    );
    assert_eq!(asked(event, None), [("y".to_owned(), expected)]);
    assert_eq!(asked(r#""event":{"kind":"event_recorded","event":"visit"}"#, None), []);
}

#[test]
fn a_friend_tells_the_advocate() {
    let event = |kind: &str, more: &str| {
        format!(r#"{more}"event":{{"kind":"{kind}","role":"friend","other":"adv","order":"1""#)
    };
    let rewarded = event("referral_rewarded", r#""changes":{"points":5},"#)
        + r#","on":"2026-01-30","minimum":"10.00","currency":"EUR","lot":{"id":1,"wallet":"points","welcome":"adv","points":5}}"#;
    let revoked = event("referral_revoked", r#""changes":{"points":-5},"#)
        + r#","back":{"wallet":"points","debt":5},"pending":false,"day":"2026-01-30"}"#;
    let hash = hash("buyer");
    for (event, key, command) in [
        (
            rewarded,
            "referral",
            r#"{"kind":"reward_referral","friend":"buyer","order":"1","day":"2026-01-30"}"#,
        ),
        (revoked, "referral-revoked", r#"{"kind":"revoke_referral","friend":"buyer","order":"1"}"#),
    ] {
        let expected = format!(r#"{{"account":"adv","key":"{key}:{hash}","command":{command}}}"#);
        assert_eq!(asked(&event, None), [("adv".to_owned(), expected)]);
    }
}

#[test]
fn a_sale_without_its_order_is_not_told() {
    let event = Event::Refunded {
        order: core::OrderId::new("1").unwrap(),
        day: Day::default(),
        refund: core::Refund { id: core::RefundId::new("r").unwrap(), lines: vec![] },
        lines: vec![],
        points: Points::ZERO,
        credits: vec![],
        sale: vec![SaleCredit { wallet: WalletId::new("points").unwrap(), lines: vec![] }],
        restored: vec![],
        remainders: vec![],
        unused: vec![],
        shared: vec![],
        whole: true,
        keeps: None,
    };
    let entry = Entry {
        seq: 4,
        moment: Moment { at: Instant::new(0).unwrap(), day: Day::default(), minute: 0 },
        programme: core::Version::new("v1").unwrap(),
        key: Key::new("k").unwrap(),
        fingerprint: Fingerprint([0; 16]),
        event,
    };
    let problem = messages(&AccountId::new("buyer").unwrap(), &entry, None).unwrap_err();
    assert_eq!(problem.code, Code::EntryInconsistent);
    let text = crate::EntryV1::from(&entry).to_json();
    assert_eq!(crate::ledger::message_record(&text).unwrap().as_deref(), Some("order/1"));
}

#[test]
fn a_command_that_is_sent_as_it_is_booked_has_one_fingerprint() {
    let command = r#"{"kind":"transfer","to":"b","points":5}"#;
    let text = format!(r#"{{"account":"a","key":"k","command":{command}}}"#);
    let booked = crate::ledger::fingerprint(&request(&text).unwrap());
    for same in [command, r#"{ "points":5, "kind":"transfer", "to":"\u0062" }"#] {
        assert_eq!(fingerprint_of(same).as_ref(), Ok(&booked), "{same}");
    }
    assert_ne!(fingerprint_of(r#"{"kind":"transfer","to":"c","points":5}"#), Ok(booked));
    assert!(fingerprint_of("{").is_err());
}
