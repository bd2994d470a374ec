//! A JSON text that can be changed in ways that JSON values cannot hold: fields that are there twice, and
//! leaves of any text.

use crate::hostile;
use bolero::TypeGenerator;
use loyalty_wire::Tree;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A value; leaves and names are JSON text as it is written.
#[derive(Debug, Clone)]
pub(crate) enum Document {
    Leaf(String),
    List(Vec<Document>),
    Map(Vec<(String, Document)>),
}

/// Values that the cases know for each shape of list and map: by name, and in the order of their text.
#[derive(Default)]
pub(crate) struct Known(BTreeMap<String, BTreeMap<(String, String), Document>>);

/// A change by which the document may well stay sound.
#[derive(Debug, Clone, Copy, TypeGenerator)]
pub(crate) struct Put {
    place: u16,
    which: u16,
}

/// A change by which it mostly does not. Places are counted in the order of the text, and taken modulo how many there are.
#[derive(Debug, Clone, TypeGenerator)]
pub(crate) enum Change {
    /// The value becomes a hostile one.
    Replace { place: u16, hostile: u16 },
    /// A list or map loses an item.
    Drop { place: u16, item: u8 },
    /// A list or map has an item twice.
    Double { place: u16, item: u8 },
    /// A list or map repeats an item up to a limit, or one beyond.
    Stretch { place: u16, item: u8, times: u8 },
    /// A field is named anew.
    Rename { place: u16, item: u8, name: u8 },
    /// The value becomes one that stands elsewhere.
    Copy { place: u16, from: u16 },
    /// One character of a leaf becomes another.
    Tweak { place: u16, at: u8, to: u8 },
    /// Some bytes of the whole text make room for others.
    Bytes { at: u16, cut: u8, put: [u8; 4], length: u8 },
}

/// The longest text that is made by repeating parts of it, in bytes.
const LONGEST: usize = 4_000_000;

/// How often an item is repeated: mostly a few times; one time in 32 up to a limit that is stated, or beyond.
const FEW: [usize; 6] = [2, 3, 5, 19, 20, 21];
const MANY: [usize; 8] = [50, 51, 200, 201, 300, 999, 1000, 1001];

impl Document {
    pub(crate) fn read(text: &str) -> Option<Self> {
        loyalty_wire::parse(text).ok().map(|tree| Self::of(&tree))
    }

    fn of(tree: &Tree<'_>) -> Self {
        match tree {
            Tree::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Tree::Map(fields) => {
                let field = |(name, value): &(Cow<'_, str>, Tree<'_>)| (quoted(name), Self::of(value));
                Self::Map(fields.iter().map(field).collect())
            }
            Tree::Fraction => Self::Leaf("0.5".to_owned()),
            leaf => Self::Leaf(leaf.canonical()),
        }
    }

    /// Gives a field of a map another text.
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        if let Self::Map(fields) = self
            && let Some((_, value)) = fields.iter_mut().find(|(known, _)| *known == quoted(name))
        {
            *value = Self::Leaf(quoted(text));
        }
    }

    pub(crate) fn write(&self) -> String {
        let mut text = String::new();
        self.write_into(&mut text);
        text
    }

    fn write_into(&self, text: &mut String) {
        match self {
            Self::Leaf(leaf) => text.push_str(leaf),
            Self::List(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    text.push_str(if index > 0 { "," } else { "" });
                    item.write_into(text);
                }
                text.push(']');
            }
            Self::Map(fields) => {
                text.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    text.push_str(if index > 0 { "," } else { "" });
                    text.push_str(name);
                    text.push(':');
                    value.write_into(text);
                }
                text.push('}');
            }
        }
    }

    /// The shape of each place's path, in the order of the text: `/lines/*/id`, with the kind of each map.
    pub(crate) fn shapes(&self) -> Vec<String> {
        let mut shapes = vec![];
        self.walk(self.family(), &mut |shape, _| shapes.push(shape.to_owned()));
        shapes
    }

    /// What tells programmes, carts and requests apart.
    fn family(&self) -> &'static str {
        let Self::Map(fields) = self else { return "" };
        let mut names = ["\"command\"", "\"earning\"", "\"lines\""].into_iter();
        names.find(|name| fields.iter().any(|(known, _)| known == name)).unwrap_or_default()
    }

    /// Calls `see` with every value and its shape, in the order of the text.
    fn walk(&self, shape: &str, see: &mut impl FnMut(&str, &Self)) {
        see(shape, self);
        match self {
            Self::Leaf(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.walk(&self.inner(shape, "*"), see)),
            Self::Map(fields) => {
                fields.iter().for_each(|(name, value)| value.walk(&self.inner(shape, name), see));
            }
        }
    }

    /// The shape of what this value of a shape has under a name.
    fn inner(&self, shape: &str, name: &str) -> String {
        let kind = match self {
            Self::Map(fields) => {
                fields.iter().find(|(name, _)| name == "\"kind\"").map(|(_, kind)| kind.write())
            }
            _ => None,
        };
        format!("{shape}/{}{name}", kind.unwrap_or_default())
    }

    /// Notes every value of this document as one that is known for its shape.
    pub(crate) fn note(&self, known: &mut Known) {
        self.walk(self.family(), &mut |shape, value| {
            let inner: Vec<(&str, &Self)> = match value {
                Self::Leaf(_) => vec![],
                Self::List(items) => items.iter().map(|item| ("*", item)).collect(),
                Self::Map(fields) => fields.iter().map(|(name, value)| (name.as_str(), value)).collect(),
            };
            for (name, inner) in inner {
                let values = known.0.entry(value.inner(shape, "")).or_default();
                values.entry((name.to_owned(), inner.write())).or_insert_with(|| inner.clone());
            }
        });
    }

    /// Gives a list or map an item, or another in its place, that is known for it from elsewhere.
    pub(crate) fn put_known(&mut self, Put { place, which }: Put, known: &Known) {
        let place = self.container_place(place.into());
        let shape = self.shapes().swap_remove(place);
        let container = self.at(place);
        let Some(values) = known.0.get(&container.inner(&shape, "")) else { return };
        let Some(((name, _), value)) = values.iter().nth(usize::from(which) % values.len()) else { return };
        match container {
            Self::Leaf(_) => {}
            Self::List(items) if which % 2 == 0 && !items.is_empty() => {
                let index = usize::from(which) % items.len();
                items[index] = value.clone();
            }
            Self::List(items) => items.push(value.clone()),
            Self::Map(fields) => match fields.iter_mut().find(|(known, _)| known == name) {
                Some(field) => field.1 = value.clone(),
                None => fields.push((name.clone(), value.clone())),
            },
        }
    }

    /// How many values there are: it, and all within.
    pub(crate) fn size(&self) -> usize {
        1 + match self {
            Self::Leaf(_) => 0,
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Map(fields) => fields.iter().map(|(_, value)| value.size()).sum(),
        }
    }

    /// The value at a place that is counted in the order of the text.
    pub(crate) fn at(&mut self, place: usize) -> &mut Self {
        let mut left = place % self.size();
        let mut found = self;
        while left > 0 {
            left -= 1;
            let inner: Vec<&mut Self> = match found {
                Self::Leaf(_) => vec![],
                Self::List(items) => items.iter_mut().collect(),
                Self::Map(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
            };
            let mut next = None;
            for item in inner {
                if left < item.size() {
                    next = Some(item);
                    break;
                }
                left -= item.size();
            }
            found = next.unwrap();
        }
        found
    }

    /// The list or map that is next in the text, from the start again where there is none.
    fn container(&mut self, place: usize) -> &mut Self {
        let place = self.container_place(place);
        self.at(place)
    }

    fn container_place(&self, place: usize) -> usize {
        let mut is_leaf = vec![];
        self.walk(self.family(), &mut |_, value| is_leaf.push(matches!(value, Self::Leaf(_))));
        let places = (0..is_leaf.len()).map(|more| (place + more) % is_leaf.len());
        places.into_iter().find(|place| !is_leaf[*place]).unwrap_or_default()
    }

    /// Makes a change that a document can hold; bytes are changed afterwards, by [`bytes`].
    pub(crate) fn change(&mut self, change: &Change) {
        match *change {
            Change::Replace { place, hostile } => {
                *self.at(place.into()) = Self::Leaf(hostile::value(hostile));
            }
            Change::Drop { place, item } => self.container(place.into()).splice(item, |_| vec![]),
            Change::Double { place, item } => {
                self.container(place.into()).splice(item, |item| vec![item.clone(), item]);
            }
            Change::Stretch { place, item, times } => {
                let number = usize::from(times);
                let times =
                    if number.is_multiple_of(32) { MANY[number / 32] } else { FEW[number % FEW.len()] };
                self.container(place.into()).splice(item, |item| item.repeated(times));
            }
            Change::Rename { place, item, name } => {
                if let Self::Map(fields) = self.container(place.into()) {
                    let index = usize::from(item) % fields.len().max(1);
                    if let Some(field) = fields.get_mut(index) {
                        field.0 = hostile::name(name.into());
                    }
                }
            }
            Change::Copy { place, from } => {
                let copy = self.at(from.into()).clone();
                if copy.length() < LONGEST / 100 {
                    *self.at(place.into()) = copy;
                }
            }
            Change::Tweak { place, at, to } => {
                if let Self::Leaf(leaf) = self.at(place.into()) {
                    *leaf = put(leaf, at.into(), 1, &[to & 127]);
                }
            }
            Change::Bytes { .. } => {}
        }
    }

    /// So many of it, where that is no text too long to be sent. A map has an id of its own each time, so
    /// that a list of them is not refused for that.
    fn repeated(self, times: usize) -> Vec<Self> {
        if self.length() * times > LONGEST {
            return vec![self];
        }
        let named = |number| {
            let mut copy = self.clone();
            copy.set("id", &format!("n{number}"));
            copy
        };
        (0..times).map(named).collect()
    }

    /// About as many bytes as its text has.
    fn length(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.len() + 1,
            Self::List(items) => items.iter().map(Self::length).sum(),
            Self::Map(fields) => fields.iter().map(|(name, value)| name.len() + value.length()).sum(),
        }
    }

    /// Exchanges an item of a list or map for any number of others.
    fn splice(&mut self, item: u8, make: impl FnOnce(Self) -> Vec<Self>) {
        match self {
            Self::List(items) if !items.is_empty() => {
                let index = usize::from(item) % items.len();
                let new = make(items[index].clone());
                items.splice(index..=index, new);
            }
            Self::Map(fields) if !fields.is_empty() => {
                let index = usize::from(item) % fields.len();
                let (name, value) = fields[index].clone();
                let new: Vec<_> = make(value).into_iter().map(|value| (name.clone(), value)).collect();
                fields.splice(index..=index, new);
            }
            _ => {}
        }
    }
}

/// Changes bytes of a text; where that is no UTF-8 any more, as much as is needed is replaced.
pub(crate) fn bytes(text: &str, change: &Change) -> String {
    match change {
        Change::Bytes { at, cut, put: new, length } => {
            put(text, (*at).into(), (*cut).into(), &new[..usize::from(*length) % 5])
        }
        _ => text.to_owned(),
    }
}

fn put(text: &str, at: usize, cut: usize, new: &[u8]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = at % (bytes.len() + 1);
    let end = (at + cut).min(bytes.len());
    bytes.splice(at..end, new.iter().copied());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
