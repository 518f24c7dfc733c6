//! The labelled truth of `fixtures/tour` (the made-up company of the README) holds: what `fixtures/labelled/tour.jsonl`
//! names is found at medium or above, at these offsets of the raw file, and nothing else of these detectors is found.
//!
//! What fails today stands in [`WRONG`] with its reason. A row that no longer fails must go, so the list says what is so.

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, Selection};
use elek::engine::{self, Options, Progress};
use elek::finding::{Confidence, Finding};
use elek::limits::Limits;
use elek::problem::Problem;
use elek::read::Reader;
use elek::sink::{Flow, ItemRecord, Sink, Wants};
use elek::source::Roots;
use elek::span::Place;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

const FOLDER: &str = "fixtures/tour";
const TRUTH: &str = "fixtures/labelled/tour.jsonl";

#[derive(Deserialize)]
struct File {
    file: String,
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    detector: String,
    start: u64,
    end: u64,
    value: String,
    /// Found or not, both are right.
    #[serde(default)]
    optional: bool,
    /// Readable only in a decoded view; the offsets are those of the raw bytes all the same.
    #[serde(rename = "view")]
    _view: Option<String>,
}

/// What is wrong today: file, detector, start, and why. Found where nothing should be, or not found where it should.
const WRONG: &[(&str, &str, u64, &str)] = &[];

/// Detector, start and end of every finding, by file.
#[derive(Default)]
struct Found(BTreeMap<PathBuf, BTreeSet<(String, u64, u64)>>);

impl Sink for Found {
    fn wants(&self) -> Wants {
        Wants { lines: false, findings_per_kind: u64::MAX, tallied: true, every_item: true, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        // Offsets in decoded text and in members are not those of the labels.
        if let (Place::Raw(span), None) = (finding.place, finding.location.member()) {
            let path = finding.location.path().strip_prefix(FOLDER).expect("below the folder").to_owned();
            self.0.entry(path).or_default().insert((finding.kind.detector.to_string(), span.start, span.end));
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        panic!("{problem:?}");
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.0.entry(item.location.path().strip_prefix(FOLDER).expect("below the folder").to_owned()).or_default();
        ControlFlow::Continue(())
    }
}

fn scan() -> Found {
    let catalog = Catalog::load(&Selection::default()).expect("the built-in detectors compile");
    let options = Options {
        jobs: 1,
        min_confidence: Confidence::Medium,
        limits: Limits::default(),
        accepted: BTreeSet::new(),
        today: Day::new(2026, 11, 22),
        level: Level::best(),
        helper: None,
        passwords: elek::engine::Passwords::default(),
    };
    let mut found = Found::default();
    let outcome = engine::scan(
        &catalog,
        &mut Roots::new(vec![FOLDER.into()]),
        &Reader::new(),
        &mut found,
        &options,
        &Progress::default(),
        &AtomicBool::new(false),
    );
    assert!(outcome.ledger.complete(), "{:?}", outcome.ledger);
    found
}

fn truth() -> Vec<File> {
    let text = fs::read_to_string(TRUTH).expect("the labels");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The labels are themselves right: they say what stands in the bytes.
#[test]
fn labels_name_what_stands_there() {
    for file in truth() {
        let bytes = fs::read(Path::new(FOLDER).join(&file.file)).expect("the file");
        for label in file.labels {
            let range = usize::try_from(label.start).expect("small")..usize::try_from(label.end).expect("small");
            let raw = &bytes[range];
            let utf16: Vec<u8> = label.value.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let ascii = |bytes: &[u8]| bytes.iter().filter(|byte| byte.is_ascii_graphic()).copied().collect::<Vec<_>>();
            let eight_bit = ascii(raw) == ascii(label.value.as_bytes()) && raw.len() == label.value.chars().count();
            assert!(
                raw == label.value.as_bytes() || raw == utf16 || eight_bit,
                "{} {}: `{}` is not at {}..{}",
                file.file,
                label.detector,
                label.value,
                label.start,
                label.end
            );
        }
    }
}

#[test]
fn the_tour_is_found_as_labelled() {
    let found = scan();
    let truth = truth();
    let labelled: BTreeSet<&str> =
        truth.iter().flat_map(|file| &file.labels).map(|label| label.detector.as_str()).collect();
    let mut wrong: BTreeMap<(&str, &str, u64), String> = BTreeMap::new();
    for file in &truth {
        let places = found.0.get(Path::new(&file.file)).unwrap_or_else(|| panic!("{} was read", file.file));
        let holds = |label: &Label, (detector, start, end): &(String, u64, u64)| {
            (label.detector.as_str(), label.start, label.end) == (detector.as_str(), *start, *end)
        };
        for label in &file.labels {
            if !label.optional && !places.iter().any(|place| holds(label, place)) {
                let near: Vec<_> =
                    places.iter().filter(|(_, start, end)| *start < label.end && label.start < *end).collect();
                let text = format!("`{}` is not found; there: {near:?}", label.value);
                wrong.insert((file.file.as_str(), label.detector.as_str(), label.start), text);
            }
        }
        for place in places {
            if labelled.contains(place.0.as_str()) && !file.labels.iter().any(|label| holds(label, place)) {
                wrong
                    .entry((file.file.as_str(), place.0.as_str(), place.1))
                    .or_insert_with(|| format!("{place:?} is no label"));
            }
        }
    }
    let files: BTreeSet<&Path> = truth.iter().map(|file| Path::new(&file.file)).collect();
    assert_eq!(files, found.0.keys().map(PathBuf::as_path).collect(), "every file of the tour has a line of labels");
    let known: BTreeSet<(&str, &str, u64)> =
        WRONG.iter().map(|(file, detector, start, _)| (*file, *detector, *start)).collect();
    let new: Vec<String> = wrong
        .iter()
        .filter(|(key, _)| !known.contains(*key))
        .map(|((file, detector, start), text)| format!("{file} {detector} at {start}: {text}"))
        .collect();
    assert!(new.is_empty(), "{}", new.join("\n"));
    let right: Vec<_> =
        WRONG.iter().filter(|(file, detector, start, _)| !wrong.contains_key(&(*file, *detector, *start))).collect();
    assert!(right.is_empty(), "these are right now, take them out of WRONG: {right:#?}");
}
