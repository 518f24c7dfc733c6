//! What the values around one say of it: columns of numbers without a telling name are found, hits that chance explains
//! are lowered, and none of it depends on threads, steps or reads.

#[path = "support/collect.rs"]
mod collect;
#[path = "support/values.rs"]
mod values;

use collect::{How, Scanned, scan};
use elek::limits::Limits;
use elek::read::{MapGuard, Mode, Reader};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;
use values::{MAKERS, Random};

struct Made {
    name: &'static str,
    bytes: Vec<u8>,
}

fn value(detector: &str, random: &mut Random) -> String {
    let maker = MAKERS.iter().find(|maker| maker.detector == detector).expect("a maker");
    (maker.make)(random)
}

fn number(random: &mut Random, digits: u32) -> u64 {
    let low = 10u64.pow(digits - 1);
    low + random.below(9 * low)
}

fn written(files: &[Made]) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = files.iter().map(|file| folder.path().join(file.name)).collect();
    for (file, path) in files.iter().zip(&paths) {
        fs::write(path, &file.bytes).expect("written");
    }
    (folder, paths)
}

/// Findings at medium or above, by detector.
fn found(text: &str) -> BTreeMap<String, usize> {
    let (_folder, paths) = written(&[Made { name: "stream", bytes: text.as_bytes().to_vec() }]);
    let scanned = scan(&paths, &Reader::new(), How::default());
    let mut counts = BTreeMap::new();
    for (finding, (detector, ..)) in scanned.findings.iter().zip(&scanned.places) {
        if !finding.contains(" Low ") {
            *counts.entry(detector.clone()).or_default() += 1;
        }
    }
    counts
}

fn lines(count: usize, mut line: impl FnMut(usize) -> String) -> String {
    (0..count).map(|n| line(n) + "\n").collect()
}

#[test]
fn a_column_without_a_telling_name_is_found() {
    for detector in ["ru.inn_person", "ua.rnokpp", "card", "imei"] {
        let random = &mut Random::new(11);
        let mut forms: Vec<(&str, String)> = Vec::new();
        forms.push(("a table", String::from("a;b;c\n") + &lines(40, |n| format!("{n};{};x", value(detector, random)))));
        forms.push(("no header", lines(40, |n| format!("{n}\t{}\tx", value(detector, random)))));
        forms.push(("alone on a line", lines(40, |_| value(detector, random))));
        forms.push(("JSON", lines(40, |n| format!("{{\"n\":{n},\"w\":\"{}\"}}", value(detector, random)))));
        forms.push(("a log", lines(40, |n| format!("2026-11-21 10:11:12 x={n} w={} z=1", value(detector, random)))));
        let rows = lines(40, |n| format!("({n},'{}','x'),", value(detector, random)));
        forms.push(("SQL", format!("INSERT INTO t VALUES\n{rows}(0,'','x');\n")));
        for (form, text) in forms {
            let counts = found(&text);
            assert_eq!(counts.get(detector), Some(&40), "{detector} in {form}: {counts:?}");
            assert_eq!(counts.len(), 1, "{detector} in {form}: {counts:?}");
        }
    }
}

#[test]
fn too_few_values_or_too_many_others_lift_nothing() {
    let random = &mut Random::new(12);
    for (count, least) in [(3, 0), (7, 7)] {
        let text = String::from("a;b\n") + &lines(count, |n| format!("{n};{}", value("imei", random)));
        assert_eq!(found(&text).get("imei").copied().unwrap_or(0), least, "{count}");
    }
    let mixed = String::from("a;b\n")
        + &lines(300, |n| match n % 5 {
            0 => format!("{n};{}", number(random, 10)),
            _ => format!("{n};{}", value("ua.rnokpp", random)),
        });
    assert!(found(&mixed).is_empty(), "four of five are not nearly all");
    let same = String::from("a;b\n") + &lines(300, |n| format!("{n};352099001761481"));
    assert!(found(&same).is_empty(), "repeats of one value count once");
    let named = String::from("a;order_id\n") + &lines(40, |n| format!("{n};{}", value("imei", random)));
    assert!(found(&named).is_empty(), "a name that speaks against it");
    let ids = String::from("id;n\n") + &lines(3000, |n| format!("{};{n}", 5_512_340_000u64 + n as u64));
    assert!(found(&ids).is_empty(), "numbers that count up");
}

#[test]
fn hits_that_chance_explains_are_lowered() {
    let random = &mut Random::new(13);
    let few = lines(150, |_| format!("req {} done", number(random, 12)));
    let one = format!("req {} done\n", value("kz.iin", random));
    assert_eq!(found(&(few + &one)).get("kz.iin"), Some(&1), "few candidates");
    let many = lines(40_000, |_| format!("req {} done", number(random, 12)));
    let counts = found(&many);
    assert!(!counts.contains_key("kz.iin") && !counts.contains_key("kz.bin"), "{counts:?}");
    let label = MAKERS.iter().find(|maker| maker.detector == "kz.iin").map_or("", |maker| maker.label);
    let labelled = lines(5, |_| format!("{label} {}", value("kz.iin", random)));
    assert_eq!(found(&(many + &labelled)).get("kz.iin"), Some(&5), "keywords stand");
    let people = lines(3000, |_| format!("req {} done", value("kz.iin", random)));
    assert_eq!(found(&people).get("kz.iin"), Some(&3000));
}

/// Streams whose values need the others around them.
fn populations() -> Vec<Made> {
    let random = &mut Random::new(14);
    let column = String::from("a;b;c\n")
        + &lines(6000, |n| format!("{n};{};{}", value("ua.rnokpp", random), number(random, 10)));
    let log = lines(12_000, |n| match n % 40 {
        0 => format!("{{\"n\":{n},\"w\":\"{}\",\"v\":{}}}", value("imei", random), number(random, 15)),
        1 => format!("ИИН {}", value("kz.iin", random)),
        _ => format!("req {} done in {} ms", number(random, 12), number(random, 13)),
    });
    let rows = lines(4000, |n| format!("({n},{},'{}'),", value("ru.inn_person", random), value("card", random)));
    let bare = format!("INSERT INTO t VALUES\n{rows}(0,1,2);\n");
    [("column.csv", column), ("numbers.log", log), ("bare.sql", bare)]
        .map(|(name, text)| Made { name, bytes: text.into_bytes() })
        .into()
}

fn same(left: &Scanned, right: &Scanned, what: &str) {
    let differs = left.findings.iter().zip(&right.findings).find(|(left, right)| left != right);
    assert!(differs.is_none(), "{what}: {differs:?}");
    assert_eq!(left.findings.len(), right.findings.len(), "{what}");
    assert_eq!(left.items, right.items, "{what}");
    assert_eq!(left.ledger.totals, right.ledger.totals, "{what}");
}

#[test]
fn threads_steps_and_reads_make_no_difference() {
    let files = populations();
    let (_folder, paths) = written(&files);
    let limits = Limits { block_bytes: 64 << 10, ..Limits::default() };
    let one = scan(&paths, &Reader::new(), How { limits, ..How::default() });
    assert!(one.findings.iter().filter(|line| line.contains("population")).count() > 5000);
    for step_bytes in [4 << 10, 10_000, 64 << 10] {
        for jobs in [1, 3] {
            let limits = Limits { step_bytes, ..limits };
            let how = How { jobs, limits, ..How::default() };
            same(&one, &scan(&paths, &Reader::new(), how), &format!("{jobs} threads, steps of {step_bytes}"));
        }
    }
    let mapped = Reader::new().mode(Mode::Map, Some(MapGuard::install().expect("the handler is installed")));
    same(&one, &scan(&paths, &mapped, How { jobs: 2, limits, ..How::default() }), "mapped");
}
