use super::*;
use std::collections::HashMap;

/// Walks over the entries after `after`, at most `most` of them.
fn walk(store: &Memory, kv: &HashMap<String, Option<String>>, after: u64, most: u32) -> Findings {
    let last = after.checked_sub(1).and_then(|before| store.entries(before, 1).unwrap().pop());
    let mut walk = Walk::new(store.row(), last);
    let rows = store.entries(after, most).unwrap();
    let keys = walk.keys(&name(), &rows);
    walk.over(&rows, &keys, kv);
    let all = store.entries(walk.seq(), 1).unwrap().is_empty();
    walk.findings((after == 0).then_some(kv.len() as u64), all)
}

fn paid() -> (Memory, HashMap<String, Option<String>>) {
    let store = Memory::new();
    (1..=5).for_each(|id| drop(pay(&store, &id.to_string())));
    let value = |entry: &Linked| (name().entry("e0", entry.row.seq), Some(entry.row.body.clone()));
    let kv = store.entries.borrow().iter().map(value).collect();
    (store, kv)
}

fn sound(findings: &Findings) -> [bool; 3] {
    [findings.equal, findings.dense, findings.chain_intact]
}

#[test]
fn pages_find_what_one_walk_finds() {
    let (store, kv) = paid();
    let whole = walk(&store, &kv, 0, 100);
    assert_eq!((sound(&whole), whole.next, whole.kv_entries), ([true; 3], None, Some(5)));
    assert_eq!(whole.log_hash, store.row().head_hash);
    let first = walk(&store, &kv, 0, 3);
    assert_eq!((sound(&first), first.next, first.kv_entries), ([true; 3], Some(3), Some(5)));
    let second = walk(&store, &kv, 3, 100);
    assert_eq!(second, Findings { kv_entries: None, ..whole });
}

#[test]
fn each_damage_is_found_on_its_page() {
    let (store, mut kv) = paid();
    kv.insert(name().entry("e0", 4), Some("{}".into()));
    assert_eq!(sound(&walk(&store, &kv, 0, 3)), [true; 3]);
    assert_eq!(sound(&walk(&store, &kv, 3, 100)), [false, true, true]);
    kv.remove(&name().entry("e0", 5));
    assert_eq!(sound(&walk(&store, &kv, 0, 3)), [false, true, true], "KV lists one too few");

    let (store, kv) = paid();
    store.entries.borrow_mut()[3].row.body.push(' ');
    assert_eq!(sound(&walk(&store, &kv, 0, 3)), [true; 3]);
    assert_eq!(sound(&walk(&store, &kv, 3, 100)), [false, true, false]);
    let (store, kv) = paid();
    store.entries.borrow_mut().remove(3);
    assert_eq!(sound(&walk(&store, &kv, 3, 100)), [false; 3]);
}
