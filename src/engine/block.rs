//! Reads and scans single blocks, a step at a time.
//!
//! A block is the unit of order and of parallel work; a step is as much of it as stays in the processor's cache. The
//! borders of both move to record ends in the same way, and a block is a whole number of steps.

use super::content::{Controls, Nature};
use super::queue::lock;
use super::views::{Unread, Viewed, Views};
use super::{Options, cut};
use crate::detect::{Before, Block, Hit, Scanner, Undecided};
use crate::problem::Reason;
use crate::read::{self, Bytes};
use crate::score::population::{Counts, Sample};
use crate::sink::Wants;
use crate::text::encoding::{Map, Text};
use crate::text::layout::Layout;
use crate::text::slice;
use crate::text::statement::{Statement, Tables};
use crate::text::utf8::boundary_from;
use crate::unpack::At;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

/// Bytes kept around the findings of a step, for their lines, fields and records.
pub(super) const KEPT_AROUND: usize = 4 << 10;
/// How far before a block of SQL the header of the statement in force is looked for: dumps close statements after a
/// mebibyte or so.
pub(super) const STATEMENT_BYTES: usize = 2 << 20;

/// Where offsets in the text of a stream begin: what stands before a block has room there.
const TEXT_BEGINS: u64 = 1 << 40;

/// What one block gave.
#[derive(Debug, Default)]
pub(super) struct BlockResult {
    /// What its steps gave, in order.
    pub(super) steps: Vec<StepResult>,
    /// What was counted in it.
    pub(super) counts: Counts,
    /// Raw bytes of the stream that were looked at.
    pub(super) read: u64,
    /// Why not all of them.
    pub(super) problem: Option<(Reason, String)>,
    /// A file stands encoded in it that is opened elsewhere.
    pub(super) files: bool,
    /// Control characters in it that no text holds.
    pub(super) controls: Controls,
    /// What tells this block from others of its item: it is of another stream inside it.
    pub(super) part: Option<Box<Part>>,
}

/// A stream inside an item: a sheet, a document, bytes between members.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) nature: Arc<Nature>,
    /// Offset of the stream in the item, or in the item's text.
    pub(super) base: u64,
    /// Whether offsets are those of decoded text.
    pub(super) is_text: bool,
    /// Offsets in the stream, and where they stand: up to the next one.
    pub(super) places: Vec<(u64, At)>,
}

impl Part {
    /// Where an offset of the stream stands.
    pub(super) fn at(&self, offset: u64) -> Option<&At> {
        let next = self.places.partition_point(|(start, _)| *start <= offset);
        self.places.get(next.checked_sub(1)?).map(|(_, at)| at)
    }

    /// Forgets all places that hold no hit.
    pub(super) fn keep(&mut self, steps: &[StepResult]) {
        let mut kept: Vec<(u64, At)> = Vec::new();
        let hits = |step: &'_ StepResult| -> Vec<u64> {
            let undecided = step.undecided.iter().map(|value| &value.hit);
            step.hits.iter().chain(undecided).map(|hit| step.raw(hit.start as usize)).collect()
        };
        for hit in steps.iter().flat_map(hits) {
            if let Some(at) = self.at(hit) {
                kept.push((hit, at.clone()));
            }
        }
        kept.sort_by_key(|(offset, _)| *offset);
        self.places = kept;
    }
}

/// What one step gave.
#[derive(Debug, Default)]
pub(super) struct StepResult {
    /// The text around the step's findings, if a sink may ask for it.
    pub(super) bytes: Vec<u8>,
    /// The step's own text in `bytes`, as far as it is kept.
    pub(super) own: Range<usize>,
    /// Raw bytes of the stream before the first of `bytes`.
    pub(super) base: u64,
    /// Offset of the first of `bytes` in the text of the stream.
    pub(super) text_base: u64,
    /// Where `bytes` stand in the raw bytes from there on.
    pub(super) map: Map,
    /// Values, sorted, with places in `bytes`.
    pub(super) hits: Vec<Hit>,
    /// Values that the counts of the blocks so far decide, sorted, with places in `bytes`.
    pub(super) undecided: Vec<Undecided>,
    /// The statement in force at the first of the step's own bytes, in SQL.
    pub(super) statement: Option<Box<Statement>>,
    /// What hits in derived views read, by their number less one.
    pub(super) views: Vec<Viewed>,
    /// Line ends in the step's own bytes before those kept, if lines are wanted.
    pub(super) lines_before: u64,
    /// Line ends in all of the step's own bytes, if lines are wanted.
    pub(super) lines: u64,
    /// Raw offset in the stream of the line that begins last before the bytes kept, and of the one that begins last of
    /// all: those that begin behind a line end in the step's own bytes, if lines are wanted.
    pub(super) line_before: Option<u64>,
    pub(super) last_line: Option<u64>,
}

impl StepResult {
    /// Where the place `i` of `bytes` stands in the stream.
    pub(super) fn raw(&self, i: usize) -> u64 {
        self.base + self.map.raw(&self.bytes, i) as u64
    }
}

impl BlockResult {
    /// Memory that the result holds, in bytes.
    pub(super) fn held_bytes(&self) -> usize {
        let lists =
            |step: &StepResult| step.hits.len() * size_of::<Hit>() + step.undecided.len() * size_of::<Undecided>();
        self.steps.iter().map(|step| step.bytes.len() + step.map.held_bytes() + lists(step)).sum()
    }
}

/// Buffers of committed steps, to be filled again: giving memory of this size back and asking for it anew costs more than
/// the copy, and leaves holes.
#[derive(Debug, Default)]
pub(super) struct Spare {
    bytes: Mutex<Vec<Vec<u8>>>,
    hits: Mutex<Vec<Vec<Hit>>>,
}

impl Spare {
    /// Buffers kept of each sort: those of one block.
    const MOST: usize = 16;
    /// Smaller buffers are not worth keeping, in bytes.
    const LEAST_BYTES: usize = 64 << 10;

    /// A copy of some bytes.
    fn copy(&self, bytes: &[u8]) -> Vec<u8> {
        Self::filled(&self.bytes, bytes.len(), bytes.iter().copied())
    }

    /// At most `most` values, in a new list with no more room than that: many blocks wait with theirs.
    fn list(&self, most: usize, hits: impl Iterator<Item = Hit>) -> Vec<Hit> {
        Self::filled(&self.hits, most, hits)
    }

    fn filled<T>(kept: &Mutex<Vec<Vec<T>>>, most: usize, values: impl Iterator<Item = T>) -> Vec<T> {
        let large = most * size_of::<T>() >= Self::LEAST_BYTES;
        let mut buffer = if large { lock(kept).pop().unwrap_or_default() } else { Vec::new() };
        buffer.clear();
        buffer.reserve_exact(most);
        buffer.extend(values);
        buffer
    }

    /// Takes back what a committed block held.
    pub(super) fn take_back(&self, result: BlockResult) {
        for step in result.steps {
            Self::put(&self.bytes, step.bytes);
            Self::put(&self.hits, step.hits);
        }
    }

    fn put<T>(kept: &Mutex<Vec<Vec<T>>>, buffer: Vec<T>) {
        let mut kept = lock(kept);
        if buffer.capacity() * size_of::<T>() >= Self::LEAST_BYTES && kept.len() < Self::MOST {
            kept.push(buffer);
        }
    }
}

/// How a stream is scanned; the same for all its blocks.
#[derive(Clone, Copy)]
pub(super) struct Job<'j> {
    pub(super) nature: &'j Nature,
    pub(super) options: &'j Options,
    pub(super) wants: &'j Wants,
}

/// What was found in the name of an item.
#[derive(Default)]
pub(super) struct PathHits {
    pub(super) hits: Vec<Hit>,
    /// A bug in the detectors kept it from being looked through.
    pub(super) is_broken: bool,
}

/// The scanner and buffers of one thread.
pub(super) struct Hands<'c> {
    pub(super) scanner: Scanner<'c>,
    make: &'c (dyn Fn() -> Scanner<'c> + Sync),
    spare: Arc<Spare>,
    raw: Vec<u8>,
    text: Text,
    /// The text of paths.
    pub(super) path: Text,
    /// The last name of a sheet or table, and what is shown of it.
    shown: (String, Option<Arc<str>>),
    scanned: Scanned,
    views: Views<'c>,
}

/// Where the last step ended.
#[derive(Clone, Copy, Default)]
struct Scanned {
    /// Raw offset in the stream up to which its bytes are known to be UTF-8 without zero bytes; 0 if they are not.
    plain_until: u64,
    /// Its own bytes in the stream.
    raw_start: u64,
    raw_end: u64,
    /// Their end in the text of the stream.
    text_end: u64,
}

/// Bytes around a step.
struct Piece<'b> {
    bytes: &'b [u8],
    /// Offset of the first byte in the stream.
    from: u64,
    /// The step's fixed offset in `bytes`.
    start: usize,
    /// The next step's fixed offset in `bytes`, or their end.
    end: usize,
    /// Whether the step before was scanned just now.
    goes_on: bool,
    /// What stands before the step, for a statement in force there; its end is filled in.
    before: Before<'b>,
}

impl<'c> Hands<'c> {
    pub(super) fn new(make: &'c (dyn Fn() -> Scanner<'c> + Sync), spare: Arc<Spare>) -> Self {
        Self {
            scanner: make(),
            make,
            spare,
            raw: Vec::new(),
            text: Text::default(),
            path: Text::default(),
            shown: (String::new(), None),
            scanned: Scanned::default(),
            views: Views::default(),
        }
    }

    /// Hits in a short text that stands alone: a path.
    pub(super) fn text(&mut self, block: &Block<'_>) -> Result<Vec<Hit>, ()> {
        let scanner = &mut self.scanner;
        let hits =
            catch_unwind(AssertUnwindSafe(|| scanner.scan(block).to_vec())).map_err(|_| self.scanner = (self.make)());
        // A name stands for itself: there is no population around it.
        self.scanner.take_counts();
        hits
    }

    /// Hides the name of a sheet or a table that holds values.
    pub(super) fn hide(&mut self, at: &mut At) {
        const HIDDEN: &str = "••••••••";
        if at.name() != self.shown.0 {
            let name = at.name().to_owned();
            let shown = self.holds_values(&name).then(|| HIDDEN.into());
            self.shown = (name, shown);
        }
        if let Some(shown) = &self.shown.1 {
            *at = at.clone().renamed(shown);
        }
    }

    /// Whether a name may hold a value: a detector finds one, a number is long, or an address may stand in it.
    fn holds_values(&mut self, name: &str) -> bool {
        const LONG_DIGITS: usize = 7;
        let is_long = |digits: &[u8]| digits.len() >= LONG_DIGITS;
        let bytes = name.as_bytes();
        if name.contains('@') || bytes.split(|byte| !byte.is_ascii_digit()).any(is_long) {
            return true;
        }
        let layout = Layout::default();
        let (own, before) = (0..bytes.len(), Before::default());
        let found = self.text(&Block { bytes, own, base: 0, before, goes_on: false, layout: &layout });
        // What nobody could look through shows nothing.
        found.map_or(true, |hits| !hits.is_empty())
    }

    /// Reads and scans block `index` of random-access content.
    pub(super) fn block(
        &mut self, content: &dyn Bytes, index: u64, job: Job<'_>, tables: Option<&Tables>,
    ) -> BlockResult {
        let limits = &job.options.limits;
        let size = content.size();
        let start = (index * limits.block_bytes as u64).min(size);
        let end = start.saturating_add(limits.block_bytes as u64).min(size);
        let mut result = BlockResult::default();
        if let Some(all) = content.mapped() {
            let from = start.saturating_sub(limits.lead_bytes as u64);
            let until = end.saturating_add((limits.slack_bytes + limits.tail_bytes) as u64).min(size);
            let bytes = all.get(from as usize..until as usize).unwrap_or(&[]);
            let before = if job.nature.layout.sql {
                slice(all, (start as usize).saturating_sub(STATEMENT_BYTES), start as usize)
            } else {
                &[]
            };
            result.read = end - start;
            let before = Before { bytes: before, end: 0, tables };
            self.steps(bytes, from, (start - from) as usize..(end - from) as usize, (false, before), job, &mut result);
            self.counted(&mut result);
            return result;
        }
        // A window slides over the block: the last step's end is the next one's lead.
        let mut from = start.saturating_sub(limits.lead_bytes as u64);
        let before = if job.nature.layout.sql { what_stands_before(content, start) } else { Vec::new() };
        let mut raw = std::mem::take(&mut self.raw);
        let mut filled = 0;
        let mut at = start;
        while at < end || (at == start && start == end) {
            let stop = at.saturating_add(limits.step_bytes as u64).min(end);
            let until = stop.saturating_add((limits.slack_bytes + limits.tail_bytes) as u64).min(size);
            let lead = at.saturating_sub(limits.lead_bytes as u64).max(from);
            raw.copy_within((lead - from) as usize..filled, 0);
            filled -= (lead - from) as usize;
            from = lead;
            let wanted = (until - from) as usize;
            if raw.len() < wanted {
                raw.resize(wanted, 0);
            }
            let rest = raw.get_mut(filled..wanted).unwrap_or(&mut []);
            filled += fill(content, rest, from + filled as u64, &mut result.problem);
            if from + (filled as u64) < at {
                // What stands before the block cannot be read: the block itself can do without.
                from = at;
                let rest = raw.get_mut(..(until - at) as usize).unwrap_or(&mut []);
                filled = fill(content, rest, at, &mut result.problem);
            }
            let known = (from + filled as u64).min(stop);
            result.read += known.saturating_sub(at);
            let bytes = slice(&raw, 0, filled);
            self.steps(
                bytes,
                from,
                (at - from) as usize..(stop - from) as usize,
                (at > start, Before { bytes: &before, end: 0, tables }),
                job,
                &mut result,
            );
            at = stop;
            if known < stop || start == end {
                break;
            }
        }
        self.raw = raw;
        self.counted(&mut result);
        result
    }

    /// The block is done: takes what was counted in it, and drops what its own values speak against.
    pub(super) fn counted(&mut self, result: &mut BlockResult) {
        result.counts = self.scanner.take_counts();
        for step in result.steps.iter_mut().filter(|step| !step.undecided.is_empty()) {
            let counts = &result.counts;
            step.undecided.retain(|value| !counts.sample(value.rule, value.field).is_some_and(Sample::doubts));
            if step.undecided.is_empty() && step.hits.is_empty() {
                step.bytes = Vec::new();
            }
        }
    }

    /// Reads and scans content of one block, and tells what it is.
    /// `name` is a hint.
    pub(super) fn whole(
        &mut self, content: &dyn Bytes, name: &str, options: &Options, wants: &Wants,
    ) -> (Nature, BlockResult) {
        let length = content.size() as usize;
        let mut raw = std::mem::take(&mut self.raw);
        let mut result = BlockResult::default();
        let bytes: &[u8] = if let Some(all) = content.mapped() {
            all
        } else {
            if raw.len() < length {
                raw.resize(length, 0);
            }
            let filled = fill(content, raw.get_mut(..length).unwrap_or(&mut []), 0, &mut result.problem);
            slice(&raw, 0, filled)
        };
        let nature = Nature::sniff(bytes, name).with_end(bytes, bytes.len() as u64);
        if !nature.is_closed() {
            result.read = bytes.len() as u64;
            let before = (false, Before::default());
            self.steps(bytes, 0, 0..bytes.len(), before, Job { nature: &nature, options, wants }, &mut result);
            self.counted(&mut result);
        }
        self.raw = raw;
        (nature, result)
    }

    /// Scans the block `own` of `bytes`, step by step. `from` is the offset of the first byte in the stream; `goes_on`
    /// says that the step before was scanned just now, else `before` is what stands before the bytes.
    pub(super) fn steps(
        &mut self, bytes: &[u8], from: u64, own: Range<usize>, (goes_on, before): (bool, Before<'_>), job: Job<'_>,
        result: &mut BlockResult,
    ) {
        let limits = &job.options.limits;
        let mut at = own.start;
        loop {
            let end = (at + limits.step_bytes).min(own.end);
            // Not more bytes than a reader of single steps would have at hand.
            let lead = at.saturating_sub(limits.lead_bytes);
            let tail = (end + limits.slack_bytes + limits.tail_bytes).min(bytes.len());
            let piece = Piece {
                bytes: slice(bytes, lead, tail),
                from: from + lead as u64,
                start: at - lead,
                end: end - lead,
                goes_on: goes_on || at > own.start,
                before: if at > own.start { Before::default() } else { before },
            };
            let scanned = self.step(&piece, job);
            if job.nature.coding.wide.is_none() && job.nature.reason.is_none() {
                let (start, end) = (self.scanned.raw_start, self.scanned.raw_end);
                let own = slice(piece.bytes, (start - piece.from) as usize, (end - piece.from) as usize);
                result.controls.count(own, start);
            }
            match scanned {
                Ok((step, unread)) => {
                    result.steps.push(step);
                    result.files |= unread.files;
                    if unread.cut {
                        let words =
                            format!("encoded text that is too long or a file, in the step at byte {}", piece.from);
                        result.problem.get_or_insert((Reason::UnreadPart, words));
                    }
                }
                Err(problem) => result.problem = Some(problem),
            }
            at = end;
            if at >= own.end {
                return;
            }
        }
    }

    /// Scans one step; gives what encoded text in it was not read, too.
    fn step(&mut self, piece: &Piece<'_>, job: Job<'_>) -> Result<(StepResult, Unread), (Reason, String)> {
        let limits = &job.options.limits;
        let coding = job.nature.coding;
        let raw = piece.bytes;
        let last = if piece.goes_on { self.scanned } else { Scanned::default() };
        let mut text = std::mem::take(&mut self.text);
        let known = last.plain_until.saturating_sub(piece.from) as usize;
        let decoded = if piece.goes_on {
            text.read_on(raw, piece.from, known, coding)
        } else {
            text.read(raw, piece.from, coding)
        };
        // Borders are told from the raw bytes behind fixed offsets.
        let border = |at: usize| {
            let window = |at: usize| slice(raw, at, at + limits.slack_bytes);
            match coding.wide {
                None => at + cut::border(window(at)),
                Some(wide) => {
                    let at =
                        ((piece.from + at as u64).next_multiple_of(wide.unit_bytes() as u64) - piece.from) as usize;
                    at + cut::wide_border(window(at), wide)
                }
            }
        };
        let first = piece.from == 0 && piece.start == 0;
        let raw_end = if piece.end >= raw.len() { raw.len() } else { border(piece.end) };
        let raw_start = if first { 0 } else { border(piece.start) }.min(raw_end);
        let place = |at: usize| if decoded { text.map().text(text.bytes(), at) } else { at };
        let bytes = if decoded { text.bytes() } else { raw };
        let (own, standing) = (place(raw_start)..place(raw_end), place(piece.start));
        // Offsets in the text go on from step to step; where a block begins they begin anew, far from 0.
        let follows = piece.goes_on && last.raw_end == piece.from + raw_start as u64;
        let place = if follows { last.text_end } else { TEXT_BEGINS + piece.from + raw_start as u64 };
        let base = place.saturating_sub(own.start as u64);
        self.scanned = Scanned {
            plain_until: if decoded { 0 } else { piece.from + raw.len() as u64 },
            raw_start: piece.from + raw_start as u64,
            raw_end: piece.from + raw_end as u64,
            text_end: base + own.end as u64,
        };
        let mut header = Text::default();
        let before = if header.read(piece.before.bytes, 0, coding) { header.bytes() } else { piece.before.bytes };
        let block = Block {
            bytes,
            own,
            base,
            goes_on: piece.goes_on,
            before: Before { bytes: before, end: base + standing as u64, ..piece.before },
            layout: &job.nature.layout,
        };
        let (scanner, views, make, spare) = (&mut self.scanner, &mut self.views, self.make, &*self.spare);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let least = job.options.min_confidence;
            scanner.keep_parts(job.nature.addressed);
            let all = scanner.scan(&block);
            let mut hits = spare.list(all.len(), all.iter().filter(|hit| hit.confidence >= least).copied());
            let encoded = (&block, &*scanner);
            let seen = views.add(&make, encoded, &mut hits, least, limits, job.nature.carries);
            (hits, scanner.undecided().to_vec(), seen)
        }));
        let result = if let Ok(found) = caught {
            let statement = scanner.statement().cloned().map(Box::new);
            let place = (piece.from, text.map());
            Ok((StepResult { statement, ..keep(&block, found, job, place, &self.spare) }, views.unread()))
        } else {
            self.scanner = (self.make)();
            self.views.reset();
            Err((Reason::Internal, format!("a bug in the detectors, in the step at byte {}", piece.from)))
        };
        self.text = text;
        result
    }
}

/// Keeps what committing needs of a step. `from` is the raw offset of its bytes in the stream.
fn keep(
    block: &Block<'_>, (mut hits, mut undecided, views): (Vec<Hit>, Vec<Undecided>, Vec<Viewed>), job: Job<'_>,
    (raw_from, map): (u64, &Map), spare: &Spare,
) -> StepResult {
    let own = block.own.clone();
    let lines_in = |from: usize, to: usize| memchr::memchr_iter(b'\n', slice(block.bytes, from, to)).count() as u64;
    let last_line_in = |from: usize, to: usize| {
        let end = memchr::memrchr(b'\n', slice(block.bytes, from, to)).filter(|_| job.wants.lines)?;
        Some(raw_from + map.raw(block.bytes, from + end + 1) as u64)
    };
    let lines = if job.wants.lines { lines_in(own.start, own.end) } else { 0 };
    let last_line = last_line_in(own.start, own.end);
    let all = || hits.iter().chain(undecided.iter().map(|undecided| &undecided.hit)).map(Hit::range);
    let (Some(first), Some(last)) = (all().map(|range| range.start).min(), all().map(|range| range.end).max()) else {
        return StepResult { lines, last_line, ..StepResult::default() };
    };
    // The statement in force is read on from where the step begins.
    let from = if job.nature.layout.sql { first.min(own.start) } else { first }.saturating_sub(KEPT_AROUND);
    let from = boundary_from(block.bytes, from).min(first);
    let until = (last + KEPT_AROUND).min(block.bytes.len());
    for hit in hits.iter_mut().chain(undecided.iter_mut().map(|undecided| &mut undecided.hit)) {
        hit.start -= from as u32;
    }
    mark_records(block, from, &mut hits);
    let mut later: Vec<Hit> = undecided.iter().map(|value| value.hit).collect();
    mark_records(block, from, &mut later);
    undecided.iter_mut().zip(later).for_each(|(value, hit)| value.hit = hit);
    let line_before = last_line_in(own.start, from.max(own.start));
    let (map, base) = map.part(block.bytes, from, until);
    // Without the text a map cannot be read.
    let kept = job.wants.findings_per_kind > 0 || !map.is_plain();
    StepResult {
        bytes: if kept { spare.copy(slice(block.bytes, from, until)) } else { Vec::new() },
        own: own.start.max(from) - from..own.end.min(until) - from,
        base: raw_from + base as u64,
        text_base: block.base + from as u64,
        map,
        hits,
        undecided,
        statement: None,
        views,
        lines_before: if job.wants.lines && from > own.start { lines_in(own.start, from) } else { 0 },
        lines,
        line_before,
        last_line,
    }
}

/// Tells where the record of each hit begins: its line, or the tuple of a statement. Hits stand in order, with places
/// behind `from`.
fn mark_records(block: &Block<'_>, from: usize, hits: &mut [Hit]) {
    let (mut at, mut record) = (block.own.start, block.own.start);
    let tuples = memchr::memmem::FinderRev::new(b"),(");
    for hit in hits {
        let start = hit.start as usize + from;
        let gap = slice(block.bytes, at, start);
        let mut last = memchr::memrchr(b'\n', gap);
        if block.layout.sql {
            last = last.max(tuples.rfind(gap));
        }
        record = last.map_or(record, |last| at + last + 1);
        hit.record = record as u32;
        at = at.max(start);
    }
}

/// The bytes before `end` in which the header of a statement may stand; what cannot be read is left out.
fn what_stands_before(content: &dyn Bytes, end: u64) -> Vec<u8> {
    let start = end.saturating_sub(STATEMENT_BYTES as u64);
    let mut bytes = vec![0; (end - start) as usize];
    let filled = fill(content, &mut bytes, start, &mut None);
    // Bytes with a hole before them say nothing of what is in force.
    if filled < bytes.len() { Vec::new() } else { bytes }
}

/// Reads until the buffer is full, the content ends, or an error. What stands before the error is read in ever smaller
/// pieces, so that nothing readable is lost.
pub(super) fn fill(content: &dyn Bytes, buffer: &mut [u8], from: u64, problem: &mut Option<(Reason, String)>) -> usize {
    let mut filled = 0;
    let mut most = buffer.len();
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let piece = most.min(rest.len());
        match content.read_at(rest.get_mut(..piece).unwrap_or(&mut []), from + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => {
                problem.get_or_insert_with(|| read::read_problem(&error));
                if piece <= 1 {
                    break;
                }
                most = piece / 2;
            }
        }
    }
    filled
}
