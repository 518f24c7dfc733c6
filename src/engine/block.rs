//! Reads and scans single blocks.

use super::content::Nature;
use super::{Options, cut};
use crate::detect::{Block, Hit, Scanner};
use crate::problem::Reason;
use crate::read::{self, Bytes};
use crate::sink::Wants;
use crate::text::encoding::{self, Encoding, Width};
use crate::text::slice;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What one block gave.
#[derive(Debug, Default)]
pub(super) struct BlockResult {
    /// Bytes of the block with context, kept only if a sink may ask for them; narrowed if the stream is UTF-16.
    pub(super) bytes: Vec<u8>,
    /// The block's own bytes in `bytes`.
    pub(super) own: Range<usize>,
    /// Units of the stream before the first of `bytes`.
    pub(super) base: u64,
    /// Values, sorted.
    pub(super) hits: Vec<Hit>,
    /// Line ends in the block's own bytes, if lines are wanted.
    pub(super) lines: u64,
    /// Raw bytes of the stream that were looked at.
    pub(super) read: u64,
    /// Why not all of them.
    pub(super) problem: Option<(Reason, String)>,
}

/// Buffers of one thread.
#[derive(Debug)]
pub(super) struct Hands<'c> {
    pub(super) scanner: Scanner<'c>,
    raw: Vec<u8>,
    narrow: Vec<u8>,
}

impl<'c> Hands<'c> {
    pub(super) fn new(scanner: Scanner<'c>) -> Self {
        Self { scanner, raw: Vec::new(), narrow: Vec::new() }
    }

    /// Reads and scans block `index` of random-access content.
    pub(super) fn block(
        &mut self, content: &dyn Bytes, nature: &Nature, index: u64, options: &Options, wants: &Wants, make: impl FnOnce() -> Scanner<'c>,
    ) -> BlockResult {
        let limits = &options.limits;
        let size = content.size();
        let start = index * limits.block_bytes as u64;
        let from = start.saturating_sub(limits.lead_bytes as u64);
        let until = start.saturating_add((limits.block_bytes + limits.block_slack_bytes + limits.tail_bytes) as u64).min(size);
        let length = (until - from) as usize;
        let mut raw = std::mem::take(&mut self.raw);
        let mut problem = None;
        let piece: &[u8] = match content.mapped().and_then(|all| all.get(from as usize..until as usize)) {
            Some(piece) => piece,
            None => {
                if raw.len() < length {
                    raw.resize(length, 0);
                }
                let filled = fill(content, raw.get_mut(..length).unwrap_or(&mut []), from, &mut problem);
                slice(&raw, 0, filled)
            }
        };
        let whole = Piece { bytes: piece, from, start: (start - from) as usize };
        let mut result = self.scan_piece(&whole, nature, options, wants, make);
        let end = (start + limits.block_bytes as u64).min(size);
        result.read = (from + piece.len() as u64).min(end).saturating_sub(start);
        result.problem = result.problem.or(problem);
        self.raw = raw;
        result
    }

    /// Reads and scans content of one block, and tells what it is.
    pub(super) fn whole(
        &mut self, content: &dyn Bytes, options: &Options, wants: &Wants, make: impl FnOnce() -> Scanner<'c>,
    ) -> (Nature, BlockResult) {
        let length = content.size() as usize;
        let mut raw = std::mem::take(&mut self.raw);
        let mut problem = None;
        let bytes: &[u8] = match content.mapped() {
            Some(all) => all,
            None => {
                if raw.len() < length {
                    raw.resize(length, 0);
                }
                let filled = fill(content, raw.get_mut(..length).unwrap_or(&mut []), 0, &mut problem);
                slice(&raw, 0, filled)
            }
        };
        let nature = Nature::sniff(bytes);
        let piece = Piece { bytes, from: 0, start: 0 };
        let mut result = if nature.is_closed() {
            BlockResult::default()
        } else {
            BlockResult { read: bytes.len() as u64, ..self.scan_piece(&piece, &nature, options, wants, make) }
        };
        result.problem = result.problem.or(problem);
        self.raw = raw;
        (nature, result)
    }

    /// Scans a piece of a stream: the block that begins at its fixed offset.
    pub(super) fn scan_piece(
        &mut self, piece: &Piece<'_>, nature: &Nature, options: &Options, wants: &Wants, make: impl FnOnce() -> Scanner<'c>,
    ) -> BlockResult {
        let limits = &options.limits;
        let width = nature.width();
        let unit = width.unit_bytes();
        let mut narrow = std::mem::take(&mut self.narrow);
        let bytes: &[u8] = if width == Width::Bytes {
            piece.bytes
        } else {
            encoding::narrow(piece.bytes, width, &mut narrow);
            &narrow
        };
        let start = piece.start / unit;
        let end = (piece.start + limits.block_bytes) / unit;
        let slack = limits.block_slack_bytes / unit;
        let first = piece.from == 0 && piece.start == 0;
        let own_start = if first { 0 } else { start + cut::border(cut::slack(bytes, start, slack)) };
        let own_end = if end >= bytes.len() { bytes.len() } else { end + cut::border(cut::slack(bytes, end, slack)) };
        let own = own_start.min(own_end)..own_end;
        let block = Block {
            bytes,
            own: own.clone(),
            layout: &nature.layout,
            encoding: (width != Width::Bytes).then_some(Encoding::Narrow),
        };
        let mut result = BlockResult { own: own.clone(), base: piece.from / unit as u64, ..BlockResult::default() };
        let scanner = &mut self.scanner;
        match catch_unwind(AssertUnwindSafe(|| scanner.scan(&block).to_vec())) {
            Ok(hits) => result.hits = hits,
            Err(_) => {
                self.scanner = make();
                result.problem = Some((Reason::Internal, format!("a bug in the detectors, in the block at byte {}", piece.from)));
            }
        }
        result.hits.retain(|hit| hit.confidence >= options.min_confidence);
        if wants.lines {
            result.lines = memchr::memchr_iter(b'\n', slice(bytes, own.start, own.end)).count() as u64;
        }
        if !result.hits.is_empty() && wants.findings_per_kind > 0 {
            result.bytes = bytes.to_vec();
        }
        self.narrow = narrow;
        result
    }
}

/// Bytes around a block.
pub(super) struct Piece<'b> {
    pub(super) bytes: &'b [u8],
    /// Offset of the first byte in the stream.
    pub(super) from: u64,
    /// The block's fixed offset in `bytes`.
    pub(super) start: usize,
}

/// Reads until the buffer is full, the content ends, or an error.
fn fill(content: &dyn Bytes, buffer: &mut [u8], from: u64, problem: &mut Option<(Reason, String)>) -> usize {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match content.read_at(rest, from + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => {
                *problem = Some(read::read_problem(&error));
                break;
            }
        }
    }
    filled
}
