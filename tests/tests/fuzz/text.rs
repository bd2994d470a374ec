//! A text as an input: any bytes, or a text of the cases with changes.

use crate::document::{Change, Document, Put, bytes};
use crate::seeds::{SEEDS, pick};
use bolero::{Driver, TypeGenerator, ValueGenerator, produce};

/// The longest text of any bytes that is made at random; one that an engine keeps may be longer.
const LONGEST: usize = 512;

/// A text that is sent.
#[derive(Clone)]
pub(crate) enum Text {
    /// Just these bytes.
    Plain(Vec<u8>),
    /// One of the known texts, changed.
    Changed { which: u16, changes: Changes },
}

impl TypeGenerator for Text {
    fn generate<D: Driver>(driver: &mut D) -> Option<Self> {
        // One byte, so that a seed of plain text is that byte and the text.
        if driver.produce::<u8>()? < 16 {
            return Some(Self::Plain(rest(driver)?));
        }
        Some(Self::Changed { which: driver.produce()?, changes: driver.produce()? })
    }
}

/// All that is left of the input, or some bytes at random.
pub(crate) fn rest<D: Driver>(driver: &mut D) -> Option<Vec<u8>> {
    driver.gen_from_bytes(|| (0, Some(LONGEST)), |bytes| Some((bytes.len(), bytes.to_vec())))
}

/// What is changed of a document: first where it may stay sound, then where it mostly does not.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    puts: Vec<Put>,
    changes: Vec<Change>,
}

impl TypeGenerator for Changes {
    fn generate<D: Driver>(driver: &mut D) -> Option<Self> {
        let puts = produce::<Vec<Put>>().with().len(0..=6usize).generate(driver)?;
        // As often none as any.
        let changes = produce::<Vec<Change>>().with().len(0..=5usize).generate(driver)?;
        Some(Self { puts, changes: changes.into_iter().skip(2).collect() })
    }
}

impl Changes {
    /// A document with these changes, as text.
    pub(crate) fn of(&self, document: &Document) -> String {
        let mut document = document.clone();
        self.puts.iter().for_each(|put| document.put_known(*put, &SEEDS.known));
        self.changes.iter().for_each(|change| document.change(change));
        self.changes.iter().fold(document.write(), |text, change| bytes(&text, change))
    }
}

impl Text {
    /// The text itself, made of one of the known ones.
    pub(crate) fn of(&self, known: &[Document]) -> String {
        match self {
            Self::Plain(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Changed { which, changes } => changes.of(pick(known, *which)),
        }
    }
}

/// A text short enough to be shown.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 2000;
    let head: String = text.chars().take(MOST).collect();
    if head.len() < text.len() { format!("{head}… ({} bytes)", text.len()) } else { head }
}

/// What an engine reads as a plain text after other choices.
pub(crate) fn plain(head: &[u8], text: &str) -> Vec<u8> {
    [head, &[0], text.as_bytes()].concat()
}
