//! The account as readers get it: from its store, or as a copy in KV, in one form.

use crate::store::Store;
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// How many of the newest entries a snapshot carries.
pub const ACTIVITY: u32 = 20;

/// An account at one entry.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last entry's number; 0 for an account without history.
    pub head_seq: u64,
    /// Its chain hash.
    pub head_hash: String,
    /// Names the history.
    pub epoch: String,
    /// The last entry's instant, milliseconds since 1970.
    pub at: i64,
    /// The account folded from all entries.
    pub position: Option<String>,
    /// The newest entries, newest first.
    pub activity: Vec<Box<RawValue>>,
}

impl Snapshot {
    /// The account as it is now.
    ///
    /// # Errors
    /// `Unavailable`; also when an entry is not JSON.
    pub fn of(store: &impl Store) -> Result<Self, Trouble> {
        let Some(meta) = store.meta()? else { return Ok(Self::default()) };
        Ok(Self {
            head_seq: meta.head_seq,
            head_hash: meta.head_hash,
            epoch: meta.epoch,
            at: meta.last_at,
            position: meta.position,
            activity: raw(store.newest(ACTIVITY)?.into_iter())?,
        })
    }
}

/// JSON texts as they are, for a place inside a larger JSON text.
///
/// # Errors
/// `Unavailable` when one of them is not JSON.
pub fn raw(texts: impl Iterator<Item = String>) -> Result<Vec<Box<RawValue>>, Trouble> {
    texts.map(|text| Ok(RawValue::from_string(text)?)).collect()
}
