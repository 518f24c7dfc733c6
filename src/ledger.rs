//! The coverage ledger: every listed item ends in exactly one state, and the sum is checked.

use crate::finding::Kind;
use crate::problem::{Breaks, Reason, State};
use crate::sink::ItemRecord;
use std::collections::{BTreeMap, BTreeSet};

/// Findings of one detector over a whole scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindTotal {
    /// Findings at or above the threshold.
    pub count: u64,
    /// Findings by confidence: low, medium, high.
    pub by_confidence: [u64; 3],
    /// Distinct normal values.
    pub distinct: u64,
    /// Whether `distinct` comes from a sketch.
    pub distinct_estimated: bool,
}

/// How many people the values of a scan belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Groups of strong keys that belong together.
    pub groups: u64,
    /// Values of shared keys that never stood beside a strong one.
    pub unlinked: u64,
    /// The most distinct values of one strong kind, unless there were too many to count exactly.
    pub least: Option<u64>,
    /// Values that say that their owner is under eighteen.
    pub minors: u64,
    /// The error of the counts if they come from sketches, in hundredths; else 0.
    pub error_percent: u64,
}

/// What was listed, how it ended, and what was found in it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    listed: u64,
    states: [u64; 4],
    reasons: BTreeMap<Reason, u64>,
    accepted: u64,
    gaps: u64,
    bytes_scanned: u64,
    world_readable_strong: u64,
    unchanged: (u64, u64),
    /// Values that the others of their field might have proved, but of which there were too many to keep.
    pub undecided_dropped: u64,
    /// How many people the values belong to.
    pub people: People,
    /// One entry a kind of the catalogue, filled in by the engine at the end.
    pub totals: Vec<KindTotal>,
}

impl Ledger {
    /// Counts an item as listed. Its end must follow with [`Ledger::end`].
    pub fn list(&mut self) {
        self.listed += 1;
    }

    /// Whether a reason is a gap that the operator accepted by name.
    pub fn accepts(accepted: &BTreeSet<Reason>, reason: Reason) -> bool {
        reason.breaks() == Breaks::UnlessAccepted && accepted.contains(&reason)
    }

    /// Counts the end of a listed item.
    pub fn end(&mut self, item: &ItemRecord<'_>) {
        if let Some(count) = self.states.get_mut(item.state as usize) {
            *count += 1;
        }
        if let Some(reason) = item.reason {
            *self.reasons.entry(reason).or_default() += 1;
            if item.accepted {
                self.accepted += 1;
            } else if reason.breaks() != Breaks::Never {
                self.gaps += 1;
            }
        }
        self.bytes_scanned += item.bytes_scanned;
        if item.known.is_some() {
            self.unchanged = (self.unchanged.0 + 1, self.unchanged.1 + item.bytes_scanned);
        }
        let readable_by_all = item.meta.mode.is_some_and(|mode| mode & 0o004 != 0);
        let strong = |kind: &Kind| &*kind.gate_class == "strong_id";
        if readable_by_all
            && item.tallies.iter().any(|tally| tally.count > 0 && item.kinds.get(tally.kind_index).is_some_and(strong))
        {
            self.world_readable_strong += 1;
        }
    }

    /// Items listed.
    pub fn listed(&self) -> u64 {
        self.listed
    }

    /// Items that ended in this state.
    pub fn state(&self, state: State) -> u64 {
        self.states.get(state as usize).copied().unwrap_or(0)
    }

    /// Items by reason.
    pub fn reasons(&self) -> &BTreeMap<Reason, u64> {
        &self.reasons
    }

    /// Gaps that the operator accepted by name.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Gaps that break completeness.
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Bytes looked at.
    pub fn bytes_scanned(&self) -> u64 {
        self.bytes_scanned
    }

    /// Items, and bytes in them, that were counted as an earlier scan found them. They have not changed since.
    pub fn unchanged(&self) -> (u64, u64) {
        self.unchanged
    }

    /// Items with strong identifiers that every local user may read.
    pub fn world_readable_strong(&self) -> u64 {
        self.world_readable_strong
    }

    /// Whether every listed item has ended in exactly one state.
    pub fn adds_up(&self) -> bool {
        self.listed == self.states.iter().sum::<u64>()
    }

    /// Whether the answer covers everything: something was read, every item ended, and no gap is open.
    /// Nothing to read is not complete.
    pub fn complete(&self) -> bool {
        let read = self.state(State::ScannedFull) + self.state(State::ScannedPartial);
        self.adds_up() && self.gaps == 0 && read > 0
    }
}
