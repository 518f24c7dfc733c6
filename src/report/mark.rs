//! Fingerprints and ids of findings.

use super::key::Key;
use crate::finding::Finding;
use crate::location::Location;
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// Bytes of a fingerprint.
pub(crate) const FINGERPRINT_BYTES: usize = 16;

/// The id of a finding: SipHash-2-4 of path, member, detector and fingerprint.
#[cfg(feature = "store")]
pub(crate) fn id(location: &Location, detector: &str, fingerprint: [u8; FINGERPRINT_BYTES]) -> [u8; 8] {
    finish(item(location), detector, fingerprint)
}

fn item(location: &Location) -> SipHasher24 {
    let mut hasher = SipHasher24::new_with_keys(0, 0);
    hasher.write(location.path().as_os_str().as_encoded_bytes());
    hasher.write(&[0]);
    hasher.write(location.member().unwrap_or_default().as_bytes());
    hasher.write(&[0]);
    hasher
}

fn finish(mut item: SipHasher24, detector: &str, fingerprint: [u8; FINGERPRINT_BYTES]) -> [u8; 8] {
    item.write(detector.as_bytes());
    item.write(&[0]);
    item.write(&fingerprint);
    item.finish().to_be_bytes()
}

/// Makes fingerprints and ids; what is the same for a whole item is hashed once.
pub(crate) struct Marks {
    key: Key,
    message: Vec<u8>,
    item: SipHasher24,
}

impl Marks {
    pub(crate) fn new(key: &Key) -> Self {
        Self { key: key.for_fingerprints(), message: Vec::with_capacity(128), item: SipHasher24::new_with_keys(0, 0) }
    }

    /// A new item: its path and member begin every id.
    pub(crate) fn item(&mut self, location: &Location) {
        self.item = item(location);
    }

    /// The fingerprint of a value, whose normal form is `normal`, or the one that is kept of it.
    pub(crate) fn of(&mut self, finding: &Finding<'_>, normal: &[u8]) -> [u8; FINGERPRINT_BYTES] {
        match finding.facts.kept() {
            Some((_, fingerprint)) => fingerprint,
            None => self.fingerprint(finding.location, &finding.kind.category, normal),
        }
    }

    /// First bytes of BLAKE3, keyed, over the category, a zero byte and the value in normal form.
    fn fingerprint(&mut self, at: &Location, category: &str, normal: &[u8]) -> [u8; FINGERPRINT_BYTES] {
        self.message.clear();
        self.message.extend_from_slice(category.as_bytes());
        self.message.push(0);
        self.message.extend_from_slice(normal);
        let hash = blake3::keyed_hash(self.key.of_path(at.path()), &self.message);
        hash.as_bytes().first_chunk().copied().unwrap_or_default()
    }

    /// SipHash-2-4 of path, member, detector and fingerprint: equal values in one item share an id.
    pub(crate) fn id(&self, detector: &str, fingerprint: [u8; FINGERPRINT_BYTES]) -> [u8; 8] {
        finish(self.item, detector, fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;
    use crate::location::Location;
    use crate::report::key::Key;

    #[test]
    fn ids_depend_on_place_and_value_fingerprints_on_value_alone() {
        let mut marks = Marks::new(&Key::fixed([7; 32]));
        let [a, b] = ["a", "b"].map(Location::file);
        marks.item(&a);
        let first = marks.fingerprint(&a, "nid.kz_iin", b"900101300017");
        let id_a = marks.id("kz.iin", first);
        marks.item(&b);
        assert_eq!(marks.fingerprint(&b, "nid.kz_iin", b"900101300017"), first);
        assert_ne!(marks.id("kz.iin", first), id_a);
        assert_ne!(marks.fingerprint(&b, "org.id", b"900101300017"), first);
        marks.item(&a);
        assert_eq!(marks.id("kz.iin", first), id_a);
        assert_ne!(Marks::new(&Key::fixed([8; 32])).fingerprint(&a, "nid.kz_iin", b"900101300017"), first);
    }
}
