//! Names of persons in texts of our own: what is one is found, what looks like one is not.
//!
//! `fixtures/names/persons.txt` marks each name with double square brackets; `fixtures/names/traps.txt` holds none.

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Before, Block, Catalog, Scanner, Selection};
use elek::finding::Confidence;
use elek::text::layout::Layout;
use std::fs;
use std::ops::Range;

/// Lines of traps in which a name is found all the same: at most one in a hundred.
const TRAPS_FOUND: usize = 2;

fn names(scanner: &mut Scanner<'_>, catalog: &Catalog, text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let block = Block {
        bytes,
        own: 0..bytes.len(),
        base: 0,
        before: Before::default(),
        goes_on: false,
        layout: &Layout::default(),
    };
    let is_name = |kind: u16| &*catalog.kinds()[usize::from(kind)].detector == "person_name";
    let hits = scanner.scan(&block).iter();
    hits.filter(|hit| is_name(hit.kind) && hit.confidence >= Confidence::Medium).map(elek::detect::Hit::range).collect()
}

fn lines(path: &str) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the fixture");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn traps_are_no_persons() {
    let catalog = Catalog::load(&Selection::default()).expect("the built-in detectors compile");
    let mut scanner = Scanner::new(&catalog, Day::new(2026, 11, 22), Level::best());
    let lines = lines("fixtures/names/traps.txt");
    let mut wrong = Vec::new();
    for line in &lines {
        for range in names(&mut scanner, &catalog, line) {
            wrong.push(format!("{:?} in {line:?}", &line[range]));
        }
    }
    assert!(lines.len() >= 150, "{}", lines.len());
    assert!(wrong.len() <= TRAPS_FOUND, "{} of {}:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}

#[test]
fn persons_are_found() {
    let catalog = Catalog::load(&Selection::default()).expect("the built-in detectors compile");
    let mut scanner = Scanner::new(&catalog, Day::new(2026, 11, 22), Level::best());
    let lines = lines("fixtures/names/persons.txt");
    let (mut missed, mut count) = (Vec::new(), 0);
    for line in &lines {
        let (mut text, mut want) = (String::new(), Vec::new());
        for (i, part) in line.split("[[").enumerate() {
            let (name, rest) = if i > 0 { part.split_once("]]").expect("a closed mark") } else { ("", part) };
            if i > 0 {
                want.push(text.len()..text.len() + name.len());
            }
            text.push_str(name);
            text.push_str(rest);
        }
        let found = names(&mut scanner, &catalog, &text);
        count += want.len();
        for range in want {
            if !found.contains(&range) {
                let seen: Vec<&str> = found.iter().map(|range| &text[range.clone()]).collect();
                missed.push(format!("{:?}: saw {seen:?} in {text:?}", &text[range]));
            }
        }
    }
    assert!(count >= 150, "{count}");
    assert!(missed.is_empty(), "{} of {count}:\n{}", missed.len(), missed.join("\n"));
}
