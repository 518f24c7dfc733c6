//! Hands out work in walk order, and lets results through in walk order.

use super::block::{self, BlockResult, Hands, Job, PathHits, Spare};
use super::committer::{Committer, Ending};
use super::content::{Carries, Nature};
use super::follow::{self, Look};
use super::inside::{Fed, Waiting, Whole};
use super::schema::Schema;
use super::stream::Cutter;
use super::{Options, Parts};
use crate::detect::{Before, Block, Scanner};
use crate::known::{KnownFinding, KnownItem};
use crate::location::Location;
use crate::problem::Reason;
use crate::read::{self, Bytes, Claims, Content, FileId, Reader};
use crate::sink::{ItemMeta, Wants};
use crate::source::{Item, Listed, Source};
use crate::text::encoding::Coding;
use crate::text::layout::{Layout, SNIFF_BYTES};
use crate::text::slice;
use crate::unpack::{self, Carriers, Input};
use std::collections::{BTreeMap, VecDeque};
use std::io::Read;
use std::ops::Bound;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// Items of one batch at most.
const BATCH: usize = 64;
/// Bytes of finished items that may wait in one batch.
const WAITING_BYTES: usize = 4 << 20;

/// A lock is never poisoned for long: scanning catches panics, and the rest does not panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An item that was done whole.
pub(super) struct Small {
    pub(super) location: Location,
    pub(super) path_hits: PathHits,
    pub(super) nature: Nature,
    pub(super) block: Option<BlockResult>,
    pub(super) ending: Ending,
    /// What is known of it, if it was not read again.
    pub(super) known: Option<Box<KnownItem>>,
}

impl Small {
    fn waiting_bytes(&self) -> usize {
        let known = |known: &KnownItem| known.trace.len() + known.findings.len() * size_of::<KnownFinding>();
        self.block.as_ref().map_or(0, BlockResult::held_bytes) + self.known.as_deref().map_or(0, known)
    }
}

/// An item whose blocks all workers share.
pub(super) struct Large {
    pub(super) batch: u64,
    pub(super) location: Location,
    path_hits: PathHits,
    pub(super) nature: Nature,
    /// Place in the walk, and among the large items of one file.
    pub(super) order: (u64, u64),
    meta: ItemMeta,
    pub(super) content: Shared,
    /// What kept the first bytes from being read.
    head_problem: Option<(Reason, String)>,
    /// Blocks that an earlier look has done, and those that no growth changes.
    begun: u64,
    whole: u64,
    /// What the blocks so far have created, if the content is SQL.
    pub(super) schema: Mutex<Schema>,
    pub(super) progress: Mutex<LargeProgress>,
}

impl Large {
    /// An item inside a file, whose blocks are fed by the worker that opened the file.
    pub(super) fn fed(
        batch: u64, order: (u64, u64), location: Location, path_hits: PathHits, nature: Nature, fed: Fed,
    ) -> Arc<Self> {
        Arc::new(Self {
            batch,
            location,
            path_hits,
            nature,
            order,
            meta: ItemMeta::default(),
            content: Shared::Fed(fed),
            head_problem: None,
            begun: 0,
            whole: 0,
            schema: Mutex::default(),
            progress: Mutex::new(LargeProgress::default()),
        })
    }

    fn identity(&self) -> Option<FileId> {
        match &self.content {
            Shared::Bytes(bytes) => bytes.identity(),
            Shared::Stream(_) => None,
            Shared::Fed(fed) => fed.identity,
        }
    }
}

pub(super) enum Shared {
    Bytes(Box<dyn Bytes>),
    Stream(Mutex<Cutter<Box<dyn Read + Send>>>),
    /// Blocks from inside a container.
    Fed(Fed),
}

#[derive(Default)]
pub(super) struct LargeProgress {
    /// Blocks in all; of a stream known at its end only.
    pub(super) total: Option<u64>,
    pub(super) taken: u64,
    pub(super) committed: u64,
    ready: BTreeMap<u64, BlockResult>,
    read: u64,
    started: bool,
    abandoned: bool,
    /// Another name of the file stands before it in the walk: what its blocks gave is thrown away.
    duplicate: bool,
}

enum Done {
    Small(Box<Small>),
    Large(Arc<Large>),
}

#[derive(Default)]
struct Batch {
    events: VecDeque<Done>,
    waiting: usize,
    closed: bool,
}

struct State<'e> {
    source: &'e mut dyn Source,
    exhausted: bool,
    next_batch: u64,
    next_order: u64,
    head: u64,
    batches: BTreeMap<u64, Batch>,
    open: BTreeMap<(u64, u64), Arc<Large>>,
    /// Workers that have items of their own, and may yet share some of them.
    busy: usize,
}

/// How an item was opened.
enum Opened {
    Small(Box<Small>),
    Large(Arc<Large>),
    /// Everything in it, and itself, was handed in.
    Container,
}

/// All that workers share.
pub(super) struct Work<'e> {
    reader: &'e Reader,
    look: Option<&'e Look>,
    pub(super) options: &'e Options,
    pub(super) wants: Wants,
    claims: &'e Claims,
    pub(super) stop: &'e AtomicBool,
    /// The sink wants no more.
    halted: AtomicBool,
    state: Mutex<State<'e>>,
    pub(super) changed: Condvar,
    committer: Mutex<Committer<'e>>,
    spare: Arc<Spare>,
    /// Made when the first text is looked through for files.
    pub(super) carriers: OnceLock<Carriers>,
}

enum Ready {
    Small(Box<Small>),
    Begin(Arc<Large>),
    Block(Arc<Large>, BlockResult),
    End(Arc<Large>),
}

impl<'e> Work<'e> {
    pub(super) fn new(
        parts: Parts<'e>, committer: Committer<'e>, options: &'e Options, wants: Wants, claims: &'e Claims,
        stop: &'e AtomicBool,
    ) -> Self {
        let Parts { source, reader, look, .. } = parts;
        Self {
            reader,
            look,
            options,
            wants,
            claims,
            stop,
            halted: AtomicBool::new(false),
            state: Mutex::new(State {
                source,
                exhausted: false,
                next_batch: 0,
                next_order: 0,
                head: 0,
                batches: BTreeMap::new(),
                open: BTreeMap::new(),
                busy: 0,
            }),
            changed: Condvar::new(),
            committer: Mutex::new(committer),
            spare: Arc::default(),
            carriers: OnceLock::new(),
        }
    }

    pub(super) fn into_committer(self) -> Committer<'e> {
        self.committer.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ending(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.halted.load(Ordering::Relaxed)
    }

    /// Works until nothing is left.
    pub(super) fn run<'c>(&self, make: &'c (dyn Fn() -> Scanner<'c> + Sync)) {
        let mut hands = Hands::new(make, Arc::clone(&self.spare));
        loop {
            if self.help(None, &mut hands) {
                continue;
            }
            if let Some((number, items)) = self.batch() {
                self.items(number, items, &mut hands);
                continue;
            }
            let state = lock(&self.state);
            if state.open.is_empty() && state.busy == 0 {
                return;
            }
            drop(self.changed.wait_timeout(state, std::time::Duration::from_millis(50)));
        }
    }

    /// The next items of the walk.
    fn batch(&self) -> Option<(u64, Vec<(u64, Listed)>)> {
        let mut state = lock(&self.state);
        if state.exhausted || self.ending() {
            return None;
        }
        // Small batches at first, so that few large files are spread over all workers.
        let size = (state.next_order as usize / (4 * self.options.jobs.max(1))).clamp(1, BATCH);
        let mut items = Vec::with_capacity(size);
        while items.len() < size {
            let Some(listed) = state.source.next() else {
                state.exhausted = true;
                break;
            };
            items.push((state.next_order, listed));
            state.next_order += 1;
        }
        if items.is_empty() {
            return None;
        }
        let number = state.next_batch;
        state.next_batch += 1;
        state.batches.insert(number, Batch::default());
        state.busy += 1;
        Some((number, items))
    }

    fn items(&self, batch: u64, items: Vec<(u64, Listed)>, hands: &mut Hands<'_>) {
        for (order, listed) in items {
            let small = match listed {
                Listed::Ended { location, reason, detail } => {
                    let ending = Ending { reason: Some(reason), detail, order, ..Ending::default() };
                    Small {
                        path_hits: self.path_hits(&location, hands),
                        location,
                        nature: Nature::default(),
                        block: None,
                        ending,
                        known: None,
                    }
                }
                Listed::Known(items) => {
                    for item in items {
                        let small = self.known(item, order, hands);
                        self.submit(batch, small);
                    }
                    continue;
                }
                Listed::Item(item) if self.ending() => Self::not_reached(item, order),
                Listed::Item(item) => match self.open(batch, &item, order, hands) {
                    Opened::Small(small) => *small,
                    Opened::Large(large) => {
                        self.share(&large);
                        while self.help(Some(&large), hands) {}
                        continue;
                    }
                    Opened::Container => continue,
                },
            };
            self.submit(batch, small);
        }
        {
            let mut state = lock(&self.state);
            state.busy -= 1;
            if let Some(batch) = state.batches.get_mut(&batch) {
                batch.closed = true;
            }
        }
        self.commit();
    }

    fn not_reached(item: Item, order: u64) -> Small {
        let ending =
            Ending { reason: Some(Reason::NotReached), order, bytes_total: item.size_hint, ..Ending::default() };
        Small {
            location: item.location,
            path_hits: PathHits::default(),
            nature: Nature::default(),
            block: None,
            ending,
            known: None,
        }
    }

    /// An item that is not read again; its name is looked at all the same, since what stands before it may have changed.
    fn known(&self, item: KnownItem, order: u64, hands: &mut Hands<'_>) -> Small {
        let shared = item.meta.stamp.filter(|stamp| stamp.shared);
        let ending = Ending {
            reason: item.reason,
            detail: item.detail.clone(),
            bytes_total: item.bytes_total,
            bytes_scanned: Some(item.bytes_scanned),
            meta: item.meta,
            identity: shared.map(|stamp| FileId { device: stamp.device, inode: stamp.inode }),
            order,
            known: Some(item.known),
        };
        if let Some(identity) = ending.identity {
            // The first name in the walk is the one that counts.
            self.claims.is_first(identity, order);
        }
        let path_hits = self.path_hits(&item.location, hands);
        let location = item.location.clone();
        Small { location, path_hits, nature: Nature::default(), block: None, ending, known: Some(Box::new(item)) }
    }

    /// Values in the name of an item: in its path, or in the member's name.
    pub(super) fn path_hits(&self, location: &Location, hands: &mut Hands<'_>) -> PathHits {
        let path = location.member().map_or_else(|| location.path().as_os_str().as_bytes(), str::as_bytes);
        let layout = Layout::default();
        let decoded = hands.path.read(path, 0, Coding::default());
        let bytes = if decoded { &hands.path.bytes().to_vec() } else { path };
        let before = Before::default();
        let block = Block { bytes, own: 0..bytes.len(), base: 0, before, goes_on: false, layout: &layout };
        let found = hands.text(&block);
        let is_broken = found.is_err();
        let mut hits = found.unwrap_or_default();
        hits.retain(|hit| hit.confidence >= self.options.min_confidence);
        PathHits { hits, is_broken }
    }

    /// Opens an item; does it whole if it is small or a container, else makes it ready to be shared.
    fn open(&self, batch: u64, item: &Item, order: u64, hands: &mut Hands<'_>) -> Opened {
        let path_hits = self.path_hits(&item.location, hands);
        let location = item.location.clone();
        let small = |location, path_hits, nature, block, ending| {
            Opened::Small(Box::new(Small { location, path_hits, nature, block, ending, known: None }))
        };
        let content = match self.reader.open(item) {
            Ok(content) => content,
            Err(problem) => {
                let ending = Ending {
                    reason: Some(problem.reason),
                    detail: problem.detail,
                    order,
                    bytes_total: item.size_hint,
                    ..Ending::default()
                };
                return small(location, path_hits, Nature::default(), None, ending);
            }
        };
        let name = location.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let large =
            |content: Shared, nature: Nature, meta: ItemMeta, total: Option<u64>, path_hits: PathHits, head_problem| {
                let (begun, whole) = self.begun(&nature, total, &content);
                let read = begun * self.options.limits.block_bytes as u64;
                let done = LargeProgress { total, taken: begun, committed: begun, read, ..LargeProgress::default() };
                Opened::Large(Arc::new(Large {
                    batch,
                    location: location.clone(),
                    path_hits,
                    order: (order, 0),
                    meta,
                    content,
                    head_problem,
                    begun,
                    whole,
                    nature,
                    schema: Mutex::default(),
                    progress: Mutex::new(done),
                }))
            };
        match content {
            Content::Stream(stream) => {
                let mut cutter = Cutter::new(stream.reader);
                let mut nature = Nature::sniff(cutter.head(SNIFF_BYTES, self.stop), &name);
                nature.carries = Carries::Never;
                if nature.container.is_some() {
                    let ending = Ending { meta: stream.meta, order, ..Ending::default() };
                    let whole = Whole { location, path_hits, nature, name, ending };
                    self.descend(batch, whole, Input::Stream(&mut cutter.into_reader()), hands);
                    return Opened::Container;
                }
                cutter.keeps_before = nature.layout.sql;
                large(Shared::Stream(Mutex::new(cutter)), nature, stream.meta, None, path_hits, None)
            }
            Content::Bytes(bytes) => {
                let size = bytes.size();
                let mut ending = Ending {
                    bytes_total: Some(size),
                    meta: bytes.meta(),
                    identity: bytes.identity(),
                    order,
                    ..Ending::default()
                };
                if ending.identity.is_some_and(|identity| !self.claims.is_first(identity, order)) {
                    ending.reason = Some(Reason::DuplicateInode);
                    return small(location, path_hits, Nature::default(), None, ending);
                }
                let (nature, result) = if size > self.options.limits.block_bytes as u64 {
                    let mut head = vec![0; SNIFF_BYTES];
                    let mut head_problem = None;
                    let filled = block::fill(bytes.as_ref(), &mut head, 0, &mut head_problem);
                    head.truncate(filled);
                    let mut end = [0; unpack::END_BYTES];
                    let end_at = size.saturating_sub(unpack::END_BYTES as u64);
                    let filled = block::fill(bytes.as_ref(), &mut end, end_at, &mut None);
                    let end = slice(&end, 0, filled);
                    let mut nature = Nature::sniff(&head, &name).with_end(end, size);
                    // What is followed is read on, not from its beginning; what is shared is not read a second time.
                    if self.look.is_some() || nature.carries == Carries::IfSeen {
                        nature.carries = Carries::Never;
                    }
                    if nature.carries == Carries::Always
                        && let Some(fault) = self.carried(batch, &location, &ending, (bytes.as_ref(), false), hands)
                    {
                        head_problem = head_problem.or(Some((fault.reason, fault.detail.unwrap_or_default())));
                    }
                    if !nature.is_closed() {
                        let total = size.div_ceil(self.options.limits.block_bytes as u64);
                        let meta = bytes.meta();
                        return large(Shared::Bytes(bytes), nature, meta, Some(total), path_hits, head_problem);
                    }
                    (nature, None)
                } else {
                    let (nature, result) = hands.whole(bytes.as_ref(), &name, self.options, &self.wants);
                    (nature, Some(result))
                };
                if nature.container.is_some() {
                    if nature.container == Some(unpack::Kind::Sqlite) && read::has_log_beside(location.path()) {
                        let detail = "what the write-ahead log beside it holds is not read with it";
                        (ending.reason, ending.detail) = (Some(Reason::UnreadPart), Some(detail.to_owned()));
                    }
                    let whole = Whole { location, path_hits, nature, name, ending };
                    self.descend(batch, whole, Input::Bytes(bytes.as_ref()), hands);
                    return Opened::Container;
                }
                ending.reason = nature.reason;
                let is_seen = result.as_ref().is_some_and(|result| result.files);
                if (is_seen || nature.carries == Carries::Always)
                    && let Some(fault) = self.carried(batch, &location, &ending, (bytes.as_ref(), is_seen), hands)
                {
                    (ending.reason, ending.detail) = (Some(ending.reason.unwrap_or(fault.reason)), fault.detail);
                }
                if let Some(result) = &result
                    && !nature.is_closed()
                    && result.problem.is_none()
                    && let Some((reason, detail)) = bytes.finish(result.read)
                {
                    (ending.reason, ending.detail) = (Some(reason), Some(detail));
                }
                small(location, path_hits, nature, result, ending)
            }
        }
    }

    /// Blocks that an earlier look has done, and those that no growth changes.
    fn begun(&self, nature: &Nature, total: Option<u64>, content: &Shared) -> (u64, u64) {
        match (self.look, total, content) {
            (Some(look), Some(total), Shared::Bytes(bytes)) => {
                let limits = &self.options.limits;
                (look.begun(nature, total, limits), follow::whole_blocks(nature, bytes.size(), limits))
            }
            _ => (0, 0),
        }
    }

    pub(super) fn submit(&self, batch: u64, small: Small) {
        let bytes = small.waiting_bytes();
        let mut state = lock(&self.state);
        // Too far ahead of the walk: wait until some of it is committed. The head never waits.
        while state.head != batch
            && !self.ending()
            && state.batches.get(&batch).is_some_and(|own| own.waiting + bytes > WAITING_BYTES && own.waiting > 0)
        {
            state = self
                .changed
                .wait_timeout(state, std::time::Duration::from_millis(50))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        if let Some(own) = state.batches.get_mut(&batch) {
            own.waiting += bytes;
            own.events.push_back(Done::Small(Box::new(small)));
        }
        let due = state.head == batch && state.batches.get(&batch).is_some_and(|own| own.waiting > WAITING_BYTES / 2);
        drop(state);
        if due {
            self.commit();
        }
    }

    pub(super) fn share(&self, large: &Arc<Large>) {
        let mut state = lock(&self.state);
        if let Some(own) = state.batches.get_mut(&large.batch) {
            own.events.push_back(Done::Large(Arc::clone(large)));
        }
        state.open.insert(large.order, Arc::clone(large));
        drop(state);
        self.commit();
    }

    /// Does one block of a shared item: of `own`, else of the first one before it in the walk that has work; waits while `own`
    /// has blocks left that are not due yet. Gives whether there may be more.
    fn help(&self, own: Option<&Arc<Large>>, hands: &mut Hands<'_>) -> bool {
        let mut state = lock(&self.state);
        loop {
            let until = own.map_or(Bound::Unbounded, |own| Bound::Excluded(own.order));
            let others = state.open.range((Bound::Unbounded, until)).map(|(_, large)| large);
            let candidates: Vec<Arc<Large>> = own.into_iter().chain(others).cloned().collect();
            for (n, large) in candidates.iter().enumerate() {
                let is_own = own.is_some() && n == 0;
                if let Shared::Fed(fed) = &large.content {
                    let Some(waiting) = fed.take() else { continue };
                    drop(state);
                    self.fed(large, waiting, hands);
                    return true;
                }
                let mut progress = lock(&large.progress);
                let taken = progress.taken - large.begun;
                // What stands behind the last checkpoint is done in one go.
                let may_end = progress.taken <= large.whole;
                let enough = may_end && self.look.is_some_and(|look| look.is_enough(taken));
                if (enough || self.ending()) && !progress.abandoned && progress.total != Some(progress.taken) {
                    progress.abandoned = true;
                    progress.total = Some(progress.total.map_or(progress.taken, |total| total.min(progress.taken)));
                }
                if progress.total.is_some_and(|total| progress.taken >= total) {
                    if is_own {
                        return false;
                    }
                    continue;
                }
                let head = state.head == large.batch;
                let window = if head { self.options.jobs as u64 } else { 1 };
                if progress.taken < progress.committed + window {
                    let index = progress.taken;
                    progress.taken += 1;
                    drop(progress);
                    drop(state);
                    self.block(large, index, hands);
                    return true;
                }
            }
            if own.is_none() {
                return false;
            }
            state = self
                .changed
                .wait_timeout(state, std::time::Duration::from_millis(20))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn block(&self, large: &Arc<Large>, mut index: u64, hands: &mut Hands<'_>) {
        let job = Job { nature: &large.nature, options: self.options, wants: &self.wants };
        let result = match &large.content {
            Shared::Bytes(bytes) => {
                let tables =
                    large.nature.layout.sql.then(|| {
                        lock(&large.schema).before(bytes.as_ref(), index, self.options.limits.block_bytes as u64)
                    });
                hands.block(bytes.as_ref(), index, job, tables.as_ref())
            }
            Shared::Stream(cutter) => {
                let mut cutter = lock(cutter);
                // Whoever holds the cutter takes the next block of the stream.
                index = cutter.taken;
                cutter.taken += 1;
                if lock(&large.progress).total.is_some_and(|total| index >= total) {
                    return;
                }
                let cut = cutter.block(index, &self.options.limits, self.stop);
                if cut.last {
                    lock(&large.progress).total = Some(index + 1);
                }
                let problem = cutter.problem.clone();
                drop(cutter);
                let mut result = BlockResult::default();
                if !large.nature.is_closed() {
                    hands.steps(
                        &cut.bytes,
                        cut.from,
                        cut.own.clone(),
                        (false, cut.what_stands_before()),
                        job,
                        &mut result,
                    );
                    hands.counted(&mut result);
                    result.read = cut.own.len() as u64;
                }
                result.problem = result.problem.or(problem);
                result
            }
            // Taken out of the queue, not by number.
            Shared::Fed(_) => return,
        };
        self.done(large, index, result);
    }

    /// Scans a block from inside a container.
    pub(super) fn fed(&self, large: &Arc<Large>, waiting: Waiting, hands: &mut Hands<'_>) {
        let Waiting { index, cut, part } = waiting;
        let result = self.scanned(&large.nature, &cut, part, hands);
        self.done(large, index, result);
    }

    /// Whether another block of this item may be scanned before those waiting are committed.
    pub(super) fn has_room(&self, large: &Large) -> bool {
        let head = lock(&self.state).head == large.batch;
        let window = if head { self.options.jobs.max(2) as u64 } else { 2 };
        let progress = lock(&large.progress);
        progress.taken < progress.committed + window
    }

    /// Waits a moment, until something is committed.
    pub(super) fn wait(&self) {
        let state = lock(&self.state);
        drop(self.changed.wait_timeout(state, std::time::Duration::from_millis(20)));
    }

    /// Puts a block's result where it is committed from.
    fn done(&self, large: &Arc<Large>, index: u64, result: BlockResult) {
        let mut progress = lock(&large.progress);
        progress.read += result.read;
        progress.ready.insert(index, result);
        drop(progress);
        self.commit();
    }

    /// Commits what is due, unless another worker is at it: that one takes it along.
    pub(super) fn commit(&self) {
        loop {
            let Ok(mut committer) = self.committer.try_lock() else { return };
            while let Some(ready) = self.ready() {
                self.commit_one(&mut committer, ready);
                if committer.stopped.is_some() {
                    self.halted.store(true, Ordering::Relaxed);
                }
            }
            drop(committer);
            self.changed.notify_all();
            if !self.has_ready() {
                return;
            }
        }
    }

    fn has_ready(&self) -> bool {
        let state = lock(&self.state);
        let Some(batch) = state.batches.get(&state.head) else { return false };
        match batch.events.front() {
            None => batch.closed,
            Some(Done::Small(_)) => true,
            Some(Done::Large(large)) => {
                let progress = lock(&large.progress);
                !progress.started
                    || progress.ready.contains_key(&progress.committed)
                    || progress.total == Some(progress.committed)
            }
        }
    }

    fn ready(&self) -> Option<Ready> {
        let mut state = lock(&self.state);
        loop {
            let head = state.head;
            let batch = state.batches.get_mut(&head)?;
            match batch.events.front() {
                None if batch.closed => {
                    state.batches.remove(&head);
                    state.head += 1;
                    self.changed.notify_all();
                }
                None => return None,
                Some(Done::Small(_)) => {
                    let Some(Done::Small(small)) = batch.events.pop_front() else { return None };
                    batch.waiting = batch.waiting.saturating_sub(small.waiting_bytes());
                    return Some(Ready::Small(small));
                }
                Some(Done::Large(large)) => {
                    let large = Arc::clone(large);
                    let mut progress = lock(&large.progress);
                    if !progress.started {
                        progress.started = true;
                        drop(progress);
                        return Some(Ready::Begin(large));
                    }
                    let next = progress.committed;
                    if let Some(result) = progress.ready.remove(&next) {
                        progress.committed += 1;
                        drop(progress);
                        return Some(Ready::Block(large, result));
                    }
                    if progress.total != Some(next) {
                        return None;
                    }
                    drop(progress);
                    batch.events.pop_front();
                    state.open.remove(&large.order);
                    return Some(Ready::End(large));
                }
            }
        }
    }

    fn commit_one(&self, committer: &mut Committer<'_>, ready: Ready) {
        match ready {
            Ready::Small(mut small) => {
                if small.location.member().is_some()
                    && committer.is_duplicate(small.ending.identity, small.ending.order)
                {
                    // Inside a file that was read under another name.
                    return;
                }
                let counts = small.ending.reason.is_none() || small.known.is_some();
                if counts && committer.is_duplicate(small.ending.identity, small.ending.order) {
                    small.ending.reason = Some(Reason::DuplicateInode);
                    small.block = None;
                    if small.known.take().is_some() {
                        (small.ending.detail, small.ending.bytes_scanned, small.ending.known) = (None, None, None);
                    }
                }
                committer.path(&small.location, &small.path_hits);
                if let Some(known) = &small.known {
                    committer.known(&small.location, &known.findings, &known.trace);
                }
                if let Some(block) = small.block.take().filter(|_| !small.nature.is_closed()) {
                    committer.block(&small.location, &small.nature, &block);
                    self.spare.take_back(block);
                }
                committer.end(&small.location, small.ending);
            }
            Ready::Begin(large) => {
                let duplicate = committer.is_duplicate(large.identity(), large.order.0);
                lock(&large.progress).duplicate = duplicate;
                if duplicate && large.location.member().is_some() {
                    return;
                }
                if let Some(look) = self.look {
                    look.restore(committer, large.begun);
                }
                if large.begun == 0 {
                    committer.path(&large.location, &large.path_hits);
                }
                committer.note_problem(large.head_problem.as_ref());
            }
            Ready::Block(large, result) => {
                let (duplicate, committed) = {
                    let progress = lock(&large.progress);
                    (progress.duplicate, progress.committed)
                };
                if !duplicate {
                    committer.block(&large.location, &large.nature, &result);
                    self.look_at(committer, &large, committed, false);
                    self.spare.take_back(result);
                }
                self.changed.notify_all();
            }
            Ready::End(large) => {
                let (read, abandoned, duplicate, committed) = {
                    let progress = lock(&large.progress);
                    (progress.read, progress.abandoned, progress.duplicate, progress.committed)
                };
                self.look_at(committer, &large, committed, abandoned);
                if duplicate && large.location.member().is_some() {
                    return;
                }
                let broken = committer.has_problem();
                let mut ending =
                    Ending { order: large.order.0, meta: large.meta, reason: large.nature.reason, ..Ending::default() };
                match &large.content {
                    Shared::Bytes(bytes) => {
                        ending.bytes_total = Some(bytes.size());
                        if !abandoned
                            && !broken
                            && let Some((reason, detail)) = bytes.finish(read)
                        {
                            (ending.reason, ending.detail) = (Some(reason), Some(detail));
                            self.look.inspect(|look| look.forget());
                        }
                    }
                    Shared::Stream(_) => {
                        ending.bytes_total = (!abandoned && !broken && !large.nature.is_closed()).then_some(read);
                    }
                    Shared::Fed(fed) => ending = fed.ending().unwrap_or(ending),
                }
                if duplicate {
                    ending.reason = Some(Reason::DuplicateInode);
                } else if abandoned {
                    ending.reason = Some(Reason::NotReached);
                }
                committer.end(&large.location, ending);
            }
        }
    }
    /// Keeps the counters of a stream that is read on.
    fn look_at(&self, committer: &Committer<'_>, large: &Large, committed: u64, is_last: bool) {
        if let (Some(look), Shared::Bytes(bytes)) = (self.look, &large.content) {
            let stream = (&large.nature, bytes.as_ref(), &self.options.limits);
            look.block(committer, committed, is_last, stream);
        }
    }
}
