//! The gate as a library: every reason code of the closed list is reached, and every answer is recorded and verifies.

use elek::check::Day;
use elek::detect::simd::Level;
use elek::detect::{Catalog, Selection};
use elek::engine::Options;
use elek::finding::Confidence;
use elek::gate::log::{Expected, Log, verify};
use elek::gate::{
    Approval, Approver, Basis, Gate, Intake, Object, Outlet, Passed, Reason, Request, Sieve, Stated, Wishes,
};
use elek::limits::Limits;
use elek::policy::{Cell, Direction, Policy, sha256_name};
use elek::problem;
use elek::read::Reader;
use elek::redact::Map;
use elek::source::Item;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

const FACTS: &str = r#"
[destination.copilot]
country = "US"
may_train = false
terms_ref = "t"
primary_copy_country = "KZ"
[destination."processor-hosting"]
order_ref = "o"
[destination."contact-center"]
country = "TR"
adequate = false
[destination.archive]
encrypted = true
retention_days = 30
"#;

struct Bench {
    folder: TempDir,
    catalog: Catalog,
    policy: Policy,
    stated: Stated,
    log: Log,
    stop: AtomicBool,
    memory_bytes: u64,
}

impl Bench {
    fn new(policy: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = Log::new(folder.path().join("log"), &[7; 32]);
        let catalog = Catalog::load(&Selection::default()).expect("detectors");
        let policy = Policy::with_overlay(policy).expect("a policy");
        let stop = AtomicBool::new(false);
        let mut bench = Self { folder, catalog, policy, stated: Stated::default(), log, stop, memory_bytes: 64 << 20 };
        let stated = Stated::new(&bench.sieve(), &bench.policy);
        bench.stated = stated;
        bench
    }

    fn sieve(&self) -> Sieve<'_> {
        Sieve {
            catalog: &self.catalog,
            options: Options {
                jobs: 1,
                min_confidence: Confidence::Medium,
                limits: Limits::default(),
                accepted: BTreeSet::new(),
                today: Day::new(2026, 3, 1),
                level: Level::best(),
                helper: None,
                passwords: elek::engine::Passwords::default(),
            },
            key: &[9; 32],
            intake: Intake { memory_bytes: self.memory_bytes, spool: None },
            stop: &self.stop,
            share: None,
        }
    }

    fn gate(&self) -> Gate<'_> {
        Gate { sieve: self.sieve(), policy: &self.policy, stated: &self.stated, log: &self.log, host: "test" }
    }

    fn ask(&self, content: &str, destination: &str) -> Passed {
        self.ask_with(content, &request(destination), &mut Vec::new())
    }

    fn ask_with(&self, content: &str, request: &Request, outlet: &mut dyn Outlet) -> Passed {
        let object = Object::from_memory(content.as_bytes()).map_err(|_| Reason::LimitExceeded);
        self.gate().pass(object, request, &Wishes::default(), None, Timestamp::now(), outlet)
    }

    fn open(&self, item: &Item) -> Result<Object, Reason> {
        let intake = Intake { memory_bytes: self.memory_bytes, spool: None };
        Object::open(&Reader::new(), item, &intake, &self.stop)
    }

    fn ask_item(&self, path: &Path) -> Passed {
        let object = self.open(&Item::file(path));
        self.gate().pass(object, &request("archive"), &Wishes::default(), None, Timestamp::now(), &mut Vec::new())
    }
}

fn request(destination: &str) -> Request {
    Request { destination: destination.to_owned(), object: "prompt".to_owned(), ..Request::default() }
}

/// An output that fails when asked to let go.
struct Stuck;

impl Outlet for Stuck {
    fn stage(&mut self, _object: &Object, _map: Option<&Map>) -> io::Result<()> {
        Ok(())
    }

    fn release(&mut self, _object: &Object) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

const IIN: &str = "ИИН 900101300017";
const PHONE: &str = "тел. +7 701 123 45 67";

/// Decisions and reasons met; each must be what was expected.
#[derive(Default)]
struct Met(BTreeSet<&'static str>);

impl Met {
    fn expect(&mut self, passed: &Passed, decision: Cell, reason: Reason) {
        assert_eq!((passed.decision, passed.reason), (decision, reason), "{:?}", passed.record);
        assert_eq!((passed.record.decision, passed.record.reason_code), (decision.name(), reason.name()));
        assert_eq!(passed.record.released.is_some(), decision <= Cell::Redact, "only what passes is released");
        self.0.insert(reason.name());
    }
}

#[test]
fn every_reason_is_reached_and_every_answer_recorded() {
    let mut met = Met::default();
    let bench = Bench::new(FACTS);
    met.expect(&bench.ask(IIN, "copilot"), Cell::Redact, Reason::Matrix);
    met.expect(&bench.ask(IIN, "cross-border"), Cell::Deny, Reason::Precondition);
    met.expect(&bench.ask("x", "contact-center"), Cell::Deny, Reason::RoleMissing);
    met.expect(&bench.ask(IIN, "signature"), Cell::Deny, Reason::CountryUnknown);
    met.expect(&bench.ask(IIN, "nowhere"), Cell::Deny, Reason::DestinationUnknown);
    let back = Request { direction: Direction::In, ..request("archive") };
    met.expect(&bench.ask_with(IIN, &back, &mut Vec::new()), Cell::Deny, Reason::DestinationUnknown);
    let weak = Basis { kind: "consent".to_owned(), reference: "consent:1".to_owned(), strength: None };
    let weak = Request { basis: Some(weak), ..request("copilot") };
    let open = Bench::new(&FACTS.replace("may_train = false", "may_train = false\nmatrix = { ordinary = \"allow\" }"));
    met.expect(&open.ask_with(PHONE, &weak, &mut Vec::new()), Cell::Hold, Reason::Raised);
    let minor = open.ask("ИИН 100302550017, ИИН 900101300017", "copilot");
    assert!(minor.decision >= Cell::Redact);
    let forbidden = Bench::new("[destination.signature]\ncountry = \"KZ\"\nmatrix = { ordinary = \"redact\" }\n");
    met.expect(&forbidden.ask(PHONE, "signature"), Cell::Hold, Reason::RedactionForbidden);
    met.expect(&bench.ask("{\\rtf1 IIN 900101300017}", "copilot"), Cell::Hold, Reason::NotRewritable);
    let other = Request { expected_rules: Some("sha256:0".to_owned()), ..request("archive") };
    met.expect(&bench.ask_with("x", &other, &mut Vec::new()), Cell::Deny, Reason::RulesChanged);

    // What keeps content from being taken in is recorded like any decision.
    for reason in [Reason::PolicyInvalid, Reason::LimitExceeded, Reason::SpoolNotWritable, Reason::Interrupted] {
        let answer = bench.gate().pass(
            Err(reason),
            &request("archive"),
            &Wishes::default(),
            None,
            Timestamp::now(),
            &mut Vec::new(),
        );
        met.expect(&answer, Cell::Deny, reason);
    }
    bench.stop.store(true, std::sync::atomic::Ordering::Relaxed);
    met.expect(&bench.ask("x", "archive"), Cell::Deny, Reason::Interrupted);
    bench.stop.store(false, std::sync::atomic::Ordering::Relaxed);

    // The register of consents.
    let register = bench.folder.path().join("consents");
    let consents = Bench::new(&format!("{FACTS}[consent]\nregister = {register:?}\nmax_age_days = 1\n"));
    met.expect(&consents.ask(PHONE, "archive"), Cell::Deny, Reason::ConsentRegisterMissing);
    let found = consents.gate().sieve.scan(&Object::from_memory(PHONE.as_bytes()).expect("held"), "").found;
    let fingerprint = found.first().expect("a phone").value;
    fs::write(&register, format!("{{\"fingerprint\":\"{fingerprint:032x}\",\"state\":\"refused\"}}\n"))
        .expect("written");
    met.expect(&consents.ask(PHONE, "archive"), Cell::Deny, Reason::SubjectWithdrawn);
    let old = fs::File::options().append(true).open(&register).expect("open");
    old.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(48)).expect("set");
    met.expect(&consents.ask(PHONE, "archive"), Cell::Deny, Reason::ConsentRegisterStale);

    // Approvals.
    let held = Bench::new("[destination.signature]\ncountry = \"KZ\"\n");
    let card = "карта 4400 4322 4136 5033";
    met.expect(&held.ask(card, "signature"), Cell::Hold, Reason::Matrix);
    let now = Timestamp::now();
    let approve = |hours: i64| {
        let approval = Approval {
            approver: Approver { os_user: "aigul".to_owned(), role: "dpo".to_owned() },
            reason: "agreed".to_owned(),
            of: 1,
            object: sha256_name(Object::from_memory(card.as_bytes()).expect("held").sha256()),
            destination: "signature".to_owned(),
            rules: held.gate().rules().digest().to_owned(),
            expires: now + SignedDuration::from_hours(hours),
        };
        held.log.turn().expect("a turn").append("approval", &approval, now, true).expect("written")
    };
    let with = |seq| Request { approval: Some(seq), ..request("signature") };
    met.expect(&held.ask_with(card, &with(approve(1)), &mut Vec::new()), Cell::Allow, Reason::Approved);
    met.expect(&held.ask_with(card, &with(approve(-1)), &mut Vec::new()), Cell::Deny, Reason::ApprovalExpired);
    met.expect(&held.ask_with(card, &with(1), &mut Vec::new()), Cell::Deny, Reason::ApprovalMismatch);

    // Clock, record and release.
    let earlier = bench.gate().pass(
        Object::from_memory(b"x").map_err(|_| Reason::LimitExceeded),
        &request("archive"),
        &Wishes::default(),
        None,
        now - SignedDuration::from_hours(1),
        &mut Vec::new(),
    );
    met.expect(&earlier, Cell::Deny, Reason::ClockBehind);
    met.expect(&bench.ask_with("x", &request("archive"), &mut Stuck), Cell::Deny, Reason::ReleaseFailed);
    let log = Log::new(bench.folder.path(), &[7; 32]);
    let blocked = Gate { log: &log, ..bench.gate() };
    let mut out = Vec::new();
    let object = Object::from_memory(b"x").map_err(|_| Reason::LimitExceeded);
    let answer = blocked.pass(object, &request("archive"), &Wishes::default(), None, Timestamp::now(), &mut out);
    met.expect(&answer, Cell::Deny, Reason::RecordNotWritable);
    assert!(out.is_empty() && answer.log_error.is_some() && answer.seq.is_none());
    met.expect(&never_clean(), Cell::Deny, Reason::RescanFound);

    let missing: Vec<&str> = Reason::OWN.iter().map(|own| own.name()).filter(|name| !met.0.contains(name)).collect();
    assert!(missing.is_empty(), "no test reaches {missing:?}");
    for log in [&bench.log, &open.log, &forbidden.log, &consents.log, &held.log] {
        verify(log.path(), Expected { key: Some(&log.public_key()), line: None }).expect("read").expect("whole");
    }
}

/// Every code of the closed list and a test that reaches it; the states of reading are reached by scans, and each denies
/// (`gate::evidence`).
const REACHED: &[(&str, &str, &str)] = &[
    ("special_file", "tests/decisions.rs", "whatever_was_not_read_in_full_is_denied"),
    ("own_output", "tests/coverage.rs", "own_outputs_are_left_out_by_what_they_are"),
    ("excluded", "tests/coverage.rs", "exclusions_are_counted"),
    ("other_file_system", "tests/coverage.rs", "other_file_systems_are_counted"),
    ("link", "tests/coverage.rs", "special_files_are_skipped"),
    ("duplicate_inode", "tests/coverage.rs", "hard_links_are_one_file"),
    ("vanished", "tests/gate.rs", "what_was_not_read_in_full_does_not_leave"),
    ("not_reached", "tests/coverage.rs", "a_signal_ends_a_long_scan_with_an_answer"),
    ("changed_during_scan", "tests/decisions.rs", "a_file_rewritten_after_it_was_hashed_does_not_leave"),
    ("io_error", "tests/fault.rs", "an_error_at_every_byte"),
    ("vanished_midway", "tests/fault.rs", "an_error_at_every_byte"),
    ("limit_findings", "tests/coverage.rs", "gaps_can_be_accepted_by_name_only"),
    ("limit_depth", "tests/containers.rs", "bombs_end_with_the_limit_they_hit"),
    ("limit_members", "tests/decisions.rs", "a_limit_that_is_hit_denies"),
    ("limit_bytes", "tests/decisions.rs", "a_limit_that_is_hit_denies"),
    ("limit_ratio", "tests/decisions.rs", "a_limit_that_is_hit_denies"),
    ("limit_memory", "tests/containers.rs", "bombs_end_with_the_limit_they_hit"),
    ("corrupt", "tests/containers.rs", "what_is_not_read_is_never_clean"),
    ("mislabelled", "tests/containers.rs", "what_is_not_read_is_never_clean"),
    ("encrypted_part", "tests/containers.rs", "what_is_not_read_is_never_clean"),
    ("unread_part", "tests/containers.rs", "what_is_not_read_is_never_clean"),
    ("timeout", "tests/decisions.rs", "a_limit_that_is_hit_denies"),
    ("internal", "src/gate/evidence.rs", "evidence_of_nothing_is_a_bug"),
    ("worker_crashed", "src/worker/pool.rs", "a_worker_that_ends_is_a_crash_and_what_it_said_stays"),
    ("worker_timeout", "src/worker/pool.rs", "a_worker_that_hangs_is_ended"),
    ("unknown_binary", "tests/decisions.rs", "whatever_was_not_read_in_full_is_denied"),
    ("no_text", "tests/gate.rs", "what_was_not_read_in_full_does_not_leave"),
    ("needs_ocr", "tests/worker.rs", "pages_of_pdf_are_found_with_their_numbers"),
    ("missing", "tests/coverage.rs", "lists_name_what_is_read"),
    ("permission_denied", "tests/gate.rs", "a_file_without_permission_is_denied"),
    ("encrypted", "tests/stories.rs", "an_archive_with_a_password_stays"),
    ("ambiguous_container", "tests/containers.rs", "what_is_not_read_is_never_clean"),
    ("unsupported", "tests/worker.rs", "rows_of_parquet_are_found_with_their_numbers_and_columns"),
    ("matrix", "tests/gate.rs", "a_category_of_ones_own_is_judged_by_its_class"),
    ("approved", "tests/gate.rs", "a_hold_waits_for_an_approval_of_just_this"),
    ("precondition", "tests/gate.rs", "preconditions_deny_hold_or_redact_everything"),
    ("role_missing", "tests/gate.rs", "a_weak_country_needs_an_instructed_processor"),
    ("country_unknown", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("raised", "tests/gate.rs", "raise_rules_hold_minors_crowds_and_weak_consent"),
    ("not_rewritable", "tests/gate.rs", "what_cannot_be_rewritten_is_held"),
    ("redaction_forbidden", "tests/gate.rs", "nothing_that_is_signed_is_altered"),
    ("rescan_found", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("limit_exceeded", "tests/gate.rs", "standard_input_is_bounded"),
    ("spool_not_writable", "tests/gate.rs", "standard_input_is_bounded"),
    ("interrupted", "tests/gate.rs", "a_signal_denies"),
    ("policy_invalid", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("destination_unknown", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("rules_changed", "tests/gate.rs", "rules_that_were_not_asked_for_are_refused"),
    ("consent_register_missing", "tests/gate.rs", "the_register_of_consents_must_be_there_and_fresh"),
    ("consent_register_stale", "tests/gate.rs", "the_register_of_consents_must_be_there_and_fresh"),
    ("subject_withdrawn", "tests/gate.rs", "the_register_of_consents_must_be_there_and_fresh"),
    ("approval_expired", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("approval_mismatch", "tests/gate.rs", "a_hold_waits_for_an_approval_of_just_this"),
    ("clock_behind", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("record_not_writable", "tests/decisions.rs", "every_reason_is_reached_and_every_answer_recorded"),
    ("release_failed", "tests/gate.rs", "a_disk_limit_stops_the_release"),
];

/// The list above names every code once, and each test is there and speaks of its code.
#[test]
fn no_reason_is_without_its_test() {
    let listed: Vec<&str> = REACHED.iter().map(|(reason, ..)| *reason).collect();
    let all: Vec<&str> = Reason::all().map(Reason::name).collect();
    assert_eq!(listed, all);
    for (reason, file, test) in REACHED {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file of tests");
        let body = text.split_once(&format!("fn {test}(")).unwrap_or_else(|| panic!("{file} has no `{test}`")).1;
        let body = body.split_once("#[test]").map_or(body, |(own, _)| own);
        let variant: String = reason.split('_').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
        let said = [format!("\"{reason}\""), format!("Reason::{variant}")];
        assert!(said.iter().any(|said| body.contains(said)), "`{test}` in {file} does not speak of {reason}");
    }
}

/// Archives at the border of what may be unpacked: none leaves.
#[cfg(feature = "formats")]
#[test]
fn a_limit_that_is_hit_denies() {
    use elek::limits::Unpack;
    let archive = fs::read("fixtures/formats/deflate.zip").expect("a fixture");
    let usual = Unpack::default();
    for (unpack, reason) in [
        (Unpack { members: 0, ..usual }, problem::Reason::LimitMembers),
        (Unpack { bytes: 10, ..usual }, problem::Reason::LimitBytes),
        (Unpack { ratio: 0, ratio_from_bytes: 0, ..usual }, problem::Reason::LimitRatio),
        (Unpack { time_ms: 0, ..usual }, problem::Reason::Timeout),
    ] {
        let bench = Bench::new(FACTS);
        let mut gate = bench.gate();
        gate.sieve.options.limits.unpack = unpack;
        let object = Object::from_memory(&archive).map_err(|_| Reason::LimitExceeded);
        let mut out = Vec::new();
        let passed = gate.pass(object, &request("archive"), &Wishes::default(), None, Timestamp::now(), &mut out);
        assert_eq!((passed.decision, passed.reason), (Cell::Deny, Reason::Scan(reason)), "{:?}", passed.record);
        assert!(out.is_empty() && passed.seq.is_some());
    }
}

/// A detector that sees a value in every replacement.
fn never_clean() -> Passed {
    let mut bench = Bench::new(FACTS);
    let folder = bench.folder.path().join("patterns/x");
    fs::create_dir_all(&folder).expect("made");
    let detector = "id = \"x.stubborn\"\nname = \"Anything in brackets\"\ncategory = \"contact.username\"\ndefault = true\n\
                    since = \"0.1.0\"\nsource = [\"test\"]\nclass = \"A\"\nnormal = \"exact\"\nalone = \"high\"\n[[match]]\nshape = \"regex\"\n\
                    regex = '(?:stubborn|removed|USERNAME)'\nliterals = [\"stubborn\", \"removed\", \"USERNAME\"]\n\
                    [[example]]\ntext = \"stubborn\"\nfinds = [\"stubborn\"]\n";
    fs::write(folder.join("stubborn.toml"), detector).expect("written");
    let selection = Selection { folders: vec![bench.folder.path().join("patterns")], ..Selection::default() };
    bench.catalog = Catalog::load(&selection).expect("detectors");
    bench.ask("a stubborn word", "copilot")
}

#[test]
fn whatever_was_not_read_in_full_is_denied() {
    let bench = Bench::new(FACTS);
    let file = bench.folder.path().join("file");
    for (content, reason) in [
        (&b"\x89PNG\r\n\x1a\n0000"[..], Some(problem::Reason::NoText)),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17], Some(problem::Reason::UnknownBinary)),
        (b"%PDF-1.7 and nothing else", None),
        (b"\x1f\x8b\x08\0cut", None),
        (b"PK\x03\x04cut", None),
        (b"7z\xbc\xaf\x27\x1ccut", None),
    ] {
        fs::write(&file, content).expect("written");
        let passed = bench.ask_item(&file);
        assert_eq!(passed.decision, Cell::Deny, "{:?}", passed.record);
        assert!(matches!(passed.reason, Reason::Scan(_)), "{:?}", passed.reason);
        if let Some(reason) = reason {
            assert_eq!(passed.reason, Reason::Scan(reason));
        }
    }
    assert_eq!(bench.ask_item(bench.folder.path()).decision, Cell::Deny);
    let pipe = Path::new("/dev/null");
    assert_eq!(bench.ask_item(pipe).reason, Reason::Scan(problem::Reason::SpecialFile));
    verify(bench.log.path(), Expected::default()).expect("read").expect("whole");
}

#[test]
fn a_file_rewritten_after_it_was_hashed_does_not_leave() {
    let mut bench = Bench::new(FACTS);
    bench.memory_bytes = 1000;
    let file = bench.folder.path().join("file");
    fs::write(&file, "слова без чисел\n".repeat(20_000)).expect("written");
    let object = bench.open(&Item::file(&file));
    fs::write(&file, "другие слова тут\n".repeat(20_000)).expect("written");
    let mut out = Vec::new();
    let passed = bench.gate().pass(object, &request("archive"), &Wishes::default(), None, Timestamp::now(), &mut out);
    assert_eq!(passed.reason, Reason::Scan(problem::Reason::ChangedDuringScan));
    assert!(out.is_empty());
}

#[test]
fn the_same_rules_give_the_same_decision_again() {
    let bench = Bench::new(FACTS);
    let first = bench.ask(IIN, "copilot").record;
    let again = bench.ask(IIN, "copilot").record;
    assert_eq!(first.to_json(None), again.to_json(None));
}

#[test]
fn a_minor_is_asked_about() {
    let bench = Bench::new(FACTS);
    let found = bench
        .gate()
        .sieve
        .scan(&Object::from_memory("СВИДЕТЕЛЬСТВО О РОЖДЕНИИ II-АН № 123456".as_bytes()).expect("held"), "");
    let passed = bench.ask("СВИДЕТЕЛЬСТВО О РОЖДЕНИИ II-АН № 123456", "copilot");
    let expected = if found.minor { Cell::Hold } else { Cell::Allow };
    assert_eq!(passed.decision, expected, "{:?}", passed.record);
    assert!(found.minor, "a birth certificate is that of a minor");
}

#[test]
fn names_are_redacted_with_the_rest_of_a_ticket() {
    let bench = Bench::new(FACTS);
    let mut out = Vec::new();
    let ticket = "Клиент: Иванова Мария Петровна, телефон +7 701 123 45 67, карта 4400 4322 4136 5033. Иванова Мария Петровна ждёт.";
    let passed = bench.ask_with(ticket, &request("copilot"), &mut out);
    assert_eq!(passed.decision, Cell::Redact);
    let copy = String::from_utf8(out).expect("UTF-8");
    assert_eq!(copy, "Клиент: [NAME_1], телефон [PHONE_1], карта [CARD_1]. [NAME_1] ждёт.");
}

/// While a long text is judged, others are decided and recorded; its own record comes later than theirs.
#[test]
fn requests_at_the_same_time_do_not_deny_each_other() {
    let bench = Bench::new(FACTS);
    let long = "nothing of anybody\n".repeat(40_000);
    let is_late = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..5 {
                assert_eq!(bench.ask(&long, "archive").reason, Reason::Matrix);
            }
            is_late.store(true, Ordering::Relaxed);
        });
        let mut between = 0;
        while !is_late.load(Ordering::Relaxed) {
            assert_eq!(bench.ask("nothing of anybody", "archive").reason, Reason::Matrix);
            between += 1;
        }
        assert!(between > 5, "{between}");
    });
}

/// Who uses the library may state what the command refuses: a record holds no value all the same.
#[test]
fn no_text_of_the_policy_brings_a_value_into_a_record() {
    let policy = format!(
        "{}[destination.\"x.client@company.kz\"]\nlike = \"archive\"\nencrypted = true\nretention_days = 3\n\
         [volume.\"ИИН 900101300017\"]\ncountry = \"KZ\"\n",
        FACTS.replace("order_ref = \"o\"", "order_ref = [\"приказ 5\", \"ИИН 900101300017\"]")
    );
    let bench = Bench::new(&policy);
    let asked = Request {
        volume: Some("ИИН 900101300017".to_owned()),
        basis: Some(Basis { kind: "client@company.kz".to_owned(), reference: "consent:7".to_owned(), strength: None }),
        ..request("processor-hosting")
    };
    let mut texts = vec![bench.ask_with("x", &asked, &mut Vec::new()).record.to_json(None)];
    texts.push(bench.ask("x", "x.client@company.kz").record.to_json(None));
    texts.push(bench.ask("x", "client@company.kz").record.to_json(None));
    for text in texts {
        assert!(!text.contains("900101300017") && !text.contains("client@company"), "{text}");
        assert!(text.contains("••••••••"), "{text}");
    }
}

/// What a text ends with does not make it a file; ids that were looked through are told whatever happens to a scan.
#[test]
fn texts_that_end_like_names_of_files_stay_readable() {
    let policy = "[destination.\"x.backup.zip\"]\nlike = \"archive\"\nencrypted = true\nretention_days = 30\n\
                  basis = \"terms-2026.docx\"\n[volume.\"in.7z\"]\ncountry = \"KZ\"\n";
    let bench = Bench::new(policy);
    assert_eq!(bench.stated.unfit(), None);
    let sieve = bench.sieve();
    for text in ["see memo.pdf", "terms-2026.docx", "x.backup.zip", "photo.jpg", "a.gz"] {
        assert!(!sieve.holds_values(text), "{text}");
    }
    for text in ["ИИН 900101300017.pdf", "client@company.kz.zip"] {
        assert!(sieve.holds_values(text), "{text}");
    }
    let basis = Basis { kind: "contract".to_owned(), reference: "contract:7.pdf".to_owned(), strength: None };
    let asked = Request {
        volume: Some("in.7z".to_owned()),
        basis: Some(basis),
        object: "ИИН 900101300017.txt".to_owned(),
        ..request("x.backup.zip")
    };
    let text = bench.ask_with("x", &asked, &mut Vec::new()).record.to_json(None);
    for word in ["x.backup.zip", "in.7z", "terms-2026.docx", "contract:7.pdf", "ИИН ••••••••.txt"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    // Stopped before anybody looked: what was asked now is hidden, what was looked through is not.
    bench.stop.store(true, Ordering::Relaxed);
    let text = bench.ask_with("x", &asked, &mut Vec::new()).record.to_json(None);
    assert!(text.contains("x.backup.zip") && text.contains("in.7z") && text.contains("terms-2026.docx"), "{text}");
    assert!(!text.contains("900101300017"), "{text}");
}
