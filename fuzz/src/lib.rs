//! What must hold for any bytes. Each target is a function, so that libFuzzer and the plain driver (`storm`) share it.

mod worker;

use elek::check::{self, Day, Input, email, ip, jwt, mrz, phone};
use elek::detect::simd::{self, Kind, Level, Trigger, Triggers, Wanted};
use elek::detect::{Catalog, Scanner, Selection};
use elek::engine::{self, Options, Progress};
use elek::finding::{Confidence, Finding};
use elek::limits::Limits;
use elek::problem::{Problem, Reason};
use elek::read::Reader;
use elek::sink::{Flow, ItemRecord, Sink, Wants};
use elek::source::{Item, Listed, Source};
use elek::span::Place;
use elek::text::encoding::{Coding, Encoding, Text};
use elek::text::field;
use elek::text::keyword::{Keywords, Windows};
use elek::text::layout::Layout;
use elek::text::utf8;
use elek::text::view::{Stretch, View};
use elek::unpack::{Helper, Passwords};
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

/// A target.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: [(&str, Target); 12] = [
    ("finder", finder),
    ("checks", checks),
    ("patterns", patterns),
    ("fields", fields),
    ("views", views),
    ("scan", scan),
    ("unpack_any", unpack_any),
    ("zip", zip),
    ("tar", tar),
    ("pdf_text", pdf_text),
    ("sql", sql),
    ("wire", wire),
];

const TODAY: Day = Day::new(2026, 11, 22);

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::load(&Selection::default()).expect("the built-in detectors compile"));

/// Takes small numbers off the front of the input.
struct Choices<'d>(&'d [u8]);

impl Choices<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % bound.max(1)
    }
}

/// All levels fire the same triggers on any bytes, from any place to any other.
pub fn finder(data: &[u8]) {
    let mut choices = Choices(data);
    let mut wanted = Wanted::none();
    let kinds = choices.below(256) | choices.below(256) << 8;
    for (n, kind) in Kind::ALL.into_iter().enumerate() {
        if kinds >> n & 1 == 0 {
            wanted.want(kind);
        }
    }
    for name in [&b"id"[..], b"phone", b"token", b"PASS"].iter().take(choices.below(5)) {
        wanted.want_name(name);
    }
    if choices.below(2) == 1 {
        wanted.want_open_names();
    }
    let (from, until) = (choices.below(256), choices.below(256));
    let bytes = choices.0;
    let start = bytes.len() * from / 255;
    let end = (bytes.len() * until / 255).max(start);
    let found = |level| {
        let mut out = Triggers::default();
        simd::find(level, &wanted, bytes, start, end, &mut out);
        let found: Vec<Trigger> = out.iter().collect();
        assert!(found.is_sorted_by_key(|trigger| (trigger.offset(), trigger.kind())));
        found.iter().map(|trigger| (trigger.offset(), trigger.kind())).collect::<Vec<_>>()
    };
    let plain = found(Level::Plain);
    for level in levels() {
        assert_eq!(plain, found(level), "{level:?} {start}..{end} of {bytes:?}");
    }
}

/// The levels of this machine, all but the plain one.
fn levels() -> Vec<Level> {
    #[cfg(target_arch = "x86_64")]
    {
        let mut levels = vec![Level::Sse2];
        if std::is_x86_feature_detected!("avx2") {
            levels.push(Level::Avx2);
        }
        if !levels.contains(&Level::best()) {
            levels.push(Level::best());
        }
        levels
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        vec![Level::best()]
    }
}

/// No check panics, and what one says of its input makes sense.
pub fn checks(data: &[u8]) {
    let digits: Vec<u8> = data.iter().map(|byte| b'0' + byte % 10).collect();
    let capitals: Vec<u8> =
        data.iter().map(|byte| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"[usize::from(*byte) % 37]).collect();
    for normal in [data, &digits, &capitals] {
        for length in
            [normal.len(), normal.len().min(20), normal.len().min(14), normal.len().min(12), normal.len().min(10)]
        {
            let normal = &normal[..length];
            for (_, check) in check::CHECKS {
                check(&Input { normal, today: TODAY });
            }
            check::placeholder(normal);
            check::luhn(normal);
            check::icao_731(normal);
            check::bank_key_holds(normal, &normal[..length.min(9)]);
            check::card_is_published_test(normal);
            ip::ipv4(normal).map(ip::ipv4_class);
            ip::ipv6(normal).map(ip::ipv6_class);
            ip::mac(normal);
            ip::mac_bare(normal);
        }
        mrz::parse(normal);
        jwt::parse(normal);
        jwt::decode(normal);
        email::is_role(normal);
        email::in_message_id_header(normal);
        for at in 0..normal.len().min(64) {
            if let Some(range) = email::parse(normal, at) {
                assert!(range.start < at && at < range.end && range.end <= normal.len());
            }
            for end in at..(at + 6).min(normal.len()) {
                if let Some(range) = email::parse_around(normal, at..end) {
                    assert!(range.start <= at && end <= range.end && range.end <= normal.len());
                }
            }
        }
    }
    let mut choices = Choices(data);
    let (plus, brackets) = (choices.below(2) == 1, choices.below(2) == 1);
    let groups: Vec<u8> = (0..choices.below(9)).map(|_| choices.below(16) as u8).collect();
    for digits in [&digits[..], &digits[..digits.len().min(15)], &digits[..digits.len().min(11)], data] {
        let written = phone::Written { digits, plus, brackets, groups: &groups };
        phone::parse(&written);
        if let Some((count, phone)) = phone::parse_groups(&written) {
            assert!(count <= groups.len() && !phone.normal().is_empty());
        }
    }
}

thread_local! {
    static FOLDER: TempDir = tempfile::tempdir_in(memory()).expect("a folder");
}

/// A folder in memory, if there is one.
fn memory() -> PathBuf {
    let shm = PathBuf::from("/dev/shm");
    if shm.is_dir() { shm } else { std::env::temp_dir() }
}

/// Any text as a detector's file is refused with a message, or compiled and fit to scan with.
pub fn patterns(data: &[u8]) {
    let folder = FOLDER.with(|folder| folder.path().join("patterns"));
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("any.toml"), data).expect("written");
    let selection = Selection { folders: vec![folder], ..Selection::default() };
    match Catalog::load(&selection) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(catalog) => {
            // Its own text, and one that has some of everything.
            let text = [data, b"\nIIN: 900101300017 a.b@c.kz AB-123456 9999 aaaa\n"].concat();
            found(&catalog, &text, Limits::default());
        }
    }
}

/// Records, fields, layouts and keywords of any bytes lie inside the bytes.
pub fn fields(data: &[u8]) {
    let layout = Layout::sniff(data);
    let mut forwards = field::Finder::default();
    for layout in [&layout, &Layout::default()] {
        forwards.go_on();
        for start in 0..=data.len() {
            let name = forwards.name(data, 0, start, layout);
            match &name {
                Some(field::Name::Key(range) | field::Name::Label(range) | field::Name::Header(range)) => {
                    assert!(range.start <= range.end && range.end <= data.len(), "{range:?}")
                }
                Some(field::Name::SqlColumn(column)) => drop(forwards.sql_column(*column).to_vec()),
                Some(field::Name::Column(column)) => {
                    let columns = layout.table.as_ref().map_or(0, |table| table.form.width);
                    assert!(*column < columns, "column {column} of {columns}");
                }
                None => {}
            }
            // Whoever comes straight to the place sees the same as whoever read all before it.
            if start % 7 == 0 {
                let alone = field::Finder::default().name(data, 0, start, layout);
                if !matches!(name, Some(field::Name::SqlColumn(_))) && !matches!(alone, Some(field::Name::SqlColumn(_)))
                {
                    assert_eq!(name, alone, "at {start}");
                }
            }
        }
    }
    for i in 0..=data.len() {
        if let Some((_, length)) = utf8::char_at(data, i) {
            assert!((1..=4).contains(&length) && i + length <= data.len());
        }
        if let Some((_, length)) = utf8::char_before(data, i) {
            assert!((1..=4).contains(&length) && length <= i);
        }
    }
    decoded(data);
    let mut keywords = Keywords::default();
    let words = ["ИИН", "паспорт*", "номер телефон*", "iin", "e mail", "№ карты"];
    for (n, word) in words.into_iter().chain(std::str::from_utf8(&data[..data.len().min(40)])).enumerate() {
        // A word of the input may be none.
        keywords.add(word, |_| n as u16 + 1).ok();
    }
    let mut windows = Windows::default();
    for lo in (0..data.len()).step_by(11) {
        for hit in windows.cover(&keywords, data, lo, lo + 60) {
            assert!(hit.start < hit.end && hit.end <= data.len() && hit.group > 0);
        }
    }
    for start in 0..data.len() {
        if let Some((end, group)) = keywords.longest_at(data, start) {
            assert!(start < end && end <= data.len() && group > 0);
        }
    }
}

/// Any bytes decode to UTF-8, and every character of it has a place of its own in them.
fn decoded(data: &[u8]) {
    for wide in [None, Some(Encoding::Utf16Le), Some(Encoding::Utf16Be), Some(Encoding::Utf32Le)] {
        let coding = Coding { wide, ..Coding::sniff(data) };
        let mut text = Text::default();
        if !text.read(data, 0, coding) {
            continue;
        }
        let (bytes, map) = (text.bytes(), text.map());
        let (mut i, mut last) = (0, None);
        while let Some((_, length)) = utf8::char_at(bytes, i) {
            let raw = map.raw(bytes, i);
            assert!(raw < data.len() && last.is_none_or(|last| last < raw), "{i}: {raw} behind {last:?}");
            assert_eq!(map.text(bytes, raw), i);
            last = Some(raw);
            i += length;
        }
    }
}

/// Stretches of any bytes that are decoded lie in them, and every character of what they read has a place of its own.
pub fn views(data: &[u8]) {
    let stretches = |level: Level| Scanner::new(&CATALOG, TODAY, level).stretches_in(data, 0..data.len());
    let all = stretches(Level::Plain);
    for level in levels() {
        assert_eq!(all, stretches(level), "{level:?}");
    }
    let searches = [Stretch::hidden, Stretch::marked_up, Stretch::coloured, Stretch::folded];
    let unmarked = searches.into_iter().flat_map(|search| {
        let mut from = 0;
        std::iter::from_fn(move || {
            let stretch = search(data, from..data.len())?;
            assert!(stretch.goes_on() > from, "{stretch:?}");
            from = stretch.goes_on();
            Some(stretch)
        })
    });
    let mut view = View::default();
    for stretch in all.into_iter().chain(unmarked) {
        assert!(stretch.range.start <= stretch.range.end && stretch.range.end <= data.len(), "{stretch:?}");
        if !view.read(data, &stretch) {
            continue;
        }
        let (mut i, mut last) = (view.own_start(), stretch.range.start);
        while let Some((_, length)) = utf8::char_at(view.bytes(), i) {
            let source = view.source(&(i..i + length));
            assert!(last <= source.start && source.start < source.end && source.end <= stretch.range.end, "{source:?}");
            last = source.start;
            i += length;
        }
    }
}

/// Any bytes as a file whose content tells its format, those of the worker as well: no panic, honest sums.
pub fn unpack_any(data: &[u8]) {
    found_with(&CATALOG, data, small(), Some(Arc::new(worker::Readers)));
}

/// Budgets that an input of a few kilobytes can reach.
fn small() -> Limits {
    let mut limits = Limits::default();
    (limits.unpack.bytes, limits.unpack.members, limits.unpack.memory_bytes) = (8 << 20, 1000, 8 << 20);
    limits
}

/// A damaged zip archive gives the same in a file and inside an archive that is read once, forwards.
pub fn zip(data: &[u8]) {
    let data = [b"PK\x03\x04", data].concat();
    let inside =
        [&header("content", data.len())[..], &data, &vec![0; 1024 + data.len().next_multiple_of(512) - data.len()]];
    let [plain, inside] = [data.clone(), inside.concat()].map(|bytes| {
        let mut found = found(&CATALOG, &bytes, small());
        // Its name is a longer one there.
        found.retain(|(_, place, _)| !matches!(place, Place::Path(_)));
        found
    });
    assert_eq!(plain, inside, "in a file, and inside an archive");
}

/// The head of a file in a tar archive (POSIX.1-1988, ustar).
fn header(name: &str, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let size = format!("{size:011o}");
    for (at, field) in
        [(0, name), (100, "0000644"), (124, &size), (136, "00000000000"), (156, "0"), (257, "ustar\x0000")]
    {
        header[at..at + field.len()].copy_from_slice(field.as_bytes());
    }
    sealed(&mut header);
    header
}

/// Writes the sum of a head.
fn sealed(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Any blocks as a tar archive whose sums hold.
pub fn tar(data: &[u8]) {
    let mut data = [&header("first", 0)[..], data].concat();
    for block in data.chunks_exact_mut(512) {
        if block[257..262] == *b"ustar" {
            sealed(block);
        }
    }
    found(&CATALOG, &data, small());
}

/// Any bytes as what a page of a well-formed PDF shows, its font's map and dictionary, and a drawing in it.
pub fn pdf_text(data: &[u8]) {
    let text = data.split(|byte| *byte == 0x0C).map(<[u8]>::to_vec);
    let [page, map, font, form, note] = {
        let mut text = text.chain(std::iter::repeat(Vec::new()));
        std::array::from_fn(|_| text.next().unwrap_or_default())
    };
    let stream = |head: &str, content: &[u8]| {
        let head = format!("<< {head} /Length {} >>\nstream\n", content.len());
        [head.as_bytes(), content, b"\nendstream"].concat()
    };
    let font = [b"<< /Type /Font /ToUnicode 6 0 R ", &font[..], b" >>"].concat();
    let note = [b"<< /Type /Annot /Subtype /Widget ", &note[..], b" >>"].concat();
    let resources = "/Resources << /Font << /F1 5 0 R >> /XObject << /X1 7 0 R >> >>";
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [8 0 R] {resources} >>").into_bytes(),
        stream("", &page),
        font,
        stream("", &map),
        stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources}"), &form),
        note,
    ];
    let (mut document, mut places) = (b"%PDF-1.7\n".to_vec(), String::new());
    for (index, object) in objects.iter().enumerate() {
        places += &format!("{:010} 00000 n \n", document.len());
        document.extend(format!("{} 0 obj\n", index + 1).bytes().chain(object.iter().copied()));
        document.extend(b"\nendobj\n");
    }
    let (count, start) = (objects.len() + 1, document.len());
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    document.extend(end.bytes());
    found_with(&CATALOG, &document, small(), Some(Arc::new(worker::Readers)));
}

/// Any bytes as a dump, in one block and in many.
pub fn sql(data: &[u8]) {
    found(&CATALOG, data, small());
    let length = data.len().max(1).next_multiple_of(2);
    found(
        &CATALOG,
        data,
        Limits { block_bytes: 512, step_bytes: 128, slack_bytes: length, lead_bytes: length, ..small() },
    );
}

/// Whatever a worker says, the rest of the program stays as it is.
pub fn wire(data: &[u8]) {
    found_with(&CATALOG, &[worker::ECHO, data].concat(), small(), Some(Arc::new(worker::Echo)));
}

/// The whole program on any bytes: no panic, honest sums, and the same values however the bytes are cut.
pub fn scan(data: &[u8]) {
    let whole = found(&CATALOG, data, Limits::default());
    // A border may move to the end of the longest line, and a step sees all before it: nothing may differ.
    let length = data.len().max(1);
    for step_bytes in [64, 130, 1000] {
        let limits = Limits {
            block_bytes: 4 * step_bytes,
            step_bytes,
            slack_bytes: length + length % 2,
            lead_bytes: length + length % 2,
            ..Limits::default()
        };
        let cut = found(&CATALOG, data, limits);
        // A line end or none: with neither, borders stand behind brackets and quotes, which a value may hold.
        if data.contains(&b'\n') {
            assert_eq!(whole, cut, "steps of {step_bytes} bytes: {:?}", String::from_utf8_lossy(data));
        }
    }
}

type Found = (String, Place, Confidence);

struct Once(Option<PathBuf>);

impl Source for Once {
    fn next(&mut self) -> Option<Listed> {
        self.0.take().map(|path| Listed::Item(Item::file(path)))
    }
}

#[derive(Default)]
struct Places(Vec<Found>);

impl Sink for Places {
    fn wants(&self) -> Wants {
        Wants { lines: true, findings_per_kind: u64::MAX, tallied: true, every_item: true, traces: false }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        let mut normal = Vec::new();
        finding.facts.normal(&mut normal);
        finding.facts.field();
        let (start, end) = finding.place.bounds();
        let record = finding.facts.record().map(|record| record.span);
        assert!(start < end && record.is_none_or(|record| record.start <= start), "{finding:?} {record:?}");
        assert!(finding.facts.line_column().is_none_or(|(line, column)| line > 0 && column > 0));
        self.0.push((finding.kind.detector.to_string(), finding.place, finding.confidence));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        assert_ne!(problem.reason, Reason::Internal, "{problem:?}");
        ControlFlow::Continue(())
    }

    fn item(&mut self, _item: &ItemRecord<'_>) -> Flow {
        ControlFlow::Continue(())
    }
}

fn found(catalog: &Catalog, data: &[u8], limits: Limits) -> Vec<Found> {
    found_with(catalog, data, limits, None)
}

fn found_with(catalog: &Catalog, data: &[u8], limits: Limits, helper: Option<Arc<dyn Helper>>) -> Vec<Found> {
    let path = FOLDER.with(|folder| folder.path().join("content"));
    fs::write(&path, data).expect("written");
    let options = Options {
        jobs: 1,
        min_confidence: Confidence::Low,
        limits,
        accepted: BTreeSet::new(),
        today: TODAY,
        level: Level::best(),
        helper,
        passwords: Passwords::default(),
    };
    let mut sink = Places::default();
    let outcome = engine::scan(
        catalog,
        &mut Once(Some(path)),
        &Reader::new(),
        &mut sink,
        &options,
        &Progress::default(),
        &AtomicBool::new(false),
    );
    assert!(outcome.ledger.adds_up());
    sink.0
}
