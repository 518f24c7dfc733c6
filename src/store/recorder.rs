//! A sink that keeps what a scan finds.

use super::follow::Follow;
use super::recall::absolute;
use super::write::{Entry, Kept, Replaces};
use super::{Run, StoreError};
use crate::finding::{Finding, Kind};
use crate::known::{KnownFinding, KnownItem};
use crate::problem::{Breaks, Problem, Reason};
use crate::report::{self, key::Key, mark::Marks};
use crate::sink::{Flow, ItemRecord, Sink, Stop, Wants};
use crate::span::Place;
use rusqlite::params;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Findings of one item that are kept; the tally counts all.
const FINDINGS_KEPT: usize = 10_000;
/// What is gathered before it is written.
const ROWS_GATHERED: usize = 10_000;
/// How long it is gathered.
const GATHERED_FOR: Duration = Duration::from_millis(500);

/// Keeps what a scan finds. Ask it to [`Recorder::finish`] at the end.
pub struct Recorder<'a> {
    run: Arc<Run>,
    kinds: &'a [Kind],
    list_all: bool,
    marks: Marks,
    base: PathBuf,
    /// What comes of the item at hand.
    findings: Vec<KnownFinding>,
    overflow: bool,
    problem: Option<Problem>,
    /// The file at hand, and what came of it and its members so far.
    path: PathBuf,
    items: Vec<Kept>,
    /// Where the file itself stands among them, once it has come.
    file: Option<usize>,
    /// Members of the file at hand that were written already.
    written: u64,
    readable_again: bool,
    entries: Vec<Entry>,
    /// Items that were not read again and whose names hold findings, or held some.
    names: Vec<(i64, Kept)>,
    rows: usize,
    since: Instant,
    /// Rows of items that were not read again: one bit each.
    seen: Vec<u64>,
    /// What was not listed: what lies below it is not gone.
    closed: BTreeSet<PathBuf>,
    normal: Vec<u8>,
}

impl<'a> Recorder<'a> {
    /// Keeps what a scan of this run finds; paths that are not absolute lie below `base`. `list_all`: findings of tallied
    /// kinds as well.
    pub fn new(run: &Arc<Run>, kinds: &'a [Kind], key: &Key, base: &Path, list_all: bool) -> Self {
        Self {
            run: Arc::clone(run),
            kinds,
            list_all,
            marks: Marks::new(key),
            base: base.to_owned(),
            findings: Vec::new(),
            overflow: false,
            problem: None,
            path: PathBuf::new(),
            items: Vec::new(),
            file: None,
            written: 0,
            readable_again: true,
            entries: Vec::new(),
            names: Vec::new(),
            rows: 0,
            since: Instant::now(),
            seen: Vec::new(),
            closed: BTreeSet::new(),
            normal: Vec::new(),
        }
    }

    /// Writes what is left. If everything was listed (`complete`), what lies under the roots and was not met is gone and
    /// is forgotten. Gives how many items that were.
    ///
    /// # Errors
    ///
    /// The disk is full or broken.
    pub fn finish(mut self, complete: bool) -> Result<u64, StoreError> {
        self.end_file();
        self.flush()?;
        if complete { self.forget() } else { Ok(0) }
    }

    /// The end of a look at one followed file: writes what is left, and how far it was read, both or neither. Findings before `offset` stand as
    /// they were kept. Gives how many were written.
    ///
    /// # Errors
    ///
    /// The disk is full or broken.
    pub fn followed(mut self, follow: Follow, offset: u64) -> Result<u64, StoreError> {
        self.end_file();
        let mut count = 0;
        if let Some(last) = self.entries.last_mut() {
            if offset > 0 && last.replaces == Replaces::All {
                last.replaces = Replaces::From(offset);
            }
            count = last.items.iter().map(|kept| kept.item.findings.len() as u64).sum();
            last.follow = Some(follow);
        }
        self.flush()?;
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut self.entries);
        let names = std::mem::take(&mut self.names);
        (self.rows, self.since) = (0, Instant::now());
        if !entries.is_empty() {
            self.run.write(&entries)?;
        }
        if !names.is_empty() {
            self.run
                .store
                .change(|change| names.iter().try_for_each(|(row, kept)| self.run.names(change, *row, kept)))?;
        }
        Ok(())
    }

    fn forget(&self) -> Result<u64, StoreError> {
        self.run.store.change(|change| {
            let mut gone = Vec::new();
            {
                let mut all = change.prepare(
                    "SELECT id, path FROM items WHERE volume = ?1 AND run <> ?2 AND place = 0 AND NOT EXISTS
                         (SELECT 1 FROM follows WHERE follows.volume = items.volume AND follows.path = items.path)",
                )?;
                let mut rows = all.query(params![self.run.volume, self.run.id])?;
                while let Some(row) = rows.next()? {
                    let id: i64 = row.get(0)?;
                    let path = row.get_ref(1)?.as_blob().unwrap_or_default();
                    let place = to_path(path);
                    let closed = || place.ancestors().any(|folder| self.closed.contains(folder));
                    if !self.has_seen(id) && self.run.covers(&place) && !closed() {
                        gone.push(path.to_vec());
                    }
                }
            }
            let mut count = 0;
            for path in gone {
                let deleted = change
                    .prepare_cached("DELETE FROM items WHERE volume = ?1 AND path = ?2")?
                    .execute(params![self.run.volume, path])?;
                if deleted == 0 {
                    // Table and index do not agree.
                    self.run.store.suspect();
                }
                count += deleted;
            }
            Ok(count as u64)
        })
    }

    fn see(&mut self, row: i64) {
        let Ok(row) = usize::try_from(row) else { return };
        if self.seen.len() <= row / 64 {
            self.seen.resize(row / 64 + 1, 0);
        }
        if let Some(bits) = self.seen.get_mut(row / 64) {
            *bits |= 1 << (row % 64);
        }
    }

    fn has_seen(&self, row: i64) -> bool {
        let Ok(row) = usize::try_from(row) else { return false };
        self.seen.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    fn keep(&mut self, record: &ItemRecord<'_>, kept: Kept) -> Result<(), StoreError> {
        if let Some(known) = record.known {
            if record.location.member().is_none() {
                self.see(known.row);
            }
            let mut kept = kept;
            kept.item.findings.retain(|finding| matches!(finding.place, Place::Path(_)));
            if known.in_name > 0 || !kept.item.findings.is_empty() {
                self.rows += kept.item.findings.len() + 1;
                self.names.push((known.row, kept));
            }
            return self.flush_if_due();
        }
        let path = absolute(&self.base, record.location.path());
        if path != self.path {
            self.end_file();
            self.path = path;
        }
        let is_file = record.location.member().is_none();
        if is_file && record.reason.is_some_and(hides) {
            self.closed.insert(self.path.clone());
        }
        if is_file && let Some(first) = self.file {
            // It was named twice: the second time counts.
            if first < self.items.len() {
                self.items.drain(..=first);
            }
            self.readable_again = false;
        }
        if is_file {
            self.file = Some(self.items.len());
        }
        let stable = record.reason.is_none_or(may_be_known) || unread_members(&kept);
        self.readable_again &= stable && !self.overflow && !record.trace.is_empty() && record.meta.stamp.is_some();
        self.rows += kept.item.findings.len() + kept.tallies.len() + 1;
        self.items.push(kept);
        if self.items.len() > ROWS_GATHERED {
            // Members of a large container do not gather in memory.
            self.write_on(false);
        }
        self.flush_if_due()
    }

    /// The file at hand is over: what follows is of another one.
    fn end_file(&mut self) {
        let whole = std::mem::replace(&mut self.readable_again, true) && self.file.is_some();
        let left_out = |kept: &Kept| {
            let by_rule = kept.item.reason.is_some_and(|reason| reason.breaks() == Breaks::Never);
            by_rule && kept.item.findings.is_empty() && kept.tallies.is_empty()
        };
        // What was left out by a rule and holds nothing has no row.
        let nothing = self.items.is_empty() || matches!(self.items.as_slice(), [only] if left_out(only));
        if self.written == 0 && nothing {
            self.items.clear();
        } else {
            self.write_on(whole);
        }
        (self.written, self.file) = (0, None);
    }

    /// Hands on what there is of the file at hand.
    fn write_on(&mut self, whole: bool) {
        let items = std::mem::take(&mut self.items);
        let members_before = self.written;
        self.written += items.len() as u64;
        let replaces = if members_before > 0 { Replaces::Nothing } else { Replaces::All };
        let path = self.path.clone();
        self.entries.push(Entry { path, items, replaces, members_before, whole, follow: None });
        // The file itself may be among what was handed on.
        self.file = self.file.map(|_| usize::MAX);
    }

    fn flush_if_due(&mut self) -> Result<(), StoreError> {
        let due = self.rows > ROWS_GATHERED || self.since.elapsed() > GATHERED_FOR;
        if due && !(self.entries.is_empty() && self.names.is_empty()) { self.flush() } else { Ok(()) }
    }
}

/// Whether reading the same bytes again would end the same way.
fn may_be_known(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::UnknownBinary
            | Reason::NoText
            | Reason::NeedsOcr
            | Reason::Mislabelled
            | Reason::Corrupt
            | Reason::EncryptedPart
            | Reason::Encrypted
            | Reason::Unsupported
            | Reason::AmbiguousContainer
            | Reason::LimitDepth
            | Reason::LimitMembers
            | Reason::LimitBytes
            | Reason::LimitRatio
    )
}

/// Whether something of this end may be a folder with things in it that were not listed.
fn hides(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::PermissionDenied | Reason::IoError | Reason::Excluded | Reason::OtherFileSystem | Reason::OwnOutput
    )
}

/// Whether nothing but a member, which says so itself, was not read in full.
fn unread_members(kept: &Kept) -> bool {
    kept.item.reason == Some(Reason::UnreadPart) && kept.item.detail.is_none()
}

fn to_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

impl Sink for Recorder<'_> {
    fn wants(&self) -> Wants {
        Wants { lines: true, findings_per_kind: u64::MAX, tallied: self.list_all, every_item: true, traces: true }
    }

    fn finding(&mut self, finding: &Finding<'_>) -> Flow {
        if finding.kind.tallied && !self.list_all {
            return ControlFlow::Continue(());
        }
        if self.findings.len() >= FINDINGS_KEPT {
            self.overflow = true;
            return ControlFlow::Continue(());
        }
        let Some(kind_index) = report::kind_index(self.kinds, finding.kind) else {
            return ControlFlow::Continue(());
        };
        let (masked, fingerprint) = report::shown(finding, &mut self.marks, &mut self.normal);
        self.findings.push(KnownFinding {
            kind_index,
            at: finding.at.map(str::to_owned),
            place: finding.place,
            line_column: report::line_column(finding),
            record: finding.facts.record(),
            field: finding.facts.field().map(|field| report::escape::field(&field).into_owned()),
            confidence: finding.confidence,
            evidence: finding.evidence,
            encoding: finding.encoding,
            views: finding.views.to_vec(),
            masked,
            fingerprint,
        });
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: &Problem) -> Flow {
        self.problem = Some(problem.clone());
        ControlFlow::Continue(())
    }

    fn item(&mut self, record: &ItemRecord<'_>) -> Flow {
        let problem = self.problem.take();
        let kept = Kept {
            item: KnownItem {
                location: record.location.clone(),
                reason: record.reason,
                detail: problem.and_then(|problem| problem.detail),
                bytes_total: record.bytes_total,
                bytes_scanned: record.bytes_scanned,
                meta: record.meta,
                findings: std::mem::take(&mut self.findings),
                trace: record.trace.to_vec(),
                known: crate::sink::Known { row: 0, in_name: 0 },
            },
            tallies: record.tallies.to_vec(),
        };
        let done = self.keep(record, kept);
        self.overflow = false;
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source());
                let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
                ControlFlow::Break(Stop::State { folder: self.run.store.folder().to_owned(), cause })
            }
        }
    }
}
