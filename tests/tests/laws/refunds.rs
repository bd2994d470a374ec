//! Taking back what was booked.

use loyalty_core::{Entry, Event, Points};
use loyalty_tests::history::history;
use loyalty_tests::world::{Outcome, World};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What was taken back of an order so far, told from the log alone.
#[derive(Default)]
struct Back {
    lines: BTreeMap<String, (Decimal, Decimal, u64)>,
    restored: u64,
}

fn total<'a>(points: impl IntoIterator<Item = &'a Points>) -> u64 {
    points.into_iter().map(|points| points.get()).sum()
}

/// Follows the refunds of one order through the log.
fn follow(entries: &[Entry], paid: &Entry) -> Result<Back, TestCaseError> {
    let Event::OrderPaid { order, lines, redeemed, .. } = &paid.event else { return Ok(Back::default()) };
    let spent = total(redeemed.iter().map(|r| &r.points));
    let mut so_far = Back::default();
    for entry in entries {
        let Event::Refunded { order: id, lines: refunded, back, restored, .. } = &entry.event else {
            continue;
        };
        if *id != order.id {
            continue;
        }
        for line in refunded {
            let known = so_far.lines.entry(line.line.as_str().to_owned()).or_default();
            known.0 += line.amount.amount();
            known.1 += line.spend;
            known.2 += line.points.get();
            let booked = lines.iter().find(|booked| booked.line == line.line).unwrap();
            let sold = order.cart.lines().iter().find(|sold| sold.id == line.line).unwrap();
            prop_assert!(
                known.0 <= sold.amount.amount() && known.1 <= booked.spend && known.2 <= booked.points.get()
            );
            // Exactly the refunded share of what was booked, rounded down: not the sum of rounded parts.
            let charged = sold.amount.amount();
            if known.0 != charged {
                let (share, taken) = (Decimal::from(booked.points.get()) * known.0, Decimal::from(known.2));
                prop_assert!(taken * charged <= share && share < (taken + Decimal::ONE) * charged);
            }
        }
        let asked = total(refunded.iter().map(|line| &line.points));
        let taken = total(back.taken.iter().map(|taken| &taken.points));
        prop_assert_eq!(asked, taken + back.debt.get() + back.written_off.get());
        so_far.restored += total(restored.iter().map(|lot| &lot.points));
        prop_assert!(so_far.restored <= spent);
    }
    Ok(so_far)
}

/// Everything that was booked for an order came back.
fn complete(entries: &[Entry], paid: &Entry) -> Result<(), TestCaseError> {
    let Event::OrderPaid { order, lines, redeemed, .. } = &paid.event else { return Ok(()) };
    let back = follow(entries, paid)?;
    for booked in lines {
        let (_, spend, points) = back.lines.get(booked.line.as_str()).copied().unwrap_or_default();
        prop_assert_eq!((points, spend), (booked.points.get(), booked.spend), "{:?} of {}", booked, order.id);
    }
    prop_assert_eq!(back.restored, total(redeemed.iter().map(|r| &r.points)));
    Ok(())
}

proptest! {
    /// Law `full-refund`: however an order is split into refunds, what they take back is in sum what was
    /// booked, line by line, and never more at any step; points spent on it return in the same way.
    #[test]
    fn full_refund(history in history(20)) {
        let mut world = World::of(&history);
        world.live(&history.happenings, |_, _| {});
        let paid: Vec<Entry> =
            world.entries.iter().filter(|e| matches!(e.event, Event::OrderPaid { .. })).cloned().collect();
        for entry in &paid {
            follow(&world.entries, entry)?;
        }
        for (number, entry) in paid.iter().enumerate() {
            let Event::OrderPaid { order, .. } = &entry.event else { continue };
            for again in ["all", "again"] {
                let id = &order.id;
                let request = format!(
                    r#"{{"account":"member","key":"{again}-{number}","command":{{"kind":"refund","order":"{id}","refund":"{again}"}}}}"#
                );
                let outcome = world.deliver(&request);
                prop_assert!(matches!(outcome, Outcome::Appended(_)), "{:?}", outcome);
                complete(&world.entries, entry)?;
            }
        }
        // All orders came back, so nothing counts towards a tier.
        prop_assert!(world.account.position.spend.is_empty(), "{:?}", world.account.position.spend);
    }
}
