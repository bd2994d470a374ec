//! Parts of a document, read field by field straight into the domain: what is wrong is noted, and reading goes on.
//!
//! Nothing here is generic where it need not be: a document has two hundred fields. What goes through a list is
//! compiled once, and is given what each item becomes.

use crate::form::Stored;
use crate::read::{Faults, Path};
use crate::text::Text;
use crate::tree::Tree;
use crate::words::Words;
use loyalty_core::{Code, Currency, Map, Money, Points};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::sync::Arc;

/// Room that is taken for a list before any of it was read: a hostile one may be long and hold nothing.
const USUAL: usize = 100;

/// A map while it is read. A field that is `null` is one that is not there.
pub struct Part<'a> {
    fields: &'a [(Cow<'a, str>, Tree<'a>)],
    at: Path<'a>,
    faults: &'a Faults,
    pub(crate) currency: Currency,
}

/// A field of a part, there or not.
pub(crate) struct Field<'a> {
    part: &'a Part<'a>,
    name: &'a str,
    value: Option<&'a Tree<'a>>,
}

impl<'a> Part<'a> {
    /// Opens a map.
    #[inline(never)]
    pub(crate) fn open(tree: &'a Tree<'a>, at: Path<'a>, faults: &'a Faults) -> Option<Self> {
        match tree {
            Tree::Map(fields) => Some(Self { fields, at, faults, currency: Currency::NONE }),
            _ => faults.unread(&at, Code::WrongType),
        }
    }

    /// Notes fields that are not among these, and those that stand twice.
    pub(crate) fn expect(&self, names: &[&str], more: &[&str]) {
        let mut seen = 0_u64;
        for (name, _) in self.fields {
            self.faults.known(&self.at, name, [names, more], &mut seen);
        }
    }

    /// All fields of a record that is read often, by the order of its names; notes what [`Self::expect`] notes.
    pub(crate) fn all_fields<const N: usize>(&self, names: &'static [&'static str]) -> [Field<'_>; N] {
        let name = |place| names.get(place).copied().unwrap_or_default();
        let mut fields = std::array::from_fn(|place| Field { part: self, name: name(place), value: None });
        let mut seen = 0_u64;
        for (name, value) in self.fields {
            let place = self.faults.known(&self.at, name, [names, &[]], &mut seen);
            if let Some(field) = place.and_then(|place| fields.get_mut(place)) {
                field.value = Some(value);
            }
        }
        fields
    }

    fn field<'b>(&'b self, name: &'b str) -> Field<'b> {
        let value = self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        Field { part: self, name, value }
    }

    fn find(&self, name: &str) -> Option<&'a Tree<'a>> {
        let (_, value) = self.fields.iter().find(|(known, _)| known == name)?;
        if let Tree::Null = value { None } else { Some(value) }
    }

    /// The same with amounts of this currency.
    pub(crate) const fn in_currency(&self, currency: Currency) -> Self {
        Self { fields: self.fields, at: self.at, faults: self.faults, currency }
    }

    /// Whether every value is there, be it good or bad.
    pub(crate) const fn is_complete(&self) -> bool {
        self.faults.is_complete()
    }

    /// Whether a field is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The name of a field, missed where it is not there.
    #[inline(always)]
    pub(crate) fn needed<'n>(&self, name: &'n str) -> &'n str {
        self.field(name).needed();
        name
    }

    /// How many items a list has.
    pub(crate) fn count(&self, name: &str) -> usize {
        if let Some(Tree::List(items)) = self.find(name) { items.len() } else { 0 }
    }

    /// Notes why a field could not be read.
    pub(crate) fn unread<T>(&self, name: &str, code: Code) -> Option<T> {
        self.not_read(name, code);
        None
    }

    #[inline(never)]
    fn not_read(&self, name: &str, code: Code) {
        self.faults.unread::<()>(&self.at.field(name), code);
    }

    /// Notes what is wrong with a field that could be read.
    #[inline(never)]
    pub(crate) fn wrong(&self, name: &str, code: Code) {
        self.faults.add(&self.at.field(name), code);
    }

    /// Notes what is wrong with a field of an item of a list.
    pub(crate) fn wrong_item<T>(&self, list: &str, index: usize, name: &str, code: Code) -> Option<T> {
        self.faults.check(&self.at.field(list).item(index).field(name), Err(code))
    }

    /// Notes what is wrong with the whole.
    pub(crate) fn wrong_whole<T>(&self, code: Code) -> Option<T> {
        self.faults.check(&self.at, Err(code))
    }

    /// Notes a field that the others beside it have no use for.
    pub(crate) fn unused(&self, wrong: bool, name: &str) {
        if wrong {
            self.wrong(name, Code::UnknownField);
        }
    }

    pub(crate) fn proved<T>(&self, name: &str, result: Result<T, Code>) -> Option<T> {
        result.map_err(|code| self.disproved(name, code)).ok()
    }

    #[inline(never)]
    fn disproved(&self, name: &str, code: Code) {
        self.faults.check::<()>(&self.at.field(name), Err(code));
    }

    fn read<T>(&self, name: &str, result: Result<T, Code>) -> Option<T> {
        result.map_or_else(|code| self.unread(name, code), Some)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.find(name) {
            None => false,
            Some(Tree::Bool(flag)) => *flag,
            Some(_) => self.unread(name, Code::WrongType).unwrap_or(false),
        }
    }

    pub(crate) fn whole(&self, name: &str) -> Option<i64> {
        self.field(name).whole()
    }

    pub(crate) fn given_number(&self, name: &str) -> Option<u32> {
        self.field(name).given_number()
    }

    pub(crate) fn within(&self, name: &str, number: u64, least: u64, most: u64) {
        if !(least..=most).contains(&number) {
            self.wrong(name, Code::NumberOutOfRange);
        }
    }

    /// A number from `least` to `most`, or `default` where none is given.
    pub(crate) fn number(&self, name: &str, default: u32, range: (u32, u32)) -> u32 {
        self.field(name).number(default, range)
    }

    pub(crate) fn given_count(&self, name: &str) -> Option<u64> {
        let number = self.whole(name)?;
        self.read(name, u64::try_from(number).map_err(|_| Code::NumberOutOfRange))
    }

    pub(crate) fn given_points(&self, name: &str) -> Option<Points> {
        let number = u64::try_from(self.whole(name)?).map_err(|_| Code::PointsOutOfRange);
        self.read(name, number.and_then(Points::new))
    }

    /// From `least` to `most` points.
    pub(crate) fn points(&self, name: &str, least: u64, most: u64) -> Option<Points> {
        let points = self.given_points(name)?;
        self.within(name, points.get(), least, most);
        Some(points)
    }

    /// A number of points of which one is the least.
    pub(crate) fn at_least_one(&self, name: &str) -> Option<Points> {
        self.points(name, 1, Points::MAX.get())
    }

    pub(crate) fn string(&self, name: &str) -> Option<&'a str> {
        self.read(name, self.find(name)?.text())
    }

    /// Text of 1 to `most` characters, or `default` where none is given.
    pub(crate) fn text(&self, name: &str, most: u64, default: &str) -> Arc<str> {
        let Some(text) = self.string(name) else { return default.into() };
        self.within(name, text.chars().count() as u64, 1, most);
        text.into()
    }

    #[inline(never)]
    pub(crate) fn given<T: Text>(&self, name: &str) -> Option<T> {
        self.field(name).given()
    }

    /// A choice, or its default.
    pub(crate) fn choice<T: Words + Default>(&self, name: &str) -> T {
        self.given_choice(name).unwrap_or_default()
    }

    pub(crate) fn given_choice<T: Words>(&self, name: &str) -> Option<T> {
        T::ALL.get(self.field(name).word(T::WORDS)?).copied()
    }

    pub(crate) fn decimal(&self, name: &str) -> Option<Decimal> {
        self.given(name)
    }

    /// A decimal above 0, at most 100, with at most 4 decimals.
    pub(crate) fn factor(&self, name: &str) -> Option<Decimal> {
        let value = self.decimal(name)?.normalize();
        if Decimal::ZERO < value && value <= Decimal::ONE_HUNDRED && value.scale() <= 4 {
            return Some(value);
        }
        self.proved(name, Err(Code::NumberOutOfRange))
    }

    pub(crate) fn money(&self, name: &str) -> Option<Money> {
        self.field(name).money()
    }

    /// A needed amount of a currency of its own.
    pub(crate) fn amount(&self, name: &str, currency: Option<Currency>) -> Option<Money> {
        let amount = self.decimal(self.needed(name))?;
        self.proved(name, Money::new(amount, currency?))
    }

    /// An amount, or nothing where none is given.
    pub(crate) fn money_or_zero(&self, name: &str) -> Money {
        self.money(name).unwrap_or(Money::zero(self.currency))
    }

    /// An amount above 0.
    pub(crate) fn some_money(&self, name: &str) -> Option<Money> {
        let money = self.money(name)?;
        if money.is_zero() { self.proved(name, Err(Code::NumberOutOfRange)) } else { Some(money) }
    }

    /// Values by name.
    pub(crate) fn by_name<K: Text + Ord, V>(
        &self,
        name: &str,
        value: impl Fn(&Part<'_>, &str) -> Option<V>,
    ) -> Map<K, V> {
        let mut map = Map::new();
        self.entries(name, &mut |part, name| {
            let (key, value) = (part.read(name, K::parse(name)), value(part, part.needed(name)));
            if let Some((key, value)) = key.zip(value)
                && map.insert(key, value).is_some()
            {
                part.faults.strange(&part.at.field(name), Code::DuplicateField);
            }
        });
        map
    }

    #[inline(never)]
    fn entries(&self, name: &str, take: &mut dyn FnMut(&Part<'_>, &str)) {
        if let Some(part) = self.part(name) {
            part.fields.iter().for_each(|(name, _)| take(&part, name));
        }
    }

    /// Texts of a list.
    pub(crate) fn list<T: Text>(&self, name: &str, most: usize) -> Vec<T> {
        self.field(name).list(most)
    }

    /// A part within.
    #[inline(never)]
    pub(crate) fn part<'b>(&'b self, name: &'b str) -> Option<Part<'b>> {
        self.within_it(self.find(name)?, self.at.field(name))
    }

    fn within_it<'b>(&'b self, tree: &'b Tree<'b>, at: Path<'b>) -> Option<Part<'b>> {
        Part::open(tree, at, self.faults).map(|part| Part { currency: self.currency, ..part })
    }

    /// A value that is read by its parts.
    pub(crate) fn one<T: Stored>(&self, name: &str) -> Option<T> {
        T::read(&self.part(name)?)
    }

    /// Every value of a list, each read by its parts.
    pub(crate) fn all<T: Stored>(&self, name: &str) -> Vec<T> {
        self.each(name, usize::MAX, T::read)
    }

    /// What is in each part of a list.
    pub(crate) fn each<T>(
        &self,
        name: &str,
        most: usize,
        mut read: impl FnMut(&Part<'_>) -> Option<T>,
    ) -> Vec<T> {
        let items = self.field(name).items(most);
        let mut list = Vec::with_capacity(items.len().min(USUAL));
        self.parts(name, items, &mut |part| {
            if let Some(value) = read(part) {
                list.push(value);
            }
        });
        list
    }

    #[inline(never)]
    fn parts(&self, name: &str, items: &[Tree<'_>], take: &mut dyn FnMut(&Part<'_>)) {
        let at = self.at.field(name);
        for (index, item) in items.iter().enumerate() {
            self.within_it(item, at.item(index)).iter().for_each(&mut *take);
        }
    }
}

impl<'a> Field<'a> {
    /// What is given: `null` is nothing.
    fn find(&self) -> Option<&'a Tree<'a>> {
        self.value.filter(|value| !matches!(value, Tree::Null))
    }

    fn unread<T>(&self, code: Code) -> Option<T> {
        self.part.unread(self.name, code)
    }

    fn read<T>(&self, result: Result<T, Code>) -> Option<T> {
        result.map_or_else(|code| self.unread(code), Some)
    }

    pub(crate) fn proved<T>(&self, result: Result<T, Code>) -> Option<T> {
        self.part.proved(self.name, result)
    }

    /// Missed where it is not there.
    pub(crate) fn needed(&self) -> &Self {
        if self.find().is_none() {
            self.unread::<()>(if self.value.is_some() { Code::WrongType } else { Code::Missing });
        }
        self
    }

    #[inline(never)]
    pub(crate) fn given<T: Text>(&self) -> Option<T> {
        self.read(self.find()?.text().and_then(T::parse))
    }

    fn whole(&self) -> Option<i64> {
        match self.find()? {
            Tree::Whole(number) => Some(*number),
            _ => self.unread(Code::WrongType),
        }
    }

    fn given_number(&self) -> Option<u32> {
        self.read(u32::try_from(self.whole()?).map_err(|_| Code::NumberOutOfRange))
    }

    pub(crate) fn number(&self, default: u32, (least, most): (u32, u32)) -> u32 {
        let Some(number) = self.given_number() else { return default };
        self.part.within(self.name, number.into(), least.into(), most.into());
        number
    }

    pub(crate) fn choice<T: Words + Default>(&self) -> T {
        self.word(T::WORDS).and_then(|place| T::ALL.get(place)).copied().unwrap_or_default()
    }

    fn word(&self, words: &[&str]) -> Option<usize> {
        self.read(self.find()?.text().and_then(|text| crate::words::choice(text, words)))
    }

    fn money(&self) -> Option<Money> {
        self.proved(Money::new(self.given()?, self.part.currency))
    }

    pub(crate) fn money_or_zero(&self) -> Money {
        self.money().unwrap_or(Money::zero(self.part.currency))
    }

    /// The items of a list, none where they are more than `most`.
    fn items(&self, most: usize) -> &'a [Tree<'a>] {
        match self.find() {
            None => &[],
            Some(Tree::List(items)) if items.len() <= most => items,
            Some(Tree::List(_)) => self.proved(Err(Code::TooMany)).unwrap_or(&[]),
            Some(_) => self.unread(Code::WrongType).unwrap_or(&[]),
        }
    }

    pub(crate) fn list<T: Text>(&self, most: usize) -> Vec<T> {
        let items = self.items(most);
        let mut list = Vec::with_capacity(items.len().min(USUAL));
        self.texts(items, &mut |text| {
            list.push(T::parse(text)?);
            Ok(())
        });
        list
    }

    #[inline(never)]
    fn texts(&self, items: &[Tree<'_>], take: &mut dyn FnMut(&str) -> Result<(), Code>) {
        let at = self.part.at.field(self.name);
        for (index, item) in items.iter().enumerate() {
            self.part.faults.read(&at.item(index), item.text().and_then(&mut *take));
        }
    }
}

/// What a part may hold. It is never built: readers ask for fields by their names, and its schema is published.
macro_rules! outline {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        #[cfg_attr(feature = "describe", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
        #[allow(dead_code)]
        $vis struct $name {
            $($(#[$field_meta])* $field: $type),*
        }

        impl $name {
            pub(crate) const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

/// Parts told apart by their field `kind`.
macro_rules! outlines {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $tag:literal {
            $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
        }),* $(,)?
    }) => {
        $(#[$meta])*
        #[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "describe", schemars(deny_unknown_fields, tag = "kind"))]
        #[allow(dead_code)]
        $vis enum $name {
            $($(#[$variant_meta])* #[cfg_attr(feature = "describe", schemars(rename = $tag))] $variant {
                $($(#[$field_meta])* $field: $type),*
            }),*
        }

        impl $name {
            /// The kinds, and the names of the fields of each.
            pub(crate) const KINDS: &'static [(&'static str, &'static [&'static str])] =
                &[$(($tag, &[$(stringify!($field),)* "kind"])),*];
        }
    };
}

pub(crate) use {outline, outlines};
