//! Referral codes: 11 characters that name an account, and 1 that proves they were made here.

use crate::digest;
use crate::http::problem::Failure;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A referral code: 12 characters of Crockford's base 32, the last one keyed by the 11 before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReferralCode(String);

impl ReferralCode {
    /// The code of an account; the same for ever.
    ///
    /// # Errors
    /// `unavailable` when the secret cannot be used.
    pub(crate) fn of(secret: &[u8], shop: &str, acct: &str) -> Result<Self, Failure> {
        let hash = digest::keyed(secret, &[b"referral", shop.as_bytes(), acct.as_bytes()])?;
        let named: String = hash.iter().take(11).map(|byte| letter(*byte)).collect();
        let check = check(secret, &named)?;
        Ok(Self(format!("{named}{check}")))
    }

    /// Reads a code as people write it: lower or upper case, I and L for 1, O for 0.
    ///
    /// Answers nothing for a code whose last character was not made with this secret, so that guesses
    /// never reach storage.
    pub(crate) fn read(secret: &[u8], text: &str) -> Option<Self> {
        if text.len() != 12 || !text.is_ascii() {
            return None;
        }
        let mut plain = String::with_capacity(12);
        for letter in text.chars() {
            plain.push(match letter.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                other if ALPHABET.contains(&u8::try_from(other).ok()?) => other,
                _ => return None,
            });
        }
        let named = plain.get(..11)?;
        let given = plain.chars().last()?;
        (check(secret, named).ok()? == given).then_some(Self(plain))
    }

    /// The code as text, upper case.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(secret: &[u8], named: &str) -> Result<char, Failure> {
    let hash = digest::keyed(secret, &[b"referral check", named.as_bytes()])?;
    Ok(letter(hash.first().copied().unwrap_or_default()))
}

fn letter(byte: u8) -> char {
    char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        // An account whose code has every letter that is misread.
        let code = ReferralCode::of(b"secret", "demo", "0043").unwrap();
        assert_eq!(code.as_str(), "6A1F19J320DS");
        for written in ["6a1f19j320ds", "6AIF19J320DS", "6alf19j320ds", "6AiFL9J32ODS", "6a1fi9j32ods"] {
            assert_eq!(ReferralCode::read(b"secret", written), Some(code.clone()), "`{written}`");
        }
    }

    #[test]
    fn of_the_32_last_characters_one_is_right() {
        let code = ReferralCode::of(b"secret", "demo", "0af1").unwrap();
        let right = ALPHABET
            .iter()
            .filter(|last| {
                let guess = format!("{}{}", &code.as_str()[..11], char::from(**last));
                ReferralCode::read(b"secret", &guess).is_some()
            })
            .count();
        assert_eq!(right, 1);
    }

    #[test]
    fn anything_else_is_no_code() {
        for bad in ["", "ABC", "UUUUUUUUUUUU", "ééééééé", "//evil.examp", "0123456789ABC"] {
            assert_eq!(ReferralCode::read(b"secret", bad), None, "`{bad}`");
        }
    }
}
