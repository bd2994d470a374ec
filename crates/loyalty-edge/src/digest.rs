//! Hashes, keyed and not, and the text they are written in.

use crate::http::problem::Failure;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// SHA-256 of the parts one after another.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// HMAC-SHA-256 over the parts with a zero byte between them, so that no two lists of parts without
/// zero bytes give the same text.
///
/// # Errors
/// `unavailable` when the key cannot be used.
pub(crate) fn keyed(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], Failure> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).map_err(|_| Failure::unavailable("key"))?;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            mac.update(&[0]);
        }
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

/// Whether `tag` is the HMAC-SHA-256 of `text`; takes the same time for every wrong tag.
pub(crate) fn verifies(key: &[u8], text: &[u8], tag: &[u8]) -> bool {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return false };
    mac.update(text);
    mac.verify_slice(tag).is_ok()
}

/// Whether two hashes are the same; takes the same time whatever they hold.
pub(crate) fn same(left: &[u8; 32], right: &[u8; 32]) -> bool {
    core::hint::black_box(left.iter().zip(right).fold(0_u8, |seen, (a, b)| seen | (a ^ b))) == 0
}

/// Random bytes.
///
/// # Errors
/// `unavailable` when the runtime has none.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(Failure::unavailable)?;
    Ok(bytes)
}

/// Lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The 32 bytes that 64 lower-case hexadecimal digits stand for.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let mut value = 0_u8;
        for digit in pair {
            let nibble = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            value = (value << 4) | nibble;
        }
        *byte = value;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_back() {
        let hash = sha256(&[b"abc"]);
        assert_eq!(hex(&hash), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(unhex(&hex(&hash)), Some(hash));
        for bad in ["", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", &"g".repeat(64)] {
            assert_eq!(unhex(bad), None, "`{bad}`");
        }
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(keyed(b"k", &[b"ab", b"c"]).unwrap(), keyed(b"k", &[b"a", b"bc"]).unwrap());
    }

    #[test]
    fn same_sees_every_bit() {
        let left = sha256(&[b"left"]);
        for at in 0..32 {
            let mut right = left;
            right[at] ^= 0x80;
            assert!(!same(&left, &right));
        }
        assert!(same(&left, &left));
    }
}
