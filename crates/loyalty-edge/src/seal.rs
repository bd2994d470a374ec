//! Sealing what is stored: secrets that must be read again, and personal data.
//!
//! XChaCha20-Poly1305 with a random nonce, the key derived from the deployment's secret for one purpose. The place where
//! a sealed text is stored is authenticated with it, so that it opens nowhere else.

use crate::digest;
use crate::http::auth;
use crate::http::problem::Failure;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use worker::Env;

const NONCE: usize = 24;

/// A key for one purpose.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    /// The deployment's key for a purpose, such as `["webhook", shop]`.
    ///
    /// # Errors
    /// `unavailable` when the deployment has no secret.
    pub(crate) fn derived(env: &Env, purpose: &[&[u8]]) -> Result<Self, Failure> {
        Ok(Self::with(&digest::keyed(&auth::master(env)?, purpose)?))
    }

    /// With a key of one's own.
    pub(crate) fn with(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Seals a text that is stored at `place`.
    ///
    /// # Errors
    /// `unavailable` when the platform gives no randomness.
    pub(crate) fn close(&self, place: &str, text: &[u8]) -> Result<String, Failure> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(Failure::unavailable)?;
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(Failure::unavailable)?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for `place` with this key; nothing for anything else.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        self.0.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: place.as_bytes() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_with_its_key_in_its_place_and_nowhere_else() {
        let seal = Seal::with(&[7; 32]);
        let sealed = seal.close("hooks/demo", b"secret").unwrap();
        assert_eq!(seal.open("hooks/demo", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(seal.open("hooks/other", &sealed), None);
        assert_eq!(Seal::with(&[8; 32]).open("hooks/demo", &sealed), None);
        let mut broken = sealed.clone().into_bytes();
        broken[40] ^= 1;
        assert_eq!(seal.open("hooks/demo", &String::from_utf8(broken).unwrap()), None);
        assert_eq!(seal.open("hooks/demo", ""), None);
        assert_ne!(seal.close("hooks/demo", b"secret").unwrap(), sealed);
    }
}
