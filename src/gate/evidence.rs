//! What the engine found in an object, as the gate needs it: places, classes, records, keyed hashes. No value.

use super::birth;
use super::crowd::{EACH, Share};
use super::reason::Reason;
use crate::check::Day;
use crate::finding::{Finding, Kind};
use crate::policy::Country;
use crate::problem::{self, Problem, State};
use crate::sink::{Flow, ItemRecord, Sink, Wants};
use crate::span::{Place, RawSpan};
use crate::text::view;
use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

/// Findings of one object kept at most; beyond that the object is not judged.
const MOST_FINDINGS: usize = 1 << 20;

/// One value found.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Index into [`Evidence::kinds`].
    pub kind: usize,
    /// Where it stands in the bytes of the object; `None`: in a part that has no bytes of its own there.
    pub span: Option<RawSpan>,
    /// Keyed hash of category and normal form: equal values, equal numbers.
    pub value: u128,
    /// Start of the record it stands in.
    pub record: Option<u64>,
    /// Encoding of the text around it.
    pub encoding: &'static str,
    /// It stands encoded in base64, which may be written again.
    pub in_base64: bool,
}

/// Everything found.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Detector and category of findings.
    pub kinds: Vec<Kind>,
    /// Findings, in the order of places.
    pub found: Vec<Found>,
    /// Places of values in the name of the object.
    pub in_name: Vec<(u64, u64)>,
    /// Why the object was not read in full.
    pub problem: Option<Reason>,
    /// Somebody in it is under age.
    pub minor: bool,
    /// It holds parts that are not its own bytes: members, sheets, decoded documents.
    pub composite: bool,
    items: u64,
}

impl Evidence {
    /// Why the object was not read in full, if it was not.
    pub fn incomplete(&self) -> Option<Reason> {
        self.problem.or((self.items == 0).then_some(Reason::Scan(problem::Reason::Internal)))
    }

    /// Whether the name was looked through: a scan that was stopped, or failed, may not have come to it.
    pub(super) fn saw_name(&self) -> bool {
        self.items > 0 && self.problem != Some(Reason::Interrupted)
    }

    /// Detector and category of a finding.
    pub fn kind(&self, found: &Found) -> Option<&Kind> {
        self.kinds.get(found.kind)
    }

    /// The country whose number a finding is, if it is a national one.
    pub fn country(&self, found: &Found) -> Option<Country> {
        let kind = self.kind(found).filter(|kind| &*kind.gate_class == "strong_id")?;
        Country::of_detector(&kind.detector)
    }

    /// Distinct values of a set of findings.
    pub fn distinct<'f>(found: impl Iterator<Item = &'f Found>) -> u64 {
        found.map(|found| found.value).collect::<HashSet<u128>>().len() as u64
    }
}

/// Receives findings from the engine.
pub(super) struct Collector<'k> {
    pub(super) evidence: Evidence,
    key: &'k [u8; 32],
    today: Day,
    room: Option<(&'k Share<'k>, &'k AtomicBool)>,
    normal: Vec<u8>,
    message: Vec<u8>,
}

impl<'k> Collector<'k> {
    /// `room`: for many findings, and what ends waiting for it.
    pub(super) fn new(key: &'k [u8; 32], today: Day, room: Option<(&'k Share<'k>, &'k AtomicBool)>) -> Self {
        Self { evidence: Evidence::default(), key, today, room, normal: Vec::new(), message: Vec::new() }
    }

    /// Whether another finding has room.
    fn has_room(&mut self) -> bool {
        let found = self.evidence.found.len();
        let reason = if found >= MOST_FINDINGS {
            Reason::Scan(problem::Reason::LimitFindings)
        } else if found >= EACH && self.room.is_some_and(|(share, stop)| !share.widen(stop)) {
            Reason::Interrupted
        } else {
            return true;
        };
        self.evidence.problem.get_or_insert(reason);
        false
    }

    fn kind_index(&mut self, kind: &Kind) -> usize {
        let kinds = &mut self.evidence.kinds;
        let same = |known: &Kind| known.detector == kind.detector && known.category == kind.category;
        kinds.iter().position(same).unwrap_or_else(|| {
            kinds.push(kind.clone());
            kinds.len() - 1
        })
    }
}

/// Keyed hash of a category and a normal form.
fn value_of(key: &[u8; 32], category: &str, normal: &[u8], message: &mut Vec<u8>) -> u128 {
    message.clear();
    message.extend_from_slice(category.as_bytes());
    message.push(0);
    message.extend_from_slice(normal);
    let hash = blake3::keyed_hash(key, message);
    u128::from_be_bytes(hash.as_bytes().first_chunk().copied().unwrap_or_default())
}

impl Sink for Collector<'_> {
    fn wants(&self) -> Wants {
        Wants { lines: false, findings_per_kind: u64::MAX, tallied: true, every_item: true, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        self.evidence.composite |=
            finding.location.member().is_some() || finding.at.is_some() || matches!(finding.place, Place::Text(_));
        let span = match finding.place {
            Place::Path(span) => {
                if finding.location.member().is_none() {
                    self.evidence.in_name.push((span.start, span.end));
                    return Flow::Continue(());
                }
                None
            }
            Place::Raw(span) => finding.location.member().is_none().then_some(span),
            Place::Text(_) => None,
        };
        if !self.has_room() {
            return Flow::Continue(());
        }
        self.normal.clear();
        finding.facts.normal(&mut self.normal);
        self.evidence.minor |= birth::is_minor(&finding.kind.category, &self.normal, self.today);
        let kind = self.kind_index(finding.kind);
        let record = finding.facts.record().map(|record| record.span.start);
        let category = &finding.kind.category;
        let whole = self.evidence.found.len();
        let (encoding, in_base64) = (finding.encoding, finding.views.contains(&view::Kind::Base64.name()));
        let found = |value: u128, span| Found { kind, span, value, record, encoding, in_base64 };
        // What stands in several cells is replaced cell by cell.
        let Self { evidence, key, message, normal, .. } = self;
        finding.facts.parts(&mut |part, normal| {
            evidence.found.push(found(value_of(key, category, normal, message), span.and(Some(part))));
        });
        if evidence.found.len() == whole {
            evidence.found.push(found(value_of(key, category, normal, message), span));
        }
        Flow::Continue(())
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        self.evidence.problem.get_or_insert(Reason::Scan(problem.reason));
        Flow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.evidence.items += 1;
        self.evidence.composite |= item.location.member().is_some();
        if item.state != State::ScannedFull {
            let reason = item.reason.unwrap_or(problem::Reason::Internal);
            self.evidence.problem.get_or_insert(Reason::Scan(reason));
        }
        Flow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Collector, Evidence};
    use crate::check::Day;
    use crate::gate::Reason;
    use crate::location::Location;
    use crate::problem::{self, Problem};
    use crate::sink::Sink as _;

    #[test]
    fn evidence_of_nothing_is_a_bug() {
        assert_eq!(Evidence::default().incomplete(), Some(Reason::Scan(problem::Reason::Internal)));
    }

    /// Whatever keeps an item from being read in full, or at all, is why it does not leave; the first of them is told.
    #[test]
    fn every_state_of_reading_but_the_full_one_is_a_gap() {
        for reason in problem::Reason::ALL {
            let mut collector = Collector::new(&[7; 32], Day::new(2026, 11, 22), None);
            let problem = |reason| Problem { location: Location::file("a"), reason, detail: None };
            assert!(collector.problem(&problem(*reason)).is_continue());
            assert!(collector.problem(&problem(problem::Reason::Internal)).is_continue());
            assert_eq!(collector.evidence.incomplete(), Some(Reason::Scan(*reason)));
        }
    }
}
