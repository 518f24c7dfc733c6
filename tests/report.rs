//! Reports as a whole: made-up findings through every sink; output against the schemas; no value in any output.

#[path = "report/validate.rs"]
mod validate;

use elek::finding::{Confidence, Evidence, Facts, Finding, Kind, Mask, Record, Tally};
use elek::lang::Lang;
use elek::ledger::{KindTotal, Ledger, People};
use elek::location::Location;
use elek::matched::Matched;
use elek::problem::{Problem, Reason, State};
use elek::report::csv::Csv;
use elek::report::document::Document;
use elek::report::human::{Human, Look};
use elek::report::jsonl::Jsonl;
use elek::report::key::{Key, KeyOrigin};
use elek::report::outcome::{End, Outcome, resolve};
use elek::report::owner::Owners;
use elek::report::{Head, Report, Setup, Subjects, Summary, schema};
use elek::sink::{ItemMeta, ItemRecord, Stop};
use elek::span::{Place, RawSpan, TextSpan};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A value that must never be seen, and the facts around it.
struct Made {
    kind: usize,
    normal: &'static str,
    line: Option<u64>,
    field: Option<&'static str>,
    confidence: Confidence,
    place: Place,
    at: Option<&'static str>,
}

impl Facts for Made {
    fn line_column(&self) -> Option<(u64, u64)> {
        self.line.map(|line| (line, 5))
    }

    fn normal(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.normal.as_bytes());
    }

    fn record(&self) -> Option<Record> {
        self.line.map(|_| Record { kind: "line", span: RawSpan { start: 0, end: 90 } })
    }

    fn field(&self) -> Option<String> {
        self.field.map(str::to_owned)
    }
}

fn kind(detector: &str, category: &str, mask: Mask) -> Kind {
    let entry = elek::taxonomy::Category::find(category).expect("in the taxonomy");
    Kind {
        detector: detector.into(),
        category: category.into(),
        gate_class: entry.gate_class.into(),
        severity: entry.severity,
        mask,
        tallied: entry.tallied(),
    }
}

fn kinds() -> Vec<Kind> {
    vec![
        kind("kz.iin", "nid.kz_iin", Mask::Last2),
        kind("email", "contact.email", Mask::FirstChar),
        kind("ipv4", "tech.ip", Mask::NetOnly),
        kind("password", "secret.password", Mask::Hidden),
    ]
}

/// An item: its path, findings, and how it ended.
struct MadeItem {
    location: Location,
    findings: Vec<Made>,
    reason: Option<Reason>,
    accepted: bool,
    mode: u32,
}

fn made(kind: usize, normal: &'static str, line: u64) -> Made {
    let place = Place::Raw(RawSpan { start: line * 100, end: line * 100 + normal.len() as u64 });
    Made { kind, normal, line: Some(line), field: Some("UF_CRM_IIN"), confidence: Confidence::High, place, at: None }
}

fn item(path: &[u8], findings: Vec<Made>) -> MadeItem {
    MadeItem {
        location: Location::file(Path::new(OsStr::from_bytes(path))),
        findings,
        reason: None,
        accepted: false,
        mode: 0o644,
    }
}

fn company() -> Vec<MadeItem> {
    let mut named = made(1, "canary.name@secret-host.kz", 1);
    named.place = Place::Path(RawSpan { start: 0, end: 9 });
    let mut decoded = made(0, "770101300017", 3);
    decoded.place = Place::Text(TextSpan { start: 7, end: 19 });
    decoded.line = None;
    decoded.confidence = Confidence::Medium;
    decoded.field = Some("client 770101300017");
    vec![
        item(
            b"exports/clients.csv",
            vec![made(0, "900101300017", 2), made(1, "canary@secret-host.kz", 2), made(0, "910101300017", 3), decoded],
        ),
        item(b"logs/access.log", vec![made(2, "203.0.113.77", 1)]),
        item(b"\xef\xe0\xf0\x1b[31m\n.txt", vec![made(3, "hunter2-canary", 1), named]),
        MadeItem { reason: Some(Reason::PermissionDenied), mode: 0o600, ..item(b"closed", vec![]) },
        MadeItem { reason: Some(Reason::NoText), accepted: true, ..item(b"photo.jpg", vec![]) },
        MadeItem { reason: Some(Reason::Link), ..item(b"link", vec![]) },
        item("папка/пусто.txt".as_bytes(), vec![]),
    ]
}

/// Drives a report as the engine would, and returns the outcome.
fn drive(report: &mut dyn Report, kinds: &[Kind], items: &[MadeItem]) -> Result<Outcome, Stop> {
    let head = Head {
        run: "run-1".to_owned(),
        started: "2026-11-22T00:00:00.000Z".to_owned(),
        rules: "sha256:00".to_owned(),
        roots: vec!["exports".into(), "папка".into()],
        min_confidence: Confidence::Medium,
        key: KeyOrigin::File,
    };
    let wants = report.wants();
    report.begin(&head).map_err(elek::report::stop)?;
    let mut ledger = Ledger::default();
    ledger.totals = vec![KindTotal::default(); kinds.len()];
    ledger.people = People { groups: 3, unlinked: 2, least: Some(3), minors: 0, error_percent: 0 };
    let go = |flow: ControlFlow<Stop>| match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(stop) => Err(stop),
    };
    for item in items {
        ledger.list();
        let mut tallies: Vec<Tally> = Vec::new();
        for found in &item.findings {
            let index = tallies.iter().position(|tally| tally.kind_index == found.kind).unwrap_or_else(|| {
                tallies.push(Tally {
                    kind_index: found.kind,
                    count: 0,
                    by_confidence: [0; 3],
                    distinct: 0,
                    distinct_estimated: false,
                    first_start: found.place.bounds().0,
                    first_line: found.line,
                });
                tallies.len() - 1
            });
            let total = &mut ledger.totals[found.kind];
            tallies[index].count += 1;
            tallies[index].distinct += 1;
            tallies[index].by_confidence[found.confidence as usize] += 1;
            total.count += 1;
            total.distinct += 1;
            total.by_confidence[found.confidence as usize] += 1;
            let kind = &kinds[found.kind];
            if tallies[index].count <= wants.findings_per_kind && (wants.tallied || !kind.tallied) {
                go(report.finding(&Finding {
                    kind,
                    location: &item.location,
                    at: found.at,
                    place: found.place,
                    value: Matched::new(found.normal.as_bytes()),
                    confidence: found.confidence,
                    evidence: Evidence::SHAPE.with(Evidence::CHECK).with(Evidence::FIELD),
                    encoding: "windows-1251",
                    views: &["json-escape", "percent"],
                    facts: found,
                }))?;
            }
        }
        tallies.sort_by_key(|tally| tally.kind_index);
        if let Some(reason) = item.reason {
            let detail = Some("Permission denied (os error 13)".to_owned());
            go(report.problem(&Problem { location: item.location.clone(), reason, detail }))?;
        }
        let record = ItemRecord {
            location: &item.location,
            state: item.reason.map_or(State::ScannedFull, Reason::state),
            reason: item.reason,
            accepted: item.accepted,
            bytes_total: Some(1000),
            bytes_scanned: 1000,
            meta: ItemMeta {
                mode: Some(0o100_000 | item.mode),
                owner_uid: Some(600),
                mtime: Some((1_700_000_000, 5)),
                stamp: None,
            },
            tallies: &tallies,
            kinds,
            trace: &[],
            known: None,
        };
        ledger.end(&record);
        if item.reason.is_some() || !tallies.is_empty() || wants.every_item {
            go(report.item(&record))?;
        }
    }
    let outcome = resolve(&End { ledger: &ledger, failing: 0, stopped: None, interrupted: false });
    report.finish(&Summary { outcome: &outcome, ledger: &ledger, kinds, seconds: 0.25 }).map_err(elek::report::stop)?;
    Ok(outcome)
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Human(Look),
    Jsonl,
    Json,
    Csv,
}

fn report<'a, W: Write + Send + 'a>(form: Form, writer: W, setup: Setup<'a>) -> Box<dyn Report + 'a> {
    match form {
        Form::Human(look) => Box::new(Human::new(writer, setup, look)),
        Form::Jsonl => Box::new(Jsonl::new(writer, setup)),
        Form::Json => Box::new(Document::new(writer, setup)),
        Form::Csv => Box::new(Csv::new(writer, setup)),
    }
}

fn written(form: Form, list_all: bool, every_item: bool, items: &[MadeItem]) -> String {
    let kinds = kinds();
    let key = Key::fixed([1; 32]);
    let owners = Owners::from_passwd("bitrix:x:600:600::/home/bitrix:/bin/bash");
    let running = ["kz.iin", "email", "ipv4"].into();
    let setup =
        Setup { kinds: &kinds, running, owners: &owners, key: Some(&key), list_all, every_item, baseline: None };
    let mut out = Vec::new();
    drive(report(form, &mut out, setup).as_mut(), &kinds, items).expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

fn forms() -> Vec<Form> {
    let looks = Lang::ALL
        .into_iter()
        .flat_map(|lang| [(false, false), (true, false), (true, true)].map(|view| (lang, view)))
        .map(|(lang, (detail, explain))| Form::Human(Look { lang, color: explain, detail, explain }));
    looks.chain([Form::Jsonl, Form::Json, Form::Csv]).collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn every_line_fits_the_schema_of_a_scan() {
    let schema = parsed(schema::SCAN);
    for (list_all, every_item) in [(false, false), (true, false), (false, true), (true, true)] {
        let text = written(Form::Jsonl, list_all, every_item, &company());
        let records: Vec<Value> = text.lines().map(parsed).collect();
        for record in &records {
            assert_eq!(validate::problems(&schema, record), [""; 0], "{record}");
        }
        let types: Vec<&str> = records.iter().filter_map(|record| record["type"].as_str()).collect();
        assert_eq!((types.first(), types.last()), (Some(&"scan"), Some(&"summary")));
        let count = |name: &str| types.iter().filter(|known| **known == name).count();
        assert_eq!(count("finding"), if list_all { 7 } else { 6 });
        assert_eq!(count("tally"), usize::from(!list_all));
        assert_eq!(count("item"), if every_item { 7 } else { 3 });
    }
}

#[test]
fn fields_come_in_the_order_of_the_contract() {
    let text = written(Form::Jsonl, false, false, &company());
    let finding = text.lines().find(|line| line.contains("\"finding\"")).expect("a finding");
    let names: Vec<&str> = finding.split('"').filter(|part| !part.is_empty()).collect();
    let order = [
        "type",
        "id",
        "detector",
        "category",
        "path",
        "start",
        "end",
        "span",
        "line",
        "column",
        "record",
        "field",
        "confidence",
        "evidence",
        "encoding",
        "masked",
        "fingerprint",
    ];
    let places: Vec<usize> = order
        .iter()
        .map(|name| names.iter().position(|part| part == name).unwrap_or_else(|| panic!("{name}")))
        .collect();
    assert!(places.is_sorted(), "{finding}");

    let expected = "{\"type\":\"item\",\"path\":\"closed\",\"state\":\"failed\",\"reason\":\"permission_denied\",\"bytes_total\":1000,\"bytes_scanned\":1000,\
                    \"mode\":\"0600\",\"owner\":\"bitrix\",\"mtime\":\"2023-11-14T22:13:20.000000005Z\"}";
    assert!(text.contains(expected), "{text}");
    let expected = "{\"type\":\"tally\",\"detector\":\"ipv4\",\"category\":\"tech.ip\",\"path\":\"logs/access.log\",\"count\":1,\"distinct\":1,\"first\":{\"start\":100,\"line\":1}}";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("\"path_b64\":\"7+DwG1szMW0KLnR4dA==\""), "{text}");
    assert!(text.contains("\"field\":\"••••••••\""), "a key of a record can itself be a value");
    assert!(text.contains("\"seconds\":0.250"));
    assert!(text.contains("\"subjects\":{\"min\":3,\"max\":5,\"estimate\":3}"), "{text}");
}

#[test]
fn the_document_fits_its_schema() {
    let schema = parsed(schema::REPORT);
    for (list_all, every_item) in [(false, false), (true, true)] {
        let document = parsed(&written(Form::Json, list_all, every_item, &company()));
        assert_eq!(validate::problems(&schema, &document), [""; 0]);
        let items = document["items"].as_array().expect("a list");
        assert_eq!(items.len(), if every_item { 7 } else { 6 });
        assert_eq!(items[0]["found"][0]["detector"], "kz.iin");
        assert_eq!(items[0]["found"][0]["confidence"]["medium"], 1);
        assert_eq!(items[0]["found"][0]["samples"].as_array().map(Vec::len), Some(3));
        assert_eq!(items[1]["found"][0].get("samples").is_some(), list_all, "counted, not listed");
        assert_eq!(document["rules"].as_array().map(Vec::len), Some(3), "only detectors that run");
        assert_eq!(document["summary"]["exit"], 3);
    }
    let empty = parsed(&written(Form::Json, false, false, &[]));
    assert_eq!(validate::problems(&schema, &empty), [""; 0]);
}

#[test]
fn the_document_keeps_five_samples() {
    let many = vec![item(b"many", (1..=40).map(|line| made(0, "900101300017", line)).collect())];
    let document = parsed(&written(Form::Json, false, false, &many));
    assert_eq!(document["items"][0]["found"][0]["count"], 40);
    assert_eq!(document["items"][0]["found"][0]["samples"].as_array().map(Vec::len), Some(5));
}

#[test]
fn no_output_shows_a_value() {
    let canaries = ["900101300017", "910101300017", "770101300017", "canary", "secret-host", "hunter2", "203.0.113.77"];
    for form in forms() {
        for list_all in [false, true] {
            let text = written(form, list_all, true, &company());
            for canary in canaries {
                assert!(!text.contains(canary), "{form:?} shows {canary}");
            }
        }
    }
}

#[test]
fn nothing_hidden_reaches_a_reader() {
    for form in forms() {
        let text = written(form, true, true, &company());
        let colored = matches!(form, Form::Human(look) if look.color);
        for letter in text.chars() {
            let allowed = letter == '\n' || (colored && letter == '\u{1b}');
            assert!(allowed || !elek::report::escape::hides(letter), "{form:?} has {letter:?}");
        }
        assert!(!text.contains("\u{1b}[31m\n"), "{form:?}");
    }
}

#[test]
fn people_read_this() {
    let text = written(Form::Human(Look::default()), false, false, &company());
    let expected = "  \\xef\\xe0\\xf0\\u{1b}[31m\\n.txt  1 password · 1 email
! exports/clients.csv           3 kz.iin · 1 email
-v shows masks and lines, --explain the reasons

Category                                      found   distinct  confidence
Passwords and keys                                1          1  high
  1 password
Identifiers of people                             3          3  66 % high
  3 kz.iin
Contacts and other data of people                 2          2  high
  2 email
Technical traces                                  1          1  high
  1 ipv4

Read 5 items, 6.8 KiB in 0.25 s
! With identifiers of people, readable by every local user: 1 item
Not read in full: 1 × no permission to open: closed
Not read in full, accepted by name: 1 × picture, sound or film: photo.jpg
Left out by rule: 1 × symbolic link, not followed

Passwords and keys: Revoke and replace now, then remove from here.
Identifiers of people: Move to where few can read it, or mask it.
Contacts and other data of people: Delete or mask what is no longer needed.

incomplete: 1 of 7 not read in full, 7 findings (1 gap accepted by name)
";
    assert_eq!(text, expected);
}

#[test]
fn people_read_this_on_request() {
    let text = written(Form::Human(Look { detail: true, ..Look::default() }), false, false, &company());
    let expected = "\
\\xef\\xe0\\xf0\\u{1b}[31m\\n.txt
        1  password  high      ••••••••                line 1
        1  email     high      c••••••••@••••••••.kz   in the name
exports/clients.csv  every local user may read it
        3  kz.iin    high      ••••••••17             line 2
        1  email     high      c••••••••@••••••••.kz  line 2
";
    // The lines are compared without runs of blanks: the widths are nobody's contract.
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeezed(&text).starts_with(&squeezed(expected)), "{text}");
    for part in [
        "Not read in full\n        1  no permission to open\n           closed: Permission denied (os error 13)\n",
        "Not read in full, accepted by name\n        1  picture, sound or film\n",
        "Left out by rule\n        1  symbolic link, not followed\n",
        "Passwords and keys: Revoke and replace now",
        "incomplete: 1 of 7 not read in full, 7 findings (1 gap accepted by name)\n",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    let explained = written(Form::Human(Look { explain: true, ..Look::default() }), false, false, &company());
    assert!(explained.contains("high: the check holds; the field is named «UF_CRM_IIN»"), "{explained}");
    assert!(explained.contains("the field is named «••••••••»"), "{explained}");
}

/// Who has to say what was not read finds each item by name: five a reason on the screen, all of them on request.
#[test]
fn what_was_not_read_is_named() {
    let unread = |count: usize| {
        let one = |n| MadeItem { reason: Some(Reason::NoText), ..item(format!("in/{n}.png").as_bytes(), vec![]) };
        (0..count).map(one).collect::<Vec<_>>()
    };
    let shown = |count: usize, detail: bool| {
        let text = written(Form::Human(Look { detail, ..Look::default() }), false, false, &unread(count));
        let named = (0..count).filter(|n| text.contains(&format!("in/{n}.png"))).count();
        (named, text)
    };
    assert_eq!((shown(2, false).0, shown(5, false).0, shown(2, true).0, shown(9, true).0), (2, 5, 2, 9));
    let (named, text) = shown(9, false);
    assert!(named == 5 && text.contains("\n    and 4 more; -v lists them all\n"), "{text}");
    assert!(!shown(5, false).1.contains("more"), "nothing is left to list");
}

/// A person is sent to a cell or page, not to a line of the text that a document was turned into.
#[test]
fn places_inside_documents_are_named() {
    let at = |mut made: Made, at| {
        made.at = Some(at);
        made
    };
    let cells = || vec![at(made(0, "900101300017", 16), "Sheet1!E2"), at(made(0, "910101300017", 17), "Sheet1!E3")];
    for look in [Look { detail: true, ..Look::default() }, Look { explain: true, ..Look::default() }] {
        let text = written(Form::Human(look), false, false, &[item(b"book.xlsx", cells())]);
        assert!(text.contains("Sheet1!E2") && text.contains("Sheet1!E3") && !text.contains("line 16"), "{text}");
    }
}

/// Reasons tell what makes the difference between two levels.
#[test]
fn a_check_that_holds_in_part_is_told_apart() {
    let mut loose = made(0, "780930595482", 1);
    loose.confidence = Confidence::Medium;
    let explained = |made: Made| {
        written(Form::Human(Look { explain: true, ..Look::default() }), false, false, &[item(b"a.csv", vec![made])])
    };
    let (full, part) = (explained(made(0, "900101300017", 1)), explained(loose));
    assert!(full.contains("high: the check holds;") && !full.contains("looser"), "{full}");
    assert!(part.contains("medium: only the looser check holds"), "{part}");
}

/// Names are shown whole; the rest of a line gives way to them.
#[test]
fn long_names_push_detectors_out() {
    let found = || vec![made(0, "900101300017", 1), made(1, "a@b.kz", 1), made(3, "hunter2", 1)];
    let long = format!("{}/{}.csv", "folder".repeat(4), "name".repeat(11));
    let text = written(Form::Human(Look::default()), false, false, &[item(long.as_bytes(), found())]);
    assert!(text.starts_with(&format!("! {long}  1 password\n")) || text.contains("+2\n"), "{text}");
    let nested = [item(b"srv/a/one.txt", found()), item(b"srv/b/two.txt", found()), item(b"srv/c", found())];
    let text = written(Form::Human(Look::default()), false, false, &nested);
    let row = "1 password · 1 kz.iin · 1 email";
    assert!(text.starts_with(&format!("srv/\n! a/one.txt  {row}\n! b/two.txt  {row}\n! c          {row}\n")), "{text}");
    let apart = [item(b"/srv/one.txt", found()), item(b"/var/two.txt", found())];
    let text = written(Form::Human(Look::default()), false, false, &apart);
    assert!(text.starts_with("! /srv/one.txt  1 password"), "the root is no folder to share: {text}");
    // Beyond what any screen shows, the middle is left out.
    let endless = format!("{}/end.txt", "folder/".repeat(500));
    let text = written(Form::Human(Look::default()), false, false, &[item(endless.as_bytes(), found())]);
    let first = text.lines().next().expect("a line");
    assert!(first.starts_with("! folder/") && first.contains('…') && first.contains("/end.txt  1 password"), "{first}");
    assert!(first.chars().count() < 300, "{first}");
}

#[test]
fn twenty_items_are_listed_and_the_rest_is_counted() {
    let items: Vec<MadeItem> = (0..25_u64)
        .map(|number| {
            let findings = (0..=number).map(|line| made(1, "someone@example.kz", line + 1)).collect();
            item(format!("mail/{number:02}").as_bytes(), findings)
        })
        .collect();
    let text = written(Form::Human(Look::default()), false, false, &items);
    let listed: Vec<&str> = text.lines().filter(|line| line.ends_with(" email") && !line.contains("  325")).collect();
    assert_eq!(listed.len(), 20, "{text}");
    assert_eq!((listed.first(), listed.last()), (Some(&"  24  25 email"), Some(&"  05  6 email")), "{text}");
    assert!(text.starts_with("mail/\n") && text.contains("\nand 5 more items, 15 findings\n"), "{text}");
    let full = written(Form::Human(Look { detail: true, ..Look::default() }), false, false, &items);
    assert_eq!(full.lines().filter(|line| line.starts_with("mail/")).count(), 20, "{full}");
    assert!(full.contains("\nand 5 more items, 15 findings\n"), "{full}");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// Fails once a number of bytes was taken.
struct Failing {
    left: usize,
    kind: io::ErrorKind,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(self.kind.into());
        }
        let taken = bytes.len().min(self.left);
        self.left -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_none() {
    let kinds = kinds();
    let key = Key::fixed([1; 32]);
    let owners = Owners::default();
    for form in forms() {
        for left in [0, 1, 100, 700] {
            for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
                let setup = Setup {
                    kinds: &kinds,
                    running: [].into(),
                    owners: &owners,
                    key: Some(&key),
                    list_all: true,
                    every_item: true,
                    baseline: None,
                };
                let ended = drive(report(form, Failing { left, kind }, setup).as_mut(), &kinds, &company());
                match ended {
                    Err(Stop::Closed) => assert_eq!(kind, io::ErrorKind::BrokenPipe),
                    Err(Stop::Output(error)) => assert_eq!(error.kind(), io::ErrorKind::StorageFull),
                    other => panic!("{form:?} with {left} bytes: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    for form in forms() {
        assert_eq!(written(form, true, true, &company()), written(form, true, true, &company()));
    }
}

#[test]
fn people_are_counted_by_their_keys() {
    let kinds = kinds();
    let total = |distinct| KindTotal { count: 2 * distinct, distinct, ..KindTotal::default() };
    let mut ledger = Ledger::default();
    ledger.totals = vec![total(3), total(5), total(70), total(9)];
    let only_shared = Subjects { min: 0, max: 5, estimate: 5, minors: 0, error_percent: 0 };
    ledger.people = People { unlinked: 5, least: Some(0), ..People::default() };
    assert_eq!(Subjects::count(&ledger, &kinds), only_shared, "no strong key was seen in a record");
    ledger.people = People { groups: 4, unlinked: 2, least: Some(3), minors: 1, error_percent: 0 };
    let counted = Subjects { min: 3, max: 6, estimate: 4, minors: 1, error_percent: 0 };
    assert_eq!(Subjects::count(&ledger, &kinds), counted);
    ledger.people = People { groups: 4, unlinked: 2, least: None, minors: 1, error_percent: 5 };
    assert_eq!(Subjects::count(&ledger, &kinds), Subjects { error_percent: 5, ..counted });
    // Sketches that say more than there is: six values of the strong kind, ten of the shared one.
    ledger.people = People { groups: 7, unlinked: 11, least: None, minors: 1, error_percent: 5 };
    let most = Subjects { min: 3, max: 16, estimate: 6, minors: 1, error_percent: 5 };
    assert_eq!(Subjects::count(&ledger, &kinds), most);
}
