//! More bought, more earned.

use loyalty_core::preview;
use loyalty_tests::carts::{CartPlan, cart_plan, line_plan};
use loyalty_tests::documents::document;
use loyalty_tests::history::happenings;
use loyalty_tests::world::World;
use proptest::prelude::*;

proptest! {
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
        let points = |cart: &CartPlan| {
            let text = cart.json(document.coin).to_string();
            let tree = loyalty_wire::parse(&text).unwrap();
            let cart = loyalty_wire::cart(&tree).map_err(|why| TestCaseError::fail(why.to_json()))?;
            preview(world.programme.rules(), &world.account, &cart, world.moment)
                .map(|preview| preview.credits.iter().map(|credit| credit.lot.points.get()).sum::<u64>())
                .map_err(|why| TestCaseError::fail(format!("{why:?}")))
        };
        let cart = cart.paid_in_money();
        let fewer = points(&cart)?;
        let more = points(&cart.with(line))?;
        prop_assert!(more >= fewer, "{:?} with the line, {:?} without", more, fewer);
    }
}
