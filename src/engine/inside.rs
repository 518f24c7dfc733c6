//! Goes down into containers: each thing inside becomes an item of its own, in the order in which it stands there.
//!
//! One worker opens a file and everything in it; nothing is written anywhere. What fits into a block is scanned at
//! once. A longer stream is cut into blocks here, and whoever is free scans them ([`Fed`]). The text of a container
//! itself comes last, as blocks of its own item.

use super::block::{BlockResult, Hands, Job, Part, PathHits};
use super::committer::Ending;
use super::content::{Carries, Nature};
use super::queue::{Large, Shared, Small, Work, lock};
use super::stream::{Cut, Cutter};
use crate::ledger::Ledger;
use crate::location::Location;
use crate::problem::{Breaks, Reason};
use crate::read::{Bytes, FileId};
use crate::sink::ItemMeta;
use crate::text::layout::{Layout, SNIFF_BYTES, Table};
use crate::unpack::{self, At, Budget, Carriers, Child, Fault, InMemory, Input, Text};
use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A container that has been told by its first bytes.
pub(super) struct Whole {
    pub(super) location: Location,
    pub(super) path_hits: PathHits,
    pub(super) nature: Nature,
    /// Its own name, without folders.
    pub(super) name: String,
    pub(super) ending: Ending,
}

/// A block from inside a container that nobody has scanned yet.
pub(super) struct Waiting {
    pub(super) index: u64,
    pub(super) cut: Cut,
    pub(super) part: Option<Part>,
}

/// Blocks of an item inside a container.
pub(super) struct Fed {
    waiting: Mutex<VecDeque<Waiting>>,
    /// How the item ended, once that is known.
    ending: Mutex<Option<Ending>>,
    /// The file that it all lies in.
    pub(super) identity: Option<FileId>,
}

impl Fed {
    pub(super) fn take(&self) -> Option<Waiting> {
        lock(&self.waiting).pop_front()
    }

    pub(super) fn ending(&self) -> Option<Ending> {
        lock(&self.ending).take()
    }
}

/// The file that is being opened.
struct Root {
    batch: u64,
    order: u64,
    identity: Option<FileId>,
    /// Whoever may read the file may read what is inside.
    meta: ItemMeta,
    budget: Budget,
    /// Large items shared so far.
    shared: Cell<u64>,
}

/// What has been seen of one container.
struct Level<'l> {
    root: &'l Root,
    location: &'l Location,
    nature: &'l Nature,
    /// Containers around its members.
    depth: u32,
    /// Its own text and bytes, as an item that is being fed.
    own: Option<Arc<Large>>,
    /// Values in its name, until they are handed in.
    path_hits: PathHits,
    /// Bytes of decoded text so far.
    text_bytes: u64,
    /// What kept it from being read in full.
    fault: Option<Fault>,
    /// Something inside was not read in full, and says so itself.
    unread: bool,
    interrupted: bool,
}

impl<'l> Level<'l> {
    /// Nothing has been seen yet; `depth` containers stand around this one.
    fn new(root: &'l Root, location: &'l Location, nature: &'l Nature, depth: u32, path_hits: PathHits) -> Self {
        Self {
            root,
            location,
            nature,
            depth: depth + 1,
            own: None,
            path_hits,
            text_bytes: 0,
            fault: None,
            unread: false,
            interrupted: false,
        }
    }

    fn note(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }
}

impl Work<'_> {
    /// Opens the files that stand encoded in a text, and hands them in; `is_seen` says that there is one. Gives what was
    /// not read.
    pub(super) fn carried(
        &self, batch: u64, location: &Location, ending: &Ending, (text, is_seen): (&dyn Bytes, bool),
        hands: &mut Hands<'_>,
    ) -> Option<Fault> {
        self.files_in(&self.root(batch, ending), location, 0, (text, is_seen), hands)
    }

    fn files_in(
        &self, root: &Root, location: &Location, depth: u32, (text, is_seen): (&dyn Bytes, bool), hands: &mut Hands<'_>,
    ) -> Option<Fault> {
        let nature = Nature::default();
        let mut level = Level::new(root, location, &nature, depth, PathHits::default());
        let carriers = self.carriers.get_or_init(Carriers::default);
        let mut count = 0;
        let opened = carriers.open(text, &mut |child| {
            count += 1;
            self.child(&mut level, child, hands)
        });
        let is_unread = level.unread || is_seen && count == 0;
        let unread = is_unread.then(|| Fault::new(Reason::UnreadPart, "a file that stands encoded in it"));
        opened.err().or(level.fault).or(unread)
    }

    fn root(&self, batch: u64, ending: &Ending) -> Root {
        Root {
            batch,
            order: ending.order,
            identity: ending.identity,
            meta: ending.meta,
            budget: Budget::new(self.options.limits.unpack, ending.bytes_total)
                .with_passwords(self.options.passwords.clone()),
            shared: Cell::new(0),
        }
    }

    /// Opens a file that is a container: hands in everything in it, then the file.
    pub(super) fn descend(&self, batch: u64, whole: Whole, input: Input<'_>, hands: &mut Hands<'_>) {
        let root = self.root(batch, &whole.ending);
        match input {
            Input::Bytes(bytes) => {
                let counted = Counted { bytes, read: AtomicU64::new(0) };
                let read = || counted.read.load(Ordering::Relaxed).min(bytes.size());
                self.container(&root, whole, 0, Input::Bytes(&counted), &read, Some(bytes), hands);
            }
            Input::Stream(stream) => {
                let count = Cell::new(0);
                let mut patient = Patient { stream, stop: self, count: &count };
                self.container(&root, whole, 0, Input::Stream(&mut patient), &|| count.get(), None, hands);
            }
        }
    }

    /// Hands in what lies in a container, then the container. Gives whether all of it was read in full.
    #[expect(clippy::too_many_arguments, reason = "where it is, what it is, and who works")]
    fn container(
        &self, root: &Root, whole: Whole, depth: u32, input: Input<'_>, read: &dyn Fn() -> u64,
        file: Option<&dyn Bytes>, hands: &mut Hands<'_>,
    ) -> bool {
        let Whole { location, path_hits, nature, name, mut ending } = whole;
        let mut level = Level::new(root, &location, &nature, depth, path_hits);
        let kind = nature.container;
        let opened = catch_unwind(AssertUnwindSafe(|| {
            kind.map_or(Ok(()), |kind| {
                let helper = self.options.helper.as_deref();
                let children = &mut |child: Child<'_>| self.child(&mut level, child, hands);
                unpack::open(kind, input, &name, &root.budget, helper, children)
            })
        }));
        ending.bytes_scanned = Some(read());
        let fault = match opened {
            _ if level.interrupted => Some(Fault { reason: Reason::NotReached, detail: None }),
            Err(_) => Some(Fault::new(Reason::Internal, "a bug in the reader of this format")),
            Ok(Err(fault)) => Some(fault),
            Ok(Ok(())) => None,
        };
        // What only makes the bytes between members doubtful comes last.
        let (own, doubt) = match level.fault.take() {
            Some(fault) if fault.reason == Reason::UnknownBinary => (None, Some(fault)),
            own => (own, None),
        };
        let fault = fault
            .or(own)
            .or_else(|| file?.finish(file?.size()).map(|(reason, detail)| Fault::new(reason, detail)))
            .or_else(|| level.unread.then_some(Fault { reason: Reason::UnreadPart, detail: None }))
            .or(doubt)
            .or_else(|| nature.reason.map(|reason| Fault { reason, detail: None }));
        if let Some(fault) = fault {
            (ending.reason, ending.detail) = (Some(fault.reason), fault.detail);
        }
        if ending.bytes_total.is_none() && ending.reason.is_none_or(|reason| reason == Reason::UnreadPart) {
            ending.bytes_total = ending.bytes_scanned;
        }
        let is_full = self.is_full(ending.reason);
        let (own, path_hits) = (level.own.take(), std::mem::take(&mut level.path_hits));
        match own {
            Some(large) => self.finish(&large, ending, hands),
            None => self.submit(root.batch, Small { location, path_hits, nature, block: None, ending, known: None }),
        }
        is_full
    }

    /// Whether an item with this end leaves no gap.
    fn is_full(&self, reason: Option<Reason>) -> bool {
        reason.is_none_or(|reason| reason.breaks() == Breaks::Never || Ledger::accepts(&self.options.accepted, reason))
    }

    fn child(&self, level: &mut Level<'_>, child: Child<'_>, hands: &mut Hands<'_>) -> ControlFlow<()> {
        if self.ending() {
            level.interrupted = true;
            return ControlFlow::Break(());
        }
        match child {
            Child::Member { name, bytes } => {
                if let Err(fault) = level.root.budget.member() {
                    level.note(fault);
                    return ControlFlow::Break(());
                }
                level.unread |= !self.member(level, name, bytes, hands);
            }
            Child::Closed { name, fault } => {
                if let Err(fault) = level.root.budget.member() {
                    level.note(fault);
                    return ControlFlow::Break(());
                }
                let location = level.location.inside(name);
                let path_hits = self.path_hits(&location, hands);
                // What is encrypted is told by the container itself.
                level.unread |= fault.reason != Reason::Encrypted && !self.is_full(Some(fault.reason));
                let nature = Nature::default();
                let ending = level.root.ending(Some(fault.reason), fault.detail);
                self.submit(level.root.batch, Small { location, path_hits, nature, block: None, ending, known: None });
            }
            Child::Text(text) => {
                let mut cutter = Cutter::new(Placed { text, places: VecDeque::new() });
                let mut nature = Nature::of_text(cutter.head(SNIFF_BYTES, self.stop));
                if let Some(columns) = cutter.reader().text.columns() {
                    nature.layout = Layout { table: Some(Table::tabbed(columns)), ..Layout::default() };
                }
                nature.addressed = true;
                let base = level.text_bytes;
                let (nature, mut at) = (Arc::new(nature), 0);
                cutter.keeps_before = nature.layout.sql;
                self.cut(&mut cutter, |cutter, cut| {
                    at = cut.from + cut.own.end as u64;
                    let places = cutter.reader().around(cut.from, cut.from + cut.bytes.len() as u64);
                    let part = Part { nature: Arc::clone(&nature), base, is_text: true, places };
                    let own = self.own(level, hands);
                    self.feed(&own, cut, Some(part), hands);
                });
                level.text_bytes += at;
                self.after(level, cutter.problem.take());
            }
            Child::Raw { start, bytes } => {
                let mut cutter = Cutter::new(bytes);
                let nature = Arc::new(Nature::of_text(cutter.head(SNIFF_BYTES, self.stop)));
                if let Some(reason) = nature.reason {
                    level.note(Fault::new(reason, "bytes that belong to no member"));
                }
                cutter.keeps_before = nature.layout.sql;
                self.cut(&mut cutter, |_, cut| {
                    let part = Part { nature: Arc::clone(&nature), base: start, is_text: false, places: Vec::new() };
                    let own = self.own(level, hands);
                    self.feed(&own, cut, Some(part), hands);
                });
                self.after(level, cutter.problem.take());
            }
        }
        if self.ending() {
            level.interrupted = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// Notes what ended a stream of the container's own.
    #[expect(clippy::unused_self, reason = "one of the steps of a child")]
    fn after(&self, level: &mut Level<'_>, problem: Option<(Reason, String)>) {
        if let Some((reason, detail)) = problem {
            level.note(Fault::new(reason, detail));
        }
    }

    /// Scans one member, or goes down into it. Gives whether it was read in full.
    fn member(&self, level: &Level<'_>, name: &str, bytes: &mut dyn Read, hands: &mut Hands<'_>) -> bool {
        let root = level.root;
        let location = level.location.inside(name);
        let path_hits = self.path_hits(&location, hands);
        let count = Cell::new(0);
        let mut cutter = Cutter::new(Patient { stream: bytes, stop: self, count: &count });
        let file_name = name.rsplit('/').next().unwrap_or_default();
        let mut nature = Nature::sniff(cutter.head(SNIFF_BYTES, self.stop), file_name);
        if nature.container.is_some() {
            let mut ending = root.ending(None, None);
            if let Err(fault) = root.budget.depth(level.depth) {
                (ending.reason, ending.detail) = (Some(fault.reason), fault.detail);
                self.submit(root.batch, Small { location, path_hits, nature, block: None, ending, known: None });
                return false;
            }
            let whole = Whole { location, path_hits, nature, name: file_name.to_owned(), ending };
            let mut reader = cutter.into_reader();
            return self.container(root, whole, level.depth, Input::Stream(&mut reader), &|| count.get(), None, hands);
        }
        if nature.is_closed() {
            let is_full = self.is_full(nature.reason);
            let ending = root.ending(nature.reason, None);
            self.submit(root.batch, Small { location, path_hits, nature, block: None, ending, known: None });
            return is_full;
        }
        cutter.keeps_before = nature.layout.sql;
        let first = cutter.block(0, &self.options.limits, self.stop);
        if !first.last {
            nature.carries = Carries::Never;
        }
        if first.last {
            let result = self.scanned(&nature, &first, None, hands);
            let unread = (nature.carries == Carries::Always || result.files)
                .then(|| self.files_in(root, &location, level.depth, (&InMemory(&first.bytes), result.files), hands))
                .flatten();
            let mut ending = root.ending(nature.reason, None);
            self.close(&mut ending, cutter.problem.take(), count.get());
            if let Some(fault) = unread.filter(|_| ending.reason.is_none()) {
                (ending.reason, ending.detail) = (Some(fault.reason), fault.detail);
            }
            let is_full = self.is_full(ending.reason) && result.problem.is_none();
            self.submit(root.batch, Small { location, path_hits, nature, block: Some(result), ending, known: None });
            return is_full;
        }
        let reason = nature.reason;
        let large = root.fed(location, path_hits, nature);
        self.share(&large);
        self.feed(&large, first, None, hands);
        self.cut_from(1, &mut cutter, |_, cut| self.feed(&large, cut, None, hands));
        let mut ending = root.ending(reason, None);
        self.close(&mut ending, cutter.problem.take(), count.get());
        let is_full = self.is_full(ending.reason);
        self.finish(&large, ending, hands);
        is_full
    }

    /// The end of a member that was read as text.
    fn close(&self, ending: &mut Ending, problem: Option<(Reason, String)>, read: u64) {
        if let Some((reason, detail)) = problem {
            (ending.reason, ending.detail) = (Some(reason), Some(detail));
        } else if self.ending() {
            ending.reason = Some(Reason::NotReached);
        } else {
            ending.bytes_total = Some(read);
        }
    }

    fn cut<R: Read>(&self, cutter: &mut Cutter<R>, take: impl FnMut(&mut Cutter<R>, Cut)) {
        self.cut_from(0, cutter, take);
    }

    /// Cuts a stream into blocks, from block `index` on.
    fn cut_from<R: Read>(&self, mut index: u64, cutter: &mut Cutter<R>, mut take: impl FnMut(&mut Cutter<R>, Cut)) {
        loop {
            let cut = cutter.block(index, &self.options.limits, self.stop);
            let last = cut.last;
            take(cutter, cut);
            if last || self.ending() {
                return;
            }
            index += 1;
        }
    }

    /// The item of a container's own text and bytes.
    fn own(&self, level: &mut Level<'_>, _hands: &mut Hands<'_>) -> Arc<Large> {
        let (root, location, nature) = (level.root, level.location, level.nature);
        let path_hits = &mut level.path_hits;
        let large = level.own.get_or_insert_with(|| {
            let large = root.fed(location.clone(), std::mem::take(path_hits), nature.clone());
            self.share(&large);
            large
        });
        Arc::clone(large)
    }

    /// Scans one block of a stream.
    pub(super) fn scanned(&self, nature: &Nature, cut: &Cut, part: Option<Part>, hands: &mut Hands<'_>) -> BlockResult {
        let own = part.as_ref().map(|part| Arc::clone(&part.nature));
        let nature = own.as_deref().unwrap_or(nature);
        let job = Job { nature, options: self.options, wants: &self.wants };
        let mut result = BlockResult::default();
        hands.steps(&cut.bytes, cut.from, cut.own.clone(), (false, cut.what_stands_before()), job, &mut result);
        hands.counted(&mut result);
        result.read = cut.own.len() as u64;
        result.part = part.map(|mut part| {
            part.keep(&result.steps);
            part.places.iter_mut().for_each(|(_, at)| hands.hide(at));
            Box::new(part)
        });
        result
    }

    /// Puts a block where whoever is free takes it; scans one itself if nobody is.
    fn feed(&self, large: &Arc<Large>, cut: Cut, part: Option<Part>, hands: &mut Hands<'_>) {
        let Shared::Fed(fed) = &large.content else { return };
        while !self.has_room(large) && !self.ending() {
            match fed.take() {
                Some(waiting) => self.fed(large, waiting, hands),
                None => self.wait(),
            }
        }
        let index = {
            let mut progress = lock(&large.progress);
            progress.taken += 1;
            progress.taken - 1
        };
        lock(&fed.waiting).push_back(Waiting { index, cut, part });
        self.changed.notify_all();
        // As many as there are others to scan them.
        while lock(&fed.waiting).len() >= self.options.jobs {
            match fed.take() {
                Some(waiting) => self.fed(large, waiting, hands),
                None => return,
            }
        }
    }

    /// No more blocks follow.
    fn finish(&self, large: &Arc<Large>, ending: Ending, hands: &mut Hands<'_>) {
        let Shared::Fed(fed) = &large.content else { return };
        *lock(&fed.ending) = Some(ending);
        {
            let mut progress = lock(&large.progress);
            progress.total = Some(progress.taken);
        }
        while let Some(waiting) = fed.take() {
            self.fed(large, waiting, hands);
        }
        self.commit();
    }
}

impl Root {
    fn ending(&self, reason: Option<Reason>, detail: Option<String>) -> Ending {
        Ending { reason, detail, identity: self.identity, order: self.order, meta: self.meta, ..Ending::default() }
    }

    fn fed(&self, location: Location, path_hits: PathHits, nature: Nature) -> Arc<Large> {
        self.shared.set(self.shared.get() + 1);
        let fed = Fed { waiting: Mutex::default(), ending: Mutex::default(), identity: self.identity };
        Large::fed(self.batch, (self.order, self.shared.get()), location, path_hits, nature, fed)
    }
}

/// Counts the bytes that are read out of a file.
struct Counted<'b> {
    bytes: &'b dyn Bytes,
    read: AtomicU64,
}

impl Bytes for Counted<'_> {
    fn size(&self) -> u64 {
        self.bytes.size()
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.bytes.read_at(buf, offset)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Counts the bytes of a stream, and waits for them for as long as the scan goes on: decoders cannot be interrupted in
/// the middle.
struct Patient<'p, 'w, 'e> {
    stream: &'p mut dyn Read,
    stop: &'w Work<'e>,
    count: &'p Cell<u64>,
}

impl Read for Patient<'_, '_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.stop.ending() {
                return Err(Fault { reason: Reason::NotReached, detail: None }.into());
            }
            match self.stream.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(count) => {
                    self.count.set(self.count.get() + count as u64);
                    return Ok(count);
                }
                error @ Err(_) => return error,
            }
        }
    }
}

/// Text, and the places in it that are still needed.
struct Placed<'t> {
    text: &'t mut dyn Text,
    places: VecDeque<(u64, At)>,
}

impl Placed<'_> {
    /// The places that hold between two offsets; what stands before them is not asked for again.
    fn around(&mut self, from: u64, until: u64) -> Vec<(u64, At)> {
        self.places.extend(self.text.places());
        while self.places.get(1).is_some_and(|(start, _)| *start <= from) {
            self.places.pop_front();
        }
        self.places.iter().take_while(|(start, _)| *start < until).cloned().collect()
    }
}

impl Read for Placed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.text.read(buf)
    }
}
