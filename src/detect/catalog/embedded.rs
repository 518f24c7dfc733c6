//! The detectors that come with the program.

include!(concat!(env!("OUT_DIR"), "/patterns.rs"));

/// All detectors without their examples and words, in the order of their ids, as JSON.
pub(super) static DEFINITIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/detectors.json"));

/// Their words, and those of `context.toml`, as JSON.
pub(super) static WRITTEN: &str = include_str!(concat!(env!("OUT_DIR"), "/words.json"));

/// Their words as tables ([`super::vocabulary`]).
pub(super) static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));
