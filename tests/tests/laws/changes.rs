//! A cart that a page holds and changes line by line is what it would be if it were read anew.

use loyalty_tests::Value;
use loyalty_tests::carts::cart_plan;
use loyalty_tests::documents::document;
use loyalty_tests::history::happenings;
use loyalty_tests::world::World;
use loyalty_wire::{OpenCart, Patch, Preview, Problem, Write, parse, preview, preview_matched};
use proptest::prelude::*;

/// The cart with other pieces on one line.
fn with_quantity(cart: &Value, place: usize, quantity: u32) -> Value {
    let mut cart = cart.clone();
    cart["lines"][place]["quantity"] = quantity.into();
    cart
}

proptest! {
    /// Law `preview-is-booking`, at the border: changed pieces of an open cart are those of a cart read anew,
    /// also where its lines were looked up before, and what differs between two answers is told, and nothing where nothing does.
    #[test]
    fn a_changed_cart_is_one_read_anew(
        document in document(),
        past in happenings(5),
        cart in cart_plan(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![9 => 1..6_u32, 1 => Just(0)]), 1..4),
    ) {
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        let mut cart = cart.json(document.coin);
        let lines = cart["lines"].as_array().unwrap().len();
        prop_assume!(lines > 0);
        let text = cart.to_string();
        let Ok(mut open) = OpenCart::read(&parse(&text).unwrap()) else { return Ok(()) };
        let rules = world.programme.rules();
        let matches = rules.matches(open.cart());
        let answer = |open: &OpenCart| {
            preview_matched(rules, &world.account, (open.cart(), &matches), world.moment)
        };
        let mut told: Option<Preview> = None;
        for (line, quantity) in changes {
            let place = line.index(lines);
            let wanted = with_quantity(&cart, place, quantity);
            let text = wanted.to_string();
            let anew = OpenCart::read(&parse(&text).unwrap());
            let changed = open.set_quantity(place, quantity);
            prop_assert_eq!(changed, anew.is_ok());
            if let Ok(anew) = anew {
                prop_assert_eq!(anew.cart(), open.cart());
                cart = wanted;
            }
            let text = |answer: Result<Preview, Problem>| answer.map(|answer| answer.to_json());
            let looked_up_anew = preview(rules, &world.account, open.cart(), world.moment);
            prop_assert_eq!(text(answer(&open)), text(looked_up_anew));
            let Ok(newer) = answer(&open) else { continue };
            if let Some(older) = &told {
                let same = newer.to_json() == older.to_json();
                prop_assert_eq!(newer.to_rows(Some(older)) == "0\n", same);
            }
            told = Some(newer);
        }
    }
}

#[test]
fn what_does_not_differ_is_not_told() {
    let cart = |quantity: u32| {
        format!(
            r#"{{"currency":"EUR","lines":[{{"id":"a","quantity":{quantity},"price":"1.00"}},{{"id":"b","amount":"9.99"}}]}}"#
        )
    };
    let programme = r#"{"format":1,"name":"One for one","currency":"EUR","time_zone":"UTC","earning":[{"id":"base","points":1,"per":"1.00"}]}"#;
    let programme = loyalty_wire::Programme::parse(programme).unwrap();
    let account = loyalty_core::Account::default();
    let moment = loyalty_wire::moment(0, [1970, 1, 1], 0).unwrap();
    let answer = |quantity| -> Result<_, Problem> {
        let text = cart(quantity);
        preview(programme.rules(), &account, &loyalty_wire::cart(&parse(&text)?)?, moment)
    };
    let (one, two) = (answer(1).unwrap(), answer(2).unwrap());
    assert_eq!(one.to_rows(Some(&one)), "0\n");
    let rows = two.to_rows(Some(&one));
    let (marks, rows) = rows.split_once('\n').unwrap();
    // Points, the amount of the step, its points, those of line `a`, the total, what is due, pending after.
    assert_eq!(
        rows.lines().collect::<Vec<_>>(),
        ["11", "11.99", "11", "2", "11.99", "11.99", "11"],
        "{marks}"
    );
}

#[test]
fn fewer_pieces_than_their_tax_are_refused_as_in_a_cart_read_anew() {
    let cart = |quantity: u32| {
        format!(
            r#"{{"currency":"EUR","lines":[{{"id":"a","quantity":{quantity},"price":"1.00","tax":"1.50"}}]}}"#
        )
    };
    let open = |quantity| OpenCart::read(&parse(&cart(quantity)).unwrap());
    let refused = open(1).unwrap_err();
    assert_eq!(refused.faults[0].path, "/lines/0/tax");
    assert!(!open(2).unwrap().set_quantity(0, 1) && !open(2).unwrap().set_quantity(1, 1));
    assert!(open(2).unwrap().set_quantity(0, 3));
}
