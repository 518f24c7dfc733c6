//! What a user sees: exit codes, standard output, standard error, files.
#![cfg(feature = "cli")]

#[path = "report/validate.rs"]
mod validate;

use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const TEXT: &str = "ИИН клиента: 900101300017\nпочта: aigul.s@pochta-primer.kz\n";

/// A home of its own for each test, with a folder `in` to scan.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("in")).expect("made");
        Self { folder }
    }

    fn with_text() -> Self {
        let home = Self::new();
        home.write("in/client.txt", TEXT);
        home
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elek"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("ELEK_")
                || text.starts_with("LC_")
                || text.starts_with("XDG_")
                || text == "LANG"
                || text == "NO_COLOR"
            {
                command.env_remove(&name);
            }
        }
        command.env("HOME", self.folder.path()).env("LC_ALL", "C.UTF-8");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().expect("it runs"))
    }
}

/// How a run ended.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn schema(home: &Home, which: &str) -> Value {
    serde_json::from_str(&home.run(&["schema", which]).out).expect("a schema is JSON")
}

#[test]
fn findings_are_counted_and_on_request_masked() {
    let home = Home::with_text();
    let ran = home.run(&["scan", "in"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.out.contains("in/client.txt  1 kz.iin · 1 email\n"), "{}", ran.out);
    assert!(ran.out.ends_with("complete: 1 item read, 2 findings\n"), "{}", ran.out);
    assert!(!ran.out.contains('•') && !ran.out.contains("line 1"), "no sample without being asked: {}", ran.out);
    let ran = home.run(&["scan", "in", "-v"]);
    assert!(
        ran.out.contains("••••••••17") && ran.out.contains("line 1") && !ran.out.contains("keyword"),
        "{}",
        ran.out
    );
    let explained = home.run(&["scan", "in", "--explain"]);
    assert!(
        explained.out.contains("••••••••17") && explained.out.contains("the field is named «ИИН клиента»"),
        "{}",
        explained.out
    );
    for out in [ran.out, explained.out] {
        assert!(!out.contains("900101300017") && !out.contains("aigul") && !out.contains('\u{1b}'), "{out}");
    }
}

/// The first thing that a reader of the README sees fits a terminal, in each language.
#[test]
fn the_report_of_the_tour_fits_a_screen() {
    let home = Home::new();
    for lang in ["en", "ru", "kk", "uk", "be"] {
        let mut command = home.command(&["scan", "fixtures/tour", "--lang", lang]);
        let ran = Ran::from(command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("it runs"));
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        let lines: Vec<&str> = ran.out.lines().collect();
        assert!(lines.len() <= 48, "{lang}: {} lines\n{}", lines.len(), ran.out);
        let wide: Vec<_> = lines.iter().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{lang}: {wide:#?}");
        assert_eq!(lines[0], "fixtures/tour/", "{lang}");
        assert!(!ran.out.contains('•'), "{lang}: {}", ran.out);
    }
}

/// The README's first output is a real one: each of its lines is printed, in this order. If this fails after a change of
/// detectors, run the command and put the new lines in.
#[test]
fn the_readme_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("a README");
    let (_, shown) = readme.split_once("$ cargo run --release -- scan fixtures/tour\n").expect("the first command");
    let (shown, _) = shown.split_once("```").expect("its end");
    let home = Home::new();
    let ran = Ran::from(home.command(&["scan", "fixtures/tour"]).current_dir(root).output().expect("it runs"));
    let mut printed = ran.out.lines();
    for line in shown.lines().filter(|line| *line != "…" && !line.starts_with("Read ")) {
        // Who may read a file depends on how it was checked out.
        let same = |out: &str| out.trim_start_matches(['!', ' ']) == line.trim_start_matches(['!', ' ']);
        assert!(printed.any(same), "`{line}` is not printed, or not in this place:\n{}", ran.out);
    }
}

#[test]
fn records_fit_the_published_schemas() {
    let home = Home::with_text();
    let ran = home.run(&["scan", "in", "--format", "jsonl", "--items"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.err, "complete: 1 item read, 2 findings\n");
    let lines = schema(&home, "scan");
    for record in records(&ran.out) {
        assert_eq!(validate::problems(&lines, &record), [""; 0], "{record}");
    }
    let ran = home.run(&["scan", "in", "-f", "json", "-q"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let document = serde_json::from_str(&ran.out).expect("a document");
    assert_eq!(validate::problems(&schema(&home, "report"), &document), [""; 0]);
}

#[test]
fn one_exit_code_for_each_end() {
    let home = Home::with_text();
    fs::create_dir(home.path("empty")).expect("made");
    for (arguments, code, out, err) in [
        (&["scan", "in", "--fail-on", "high"][..], 1, "findings: 2 findings, as --fail-on asks", ""),
        (&["scan", "in", "--fail-on", "nid.*"], 1, "findings:", ""),
        (&["scan", "in", "--fail-on", "fin.*"], 0, "complete:", ""),
        (&["scan", "in", "--fail-on", "none"], 0, "complete:", ""),
        (&["scan", "empty"], 3, "incomplete: there was nothing to read", ""),
        (&["scan", "absent"], 2, "", "error: cannot find `absent`\ncaused by: "),
        (&["scan"], 2, "", "hint: name files or folders, or `-` for standard input"),
        (&["scan", "in", "--fail-on", "hihg"], 2, "", "`hihg` is neither none, low, medium, high nor a category"),
        (&["scan", "in", "--format", "xml"], 2, "", "`xml` is none of human, json, jsonl, csv"),
        (&["scan", "in", "--accept-gaps", "timeout"], 2, "", "these can be: unknown_binary, no_text, needs_ocr"),
        (&["scan", "in", "--only", "card", "--except", "card"], 2, "", "together leave no detector"),
        (&["scan", "in", "--only", "kz.inn"], 2, "", "no detector is called `kz.inn`"),
        (&["scan", "in", "-j", "0"], 2, "", "cannot work with 0 threads"),
        (&["scan", "in", "-o", "absent/report"], 2, "", "cannot write the report to `absent/report`"),
        (&["scan", "in", "-o", "in"], 2, "", "cannot write the report to `in`"),
        (&["scan", "in", "--colour"], 2, "", "unexpected argument '--colour'"),
        (&["scan", "in", "-0"], 2, "", "--files-from"),
        (&["detectors", "show", "no.such"], 2, "", "no detector is called `no.such`"),
        (&["detectors", "check", "absent"], 2, "", "`absent` is not a folder"),
        (&[], 2, "", "Usage"),
    ] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?} {ran:?}");
        assert!(ran.out.contains(out), "{arguments:?} {ran:?}");
        assert!(ran.err.contains(err), "{arguments:?} {ran:?}");
        assert!(code != 2 || ran.out.is_empty(), "nothing was done: {arguments:?} {ran:?}");
    }
}

#[test]
fn special_files_and_links_do_not_block() {
    let home = Home::with_text();
    std::os::unix::fs::symlink("client.txt", home.path("in/link")).expect("linked");
    assert!(Command::new("mkfifo").arg(home.path("in/pipe")).status().expect("it runs").success());
    let ran = home.run(&["scan", "in", "-f", "jsonl"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let records = records(&ran.out);
    let summary = records.last().expect("a summary");
    assert_eq!(summary["reasons"]["special_file"], 1);
    assert_eq!(summary["reasons"]["link"], 1);
    assert_eq!(summary["items"]["listed"], 3);
}

#[test]
fn the_report_file_is_private_whole_and_not_scanned() {
    let home = Home::with_text();
    for round in 0..3 {
        let ran = home.run(&["scan", "in", "-f", "jsonl", "-o", "in/report.jsonl"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{ran:?}");
        let text = fs::read_to_string(home.path("in/report.jsonl")).expect("there");
        let records = records(&text);
        assert_eq!(records.iter().filter(|record| record["type"] == "finding").count(), 2, "round {round}: {text}");
        assert_eq!(fs::metadata(home.path("in/report.jsonl")).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(home.path("in")).expect("there").count(), 2);
    }
}

#[test]
fn a_full_disk_ends_with_five() {
    let home = Home::with_text();
    for format in ["human", "json", "jsonl", "csv"] {
        let ran = home.run(&["scan", "in", "-f", format, "-o", "/dev/full"]);
        assert_eq!(ran.code, Some(5), "{format} {ran:?}");
        assert!(ran.err.contains("error: stopped: the output could not be written"), "{format} {ran:?}");
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("there");
        let output = home.command(&["scan", "in", "-f", format]).stdout(full).output().expect("it runs");
        assert_eq!(output.status.code(), Some(5), "{format}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = Home::new();
    home.write("in/many.txt", &TEXT.repeat(20_000));
    for format in ["human", "json", "jsonl", "csv"] {
        let mut child = home
            .command(&["scan", "in", "-f", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(3), &b""[..]), "{format}");
    }
    let ran = home.run(&["scan", "in", "-f", "jsonl"]);
    assert_eq!(ran.out.lines().count(), 40_002);
}

#[test]
fn a_signal_ends_with_what_was_found() {
    let home = Home::new();
    for signal in ["INT", "TERM", "HUP"] {
        let mut child = home
            .command(&["scan", "-", "-f", "jsonl"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut input = child.stdin.take().expect("piped");
        let feeder = std::thread::spawn(move || while input.write_all(TEXT.repeat(100).as_bytes()).is_ok() {});
        let mut out = child.stdout.take().expect("piped");
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            out.read_to_string(&mut text).expect("UTF-8");
            text
        });
        std::thread::sleep(Duration::from_millis(300));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([format!("-{signal}").as_str(), &pid]).status().expect("it runs").success());
        let status = child.wait().expect("it ends");
        let text = reader.join().expect("read");
        feeder.join().expect("fed");
        assert_eq!(status.code(), Some(3), "{signal}");
        let records = records(&text);
        let summary = records.last().expect("a summary");
        assert_eq!((&summary["type"], &summary["complete"]), (&"summary".into(), &false.into()), "{signal}");
    }
}

#[test]
fn settings_come_from_file_environment_and_flags() {
    let home = Home::with_text();
    home.write(".config/elek/config.toml", "# ours\nlang = \"ru\"\nfail_on = [\"high\"]\nmin_confidence = \"high\"\n");
    let shown = |ran: &Ran, key: &str| -> String {
        let line = ran
            .out
            .lines()
            .find(|line| line.starts_with(&format!("{key} ")))
            .unwrap_or_else(|| panic!("{key} in {ran:?}"));
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    let file = home.path(".config/elek/config.toml");
    let ran = home.run(&["config", "show"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(shown(&ran, "lang"), format!("ru {}:2", file.display()));
    assert_eq!(shown(&ran, "fail_on"), format!("high {}:3", file.display()));
    assert_eq!(shown(&ran, "read"), "auto default");
    let ran = Ran::from(
        home.command(&["config", "show"]).env("ELEK_LANG", "kk").env("ELEK_FAIL_ON", "none").output().expect("it runs"),
    );
    assert_eq!(shown(&ran, "lang"), "kk $ELEK_LANG");
    assert_eq!(shown(&ran, "fail_on"), "none $ELEK_FAIL_ON");
    let ran =
        Ran::from(home.command(&["config", "show", "--lang", "be"]).env("ELEK_LANG", "kk").output().expect("it runs"));
    assert_eq!(shown(&ran, "lang"), "be --lang");

    let ran = home.run(&["scan", "in"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.ends_with("есть находки: 2 находки, как задано в --fail-on\n"), "{}", ran.out);
    let ran = home.run(&["config", "check"]);
    assert_eq!((ran.code, ran.out), (Some(0), format!("{}: in order\n", file.display())));

    let unknown = |quiet: &[&str]| {
        let mut command = home.command(&[&["config", "show"], quiet].concat());
        Ran::from(command.env("ELEK_FAILON", "value").output().expect("it runs")).err
    };
    assert_eq!(unknown(&[]), "warning: no setting is called `$ELEK_FAILON`, so it has no effect\n");
    assert_eq!(unknown(&["-q"]), "");
    let none = home.run(&["scan", "in", "--max-findings-per-item", "0"]);
    assert!(none.code == Some(2) && none.err.contains("`max_findings_per_item` (--max-findings-per-item)"), "{none:?}");
    let share = home.run(&["eval", "in", "--min-f1", "9990"]);
    assert!(share.code == Some(2) && share.err.contains("a number from 0 to 100"), "{share:?}");
    home.write("own/bad.toml", "id = \"x.bad\"\nname = 1\n");
    let check = home.run(&["detectors", "check", "own"]);
    assert!(check.code == Some(1) && !check.out.contains("\\n") && check.err.ends_with("1 problem\n"), "{check:?}");

    let ran = Ran::from(home.command(&["scan", "in"]).env("ELEK_LANG", "de").output().expect("it runs"));
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("error: cannot use `$ELEK_LANG`\ncaused by: `de` is none of en, ru, kk, uk, be"),
        "{ran:?}"
    );
}

#[test]
fn unknown_keys_are_refused_with_line_and_known_keys() {
    let home = Home::with_text();
    home.write("bad.toml", "lang = \"ru\"\n\nlangs = \"ru\"\n");
    for arguments in [&["config", "check", "--config", "bad.toml"][..], &["scan", "in", "--config", "bad.toml"]] {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.err.contains("error: cannot use the config file `bad.toml`, line 3\ncaused by: unknown key `langs`\nhint: known keys: format, "), "{ran:?}");
    }
    let ran = home.run(&["config", "check", "--config", "absent.toml"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    // What no scan would work with.
    for line in ["limit_depth = 0", "limit_time = 99999999999", "max_findings_per_item = 0", "only = [\"nosuch\"]"] {
        home.write("bad.toml", &format!("{line}\n"));
        for command in [&["config", "check"][..], &["doctor"]] {
            let ran = home.run(&[command, &["--config", "bad.toml"]].concat());
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{line}: {ran:?}");
        }
    }
}

#[test]
fn the_schema_of_the_config_knows_the_same_keys() {
    let home = Home::new();
    let schema = schema(&home, "config");
    let mut known: Vec<&String> = schema["properties"].as_object().expect("keys").keys().collect();
    known.sort();
    home.write(
        "all.toml",
        "[destination.copilot]\ncountry = \"US\"\n[category.\"contact.phone\"]\ngate_class = \"strong_id\"\n\
         [volume.hr]\ncountry = \"KZ\"\npaths = [\"in\"]\n[consent]\nregister = \"r\"\nmax_age_days = 1\n\
         [serve.volume.hr]\nwatch = false\n",
    );
    let ran = home.run(&["config", "show", "--config", "all.toml"]);
    // A table is shown by its entries.
    let mut shown: Vec<&str> =
        ran.out.lines().filter_map(|line| line.split_whitespace().next()?.split('.').next()).collect();
    shown.sort_unstable();
    assert_eq!(known, shown);
    // Facts have the same forms.
    for (fact, is_good) in [
        ("terms_ref = \"t-1\"", true),
        ("terms_ref = [\"t-1\", \"t-2\"]", true),
        ("terms_ref = false", false),
        ("may_train = false", true),
        ("may_train = \"no\"", false),
        ("country = \"KZ\"", true),
        ("country = \"kz\"", false),
        ("primary_copy_country = 7", false),
    ] {
        let config = format!("[destination.copilot]\n{fact}\n");
        home.write("fact.toml", &config);
        assert_eq!(home.run(&["config", "check", "--config", "fact.toml"]).code == Some(0), is_good, "{fact}");
        let table: Value = toml::from_str(&config).expect("TOML");
        assert_eq!(validate::problems(&schema, &table).is_empty(), is_good, "{fact}");
    }
}

#[test]
fn nothing_in_or_above_what_is_scanned_is_a_config() {
    let home = Home::with_text();
    let config = "only = [\"email\"]\nmin_confidence = \"high\"\n";
    for name in [
        "in/elek.toml",
        "in/.elek.toml",
        "in/config.toml",
        "elek.toml",
        "in/.config/elek/config.toml",
        "in/.gitignore",
        "in/.elekignore",
    ] {
        home.write(name, config);
    }
    let ran = home.run(&["scan", "in/client.txt"]);
    assert!(ran.out.contains("2 findings") && ran.out.contains("kz.iin"), "{ran:?}");
}

#[test]
fn colours_and_languages() {
    let home = Home::with_text();
    assert!(home.run(&["scan", "in", "--color", "always"]).out.contains("\u{1b}[1m"));
    let ran =
        Ran::from(home.command(&["scan", "in", "--color", "always"]).env("NO_COLOR", "1").output().expect("it runs"));
    assert!(ran.out.contains("\u{1b}[1m"), "a flag wins over NO_COLOR");
    for (variables, last) in [
        (&[("LC_ALL", "ru_RU.UTF-8")][..], "прочитано всё: 1 объект, 2 находки\n"),
        (
            &[("LC_ALL", ""), ("LC_MESSAGES", "kk_KZ.UTF-8"), ("LANG", "ru_RU.UTF-8")],
            "бәрі оқылды: 1 нысан, 2 табылған дерек\n",
        ),
        (&[("LC_ALL", ""), ("LANG", "uk_UA.UTF-8")], "прочитано все: 1 об'єкт, 2 знахідки\n"),
        (&[("LC_ALL", "de_DE.UTF-8")], "complete: 1 item read, 2 findings\n"),
    ] {
        let ran = Ran::from(home.command(&["scan", "in"]).envs(variables.iter().copied()).output().expect("it runs"));
        assert!(ran.out.ends_with(last), "{variables:?} {ran:?}");
    }
    let ran = Ran::from(
        home.command(&["scan", "in", "--lang", "be"]).env("LC_ALL", "ru_RU.UTF-8").output().expect("it runs"),
    );
    assert!(ran.out.ends_with("прачытана ўсё: 1 аб'ект, 2 знаходкі\n"), "{ran:?}");
}

#[test]
fn keys_of_fingerprints() {
    let home = Home::with_text();
    let key_word = |ran: &Ran| records(&ran.out)[0]["key"].clone();
    let prints = |ran: &Ran| -> Vec<Value> {
        records(&ran.out).iter().filter_map(|record| record.get("fingerprint").cloned()).collect()
    };
    let first = home.run(&["scan", "in", "-f", "jsonl"]);
    assert_eq!(key_word(&first), "file");
    let made = home.path(".local/state/elek/key");
    assert_eq!(fs::metadata(&made).expect("made").permissions().mode() & 0o777, 0o600);
    assert_eq!(prints(&first), prints(&home.run(&["scan", "in", "-f", "jsonl"])));

    home.write("key", "an operator's own long secret, kept elsewhere");
    let own = home.run(&["scan", "in", "-f", "jsonl", "--key-file", "key"]);
    assert_eq!(own.code, Some(0));
    assert!(own.err.contains("warning: key file `key` can be read by others"), "{own:?}");
    assert_ne!(prints(&first), prints(&own));
    let named =
        Ran::from(home.command(&["scan", "in", "-f", "jsonl"]).env("ELEK_KEY_FILE", "key").output().expect("it runs"));
    assert_eq!(prints(&own), prints(&named));

    home.write("short", "short");
    for (file, message) in
        [("short", "holds 5 bytes, a key needs at least 32"), ("absent", "cannot read key file `absent`")]
    {
        for format in ["human", "jsonl"] {
            let ran = home.run(&["scan", "in", "-f", format, "--key-file", file]);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
            assert!(
                ran.err.contains(message) && ran.err.contains("hint: the key file is named by --key-file"),
                "{ran:?}"
            );
        }
    }
    let output =
        home.command(&["scan", "in", "-f", "jsonl"]).env("XDG_STATE_HOME", "/dev/null").output().expect("it runs");
    let ran = Ran::from(output);
    assert_eq!((ran.code, key_word(&ran)), (Some(0), "ephemeral".into()), "{ran:?}");
    assert!(ran.err.contains("warning: no key file could be used"), "{ran:?}");
}

#[test]
fn lists_of_paths() {
    let home = Home::with_text();
    home.write("in/two\nlines.txt", TEXT);
    home.write("list", "in/client.txt\nin/absent.txt\n");
    let ran = home.run(&["scan", "--files-from", "list", "-f", "jsonl"]);
    let summary = records(&ran.out).pop().expect("a summary");
    assert_eq!(summary["items"]["listed"], 2, "{ran:?}");
    home.write("list0", "in/client.txt\0in/two\nlines.txt\0");
    let ran = home.run(&["scan", "--files-from", "list0", "-0", "-f", "jsonl"]);
    assert_eq!(
        (ran.code, records(&ran.out).pop().expect("a summary")["items"]["scanned_full"].clone()),
        (Some(0), 2.into()),
        "{ran:?}"
    );
}

#[test]
fn version_help_and_the_small_commands() {
    let home = Home::new();
    let ran = home.run(&["--version"]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(0), 1));
    assert!(ran.out.starts_with(concat!("elek ", env!("CARGO_PKG_VERSION"), " (")), "{ran:?}");
    let facts: Value = serde_json::from_str(&home.run(&["version", "--json"]).out).expect("JSON");
    for name in ["version", "commit", "date", "target", "profile", "rustc", "simd", "sandbox"] {
        assert!(facts[name].as_str().is_some_and(|fact| !fact.is_empty()), "{name} in {facts}");
    }
    assert!(facts["features"].as_array().is_some_and(|features| features.contains(&"cli".into())), "{facts}");
    for (arguments, part) in [
        (&["--help"][..], "Examples:"),
        (&["scan", "--help"], "elek scan exports/ chat.log"),
        (&["completions", "bash"], "_elek"),
        (&["man"], ".TH"),
        (&["detectors", "list"], "kz.iin"),
        (&["detectors", "list", "--json"], "\"id\":\"email\""),
        (&["detectors", "show", "kz.iin"], "nid.kz_iin"),
    ] {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?} {ran:?}");
        assert!(ran.out.contains(part), "{arguments:?} {ran:?}");
    }
    for line in home.run(&["scan", "--help"]).out.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn labelled_files_are_scored() {
    let home = Home::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/labelled/small");
    let ran = home.run(&["eval", folder]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.out.contains("recall by language: ru 100.0"), "{ran:?}");
    let score: Value = serde_json::from_str(&home.run(&["eval", folder, "--format", "json"]).out).expect("JSON");
    assert_eq!(score["detectors"]["kz.iin"]["found"], 1, "{score}");
    assert_eq!(home.run(&["eval", folder, "--min-f1", "99"]).code, Some(0));
    assert_eq!(home.run(&["eval", folder, "--min-f1", "99", "--except", "email"]).code, Some(1));
    assert_eq!(home.run(&["eval", "nowhere"]).code, Some(2));
}

#[test]
fn names_from_elsewhere_do_not_move_the_cursor() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let name = OsStr::from_bytes(b"\xef\xe0\x1b[31m\n.txt");
    fs::write(home.path("in").join(name), TEXT).expect("written");
    let ran = home.run(&["scan", "in"]);
    assert!(ran.out.contains("in/\\xef\\xe0\\u{1b}[31m\\n.txt"), "{ran:?}");
    assert!(!ran.out.contains('\u{1b}'), "{ran:?}");
    let absent = Path::new("absent\u{1b}[31m\u{202e}");
    let output = home.command(&["scan"]).arg(absent).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stderr).contains(['\u{1b}', '\u{202e}']), "{output:?}");
    let output = home.command(&["scan", "in"]).env("ELEK_\u{1b}[31m", "1").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`$ELEK_\\u{1b}[31m`") && !said.contains('\u{1b}'), "{said}");
}

/// What a command would refuse is told when the configuration is looked at.
#[test]
fn a_config_that_a_command_would_refuse_is_not_in_order() {
    let home = Home::new();
    for (config, told) in [
        ("limit_depth = 0\n", "`limit_depth` (elek.toml:1) cannot be 0"),
        ("lang = \"ru\"\nlimit_time = 99999999999\n", "`limit_time` (elek.toml:2)"),
        ("max_findings_per_item = 0\n", "`max_findings_per_item`"),
        ("only = [\"nosuch\"]\n", "nosuch"),
        ("except = [\"*\"]\n", ""),
        ("[destination.copilot]\nterms_ref = false\n", "must be a text in quotes"),
    ] {
        home.write("elek.toml", config);
        for command in [&["config", "check", "--config", "elek.toml"][..], &["doctor", "--config", "elek.toml"]] {
            let ran = home.run(command);
            assert!(ran.code == Some(2) && ran.err.contains(told), "{config}: {ran:?}");
        }
    }
}

/// The last line counts what `--fail-on` asks for, not everything.
#[test]
fn the_findings_that_fail_are_counted() {
    let home = Home::new();
    home.write("in/a.txt", "ИИН 900101300017, почта aigul.s@pochta-primer.kz, тел. +7 701 123 45 67\n");
    let line = |words: &str| {
        let ran = home.run(&["scan", "in", "--fail-on", words]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        ran.out.lines().last().expect("a line").to_owned()
    };
    assert_eq!(line("nid.*"), "findings: 1 finding, as --fail-on asks");
    assert_eq!(line("nid.*,contact.email"), "findings: 2 findings, as --fail-on asks");
    assert_eq!(line("low"), "findings: 3 findings, as --fail-on asks");
}

/// An item with more findings than its limit counts as not read in full, whatever the form of the report lists.
#[test]
fn no_exit_code_hangs_on_the_form_of_the_report() {
    let home = Home::new();
    home.write("in/a.txt", "ИИН 900101300017, почта aigul.s@pochta-primer.kz\n");
    for format in ["human", "json", "jsonl", "csv", "sarif", "html"] {
        let code = |most: &str| home.run(&["scan", "in", "-f", format, "--max-findings-per-item", most]).code;
        assert_eq!((code("1"), code("2")), (Some(3), Some(0)), "{format}");
    }
}
