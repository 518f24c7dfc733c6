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
use corpus::SPARSE;
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
    // Some end at the same places of the file, as pages do.
    let answer = move |call: Call| {
        let left = piece_bytes - (call.offset as usize % piece_bytes);
        if call.number % 2 == 1 {
            Err(libc::EINTR)
        } else {
            Ok(if call.number.is_multiple_of(4) { left } else { piece_bytes })
        }
    };
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
    let show =
        |lines: &[&String]| lines.iter().take(4).map(|line| ["\n    ", line].concat()).collect::<Vec<_>>().concat();
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
        assert!(count > 100 / SPARSE, "{}: {count} findings", maker.detector);
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
                same(
                    &one,
                    &many,
                    &files,
                    &format!("{jobs} threads, blocks of {} bytes, round {round}", limits.block_bytes),
                );
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

/// A value that its label and its form both show has the same evidence wherever the windows of the finder begin: they
/// order what fires.
#[test]
fn labels_and_forms() {
    let line = |n: usize| {
        let pad = "x".repeat(n);
        format!("{{\"{pad}\":1,\"birthDate\":\"14.05.1990\",\"iin\":\"900514300016\",\"phone\":\"+77015550123\"}}\n")
    };
    let bytes = (0..130).map(line).collect::<String>().into_bytes();
    let files = [Made { name: "labels.jsonl", bytes }];
    let folder = written(&files);
    let plain = scan(&folder.paths, &Reader::new(), How { level: Level::Plain, ..How::default() });
    let dates: Vec<_> = plain.findings.iter().filter(|finding| finding.contains("birth_date")).collect();
    assert_eq!(dates.len(), 130);
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
    let uncut = Limits { step_bytes: 4 << 20, ..blocks(4 << 20) };
    for made in corpus::far_context(5) {
        // All rows on one line: the record is the line as far as it is at hand, and differs.
        let one_line = made.name == "extended.sql";
        let files = [made];
        let folder = written(&files);
        let whole = scan(&folder.paths, &Reader::new(), How { limits: uncut, ..How::default() });
        assert!(whole.places.len() > 1000 / SPARSE, "{}", whole.places.len());
        for block_bytes in [4 << 10, 64 << 10, 4 << 20] {
            let cut = scan(&folder.paths, &Reader::new(), How { limits: blocks(block_bytes), ..How::default() });
            let what = format!("blocks of {block_bytes} bytes");
            if one_line {
                assert_eq!(whole.places, cut.places, "{what}");
            } else {
                same_lines("findings", &whole.findings, &cut.findings, &files, &what);
            }
        }
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
    let large = scan(
        &folder.paths,
        &Reader::new(),
        How { limits: Limits { step_bytes: 32 << 20, ..blocks(32 << 20) }, ..How::default() },
    );
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
            for piece_bytes in [1, 7, 511, 4096, 65_537].into_iter().skip(SPARSE / 2) {
                if piece_bytes == 1 && file[0].bytes.len() > 70_000 {
                    continue;
                }
                let short = behaving(&folder.paths[0], in_pieces(piece_bytes, None), || {
                    scan(&folder.paths, &Reader::new(), how)
                });
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
                same(
                    &usual,
                    &once,
                    file,
                    &format!("a stream in pieces of {piece_bytes}, blocks of {}, {jobs} threads", limits.block_bytes),
                );
            }
        }
    }
}

/// A text whose value begins at this unit, between words like `parting`.
fn placed(value: &str, label: &str, at: usize, parting: &str, encoding: &str) -> Vec<u8> {
    // UTF-16 begins with a mark of one unit.
    let length = |text: &str| if encoding == "utf-8" { text.len() } else { text.encode_utf16().count() + 1 };
    let label = format!("{label}: ");
    let mut text = String::new();
    while length(&text) + length(parting) + length(&label) < at {
        text.push_str(parting);
    }
    text.push_str(&" ".repeat(at.saturating_sub(length(&text) + length(&label))));
    text.push_str(&[&label, value, " ", &parting.repeat(200)].concat());
    encode(&text, encoding)
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
    for parting in ["строка без значений\n", "слово и слово ", "слово\u{2003}", "слово, "]
    {
        for maker in &MAKERS {
            let value = (maker.make)(random);
            for (encoding, unit) in [("utf-8", 1), ("utf-16le", 2)] {
                // The border itself, and where it ends up if it finds nothing better.
                for border in [BLOCK / unit, (BLOCK + SLACK) / unit] {
                    for at in (border - 40..border + 4).step_by(3 * SPARSE) {
                        fs::write(&path, placed(&value, maker.label, at, parting, encoding)).expect("written");
                        // A border of blocks, and one of steps within a block.
                        for limits in [small, Limits { block_bytes: 16 * BLOCK, ..small }] {
                            let paths = std::slice::from_ref(&path);
                            let found = scan(paths, &Reader::new(), How { limits, ..How::default() });
                            if !matches!(&found.places[..], [(detector, ..)] if detector == maker.detector) {
                                let what = format!("{parting:?} {encoding} at {at}, border at {border}");
                                failed.push(format!("{what}: {}: {:?}", maker.detector, found.findings));
                            }
                        }
                    }
                }
            }
        }
    }
    failed.truncate(10);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A machine-readable zone is one value of two lines: no border between them makes two of it.
#[test]
fn a_value_of_two_lines_is_found_once() {
    // The specimen of ICAO 9303.
    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("zone");
    let mut failed = Vec::new();
    for encoding in ["utf-8", "utf-16le"] {
        for before in (0..100).step_by(SPARSE) {
            let text = format!("{}\n{ZONE}{}", "a".repeat(before), "no value is here\n".repeat(30));
            fs::write(&path, encode(&text, encoding)).expect("written");
            let paths = std::slice::from_ref(&path);
            let whole = scan(paths, &Reader::new(), How::default());
            for limits in [blocks(64), Limits { step_bytes: 64, ..blocks(4096) }] {
                let cut = scan(paths, &Reader::new(), How { limits, ..How::default() });
                if cut.places != whole.places || whole.places.len() != 1 {
                    failed.push(format!(
                        "{encoding}, behind {before} bytes, blocks of {}: {:?}",
                        limits.block_bytes, cut.places
                    ));
                }
            }
        }
    }
    failed.truncate(6);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A name whose parts stand in fields on lines of their own is one value: no border between them makes two of it.
#[test]
fn a_name_of_several_lines_is_found_once() {
    const FORMS: [&str; 5] = [
        "{\n  \"note\": \"PAD\",\n  \"lastName\": \"Захарова\",\n  \"firstName\": \"Екатерина\",\n  \"secondName\": \"Олеговна\"\n}\n",
        "<x note=\"PAD\"\n Фамилия=\"Захарова\"\n Имя=\"Екатерина\"\n Отчество=\"Олеговна\"/>\n",
        "Примечание: PAD\nФамилия: Захарова\nИмя: Екатерина\nОтчество: Олеговна\n",
        "[note] => PAD\n[LAST_NAME] => Захарова\n[NAME] => Екатерина\n[SECOND_NAME] => Олеговна\n",
        "note: PAD\nlast_name: Zakharova\nfirst_name: Yekaterina\n",
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("names");
    let paths = std::slice::from_ref(&path);
    let mut failed = Vec::new();
    for form in FORMS {
        let text: String = (0..60).map(|n| form.replace("PAD", &"z".repeat(1 + 23 * n % 67))).collect();
        fs::write(&path, &text).expect("written");
        let whole = scan(paths, &Reader::new(), How::default());
        let names = whole.places.iter().filter(|(detector, ..)| detector == "person_name").count();
        assert_eq!(names, 60, "{form}");
        for limits in [blocks(64), blocks(130), blocks(1000), Limits { step_bytes: 64, ..blocks(4096) }] {
            let cut = scan(paths, &Reader::new(), How { limits, ..How::default() });
            if cut.findings != whole.findings {
                failed.push(format!("{form}, blocks of {}: {:?}", limits.block_bytes, cut.places));
            }
        }
    }
    failed.truncate(3);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Who is called by a part of a full name before: found or not, wherever a block or step begins between the two.
#[test]
fn a_name_told_by_one_before_is_found_in_any_block() {
    const NAMES: [(&str, &str); 9] = [
        ("Мельникович Андрей Петрович", "Мельникович"),
        ("Мельникович\nАндрей Петрович", "Мельникович"),
        ("Мельникович, Андрей Петрович", "Мельникович"),
        ("Мельникович   Андрей\tПетрович", "Мельникович"),
        ("Мельникович-Старовойтов Андрей Петрович", "Мельникович"),
        ("А. П. Мельникович", "Мельникович"),
        ("Мельникович А. П.", "Мельникович"),
        ("Nurlan Äbışev", "Nurlan"),
        ("Gregory Ferranti", "Ferranti"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("names");
    let paths = std::slice::from_ref(&path);
    let mut failed = Vec::new();
    for (full, part) in NAMES {
        let parts = (0..30).map(|n| {
            let between = |n: usize| "ничего здесь нет\n".repeat(n);
            let twice = format!("там же и {part} был\n{}", between(n % 7)).repeat(2);
            [between(200), format!("4. {full} был там.\n"), between(7 * n % 160), twice].concat()
        });
        let text = parts.collect::<Vec<_>>().concat();
        fs::write(&path, &text).expect("written");
        let whole = scan(paths, &Reader::new(), How::default());
        assert!(whole.places.len() > 60, "{full}: {}", whole.places.len());
        for limits in [blocks(64), blocks(700), blocks(3000), Limits { step_bytes: 512, ..blocks(1 << 20) }] {
            let cut = scan(paths, &Reader::new(), How { limits, ..How::default() });
            if cut.findings != whole.findings {
                let (whole, cut) = (whole.places.len(), cut.places.len());
                failed.push(format!("{full}, blocks of {}: {whole} and {cut}", limits.block_bytes));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Inputs that the fuzz target `scan` found: what they hold depended on where they were cut.
#[test]
fn inputs_from_fuzzing() {
    let inputs: [(&str, &[u8]); 2] = [
        // The encoding of a window was told from whatever else had been looked at before.
        (
            "keyword in UTF-8 on a line with a stray byte",
            b"\"}\n{t\": \"\xd0\xbd\xd0\xbe\xd0\xbc\xd0\xb5\xd1\x80 ID-\xd0\xba\xd0\xb0\xd1\x80\xd1\x82\xd0\xba\xd0\xb8: \
              009588752\", \"expe \"value\": \"009588752\"\xe9e",
        ),
        (
            "phone with dots behind numbers of all kinds",
            "phone\", \"text\": \"тэлефон 8 800 555-01-23\", \"expect\": true, \"value\": \"8 800 555-01-23\", \"why\": \"valid; \
             toll-free\", \"norm\": \"+78005550780055507800555078005550123\"}\n{\"detector\": \"phone\", \"text\": \"моб. 8(3843) \
             55-01-23\", \"expect\": true, \"value\": \"8(3843) 55-01-23\", \"why\": \"valid; four-digit area code\", \"norm\": \
             \"+73843550123\"}\n{\"detector\": \"phone\", \"text\": \"Phone: +7 (81361) 5-01-23\", \"expect\": true, \"value\": \"+7 \
             (81361) 5-01-23\", \"why999999999999999999999\": \"valid; five-digit area code\", \"norm\": \"+78136150123\"}{\"detector\": \
             \"phone\", \"text\": \"call +7.916.555.01: true, \"value\": \"+7.916.555.01.23\"m\": \"+165550"
                .as_bytes(),
        ),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("input");
    let paths = std::slice::from_ref(&path);
    let mut failed = Vec::new();
    for (name, bytes) in inputs {
        fs::write(&path, bytes).expect("written");
        let whole = scan(paths, &Reader::new(), How::default());
        for step_bytes in [64, 130, 1000] {
            let cut = scan(paths, &Reader::new(), How { limits: blocks(step_bytes), ..How::default() });
            if cut.places != whole.places {
                failed.push(format!("{name}, steps of {step_bytes} bytes:\n  {:?}\n  {:?}", whole.places, cut.places));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Line, column and record of a finding are those of the text, however long its lines are and however it is cut; a record
/// whose ends lie far from the finding is not told.
#[test]
fn lines_and_columns_are_those_of_the_text() {
    let random = &mut Random::new(4);
    let mut bytes = Vec::new();
    for line_bytes in [0, 3, 300, 9000, 5, 70_000, 4000, 0, 12_000, 60] {
        let end = bytes.len() + line_bytes;
        while bytes.len() < end {
            let maker = &MAKERS[random.below(MAKERS.len() as u64) as usize];
            bytes.extend(format!("{} {}; ", maker.label, (maker.make)(random)).into_bytes());
        }
        bytes.push(b'\n');
    }
    let folder = written(&[Made { name: "lines.txt", bytes: bytes.clone() }]);
    for block_bytes in [4 << 10, 20_000, 64 << 10, 4 << 20] {
        let found = scan(&folder.paths, &Reader::new(), How { limits: blocks(block_bytes), ..How::default() });
        let (mut far, mut near) = (0, 0);
        for ((detector, start, _), [place, record]) in found.places.iter().zip(&found.lines) {
            let before = &bytes[..*start as usize];
            let line = before.split(|byte| *byte == b'\n').count() as u64;
            let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |i| i as u64 + 1);
            let end = bytes[*start as usize..].iter().position(|byte| *byte == b'\n').map(|n| start + n as u64);
            let what = format!("{detector} at {start}, blocks of {block_bytes} bytes");
            assert_eq!(*place, Some((line, start - begin + 1)), "{what}");
            match record {
                Some(record) => assert_eq!((record.0, Some(record.1)), (begin, end), "{what}"),
                None => assert!(start - begin > 4000 || end.is_none_or(|end| end - start > 4000), "{what}"),
            }
            near += usize::from(record.is_some());
            far += usize::from(record.is_none());
        }
        assert!(near > 20 && far > 200, "{near} near, {far} far");
    }
}

/// Names of one file: whoever comes first in the walk is read, and only that one, however many threads there are.
#[test]
fn hard_links_are_read_once() {
    const PAIRS: usize = 150 / SPARSE;
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = Vec::new();
    let text = "почта: aigul.s@pochta-primer.kz\n".repeat(400);
    for pair in 0..PAIRS {
        // The first name takes longer to open than the second.
        let first = folder.path().join("./".repeat(1500)).join(format!("a{pair}"));
        let second = folder.path().join(format!("b{pair}"));
        fs::write(&first, &text).expect("written");
        fs::hard_link(&first, &second).expect("linked");
        paths.extend([first, second]);
    }
    for limits in [Limits::default(), blocks(4 << 10)] {
        let one = scan(&paths, &Reader::new(), How { limits, ..How::default() });
        assert_eq!(one.findings.len(), PAIRS * 400);
        for jobs in [2, 8] {
            for round in 0..4 {
                let many = scan(&paths, &Reader::new(), How { jobs, limits, ..How::default() });
                same(
                    &one,
                    &many,
                    &[],
                    &format!("{jobs} threads, blocks of {} bytes, round {round}", limits.block_bytes),
                );
            }
        }
    }
}

/// Values and the words around them are read in every encoding.
#[test]
fn encodings() {
    let random = &mut Random::new(8);
    let values: Vec<String> = (0..200).map(|n| (MAKERS[n % 4].make)(random)).collect();
    let text = format!("запись: {};\n", values.join(";\nзапись: "));
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
