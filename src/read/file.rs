//! The bytes of a regular file, read or mapped, and whether they stayed the same while we looked.
//!
//! Promise: [`Bytes::finish`] stays silent only if the file still has the bytes that were there when it was opened, as
//! far as the system can tell: it did not shrink, was not rewritten, and if it grew, what was there before looks
//! untouched. A log that is only appended to, renamed or deleted while it is read is fine.
//!
//! How it is told: size, times, owner and links before and after. A file that was cut and filled up again beyond its
//! old size looks like one that grew, so a few bytes at both ends are kept and compared. Not noticed: a file that grew
//! and was rewritten in the middle only.

use super::mmap::Mapping;
use super::pace::BESIDE_BYTES;
use super::{Bytes, FileId, FileStamp, Pace, item_meta, read_problem};
use crate::problem::Reason;
use crate::sink::ItemMeta;
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Bytes kept from either end.
const SAMPLE_BYTES: usize = 64;

/// Files above this size are read in several steps, so their ends are kept when they are opened. The ends of smaller
/// ones are kept as they pass by, which costs nothing.
const SAMPLE_AT_OPEN_BYTES: u64 = 4 << 20;

/// What a file that was cold may hold of the page cache while it is read.
const LET_GO_BYTES: u64 = 4 << 20;

/// Asks the system to bring in nothing that is not asked for, and to leave the page cache to others. To be said before
/// anything is read: the system reads megabytes ahead, whoever else reads waits behind them, and once that has begun it
/// goes on whatever is said later, since each window leaves a mark that brings in the next (mm/readahead.c).
pub(super) fn advise_modest(file: &File) {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{Advice, fadvise};
        fadvise(file, 0, None, Advice::Random).ok();
        // Pages that others use stay as old as they are (Linux 6.3 and newer); elsewhere nothing happens.
        fadvise(file, 0, None, Advice::NoReuse).ok();
    }
    #[cfg(not(target_os = "linux"))]
    let _unused = file;
}

/// A regular file.
pub(super) struct FileBytes {
    file: File,
    path: Option<PathBuf>,
    mapping: Option<Mapping>,
    /// Where our content starts in the file.
    base: u64,
    size: u64,
    before: FileStamp,
    meta: ItemMeta,
    head: OnceLock<Sample>,
    tail: OnceLock<Sample>,
    /// A read ended before the size.
    was_short: AtomicBool,
    pace: Option<Arc<Pace>>,
    /// Nobody had it in the page cache when it was opened.
    is_cold: bool,
}

/// Whether nothing of a file is in the page cache: not its beginning, middle or end. What the system does not tell counts as
/// being there.
#[cfg(target_os = "linux")]
pub(super) fn is_cold(file: &File, size: u64) -> bool {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let is_absent = |offset| {
        let mut byte = [0];
        let read = preadv2(file, &mut [io::IoSliceMut::new(&mut byte)], offset, ReadWriteFlags::NOWAIT);
        read == Err(Errno::AGAIN)
    };
    // Asking brings in what stands there: a small file is asked once.
    let is_small = size <= SAMPLE_AT_OPEN_BYTES;
    size > 0 && is_absent(0) && (is_small || is_absent(size / 2) && is_absent(size - 1))
}

/// Elsewhere nobody tells.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_cold(_: &File, _: u64) -> bool {
    false
}

type Sample = [u8; SAMPLE_BYTES];

impl FileBytes {
    /// The bytes of `file` from `base` on. `meta` must have been taken from it just now.
    pub(super) fn new(
        file: File, meta: &Metadata, path: Option<&Path>, base: u64, mapping: Option<Mapping>,
    ) -> io::Result<Self> {
        let before = FileStamp::of(meta);
        let size = before.size.saturating_sub(base);
        let bytes = Self {
            file,
            path: path.map(Path::to_owned),
            mapping,
            base,
            size,
            before,
            meta: item_meta(meta),
            head: OnceLock::new(),
            tail: OnceLock::new(),
            was_short: AtomicBool::new(false),
            pace: None,
            is_cold: false,
        };
        if size > SAMPLE_AT_OPEN_BYTES || bytes.mapping.is_some() {
            for (cell, offset) in [(&bytes.head, 0), (&bytes.tail, bytes.tail_start())] {
                if let Some(sample) = bytes.sample(offset)? {
                    cell.get_or_init(|| sample);
                }
            }
        }
        Ok(bytes)
    }

    /// Reads no faster than this, and leaves the page cache as it is: what was cold when it was opened is cold again.
    pub(super) fn paced(mut self, pace: Arc<Pace>, is_cold: bool) -> Self {
        (self.pace, self.is_cold) = (Some(pace), is_cold);
        self
    }

    /// Lets go of what was brought into the page cache before an offset; 0 is all.
    fn let_go(&self, end: u64) {
        #[cfg(target_os = "linux")]
        if self.is_cold {
            let behind = std::num::NonZeroU64::new(end);
            rustix::fs::fadvise(&self.file, 0, behind, rustix::fs::Advice::DontNeed).ok();
        }
        #[cfg(not(target_os = "linux"))]
        let _unused = end;
    }

    fn tail_start(&self) -> u64 {
        self.size.saturating_sub(SAMPLE_BYTES as u64)
    }

    /// The bytes at an offset now; `None` if the file is too short for a sample.
    fn sample(&self, offset: u64) -> io::Result<Option<Sample>> {
        let mut sample = [0; SAMPLE_BYTES];
        Ok((self.pread(&mut sample, offset)? == SAMPLE_BYTES).then_some(sample))
    }

    fn pread(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, self.base.saturating_add(offset).saturating_add(done as u64)) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// Reads in pieces and with pauses while others read from the same disk.
    fn read_beside(&self, buf: &mut [u8], offset: u64, pace: &Pace) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            let at = offset.saturating_add(done as u64);
            let gives_way = pace.gives_way(self.before.device);
            let wanted = if gives_way { BESIDE_BYTES.min(buf.len() - done) } else { buf.len() - done };
            let piece = buf.get_mut(done..done + wanted).unwrap_or_default();
            let count = if gives_way { pace.beside(|| self.pread(piece, at))? } else { self.pread(piece, at)? };
            done += count;
            if count < wanted {
                break;
            }
        }
        Ok(done)
    }

    /// Keeps the ends of the file as they pass by.
    fn keep_ends(&self, read: &[u8], offset: u64) {
        if offset == 0
            && let Some(first) = read.first_chunk()
        {
            self.head.get_or_init(|| *first);
        }
        if offset.saturating_add(read.len() as u64) == self.size
            && let Some(last) = read.last_chunk()
        {
            self.tail.get_or_init(|| *last);
        }
    }

    fn ends_differ(&self) -> io::Result<bool> {
        for (cell, offset) in [(&self.head, 0), (&self.tail, self.tail_start())] {
            if let Some(kept) = cell.get()
                && self.sample(offset)?.as_ref() != Some(kept)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a new change time has a cause that leaves the bytes alone.
    fn explained(&self, after: &FileStamp) -> bool {
        let renamed = || {
            let now = self.path.as_ref().map(|path| fs::metadata(path).map(|meta| FileId::of(&meta)));
            now.is_some_and(|now| !now.is_ok_and(|id| id == self.before.id()))
        };
        after.access != self.before.access || renamed()
    }

    fn changes(&self) -> io::Result<Option<(Reason, String)>> {
        let (before, after) = (&self.before, &FileStamp::of(&self.file.metadata()?));
        let changed = |detail: String| Ok(Some((Reason::ChangedDuringScan, detail)));
        if after.size < before.size {
            return changed(format!("it shrank from {} to {} bytes", before.size, after.size));
        }
        if self.was_short.load(Ordering::Relaxed) {
            return changed("it was shorter for a while".to_owned());
        }
        let grew = after.size > before.size;
        if grew {
            // Cut and filled up again, perhaps with a hole in the place of the old bytes.
            let has_hole = before.allocated_bytes >= before.size && after.allocated_bytes < before.size;
            if has_hole || self.ends_differ()? {
                return changed("it grew, and its old bytes are gone".to_owned());
            }
        } else if after.modified != before.modified {
            return changed("it was rewritten".to_owned());
        } else if after.changed != before.changed && !self.explained(after) {
            return changed("it was changed and its time set back".to_owned());
        }
        if self.mapping.as_ref().is_some_and(Mapping::has_faulted) {
            // It has all its bytes now, so the storage failed, or it was cut for a while.
            if grew {
                return changed("it was shorter for a while".to_owned());
            }
            return Ok(Some((Reason::IoError, "the storage could not deliver a part of it".to_owned())));
        }
        Ok(None)
    }
}

impl Drop for FileBytes {
    fn drop(&mut self) {
        self.let_go(0);
    }
}

impl Bytes for FileBytes {
    fn size(&self) -> u64 {
        self.size
    }

    fn meta(&self) -> ItemMeta {
        self.meta
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.size.saturating_sub(offset);
        let wanted = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        let buf = buf.get_mut(..wanted).unwrap_or_default();
        if let Some(mapped) = self.mapped() {
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let from = mapped.get(start..).and_then(|rest| rest.get(..wanted)).unwrap_or_default();
            // `from` has `wanted` bytes: the map is as long as the content.
            buf.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            return Ok(from.len());
        }
        let count = match &self.pace {
            Some(pace) if pace.gives_way(self.before.device) => self.read_beside(buf, offset, pace)?,
            _ => self.pread(buf, offset)?,
        };
        if let Some(pace) = &self.pace {
            pace.took(count);
            let end = offset.saturating_add(count as u64);
            if offset / LET_GO_BYTES != end / LET_GO_BYTES {
                self.let_go(end);
            }
        }
        if count < wanted {
            self.was_short.store(true, Ordering::Relaxed);
        }
        self.keep_ends(buf.get(..count).unwrap_or_default(), offset);
        Ok(count)
    }

    fn mapped(&self) -> Option<&[u8]> {
        self.mapping.as_ref().map(Mapping::bytes)
    }

    fn identity(&self) -> Option<FileId> {
        (self.before.links() > 1).then_some(self.before.id())
    }

    fn stamp(&self) -> Option<FileStamp> {
        Some(self.before)
    }

    fn finish(&self, bytes_read: u64) -> Option<(Reason, String)> {
        match self.changes() {
            Err(error) => Some(read_problem(&error)),
            Ok(None) if bytes_read < self.size => {
                Some((Reason::IoError, format!("only {bytes_read} of {} bytes were read", self.size)))
            }
            Ok(change) => change,
        }
    }
}
