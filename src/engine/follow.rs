//! Goes on with a stream that has grown, so that following it says what one scan of the whole would say.
//!
//! Blocks have borders at fixed offsets, and what a block says depends on it, on the bytes just around it and on the
//! counters of the blocks before it. So a block whose surroundings have come is said once for ever. What stands behind
//! the last such block is read again whenever the stream has grown: its findings hold until then.
//!
//! In:      one item, and the checkpoint of the last look, or none.
//! Out:     the findings behind the checkpoint, the item's end with the counts of the whole stream, and a new checkpoint.
//! Not:     does not tell whether the stream is the one that the checkpoint was made of: module `follow` of the crate does.

use super::committer::Committer;
use super::content::Nature;
use super::cut;
use super::{Options, Outcome, Parts, Progress, run};
use crate::detect::Catalog;
use crate::limits::Limits;
use crate::read::{Bytes, Reader};
use crate::score::distinct::Distinct;
use crate::score::population::Counts;
use crate::sink::Sink;
use crate::source::{Item, One};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is known of a stream behind its last whole block. It holds hashes of values: keep it where the content may be
/// kept, or encrypt it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Whole blocks, from the beginning.
    pub(super) blocks: u64,
    /// Where the last of them ends, in bytes of the stream: findings from here on are said again.
    pub(super) offset: u64,
    /// Fixed size of blocks, in bytes: with another one the checkpoint is of no use.
    pub(super) block_bytes: u64,
    pub(super) lines: u64,
    /// Bytes looked at.
    pub(super) read: u64,
    pub(super) listed: u64,
    pub(super) over_limit: bool,
    pub(super) counts: Counts,
    pub(super) tallies: Vec<Counted>,
}

/// What was counted of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) kind: usize,
    pub(super) count: u64,
    pub(super) by_confidence: [u64; 3],
    pub(super) distinct: Distinct,
    pub(super) first: Option<(u64, Option<u64>)>,
    pub(super) delivered: u64,
}

impl Checkpoint {
    /// Findings that start before this offset stand; those behind it are said again. In bytes of the stream.
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

/// A stream that is read on.
#[derive(Clone, Debug)]
pub struct Onward {
    /// Where the last look ended; `None` reads from the beginning.
    pub from: Option<Checkpoint>,
    /// Blocks that one look may take. What is left is `not_reached`, and the next look goes on there.
    pub most_blocks: u64,
}

/// What a look gave.
#[derive(Debug)]
pub struct Followed {
    /// How it ended.
    pub outcome: Outcome,
    /// Findings that start before this offset were not said again: those of earlier looks stand. 0 if everything was
    /// read anew.
    pub offset: u64,
    /// Where the next look may go on.
    pub checkpoint: Option<Checkpoint>,
}

/// What a look needs and leaves, shared by its workers.
pub(super) struct Look {
    onward: Onward,
    offset: AtomicU64,
    kept: Mutex<Option<Checkpoint>>,
}

impl Look {
    /// Blocks of this stream that are done already.
    pub(super) fn begun(&self, nature: &Nature, total: u64, limits: &Limits) -> u64 {
        let known = |from: &&Checkpoint| from.block_bytes == limits.block_bytes as u64 && from.blocks <= total;
        let from = self.onward.from.as_ref().filter(known).filter(|_| !nature.layout.sql);
        from.map_or(0, |from| from.blocks)
    }

    /// Whether this look has taken all that it may.
    pub(super) fn is_enough(&self, taken: u64) -> bool {
        taken >= self.onward.most_blocks
    }

    /// Puts the counters back as they stood after block `begun`.
    pub(super) fn restore(&self, committer: &mut Committer<'_>, begun: u64) {
        if begun > 0
            && let Some(from) = &self.onward.from
        {
            committer.restore(from);
            self.offset.store(from.offset, Ordering::Relaxed);
            self.keep(Some(from.clone()));
        }
    }

    /// Keeps the counters as they stand after `blocks` blocks, if they stand for ever.
    pub(super) fn block(
        &self, committer: &Committer<'_>, blocks: u64, is_last: bool,
        (nature, bytes, limits): (&Nature, &dyn Bytes, &Limits),
    ) {
        let whole = whole_blocks(nature, bytes.size(), limits);
        if blocks == 0 || blocks > whole || (blocks < whole && !is_last) {
            return;
        }
        if committer.has_problem() {
            return self.keep(None);
        }
        if let Some(offset) = border(bytes, nature, limits, blocks * limits.block_bytes as u64) {
            self.keep(Some(Checkpoint {
                blocks,
                offset,
                block_bytes: limits.block_bytes as u64,
                ..committer.checkpoint()
            }));
        }
    }

    /// The stream is not what it was: nothing that was kept of it holds.
    pub(super) fn forget(&self) {
        self.keep(None);
    }

    fn keep(&self, checkpoint: Option<Checkpoint>) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = checkpoint;
    }
}

/// Blocks of a stream of this size that no growth changes: their border and all they may reach into have come. Of a dump
/// there are none: its tables are created before its blocks, so it is read from its beginning.
pub(super) fn whole_blocks(nature: &Nature, size: u64, limits: &Limits) -> u64 {
    if nature.layout.sql {
        return 0;
    }
    size.saturating_sub((limits.slack_bytes + limits.tail_bytes) as u64) / limits.block_bytes as u64
}

/// Where the border at a fixed offset stands.
fn border(bytes: &dyn Bytes, nature: &Nature, limits: &Limits, fixed: u64) -> Option<u64> {
    let wide = nature.coding.wide;
    let at = wide.map_or(fixed, |wide| fixed.next_multiple_of(wide.unit_bytes() as u64));
    let mut window = vec![0; limits.slack_bytes];
    let mut problem = None;
    let filled = super::block::fill(bytes, &mut window, at, &mut problem);
    window.truncate(filled);
    let moved = wide.map_or_else(|| cut::border(&window), |wide| cut::wide_border(&window, wide));
    problem.is_none().then_some(at + moved as u64)
}

/// Scans an item from where the last look at it ended.
///
/// The ledger and the item's tallies are those of the whole stream; findings come from the checkpoint's offset on. A
/// container, a stream without a size and anything smaller than a block are read whole, and leave no checkpoint.
pub fn follow(
    catalog: &Catalog, (item, onward): (Item, Onward), reader: &Reader, sink: &mut dyn Sink, options: &Options,
    progress: &Progress, stop: &AtomicBool,
) -> Followed {
    let look = Look { onward, offset: AtomicU64::new(0), kept: Mutex::new(None) };
    let mut source = One::new(item);
    let outcome = run(Parts { catalog, source: &mut source, reader, look: Some(&look) }, sink, options, progress, stop);
    let checkpoint = look.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    Followed { outcome, offset: look.offset.into_inner(), checkpoint }
}
