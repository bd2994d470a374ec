//! Every field there is, with every hostile value in its place: no luck is needed for these.

use crate::cart::{self, Preview};
use crate::checks::{in_time, json};
use crate::document::Document;
use crate::hostile;
use crate::ledger::Ledger;
use crate::programme;
use crate::seeds::SEEDS;
use crate::text::shown;
use loyalty_core::Code;
use std::collections::BTreeSet;

/// Calls `check` with every document in which a value of a shape not seen before, nested no deeper than this,
/// is a hostile one.
fn sweep<'a>(
    documents: impl Iterator<Item = &'a Document>,
    deepest: usize,
    mut check: impl FnMut(usize, &str),
) -> usize {
    let values = hostile::all();
    let mut seen = BTreeSet::new();
    for (number, document) in documents.enumerate() {
        for (place, shape) in document.shapes().into_iter().enumerate() {
            if shape.matches('/').count() > deepest || !seen.insert(shape) {
                continue;
            }
            let mut changed = document.clone();
            for value in &values {
                *changed.at(place) = Document::Leaf(value.clone());
                check(number, &changed.write());
            }
        }
    }
    seen.len()
}

#[test]
fn every_field_of_a_programme() {
    let shapes = sweep(SEEDS.documents.iter(), usize::MAX, |_, text| programme::check_text(text));
    assert!(shapes > 80, "only {shapes} kinds of fields");
}

#[test]
fn every_field_of_a_cart() {
    let previews = [0, 77].map(|number| Preview { programme: number, position: number, later: 0 });
    let shapes = sweep(SEEDS.carts.iter(), usize::MAX, |_, text| cart::check_text(text, &previews));
    assert!(shapes > 15, "only {shapes} kinds of fields");
}

#[test]
fn every_field_of_a_command() {
    let mut before = vec![];
    for history in &SEEDS.histories {
        let mut ledger = Ledger::default();
        for sent in history {
            before.push((sent, ledger.clone()));
            ledger.deliver(&SEEDS.programmes[sent.programme], sent.at, &sent.request.write());
        }
    }
    let requests = before.iter().map(|(sent, _)| &sent.request);
    let shapes = sweep(requests, usize::MAX, |number, text| {
        let (sent, ledger) = &before[number];
        ledger.clone().deliver(&SEEDS.programmes[sent.programme], sent.at, text);
    });
    assert!(shapes > 50, "only {shapes} kinds of fields");
}

/// A scenario is refused with a code, or every step of it has an answer. What a step holds is swept above.
#[test]
fn every_field_of_a_scenario() {
    let shapes = sweep(SEEDS.scenarios.iter(), 3, |_, text| {
        let answer = json(&in_time("a scenario", text, || loyalty_wire::simulate(text)));
        let refused = Code::ALL.iter().any(|code| answer["code"] == code.as_str());
        assert!(refused || answer["answers"].is_array(), "{answer}\n{}", shown(text));
    });
    assert!(shapes > 15, "only {shapes} kinds of fields");
}
