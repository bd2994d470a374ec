//! What many parts of a document have.

use crate::document::Length;
use crate::part::Part;
use loyalty_core::{Code, Select, Span, WalletId};
use std::sync::Arc;

/// The most rules and rewards a programme, and categories and products a rule may have.
pub(super) const MOST_RULES: usize = 200;
/// The most days or months of any span.
pub(super) const LONGEST: u32 = 3650;
/// The most characters of what shoppers read.
pub(super) const LONGEST_NAME: u64 = 200;

/// What shoppers read.
#[inline(never)]
pub(super) fn name(part: &Part<'_>) -> Arc<str> {
    part.text(part.needed("name"), LONGEST_NAME, "")
}

/// The wallet that is named, or the main one.
#[inline(never)]
pub(super) fn wallet_or(part: &Part<'_>, main: &WalletId) -> WalletId {
    part.given("wallet").unwrap_or_else(|| main.clone())
}

/// A length of calendar time within a part.
#[inline(never)]
pub(super) fn length(part: &Part<'_>, name: &str) -> Option<Span> {
    let length = part.part(name)?;
    length.expect(Length::NAMES, &[]);
    span(&length, length.given_number("days"), length.given_number("months"))
}

/// Days or months, one of them.
#[inline(never)]
pub(super) fn span(part: &Part<'_>, days: Option<u32>, months: Option<u32>) -> Option<Span> {
    let (span, number, field) = match (days, months) {
        (Some(days), None) => (Span::Days(days), days, "days"),
        (None, Some(months)) => (Span::Months(months), months, "months"),
        _ => return part.wrong_whole(Code::AmountAmbiguous),
    };
    part.within(field, number.into(), 1, LONGEST.into());
    Some(span)
}

/// Which lines are taken.
#[inline(never)]
pub(super) fn select(part: &Part<'_>) -> Select {
    let (only, products) = (part.list("only", MOST_RULES), part.list("products", MOST_RULES));
    Select::new(only, products, part.list("except", MOST_RULES))
}
