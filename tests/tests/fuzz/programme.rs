//! The text of a programme, and what it decides once it is accepted.

use crate::checks::{decided, in_time, programme};
use crate::seeds::{SEEDS, tree};
use crate::text::{Changes, Text, plain, shown};
use bolero::TypeGenerator;
use loyalty_wire::{Programme, ledger};
use std::fmt;

/// A text that is to be a programme.
#[derive(Clone, TypeGenerator)]
pub(crate) struct Input(Text);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0.of(&SEEDS.documents)))
    }
}

pub(crate) fn check(input: &Input) {
    check_text(&input.0.of(&SEEDS.documents));
}

/// An accepted programme is the same when it is read again, and decides.
pub(crate) fn check_text(text: &str) {
    let Some(programme) = programme(text) else { return };
    let rows = loyalty_wire::rules(&programme.packed());
    assert_eq!(rows.as_ref().map(|(rules, _)| rules), Some(programme.rules()), "{}", shown(text));
    let currency = programme.rules().currency();
    let cart = format!(
        r#"{{"currency":"{}","lines":[{{"id":"a","amount":"100"}},{{"id":"b","price":"3","quantity":7}}]}}"#,
        currency.as_str()
    );
    let cart = tree(&cart);
    for reached in SEEDS.positions.iter().take(3).map(Some).chain([None]) {
        let position = reached.map(|reached| reached.position.as_str());
        let moment = crate::checks::moment(reached.map_or(0, |reached| reached.at)).unwrap();
        let preview = || ledger::preview(&programme, position, &[], &cart, moment);
        decided(in_time("a preview", text, preview), text);
        let view = || ledger::view(&programme, position, &[], moment, "member", "object", vec![]);
        decided(in_time("a view", text, view), text);
    }
}

/// Every document of the cases, as it is.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    SEEDS.documents.iter().map(|document| plain(&[], &document.write())).collect()
}

/// A programme of the cases with changes, or as it is where they are refused.
pub(crate) fn changed(number: usize, changes: &Changes) -> Programme {
    let text = changes.of(&SEEDS.documents[number]);
    programme(&text).unwrap_or_else(|| SEEDS.programmes[number].clone())
}
