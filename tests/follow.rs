//! Following a stream says what one scan of the whole says, however it grew and wherever the looks fell.

#[path = "support/values.rs"]
mod values;

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, Selection};
use elek::engine::{self, Checkpoint, Followed, Onward, Options, Progress};
use elek::finding::{Confidence, Finding};
use elek::limits::Limits;
use elek::problem::Problem;
use elek::read::Reader;
use elek::sink::{Flow, ItemRecord, Sink, Wants};
use elek::source::Item;
use proptest::prelude::*;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use values::{MAKERS, Random};

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::load(&Selection::default()).expect("the built-in detectors compile"));

/// A line a finding, with its offset, and the last line said of the item.
#[derive(Default)]
struct Said {
    findings: Vec<(u64, String)>,
    item: String,
}

impl Sink for Said {
    fn wants(&self) -> Wants {
        Wants { lines: true, findings_per_kind: u64::MAX, tallied: true, every_item: true, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        let (start, end) = finding.place.bounds();
        let facts = (finding.facts.line_column(), finding.facts.field());
        let text = format!(
            "{} {start}..{end} {:?} {:?} {:?} {facts:?}",
            finding.kind.detector, finding.place, finding.confidence, finding.evidence
        );
        self.findings.push((start, text));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        self.item = format!(
            "{:?} {:?} {:?} {} {:?}",
            item.state, item.reason, item.bytes_total, item.bytes_scanned, item.tallies
        );
        ControlFlow::Continue(())
    }
}

/// Blocks of a few lines.
fn options(jobs: usize) -> Options {
    let limits = Limits {
        block_bytes: 2048,
        step_bytes: 1024,
        slack_bytes: 512,
        tail_bytes: 256,
        lead_bytes: 512,
        ..Limits::default()
    };
    let today = Day::new(2026, 11, 22);
    let accepted = [].into();
    Options {
        jobs,
        min_confidence: Confidence::Low,
        limits,
        accepted,
        today,
        level: Level::best(),
        helper: None,
        passwords: elek::engine::Passwords::default(),
    }
}

fn look(path: &Path, from: Option<Checkpoint>, most_blocks: u64, jobs: usize) -> (Said, Followed) {
    let mut said = Said::default();
    let onward = (Item::file(path), Onward { from, most_blocks });
    let (progress, stop) = (Progress::default(), AtomicBool::new(false));
    let followed = engine::follow(&CATALOG, onward, &Reader::new(), &mut said, &options(jobs), &progress, &stop);
    assert!(followed.outcome.ledger.adds_up());
    (said, followed)
}

/// The checkpoint as it comes back from where it is kept.
fn kept(checkpoint: Option<&Checkpoint>) -> Option<Checkpoint> {
    let text = serde_json::to_string(&checkpoint?).expect("it can be kept");
    Some(serde_json::from_str(&text).expect("it can be read"))
}

fn follows(pieces: &[String], most_blocks: u64, jobs: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("900101300017.log");
    fs::write(&path, "").expect("written");
    let (mut found, mut checkpoint, mut item): (Vec<(u64, String)>, Option<Checkpoint>, String) = Default::default();
    for piece in pieces {
        OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(piece.as_bytes()))
            .expect("written");
        for round in 0.. {
            assert!(round < 1_000, "a look that ends early goes on");
            let from = kept(checkpoint.as_ref());
            let asked = from.as_ref().map_or(0, Checkpoint::offset);
            let (said, next) = look(&path, from, most_blocks, jobs);
            let offset = next.offset;
            assert_eq!(offset, asked, "a checkpoint that fits is used");
            if offset == 0 {
                found.clear();
            }
            // What stands in the name is said once.
            found.retain(|(start, text)| *start < offset || offset > 0 && text.contains("Path("));
            found.extend(said.findings);
            (checkpoint, item) = (next.checkpoint, said.item);
            if !item.contains("NotReached") {
                break;
            }
        }
        let whole = look(&path, None, u64::MAX, 1).0;
        assert_eq!(found, whole.findings);
        assert_eq!(item, whole.item);
    }
}

/// Lines of a log with values in them, bare numbers among them that only their neighbours can prove.
fn log(seed: u64, lines: usize) -> String {
    let mut random = Random::new(seed);
    let mut text = String::new();
    for line in 0..lines {
        let maker = &MAKERS[random.below(MAKERS.len() as u64) as usize];
        let value = (maker.make)(&mut random);
        let said = match random.below(4) {
            0 => format!("2026-11-22T10:00:{line:02}Z GET /cart?id={} 200\n", random.below(1 << 40)),
            1 => format!("2026-11-22T10:00:{line:02}Z {}: {value}\n", maker.label),
            2 => format!("{{\"iin\":\"{value}\",\"n\":{}}}\n", random.below(1_000)),
            _ => format!("2026-11-22T10:00:{line:02}Z {value} {}\n", "served ".repeat(random.below(20) as usize)),
        };
        text.push_str(&said);
    }
    text
}

/// The text in pieces that end anywhere, also within a line or a value.
fn pieces(text: &str, cuts: &[u16]) -> Vec<String> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut) * text.len() / 65_536).collect();
    cuts.extend([0, text.len()]);
    for cut in &mut cuts {
        *cut = text.floor_char_boundary(*cut);
    }
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| text[pair[0]..pair[1]].to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn following_equals_a_scan_of_the_whole(
        seed in any::<u64>(), cuts in prop::collection::vec(any::<u16>(), 0..6), most_blocks in 1..6_u64, jobs in 1..3_usize,
    ) {
        follows(&pieces(&log(seed, 160), &cuts), most_blocks, jobs);
    }
}

#[test]
fn values_that_only_a_later_population_proves_are_said_when_it_does() {
    let mut random = Random::new(5);
    let iin = MAKERS.iter().find(|maker| maker.detector == "kz.iin").expect("made");
    let rows: Vec<String> = (0..300).map(|_| (iin.make)(&mut random) + ";x\n").collect();
    follows(&pieces(&format!("code;note\n{}", rows.concat()), &[9_000, 20_000, 47_000]), 2, 1);
}
