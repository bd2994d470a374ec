//! What the browser module answers: a row for each value that differs from the answer before, in the order of the fields.
//!
//! A row is the value's JSON, without quotes around it; nothing where there is none. A list has a row for its length before it, a
//! record that may be missing one for 0 or 1, and one of several kinds one for its kind. Before all rows stands one with a mark
//! for each value, list and record that was there before, in the same order: 0 where it is as it was, else 1, and behind it the
//! marks of what is in it. A value that was nothing was there, too. What is new has rows only.
//!
//! Of two steps the second gave 4 points more, and a third came:
//!
//! | what | before | now | mark | row |
//! |---|---|---|---|---|
//! | the list | | | 1 | |
//! | its length | 2 | 3 | 1 | 3 |
//! | first step | base, 10 | base, 10 | 0 | |
//! | second step | | | 1 | |
//! | its kind, rule | order, `late` | order, `late` | 0 0 | |
//! | its points | 5 | 9 | 1 | 9 |
//! | third step | | order, `new`, 7 | | order ⏎ new ⏎ 7 |
//!
//! is told as `1101001⏎3⏎9⏎order⏎new⏎7⏎`. The page reads it in the same order (`www/src/answer.ts`).

use crate::text::{As, Text, Whole};
use crate::write::{Kind, Write, Writer};
use std::sync::Arc;

/// What can be told by what differs from an older value of its kind.
pub trait Patch: Sized {
    /// Whether it has values in it, as a record or a list has, and is none itself.
    const RECORD: bool;

    /// Appends what differs from an older value; all of it where there is none.
    fn patch(&self, older: Option<&Self>, to: &mut AnswerRows);

    /// What differs from an older value; all of it where there is none.
    #[must_use]
    fn to_rows(&self, older: Option<&Self>) -> String {
        let mut rows = AnswerRows { writer: Writer::rows(), marks: String::with_capacity(1024) };
        self.patch(older, &mut rows);
        let AnswerRows { writer, mut marks } = rows;
        marks.push('\n');
        marks.push_str(&writer.into_text());
        marks
    }
}

/// Rows, while they are written.
#[derive(Debug)]
pub struct AnswerRows {
    writer: Writer,
    marks: String,
}

/// Where a list or a record begins that was there before: so many marks and bytes of rows stand before it.
pub(crate) struct Start {
    marks: usize,
    rows: usize,
}

impl AnswerRows {
    /// A value; whether it is what it was, where one was.
    fn value<T: Write>(&mut self, same: Option<bool>, value: &T) {
        match same {
            Some(true) => self.marks.push('0'),
            Some(false) => self.marks.push('1'),
            None => {}
        }
        if same != Some(true) {
            value.write(&mut self.writer);
            self.writer.raw("\n");
        }
    }

    /// Of which kind the values are that follow.
    pub(crate) fn kind(&mut self, same: Option<bool>, value: &impl Kind) {
        self.value(same, &Word(value.kind()));
    }

    pub(crate) fn begin(&mut self, before: bool) -> Option<Start> {
        before.then(|| {
            let start = Start { marks: self.marks.len(), rows: self.writer.len() };
            self.marks.push('1');
            start
        })
    }

    /// Of what is as it was one mark is left.
    #[inline(never)]
    pub(crate) fn end(&mut self, start: Option<Start>) {
        if let Some(start) = start.filter(|start| start.rows == self.writer.len()) {
            self.marks.truncate(start.marks);
            self.marks.push('0');
        }
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

    fn patch(&self, older: Option<&Self>, to: &mut AnswerRows) {
        if T::RECORD {
            let there = |option: &Self| u32::from(option.is_some());
            to.value(older.map(|older| there(older) == there(self)), &there(self));
        }
        match (self, older) {
            (Some(value), Some(None)) if !T::RECORD => {
                to.marks.push('1');
                value.patch(None, to);
            }
            (Some(value), older) => value.patch(older.and_then(Self::as_ref), to),
            (None, _) if T::RECORD => {}
            (None, older) => to.value(older.map(Self::is_none), &Word("")),
        }
    }
}

impl<T: Patch> Patch for Vec<T> {
    const RECORD: bool = true;

    fn patch(&self, older: Option<&Self>, to: &mut AnswerRows) {
        let start = to.begin(older.is_some());
        to.value(older.map(|older| older.len() == self.len()), &(self.len() as u64));
        for (place, value) in self.iter().enumerate() {
            value.patch(older.and_then(|older| older.get(place)), to);
        }
        to.end(start);
    }
}

impl Patch for Arc<str> {
    const RECORD: bool = false;

    fn patch(&self, older: Option<&Self>, to: &mut AnswerRows) {
        to.value(older.map(|older| Self::ptr_eq(self, older) || self == older), self);
    }
}

impl<T: Text> Patch for As<T> {
    const RECORD: bool = false;

    fn patch(&self, older: Option<&Self>, to: &mut AnswerRows) {
        to.value(older.map(|older| older == self), self);
    }
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Patch for $type {
            const RECORD: bool = false;

            fn patch(&self, older: Option<&Self>, to: &mut AnswerRows) {
                to.value(older.map(|older| older == self), self);
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
            fn patch(&self, older: Option<&Self>, to: &mut $crate::packed::AnswerRows) {
                let start = to.begin(older.is_some());
                $(self.$field.patch(older.map(|older| &older.$field), to);)*
                to.end(start);
            }
        }
    )*};
}

/// Values of several kinds.
macro_rules! changing_variants {
    ($name:ident { $($variant:ident { $($field:ident),* })* }) => {
        impl $crate::packed::Patch for $name {
            const RECORD: bool = true;

            #[inline(never)]
            fn patch(&self, older: Option<&Self>, to: &mut $crate::packed::AnswerRows) {
                let start = to.begin(older.is_some());
                match self {
                    $(Self::$variant { $($field),* } => {
                        let same = older.filter(|older| matches!(older, Self::$variant { .. }));
                        to.kind(older.map(|_| same.is_some()), self);
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
                to.end(start);
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
    fn what_is_new_has_rows_only() {
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
    fn what_is_as_it_was_has_a_mark() {
        // Of the list, its length, the step, its kind and each of its fields.
        let told = |new: Step, old: Step| vec![new].to_rows(Some(&vec![old]));
        assert_eq!(told(rate(None, 9), rate(None, 9)), "0\n");
        assert_eq!(told(rate(Some(8), 8), rate(Some(9), 9)), "101000000101\n8\n8\n");
        assert_eq!(told(rate(None, 9), rate(Some(9), 9)), "101000000100\n\n");
        assert_eq!(told(rate(Some(9), 9), rate(None, 9)), "101000000100\n9\n");
        assert_eq!(told(tier(-1), tier(3)), "1010001\n-1\n");
    }

    #[test]
    fn the_example_is_as_it_is_described() {
        let step = |rule: &str, given| Step::Order { rule: text(rule), points: points(given) };
        let before = vec![step("base", 10), step("late", 5)];
        let now = vec![step("base", 10), step("late", 9), step("new", 7)];
        assert_eq!(now.to_rows(Some(&before)), "1101001\n3\n9\norder\nnew\n7\n");
    }

    #[test]
    fn what_comes_and_goes_is_told_with_what_is_in_it() {
        let (one, two) = (vec![tier(3)], vec![tier(3), tier(4)]);
        assert_eq!(two.to_rows(Some(&one)), "110\n2\ntier\ngold\n2\n4\n");
        assert_eq!(one.to_rows(Some(&two)), "110\n1\n");
        assert_eq!(vec![limited(3)].to_rows(Some(&one)), "1011\nlimited\nbase\nmost_per_day\n3\n");
        assert_eq!(Some(vec![true]).to_rows(Some(&None)), "1\n1\n1\ntrue\n");
        assert_eq!(None.to_rows(Some(&Some(vec![true]))), "1\n0\n");
        assert_eq!(Some(true).to_rows(Some(&None)), "1\ntrue\n");
        assert_eq!(None.to_rows(Some(&Some(true))), "1\n\n");
        assert_eq!((None::<bool>).to_rows(Some(&None)), "0\n");
    }
}
