//! Addresses in texts that were written for this: what is found, what is false, in the numbers that the changelog tells.

use elek::check::Day;
use elek::detect::{Block, Catalog, Scanner, Selection, simd::Level};
use elek::finding::Confidence;
use elek::text::layout::Layout;
use std::fs;
use std::ops::Range;

/// A text without its marks, and where they stood.
fn unmarked(line: &str) -> (String, Vec<Range<usize>>) {
    let (mut text, mut places) = (String::new(), Vec::new());
    let line = line.replace("\\n", "\n").replace("\\t", "\t");
    let mut rest = line.as_str();
    while let Some((before, behind)) = rest.split_once("[[") {
        let (inside, behind) = behind.split_once("]]").expect("every mark is closed");
        text.push_str(before);
        places.push(text.len()..text.len() + inside.len());
        text.push_str(inside);
        rest = behind;
    }
    text.push_str(rest);
    (text, places)
}

fn addresses(scanner: &mut Scanner<'_>, catalog: &Catalog, text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let layout = Layout::sniff(bytes);
    let own = 0..bytes.len();
    let block = Block { bytes, own, base: 0, before: elek::detect::Before::default(), goes_on: false, layout: &layout };
    let hits = scanner.scan(&block).iter();
    hits.filter(|hit| &*catalog.kinds()[usize::from(hit.kind)].detector == "postal_address")
        .filter(|hit| hit.confidence >= Confidence::Medium)
        .map(elek::detect::Hit::range)
        .collect()
}

#[test]
fn addresses_are_found_and_nothing_else() {
    let catalog = Catalog::load(&Selection::default()).expect("the built-in detectors compile");
    let mut scanner = Scanner::new(&catalog, Day::new(2026, 11, 22), Level::best());
    let (mut wanted, mut missed, mut texts, mut false_ones) = (0, Vec::new(), 0, Vec::new());
    for line in fs::read_to_string("fixtures/labelled/addresses.txt").expect("readable").lines() {
        let Some((kind @ ("+" | "-"), line)) = line.split_once(' ') else { continue };
        let (text, places) = unmarked(line);
        assert_eq!(kind == "+", !places.is_empty(), "{line}");
        let found = addresses(&mut scanner, &catalog, &text);
        wanted += places.len();
        texts += usize::from(places.is_empty());
        let show = |range: &Range<usize>| text[range.clone()].to_owned();
        missed.extend(
            places.iter().filter(|place| !found.contains(place)).map(|place| {
                format!("`{}` in `{line}`: {:?}", show(place), found.iter().map(show).collect::<Vec<_>>())
            }),
        );
        let right =
            |range: &&Range<usize>| !places.iter().any(|place| place.start < range.end && range.start < place.end);
        false_ones.extend(found.iter().filter(right).map(|range| format!("`{}` in `{line}`", show(range))));
    }
    assert!(wanted > 100 && texts > 100, "{wanted} addresses, {texts} texts without");
    let numbers =
        format!("{} of {wanted} found whole, {} false in {texts} texts", wanted - missed.len(), false_ones.len());
    println!("{numbers}");
    let few = missed.len() * 20 <= wanted && false_ones.len() * 100 <= texts;
    assert!(few, "{numbers}\nmissed:\n{}\nfalse:\n{}", missed.join("\n"), false_ones.join("\n"));
}
