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
use rusqlite::params;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Looks that share one read.
const LOOKS: u32 = 512;
/// Smallest page of an `SQLite` database.
const PAGE: u64 = 512;
/// Steps of the coarsest clocks of file systems, in milliseconds.
const CLOCK_STEP: i64 = 2000;

const READ: &str = "SELECT items.id, place, device, inode, size, items.mtime, items.mtime_ns, ctime, ctime_ns, settings, members,
    memory, runs.started FROM items JOIN runs ON runs.id = items.run WHERE items.volume = ?1 AND path = ?2 ORDER BY place";

/// Statements that must fit the tables.
pub(super) const STATEMENTS: &[&str] = &[READ];

/// Items of another source, those that have not changed as they are known.
pub struct Unchanged<'s> {
    inner: &'s mut dyn Source,
    run: Arc<Run>,
    reader: Reader,
    base: PathBuf,
    damaged: Arc<AtomicU64>,
    /// Looks of the read that is under way.
    looks: u32,
}

impl<'s> Unchanged<'s> {
    /// Looks up what `inner` lists; paths that are not absolute lie below `base`.
    ///
    /// # Errors
    ///
    /// The storage.
    pub fn new(inner: &'s mut dyn Source, run: &Arc<Run>, base: &Path) -> Result<Self, StoreError> {
        let reader = run.store.reader()?;
        Ok(Self { inner, run: Arc::clone(run), reader, base: base.to_owned(), damaged: Arc::default(), looks: 0 })
    }

    /// Counts entries that are damaged; what they were made of is read again.
    pub fn damaged(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.damaged)
    }

    /// Many looks share one read of the database, which spares its locks; not all of them, since the log of what is
    /// written meanwhile grows as long as a read is under way.
    fn read_on(&mut self) {
        let connection = &self.reader.connection;
        // Without a read of their own, looks are only slower.
        if self.looks.is_multiple_of(LOOKS) {
            if self.looks > 0 {
                connection.execute_batch("COMMIT").ok();
            }
            connection.execute_batch("BEGIN").ok();
        }
        self.looks = self.looks.wrapping_add(1);
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
        self.read_on();
        let read = Looked { item, stamp, meta: &meta };
        self.look_up(&read).unwrap_or_else(|_| {
            self.damaged.fetch_add(1, Ordering::Relaxed);
            None
        })
    }

    fn look_up(&self, looked: &Looked<'_>) -> Result<Option<Vec<KnownItem>>, Damage> {
        let Looked { item, stamp, meta } = looked;
        let absolute = absolute(&self.base, item.location.path());
        let path = path_bytes(&absolute);
        let mut statement = self.reader.connection.prepare_cached(READ)?;
        let mut rows = statement.query(params![self.run.volume, path])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        if row.get::<_, i64>(1)? != 0 || row.get_ref(11)?.as_blob_or_null()?.is_none() {
            return Ok(None);
        }
        let number = |column| row.get::<_, Option<i64>>(column);
        let same = number(2)? == Some(stamp.device.cast_signed())
            && number(3)? == Some(stamp.inode.cast_signed())
            && number(4)? == Some(stamp.size.cast_signed())
            && (number(5)?, number(6)?) == (Some(stamp.mtime.0), Some(stamp.mtime.1))
            && (number(7)?, number(8)?) == (Some(stamp.ctime.0), Some(stamp.ctime.1))
            && row.get_ref(9)?.as_blob_or_null()? == Some(self.run.settings.as_slice());
        let settled = row.get::<_, i64>(12)?.saturating_sub(CLOCK_STEP);
        let is_young = |(seconds, nanoseconds): (i64, i64)| {
            seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000) >= settled
        };
        if !same || is_young(stamp.ctime) || is_young(stamp.mtime) {
            return Ok(None);
        }
        let members = nat(number(10)?.unwrap_or(0));
        let mut known = Vec::new();
        let item_meta = ItemMeta {
            mode: Some(meta.mode() & 0o7777),
            owner_uid: Some(meta.uid()),
            mtime: Some((stamp.mtime.0, u32::try_from(stamp.mtime.1).unwrap_or(0))),
            stamp: Some(*stamp),
        };
        let mut row = Some(row);
        while let Some(found) = row {
            let (id, place) = (found.get(0)?, nat(found.get(1)?));
            let sealed = found.get_ref(11)?.as_blob_or_null()?.ok_or(Damage)?;
            let about = self.run.about(path, place, members, stamp);
            let memory = self.run.seal.open(&about, sealed).ok_or(Damage)?;
            let (position, decoded) = self.item(&memory, id, item, item_meta).ok_or(Damage)?;
            known.push((position, decoded));
            row = rows.next()?;
        }
        if known.len() as u64 != members + 1 {
            return Err(Damage);
        }
        known.sort_by_key(|(position, _)| *position);
        Ok(Some(known.into_iter().map(|(_, item)| item).collect()))
    }

    fn item(&self, memory: &[u8], row: i64, item: &Item, meta: ItemMeta) -> Option<(u64, KnownItem)> {
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
        let findings = (0..findings).map(|_| take(&mut from, &self.run.words)).collect::<Option<Vec<_>>>()?;
        let kinds = self.run.kinds.len();
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
