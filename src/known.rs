//! What an earlier scan knows of items that have not changed since.

use crate::finding::{Confidence, Evidence, Record};
use crate::location::Location;
use crate::problem::Reason;
use crate::sink::{ItemMeta, Known};
use crate::span::Place;

/// An item as it was found, and what it takes to count it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownItem {
    /// The item.
    pub location: Location,
    /// Why it was not read in full, unless it was.
    pub reason: Option<Reason>,
    /// What the operating system or format said.
    pub detail: Option<String>,
    /// Size in bytes, if known.
    pub bytes_total: Option<u64>,
    /// Bytes looked at.
    pub bytes_scanned: u64,
    /// Owner, mode, times.
    pub meta: ItemMeta,
    /// Listed findings in its content, in order.
    pub findings: Vec<KnownFinding>,
    /// [`crate::sink::ItemRecord::trace`] of that scan.
    pub trace: Vec<u8>,
    /// Where it is kept.
    pub known: Known,
}

/// A finding without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFinding {
    /// Index of its kind in the catalogue.
    pub kind_index: usize,
    /// Place inside the item that is not a byte range.
    pub at: Option<String>,
    /// Offsets.
    pub place: Place,
    /// Line and column, from 1.
    pub line_column: Option<(u64, u64)>,
    /// The record around the value.
    pub record: Option<Record>,
    /// The key, column or form name of the value, without what could be a value itself.
    pub field: Option<String>,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Evidence,
    /// Encoding of the text around the value.
    pub encoding: &'static str,
    /// How the value was hidden in the text, the outermost first.
    pub views: Vec<&'static str>,
    /// What is shown in place of the value.
    pub masked: String,
    /// Keyed fingerprint of the value.
    pub fingerprint: [u8; 16],
}
