//! What an order earns.

use loyalty_core::{Account, Code, Command, Event, Preview, preview, standing};
use loyalty_tests::documents::{cart_plan, document, line_plan};
use loyalty_tests::history::{happenings, history};
use loyalty_tests::world::{Outcome, World, read};
use proptest::prelude::*;

/// What a shopper is shown, taken apart from the account it was shown for.
fn shown(world: &World, account: &Account, cart: &loyalty_core::Cart) -> Result<Preview<'static>, Code> {
    // The programme of one history lives as long as the test: leaking it keeps the preview beside it.
    let programme: &'static loyalty_core::Programme = Box::leak(Box::new(world.programme.rules().clone()));
    preview(programme, account, cart, world.moment).map_err(|refusal| refusal.code)
}

fn entry_of_order(outcome: &Outcome) -> Option<&Event> {
    let Outcome::Appended(entries) = outcome else { return None };
    entries.iter().map(|entry| &entry.event).find(|event| matches!(event, Event::OrderPaid { .. }))
}

proptest! {
    /// Law `preview-is-booking`: what is previewed for a cart is what is booked for the order with it:
    /// points, explanation, lines, terms, and where the member stands afterwards. The browser, which knows
    /// only the position, sees the same. A referral is no part of a cart, so what it adds to the friend's
    /// standing is not previewed.
    #[test]
    fn preview_is_booking(history in history(14)) {
        let mut world = World::of(&history);
        for happening in &history.happenings {
            let Some(text) = world.next(happening) else { continue };
            let request = read(&text);
            let before = world.account.clone();
            let known = before.book.keys.contains_key(&request.key);
            let outcome = world.decide(&request);
            let Command::PayOrder(order) = &request.command else { continue };
            if known || outcome == Outcome::Known {
                continue;
            }
            let full = shown(&world, &before, &order.cart);
            if let Outcome::Refused(refusal) = &outcome {
                prop_assert_eq!(full.err(), Some(refusal.code));
                continue;
            }
            let full = full.map_err(|code| TestCaseError::fail(format!("booked, but the preview is {code}")))?;
            let Some(Event::OrderPaid { points, lines, steps, vests_on, last_day, redeemed, referral, .. }) =
                entry_of_order(&outcome) else { return Err(TestCaseError::fail("no order was booked")) };
            prop_assert_eq!(&full.points, points);
            prop_assert_eq!(&full.lines, lines);
            prop_assert_eq!(&full.steps, steps);
            prop_assert_eq!((full.terms.vests_on, full.terms.last_day), (*vests_on, *last_day));
            let paid = redeemed.iter().map(|r| r.value.amount()).sum::<rust_decimal::Decimal>();
            prop_assert_eq!(full.redeemed.amount(), paid);
            prop_assert_eq!(full.redeemed.amount() + full.due.amount(), order.cart.total().amount());
            if order.advocate.is_none() || referral.is_some() {
                let after = standing(world.programme.rules(), &world.account, world.moment).unwrap();
                prop_assert_eq!(&full.after.level, &after.level);
                prop_assert_eq!(full.after.spend, after.spend);
                let sums = |p: &loyalty_core::Position| (p.available(), p.pending(), p.held(), p.debt);
                prop_assert_eq!(sums(&full.after.position), sums(&after.position));
            }
            let browser = Account { position: before.position.clone(), ..Account::default() };
            let captured = order.cart.holds().iter().any(|hold| before.book.holds.contains_key(hold));
            if !captured {
                prop_assert_eq!(shown(&world, &browser, &order.cart), Ok(full));
            }
        }
    }

    /// What an order earns is explained: steps and lines both sum to it.
    #[test]
    fn points_are_explained(history in history(8)) {
        let mut world = World::of(&history);
        let mut found = Ok(());
        world.live(&history.happenings, |_, outcome| {
            let Some(Event::OrderPaid { points, lines, steps, .. }) = entry_of_order(outcome) else { return };
            let by_line: u64 = lines.iter().map(|line| line.points.get()).sum();
            let by_step: u64 = steps.iter().map(|step| step.points().get()).sum();
            if (by_line, by_step) != (points.get(), points.get()) {
                found = Err(TestCaseError::fail(format!("{points:?}: {by_line} by line, {by_step} by step")));
            }
        });
        found?;
    }

    /// Law `monotone`: a line more never earns less. Stated exceptions: carts paid partly with points or
    /// certificates, because their value is spread over the lines in whole cents; rules with a cap beside
    /// others in one rounding, because a rule at its cap gives nothing for a fraction that the next one loses;
    /// levels whose multiplier falls as they rise, which this generator does not make.
    #[test]
    fn monotone(mut document in document(), past in happenings(5), cart in cart_plan(), line in line_plan()) {
        for rule in document.json["earning"].as_array_mut().unwrap() {
            rule.as_object_mut().unwrap().remove("most");
        }
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        let points = |cart: &loyalty_tests::documents::CartPlan| {
            let cart = cart.json(document.coin).to_string();
            let tree = loyalty_wire::parse(&cart).unwrap();
            let cart = loyalty_wire::cart(&tree).map_err(|why| TestCaseError::fail(why.to_json()))?;
            preview(world.programme.rules(), &world.account, &cart, world.moment)
                .map(|preview| preview.points)
                .map_err(|why| TestCaseError::fail(format!("{why:?}")))
        };
        let cart = cart.paid_in_money();
        let fewer = points(&cart)?;
        let more = points(&cart.with(line))?;
        prop_assert!(more >= fewer, "{:?} with the line, {:?} without", more, fewer);
    }
}
