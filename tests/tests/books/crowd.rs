//! A shop with 100 000 members.

use crate::Books;
use loyalty_books::{breakage, outstanding, statement};
use loyalty_tests::documents::document;
use loyalty_tests::history::happenings;
use loyalty_tests::world::World;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

const MEMBERS: usize = 100_000;
const KINDS: usize = 200;

/// M40: a hundred thousand members are added up exactly, and the books stay small: what reports read grows with days,
/// months and issuers, not with members.
#[test]
fn a_hundred_thousand_members_add_up() {
    let mut runner = TestRunner::deterministic();
    let document = document().new_tree(&mut runner).unwrap().current();
    let mut books = Books::default();
    let mut owned: BTreeMap<String, i64> = BTreeMap::new();
    let kinds: Vec<World> = (0..KINDS)
        .map(|_| {
            let mut world = World::new(&document);
            world.live(&happenings(8).new_tree(&mut runner).unwrap().current(), |_, _| {});
            world
        })
        .collect();
    books.publish(&kinds[0].programme);
    let mut kept = 0;
    for member in 0..MEMBERS {
        let world = &kinds[member % KINDS];
        let name = format!("member-{member}");
        books.feed(&name, &world.entries);
        for entry in &world.entries {
            for (wallet, points) in entry.event.changes() {
                *owned.entry(wallet.to_string()).or_default() += points;
            }
        }
        kept += serde_json::to_string(&books.accounts[&name].0).unwrap().len();
        // What is kept of one member is nobody else's: it is let go as an object lets go of it.
        books.accounts.remove(&name);
    }
    let today = kinds.iter().map(|world| world.moment.day.get()).max().unwrap();
    let far = today + 4000;
    let mut told: BTreeMap<String, i64> = BTreeMap::new();
    for ((_, place), columns) in &books.sums.daily {
        *told.entry(place.wallet.clone()).or_default() += columns.change();
    }
    owned.retain(|_, points| *points != 0);
    told.retain(|_, points| *points != 0);
    assert!(told.values().any(|points| *points > 1_000_000), "{told:?}");
    assert_eq!(told, owned);
    for day in [today, far] {
        let end: i64 = statement(&books.sums, day, day).iter().map(|line| line.end).sum();
        assert_eq!(end, outstanding(&books.sums, day).iter().map(|age| age.points).sum::<i64>());
        assert_eq!(end, breakage(&books.sums, day).values().map(|cohort| cohort.outstanding).sum::<i64>());
    }
    let rows = books.sums.daily.len() + books.sums.outlook.len();
    assert!(rows < 3_000, "{rows} rows");
    assert!(kept / MEMBERS < 1_000, "{} bytes a member", kept / MEMBERS);
}
