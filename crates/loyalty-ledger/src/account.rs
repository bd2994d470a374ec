//! Which account it is, the one row about it, and where it is in KV.

use crate::trouble::Trouble;
use serde::Deserialize;

/// Which account an object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The shop.
    pub shop: String,
    /// The account: a keyed hash, or a `#` and a word.
    pub acct: String,
}

impl Name {
    /// Whether it is a member's: only these are in the shop's books.
    #[must_use]
    pub fn is_member(&self) -> bool {
        !self.acct.starts_with('#')
    }

    /// Reads `{shop}/{account}`.
    ///
    /// # Errors
    /// `Unavailable` for any other name.
    pub fn read(text: &str) -> Result<Self, Trouble> {
        let (shop, acct) = text.split_once('/').ok_or_else(|| Trouble::new("an object without a name"))?;
        Ok(Self { shop: shop.to_owned(), acct: acct.to_owned() })
    }

    /// The object's name, `{shop}/{account}`.
    #[must_use]
    pub fn object(&self) -> String {
        format!("{}/{}", self.shop, self.acct)
    }

    /// What the keys of all the account's entries in KV start with, whatever their history.
    #[must_use]
    pub fn entries(&self) -> String {
        format!("e/{}/{}/", self.shop, self.acct)
    }

    /// Where an entry is in KV. Keys are listed in the order of their bytes, so entries are listed in theirs.
    #[must_use]
    pub fn entry(&self, epoch: &str, seq: u64) -> String {
        format!("{}{epoch}/{seq:016x}", self.entries())
    }

    /// Where the account's copy for readers is in KV.
    #[must_use]
    pub fn snapshot(&self) -> String {
        format!("s/{}/{}", self.shop, self.acct)
    }

    /// Which history and which entry a key of KV names; nothing for a key of something else.
    #[must_use]
    pub fn read_entry<'a>(&self, key: &'a str) -> Option<(&'a str, u64)> {
        let (epoch, seq) = key.strip_prefix(&self.entries())?.split_once('/')?;
        let number = u64::from_str_radix(seq, 16).ok()?;
        (self.entry(epoch, number) == key).then_some((epoch, number))
    }
}

/// The one row about the account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Meta {
    /// The object's name, for the alarm.
    pub name: String,
    /// 8 random characters drawn when the object was born; names its history.
    pub epoch: String,
    /// The last entry's number; 0 for none.
    pub head_seq: u64,
    /// The last entry's chain hash; the epoch for none.
    pub head_hash: String,
    /// Entries up to here are in KV.
    pub flushed_seq: u64,
    /// When the journal last wrote, milliseconds since 1970 by the machine's clock.
    pub flushed_at: i64,
    /// Messages of entries up to here are delivered.
    pub sent_seq: u64,
    /// The shop's books know entries up to here.
    pub fed_seq: u64,
    /// How many journal runs in a row failed.
    pub failures: u32,
    /// The last entry's instant, milliseconds since 1970; no later entry is before it.
    pub last_at: i64,
    /// The account folded from all entries, as `loyalty-wire` writes it.
    pub position: Option<String>,
    /// The member's referral code, once they asked for it.
    pub code: Option<String>,
}

impl Meta {
    /// An account before its first entry.
    #[must_use]
    pub fn newborn(name: &Name, epoch: String) -> Self {
        Self {
            name: name.object(),
            head_hash: epoch.clone(),
            epoch,
            head_seq: 0,
            flushed_seq: 0,
            flushed_at: 0,
            sent_seq: 0,
            fed_seq: 0,
            failures: 0,
            last_at: 0,
            position: None,
            code: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_entries_are_read_back_and_nothing_else_is() {
        let name = Name::read("demo/a").unwrap();
        assert_eq!(name.entry("e0", 26), "e/demo/a/e0/000000000000001a");
        assert_eq!(name.read_entry("e/demo/a/e0/000000000000001a"), Some(("e0", 26)));
        for other in [
            "e/demo/b/e0/000000000000001a",
            "e/demo/a/e0/1a",
            "e/demo/a/e0/000000000000001A",
            "e/demo/a/e0/+00000000000001a",
            "e/demo/a/e0",
            "s/demo/a",
        ] {
            assert_eq!(name.read_entry(other), None, "`{other}`");
        }
    }
}
