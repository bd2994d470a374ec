//! Taking back what was booked.

use loyalty_core::{Entry, Event, LotId, Points, RefundBasis, Restored};
use loyalty_tests::documents::{Document, amount};
use loyalty_tests::history::history;
use loyalty_tests::world::{Outcome, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use rust_decimal::Decimal;
use serde_json::json;
use std::collections::BTreeMap;

/// What was taken back of an order so far, told from the log alone.
#[derive(Default)]
struct Back {
    /// Amount and earning basis of each line.
    lines: BTreeMap<String, (Decimal, Decimal)>,
    /// Points of each lot, per line of the order.
    points: BTreeMap<LotId, Vec<u64>>,
    restored: u64,
    /// Whether any refund was made where what is spent is spent.
    kept: bool,
}

fn total<'a>(points: impl IntoIterator<Item = &'a Points>) -> u64 {
    points.into_iter().map(|points| points.get()).sum()
}

/// Follows the refunds of one order through the log.
fn follow(world: &World, paid: &Entry) -> Result<Back, TestCaseError> {
    let Event::OrderPaid { order, lines, redeemed, credits, .. } = &paid.event else {
        return Ok(Back::default());
    };
    let spent = total(redeemed.iter().map(|r| &r.points));
    let mut so_far = Back::default();
    let mut by_share = true;
    for entry in &world.entries {
        let Event::Refunded { order: id, lines: refunded, credits: backs, restored, .. } = &entry.event
        else {
            continue;
        };
        if *id != order.id {
            continue;
        }
        let rules = world.refunds(&entry.programme);
        by_share &= rules.basis == RefundBasis::Reverse;
        so_far.kept |= rules.restored == Restored::Never;
        for line in refunded {
            let known = so_far.lines.entry(line.line.as_str().to_owned()).or_default();
            known.0 += line.amount.amount();
            known.1 += line.spend;
            let booked = lines.iter().find(|booked| booked.line == line.line).unwrap();
            let sold = order.cart.lines().iter().find(|sold| sold.id == line.line).unwrap();
            prop_assert!(known.0 <= sold.amount.amount() && known.1 <= booked.spend);
        }
        for back in backs {
            let credit = credits.iter().find(|credit| credit.lot.id == back.lot).unwrap();
            let known = so_far.points.entry(back.lot).or_insert_with(|| vec![0; credit.lines.len()]);
            for ((known, more), booked) in known.iter_mut().zip(&back.lines).zip(&credit.lines) {
                *known += more.get();
                prop_assert!(*known <= booked.get(), "{} of {:?} taken back", known, credit);
            }
            let (asked, taken) =
                (total(&back.lines), total(back.back.taken.iter().map(|taken| &taken.points)));
            prop_assert_eq!(asked, taken + back.back.debt.get() + back.back.written_off.get());
        }
        so_far.restored += total(restored.iter().flatten().map(|lot| &lot.points));
        prop_assert!(so_far.restored <= spent);
        // Exactly the refunded share of what was booked, rounded down: not the sum of rounded parts.
        for credit in credits.iter().filter(|_| by_share) {
            let nothing = vec![0; credit.lines.len()];
            let taken = so_far.points.get(&credit.lot.id).unwrap_or(&nothing);
            for ((sold, booked), taken) in order.cart.lines().iter().zip(&credit.lines).zip(taken) {
                let (refunded, _) = so_far.lines.get(sold.id.as_str()).copied().unwrap_or_default();
                let charged = sold.amount.amount();
                let (share, taken) = (Decimal::from(booked.get()) * refunded, Decimal::from(*taken));
                let exact = taken * charged <= share && share < (taken + Decimal::ONE) * charged;
                prop_assert!(
                    exact || charged.is_zero(),
                    "{} of {} for {} of {}",
                    taken,
                    booked.get(),
                    refunded,
                    charged
                );
            }
        }
    }
    Ok(so_far)
}

/// Everything that was booked for an order came back.
fn complete(world: &World, paid: &Entry) -> Result<(), TestCaseError> {
    let Event::OrderPaid { order, lines, redeemed, credits, .. } = &paid.event else { return Ok(()) };
    let back = follow(world, paid)?;
    for booked in lines {
        let (_, spend) = back.lines.get(booked.line.as_str()).copied().unwrap_or_default();
        prop_assert_eq!(spend, booked.spend, "{:?} of {}", booked, order.id);
    }
    for credit in credits {
        let booked: Vec<u64> = credit.lines.iter().map(|points| points.get()).collect();
        let nothing = vec![0; booked.len()];
        prop_assert_eq!(back.points.get(&credit.lot.id).unwrap_or(&nothing), &booked, "{:?}", credit);
    }
    if !back.kept {
        prop_assert_eq!(back.restored, total(redeemed.iter().map(|r| &r.points)));
    }
    Ok(())
}

proptest! {
    /// Law `full-refund`: however an order is split into refunds, what they take back is never more than was
    /// booked at any step, lot by lot and line by line, and exactly that once all of it is refunded; points spent
    /// on it return in the same way. Where refunds take back shares, each is exact at every step.
    #[test]
    fn full_refund(history in history(20)) {
        let mut world = World::of(&history);
        world.live(&history.happenings, |_, _| {});
        let paid: Vec<Entry> =
            world.entries.iter().filter(|e| matches!(e.event, Event::OrderPaid { .. })).cloned().collect();
        for entry in &paid {
            follow(&world, entry)?;
        }
        let mut all = true;
        for (number, entry) in paid.iter().enumerate() {
            let Event::OrderPaid { order, .. } = &entry.event else { continue };
            for again in ["all", "again"] {
                let id = &order.id;
                let request = format!(
                    r#"{{"account":"member","key":"{again}-{number}","command":{{"kind":"refund","order":"{id}","refund":"{again}"}}}}"#
                );
                match world.deliver(&request) {
                    // Once nothing is left, a refund of all that is left has nothing to book.
                    Outcome::Appended(_) | Outcome::Known => complete(&world, entry)?,
                    // Only where the programme says so: what was earned is spent.
                    Outcome::Refused(refusal) if refusal.code == loyalty_core::Code::PointsSpent => all = false,
                    outcome => prop_assert!(false, "{:?}", outcome),
                }
            }
        }
        // All orders came back, so nothing of them counts towards a tier.
        let left = |(_, day): &&(_, loyalty_core::Activity)| !day.spend.is_zero() || day.orders != 0;
        let left = world.account.position.activity.iter().find(left);
        prop_assert!(!all || left.is_none(), "{:?}", left);
    }

    /// Law `full-refund`, of a rule in groups that carries what is left over: what was bought and kept is always the
    /// groups that are paid and what is left over, however orders and refunds come.
    #[test]
    fn what_is_kept_is_in_groups_or_left_over(
        per in 100..3000_i64,
        happenings in vec((any::<bool>(), any::<Index>(), 1..=100_i64), 10..60),
    ) {
        let coin = ("EUR", 2);
        let rule = json!({"id": "rule", "points": 1, "per": amount(per, coin), "measure": "groups", "carry": true});
        let json = json!({"format": 1, "name": "A shop", "currency": "EUR", "time_zone": "UTC", "earning": [rule]});
        let mut world = World::new(&Document { coin, json });
        let mut kept: Vec<i64> = Vec::new();
        for (number, (pay, which, percent)) in happenings.into_iter().enumerate() {
            let units = per * percent / 100;
            let command = if pay || kept.is_empty() {
                let lines = json!([{"id": "a", "amount": amount(units, coin)}]);
                kept.push(units);
                json!({"kind": "pay_order", "order": {"id": format!("o{}", kept.len() - 1), "currency": "EUR", "lines": lines}})
            } else {
                let order = which.index(kept.len());
                let units = if percent < 50 { units.min(kept[order]) } else { kept[order] };
                kept[order] -= units;
                let lines = json!([{"id": "a", "amount": amount(units, coin)}]);
                json!({"kind": "refund", "order": format!("o{order}"), "refund": format!("r{number}"), "currency": "EUR", "lines": lines})
            };
            let request = json!({"account": "member", "key": format!("k{number}"), "command": command});
            let outcome = world.deliver(&request.to_string());
            prop_assert!(matches!(outcome, Outcome::Appended(_) | Outcome::Known), "{:?}", outcome);
            let position = &world.account.position;
            let owned = Decimal::from(total(position.lots.iter().map(|lot| &lot.points)));
            let groups = owned - Decimal::from(total(position.debt.iter().map(|(_, points)| points)));
            let left_over: Decimal = position.remainders.iter().map(|(_, left)| *left).sum();
            prop_assert_eq!(groups * Decimal::new(per, 2) + left_over, Decimal::new(kept.iter().sum(), 2));
        }
    }
}
