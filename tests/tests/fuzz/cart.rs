//! The text of a cart, previewed for members who stand anywhere, under any programme.

use crate::checks::{decided, in_time, moment, read, tree};
use crate::seeds::{SEEDS, pick};
use crate::text::{Text, plain, shown};
use bolero::TypeGenerator;
use loyalty_tests::carts::packed;
use loyalty_wire::{OpenCart, ledger};
use std::fmt;

const PREVIEWS: usize = 3;

/// A text that is to be a cart, and three previews of it.
#[derive(Clone, TypeGenerator)]
pub(crate) struct Input {
    previews: [Preview; PREVIEWS],
    text: Text,
}

/// Under which programme, by whom, and when a cart is previewed.
#[derive(Clone, Copy, Debug, TypeGenerator)]
pub(crate) struct Preview {
    pub(crate) programme: u16,
    pub(crate) position: u16,
    /// Minutes after the position was reached.
    pub(crate) later: u32,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Preview { programme, position, later } in self.previews {
            let reached = pick(&SEEDS.positions, position);
            let programme = pick(&SEEDS.programmes, programme).canonical();
            writeln!(f, "{programme}\n{}\n{} ms + {later} min", reached.position, reached.at)?;
        }
        f.write_str(&shown(&self.text.of(&SEEDS.carts)))
    }
}

pub(crate) fn check(input: &Input) {
    check_text(&input.text.of(&SEEDS.carts), &input.previews);
}

/// A cart that is read is previewed, or refused for what the account lacks.
pub(crate) fn check_text(text: &str, previews: &[Preview]) {
    let Some(tree) = tree(text) else { return };
    let cart = in_time("reading a cart", text, || loyalty_wire::cart(&tree));
    packed_alike(text);
    let Some(cart) = read(cart, text) else { return };
    let again = loyalty_wire::cart(&crate::seeds::tree(&tree.canonical()));
    assert_eq!(again.as_ref(), Ok(&cart), "{}", shown(text));
    for Preview { programme, position, later } in previews {
        let programme = pick(&SEEDS.programmes, *programme);
        let reached = pick(&SEEDS.positions, *position);
        let later = moment(reached.at.saturating_add(i64::from(*later) * 60_000));
        let Some(moment) = later.or(moment(reached.at)) else { continue };
        for position in [None, Some(reached.position.as_str())] {
            let preview = || ledger::preview(programme, position, &[], &tree, moment);
            decided(in_time("a preview", text, preview), text);
        }
    }
}

/// As a page has it, with no field twice, a cart is read from its rows as from JSON.
fn packed_alike(text: &str) {
    let Ok(object) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let Some((rows, numbers)) = packed(&object) else { return };
    let packed = OpenCart::packed(&rows, &numbers);
    let known = loyalty_wire::cart(&crate::seeds::tree(&object.to_string()));
    assert_eq!(packed.as_ref().map(OpenCart::cart), known.as_ref().ok(), "{}", shown(text));
}

/// Every cart of the cases, as it is.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    // Previews come first: programme, position and minutes of each.
    let head = [0; PREVIEWS * 8];
    SEEDS.carts.iter().map(|cart| plain(&head, &cart.write())).collect()
}
