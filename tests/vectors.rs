//! Every row of `fixtures/vectors` holds: what must be found is found where it stands and in its normal form, what
//! must not be found is not.

use elek::check::Day;
use elek::detect::{Before, Block, Catalog, Scanner, Selection, normal_form, simd::Level};
use elek::finding::Confidence;
use elek::text::layout::Layout;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;

#[derive(Deserialize)]
struct Row {
    detector: String,
    text: String,
    expect: bool,
    value: String,
    why: String,
    norm: Option<String>,
}

fn fails(scanner: &mut Scanner<'_>, catalog: &Catalog, row: &Row) -> Option<String> {
    let bytes = row.text.as_bytes();
    let layout = Layout::sniff(bytes);
    let block =
        Block { bytes, own: 0..bytes.len(), base: 0, before: Before::default(), goes_on: false, layout: &layout };
    let at: Vec<_> = row.text.match_indices(&row.value).map(|(start, value)| start..start + value.len()).collect();
    let mut seen = Vec::new();
    let mut right = false;
    for hit in scanner.scan(&block) {
        let kind = &catalog.kinds()[usize::from(hit.kind)];
        let range = hit.range();
        seen.push(format!("{} {range:?} {:?} {:?}", kind.detector, hit.confidence, hit.evidence));
        if *kind.detector != row.detector || hit.confidence < Confidence::Medium {
            continue;
        }
        let place = at.iter().find(|place| {
            if row.expect {
                range.start <= place.start && place.end <= range.end
            } else {
                range.start < place.end && place.start < range.end
            }
        });
        right |= place.is_some();
        if let (Some(_), Some(norm), true) = (place, &row.norm, row.expect) {
            let mut normal = Vec::new();
            normal_form(catalog.rule_of(hit.kind).expect("a rule"), &bytes[range], &mut normal);
            let normal = String::from_utf8_lossy(&normal);
            if normal != *norm {
                return Some(format!("normal form {normal}, not {norm}"));
            }
        }
    }
    (right != row.expect).then(|| format!("saw {seen:?}"))
}

#[test]
fn every_row_holds() {
    let catalog = Catalog::load(&Selection::default()).expect("the built-in detectors compile");
    let mut scanner = Scanner::new(&catalog, Day::new(2026, 11, 22), Level::best());
    let mut rows = 0;
    let mut failed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut files: Vec<_> =
        fs::read_dir("fixtures/vectors").expect("vectors").map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    for path in files {
        for line in fs::read_to_string(&path).expect("readable").lines() {
            let row: Row = serde_json::from_str(line).expect("a row");
            rows += 1;
            if let Some(problem) = fails(&mut scanner, &catalog, &row) {
                let line = format!("{} {:?} in {:?} ({}): {problem}", row.expect, row.value, row.text, row.why);
                failed.entry(row.detector).or_default().push(line);
            }
        }
    }
    let count: usize = failed.values().map(Vec::len).sum();
    let list: String = failed
        .iter()
        .flat_map(|(detector, lines)| lines.iter().map(move |line| format!("{detector}: {line}\n")))
        .collect();
    assert!(rows > 1500, "{rows} rows");
    assert_eq!(count, 0, "of {rows}:\n{list}");
}
