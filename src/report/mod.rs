//! Reports: sinks that turn what a scan finds into text for people and records for programs.
//!
//! In: findings, problems and items from the engine, in walk order. Out: one of four formats, and the outcome.
//! A report knows no sources and no engine. It shows masks, never values, and writes nothing that it would have to take back:
//! what it writes is a whole line or a whole document.

pub mod baseline;
pub mod csv;
pub mod document;
pub mod escape;
pub mod human;
pub mod jsonl;
pub mod key;
pub mod outcome;
pub mod output;
pub mod owner;
pub mod schema;

mod buffer;
pub(crate) mod json;
pub(crate) mod mark;
mod mask;
mod parts;

use crate::finding::{Confidence, Kind};
use crate::ledger::Ledger;
use crate::sink::Sink;
use baseline::Baseline;
use key::{Key, KeyOrigin};
use outcome::Outcome;
use owner::Owners;
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

pub use buffer::stop;
pub use json::base64;
pub use mask::masked;
#[cfg(feature = "store")]
pub(crate) use parts::{kind_index, line_column};

/// What is shown in place of a value, and its fingerprint. `normal` is room to work in.
#[cfg(feature = "store")]
pub(crate) fn shown(
    finding: &crate::finding::Finding<'_>, marks: &mut mark::Marks, normal: &mut Vec<u8>,
) -> (String, [u8; 16]) {
    normal.clear();
    finding.facts.normal(normal);
    let mut masked = String::with_capacity(40);
    mask::push_shown(&mut masked, finding, normal);
    (masked, marks.of(finding, normal))
}

/// What a report is made with.
pub struct Setup<'a> {
    /// The catalogue's kinds.
    pub kinds: &'a [Kind],
    /// Ids of the detectors that run; others only keep them from taking what is not theirs.
    pub running: BTreeSet<&'a str>,
    /// Names of owners.
    pub owners: &'a Owners,
    /// The key of fingerprints; formats without fingerprints need none.
    pub key: Option<&'a Key>,
    /// List findings of tallied kinds as well (`--list all`).
    pub list_all: bool,
    /// Findings that are accepted.
    pub baseline: Option<&'a Baseline>,
    /// A record for each item (`--items`), not only for those that were not read in full.
    pub every_item: bool,
}

/// What is known before the first item: the `scan` record.
#[derive(Clone, Debug)]
pub struct Head {
    /// Id of this run.
    pub run: String,
    /// When the scan began, as RFC 3339 in UTC.
    pub started: String,
    /// Digest of the detectors in force.
    pub rules: String,
    /// What is scanned, as named by the user.
    pub roots: Vec<PathBuf>,
    /// Threshold.
    pub min_confidence: Confidence,
    /// Where the key comes from.
    pub key: KeyOrigin,
}

/// What is known after the last item: the `summary` record.
pub struct Summary<'a> {
    /// Exit code, completeness, last line.
    pub outcome: &'a Outcome,
    /// Coverage and totals.
    pub ledger: &'a Ledger,
    /// The catalogue's kinds, in the order of the ledger's totals.
    pub kinds: &'a [Kind],
    /// Wall time.
    pub seconds: f64,
}

impl Summary<'_> {
    /// The `summary` record, as JSON.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        parts::summary_object(&mut out, self);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// A sink with a beginning and an end.
pub trait Report: Sink {
    /// Called once, before the first item.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    fn begin(&mut self, head: &Head) -> io::Result<()>;

    /// Called once, after the last item. Everything is written out when it returns.
    ///
    /// # Errors
    ///
    /// The output cannot be written.
    fn finish(&mut self, summary: &Summary<'_>) -> io::Result<()>;
}

/// How many people the values may belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// At least: the most distinct values of one kind where one value is one person.
    pub min: u64,
    /// At most: every distinct value of every key is somebody else.
    pub max: u64,
    /// Groups of strong keys that belong together; without any, the most distinct values of one kind of shared key.
    pub estimate: u64,
    /// People who are known to be under eighteen.
    pub minors: u64,
    /// The error of the numbers if they come from sketches, in hundredths; else 0.
    pub error_percent: u64,
}

impl Subjects {
    /// Counts people from the distinct values of strong and medium keys.
    pub fn count(ledger: &Ledger, kinds: &[Kind]) -> Self {
        use crate::taxonomy::{Category, SubjectKey};
        let (mut subjects, mut shared) = (Self::default(), 0);
        // Sketches may say more than there is.
        let (mut strong_values, mut medium_values) = (0, 0);
        for (kind, total) in kinds.iter().zip(&ledger.totals) {
            let key = Category::find(&kind.category).map_or(SubjectKey::None, |category| category.subject_key);
            if key == SubjectKey::Strong {
                subjects.min = subjects.min.max(total.distinct);
                strong_values += total.count;
            }
            if key == SubjectKey::Medium {
                shared = shared.max(total.distinct);
                medium_values += total.count;
            }
        }
        let people = ledger.people;
        let groups = people.groups.min(strong_values);
        subjects.min = people.least.unwrap_or(subjects.min);
        subjects.error_percent = people.error_percent;
        subjects.estimate = if groups > 0 { groups.max(subjects.min) } else { shared };
        subjects.max = (groups + people.unlinked.min(medium_values)).max(subjects.estimate);
        subjects.minors = people.minors;
        subjects
    }
}
