//! How long the gate takes for a prompt of 4 KiB, with its record on the disk: the whole way from bytes to the answer.
//!
//! `cargo bench --bench gate [FOLDER]`: the log is written below the folder, or below the temporary one. Ends with an
//! error if a prompt is not redacted as it should be, or if one in a hundred takes 5 ms or longer.

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, Selection};
use elek::engine::Options;
use elek::finding::Confidence;
use elek::gate::log::{Expected, Log, verify};
use elek::gate::{Gate, Intake, Object, Reason, Request, Sieve, Stated, Wishes};
use elek::limits::Limits;
use elek::policy::{Cell, Policy};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

const PROMPT_BYTES: usize = 4 << 10;
const ROUNDS: usize = 2000;
const LIMIT: Duration = Duration::from_millis(5);
const POLICY: &str = "[destination.copilot]\ncountry = \"US\"\nmay_train = false\nterms_ref = \"t\"\n";

fn prompt(round: usize) -> String {
    let mut text = format!("Составь ответ клиенту. Обращение {round}, тел. +7 701 {:07}.\n", 1_000_000 + round * 37);
    while text.len() < PROMPT_BYTES {
        text.push_str("Клиент пишет, что груз задержан на складе, и просит назвать новый срок доставки.\n");
    }
    text
}

/// Time of this thread on the processor; 0 where the system does not say.
fn cpu_nanoseconds() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

fn main() -> ExitCode {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).map(PathBuf::from);
    let folder = named.unwrap_or_else(std::env::temp_dir).join(format!("elek-gate-bench-{}", std::process::id()));
    let log = Log::new(folder.join("log"), &[7; 32]);
    let catalog = Catalog::load(&Selection::default()).expect("detectors");
    let policy = Policy::with_overlay(POLICY).expect("a policy");
    let stop = AtomicBool::new(false);
    let options = Options {
        jobs: 1,
        min_confidence: Confidence::Medium,
        limits: Limits::default(),
        accepted: BTreeSet::new(),
        today: Day::new(2026, 11, 22),
        level: Level::best(),
        helper: None,
        passwords: elek::engine::Passwords::default(),
    };
    let sieve =
        Sieve { catalog: &catalog, options, key: &[9; 32], intake: Intake::default(), stop: &stop, share: None };
    let stated = Stated::new(&sieve, &policy);
    let gate = Gate { sieve, policy: &policy, stated: &stated, log: &log, host: "bench" };
    let request = Request { destination: "copilot".to_owned(), object: "prompt".to_owned(), ..Request::default() };

    let mut times = Vec::with_capacity(ROUNDS);
    let mut bare_times = Vec::with_capacity(ROUNDS);
    std::fs::create_dir_all(&folder).expect("made");
    let mut bare = std::fs::File::create(folder.join("bare")).expect("made");
    let cpu_before = cpu_nanoseconds();
    for round in 0..ROUNDS {
        let text = prompt(round);
        let mut out = Vec::new();
        let started = Instant::now();
        let object = Object::from_memory(text.as_bytes()).map_err(|_| Reason::LimitExceeded);
        let passed = gate.pass(object, &request, &Wishes::default(), None, Timestamp::now(), &mut out);
        times.push(started.elapsed());
        // What the disk alone takes for a record, in the same minute.
        let started = Instant::now();
        bare.write_all(&[b'x'; 1500]).and_then(|()| bare.sync_data()).expect("written");
        bare_times.push(started.elapsed());
        assert_eq!(passed.decision, Cell::Redact, "{:?}", passed.record);
        assert!(String::from_utf8_lossy(&out).contains("тел. [PHONE_1]."), "the copy is what it should be");
    }
    let cpu = cpu_nanoseconds().saturating_sub(cpu_before) / ROUNDS as u64;
    let verified =
        verify(log.path(), Expected { key: Some(&log.public_key()), line: None }).expect("read").expect("whole");
    assert_eq!(verified.decisions, ROUNDS as u64);
    std::fs::remove_dir_all(&folder).expect("removed");

    times.sort_unstable();
    bare_times.sort_unstable();
    let place = |times: &[Duration], share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
    let at = |share| place(&times, share);
    println!("gate, {PROMPT_BYTES} bytes, {ROUNDS} prompts, one thread, record synced to the disk");
    println!("p50 {:?}  p90 {:?}  p99 {:?}  longest {:?}", at(500), at(900), at(990), at(1000));
    println!(
        "on the processor {:?} a prompt; the rest is the disk, and others that use the machine",
        Duration::from_nanos(cpu)
    );
    if at(990) < LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
