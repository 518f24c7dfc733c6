//! Archives of RAR give what they hold, or say what is not read.
#![cfg(feature = "rar")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOUND: [&str; 3] = ["клиенты/первый.txt email", "клиенты/первый.txt kz.iin", "long.txt phone"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rar").join(name)
}

/// What a scan gives: `member detector` of each finding, `member reason` of each item not read in full, and the exit code.
fn scan(path: &Path, flags: &[&str]) -> (BTreeSet<String>, BTreeSet<String>, i32) {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_elek"));
    command.args(["scan", "-q", "-f", "jsonl"]).args(flags).arg(path).env_clear().env("HOME", home.path());
    let output = command.output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let lines = |kind: &str, key: &str| {
        let own = records.iter().filter(|record| record["type"] == kind && record[key].is_string());
        own.map(|record| {
            let member = record["member"].as_str().or(record["at"].as_str()).unwrap_or("-");
            format!("{member} {}", record[key].as_str().expect("a text"))
        })
        .collect()
    };
    (lines("finding", "detector"), lines("item", "reason"), output.status.code().expect("it ends by itself"))
}

fn set(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn all_versions_and_ways_to_pack_give_the_same() {
    for name in ["rar4_stored.rar", "rar4_solid.rar", "rar5_stored.rar", "rar5_solid.rar"] {
        assert_eq!(scan(&fixture(name), &[]), (set(&FOUND), set(&[]), 0), "{name}");
    }
    for name in ["rar4.rar", "rar5.rar"] {
        let found: Vec<&str> = FOUND.into_iter().chain(["comment email"]).collect();
        assert_eq!(scan(&fixture(name), &[]), (set(&found), set(&[]), 0), "{name}");
    }
}

#[test]
fn an_archive_in_another_container_is_read_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rar5_solid.rar.gz");
    let mut packed = flate2::write::GzEncoder::new(fs::File::create(&path).expect("made"), flate2::Compression::fast());
    packed.write_all(&fs::read(fixture("rar5_solid.rar")).expect("there")).expect("written");
    packed.finish().expect("written");
    let found = FOUND.map(|line| format!("rar5_solid.rar!{line}"));
    assert_eq!(scan(&path, &[]), (found.into_iter().collect(), set(&[]), 0));
}

#[test]
fn encrypted_ones_open_with_a_password_and_only_with_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let [right, wrong] = [("right", "другой\nпароль-1\n"), ("wrong", "другой\n")].map(|(name, text)| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    });
    for name in ["rar4_locked.rar", "rar4_locked_names.rar", "rar5_locked.rar", "rar5_locked_names.rar"] {
        assert_eq!(scan(&fixture(name), &["--password-file", &right]), (set(&FOUND), set(&[]), 0), "{name}");
        for flags in [&[][..], &["--password-file", &wrong]] {
            let (found, unread, code) = scan(&fixture(name), flags);
            assert_eq!((found, code), (set(&[]), 3), "{name} {flags:?}");
            assert!(unread.iter().any(|line| line.contains("encrypted")), "{name} {flags:?}: {unread:?}");
        }
    }
}

#[test]
fn what_lies_in_another_volume_is_told() {
    assert_eq!(scan(&fixture("rar4_part.rar"), &[]).1, set(&["- unread_part", "cut.txt unread_part"]));
    let (found, unread, code) = scan(&fixture("rar5_part.part01.rar"), &[]);
    assert_eq!((found, code), (set(&FOUND[..2]), 3));
    assert_eq!(unread, set(&["- unread_part", "cut.txt unread_part"]));
}

/// Cut anywhere, or with a byte that is another one: never a crash, and complete only with everything.
#[test]
fn damaged_ones_never_count_as_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["rar4.rar", "rar5.rar", "rar4_solid.rar", "rar5_solid.rar", "rar5_locked.rar"] {
        let whole = fs::read(fixture(name)).expect("there");
        for at in (8..whole.len()).step_by(13) {
            let (cut, mut other) = (&whole[..at], whole.clone());
            other[at] ^= 0x10;
            for (how, bytes) in [("cut", cut), ("changed", &other)] {
                let path = folder.path().join(name);
                fs::write(&path, bytes).expect("written");
                let (found, unread, code) = scan(&path, &[]);
                assert!(code == 3 || code == 0 && found.is_superset(&set(&FOUND)), "{name} {how} at {at}: {found:?}");
                assert!(!unread.iter().any(|line| line.contains("internal") || line.contains("worker_")), "{unread:?}");
            }
        }
    }
}
