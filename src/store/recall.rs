//! A source that tells items that have not changed, with all that was found in them.
//!
//! An item has not changed if its stamp is the same, and so are the program, the rules, the key and the settings. Whoever
//! changes a file sets its change time, and nobody can set that back; but times move in steps, so a file that was changed
//! within two seconds of the run that read it is read again, and so is one from the future.

use super::code::take;
use super::{Reader, Run, StoreError, nat, path_bytes};
use crate::code::Decoder;
use crate::known::KnownItem;
use crate::location::Location;
use crate::problem::Reason;
use crate::read::has_log_beside;
use crate::sink::{ItemMeta, Known, Stamp};
use crate::source::{Handle, Item, Listed, Source};
use rusqlite::{Row, params};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Files whose rows are fetched at once, at most; a walk asks for them in nearly the order of the table.
const FETCHED: usize = 256;
/// Bytes that are fetched at once, as soon as one file has all of its rows.
const FETCHED_BYTES: usize = 4 << 20;
/// Smallest page of an `SQLite` database.
const PAGE: u64 = 512;
/// Steps of the coarsest clocks of file systems, in milliseconds.
const CLOCK_STEP: i64 = 2000;

const READ: &str =
    "SELECT items.id, place, device, inode, size, items.mtime, items.mtime_ns, ctime, ctime_ns, settings, members,
    memory, runs.started, path FROM items INDEXED BY items_place CROSS JOIN runs
    WHERE runs.id = items.run AND items.volume = ?1 AND path >= ?2 ORDER BY path, place";

/// Statements that must fit the tables.
pub(super) const STATEMENTS: &[&str] = &[READ];

/// Items of another source, those that have not changed as they are known.
pub struct Unchanged<'s> {
    inner: &'s mut dyn Source,
    run: Arc<Run>,
    reader: Reader,
    base: PathBuf,
    damaged: Arc<AtomicU64>,
    ahead: Ahead,
}

/// Rows that were fetched: all that there are of paths from `from` up to, not with, `to`.
#[derive(Default)]
struct Ahead {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
    /// Paths in order, each with its rows.
    files: Vec<(Vec<u8>, Vec<Kept>)>,
    /// Files that were asked for.
    hits: usize,
    /// Whether anything was fetched yet.
    any: bool,
}

impl Ahead {
    fn covers(&self, path: &[u8]) -> bool {
        self.any && path >= self.from.as_slice() && self.to.as_ref().is_none_or(|to| path < to.as_slice())
    }

    /// The rows of a path; none: it is not in the table.
    fn rows(&mut self, path: &[u8]) -> &[Kept] {
        match self.files.binary_search_by(|(own, _)| own.as_slice().cmp(path)) {
            Ok(at) => {
                self.hits += 1;
                self.files.get(at).map_or(&[], |(_, rows)| rows)
            }
            Err(_) => &[],
        }
    }

    /// How many files to fetch next: more as long as they are asked for.
    fn next_count(&self) -> usize {
        if self.hits * 2 > self.files.len() { (self.files.len() * 2).clamp(2, FETCHED) } else { 1 }
    }
}

/// A row as it is kept.
struct Kept {
    row: i64,
    place: u64,
    /// Device, inode, size.
    file: [Option<i64>; 3],
    /// Seconds and nanoseconds: changed content, changed anything.
    times: [Option<i64>; 4],
    same_settings: bool,
    members: u64,
    memory: Option<Vec<u8>>,
    started: i64,
}

impl Kept {
    fn of(row: &Row<'_>, settings: &[u8]) -> Result<Self, Damage> {
        let number = |column| row.get::<_, Option<i64>>(column);
        Ok(Self {
            row: row.get(0)?,
            place: nat(row.get(1)?),
            file: [number(2)?, number(3)?, number(4)?],
            times: [number(5)?, number(6)?, number(7)?, number(8)?],
            same_settings: row.get_ref(9)?.as_blob_or_null()? == Some(settings),
            members: nat(number(10)?.unwrap_or(0)),
            memory: row.get_ref(11)?.as_blob_or_null()?.map(<[u8]>::to_vec),
            started: row.get(12)?,
        })
    }
}

impl<'s> Unchanged<'s> {
    /// Looks up what `inner` lists; paths that are not absolute lie below `base`.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn new(inner: &'s mut dyn Source, run: &Arc<Run>, base: &Path) -> Result<Self, StoreError> {
        let reader = run.store.reader()?;
        Ok(Self {
            inner,
            run: Arc::clone(run),
            reader,
            base: base.to_owned(),
            damaged: Arc::default(),
            ahead: Ahead::default(),
        })
    }

    /// Counts entries that are damaged; what they were made of is read again.
    pub fn damaged(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.damaged)
    }

    /// Fetches the rows of `path` and of some that follow it.
    fn fetch(&mut self, path: &[u8]) -> Result<(), Damage> {
        let count = self.ahead.next_count();
        self.ahead = Ahead { from: path.to_vec(), to: Some(path.to_vec()), any: true, ..Ahead::default() };
        let mut statement = self.reader.connection.prepare_cached(READ)?;
        let mut rows = statement.query(params![self.run.volume, path])?;
        let mut files: Vec<(Vec<u8>, Vec<Kept>)> = Vec::with_capacity(count);
        let mut bytes = 0;
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => {
                    self.ahead.to = None;
                    break;
                }
                // What came before it is good; its last file may lack rows.
                Err(error) => {
                    let Some((last, _)) = files.pop() else { return Err(error.into()) };
                    self.ahead.to = Some(last);
                    break;
                }
            };
            let path = row.get_ref(13)?.as_blob()?;
            let kept = Kept::of(row, &self.run.settings)?;
            let size = kept.memory.as_ref().map_or(0, Vec::len);
            let continues = files.last().is_some_and(|(last, _)| last == path);
            if !continues && (files.len() >= count || bytes > FETCHED_BYTES) {
                self.ahead.to = Some(path.to_vec());
                break;
            }
            match files.last_mut().filter(|_| continues) {
                Some((_, rows)) => rows.push(kept),
                None => files.push((path.to_vec(), vec![kept])),
            }
            bytes += size;
        }
        self.ahead.files = files;
        Ok(())
    }

    /// What is known of a file, if it has not changed. Damage is counted, and the file is read again.
    fn recall(&mut self, item: &Item) -> Option<Vec<KnownItem>> {
        let path = item.location.path();
        let meta = match item.handle {
            Handle::Path => fs::symlink_metadata(path),
            Handle::LinkedPath => fs::metadata(path),
            Handle::Stdin | Handle::Held => return None,
        };
        let meta = meta.ok().filter(fs::Metadata::is_file)?;
        let stamp = Stamp::of(&meta);
        if stamp.size > 0 && stamp.size.is_multiple_of(PAGE) && has_log_beside(path) {
            // A database whose newest rows lie beside it.
            return None;
        }
        self.look_up(&Looked { item, stamp, meta: &meta }).unwrap_or_else(|_| {
            self.damaged.fetch_add(1, Ordering::Relaxed);
            None
        })
    }

    fn look_up(&mut self, looked: &Looked<'_>) -> Result<Option<Vec<KnownItem>>, Damage> {
        let Looked { item, stamp, meta } = looked;
        let absolute = absolute(&self.base, item.location.path());
        let path = path_bytes(&absolute);
        if !self.ahead.covers(path) {
            self.fetch(path)?;
            if !self.ahead.covers(path) {
                return Err(Damage);
            }
        }
        let rows = self.ahead.rows(path);
        let Some(first) = rows.first() else { return Ok(None) };
        if first.place != 0 || first.memory.is_none() {
            return Ok(None);
        }
        let (mtime, ctime) = (stamp.mtime, stamp.ctime);
        let same = first.file == [stamp.device, stamp.inode, stamp.size].map(|number| Some(number.cast_signed()))
            && first.times == [mtime.0, mtime.1, ctime.0, ctime.1].map(Some)
            && first.same_settings;
        let settled = first.started.saturating_sub(CLOCK_STEP);
        let is_young = |(seconds, nanoseconds): (i64, i64)| {
            seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000) >= settled
        };
        if !same || is_young(ctime) || is_young(mtime) {
            return Ok(None);
        }
        let members = first.members;
        let item_meta = ItemMeta {
            mode: Some(meta.mode() & 0o7777),
            owner_uid: Some(meta.uid()),
            mtime: Some((mtime.0, u32::try_from(mtime.1).unwrap_or(0))),
            stamp: Some(*stamp),
        };
        let mut known = Vec::with_capacity(rows.len());
        for kept in rows {
            let sealed = kept.memory.as_deref().ok_or(Damage)?;
            let about = self.run.about(path, kept.place, members, stamp);
            let memory = self.run.seal.open(&about, sealed).ok_or(Damage)?;
            known.push(decoded(&self.run, &memory, kept.row, item, item_meta).ok_or(Damage)?);
        }
        if known.len() as u64 != members + 1 {
            return Err(Damage);
        }
        known.sort_by_key(|(position, _)| *position);
        Ok(Some(known.into_iter().map(|(_, item)| item).collect()))
    }
}

/// The item in an opened memory, and its position among those of its file.
fn decoded(run: &Run, memory: &[u8], row: i64, item: &Item, meta: ItemMeta) -> Option<(u64, KnownItem)> {
    let mut from = Decoder(memory);
    let position = from.number()?;
    let (member, reason) = (from.word()?.to_owned(), from.word()?);
    let mut detail = None;
    from.text(&mut detail)?;
    let has_total = from.number()? > 0;
    let bytes_total = from.number()?;
    let bytes_scanned = from.number()?;
    let trace = from.bytes()?.to_vec();
    let in_name = from.number()?;
    let findings = from.number()?;
    let findings = (0..findings).map(|_| take(&mut from, &run.words)).collect::<Option<Vec<_>>>()?;
    let kinds = run.kinds.len();
    if findings.iter().any(|finding| finding.kind_index >= kinds) || !from.0.is_empty() {
        return None;
    }
    let reason = if reason.is_empty() { None } else { Some(Reason::from_name(reason)?) };
    let path = item.location.path();
    let known = KnownItem {
        location: if member.is_empty() { Location::file(path) } else { Location::member_of(path, member) },
        reason,
        detail,
        bytes_total: has_total.then_some(bytes_total),
        bytes_scanned,
        meta,
        findings,
        trace,
        known: Known { row, in_name },
    };
    Some((position, known))
}

/// A file as it is now.
struct Looked<'a> {
    item: &'a Item,
    stamp: Stamp,
    meta: &'a fs::Metadata,
}

/// What is kept of the file is not what was written.
struct Damage;

impl From<rusqlite::Error> for Damage {
    fn from(_: rusqlite::Error) -> Self {
        Self
    }
}

impl From<rusqlite::types::FromSqlError> for Damage {
    fn from(_: rusqlite::types::FromSqlError) -> Self {
        Self
    }
}

/// A path from the root of the file system; `.` is left out, nothing else is changed.
pub(super) fn absolute(base: &Path, path: &Path) -> PathBuf {
    base.join(path).components().collect()
}

impl Source for Unchanged<'_> {
    fn next(&mut self) -> Option<Listed> {
        match self.inner.next()? {
            Listed::Item(item) => Some(match self.recall(&item) {
                Some(known) => Listed::Known(known),
                None => Listed::Item(item),
            }),
            other => Some(other),
        }
    }
}
