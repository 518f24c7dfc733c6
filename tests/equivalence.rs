//! The answer does not depend on how it was come by: threads, reads, maps, streams, instructions, blocks.

#[path = "support/collect.rs"]
mod collect;
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/encode.rs"]
mod encode;
#[path = "support/storage.rs"]
mod storage;
#[path = "support/values.rs"]
mod values;

use collect::{How, Scanned, scan};
use corpus::Made;
use elek::detect::simd::Level;
use elek::limits::Limits;
use elek::read::{MapGuard, Mode, Reader};
use encode::{ENCODINGS, encode};
use std::fs;
use std::path::PathBuf;
use storage::{Behaviour, Call, behaving};
use tempfile::TempDir;
use values::{MAKERS, Random};

/// Files on disk.
struct Folder {
    _folder: TempDir,
    paths: Vec<PathBuf>,
}

fn written(files: &[Made]) -> Folder {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = files.iter().map(|file| folder.path().join(file.name)).collect();
    for (file, path) in files.iter().zip(&paths) {
        let path: &PathBuf = path;
        fs::write(path, &file.bytes).expect("written");
    }
    Folder { _folder: folder, paths }
}

/// Everything that is made here, with long lines and far context.
fn everything() -> Vec<Made> {
    let mut files = corpus::lines(1);
    files.extend(corpus::far_context(2));
    files.push(corpus::long_line(3));
    files
}

/// Blocks of one step each, unless they are larger than the usual step.
fn blocks(block_bytes: usize) -> Limits {
    let usual = Limits::default();
    Limits { block_bytes, step_bytes: usual.step_bytes.min(block_bytes), ..usual }
}

fn mapped() -> Reader {
    Reader::new().mode(Mode::Map, Some(MapGuard::install().expect("the handler is installed")))
}

/// Every other call is interrupted by a signal, the rest give so many bytes at most.
fn in_pieces(piece_bytes: usize, stream: Option<Vec<u8>>) -> Behaviour {
    let answer = move |call: Call| if call.number % 2 == 1 { Err(libc::EINTR) } else { Ok(piece_bytes) };
    Behaviour { answer: Box::new(answer), stream }
}

/// Fails with the first lines in which two lists differ.
fn same_lines(kind: &str, right: &[String], left: &[String], files: &[Made], what: &str) {
    if left == right {
        return;
    }
    let lost: Vec<_> = right.iter().filter(|line| !left.contains(line)).collect();
    let new: Vec<_> = left.iter().filter(|line| !right.contains(line)).collect();
    let names: Vec<_> = files.iter().map(|file| file.name).collect();
    let show = |lines: &[&String]| lines.iter().take(4).map(|line| format!("\n    {line}")).collect::<String>();
    panic!(
        "{what}: {kind}: {} lost{}\n  {} new{}\n  (or only the order; files: {names:?})",
        lost.len(),
        show(&lost),
        new.len(),
        show(&new)
    );
}

fn same(right: &Scanned, left: &Scanned, files: &[Made], what: &str) {
    same_lines("findings", &right.findings, &left.findings, files, what);
    same_lines("items", &right.items, &left.items, files, what);
    assert_eq!(right.ledger.totals, left.ledger.totals, "{what}");
}

#[test]
fn the_corpus_is_worth_comparing() {
    let files = everything();
    let folder = written(&files);
    let scanned = scan(&folder.paths, &Reader::new(), How::default());
    for maker in &MAKERS {
        let count = scanned.places.iter().filter(|(detector, ..)| detector == maker.detector).count();
        assert!(count > 100, "{}: {count} findings", maker.detector);
    }
    assert!(scanned.items.iter().all(|item| item.starts_with("scanned_full")), "{:?}", scanned.items);
}

#[test]
fn threads() {
    let files = everything();
    let folder = written(&files);
    for limits in [Limits::default(), blocks(4 << 10), blocks(64 << 10)] {
        let one = scan(&folder.paths, &Reader::new(), How { limits, ..How::default() });
        for jobs in [2, 3, 8] {
            for round in 0..3 {
                let many = scan(&folder.paths, &Reader::new(), How { jobs, limits, ..How::default() });
                same(&one, &many, &files, &format!("{jobs} threads, blocks of {} bytes, round {round}", limits.block_bytes));
            }
        }
    }
}

#[test]
fn maps_and_reads() {
    let files = everything();
    let folder = written(&files);
    for limits in [Limits::default(), blocks(4 << 10), blocks(64 << 10)] {
        let how = How { jobs: 2, limits, ..How::default() };
        same(
            &scan(&folder.paths, &Reader::new(), how),
            &scan(&folder.paths, &mapped(), how),
            &files,
            &format!("mapped, blocks of {} bytes", limits.block_bytes),
        );
    }
}

#[test]
fn instructions() {
    let files = everything();
    let folder = written(&files);
    let plain = scan(&folder.paths, &Reader::new(), How { level: Level::Plain, ..How::default() });
    for level in [Level::Sse2, Level::best()] {
        let how = How { level, ..How::default() };
        same(&plain, &scan(&folder.paths, &Reader::new(), how), &files, level.name());
    }
}

/// By design nothing differs on lines shorter than the way a border may move (`slack_bytes`, 64 KiB): a border
/// lies behind a line end then, and the context of a value never reaches further than its line and the one above.
#[test]
fn blocks_of_any_size_give_the_same_on_short_lines() {
    let files = corpus::lines(4);
    let folder = written(&files);
    let uncut = Limits { step_bytes: 4 << 20, ..blocks(4 << 20) };
    let whole = scan(&folder.paths, &Reader::new(), How { limits: uncut, ..How::default() });
    for (block_bytes, step_bytes) in [
        (1 << 10, 1 << 10),
        (4 << 10, 4 << 10),
        (10_000, 10_000),
        (64 << 10, 4 << 10),
        (64 << 10, 64 << 10),
        (1 << 20, 64 << 10),
        (4 << 20, 4 << 10),
        (4 << 20, 256 << 10),
    ] {
        let limits = Limits { step_bytes, ..blocks(block_bytes) };
        let cut = scan(&folder.paths, &Reader::new(), How { limits, ..How::default() });
        same(&whole, &cut, &files, &format!("blocks of {block_bytes} bytes in steps of {step_bytes}"));
    }
}

/// The header of an `INSERT` holds for all its rows, however far away they are (design 2, records and fields: "a block
/// starts with the layout and, for SQL, the statement header in force").
#[test]
fn a_statement_over_several_blocks_keeps_its_header() {
    let files = corpus::far_context(5);
    let folder = written(&files);
    let uncut = Limits { step_bytes: 4 << 20, ..blocks(4 << 20) };
    let whole = scan(&folder.paths, &Reader::new(), How { limits: uncut, ..How::default() });
    for block_bytes in [4 << 10, 64 << 10, 4 << 20] {
        let cut = scan(&folder.paths, &Reader::new(), How { limits: blocks(block_bytes), ..How::default() });
        same_lines("findings", &whole.findings, &cut.findings, &files, &format!("blocks of {block_bytes} bytes"));
    }
}

/// On a line longer than a border may move, a block may end inside it. What is allowed to differ is the record, the
/// line's column and what a field name further away than `lead_bytes` says. No value is lost or found twice.
#[test]
fn a_line_of_many_blocks_keeps_its_values() {
    let files = [corpus::long_line(6)];
    let folder = written(&files);
    let whole = scan(&folder.paths, &Reader::new(), How::default());
    for block_bytes in [4 << 10, 64 << 10] {
        for slack_bytes in [64, 1 << 10, 64 << 10] {
            let limits = Limits { slack_bytes, ..blocks(block_bytes) };
            let cut = scan(&folder.paths, &Reader::new(), How { limits, ..How::default() });
            assert_eq!(whole.places, cut.places, "{limits:?}");
        }
    }
}

/// `Limits` is public: a block larger than the finder's offsets can tell must be refused or cut, not half read.
#[test]
fn large_blocks_are_read_to_their_end() {
    let mut bytes = vec![b'\n'; 20 << 20];
    bytes.extend("почта: last.value@pochta-primer.kz\n".bytes());
    let files = [Made { name: "large.txt", bytes }];
    let folder = written(&files);
    let usual = scan(&folder.paths, &Reader::new(), How::default());
    assert_eq!(usual.findings.len(), 1);
    let large = scan(&folder.paths, &Reader::new(), How { limits: Limits { step_bytes: 32 << 20, ..blocks(32 << 20) }, ..How::default() });
    same(&usual, &large, &files, "blocks of 32 MiB");
}

#[test]
fn reads_that_come_short() {
    let files = everything();
    for file in files.iter().filter(|file| !file.bytes.is_empty()) {
        let file = std::slice::from_ref(file);
        let folder = written(file);
        for limits in [Limits::default(), blocks(4 << 10)] {
            let how = How { limits, ..How::default() };
            let usual = scan(&folder.paths, &Reader::new(), how);
            for piece_bytes in [1, 7, 511, 4096, 65_537] {
                if piece_bytes == 1 && file[0].bytes.len() > 70_000 {
                    continue;
                }
                let short = behaving(&folder.paths[0], in_pieces(piece_bytes, None), || scan(&folder.paths, &Reader::new(), how));
                same(&usual, &short, file, &format!("reads of {piece_bytes} bytes, blocks of {}", limits.block_bytes));
            }
        }
    }
}

#[test]
fn streams_and_files() {
    let files = everything();
    for file in files.iter().filter(|file| !file.bytes.is_empty()) {
        let file = std::slice::from_ref(file);
        let folder = written(file);
        let stream = written(&[Made { name: "stream", bytes: Vec::new() }]);
        for limits in [Limits::default(), blocks(4 << 10), blocks(64 << 10)] {
            for (jobs, piece_bytes) in [(1, usize::MAX), (1, 1000), (3, 65_536)] {
                let how = How { jobs, limits, ..How::default() };
                let usual = scan(&folder.paths, &Reader::new(), how);
                let behaviour = in_pieces(piece_bytes, Some(file[0].bytes.clone()));
                let once = behaving(&stream.paths[0], behaviour, || scan(&stream.paths, &Reader::new(), how));
                same(&usual, &once, file, &format!("a stream in pieces of {piece_bytes}, blocks of {}, {jobs} threads", limits.block_bytes));
            }
        }
    }
}

/// A canary at every place around a border is found once, whatever stands around it.
#[test]
fn values_on_borders_are_found_once() {
    const BLOCK: usize = 4 << 10;
    const SLACK: usize = 1 << 10;
    let small = Limits { slack_bytes: SLACK, lead_bytes: 512, tail_bytes: 512, ..blocks(BLOCK) };
    let random = &mut Random::new(7);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("canary");
    let mut failed = Vec::new();
    for (filler, parting) in [("lines", "строка без значений\n"), ("spaces", "слово и слово "), ("none", "слово\u{2003}"), ("commas", "слово, ")] {
        for maker in &MAKERS {
            let value = (maker.make)(random);
            for encoding in ["utf-8", "utf-16le"] {
                let unit = if encoding == "utf-8" { 1 } else { 2 };
                // The border itself, and where it ends up if it finds nothing better.
                for border in [BLOCK, BLOCK + SLACK] {
                    for shift in (-48i64..=16).step_by(5) {
                        let before = border as i64 / unit + shift - maker.label.chars().count() as i64;
                        let mut text = String::new();
                        let length = |text: &str| if unit == 1 { text.len() } else { text.encode_utf16().count() + 1 } as i64;
                        while length(&text) + length(parting) < before {
                            text.push_str(parting);
                        }
                        while length(&text) < before {
                            text.push(' ');
                        }
                        text.push_str(&format!("{}: {value} ", maker.label));
                        text.push_str(&parting.repeat(200));
                        fs::write(&path, encode(&text, encoding)).expect("written");
                        // A border of blocks, and one of steps within a block.
                        for limits in [small, Limits { block_bytes: 16 * BLOCK, ..small }] {
                            let found = scan(std::slice::from_ref(&path), &Reader::new(), How { limits, ..How::default() });
                            let count = found.places.iter().filter(|(detector, ..)| detector == maker.detector).count();
                            if count != 1 || found.places.len() != 1 {
                                failed.push(format!("{filler} {encoding} border {border} {shift:+}: {}: {:?}", maker.detector, found.findings));
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.iter().take(10).cloned().collect::<Vec<_>>().join("\n"));
}

/// Names of one file: whoever comes first in the walk is read, and only that one, however many threads there are.
#[test]
fn hard_links_are_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = Vec::new();
    let text = "почта: aigul.s@pochta-primer.kz\n".repeat(400);
    for pair in 0..150 {
        // The first name takes longer to open than the second.
        let first = folder.path().join("./".repeat(1500)).join(format!("a{pair}"));
        let second = folder.path().join(format!("b{pair}"));
        fs::write(&first, &text).expect("written");
        fs::hard_link(&first, &second).expect("linked");
        paths.extend([first, second]);
    }
    for limits in [Limits::default(), blocks(4 << 10)] {
        let one = scan(&paths, &Reader::new(), How { limits, ..How::default() });
        assert_eq!(one.findings.len(), 150 * 400);
        for jobs in [2, 8] {
            for round in 0..4 {
                let many = scan(&paths, &Reader::new(), How { jobs, limits, ..How::default() });
                same(&one, &many, &[], &format!("{jobs} threads, blocks of {} bytes, round {round}", limits.block_bytes));
            }
        }
    }
}

/// Digits are the same bytes in every encoding here; keywords are known in all of them but KOI8-R (the next issue).
#[test]
fn encodings() {
    let random = &mut Random::new(8);
    let values: Vec<String> = (0..200).map(|n| (MAKERS[n % 4].make)(random)).collect();
    let text: String = values.iter().map(|value| format!("запись: {value};\n")).collect();
    let mut all = Vec::new();
    for encoding in ENCODINGS {
        let files = [Made { name: "text", bytes: encode(&text, encoding) }];
        let folder = written(&files);
        let scanned = scan(&folder.paths, &Reader::new(), How::default());
        let found: Vec<String> = scanned.places.iter().map(|(detector, ..)| detector.clone()).collect();
        assert!(found.len() >= 150, "{encoding}: {}", found.len());
        all.push(found);
    }
    assert!(all.iter().all(|found| *found == all[0]), "{:?}", all.iter().map(Vec::len).collect::<Vec<_>>());
}
