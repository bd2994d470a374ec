//! What the browser module answers: a row for each value, in the order of the fields, of those that differ from the answer before.
//!
//! A row is the value's JSON, without quotes around it; nothing where there is none. A list has a row for its length before it, a
//! record that may be missing one for 0 or 1, and one of several kinds one for its kind. Before all of them stands a row that
//! says which they are: of each a letter, `]` for the next, `^` for the one behind it, and so on; `~` goes 33 rows further. It is
//! empty where all rows follow, and where nothing does.

use crate::text::{As, Text, Whole};
use crate::write::{Write, Writer};
use std::sync::Arc;

/// What can be told by what differs from an older value of its kind.
pub trait Patch: Sized {
    /// Whether it has a row for each of its values, and is none itself.
    const RECORD: bool;

    /// Appends what differs from an older value; all of it where there is none.
    fn patch(&self, older: Option<&Self>, to: &mut Rows);

    /// What differs from an older value; all of it where there is none, or one with other rows.
    #[must_use]
    fn to_rows(&self, older: Option<&Self>) -> String {
        let mut rows =
            Rows { writer: Writer::rows(), which: older.map(|_| String::new()), skipped: 0, other: false };
        self.patch(older, &mut rows);
        if rows.other { self.to_rows(None) } else { rows.into_text() }
    }
}

/// Rows, while they are written.
#[derive(Debug)]
pub struct Rows {
    writer: Writer,
    /// Which they are, where that is not all.
    which: Option<String>,
    /// How many were as they are since the last that was written.
    skipped: u32,
    /// Whether the older answer has other rows.
    other: bool,
}

/// For the next row.
const NEXT: u8 = b']';
/// What skips rows.
const FAR: u8 = b'~';

impl Rows {
    /// The row of the next value: nothing where it is as it was.
    fn next<T: Write>(&mut self, same: bool, value: &T) {
        if same {
            self.skipped += 1;
        } else {
            self.which();
            value.write(&mut self.writer);
            self.writer.raw("\n");
        }
    }

    #[inline(never)]
    fn which(&mut self) {
        let skipped = std::mem::take(&mut self.skipped);
        if let Some(which) = &mut self.which {
            const STEP: u32 = (FAR - NEXT) as u32;
            which.extend((0..skipped / STEP).map(|_| char::from(FAR)));
            which.push(char::from(NEXT + (skipped % STEP) as u8));
        }
    }

    /// How many values follow.
    #[inline(never)]
    fn count(&mut self, count: usize, older: Option<usize>) {
        self.other |= older.is_some_and(|older| older != count);
        self.next(older.is_some(), &(count as u64));
    }

    /// Of which kind the values are that follow.
    #[inline(never)]
    pub(crate) fn kind(&mut self, same: Option<bool>, kind: &'static str) {
        self.other |= same == Some(false);
        self.next(same.is_some(), &Word(kind));
    }

    fn into_text(self) -> String {
        let mut text = self.which.unwrap_or_default();
        text.push('\n');
        text.push_str(&self.writer.into_text());
        text
    }
}

struct Word(&'static str);

impl Write for Word {
    fn write(&self, to: &mut Writer) {
        to.raw(self.0);
    }
}

impl<T: Patch> Patch for Option<T> {
    const RECORD: bool = false;

    fn patch(&self, older: Option<&Self>, to: &mut Rows) {
        if T::RECORD {
            to.count(self.iter().count(), older.map(|older| older.iter().count()));
        }
        match self {
            Some(value) => value.patch(older.and_then(Self::as_ref), to),
            None if T::RECORD => {}
            None => to.next(older.is_some_and(Self::is_none), &Word("")),
        }
    }
}

impl<T: Patch> Patch for Vec<T> {
    const RECORD: bool = true;

    fn patch(&self, older: Option<&Self>, to: &mut Rows) {
        to.count(self.len(), older.map(Self::len));
        for (place, value) in self.iter().enumerate() {
            value.patch(older.and_then(|older| older.get(place)), to);
        }
    }
}

impl Patch for Arc<str> {
    const RECORD: bool = false;

    fn patch(&self, older: Option<&Self>, to: &mut Rows) {
        to.next(older.is_some_and(|older| Self::ptr_eq(self, older) || self == older), self);
    }
}

impl<T: Text> Patch for As<T> {
    const RECORD: bool = false;

    fn patch(&self, older: Option<&Self>, to: &mut Rows) {
        to.next(older == Some(self), self);
    }
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Patch for $type {
            const RECORD: bool = false;

            fn patch(&self, older: Option<&Self>, to: &mut Rows) {
                to.next(older == Some(self), self);
            }
        }
    )*};
}

values!(Whole, String, bool, u32, u64, i64, crate::problem::Shown);

/// Answers that are told again by what differs.
macro_rules! changing {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    })*) => {$(
        $crate::write::answer! {
            $(#[$meta])*
            $vis struct $name { $($(#[$field_meta])* $field: $type),* }
        }

        impl $crate::packed::Patch for $name {
            const RECORD: bool = true;

            #[inline(never)]
            fn patch(&self, older: Option<&Self>, to: &mut $crate::packed::PatchRows) {
                $(self.$field.patch(older.map(|older| &older.$field), to);)*
            }
        }
    )*};
}

/// Values of several kinds.
macro_rules! changing_variants {
    ($name:ident { $($variant:ident = $kind:literal { $($field:ident),* })* }) => {
        impl $crate::packed::Patch for $name {
            const RECORD: bool = true;

            #[inline(never)]
            fn patch(&self, older: Option<&Self>, to: &mut $crate::packed::PatchRows) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        let same = older.filter(|older| matches!(older, Self::$variant { .. }));
                        to.kind(older.map(|_| same.is_some()), $kind);
                        $(
                            // A field at a time, because a macro has but one name for the older one and the newer.
                            let older = match same {
                                Some(Self::$variant { $field: older, .. }) => Some(older),
                                _ => None,
                            };
                            $field.patch(older, to);
                        )*
                    })*
                }
            }
        }
    };
}

pub(crate) use {changing, changing_variants};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Step;
    use loyalty_core::{Limited, Points};

    fn points(number: u64) -> Whole {
        Whole(Points::new(number).unwrap())
    }

    /// As it stands in an answer.
    fn text<T: Text>(text: &str) -> As<T> {
        As(T::parse(text).unwrap())
    }

    fn rate(groups: Option<u64>, given: u64) -> Step {
        Step::Rate {
            rule: text("base"),
            amount: text("9.99"),
            points_per: points(1),
            per: text("1.00"),
            currency: text("EUR"),
            groups: groups.map(points),
            carried: None,
            points: points(given),
        }
    }

    fn limited(given: u64) -> Step {
        Step::Limited { by: "base".into(), limit: As(Limited::Day), points: points(given) }
    }

    fn tier(given: i64) -> Step {
        Step::Tier { level: text("gold"), multiplier: As(2.into()), points: given }
    }

    #[test]
    fn all_rows_follow_an_empty_one() {
        let steps = vec![rate(Some(9), 9), tier(-1)];
        let rows = "\n2\nrate\nbase\n9.99\n1\n1.00\nEUR\n9\n\n9\ntier\ngold\n2\n-1\n";
        assert_eq!(steps.to_rows(None), rows);
        assert_eq!((None::<Vec<bool>>).to_rows(None), "\n0\n");
        assert_eq!(Some(vec![true]).to_rows(None), "\n1\n1\ntrue\n");
        assert_eq!((None::<bool>).to_rows(None), "\n\n");
    }

    #[test]
    fn a_text_has_what_json_puts_before_a_quote() {
        assert_eq!("a\n\"b\"".to_owned().to_rows(None), "\na\\n\\\"b\\\"\n");
    }

    #[test]
    fn rows_that_differ_are_told() {
        let told = |new: Step, old: Step| vec![new].to_rows(Some(&vec![old]));
        assert_eq!(told(rate(None, 9), rate(None, 9)), "\n");
        assert_eq!(told(rate(Some(8), 8), rate(Some(9), 9)), "d^\n8\n8\n");
        assert_eq!(told(rate(None, 9), rate(Some(9), 9)), "d\n\n");
        assert_eq!(told(tier(-1), tier(3)), "a\n-1\n");
        let far = |last: u32| [vec![0; 70], vec![last]].concat();
        assert_eq!(far(1).to_rows(Some(&far(0))), "~~b\n1\n");
    }

    #[test]
    fn all_is_told_where_there_are_other_rows() {
        for (new, old) in
            [(vec![tier(3)], vec![limited(3)]), (vec![tier(3)], vec![]), (vec![], vec![tier(3)])]
        {
            assert_eq!(new.to_rows(Some(&old)), new.to_rows(None));
        }
        assert_eq!(Some(vec![true]).to_rows(Some(&None)), "\n1\n1\ntrue\n");
    }
}
