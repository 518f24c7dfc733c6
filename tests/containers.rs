//! What lies inside is found as if it lay outside, and what was not read is never clean.
#![cfg(feature = "formats")]

#[path = "support/containers.rs"]
mod containers;
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/corpus.rs"]
mod corpus;
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/encode.rs"]
mod encode;
#[path = "support/values.rs"]
mod values;

use containers::{Zipped, bzip2, gzip, lz4, mail, tar, tar_entry, zip, zip_of, zstd};
use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, Selection};
use elek::engine::{self, Options, Progress};
use elek::finding::{Confidence, Finding};
use elek::limits::{Limits, Unpack};
use elek::problem::{Problem, Reason, State};
use elek::read::Reader;
use elek::sink::{Flow, ItemRecord, Sink, Wants};
use elek::source::Roots;
use elek::span::Place;
use elek::text::encoding::Encoding;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use values::base64;

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::load(&Selection::default()).expect("the built-in detectors compile"));

const IIN: &str = "900101300017";
const TEXT: &[u8] = "ИИН клиента: 900101300017\n".as_bytes();

/// Memory of a program that reads small files, in KiB: of addresses, most of which are never used.
#[cfg(feature = "cli")]
const LITTLE_KIB: u64 = 600 << 10;

/// One thing inside, or the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    member: Option<String>,
    state: State,
    reason: Option<Reason>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    member: Option<String>,
    at: Option<String>,
    place: (&'static str, u64, u64),
    detector: String,
    value: String,
    confidence: Confidence,
    field: Option<String>,
}

#[derive(Debug, Default)]
struct Scanned {
    items: Vec<Item>,
    found: Vec<Found>,
    complete: bool,
}

impl Scanned {
    /// How often each value of each detector was found.
    fn values(&self) -> BTreeMap<(String, String, Confidence), usize> {
        let mut values = BTreeMap::new();
        for found in self.found.iter().filter(|found| found.place.0 != "path") {
            *values.entry((found.detector.clone(), found.value.clone(), found.confidence)).or_default() += 1;
        }
        values
    }

    fn of(&self, detector: &str) -> Vec<&Found> {
        self.found.iter().filter(|found| found.detector == detector).collect()
    }

    fn end(&self) -> &Item {
        self.items.last().expect("an item")
    }

    fn reason(&self) -> Option<Reason> {
        self.end().reason
    }

    fn members(&self) -> Vec<&str> {
        self.items.iter().filter_map(|item| item.member.as_deref()).collect()
    }
}

impl Sink for Scanned {
    fn wants(&self) -> Wants {
        Wants { lines: true, findings_per_kind: u64::MAX, tallied: true, every_item: true, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        let (start, end) = finding.place.bounds();
        self.found.push(Found {
            member: finding.location.member().map(str::to_owned),
            at: finding.at.map(str::to_owned),
            place: (finding.place.kind(), start, end),
            detector: finding.kind.detector.to_string(),
            value: String::from_utf8_lossy(finding.value.reveal()).into_owned(),
            confidence: finding.confidence,
            field: if matches!(finding.place, Place::Path(_)) { None } else { finding.facts.field() },
        });
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: &Problem) -> Flow {
        ControlFlow::Continue(())
    }

    fn item(&mut self, item: &ItemRecord<'_>) -> Flow {
        let member = item.location.member().map(str::to_owned);
        self.items.push(Item { member, state: item.state, reason: item.reason });
        ControlFlow::Continue(())
    }
}

fn scan_with(path: &Path, limits: Limits, jobs: usize) -> Scanned {
    let options = Options {
        jobs,
        min_confidence: Confidence::Medium,
        limits,
        accepted: BTreeSet::new(),
        today: Day::new(2026, 11, 22),
        level: Level::best(),
        helper: None,
        passwords: elek::engine::Passwords::default(),
    };
    let mut scanned = Scanned::default();
    let outcome = engine::scan(
        &CATALOG,
        &mut Roots::new(vec![path.to_owned()]),
        &Reader::new(),
        &mut scanned,
        &options,
        &Progress::default(),
        &AtomicBool::new(false),
    );
    assert!(outcome.ledger.adds_up(), "{:?}", outcome.ledger);
    assert_eq!(outcome.ledger.listed(), scanned.items.len() as u64, "a line for each");
    scanned.complete = outcome.ledger.complete();
    scanned
}

fn scan_bytes(name: &str, bytes: &[u8], limits: Limits) -> Scanned {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    scan_with(&path, limits, 2)
}

fn scan(name: &str, bytes: &[u8]) -> Scanned {
    scan_bytes(name, bytes, Limits::default())
}

fn budget(unpack: Unpack) -> Limits {
    Limits { unpack, ..Limits::default() }
}

type Wrap = (&'static str, fn(&str, &[u8]) -> Vec<u8>);

const WRAPS: &[Wrap] = &[
    ("gz", |_, bytes| gzip(bytes)),
    ("zst", |_, bytes| zstd(bytes)),
    ("bz2", |_, bytes| bzip2(bytes)),
    ("lz4", |_, bytes| lz4(bytes)),
    ("tar", |name, bytes| tar(&[(name, bytes)])),
    ("zip", |name, bytes| zip(&[(name, bytes)])),
    ("eml", |name, bytes| mail(name, bytes)),
];

/// The same documents plain, in each container, and in containers in containers: the same values, as often.
#[test]
fn inside_is_as_outside() {
    for made in corpus::lines(7) {
        let plain = scan(made.name, &made.bytes);
        for (ending, wrap) in WRAPS {
            let wrapped = scan(&format!("{}.{ending}", made.name), &wrap(made.name, &made.bytes));
            assert_eq!(wrapped.values(), plain.values(), "{} in {ending}", made.name);
            assert_eq!(wrapped.items.len(), 2, "{} in {ending}: {:?}", made.name, wrapped.items);
            assert!(wrapped.complete, "{} in {ending}: {:?}", made.name, wrapped.items);
        }
        let (mut name, mut bytes) = (made.name.to_string(), made.bytes.clone());
        for (depth, (ending, wrap)) in WRAPS.iter().rev().take(4).enumerate() {
            bytes = wrap(&name, &bytes);
            name = format!("{name}.{ending}");
            let wrapped = scan(&name, &bytes);
            assert_eq!(wrapped.values(), plain.values(), "{name}");
            assert_eq!(wrapped.items.len(), depth + 2, "{name}: {:?}", wrapped.items);
        }
    }
}

/// A member of many blocks is shared by all workers, and is the same however many there are.
#[test]
fn large_members_are_cut_into_blocks() {
    let line = "2026-11-21 10:11:12 INFO ИИН: 900101300017 вошёл, карта 4405 6397 0301 0003\n";
    let log = line.repeat(3000);
    let limits = Limits {
        block_bytes: 16 << 10,
        step_bytes: 8 << 10,
        slack_bytes: 4 << 10,
        lead_bytes: 4 << 10,
        ..Limits::default()
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [
        ("log.gz", gzip(log.as_bytes())),
        ("log.tar.gz", gzip(&tar(&[("a.log", log.as_bytes()), ("b.log", log.as_bytes())]))),
        ("log.zip", zip(&[("a.log", log.as_bytes()), ("b.log", TEXT)])),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        let one = scan_with(&path, limits, 1);
        let values = one.of("kz.iin").len();
        assert!(values == 3000 || values == 6000 || values == 3001, "{name}: {values}");
        for jobs in [2, 5] {
            let many = scan_with(&path, limits, jobs);
            assert_eq!((&many.found, &many.items), (&one.found, &one.items), "{name} with {jobs}");
        }
        fs::remove_file(&path).expect("removed");
    }
}

#[test]
fn places_are_told() {
    let inner = zip(&[("a!b.txt", TEXT)]);
    let scanned = scan("x.tar.gz", &gzip(&tar(&[("folder/50%.zip", &inner)])));
    let found = scanned.of("kz.iin");
    assert_eq!(found[0].member.as_deref(), Some("x.tar!folder/50%25.zip!a%21b.txt"));
    assert_eq!((found[0].place, &found[0].at), (("raw", 23, 35), &None));
    assert_eq!(
        scanned.members(),
        ["x.tar!folder/50%25.zip!a%21b.txt", "x.tar!folder/50%25.zip", "x.tar"],
        "members stand before their container"
    );
}

#[test]
fn names_of_members_are_content() {
    let scanned =
        scan("a.zip", &zip(&[("aigul.s@pochta-primer.kz/1.txt", b"x"), ("aigul.s@pochta-primer.kz/2.txt", b"x")]));
    let found = scanned.of("email");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].place, ("path", 0, 24));
    // Archivers of old wrote names in the code page of their system.
    let old = Zipped { name: b"\xa4\xae\xa3\xae\xa2\xae\xe0.txt", flags: 0, ..Zipped::new("", TEXT) };
    assert_eq!(scan("old.zip", &zip_of(&[old])).members(), ["договор.txt"]);
}

/// Every hidden canary is found, or the file is not clean. Both hold here.
#[test]
fn hidden_content_is_found() {
    let trailing = [gzip(b"nothing here\n"), TEXT.to_vec()].concat();
    let second = [gzip(b"nothing here\n"), gzip(TEXT)].concat();
    let padded = [gzip(b"nothing here\n"), vec![0; 512], gzip(TEXT)].concat();
    let hidden = Zipped { listed: false, ..Zipped::new("hidden.txt", TEXT) };
    let local_only = zip_of(&[Zipped::new("a.txt", b"x"), hidden]);
    let twins = zip(&[("a.txt", TEXT), ("a.txt", b"x")]);
    let joined = [zip(&[("a.txt", TEXT)]), zip(&[("b.txt", b"x")])].concat();
    let mut comment = zip(&[("a.txt", b"x")]);
    let end = comment.len();
    comment[end - 2..].copy_from_slice(&(TEXT.len() as u16).to_le_bytes());
    comment.extend_from_slice(TEXT);
    let behind = [zip(&[("a.txt", b"x")]), TEXT.to_vec()].concat();
    let prepended = [&b"MZ\x90\0 a program that unpacks itself"[..], &zip(&[("a.txt", TEXT)])].concat();
    let polyglot = [&b"\x89PNG\r\n\x1a\n"[..], &zip(&[("a.txt", TEXT)])].concat();
    let noted = [&b"\x1f\x8b\x08\x10\0\0\0\0\0\x03"[..], TEXT, b"\0", &gzip(b"nothing here\n")[10..]].concat();
    let mut slack = tar(&[("a.txt", b"x")]);
    slack[520..520 + TEXT.len()].copy_from_slice(TEXT);
    let uu = "see below\n\nbegin 644 a.txt\nDT)C0F-\"=(-\"ZT+O0N-\"UT+W1@M\"P.B Y,# Q,#$S,# P,3<*\n`\nend\n";
    let old_mail = format!("From: a@b.kz\nSubject: x\n\n{uu}");
    let two_tars = [tar(&[("a.txt", b"x")]), tar(&[("b.txt", TEXT)])].concat();
    let between =
        [tar_entry("a.txt", b"x"), TEXT.to_vec(), vec![b' '; 512 - TEXT.len()], tar_entry("b", b"y")].concat();
    let skipped = |content: &[u8]| [&b"\x5a\x2a\x4d\x18"[..], &(content.len() as u32).to_le_bytes(), content].concat();
    let mut link = tar_entry("a", b"");
    (link[156], link[157 + TEXT.len()]) = (b'2', 0);
    link[157..157 + TEXT.len()].copy_from_slice(TEXT);
    let sum: u64 = link.iter().enumerate().filter(|(i, _)| !(148..156).contains(i)).map(|(_, n)| u64::from(*n)).sum();
    link[148..156].copy_from_slice(format!("{:06o}\0 ", sum + 8 * 32).as_bytes());
    // Something put between members after the directory was written: some offsets hold, some do not.
    let mut moved = zip(&[("a.txt", b"x"), ("b.txt", TEXT), ("c.txt", b"y")]);
    let behind_first = moved.windows(4).skip(1).position(|four| four == b"PK\x03\x04").expect("a member") + 1;
    moved.splice(behind_first..behind_first, [b'-'; 50]);
    let headless = zip(&[("a.txt", b"x"), ("b.txt", TEXT)])[9..].to_vec();
    for (name, bytes, reason) in [
        ("skipped.zst", [skipped(TEXT), zstd(b"nothing here\n")].concat(), None),
        ("between.zst", [zstd(b"x"), skipped(b"sizes"), zstd(TEXT)].concat(), None),
        ("last.zst", [zstd(b"x"), skipped(TEXT)].concat(), None),
        ("alone.zst", skipped(TEXT), None),
        ("first.lz4", [skipped(b"other programs"), lz4(TEXT)].concat(), None),
        ("cut.zst", [zstd(TEXT), skipped(b"a frame that is cut off")[..20].to_vec()].concat(), Some(Reason::Corrupt)),
        ("link.tar", [link, vec![0; 1024]].concat(), None),
        ("moved.zip", moved, Some(Reason::AmbiguousContainer)),
        ("headless.zip", headless, Some(Reason::Corrupt)),
        ("trailing.gz", trailing, Some(Reason::Corrupt)),
        ("second.gz", second, None),
        ("noted.gz", noted, None),
        ("slack.tar", slack, None),
        ("uu.eml", old_mail.into_bytes(), None),
        ("padded.gz", padded, None),
        ("local.zip", local_only, Some(Reason::AmbiguousContainer)),
        ("twins.zip", twins, Some(Reason::AmbiguousContainer)),
        ("joined.zip", joined, Some(Reason::AmbiguousContainer)),
        ("comment.zip", comment, None),
        ("behind.zip", behind, Some(Reason::AmbiguousContainer)),
        ("setup.exe", prepended, None),
        ("picture.png", polyglot, Some(Reason::UnknownBinary)),
        ("two.tar", two_tars, None),
        ("between.tar", between, Some(Reason::Corrupt)),
    ] {
        let scanned = scan(name, &bytes);
        let found = scanned.of("kz.iin");
        assert!(found.len() == 1 && found[0].value == IIN, "{name}: {found:?} {:?}", scanned.items);
        assert_eq!(scanned.reason(), reason, "{name}: {:?}", scanned.items);
    }
}

/// Encoded text that is longer than what is decoded of it is a gap, as are files in it that are not read; pictures are
/// none, nor is what fits. A file is opened where a scan shows one.
#[test]
fn encoded_text_inside_other_text_is_read_or_told() {
    let text = |count: usize| format!("ИИН {IIN}\n{}", "строка ".repeat(count)).into_bytes();
    let encoded = |bytes: &[u8]| {
        let letters = values::base64(bytes).replace('-', "+").replace('_', "/");
        letters.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\n").collect::<String>()
    };
    let base64 = |bytes: &[u8]| format!("note\nContent-Transfer-Encoding: base64\n\n{}\n--\n", encoded(bytes));
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |all, byte| format!("{all}{byte:02X}"));
    let dump = |bytes: &[u8]| {
        let table = "CREATE TABLE `t` (`id` int, `body` mediumblob);\n";
        format!("{table}INSERT INTO `t` VALUES (1,0x{});\n", hex(bytes))
    };
    for (name, content, reason, found) in [
        ("short.log", base64(&text(1_000)), None, 1),
        ("long.log", base64(&text(5_000)), Some(Reason::UnreadPart), 1),
        ("zip.log", base64(&zip(&[("a.txt", TEXT)])), None, 1),
        ("gzip.log", base64(&gzip(TEXT)), None, 1),
        ("pdf.log", base64(&[&b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"[..], &[1; 900]].concat()), Some(Reason::UnreadPart), 0),
        ("sqlite.log", base64(&[&b"SQLite format 3\0"[..], &[0; 900]].concat()), Some(Reason::UnreadPart), 0),
        ("seven.log", base64(&[&b"7z\xBC\xAF\x27\x1C"[..], &[2; 900]].concat()), Some(Reason::UnreadPart), 0),
        ("picture.log", base64(&[&b"\x89PNG\r\n\x1a\n"[..], &vec![7; 60_000]].concat()), None, 0),
        ("short.sql", dump(&text(100)), None, 1),
        ("long.sql", dump(&text(5_000)), Some(Reason::UnreadPart), 1),
        ("zip.sql", dump(&zip(&[("a.txt", TEXT)])), None, 1),
    ] {
        let scanned = scan(name, content.as_bytes());
        assert_eq!((scanned.reason(), scanned.of("kz.iin").len()), (reason, found), "{name}: {:?}", scanned.items);
    }
}

/// Encoded text that nothing announces is read like any other, wherever it stands and however the text is cut; a file in it
/// is a member, and a gap where the text cannot be read twice.
#[test]
fn encoded_text_that_nothing_announces_is_read() {
    let lines = |letters: &str, end: &str| {
        letters.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + end).collect::<String>()
    };
    let letters = |bytes: &[u8]| values::base64(bytes).replace('-', "+").replace('_', "/");
    let text = format!("ИИН клиента: {IIN}\n{}", "строка обычного текста\n".repeat(20)).repeat(3).into_bytes();
    let digits = noise(300).iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
    let archive = zip(&[("a.txt", &[TEXT, b"more"].concat()), ("b.txt", digits.as_bytes())]);
    let uu = |bytes: &[u8]| {
        let letter = |bits: usize| char::from(if bits == 0 { b'`' } else { bits as u8 + 0x20 });
        let line = |line: &[u8]| {
            let byte = |group: &[u8], i: usize| usize::from(group.get(i).copied().unwrap_or(0));
            let groups = line.chunks(3).flat_map(|group| {
                let bits = byte(group, 0) << 16 | byte(group, 1) << 8 | byte(group, 2);
                [18, 12, 6, 0].map(|shift| letter(bits >> shift & 63))
            });
            std::iter::once(letter(line.len())).chain(groups).chain(['\n']).collect::<String>()
        };
        format!("begin 644 a.bin\n{}`\nend\n", bytes.chunks(45).map(line).collect::<String>())
    };
    let plain = "Обычная строка журнала, в которой ничего нет.\n";
    for (name, content, found, members) in [
        ("lines.txt", lines(&letters(&text), "\n"), 3, 0),
        ("dos.txt", lines(&letters(&text), "\r\n"), 3, 0),
        ("secret.yaml", format!("data:\n  note: {}\n", letters(&text)), 3, 0),
        ("indented.yaml", format!("data: |\n    {}\n", lines(&letters(&text), "\n    ")), 3, 0),
        ("archive.txt", lines(&letters(&archive), "\n"), 1, 3),
        (
            "page.html",
            format!("<!doctype html><a href=\"data:application/zip;base64,{}\">x</a>\n", letters(&archive)),
            1,
            3,
        ),
        ("uu.txt", uu(&archive), 1, 3),
        ("text.uu", uu(&text), 3, 1),
    ] {
        for before in [0, 1, 37, 3_000] {
            let content = format!("{}{content}\n{}", plain.repeat(before), plain.repeat(9));
            let content = if name == "page.html" { content[plain.len() * before..].to_owned() } else { content };
            let whole = scan(name, content.as_bytes());
            assert_eq!(
                (whole.of("kz.iin").len(), whole.complete, whole.members().len()),
                (found, true, members),
                "{name} {before}: {:?}",
                whole.items
            );
            // Cut into blocks, files in it are told.
            let limits = Limits { block_bytes: 64 << 10, ..Limits::default() };
            let cut = scan_bytes(name, content.as_bytes(), limits);
            let is_told = !cut.complete && cut.reason() == Some(Reason::UnreadPart);
            let is_small = content.len() <= 64 << 10;
            assert_eq!(is_told, members > 0 && !is_small, "{name} {before}: {:?}", cut.items);
            if members == 0 {
                assert_eq!(cut.values(), whole.values(), "{name} {before}");
            }
        }
    }
}

/// A body of many lines that goes on behind a border between steps or blocks is read to its end.
#[test]
fn encoded_bodies_go_on_over_borders() {
    let body = format!("ИИН клиента: {IIN}\n{}", "строка обычного текста\n".repeat(30)).repeat(20);
    let letters = values::base64(body.as_bytes()).replace('-', "+").replace('_', "/");
    let base64 = letters.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\n").collect::<String>();
    let quoted = body
        .lines()
        .map(|line| line.bytes().fold(String::new(), |all, byte| format!("{all}={byte:02X}")) + "=0A=\n")
        .collect::<String>();
    let line = format!("{}x\n", "x ".repeat(49));
    for (name, coding, letters) in [
        ("base64.log", "base64", base64.as_str()),
        ("quoted.log", "quoted-printable", &quoted[..45_000]),
        ("plain.log", "", &base64),
    ] {
        let part = match name {
            "plain.log" => letters.to_owned(),
            _ => format!("Content-Transfer-Encoding: {coding}\n\n{letters}\n--\n"),
        };
        let expected = scan(name, part.as_bytes()).of("kz.iin").len();
        assert!(expected > 5, "{name}");
        for place in (0..part.len()).step_by(3_500) {
            let lead = ((256 << 10) - place) / line.len();
            let content = format!("{}{part}{}", line.repeat(lead), line.repeat(2_000));
            let whole = scan(name, content.as_bytes());
            assert_eq!((whole.of("kz.iin").len(), whole.complete), (expected, true), "{name} {place}");
            let limits = Limits { block_bytes: 256 << 10, ..Limits::default() };
            let cut = scan_bytes(name, content.as_bytes(), limits);
            assert_eq!((cut.values(), cut.complete), (whole.values(), true), "{name} {place}");
        }
    }
}

/// Documents and archives in columns of dumps, in JSON and in XML are members, with the place where they begin; damaged
/// ones, and those in streams of many blocks, make the text unread in part.
#[test]
fn files_that_stand_encoded_in_text_are_members() {
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
    let letters = |bytes: &[u8]| values::base64(bytes).replace('-', "+").replace('_', "/");
    let archive = zip(&[("a.txt", &[TEXT, b"more"].concat())]);
    let quoted = |bytes: &[u8]| {
        let escaped = |byte: &u8| match byte {
            0 => b"\\0".to_vec(),
            b'\n' => b"\\n".to_vec(),
            b'\r' => b"\\r".to_vec(),
            0x1A => b"\\Z".to_vec(),
            b'\\' | b'\'' | b'"' => vec![b'\\', *byte],
            other => vec![*other],
        };
        bytes.iter().flat_map(escaped).collect::<Vec<u8>>()
    };
    let insert = b"CREATE TABLE `t` (`id` int, `body` blob);\nINSERT INTO `t` VALUES (1,";
    let rows = "INSERT INTO `t` VALUES (2,'nothing');\n".repeat(9_000);
    for (name, text, begins) in [
        ("my.sql", [insert, b"0x".as_slice(), hex(&archive).as_bytes(), b");\n"].concat(), 2),
        ("lite.sql", [insert, b"X'".as_slice(), hex(&archive).as_bytes(), b"');\n"].concat(), 2),
        // A member that is not packed stands in the text as it is, too.
        (
            "binary.sql",
            [rows.as_bytes(), insert, b"_binary '".as_slice(), &quoted(&archive), b"');\n"].concat(),
            rows.len() + 9,
        ),
        ("pg.sql", format!("COPY public.t (id, body) FROM stdin;\n1\t\\\\x{}\n\\.\n", hex(&archive)).into_bytes(), 42),
        ("a.json", format!("{{\"file\":\"{}\"}}\n", letters(&archive).replace('/', "\\/")).into_bytes(), 9),
        ("a.xml", format!("<f><data>{}</data></f>\n", letters(&archive)).into_bytes(), 9),
        ("long.sql", [rows.as_bytes(), insert, b"0x", hex(&archive).as_bytes(), b");\n"].concat(), rows.len() + 2),
    ] {
        let begins = if name.ends_with("sql") && name != "pg.sql" { begins + insert.len() } else { begins };
        let count = if name == "binary.sql" { 2 } else { 1 };
        for blocks in [4 << 20, 64 << 10] {
            let scanned = scan_bytes(name, &text, Limits { block_bytes: blocks, ..Limits::default() });
            let members = [format!("bytes at {begins}!a.txt"), format!("bytes at {begins}")];
            assert_eq!(scanned.members(), members, "{name}: {:?}", scanned.items);
            assert_eq!((scanned.of("kz.iin").len(), scanned.complete), (count, true), "{name}: {:?}", scanned.items);
        }
        let packed = scan(&format!("{name}.zip"), &zip(&[(name, &text)]));
        assert_eq!((packed.of("kz.iin").len(), packed.complete), (count, true), "{name}: {:?}", packed.items);
        let mut damaged = text.clone();
        // In digits and letters it ends the file; in a string it is in what a member holds.
        let place = if name == "binary.sql" { begins + 45 } else { damaged.len() - 60 };
        damaged[place] = b'!';
        assert!(!scan(name, &damaged).complete, "{name}");
    }
    let log = format!("{rows}INSERT INTO `t` VALUES (3,0x{});\n", hex(&archive));
    let limits = Limits { block_bytes: 64 << 10, ..Limits::default() };
    let packed = scan_bytes("a.sql.gz", &gzip(log.as_bytes()), limits);
    let told = packed.items.iter().any(|item| item.member.is_some() && item.reason == Some(Reason::UnreadPart));
    assert!(told && !packed.complete, "{:?}", packed.items);
}

/// What could not be read makes the container itself doubtful, and says so at its own line.
#[test]
fn what_is_not_read_is_never_clean() {
    let encrypted = Zipped { flags: 0x801, ..Zipped::new("secret.txt", TEXT) };
    let some = zip_of(&[Zipped::new("a.txt", TEXT), encrypted]);
    let encrypted = Zipped { flags: 0x801, ..Zipped::new("secret.txt", TEXT) };
    let all = zip_of(&[encrypted]);
    let packed = gzip(TEXT);
    let archive = zip(&[("a.txt", TEXT), ("b.txt", TEXT)]);
    let laughs = b"<!DOCTYPE a [<!ENTITY b '900101300017'>]><w:p><w:r><w:t>&b;</w:t></w:r></w:p>";
    let broken =
        "<w:p><w:r><w:t>ИИН 900101300017</w:t></w:r></w:p><!-- <w:p><w:r><w:t>more</w:t></w:r></w:p>".as_bytes();
    let mut shifted = archive.clone();
    shifted.remove(31);
    let mut damaged = zip(&[("a.txt", &TEXT.repeat(9))]);
    damaged[40] ^= 0x55;
    for (name, bytes, reason, count) in [
        ("some.zip", some, Reason::EncryptedPart, 1),
        ("all.zip", all, Reason::Encrypted, 0),
        ("cut.gz", packed[..packed.len() - 6].to_vec(), Reason::Corrupt, 1),
        ("shifted.zip", shifted, Reason::Corrupt, 1),
        ("cut.zip", archive[..archive.len() - 30].to_vec(), Reason::Corrupt, 2),
        ("damaged.zip", damaged, Reason::UnreadPart, 0),
        (
            "laughs.docx",
            zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", laughs)]),
            Reason::AmbiguousContainer,
            0,
        ),
        ("cut.docx", zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", broken)]), Reason::Corrupt, 1),
        ("unread.zip", zip(&[("a.7z", b"7z\xbc\xaf\x27\x1c"), ("a.txt", TEXT)]), Reason::UnreadPart, 1),
        ("picture.tar", tar(&[("a.png", b"\x89PNG\r\n\x1a\n")]), Reason::UnreadPart, 0),
        ("text.zip", TEXT.to_vec(), Reason::Mislabelled, 1),
        ("archive.jpg", zip(&[("a.txt", TEXT)]), Reason::Mislabelled, 1),
    ] {
        let scanned = scan(name, &bytes);
        assert_eq!(scanned.reason(), Some(reason), "{name}: {:?}", scanned.items);
        assert!(!scanned.complete, "{name}");
        let found = scanned.of("kz.iin").len();
        assert!(found >= count, "{name}: {found} of {count}, {:?}", scanned.items);
    }
}

/// An archive cut off at any byte, or with any byte changed: never a panic, and never clean with a value missing. Tar
/// keeps no sums of what members hold, zstd and lz4 only if asked to.
#[test]
fn broken_archives_are_never_clean() {
    let text = [TEXT, &b"line of nothing\n"[..]].concat();
    for (name, whole) in [
        ("a.gz", gzip(&text)),
        ("a.zst", zstd(&text)),
        ("a.bz2", bzip2(&text)),
        ("a.lz4", lz4(&text)),
        ("a.tar", tar(&[("a.txt", &text)])[..1024].to_vec()),
        ("a.zip", zip(&[("a.txt", &text)])),
    ] {
        let whole_values = scan(name, &whole).values();
        assert_eq!(whole_values.len(), 1, "{name}");
        let step = (whole.len() / 60).max(1);
        for at in (0..whole.len()).step_by(step) {
            let cut = scan(name, &whole[..at]);
            assert!(at == 0 || !cut.complete, "{name} cut at {at}: {:?}", cut.items);
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            let scanned = scan(name, &changed);
            assert!(
                !scanned.complete || scanned.values() == whole_values || matches!(name, "a.tar" | "a.zst" | "a.lz4"),
                "{name} changed at {at}: {:?} {:?}",
                scanned.items,
                scanned.values()
            );
        }
    }
}

/// A piece is missing, and the member behind it does not say any more how it is packed: the directory knows it.
#[test]
fn the_directory_of_an_archive_with_a_gap_is_used() {
    let values = ["a1", "a2", "a3", "a4"].map(|name| format!("{name}@pochta-primer.kz"));
    let texts = values.clone().map(|value| format!("почта: {value}\n{}", "строка\n".repeat(20)));
    let members: Vec<_> =
        ["1.txt", "2.txt", "3.txt", "4.txt"].into_iter().zip(texts.iter().map(String::as_bytes)).collect();
    let mut bytes = zip(&members);
    let heads: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x03\x04").collect();
    bytes[heads[2] + 9] = 0x80;
    bytes.drain(heads[1] - 2..heads[1]);
    let scanned = scan("a.zip", &bytes);
    let found: Vec<&str> = scanned.of("email").iter().map(|found| found.value.as_str()).collect();
    assert!(values[1..].iter().all(|value| found.contains(&value.as_str())), "{found:?}");
    assert!(!scanned.complete, "{:?}", scanned.items);
    // A piece that is longer than what stands before it: the second member is where it was.
    let mut bytes = zip(&members);
    bytes.drain(heads[2]..heads[3] + 60);
    let scanned = scan("a.zip", &bytes);
    assert!(scanned.of("email").iter().any(|found| found.value == values[1]), "{:?}", scanned.items);
    // A piece of the directory itself.
    let mut bytes = zip(&members);
    let entry = memchr::memmem::rfind(&bytes, b"PK\x01\x02").expect("a directory");
    bytes.drain(entry - 40..entry);
    let scanned = scan("a.zip", &bytes);
    assert_eq!((scanned.of("email").len(), scanned.complete), (4, false), "{:?}", scanned.items);
    // None at all, and flags that no program sets.
    let mut bytes = zip(&members);
    bytes.truncate(memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a directory"));
    bytes[heads[1] + 7] |= 0x80;
    let scanned = scan("a.zip", &bytes);
    assert_eq!((scanned.of("email").len(), scanned.complete), (4, false), "{:?}", scanned.items);
}

/// Bombs end soon, in little memory, with the name of the limit.
#[test]
fn bombs_end_with_the_limit_they_hit() {
    let begun = Instant::now();
    let zeros = gzip(&vec![0; 8 << 20]);
    let bomb = gzip(&gzip(&vec![b'0'; 8 << 20]));
    let mut deep = TEXT.to_vec();
    for _ in 0..18 {
        deep = gzip(&deep);
    }
    let many: Vec<Vec<u8>> = (0..300).map(|n| tar_entry(&n.to_string(), b"x")).collect();
    let few = Unpack { members: 100, ..Unpack::default() };
    let small = Unpack { bytes: 1 << 20, ..Unpack::default() };
    let little = Unpack { memory_bytes: 1 << 20, ..Unpack::default() };
    let early = Unpack { ratio_from_bytes: 1 << 20, ..Unpack::default() };
    let mut random = values::Random::new(1);
    let noise: Vec<u8> = (0..2u32 << 20).map(|_| random.below(256) as u8).collect();
    for (name, bytes, limits, reason) in [
        ("ratio.gz", zeros, early, Reason::LimitRatio),
        ("nested.gz", bomb, early, Reason::LimitRatio),
        ("deep.gz", deep, Unpack::default(), Reason::LimitDepth),
        ("many.tar", many.concat(), few, Reason::LimitMembers),
        ("bytes.gz", gzip(&noise), small, Reason::LimitBytes),
        ("held.zip.gz", gzip(&zip(&[("a.bin", &noise)])), little, Reason::LimitMemory),
    ] {
        let scanned = scan_bytes(name, &bytes, budget(limits));
        assert!(scanned.items.iter().any(|item| item.reason == Some(reason)), "{name}: {:?}", scanned.items);
        assert!(!scanned.complete && scanned.reason().is_some(), "{name}: {:?}", scanned.items);
    }
    assert!(begun.elapsed() < Duration::from_mins(2), "{:?}", begun.elapsed());
}

/// Sixteen containers in each other are opened; what lies in a seventeenth ends as `limit_depth`, and is no clean answer.
#[test]
fn depth_and_parts_hold_at_their_edge() {
    let (mut deep, mut name) = (TEXT.to_vec(), "a.txt".to_owned());
    for depth in 1..=20 {
        deep = if depth % 2 == 0 { gzip(&deep) } else { zip(&[(&name, &deep)]) };
        name = format!("{depth}.{}", if depth % 2 == 0 { "gz" } else { "zip" });
        let scanned = scan(&name, &deep);
        let reasons = |reason| scanned.items.iter().filter(|item| item.reason == Some(reason)).count();
        assert_eq!((scanned.of("kz.iin").len(), scanned.complete), if depth <= 16 { (1, true) } else { (0, false) });
        assert_eq!(reasons(Reason::LimitDepth), usize::from(depth > 16), "{depth}: {:?}", scanned.items);
    }
    let head = "From: a@b.kz\nSubject: x\n";
    let parts = |count: usize| {
        let part = format!("--b\n\nx {IIN}\n");
        format!("{head}Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", part.repeat(count))
    };
    // The whole is a part, too.
    assert!(scan("parts.eml", parts(9_999).as_bytes()).complete);
    assert_eq!(scan("parts.eml", parts(10_000).as_bytes()).reason(), Some(Reason::LimitMembers));
    let nested = |count: usize| format!("{head}Content-Type: message/rfc822\n\n").repeat(count) + head + "\ntext\n";
    let messages = |count: usize| scan("nested.eml", nested(count).as_bytes()).reason();
    assert_ne!(messages(50), Some(Reason::LimitDepth));
    assert_eq!(messages(51), Some(Reason::LimitDepth));
}

/// Members over each other are unpacked once.
#[test]
fn overlapping_members_are_not_unpacked_again() {
    let one = zip(&[("a.txt", &TEXT.repeat(10))]);
    let directory = memchr::memmem::find(&one, b"PK\x01\x02").expect("there");
    let end = memchr::memmem::find(&one, b"PK\x05\x06").expect("there");
    let mut bytes = one[..directory].to_vec();
    (0..50).for_each(|_| bytes.extend_from_slice(&one[directory..end]));
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0\x32\0\x32\0");
    bytes.extend_from_slice(&(50 * (end - directory) as u32).to_le_bytes());
    bytes.extend_from_slice(&(directory as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 2]);
    let scanned = scan("overlap.zip", &bytes);
    assert_eq!((scanned.reason(), scanned.of("kz.iin").len()), (Some(Reason::AmbiguousContainer), 10));
}

/// Messages in messages, far deeper than anybody sends.
#[test]
fn deep_mails_end() {
    let head = "From: a@b.kz\nSubject: x\n";
    let nested = format!("{head}Content-Type: message/rfc822\n\n").repeat(20_000) + "text\n";
    let scanned = scan("deep.eml", nested.as_bytes());
    assert!(!scanned.complete, "{:?}", scanned.items);
    let part = |n| format!("--{n}\nContent-Type: multipart/mixed; boundary={}\n\n", n + 1);
    let parts: Vec<String> = (0..20_000).map(part).collect();
    let deep = format!("{head}Content-Type: multipart/mixed; boundary=0\n\n{}", parts.concat());
    assert_eq!(scan("parts.eml", deep.as_bytes()).reason(), Some(Reason::LimitMembers));
}

/// A workbook with these parts of a sheet and of its shared strings.
fn workbook(strings: &str, rows: &str) -> Vec<u8> {
    let relations = "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>";
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name='a' r:id='r1'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>").as_bytes()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes()),
    ])
}

/// What a few bytes of a table stand for is counted: strings that many cells share, blanks before a cell far to the right,
/// and rows that do not end.
#[test]
fn tables_cost_what_they_come_to() {
    let shared = format!("<si><t>ИИН {IIN}</t></si><si><t>{}</t></si>", "слово ".repeat(5_000));
    let first = "<row><c t='s'><v>0</v></c></row>";
    let cells = format!("<row>{}</row>", "<c t='s'><v>1</v></c>".repeat(16_000));
    let rows = |row: &str, count: usize| workbook(&shared, &format!("{first}{}", row.repeat(count)));
    for (bytes, limits, reason) in [
        (rows(&cells, 20), Unpack::default(), Reason::LimitRatio),
        (rows("<row><c t='s'><v>1</v></c></row>", 20_000), Unpack::default(), Reason::LimitRatio),
        (rows("<row><c r='XFD1'><v>1</v></c></row>", 20_000), Unpack::default(), Reason::LimitRatio),
        (rows(&cells, 2), Unpack { bytes: 32 << 20, ..Unpack::default() }, Reason::LimitBytes),
        (
            rows(&format!("<row>{}</row>", "<c t='inlineStr'><is><t>слово слово</t></is></c>".repeat(10_000)), 1),
            Unpack { memory_bytes: 1 << 20, ..Unpack::default() },
            Reason::LimitMemory,
        ),
    ] {
        let scanned = scan_bytes("a.xlsx", &bytes, budget(limits));
        assert_eq!((scanned.reason(), scanned.of("kz.iin").len()), (Some(reason), 1), "{:?}", scanned.items);
    }
    let table = |cells: &str| {
        let head = "<o xmlns:table='t' xmlns:text='x'><table:table table:name='a'><table:table-row>";
        let content = format!("{head}{cells}</table:table-row></table:table></o>");
        zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())])
    };
    let words = "<table:table-cell><text:p>слово слово</text:p></table:table-cell>".repeat(10_000);
    let little = budget(Unpack { memory_bytes: 1 << 20, ..Unpack::default() });
    assert_eq!(scan_bytes("a.ods", &table(&words), little).reason(), Some(Reason::LimitMemory));
    // Cells to the right of the widest table are read beside it.
    let far = format!(
        "<table:table-cell table:number-columns-repeated='20000'/><table:table-cell><text:p>ИИН {IIN}</text:p></table:table-cell>"
    );
    let scanned = scan("a.ods", &table(&far));
    assert_eq!((scanned.complete, scanned.of("kz.iin").len()), (true, 1), "{:?}", scanned.items);
}

/// Small files that once took gigabytes are read by a program that has none.
#[test]
#[cfg(feature = "cli")]
fn small_files_take_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).expect("written");
    let cells = format!("<row>{}</row>", "<c t='s'><v>0</v></c>".repeat(16_000));
    write("a.xlsx", workbook(&format!("<si><t>{}</t></si>", "слово ".repeat(5_000)), &cells.repeat(20)));
    let head = "From: a@b.kz\nSubject: x\nMIME-Version: 1.0\n";
    let parts = format!("{head}Content-Type: multipart/mixed; boundary=x\n\n{}", "--x\n\n".repeat(4_000_000));
    write("parts.eml", parts.clone().into_bytes());
    let inner = base64(&parts.as_bytes()[..12_000_000]).replace('-', "+").replace('_', "/");
    write(
        "inner.eml",
        format!("{head}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n").into_bytes(),
    );
    write("heads.eml", format!("{head}{}\ntext\n", "a:\n".repeat(4_000_000)).into_bytes());
    write("to.eml", format!("{head}To: {}\n\ntext\n", "a,".repeat(6_000_000)).into_bytes());
    for (name, reason) in [
        ("a.xlsx", "limit_ratio"),
        ("parts.eml", "limit_members"),
        ("inner.eml", "limit_members"),
        ("heads.eml", "limit_memory"),
        ("to.eml", "limit_memory"),
    ] {
        let command = format!("ulimit -v {LITTLE_KIB}; exec \"$0\" scan --jobs 1 --format jsonl \"$1\"");
        let out = std::process::Command::new("sh")
            .args(["-c", &command, env!("CARGO_BIN_EXE_elek")])
            .arg(folder.path().join(name))
            .output()
            .expect("run");
        let (text, errors) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        assert_eq!(out.status.code(), Some(3), "{name}: {errors}");
        assert!(text.contains(reason), "{name}: {text}");
    }
}

/// Two names of one archive are one archive, whoever opens it first.
#[test]
fn archives_with_two_names_are_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.zip"), zip(&[("a.txt", TEXT), ("b.txt", TEXT)])).expect("written");
    for n in 0..20 {
        fs::hard_link(folder.path().join("a.zip"), folder.path().join(format!("b{n}.zip"))).expect("linked");
    }
    for jobs in [1, 2, 8] {
        let scanned = scan_with(folder.path(), Limits::default(), jobs);
        assert_eq!((scanned.of("kz.iin").len(), scanned.items.len()), (2, 23), "{:?}", scanned.items);
    }
}

/// Bytes that are no text.
fn noise(count: usize) -> Vec<u8> {
    (0..count as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn fixture(name: &str) -> Scanned {
    scan_with(&Path::new("fixtures/formats").join(name), Limits::default(), 1)
}

/// Detector, value, member and place inside of all that is found, and the column of a cell.
fn told(scanned: &Scanned) -> BTreeSet<String> {
    let of_interest = ["kz.iin", "email", "phone", "birth_date"];
    scanned
        .found
        .iter()
        .filter(|found| of_interest.contains(&found.detector.as_str()))
        .map(|found| {
            let (member, at) = (found.member.as_deref().unwrap_or("-"), found.at.as_deref().unwrap_or("-"));
            // Of other places, fields are tested where fields are.
            let column = found.field.as_deref().filter(|_| at.contains('!')).map(|name| format!(" | {name}"));
            format!("{} {} | {member} | {at}{}", found.detector, found.value, column.unwrap_or_default())
        })
        .collect()
}

fn holds(name: &str, expected: &[&str]) {
    let scanned = fixture(name);
    let told = told(&scanned);
    for line in expected {
        assert!(told.contains(*line), "{name}: `{line}` is missing: {told:#?} {:?}", scanned.items);
    }
    assert!(scanned.complete, "{name}: {:?}", scanned.items);
}

#[test]
fn packed_fixtures() {
    for name in ["text.txt.xz", "text.txt.bz2", "text.txt.gz"] {
        holds(name, &["kz.iin 900101300017 | text.txt | -", "email aigul.s@pochta-primer.kz | text.txt | -"]);
    }
    for name in ["stored.zip", "deflate.zip", "bzip2.zip", "lzma.zip"] {
        holds(name, &["kz.iin 900101300017 | text.txt | -", "phone +7 (701) 555-01-23 | text.txt | -"]);
    }
    for name in ["deflate64.zip", "zip64.zip"] {
        holds(name, &["kz.iin 900101300017 | a.txt | -", "phone +7 (701) 555-01-23 | a.txt | -"]);
    }
    // What stands behind the holes is read as well.
    for name in ["sparse.tar", "sparse_pax.tar"] {
        holds(name, &["kz.iin 900101300017 | s.txt | -"]);
        assert_eq!(fixture(name).of("kz.iin").len(), 3, "{name}");
    }
}

/// Kin of the usual documents, and the corners of them: what is written there is found, with a field or without.
#[test]
fn corners_of_documents_are_read() {
    let word =
        |text: &str| format!("<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
    let slide = |text: &str| format!("<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>");
    let line = "ИИН клиента: 900101300017";
    let types = "<Types/>".to_owned();
    let book = "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='r1'/></sheets></workbook>".to_owned();
    let links = "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>".to_owned();
    let cell = format!("<row r='1'><c r='A1' t='inlineStr'><is><t>{line}</t></is></c></row>");
    let sheet = |rows: &str| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let odf = |body: &str| format!("<office:document-content xmlns:office='o'>{body}</office:document-content>");
    let ooxml = |parts: &[(&str, String)]| {
        let own = [&[("[Content_Types].xml", types.clone())], parts].concat();
        zip(&own.iter().map(|(name, text)| (*name, text.as_bytes())).collect::<Vec<_>>())
    };
    let workbook = |name: &'static str, text: String, rows: &str| {
        let own = [("xl/workbook.xml", book.clone()), ("xl/_rels/workbook.xml.rels", links.clone())];
        ooxml(&[&own[..], &[("xl/worksheets/sheet1.xml", sheet(rows)), (name, text)]].concat())
    };
    let odp = |part: &str, text: String| {
        let mimetype = b"application/vnd.oasis.opendocument.presentation".as_slice();
        zip(&[("mimetype", mimetype), ("content.xml", odf("<text:p>x</text:p>").as_bytes()), (part, text.as_bytes())])
    };
    let ods = |cells: &str, more: &str| {
        let mimetype = b"application/vnd.oasis.opendocument.spreadsheet".as_slice();
        let row = format!("<table:table-row>{cells}</table:table-row>");
        let body = odf(&format!("<table:table table:name='a'>{row}</table:table>{more}"));
        zip(&[("mimetype", mimetype), ("content.xml", body.as_bytes())])
    };
    let threads =
        format!("<ThreadedComments><threadedComment ref='A1'><text>{line}</text></threadedComment></ThreadedComments>");
    for (name, bytes) in [
        ("macros.docm", ooxml(&[("word/document.xml", word(line))])),
        ("note.docx", ooxml(&[("word/document.xml", word("x")), ("word/footnotes.xml", word(line))])),
        (
            "form.docx",
            ooxml(&[(
                "word/document.xml",
                word(&format!("x</w:t></w:r><w:ffData><w:default w:val='{line}'/></w:ffData><w:r><w:t>y")),
            )]),
        ),
        (
            "art.docx",
            ooxml(&[("word/document.xml", word(&format!("x</w:t></w:r><v:textpath string='{line}'/><w:r><w:t>y")))]),
        ),
        (
            "name.docx",
            ooxml(&[("word/document.xml", word(&format!("x</w:t></w:r><wp:docPr name='{line}'/><w:r><w:t>y")))]),
        ),
        (
            "mark.docx",
            ooxml(&[(
                "word/document.xml",
                word("x</w:t></w:r><w:bookmarkStart w:name='iin_900101300017'/><w:r><w:t>y"),
            )]),
        ),
        (
            "tag.docx",
            ooxml(&[(
                "word/document.xml",
                word("x</w:t></w:r><w:attr w:name='ИИН' w:val='900101300017'/><w:r><w:t>y"),
            )]),
        ),
        (
            "ruby.docx",
            ooxml(&[(
                "word/document.xml",
                word(&format!(
                    "x</w:t></w:r><w:ruby><w:rt><w:t>{line}</w:t></w:rt><w:rubyBase><w:r><w:t>9</w:t></w:r></w:rubyBase></w:ruby><w:r><w:t>y"
                )),
            )]),
        ),
        (
            "choice.docx",
            ooxml(&[(
                "word/document.xml",
                word(&format!(
                    "x</w:t></w:r><mc:Choice><w:t>{line}</w:t></mc:Choice><mc:Fallback><w:t>9</w:t></mc:Fallback><w:r><w:t>y"
                )),
            )]),
        ),
        (
            "box.docx",
            ooxml(&[(
                "word/document.xml",
                word(&format!("9</w:t></w:r><w:txbxContent><w:p><w:t>{line}</w:t></w:p></w:txbxContent><w:r><w:t>9")),
            )]),
        ),
        (
            "variables.docx",
            ooxml(&[
                ("word/document.xml", word("x")),
                (
                    "word/settings.xml",
                    "<w:settings><w:docVars><w:docVar w:name='ИИН' w:val='900101300017'/></w:docVars></w:settings>"
                        .into(),
                ),
            ]),
        ),
        (
            "style.docx",
            ooxml(&[
                ("word/document.xml", word("x")),
                ("word/styles.xml", format!("<w:styles><w:style><w:name w:val='{line}'/></w:style></w:styles>")),
            ]),
        ),
        ("told.docx", ooxml(&[("word/document.xml", format!("<?told {line}?>{}", word("x")))])),
        (
            "filter.xlsx",
            workbook(
                "docProps/app.xml",
                "<a/>".into(),
                &format!("</sheetData><filters><filter val='{line}'/></filters><sheetData>"),
            ),
        ),
        (
            "format.xlsx",
            workbook("xl/styles.xml", format!("<s><numFmt numFmtId='164' formatCode='\"{line}\"'/></s>"), ""),
        ),
        (
            "formula.ods",
            ods(
                &format!(
                    "<table:table-cell table:formula='of:=&quot;{line}&quot;'><text:p>x</text:p></table:table-cell>"
                ),
                "",
            ),
        ),
        (
            "money.ods",
            ods(
                "<table:table-cell office:value-type='currency' office:value='900101300017'><text:p>ИИН</text:p></table:table-cell>",
                "",
            ),
        ),
        (
            "named.ods",
            ods("", &format!("<table:named-expression table:name='x' table:expression='&quot;{line}&quot;'/>")),
        ),
        (
            "checks.ods",
            ods(
                "",
                &format!(
                    "<table:content-validation table:condition='of:cell-content-is-in-list(&quot;{line}&quot;)'/>"
                ),
            ),
        ),
        (
            "shape.ods",
            ods(
                "",
                &format!(
                    "<table:table table:name='b'><table:shapes><draw:frame draw:name='{line}'/></table:shapes></table:table>"
                ),
            ),
        ),
        ("stray.xlsx", workbook("docProps/app.xml", "<a/>".into(), &format!("<row r='1'><v>{line}</v></c></row>"))),
        (
            "strays.xlsx",
            workbook("docProps/app.xml", "<a/>".into(), &format!("<row r='1'><v>{line}</v><c r='A1'/></row>")),
        ),
        ("macros.xlsm", workbook("docProps/app.xml", "<a/>".into(), &cell)),
        ("threads.xlsx", workbook("xl/threadedComments/threadedComment1.xml", threads, "")),
        ("pivot.xlsx", workbook("xl/pivotCache/pivotCacheRecords1.xml", format!("<r><s v='{line}'/></r>"), "")),
        (
            "notes.pptx",
            ooxml(&[("ppt/slides/slide1.xml", slide("x")), ("ppt/notesSlides/notesSlide1.xml", slide(line))]),
        ),
        (
            "comments.pptx",
            ooxml(&[
                ("ppt/slides/slide1.xml", slide("x")),
                ("ppt/comments/comment1.xml", format!("<p:cmLst><p:cm><p:text>{line}</p:text></p:cm></p:cmLst>")),
            ]),
        ),
        ("slides.odp", odp("Object 1/content.xml", odf(&format!("<text:p>{line}</text:p>")))),
        ("titles.odp", odp("styles.xml", odf(&format!("<draw:frame><svg:title>{line}</svg:title></draw:frame>")))),
    ] {
        let scanned = scan(name, &bytes);
        let found: Vec<&str> = scanned.of("kz.iin").iter().map(|found| found.value.as_str()).collect();
        assert_eq!((found, scanned.complete), (vec![IIN], true), "{name}: {:?}", scanned.items);
    }
}

/// Parts of documents in the encodings that XML allows; and what is encrypted says so, the old way and as one package.
#[test]
fn parts_in_other_encodings_are_read_and_locked_ones_are_told() {
    let line = "ИИН клиента: 900101300017";
    let word = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><w:document><w:body><w:p><w:r><w:t>{line}</w:t></w:r></w:p>\
             </w:body></w:document>"
        )
    };
    let sheet = "<?xml version='1.0' encoding='UTF-16'?><o><table:table table:name='a'><table:table-row><table:table-cell>\
                 <text:p>ИИН клиента: 900101300017</text:p></table:table-cell></table:table-row></table:table></o>";
    let wide = |text: &str| {
        "\u{FEFF}"
            .chars()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let cp1251 = |text: &str| {
        text.chars()
            .map(|c| match c {
                'А'..='я' => (c as u32 - 'А' as u32) as u8 + 0xC0,
                c => c as u8,
            })
            .collect::<Vec<u8>>()
    };
    let docx = |part: &[u8]| zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", part)]);
    let ods = b"application/vnd.oasis.opendocument.spreadsheet".as_slice();
    for (name, bytes) in [
        ("wide.docx", docx(&wide(&word("UTF-16")))),
        ("unmarked.docx", docx(&wide(&word("UTF-16"))[2..])),
        ("cp1251.docx", docx(&cp1251(&word("windows-1251")))),
        ("wide.ods", zip(&[("mimetype", ods), ("content.xml", &wide(sheet))])),
    ] {
        let scanned = scan(name, &bytes);
        assert_eq!((scanned.of("kz.iin").len(), scanned.complete), (1, true), "{name}: {:?}", scanned.items);
    }
    let manifest = |entry: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
             <manifest:file-entry manifest:full-path=\"{entry}\" manifest:media-type=\"text/xml\" manifest:size=\"400\">\
             <manifest:encryption-data manifest:checksum-type=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k\" manifest:checksum=\"AAAA\">\
             <manifest:algorithm manifest:algorithm-name=\"http://www.w3.org/2001/04/xmlenc#aes256-cbc\" manifest:initialisation-vector=\"AAAA\"/>\
             </manifest:encryption-data></manifest:file-entry></manifest:manifest>"
        )
    };
    let text = b"application/vnd.oasis.opendocument.text".as_slice();
    for (name, parts) in [
        (
            "old.odt",
            vec![
                ("mimetype", text),
                ("content.xml", &noise(400)),
                ("META-INF/manifest.xml", manifest("content.xml").as_bytes()),
            ],
        ),
        (
            "package.odt",
            vec![
                ("mimetype", text),
                ("encrypted-package", &noise(900)),
                ("META-INF/manifest.xml", manifest("encrypted-package").as_bytes()),
            ],
        ),
        (
            "sheet.ods",
            vec![
                ("mimetype", ods),
                ("content.xml", &noise(400)),
                ("META-INF/manifest.xml", manifest("content.xml").as_bytes()),
            ],
        ),
    ] {
        let bytes = zip(&parts);
        for scanned in [scan(name, &bytes), scan("outer.zip", &zip(&[(name, &bytes)]))] {
            let told = scanned.items.iter().any(|item| item.reason == Some(Reason::Encrypted));
            assert!(told && !scanned.complete, "{name}: {:?}", scanned.items);
        }
    }
}

/// Rar is told, whichever of its two forms and wherever it lies.
#[test]
fn rar_is_never_clean() {
    for head in [&b"Rar!\x1a\x07\x00\xcf\x90\x73\x00\x00\x0d"[..], b"Rar!\x1a\x07\x01\x00\x33\x92\xb5\xe5\x0a\x01"] {
        let rar = [head, &noise(300)].concat();
        let named = |name: &'static str| [("a.txt", TEXT), (name, rar.as_slice())];
        for (name, bytes) in [
            ("a.rar", rar.clone()),
            ("a.dat", rar.clone()),
            ("a.zip", zip(&named("a.rar"))),
            ("a.tar", tar(&named("b.part1.rar"))),
            ("a.tar.gz", gzip(&tar(&named("b")))),
            ("a.eml", mail("a.rar", &rar)),
        ] {
            let scanned = scan(name, &bytes);
            let told = scanned.items.iter().any(|item| item.reason == Some(Reason::Unsupported));
            assert!(told && !scanned.complete, "{name}: {:?}", scanned.items);
        }
    }
}

/// Values split over runs, deleted, in comments, in tables and in the properties.
#[test]
fn document_fixtures() {
    holds(
        "document.docx",
        &[
            "kz.iin 900101300017 | - | document:1",
            "email aigul.s@pochta-primer.kz | - | document:2",
            "kz.iin 981205417516 | - | document:3",
            "phone +7 (701) 555-01-23 | - | comments:1",
            "email b.omarov@pochta-primer.kz | - | docProps/core.xml",
        ],
    );
    holds(
        "slides.pptx",
        &[
            "kz.iin 900101300017 | - | slide1:1",
            "kz.iin 981205417516 | - | slide2:1",
            "email aigul.s@pochta-primer.kz | - | notesSlide1:1",
        ],
    );
    holds(
        "text.odt",
        &[
            "kz.iin 900101300017 | - | content:1",
            "email aigul.s@pochta-primer.kz | - | content:3",
            "email b.omarov@pochta-primer.kz | - | meta.xml",
        ],
    );
    holds("text.rtf", &["kz.iin 900101300017 | - | document:1", "email aigul.s@pochta-primer.kz | - | document:2"]);
}

/// Cells have addresses and column names; numbers and days read as people see them; nothing hides in a hidden sheet.
#[test]
fn spreadsheet_fixtures() {
    holds(
        "book.xlsx",
        &[
            "kz.iin 900101300017 | - | Лист1!B4 | ИИН",
            "kz.iin 981205417516 | - | Лист1!B5 | ИИН",
            "email aigul.s@pochta-primer.kz | - | Скрытый!B7",
            "phone +7 (701) 555-01-23 | - | sharedStrings",
        ],
    );
    holds(
        "sheets.ods",
        &[
            "kz.iin 900101300017 | - | Лист1!B2 | ИИН",
            "phone +7 (701) 555-01-23 | - | Лист1!C2 | Телефон",
            "kz.iin 981205417516 | - | Лист1!B3 | ИИН",
            "email aigul.s@pochta-primer.kz | - | Скрытый!D1",
        ],
    );
}

/// The name of a sheet is content: a place is told without the values in it.
#[test]
fn names_of_sheets_show_no_values() {
    for (name, shown) in [
        ("Лист 7", "Лист 7!A1"),
        ("2026-11-30", "2026-11-30!A1"),
        ("Ахметова Алия Руслановна", "••••••••!A1"),
        ("карта ИИН 981205417516", "••••••••!A1"),
        ("архив 20261130", "••••••••!A1"),
        ("aigul@primer", "••••••••!A1"),
    ] {
        let book = format!("<workbook xmlns:r='r'><sheets><sheet name='{name}' r:id='r1'/></sheets></workbook>");
        let links = "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>";
        let cell = format!("<row r='1'><c r='A1' t='inlineStr'><is><t>ИИН {IIN}</t></is></c></row>");
        let sheet = format!("<worksheet><sheetData>{cell}</sheetData></worksheet>");
        let scanned = scan(
            "book.xlsx",
            &zip(&[
                ("[Content_Types].xml", b"<Types/>"),
                ("xl/workbook.xml", book.as_bytes()),
                ("xl/_rels/workbook.xml.rels", links.as_bytes()),
                ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
            ]),
        );
        let places: Vec<_> = scanned.found.iter().filter_map(|found| found.at.as_deref()).collect();
        assert!(
            places.contains(&shown) && !places.iter().any(|place| place.contains(name) && *place != shown),
            "{places:?}"
        );
    }
}

/// What stands in a message as it is keeps its place; what is encoded is decoded once.
#[test]
fn mail_fixtures() {
    let scanned = fixture("message.eml");
    let told = told(&scanned);
    for line in [
        "email aigul.s@pochta-primer.kz | - | -",
        "kz.iin 900101300017 | - | part 1",
        "kz.iin 900101300017 | ????.docx | document:1",
    ] {
        assert!(told.contains(line), "`{line}` is missing: {told:#?}");
    }
    let sender = scanned.found.iter().find(|found| found.member.is_none() && found.detector == "email").expect("found");
    assert_eq!(sender.place, ("raw", 7, 31));
    let folder = fixture("folder.mbox");
    assert_eq!(folder.members(), ["1!a.zip!a.txt", "1!a.zip", "1", "2!a.zip!a.txt", "2!a.zip", "2"]);
    assert_eq!(folder.of("kz.iin").len(), 4);
}

/// Text of mail is judged by its bytes: whatever its charset is called, and whether it is called at all, the same is found.
#[test]
fn parts_of_mail_are_read_whatever_their_charset_is_called() {
    use Encoding::{
        Cp866, Cp1125, Iso8859_5, Koi8R, Koi8U, Kz1048, MacCyrillic, Ptcp154, Utf8, Utf16Le, Utf32Le, Windows1251,
    };
    let text =
        "ФИО: Смирнова Анна Викторовна\r\nАдрес: 050000, г. Алматы, ул. Абая, д. 1, кв. 3\r\nИИН 900101300017\r\n";
    let encoded = |encoding: Encoding| -> Vec<u8> {
        let units = |c: char| match encoding {
            Encoding::Utf8 => c.to_string().into_bytes(),
            Encoding::Utf16Le => c.to_string().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf32Le => u32::from(c).to_le_bytes().to_vec(),
            _ => {
                let read = |byte: u8| {
                    let mut letter = String::new();
                    encoding.decode(&[byte], &mut letter);
                    letter
                };
                vec![(0..=255).find(|byte| read(*byte) == c.to_string()).expect("a letter of the encoding")]
            }
        };
        text.chars().flat_map(units).collect()
    };
    let message = |kind: &str, is_quoted: bool, bytes: &[u8]| {
        let (transfer, body) = if is_quoted {
            let quoted: String = bytes.iter().fold(String::new(), |all, byte| all + &format!("={byte:02X}"));
            ("quoted-printable", quoted.as_bytes().chunks(72).map(<[u8]>::to_vec).collect::<Vec<_>>().join(&b"=\n"[..]))
        } else {
            ("base64", base64(bytes).replace('-', "+").replace('_', "/").into_bytes())
        };
        let head = format!(
            "From: a@b.kz\nTo: c@d.kz\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bb\n\n\
            --bb\nContent-Type: {kind}\nContent-Transfer-Encoding: {transfer}\n\n"
        );
        [head.as_bytes(), &body, b"\n--bb--\n"].concat()
    };
    let found = |name: &str, bytes: &[u8]| -> BTreeSet<(String, String)> {
        let scanned = scan("a.eml", bytes);
        assert!(scanned.complete, "{name}: {:?}", scanned.items);
        scanned.found.into_iter().map(|found| (found.detector, found.value)).collect()
    };
    let known = found("utf-8", &message("text/plain; charset=utf-8", true, &encoded(Encoding::Utf8)));
    assert!(known.iter().any(|(_, value)| value.contains("Смирнова")), "{known:?}");
    assert!(known.iter().any(|(_, value)| value.contains("Абая")), "{known:?}");
    for (charset, encoding) in [
        ("", Windows1251),
        ("utf-8", Windows1251),
        ("x-unknown", Windows1251),
        ("unknown-8bit", Windows1251),
        ("us-ascii", Windows1251),
        ("iso-8859-1", Windows1251),
        ("gb2312", Windows1251),
        ("ansi", Windows1251),
        ("win-1251", Windows1251),
        ("cp-1251", Windows1251),
        ("windows-1251", Windows1251),
        ("utf-16le", Windows1251),
        ("", Koi8R),
        ("koi8-r", Koi8R),
        ("windows-1251", Koi8R),
        ("koi8-u", Koi8U),
        ("cp866", Cp866),
        ("ibm866", Cp866),
        ("cp1125", Cp1125),
        ("kz-1048", Kz1048),
        ("ptcp154", Ptcp154),
        ("x-mac-cyrillic", MacCyrillic),
        ("iso-8859-5", Iso8859_5),
        ("", Utf8),
        ("windows-1251", Utf8),
        ("", Utf16Le),
        ("utf-16le", Utf16Le),
        ("utf-32le", Utf32Le),
    ] {
        let bytes = encoded(encoding);
        for (kind, is_quoted) in [("text/plain", true), ("text/plain", false), ("text/csv; name=a.csv", true)] {
            let charset = if charset.is_empty() { String::new() } else { format!("; charset=\"{charset}\"") };
            let name = format!("{kind}{charset} {encoding:?}");
            assert_eq!(found(&name, &message(&format!("{kind}{charset}"), is_quoted, &bytes)), known, "{name}");
        }
    }
    // A page that names its encoding itself.
    let body = encoded(Windows1251);
    let page = [b"<html><head><meta charset=windows-1251></head><body><p>", body.as_slice(), b"</p></body></html>"];
    let of_page = found("page", &message("text/html", true, &page.concat()));
    assert!(of_page.iter().any(|(_, value)| value.contains("Смирнова")), "{of_page:?}");
}

/// Charsets whose letters are ASCII, words of headers in them, values over the end of a line, and messages in signatures are
/// read; what nobody knows is told.
#[test]
fn what_mail_hides_is_read_or_told() {
    let head = "From: a@b.kz\nTo: c@d.kz\nMIME-Version: 1.0\n";
    let plain = |kind: &str, body: &str| format!("{head}Content-Type: {kind}\n\n{body}\n").into_bytes();
    let wrapped = |subject: &str| format!("{head}Subject: {subject}\n\nx\n").into_bytes();
    let utf7 = "+BBgEGAQd- +BDoEOwQ4BDUEPQRCBDA-: 900101300017";
    let tagged = |tag: u8, parts: &[&[u8]]| {
        let body = parts.concat();
        [&[tag, 0x82, (body.len() >> 8) as u8, body.len() as u8], body.as_slice()].concat()
    };
    let signed = {
        let text = [b"Content-Type: text/plain; charset=utf-8\n\n", TEXT].concat();
        let content = tagged(0xA0, &[&tagged(4, &[&text])]);
        let inner = tagged(0x30, &[&tagged(6, &[b"\x2A\x03"]), &content]);
        let data = tagged(0x30, &[&tagged(2, &[&[1]]), &tagged(0x31, &[]), &inner]);
        let object: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
        let letters = base64(&tagged(0x30, &[&tagged(6, &[object]), &tagged(0xA0, &[&data])]));
        let kind = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64";
        plain(kind, &letters.replace('-', "+").replace('_', "/"))
    };
    for (name, bytes, detector, reason) in [
        ("utf-7", plain("text/plain; charset=utf-7", utf7), "kz.iin", None),
        ("utf-7 in html", plain("text/html; charset=\"UTF-7\"", &format!("<p>{utf7}</p>")), "kz.iin", None),
        ("broken", wrapped("+7 701 555\n 01 23, звонить\n\tпосле обеда"), "phone", None),
        ("flowed", plain("text/plain; format=flowed", "Номер карты 4400 4301 \n2345 6789 спасибо"), "card", None),
        ("signed", signed, "kz.iin", None),
        ("unknown", plain("text/plain; charset=x-nobody", "ИИН 900101300017"), "kz.iin", Some(Reason::UnreadPart)),
        ("word", wrapped("=?utf-7?q?+BBg-?= ИИН 900101300017"), "kz.iin", Some(Reason::UnreadPart)),
        ("word of nobody", wrapped("=?x-nobody?q?a?= ИИН 900101300017"), "kz.iin", Some(Reason::UnreadPart)),
        (
            "word behind many",
            plain("text/plain", &format!("ИИН 900101300017\n{}=?x-nobody?q?a?=", "=?utf-8?q?a?=\n".repeat(20_000))),
            "kz.iin",
            Some(Reason::UnreadPart),
        ),
    ] {
        let scanned = scan("a.eml", &bytes);
        assert_eq!((scanned.of(detector).len(), scanned.reason()), (1, reason), "{name}: {:?}", scanned.items);
    }
    let wrong = scan("a.eml", &plain("text/plain; charset=utf-7", "ИИН 900101300017"));
    assert_eq!((wrong.of("kz.iin").len(), wrong.reason()), (1, Some(Reason::UnreadPart)), "{:?}", wrong.items);
    // What is not signed data is encrypted.
    let locked = "application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64";
    assert_eq!(scan("a.eml", &plain(locked, "MIAGCSqGSIb3DQEHA6CA")).reason(), Some(Reason::EncryptedPart));
}

/// Letters of an attachment are no words of a head, and one that is none costs neither the attachment nor what stands behind it.
#[test]
fn attachments_are_read_whatever_their_letters_say() {
    let (head, word) = ("From: a@b.kz\nTo: c@d.kz\nMIME-Version: 1.0\n", b"\x76\x28\x1E\xB2\xD3\x1E");
    let words = [word.as_slice(), b"\0", word, b"\0", word].concat();
    let letters = base64(&tar(&[("a.bin", &words), ("t.gz", &gzip(TEXT))])).replace('-', "+").replace('_', "/");
    assert!(letters.contains("digestMe"), "{letters}");
    let lines: Vec<&str> = letters.as_bytes().chunks(76).filter_map(|line| str::from_utf8(line).ok()).collect();
    let body = lines.join("\n");
    let message = |kind: &str, body: &str| {
        let part = format!("--b\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{body}\n");
        format!("{head}Content-Type: multipart/mixed; boundary=b\n\n{part}--b--\n")
    };
    let (before, behind) = body.split_at(500);
    let broken = format!("{before}!{behind}");
    let text = String::from_utf8_lossy(TEXT);
    for (name, body, count) in [
        ("words", body.clone(), 1),
        ("no letter", broken.clone(), 1),
        ("words of a service", format!("{broken}\n\n{text}"), 2),
        ("a line that parts", format!("{broken}\n--\n{text}"), 2),
    ] {
        for kind in ["application/x-tar; name=a.tar", "application/x-tar"] {
            let scanned = scan("a.eml", message(kind, &body).as_bytes());
            // The first member is no text.
            let told = (count, Some(Reason::UnreadPart));
            assert_eq!((scanned.of("kz.iin").len(), scanned.reason()), told, "{name}: {:?}", scanned.items);
            assert!(scanned.members().iter().any(|member| member.ends_with("!t.gz")), "{name}: {:?}", scanned.items);
        }
    }
}

/// The tour shows an archive and a document, and is read in full.
#[test]
fn the_tour_is_looked_into() {
    holds(
        "../tour/hr/visa_application.docx",
        &[
            "kz.iin 981205417516 | - | document:3",
            "phone +7 702 555-01-22 | - | document:4",
            "email asel.kasymova@example.kz | - | document:4",
        ],
    );
    holds(
        "../tour/backup/leads_2025.zip",
        &["kz.iin 900101300017 | leads.csv | -", "phone +7 (701) 555-01-23 | leads.csv | -"],
    );
}
