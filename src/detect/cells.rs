//! Values in cells of tables and of SQL rows whose column alone tells them: passwords, accounts, Latin names.
//!
//! Nothing in such a cell need fire a trigger, so the cells of those columns are visited row by row. Tables without such
//! a column cost a look at their header.

use super::catalog::Catalog;
use super::labelled::{Setting, VALUE_BYTES, Value};
use super::scan::{Block, Scanner};
use crate::finding::Evidence;
use crate::text::statement::Cell;
use crate::text::{at, before, slice};
use memchr::{memchr, memrchr};

/// How far back the row around the first own byte may begin, in bytes.
const BACK_BYTES: usize = 64 << 10;

impl Scanner<'_> {
    /// Offers the cells of the block's rows to the rules that their columns name.
    pub(super) fn cells(&mut self, block: &Block<'_>) {
        if block.layout.sql {
            for cell in self.looker.take_cells(block.base + block.own.end as u64) {
                self.sql_cell(block, &cell);
            }
        } else if block.layout.table.is_some() {
            self.table_cells(block);
        }
    }

    fn table_cells(&mut self, block: &Block<'_>) {
        let Some(table) = &block.layout.table else { return };
        let catalog = self.catalog;
        let mut wanted = Vec::new();
        for (column, name) in table.columns.iter().enumerate() {
            let meaning = self.column_meaning(catalog, name.as_bytes());
            if meaning != 0 {
                wanted.push((column, name, meaning));
            }
        }
        let bytes = block.bytes;
        let mut line = block.own.start;
        if wanted.is_empty() {
            return;
        }
        if !matches!(before(bytes, line), b'\n' | 0) {
            let from = line.saturating_sub(BACK_BYTES);
            let Some(end) = memrchr(b'\n', slice(bytes, from, line)) else { return };
            line = from + end + 1;
        }
        while line < block.own.end {
            for &(column, name, meaning) in &wanted {
                let Some(cell) = self.looker.table_cell(block, line, table.form, column) else { break };
                // The header is no row.
                if slice(bytes, cell.start, cell.end) != name.as_bytes() {
                    self.cell(block, name.as_bytes(), meaning, cell.start, cell.end);
                }
            }
            let Some(end) = memchr(b'\n', slice(bytes, line, block.own.end)) else { return };
            line += end + 1;
        }
    }

    fn sql_cell(&mut self, block: &Block<'_>, cell: &Cell) {
        let bytes = block.bytes;
        let Some(mut start) = cell.place.checked_sub(block.base).map(|place| place as usize) else { return };
        let name = cell.columns.names.get(cell.column).map_or(&[][..], Vec::as_slice);
        let meaning = self.column_meaning(self.catalog, name);
        if meaning == 0 {
            return;
        }
        if cell.bare {
            let own = slice(bytes, start, start + VALUE_BYTES);
            let Some(length) = own.iter().position(|byte| matches!(byte, b'\t' | b'\n')) else { return };
            return self.cell(block, name, meaning, start, start + length);
        }
        while matches!(at(bytes, start), b' ' | b'\n' | b'\r' | b'\t' | b'N' | b'E') && start < bytes.len() {
            start += 1;
        }
        if at(bytes, start) != b'\'' {
            return;
        }
        start += 1;
        let own = slice(bytes, start, start + VALUE_BYTES);
        let Some(length) = memchr(b'\'', own) else { return };
        self.cell(block, name, meaning, start, start + length);
    }

    /// What the name of a column says to the rules whose values only a label tells; 0 for nothing.
    fn column_meaning(&mut self, catalog: &Catalog, name: &[u8]) -> u32 {
        let name: &[u8] = match name {
            // In a program these are no names of persons.
            b"first" | b"First" | b"FIRST" => b"first_name",
            b"last" | b"Last" | b"LAST" => b"last_name",
            name => name,
        };
        if catalog.label_ends.end(name) { self.labels.number(name, || catalog.label_meaning(name)) } else { 0 }
    }

    fn cell(&mut self, block: &Block<'_>, label: &[u8], meaning: u32, start: usize, end: usize) {
        if start >= end || end - start > VALUE_BYTES || !block.own.contains(&start) {
            return;
        }
        let (bytes, today) = (block.bytes, self.today());
        let value = Value { bytes, label, start, end, quoted: true, setting: Setting::Element, today };
        self.offer(block, meaning, &value, Evidence::COLUMN);
    }
}
