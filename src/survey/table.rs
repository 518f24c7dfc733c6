//! CSV of reports: one row a line, ids and plain numbers, harmless to a spreadsheet.

use crate::report::csv::cell;

/// A table for programs and spreadsheets.
pub(super) struct Table {
    out: Vec<u8>,
    columns: usize,
}

impl Table {
    /// A table with these columns.
    pub(super) fn new(columns: &[&str]) -> Self {
        Self { out: (columns.join(",") + "\n").into_bytes(), columns: columns.len() }
    }

    /// Adds a row.
    pub(super) fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        let mut written = 0;
        for text in cells {
            if written > 0 {
                self.out.push(b',');
            }
            cell(&mut self.out, text);
            written += 1;
        }
        debug_assert_eq!(written, self.columns, "a row has all columns");
        self.out.push(b'\n');
    }

    /// The text.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}
