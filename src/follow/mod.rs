//! Tells whether a file is the one that was read before, and what has happened to it since.
//!
//! In:      the mark of the last look, and the file as it is now.
//! Out:     [`Change`]: nothing happened, it has grown, or it is to be read from its beginning, and why.
//! Not:     lists nothing, scans nothing, keeps nothing; names play no part, so a renamed log stays the same log.
//! Promise: a file whose bytes were replaced is read again, whoever did it and however it is named now: rename and
//!          create, copy and truncate, truncate and grow beyond the old size, a new file on an old inode.
//!
//! A file is told by device, inode and time of birth together; each of them alone has lost data in other programs. That
//! the bytes are still the same is told by two prints: one of the head, which grows with the file up to 4 KiB, and one of
//! the last KiB that was read. Not noticed: a file that was changed in its middle and then grew, with both ends as they
//! were; a scan without a mark finds it (`elek scan` without `--state`).
//!
//! A file that was changed in the very moment of the look has the same times before and after (the kernel's clock ticks
//! every few milliseconds): its mark is not trusted, and the next look reads the end of it again.

use crate::read::{Bytes, FileStamp};
use serde::{Deserialize, Serialize};
use std::io;

/// Most bytes of the head that its print covers.
const HEAD_BYTES: u64 = 4 << 10;
/// Bytes before the end that the print of the tail covers.
const TAIL_BYTES: u64 = 1 << 10;
/// Changes this close before a look may have come after it, in nanoseconds: two ticks of the slowest clock in use.
const TICK_NS: i128 = 20_000_000;

/// The key of prints. Without it a print of a short file would tell its content to whoever tries all numbers.
pub type PrintKey = [u8; 32];

/// What is known of a file after it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    stamp: FileStamp,
    head: Print,
    tail: Print,
    /// Whether the look came too soon after the last change to know what it saw.
    is_fresh: bool,
}

/// A keyed digest of some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Print {
    start: u64,
    len: u64,
    digest: [u8; 16],
}

impl Print {
    fn of(key: &PrintKey, bytes: &dyn Bytes, start: u64, len: u64) -> io::Result<Self> {
        let mut buffer = vec![0; usize::try_from(len).map_err(io::Error::other)?];
        let count = bytes.read_at(&mut buffer, start)?;
        if count < buffer.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut digest = [0; 16];
        blake3::Hasher::new_keyed(key).update(&buffer).finalize_xof().fill(&mut digest);
        Ok(Self { start, len, digest })
    }

    /// Whether the same bytes stand there now.
    fn holds(&self, key: &PrintKey, bytes: &dyn Bytes) -> io::Result<bool> {
        match Self::of(key, bytes, self.start, self.len) {
            Ok(now) => Ok(now == *self),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// What has happened to a file since it was marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: what was found still stands.
    Same,
    /// The bytes that were read are there, and others may stand behind them.
    Grew,
    /// What was read is gone.
    Anew(Why),
}

/// Why a file is read from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is another file: its inode was given to a new one.
    Reused,
    /// It is shorter than it was.
    Shrunk,
    /// It begins with other bytes: it was cut and has grown again.
    HeadDiffers,
    /// Other bytes stand where its end was.
    TailDiffers,
    /// It is as long as it was, and was written to.
    Rewritten,
}

impl Why {
    /// The word for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reused => "reused",
            Self::Shrunk => "shrunk",
            Self::HeadDiffers => "head_differs",
            Self::TailDiffers => "tail_differs",
            Self::Rewritten => "rewritten",
        }
    }
}

impl Mark {
    /// Marks content that is about to be read up to its size at opening; `looked_ns` is the time of the look, in
    /// nanoseconds since 1970, taken before it was opened. `None` if it has no stamp: it is no file.
    ///
    /// The mark counts only if nothing is wrong with the bytes once they are read ([`Bytes::finish`]).
    ///
    /// # Errors
    ///
    /// What the storage reported.
    pub fn of(key: &PrintKey, bytes: &dyn Bytes, looked_ns: i128) -> io::Result<Option<Self>> {
        let Some(stamp) = bytes.stamp() else { return Ok(None) };
        let size = bytes.size();
        let tail = size.min(TAIL_BYTES);
        Ok(Some(Self {
            head: Print::of(key, bytes, 0, size.min(HEAD_BYTES))?,
            tail: Print::of(key, bytes, size - tail, tail)?,
            is_fresh: nanoseconds(stamp.changed) + TICK_NS >= looked_ns,
            stamp,
        }))
    }

    /// The file at the time of the look.
    pub fn stamp(&self) -> &FileStamp {
        &self.stamp
    }

    /// Whether a file with this stamp needs no second look; `is_moved` says that its name is another one now, which
    /// moves the time of change.
    pub fn is_same(&self, now: &FileStamp, is_moved: bool) -> bool {
        let before = &self.stamp;
        let touched = now.changed != before.changed;
        // A change of owner, mode, links or name leaves the bytes alone.
        let explained = is_moved || now.access != before.access;
        !self.is_fresh
            && now.identity() == before.identity()
            && now.size == before.size
            && now.modified == before.modified
            && (!touched || explained)
    }

    /// What has happened to the file since. `is_moved` as above.
    ///
    /// # Errors
    ///
    /// What the storage reported.
    pub fn compare(&self, key: &PrintKey, bytes: &dyn Bytes, is_moved: bool) -> io::Result<Change> {
        let before = &self.stamp;
        let Some(now) = bytes.stamp() else { return Ok(Change::Anew(Why::Reused)) };
        if now.identity() != before.identity() {
            return Ok(Change::Anew(Why::Reused));
        }
        if now.size < before.size {
            return Ok(Change::Anew(Why::Shrunk));
        }
        if self.is_same(&now, is_moved) {
            return Ok(Change::Same);
        }
        if !self.head.holds(key, bytes)? {
            return Ok(Change::Anew(Why::HeadDiffers));
        }
        if !self.tail.holds(key, bytes)? {
            return Ok(Change::Anew(Why::TailDiffers));
        }
        if now.size > before.size || self.is_fresh && now.modified == before.modified && now.changed == before.changed {
            return Ok(Change::Grew);
        }
        let untouched = now.modified == before.modified && (is_moved || now.access != before.access);
        Ok(if untouched { Change::Grew } else { Change::Anew(Why::Rewritten) })
    }
}

fn nanoseconds((seconds, rest): (i64, i64)) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(rest)
}

#[cfg(test)]
mod model;
