//! A home with a policy, and questions to the gate in it.

use super::home::{Home, Ran};
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

/// Destinations that may be asked about.
pub(crate) const POLICY: &str = r#"
[destination.copilot]
model_owner = "vendor-x"
country = "US"
may_train = false
terms_ref = "t-2026-01"
primary_copy_country = "KZ"

[destination."processor-hosting"]
order_ref = "order 5"
country = "KZ"

[destination.signature]
country = "KZ"

[destination.archive]
country = "KZ"
encrypted = true
retention_days = 90

[destination."market-app"]
app_id = "app.1"
country = "KZ"
terms_ref = "t"
declared_categories = ["contact.*"]

[destination."contact-center"]
country = "KZ"

[volume.hr]
country = "KZ"
jurisdiction = "kz"
role = "operator"
purposes = ["kz.recruitment"]
primary_copy_country = "KZ"
instruction_ref = "instruction 7"
"#;

pub(crate) const IIN: &str = "900101300017";
pub(crate) const TICKET: &str =
    "ИИН клиента: 900101300017, тел. +7 701 123 45 67\nкарта 4400 4322 4136 5033, тел. 8 701 123-45-67\n";

/// A home with the policy above.
pub(crate) fn home() -> Home {
    let home = Home::new();
    home.write("elek.toml", POLICY);
    home.write("in/ticket.txt", TICKET);
    home
}

/// Runs the gate with the policy of the home.
pub(crate) fn gate(home: &Home, arguments: &[&str]) -> Ran {
    home.run(&[&["gate", "--config", "elek.toml"], arguments].concat())
}

/// The same, with bytes on standard input.
pub(crate) fn gate_stdin(home: &Home, arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = home.command(&[&["gate", "--config", "elek.toml"], arguments].concat());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The program may have seen enough.
        pipe.write_all(&input).ok();
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("written");
    Ran::from(output)
}

/// Lines of the decision log.
pub(crate) fn log(home: &Home) -> Vec<Value> {
    let text = fs::read_to_string(home.path(LOG)).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Where the log lies in a home.
pub(crate) const LOG: &str = ".local/state/elek/decisions.jsonl";

/// The newest decision.
pub(crate) fn newest(home: &Home) -> Value {
    log(home).into_iter().rfind(|line| line["type"] == "decision").expect("a decision")
}

/// Exit code and reason of the newest decision.
pub(crate) fn answer(home: &Home, ran: &Ran) -> (i32, String) {
    (ran.code, newest(home)["reason_code"].as_str().expect("a word").to_owned())
}
