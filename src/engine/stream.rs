//! Cuts a stream that can only be read forwards into blocks, with the same borders as random-access content.

use super::block::STATEMENT_BYTES;
use crate::detect::Before;
use crate::limits::Limits;
use crate::problem::Reason;
use crate::text::slice;
use crate::text::statement::Tables;
use crate::unpack::Fault;
use std::io::Read;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// A stream and the bytes of it that are still needed.
pub(super) struct Cutter<R> {
    reader: R,
    window: Vec<u8>,
    /// Offset of the window's first byte.
    from: u64,
    ended: bool,
    /// The last bytes dropped from the window, for statements that began in them.
    before: Vec<u8>,
    /// Whether these are kept: the stream is SQL.
    pub(super) keeps_before: bool,
    /// Tables created so far.
    tables: Tables,
    /// Blocks taken so far.
    pub(super) taken: u64,
    pub(super) problem: Option<(Reason, String)>,
}

/// A block's bytes, with what stands around them.
pub(super) struct Cut {
    pub(super) bytes: Vec<u8>,
    /// Offset of the first byte in the stream.
    pub(super) from: u64,
    /// The block, by its fixed offsets, in `bytes`.
    pub(super) own: Range<usize>,
    /// What stands before the bytes, if the stream is SQL.
    pub(super) before: Vec<u8>,
    /// Tables created before the block.
    pub(super) tables: Tables,
    /// Whether the stream ends with it.
    pub(super) last: bool,
}

impl Cut {
    /// What the scanner is told of what stands before.
    pub(super) fn what_stands_before(&self) -> Before<'_> {
        Before { bytes: &self.before, tables: Some(&self.tables), ..Before::default() }
    }
}

impl<R: Read> Cutter<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            window: Vec::new(),
            from: 0,
            ended: false,
            before: Vec::new(),
            keeps_before: false,
            tables: Tables::default(),
            taken: 0,
            problem: None,
        }
    }

    /// The first bytes, for telling what the stream is.
    pub(super) fn head(&mut self, bytes: usize, stop: &AtomicBool) -> &[u8] {
        self.fill(bytes, stop);
        slice(&self.window, 0, bytes)
    }

    /// The bytes of block `index`; blocks are asked for one after the other.
    pub(super) fn block(&mut self, index: u64, limits: &Limits, stop: &AtomicBool) -> Cut {
        let start = index * limits.block_bytes as u64;
        let offset = (start - self.from) as usize;
        let end = offset + limits.block_bytes;
        self.fill(end + limits.slack_bytes + limits.tail_bytes, stop);
        let until = (end + limits.slack_bytes + limits.tail_bytes).min(self.window.len());
        let last = self.ended && end >= self.window.len();
        let own = offset.min(until)..end.min(until);
        let mut before = self.before.clone();
        if self.keeps_before {
            before.extend_from_slice(slice(&self.window, 0, offset));
        }
        let tables = self.tables.clone();
        if self.keeps_before {
            // Not further than random-access content is read.
            self.tables.read(&self.window, offset, end.min(self.window.len()));
        }
        let cut = Cut { bytes: slice(&self.window, 0, until).to_vec(), from: self.from, own, before, tables, last };
        let keep = end.saturating_sub(limits.lead_bytes).min(self.window.len());
        if self.keeps_before {
            self.before.extend_from_slice(slice(&self.window, 0, keep));
            let excess = self.before.len().saturating_sub(STATEMENT_BYTES);
            self.before.drain(..excess);
        }
        self.window.drain(..keep);
        self.from += keep as u64;
        cut
    }

    /// What has been read and is still needed, then the rest.
    pub(super) fn into_reader(self) -> impl Read {
        Rest { read: std::io::Cursor::new(self.window), reader: self.reader, problem: self.problem }
    }

    /// The reader itself.
    pub(super) fn reader(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Reads until so many bytes are at hand, the stream ends, or the scan is to stop.
    fn fill(&mut self, bytes: usize, stop: &AtomicBool) {
        while self.window.len() < bytes && !self.ended {
            let old = self.window.len();
            self.window.resize(bytes, 0);
            match self.reader.read(self.window.get_mut(old..).unwrap_or(&mut [])) {
                Ok(0) => {
                    self.ended = true;
                    self.window.truncate(old);
                }
                Ok(count) => self.window.truncate(old + count),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {
                    self.window.truncate(old);
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
                Err(error) => {
                    let fault = Fault::of(&error);
                    self.problem = Some((fault.reason, fault.detail.unwrap_or_default()));
                    self.ended = true;
                    self.window.truncate(old);
                }
            }
        }
    }
}

/// Bytes that were read ahead, then what follows; an error that was met ahead is met again.
struct Rest<R> {
    read: std::io::Cursor<Vec<u8>>,
    reader: R,
    problem: Option<(Reason, String)>,
}

impl<R: Read> Read for Rest<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        match (self.read.read(buf)?, &self.problem) {
            (0, Some((reason, detail))) => Err(Fault::new(*reason, detail.clone()).into()),
            (0, None) => self.reader.read(buf),
            (count, _) => Ok(count),
        }
    }
}
