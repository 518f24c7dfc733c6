//! Every listed item ends in one state, with the real program: what could not be read is told, and the exit code follows.
#![cfg(feature = "cli")]

#[cfg(feature = "formats")]
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/containers.rs"]
mod containers;
#[path = "support/home.rs"]
mod home;
#[path = "support/tools.rs"]
mod tools;
#[cfg(feature = "formats")]
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/values.rs"]
mod values;

use home::{Home, Ran};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tools::cannot;

const TEXT: &str = "ИИН клиента: 900101300017\nпочта: aigul.s@pochta-primer.kz\n";

fn with_text() -> Home {
    let home = Home::new();
    home.write("in/client.txt", TEXT);
    home
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("there").uid() == 0
}

/// What must hold for every summary: the sum of the states is what was listed, and the last words agree.
fn adds_up(ran: &Ran) -> Value {
    let summary = ran.summary();
    let number = |name: &str| summary["items"][name].as_u64().unwrap_or_else(|| panic!("{name} in {summary}"));
    let states = ["scanned_full", "scanned_partial", "skipped", "failed"].map(number);
    assert_eq!(number("listed"), states.iter().sum::<u64>(), "{summary}");
    assert_eq!(summary["exit"], ran.code, "{summary}");
    assert_eq!(summary["complete"], ran.code == 0 || (ran.code == 1 && summary["complete"] == true), "{summary}");
    let reasons: u64 = summary["reasons"].as_object().expect("reasons").values().filter_map(Value::as_u64).sum();
    assert_eq!(reasons, states[1] + states[2] + states[3], "{summary}");
    summary
}

/// Scans `in` with these flags; exit code, items by state and reasons are as told.
fn expect(home: &Home, flags: &[&str], code: i32, states: [u64; 4], reasons: &Value) -> Ran {
    let ran = home.run(&[&["scan", "-f", "jsonl", "--items"], flags].concat());
    is(&ran, flags, code, states, reasons);
    ran
}

fn is(ran: &Ran, flags: &[&str], code: i32, states: [u64; 4], reasons: &Value) {
    let summary = adds_up(ran);
    let items = &summary["items"];
    let found = ["scanned_full", "scanned_partial", "skipped", "failed"].map(|name| items[name].as_u64().unwrap_or(0));
    assert_eq!((ran.code, found, &summary["reasons"]), (code, states, reasons), "{flags:?} {ran:?}");
    let records = ran.out.lines().filter(|line| line.starts_with("{\"type\":\"item\"")).count() as u64;
    assert_eq!(records, states.iter().sum::<u64>(), "a record for each item: {ran:?}");
}

#[test]
fn special_files_are_skipped() {
    let home = with_text();
    assert!(Command::new("mkfifo").arg(home.path("in/pipe")).status().expect("it runs").success());
    let _socket = UnixListener::bind(home.path("in/socket")).expect("bound");
    symlink("client.txt", home.path("in/link")).expect("linked");
    symlink("..", home.path("in/loop")).expect("linked");
    symlink("/etc", home.path("in/out")).expect("linked");
    symlink("nowhere", home.path("in/dangling")).expect("linked");
    expect(&home, &["in"], 0, [1, 0, 6, 0], &json!({"special_file": 2, "link": 4}));
    // Named by the operator, not met: a pipe that nobody writes to, and a link that leads to the file.
    expect(&home, &["in/pipe"], 3, [0, 0, 1, 0], &json!({"special_file": 1}));
    expect(&home, &["in/link"], 0, [1, 0, 0, 0], &json!({}));
    expect(&home, &["/dev/null"], 3, [0, 0, 1, 0], &json!({"special_file": 1}));
}

#[test]
fn nothing_to_read_is_not_clean() {
    let home = Home::new();
    expect(&home, &["in"], 3, [0; 4], &json!({}));
    home.write("list", "");
    expect(&home, &["--files-from", "list"], 3, [0; 4], &json!({}));
    home.write("in/empty.txt", "");
    expect(&home, &["in"], 0, [1, 0, 0, 0], &json!({}));
    expect(&home, &["-"], 0, [1, 0, 0, 0], &json!({}));
    for missing in [&["absent"][..], &["in", "absent"], &["--files-from", "absent"], &["in/empty.txt/x"]] {
        let ran = home.run(&[&["scan"], missing].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{missing:?} {ran:?}");
        assert!(ran.err.starts_with("error: cannot "), "{missing:?} {ran:?}");
    }
}

#[test]
fn what_may_not_be_read_is_told() {
    let home = with_text();
    home.write("in/secret.txt", TEXT);
    home.write("in/closed/inside.txt", TEXT);
    home.write("in/listless/inside.txt", TEXT);
    for (name, mode) in [("in/secret.txt", 0o000), ("in/closed", 0o000), ("in/listless", 0o444), ("", 0o755)] {
        fs::set_permissions(home.path(name), fs::Permissions::from_mode(mode)).expect("changed");
    }
    let program = env!("CARGO_BIN_EXE_elek");
    // A user may not reach the place where the program was built.
    let copy = std::env::temp_dir().join(format!("elek-coverage-{}", std::process::id()));
    fs::copy(program, &copy).expect("copied");
    let copied = copy.to_str().expect("UTF-8");
    let nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", copied];
    let starter = if is_root() { &nobody[..] } else { &[copied] };
    let arguments = ["scan", "-f", "jsonl", "--items", "in"];
    let ran = Ran::from(home.within(starter, &arguments).output().expect("setpriv is there"));
    fs::remove_file(&copy).expect("removed");
    is(&ran, &arguments, 3, [1, 0, 0, 3], &json!({"permission_denied": 3}));
    let closed =
        ran.out.lines().find(|line| line.contains("\"path\":\"in/closed\"")).expect("a folder has a line of its own");
    assert!(closed.contains("\"state\":\"failed\",\"reason\":\"permission_denied\""), "{closed}");
    assert_eq!(ran.out.matches("\"type\":\"finding\"").count(), 2, "the rest is scanned: {ran:?}");
    for name in ["in/closed", "in/listless"] {
        fs::set_permissions(home.path(name), fs::Permissions::from_mode(0o755)).expect("changed");
    }
}

#[test]
fn own_outputs_are_left_out_by_what_they_are() {
    let home = with_text();
    home.write("in/old.jsonl", "");
    fs::hard_link(home.path("in/old.jsonl"), home.path("in/other-name.jsonl")).expect("linked");
    let ran = home.run(&["scan", "in", "-f", "jsonl", "--items", "-o", "in/old.jsonl"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let out = fs::read_to_string(home.path("in/old.jsonl")).expect("written");
    let ran = Ran { out, ..ran };
    // The old file under both names, and the new one under its temporary name if it was met.
    let summary = adds_up(&ran);
    assert_eq!(summary["items"]["scanned_full"], 1, "{summary}");
    assert!(summary["reasons"]["own_output"].as_u64() >= Some(2), "{summary}");

    // Standard output that the shell leads into the folder.
    let file = fs::File::create(home.path("in/redirected.jsonl")).expect("made");
    let status = home.command(&["scan", "in", "-f", "jsonl"]).stdout(file).status().expect("it runs");
    assert_eq!(status.code(), Some(0));
    let out = fs::read_to_string(home.path("in/redirected.jsonl")).expect("written");
    assert!(out.contains("\"own_output\":1"), "{out}");
}

#[test]
fn hard_links_are_one_file() {
    let home = with_text();
    home.write("in/large.txt", TEXT.repeat(80_000));
    for n in 0..5 {
        fs::hard_link(home.path("in/client.txt"), home.path(&format!("in/z{n}"))).expect("linked");
        fs::hard_link(home.path("in/large.txt"), home.path(&format!("in/zz{n}"))).expect("linked");
    }
    for jobs in ["1", "2", "8"] {
        let ran = expect(&home, &["in", "-j", jobs], 0, [2, 0, 10, 0], &json!({"duplicate_inode": 10}));
        assert_eq!(ran.summary()["detectors"]["kz.iin"]["count"], 80_001);
    }
}

/// A root below another one, or named twice, is read once, whatever the order.
#[test]
fn roots_that_overlap_are_one() {
    let home = with_text();
    home.write("in/a/b/other.txt", TEXT);
    symlink(home.path("in/a"), home.path("in/to-a")).expect("linked");
    let counted = |roots: &[&str]| {
        let ran = home.run(&[&["scan", "-f", "jsonl"], roots].concat());
        let summary = adds_up(&ran);
        (ran.code, summary["items"].clone(), summary["detectors"].clone(), summary["subjects"].clone())
    };
    let alone = counted(&["in"]);
    for roots in [
        &["in", "in"][..],
        &["in", "in/"],
        &["in", "in/client.txt", "in/a"],
        &["in/client.txt", "in/a/b", "in", "in/a"],
        &["in/a/../a/b/other.txt", "in"],
    ] {
        assert_eq!(counted(roots), alone, "{roots:?}");
    }
    // Who names a link means what it leads to, and that lies below the other root.
    assert_eq!(counted(&["in/to-a", "in"]), alone);
    assert_eq!(counted(&["in", "in/to-a"]), alone);
}

/// A path that the system does not take in one piece is told as such, and not shown in full.
#[test]
fn a_path_that_is_too_long_is_told() {
    let home = with_text();
    let name = "d".repeat(200);
    let deep = format!("cd in && for n in $(seq 22); do mkdir {name} && cd {name} || exit 1; done; echo x > f");
    assert!(home.within(&["bash", "-c", &deep], &[]).status().expect("it runs").success());
    let ran = home.run(&["scan", "in", "-f", "jsonl"]);
    let summary = adds_up(&ran);
    assert_eq!((ran.code, &summary["reasons"]), (3, &json!({"io_error": 1})), "{ran:?}");
    let ran = home.run(&["scan", "in"]);
    assert!(ran.out.contains("longer than the system takes in one piece; scan from a folder further down"), "{ran:?}");
    assert!(ran.out.lines().all(|line| line.chars().count() < 400) && ran.out.contains("d…d"), "{ran:?}");
}

#[test]
fn exclusions_are_counted() {
    let home = with_text();
    home.write("in/cache/a.txt", TEXT);
    home.write("in/cache/b.txt", TEXT);
    home.write("in/old.log", TEXT);
    home.write("in/.hidden", TEXT);
    home.write("in/.gitignore", "*\n");
    let ran =
        expect(&home, &["in", "--exclude", "cache", "--exclude", "*.log"], 0, [3, 0, 2, 0], &json!({"excluded": 2}));
    assert!(ran.out.contains("in/.hidden"), "hidden files are read, ignore files are not obeyed: {ran:?}");
    // A folder that is left out is one item, the root too.
    expect(&home, &["in", "--exclude", "*"], 3, [0, 0, 1, 0], &json!({"excluded": 1}));
}

#[test]
fn other_file_systems_are_counted() {
    let home = with_text();
    let other = Path::new("/dev/shm");
    let device = |path: &Path| fs::metadata(path).map(|meta| meta.dev()).ok();
    if device(other).is_none() || device(other) == device(&home.path("in")) {
        cannot("--one-file-system: /dev/shm is no other file system");
        return;
    }
    let mount = home.path("in/mounted");
    fs::create_dir(&mount).expect("made");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "none"]).arg(&mount).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        cannot("--one-file-system below a root: it may not mount here");
        return;
    }
    home.write("in/mounted/far.txt", TEXT);
    let runs = [
        home.run(&["scan", "-f", "jsonl", "--items", "in", "--one-file-system"]),
        home.run(&["scan", "-f", "jsonl", "--items", "in"]),
    ];
    assert!(Command::new("umount").arg(&mount).status().expect("it runs").success());
    is(&runs[0], &["--one-file-system"], 0, [1, 0, 1, 0], &json!({"other_file_system": 1}));
    is(&runs[1], &[], 0, [2, 0, 0, 0], &json!({}));
}

#[test]
fn lists_name_what_is_read() {
    let home = with_text();
    home.write("in/two\nlines.txt", TEXT);
    fs::write(home.path("in").join(OsStr::from_bytes(b"\xcf\xe0.txt")), TEXT).expect("written");
    home.write("list", b"in/client.txt\n\nin/absent.txt\nin/\xcf\xe0.txt");
    expect(&home, &["--files-from", "list"], 3, [2, 0, 0, 1], &json!({"missing": 1}));
    let told = home.run(&["scan", "--files-from", "list"]);
    assert!(told.code == 3 && told.out.contains("in/absent.txt"), "what is not there is named: {told:?}");
    home.write("list0", b"in/client.txt\0in/two\nlines.txt\0in/\xcf\xe0.txt\0");
    expect(&home, &["--files-from", "list0", "-0"], 0, [3, 0, 0, 0], &json!({}));
    let mut child = home
        .command(&["scan", "-f", "jsonl", "--items", "--files-from", "-", "-0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("piped").write_all(b"in/two\nlines.txt\0in").expect("taken");
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 0, "{ran:?}");
    adds_up(&ran);
}

#[test]
fn names_of_any_bytes_are_kept() {
    let home = Home::new();
    let names: [&[u8]; 5] =
        [b"\xcf\xe0\xf1\xef\xee\xf0\xf2.txt", b"\xff\xfe", b"new\nline", b"\x1b[31m", "паспорт.txt".as_bytes()];
    for name in names {
        fs::write(home.path("in").join(OsStr::from_bytes(name)), TEXT).expect("written");
    }
    let ran = expect(&home, &["in"], 0, [5, 0, 0, 0], &json!({}));
    let items: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|record: &Value| record["type"] == "item")
        .collect();
    let lossless = items.iter().filter(|item| item["path_b64"].is_string()).count();
    assert_eq!((items.len(), lossless), (5, 2), "{items:?}");
    assert!(!ran.out.contains('\u{1b}'));
}

#[test]
fn what_vanishes_is_counted() {
    let home = with_text();
    fs::create_dir(home.path("in/storm")).expect("made");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                for n in 0..200 {
                    fs::write(home.path(&format!("in/storm/{n}")), TEXT).expect("written");
                }
                for n in 0..200 {
                    fs::remove_file(home.path(&format!("in/storm/{n}"))).expect("removed");
                }
            }
        });
        for _ in 0..30 {
            let ran = home.run(&["scan", "in", "-f", "jsonl", "--items"]);
            let summary = adds_up(&ran);
            // A file may be met while it is written: then it is told as changed.
            assert!(matches!(ran.code, 0 | 3), "{ran:?}");
            for (reason, _) in summary["reasons"].as_object().expect("reasons") {
                assert!(matches!(reason.as_str(), "vanished" | "changed_during_scan"), "{summary}");
            }
            assert!(summary["detectors"]["kz.iin"]["count"].as_u64() >= Some(1), "{summary}");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

/// A scan that would take long: many files, and a stream that never ends.
#[test]
fn a_signal_ends_a_long_scan_with_an_answer() {
    let home = Home::new();
    home.write("in/0.txt", TEXT.repeat(40_000));
    for n in 1..200 {
        fs::hard_link(home.path("in/0.txt"), home.path(&format!("in/{n}.txt"))).expect("linked");
        // Its own inode, so that it is read.
        fs::remove_file(home.path(&format!("in/{n}.txt"))).expect("removed");
        symlink("0.txt", home.path(&format!("in/{n}.txt"))).expect("linked");
    }
    let list: String = (0..200).flat_map(|n| std::iter::repeat_n(format!("in/{n}.txt\n"), 20)).collect();
    home.write("list", list);
    for (signal, output) in [("INT", false), ("TERM", false), ("INT", true), ("TERM", true)] {
        let mut arguments = vec!["scan", "--files-from", "list", "-f", "jsonl", "--items"];
        if output {
            arguments.extend(["-o", "report.jsonl"]);
        }
        let child = home.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        std::thread::sleep(Duration::from_millis(250));
        kill(signal, child.id());
        let mut ran = Ran::from(child.wait_with_output().expect("it ends"));
        if output {
            assert_eq!(ran.out, "");
            ran.out = fs::read_to_string(home.path("report.jsonl")).expect("what was found is put in place");
        }
        let summary = adds_up(&ran);
        assert_eq!(ran.code, 3, "{signal}: {summary}");
        assert!(ran.out.contains("\"type\":\"finding\""), "{signal}: {summary}");
        assert!(!ran.err.contains("panic") && ran.err.lines().count() == 1, "{signal}: {:?}", ran.err);
        for line in ran.out.lines() {
            serde_json::from_str::<Value>(line).expect("whole lines");
        }
        // An item that was begun and not ended was looked at in part; whatever was found in it, it is no clean item.
        let begun = ran.out.lines().filter(|line| line.contains("\"reason\":\"not_reached\"")).count() as u64;
        assert_eq!(summary["reasons"]["not_reached"].as_u64().unwrap_or(0), begun, "{signal}: {summary}");
    }
}

fn kill(signal: &str, pid: u32) {
    let status = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status();
    assert!(status.expect("kill is there").success());
}

/// Somebody who waits for input that does not come presses Ctrl-C once.
/// Whether a process has handlers for SIGINT and SIGTERM by now (`proc_pid_status(5)`, `SigCgt`).
fn catches_signals(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0);
    [2, 15].iter().all(|signal| caught >> (signal - 1) & 1 == 1)
}

#[test]
fn a_signal_ends_a_scan_that_waits_for_input() {
    let home = with_text();
    for (signal, first) in [("TERM", ""), ("INT", TEXT)] {
        let mut child = home
            .command(&["scan", "in", "-", "-f", "jsonl", "--items"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(first.as_bytes()).expect("taken");
        let end = Instant::now() + Duration::from_secs(30);
        while !catches_signals(child.id()) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill(signal, child.id());
        let end = Instant::now() + Duration::from_secs(10);
        while child.try_wait().expect("it can be asked").is_none() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        let ended = child.try_wait().expect("it can be asked").is_some();
        drop(input);
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        assert!(ended, "{signal}: it still waited after 10 seconds: {ran:?}");
        assert_eq!(ran.code, 3, "{signal}: {ran:?}");
        adds_up(&ran);
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let home = Home::new();
    home.write("in/many.txt", TEXT.repeat(50_000));
    for format in ["human", "json", "jsonl", "csv"] {
        let mut child = home
            .command(&["scan", "in", "-f", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        // As `| head -c 1` does.
        let mut out = child.stdout.take().expect("piped");
        out.read_exact(&mut [0]).expect("one byte");
        drop(out);
        let ran = Ran::from(child.wait_with_output().expect("it ends"));
        assert_eq!(ran.err, "", "{format}: {ran:?}");
        // A short report may have gone into the pipe before it was closed.
        assert!(matches!(ran.code, 0 | 3), "{format}: {ran:?}");
    }
}

#[test]
fn a_full_disk_is_five() {
    let home = Home::new();
    home.write("in/many.txt", TEXT.repeat(50_000));
    for format in ["human", "json", "jsonl", "csv"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("there");
        let output = home.command(&["scan", "in", "-f", format]).stdout(full).output().expect("it runs");
        let ran = Ran::from(output);
        assert_eq!(ran.code, 5, "{format}: {ran:?}");
        assert!(ran.err.starts_with("error: ") && !ran.err.contains("panic"), "{format}: {ran:?}");
    }
    let disk = home.path("disk");
    fs::create_dir(&disk).expect("made");
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(&disk).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        cannot("a report on a full disk: it may not mount here");
        return;
    }
    home.write("disk/report", "before");
    let ran = home.run(&["scan", "in", "-f", "jsonl", "-o", "disk/report"]);
    let before = fs::read_to_string(disk.join("report")).expect("there");
    let left = fs::read_dir(&disk).expect("there").count();
    assert!(Command::new("umount").arg(&disk).status().expect("it runs").success());
    assert_eq!((ran.code, before.as_str(), left), (5, "before", 1), "{ran:?}");
    assert!(ran.err.contains("error: ") && ran.err.contains("space"), "{ran:?}");
    assert!(ran.err.contains("disk/report`: No space"), "it is named: {ran:?}");
}

#[test]
fn gaps_can_be_accepted_by_name_only() {
    let home = with_text();
    home.write("in/picture.png", b"\x89PNG\r\n\x1a\n0000000000000000");
    home.write("in/archive.rar", b"Rar!\x1a\x07\0");
    expect(&home, &["in"], 3, [1, 1, 0, 1], &json!({"no_text": 1, "unsupported": 1}));
    expect(&home, &["in", "--accept-gaps", "no_text"], 3, [1, 1, 0, 1], &json!({"no_text": 1, "unsupported": 1}));
    fs::remove_file(home.path("in/archive.rar")).expect("removed");
    let ran = expect(&home, &["in", "--accept-gaps", "no_text"], 0, [1, 1, 0, 0], &json!({"no_text": 1}));
    assert_eq!(ran.summary()["gaps_accepted"], 1);
    assert!(ran.out.contains("\"accepted\":true"), "{ran:?}");
    let most = expect(
        &home,
        &["in/client.txt", "--max-findings-per-item", "1"],
        3,
        [0, 1, 0, 0],
        &json!({"limit_findings": 1}),
    );
    assert_eq!(most.out.matches("\"type\":\"finding\"").count(), 1);
}

/// One reaches for `--fail-on` to stop a pipeline: one wins over three.
#[test]
fn findings_win_over_gaps() {
    let home = with_text();
    home.write("in/archive.rar", b"Rar!\x1a\x07\0");
    let ran = expect(&home, &["in", "--fail-on", "medium"], 1, [1, 0, 0, 1], &json!({"unsupported": 1}));
    assert_eq!(ran.summary()["complete"], false);
    expect(&home, &["in", "--fail-on", "fin.*"], 3, [1, 0, 0, 1], &json!({"unsupported": 1}));
}

/// Members are listed beside their containers, each with one state of its own.
#[cfg(feature = "formats")]
#[test]
fn what_lies_inside_is_listed() {
    let home = Home::new();
    let inner = containers::zip(&[("client.txt", TEXT.as_bytes()), ("photo.png", b"\x89PNG\r\n\x1a\n")]);
    home.write("in/backup.tar.gz", containers::gzip(&containers::tar(&[("inner.zip", &inner)])));
    let ran = expect(&home, &["in"], 3, [1, 4, 0, 0], &json!({"no_text": 1, "unread_part": 3}));
    let members = [
        "\"member\":\"backup.tar!inner.zip!client.txt\",\"state\":\"scanned_full\"",
        "\"member\":\"backup.tar!inner.zip!photo.png\",\"state\":\"scanned_partial\",\"reason\":\"no_text\"",
        "\"member\":\"backup.tar!inner.zip\",\"state\":\"scanned_partial\",\"reason\":\"unread_part\"",
        "\"member\":\"backup.tar\",\"state\":\"scanned_partial\",\"reason\":\"unread_part\"",
    ];
    for member in members {
        assert!(ran.out.contains(member), "{member}: {ran:?}");
    }
    // A gap inside that is accepted is none of the container's either.
    expect(&home, &["in", "--accept-gaps", "no_text"], 0, [4, 1, 0, 0], &json!({"no_text": 1}));
}
