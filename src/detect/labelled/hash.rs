//! Hashes of passwords: crypt(3) in its modular form, LDAP, Django, phpass and `MySQL`, and bare digests in a field for a
//! password.

use super::{Found, Value};
use crate::finding::Confidence;
use crate::text::{at, slice};

/// Beginnings of modular crypt, and the least bytes of the whole.
const MODULAR: [(&[u8], usize); 16] = [
    (b"$2a$", 60),
    (b"$2b$", 60),
    (b"$2y$", 60),
    (b"$argon2id$", 40),
    (b"$argon2i$", 40),
    (b"$argon2d$", 40),
    (b"$5$", 40),
    (b"$6$", 80),
    (b"$1$", 26),
    (b"$y$", 50),
    (b"$7$", 50),
    (b"$apr1$", 29),
    (b"$P$", 34),
    (b"$H$", 34),
    (b"$pbkdf2", 40),
    (b"$scrypt$", 40),
];

/// Beginnings of other forms.
const NAMED: [&[u8]; 8] = [
    b"{SSHA}",
    b"{SHA}",
    b"{SSHA512}",
    b"{CRYPT}",
    b"pbkdf2_sha256$",
    b"pbkdf2_sha1$",
    b"bcrypt_sha256$",
    b"SCRAM-SHA-256$",
];

/// The hash behind a label for a password or its hash.
pub(super) fn read(value: &Value<'_>) -> Option<Found> {
    let span = value.word();
    is_hash(slice(value.bytes, span.start, span.end)).then_some((span, Confidence::High))
}

/// Whether a text is the hash of a password.
pub(in crate::detect) fn is_hash(text: &[u8]) -> bool {
    is_crypt(text) || is_digest(text)
}

/// Whether a text is a hash that shows itself by its form.
pub(in crate::detect) fn is_crypt(text: &[u8]) -> bool {
    MODULAR.iter().any(|(head, least)| text.starts_with(head) && text.len() >= *least)
        || NAMED.iter().any(|head| text.starts_with(head) && text.len() >= head.len() + 20)
}

/// Digits of a digest: MD5, SHA-1, SHA-256 or SHA-512, `MySQL`'s with a star, Bitrix's MD5 with eight letters of salt before it.
fn is_digest(text: &[u8]) -> bool {
    let hex = |text: &[u8]| {
        text.iter().all(u8::is_ascii_hexdigit)
            && text.iter().any(u8::is_ascii_digit)
            && text.iter().any(u8::is_ascii_alphabetic)
    };
    match text.len() {
        32 | 64 | 128 => hex(text),
        40 => hex(text) || (text.iter().take(8).all(u8::is_ascii_graphic) && hex(slice(text, 8, 40))),
        41 => at(text, 0) == b'*' && hex(slice(text, 1, 41)),
        _ => false,
    }
}
