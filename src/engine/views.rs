//! Values that stand escaped or encoded: derived views of a step's text are scanned like blocks of their own, and what is
//! found is set against what the text itself showed.

use super::content::Carries;
use super::unnamed::{self, Unnamed};
use crate::detect::{Before, Block, Hit, Scanner};
use crate::finding::Confidence;
use crate::limits::Limits;
use crate::problem::Reason;
use crate::text::encoding::{Coding, Text};
use crate::text::field::{self, Name};
use crate::text::layout::{Layout, Lines};
use crate::text::slice;
use crate::text::view::{Kind, Method, STRETCH_BYTES, Stretch, View};
use crate::unpack;
use std::ops::Range;

/// Raw hits looked at before the place of one in a view.
const NEIGHBOURS: usize = 16;

/// What a hit in a view reads.
#[derive(Clone, Debug)]
pub(super) struct Viewed {
    /// The value, decoded.
    pub(super) value: Box<[u8]>,
    /// The field it stands in.
    pub(super) field: Option<Box<str>>,
    /// How it was hidden, the outermost first.
    pub(super) kinds: Box<[&'static str]>,
}

/// Scans views; one for each thread.
#[derive(Default)]
pub(super) struct Views<'c> {
    scanner: Option<Scanner<'c>>,
    found: Vec<(Hit, Viewed)>,
    unread: Unread,
    /// Bytes between the first stretch that goes on behind the last step, and that step's end; 0 if there is none.
    reach: usize,
}

/// Encoded text that was not read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unread {
    /// It is longer than what is decoded of it, or a file that nothing opens.
    pub(super) cut: bool,
    /// It is a file that is opened elsewhere.
    pub(super) files: bool,
}

/// How far before a block the mark of a stretch may stand that goes on in it: a stretch, and the header of its part.
const REACH_BYTES: usize = STRETCH_BYTES + (4 << 10);

/// One level of views: the text with encoded stretches in it, and the way back from it.
struct Level<'l> {
    text: &'l [u8],
    /// The part of it that is looked through, and the stretches whose marks stand there.
    own: Range<usize>,
    stretches: &'l [Stretch],
    /// Levels that may still follow.
    depth: usize,
    kinds: &'l [&'static str],
    back: &'l dyn Fn(Range<usize>) -> Range<usize>,
    /// When files in it are opened elsewhere.
    carries: Carries,
}

impl Level<'_> {
    /// What is not read of a stretch that is a file.
    fn closed(&self, stretch: &Stretch) -> Unread {
        let files = self.carries != Carries::Never && unpack::begins(self.text, stretch.range.start);
        Unread { cut: !files, files }
    }
}

/// How far behind its own bytes a stretch is looked for that may show a value which begins in them.
const NEAR_BYTES: usize = 512;

/// The first stretch of its kind in a part of a text.
type Search = fn(&[u8], Range<usize>) -> Option<Stretch>;

impl<'c> Views<'c> {
    /// Forgets everything after a panic.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// What encoded text of the last block was not read.
    pub(super) fn unread(&self) -> Unread {
        self.unread
    }

    fn note(&mut self, unread: Unread) {
        self.unread.cut |= unread.cut;
        self.unread.files |= unread.files;
    }

    /// Adds what the views of a block show to the hits in it.
    /// `scanner` has just scanned the block.
    pub(super) fn add(
        &mut self, make: &dyn Fn() -> Scanner<'c>, (block, scanner): (&Block<'_>, &Scanner<'c>), hits: &mut Vec<Hit>,
        least: Confidence, limits: &Limits, carries: Carries,
    ) -> Vec<Viewed> {
        self.found.clear();
        self.unread = Unread::default();
        let level = Level {
            text: block.bytes,
            own: block.own.clone(),
            stretches: scanner.stretches(),
            depth: limits.view_depth,
            kinds: &[],
            back: &|range| range,
            carries,
        };
        let reach = if block.goes_on { self.reach } else { REACH_BYTES };
        self.reach = 0;
        // Stretches that began before the block and go on in it: bodies of many lines.
        let start = block.own.start;
        for stretch in scanner.stretches_in(block.bytes, start.saturating_sub(reach)..start) {
            if is_body(&stretch) && stretch.range.end > start {
                self.stretch(make, block, &level, &stretch, &mut <(View, Text)>::default(), least);
            }
        }
        self.level(make, block, &level, least);
        self.unnamed(make, block, &level, least);
        // Populations are those of the text itself: escaped numbers are not counted with them.
        if let Some(scanner) = &mut self.scanner {
            drop(scanner.take_counts());
        }
        if self.found.is_empty() {
            return Vec::new();
        }
        let found = std::mem::take(&mut self.found);
        merge(hits, found.into_iter().filter(|(hit, _)| block.own.contains(&(hit.start as usize))).collect())
    }

    /// Looks at blocks of letters that no mark points at.
    fn unnamed(&mut self, make: &dyn Fn() -> Scanner<'c>, block: &Block<'_>, level: &Level<'_>, least: Confidence) {
        let (mut from, mut seen, mut buffers) = (level.own.start, 0, <(View, Text)>::default());
        while let Some((found, next)) = unnamed::next(level.text, from, level.own.end) {
            from = next;
            match found {
                Unnamed::Uu => {
                    let cut = level.carries == Carries::Never;
                    self.note(Unread { cut, files: !cut });
                }
                Unnamed::Base64(stretch) if stretch.range.start >= seen => {
                    seen = stretch.range.end;
                    self.stretch(make, block, level, &stretch, &mut buffers, least);
                }
                Unnamed::Base64(_) => {}
            }
        }
    }

    fn level(&mut self, make: &dyn Fn() -> Scanner<'c>, block: &Block<'_>, level: &Level<'_>, least: Confidence) {
        if level.depth == 0 {
            return;
        }
        let (mut from, mut buffers) = (level.own.start, <(View, Text)>::default());
        for stretch in level.stretches {
            if level.kinds.is_empty() && self.reach == 0 && is_body(stretch) && stretch.range.end > level.own.end {
                self.reach = level.own.end.saturating_sub(from);
            }
            from = stretch.goes_on();
            self.stretch(make, block, level, stretch, &mut buffers, least);
        }
        // What a terminal shows, and lines that go on, are never inside of something else.
        let (first, lines) = (level.kinds.is_empty(), block.layout.lines);
        let searches: [(bool, usize, Search); 4] = [
            (true, 0, Stretch::hidden),
            (lines == Lines::Tagged, 0, Stretch::marked_up),
            (first, 0, Stretch::coloured),
            // A line that goes on may have begun before the border, which stands behind a line end.
            (first && lines == Lines::Folded, REACH_BYTES, Stretch::folded),
        ];
        for (_, back, search) in searches.into_iter().filter(|(wanted, ..)| *wanted) {
            // A value may begin before the border that stands behind one of its tags.
            let end = (level.own.end + NEAR_BYTES).min(level.text.len());
            let mut rest = level.own.start.saturating_sub(back)..end;
            while let Some(stretch) = search(level.text, rest.clone()) {
                rest.start = stretch.goes_on();
                if stretch.range.end > level.own.start {
                    self.stretch(make, block, level, &stretch, &mut buffers, least);
                }
            }
        }
    }

    /// Decodes a stretch and scans what it reads, and what is encoded in that. The buffers are used again and again.
    fn stretch(
        &mut self, make: &dyn Fn() -> Scanner<'c>, block: &Block<'_>, level: &Level<'_>, stretch: &Stretch,
        (view, text): &mut (View, Text), least: Confidence,
    ) {
        let Some(depth) = level.depth.checked_sub(1) else { return };
        if !view.read(level.text, stretch) {
            if is_closed_file(&stretch.head(level.text)) {
                self.note(level.closed(stretch));
            }
            return;
        }
        let of_body = is_body(stretch) || stretch.method == Method::Hex;
        let coding = if of_body { Coding::sniff(view.own()) } else { Coding::default() };
        let coding = Coding { wide: coding.wide.filter(|_| view.own_start() == 0), ..coding };
        let decoded = text.read(view.bytes(), 0, coding);
        let bytes = if decoded { text.bytes() } else { view.bytes() };
        let own = if decoded { text.map().text(bytes, view.own_start()) } else { view.own_start() };
        if of_body && !is_text(slice(bytes, own, bytes.len())) {
            if is_closed_file(view.own()) {
                self.note(level.closed(stretch));
            }
            return;
        }
        // Nothing stands behind the last block of a stream.
        let ends = stretch.range.end == level.text.len() && block.own.end < block.bytes.len();
        self.unread.cut |= of_body && level.kinds.is_empty() && (ends || stretch.range.len() >= STRETCH_BYTES);
        // Several lines in one: a table or dump of its own.
        let several = memchr::memchr_iter(b'\n', slice(bytes, own, bytes.len())).nth(1).is_some();
        let layout = if several { &Layout::sniff(slice(bytes, own, bytes.len())) } else { block.layout };
        let mut kinds = level.kinds.to_vec();
        kinds.extend(view.kinds().map(Kind::name));
        let back = |range: Range<usize>| {
            let raw = |i: usize| if decoded { text.map().raw(bytes, i) } else { i };
            (level.back)(view.source(&(raw(range.start)..raw(range.end))))
        };
        let inner = Block { bytes, own: own..bytes.len(), base: 0, before: Before::default(), goes_on: false, layout };
        let scanner = self.scanner.get_or_insert_with(make);
        // What is decoded is no one range of bytes.
        scanner.keep_parts(true);
        for hit in scanner.scan(&inner).iter().filter(|hit| hit.confidence >= least) {
            let range = hit.range();
            let source = back(range.clone());
            let (Ok(start), Ok(len)) = (u32::try_from(source.start), u16::try_from(source.len())) else { continue };
            let viewed = Viewed {
                value: slice(bytes, range.start, range.end).into(),
                field: field_of(&inner, range.start),
                kinds: kinds.as_slice().into(),
            };
            self.found.push((Hit { start, len, ..*hit }, viewed));
        }
        let stretches = scanner.stretches().to_vec();
        let own = own..bytes.len();
        let deeper = Level {
            text: bytes,
            own,
            stretches: &stretches,
            depth,
            kinds: &kinds,
            back: &back,
            carries: Carries::Never,
        };
        self.level(make, block, &deeper, least);
    }
}

/// Whether a stretch is a body of lines, which may go on behind the step that its mark stands in.
fn is_body(stretch: &Stretch) -> bool {
    matches!(stretch.method, Method::Base64 | Method::QuotedPrintable)
}

/// Whether decoded bytes are a document or archive, which nothing opens here.
fn is_closed_file(bytes: &[u8]) -> bool {
    unpack::recognise(bytes).is_some_and(|kind| kind.closed() == Some(Reason::Unsupported))
}

/// Whether decoded bytes are text: control characters are rare in it.
fn is_text(bytes: &[u8]) -> bool {
    let odd = bytes.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t')).count();
    odd * 20 <= bytes.len()
}

fn field_of(block: &Block<'_>, start: usize) -> Option<Box<str>> {
    let mut finder = field::Finder::default();
    let read = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    let name = match finder.name(block.bytes, 0, start, block.layout)? {
        Name::SqlColumn(index) => read(finder.sql_column(index)),
        Name::Key(range) | Name::Header(range) => read(slice(block.bytes, range.start, range.end)),
        // Words that may be none.
        Name::Label(_) => return None,
        Name::Column(index) => block.layout.table.as_ref().filter(|table| !table.guessed)?.columns.get(index)?.clone(),
    };
    Some(name.into_boxed_str())
}

/// What becomes of a hit of the text itself beside one in a view.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rival {
    /// Both stand.
    Apart,
    /// The view shows nothing new.
    Known,
    /// The view shows it better.
    Worse,
}

fn rival(raw: &Hit, seen: &Hit) -> Rival {
    let (text, view) = (raw.range(), seen.range());
    if text.end <= view.start || view.end <= text.start {
        return Rival::Apart;
    }
    if raw.kind == seen.kind {
        let same = raw.hash == seen.hash && raw.confidence >= seen.confidence;
        return if same { Rival::Known } else { Rival::Worse };
    }
    // A longer value of another kind may hold one in a view: an address in a token.
    let holds = text.start <= view.start && text.end >= view.end && text != view;
    if holds { Rival::Apart } else { Rival::Worse }
}

/// Sets hits in views against those of the text itself; gives what the hits that stay read.
fn merge(hits: &mut Vec<Hit>, mut found: Vec<(Hit, Viewed)>) -> Vec<Viewed> {
    found.sort_by_key(|(hit, _)| (hit.start, std::cmp::Reverse(hit.len), hit.kind));
    let mut seen: Vec<(Hit, Viewed)> = Vec::new();
    for (hit, viewed) in found {
        // Stretches overlap, and inner views show again what outer ones do: the surer and longer reading stays.
        let range = hit.range();
        let rival = seen.iter().rposition(|(other, _)| {
            let other_range = other.range();
            let overlap = other_range.start < range.end && range.start < other_range.end;
            overlap && (other.kind == hit.kind || other_range == range)
        });
        match rival.and_then(|i| seen.get_mut(i)) {
            None => seen.push((hit, viewed)),
            Some(known) if hit.confidence > known.0.confidence => *known = (hit, viewed),
            Some(_) => {}
        }
    }
    let mut worse = vec![false; hits.len()];
    seen.retain(|(hit, _)| {
        let until = hits.partition_point(|raw| (raw.start as usize) < hit.range().end);
        let near = until.saturating_sub(NEIGHBOURS)..until;
        let rivals = || near.clone().filter_map(|i| hits.get(i).map(|raw| (i, rival(raw, hit))));
        if rivals().any(|(_, rival)| rival == Rival::Known) {
            return false;
        }
        for (i, rival) in rivals() {
            if let Some(worse) = worse.get_mut(i) {
                *worse |= rival == Rival::Worse;
            }
        }
        true
    });
    let mut kept = worse.iter();
    hits.retain(|_| kept.next().is_some_and(|worse| !worse));
    let mut texts = Vec::with_capacity(seen.len());
    for (hit, viewed) in seen.into_iter().take(usize::from(u16::MAX) - 1) {
        texts.push(viewed);
        hits.push(Hit { view: texts.len() as u16, ..hit });
    }
    hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.len), hit.kind));
    texts
}
