//! The layout of a stream: a delimited table with a header, SQL, or neither. Sniffed from its first 64 KiB.
//!
//! What cannot be decided has no field, never a wrong one: a row with another number of cells than the header has none.

use super::slice;
use memchr::memmem;

/// Bytes that the layout is sniffed from.
pub const SNIFF_BYTES: usize = 64 << 10;
const SAMPLE_ROWS: usize = 6;
const MAX_COLUMNS: usize = 512;

/// How a stream is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The table it is, if it is one.
    pub table: Option<Table>,
    /// Whether SQL statements that insert rows stand in it.
    pub sql: bool,
}

/// A delimited table with a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The byte between cells.
    pub delimiter: u8,
    /// Cells of the header, decoded.
    pub columns: Vec<String>,
}

impl Layout {
    /// Tells the layout from the first bytes of a stream.
    pub fn sniff(head: &[u8]) -> Self {
        let head = slice(head, 0, SNIFF_BYTES);
        let sql = [&b"INSERT INTO"[..], b"insert into", b"Insert Into", b"REPLACE INTO"]
            .iter()
            .any(|verb| memmem::find(head, verb).is_some());
        let table = if sql { None } else { Table::sniff(head) };
        Self { table, sql }
    }
}

impl Table {
    fn sniff(head: &[u8]) -> Option<Self> {
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let mut rows = text.split(|&byte| byte == b'\n').map(|row| row.strip_suffix(b"\r").unwrap_or(row));
        let header = rows.next()?;
        if header.is_empty() || header.len() > 16 << 10 {
            return None;
        }
        let sample: Vec<&[u8]> = rows.filter(|row| !row.is_empty()).take(SAMPLE_ROWS).collect();
        if sample.is_empty() {
            return None;
        }
        b";\t,|".iter().find_map(|&delimiter| {
            let cells = split(header, delimiter);
            let fits = |row: &&&[u8]| cells_in(row, delimiter) == cells.len();
            // The last sampled row may be cut off by the window.
            let fitting = sample.iter().filter(fits).count();
            if cells.len() < 2 || cells.len() > MAX_COLUMNS || fitting * 4 < sample.len() * 3 {
                return None;
            }
            let columns: Vec<String> = cells.iter().map(|cell| decoded(cell)).collect();
            columns.iter().all(|name| names_something(name)).then_some(Self { delimiter, columns })
        })
    }
}

/// A header cell is empty or a name: it has a letter and no run of six digits, `@`, or sentence.
fn names_something(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    cell.is_empty()
        || (cell.chars().any(char::is_alphabetic) && digits < 6 && !cell.contains('@') && cell.chars().count() <= 80)
}

fn decoded(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

/// Cells of one row, quotes taken off.
fn split(row: &[u8], delimiter: u8) -> Vec<&[u8]> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut cursor = Cursor::new();
    for (i, &byte) in row.iter().enumerate() {
        if cursor.ends_cell(byte, delimiter) {
            cells.push(unquoted(slice(row, start, i)));
            start = i + 1;
        }
    }
    cells.push(unquoted(slice(row, start, row.len())));
    cells
}

fn unquoted(cell: &[u8]) -> &[u8] {
    let cell = cell.trim_ascii();
    cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell)
}

/// Number of cells in a row.
pub fn cells_in(row: &[u8], delimiter: u8) -> usize {
    1 + delimiters_in(row, delimiter, &mut Cursor::new())
}

/// Delimiters of `part` that end a cell, going on from where `cursor` stands.
pub fn delimiters_in(part: &[u8], delimiter: u8, cursor: &mut Cursor) -> usize {
    if !cursor.quoted && memchr::memchr(b'"', part).is_none() {
        return memchr::memchr_iter(delimiter, part).count();
    }
    part.iter().filter(|&&byte| cursor.ends_cell(byte, delimiter)).count()
}

/// Where reading a row stands: inside quotes or not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    quoted: bool,
}

impl Cursor {
    /// At the beginning of a row.
    pub fn new() -> Self {
        Self::default()
    }

    fn ends_cell(&mut self, byte: u8, delimiter: u8) -> bool {
        // A doubled quote inside quotes leaves and enters again: the same state.
        self.quoted ^= byte == b'"';
        byte == delimiter && !self.quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Option<(u8, Vec<String>)> {
        Layout::sniff(text.as_bytes()).table.map(|table| (table.delimiter, table.columns))
    }

    #[test]
    fn a_header_over_rows_of_the_same_width_is_a_table() {
        let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(columns("ID;NAME;ID_CARD\n17;Тест;012722373\n"), Some((b';', names(&["ID", "NAME", "ID_CARD"]))));
        assert_eq!(columns("\u{feff}ФИО,\"ИИН, БИН\"\nА,1\nБ,2\n"), Some((b',', names(&["ФИО", "ИИН, БИН"]))));
        assert_eq!(columns("a\tb\r\n1\t2\r\n"), Some((b'\t', names(&["a", "b"]))));
        assert_eq!(columns("17;Тест;012722373\n18;Тест;012722374\n"), None, "no header");
        assert_eq!(columns("Одна строка, с запятой\nи ещё одна\n"), None);
        assert_eq!(columns("a;b\n"), None, "a header without rows proves nothing");
        assert!(Layout::sniff(b"-- dump\nINSERT INTO t (a,b) VALUES (1,2);\n").sql);
    }

    #[test]
    fn quotes_hide_delimiters() {
        assert_eq!(cells_in(br#"a;"b;c";d"#, b';'), 3);
        assert_eq!(cells_in(br#""a ""x;y"" b";c"#, b';'), 2);
    }
}
