//! What holds for every programme and history.

use crate::Books;
use loyalty_books::{Columns, Line, NEVER, Place, Sums, breakage, outstanding, settle, statement};
use loyalty_core::{Entry, Event, Position, due};
use loyalty_tests::documents::document;
use loyalty_tests::history::{happenings, history, programmes};
use loyalty_tests::town::{MEMBERS, Town};
use loyalty_tests::world::World;
use proptest::prelude::*;
use std::collections::BTreeMap;

type ByWallet = BTreeMap<String, i64>;

fn add(sums: &mut ByWallet, wallet: impl ToString, points: i64) {
    *sums.entry(wallet.to_string()).or_default() += points;
}

fn some(mut sums: ByWallet) -> ByWallet {
    sums.retain(|_, points| *points != 0);
    sums
}

/// What a member owns in each wallet, and how much of it is pending.
fn owned(position: &Position) -> [ByWallet; 2] {
    let [mut all, mut pending] = [ByWallet::new(), ByWallet::new()];
    let signed = |points: loyalty_core::Points| i64::try_from(points.get()).unwrap();
    for lot in &position.lots {
        add(&mut all, &lot.wallet, signed(lot.points));
        if !lot.vested() {
            add(&mut pending, &lot.wallet, signed(lot.points));
        }
    }
    position.holds.iter().for_each(|hold| add(&mut all, &hold.wallet, signed(hold.points)));
    position.debt.iter().for_each(|(wallet, points)| add(&mut all, wallet, -signed(*points)));
    [some(all), some(pending)]
}

/// What was posted, whatever falls due.
fn posted(sums: &Sums) -> [ByWallet; 3] {
    let [mut all, mut pending, mut outlook] = [ByWallet::new(), ByWallet::new(), ByWallet::new()];
    for ((_, place), columns) in &sums.daily {
        add(&mut all, &place.wallet, columns.change());
        add(&mut pending, &place.wallet, columns.pending);
    }
    for ((place, _), points) in &sums.outlook {
        add(&mut outlook, &place.wallet, *points);
    }
    [some(all), some(pending), some(outlook)]
}

fn booked(programmes: &[&loyalty_wire::Programme], batches: &[&[Entry]]) -> Books {
    let mut books = Books::default();
    programmes.iter().for_each(|programme| books.publish(programme));
    batches.iter().for_each(|batch| books.feed("a", batch));
    books.sums.tidy();
    books
}

/// By issuer: the sums of each are theirs alone, so this finds points booked on the wrong one.
fn by_issuer(sums: &Sums) -> [BTreeMap<(String, String), i64>; 2] {
    let [mut flows, mut outlook] = [BTreeMap::new(), BTreeMap::new()];
    let key = |place: &Place| (place.wallet.clone(), place.issuer.clone());
    for ((_, place), columns) in &sums.daily {
        *flows.entry(key(place)).or_default() += columns.change();
    }
    for ((place, _), points) in &sums.outlook {
        *outlook.entry(key(place)).or_default() += points;
    }
    [flows, outlook].map(|mut sums: BTreeMap<_, i64>| {
        sums.retain(|_, points| *points != 0);
        sums
    })
}

proptest! {
    /// Law `sum`, in the books: what was posted, by day and by what will become of it, is what the account owns; each
    /// day starts with the end of the day before; and any batches, with entries fed again, make the same books.
    #[test]
    fn books_say_what_the_account_says(history in history(24), cuts in prop::collection::vec((1..9_usize, 0..9_usize), 40)) {
        let mut world = World::of(&history);
        let first = world.programme.clone();
        world.live(&history.happenings, |_, _| {});
        let programmes = [&first, &world.programme];
        let books = booked(&programmes, &[&world.entries]);
        let [all, pending] = owned(&world.account.position);
        prop_assert_eq!(posted(&books.sums), [all.clone(), pending, all]);
        let [flows, outlook] = by_issuer(&books.sums);
        prop_assert_eq!(flows, outlook);

        let mut batches: Vec<&[Entry]> = vec![];
        let mut from = 0;
        for (length, again) in cuts {
            let to = (from + length).min(world.entries.len());
            batches.push(&world.entries[from.saturating_sub(again)..to]);
            from = to;
        }
        batches.push(&world.entries[from..]);
        let again = booked(&programmes, &batches);
        prop_assert_eq!(&again.sums, &books.sums);

        let today = world.account.position.last.day.get();
        let lines = statement(&books.sums, today - 40, today + 400);
        let mut ends = BTreeMap::new();
        for line in &lines {
            let end = ends.insert((&line.wallet, &line.issuer), line.end);
            prop_assert!(end.is_none_or(|end| end == line.start));
            prop_assert_eq!(line.start + line.columns.change(), line.end);
        }
        for (what, sum) in [("statement", lines.iter().filter(|line| line.day == today).map(|line| line.end).sum::<i64>()),
            ("outstanding", outstanding(&books.sums, today).iter().map(|age| age.points).sum()),
            ("breakage", breakage(&books.sums, today).values().map(|cohort| cohort.outstanding).sum())] {
            let end: i64 = statement(&books.sums, today, today).iter().map(|line| line.end).sum();
            prop_assert_eq!(sum, end, "{}", what);
        }
        for cohort in breakage(&books.sums, today).values() {
            prop_assert_eq!(cohort.issued - cohort.used - cohort.expired, cohort.outstanding);
        }
    }

    /// Law `expiry-exact`, in the books: whenever an account is touched, and whatever that posts late, no day that is
    /// over changes, and the end of the last of them is what the account says the next morning.
    #[test]
    fn no_touch_changes_a_day_that_is_over(document in document(), past in happenings(20), later in 0..900_i64) {
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        let mut books = booked(&[&world.programme], &[&world.entries]);
        world.wait(later * 1440 + 1440);
        let yesterday = world.moment.day.get() - 1;
        let told = statement(&books.sums, yesterday - 930, yesterday);
        let late = due(world.programme.rules(), &world.account, world.moment).unwrap();
        // A birthday gift is known only once it is posted, and keeps idle points alive.
        prop_assume!(late.iter().all(|entry| !matches!(entry.event, Event::BonusGiven { .. })));
        books.feed("a", &late);
        let known = statement(&books.sums, yesterday - 930, yesterday);
        // When a pot fills, and repays what is owed, only the rules know.
        let parts = world.programme.rules().parts();
        let pots = || parts.wallets.iter().filter(|wallet| !wallet.vesting.threshold.is_zero());
        let shown = |lines: Vec<Line>| -> Vec<Line> {
            let nothing = |line: &Line| line.start == 0 && line.pending == 0 && line.columns == Columns::default();
            let pot = |line: &Line| pots().any(|wallet| wallet.id.as_str() == line.wallet);
            lines.into_iter().filter(|line| !nothing(line) && !pot(line)).collect()
        };
        let (told, known) = (shown(told), shown(known));
        prop_assert_eq!(told, known);
    }

    /// Law `settlement-zero`: what partners get of each other comes to zero, in every period and over all, and points
    /// that are cleared between issuers are nobody's in the end.
    #[test]
    fn partners_get_what_partners_pay((document, later) in programmes(), life in prop::collection::vec((0..MEMBERS.len(), happenings(1)), 24)) {
        let mut town = Town::new(&document, (life.len() / 2, later));
        let mut books = Books::default();
        books.publish(&town.members[0].programme);
        for (who, happening) in &life {
            happening.iter().for_each(|happening| town.happen(*who, happening));
            town.arrive(*who);
        }
        town.rest();
        books.publish(&town.members[0].programme);
        for member in &town.members {
            books.feed(member.name.as_str(), &member.entries);
        }
        let months: Vec<i32> = books.sums.owed.keys().map(|(month, _)| *month).collect();
        let mut of_periods = BTreeMap::new();
        let mut after = 0;
        for month in months.into_iter().chain([NEVER]) {
            let settlement = settle(&books.sums, after, month);
            prop_assert_eq!(settlement.net.values().sum::<i64>(), 0);
            for (partner, gets) in settlement.net {
                *of_periods.entry(partner).or_insert(0) += gets;
            }
            after = month;
        }
        let whole = settle(&books.sums, 0, NEVER);
        of_periods.retain(|partner, gets| *gets != 0 || whole.net.get(partner).is_some());
        prop_assert!(of_periods.iter().eq(whole.net.iter().map(|(partner, gets)| (partner, gets))));
        let mut paid = BTreeMap::new();
        for (pays, gets, value) in &whole.payments {
            prop_assert!(*value > 0 && pays != gets);
            *paid.entry(pays.clone()).or_insert(0) -= value;
            *paid.entry(gets.clone()).or_insert(0) += value;
        }
        paid.retain(|_, gets| *gets != 0);
        let net: BTreeMap<_, _> = whole.net.into_iter().filter(|(_, gets)| *gets != 0).collect();
        prop_assert_eq!(paid, net);
        prop_assert_eq!(books.sums.daily.values().map(|columns| columns.cleared).sum::<i64>(), 0);
    }
}
