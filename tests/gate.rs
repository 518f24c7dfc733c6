//! The gate as its callers see it: exit codes, what is released, what is recorded, and that it fails closed.
#![cfg(feature = "cli")]

#[path = "support/gate.rs"]
mod gate;
#[path = "support/home.rs"]
mod home;
#[path = "support/tools.rs"]
mod tools;
#[path = "report/validate.rs"]
mod validate;
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "support/values.rs"]
mod values;

use gate::{IIN, LOG, POLICY, TICKET, answer, gate, gate_stdin, home, log, newest};
use home::{Home, Ran};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tools::cannot;

fn digest(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha256::digest(bytes.as_ref());
    digest.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// Runs it with another policy.
fn with_policy(home: &Home, policy: &str, arguments: &[&str]) -> Ran {
    home.write("other.toml", policy);
    home.run(&[&["gate", "--config", "other.toml"], arguments].concat())
}

#[test]
fn a_ticket_is_redacted_and_recorded() {
    let home = home();
    let ran = gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "out.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (10, ""), "{ran:?}");
    let copy = fs::read_to_string(home.path("out.txt")).expect("there");
    assert_eq!(copy, "ИИН клиента: [IIN_1], тел. [PHONE_1]\nкарта [CARD_1], тел. [PHONE_1]\n");
    assert_eq!(fs::metadata(home.path("out.txt")).expect("there").permissions().mode() & 0o777, 0o600);
    let record = newest(&home);
    assert_eq!(record["decision"], "redact");
    assert_eq!(record["object"]["sha256"], digest(TICKET));
    assert_eq!(record["released"]["sha256"], digest(&copy));
    assert_eq!(record["released"]["rescan"], "clean");
    assert_eq!(record["destination"]["model_owner"], "vendor-x");
    let schema: Value = serde_json::from_str(&home.run(&["schema", "decision"]).out).expect("JSON");
    for line in log(&home) {
        assert_eq!(validate::problems(&schema, &line), [""; 0]);
    }
    let text = fs::read_to_string(home.path(LOG)).expect("there");
    // Whole numbers: four digits stand in a digest by chance.
    for value in [IIN, "7011234567", "123 45 67", "123-45-67", "4400432241365033", "4136 5033"] {
        assert!(!text.contains(value), "no value is recorded");
    }
}

#[test]
fn what_is_clean_or_allowed_passes_byte_for_byte() {
    let home = home();
    home.write("in/clean.txt", "Добрый день! Спасибо.\n");
    let ran = gate(&home, &["--dest", "copilot", "in/clean.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "Добрый день! Спасибо.\n"), "{ran:?}");
    let ran = gate(&home, &["--dest", "processor-hosting", "in/ticket.txt", "-o", "out.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fs::read_to_string(home.path("out.txt")).expect("there"), TICKET);
    let record = newest(&home);
    assert_eq!(record["released"]["sha256"], record["object"]["sha256"]);
    let ran = gate_stdin(&home, &["--dest", "processor-hosting", "-"], TICKET.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (0, TICKET));
    home.write("in/empty", "");
    assert_eq!(gate(&home, &["--dest", "copilot", "in/empty"]).code, 0);
}

#[test]
fn a_dry_run_releases_nothing() {
    let home = home();
    let ran = gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "out.txt", "--dry-run", "--format", "json"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    assert!(!home.path("out.txt").exists());
    let printed: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&printed["decision"], &printed["dry_run"]), (&"redact".into(), &true.into()));
    assert_eq!(newest(&home)["released"], Value::Null);
    // What it says is what a run says that releases, but for the tense.
    let values =
        |ran: &Ran| ran.err.split_once(" value").and_then(|(head, _)| head.split(' ').next_back()?.parse().ok());
    let planned = gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "out.txt", "--dry-run"]);
    let done = gate(&home, &["--dest", "copilot", "in/ticket.txt", "-o", "out.txt"]);
    let count: Option<u64> = values(&done);
    assert!(count > Some(0) && values(&planned) == count, "{planned:?} {done:?}");
    assert!(planned.err.starts_with("dry run, nothing was released: a copy with "), "{planned:?}");
    let planned = gate(&home, &["--dest", "archive", "in/ticket.txt", "--dry-run"]);
    assert!(planned.err.contains("would be let pass") && !planned.err.contains(" 0 B"), "{planned:?}");
}

#[test]
fn wrong_arguments_and_policies_open_nothing() {
    let home = home();
    for (arguments, expected) in [
        (&["--dest", "nowhere", "in/ticket.txt"][..], "there is no destination `nowhere`"),
        (&["--dest", "public", "--direction", "in", "in/ticket.txt"], "nothing comes back from `public`"),
        (&["--dest", "copilot", "--volume", "x", "in/ticket.txt"], "there is no volume `x`"),
        (&["--dest", "copilot", "--purpose", "x", "in/ticket.txt"], "there is no purpose `x`"),
        (&["--dest", "copilot", "--basis", "consent", "in/ticket.txt"], "no legal ground"),
        (&["--dest", "copilot", "--method", "burn", "in/ticket.txt"], "no method"),
        (&["--dest", "copilot", "in/ticket.txt", "-o", "absent/out"], "cannot write to"),
        (&["--dest", "copilot", "--direction", "in", "--map", "absent", "in/ticket.txt"], "cannot use the map"),
    ] {
        let ran = gate(&home, arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {ran:?}");
    }
    let ran = with_policy(
        &home,
        "[destination.copilot]\nmatrix = { secret = \"allow\" }\n",
        &["--dest", "copilot", "in/ticket.txt"],
    );
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("line 2\ncaused by: a secret is never let pass"), "{ran:?}");
    let ran = with_policy(
        &home,
        "[category.\"nid.kz_inn\"]\ngate_class = \"special\"\n",
        &["--dest", "copilot", "in/ticket.txt"],
    );
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("known: biometric.genetic, "), "{ran:?}");
    assert!(log(&home).is_empty(), "nothing was judged, nothing is recorded");
}

#[test]
fn a_prompt_with_a_number_of_another_country() {
    let home = home();
    home.write("in/prompt.txt", format!("ИИН {IIN}"));
    let ran = gate(&home, &["--dest", "copilot", "in/prompt.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (10, "ИИН [IIN_1]"), "a number that was removed crosses no border");
    // Redaction of strong numbers is switched off: the number itself would cross.
    let open =
        POLICY.replace("terms_ref = \"t-2026-01\"", "terms_ref = \"t-2026-01\"\nmatrix = { strong_id = \"allow\" }");
    let ran = with_policy(&home, &open, &["--dest", "copilot", "in/prompt.txt"]);
    assert_eq!(answer(&home, &ran), (20, "raised".to_owned()), "{ran:?}");
    let record = newest(&home);
    assert_eq!(record["raised"], serde_json::json!(["raise.subject-country"]));
    assert_eq!(record["overridden"][0]["what"], "strong_id");
    // A map that is kept makes the placeholders pseudonyms.
    let ran = gate(&home, &["--dest", "copilot", "in/prompt.txt", "--map", "map", "-o", "out"]);
    assert_eq!(ran.code, 20, "{ran:?}");
    assert!(!home.path("map").exists() && !home.path("out").exists());
    // At home nothing crosses.
    let ran = with_policy(&home, &open.replace("\"US\"", "\"KZ\""), &["--dest", "copilot", "in/prompt.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let unknown = open.replace("country = \"US\"\n", "");
    let ran = with_policy(&home, &unknown, &["--dest", "copilot", "in/prompt.txt"]);
    assert_eq!(ran.code, 30, "{ran:?}");
}

#[test]
fn what_was_not_read_in_full_does_not_leave() {
    let home = home();
    home.write("in/archive.bin", b"\x1f\x8b\x08\0not really");
    home.write("in/picture.png", b"\x89PNG\r\n\x1a\n0000");
    home.write("in/noise.bin", [1_u8, 2, 3, 4, 0xff, 0xfe, 5, 6, 7, 8, 14, 15].repeat(40));
    for name in ["in/archive.bin", "in/picture.png", "in/noise.bin", "in/absent.txt", "in"] {
        let ran = gate(&home, &["--dest", "processor-hosting", name, "-o", "out"]);
        assert_eq!(ran.code, 30, "{name}: {ran:?}");
        assert!(!home.path("out").exists());
        let record = newest(&home);
        assert_eq!(record["decision"], "deny", "{name}");
        assert_ne!(record["reason_code"], "matrix", "{name}");
    }
    assert_eq!(answer(&home, &gate(&home, &["--dest", "archive", "in/picture.png"])).1, "no_text");
    assert_eq!(answer(&home, &gate(&home, &["--dest", "archive", "in/absent.txt"])).1, "vanished");
}

#[test]
fn an_answer_that_is_no_says_what_to_do() {
    let home = home();
    let says = |arguments: &[&str], hint: &str| {
        let ran = gate(&home, arguments);
        assert!(ran.err.contains(&format!("\nhint: {hint}")), "{ran:?}");
        assert!(!gate(&home, &[arguments, &["-q"]].concat()).err.contains("hint: "));
    };
    says(&["--dest", "archive", "in/absent.txt"], "there is no file `in/absent.txt`");
    says(&["--dest", "archive", "in"], "`in` is a folder");
    assert_eq!(newest(&home)["reason_code"], "special_file");
    says(
        &["--dest", "cross-border", "in/ticket.txt"],
        "[destination.cross-border] of the config file must state: country; ",
    );
    says(&["--dest", "archive", "--approval", "1", "in/ticket.txt"], "an approval is for one content");
    home.write("in/card.txt", "карта 4400 4322 4136 5033\n");
    let held = gate(&home, &["--dest", "signature", "in/card.txt"]);
    let seq = newest(&home)["seq"].to_string();
    assert!(held.err.contains(&format!("hint: `elek gate approve {seq} --role ROLE")), "{held:?}");
    // One that waits for what must be known of the destination can be approved as well, and that is said.
    home.write("elek.toml", format!("{POLICY}[destination.\"x.courier\"]\nlike = \"third-party\"\ncountry = \"KZ\"\n"));
    home.write("in/phone.txt", "телефон клиента: +7 701 555 01 23\n");
    let held = gate(&home, &["--dest", "x.courier", "in/phone.txt"]);
    assert_eq!(answer(&home, &held), (20, "precondition".to_owned()), "{held:?}");
    let seq = newest(&home)["seq"].to_string();
    assert!(
        held.err.contains("must state: ") && held.err.contains(&format!("; or `elek gate approve {seq} ")),
        "{held:?}"
    );
    let approve = ["gate", "approve", &seq, "--role", "dpo", "--reason", "x", "--config", "elek.toml"];
    let number = home.run(&approve).out;
    let ran = gate(&home, &["--dest", "x.courier", "--approval", number.trim(), "in/phone.txt"]);
    assert!(matches!(ran.code, 0 | 10), "{ran:?}");
    let ran = home.run(&["gate", "approve", "1", "--role", "dpo", "--reason", "x", "--config", "elek.toml"]);
    assert!(ran.code == 2 && ran.err.contains("hint: `elek gate holds`"), "{ran:?}");
}

#[test]
fn a_file_without_permission_is_denied() {
    let home = home();
    // The owner of everything reads everything: ask as somebody else.
    let program = home.path("elek");
    fs::copy(env!("CARGO_BIN_EXE_elek"), &program).expect("copied");
    let open = |path: &std::path::Path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).expect("set");
    open(&program);
    open(&home.path("in"));
    open(program.parent().expect("a folder"));
    fs::set_permissions(home.path("in/ticket.txt"), fs::Permissions::from_mode(0o000)).expect("set");
    let mut command = home.within(&["setpriv", "--reuid=65534", "--clear-groups"], &[]);
    command.arg(&program).args(["gate", "--config", "elek.toml", "--dest", "archive", "in/ticket.txt"]);
    let Ok(output) = command.output() else {
        return cannot("a file without permission at the gate: `setpriv` is not there");
    };
    if output.status.code() == Some(127) || String::from_utf8_lossy(&output.stderr).contains("setpriv: ") {
        return cannot("a file without permission at the gate: `setpriv` may not change the account here");
    }
    let ran = Ran::from(output);
    assert_eq!(answer(&home, &ran), (30, "permission_denied".to_owned()), "{ran:?}");
}

#[test]
fn preconditions_deny_hold_or_redact_everything() {
    let home = home();
    home.write("in/clean.txt", "Спасибо.\n");
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    let ask = |policy: &str, dest: &str, file: &str| {
        let ran = with_policy(&home, policy, &["--dest", dest, file]);
        let (code, reason) = answer(&home, &ran);
        (code, reason, newest(&home)["preconditions_failed"].clone())
    };
    let failed = |ids: &[&str]| serde_json::json!(ids);
    let (code, reason, ids) = ask("", "copilot", "in/clean.txt");
    assert_eq!((code, reason.as_str()), (30, "precondition"));
    assert_eq!(ids, failed(&["copilot.terms", "copilot.country", "copilot.training"]));
    let (code, reason, ids) = ask("[destination.archive]\ncountry = \"KZ\"\n", "archive", "in/clean.txt");
    assert_eq!((code, reason.as_str()), (20, "precondition"));
    assert_eq!(ids, failed(&["archive.encrypted", "archive.retention"]));
    let train = POLICY.replace("may_train = false", "may_train = true\nmatrix = { ordinary = \"allow\" }");
    let (code, _, ids) = ask(&train, "copilot", "in/phone.txt");
    assert_eq!((code, ids), (10, failed(&["copilot.training"])));
}

#[test]
fn a_weak_country_needs_an_instructed_processor() {
    let home = home();
    let policy = |role: &str| {
        POLICY
            .replace(
                "[destination.\"contact-center\"]\ncountry = \"KZ\"",
                "[destination.\"contact-center\"]\ncountry = \"TR\"\nadequate = false",
            )
            .replace("role = \"operator\"", &format!("role = \"{role}\""))
    };
    home.write("in/clean.txt", "Спасибо.\n");
    let arguments = ["--dest", "contact-center", "--volume", "hr", "in/clean.txt"];
    let ran = with_policy(&home, &policy("operator"), &arguments);
    assert_eq!(answer(&home, &ran), (30, "role_missing".to_owned()), "{ran:?}");
    assert_eq!(with_policy(&home, &policy("processor"), &arguments).code, 0);
}

#[test]
fn others_than_the_addressee_are_treated_more_strictly() {
    let home = home();
    home.write("in/message.txt", "тел. +7 701 123 45 67");
    home.write("in/recipient.txt", "тел. 8 701 123-45-67\n");
    let ran = gate(&home, &["--dest", "contact-center", "in/message.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (10, "тел. [PHONE_1]"), "{ran:?}");
    let ran = gate(&home, &["--dest", "contact-center", "--recipient", "in/recipient.txt", "in/message.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "тел. +7 701 123 45 67"), "{ran:?}");
}

#[test]
fn an_application_gets_what_was_declared_for_it() {
    let home = home();
    let ran = gate(&home, &["--dest", "market-app", "in/ticket.txt"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    assert_eq!(ran.out, "ИИН клиента: [removed], тел. +7 701 123 45 67\nкарта [removed], тел. 8 701 123-45-67\n");
}

#[test]
fn an_own_destination_is_like_a_shipped_one() {
    let home = home();
    let policy = "[destination.\"x.courier\"]\nlike = \"third-party\"\nname = \"Courier\"\ncountry = \"KZ\"\nundertaking_ref = \"u\"\nbasis = \"contract\"\ndeclared_categories = [\"contact.phone\"]\n";
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    assert_eq!(with_policy(&home, policy, &["--dest", "x.courier", "in/phone.txt"]).code, 0);
    assert_eq!(newest(&home)["destination"]["like"], "third-party");
}

#[test]
fn a_category_of_ones_own_is_judged_by_its_class() {
    let home = home();
    let detector = "id = \"x.badge\"\nname = \"Badge\"\ncategory = \"x.badge\"\ndefault = true\nsince = \"0.1.0\"\n\
                    source = [\"staff handbook\"]\nclass = \"A\"\nnormal = \"exact\"\nalone = \"high\"\n[[match]]\n\
                    shape = \"regex\"\nregex = 'BDG-[0-9]{5}'\nliterals = [\"BDG-\"]\n\
                    [[example]]\ntext = \"BDG-00471\"\nfinds = [\"BDG-00471\"]\n";
    home.write("own/x/badge.toml", detector);
    home.write("in/badge.txt", "пропуск BDG-00471\n");
    let ran = with_policy(&home, POLICY, &["--dest", "copilot", "--patterns", "own", "in/badge.txt"]);
    assert_eq!(ran.code, 2, "no such category yet: {ran:?}");
    let policy = format!("{POLICY}[category.\"x.badge\"]\ngate_class = \"special\"\n");
    let ran = with_policy(&home, &policy, &["--dest", "copilot", "--patterns", "own", "in/badge.txt"]);
    assert_eq!(answer(&home, &ran), (30, "matrix".to_owned()), "{ran:?}");
    let policy = policy.replace("\"special\"", "\"ordinary\"");
    let ran = with_policy(&home, &policy, &["--dest", "copilot", "--patterns", "own", "in/badge.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (10, "пропуск [removed]\n"), "{ran:?}");
}

#[test]
fn a_signal_denies() {
    let home = home();
    let mut command = home.command(&["gate", "--config", "elek.toml", "--dest", "archive", "-"]);
    let piped = std::process::Stdio::piped;
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut input, b"half of it").expect("written");
    std::thread::sleep(std::time::Duration::from_secs(1));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().expect("it runs").success());
    let ran = Ran::from(child.wait_with_output().expect("it ends"));
    drop(input);
    assert_eq!(answer(&home, &ran), (30, "interrupted".to_owned()), "{ran:?}");
    assert_eq!(ran.out, "");
}

#[test]
fn a_public_category_of_a_volume_passes_and_is_named() {
    let home = home();
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    let policy = format!("{POLICY}public = {{ \"contact.phone\" = \"on the site of the company\" }}\n");
    let ran = with_policy(&home, &policy, &["--dest", "copilot", "--volume", "hr", "in/phone.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let record = newest(&home);
    assert_eq!(record["overridden"][0]["what"], "contact.phone");
    assert_eq!(record["purpose"], serde_json::json!(["kz.recruitment"]));
    assert_eq!(record["object"]["ref"], "vol:hr/in/phone.txt");
}

/// A scan may leave detectors out and show only what is certain; what may leave is judged with all that there is.
#[test]
fn no_selection_loosens_the_gate() {
    let home = home();
    home.write("in/secret.txt", "password is: Tulip-Garden-77\nпочта client@company.kz\n");
    let plain = gate(&home, &["--dest", "copilot", "in/secret.txt", "-o", "first"]);
    assert_eq!(plain.code, 10, "{plain:?}");
    let copy = fs::read_to_string(home.path("first")).expect("there");
    assert!(!copy.contains("Tulip") && !copy.contains("client@"), "{copy}");
    let rules = newest(&home)["rules"].clone();
    for setting in ["only = [\"email\"]", "except = [\"password\"]", "min_confidence = \"high\""] {
        let policy = format!("{setting}\n{POLICY}");
        let ran = with_policy(&home, &policy, &["--dest", "copilot", "in/secret.txt", "-o", "next"]);
        assert_eq!(ran.code, 10, "{setting}: {ran:?}");
        assert_eq!(fs::read_to_string(home.path("next")).expect("there"), copy, "{setting}");
        assert_eq!(newest(&home)["rules"], rules, "{setting}");
    }
    for flag in ["--only", "--except"] {
        let ran = gate(&home, &["--dest", "copilot", "in/secret.txt", "-o", "out", flag, "email"]);
        assert!(ran.code == 2 && ran.err.contains("the gate judges with every detector"), "{ran:?}");
        assert!(ran.err.contains("[category.…] of the config file"), "a hint names tables that there are: {ran:?}");
    }
    assert!(!home.path("out").exists());
    let scanned = |more: &[&str]| home.run(&[&["scan", "in/secret.txt", "-f", "jsonl"], more].concat()).out;
    let named =
        |out: &str| serde_json::from_str::<Value>(out.lines().next().expect("a line")).expect("JSON")["rules"].clone();
    assert_ne!(
        named(&scanned(&["--only", "email"])),
        named(&scanned(&[])),
        "a scan with fewer detectors has other rules"
    );
}

#[test]
fn nothing_that_is_read_or_kept_is_written_over() {
    let home = home();
    let gate = |arguments: &[&str]| gate(&home, &[&["--dest", "copilot", "in/ticket.txt"], arguments].concat());
    for arguments in [
        &["-o", "in/ticket.txt"][..],
        &["-o", "in/../in/ticket.txt"],
        &["-o", "out", "--map", "in/ticket.txt"],
        &["-o", "out", "--manifest", "out"],
        &["-o", "out", "--map", "same", "--manifest", "./same"],
    ] {
        let ran = gate(arguments);
        assert!(ran.code == 2 && ran.err.contains("would take the place of"), "{arguments:?}: {ran:?}");
    }
    let ran = home.run(&["redact", "in/ticket.txt", "-o", "in/ticket.txt"]);
    assert!(ran.code == 2 && ran.err.contains("would take the place of"), "{ran:?}");
    let ran = home.run(&["scan", "in/ticket.txt", "-o", "in/ticket.txt"]);
    assert!(ran.code == 2 && ran.err.contains("would take the place of"), "{ran:?}");
    assert_eq!(fs::read_to_string(home.path("in/ticket.txt")).expect("there"), TICKET);
    // A map belongs to one copy.
    let redact = |copy: &str| home.run(&["redact", "in/ticket.txt", "-o", copy, "--map", "map"]);
    assert_eq!(redact("out").code, 0);
    let map = fs::read(home.path("map")).expect("there");
    for ran in [redact("other"), gate(&["-o", "other", "--map", "map"])] {
        assert!(ran.code == 2 && ran.err.contains("a map belongs to one copy"), "{ran:?}");
    }
    assert!(fs::read(home.path("map")).expect("there") == map && !home.path("other").exists());
    let ran = home.run(&["redact", "--restore", "out", "--map", "map", "-o", "back"]);
    assert!(ran.code == 0 && ran.err.contains("put back"), "{ran:?}");
    assert_eq!(fs::read_to_string(home.path("back")).expect("there"), TICKET);
}

/// Records hold no value, also none that a caller writes into one.
#[test]
fn what_a_caller_writes_into_a_record_holds_no_value() {
    let home = home();
    home.write("in/card.txt", "карта 4400 4322 4136 5033\n");
    let basis = format!("consent:{IIN}");
    let asked =
        ["--dest", "signature", "-o", "out", "in/card.txt", "--actor", "proxy client@company.kz", "--basis", &basis];
    assert_eq!(gate(&home, &asked).code, 20);
    let held = newest(&home)["seq"].to_string();
    for (role, reason) in [("dpo", "просьба клиента, ИИН 900101300017"), ("client@company.kz", "согласовано")]
    {
        let ran = home.run(&["gate", "approve", &held, "--config", "elek.toml", "--role", role, "--reason", reason]);
        assert!(ran.code == 2 && ran.err.contains("a record holds none"), "{ran:?}");
        assert!(!ran.err.contains(IIN) && !ran.err.contains("client@"), "{ran:?}");
    }
    let text = fs::read_to_string(home.path(LOG)).expect("there");
    assert!(!text.contains(IIN) && !text.contains("client@company") && text.contains("proxy"), "{text}");
    assert_eq!(newest(&home)["type"], "decision", "nothing was approved");
    // A document is named by its file.
    let approve = ["gate", "approve", &held, "--config", "elek.toml", "--role", "dpo", "--reason", "see memo.pdf"];
    assert_eq!(home.run(&approve).code, 0);
}

/// Nor one that the operator wrote of a destination into the config file.
#[test]
fn what_is_stated_of_a_destination_is_recorded_without_its_values() {
    let home = home();
    let policy = POLICY
        .replace("vendor-x", "ИП Ахметова Динара Сериковна, ИИН 900101300017")
        .replace("t-2026-01", "письмо client@company.kz, +7 701 123 45 67, договор 12 от 2026-01-15");
    let ran = with_policy(&home, &policy, &["--dest", "copilot", "in/ticket.txt", "-o", "out"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    let text = fs::read_to_string(home.path(LOG)).expect("there");
    for value in [IIN, "Ахметова", "Сериковна", "client@company", "123 45 67"] {
        assert!(!text.contains(value), "{text}");
    }
    let stated = &newest(&home)["destination"];
    assert!(stated["model_owner"].as_str().is_some_and(|text| text.contains("••••••••")), "{stated}");
    assert!(stated["terms_ref"].as_str().is_some_and(|text| text.ends_with("договор 12 от 2026-01-15")), "{stated}");
    assert_eq!((&stated["id"], &stated["country"]), (&"copilot".into(), &"US".into()));
    // What records are looked up by cannot be masked in them: it is refused.
    for table in [
        "[destination.\"x.client@company.kz\"]\nlike = \"public\"\n",
        "[volume.\"ИИН 900101300017\"]\n",
        "[category.\"x.client@company.kz\"]\ngate_class = \"ordinary\"\n",
    ] {
        let policy = format!("{POLICY}{table}");
        let ran = with_policy(&home, &policy, &["--dest", "copilot", "in/ticket.txt", "-o", "other"]);
        assert_eq!((ran.code, home.path("other").exists()), (2, false), "{ran:?}");
        assert!(ran.err.contains("a record holds none") && ran.err.contains("••••••••"), "{ran:?}");
        let checked = home.run(&["config", "check", "--config", "other.toml"]);
        assert!(checked.code == 2 && checked.err == ran.err, "{checked:?}");
        assert!(!ran.err.contains(IIN) && !ran.err.contains("client@"), "{ran:?}");
    }
}

/// A flag or a number is no reference to a document.
#[test]
fn a_reference_is_a_text() {
    let home = home();
    for (stated, wrong) in [
        ("terms_ref = \"t-2026-01\"", "terms_ref = false"),
        ("terms_ref = \"t-2026-01\"", "terms_ref = 0"),
        ("model_owner = \"vendor-x\"", "model_owner = false"),
        ("order_ref = \"order 5\"", "order_ref = true"),
    ] {
        assert!(POLICY.contains(stated));
        let policy = POLICY.replacen(stated, wrong, 1);
        let ran = with_policy(&home, &policy, &["--dest", "copilot", "in/ticket.txt", "-o", "out"]);
        assert_eq!((ran.code, home.path("out").exists()), (2, false), "{wrong}: {ran:?}");
        assert!(ran.err.contains("must be a text in quotes"), "{wrong}: {ran:?}");
        assert_eq!(home.run(&["config", "check", "--config", "other.toml"]).code, 2);
    }
}

#[test]
fn a_hold_waits_for_an_approval_of_just_this() {
    let home = home();
    home.write("in/card.txt", "карта 4400 4322 4136 5033\n");
    home.write("in/other.txt", "карта 5555 5555 5555 4444\n");
    let sign = |arguments: &[&str]| gate(&home, &[&["--dest", "signature", "-o", "out"], arguments].concat());
    let ran = sign(&["in/card.txt"]);
    assert_eq!(answer(&home, &ran), (20, "matrix".to_owned()), "{ran:?}");
    let held = newest(&home)["seq"].to_string();
    let approve = |seq: &str| {
        home.run(&[
            "gate",
            "approve",
            seq,
            "--role",
            "dpo",
            "--reason",
            "agreed with the client",
            "--config",
            "elek.toml",
        ])
    };
    let ran = approve(&held);
    assert_eq!(ran.code, 0, "{ran:?}");
    let approval = ran.out.trim().to_owned();
    assert_eq!(answer(&home, &sign(&["--approval", &approval, "in/other.txt"])), (30, "approval_mismatch".to_owned()));
    assert_eq!(answer(&home, &sign(&["--approval", &held, "in/card.txt"])), (30, "approval_mismatch".to_owned()));
    assert_eq!(answer(&home, &sign(&["--approval", "999", "in/card.txt"])), (30, "approval_mismatch".to_owned()));
    let elsewhere = gate(&home, &["--dest", "archive", "--approval", &approval, "in/card.txt"]);
    assert_eq!(answer(&home, &elsewhere), (30, "approval_mismatch".to_owned()));
    let stricter = format!("{POLICY}[category.\"contact.phone\"]\ngate_class = \"strong_id\"\n");
    let other_rules = with_policy(&home, &stricter, &["--dest", "signature", "--approval", &approval, "in/card.txt"]);
    assert_eq!(answer(&home, &other_rules), (30, "approval_mismatch".to_owned()));
    assert!(!home.path("out").exists());
    let ran = sign(&["--approval", &approval, "in/card.txt"]);
    assert_eq!(answer(&home, &ran), (0, "approved".to_owned()), "{ran:?}");
    assert_eq!(fs::read_to_string(home.path("out")).expect("there"), "карта 4400 4322 4136 5033\n");
    assert_eq!(newest(&home)["approval"].to_string(), approval);
    assert_eq!(approve(&newest(&home)["seq"].to_string()).code, 2, "only a hold can be approved");
    assert_eq!(home.run(&["verify-log", LOG]).code, 0);
    let schema: Value = serde_json::from_str(&home.run(&["schema", "decision"]).out).expect("JSON");
    for line in log(&home) {
        assert_eq!(validate::problems(&schema, &line), [""; 0]);
    }
}

#[test]
fn nothing_that_is_signed_is_altered() {
    let home = home();
    let policy =
        POLICY.replace("[destination.signature]", "[destination.signature]\nmatrix = { ordinary = \"redact\" }");
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    let ran = with_policy(&home, &policy, &["--dest", "signature", "in/phone.txt"]);
    assert_eq!(answer(&home, &ran), (20, "redaction_forbidden".to_owned()), "{ran:?}");
}

#[test]
fn what_cannot_be_rewritten_is_held() {
    let home = home();
    home.write("in/letter.rtf", "{\\rtf1\\ansi IIN 900101300017\\par}");
    let ran = gate(&home, &["--dest", "copilot", "in/letter.rtf", "-o", "out"]);
    assert_eq!(answer(&home, &ran), (20, "not_rewritable".to_owned()), "{ran:?}");
    assert_eq!(newest(&home)["object"]["media"], "composite");
    assert!(!home.path("out").exists());
    let ran = gate(&home, &["--dest", "processor-hosting", "in/letter.rtf", "-o", "out"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A copy of what is encoded stays what it was: base64 in JSON is base64, words of a header are whole words or plain text.
#[test]
fn what_was_encoded_is_encoded_in_the_copy() {
    let home = home();
    let base64 = |bytes: &[u8]| {
        let letters = values::base64(bytes).replace('-', "+").replace('_', "/");
        let count = letters.len().next_multiple_of(4);
        format!("{letters:=<count$}")
    };
    let inside = "{\"iin\":\"900101300017\",\"note\":\"the goods were sent\",\"phone\":\"+7 701 123 45 67\"}";
    let body = format!(
        "{{\"mimeType\":\"application/json\",\"text\":\"{}\",\"note\":\"\\\"paid\\\"\"}}",
        base64(inside.as_bytes())
    );
    home.write("in/log.json", &body);
    let ran = gate(&home, &["--dest", "copilot", "in/log.json", "-o", "log.json"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    let copy: Value = serde_json::from_slice(&fs::read(home.path("log.json")).expect("there")).expect("JSON");
    let letters = copy["text"].as_str().expect("a text");
    let decoded =
        elek::text::transfer::decoded(letters.as_bytes(), elek::text::transfer::Transfer::Base64).into_owned();
    let decoded = String::from_utf8(decoded).expect("text");
    assert_eq!(decoded, inside.replace("900101300017", "[IIN_1]").replace("+7 701 123 45 67", "[PHONE_1]"));

    // A number that stands in the whole, or in another stretch, is given to nobody.
    let other = base64("{\"seen\":\"[IIN_3] and nothing else\",\"iin\":\"900101300017\"}".as_bytes());
    let body = format!("{{\"text\":\"{}\",\"more\":\"{other}\",\"was\":\"[IIN_1]\"}}", base64(inside.as_bytes()));
    home.write("in/given.json", &body);
    let ran = gate(&home, &["--dest", "copilot", "in/given.json", "-o", "given.json"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    let copy: Value = serde_json::from_slice(&fs::read(home.path("given.json")).expect("there")).expect("JSON");
    for name in ["text", "more"] {
        let letters = copy[name].as_str().expect("a text").as_bytes();
        let decoded = elek::text::transfer::decoded(letters, elek::text::transfer::Transfer::Base64).into_owned();
        let decoded = String::from_utf8(decoded).expect("text");
        assert!(decoded.contains("\"iin\":\"[IIN_4]\""), "{name}: {decoded}");
    }

    let word = base64("Смирнова Анна Викторовна".as_bytes());
    let mail = format!(
        "From: a@b.kz\nTo: c@d.kz\nMessage-ID: <1@b.kz>\nReply-To: =?utf-8?B?{word}?= <x@y.kz>\nSubject: =?utf-8?b?{}?=\n =?utf-8?b?{}?= end\n\nText.\n",
        base64("ИИН 900101".as_bytes()),
        base64("300017 конец".as_bytes()),
    );
    home.write("in/a.eml", &mail);
    let ran = gate(&home, &["--dest", "copilot", "in/a.eml", "-o", "a.eml"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    let copy = fs::read_to_string(home.path("a.eml")).expect("there");
    assert!(copy.contains("Reply-To: [NAME_1] <") && copy.contains("Subject: [IIN_1] end"), "{copy}");
    assert!(!copy.contains("=?"), "{copy}");
}

/// A document of one page.
fn pdf(text: &str) -> Vec<u8> {
    let drawn = format!("BT /F 12 Tf 72 720 Td ({text}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{drawn}\nendstream", drawn.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = String::from("0000000000 65535 f \n");
    for (i, object) in objects.iter().enumerate() {
        writeln!(offsets, "{:010} 00000 n ", bytes.len()).expect("in memory");
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).into_bytes());
    }
    let start = bytes.len();
    bytes
        .extend(format!("xref\n0 6\n{offsets}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
    bytes
}

/// Documents, databases and archives that a worker reads are judged; none is rewritten.
#[cfg(feature = "worker")]
#[test]
fn what_another_process_reads_is_judged_and_not_rewritten() {
    let home = home();
    let clean = pdf("The meeting is moved to Friday, see the agenda of the board.");
    home.write("in/clean.pdf", &clean);
    let ran = gate(&home, &["--dest", "copilot", "in/clean.pdf", "-o", "out.pdf"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fs::read(home.path("out.pdf")).expect("there"), clean);
    home.write("in/ticket.pdf", pdf(&format!("iin: {IIN}")));
    for fixture in ["clients.db", "two.7z", "table.parquet", "book.xls"] {
        home.write(&format!("in/{fixture}"), fs::read(format!("fixtures/formats/{fixture}")).expect("a fixture"));
    }
    for name in ["ticket.pdf", "clients.db", "two.7z", "table.parquet", "book.xls"] {
        let ran = gate(&home, &["--dest", "copilot", &format!("in/{name}"), "-o", "out"]);
        assert_eq!(ran.code, 20, "{name}: {ran:?}");
        assert_eq!(newest(&home)["reason_code"], "not_rewritable", "{name}");
        assert!(!home.path("out").exists());
        let ran = home.run(&["redact", &format!("in/{name}"), "-o", "out"]);
        assert!(ran.code != 0 && !home.path("out").exists(), "{name}: {ran:?}");
    }
    // What is not read in full does not leave: a page that is a picture, a password, a picture.
    for fixture in ["pages.pdf", "locked.pdf", "locked.7z", "photo.jpg"] {
        home.write(&format!("in/{fixture}"), fs::read(format!("fixtures/formats/{fixture}")).expect("a fixture"));
        assert_eq!(gate(&home, &["--dest", "copilot", &format!("in/{fixture}")]).code, 30, "{fixture}");
    }
}

#[test]
fn rules_that_were_not_asked_for_are_refused() {
    let home = home();
    let ran = gate(&home, &["--dest", "archive", "in/ticket.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let rules = newest(&home)["rules"]["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(gate(&home, &["--dest", "archive", "--rules", &rules, "in/ticket.txt"]).code, 0);
    let ran = gate(&home, &["--dest", "archive", "--rules", "sha256:0", "in/ticket.txt"]);
    assert_eq!(answer(&home, &ran), (30, "rules_changed".to_owned()));
}

#[test]
fn raise_rules_hold_minors_crowds_and_weak_consent() {
    let home = home();
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    let open =
        POLICY.replace("terms_ref = \"t-2026-01\"", "terms_ref = \"t-2026-01\"\nmatrix = { ordinary = \"allow\" }");
    let weak = ["--dest", "copilot", "--basis", "consent:4417", "--strength", "weak", "in/phone.txt"];
    let ran = with_policy(&home, &open, &weak);
    assert_eq!(answer(&home, &ran), (20, "raised".to_owned()), "{ran:?}");
    assert_eq!(newest(&home)["raised"], serde_json::json!(["raise.weak-consent"]));
    assert_eq!(newest(&home)["basis"]["ref"], "consent:4417");
    let explicit = ["--dest", "copilot", "--basis", "consent:4417", "--strength", "explicit", "in/phone.txt"];
    assert_eq!(with_policy(&home, &open, &explicit).code, 0);
    assert_eq!(gate(&home, &weak).code, 10, "nothing of the person leaves");
    let crowd: String =
        (0..1100).fold(String::new(), |text, n| format!("{text}тел. +7 701 {:07}\n", 1_000_000 + n * 37));
    home.write("in/crowd.txt", crowd);
    let ran = gate(&home, &["--dest", "copilot", "in/crowd.txt"]);
    assert_eq!(answer(&home, &ran), (20, "raised".to_owned()), "{ran:?}");
    assert_eq!(newest(&home)["raised"], serde_json::json!(["raise.bulk"]));
}

#[test]
fn the_register_of_consents_must_be_there_and_fresh() {
    let home = home();
    home.write("in/phone.txt", "тел. +7 701 123 45 67\n");
    let policy = format!("{POLICY}[consent]\nregister = \"consents.jsonl\"\nmax_age_days = 7\n");
    let ask = || {
        let ran = with_policy(&home, &policy, &["--dest", "archive", "in/phone.txt"]);
        answer(&home, &ran)
    };
    assert_eq!(ask(), (30, "consent_register_missing".to_owned()));
    home.write("consents.jsonl", "not json\n");
    assert_eq!(ask(), (30, "consent_register_missing".to_owned()));
    let scanned = home.run(&["scan", "-f", "jsonl", "in/phone.txt"]);
    assert_eq!(scanned.summary()["complete"], true);
    let found: Value = scanned
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .find(|line: &Value| line["type"] == "finding")
        .expect("a finding");
    let fingerprint = found["fingerprint"].as_str().expect("a fingerprint");
    let row = |state: &str| format!("{{\"fingerprint\":\"{fingerprint}\",\"state\":\"{state}\"}}\n");
    home.write("consents.jsonl", row("given"));
    assert_eq!(ask().0, 0);
    home.write("consents.jsonl", row("withdrawn"));
    assert_eq!(ask(), (30, "subject_withdrawn".to_owned()));
    let file = fs::File::options().append(true).open(home.path("consents.jsonl")).expect("open");
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(8 * 24)).expect("set");
    assert_eq!(ask(), (30, "consent_register_stale".to_owned()));
}

#[test]
fn standard_input_is_bounded() {
    let home = home();
    let long = "слова без чисел\n".repeat(10_000);
    let ran = gate_stdin(&home, &["--dest", "archive", "--spool-memory", "1000", "-"], long.as_bytes());
    assert_eq!(answer(&home, &ran), (30, "limit_exceeded".to_owned()), "{}", ran.err);
    assert_eq!(ran.out, "");
    fs::create_dir(home.path("spool")).expect("made");
    let ran =
        gate_stdin(&home, &["--dest", "archive", "--spool-memory", "1000", "--spool", "spool", "-"], long.as_bytes());
    assert_eq!((ran.code, ran.out == long), (0, true), "{}", ran.err);
    assert_eq!(fs::read_dir(home.path("spool")).expect("there").count(), 0);
    let ran =
        gate_stdin(&home, &["--dest", "archive", "--spool-memory", "1000", "--spool", "absent", "-"], long.as_bytes());
    assert_eq!(answer(&home, &ran), (30, "spool_not_writable".to_owned()), "{}", ran.err);
}

#[test]
fn without_a_record_nothing_is_released() {
    let home = home();
    home.write("blocked", "a file where a folder should be");
    let ran = gate(&home, &["--dest", "archive", "--decision-log", "blocked/log", "in/ticket.txt", "-o", "out"]);
    assert_eq!((ran.code, home.path("out").exists()), (30, false), "{ran:?}");
    // A log whose last line is nobody's record.
    assert_eq!(gate(&home, &["--dest", "archive", "in/ticket.txt"]).code, 0);
    let text = fs::read_to_string(home.path(LOG)).expect("there");
    fs::write(home.path("foreign"), format!("{text}{{}}\n")).expect("written");
    let ran = gate(&home, &["--dest", "archive", "--decision-log", "foreign", "in/ticket.txt", "-o", "out"]);
    assert_eq!((ran.code, home.path("out").exists()), (30, false), "{ran:?}");
    assert!(ran.err.contains("does not end with a record of its own"), "{ran:?}");
}

#[test]
fn a_disk_limit_stops_the_release() {
    let home = home();
    let long = "слова без чисел\n".repeat(10_000);
    home.write("in/long.txt", &long);
    // The file size limit is that of a full disk: the output cannot be written, the record can.
    let program = env!("CARGO_BIN_EXE_elek");
    let script = format!(
        "ulimit -f 16; exec {program} gate --config elek.toml --dest archive --spool-memory 1000 in/long.txt -o out"
    );
    let ran = Ran::from(home.within(&["sh", "-c", &script], &[]).output().expect("it runs"));
    assert_eq!(answer(&home, &ran), (30, "release_failed".to_owned()), "{ran:?}");
    assert!(!home.path("out").exists());
    // And the record cannot.
    let script = format!("ulimit -f 0; exec {program} gate --config elek.toml --dest archive in/ticket.txt");
    let ran = Ran::from(home.within(&["sh", "-c", &script], &[]).output().expect("it runs"));
    assert_eq!((ran.code, ran.out.as_str()), (30, ""), "{ran:?}");
    assert_eq!(home.run(&["verify-log", LOG]).code, 0);
}

#[test]
fn profiles_see_what_is_theirs() {
    let home = home();
    let run = |profile: &str, arguments: &[&str]| {
        home.run(&[arguments, &["--profile", profile, "--config", "elek.toml"]].concat())
    };
    for profile in ["processor", "auditor"] {
        for arguments in [
            &["scan", "in"][..],
            &["redact", "in/ticket.txt"],
            &["gate", "approve", "1", "--role", "x", "--reason", "y"],
        ] {
            let ran = run(profile, arguments);
            assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{profile} {arguments:?}: {ran:?}");
        }
    }
    let ran = run("auditor", &["gate", "--dest", "copilot", "in/ticket.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
    let ran = run("processor", &["gate", "--dest", "copilot", "in/ticket.txt"]);
    assert_eq!(ran.code, 4, "no instruction: {ran:?}");
    assert!(log(&home).is_empty());
    let ran =
        run("processor", &["gate", "--dest", "copilot", "--volume", "hr", "-f", "json", "-o", "out", "in/ticket.txt"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    let printed: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(printed.as_object().expect("an object").len(), 3, "decision, reason, number: {printed}");
    for profile in ["operator", "processor", "auditor"] {
        assert_eq!(run(profile, &["verify-log", LOG]).code, 0);
    }
    home.write("narrow.toml", "profile = \"processor\"\n");
    let ran = home.run(&["scan", "in", "--config", "narrow.toml", "--profile", "operator"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "a flag widens nothing: {ran:?}");
}

#[test]
fn a_changed_log_is_named() {
    let home = home();
    for _ in 0..3 {
        assert_eq!(gate(&home, &["--dest", "archive", "in/ticket.txt"]).code, 0);
    }
    let ran = home.run(&["verify-log", LOG, "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let whole: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&whole["decisions"], &whole["records"]), (&3.into(), &4.into()));
    let key = whole["key"].as_str().expect("a key").to_owned();
    assert_eq!(home.run(&["verify-log", LOG, "--public-key", &key]).code, 0);
    let other = format!("ed25519:{}", "0".repeat(64));
    assert_eq!(home.run(&["verify-log", LOG, "--public-key", &other]).code, 1);
    // What cannot be a key or a digest is a wrong argument, and nothing is said of the log.
    for (flag, text) in [
        ("--public-key", "ed25519:00"),
        ("--public-key", &other[..70]),
        ("--public-key", &other.to_uppercase()),
        ("--expect", "sha256:00"),
        ("--expect", &other),
    ] {
        let ran = home.run(&["verify-log", LOG, flag, text]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(&format!("`{flag}` is `{text}`")) && ran.err.contains("64 hexadecimal"), "{ran:?}");
    }
    let text = fs::read_to_string(home.path(LOG)).expect("there");
    let changed = text.replacen("\"seq\":3", "\"seq\":3 ", 1);
    fs::write(home.path("changed"), changed).expect("written");
    let ran = home.run(&["verify-log", "changed"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("line 3"), "{ran:?}");
    assert_eq!(home.run(&["verify-log", "absent"]).code, 2);
}

#[test]
fn an_answer_comes_back() {
    let home = home();
    // At home no border forbids to keep the map.
    let policy = POLICY.replace("\"US\"", "\"KZ\"");
    let ran = with_policy(&home, &policy, &["--dest", "copilot", "in/ticket.txt", "--map", "map", "-o", "out"]);
    assert_eq!(ran.code, 10, "{ran:?}");
    assert_eq!(newest(&home)["released"]["map"], "kept");
    assert_eq!(fs::metadata(home.path("map")).expect("there").permissions().mode() & 0o777, 0o600);
    assert!(!String::from_utf8_lossy(&fs::read(home.path("map")).expect("there")).contains(IIN));
    home.write("in/answer.txt", "Позвоните [PHONE_1], не [PHONE_7].\n");
    let back = ["--dest", "copilot", "--direction", "in", "--map", "map", "in/answer.txt"];
    let ran = with_policy(&home, &policy, &back);
    assert_eq!(ran.out, "Позвоните +7 701 123 45 67, не [PHONE_7].\n", "{ran:?}");
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("placeholders that the request did not have, left as text: 1"), "{ran:?}");
    let record = newest(&home);
    assert_eq!(record["destination"]["generated"], true);
    assert_eq!(record["released"]["restored"], serde_json::json!({"known": 1, "unknown": 1}));
}

#[test]
fn a_name_with_a_value_is_hidden_in_the_record() {
    let home = home();
    let name = "in/ИИН 900101300017.txt";
    home.write(name, "x");
    assert_eq!(gate(&home, &["--dest", "archive", name]).code, 0);
    assert_eq!(newest(&home)["object"]["ref"], "in/ИИН ••••••••.txt");
}

/// A person with a number of another country than the destination's: which rule it was, and what would have to be stated.
#[test]
fn a_stricter_rule_is_named() {
    let home = home();
    let config = "[destination.copilot]\ncountry = \"US\"\nmay_train = false\nterms_ref = \"t\"\nmatrix = { strong_id = \"allow\" }\n";
    home.write("strict.toml", config);
    home.write("in/person.txt", "ИИН 900101300017\n");
    let arguments = ["gate", "--config", "strict.toml", "--dest", "copilot", "--dry-run", "in/person.txt"];
    let ran = home.run(&arguments);
    assert_eq!(ran.code, 30, "{ran:?}");
    assert!(ran.err.contains("hint: what made it stricter: raise.subject-country; [destination.copilot]"), "{ran:?}");
}
