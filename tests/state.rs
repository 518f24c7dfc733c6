//! What a state folder promises: nothing is read twice that has not changed, nothing is lost to a crash, a full disk or
//! damage, no answer differs from that of a scan without it, and no value is in it.
#![cfg(feature = "cli")]

#[path = "support/home.rs"]
mod home;
#[path = "support/values.rs"]
mod values;

use elek::store::{FindingFilter, Reader, Store};
use elek::text::hash::spread;
use home::{Home, Ran};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};
use values::{MAKERS, Random};

/// Longer than the clocks of file systems stand still.
const SETTLED: Duration = Duration::from_millis(2100);

const SCAN: [&str; 7] = ["scan", "in", "--items", "--format", "jsonl", "--state", "state"];

/// A folder of files with values, among them containers, a value in the name of a folder, and an old tree.
fn company(home: &Home) -> Vec<(&'static str, String)> {
    let mut random = Random::new(5);
    let mut planted = Vec::new();
    for file in 0..12 {
        let mut lines = Vec::new();
        for maker in MAKERS.iter().take(8) {
            let value = (maker.make)(&mut random);
            lines.push(format!("{}: {value}\n", maker.label));
            planted.push((maker.detector, value));
        }
        home.write(&format!("in/logs/{file:02}.log"), lines.concat());
    }
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    for name in ["deflate.zip", "folder.mbox", "clients.db", "book.xlsx", "encrypted.7z", "text.txt.gz"] {
        home.write(&format!("in/{name}"), fs::read(formats.join(name)).expect("a fixture"));
    }
    home.write("in/900101300017/a.txt", "ничего\n");
    home.write("in/900101300017/b.txt", "почта: aigul.s@pochta-primer.kz\n");
    planted
}

/// The records of a report, without what may differ from run to run.
fn records(ran: &Ran) -> Vec<Value> {
    let mut records: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|r: &Value| r["type"] != "scan")
        .collect();
    for record in &mut records {
        let record = record.as_object_mut().expect("an object");
        record.remove("unchanged");
        record.remove("seconds");
    }
    records
}

fn unchanged(ran: &Ran) -> u64 {
    ran.summary()["unchanged"]["items"].as_u64().unwrap_or(0)
}

/// Findings of a report by what they are, wherever they stand in it.
fn found(ran: &Ran) -> BTreeSet<String> {
    let findings = records(ran).into_iter().filter(|record| record["type"] == "finding");
    findings.map(|record| record.to_string()).collect()
}

/// How many findings are kept below a folder.
fn kept(home: &Home, below: &str) -> u64 {
    let filter = FindingFilter { path: Some(home.path(below)), ..FindingFilter::default() };
    Reader::open(&home.path("state")).expect("a state").count_findings(&filter).expect("counted")
}

#[test]
fn an_unchanged_tree_is_not_read_again_and_the_answer_is_the_same() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let without = home.run(&["scan", "in", "--items", "--format", "jsonl"]);
    let first = home.run(&SCAN);
    assert_eq!((records(&first), first.code), (records(&without), without.code), "{}", first.err);
    assert_eq!(unchanged(&first), 0);
    for threads in ["1", "4"] {
        let again = home.run(&[&SCAN[..], &["--jobs", threads]].concat());
        assert_eq!((records(&again), again.code), (records(&without), without.code), "{}", again.err);
        assert_eq!(again.summary()["unchanged"]["items"], again.summary()["items"]["listed"], "{}", again.err);
        assert!(again.err.lines().all(|line| !line.starts_with("warning")), "{}", again.err);
    }
    // Other formats get the same from what is kept as from what is read.
    for format in ["csv", "json", "human"] {
        let formatted = |state: &[&str]| {
            let ran = home.run(&[&["scan", "in", "-v", "--format", format], state].concat());
            let differs =
                |line: &&str| !line.contains("seconds") && !line.contains("\"run\"") && !line.contains(" in 0");
            let lines = ran.out.lines().filter(differs).filter(|line| !line.starts_with("Not read again"));
            lines.map(|line| line.replace(",\"unchanged\":true", "")).collect::<Vec<_>>()
        };
        assert_eq!(formatted(&["--state", "state"]), formatted(&[]), "{format}");
    }
}

#[test]
fn what_has_changed_is_read_and_what_is_gone_is_forgotten() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let all = home.run(&SCAN).summary()["items"]["listed"].as_u64().expect("a count");
    // The same size and the same time, and other bytes.
    let path = home.path("in/logs/03.log");
    let (text, before) = (fs::read_to_string(&path).expect("read"), fs::metadata(&path).expect("there"));
    let other = text.replace("ИИН", "БИН");
    assert_eq!(other.len(), text.len());
    fs::write(&path, &other).expect("written");
    fs::File::options()
        .write(true)
        .open(&path)
        .expect("opened")
        .set_modified(before.modified().expect("a time"))
        .expect("set");
    assert_eq!(fs::metadata(&path).expect("there").mtime_nsec(), before.mtime_nsec());
    // Gone, new, and gone from a folder whose name holds a value: the next item in it tells the name now.
    fs::remove_file(home.path("in/deflate.zip")).expect("removed");
    fs::remove_file(home.path("in/900101300017/a.txt")).expect("removed");
    home.write("in/new.txt", "ИИН: 900101300017\n");
    assert!(kept(&home, "in/deflate.zip") > 0 && kept(&home, "in/900101300017/a.txt") == 1);

    let without = home.run(&["scan", "in", "--items", "--format", "jsonl"]);
    let again = home.run(&SCAN);
    assert_eq!(records(&again), records(&without), "{}", again.err);
    // Two files with values in them are new, and of the archive its one member is gone with it.
    assert_eq!(unchanged(&again), all - 4);
    assert_eq!((kept(&home, "in/deflate.zip"), kept(&home, "in/900101300017/a.txt")), (0, 0));
    assert_eq!(kept(&home, "in/900101300017/b.txt"), 2, "the address, and the number in the name of the folder");
    assert_eq!(kept(&home, "in"), found(&without).len() as u64);
    // What a scan of another folder does not see is not gone.
    home.write("elsewhere/x.txt", "ИИН: 900101300017\n");
    home.run(&["scan", "elsewhere", "--state", "state"]);
    home.run(&["scan", "in", "--exclude", "logs/", "--state", "state"]);
    assert_eq!(kept(&home, "in"), found(&without).len() as u64);
}

#[test]
fn other_rules_settings_or_keys_read_everything_again() {
    let home = Home::new();
    company(&home);
    home.write("key", [7; 40]);
    sleep(SETTLED);
    home.run(&SCAN);
    assert!(unchanged(&home.run(&SCAN)) > 0);
    for other in [
        ["--except", "kz.iin"],
        ["--min-confidence", "low"],
        ["--list", "all"],
        ["--accept-gaps", "needs_ocr"],
        ["--key-file", "key"],
    ] {
        let without = home.run(&[&SCAN[..5], &other[..]].concat());
        let with = home.run(&[&SCAN[..], &other[..]].concat());
        assert_eq!(unchanged(&with), 0, "{other:?}");
        assert_eq!(records(&with), records(&without), "{other:?}");
        assert!(unchanged(&home.run(&[&SCAN[..], &other[..]].concat())) > 0, "{other:?}");
    }
}

#[test]
fn a_scan_that_was_killed_goes_on_where_it_was() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let clean = found(&home.run(&["scan", "in", "--format", "jsonl"]));
    // Paths come slowly, so that what is gathered is written before the end.
    let mut child = home
        .command(&["scan", "--files-from", "-", "--state", "state", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut paths = child.stdin.take().expect("a pipe");
    let started = Instant::now();
    let kept_some =
        || Reader::open(&home.path("state")).is_ok_and(|r| r.volumes().is_ok_and(|v| v.iter().any(|v| v.items > 0)));
    for number in 0..12 {
        writeln!(paths, "in/logs/{number:02}.log").expect("taken");
        sleep(Duration::from_millis(100));
    }
    while !kept_some() && started.elapsed() < Duration::from_secs(30) {
        writeln!(paths, "in/text.txt.gz").expect("taken");
        sleep(Duration::from_millis(100));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    let resumed = home.run(&SCAN);
    assert!(unchanged(&resumed) > 0, "{}", resumed.err);
    assert_eq!(found(&resumed), clean);
    let runs = Reader::open(&home.path("state")).expect("a state").runs(9).expect("read");
    assert_eq!(runs.iter().map(|run| run.state.as_str()).collect::<Vec<_>>(), ["incomplete", "interrupted"]);
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_nothing_is_doubled() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let started = Instant::now();
    let clean = found(&home.run(&["scan", "in", "--format", "jsonl"]));
    let whole = started.elapsed();
    for round in 0..12u32 {
        let mut child = home.command(&SCAN).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        sleep(whole * round / 10);
        child.kill().expect("killed, or ended before");
        child.wait().expect("ended");
        let after = home.run(&SCAN);
        assert_eq!(found(&after), clean, "round {round}: {}", after.err);
        assert!(!after.err.contains("damaged"), "round {round}: {}", after.err);
        assert_eq!(kept(&home, "in"), clean.len() as u64, "round {round}");
        fs::remove_dir_all(home.path("state")).expect("removed");
    }
}

/// Damages the state in one way, scans, and tells whether that was said.
fn damaged(home: &Home, clean: &BTreeSet<String>, damage: impl Fn(&fs::File, u64)) -> bool {
    let path = home.path("state/state.db");
    let file = fs::File::options().read(true).write(true).open(&path).expect("opened");
    damage(&file, file.metadata().expect("there").len());
    drop(file);
    let ran = home.run(&SCAN);
    assert_eq!(found(&ran), *clean, "{}", ran.err);
    assert_eq!(ran.code, 3, "one archive is encrypted: {}", ran.err);
    let said = ran.err.contains("warning: the state in") || ran.err.contains("were damaged");
    // Whatever it was, it is over now.
    let again = home.run(&SCAN);
    assert_eq!((found(&again), again.code), (clean.clone(), 3), "{}", again.err);
    assert!(!again.err.contains("damaged"), "{}", again.err);
    said
}

#[test]
fn a_damaged_state_is_used_or_moved_aside_and_the_answer_is_the_same() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let clean = found(&home.run(&SCAN));
    let mut random = Random::new(std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(11));
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(16u64);
    let mut said = 0;
    for round in 0..rounds {
        let (at, bit) = (random.below(1 << 40), random.below(8));
        said += u64::from(damaged(&home, &clean, |file, size| {
            if round % 4 == 3 {
                file.set_len(at % size).expect("cut");
            } else {
                let mut byte = [0];
                file.read_exact_at(&mut byte, at % size).expect("read");
                file.write_all_at(&[byte[0] ^ 1 << bit], at % size).expect("written");
            }
        }));
    }
    assert!(said >= rounds / 4, "a cut is always noticed: {said} of {rounds}");
    assert!(
        fs::read_dir(home.path("state"))
            .expect("listed")
            .any(|entry| { entry.expect("an entry").file_name().to_string_lossy().starts_with("damaged-") })
    );
}

/// How often a path stands in the database, and where it does for the `nth` time.
fn standing(home: &Home, path: &str, nth: usize) -> (usize, Option<u64>) {
    let bytes = fs::read(home.path("state/state.db")).expect("read");
    let all = bytes.windows(path.len()).enumerate().filter(|(_, window)| *window == path.as_bytes());
    let all: Vec<u64> = all.map(|(at, _)| at as u64).collect();
    (all.len(), all.get(nth).copied())
}

/// In the table and in the index: the state is moved aside, and not met in the middle of a run.
#[test]
fn a_path_that_changed_in_a_state_moves_it_aside() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let clean = found(&home.run(&SCAN));
    let (times, _) = standing(&home, "logs/07.log", 0);
    let mut said = 0;
    for nth in 0..times {
        said += u64::from(damaged(&home, &clean, |file, _| {
            let (_, at) = standing(&home, "logs/07.log", nth);
            let at = at.expect("as often as before");
            // `logs/17.log`, a path that is not there.
            file.write_all_at(b"logs/17.log", at).expect("written");
        }));
        assert_eq!(home.run(&["findings", "state", "-f", "jsonl"]).code, 0);
    }
    // What was once on a page may stand on it still.
    assert!(times >= 2 && said >= 2, "{said} of {times}");
}

#[test]
fn a_full_disk_is_said_and_over_when_there_is_room_again() {
    let home = Home::new();
    company(&home);
    sleep(SETTLED);
    let clean = found(&home.run(&["scan", "in", "--format", "jsonl"]));
    for blocks in [0, 8, 40, 100] {
        fs::remove_dir_all(home.path("state")).ok();
        // No file may grow beyond so many kibibytes.
        let scan = format!("ulimit -f {blocks}; exec {} scan in --state state -q", env!("CARGO_BIN_EXE_elek"));
        let full = Ran::from(home.within(&["bash", "-c", &scan], &[]).output().expect("it runs"));
        assert!(full.code == 5 || (blocks == 100 && full.code == 3), "{blocks}: {}", full.err);
        if full.code == 5 {
            // Which folder, why, and what to do: not that the output could not be written.
            assert!(
                full.err.contains("state`") && full.err.contains("caused by: ") | full.err.contains("`: "),
                "{}",
                full.err
            );
            assert!(!full.err.contains("the output"), "{}", full.err);
        }
        let after = home.run(&SCAN);
        assert_eq!(found(&after), clean, "{blocks}: {}", after.err);
        assert_eq!(after.code, 3, "{blocks}: {}", after.err);
    }
}

#[test]
fn one_scan_at_a_time_uses_a_state() {
    let home = Home::new();
    company(&home);
    let held = Store::open(&home.path("state"), 0).expect("opened");
    let second = home.run(&SCAN);
    assert_eq!(second.code, 2, "{}", second.err);
    assert!(second.err.contains(&format!("process {}", std::process::id())), "{}", second.err);
    assert_eq!(home.run(&["status", "state"]).code, 0, "asking is no writing");
    drop(held);
    assert_eq!(home.run(&SCAN).code, 3);
    assert_eq!(home.run(&["status", "nowhere"]).code, 2);
    // A key that is gone tomorrow would make strangers of today's findings.
    let refused = home.command(&SCAN).env("HOME", "/proc/self").output().expect("it runs");
    let refused = Ran::from(refused);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("--key-file"), "{}", refused.err);
}

#[test]
fn the_state_is_asked_by_who_may_see_it() {
    let home = Home::new();
    company(&home);
    let scanned = home.run(&SCAN);
    let all = home.run(&["findings", "state", "--format", "jsonl"]);
    assert_eq!(all.out.lines().count(), found(&scanned).len());
    let iins = home.run(&["findings", "state", "--detector", "kz.*", "--path", "in/logs", "--format", "jsonl"]);
    let record: Value = serde_json::from_str(iins.out.lines().next().expect("one")).expect("JSON");
    assert_eq!(record["detector"], "kz.iin");
    assert_eq!(record["path"], home.path("in/logs/00.log").to_str().expect("UTF-8"));
    assert!(iins.out.lines().count() >= 12 && iins.out.lines().count() < all.out.lines().count());
    assert_eq!(home.run(&["findings", "state", "--min-confidence", "sure"]).code, 2);
    let run = record["run"].as_str().expect("a run");
    assert_eq!(
        home.run(&["findings", "state", "--run", run, "--format", "csv"]).out.lines().count(),
        all.out.lines().count() + 1
    );
    // What the state knows nothing of is no empty answer.
    for (flag, word) in [("--run", "none"), ("--detector", "kz.iim")] {
        let ran = home.run(&["findings", "state", flag, word]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(&format!("this state knows no {} `{word}`", &flag[2..])), "{ran:?}");
    }
    assert_eq!(
        home.run(&["findings", "state", "--detector", "ru.snils"]).code,
        0,
        "it was looked for, and is not there"
    );

    let status = |profile: &str| {
        let ran = home.run(&["status", "state", "--format", "json", "--profile", profile]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str::<Value>(&ran.out).expect("JSON")
    };
    assert_eq!(status("operator")["volumes"][0]["last"]["summary"], scanned.summary());
    for profile in ["processor", "auditor"] {
        assert_eq!(home.run(&["findings", "state", "--profile", profile]).code, 4);
        let status = status(profile);
        assert_eq!(status["volumes"][0]["reasons"]["encrypted"], 1, "{status}");
        assert!(!status.to_string().contains("kz.") && !status.to_string().contains("nid."), "{status}");
        assert!(!status.to_string().contains(home.path("in").to_str().expect("UTF-8")), "{status}");
    }
}

#[test]
fn no_value_is_in_a_state() {
    let home = Home::new();
    let planted = company(&home);
    let scanned = home.run(&SCAN);
    let mut all = Vec::new();
    for entry in fs::read_dir(home.path("state")).expect("listed") {
        all.extend(fs::read(entry.expect("an entry").path()).expect("read"));
    }
    assert!(all.len() > 50_000);
    let holds = |bytes: &[u8]| memchr::memmem::find(&all, bytes).is_some();
    assert!(holds("••••••••".as_bytes()), "masks are there, so this looks at the right thing");
    for (detector, value) in &planted {
        assert!(scanned.out.contains(&format!("\"detector\":\"{detector}\"")), "{detector} is found");
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        for form in [value, &digits].into_iter().filter(|form| form.len() >= 8) {
            assert!(!holds(form.as_bytes()), "a planted value is in the state");
            let wide: Vec<u8> = form.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(!holds(&wide), "a planted value is in the state");
            // A hash without a key says as much as the value: there are few of them.
            let hash = spread(form.as_bytes());
            assert!(!holds(&hash.to_le_bytes()) && !holds(&hash.to_be_bytes()), "a bare hash is in the state");
            let plain = blake3::hash(form.as_bytes());
            assert!(!holds(&plain.as_bytes()[..8]), "a bare hash is in the state");
        }
    }
}

#[test]
fn the_state_itself_is_never_scanned() {
    let home = Home::new();
    home.write("in/a.txt", "ИИН: 900101300017\n");
    let inside = |n: u32| {
        let ran = home.run(&["scan", "in", "--format", "jsonl", "--state", "in/state"]);
        assert_eq!(ran.code, 0, "round {n}: {}", ran.err);
        assert_eq!(ran.summary()["reasons"]["own_output"], 1, "round {n}: {}", ran.out);
        assert_eq!(ran.summary()["items"]["listed"], 2, "round {n}: {}", ran.out);
    };
    (0..3).for_each(inside);
}

/// A baseline from what is found now; later runs are compared with it.
#[test]
fn a_baseline_accepts_what_it_names_until_its_day() {
    let home = Home::new();
    home.write("in/a.txt", "ИИН: 900101300017\nпочта: aigul.s@pochta-primer.kz\nИИН: 900101300017\n");
    let fail = ["scan", "in", "--fail-on", "medium", "--format", "jsonl"];
    let with = |arguments: &[&str]| home.run(&[&fail[..], arguments].concat());
    assert_eq!(with(&[]).code, 1);
    let made = with(&["--write-baseline", "accepted", "--reason", "Договор 7", "--until", "2100-01-31"]);
    assert_eq!(made.code, 1, "what is accepted now was found all the same: {}", made.err);
    let text = fs::read_to_string(home.path("accepted")).expect("written");
    assert_eq!(text.lines().count(), 3, "a head, and an entry for each value: {text}");
    assert!(!text.contains("900101300017") && !text.contains("aigul"), "{text}");

    let known = with(&["--baseline", "accepted"]);
    assert_eq!(known.code, 0, "{}", known.err);
    assert_eq!(known.summary()["baseline"], serde_json::json!({"accepted": 3, "new": 0, "expired": 0}));
    assert_eq!(known.out.matches("\"baseline\":true").count(), 3, "{}", known.out);
    // The same from a state as from the files.
    sleep(SETTLED);
    for _ in 0..2 {
        let kept = with(&["--baseline", "accepted", "--state", "state"]);
        assert_eq!((kept.code, &kept.summary()["baseline"]), (0, &known.summary()["baseline"]), "{}", kept.err);
    }
    // The same value in another place is new, and so is another value in the same place.
    home.write("in/b.txt", "ИИН: 900101300017\n");
    let new = with(&["--baseline", "accepted"]);
    assert_eq!((new.code, new.summary()["baseline"]["new"].as_u64()), (1, Some(1)), "{}", new.err);
    let second = ["--baseline", "accepted", "--write-baseline", "second", "--reason", "Проверено"];
    assert_eq!(with(&second).code, 1);
    let both = fs::read_to_string(home.path("second")).expect("written");
    assert_eq!((both.matches("Договор 7").count(), both.matches("Проверено").count()), (2, 1), "{both}");
    assert_eq!(with(&["--baseline", "second"]).code, 0);
    fs::remove_file(home.path("in/b.txt")).expect("removed");

    // A baseline that is there, with its reasons and days, is replaced only by one that was made with it.
    let lost = with(&["--write-baseline", "accepted", "--reason", "x"]);
    assert_eq!((lost.code, lost.out.as_str()), (2, ""), "{}", lost.err);
    assert!(lost.err.contains("its reasons and days would be lost"), "{}", lost.err);
    assert_eq!(fs::read_to_string(home.path("accepted")).expect("there"), text);
    assert_eq!(with(&["--baseline", "./accepted", "--write-baseline", "accepted", "--reason", "x"]).code, 0);
    assert_eq!(fs::read_to_string(home.path("accepted")).expect("there").matches("Договор 7").count(), 2);

    // A new one for days that have passed accepts nothing, so it is not written.
    let past = with(&["--write-baseline", "past", "--reason", "x", "--until", "2020-01-01"]);
    assert_eq!((past.code, past.out.as_str()), (2, ""), "{}", past.err);
    assert!(past.err.contains("`--until 2020-01-01` has passed") && !home.path("past").exists(), "{}", past.err);

    // An entry whose day has passed counts again, and is named.
    home.write("expired", text.replacen("2100-01-31", "2026-01-31", 1));
    let expired = with(&["--baseline", "expired"]);
    assert_eq!(expired.code, 1, "{}", expired.err);
    assert_eq!(expired.summary()["baseline"]["expired"], 1);
    assert!(expired.err.contains("2026-01-31") && expired.err.contains("in/a.txt"), "{}", expired.err);
    assert!(expired.err.contains("Договор 7"), "{}", expired.err);

    // What cannot be trusted is refused before anything is read.
    home.write("key", [9; 40]);
    for (name, bad) in [
        ("empty", String::new()),
        ("half", text.chars().take(text.chars().count() - 30).collect()),
        ("no reason", text.replace("Договор 7", " ")),
        ("unknown", text.replace("\"masked\"", "\"value\"")),
    ] {
        home.write("bad", bad);
        assert_eq!(with(&["--baseline", "bad"]).code, 2, "{name}");
    }
    assert_eq!(with(&["--baseline", "accepted", "--key-file", "key"]).code, 2, "another key");
    assert_eq!(with(&["--write-baseline", "x"]).code, 2, "no reason");
    assert_eq!(with(&["--write-baseline", "x", "--reason", "y", "--until", "soon"]).code, 2);
    assert!(!home.path("x").exists());
}

/// A run whose program was killed does not run for ever.
#[test]
fn a_killed_scan_is_told_as_interrupted() {
    let home = Home::new();
    let state = || {
        let ran = home.run(&["status", "state", "-f", "json"]);
        let status: Value = serde_json::from_str(&ran.out).unwrap_or_default();
        status["volumes"][0]["last"]["state"].as_str().unwrap_or_default().to_owned()
    };
    let mut child = home
        .command(&["scan", "-", "--state", "state"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let until = Instant::now() + Duration::from_mins(1);
    while state() != "running" {
        assert!(Instant::now() < until, "it does not begin");
        sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(state(), "interrupted");
    let ran = home.run(&["status", "state"]);
    assert!(ran.out.contains("interrupted") && !ran.out.contains("running"), "{ran:?}");
}

/// What is listed is compared: values that are only counted fail nothing beside a baseline, unless they are named; with
/// `--list all` each of them is accepted, and a new one is new.
#[test]
fn a_baseline_compares_what_is_listed() {
    let home = Home::new();
    let tour = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tour");
    for list in [&[][..], &["--list", "all"]] {
        let file = format!("accepted{}", list.len());
        let with = |arguments: &[&str]| home.run(&[&["scan", tour, "-f", "jsonl"], list, arguments].concat());
        let made = with(&["--write-baseline", &file, "--reason", "invented", "--until", "2100-01-31"]);
        assert!(made.summary()["categories"]["tech.ip"]["count"].as_u64() > Some(0), "{}", made.out);
        let known = with(&["--baseline", &file, "--fail-on", "medium"]);
        assert_eq!((known.code, &known.summary()["baseline"]["new"]), (0, &0.into()), "{}", known.err);
        let named = with(&["--baseline", &file, "--fail-on", "tech.ip"]);
        assert_eq!(named.code, i32::from(list.is_empty()), "{}", named.err);
    }
    home.write("in/new.log", "client 203.0.113.77 connected\n");
    let new = |arguments: &[&str]| {
        home.run(&[&["scan", tour, "in", "-f", "jsonl", "--fail-on", "medium", "--baseline"], arguments].concat()).code
    };
    assert_eq!((new(&["accepted0"]), new(&["accepted2", "--list", "all"])), (0, 1));
}
