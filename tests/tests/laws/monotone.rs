//! More bought, more earned.

use loyalty_core::preview;
use loyalty_tests::Value;
use loyalty_tests::carts::{CartPlan, cart_plan, line_plan};
use loyalty_tests::documents::document;
use loyalty_tests::history::happenings;
use loyalty_tests::world::World;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// What may lower the points of a larger cart, and so is left out. The exceptions of the law, with their reasons:
///
/// * limits, minima of pieces aside: a rule at its limit gives nothing for a fraction that the next one loses;
/// * exclusive rules and campaigns, and the best of several rules: one more line may bring in the poorer;
/// * multipliers below 1;
/// * conditions on a level, which a larger cart may leave behind, and levels whose multiplier falls;
/// * stamps for an order, and whole groups, where campaigns take some lines only: an order is multiplied by the
///   least of its lines, and of groups those that lines of one multiplier make by themselves;
/// * rewards and certificates: what they pay is spread over the lines in whole cents.
fn without_exceptions(document: &mut Value) {
    const OF_RULES: [&str; 4] = ["most", "most_per_day", "most_per_member", "exclusive"];
    const OF_CAMPAIGNS: [&str; 4] = ["most", "most_per_member", "budget", "exclusive"];
    let selects =
        |campaign: &Value| ["only", "products", "except"].iter().any(|name| campaign.get(name).is_some());
    let some_lines = document["campaigns"].as_array().is_some_and(|list| list.iter().any(selects));
    let strip = |item: &mut Value, names: &[&str]| {
        let fields = item.as_object_mut().unwrap();
        names.iter().for_each(|name| drop(fields.remove(*name)));
        if let Some(when) = fields.get_mut("when") {
            drop(when.as_object_mut().unwrap().remove("levels"));
        }
        if fields.get("multiplier").is_some_and(|factor| factor == "0.5") {
            fields.remove("multiplier");
        }
    };
    let rules = document["earning"].as_array_mut().unwrap();
    rules.retain(|rule| !(some_lines && (rule["measure"] == "order" || rule["measure"] == "groups")));
    rules.iter_mut().for_each(|rule| strip(rule, &OF_RULES));
    document["campaigns"].as_array_mut().into_iter().flatten().for_each(|item| strip(item, &OF_CAMPAIGNS));
    let fields = document.as_object_mut().unwrap();
    for name in ["combining", "profile"] {
        fields.remove(name);
    }
    fields["rewards"].as_array_mut().unwrap().retain(|reward| reward["automatic"] != true);
    let rising = ["1", "1.25", "1.3333"];
    let levels = fields.get_mut("tiers").and_then(|tiers| tiers["levels"].as_array_mut());
    for (level, multiplier) in levels.into_iter().flatten().zip(rising) {
        level["multiplier"] = json!(multiplier);
    }
}

proptest! {
    /// Law `monotone`: a line more never earns less, in any wallet, with the exceptions of
    /// [`without_exceptions`].
    #[test]
    fn monotone(mut document in document(), past in happenings(5), cart in cart_plan(), line in line_plan()) {
        without_exceptions(&mut document.json);
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        let points = |cart: &CartPlan| {
            let text = cart.json(document.coin).to_string();
            let tree = loyalty_wire::parse(&text).unwrap();
            let cart = loyalty_wire::cart(&tree).map_err(|why| TestCaseError::fail(why.to_json()))?;
            let shown = preview(world.programme.rules(), &world.account, &cart, world.moment)
                .map_err(|why| TestCaseError::fail(format!("{why:?}")))?;
            let mut points: BTreeMap<String, u64> = BTreeMap::new();
            for credit in shown.credits {
                *points.entry(credit.lot.wallet.to_string()).or_default() += credit.lot.points.get();
            }
            Ok::<_, TestCaseError>(points)
        };
        let cart = cart.paid_in_money();
        let fewer = points(&cart)?;
        let more = points(&cart.with(line))?;
        for (wallet, points) in &fewer {
            prop_assert!(more.get(wallet).copied().unwrap_or(0) >= *points, "{:?} with the line, {:?} without", more, fewer);
        }
    }
}
