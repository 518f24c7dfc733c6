//! What was found: a value's place, kind, confidence and evidence. The value itself stays with the block.

use crate::location::Location;
use crate::matched::Matched;
use crate::span::{Place, RawSpan};
use std::fmt;

/// How sure a finding is. A lookup by class and evidence, never a sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Possible; not reported at the default threshold.
    #[default]
    Low,
    /// Likely.
    Medium,
    /// Proved by check digits, a distinctive form or its field.
    High,
}

impl Confidence {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The report's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The level with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// One level down; low stays low.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// A set of reasons to believe, or doubt, that a candidate is what it looks like.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Evidence(u8);

impl Evidence {
    /// The written form fits the detector.
    pub const SHAPE: Self = Self(1);
    /// Check digits, dates and ranges hold.
    pub const CHECK: Self = Self(2);
    /// The written form is distinctive (grouping, prefix, brackets).
    pub const FORMAT: Self = Self(4);
    /// A keyword of the detector stands near.
    pub const KEYWORD: Self = Self(8);
    /// The value stands in a field whose name names the detector.
    pub const FIELD: Self = Self(16);
    /// The value stands in a table column whose header names the detector.
    pub const COLUMN: Self = Self(32);
    /// The values around it pass the check far more often than chance.
    pub const POPULATION: Self = Self(64);
    /// A word or field name speaks against it.
    pub const NEGATIVE: Self = Self(128);

    /// What speaks for a value through its surroundings.
    pub const CONTEXT: Self = Self::KEYWORD.with(Self::FIELD).with(Self::COLUMN).with(Self::POPULATION);

    const NAMES: [(Self, &'static str); 8] = [
        (Self::SHAPE, "shape"),
        (Self::CHECK, "check"),
        (Self::FORMAT, "format"),
        (Self::KEYWORD, "keyword"),
        (Self::FIELD, "field"),
        (Self::COLUMN, "column"),
        (Self::POPULATION, "population"),
        (Self::NEGATIVE, "negative"),
    ];

    /// No evidence.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in this set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is in this set.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set as bits, for compact lists.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The report's words, in a fixed order. `shape` is implied by every finding and left out.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().skip(1).filter(move |(bit, _)| self.has(*bit)).map(|(_, name)| name)
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// How a category hides its values in `masked` (the table stands in `taxonomy.toml`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mask {
    /// Eight bullets.
    Hidden,
    /// Eight bullets and the last two characters.
    Last2,
    /// Eight bullets and the last four characters.
    Last4,
    /// The first character, bullets and, for an e-mail address, the last label.
    FirstChar,
    /// The first letter of each word.
    Initials,
    /// A date without day, month and year.
    YearHidden,
    /// The network of an IP address.
    NetOnly,
    /// A coordinate with one decimal.
    Coarse,
    /// The value: only for kinds that identify nobody.
    Shown,
}

/// What a sink may know about a detector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    /// Detector id, for ever.
    pub detector: Box<str>,
    /// Taxonomy id of the category.
    pub category: Box<str>,
    /// Gate class of the category (`strong_id`, `technical`, …).
    pub gate_class: Box<str>,
    /// Severity of the gate class: the order of "worst first".
    pub severity: u8,
    /// How values are shown.
    pub mask: Mask,
    /// Whether findings are counted, not listed, by default (gate classes `technical` and `org`).
    pub tallied: bool,
}

/// The record a value stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// `line`, `row`, `object`, `statement`, …
    pub kind: &'static str,
    /// Offsets of the record in the file.
    pub span: RawSpan,
}

/// Dear facts of a finding, worked out only when a sink asks.
pub trait Facts {
    /// Line (from 1) and column (from 1, in bytes) of the value; `None` where lines mean nothing.
    fn line_column(&self) -> Option<(u64, u64)>;
    /// The normal form of the value: digits only, E.164, lower case, as the detector defines it.
    fn normal(&self, out: &mut Vec<u8>);
    /// The record around the value.
    fn record(&self) -> Option<Record>;
    /// The key, column or form name of the value, as written.
    fn field(&self) -> Option<String>;
    /// Hands on the parts of a value that stands in several cells or fields, in order, each with its place and normal form:
    /// the place of the finding holds what stands between them, too. A value in one piece has none.
    fn parts(&self, _each: &mut dyn FnMut(RawSpan, &[u8])) {}
    /// Mask and keyed fingerprint of a value that is not at hand: of an item that was not read again. Its bytes and its
    /// normal form are empty then.
    fn kept(&self) -> Option<(&str, [u8; 16])> {
        None
    }
}

/// One value found. Cheap to make: masks, lines and fingerprints are worked out by who needs them.
#[derive(Clone, Copy)]
pub struct Finding<'a> {
    /// Detector, category, mask.
    pub kind: &'a Kind,
    /// The item.
    pub location: &'a Location,
    /// Place inside the item that is not a byte range (sheet and cell, page).
    pub at: Option<&'a str>,
    /// Offsets.
    pub place: Place,
    /// The bytes of the value as written.
    pub value: Matched<'a>,
    /// How sure.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Evidence,
    /// Encoding of the text around the value (`utf-8`, `windows-1251`, `utf-16le`, …).
    pub encoding: &'static str,
    /// How the value was hidden in the text, the outermost first; empty if it was not.
    pub views: &'a [&'static str],
    /// Dear facts.
    pub facts: &'a dyn Facts,
}

impl fmt::Debug for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("detector", &self.kind.detector)
            .field("place", &self.place)
            .field("value", &self.value)
            .field("confidence", &self.confidence)
            .field("evidence", &self.evidence)
            .finish_non_exhaustive()
    }
}

/// Findings of one detector in one item, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Index of the detector in the catalogue's list of kinds.
    pub kind_index: usize,
    /// Findings at or above the threshold.
    pub count: u64,
    /// Findings by confidence: low, medium, high.
    pub by_confidence: [u64; 3],
    /// Distinct normal values.
    pub distinct: u64,
    /// Whether `distinct` comes from a sketch (more than 4,096 values; standard error 1.6 %).
    pub distinct_estimated: bool,
    /// Offset of the first one.
    pub first_start: u64,
    /// Line (from 1) of the first one, if lines were counted.
    pub first_line: Option<u64>,
}
