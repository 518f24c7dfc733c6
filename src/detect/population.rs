//! Counts candidates for the evidence of populations (identifiers 2.5): by length for chance, by field for columns.
//!
//! Only numbers in one run of digits are counted, and fields are looked at for those alone that stand like a cell or a
//! value of a key. What a field's name says is worth more than its values: such fields are not counted.

use super::catalog::{Catalog, RuleIndex};
use super::context::{Border, right_border};
use super::scan::{Block, Hit, Scanner};
use crate::check::Verdict;
use crate::detect::catalog::file::Class;
use crate::finding::{Confidence, Evidence};
use crate::score::population::{Counts, MOST_CHANCE};
use crate::text::hash::spread;
use crate::text::{at, before, slice};
use std::ops::Range;

/// Candidates of one length in a block whose fields are all looked at; of the others one in eight.
const ALL_LOOKED_AT: u32 = 1024;
/// Undecided values of a block that are kept.
const MOST_UNDECIDED: usize = 64 << 10;
/// A check that so few millionths pass may stand alone, as long as there are few candidates.
const STRONG_CHANCE: u32 = 10_000;

/// What is counted of numbers of one length.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    /// Rules of class A that chance may explain.
    pub(crate) strong: Vec<RuleIndex>,
    /// Rules of class B that the values of a field may prove.
    pub(crate) weak: Vec<RuleIndex>,
}

impl Counted {
    /// Whether anything is.
    pub(crate) fn is_any(&self) -> bool {
        !(self.strong.is_empty() && self.weak.is_empty())
    }
}

impl Catalog {
    /// Works out what is counted of numbers of each length.
    pub(super) fn count_what(&mut self) {
        for (uses, counted) in self.lone.iter().zip(&mut self.counted) {
            for layout in uses.iter().filter(|layout| !layout.format) {
                let Some(rule) = self.rules.get(usize::from(layout.rule)).filter(|rule| rule.on) else { continue };
                match rule.class {
                    Class::A if rule.chance() < STRONG_CHANCE => counted.strong.push(layout.rule),
                    Class::B if rule.chance() <= MOST_CHANCE => counted.weak.push(layout.rule),
                    _ => {}
                }
            }
        }
    }

    /// Rules that chance may explain, with the length of their values.
    pub(crate) fn chance_rules(&self) -> impl Iterator<Item = (RuleIndex, usize)> {
        let lengths = self.counted.iter().enumerate();
        lengths.flat_map(|(length, counted)| counted.strong.iter().map(move |&rule| (rule, length)))
    }
}

/// A value that passes its check, in a field that says nothing: the other values of the field decide.
#[derive(Clone, Copy, Debug)]
pub struct Undecided {
    /// What it is if they lift it.
    pub hit: Hit,
    /// Its rule.
    pub rule: RuleIndex,
    /// Its field, by hash.
    pub field: u64,
}

/// What one scanner has counted in a block.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counts: Counts,
    /// Candidates of each length whose field has been looked at.
    looked_at: [u32; 32],
    kept: usize,
    /// The values of the last step.
    pub(super) undecided: Vec<Undecided>,
}

impl Scanner<'_> {
    /// Values of the last step that are not decided yet, in order.
    pub fn undecided(&self) -> &[Undecided] {
        &self.counter.undecided
    }

    /// What has been counted since this was asked last.
    pub fn take_counts(&mut self) -> Counts {
        self.counter.looked_at = [0; 32];
        self.counter.kept = 0;
        std::mem::take(&mut self.counter.counts)
    }

    /// Counts a number of one run of digits; `winner` is what it was decided to be.
    pub(super) fn count(&mut self, block: &Block<'_>, span: Range<usize>, winner: Option<(RuleIndex, Evidence)>) {
        let catalog = self.catalog;
        let Some(counted) = catalog.counted.get(span.len()) else { return };
        if !block.own.contains(&span.start) {
            return;
        }
        let hash = spread(slice(block.bytes, span.start, span.end));
        if !counted.strong.is_empty() {
            self.counter.counts.candidate(span.len(), hash);
        }
        if let Some((rule, evidence)) = winner {
            if evidence.has_any(crate::score::CONTEXT) {
                return;
            }
            if counted.strong.contains(&rule) {
                self.counter.counts.passing(rule, hash);
            }
        }
        if counted.weak.is_empty() || !stands_like_a_value(block, &span) {
            return;
        }
        let holds = |scanner: &Self, rule: RuleIndex| {
            scanner.candidates.iter().any(|known| known.rule == rule && known.verdict == Verdict::Holds)
        };
        let any = counted.weak.iter().any(|&rule| holds(self, rule));
        let looked_at = self.counter.looked_at.get(span.len()).copied().unwrap_or(0);
        let sampled = looked_at < ALL_LOOKED_AT || hash.trailing_zeros() >= 3;
        if !any && !sampled {
            return;
        }
        if let Some(looked_at) = self.counter.looked_at.get_mut(span.len()) {
            *looked_at = looked_at.saturating_add(1);
        }
        let Some(field) = self.looker.field_key(catalog, block, &span) else { return };
        for &rule in &counted.weak {
            let passes = holds(self, rule);
            let counts = &mut self.counter.counts;
            let open = if sampled {
                counts.value(rule, field, hash, passes)
            } else {
                counts.sample(rule, field).is_none_or(|sample| !sample.doubts())
            };
            if passes && open {
                self.keep(block, &span, rule, field, hash);
            }
        }
    }

    fn keep(&mut self, block: &Block<'_>, span: &Range<usize>, rule: RuleIndex, field: u64, hash: u64) {
        let around = self.looker.around(self.catalog, block, span, |_| false);
        let groups = &self.catalog.groups;
        let refused = around.near().any(|(near, _)| {
            let meaning = groups.get(usize::from(near.group));
            let against = meaning.is_some_and(|said| said.cancels || said.lower.contains(&rule));
            against && (!near.forward || near.chars <= 3)
        });
        let Some(known) = self.rule(rule).filter(|_| !refused) else { return };
        if self.counter.kept >= MOST_UNDECIDED {
            self.counter.counts.dropped += 1;
            return;
        }
        self.counter.kept += 1;
        let hit = Hit {
            hash,
            start: span.start as u32,
            len: span.len() as u16,
            kind: known.kind,
            confidence: Confidence::High,
            evidence: Evidence::SHAPE.with(Evidence::CHECK),
            view: 0,
            record: 0,
            minor: false,
            joined: false,
        };
        self.counter.undecided.push(Undecided { hit, rule, field });
    }
}

/// Whether a number stands like a cell or the value of a key: borders that running text does not have.
fn stands_like_a_value(block: &Block<'_>, span: &Range<usize>) -> bool {
    let bytes = block.bytes;
    let opens =
        |byte: u8| matches!(byte, b'"' | b'\'' | b'=' | b':' | b'>' | b';' | b',' | b'\t' | b'|' | b'(' | b'\n');
    let left = match before(bytes, span.start) {
        b' ' => before(bytes, span.start - 1),
        byte => byte,
    };
    let closes = match at(bytes, span.end) {
        b' ' => left == b'=' || matches!(at(bytes, span.end + 1), b'|' | b';' | b',' | b'\t'),
        byte => matches!(
            byte,
            b'"' | b'\'' | b'&' | b'<' | b';' | b',' | b'\t' | b'|' | b')' | b'}' | b']' | b'\n' | b'\r' | 0
        ),
    };
    // Only a stream begins with its own bytes.
    (span.start == 0 || opens(left)) && closes && right_border(block, span.end) == Border::Clear
}
