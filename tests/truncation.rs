//! Files that are cut while they are read: no signal, no clean answer, whichever way they are read.
//!
//! `tests/slow/run` does more rounds: `ELEK_ROUNDS=500 cargo test --release --test truncation`.
#![cfg(feature = "cli")]

#[path = "support/home.rs"]
mod home;

use home::{Home, Ran};
use serde_json::Value;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

const LINE: &str = "2026-11-21 10:11:12 INFO ИИН клиента: 900101300017, почта: aigul.s@pochta-primer.kz\n";
const PLAIN: &str = "2026-11-21 10:11:12 DEBUG the cache was asked and had nothing, so the base was asked\n";
const SIZE: usize = 16 << 20;

/// Findings, and the record of the only item.
fn counted(ran: &Ran) -> (u64, Value) {
    let summary = ran.summary();
    let counts = summary["detectors"].as_object().expect("counts").values();
    let item = ran.out.lines().find(|line| line.contains("\"type\":\"item\"")).expect("a record of the item");
    (counts.filter_map(|each| each["count"].as_u64()).sum(), serde_json::from_str(item).expect("JSON"))
}

#[test]
fn a_file_that_is_cut_is_never_clean() {
    let rounds: u64 = std::env::var("ELEK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    let home = Home::new();
    let part = [LINE, &PLAIN.repeat(9)].concat();
    let text = part.repeat(SIZE / part.len());
    home.write("in/log", &text);
    let (findings, usual) = counted(&home.run(&["scan", "in", "-f", "jsonl", "--items", "--read", "pread"]));
    assert_eq!((findings, &usual["state"]), (2 * (SIZE / part.len()) as u64, &"scanned_full".into()), "{usual}");
    let filled = SIZE as u64 + 4096;
    let (mut cut, mut clean) = (0, 0);
    for round in 0..rounds {
        for mode in ["pread", "map"] {
            home.write("in/log", &text);
            let child = home
                .command(&["scan", "in", "-f", "jsonl", "--items", "--read", mode])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it runs");
            // Sooner and later, and to sizes inside and between pages; some rounds fill the file up again.
            std::thread::sleep(Duration::from_micros(round * 7919 % 30_000));
            let left = round * 104_729 * 4099 % SIZE as u64;
            let file = fs::OpenOptions::new().write(true).open(home.path("in/log")).expect("there");
            file.set_len(left).expect("cut");
            if round % 3 == 0 {
                file.set_len(filled).expect("filled with zeros");
            }
            drop(file);
            let ran = Ran::from(child.wait_with_output().expect("it ends"));
            let what = format!("round {round}, {mode}: {} {}", ran.code, ran.err);
            assert!(matches!(ran.code, 0 | 3), "{what}");
            assert!(!ran.err.contains("a bug in elek"), "{what}");
            let (count, item) = counted(&ran);
            let total = item["bytes_total"].as_u64().expect("known");
            if ran.code == 0 {
                // It was read before the cut, whole; or it was opened after it, and then its new size is what counts.
                let read = &text[..if total == text.len() as u64 { text.len() } else { left as usize }];
                // Of the line that was cut, none, one or both of its values are left.
                let whole = 2 * read.matches(LINE).count() as u64;
                assert!((whole..=whole + 2).contains(&count), "{what}: {count} of {whole}: {item}");
                assert_eq!(item["state"], "scanned_full", "{what}: {item}");
                assert!(total != text.len() as u64 || count == findings, "{what}: {item}");
                assert!(total == text.len() as u64 || total == left || total == filled, "{what}: {item}");
                clean += 1;
            } else if item["reason"] == "unknown_binary" {
                // It was opened when it was filled up with zeros already.
                assert_eq!(total, filled, "{what}: {item}");
            } else {
                assert_eq!(
                    (&item["state"], &item["reason"]),
                    (&"scanned_partial".into(), &"changed_during_scan".into()),
                    "{what}: {item}"
                );
                cut += 1;
            }
        }
    }
    assert!(cut * 4 > rounds, "{cut} of {} scans met the cut, {clean} did not", 2 * rounds);
}
