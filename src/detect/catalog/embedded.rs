//! The detectors that come with the program.

include!(concat!(env!("OUT_DIR"), "/patterns.rs"));

/// All detectors without their examples, as JSON, and the common words.
pub(super) static DEFINITIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/detectors.json"));
