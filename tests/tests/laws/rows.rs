//! What the Worker hands the browser module is what the Worker knows, and what the page hands it is its cart.

use loyalty_core::Account;
use loyalty_tests::carts::{cart_plan, packed};
use loyalty_tests::documents::document;
use loyalty_tests::history::happenings;
use loyalty_tests::world::World;
use loyalty_wire::{OpenCart, Programme, member, packed_member, parse, preview, rules};
use proptest::prelude::*;
use proptest::sample::Index;

proptest! {
    /// Law `preview-is-booking`, at the border: programme and position are read from rows as they were written to them.
    #[test]
    fn rows_read_back_what_they_were_written_from(document in document(), past in happenings(12)) {
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        let (read, time_zone) = rules(&world.programme.packed()).unwrap();
        prop_assert_eq!(&read, world.programme.rules());
        prop_assert_eq!(&*time_zone, world.programme.time_zone());
        let (position, shared) = (&world.account.position, &world.account.shared);
        let read = member(&packed_member(position, shared)).unwrap();
        prop_assert_eq!((&read.0, &read.1), (position, shared));
    }

    /// Law `preview-is-booking`, at the border: a cart is read from its rows as from JSON; cut or changed, it is read or not, and
    /// nothing panics.
    #[test]
    fn a_cart_is_read_from_rows_as_from_json(
        document in document(),
        plan in cart_plan(),
        (cut, instead) in (any::<Index>(), "[\n0-9A-Za-z-]{0,3}"),
        numbers in any::<(Index, u32, u32, u32)>(),
    ) {
        let cart = plan.json(document.coin);
        let (mut rows, mut all) = packed(&cart).unwrap();
        let known = OpenCart::read(&parse(&cart.to_string()).unwrap()).ok();
        let read = OpenCart::packed(&rows, &all);
        prop_assert_eq!(read.as_ref().map(OpenCart::cart), known.as_ref().map(OpenCart::cart));
        let place = cut.index(rows.len());
        rows.replace_range(place..(place + instead.len() / 2).min(rows.len()), &instead);
        let _ = OpenCart::packed(&rows, &all);
        if !all.is_empty() {
            let (line, pieces, fields, categories) = numbers;
            let line = line.index(all.len());
            all[line] = [pieces, fields, categories];
            let _ = OpenCart::packed(&rows, &all);
        }
    }

    /// Rows that nobody wrote are refused, or are others' rows; nothing panics.
    #[test]
    fn rows_that_are_cut_or_changed_panic_nowhere(
        document in document(),
        past in happenings(5),
        cart in cart_plan(),
        cuts in prop::collection::vec((any::<Index>(), "[\n0-9A-Za-z-]{0,3}"), 1..4),
    ) {
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        let (mut packed, mut stands) =
            (world.programme.packed(), packed_member(&world.account.position, &world.account.shared));
        for (cut, instead) in &cuts {
            for text in [&mut packed, &mut stands] {
                let mut letters: Vec<char> = text.chars().collect();
                let place = cut.index(letters.len());
                letters.splice(place..(place + instead.len() / 2).min(letters.len()), instead.chars());
                *text = letters.into_iter().collect();
            }
        }
        // No host proves what it takes for another's rows.
        if let (Some((rules, _)), Some((position, shared))) = (rules(&packed), member(&stands)) {
            let account = Account { position, shared, ..Account::default() };
            let cart = parse(&cart.json(document.coin).to_string()).and_then(|tree| loyalty_wire::cart(&tree));
            let _ = cart.map(|cart| preview(&rules, &account, &cart, world.moment));
        }
    }
}

#[test]
fn every_ready_programme_is_read_from_its_rows() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/programmes");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|kind| kind != "json") {
            continue;
        }
        let programme = Programme::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let packed = programme.packed();
        assert_eq!(&rules(&packed).unwrap().0, programme.rules(), "{path:?}");
        for end in (0..packed.len()).filter(|end| packed.is_char_boundary(*end)) {
            assert!(rules(&packed[..end]).is_none(), "{path:?} cut at {end}");
        }
        assert!(rules(&format!("{packed}\n")).is_none(), "{path:?} with a row more");
        assert!(rules(&format!("1{packed}")).is_none(), "{path:?} of another form");
        count += 1;
    }
    assert!(count > 5, "{count} programmes");
}
