//! Columns of the tables that a dump creates, known at the beginning of each of its blocks.
//!
//! Blocks are scanned in any order; what stands before a block is read here in order, once, for `CREATE TABLE` and the last
//! statement that fills a table.

use super::block;
use crate::read::Bytes;
use crate::text::slice;
use crate::text::statement::{CREATE_BYTES, Tables};
use std::collections::BTreeMap;

/// Bytes read at once.
const PIECE_BYTES: u64 = 1 << 20;

/// The tables of one stream.
#[derive(Debug, Default)]
pub(super) struct Schema {
    tables: Tables,
    /// Blocks that have been read.
    read: u64,
    /// Tables known at the beginning of blocks that have been read past.
    waiting: BTreeMap<u64, Tables>,
}

impl Schema {
    /// The tables created before block `index`. Each index is asked for once.
    pub(super) fn before(&mut self, content: &dyn Bytes, index: u64, block_bytes: u64) -> Tables {
        while self.read < index {
            self.waiting.insert(self.read, self.tables.clone());
            let start = (self.read * block_bytes).min(content.size());
            let end = (start + block_bytes).min(content.size());
            self.part(content, start, end);
            self.read += 1;
        }
        self.waiting.remove(&index).unwrap_or_else(|| self.tables.clone())
    }

    fn part(&mut self, content: &dyn Bytes, start: u64, end: u64) {
        // One byte before: a verb begins a line.
        let from = start.saturating_sub(1);
        if let Some(all) = content.mapped() {
            let bytes = slice(all, from as usize, end as usize + CREATE_BYTES);
            self.tables.read(bytes, (start - from) as usize, (end - from) as usize);
            return;
        }
        let mut at = start;
        let mut bytes = Vec::new();
        while at < end {
            let stop = (at + PIECE_BYTES).min(end);
            let from = at.saturating_sub(1);
            bytes.resize((stop - from) as usize + CREATE_BYTES, 0);
            let filled = block::fill(content, &mut bytes, from, &mut None);
            self.tables.read(slice(&bytes, 0, filled), (at - from) as usize, (stop - from) as usize);
            at = stop;
        }
    }
}
