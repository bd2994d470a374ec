//! What an order earns.

use loyalty_core::{
    Account, Command, Credit, Event, Lot, OrderId, Position, Source, Step, WalletId, preview, standing,
};
use loyalty_tests::history::history;
use loyalty_tests::world::{Outcome, World, read};
use proptest::prelude::*;

fn entry_of_order(outcome: &Outcome) -> Option<&Event> {
    let Outcome::Appended(entries) = outcome else { return None };
    entries.iter().map(|entry| &entry.event).find(|event| matches!(event, Event::OrderPaid { .. }))
}

/// Lots of an order as they would be of another one.
fn of_order<'a>(lots: impl IntoIterator<Item = &'a mut Lot>, order: &OrderId) {
    for lot in lots {
        if matches!(lot.source, Source::Order(ref known) if known.as_str() == "preview") {
            lot.source = Source::Order(order.clone());
        }
    }
}

fn balances<'a>(position: &'a Position, wallets: impl Iterator<Item = &'a WalletId>) -> Vec<(u64, u64)> {
    let balance = |wallet| {
        let points = |points: Result<loyalty_core::Points, _>| points.unwrap().get();
        (points(position.available(wallet)), points(position.pending(wallet)))
    };
    wallets.map(balance).collect()
}

/// What a step adds, or takes away.
fn adds(step: &Step) -> i64 {
    match step {
        Step::Rate { points, .. }
        | Step::Pieces { points, .. }
        | Step::Order { points, .. }
        | Step::GiftCards { points, .. } => i64::try_from(points.get()).unwrap(),
        Step::Tier { points, .. } | Step::Campaign { points, .. } => *points,
        Step::Limited { points, .. } => -i64::try_from(points.get()).unwrap(),
    }
}

proptest! {
    /// Law `preview-is-booking`: what is previewed for a cart is what is booked for the order with it:
    /// credits with their lots, lines and steps, rewards taken, what is due, and where the member stands
    /// afterwards. The browser, which knows only the position, sees the same. A referral is no part of a cart, so
    /// what it adds to the friend's standing is not previewed.
    #[test]
    fn preview_is_booking(history in history(14)) {
        let mut world = World::of(&history);
        for happening in &history.happenings {
            let Some(text) = world.next(happening) else { continue };
            let request = read(&text);
            let (before, programme) = (world.account.clone(), world.programme.clone());
            let rules = programme.rules();
            let known = before.book.keys.contains_key(&request.key);
            let outcome = world.decide(&request);
            let Command::PayOrder(order) = &request.command else { continue };
            if known || outcome == Outcome::Known {
                continue;
            }
            let full = preview(rules, &before, &order.cart, world.moment);
            if let Outcome::Refused(refusal) = &outcome {
                prop_assert_eq!(full.err().map(|refusal| refusal.code), Some(refusal.code));
                continue;
            }
            let full = full.map_err(|why| TestCaseError::fail(format!("booked, but the preview is {why:?}")))?;
            let mut told = full.clone();
            of_order(told.credits.iter_mut().map(|credit| &mut credit.lot), &order.id);
            of_order(told.taken.iter_mut().flat_map(|taken| &mut taken.parts), &order.id);
            let Some(Event::OrderPaid { credits, lines, redeemed, referral, .. }) = entry_of_order(&outcome) else {
                return Err(TestCaseError::fail("no order was booked"));
            };
            prop_assert_eq!(&told.credits, credits);
            prop_assert_eq!(&full.lines, lines);
            prop_assert_eq!(&told.taken, redeemed);
            let paid = redeemed.iter().map(|r| r.value.amount()).sum::<rust_decimal::Decimal>();
            prop_assert_eq!(full.redeemed.amount(), paid);
            let paid = paid + order.cart.certificates().amount();
            let due = (order.cart.total().amount() - paid).max(rust_decimal::Decimal::ZERO);
            prop_assert_eq!(full.due.amount(), due);
            if order.advocate.is_none() || referral.is_some() {
                let after = standing(rules, &world.account, world.moment).unwrap();
                let shown: Vec<_> =
                    full.after.balances.iter().map(|b| (b.available.get(), b.pending.get())).collect();
                let wallets = rules.parts().wallets.iter().map(|wallet| &wallet.id);
                prop_assert_eq!(shown, balances(&after.position, wallets));
                prop_assert_eq!(&full.after.tier, &after.tier);
            }
            let browser = Account { position: before.position, shared: before.shared, ..Account::default() };
            let captured = order.cart.holds().iter().any(|hold| before.book.holds.contains_key(hold));
            if !captured {
                prop_assert_eq!(preview(rules, &browser, &order.cart, world.moment), Ok(full));
            }
        }
    }

    /// What an order earns is explained: of each credit, lines and steps both sum to the points of its lot, which
    /// the wallet's balance grows by.
    #[test]
    fn points_are_explained(history in history(10)) {
        let mut world = World::of(&history);
        let mut found = Ok(());
        world.live(&history.happenings, |world, outcome| {
            let Some(Event::OrderPaid { points, credits, .. }) = entry_of_order(outcome) else { return };
            let main = &world.programme.rules().parts().wallets[0].id;
            let in_main = credits.iter().filter(|credit| credit.lot.wallet == *main);
            let counted: u64 = in_main.map(|credit| credit.lot.points.get()).sum();
            let fits = |credit: &Credit| {
                let points = i64::try_from(credit.lot.points.get()).unwrap();
                let lines: u64 = credit.lines.iter().map(|points| points.get()).sum();
                let steps: i64 = credit.steps.iter().map(adds).sum();
                lines == credit.lot.points.get() && steps == points && !credit.steps.is_empty()
            };
            if counted != points.get() || !credits.iter().all(fits) {
                found = Err(TestCaseError::fail(format!("{points:?}: {credits:?}")));
            }
        });
        found?;
    }
}
