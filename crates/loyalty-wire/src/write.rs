//! The one writer: every answer and stored form as JSON text, and values as rows.

use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// JSON text as it grows.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
    /// Whether each value is a row, and needs no quotes around it.
    rows: bool,
}

/// What can be written as JSON text.
pub trait Write {
    /// Appends the value.
    fn write(&self, to: &mut Writer);

    /// Whether a record leaves the field out.
    fn is_absent(&self) -> bool {
        false
    }

    /// The value as JSON text.
    #[must_use]
    fn to_json(&self) -> String {
        let mut writer = Writer::roomy();
        self.write(&mut writer);
        writer.text
    }

    /// A value as a row: its JSON text, without quotes around it.
    #[must_use]
    fn to_row(&self) -> String {
        let mut writer = Writer::rows();
        self.write(&mut writer);
        writer.text
    }
}

/// A value of one of several kinds.
pub(crate) trait Kind {
    fn kind(&self) -> &'static str;
}

impl Writer {
    /// Room for a start of most answers.
    fn roomy() -> Self {
        Self { text: String::with_capacity(1024), rows: false }
    }

    /// As [`Self::roomy`], for rows.
    pub(crate) fn rows() -> Self {
        Self { rows: true, ..Self::roomy() }
    }

    /// Starts a list or an object; `{` or `[`.
    pub(crate) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// Ends it; `}` or `]`.
    pub(crate) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// What stands between two items, where there is one before. No value ends in an opening bracket.
    pub(crate) fn separate(&mut self) {
        if !matches!(self.text.as_bytes().last(), Some(b'{' | b'[')) {
            self.text.push(',');
        }
    }

    /// A field's name with what stands around it, `,"name":`; the first of an object has no comma before it.
    pub(crate) fn name(&mut self, name: &str) {
        match self.text.as_bytes().last() {
            Some(b'{') => self.raw(name.get(1..).unwrap_or_default()),
            _ => self.raw(name),
        }
    }

    /// A field of a record; nothing where it is absent.
    pub(crate) fn field<T: Write>(&mut self, name: &str, value: &T) {
        if !value.is_absent() {
            self.name(name);
            value.write(self);
        }
    }

    /// As [`Self::field`], where one is before it.
    pub(crate) fn further<T: Write>(&mut self, name: &str, value: &T) {
        if !value.is_absent() {
            self.entry(name, value);
        }
    }

    /// A field of an answer, behind its name with what stands around it; `null` where there is nothing.
    pub(crate) fn entry<T: Write>(&mut self, name: &str, value: &T) {
        self.raw(name);
        value.write(self);
    }

    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// A field whose name is not known beforehand.
    pub(crate) fn named<T: Write>(&mut self, name: &str, value: &T) {
        self.separate();
        self.text(name);
        self.text.push(':');
        value.write(self);
    }

    /// A list.
    pub(crate) fn list<'a, T: Write + 'a>(&mut self, items: impl IntoIterator<Item = &'a T>) {
        self.open('[');
        for item in items {
            self.separate();
            item.write(self);
        }
        self.close(']');
    }

    /// JSON as it stands.
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// A letter as it stands.
    pub(crate) fn plain(&mut self, letter: char) {
        self.text.push(letter);
    }

    pub(crate) fn whole(&mut self, number: u64) {
        match u32::try_from(number) {
            Ok(short) => self.digits(short, 1),
            Err(_) => self.pointed(number.into(), 0),
        }
    }

    /// A decimal in quotes: so many digits of the number stand behind the point.
    pub(crate) fn decimal(&mut self, negative: bool, number: u128, scale: u32) {
        self.quote();
        if negative {
            self.text.push('-');
        }
        self.pointed(number, scale);
        self.quote();
    }

    /// What stands around a text.
    pub(crate) fn quote(&mut self) {
        if !self.rows {
            self.text.push('"');
        }
    }

    /// A number with a point. Most are short, and 32 bits are divided much faster than 128.
    fn pointed(&mut self, number: u128, scale: u32) {
        if let (Ok(short), Some(unit)) = (u32::try_from(number), 10_u32.checked_pow(scale)) {
            self.digits(short / unit, 1);
            if scale > 0 {
                self.text.push('.');
                self.digits(short % unit, scale);
            }
        } else {
            self.pointed(number / 10, scale.saturating_sub(1));
            if scale == 1 {
                self.text.push('.');
            }
            self.digit((number % 10) as u32);
        }
    }

    /// A short number in so many digits at least.
    pub(crate) fn digits(&mut self, number: u32, least: u32) {
        if number > 99 || least > 2 {
            self.digits(number / 100, least.saturating_sub(2));
        }
        if number > 9 || least > 1 {
            self.digit(number / 10);
        }
        self.digit(number);
    }

    fn digit(&mut self, number: u32) {
        self.text.push(char::from(b'0' + (number % 10) as u8));
    }

    /// What a value shows of itself, in quotes; nothing in it needs escaping.
    pub(crate) fn shown(&mut self, value: &impl fmt::Display) {
        // Writing into a string cannot fail.
        self.quote();
        let _ = fmt::Write::write_fmt(&mut self.text, format_args!("{value}"));
        self.quote();
    }

    /// Text in quotes.
    pub(crate) fn text(&mut self, text: &str) {
        if text.bytes().any(special) {
            self.quote();
            text.chars().for_each(|letter| self.letter(letter));
            self.quote();
        } else {
            self.word(text);
        }
    }

    /// Text in quotes, nothing in which needs escaping.
    pub(crate) fn word(&mut self, word: &str) {
        self.quote();
        self.text.push_str(word);
        self.quote();
    }

    fn letter(&mut self, letter: char) {
        if u8::try_from(letter).is_ok_and(special) {
            self.escape(letter);
        } else {
            self.text.push(letter);
        }
    }

    fn escape(&mut self, special: char) {
        let short = match special {
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            '"' | '\\' => special,
            _ => {
                self.text.push_str("\\u00");
                self.text.push_str(&crate::text::hex(&[special as u8]));
                return;
            }
        };
        self.text.push('\\');
        self.text.push(short);
    }
}

/// Whether a byte of text is to be escaped. Most are small letters, and above all that are.
const fn special(byte: u8) -> bool {
    byte <= b'\\' && (byte == b'\\' || byte == b'"' || byte < b' ')
}

impl<T: Write> Write for Option<T> {
    fn write(&self, to: &mut Writer) {
        match self {
            Some(value) => value.write(to),
            None => to.raw("null"),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.list(self);
    }
}

impl<T: Write> Write for BTreeMap<String, T> {
    fn write(&self, to: &mut Writer) {
        to.open('{');
        self.iter().for_each(|(name, value)| to.named(name, value));
        to.close('}');
    }
}

impl Write for bool {
    fn write(&self, to: &mut Writer) {
        to.raw(if *self { "true" } else { "false" });
    }
}

impl Write for String {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl Write for Arc<str> {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl Write for u32 {
    fn write(&self, to: &mut Writer) {
        to.whole((*self).into());
    }
}

impl Write for u64 {
    fn write(&self, to: &mut Writer) {
        to.whole(*self);
    }
}

impl Write for i64 {
    fn write(&self, to: &mut Writer) {
        if *self < 0 {
            to.raw("-");
        }
        to.whole(self.unsigned_abs());
    }
}

impl Write for Box<RawValue> {
    fn write(&self, to: &mut Writer) {
        to.raw(self.get());
    }
}

/// A record whose fields are left out where they are absent.
macro_rules! written {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        #[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "describe", schemars(deny_unknown_fields))]
        $vis struct $name {
            $($(#[$field_meta])* pub $field: $type),*
        }

        impl $name {
            pub(crate) const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
        }

        impl $crate::write::Write for $name {
            #[inline(never)]
            fn write(&self, to: &mut $crate::write::Writer) {
                to.open('{');
                $(to.field(concat!(",\"", stringify!($field), "\":"), &self.$field);)*
                to.close('}');
            }
        }
    };
}

/// An answer: every field stands, `null` where there is nothing.
macro_rules! answer {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $(#[$first_meta:meta])* $first:ident : $first_type:ty
        $(, $(#[$field_meta:meta])* $field:ident : $type:ty)* $(,)?
    })*) => {$(
        $(#[$meta])*
        #[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
        $vis struct $name {
            $(#[$first_meta])* pub $first: $first_type
            $(, $(#[$field_meta])* pub $field: $type)*
        }

        impl $crate::write::Write for $name {
            #[inline(never)]
            fn write(&self, to: &mut $crate::write::Writer) {
                to.entry(concat!("{\"", stringify!($first), "\":"), &self.$first);
                $(to.entry(concat!(",\"", stringify!($field), "\":"), &self.$field);)*
                to.close('}');
            }
        }
    )*};
}

pub(crate) use {answer, written};

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    #[test]
    fn text_is_escaped_as_other_writers_of_json_do() {
        let all: String = (0..=0x2ff).filter_map(char::from_u32).collect();
        for text in [&all, "", "\"", "a\\b\nc", "кружка 🎁", "\u{7f}\u{2028}"] {
            assert_eq!(text.to_owned().to_json(), serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn numbers_are_written_in_full() {
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            assert_eq!(number.to_json(), number.to_string());
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            assert_eq!(number.to_json(), number.to_string());
        }
    }

    #[test]
    fn decimals_are_written_in_full() {
        for number in [0, 5, 99, 100, 12_345, 4_294_967_296, 99_999_999_999_999_999, i64::MAX] {
            for scale in [0, 1, 2, 9, 10, 28] {
                for decimal in [Decimal::new(number, scale), Decimal::new(-number, scale)] {
                    assert_eq!(decimal.to_json(), format!("\"{decimal}\""));
                }
            }
        }
        assert_eq!(Decimal::MIN.to_json(), format!("\"{}\"", Decimal::MIN));
    }

    #[test]
    fn items_are_separated() {
        assert_eq!(Vec::<bool>::new().to_json(), "[]");
        assert_eq!(vec![vec![true], vec![], vec![false, true]].to_json(), "[[true],[],[false,true]]");
        assert_eq!(vec!["[".to_owned(), "{".to_owned()].to_json(), r#"["[","{"]"#);
        let map = BTreeMap::from([("a".to_owned(), Some(1_u32)), ("b".to_owned(), None)]);
        assert_eq!(map.to_json(), r#"{"a":1,"b":null}"#);
    }
}
