use super::*;

/// An account with a history of every kind, and KV's copy of it.
fn history() -> (Memory, Vec<Found>) {
    let store = Memory::new();
    for id in 1..=3 {
        pay(&store, &id.to_string());
    }
    for (key, command) in [
        ("back", r#"{"kind":"refund","order":"1","refund":"r1"}"#),
        ("hold", r#"{"kind":"hold","hold":"h1","reward":"mug"}"#),
        ("hold2", r#"{"kind":"hold","hold":"h2","reward":"mug"}"#),
        ("capture", r#"{"kind":"capture","hold":"h1"}"#),
    ] {
        assert_eq!(ask(&store, key, command).unwrap().status, 201, "{command}");
    }
    let found = |entry: &Linked| Found {
        key: name().entry("e0", entry.row.seq),
        text: entry.row.body.clone(),
        hash: entry.hash[..16].to_owned(),
    };
    let found = store.entries.borrow().iter().map(found).collect();
    (store, found)
}

fn rebuilt(found: &[Found], copy: Option<&Snapshot>) -> Result<Memory, Damage> {
    let history = History::prove(&name(), found, copy)?;
    assert_eq!(history.programmes(), [programme().version()]);
    let again = Memory::new();
    again.write(history.rebuild(&name(), |_| Some(programme()))?).unwrap();
    Ok(again)
}

#[test]
fn an_account_is_what_it_was() {
    let (store, found) = history();
    let again = rebuilt(&found, Some(&Snapshot::of(&store).unwrap())).unwrap();
    assert_eq!(again.entries, store.entries);
    assert_eq!(again.records, store.records);
    let expected = Meta { flushed_seq: store.row().head_seq, ..store.row() };
    assert_eq!(again.row(), expected);
    assert_eq!(
        again.kept.borrow().keys().collect::<Vec<_>>(),
        store.kept.borrow().keys().collect::<Vec<_>>()
    );
}

#[test]
fn a_command_that_comes_again_is_not_booked_again() {
    let (store, found) = history();
    let again = rebuilt(&found, None).unwrap();
    let head = again.row().head_seq;
    for id in ["1", "2", "3"] {
        let expected = pay(&store, id);
        assert!(expected.replayed);
        assert_eq!(pay(&again, id), expected, "the very answer");
    }
    // A hold with a name of its own is not named in the answer; that of `POST /holds`, named like its key, is.
    let hold = r#"{"kind":"hold","hold":"h2","reward":"mug"}"#;
    let expected = ask(&store, "hold2", hold).unwrap();
    assert!(expected.replayed && !expected.body.contains(r#""hold":{"#));
    assert_eq!(ask(&again, "hold2", hold).unwrap(), expected, "the very answer");
    assert_eq!(ask(&again, "another", &order("2", "20.00")).unwrap().status, 200);
    assert_eq!(again.row().head_seq, head);
    assert_eq!(pay(&again, "4").status, 201);
    assert_eq!(again.row().head_seq, head + 1);
}

#[track_caller]
fn refuses(damage: impl FnOnce(&mut Vec<Found>), expected: Damage) {
    let (store, mut found) = history();
    damage(&mut found);
    found.sort_by(|one, other| one.key.cmp(&other.key));
    let copy = Snapshot::of(&store).unwrap();
    assert_eq!(rebuilt(&found, Some(&copy)).err(), Some(expected));
}

#[test]
fn fault_34_a_damaged_history_is_refused() {
    refuses(Vec::clear, Damage::Nothing);
    refuses(|found| drop(found.remove(0)), Damage::Gap(1));
    refuses(|found| drop(found.remove(2)), Damage::Gap(3));
    refuses(|found| drop(found.pop()), Damage::Behind(6, 7));
    refuses(|found| found[3].text = found[3].text.replace("r1", "r2"), Damage::Hash(4));
    refuses(
        |found| {
            let key = found[2].key.clone();
            found[2].key = core::mem::replace(&mut found[1].key, key);
        },
        Damage::Hash(2),
    );
    let foreign = "e/demo/ann/e1/0000000000000001".to_owned();
    refuses(
        |found| found.push(Found { key: foreign.clone(), ..found[0].clone() }),
        Damage::Epoch(foreign.clone()),
    );
    let key = "e/demo/ann/e0/odd".to_owned();
    refuses(|found| found.push(Found { key: key.clone(), ..found[0].clone() }), Damage::Epoch(key.clone()));
}

#[test]
fn fault_34_a_whole_chain_of_other_entries_is_refused() {
    let (store, _) = history();
    let other = Memory::new();
    let (_, mut found) = history();
    pay(&other, "9");
    let body = other.entries.borrow()[0].row.body.clone();
    let mut hash = "e0".to_owned();
    found[0].text = body;
    for found in &mut found {
        hash = chained(&hash, &found.text);
        found.hash = hash[..16].to_owned();
    }
    let copy = Snapshot::of(&store).unwrap();
    let head = store.row().head_seq;
    assert_eq!(
        rebuilt(&found, Some(&copy)).err(),
        Some(Damage::Hash(head)),
        "the copy knows the head's hash"
    );
    assert!(matches!(rebuilt(&found, None).err(), Some(Damage::Entry(..))), "order 1 is not there");
}

#[test]
fn without_its_programme_no_answer_can_be_given_again() {
    let (_, found) = history();
    let history = History::prove(&name(), &found, None).unwrap();
    let version = programme().version().to_owned();
    assert_eq!(history.rebuild(&name(), |_| None), Err(Damage::Programme(version)));
}

/// A comparison with what KV has under these keys.
fn mended(store: &Memory, kv: &Values) -> (Mended, Vec<Put>) {
    let mut mend = Mend::new(name(), store.row());
    kv.keys().for_each(|key| mend.listed(key));
    let rows = store.entries(0, 100).unwrap();
    assert!(mend.keys(&rows).iter().all(|key| name().read_entry(key).is_some()));
    let puts = mend.over(&rows, kv);
    (mend.found(None), puts)
}

#[test]
fn what_kv_lost_or_has_wrong_is_put_again_with_the_same_bytes() {
    let (store, found) = history();
    let head = store.row().head_seq;
    let (letters, delivered) = (vec![], vec![]);
    store.mark(Marks { flushed: head, sent: 0, fed: 0, failures: 0, at: 0, letters, delivered }).unwrap();
    let value = |found: &Found| (Some(found.text.clone()), Some(serde_json::json!({ "h": found.hash })));
    let whole: Values = found.iter().map(|found| (found.key.clone(), value(found))).collect();
    let none = Mended { head_seq: head, entries: head, ..Mended::default() };
    assert_eq!(mended(&store, &whole), (none.clone(), vec![]));

    let mut kv = whole.clone();
    kv.remove(&found[0].key);
    kv.get_mut(&found[1].key).unwrap().0 = Some("{}".into());
    kv.get_mut(&found[2].key).unwrap().1 = None;
    kv.insert("e/demo/ann/e1/0000000000000001".into(), (Some("{}".into()), None));
    let (told, puts) = mended(&store, &kv);
    let foreign_keys = vec!["e/demo/ann/e1/0000000000000001".to_owned()];
    assert_eq!(told, Mended { missing: 1, different: 2, foreign: 1, foreign_keys, ..none });
    for put in puts {
        kv.insert(put.key, (Some(put.text), Some(put.metadata)));
    }
    kv.remove("e/demo/ann/e1/0000000000000001");
    assert_eq!(kv, whole);
}

#[test]
fn entries_that_the_journal_has_yet_to_write_are_left_to_it() {
    let (store, _) = history();
    let (told, puts) = mended(&store, &Values::new());
    assert_eq!((told.entries, told.missing, puts.len()), (0, 0, 0));
    assert_eq!(Mend::new(name(), store.row()).copy(&store, None).unwrap(), None);
}

#[test]
fn an_entry_that_kv_has_beyond_the_head_is_told_and_kept() {
    let (store, _) = history();
    let beyond = name().entry("e0", store.row().head_seq + 1);
    let (told, _) = mended(&store, &Values::from([(beyond.clone(), (Some("{}".into()), None))]));
    assert_eq!((told.foreign, told.foreign_keys), (1, vec![beyond]));
}

#[test]
fn entries_are_compared_in_blocks_whose_keys_start_alike() {
    let (store, _) = history();
    let mend = Mend::new(name(), store.row());
    for (after, most) in [(0, 255), (1, 254), (254, 1), (255, 256), (300, 211), (65_535, 256)] {
        let (prefix, count) = mend.block(after);
        assert_eq!(count, most);
        let starts = |seq| name().entry("e0", seq).starts_with(&prefix);
        assert!(starts(after + 1) && starts(after + count) && !starts(after + count + 1), "after {after}");
    }
}
