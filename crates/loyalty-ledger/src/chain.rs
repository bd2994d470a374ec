//! The chain: every entry's hash follows from the one before it and the entry's text.

use core::fmt::Write;
use sha2::{Digest, Sha256};

/// How many digits of an entry's hash go beside it into KV, where a listing shows them.
const SHOWN: usize = 16;

/// The chain hash of an entry: SHA-256 of the hash before it and the entry's text, in lower-case hexadecimal.
#[must_use]
pub fn chained(before: &str, body: &str) -> String {
    let hash = Sha256::new().chain_update(before).chain_update(body).finalize();
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What of a hash is shown beside its entry.
pub(crate) fn shown(hash: &str) -> &str {
    hash.get(..SHOWN).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_what_was_before_and_the_text() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(chained("a", "bc"), expected);
        assert_eq!(shown(expected), "ba7816bf8f01cfea");
    }
}
