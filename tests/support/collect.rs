//! Runs the library over files and keeps all that it says.

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, Selection};
use elek::engine::{self, Options, Progress};
use elek::finding::{Confidence, Finding};
use elek::ledger::Ledger;
use elek::limits::Limits;
use elek::problem::Problem;
use elek::read::Reader;
use elek::sink::{Flow, ItemRecord, Sink, Wants};
use elek::source::{Item, Listed, Source};
use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::load(&Selection::default()).expect("the built-in detectors compile"));

/// How a scan is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub(crate) jobs: usize,
    pub(crate) level: Level,
    pub(crate) limits: Limits,
}

impl Default for How {
    fn default() -> Self {
        Self { jobs: 1, level: Level::best(), limits: Limits::default() }
    }
}

/// All that a scan said. Items are numbered, not named, so that scans of copies can be compared.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// A line a finding, with everything that is known of it.
    pub(crate) findings: Vec<String>,
    /// Detector, start and end of each finding.
    pub(crate) places: Vec<(String, u64, u64)>,
    /// Line and column of each finding, and where its record begins and ends.
    pub(crate) lines: Vec<[Option<(u64, u64)>; 2]>,
    /// A line an item: state, reason, bytes, tallies.
    pub(crate) items: Vec<String>,
    pub(crate) ledger: Ledger,
}

struct List(VecDeque<PathBuf>);

impl Source for List {
    fn next(&mut self) -> Option<Listed> {
        self.0.pop_front().map(|path| Listed::Item(Item::file(path)))
    }
}

#[derive(Default)]
struct Collector(Scanned);

impl Sink for Collector {
    fn wants(&self) -> Wants {
        Wants { lines: true, findings_per_kind: u64::MAX, tallied: true, every_item: true, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        let mut normal = Vec::new();
        finding.facts.normal(&mut normal);
        let (start, end) = finding.place.bounds();
        self.0.findings.push(format!(
            "{} {} {:?} `{}` = `{}` {:?} {:?} {} {:?} {:?} {:?}",
            self.0.items.len(),
            finding.kind.detector,
            finding.place,
            String::from_utf8_lossy(finding.value.reveal()),
            String::from_utf8_lossy(&normal),
            finding.confidence,
            finding.evidence,
            finding.encoding,
            finding.facts.line_column(),
            finding.facts.record(),
            finding.facts.field(),
        ));
        let record = finding.facts.record().map(|record| (record.span.start, record.span.end));
        self.0.lines.push([finding.facts.line_column(), record]);
        self.0.places.push((finding.kind.detector.to_string(), start, end));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.0.items.push(format!(
            "{} {:?} {:?} {} {:?}",
            item.state.name(),
            item.reason,
            item.bytes_total,
            item.bytes_scanned,
            item.tallies
        ));
        ControlFlow::Continue(())
    }
}

/// Scans files in the order given.
pub(crate) fn scan(paths: &[PathBuf], reader: &Reader, how: How) -> Scanned {
    let options = Options {
        jobs: how.jobs,
        min_confidence: Confidence::Low,
        limits: how.limits,
        accepted: BTreeSet::new(),
        today: Day::new(2026, 11, 22),
        level: how.level,
        helper: None,
        passwords: elek::engine::Passwords::default(),
    };
    let mut source = List(paths.iter().cloned().collect());
    let mut sink = Collector::default();
    let stop = AtomicBool::new(false);
    let outcome = engine::scan(&CATALOG, &mut source, reader, &mut sink, &options, &Progress::default(), &stop);
    assert!(outcome.stopped.is_none() && !outcome.interrupted);
    assert!(outcome.ledger.adds_up(), "{:?}", outcome.ledger);
    assert!(outcome.ledger.listed() >= paths.len() as u64, "members are listed as well");
    assert_eq!(sink.0.items.len() as u64, outcome.ledger.listed(), "an item has one end");
    Scanned { ledger: outcome.ledger, ..sink.0 }
}
