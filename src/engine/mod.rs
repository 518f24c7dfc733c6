//! Runs a scan: lists items, cuts them into blocks, scans blocks on all threads, and commits results in walk order.
//!
//! In: a source, a reader, a catalogue, a sink. Out: calls of the sink in walk order, and the ledger. Promises: the result
//! does not depend on the number of threads, on the size of reads, or on whether files are mapped; every listed item ends
//! in one state; memory is bounded by the blocks in flight.
//!
//! Workers take batches of items from the source in order. A file larger than a block is opened to all workers, block by
//! block. What is done waits in the queue of its batch until everything before it is committed; a worker that runs too
//! far ahead waits. The head of the walk never waits, so there is always progress.
//!
//! A container is opened by one worker, which goes down into it level by level. Each member has a line of its own in the
//! ledger, before the container's: both are listed, and both end in one state. A member larger than a block is cut by
//! the worker that unpacks it and scanned by whoever is free.

mod block;
mod committer;
mod content;
mod cut;
mod follow;
mod inside;
mod judge;
mod people;
mod queue;
mod schema;
mod stream;
mod trace;
mod unnamed;
mod views;

use crate::check::Day;
use crate::detect::simd::Level;
use crate::detect::{Catalog, Scanner};
use crate::finding::Confidence;
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::problem::Reason;
use crate::read::{Claims, Reader};
use crate::sink::{Sink, Stop, Wants};
use crate::source::Source;
use crate::unpack::Helper;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use crate::unpack::Passwords;
pub use follow::{Checkpoint, Followed, Onward, follow};

/// How a scan is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that scan.
    pub jobs: usize,
    /// Findings below it are not counted.
    pub min_confidence: Confidence,
    /// Budgets.
    pub limits: Limits,
    /// Gaps that the operator accepts.
    pub accepted: BTreeSet<Reason>,
    /// The day of the scan: dates of birth lie before it.
    pub today: Day,
    /// How the finder works.
    pub level: Level,
    /// Reads formats that are hard to read safely; without it they are `unsupported`.
    pub helper: Option<Arc<dyn Helper>>,
    /// What encrypted archives and documents may open with.
    pub passwords: Passwords,
}

/// How far a scan has come; read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes looked at.
    pub bytes: AtomicU64,
    /// Items ended, without unchanged ones.
    pub items: AtomicU64,
    /// Items that have not changed since an earlier scan.
    pub unchanged: AtomicU64,
    /// Findings counted in what was looked at.
    pub findings: AtomicU64,
}

/// How a scan ended.
#[derive(Debug)]
pub struct Outcome {
    /// What was listed, and how it ended.
    pub ledger: Ledger,
    /// Why the sink wanted no more.
    pub stopped: Option<Stop>,
    /// Whether the stop flag was raised.
    pub interrupted: bool,
}

/// Scans all that the source lists.
///
/// Raising `stop` ends the scan soon: items not finished end as `not_reached`.
pub fn scan(
    catalog: &Catalog, source: &mut dyn Source, reader: &Reader, sink: &mut dyn Sink, options: &Options,
    progress: &Progress, stop: &AtomicBool,
) -> Outcome {
    run(Parts { catalog, source, reader, look: None }, sink, options, progress, stop)
}

/// What a scan reads.
struct Parts<'p> {
    catalog: &'p Catalog,
    source: &'p mut dyn Source,
    reader: &'p Reader,
    /// How a stream is read on.
    look: Option<&'p follow::Look>,
}

fn run(parts: Parts<'_>, sink: &mut dyn Sink, options: &Options, progress: &Progress, stop: &AtomicBool) -> Outcome {
    // Places within a step are kept in 24 bits.
    let mut options = options.clone();
    options.limits.step_bytes = options.limits.step_bytes.clamp(1, 4 << 20);
    options.limits.block_bytes = options.limits.block_bytes.max(1);
    let options = &options;
    let Parts { catalog, source, reader, look } = parts;
    let wants: Wants = sink.wants();
    let claims = Claims::new();
    let committer = committer::Committer::new(catalog, sink, options, progress, &claims, wants);
    let make = || Scanner::new(catalog, options.today, options.level);
    let parts = Parts { catalog, source, reader, look };
    let work = queue::Work::new(parts, committer, options, wants, &claims, stop);
    let jobs = options.jobs.max(1);
    if jobs == 1 {
        work.run(&make);
    } else {
        match rayon::ThreadPoolBuilder::new().num_threads(jobs).build() {
            Ok(pool) => pool.scope(|scope| (0..jobs).for_each(|_| scope.spawn(|_| work.run(&make)))),
            // Without threads the scan is slower, not less.
            Err(_) => work.run(&make),
        }
    }
    let (ledger, stopped) = work.into_committer().finish();
    Outcome { ledger, stopped, interrupted: stop.load(Ordering::Relaxed) }
}
