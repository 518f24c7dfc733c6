//! Takes results in walk order, counts, fills in lines, and calls the sink. One thread at a time.

use super::block::{BlockResult, KEPT_AROUND, Part, PathHits, StepResult};
use super::content::{Controls, Nature};
use super::follow::{Checkpoint, Counted};
use super::judge::Judge;
use super::people::People;
use super::trace::Trace;
use super::views::Viewed;
use super::{Options, Progress};
use crate::detect::{Catalog, Hit, may_name_person, normal_form};
use crate::finding::{Facts, Finding, Record, Tally};
use crate::known::KnownFinding;
use crate::ledger::{KindTotal, Ledger};
use crate::location::Location;
use crate::matched::Matched;
use crate::problem::{Problem, Reason, State};
use crate::read::{Claims, FileId};
use crate::score::distinct::Distinct;
use crate::sink::{ItemMeta, ItemRecord, Known, Sink, Stop, Wants};
use crate::span::{Place, RawSpan, TextSpan};
use crate::text::encoding::{Coding, Map, Text};
use crate::text::field::{self, Name};
use crate::text::statement::Statement;
use crate::text::{layout::Layout, neighbour, slice};
use std::cell::RefCell;
use std::ops::{ControlFlow, Range};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// How an item ended, as its worker saw it.
#[derive(Debug, Default)]
pub(super) struct Ending {
    pub(super) reason: Option<Reason>,
    pub(super) detail: Option<String>,
    pub(super) bytes_total: Option<u64>,
    /// Bytes looked at, if that is not what the blocks say: of a container, whose text is not its bytes.
    pub(super) bytes_scanned: Option<u64>,
    pub(super) meta: ItemMeta,
    pub(super) identity: Option<FileId>,
    /// Place in the order of listing.
    pub(super) order: u64,
    /// How an earlier scan kept it, if it was not read again.
    pub(super) known: Option<Known>,
}

/// Counters of the item that is being committed.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) count: u64,
    pub(super) by_confidence: [u64; 3],
    pub(super) distinct: Distinct,
    pub(super) first: Option<(u64, Option<u64>)>,
    pub(super) delivered: u64,
}

impl Counters {
    /// Adds what comes after it.
    fn add(&mut self, other: &Self, distinct_exact: usize) {
        self.count += other.count;
        self.by_confidence.iter_mut().zip(other.by_confidence).for_each(|(sum, count)| *sum += count);
        self.distinct.merge(&other.distinct, distinct_exact);
        self.first = self.first.or(other.first);
        self.delivered += other.delivered;
    }
}

/// Calls the sink.
pub(super) struct Committer<'e> {
    catalog: &'e Catalog,
    sink: &'e mut dyn Sink,
    options: &'e Options,
    progress: &'e Progress,
    claims: &'e Claims,
    wants: Wants,
    pub(super) ledger: Ledger,
    pub(super) stopped: Option<Stop>,
    totals: Vec<(KindTotal, Distinct)>,
    counters: Vec<Counters>,
    touched: Vec<usize>,
    /// What stands in the name of the item at hand, while its content is traced by itself.
    named: Vec<(usize, Counters)>,
    lines_before: u64,
    /// Where the line begins that the next step may go on with, in the stream.
    line_start: u64,
    bytes_scanned: u64,
    listed_findings: u64,
    over_limit: bool,
    problem: Option<(Reason, String)>,
    /// Control characters at the end of the block last committed.
    controls: Controls,
    last_path: Vec<u8>,
    /// File and name of the last member.
    last_member: (PathBuf, String),
    judge: Judge<'e>,
    people: People,
    shown: Shown,
}

impl<'e> Committer<'e> {
    pub(super) fn new(
        catalog: &'e Catalog, sink: &'e mut dyn Sink, options: &'e Options, progress: &'e Progress, claims: &'e Claims,
        wants: Wants,
    ) -> Self {
        let kinds = catalog.kinds().len();
        Self {
            catalog,
            sink,
            options,
            progress,
            claims,
            wants,
            ledger: Ledger::default(),
            stopped: None,
            totals: vec![(KindTotal::default(), Distinct::default()); kinds],
            counters: std::iter::repeat_with(Counters::default).take(kinds).collect(),
            touched: Vec::new(),
            named: Vec::new(),
            lines_before: 0,
            line_start: 0,
            bytes_scanned: 0,
            listed_findings: 0,
            over_limit: false,
            problem: None,
            controls: Controls::default(),
            last_path: Vec::new(),
            last_member: (PathBuf::new(), String::new()),
            judge: Judge::new(catalog),
            people: People::new(catalog),
            shown: Shown::default(),
        }
    }

    fn flow(&mut self, flow: ControlFlow<Stop>) {
        if let ControlFlow::Break(stop) = flow {
            self.stopped.get_or_insert(stop);
        }
    }

    /// Whether an identical file was read before this one, in walk order.
    pub(super) fn is_duplicate(&self, identity: Option<FileId>, order: u64) -> bool {
        identity.is_some_and(|identity| !self.claims.is_first(identity, order))
    }

    /// Notes what kept the item at hand from being read in full, unless something did before.
    pub(super) fn note_problem(&mut self, problem: Option<&(Reason, String)>) {
        if let (None, Some(problem)) = (&self.problem, problem) {
            self.problem = Some(problem.clone());
        }
    }

    /// Whether something kept the item at hand from being read in full.
    pub(super) fn has_problem(&self) -> bool {
        self.problem.is_some()
    }

    /// Values in the names of the path, or of the member, that were not seen with the item before.
    pub(super) fn path(&mut self, location: &Location, path_hits: &PathHits) {
        let PathHits { hits, is_broken } = path_hits;
        if *is_broken {
            self.note_problem(Some(&(Reason::Internal, "a bug in the detectors, in the name of the item".to_owned())));
        }
        let (text, known) = if let Some(member) = location.member() {
            // The container has a line of its own for its name.
            let level = member.rfind('!').map_or(0, |mark| mark + 1);
            let last = if self.last_member.0 == location.path() { self.last_member.1.as_str() } else { "" };
            let known = level.max(common_folders(member.as_bytes(), last.as_bytes()));
            self.last_member = (location.path().to_owned(), member.to_owned());
            (member.as_bytes().to_vec(), known)
        } else {
            let path = location.path().as_os_str().as_bytes().to_vec();
            let known = common_folders(&path, &self.last_path);
            self.last_path.clone_from(&path);
            (path, known)
        };
        let layout = Layout::default();
        let (finder, shown) = (RefCell::default(), RefCell::default());
        let mut decoded = Text::default();
        let bytes = if hits.is_empty() || !decoded.read(&text, 0, Coding::default()) { &text } else { decoded.bytes() };
        for hit in hits {
            let facts = InBlock {
                catalog: self.catalog,
                bytes,
                hit,
                layout: &layout,
                finder: &finder,
                shown: &shown,
                map: decoded.map(),
                viewed: None,
                base: 0,
                text_base: 0,
                in_path: true,
                begins: true,
                line: None,
            };
            let span = facts.raw(hit.range());
            if span.start >= known as u64 {
                self.hit(location, hit, Place::Path(span), None, &facts);
            }
        }
        if self.wants.traces {
            for index in std::mem::take(&mut self.touched) {
                if let Some(counters) = self.counters.get_mut(index) {
                    self.named.push((index, std::mem::take(counters)));
                }
            }
            self.people.trace();
        }
    }

    /// The content of an item that was not read again.
    pub(super) fn known(&mut self, location: &Location, findings: &[KnownFinding], trace: &[u8]) {
        let Some(trace) = Trace::decode(trace) else {
            self.note_problem(Some(&(Reason::Internal, "what was kept of it cannot be counted".to_owned())));
            return;
        };
        self.people.again(&trace);
        self.ledger.undecided_dropped += trace.dropped;
        for (index, counters) in trace.counters {
            if let Some(own) = self.counters.get_mut(index) {
                *own = counters;
                self.touched.push(index);
            }
        }
        for finding in findings {
            let kind = self.catalog.kinds().get(finding.kind_index);
            let Some(kind) = kind.filter(|kind| !kind.tallied || self.wants.tallied) else { continue };
            if self.stopped.is_some() || !self.may_deliver(finding.kind_index) {
                continue;
            }
            let flow = self.sink.finding(&Finding {
                kind,
                location,
                at: finding.at.as_deref(),
                place: finding.place,
                value: Matched::new(&[]),
                confidence: finding.confidence,
                evidence: finding.evidence,
                encoding: finding.encoding,
                views: &finding.views,
                facts: &OfKnown(finding),
            });
            self.flow(flow);
        }
    }

    /// Whether a finding that can be listed goes to the sink. That an item has more than its limit is noted whatever the sink
    /// wants of them: no exit code hangs on the form of a report.
    fn may_deliver(&mut self, kind: usize) -> bool {
        let Some(counters) = self.counters.get_mut(kind) else { return false };
        if self.options.limits.findings_per_item.is_some_and(|most| self.listed_findings >= most) {
            self.over_limit = true;
            return false;
        }
        self.listed_findings += 1;
        let wanted = counters.delivered < self.wants.findings_per_kind;
        counters.delivered += u64::from(wanted);
        wanted
    }

    /// The values of one block, in order.
    pub(super) fn block(&mut self, location: &Location, nature: &Nature, result: &BlockResult) {
        let part = result.part.as_deref();
        let nature = part.map_or(nature, |part| &*part.nature);
        self.judge.block(result);
        let shown = RefCell::new(std::mem::take(&mut self.shown));
        for step in &result.steps {
            self.people.end_record();
            let judged = self.judge.step(step, self.options.min_confidence);
            self.step(location, nature, part, step, judged.as_deref().unwrap_or(&step.hits), &shown);
        }
        self.shown = shown.into_inner();
        self.bytes_scanned += result.read;
        self.progress.bytes.fetch_add(result.read, Ordering::Relaxed);
        self.note_problem(result.problem.as_ref());
        // Between the members of a container stand bytes that are none of a text.
        if part.is_none()
            && let Some(offset) = self.controls.binary_in(&result.controls)
        {
            self.note_problem(Some(&(Reason::UnknownBinary, format!("no text from byte {offset} on"))));
        }
    }

    fn step(
        &mut self, location: &Location, nature: &Nature, part: Option<&Part>, step: &StepResult, hits: &[Hit],
        shown: &RefCell<Shown>,
    ) {
        let finder = RefCell::new(match &step.statement {
            Some(statement) => field::Finder::at_statement(Statement::clone(statement)),
            None => field::Finder::default(),
        });
        let (mut at, mut line) = (step.own.start, self.lines_before + step.lines_before + 1);
        let part_base = part.map_or(0, |part| part.base);
        let mut line_start = step.line_before.map_or(self.line_start.max(part_base), |start| part_base + start);
        for hit in hits {
            if self.stopped.is_some() {
                return;
            }
            let range = hit.range();
            let needed =
                self.is_delivered(hit) || self.counters.get(usize::from(hit.kind)).is_some_and(|c| c.first.is_none());
            let mut own_line = None;
            if self.wants.lines && needed && !step.bytes.is_empty() {
                let gap = slice(&step.bytes, at, range.start);
                line += memchr::memchr_iter(b'\n', gap).count() as u64;
                if let Some(end) = memchr::memrchr(b'\n', gap) {
                    line_start = part_base + step.raw(at + end + 1);
                }
                at = range.start;
                own_line = Some((line, line_start));
            }
            let own = step.raw(range.start);
            let at = if needed { part.and_then(|part| part.at(own)).map(ToString::to_string) } else { None };
            let facts = InBlock {
                catalog: self.catalog,
                bytes: &step.bytes,
                hit,
                layout: &nature.layout,
                finder: &finder,
                shown,
                map: &step.map,
                viewed: usize::from(hit.view).checked_sub(1).and_then(|i| step.views.get(i)),
                base: part_base + step.base,
                text_base: step.text_base,
                in_path: false,
                begins: step.base == 0,
                line: own_line,
            };
            let span = facts.raw(range);
            let place = if part.is_some_and(|part| part.is_text) {
                Place::Text(TextSpan { start: span.start, end: span.end })
            } else {
                Place::Raw(span)
            };
            self.hit(location, hit, place, at.as_deref(), &facts);
        }
        self.lines_before += step.lines;
        self.line_start = step.last_line.map_or(self.line_start, |start| part_base + start);
    }

    /// Whether findings of a kind can be listed.
    fn is_listed(&self, kind: usize) -> bool {
        self.wants.tallied || !self.catalog.kinds().get(kind).is_some_and(|kind| kind.tallied)
    }

    fn is_delivered(&self, hit: &Hit) -> bool {
        let kind = usize::from(hit.kind);
        self.is_listed(kind)
            && self.counters.get(kind).is_some_and(|counters| counters.delivered < self.wants.findings_per_kind)
    }

    fn hit(&mut self, location: &Location, hit: &Hit, place: Place, at: Option<&str>, facts: &InBlock<'_>) {
        let index = usize::from(hit.kind);
        self.people.hit(hit);
        let Some(counters) = self.counters.get_mut(index) else { return };
        if counters.count == 0 {
            self.touched.push(index);
        }
        counters.count += 1;
        if let Some(count) = counters.by_confidence.get_mut(hit.confidence as usize) {
            *count += 1;
        }
        counters.distinct.add(hit.hash, self.options.limits.distinct_exact);
        counters.first.get_or_insert((place.bounds().0, facts.line.map(|(line, _)| line)));
        self.progress.findings.fetch_add(1, Ordering::Relaxed);
        if !self.is_listed(index) || !self.may_deliver(index) {
            return;
        }
        let Some(kind) = self.catalog.kinds().get(index) else { return };
        let finding = Finding {
            kind,
            location,
            at,
            place,
            value: Matched::new(facts.value()),
            confidence: hit.confidence,
            evidence: hit.evidence,
            encoding: facts.map.encoding(hit.range().start).name(),
            views: facts.viewed.map_or(&[][..], |viewed| &viewed.kinds),
            facts,
        };
        let flow = self.sink.finding(&finding);
        self.flow(flow);
    }

    /// The counters of the item at hand, for going on with it later.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        let counted = self.counters.iter().enumerate().filter(|(_, counters)| counters.count > 0);
        let tallies = counted.map(|(kind, counters)| Counted {
            kind,
            count: counters.count,
            by_confidence: counters.by_confidence,
            distinct: counters.distinct.clone(),
            first: counters.first,
            delivered: counters.delivered,
        });
        Checkpoint {
            lines: self.lines_before,
            read: self.bytes_scanned,
            listed: self.listed_findings,
            over_limit: self.over_limit,
            counts: self.judge.counts().clone(),
            tallies: tallies.collect(),
            ..Checkpoint::default()
        }
    }

    /// Goes on with an item from its counters; nothing of it was counted yet.
    pub(super) fn restore(&mut self, from: &Checkpoint) {
        self.judge.restore(from.counts.clone());
        self.lines_before = from.lines;
        // Blocks end with a record.
        self.line_start = from.offset();
        self.bytes_scanned = from.read;
        self.listed_findings = from.listed;
        self.over_limit = from.over_limit;
        for known in &from.tallies {
            let Some(counters) = self.counters.get_mut(known.kind) else { continue };
            self.touched.push(known.kind);
            *counters = Counters {
                count: known.count,
                by_confidence: known.by_confidence,
                distinct: known.distinct.clone(),
                first: known.first,
                delivered: known.delivered,
            };
        }
    }

    /// The end of an item: its state, its tallies, its ledger line.
    pub(super) fn end(&mut self, location: &Location, ending: Ending) {
        self.ledger.list();
        self.people.end_record();
        let dropped = self.judge.next_stream();
        self.ledger.undecided_dropped += dropped;
        self.touched.sort_unstable();
        let trace = if self.wants.traces { self.trace(dropped, ending.known.is_some()) } else { Vec::new() };
        let found = self.problem.take();
        let (mut reason, mut detail) = match (ending.reason, found) {
            // What the reader said of the whole outweighs what one block met.
            (Some(Reason::UnknownBinary), Some((own, text))) => (Some(own), Some(text)),
            (Some(reason), _) => (Some(reason), ending.detail),
            (None, Some((reason, text))) => (Some(reason), Some(text)),
            (None, None) => (None, None),
        };
        if self.over_limit && reason.is_none_or(|reason| reason == Reason::UnknownBinary) {
            reason = Some(Reason::LimitFindings);
            detail = None;
        }
        let state = reason.map_or(State::ScannedFull, Reason::state);
        let accepted = reason.is_some_and(|reason| Ledger::accepts(&self.options.accepted, reason));
        let mut tallies = Vec::with_capacity(self.touched.len());
        for index in std::mem::take(&mut self.touched) {
            let Some(counters) = self.counters.get_mut(index).map(std::mem::take) else { continue };
            let (distinct, distinct_estimated) = counters.distinct.count_among(counters.count);
            let (first_start, first_line) = counters.first.unwrap_or_default();
            tallies.push(Tally {
                kind_index: index,
                count: counters.count,
                by_confidence: counters.by_confidence,
                distinct,
                distinct_estimated,
                first_start,
                first_line,
            });
            if let Some((total, all)) = self.totals.get_mut(index) {
                total.count += counters.count;
                total.by_confidence.iter_mut().zip(counters.by_confidence).for_each(|(sum, count)| *sum += count);
                all.merge(&counters.distinct, self.options.limits.distinct_exact);
            }
        }
        let record = ItemRecord {
            location,
            state,
            reason,
            accepted,
            bytes_total: ending.bytes_total,
            bytes_scanned: ending.bytes_scanned.unwrap_or(self.bytes_scanned),
            meta: ending.meta,
            tallies: &tallies,
            kinds: self.catalog.kinds(),
            trace: &trace,
            known: ending.known,
        };
        self.ledger.end(&record);
        let ended = if record.known.is_some() { &self.progress.unchanged } else { &self.progress.items };
        ended.fetch_add(1, Ordering::Relaxed);
        if self.stopped.is_none() {
            if let Some(reason) = reason {
                let problem = Problem { location: location.clone(), reason, detail };
                let flow = self.sink.problem(&problem);
                self.flow(flow);
            }
            let flow = self.sink.item(&record);
            self.flow(flow);
        }
        self.bytes_scanned = 0;
        self.controls = Controls::default();
        self.lines_before = 0;
        self.line_start = 0;
        self.listed_findings = 0;
        self.over_limit = false;
    }

    /// What it takes to count the content of the item at hand again; what stands in its name is counted with it from here
    /// on.
    fn trace(&mut self, dropped: u64, known: bool) -> Vec<u8> {
        let records = self.people.traced();
        let counters = self.touched.iter().filter_map(|index| Some((*index, self.counters.get(*index)?)));
        let trace = if known { Vec::new() } else { records.encode(counters, dropped) };
        for (index, mut named) in std::mem::take(&mut self.named) {
            let Some(counters) = self.counters.get_mut(index) else { continue };
            named.add(counters, self.options.limits.distinct_exact);
            *counters = named;
            if let Err(place) = self.touched.binary_search(&index) {
                self.touched.insert(place, index);
            }
        }
        trace
    }

    /// Fills in what is known only at the end.
    pub(super) fn finish(mut self) -> (Ledger, Option<Stop>) {
        self.ledger.totals = self
            .totals
            .into_iter()
            .map(|(total, distinct)| {
                let (count, estimated) = distinct.count_among(total.count);
                KindTotal { distinct: count, distinct_estimated: estimated, ..total }
            })
            .collect();
        self.ledger.people = self.people.count();
        (self.ledger, self.stopped)
    }
}

/// How much of a path, up to a folder, is that of another one.
fn common_folders(path: &[u8], last: &[u8]) -> usize {
    let common = path.iter().zip(last).take_while(|(left, right)| left == right).count();
    memchr::memrchr(b'/', slice(path, 0, common)).map_or(0, |slash| slash + 1)
}

/// Facts of a finding that is known, but for its value.
struct OfKnown<'k>(&'k KnownFinding);

impl Facts for OfKnown<'_> {
    fn line_column(&self) -> Option<(u64, u64)> {
        self.0.line_column
    }

    fn normal(&self, _out: &mut Vec<u8>) {}

    fn record(&self) -> Option<Record> {
        self.0.record
    }

    fn field(&self) -> Option<String> {
        self.0.field.clone()
    }

    fn kept(&self) -> Option<(&str, [u8; 16])> {
        Some((&self.0.masked, self.0.fingerprint))
    }
}

/// How far from a hit the ends of its record may lie, in bytes: less than what is kept around it.
const RECORD_BYTES: usize = KEPT_AROUND - 16;

/// Dear facts of a hit, worked out from the bytes of its block.
struct InBlock<'a> {
    catalog: &'a Catalog,
    bytes: &'a [u8],
    hit: &'a Hit,
    layout: &'a Layout,
    /// Reads fields on from hit to hit.
    finder: &'a RefCell<field::Finder>,
    shown: &'a RefCell<Shown>,
    map: &'a Map,
    /// What it reads, if a derived view shows it.
    viewed: Option<&'a Viewed>,
    /// Raw bytes of the stream before the block's.
    base: u64,
    /// Offset of the block in the text of the stream.
    text_base: u64,
    in_path: bool,
    /// Whether the stream begins with the block.
    begins: bool,
    /// The number of its line, and where that begins in the stream.
    line: Option<(u64, u64)>,
}

impl InBlock<'_> {
    /// The name of the field as it is written.
    fn written_field(&self) -> Option<String> {
        if let Some(viewed) = self.viewed {
            return viewed.field.as_ref().map(ToString::to_string);
        }
        let mut finder = self.finder.borrow_mut();
        let name = finder.name(self.bytes, self.text_base, self.hit.range().start, self.layout)?;
        let read = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        Some(match name {
            Name::SqlColumn(index) => read(finder.sql_column(index)),
            Name::Label(range) => return self.telling(slice(self.bytes, range.start, range.end)),
            Name::Key(range) | Name::Header(range) => read(slice(self.bytes, range.start, range.end)),
            Name::Column(index) => {
                self.layout.table.as_ref().filter(|table| !table.guessed)?.columns.get(index)?.clone()
            }
        })
    }

    /// What of a label in running text may be shown: the words that name a detector. Those beside them may be a value
    /// themselves, such as whose password it is.
    fn telling(&self, label: &[u8]) -> Option<String> {
        let mut words: Vec<&[u8]> = label.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let joined = |words: &[&[u8]]| words.join(&b' ');
        if !self.says(&joined(&words)) {
            return None;
        }
        let idle = |word: Option<&&[u8]>, rest: Option<&[&[u8]]>| {
            word.is_some_and(|word| !self.says(word)) && rest.is_some_and(|rest| self.says(&joined(rest)))
        };
        while idle(words.first(), words.get(1..)) {
            words.remove(0);
        }
        while idle(words.last(), words.len().checked_sub(1).and_then(|last| words.get(..last))) {
            words.pop();
        }
        Some(String::from_utf8_lossy(&joined(&words)).into_owned())
    }

    /// Whether words name a detector; others may be a value themselves.
    fn says(&self, words: &[u8]) -> bool {
        !self.catalog.names.meaning(words, &self.catalog.keywords, &self.catalog.groups).raise.is_empty()
    }

    /// The line around the hit; none if it is so long that one of its ends is not at hand.
    fn line_range(&self) -> Option<Range<usize>> {
        let at = self.hit.range().start;
        let from = at.saturating_sub(RECORD_BYTES);
        let start = match memchr::memrchr(b'\n', slice(self.bytes, from, at)) {
            Some(end) => from + end + 1,
            None if from == 0 && self.begins => 0,
            None => return None,
        };
        let end = match memchr::memchr(b'\n', slice(self.bytes, at, at + RECORD_BYTES)) {
            Some(end) => at + end,
            None if at + RECORD_BYTES >= self.bytes.len() => self.bytes.len(),
            None => return None,
        };
        Some(start..end)
    }

    /// The value as it reads.
    fn value(&self) -> &[u8] {
        let range = self.hit.range();
        self.viewed.map_or_else(|| slice(self.bytes, range.start, range.end), |viewed| &viewed.value)
    }

    /// Where a range of the text stands in the stream.
    fn raw(&self, range: Range<usize>) -> RawSpan {
        let raw = |i: usize| self.base + self.map.raw(self.bytes, i) as u64;
        RawSpan { start: raw(range.start), end: raw(range.end) }
    }
}

impl Facts for InBlock<'_> {
    fn line_column(&self) -> Option<(u64, u64)> {
        let (line, line_start) = self.line?;
        let at = self.raw(self.hit.range()).start;
        Some((line, at.saturating_sub(line_start) + 1))
    }

    fn normal(&self, out: &mut Vec<u8>) {
        if let Some(rule) = self.catalog.rule_of(self.hit.kind) {
            normal_form(rule, self.value(), out);
        }
    }

    fn parts(&self, each: &mut dyn FnMut(RawSpan, &[u8])) {
        let Some(rule) = self.catalog.rule_of(self.hit.kind).filter(|_| self.hit.joined) else { return };
        let (start, value) = (self.hit.range().start, self.value());
        let mut normal = Vec::new();
        for part in neighbour::values(value) {
            normal_form(rule, slice(value, part.start, part.end), &mut normal);
            each(self.raw(start + part.start..start + part.end), &normal);
        }
    }

    fn record(&self) -> Option<Record> {
        if self.in_path {
            return None;
        }
        let line = self.line_range()?;
        let text = slice(self.bytes, line.start, line.end).trim_ascii_start();
        let kind = match text.first() {
            _ if self.layout.table.is_some() => "row",
            Some(b'{') => "object",
            Some(b'(') if self.layout.sql => "row",
            _ => "line",
        };
        Some(Record { kind, span: self.raw(line) })
    }

    fn field(&self) -> Option<String> {
        // What names a field may be a value itself: the name of a person.
        let is_plain = |field: &str| field.is_ascii() && !field.bytes().any(|byte| byte.is_ascii_uppercase());
        let is_shown = |field: &str| is_plain(field) || !may_name_person(field, self.says(field.as_bytes()));
        self.written_field().filter(|field| self.shown.borrow_mut().ask(field, is_shown))
    }
}

/// Names of fields that have been asked for, and whether they may be shown: a column has one name for all its values.
#[derive(Debug, Default)]
struct Shown(Vec<(Box<str>, bool)>);

impl Shown {
    /// Most names that are remembered.
    const MOST: usize = 16;
    /// Longest of them, in bytes.
    const LONGEST_BYTES: usize = 256;

    fn ask(&mut self, name: &str, is_shown: impl FnOnce(&str) -> bool) -> bool {
        if let Some((_, shown)) = self.0.iter().find(|(known, _)| **known == *name) {
            return *shown;
        }
        let shown = is_shown(name);
        if name.len() <= Self::LONGEST_BYTES {
            if self.0.len() == Self::MOST {
                self.0.clear();
            }
            self.0.push((name.into(), shown));
        }
        shown
    }
}
