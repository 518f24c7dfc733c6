//! Values in cells of tables and of SQL rows whose column alone tells them: passwords, accounts, Latin names.
//!
//! Nothing in such a cell need fire a trigger, so the cells of those columns are visited row by row. Tables without such
//! a column cost a look at their header.

use super::catalog::Catalog;
use super::labelled::{Setting, VALUE_BYTES, Value};
use super::scan::{Block, Hit, Scanner};
use super::scattered;
use crate::finding::Evidence;
use crate::text::field::{ColumnNumbers, Meanings};
use crate::text::statement::{CELL_BLANKS, Cell, Columns};
use crate::text::{at, before, slice};
use memchr::{memchr, memrchr};
use std::ops::Range;
use std::sync::Arc;

/// How far back the row around the first own byte may begin, in bytes.
const BACK_BYTES: usize = 64 << 10;

/// What the columns of the statement last looked at mean: each is asked once.
#[derive(Debug, Default)]
pub(super) struct CellMeanings {
    columns: Arc<Columns>,
    numbers: ColumnNumbers,
    /// The columns that make an address together, and which of them is the street.
    address: Option<(Range<usize>, usize)>,
}

impl Scanner<'_> {
    /// Offers the cells of the block's rows to the rules that their columns name.
    pub(super) fn cells(&mut self, block: &Block<'_>) {
        if block.layout.sql {
            let mut cells = self.looker.take_cells(block.base + block.own.end as u64);
            let mut known = Known { hits: self.hits.len(), next: 0 };
            cells.retain(|cell| !self.sql_cell(block, cell, &mut known));
            self.looker.give_back(cells);
        } else if block.layout.table.is_some() {
            self.table_cells(block);
        } else if block.own.start == 0 && !block.goes_on {
            self.netrc(block);
        }
    }

    fn table_cells(&mut self, block: &Block<'_>) {
        let Some(table) = &block.layout.table else { return };
        let catalog = self.catalog;
        let mut wanted = Vec::new();
        for (column, name) in table.columns.iter().enumerate() {
            let meaning = column_meaning(catalog, &mut self.labels, name.as_bytes());
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
            line = match memrchr(b'\n', slice(bytes, from, line)) {
                Some(end) => from + end + 1,
                None if from == 0 => 0,
                None => return, // the row is too long to be told
            };
        }
        let mut known = Known { hits: self.hits.len(), next: 0 };
        while line < block.own.end {
            for &(column, name, meaning) in &wanted {
                let Some(cell) = self.looker.table_cell(block, line, table.form, column) else { break };
                // The header is no row.
                if slice(bytes, cell.start, cell.end) != name.as_bytes() {
                    self.cell(block, name.as_bytes(), meaning, cell.start..cell.end, &mut known);
                }
            }
            let Some(end) = memchr(b'\n', slice(bytes, line, block.own.end)) else { return };
            line += end + 1;
        }
    }

    /// Looks at a cell of an SQL row. Gives whether its value begins before the end of the block's own bytes.
    fn sql_cell(&mut self, block: &Block<'_>, cell: &Cell, known: &mut Known) -> bool {
        let bytes = block.bytes;
        let Some(mut start) = cell.place.checked_sub(block.base).map(|place| place as usize) else { return true };
        let name = cell.columns.names.get(cell.column).map_or(&[][..], Vec::as_slice);
        let meaning = self.sql_meaning(cell, name);
        if meaning == 0 {
            return true;
        }
        if cell.bare {
            let own = slice(bytes, start, start + VALUE_BYTES);
            if let Some(length) = own.iter().position(|byte| matches!(byte, b'\t' | b'\n')) {
                self.cell(block, name, meaning, start..start + length, known);
            }
            return true;
        }
        let blanks = slice(bytes, start, start + CELL_BLANKS as usize).iter();
        start += blanks.take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'N' | b'E')).count();
        if at(bytes, start) != b'\'' {
            return true;
        }
        start += 1;
        if start >= block.own.end {
            return false;
        }
        if let Some(length) = memchr(b'\'', slice(bytes, start, start + VALUE_BYTES)) {
            let own = start..start + length;
            let address = self.cell_meanings.address.clone().filter(|(_, street)| *street == cell.column);
            if !address.is_some_and(|(columns, street)| self.address_of_row(block, &columns, street, &own)) {
                self.cell(block, name, meaning, own, known);
            }
        }
        true
    }

    /// What the column of an SQL cell, which has this name, says.
    fn sql_meaning(&mut self, cell: &Cell, name: &[u8]) -> u32 {
        let Self { cell_meanings, labels, catalog, .. } = self;
        if !Arc::ptr_eq(&cell_meanings.columns, &cell.columns) {
            cell_meanings.columns.clone_from(&cell.columns);
            cell_meanings.numbers.clear();
            cell_meanings.address = scattered::columns_of(&cell.columns.names);
        }
        let age = labels.age();
        cell_meanings.numbers.of(cell.column, age, || column_meaning(catalog, labels, name))
    }

    fn cell(&mut self, block: &Block<'_>, label: &[u8], meaning: u32, cell: Range<usize>, known: &mut Known) {
        let Range { start, end } = cell.clone();
        if start >= end || end - start > VALUE_BYTES || !block.own.contains(&start) {
            return;
        }
        if self.is_known(meaning, &cell, known) {
            return;
        }
        let (bytes, today) = (block.bytes, self.today());
        let value = Value { bytes, label, start, end, quoted: true, setting: Setting::Element, today };
        self.offer(block, meaning, &value, Evidence::COLUMN);
    }

    /// Whether the value of a cell was found already, by a rule that its column names.
    fn is_known(&self, meaning: u32, cell: &Range<usize>, known: &mut Known) -> bool {
        let sorted = self.hits.get(..known.hits).unwrap_or(&[]);
        let before = |hit: &&Hit| (hit.start as usize) < cell.start;
        known.next += sorted.iter().skip(known.next).take_while(before).count();
        let raise = self.labels.get(meaning).map_or(&[][..], |meaning| &meaning.raise);
        let here = sorted.iter().skip(known.next).take_while(|hit| hit.start as usize == cell.start);
        let whole = here.filter(|hit| hit.range().end >= cell.end);
        let mut rules = whole.filter_map(|hit| self.catalog.kind_rules.get(usize::from(hit.kind)));
        rules.any(|rule| raise.contains(rule))
    }
}

/// What the name of a column says to the rules whose values only a label tells; 0 for nothing.
fn column_meaning(catalog: &Catalog, labels: &mut Meanings, name: &[u8]) -> u32 {
    let name: &[u8] = match name {
        // In a program these are no names of persons.
        b"first" | b"First" | b"FIRST" => b"first_name",
        b"last" | b"Last" | b"LAST" => b"last_name",
        name => name,
    };
    if catalog.label_ends.end(name) { labels.number(name, || catalog.label_meaning(name)) } else { 0 }
}

/// Values found before cells are looked at, in order; cells are visited in order too.
struct Known {
    /// How many they are.
    hits: usize,
    /// The first that begins behind the last cell.
    next: usize,
}

#[cfg(test)]
mod tests {
    use super::super::simd::Level;
    use super::super::{Before, Block, Catalog, Scanner, Selection};
    use crate::check::Day;
    use crate::finding::Confidence;
    use crate::text::layout::Layout;
    use std::fmt::Write as _;

    /// Kind and place of all that is found, with the text cut into blocks at these places.
    fn found(catalog: &Catalog, text: &str, cuts: &[usize]) -> Vec<(String, String)> {
        let layout = Layout::sniff(text.as_bytes());
        let mut scanner = Scanner::new(catalog, Day::new(2026, 11, 22), Level::best());
        let mut all = Vec::new();
        let mut start = 0;
        for &end in cuts.iter().chain([&text.len()]) {
            let block = Block {
                bytes: text.as_bytes(),
                own: start..end,
                base: 0,
                before: Before::default(),
                goes_on: start > 0,
                layout: &layout,
            };
            for hit in scanner.scan(&block).iter().filter(|hit| hit.confidence >= Confidence::Medium) {
                let id = catalog.kinds()[usize::from(hit.kind)].detector.to_string();
                all.push((id, text[hit.range()].to_owned()));
            }
            start = end;
        }
        all
    }

    fn each_row(head: &str, row: impl Fn(usize) -> String) -> String {
        let mut text = head.to_owned();
        for n in 0..40 {
            writeln!(text, "{}", row(n)).unwrap();
        }
        text
    }

    #[test]
    fn cells_are_told_by_their_column() {
        let catalog = Catalog::load(&Selection::default()).unwrap();
        let csv = each_row("id,login,password,first\n", |n| format!("{n},\"anna.b{n}\",Zeit-{n}x,Aigerim"));
        let copy = each_row("COPY u (id, password, first_name) FROM stdin;\n", |n| format!("{n}\tZeit-{n}x\tAigerim"));
        let sql = each_row("", |n| {
            format!("INSERT INTO `u` (`id`, `first_name`, `pwd`) VALUES ({n}, 'Aigerim', 'Zeit-{n}x'), (0, NULL, '');")
        });
        for (text, passwords) in [(csv, 40), (copy, 40), (sql, 40)] {
            let whole = found(&catalog, &text, &[]);
            let count = |id: &str| whole.iter().filter(|(found, _)| found == id).count();
            assert_eq!((count("password"), count("person_name")), (passwords, 40), "{whole:?}");
            for cut in (1..text.len()).step_by(37) {
                assert_eq!(found(&catalog, &text, &[cut]), whole, "cut at {cut}");
                assert_eq!(found(&catalog, &text, &[cut, (cut + 300).min(text.len())]), whole, "cut twice at {cut}");
            }
        }
    }

    #[test]
    fn other_cells_hold_nothing() {
        let catalog = Catalog::load(&Selection::default()).unwrap();
        let rows = each_row("id,password_hint,first\n", |n| format!("{n},Zeit-{n}x,none"));
        assert_eq!(found(&catalog, &rows, &[]), []);
    }
}
