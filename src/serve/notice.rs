//! Tells the operator's own program of what is new: counts by volume, detector and category. No value, no mask, no path.
//!
//! The service opens no connection of its own: what sends mail or calls a web hook is a program that the operator names.
//! It gets one JSON document on its standard input and answers with its exit code. What it does not take after some tries
//! is kept in `dead-letters.jsonl` in the state folder.

use super::journal::Level;
use super::plan::NoticePlan;
use super::shared::{Shared, count};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often it is looked whether something is new.
const EVERY: Duration = Duration::from_secs(5);
/// Pauses before each further try.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// How long the program may take.
const LONGEST: Duration = Duration::from_secs(30);
/// What was told last.
const TOLD: &str = "told.json";
/// What nobody took.
const DEAD: &str = "dead-letters.jsonl";

/// Findings by volume and detector.
type Totals = BTreeMap<String, u64>;

/// Runs until the service ends.
pub(crate) fn run(shared: &Shared) {
    let mut last = Instant::now();
    while !shared.stops() {
        std::thread::sleep(Duration::from_millis(200));
        if last.elapsed() < EVERY {
            continue;
        }
        last = Instant::now();
        let setup = shared.setup();
        let Some(plan) = &setup.plan.notice else { continue };
        if !shared.changed.swap(false, Ordering::Relaxed) {
            continue;
        }
        if let Err(error) = tell(shared, plan, &setup.state) {
            shared.journal.say(Level::Error, "a notice could not be made", [("why", json!(error))]);
        }
    }
}

fn tell(shared: &Shared, plan: &NoticePlan, state: &Path) -> Result<(), String> {
    let kinds = shared.store.reader().and_then(|reader| reader.kinds()).map_err(|error| error.to_string())?;
    let mut totals = Totals::new();
    let mut rows = Vec::new();
    let told = read(&state.join(TOLD));
    for kind in kinds.iter().filter(|kind| kind.severity >= plan.severity) {
        let count: u64 = kind.by_confidence.iter().sum();
        let name = format!("{}\0{}", kind.volume, kind.detector);
        let before = told.as_ref().and_then(|told| told.get(&name)).copied().unwrap_or(0);
        if count > before {
            rows.push(json!({
                "volume": kind.volume, "detector": kind.detector, "category": kind.category, "severity": kind.severity,
                "new": count - before, "found": count, "items": kind.items,
            }));
        }
        totals.insert(name, count);
    }
    if told.as_ref() == Some(&totals) {
        return Ok(());
    }
    // Kept before it is sent: after a crash it is not sent twice, and what nobody took is in the dead letters.
    let kept = serde_json::to_vec(&totals).map_err(io::Error::from).and_then(|text| keep(&state.join(TOLD), &text));
    kept.map_err(|error| format!("cannot keep what was told: {error}"))?;
    if rows.is_empty() {
        return Ok(());
    }
    let notice = json!({ "schema": "elek.notice/1", "at": Timestamp::now().to_string(), "findings": rows });
    deliver(shared, plan, &notice, state)
}

fn deliver(shared: &Shared, plan: &NoticePlan, notice: &Value, state: &Path) -> Result<(), String> {
    let mut why = String::new();
    for pause in [Duration::ZERO].into_iter().chain(PAUSES) {
        let until = Instant::now() + pause;
        while Instant::now() < until && !shared.stops() {
            std::thread::sleep(Duration::from_millis(50));
        }
        match send(plan, notice) {
            Ok(()) => {
                count(&shared.counters.notices);
                return Ok(());
            }
            Err(error) => why = error,
        }
        if shared.stops() {
            break;
        }
    }
    count(&shared.counters.notices_dead);
    shared.journal.say(Level::Error, "a notice was not taken, it is in the dead letters", [("why", json!(why))]);
    bury(&state.join(DEAD), notice).map_err(|error| format!("cannot keep a dead letter: {error}"))
}

/// Gives the notice to the program.
fn send(plan: &NoticePlan, notice: &Value) -> Result<(), String> {
    let Some((program, arguments)) = plan.command.split_first() else { return Ok(()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("`{program}` does not start: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read says with its exit code whether that is an error.
        input.write_all(format!("{notice}\n").as_bytes()).ok();
    }
    let until = Instant::now() + LONGEST;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("`{program}` ended with {status}")),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) | Err(_) => {
                // It may have ended in this moment; then there is nothing to end.
                child.kill().ok();
                child.wait().ok();
                return Err(format!("`{program}` takes longer than {} s", LONGEST.as_secs()));
            }
        }
    }
}

fn read(path: &Path) -> Option<Totals> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a small file, whole or not at all.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

fn bury(path: &Path, notice: &Value) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(format!("{notice}\n").as_bytes())?;
    file.sync_all()
}
