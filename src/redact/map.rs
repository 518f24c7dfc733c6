//! The way back: what stood where, kept only on demand, and on disk only encrypted.

use super::format::{decode, read_at};
use super::plan::Plan;
use crate::policy::hex;
use crate::read::Bytes;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;

const HEADER: &[u8] = b"elek-map/1\n";
const NONCE_BYTES: usize = 12;
/// The purpose that the key of maps is derived for.
pub const KEY_PURPOSE: &str = "elek 2026-11 placeholder map";

/// A map that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// It is no map, or was made with another key, or was changed.
    #[error("this is no placeholder map that the key opens")]
    Unusable,
}

/// What placeholders stand for, and what each edit replaced.
#[derive(Serialize, Deserialize)]
pub struct Map {
    /// SHA-256 of the copy.
    pub(super) copy: String,
    /// The first written form behind each placeholder.
    pub(super) names: BTreeMap<String, String>,
    /// Length of what stays, length of what is new, and what it replaced, as hexadecimal digits.
    pub(super) edits: Vec<(u64, u64, String)>,
}

impl std::fmt::Debug for Map {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Map")
            .field("names", &self.names.len())
            .field("edits", &self.edits.len())
            .finish_non_exhaustive()
    }
}

impl Map {
    /// The map of a copy made by this plan; `copy` is its digest.
    ///
    /// # Errors
    ///
    /// The content cannot be read.
    pub fn new(content: &dyn Bytes, plan: &Plan, copy: &str) -> io::Result<Self> {
        let mut map =
            Self { copy: copy.to_owned(), names: BTreeMap::new(), edits: Vec::with_capacity(plan.edits.len()) };
        let mut at = 0;
        for edit in &plan.edits {
            let mut old = vec![0; usize::try_from(edit.end - edit.start).map_err(io::Error::other)?];
            if read_at(content, &mut old, edit.start)? < old.len() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(name) = edit.placeholder() {
                map.names.entry(name).or_insert_with(|| decode(&old, edit.encoding));
            }
            map.edits.push((edit.start - at, edit.new.len() as u64, hex(&old)));
            at = edit.end;
        }
        Ok(map)
    }

    /// Takes over what the placeholders of a part stand for.
    pub fn adopt(&mut self, part: Self) {
        for (name, written) in part.names {
            self.names.entry(name).or_insert(written);
        }
    }

    /// Whether a placeholder is one of this map.
    pub fn knows(&self, placeholder: &str) -> bool {
        self.names.contains_key(placeholder)
    }

    /// The map as bytes that only the key opens.
    ///
    /// # Errors
    ///
    /// Encryption failed.
    pub fn seal(&self, key: &[u8; 32], nonce: [u8; NONCE_BYTES]) -> io::Result<Vec<u8>> {
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        let cipher = ChaCha20Poly1305::new(&Key::from(*key));
        let sealed =
            cipher.encrypt(&Nonce::from(nonce), text.as_slice()).map_err(|_| io::Error::other("cannot encrypt"))?;
        Ok([HEADER, &nonce, &sealed].concat())
    }

    /// The map in these bytes.
    ///
    /// # Errors
    ///
    /// They are no map, or the key is another one.
    pub fn open(bytes: &[u8], key: &[u8; 32]) -> Result<Self, MapError> {
        let rest = bytes.strip_prefix(HEADER).ok_or(MapError::Unusable)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(MapError::Unusable)?;
        let cipher = ChaCha20Poly1305::new(&Key::from(*key));
        let text = cipher.decrypt(&Nonce::from(*nonce), sealed).map_err(|_| MapError::Unusable)?;
        serde_json::from_slice(&text).map_err(|_| MapError::Unusable)
    }
}
