use super::*;

#[test]
fn fault_2_a_key_repeats_its_answer_byte_for_byte() {
    let store = Memory::new();
    let first = pay(&store, "1");
    assert_eq!((first.status, first.replayed), (201, false));
    assert!(first.body.ends_with(r#","kv":"pending"}"#));
    assert_eq!(pay(&store, "1"), Decided { replayed: true, ..first });
    assert_eq!(store.entries.borrow().len(), 1);
}

#[test]
fn fault_3_a_key_with_another_command_changes_nothing() {
    let store = Memory::new();
    pay(&store, "1");
    let Err(Trouble::Refused(problem)) = ask(&store, "order-1", &order("1", "20.01")) else { panic!() };
    assert_eq!(problem.code.to_string(), "idempotency_key_reused");
    assert_eq!((store.entries.borrow().len(), store.kept.borrow().len()), (1, 1));
}

#[test]
fn an_order_under_another_key_is_answered_and_not_booked() {
    let store = Memory::new();
    pay(&store, "1");
    let again = ask(&store, "other", &order("1", "20.00")).unwrap();
    assert_eq!((again.status, store.row().head_seq), (200, 1));
    assert!(again.body.contains(r#""applied":false"#));
}

#[test]
fn fault_24_a_refusal_by_the_balance_is_the_last_word_for_its_key() {
    let store = Memory::new();
    let hold = r#"{"kind":"hold","hold":"h1","reward":"mug"}"#;
    let refused = ask(&store, "hold", hold).unwrap();
    assert_eq!((refused.status, refused.body.as_str()), (409, "insufficient_points"));
    pay(&store, "1");
    assert_eq!(ask(&store, "hold", hold).unwrap(), Decided { replayed: true, ..refused });
    assert_eq!(ask(&store, "new-key", hold).unwrap().status, 201);
}

#[test]
fn a_refusal_that_can_be_mended_is_not_kept() {
    let store = Memory::new();
    assert!(ask(&store, "k", r#"{"kind":"capture","hold":"h1"}"#).is_err());
    assert_eq!((store.meta.borrow().clone(), store.kept.borrow().len()), (None, 0));
}

#[test]
fn a_draft_begins_nothing_and_is_told_what_is_kept() {
    let store = Memory::new();
    let hold = r#"{"kind":"hold","hold":"h1","reward":"mug"}"#;
    let draft =
        |key, command: &str| asked(&store, key, command, true).map(|told| (told.status, told.replayed));
    // Where there is no account, not even a refusal is kept.
    assert_eq!(draft("hold", hold).unwrap(), (409, false));
    assert_eq!(draft("order-1", &order("1", "20.00")).unwrap(), (201, false));
    assert_eq!((store.meta.borrow().clone(), store.kept.borrow().len()), (None, 0));
    pay(&store, "1");
    assert_eq!(draft("order-1", &order("1", "20.00")).unwrap(), (201, true));
    assert!(draft("order-1", &order("1", "20.01")).is_err(), "the key is another request's");
    assert_eq!(draft("order-2", &order("2", "20.00")).unwrap(), (201, false));
    assert_eq!((store.entries.borrow().len(), store.kept.borrow().len()), (1, 1));
    // Where there is one, a refusal by its state is the last word.
    let all = r#"{"kind":"adjust","reason":"x","debit":1000,"shortfall":"refuse"}"#;
    assert_eq!(draft("debit", all).unwrap(), (409, false));
    assert_eq!(draft("debit", all).unwrap(), (409, true));
}

#[test]
fn fault_28_what_cannot_be_written_is_not_answered() {
    let store = Memory::new();
    pay(&store, "1");
    store.lost.set(true);
    assert!(matches!(ask(&store, "order-2", &order("2", "20.00")), Err(Trouble::Unavailable(_))));
    store.lost.set(false);
    assert_eq!(pay(&store, "2").status, 201);
    assert_eq!(store.row().head_seq, 2);
}

#[test]
fn every_entry_hangs_on_the_one_before_it() {
    let store = Memory::new();
    for id in 1..=3 {
        pay(&store, &id.to_string());
    }
    let mut hash = "e0".to_owned();
    for (at, entry) in store.entries.borrow().iter().enumerate() {
        hash = chained(&hash, &entry.row.body);
        assert_eq!((entry.row.seq, &entry.hash), (at as u64 + 1, &hash));
    }
    assert_eq!(store.row().head_hash, hash);
}

#[test]
fn what_is_too_long_to_be_stored_is_refused_before_anything_is_written() {
    let store = Memory::new();
    pay(&store, "1");
    let categories: Vec<_> = (0..20).map(|at| format!(r#""{at:0>100}""#)).collect();
    let line = |at| format!(r#"{{"id":"{at}","amount":"1.00","categories":[{}]}}"#, categories.join(","));
    let lines: Vec<_> = (0..1_000).map(line).collect();
    let order = format!(r#"{{"id":"2","currency":"EUR","lines":[{}]}}"#, lines.join(","));
    let refused = ask(&store, "order-2", &format!(r#"{{"kind":"pay_order","order":{order}}}"#));
    assert!(matches!(refused, Err(Trouble::Full(2_000_000..))), "{refused:?}");
    assert_eq!((store.row().head_seq, store.kept.borrow().len()), (1, 1));
}
