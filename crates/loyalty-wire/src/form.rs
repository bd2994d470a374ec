//! The wire's forms of domain values: written from them, and read back into them.

use crate::part::Part;
use crate::read::{Faults, Path, Read};
use crate::text::{As, Text, Whole};
use crate::tree::Tree;
use crate::write::{Write, Writer};
use loyalty_core::{Code, Map, Points};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// How a value of the domain is written and stored.
pub(crate) trait Form<T>: Sized {
    /// The value as it is written.
    fn of(value: &T) -> Self;

    /// The value that was written.
    ///
    /// # Errors
    /// `entry_inconsistent`, or what is wrong with a part of it, when it cannot be what was written.
    fn restore(self) -> Result<T, Code>;
}

impl<T: Clone> Form<T> for As<T> {
    fn of(value: &T) -> Self {
        Self(value.clone())
    }

    fn restore(self) -> Result<T, Code> {
        Ok(self.0)
    }
}

impl Form<Points> for Whole {
    fn of(value: &Points) -> Self {
        Self(*value)
    }

    fn restore(self) -> Result<Points, Code> {
        Ok(self.0)
    }
}

impl Form<Box<str>> for String {
    fn of(value: &Box<str>) -> Self {
        value.clone().into_string()
    }

    fn restore(self) -> Result<Box<str>, Code> {
        Ok(self.into())
    }
}

impl<T, F: Form<T>> Form<Option<T>> for Option<F> {
    fn of(value: &Option<T>) -> Self {
        value.as_ref().map(F::of)
    }

    fn restore(self) -> Result<Option<T>, Code> {
        self.map(F::restore).transpose()
    }
}

impl<T, F: Form<T>> Form<Vec<T>> for Vec<F> {
    fn of(value: &Vec<T>) -> Self {
        value.iter().map(F::of).collect()
    }

    fn restore(self) -> Result<Vec<T>, Code> {
        self.into_iter().map(F::restore).collect()
    }
}

/// A list that is left out where it is empty.
impl<T, F: Form<T>> Form<Vec<T>> for Option<Vec<F>> {
    fn of(value: &Vec<T>) -> Self {
        (!value.is_empty()).then(|| Form::of(value))
    }

    fn restore(self) -> Result<Vec<T>, Code> {
        self.unwrap_or_default().restore()
    }
}

/// A value of the domain that is read by its parts, and written as a record of its own.
pub trait Stored: Clone {
    /// The record.
    type Record: Write;

    /// The value as it is written.
    fn record(&self) -> Self::Record;

    /// The value that was written.
    fn read(part: &Part<'_>) -> Option<Self>;
}

/// Such a value within a record.
#[derive(Debug, Clone)]
pub struct Within<T>(pub T);

impl<T: Stored> Form<T> for Within<T> {
    fn of(value: &T) -> Self {
        Self(value.clone())
    }

    fn restore(self) -> Result<T, Code> {
        Ok(self.0)
    }
}

impl<T: Stored> Read for Within<T> {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        T::read(&Part::open(tree, *at, faults)?).map(Self)
    }
}

impl<T: Stored> Write for Within<T> {
    fn write(&self, to: &mut Writer) {
        self.0.record().write(to);
    }
}

#[cfg(feature = "describe")]
impl<T: Stored<Record: schemars::JsonSchema>> schemars::JsonSchema for Within<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::Record::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::Record::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::Record::json_schema(generator)
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Form<$type> for $type {
            fn of(value: &$type) -> Self {
                *value
            }

            fn restore(self) -> Result<$type, Code> {
                Ok(self)
            }
        }
    )*};
}

plain!(bool, u32, u64, i64);

/// Values that are left out where they are nothing.
macro_rules! unless_nothing {
    ($($form:ty = $type:ty),*) => {$(
        impl Form<$type> for Option<$form> {
            fn of(value: &$type) -> Self {
                (*value != <$type>::default()).then(|| Form::of(value))
            }

            fn restore(self) -> Result<$type, Code> {
                self.map_or(Ok(<$type>::default()), Form::restore)
            }
        }
    )*};
}

unless_nothing!(bool = bool, u32 = u32, u64 = u64, i64 = i64, Whole = Points, As<Decimal> = Decimal);

/// Values by name, written as an object.
#[derive(Debug, Clone)]
pub struct ByName<K, F>(pub Map<K, F>);

impl<K: Text + Ord, F: Read> Read for ByName<K, F> {
    fn read(tree: &Tree<'_>, at: &Path<'_>, faults: &Faults) -> Option<Self> {
        let Tree::Map(fields) = tree else { return faults.read(at, Err(Code::WrongType)) };
        let map = by_name(fields, at, faults, |_, value, at| F::read(value, at, faults));
        (map.len() == fields.len()).then_some(Self(map))
    }
}

/// Values by name. Every one is read, so that every fault is found.
pub(crate) fn by_name<K: Text + Ord, V>(
    fields: &[(Cow<'_, str>, Tree<'_>)],
    at: &Path<'_>,
    faults: &Faults,
    read: impl Fn(&str, &Tree<'_>, &Path<'_>) -> Option<V>,
) -> Map<K, V> {
    let mut map = Map::new();
    for (name, value) in fields {
        let at = at.field(name);
        if let (Some(key), Some(value)) = (faults.read(&at, K::parse(name)), read(name, value, &at))
            && map.insert(key, value).is_some()
        {
            faults.strange(&at, Code::DuplicateField);
        }
    }
    map
}

impl<K: Text, F: Write> Write for ByName<K, F> {
    fn write(&self, to: &mut Writer) {
        to.open('{');
        for (name, value) in &self.0 {
            to.separate();
            name.write(to);
            to.raw(":");
            value.write(to);
        }
        to.close('}');
    }
}

impl<K: Clone + Ord, T, F: Form<T>> Form<Map<K, T>> for Option<ByName<K, F>> {
    fn of(value: &Map<K, T>) -> Self {
        let mut forms = Map::new();
        for (name, value) in value {
            forms.insert(name.clone(), F::of(value));
        }
        (!forms.is_empty()).then_some(ByName(forms))
    }

    fn restore(self) -> Result<Map<K, T>, Code> {
        let map = self.map(|by_name| by_name.0).unwrap_or_default();
        let mut restored = Map::new();
        for (name, form) in map {
            restored.insert(name, form.restore()?);
        }
        Ok(restored)
    }
}

#[cfg(feature = "describe")]
impl<K, F: schemars::JsonSchema> schemars::JsonSchema for ByName<K, F> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}ByName", F::schema_name()).into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = generator.subschema_for::<F>();
        schemars::json_schema!({"type": "object", "additionalProperties": value})
    }
}

/// Records whose fields have the names of the domain's.
macro_rules! forms {
    ($($form:ident = $of:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::form::Form<loyalty_core::$of> for $form {
            fn of(value: &loyalty_core::$of) -> Self {
                Self { $($field: $crate::form::Form::of(&value.$field)),* }
            }

            fn restore(self) -> Result<loyalty_core::$of, loyalty_core::Code> {
                Ok(loyalty_core::$of { $($field: $crate::form::Form::restore(self.$field)?),* })
            }
        }
    )*};
}

/// Variants whose fields have the names of the domain's; after them the others, there and back.
macro_rules! variant_forms {
    ($form:ident = $of:ident {
        $($variant:ident { $($field:ident),* $(,)? })*
    } write { $($said:pat => $written:expr),* $(,)? } restore { $($stored:pat => $meant:expr),* $(,)? }) => {
        impl $crate::form::Form<loyalty_core::$of> for $form {
            fn of(value: &loyalty_core::$of) -> Self {
                match value {
                    $(loyalty_core::$of::$variant { $($field),* } => {
                        Self::$variant { $($field: $crate::form::Form::of($field)),* }
                    })*
                    $($said => $written,)*
                }
            }

            fn restore(self) -> Result<loyalty_core::$of, loyalty_core::Code> {
                Ok(match self {
                    $(Self::$variant { $($field),* } => {
                        loyalty_core::$of::$variant { $($field: $crate::form::Form::restore($field)?),* }
                    })*
                    $($stored => $meant,)*
                })
            }
        }
    };
}

pub(crate) use {forms, variant_forms};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document;
    use loyalty_core::WalletId;

    type Wallets = Option<ByName<WalletId, Whole>>;

    #[test]
    fn values_by_name_are_an_object_and_absent_where_there_are_none() {
        let none: Wallets = Form::of(&Map::new());
        assert!(none.is_absent());
        let read = |text: &str| document::<ByName<WalletId, Whole>>(&crate::parse(text).unwrap());
        let text = r#"{"points":3,"stamps":1}"#;
        assert_eq!(read(r#"{"stamps": 1, "points": 3}"#).unwrap().to_json(), text);
        let code = |text| read(text).unwrap_err().code;
        assert_eq!(code(r#"{"points": 3, "points": 3}"#), Code::DuplicateField);
        assert_eq!(code(r#"{"two words": 3}"#), Code::IdInvalid);
        assert_eq!(code(r#"{"points": "3"}"#), Code::WrongType);
        assert_eq!(code("[]"), Code::WrongType);
    }

    #[test]
    fn what_is_nothing_is_left_out() {
        assert_eq!(Option::<u64>::of(&0), None);
        assert_eq!(Option::<bool>::of(&true), Some(true));
        assert_eq!(Form::<u64>::restore(None::<u64>), Ok(0));
        assert_eq!(Option::<As<Decimal>>::of(&Decimal::new(0, 2)), None);
    }
}
