//! User stories, each told by the program itself, and where its test stands:
//!
//! | story | what it asks for | test |
//! |---|---|---|
//! | U1 | a volume holds more than its purpose allows | `survey::a_volume_holds_more_than_its_purpose_allows` |
//! | U2 | few findings are a question, special data never | the same, `survey::special_data_are_never_open_ended` |
//! | U3 | no purpose is never clean | `survey::what_is_not_declared_is_said` |
//! | U4 | the record of processing | `survey::the_record_of_processing_is_exported` |
//! | U5 | a report in Kazakh | `survey::a_report_is_read_in_kazakh` |
//! | U6 | a processor sees nothing of the content | `survey::a_processor_sees_nothing_of_the_content`, `state::the_state_is_asked_by_who_may_see_it`, `gate::profiles_see_what_is_theirs` |
//! | U7 | a kill loses nothing that was finished | `state::a_scan_that_was_killed_goes_on_where_it_was`, `state::killed_at_any_moment_nothing_is_lost_and_nothing_is_doubled`; the configured rate belongs to the service |
//! | U8 | two tenants cannot be joined | `two_tenants_with_one_number_cannot_be_joined` |
//! | U9 | a ticket for a model is redacted | `a_ticket_goes_to_a_model_without_its_people` |
//! | U10 | the answer comes back | `gate::an_answer_comes_back` |
//! | U11 | an archive with a password is denied | `an_archive_with_a_password_stays` |
//! | U12 | a wrong policy starts nothing | `gate::wrong_arguments_and_policies_open_nothing` |
//! | U13 | bounded memory on standard input; milliseconds for a prompt | `standard_input_of_any_length_takes_bounded_memory`; `benches/gate` |
//! | U14 | one changed byte among 100,000 records is named | `one_changed_byte_among_a_hundred_thousand_records_is_named` |
//! | U15 | the same rules on the same bytes decide the same | `a_decision_can_be_had_again` |
//! | U16 | the yearly request | `survey::the_year_is_told` |
//! | U17 | no value in any output | `survey::no_report_shows_a_value`, `leak::*` |
#![cfg(feature = "cli")]

#[path = "support/gate.rs"]
mod gate;
#[path = "support/home.rs"]
mod home;

use gate::{IIN, LOG, answer, gate, gate_stdin, newest};
use home::{Home, Ran};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a list of records says of findings under a key.
fn column(text: &str, key: &str) -> BTreeSet<String> {
    let records = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    records.filter_map(|record| record[key].as_str().map(str::to_owned)).collect()
}

/// U8: neither scans, nor states, nor reports, nor baselines tell that it is the same number.
#[test]
fn two_tenants_with_one_number_cannot_be_joined() {
    let home = Home::new();
    let volume = |name: &str, more: &str| format!("[volume.{name}]\npaths = [\"in/{name}\"]\n{more}");
    let tenants = ["one", "two"].map(|name| volume(name, &format!("tenant = \"{name}\"\ninstruction_ref = \"i\"\n")));
    home.write("elek.toml", tenants.concat() + &volume("ours", ""));
    for name in ["one", "two", "ours", "plain"] {
        home.write(&format!("in/{name}/list.txt"), "тел. +7 701 555 01 23\nтел. +7 701 555 01 23\n");
    }
    let scan = |arguments: &[&str]| {
        let ran = home.run(&[&["scan", "-f", "jsonl", "--config", "elek.toml"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        column(&ran.out, "fingerprint")
    };
    let each = ["in/one", "in/two", "in/ours", "in/plain"].map(|folder| scan(&[folder]));
    let [one, two, ours, plain] = &each;
    assert!(each.iter().all(|prints| prints.len() == 1), "equal values of one owner are equal: {each:?}");
    assert_eq!(ours, plain, "what belongs to no tenant has the operator's own key");
    assert!(one != two && one != ours && two != ours, "{each:?}");
    assert_eq!(scan(&["in"]).len(), 3, "one scan over all of them is no different");
    let absolute = home.path("in/two");
    assert_eq!(&scan(&[absolute.to_str().expect("UTF-8")]), two, "nor is another way to write the path");

    // What is kept: by one scan, and asked for together.
    scan(&["in", "--state", "state"]);
    let kept = home.run(&["findings", "state", "-f", "jsonl"]);
    assert_eq!(kept.code, 0, "{kept:?}");
    assert_eq!(column(&kept.out, "fingerprint").len(), 3);
    for name in ["one", "two"] {
        scan(&[&format!("in/{name}"), "-o", &format!("{name}.jsonl")]);
    }
    let ran = home.run(&["report", "diff", "--config", "elek.toml", "-f", "json", "one.jsonl", "two.jsonl"]);
    let total = &serde_json::from_str::<Value>(&ran.out).expect("JSON")["total"];
    assert_eq!((&total["same"], &total["spread"], &total["new"]), (&json!(0), &json!(0), &json!(1)), "{ran:?}");

    // A volume that changes hands is read again: what was kept of it has the other key.
    let moved =
        fs::read_to_string(home.path("elek.toml")).expect("there").replace("tenant = \"one\"", "tenant = \"two\"");
    home.write("elek.toml", moved);
    scan(&["in", "--state", "state"]);
    let kept = home.run(&["findings", "state", "-f", "jsonl"]);
    assert_eq!(column(&kept.out, "fingerprint").len(), 2, "{kept:?}");
}

/// U8: a consent that one tenant's subject took back binds that tenant alone.
#[test]
fn consents_are_those_of_a_tenant() {
    let home = gate::home();
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    let tenants = "[volume.a]\npaths = [\"in\"]\ntenant = \"a\"\ninstruction_ref = \"i\"\n\
                   [volume.b]\ntenant = \"b\"\ninstruction_ref = \"i\"\n\
                   [consent]\nregister = \"consents.jsonl\"\nmax_age_days = 7\n";
    home.write("elek.toml", format!("{}{tenants}", gate::POLICY));
    let scanned = home.run(&["scan", "-f", "jsonl", "--config", "elek.toml", "in/phone.txt"]);
    let prints: Vec<String> = column(&scanned.out, "fingerprint").into_iter().collect();
    home.write("consents.jsonl", format!("{{\"fingerprint\":\"{}\",\"state\":\"withdrawn\"}}\n", prints[0]));
    let ask = |more: &[&str]| {
        let ran = gate(&home, &[&["--dest", "archive", "in/phone.txt"], more].concat());
        answer(&home, &ran)
    };
    assert_eq!(ask(&[]), (30, "subject_withdrawn".to_owned()), "by the path");
    assert_eq!(ask(&["--volume", "a"]), (30, "subject_withdrawn".to_owned()));
    assert_eq!(ask(&["--volume", "b"]).0, 0);
}

/// U9: names, phones and cards; equal values share a number; the copy is clean.
#[test]
fn a_ticket_goes_to_a_model_without_its_people() {
    let home = gate::home();
    let ticket = "Клиент: Иванова Мария Петровна, телефон +7 701 123 45 67, карта 4400 4322 4136 5033.\n\
                  Перезвонить по 8 701 123-45-67, Иванова Мария Петровна ждёт.\n";
    home.write("in/ticket.txt", ticket);
    let ran = gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "copy.txt"]);
    assert_eq!(answer(&home, &ran), (10, "matrix".to_owned()), "{ran:?}");
    let copy = fs::read_to_string(home.path("copy.txt")).expect("there");
    assert_eq!(
        copy,
        "Клиент: [NAME_1], телефон [PHONE_1], карта [CARD_1].\nПерезвонить по [PHONE_1], [NAME_1] ждёт.\n"
    );
    let again = home.run(&["scan", "-f", "jsonl", "--list", "all", "copy.txt"]);
    assert_eq!(again.summary()["detectors"], json!({}), "{again:?}");
    let ran = gate_stdin(&home, &["--dest", "copilot", "-"], format!("{ticket}ИИН {IIN}\n").as_bytes());
    assert_eq!((ran.code, ran.out), (10, format!("{copy}ИИН [IIN_1]\n")));
}

/// U11: nothing of it is read, nothing is written.
#[test]
fn an_archive_with_a_password_stays() {
    let home = gate::home();
    for (name, reason) in [
        ("locked.zip", "encrypted"),
        ("locked_old.zip", "encrypted"),
        ("locked.7z", "encrypted"),
        ("locked.pdf", "encrypted"),
    ] {
        let bytes = fs::read(format!("{}/fixtures/formats/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a fixture");
        home.write(&format!("in/{name}"), bytes);
        for destination in ["copilot", "archive", "processor-hosting"] {
            let ran = gate(&home, &["--dest", destination, &format!("in/{name}"), "-o", "out"]);
            let (code, said) = answer(&home, &ran);
            assert_eq!(code, 30, "{name}: {ran:?}");
            assert!(said.starts_with(reason), "{name}: {said}");
            assert!(!home.path("out").exists());
        }
    }
}

/// U13: 160 MiB pass through a process that may have less than that, by way of an encrypted file without a name.
#[cfg(target_os = "linux")]
#[test]
fn standard_input_of_any_length_takes_bounded_memory() {
    const MIB: usize = 160;
    let home = gate::home();
    fs::create_dir(home.path("spool")).expect("made");
    let program = env!("CARGO_BIN_EXE_elek");
    // Address space in KiB: the program, its threads, two buffers, and far less than the content.
    let script = format!(
        "ulimit -v 140000; exec {program} gate --config elek.toml --dest archive --spool-memory 1048576 --spool spool -"
    );
    let mut command = home.within(&["sh", "-c", &script], &[]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let mut piece = "Груз задержан на складе, новый срок пока не назван.\n".repeat(20_000).into_bytes();
    piece.truncate(1 << 20);
    piece[(1 << 20) - 1] = b'\n';
    let sent = piece.clone();
    let writer = std::thread::spawn(move || (0..MIB).all(|_| pipe.write_all(&sent).is_ok()));
    let mut out = child.stdout.take().expect("a pipe");
    let mut released = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0_u64;
    loop {
        let count = std::io::Read::read(&mut out, &mut buffer).expect("read");
        if count == 0 {
            break;
        }
        released.update(&buffer[..count]);
        bytes += count as u64;
    }
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(writer.join().expect("written"), "all of it was taken");
    assert_eq!(bytes, (MIB << 20) as u64);
    let mut expected = Sha256::new();
    (0..MIB).for_each(|_| expected.update(&piece));
    assert_eq!(released.finalize()[..], expected.finalize()[..]);
    assert_eq!(fs::read_dir(home.path("spool")).expect("there").count(), 0);
}

/// A log as its description has it, written by nothing of the program: records of a chain without signatures.
fn chain(records: u64) -> Vec<u8> {
    let mut log = String::new();
    let mut prev = format!("sha256:{}", "0".repeat(64));
    for seq in 1..=records {
        let line = format!(
            "{{\"schema\":\"elek.decision/1\",\"type\":\"decision\",\"seq\":{seq},\"prev\":\"{prev}\",\
             \"time\":\"2026-03-02T09:14:07Z\",\"decision\":\"deny\",\"reason_code\":\"matrix\""
        );
        prev = digest(format!("{line}}}").as_bytes());
        writeln!(log, "{line},\"self\":\"{prev}\"}}").expect("in memory");
    }
    log.into_bytes()
}

/// U14: wherever the byte stands.
#[test]
fn one_changed_byte_among_a_hundred_thousand_records_is_named() {
    let home = Home::new();
    let whole = chain(100_000);
    let verified = |bytes: &[u8]| {
        home.write("log", bytes);
        let ran = home.run(&["verify-log", "log", "--json"]);
        (ran.code, serde_json::from_str::<Value>(&ran.out).expect("JSON"))
    };
    let (code, said) = verified(&whole);
    assert_eq!((code, &said["decisions"]), (0, &json!(100_000)), "{said}");
    let mut changed = whole.clone();
    for at in [20, whole.len() / 3, whole.len() / 2, whole.len() - 10] {
        changed[at] ^= 1;
        let line = whole[..at].split(|byte| *byte == b'\n').count();
        let (code, said) = verified(&changed);
        assert_eq!((code, &said["line"]), (1, &json!(line)), "byte {at}: {said}");
        changed[at] ^= 1;
    }
}

/// U14: what a chain cannot tell by itself, its end: the head beside it does, and a digest that was noted.
#[test]
fn a_log_that_was_cut_is_told() {
    let home = gate::home();
    let ask = || gate(&home, &["--dest", "archive", "in/ticket.txt"]);
    for _ in 0..3 {
        assert_eq!(ask().code, 0);
    }
    let verified = |more: &[&str]| home.run(&[&["verify-log", LOG, "--json"], more].concat());
    let noted: Value = serde_json::from_str(&verified(&[]).out).expect("JSON");
    assert_eq!((&noted["records"], &noted["head_file"], &noted["signed_until"]), (&json!(4), &json!(4), &json!(4)));
    let noted = noted["head"].as_str().expect("a digest").to_owned();
    assert_eq!(ask().code, 0);
    assert_eq!(verified(&["--expect", &noted]).code, 0, "it grew since");
    let head = format!("{LOG}.head");
    let text = fs::read_to_string(home.path(LOG)).expect("there");
    let cut: String = text.split_inclusive('\n').take(3).collect();
    home.write(LOG, &cut);
    let ran = home.run(&["verify-log", LOG]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("line 4") && ran.out.contains("5 lines were written"), "{ran:?}");
    let ran = ask();
    assert_eq!((ran.code, ran.out.as_str()), (30, ""), "nothing passes while records are gone: {ran:?}");
    assert!(ran.err.contains("was cut") && ran.err.contains("put the whole log back"), "{ran:?}");
    assert_eq!(fs::read_to_string(home.path(LOG)).expect("there"), cut, "nothing is added to it");
    // Both gone: what was noted elsewhere is left, and nothing passes.
    let kept = fs::read(home.path(&head)).expect("there");
    fs::remove_file(home.path(&head)).expect("removed");
    let ran = home.run(&["verify-log", LOG]);
    assert!(ran.code == 0 && ran.out.contains("records are missing at the end cannot be told"), "{ran:?}");
    let ran = verified(&["--expect", &noted]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let ran = ask();
    assert_eq!((ran.code, ran.out.as_str()), (30, ""), "{ran:?}");
    assert!(ran.err.contains("nobody can tell whether records were cut off"), "{ran:?}");
    home.write(LOG, text);
    assert_eq!(verified(&["--expect", &noted]).code, 0);
    home.write(&head, kept);
    assert_eq!(ask().code, 0, "the whole log goes on");
}

/// U15: the record names the rules; under them the same bytes are decided the same.
#[test]
fn a_decision_can_be_had_again() {
    let home = gate::home();
    assert_eq!(gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "first"]).code, 10);
    let old = newest(&home);
    let text = fs::read(home.path("in/ticket.txt")).expect("there");
    assert_eq!(old["object"]["sha256"], digest(&text), "the bytes are still those");
    let rules = old["rules"]["digest"].as_str().expect("a digest").to_owned();
    let rerun = ["--dest", "copilot", "in/ticket.txt", "--rules", &rules, "-o", "again"];
    assert_eq!(gate(&home, &rerun).code, 10);
    let new = newest(&home);
    for same in
        ["decision", "reason_code", "object", "destination", "findings", "raised", "overridden", "released", "rules"]
    {
        assert_eq!(old[same], new[same], "{same}");
    }
    // Other rules say so instead of deciding something else.
    home.write("elek.toml", format!("{}[category.\"contact.phone\"]\ngate_class = \"strong_id\"\n", gate::POLICY));
    let ran: Ran = gate(&home, &rerun);
    assert_eq!(answer(&home, &ran), (30, "rules_changed".to_owned()), "{ran:?}");
}
