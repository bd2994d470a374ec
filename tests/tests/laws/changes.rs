//! What a page holds and changes piece by piece is what it would hold if it asked for everything anew.

use loyalty_core::Cart;
use loyalty_tests::Value;
use loyalty_tests::carts::cart_plan;
use loyalty_tests::documents::document;
use loyalty_tests::history::happenings;
use loyalty_tests::world::World;
use loyalty_wire::{OpenCart, Patch, Preview, Problem, Write, parse, preview, preview_matched};
use proptest::prelude::*;

/// The rows of an older answer with those put in that differ, as the page does it.
fn merged(old: &[String], told: &str) -> Vec<String> {
    let (which, rows) = told.split_once('\n').unwrap();
    if which.is_empty() && !rows.is_empty() {
        return rows.lines().map(String::from).collect();
    }
    let mut place = 0;
    let (mut newer, mut rows) = (old.to_vec(), rows.lines());
    for letter in which.bytes() {
        place += usize::from(letter - b']');
        if letter != b'~' {
            newer[place] = rows.next().unwrap().to_owned();
            place += 1;
        }
    }
    assert_eq!(rows.next(), None);
    newer
}

/// The cart with other pieces on one line.
fn with_quantity(cart: &Value, place: usize, quantity: u32) -> Value {
    let mut cart = cart.clone();
    cart["lines"][place]["quantity"] = quantity.into();
    cart
}

proptest! {
    /// Law `preview-is-booking`, at the border: changed pieces of an open cart are those of a cart read anew,
    /// also where its lines were looked up before, and what differs between two answers, put into the older, is the newer.
    #[test]
    fn changes_are_the_whole_told_shorter(
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
        let mut told: Option<(Preview, Vec<String>)> = None;
        for (line, quantity) in changes {
            let place = line.index(lines);
            let wanted = with_quantity(&cart, place, quantity);
            let text = wanted.to_string();
            let anew = OpenCart::read(&parse(&text).unwrap());
            let changed = open.set_quantities([(place, quantity)]);
            prop_assert_eq!(changed, anew.is_ok());
            if let Ok(anew) = anew {
                prop_assert_eq!(anew.cart(), open.cart());
                cart = wanted;
            }
            let text = |answer: Result<Preview, Problem>| answer.map(|answer| answer.to_json());
            let looked_up_anew = preview(rules, &world.account, open.cart(), world.moment);
            prop_assert_eq!(text(answer(&open)), text(looked_up_anew));
            let Ok(newer) = answer(&open) else { continue };
            if let Some((older, known)) = &told {
                prop_assert_eq!(merged(known, &newer.to_rows(Some(older))), merged(&[], &newer.to_rows(None)));
            }
            told = Some((newer.clone(), merged(&[], &newer.to_rows(None))));
        }
    }
}

proptest! {
    /// Pieces of several lines change together as if the cart had been read anew, or the cart stays as it was.
    #[test]
    fn several_lines_change_together_or_none(
        document in document(),
        cart in cart_plan(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![9 => 1..6_u32, 1 => Just(0)]), 1..8),
    ) {
        let cart = cart.json(document.coin);
        let lines = cart["lines"].as_array().unwrap().len();
        prop_assume!(lines > 0);
        let read = |cart: &Value| OpenCart::read(&parse(&cart.to_string()).unwrap());
        let Ok(mut open) = read(&cart) else { return Ok(()) };
        let before = Cart::clone(open.cart());
        let changes: Vec<_> = changes.into_iter().map(|(line, pieces)| (line.index(lines), pieces)).collect();
        // A line told twice has the pieces told last, and may be refused for those told first.
        let one_by_one = |cart: &Value| changes.iter().try_fold(cart.clone(), |cart, (place, pieces)| {
            let wanted = with_quantity(&cart, *place, *pieces);
            read(&wanted).map(|_| wanted)
        });
        let expected = one_by_one(&cart);
        let changed = open.set_quantities(changes.iter().copied());
        prop_assert_eq!(changed, expected.is_ok());
        match expected {
            Ok(wanted) => {
                let anew = read(&wanted).unwrap();
                prop_assert_eq!(anew.cart(), open.cart());
            }
            Err(_) => prop_assert_eq!(&before, &**open.cart()),
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
    assert_eq!(one.to_rows(Some(&one)), "\n");
    let rows = two.to_rows(Some(&one));
    let (which, rows) = rows.split_once('\n').unwrap();
    // Points, the amount of the step, its points, those of line `a`, the total, what is due, pending after.
    assert_eq!(
        rows.lines().collect::<Vec<_>>(),
        ["11", "11.99", "11", "2", "11.99", "11.99", "11"],
        "{which}"
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
    assert!(!open(2).unwrap().set_quantities([(0, 1)]) && !open(2).unwrap().set_quantities([(1, 1)]));
    assert!(open(2).unwrap().set_quantities([(0, 3)]));
}
