//! Decides what the populations of a stream say: lifts values that the others of their field prove, lowers those that
//! chance explains. Blocks come in order; a block is judged by what it and the blocks before it hold.

use super::block::{BlockResult, StepResult};
use crate::check::Verdict;
use crate::detect::catalog::RuleIndex;
use crate::detect::{Catalog, Hit, Undecided};
use crate::finding::{Confidence, Evidence};
use crate::score::population::{Chance, Counts, Sample};
use crate::score::{CONTEXT, Case};
use crate::text::hash::Spread;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// What the stream at hand has counted so far.
pub(super) struct Judge<'c> {
    catalog: &'c Catalog,
    counts: Counts,
    /// Rules whose values of some length chance explains.
    chances: Vec<(RuleIndex, usize, Chance)>,
}

impl<'c> Judge<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, counts: Counts::default(), chances: Vec::new() }
    }

    /// Another stream begins. Gives how many values of the last one could not be kept.
    pub(super) fn next_stream(&mut self) -> u64 {
        self.chances.clear();
        if self.counts.is_empty() { 0 } else { std::mem::take(&mut self.counts).dropped }
    }

    /// What the stream at hand has counted so far.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Goes on with a stream from what it has counted so far.
    pub(super) fn restore(&mut self, counts: Counts) {
        self.counts = counts;
        self.ask_chance();
    }

    /// Takes the next block into account.
    pub(super) fn block(&mut self, result: &BlockResult) {
        if result.counts.is_empty() {
            return;
        }
        self.counts.merge(&result.counts);
        self.ask_chance();
    }

    fn ask_chance(&mut self) {
        self.chances.clear();
        for (rule, length) in self.catalog.chance_rules() {
            let chance = self.catalog.rules.get(usize::from(rule)).map_or(0, |rule| u64::from(rule.chance()) * 1000);
            match self.counts.chance(rule, length, chance) {
                Chance::Stands => {}
                found => self.chances.push((rule, length, found)),
            }
        }
    }

    /// The values of a step as the stream so far has them, or nothing if they stand as they are.
    pub(super) fn step(&self, step: &StepResult, least: Confidence) -> Option<Vec<Hit>> {
        if self.counts.is_empty() {
            return None;
        }
        let lifted = self.lifted(&step.undecided);
        let doubtful = step.hits.iter().any(|hit| self.chance(hit) != Chance::Stands);
        if lifted.is_empty() && !doubtful {
            return None;
        }
        // Both lists are in order: they are merged.
        let mut hits: Vec<Hit> = Vec::with_capacity(step.hits.len() + lifted.len());
        let mut rest = step.hits.iter().map(|hit| self.lowered(*hit)).peekable();
        let mut from = 0;
        for new in lifted {
            hits.extend(std::iter::from_fn(|| rest.next_if(|hit| hit.start < new.start)));
            while hits.get(from).is_some_and(|hit| hit.range().end <= new.range().start) {
                from += 1;
            }
            let first = hits.len();
            hits.extend(std::iter::from_fn(|| rest.next_if(|hit| hit.start == new.start)));
            // Who has context of its own goes first; a longer value of another shape covers it.
            let covers = |hit: &Hit| hit.range().end >= new.range().end;
            let stronger = |hit: &Hit| hit.evidence.has_any(CONTEXT) || hit.len > new.len;
            if hits.iter().skip(from).any(|hit| covers(hit) && stronger(hit)) {
                continue;
            }
            let same: Vec<Hit> = hits.drain(first..).filter(|hit| hit.range() != new.range()).collect();
            hits.push(new);
            hits.extend(same);
        }
        hits.extend(rest);
        hits.retain(|hit| hit.confidence >= least);
        Some(hits)
    }

    /// Undecided values that their fields prove: of several rules for one value, the strongest.
    fn lifted(&self, undecided: &[Undecided]) -> Vec<Hit> {
        let mut lifted: Vec<Hit> = Vec::new();
        let mut last: Option<(u32, u32)> = None;
        let mut known: HashMap<(u16, u64), bool, BuildHasherDefault<Spread>> = HashMap::default();
        for value in undecided {
            let Some(rule) = self.catalog.rule_of(value.hit.kind) else { continue };
            // A table's columns take turns.
            let proved = *known.entry((value.rule, value.field)).or_insert_with(|| {
                let sample = self.counts.sample(value.rule, value.field);
                sample.is_some_and(|sample| Sample::lifts(sample, rule.chance()))
            });
            if !proved {
                continue;
            }
            let case = Case {
                class: rule.class,
                alone: rule.alone,
                failed: rule.failed,
                verdict: Verdict::Holds,
                labelled: Verdict::Holds,
                evidence: value.hit.evidence.with(Evidence::POPULATION),
                refused: false,
                misplaced: false,
                twice: false,
            };
            let Some((confidence, evidence)) = case.confidence() else { continue };
            let hit = Hit { confidence, evidence: evidence.with(Evidence::SHAPE), ..value.hit };
            match last {
                Some((start, rank)) if start == hit.start => {
                    if rule.rank < rank {
                        lifted.pop();
                        lifted.push(hit);
                        last = Some((start, rule.rank));
                    }
                }
                _ => {
                    lifted.push(hit);
                    last = Some((hit.start, rule.rank));
                }
            }
        }
        lifted
    }

    /// What chance says of a hit.
    fn chance(&self, hit: &Hit) -> Chance {
        if self.chances.is_empty() || hit.evidence.has_any(CONTEXT) {
            return Chance::Stands;
        }
        let rule = self.catalog.kind_rules.get(usize::from(hit.kind)).copied();
        let mut chances = self.chances.iter();
        let found = chances.find(|(known, length, _)| Some(*known) == rule && *length == usize::from(hit.len));
        found.map_or(Chance::Stands, |(_, _, chance)| *chance)
    }

    fn lowered(&self, hit: Hit) -> Hit {
        let confidence = match self.chance(&hit) {
            Chance::Stands => return hit,
            Chance::Doubts => hit.confidence.lowered(),
            Chance::Explains => Confidence::Low,
        };
        // Both together say that the population speaks against it.
        Hit { confidence, evidence: hit.evidence.with(Evidence::POPULATION).with(Evidence::NEGATIVE), ..hit }
    }
}
