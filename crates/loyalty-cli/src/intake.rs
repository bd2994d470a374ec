//! What became of the lines of a file, for people and for programs.

use crate::figures::grouped;
use crate::orders::{Intake, Kind, Nature, Tally};
use crate::postings::Matching;
use loyalty_core::Currency;
use serde_json::{Value, json};

/// As a table.
pub(crate) fn table(intake: &Intake, matching: &Matching, currency: Currency) -> String {
    let mut text = format!("\n{:<34} {:>9} {:>16}\n", "lines", "lines", "amount");
    let mut row = |name: &str, tally: Tally| {
        let (lines, amount) = (grouped(tally.lines.into()), tally.amount(currency));
        text.push_str(&format!("{name:<34} {lines:>9} {amount:>16}\n"));
    };
    row("in the file", intake.all());
    for (nature, tally) in by_nature(&intake.named) {
        match nature.counts() {
            true => row(&format!("  {}", words(nature.name())), tally),
            false => row(&format!("  left out, {}", words(nature.name())), tally),
        }
    }
    row("  left out, without a customer", Tally::sum(&intake.nameless));
    for (nature, tally) in by_nature(&intake.nameless) {
        row(&format!("    {}", words(nature.name())), tally);
    }
    row("rounded half up to the minor unit", intake.rounded);
    for (title, tallies) in matching.parts() {
        text.push_str(&format!("\n{title}\n"));
        let mut row = |name: &str, tally: Tally| {
            let (lines, amount) = (grouped(tally.lines.into()), tally.amount(currency));
            text.push_str(&format!("  {name:<32} {lines:>9} {amount:>16}\n"));
        };
        for (kind, tally) in Kind::ALL.iter().zip(tallies) {
            row(&words(kind.name()), *tally);
        }
    }
    text.push_str(&format!("  {:<32} {:>9}\n", "found in part", grouped(matching.in_part.into())));
    text
}

/// As JSON.
pub(crate) fn json(intake: &Intake, matching: &Matching, currency: Currency) -> Value {
    let one = |tally: Tally| json!({ "lines": tally.lines, "amount": tally.amount(currency) });
    let natures = |tallies: &[Tally; Nature::ALL.len()]| -> Value {
        by_nature(tallies).map(|(nature, tally)| (nature.name().to_owned(), one(tally))).collect()
    };
    let kinds = |tallies: &[Tally; Kind::ALL.len()]| -> Value {
        Kind::ALL.iter().zip(tallies).map(|(kind, tally)| (kind.name().to_owned(), one(*tally))).collect()
    };
    json!({
        "all": one(intake.all()),
        "with_customer": natures(&intake.named),
        "without_customer": natures(&intake.nameless),
        "rounded": one(intake.rounded),
        "bought": kinds(&matching.bought),
        "cancelled": kinds(&matching.cancelled),
        "unmatched": kinds(&matching.unmatched),
        "matched_in_part": matching.in_part,
    })
}

fn by_nature(tallies: &[Tally; Nature::ALL.len()]) -> impl Iterator<Item = (Nature, Tally)> {
    Nature::ALL.into_iter().zip(tallies.iter().copied())
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

impl Intake {
    fn all(&self) -> Tally {
        Tally::sum(&self.named).plus(Tally::sum(&self.nameless))
    }
}

impl Matching {
    const fn parts(&self) -> [(&'static str, &[Tally; Kind::ALL.len()]); 3] {
        [
            ("bought", &self.bought),
            ("cancelled", &self.cancelled),
            ("cancelled, but of no earlier order", &self.unmatched),
        ]
    }
}
