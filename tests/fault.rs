//! Storage that fails: never a panic, never a clean answer, and what was found before the fault stays found.

#[path = "support/collect.rs"]
mod collect;
#[cfg(feature = "formats")]
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/containers.rs"]
mod containers;
#[path = "support/storage.rs"]
mod storage;
#[cfg(feature = "formats")]
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/values.rs"]
mod values;

use collect::{How, Scanned, scan};
use elek::limits::Limits;
use elek::problem::{Reason, State};
use elek::read::Reader;
use std::fs;
use std::path::PathBuf;
use storage::{Behaviour, Call, behaving};

/// Every line stands alone.
const LOG: &str = "2026-11-21 10:11:12 INFO ИИН: 900101300017 вошёл\n\
                   2026-11-21 10:11:13 INFO почта: aigul.s@pochta-primer.kz\n\
                   2026-11-21 10:11:14 WARN phone=\"+7 (701) 555-01-23\" took 17 ms\n\
                   2026-11-21 10:11:15 INFO карта 4405 6397 0301 0003, IBAN KZ86 125K ZT50 0410 0100\n\
                   2026-11-21 10:11:16 INFO GET /lead/?iin=900101300017&from=176.12.14.15\n";
/// What a value is stands far above it.
const TABLE: &str = "ID;ФИО;ИИН;PASSPORT\n1;Имя;900101300017;45 04 123456\n2;Имя;900101300017;45 05 123457\n3;Имя;900101300017;45 06 123458\n";
const DUMP: &str = "INSERT INTO `u` (`ID`,`IIN`,`EMAIL`) VALUES\n(1,900101300017,'aigul.s@pochta-primer.kz'),\n(2,900101300017,'b.omarov@pochta-primer.kz');\n";

fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let utf16: Vec<u8> = format!("\u{feff}{LOG}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bare: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("log", LOG.as_bytes().to_vec()),
        ("table", TABLE.as_bytes().to_vec()),
        ("dump", DUMP.as_bytes().to_vec()),
        ("utf-16", utf16),
        ("utf-16 without a mark", bare),
        ("one value", b"900101300017".to_vec()),
        ("binary", (0..200u32).map(|n| (n * 37) as u8).collect()),
    ]
}

/// In one block, and in several.
fn cuts() -> [Limits; 2] {
    let small = Limits {
        block_bytes: 128,
        step_bytes: 64,
        slack_bytes: 64,
        lead_bytes: 128,
        tail_bytes: 128,
        ..Limits::default()
    };
    [Limits::default(), small]
}

/// A file, what a scan without faults says of it, and its scans with faults.
struct Trial {
    _folder: tempfile::TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
    how: How,
    usual: Scanned,
    is_stream: bool,
}

impl Trial {
    fn new(bytes: Vec<u8>, how: How, is_stream: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("content");
        fs::write(&path, &bytes).expect("written");
        let usual = scan(std::slice::from_ref(&path), &Reader::new(), how);
        if is_stream {
            fs::write(&path, "").expect("written");
        }
        Self { _folder: folder, path, bytes, how, usual, is_stream }
    }

    fn with(&self, answer: impl FnMut(Call) -> Result<usize, i32> + Send + 'static) -> Scanned {
        let stream = self.is_stream.then(|| self.bytes.clone());
        let behaviour = Behaviour { answer: Box::new(answer), stream };
        behaving(&self.path, behaviour, || scan(std::slice::from_ref(&self.path), &Reader::new(), self.how))
    }
}

/// Calls `act` for every input, cut and number of threads, as a file and as a stream.
fn trials(act: impl Fn(&str, &Trial)) {
    for (name, bytes) in inputs() {
        for limits in cuts() {
            for jobs in [1, 3] {
                for is_stream in [false, true] {
                    let how = How { jobs, limits, ..How::default() };
                    let what =
                        format!("{name}, {} threads, blocks of {}, stream: {is_stream}", jobs, limits.block_bytes);
                    act(&what, &Trial::new(bytes.clone(), how, is_stream));
                }
            }
        }
    }
}

fn is_honest(scanned: &Scanned, reason: &[Reason], what: &str) {
    let ledger = &scanned.ledger;
    assert_eq!((ledger.listed(), ledger.state(State::ScannedFull)), (1, 0), "{what}: {:?}", scanned.items);
    assert!(ledger.adds_up() && !ledger.complete() && ledger.gaps() == 1, "{what}: {:?}", scanned.items);
    assert!(reason.iter().any(|reason| ledger.reasons().contains_key(reason)), "{what}: {:?}", scanned.items);
}

#[test]
fn the_inputs_hold_values() {
    for (name, bytes) in inputs().into_iter().filter(|(name, _)| *name != "binary") {
        let trial = Trial::new(bytes, How::default(), false);
        assert!(!trial.usual.findings.is_empty(), "{name}");
        assert!(trial.usual.ledger.complete(), "{name}: {:?}", trial.usual.items);
    }
}

#[test]
fn an_error_at_every_byte() {
    for (error, reason) in [(libc::EIO, Reason::IoError), (libc::ESTALE, Reason::VanishedMidway)] {
        trials(|what, trial| {
            for byte in 0..trial.bytes.len() as u64 {
                let scanned =
                    trial.with(
                        move |call: Call| {
                            if call.offset >= byte { Err(error) } else { Ok((byte - call.offset) as usize) }
                        },
                    );
                is_honest(&scanned, &[reason], &format!("{what}, error {error} at byte {byte}"));
            }
        });
    }
}

/// A stream that fails behind its last byte has not said that it is at its end.
#[test]
fn an_error_behind_the_last_byte_of_a_stream() {
    trials(|what, trial| {
        let last = trial.bytes.len() as u64;
        let scanned = trial.with(move |call: Call| if call.offset >= last { Err(libc::EIO) } else { Ok(usize::MAX) });
        if trial.is_stream {
            is_honest(&scanned, &[Reason::IoError], what);
            assert_eq!(scanned.findings, trial.usual.findings, "{what}");
            assert!(scanned.items[0].contains("None"), "{what}: nobody knows how much there was: {:?}", scanned.items);
        } else {
            assert_eq!(scanned.findings, trial.usual.findings, "{what}");
        }
    });
}

#[test]
fn a_file_that_is_shorter_than_it_said() {
    trials(|what, trial| {
        for byte in 0..trial.bytes.len() as u64 {
            if trial.is_stream {
                continue;
            }
            let scanned = trial.with(move |call: Call| Ok(byte.saturating_sub(call.offset) as usize));
            is_honest(&scanned, &[Reason::ChangedDuringScan, Reason::IoError], &format!("{what}, cut at byte {byte}"));
        }
    });
}

/// Values on lines that came whole before the fault are found as ever.
#[test]
fn what_was_found_before_the_fault_is_kept() {
    trials(|what, trial| {
        if !what.starts_with("log") {
            return;
        }
        for byte in 0..trial.bytes.len() {
            let whole = trial.bytes[..byte].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1) as u64;
            let scanned =
                trial.with(
                    move |call: Call| {
                        if call.offset >= byte as u64 { Err(libc::EIO) } else { Ok(byte - call.offset as usize) }
                    },
                );
            for place in trial.usual.places.iter().filter(|(_, _, end)| *end <= whole) {
                assert!(
                    scanned.places.contains(place),
                    "{what}, error at byte {byte}: {place:?} is lost: {:?}",
                    scanned.places
                );
            }
        }
    });
}

/// A fault that happens once, at any call: the answer says so, or it is the same as ever.
#[test]
fn an_error_that_goes_away() {
    trials(|what, trial| {
        for number in 1..=12 {
            let scanned =
                trial.with(move |call: Call| if call.number == number { Err(libc::EIO) } else { Ok(usize::MAX) });
            if scanned.ledger.complete() {
                assert_eq!(
                    scanned.findings, trial.usual.findings,
                    "{what}, error at call {number} alone: {:?}",
                    scanned.items
                );
            } else {
                // Of binary data no answer is complete.
                let reasons = [Reason::IoError, Reason::UnknownBinary];
                let reasons = if trial.usual.ledger.complete() { &reasons[..1] } else { &reasons };
                is_honest(&scanned, reasons, &format!("{what}, error at call {number} alone"));
            }
        }
    });
}

/// A bad sector costs the block it lies in, no other (`Bytes::read_at`: "other ranges may still be readable").
#[test]
fn a_bad_sector_costs_no_more_than_its_block() {
    let lines: Vec<u8> = LOG.repeat(60).into_bytes();
    let limits = Limits {
        block_bytes: 4096,
        step_bytes: 1024,
        slack_bytes: 512,
        lead_bytes: 512,
        tail_bytes: 512,
        ..Limits::default()
    };
    for jobs in [1, 3] {
        let trial = Trial::new(lines.clone(), How { jobs, limits, ..How::default() }, false);
        let (bad, good) = (8192 - 600..8192 - 300, 8192 + 512);
        let range = bad.clone();
        let scanned = trial.with(move |call: Call| {
            if range.contains(&call.offset) {
                Err(libc::EIO)
            } else if call.offset < range.start {
                Ok((range.start - call.offset) as usize)
            } else {
                Ok(usize::MAX)
            }
        });
        is_honest(&scanned, &[Reason::IoError], "a bad sector");
        let lost: Vec<_> = trial.usual.places.iter().filter(|place| !scanned.places.contains(place)).collect();
        assert!(
            lost.iter().all(|(_, start, _)| (4096..good).contains(start)),
            "{jobs} threads: lost behind the block: {lost:?}"
        );
        assert!(!lost.is_empty());
    }
}

/// A container on storage that fails somewhere: what was unpacked before is kept, and the container is never clean.
#[cfg(feature = "formats")]
#[test]
fn an_error_inside_a_container() {
    let archive = containers::zip(&[("a.log", LOG.as_bytes()), ("b.csv", TABLE.as_bytes())]);
    let packed = containers::gzip(&containers::tar(&[("a.log", LOG.as_bytes()), ("b.csv", TABLE.as_bytes())]));
    for bytes in [archive, packed, containers::mail("a.log", LOG.as_bytes())] {
        for is_stream in [false, true] {
            let length = bytes.len() as u64;
            let trial = Trial::new(bytes.clone(), How::default(), is_stream);
            assert!(trial.usual.ledger.complete() && trial.usual.ledger.listed() > 1, "{:?}", trial.usual.items);
            for byte in (0..length).step_by(7) {
                let scanned =
                    trial.with(
                        move |call: Call| {
                            if call.offset >= byte { Err(libc::EIO) } else { Ok((byte - call.offset) as usize) }
                        },
                    );
                let ledger = &scanned.ledger;
                assert!(!ledger.complete() && ledger.adds_up(), "{byte} of {length}: {:?}", scanned.items);
            }
        }
    }
}
