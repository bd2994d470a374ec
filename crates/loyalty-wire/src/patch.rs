//! What differs between two answers, for a page that holds the older one.

use crate::text::{As, Text, Whole};
use crate::write::{Write, Writer};

/// What can be told by what differs from an older value of its kind.
///
/// An object holds the fields, or the places of a list, that differ; a list stands for the whole new list where an
/// older list was, and holds the one new value where it was anything else; all other values stand for themselves.
pub trait Patch: Write + PartialEq {
    /// Appends what differs; asked only where something does.
    fn patch(&self, _old: &Self, to: &mut Writer) {
        self.write(to);
    }

    /// What differs, as JSON text.
    #[must_use]
    fn to_patch(&self, old: &Self) -> String {
        let mut writer = Writer::roomy();
        self.patch(old, &mut writer);
        writer.into_text()
    }
}

impl Writer {
    /// What differs in a field of an answer.
    pub(crate) fn changed<T: Patch>(&mut self, name: &str, value: &T, old: &T) {
        if value != old {
            self.name(name);
            value.patch(old, self);
        }
    }

    /// A new value where an older one of another form was.
    pub(crate) fn instead<T: Write>(&mut self, value: &T) {
        self.open('[');
        value.write(self);
        self.close(']');
    }
}

impl<T: Patch> Patch for Option<T> {
    fn patch(&self, old: &Self, to: &mut Writer) {
        match (self, old) {
            (Some(value), Some(old)) => value.patch(old, to),
            (Some(value), None) => to.instead(value),
            (None, _) => self.write(to),
        }
    }
}

impl<T: Patch> Patch for Vec<T> {
    fn patch(&self, old: &Self, to: &mut Writer) {
        if self.len() != old.len() {
            return self.write(to);
        }
        to.open('{');
        for (place, (value, old)) in self.iter().zip(old).enumerate().filter(|(_, (value, old))| value != old)
        {
            to.place(place);
            value.patch(old, to);
        }
        to.close('}');
    }
}

impl<T: Text + PartialEq> Patch for As<T> {}
impl Patch for Whole {}
impl Patch for String {}
impl Patch for bool {}
impl Patch for u32 {}

/// Answers that are told again by what differs.
macro_rules! changing {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    })*) => {$(
        $crate::write::answer! {
            $(#[$meta])*
            #[derive(PartialEq)]
            $vis struct $name { $($(#[$field_meta])* $field: $type),* }
        }

        impl $crate::patch::Patch for $name {
            fn patch(&self, old: &Self, to: &mut $crate::write::Writer) {
                to.open('{');
                $(to.changed(concat!(",\"", stringify!($field), "\":"), &self.$field, &old.$field);)*
                to.close('}');
            }
        }
    )*};
}

pub(crate) use changing;
