//! The records of a scan file, as far as reports need them. What a later version adds is passed over.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The first record: what was asked.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Head {
    /// Version of the program that scanned.
    #[serde(default)]
    pub version: String,
    /// Id of the run.
    pub run: String,
    /// When it began, as RFC 3339 in UTC.
    pub started: String,
    /// Digest of the detectors in force.
    pub rules: String,
    /// What was scanned, as named.
    #[serde(default)]
    pub roots: Vec<String>,
    /// Threshold.
    #[serde(default)]
    pub min_confidence: String,
    /// `file` or `ephemeral`: whether fingerprints of two runs can be compared.
    #[serde(default)]
    pub key: String,
}

/// Where something stands: path and member of an item.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// As walked; what is not UTF-8 reads U+FFFD.
    pub path: String,
    /// Its bytes, if it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_b64: Option<String>,
    /// Way down through containers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
}

/// One value that was found.
#[derive(Clone, Debug, Deserialize)]
pub struct Finding {
    /// Names the finding, if the scan had a key.
    pub id: Option<String>,
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// Item.
    #[serde(flatten)]
    pub place: Place,
    /// Place inside the member.
    pub at: Option<String>,
    /// First byte.
    pub start: u64,
    /// Byte after the last.
    pub end: u64,
    /// What the bytes count in: `raw`, `text`, `path`.
    pub span: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column, from 1.
    pub column: Option<u64>,
    /// `low`, `medium`, `high`.
    pub confidence: String,
    /// The mask.
    pub masked: String,
    /// Keyed, if the scan had a key.
    pub fingerprint: Option<String>,
}

/// Findings of one detector in one item.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Group {
    /// Detector.
    pub detector: String,
    /// Category.
    pub category: String,
    /// How many.
    pub count: u64,
    /// Distinct values.
    #[serde(default)]
    pub distinct: u64,
    /// Whether that is an estimate.
    #[serde(default)]
    pub distinct_estimated: bool,
    /// The first of them.
    #[serde(default)]
    pub first: First,
    /// How many of each level; empty in tallies, which are at or above the threshold.
    #[serde(default)]
    pub confidence: BTreeMap<String, u64>,
    /// Some of them.
    #[serde(default)]
    pub samples: Vec<Sample>,
}

/// Where the first of a group stands.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct First {
    /// First byte.
    pub start: u64,
    /// Line, from 1.
    pub line: Option<u64>,
}

/// A finding of a group.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sample {
    /// Place inside the member.
    pub at: Option<String>,
    /// First byte.
    pub start: u64,
    /// Byte after the last.
    pub end: u64,
    /// What the bytes count in.
    pub span: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column, from 1.
    pub column: Option<u64>,
    /// `low`, `medium`, `high`.
    pub confidence: String,
    /// The mask.
    pub masked: String,
    /// Keyed.
    pub fingerprint: Option<String>,
}

/// How an item ended.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Item {
    /// The item.
    #[serde(flatten)]
    pub place: Place,
    /// Its one state.
    pub state: String,
    /// Why it was not read in full.
    pub reason: Option<String>,
    /// A gap that the operator accepted by name.
    #[serde(default)]
    pub accepted: bool,
    /// Permissions, in octal.
    pub mode: Option<String>,
    /// Whose it is.
    pub owner: Option<String>,
    /// What was found in it; in documents alone.
    #[serde(default)]
    pub found: Vec<Group>,
}

impl Item {
    /// Whether every local user may read it.
    pub fn readable_by_all(&self) -> Option<bool> {
        let mode = u32::from_str_radix(self.mode.as_deref()?, 8).ok()?;
        Some(mode & 0o004 != 0)
    }
}

/// The last record: coverage and totals.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Summary {
    /// Whether the answer covers everything.
    pub complete: bool,
    /// Items by state, and `listed`.
    pub items: BTreeMap<String, u64>,
    /// Items by reason.
    #[serde(default)]
    pub reasons: BTreeMap<String, u64>,
    /// Bytes looked at.
    #[serde(default)]
    pub bytes: u64,
    /// Wall time.
    #[serde(default)]
    pub seconds: f64,
    /// Totals by category.
    #[serde(default)]
    pub categories: BTreeMap<String, Total>,
    /// How many people, if that was counted.
    pub subjects: Option<Subjects>,
    /// Items with strong identifiers that every local user may read.
    #[serde(default)]
    pub world_readable_strong: u64,
}

/// Findings of a category.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Total {
    /// How many.
    pub count: u64,
    /// Distinct values.
    #[serde(default)]
    pub distinct: u64,
}

/// How many people values belong to.
#[derive(Clone, Copy, Debug, Default, Deserialize, serde::Serialize)]
pub struct Subjects {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: u64,
    /// Probably.
    pub estimate: u64,
}

/// A line of a scan file.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line {
    Scan(Head),
    Finding(Box<Finding>),
    Tally {
        #[serde(flatten)]
        place: Place,
        #[serde(flatten)]
        group: Group,
    },
    Item(Box<Item>),
    Summary(Box<Summary>),
    #[serde(other)]
    Other,
}
