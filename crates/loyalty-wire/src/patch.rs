//! What differs between two answers, for a page that holds the older one.

use crate::text::{As, Text, Whole};
use crate::write::{Write, Writer};
use std::cell::Cell;
use std::sync::Arc;

/// What can be told by what differs from an older value of its kind.
///
/// An object holds the fields, or the places of a list, that differ; a list stands for the whole new list where an
/// older list was, and holds the one new value where it was anything else; all other values stand for themselves.
pub trait Patch: Write {
    /// Appends what differs, under the value's label within an object; nothing where nothing does.
    fn patch(&self, old: &Self, label: &Label, within: &Within<'_>, to: &mut Writer);

    /// What differs, as JSON text.
    #[must_use]
    fn to_patch(&self, old: &Self) -> String {
        let mut writer = Writer::roomy();
        self.patch(old, &Label::Whole, &Within::nothing(), &mut writer);
        match writer.into_text() {
            nothing if nothing.is_empty() => "{}".to_owned(),
            text => text,
        }
    }
}

/// What a value is called where it stands.
#[derive(Debug, Clone, Copy)]
pub enum Label {
    /// It is all there is.
    Whole,
    /// A field's name with what stands around it, `,"name":`.
    Field(&'static str),
    /// A place in a list.
    Place(usize),
}

/// An object of what differs. It is written as soon as it holds anything.
#[derive(Debug)]
pub struct Within<'a> {
    outer: Option<(&'a Within<'a>, &'a Label)>,
    open: Cell<bool>,
}

impl<'a> Within<'a> {
    const fn nothing() -> Self {
        Self { outer: None, open: Cell::new(true) }
    }

    /// An object under its label within another.
    pub(crate) const fn new(outer: &'a Within<'a>, label: &'a Label) -> Self {
        Self { outer: Some((outer, label)), open: Cell::new(false) }
    }

    /// Appends a value that differs.
    #[inline(never)]
    fn put(&self, label: &Label, value: &dyn Write, to: &mut Writer) {
        self.label(label, to);
        value.write(to);
    }

    /// Appends a new value where an older one of another form was.
    #[inline(never)]
    pub(crate) fn instead(&self, label: &Label, value: &dyn Write, to: &mut Writer) {
        self.label(label, to);
        to.open('[');
        value.write(to);
        to.close(']');
    }

    fn label(&self, label: &Label, to: &mut Writer) {
        if let Some((outer, label)) = self.outer
            && !self.open.replace(true)
        {
            outer.label(label, to);
            to.open('{');
        }
        match label {
            Label::Whole => {}
            Label::Field(name) => to.name(name),
            Label::Place(place) => to.place(*place),
        }
    }

    pub(crate) fn close(&self, to: &mut Writer) {
        if self.open.get() {
            to.close('}');
        }
    }
}

impl<T: Patch> Patch for Option<T> {
    fn patch(&self, old: &Self, label: &Label, within: &Within<'_>, to: &mut Writer) {
        match (self, old) {
            (Some(value), Some(old)) => value.patch(old, label, within, to),
            (Some(value), None) => within.instead(label, value, to),
            (None, Some(_)) => within.put(label, self, to),
            (None, None) => {}
        }
    }
}

impl<T: Patch> Patch for Vec<T> {
    fn patch(&self, old: &Self, label: &Label, within: &Within<'_>, to: &mut Writer) {
        if self.len() != old.len() {
            return within.put(label, self, to);
        }
        let list = Within::new(within, label);
        for (place, (value, old)) in self.iter().zip(old).enumerate() {
            value.patch(old, &Label::Place(place), &list, to);
        }
        list.close(to);
    }
}

impl Patch for Arc<str> {
    fn patch(&self, old: &Self, label: &Label, within: &Within<'_>, to: &mut Writer) {
        if !Arc::ptr_eq(self, old) && self != old {
            within.put(label, self, to);
        }
    }
}

impl<T: Text> Patch for As<T> {
    fn patch(&self, old: &Self, label: &Label, within: &Within<'_>, to: &mut Writer) {
        if self != old {
            within.put(label, self, to);
        }
    }
}

/// Values that stand for themselves.
macro_rules! plain {
    ($($type:ty),*) => {$(
        impl $crate::patch::Patch for $type {
            fn patch(
                &self,
                old: &Self,
                label: &$crate::patch::Label,
                within: &$crate::patch::Within<'_>,
                to: &mut $crate::write::Writer,
            ) {
                if self != old {
                    within.put(label, self, to);
                }
            }
        }
    )*};
}

plain!(Whole, String, bool, u32, u64, i64, crate::problem::Shown);

/// Answers that are told again by what differs.
macro_rules! changing {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    })*) => {$(
        $crate::write::answer! {
            $(#[$meta])*
            $vis struct $name { $($(#[$field_meta])* $field: $type),* }
        }

        impl $crate::patch::Patch for $name {
            #[inline(never)]
            fn patch(
                &self,
                old: &Self,
                label: &$crate::patch::Label,
                within: &$crate::patch::Within<'_>,
                to: &mut $crate::write::Writer,
            ) {
                use $crate::patch::{Label, Within};
                let here = Within::new(within, label);
                $(
                    let label = &Label::Field(concat!(",\"", stringify!($field), "\":"));
                    self.$field.patch(&old.$field, label, &here, to);
                )*
                here.close(to);
            }
        }
    )*};
}

/// Values of several kinds, of which one that stays of its kind and keeps its fields is told by the fields that differ.
macro_rules! changing_variants {
    ($name:ident { $($variant:ident { $($field:ident),* })* }) => {
        impl $crate::patch::Patch for $name {
            #[inline(never)]
            fn patch(
                &self,
                old: &Self,
                label: &$crate::patch::Label,
                within: &$crate::patch::Within<'_>,
                to: &mut $crate::write::Writer,
            ) {
                use $crate::patch::{Label, Within};
                use $crate::write::Write;
                let here = Within::new(within, label);
                // A field at a time, because a macro has but one name for the older one and the newer.
                match (self, old) {
                    $((Self::$variant { $($field: _),* }, Self::$variant { .. }) => {
                        $(if let (Self::$variant { $field: new, .. }, Self::$variant { $field: old, .. }) = (self, old)
                            && new.is_absent() != old.is_absent()
                        {
                            return within.instead(label, self, to);
                        })*
                        $(if let (Self::$variant { $field: new, .. }, Self::$variant { $field: old, .. }) = (self, old) {
                            let label = &Label::Field(concat!(",\"", stringify!($field), "\":"));
                            new.patch(old, label, &here, to);
                        })*
                        here.close(to);
                    }
                    (Self::$variant { .. }, _) => within.instead(label, self, to),)*
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

    /// As it stands in an answer.
    fn text<T: Text>(text: &str) -> As<T> {
        As(T::parse(text).unwrap())
    }

    #[test]
    fn a_step_of_the_same_kind_is_told_by_what_differs() {
        let limited =
            |given| Step::Limited { by: "base".into(), limit: As(Limited::Day), points: points(given) };
        let tier = |given| Step::Tier { level: text("gold"), multiplier: As(2.into()), points: given };
        let patch = |new: Step, old: Step| vec![new].to_patch(&vec![old]);
        assert_eq!(patch(rate(None, 9), rate(None, 9)), "{}");
        assert_eq!(patch(limited(9), limited(9)), "{}");
        assert_eq!(patch(rate(Some(8), 8), rate(Some(9), 9)), r#"{"0":{"groups":8,"points":8}}"#);
        assert_eq!(patch(tier(-1), tier(3)), r#"{"0":{"points":-1}}"#);
        // Told whole: of another kind, and where a field comes or goes.
        let whole = |step: &Step| format!(r#"{{"0":[{}]}}"#, step.to_json());
        for (new, old) in
            [(tier(3), limited(3)), (rate(None, 9), rate(Some(9), 9)), (rate(Some(9), 9), rate(None, 9))]
        {
            let expected = whole(&new);
            assert_eq!(patch(new, old), expected);
        }
    }
}
