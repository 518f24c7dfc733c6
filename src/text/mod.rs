//! Bytes as text: encodings, folded letters, keywords, and the records and fields that values stand in.
//!
//! In: bytes of a block and a place in it. Out: what stands around the place. Knows no detectors' checks and no files.

pub mod base64;
mod bytes;
pub mod encoding;
pub mod field;
pub mod fold;
mod grid;
pub mod hash;
pub mod heads;
pub(crate) mod keys;
pub mod keyword;
pub mod layout;
pub(crate) mod literals;
pub mod names;
pub(crate) mod neighbour;
pub mod packed;
pub mod row;
pub mod statement;
pub mod transfer;
pub mod utf8;
pub mod view;
pub mod word;

pub(crate) use bytes::{at, before, digit_from, digits_among, digits_end, digits_start, slice};
