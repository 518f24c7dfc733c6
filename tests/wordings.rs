//! Texts in other wordings and formats than those the rules were made with: what `elek eval` says of every folder of
//! `fixtures/labelled` that has labels, and texts that look as if they held personal data (`fixtures/labelled/traps.txt`).

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Before, Block, Catalog, Scanner, Selection, name_columns};
use elek::finding::Confidence;
use elek::text::layout::Layout;
use std::fs;
use std::process::Command;

/// Folders with bounds of their own: their labels, and how many of them may be missed and found wrongly. What is missed
/// today: names that no list knows, years without a word, numbers far from their label, accounts of programs without a label.
const FOLDERS: [(&str, u64, u64, u64); 22] = [
    ("wordings", 900, 36, 2),
    ("disk", 1150, 55, 3),
    ("fresh", 315, 4, 1),
    ("office", 470, 36, 1),
    ("matrix", 565, 20, 1),
    ("desk", 260, 23, 2),
    ("post", 118, 2, 1),
    ("services", 255, 12, 3),
    ("systems", 185, 12, 2),
    ("counter", 124, 5, 2),
    ("offices", 470, 11, 2),
    ("trades", 650, 31, 5),
    ("checks8", 275, 60, 5),
    ("checks9", 118, 3, 1),
    ("chats", 550, 64, 2),
    ("rows", 740, 55, 6),
    ("letters", 550, 58, 4),
    ("checks10", 130, 11, 2),
    ("papers", 671, 33, 4),
    ("pages", 518, 71, 8),
    ("machines", 738, 31, 8),
    ("checks11", 399, 47, 9),
];
/// What may be missed and found wrongly in any other folder: one label of five, and one finding for 25 labels.
const MISSED: u64 = 5;
const WRONG: u64 = 25;
/// Traps, and how many of them may be found: one in a hundred.
const TRAPS: usize = 300;
const TRAPPED: usize = 3;

#[test]
fn other_wordings_are_found() {
    let entries = fs::read_dir("fixtures/labelled").expect("the folder");
    let folders =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.join("labels.jsonl").exists());
    let names = folders.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned());
    let names: Vec<String> = names.collect();
    for name in &names {
        found_in(name);
    }
    let unknown = FOLDERS.iter().find(|(folder, ..)| !names.iter().any(|name| name == folder));
    assert!(unknown.is_none(), "bounds of a folder that is not there: {unknown:?}");
}

fn found_in(folder: &str) {
    let path = format!("{}/fixtures/labelled/{folder}", env!("CARGO_MANIFEST_DIR"));
    let run = Command::new(env!("CARGO_BIN_EXE_elek")).args(["eval", "--format", "json", &path]).output();
    let run = run.expect("the program starts");
    let said: serde_json::Value = serde_json::from_slice(&run.stdout).expect("a report");
    let detectors = said["detectors"].as_object().expect("detectors");
    let sum = |what: &str| detectors.values().map(|scores| scores[what].as_u64().unwrap_or(0)).sum::<u64>();
    let worst: Vec<String> = detectors
        .iter()
        .filter(|(_, scores)| scores["missed"] != 0 || scores["false"] != 0)
        .map(|(id, scores)| format!("{id}: missed {}, false {}", scores["missed"], scores["false"]))
        .collect();
    let worst = worst.join("\n");
    let own = FOLDERS.iter().find(|(own, ..)| *own == folder);
    let (labels, missed, wrong) = own.map_or_else(
        || (1, sum("labels") / MISSED, sum("labels") / WRONG),
        |(_, labels, missed, wrong)| (*labels, *missed, *wrong),
    );
    assert!(sum("labels") >= labels, "{folder}: {} labels", sum("labels"));
    assert!(sum("missed") <= missed && sum("false") <= wrong, "{folder}:\n{worst}");
}

#[test]
fn what_looks_like_personal_data_is_none() {
    let catalog = Catalog::load(&Selection::default()).expect("the built-in detectors compile");
    let mut scanner = Scanner::new(&catalog, Day::new(2026, 11, 22), Level::best());
    let text = fs::read_to_string("fixtures/labelled/traps.txt").expect("the fixture");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("# ") && !line.starts_with("## ")).collect();
    let mut found = Vec::new();
    for line in &lines {
        let mut layout = Layout::sniff(line.as_bytes());
        name_columns(&mut layout, line.as_bytes());
        let own = 0..line.len();
        let block =
            Block { bytes: line.as_bytes(), own, base: 0, before: Before::default(), goes_on: false, layout: &layout };
        for hit in scanner.scan(&block).iter().filter(|hit| hit.confidence >= Confidence::Medium) {
            let detector = &catalog.kinds()[usize::from(hit.kind)].detector;
            found.push(format!("{detector} {:?} in {line:?}", &line[hit.range()]));
        }
    }
    assert!(lines.len() >= TRAPS, "{}", lines.len());
    assert!(found.len() <= TRAPPED, "{} of {}:\n{}", found.len(), lines.len(), found.join("\n"));
}
