//! Encrypts what the store keeps for the program alone.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::fs::File;
use std::io::{self, Read as _};
use std::sync::atomic::{AtomicU64, Ordering};

const NONCE_BYTES: usize = 24;
/// Bytes of a nonce that every program draws for itself; the rest is counted.
const DRAWN_BYTES: usize = 16;

/// A key for what nobody but the program reads: hashes of values that have no key of their own.
pub struct Seal {
    cipher: XChaCha20Poly1305,
    drawn: [u8; DRAWN_BYTES],
    count: AtomicU64,
}

impl Seal {
    /// A seal with this key.
    ///
    /// # Errors
    ///
    /// There are no random bytes.
    #[expect(clippy::disallowed_methods, reason = "random bytes, not content")]
    pub fn new(key: &[u8; 32]) -> io::Result<Self> {
        let mut drawn = [0; DRAWN_BYTES];
        File::open("/dev/urandom")?.read_exact(&mut drawn)?;
        Ok(Self { cipher: XChaCha20Poly1305::new(&Key::from(*key)), drawn, count: AtomicU64::new(0) })
    }

    /// The bytes as only the key opens them, and only together with `about`.
    ///
    /// # Errors
    ///
    /// There are more bytes than the cipher takes.
    pub fn close(&self, about: &[u8], bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        let (drawn, counted) = nonce.split_at_mut(DRAWN_BYTES);
        drawn.copy_from_slice(&self.drawn);
        counted.copy_from_slice(&self.count.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: bytes, aad: about });
        let sealed = sealed.map_err(|_| io::Error::other("cannot encrypt"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was closed with this key and `about`, if not a bit of it has changed.
    pub fn open(&self, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: about }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Seal;

    #[test]
    fn what_is_closed_opens_with_its_key_and_about_its_thing_alone() {
        let seal = Seal::new(&[7; 32]).expect("random bytes");
        let sealed = seal.close(b"a", b"text").expect("short");
        assert_eq!(seal.open(b"a", &sealed).as_deref(), Some(&b"text"[..]));
        assert_eq!(seal.open(b"b", &sealed), None);
        assert_eq!(Seal::new(&[8; 32]).expect("random bytes").open(b"a", &sealed), None);
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 4;
            assert_eq!(seal.open(b"a", &flipped), None, "byte {at}");
        }
        assert_ne!(seal.close(b"a", b"text").expect("short"), sealed);
        assert_eq!(seal.open(b"a", b"short"), None);
    }
}
