//! What the build shares with the program to make tables of words: letters, keywords, names.

#[path = "../src/text/bytes.rs"]
mod bytes;
#[path = "../src/text/fold.rs"]
pub(crate) mod fold;
#[path = "../src/text/hash.rs"]
pub(crate) mod hash;
#[path = "../src/text/heads.rs"]
pub(crate) mod heads;
#[path = "../src/text/keyword.rs"]
pub(crate) mod keyword;
#[path = "../src/text/names.rs"]
pub(crate) mod names;
#[path = "../src/text/packed.rs"]
pub(crate) mod packed;
#[path = "../src/text/utf8.rs"]
pub(crate) mod utf8;

pub(crate) use bytes::{at, before, digit_from, digits_end, slice};
