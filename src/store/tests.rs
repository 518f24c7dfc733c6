use super::*;
use crate::finding::{Confidence, Evidence, Kind, Mask, Record, Tally};
use crate::known::{KnownFinding, KnownItem};
use crate::location::Location;
use crate::problem::Reason;
use crate::report::key::Key;
use crate::sink::{ItemMeta, Known, Stamp};
use crate::span::{Place, RawSpan};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::{TempDir, tempdir};

pub(super) fn kinds() -> Vec<Kind> {
    let kind = |detector: &str, category: &str| Kind {
        detector: detector.into(),
        category: category.into(),
        gate_class: "strong_id".into(),
        severity: 7,
        mask: Mask::Last2,
        tallied: false,
    };
    vec![kind("kz.iin", "nid.kz_iin"), kind("email", "contact.email")]
}

fn start<'a>(run: &'a str, roots: &'a [PathBuf], kinds: &'a [Kind], key: &'a Key) -> Start<'a> {
    Start {
        run,
        started_ms: 1_000_000,
        volume: "",
        tenant: None,
        roots,
        rules: "sha256:1",
        min_confidence: Confidence::Medium,
        settings: "",
        kinds,
        key,
    }
}

fn finding(kind_index: usize, start: u64) -> KnownFinding {
    KnownFinding {
        kind_index,
        at: None,
        place: Place::Raw(RawSpan { start, end: start + 12 }),
        line_column: Some((start / 10 + 1, 3)),
        record: Some(Record { kind: "line", span: RawSpan { start, end: start + 40 } }),
        field: Some("iin".to_owned()),
        confidence: if kind_index == 0 { Confidence::High } else { Confidence::Medium },
        evidence: Evidence::CHECK,
        encoding: "utf-8",
        views: vec!["percent"],
        masked: "••••••••17".to_owned(),
        fingerprint: [start as u8; 16],
    }
}

fn kept(path: &str, member: Option<&str>, findings: Vec<KnownFinding>) -> Kept {
    let location = match member {
        Some(member) => Location::member_of(path, member.to_owned()),
        None => Location::file(path),
    };
    let stamp = Stamp { device: 1, inode: 2, size: 3, mtime: (4, 5), ctime: (6, 7), shared: false };
    let tally = Tally {
        kind_index: 0,
        count: findings.len() as u64,
        by_confidence: [0, 0, findings.len() as u64],
        distinct: 1,
        distinct_estimated: false,
        first_start: 0,
        first_line: None,
    };
    Kept {
        item: KnownItem {
            location,
            reason: member.map(|_| Reason::UnknownBinary),
            detail: None,
            bytes_total: Some(3),
            bytes_scanned: 3,
            meta: ItemMeta { stamp: Some(stamp), ..ItemMeta::default() },
            findings,
            trace: vec![1, 2, 3],
            known: Known { row: 0, in_name: 0 },
        },
        tallies: vec![tally],
    }
}

fn entry(path: &str, items: Vec<Kept>) -> Entry {
    Entry { path: path.into(), items, replaces: Replaces::All, members_before: 0, whole: true, follow: None }
}

fn opened(folder: &TempDir) -> Arc<Store> {
    let opened = Store::open(folder.path(), 5_000_000).expect("opened");
    assert!(opened.moved.is_none(), "{:?}", opened.moved);
    opened.store
}

fn all(store: &Store, filter: &FindingFilter) -> Vec<StoredFinding> {
    store.reader().expect("a reader").findings(filter, 0, 1000).expect("read")
}

#[test]
fn a_long_run_writes_after_hundreds_of_short_ones_have_ended() {
    let folder = tempdir().expect("a folder");
    let (kinds, key) = (kinds(), Key::fixed([1; 32]));
    let store = opened(&folder);
    let long = store.begin(&start("long", &["/d".into()], &kinds, &key)).expect("begun");
    for number in 0..150 {
        let short = store.begin(&start(&format!("short {number}"), &["/d".into()], &kinds, &key)).expect("begun");
        short.end(End::Complete, None, 6_000_000).expect("ended");
    }
    long.write(&[entry("/d/a", vec![kept("/d/a", None, vec![finding(0, 1)])])]).expect("written");
    assert_eq!(all(&store, &FindingFilter::default()).len(), 1);
    assert_eq!(store.reader().expect("a reader").by_confidence().expect("read"), [0, 0, 1]);
    long.end(End::Complete, None, 6_000_000).expect("ended");
    let short = store.begin(&start("last", &["/d".into()], &kinds, &key)).expect("begun");
    short.end(End::Complete, None, 6_000_000).expect("ended");
    let runs: i64 = store
        .change(|change| Ok(change.query_row("SELECT count(*) FROM runs", [], |row| row.get(0))?))
        .expect("counted");
    assert_eq!(runs, 101, "the newest hundred, and the one that an item refers to");
}

#[test]
fn what_is_written_is_found_and_an_entry_takes_the_place_of_the_one_before() {
    let folder = tempdir().expect("a folder");
    let (kinds, key) = (kinds(), Key::fixed([1; 32]));
    let store = opened(&folder);
    let run = store.begin(&start("r1", &["/d".into()], &kinds, &key)).expect("begun");
    let items = vec![kept("/d/a.zip", Some("x"), vec![finding(0, 1)]), kept("/d/a.zip", None, vec![finding(1, 9)])];
    run.write(&[entry("/d/a.zip", items), entry("/d/b", vec![kept("/d/b", None, vec![finding(0, 30)])])])
        .expect("written");
    run.end(End::Complete, Some("{}"), 6_000_000).expect("ended");
    let found = all(&store, &FindingFilter::default());
    let places: Vec<_> = found.iter().map(|f| (f.path.to_str().unwrap_or("?"), f.member.as_deref(), f.place)).collect();
    let raw = |start| Place::Raw(RawSpan { start, end: start + 12 });
    assert_eq!(places, [("/d/a.zip", Some("x"), raw(1)), ("/d/a.zip", None, raw(9)), ("/d/b", None, raw(30))]);
    assert_eq!((found[0].detector.as_str(), found[0].views.as_deref()), ("kz.iin", Some("percent")));
    assert_eq!(found[0].record, Some(("line".to_owned(), 1, 41)));

    let count = |filter: FindingFilter| {
        let counted = store.reader().expect("a reader").count_findings(&filter).expect("counted");
        assert_eq!(counted, all(&store, &filter).len() as u64);
        counted
    };
    let by_path = |path: &str| count(FindingFilter { path: Some(path.into()), ..FindingFilter::default() });
    assert_eq!((by_path("/d"), by_path("/d/"), by_path("/d/b"), by_path("/d/a"), by_path("/")), (3, 3, 1, 0, 3));
    assert_eq!(count(FindingFilter { detectors: vec!["email".into()], ..FindingFilter::default() }), 1);
    assert_eq!(count(FindingFilter { min_confidence: Some(Confidence::High), ..FindingFilter::default() }), 2);
    assert_eq!(count(FindingFilter { run: Some("r1".into()), ..FindingFilter::default() }), 3);
    assert_eq!(count(FindingFilter { run: Some("r2".into()), ..FindingFilter::default() }), 0);

    let run = store.begin(&start("r2", &["/d".into()], &kinds, &key)).expect("begun");
    run.write(&[entry("/d/a.zip", vec![kept("/d/a.zip", None, vec![])])]).expect("written");
    assert_eq!((by_path("/d/a.zip"), by_path("/d/b")), (0, 1));
    let reader = store.reader().expect("a reader");
    assert_eq!(reader.gaps().expect("read"), []);
    assert_eq!(reader.volumes().expect("read")[0].items, 2);
    assert_eq!(reader.runs(9).expect("read").iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["r2", "r1"]);
}

#[test]
fn findings_and_the_offset_behind_them_are_written_together() {
    let folder = tempdir().expect("a folder");
    let (kinds, key) = (kinds(), Key::fixed([1; 32]));
    let store = opened(&folder);
    let run = store.begin(&start("r1", &[], &kinds, &key)).expect("begun");
    let follow = |offset| Follow {
        device: 1,
        inode: u64::MAX,
        offset,
        seen: offset + 10,
        counters: Some(vec![1]),
        updated_ms: 8,
    };
    let grown = |starts: &[u64], from, offset| Entry {
        replaces: Replaces::From(from),
        whole: false,
        follow: Some(follow(offset)),
        ..entry("/log", vec![kept("/log", None, starts.iter().map(|start| finding(0, *start)).collect())])
    };
    run.write(&[grown(&[10, 90], 0, 50)]).expect("written");
    // The end of the log is read again, since it was no whole block.
    run.write(&[grown(&[91, 120], 50, 100)]).expect("written");
    let starts: Vec<u64> = all(&store, &FindingFilter::default()).iter().map(|f| f.place.bounds().0).collect();
    assert_eq!(starts, [10, 91, 120]);
    let reader = store.reader().expect("a reader");
    assert_eq!(reader.follow("", "/log".as_ref()).expect("read"), Some(follow(100)));
    assert_eq!(reader.follow("crm", "/log".as_ref()).expect("read"), None);
    assert_eq!(reader.volumes().expect("read")[0].followed, 1);
    // It is rotated: what is kept of it goes with its name, and is whole.
    assert!(store.rename("", ("/log".as_ref(), "/log.1".as_ref()), (1, 2)).expect("renamed"));
    assert!(all(&store, &FindingFilter::default()).iter().all(|f| f.path == Path::new("/log.1")));
    drop((reader, run, store));
    assert_eq!(all(&opened(&folder), &FindingFilter::default()).len(), 3);
}

#[test]
fn jobs_that_were_acknowledged_are_done_once_at_least() {
    let folder = tempdir().expect("a folder");
    let store = opened(&folder);
    let ids = ["a", "b"].map(|volume| store.add_job("scan", volume, "{}", 1).expect("added"));
    let first = store.take_job(2).expect("taken").expect("one waits");
    assert_eq!((first.id, first.volume.as_str(), first.state, first.attempts), (ids[0], "a", JobState::Running, 1));
    drop(store);
    // The program ended in the middle of it.
    let store = opened(&folder);
    let again = store.take_job(3).expect("taken").expect("it waits again");
    assert_eq!((again.id, again.attempts), (ids[0], 2));
    store.end_job(ids[0], JobState::Done, None, None, 4).expect("ended");
    assert_eq!(store.take_job(5).expect("taken").map(|job| job.id), Some(ids[1]));
    store.end_job(ids[1], JobState::Failed, None, Some("the volume is gone"), 6).expect("ended");
    assert_eq!(store.take_job(7).expect("taken"), None);
    let states: Vec<_> = store.reader().expect("a reader").jobs(0, 9).expect("read").iter().map(|j| j.state).collect();
    assert_eq!(states, [JobState::Done, JobState::Failed]);
    store.set_schedule("crm", 10).expect("set");
    store.set_schedule("crm", 20).expect("set");
    assert_eq!(store.reader().expect("a reader").schedule("crm").expect("read"), Some(20));
}

#[test]
fn one_program_at_a_time_and_for_its_owner_alone() {
    let folder = tempdir().expect("a folder");
    let inside = folder.path().join("state");
    let store = Store::open(&inside, 0).expect("opened").store;
    match Store::open(&inside, 0) {
        Err(StoreError::Locked { process, .. }) => assert_eq!(process, Some(std::process::id())),
        other => panic!("{:?}", other.err()),
    }
    assert!(Reader::open(&inside).is_ok(), "reading is no writing");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&inside), 0o700);
    for file in fs::read_dir(&inside).expect("listed") {
        let path = file.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    drop(store);
    Store::open(&inside, 0).expect("free again");
    assert!(matches!(Reader::open(folder.path()), Err(StoreError::Missing { .. })));
}

#[test]
fn a_damaged_or_strange_state_is_moved_aside_and_said_so() {
    type Damage = fn(&Path);
    let damage: [(&str, Damage); 5] = [
        ("cut", |path| {
            let whole = fs::read(path).expect("read");
            fs::write(path, &whole[..whole.len() / 2 + 100]).expect("written");
        }),
        ("overwritten", |path| fs::write(path, vec![b'x'; 20_000]).expect("written")),
        ("another program's", |path| {
            fs::remove_file(path).expect("removed");
            Connection::open(path).expect("made").execute_batch("CREATE TABLE t (a)").expect("made");
        }),
        ("newer", |path| {
            Connection::open(path).expect("opened").pragma_update(None, "user_version", 999).expect("set");
        }),
        ("suspect", |path| fs::write(path.with_file_name(SUSPECT), "").expect("written")),
    ];
    for (name, damage) in damage {
        let folder = tempdir().expect("a folder");
        let (kinds, key) = (kinds(), Key::fixed([1; 32]));
        let store = opened(&folder);
        let run = store.begin(&start("r1", &[], &kinds, &key)).expect("begun");
        run.write(&[entry("/a", vec![kept("/a", None, (0..200).map(|n| finding(0, n)).collect())])]).expect("written");
        drop((run, store));
        damage(&folder.path().join(DATABASE));
        let opened = Store::open(folder.path(), 9).expect("opened");
        let (aside, _) = opened.moved.expect(name);
        assert!(aside.join(DATABASE).exists(), "{name}");
        assert_eq!(all(&opened.store, &FindingFilter::default()), [], "{name}");
        drop(opened.store);
        assert!(Store::open(folder.path(), 9).expect("opened").moved.is_none(), "{name}: the new one is in order");
    }
}

/// Whoever still holds a store that was closed writes nothing more, and the next program opens it.
#[test]
fn a_closed_store_is_free() {
    let folder = tempdir().expect("a folder");
    let (kinds, key) = (kinds(), Key::fixed([1; 32]));
    let store = opened(&folder);
    let run = store.begin(&start("r1", &[], &kinds, &key)).expect("begun");
    assert!(matches!(Store::open(folder.path(), 9), Err(StoreError::Locked { .. })));
    assert!(store.close());
    let late = run.write(&[entry("/a", vec![kept("/a", None, vec![finding(0, 1)])])]);
    assert!(matches!(late, Err(StoreError::Closed)));
    let next = Store::open(folder.path(), 9).expect("free");
    assert!(next.interrupted && next.moved.is_none());
    assert_eq!(all(&next.store, &FindingFilter::default()), []);
}

/// A bit that changes in what is shown of a finding is noticed by whoever reads it, and by the scan after that.
#[test]
fn a_finding_that_changed_is_damage() {
    for change in [
        "masked = masked || 'x'",
        "line = 9",
        "col = NULL",
        "start = start + 1",
        "confidence = 0",
        "field = 'x'",
        "first_seen = 1",
        "encoding = 'utf-16le'",
        "sum = sum + 1",
    ] {
        let folder = tempdir().expect("a folder");
        let (kinds, key) = (kinds(), Key::fixed([1; 32]));
        let store = opened(&folder);
        let run = store.begin(&start("r1", &[], &kinds, &key)).expect("begun");
        run.write(&[entry("/a", vec![kept("/a", None, (1..9).map(|n| finding(0, n)).collect())])]).expect("written");
        assert_eq!(all(&store, &FindingFilter::default()).len(), 8);
        drop((run, store));
        let database = Connection::open(folder.path().join(DATABASE)).expect("opened");
        database.execute_batch(&format!("UPDATE findings SET {change} WHERE id = 3")).expect(change);
        drop(database);
        let reader = Reader::open(folder.path()).expect("opened");
        let read = reader.findings(&FindingFilter::default(), 0, 100);
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{change}");
        drop(reader);
        assert!(Store::open(folder.path(), 9).expect("opened").moved.is_some(), "{change}");
    }
}

/// A bit that changes in what is shown of an item is noticed by whoever reads it or a finding in it, and by the next scan
/// before it writes.
#[test]
fn an_item_that_changed_is_damage() {
    type Damage<'a> = (&'a str, bool);
    let written = |folder: &TempDir| {
        let (kinds, key) = (kinds(), Key::fixed([1; 32]));
        let run = opened(folder).begin(&start("r1", &[], &kinds, &key)).expect("begun");
        run.write(&["/a", "/b"].map(|path| entry(path, vec![kept(path, None, vec![finding(0, 1)])]))).expect("written");
    };
    let changes: [Damage<'_>; 11] = [
        ("settings = x'00'", false),
        ("path = x'2f63'", true),
        ("place = 1", true),
        ("member = 'x'", true),
        ("state = 'skipped'", true),
        ("reason = 'corrupt'", true),
        ("bytes_scanned = bytes_scanned + 1", true),
        ("mode = 4", true),
        ("mtime = 7", true),
        ("size = 7", true),
        ("sum = NULL", true),
    ];
    for (change, is_damage) in changes {
        let folder = tempdir().expect("a folder");
        written(&folder);
        let database = Connection::open(folder.path().join(DATABASE)).expect("opened");
        database.execute_batch(&format!("UPDATE items SET {change} WHERE path = x'2f62'")).expect(change);
        drop(database);
        let reader = Reader::open(folder.path()).expect("opened");
        let findings = reader.findings(&FindingFilter::default(), 0, 100).map(|_| ());
        let items = reader.items(start("r1", &[], &kinds(), &Key::fixed([1; 32])).volume, 0, 100).map(|_| ());
        for read in [findings, items] {
            assert_eq!(matches!(read, Err(StoreError::Damaged { .. })), is_damage, "{change}");
        }
        drop(reader);
        // The scan needs nobody's mark.
        fs::remove_file(folder.path().join(SUSPECT)).ok();
        let moved = Store::open(folder.path(), 9).expect("opened").moved;
        assert_eq!(
            moved.map(|(_, why)| why),
            is_damage.then(|| "an item in it is not as it was written".to_owned()),
            "{change}"
        );
    }
}

/// Damage that comes while a run writes is told as such, and the next program moves the state aside.
#[test]
fn a_write_that_meets_damage_says_so() {
    for damage in [
        // The index of the table is the table.
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'items')
         WHERE name = 'items_place';
         PRAGMA schema_version = 999;",
        // The index does not hold what the table does.
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'items_run')
         WHERE name = 'items_place';
         PRAGMA schema_version = 999;",
        // A number that the run has given is taken away.
        "PRAGMA foreign_keys = OFF; DELETE FROM runs;",
    ] {
        let folder = tempdir().expect("a folder");
        let (kinds, key) = (kinds(), Key::fixed([1; 32]));
        let store = opened(&folder);
        let run = store.begin(&start("r1", &[], &kinds, &key)).expect("begun");
        let entries = || [entry("/a", vec![kept("/a", None, vec![finding(0, 1)])])];
        run.write(&entries()).expect("written");
        let database = Connection::open(folder.path().join(DATABASE)).expect("opened");
        database.execute_batch(damage).expect(damage);
        drop(database);
        let told = run.write(&entries());
        assert!(matches!(told, Err(StoreError::Damaged { .. })), "{damage}: {told:?}");
        drop((run, store));
        let next = Store::open(folder.path(), 9).expect("opened");
        assert!(next.moved.is_some(), "{damage}");
        drop(next.store);
        assert!(Store::open(folder.path(), 9).expect("opened").moved.is_none(), "{damage}: the new one is in order");
    }
}

/// Who reads a state of a newer program is told what to do.
#[test]
fn a_state_of_a_newer_version_is_told() {
    let folder = tempdir().expect("a folder");
    drop(opened(&folder));
    let database = Connection::open(folder.path().join(DATABASE)).expect("opened");
    database.pragma_update(None, "user_version", schema::VERSION + 1).expect("set");
    drop(database);
    let told = Reader::open(folder.path()).err().expect("refused").to_string();
    assert!(told.contains("a newer elek wrote it") && told.contains("moves it aside"), "{told}");
    let (_, why) = Store::open(folder.path(), 9).expect("opened").moved.expect("moved aside");
    assert!(why.contains("a newer elek wrote it"), "{why}");
}

#[test]
fn a_state_of_an_older_version_is_brought_up_with_all_that_is_in_it() {
    for version in 1..schema::VERSION {
        let folder = tempdir().expect("a folder");
        let mut old = Connection::open(folder.path().join(DATABASE)).expect("made");
        assert!(schema::upgrade(&mut old, version).is_ok());
        old.execute_batch(
            "INSERT INTO volumes (id, name) VALUES (1, 'crm');
             INSERT INTO runs (id, run, volume, state, started, version, rules, min_confidence, roots)
             VALUES (1, 'r0', 1, 'complete', 7, '0', 'x', 'medium', '[]');
             INSERT INTO kinds (id, detector, category, gate_class, severity) VALUES (5, 'kz.iin', 'nid.kz_iin', 'strong_id', 7);
             INSERT INTO items (id, volume, path, place, run, state, bytes_scanned) VALUES (1, 1, x'2f61', 0, 1, 'scanned_full', 9);
             INSERT INTO findings (item, kind, span, start, end, confidence, evidence, encoding, masked, fingerprint)
             VALUES (1, 5, 0, 3, 15, 2, 2, 'utf-8', 'm', x'01010101010101010101010101010101');
             INSERT INTO jobs (kind, volume, request, state, created) VALUES ('scan', 1, '{}', 'running', 8);",
        )
        .expect("filled");
        drop(old);
        assert!(matches!(Reader::open(folder.path()), Err(StoreError::Damaged { .. })), "reading changes nothing");
        let opened = Store::open(folder.path(), 9).expect("opened");
        assert!(opened.moved.is_none(), "{:?}", opened.moved);
        assert_eq!(opened.upgraded_from, Some(version));
        let found = all(&opened.store, &FindingFilter::default());
        assert_eq!((found.len(), found[0].volume.as_str(), found[0].first_seen_ms), (1, "crm", None));
        assert!(opened.store.take_job(10).expect("taken").is_some(), "a job that was acknowledged waits");
        let (kinds, key) = (kinds(), Key::fixed([1; 32]));
        let run = opened.store.begin(&Start { volume: "crm", ..start("r1", &[], &kinds, &key) }).expect("begun");
        run.write(&[entry("/a", vec![kept("/a", None, vec![finding(0, 1), finding(0, 2)])])]).expect("written");
        let seen: Vec<_> = all(&opened.store, &FindingFilter::default()).iter().map(|f| f.first_seen_ms).collect();
        assert_eq!(seen, [None, Some(1_000_000)], "a value that was there before is not new");
    }
}
