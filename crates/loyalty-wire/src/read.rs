//! Trees into records, collecting the faults, up to 100, with their paths.

use crate::problem::{Fault, Problem};
use crate::tree::Tree;
use crate::write::Writer;
use loyalty_core::Code;
use std::cell::{Cell, RefCell};

/// Where in a document the reader is; rendered as a JSON Pointer when a fault is found.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    /// The whole document.
    Root,
    /// A field.
    Field(&'a Path<'a>, &'a str),
    /// An item of a list.
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        let mut pointer = Writer::default();
        self.write(&mut pointer);
        pointer.into_text()
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Self::Root => {}
            Self::Field(parent, name) => {
                parent.write(to);
                to.raw("/");
                name.chars().for_each(|letter| match letter {
                    '~' => to.raw("~0"),
                    '/' => to.raw("~1"),
                    _ => to.plain(letter),
                });
            }
            Self::Item(parent, index) => {
                parent.write(to);
                to.raw("/");
                to.whole(*index as u64);
            }
        }
    }

    pub(crate) const fn field<'a>(&'a self, name: &'a str) -> Path<'a> {
        Path::Field(self, name)
    }

    pub(crate) const fn item(&self, index: usize) -> Path<'_> {
        Path::Item(self, index)
    }
}

/// How many faults are told at once: a hostile input could hold one every two bytes.
const MOST_FAULTS: usize = 100;

/// Faults found so far, the first 100 of each kind.
///
/// What could not be read hides what would be wrong with the values.
#[derive(Default)]
pub(crate) struct Faults {
    reading: RefCell<Vec<Fault>>,
    proving: RefCell<Vec<Fault>>,
    unread: Cell<bool>,
    lost: Cell<bool>,
}

impl Faults {
    /// Where a hundred thousand are found, only those that are told cost anything.
    fn note(list: &RefCell<Vec<Fault>>, path: &dyn Fn() -> String, code: Code) {
        if let Ok(mut list) = list.try_borrow_mut()
            && list.len() < MOST_FAULTS
        {
            list.push(Fault { path: path(), code });
        }
    }

    /// What is wrong with a value.
    #[inline(never)]
    pub(crate) fn add(&self, at: &Path<'_>, code: Code) {
        Self::note(&self.proving, &|| at.pointer(), code);
    }

    /// As [`Self::add`], where the place is known as a JSON Pointer.
    pub(crate) fn add_at(&self, path: &str, code: Code) {
        Self::note(&self.proving, &|| path.to_owned(), code);
    }

    /// A field that should not be there.
    #[inline(never)]
    pub(crate) fn strange(&self, at: &Path<'_>, code: Code) {
        Self::note(&self.reading, &|| at.pointer(), code);
    }

    /// The place of a field among the names there may be; notes one that is not among them, and one that was seen.
    pub(crate) fn known(
        &self,
        at: &Path<'_>,
        name: &str,
        [names, more]: [&[&str]; 2],
        seen: &mut u64,
    ) -> Option<usize> {
        // Most documents have their fields in the order of the names.
        let next = (u64::BITS - seen.leading_zeros()) as usize;
        let place = match names.get(next) {
            Some(known) if *known == name => Some(next),
            _ => names.iter().chain(more).position(|known| *known == name),
        };
        let bit = place.map_or(0, |place| 1_u64.wrapping_shl(place as u32));
        if bit == 0 {
            self.strange(&at.field(name), Code::UnknownField);
        } else if *seen & bit != 0 {
            self.strange(&at.field(name), Code::DuplicateField);
            return None;
        }
        *seen |= bit;
        place
    }

    /// What could not be read.
    pub(crate) fn unread<T>(&self, at: &Path<'_>, code: Code) -> Option<T> {
        self.unread.set(true);
        self.strange(at, code);
        None
    }

    /// Keeps what could be read; notes why where it could not.
    pub(crate) fn read<T>(&self, at: &Path<'_>, result: Result<T, Code>) -> Option<T> {
        result.map_or_else(|code| self.unread(at, code), Some)
    }

    /// Keeps a good value; notes a bad one.
    pub(crate) fn check<T>(&self, at: &Path<'_>, result: Result<T, Code>) -> Option<T> {
        result.map_or_else(|code| self.lost(at, code), Some)
    }

    fn lost<T>(&self, at: &Path<'_>, code: Code) -> Option<T> {
        self.lost.set(true);
        self.add(at, code);
        None
    }

    /// Whether every value is there, be it good or bad.
    pub(crate) const fn is_complete(&self) -> bool {
        !self.unread.get() && !self.lost.get()
    }

    fn is_empty(&self) -> bool {
        [&self.reading, &self.proving].iter().all(|list| list.try_borrow().is_ok_and(|list| list.is_empty()))
    }

    /// The value if there was no fault.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match (self.problem(value.is_some()), value) {
            (None, Some(value)) => Ok(value),
            (problem, _) => Err(problem.unwrap_or_else(|| Code::Malformed.into())),
        }
    }

    #[inline(never)]
    fn problem(self, is_read: bool) -> Option<Problem> {
        if is_read && self.is_empty() {
            return None;
        }
        let mut faults = self.reading.into_inner();
        if !self.unread.get() {
            faults.append(&mut self.proving.into_inner());
            faults.truncate(MOST_FAULTS);
        }
        Some(Problem::from(faults))
    }
}

/// What can be read from a tree.
pub(crate) trait Read: Sized {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self>;

    /// What stands for a field that is not there.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Read> Read for Option<T> {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        match tree {
            Tree::Null => Some(None),
            tree => T::read(tree, at, faults).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        let Tree::List(items) = tree else {
            return faults.unread(at, Code::WrongType);
        };
        // Every item is read, so that every fault is found.
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            read.extend(T::read(item, &at.item(index), faults));
        }
        (read.len() == items.len()).then_some(read)
    }
}

impl Read for bool {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        match tree {
            Tree::Bool(value) => Some(*value),
            _ => faults.read(at, Err(Code::WrongType)),
        }
    }
}

impl Read for String {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        faults.read(at, tree.text().map(str::to_owned))
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Read for $type {
            fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
                let number = match tree {
                    Tree::Whole(number) => <$type>::try_from(*number).map_err(|_| Code::NumberOutOfRange),
                    _ => Err(Code::WrongType),
                };
                faults.read(at, number)
            }
        }
    )*};
}

whole_numbers!(u32, u64, i64);

/// The fields of a map while a record is read from it, in the record's own order.
pub(crate) struct Fields<'a> {
    names: &'static [&'static str],
    values: &'a [Option<&'a Tree<'a>>],
    at: &'a Path<'a>,
}

impl<'a> Fields<'a> {
    /// Opens a map that may have these fields, none of them twice. `values` has room for one value a name.
    pub(crate) fn open(
        tree: &'a Tree<'a>,
        at: &'a Path<'a>,
        faults: &Faults,
        names: &'static [&'static str],
        values: &'a mut [Option<&'a Tree<'a>>],
    ) -> Option<Self> {
        let Tree::Map(map) = tree else {
            return faults.unread(at, Code::WrongType);
        };
        let mut seen = 0;
        for (name, value) in map {
            let place = faults.known(at, name, [names, &[]], &mut seen);
            if let Some(place) = place.and_then(|place| values.get_mut(place)) {
                *place = Some(value);
            }
        }
        Some(Self { names, values, at })
    }

    /// Reads the field at a place of the record.
    #[inline(never)]
    pub(crate) fn take<T: Read>(&self, place: usize, faults: &Faults) -> Option<T> {
        let (value, at) = self.find(place);
        match value {
            Some(tree) => T::read(tree, &at, faults),
            None => T::absent().or_else(|| faults.read(&at, Err(Code::Missing))),
        }
    }

    #[inline(never)]
    fn find(&self, place: usize) -> (Option<&'a Tree<'a>>, Path<'a>) {
        let name = self.names.get(place).copied().unwrap_or_default();
        (self.values.get(place).copied().flatten(), Path::Field(self.at, name))
    }
}

/// Reads a whole document.
pub(crate) fn document<T: Read>(tree: &Tree<'_>) -> Result<T, Problem> {
    let faults = Faults::default();
    let value = T::read(tree, &Path::Root, &faults);
    faults.finish(value)
}

/// A record: a map with just these fields, readable, writable, described.
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    }) => {
        $crate::write::written! {
            $(#[$meta])*
            $vis struct $name { $($(#[$field_meta])* $field: $type),* }
        }

        impl $crate::read::Read for $name {
            #[inline(never)]
            fn read(
                tree: &$crate::tree::Tree<'_>,
                at: &$crate::read::Path<'_>,
                faults: &$crate::read::Faults,
            ) -> Option<Self> {
                $crate::read::fields!(fields = tree, at, faults, Self::NAMES);
                $crate::read::take!(fields, faults; $($field: $type),*);
                Some(Self { $($field),* })
            }
        }
    };
}

/// One of several records, told apart by their field `kind`.
macro_rules! variants {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $tag:literal {
            $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
        }),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        #[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "describe", schemars(deny_unknown_fields, tag = "kind"))]
        $vis enum $name {
            $($(#[$variant_meta])* #[cfg_attr(feature = "describe", schemars(rename = $tag))] $variant {
                $($(#[$field_meta])* $field: $type),*
            }),*
        }

        impl $crate::read::Read for $name {
            #[inline(never)]
            fn read(
                tree: &$crate::tree::Tree<'_>,
                at: &$crate::read::Path<'_>,
                faults: &$crate::read::Faults,
            ) -> Option<Self> {
                match $crate::read::kind(tree, at, faults)? {
                    $($tag => {
                        const NAMES: &[&str] = &[$(stringify!($field),)* "kind"];
                        $crate::read::fields!(fields = tree, at, faults, NAMES);
                        let _ = &fields;
                        $crate::read::take!(fields, faults; $($field: $type),*);
                        Some(Self::$variant { $($field),* })
                    })*
                    _ => faults.read(&at.field("kind"), Err(loyalty_core::Code::UnknownChoice)),
                }
            }
        }

        impl $crate::write::Kind for $name {
            fn kind(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $tag),* }
            }
        }

        impl $crate::write::Write for $name {
            #[inline(never)]
            fn write(&self, to: &mut $crate::write::Writer) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        to.raw(concat!("{\"kind\":\"", $tag, "\""));
                        $(to.further(concat!(",\"", stringify!($field), "\":"), $field);)*
                    })*
                }
                to.close('}');
            }
        }
    };
}

/// The field that tells variants apart.
pub(crate) fn kind<'a>(tree: &'a Tree<'a>, at: &Path<'_>, faults: &Faults) -> Option<&'a str> {
    match (tree, tree.field("kind")) {
        (_, Some(Tree::Text(kind))) => Some(kind),
        (_, Some(_)) => faults.read(&at.field("kind"), Err(Code::WrongType)),
        (Tree::Map(_), None) => faults.read(&at.field("kind"), Err(Code::Missing)),
        _ => faults.read(at, Err(Code::WrongType)),
    }
}

macro_rules! fields {
    ($fields:ident = $tree:ident, $at:ident, $faults:ident, $names:expr) => {
        let mut values = [None; $names.len()];
        let $fields = $crate::read::Fields::open($tree, $at, $faults, $names, &mut values)?;
    };
}

/// Every field is read, so that every fault is found.
macro_rules! take {
    ($fields:ident, $faults:ident; ) => {};
    ($fields:ident, $faults:ident; $($field:ident : $type:ty),*) => {
        let mut places = 0..;
        $(let $field = $fields.take::<$type>(places.next()?, $faults);)*
        let _ = places;
        let ($(Some($field),)*) = ($($field,)*) else { return None };
    };
}

pub(crate) use {fields, record, take, variants};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Whole;
    use crate::write::Write;

    record! {
        /// A record of the tests.
        pub struct Sample {
            /// Needed.
            points: Whole,
            /// Not needed.
            names: Option<Vec<String>>,
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Code)]) {
        let problem = document::<Sample>(&crate::parse(text).unwrap()).unwrap_err();
        let found: Vec<_> = problem.faults.iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_fault_is_found_with_its_path() {
        check("[]", &[("", Code::WrongType)]);
        check("{}", &[("/points", Code::Missing)]);
        check(
            r#"{"points": -1, "a/b": 1, "names": ["x", 1, 2]}"#,
            &[
                ("/a~1b", Code::UnknownField),
                ("/points", Code::PointsOutOfRange),
                ("/names/1", Code::WrongType),
                ("/names/2", Code::WrongType),
            ],
        );
        check(r#"{"points": 1, "points": 2}"#, &[("/points", Code::DuplicateField)]);
    }

    #[test]
    fn no_more_than_100_faults_are_told() {
        let text = format!(r#"{{"points": 1, "names": [{}1]}}"#, "1,".repeat(5000));
        let problem = document::<Sample>(&crate::parse(&text).unwrap()).unwrap_err();
        assert_eq!(problem.faults.len(), MOST_FAULTS);
    }

    #[test]
    fn what_is_absent_is_not_written() {
        let sample: Sample = document(&crate::parse(r#"{"points": 3, "names": null}"#).unwrap()).unwrap();
        assert_eq!(sample.to_json(), r#"{"points":3}"#);
    }
}
