//! The layout of a stream: a delimited table with a header, SQL, or neither. Sniffed from its first 64 KiB.
//!
//! What cannot be decided has no field, never a wrong one: a row with another number of cells than the header has none.

use super::literals::Literals;
use super::row::{self, Form};
use super::slice;
use memchr::{memchr, memmem};
use std::ops::{ControlFlow, Range};
use std::sync::LazyLock;

/// Bytes that the layout is sniffed from.
pub const SNIFF_BYTES: usize = 64 << 10;
/// Rows that a header must fit.
const SAMPLE_ROWS: usize = 6;
/// Rows of those that may have another width: fewer than one in four must.
const OTHERS: usize = SAMPLE_ROWS / 4;
/// Rows that a table without a header must have.
const HEADLESS_ROWS: usize = 8;
/// Rows that it is judged by.
const MOST_ROWS: usize = 4 * HEADLESS_ROWS;
/// Lines before a header: comments, titles, blank lines.
const PREAMBLE_LINES: usize = 16;
const MAX_COLUMNS: usize = 512;

/// What SQL that inserts rows, or tells their columns, begins with.
const INSERTS: &[&[u8]] =
    &[b"INSERT INTO", b"insert into", b"Insert Into", b"REPLACE INTO", b"CREATE TABLE", b"create table"];
const COPY: &[u8] = b"COPY ";
const FROM: &[u8] = b"FROM stdin";

/// Any of it: most streams hold none, and are looked through once.
static SQL: LazyLock<Literals> = LazyLock::new(|| Literals::new(INSERTS.iter().copied().chain([FROM])));

/// How a stream is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The table it is, if it is one.
    pub table: Option<Table>,
    /// Whether SQL statements that insert rows stand in it.
    pub sql: bool,
    /// In SQL: a backslash in quotes is itself (standard SQL).
    pub plain_backslash: bool,
    /// What its lines are, if it is none of these.
    pub lines: Lines,
}

/// What the lines of a text are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// Lines.
    #[default]
    Plain,
    /// They go on behind a line end and a blank: a calendar, cards, LDIF.
    Folded,
    /// Tags of HTML or XML stand in them.
    Tagged,
}

/// A delimited table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// How its rows are written.
    pub form: Form,
    /// Cells of the header, decoded; none if it has no header.
    pub columns: Vec<String>,
    /// Whether the columns are named by what stands in them, not by a header.
    pub guessed: bool,
}

impl Layout {
    /// Tells the layout from the first bytes of a stream.
    pub fn sniff(head: &[u8]) -> Self {
        let head = slice(head, 0, SNIFF_BYTES);
        let holds = |words: &[&[u8]]| words.iter().any(|word| memmem::find(head, word).is_some());
        let sql = SQL.find(head, 0, head.len()).is_some() && (holds(INSERTS) || (holds(&[COPY]) && holds(&[FROM])));
        let plain_backslash = sql && holds(&[b"PostgreSQL", b"standard_conforming_strings = on", FROM]);
        let lines = if has_folded_lines(head) {
            Lines::Folded
        } else if memmem::find(head, b"</").is_some() {
            Lines::Tagged
        } else {
            Lines::Plain
        };
        let table = if sql || lines == Lines::Folded { None } else { Table::sniff(head) };
        Self { table, sql, plain_backslash, lines }
    }
}

/// Whether only one cell of three or more in a line says something, or none.
fn is_title(line: &[u8]) -> bool {
    let has_cells = |delimiter: u8| {
        let filled = line.split(|&byte| byte == delimiter).filter(|cell| !cell.trim_ascii().is_empty()).count();
        filled <= 1 && memchr::memchr_iter(delimiter, line).count() >= 2
    };
    [b';', b',', b'\t'].into_iter().any(has_cells)
}

/// Whether text begins as a calendar (RFC 5545), a card (RFC 6350) or LDIF (RFC 2849) does.
fn has_folded_lines(head: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 3] = [b"BEGIN:VCALENDAR", b"BEGIN:VCARD", b"dn:"];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = text.split(|byte| *byte == b'\n').take(PREAMBLE_LINES).map(<[u8]>::trim_ascii);
    // `version: 1` of LDIF stands in other files, too.
    let is_first = |line: &&[u8]| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"version:");
    let first = lines.find(is_first).unwrap_or_default();
    BEGINNINGS.iter().any(|beginning| slice(first, 0, beginning.len()).eq_ignore_ascii_case(beginning))
}

impl Table {
    /// A table of cells parted by tabs, as sheets are handed on.
    pub fn tabbed(columns: Vec<String>) -> Self {
        Self { form: Form { delimiter: b'\t', width: columns.len(), quoted: false }, columns, guessed: false }
    }

    fn sniff(head: &[u8]) -> Option<Self> {
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        // What spreadsheets write for themselves.
        if let [b's', b'e', b'p', b'=', delimiter @ (b',' | b';' | b'\t' | b'|'), rest @ ..] = text {
            let line = memchr(b'\n', rest)? + 1;
            return Self::with_header(slice(rest, line, rest.len()), *delimiter, 1);
        }
        let mut start = 0;
        for line in 0..PREAMBLE_LINES {
            let rest = slice(text, start, text.len());
            let end = memchr(b'\n', rest)?;
            let own = slice(rest, 0, end).trim_ascii();
            let comment = own.starts_with(b"#") || own.starts_with(b"--") || own.starts_with(b"//");
            if own.is_empty() || comment {
                start += end + 1;
                continue;
            }
            // `Отчёт по клиентам;;;`: a title as spreadsheets save it.
            if is_title(own) {
                start += end + 1;
                continue;
            }
            let least = if line == 0 { 1 } else { 2 };
            let found = b";\t,|".iter().find_map(|&delimiter| Self::with_header(rest, delimiter, least));
            if found.is_some() {
                return found;
            }
            // A title has one cell; anything else is the beginning of something else.
            if own.len() > 200 || own.iter().any(|byte| matches!(byte, b';' | b'\t' | b'|')) {
                // A title of a few cells stands above a wider table.
                let next = slice(rest, end + 1, rest.len());
                let is_title = |delimiter: &u8| {
                    let cells = memchr::memchr_iter(*delimiter, own).count() + 1;
                    cells > 1 && Self::with_header(next, *delimiter, 3).is_some_and(|table| cells < table.form.width)
                };
                if b"\t;".iter().any(is_title) {
                    start += end + 1;
                    continue;
                }
                return b";\t|,".iter().find_map(|&delimiter| Self::without_header(rest, delimiter, HEADLESS_ROWS));
            }
            start += end + 1;
        }
        b";\t|,".iter().find_map(|&delimiter| Self::without_header(text, delimiter, HEADLESS_ROWS))
    }

    /// A table whose header begins the text; `least` rows must follow it.
    fn with_header(text: &[u8], delimiter: u8, least: usize) -> Option<Self> {
        let line = memchr(b'\n', text)?;
        // Most lines have none.
        memchr(delimiter, slice(text, 0, line.min(16 << 10)))?;
        let cells = |row: &[Range<usize>]| row.iter().map(|cell| slice(text, cell.start, cell.end)).collect::<Vec<_>>();
        let (mut names, mut end, mut fitting, mut others, mut repeated) = (Vec::new(), 0, 0, 0, false);
        row::each(text, delimiter, SAMPLE_ROWS + 1, |row| {
            if names.is_empty() {
                (names, end) = (cells(row), row.last().map_or(0, |cell| cell.end));
                // A delimiter at the end of the head names no column.
                while names.last().is_some_and(|name| name.trim_ascii().is_empty()) {
                    names.pop();
                }
                let is_header = (2..=MAX_COLUMNS).contains(&names.len()) && end <= 16 << 10;
                return if is_header { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
            }
            let empty = |cell: &Range<usize>| slice(text, cell.start, cell.end).trim_ascii().is_empty();
            let fits = row.len() >= names.len() && row.iter().skip(names.len()).all(empty);
            fitting += usize::from(fits);
            others += usize::from(!fits);
            // Nothing sets a header apart from a row that equals it.
            repeated |= fits && cells(row) == names;
            if others > OTHERS || repeated { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        // The last sampled row may be cut off by the window.
        let enough = fitting >= least && others <= OTHERS && fitting * 4 >= (fitting + others) * 3;
        if !(2..=MAX_COLUMNS).contains(&names.len()) || end > 16 << 10 || !enough || repeated {
            return None;
        }
        // `"version": "4.10.7",`: the members of JSON stand on lines of one form too; a table in a string of JSON has a header.
        if names.iter().any(|cell| memmem::find(cell, b"\": ").is_some() && !cell.starts_with(b"{")) {
            return None;
        }
        let columns: Vec<String> = names.iter().map(|cell| decoded(cell)).collect();
        let quoted = memchr(b'"', text).is_some();
        let named = columns.iter().all(|name| names_something(name)) && columns.iter().any(|name| !name.is_empty());
        let form = Form { delimiter, width: columns.len(), quoted };
        named.then_some(Self { form, columns, guessed: false })
    }

    /// A table without a header of few rows, for somebody who knows its cells.
    pub fn short(text: &[u8], least: usize) -> Option<Self> {
        b";\t|,".iter().find_map(|&delimiter| Self::without_header(text, delimiter, least))
    }

    /// The cells of its first rows, as far as they are rows.
    pub fn sample<'t>(&self, text: &'t [u8], most: usize) -> Vec<Vec<&'t [u8]>> {
        let rows = row::rows(text, self.form.delimiter, most);
        let rows = rows.into_iter().filter(|row| row.len() == self.form.width);
        rows.map(|row| row.into_iter().map(|cell| slice(text, cell.start, cell.end)).collect()).collect()
    }

    /// A table without a header: many rows of one width.
    fn without_header(text: &[u8], delimiter: u8, least: usize) -> Option<Self> {
        let (mut rows, mut width, mut others, mut several) = (0, 0, 0, false);
        row::each(text, delimiter, MOST_ROWS, |row| {
            if rows == 0 {
                width = row.len();
            }
            rows += 1;
            others += usize::from(row.len() != width);
            // Lines that end with the delimiter, as those of JSON do, have one cell each.
            several |= row.iter().skip(1).any(|cell| !cell.is_empty());
            // Nine rows in ten must fit.
            if (2..=MAX_COLUMNS).contains(&width) && others * 10 <= MOST_ROWS {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        let fitting = rows - others;
        let enough = fitting >= least && fitting * 10 >= rows * 9;
        if !(2..=MAX_COLUMNS).contains(&width) || !enough || !several {
            return None;
        }
        // In running text a comma is followed by a space.
        let prose = delimiter == b',' && memmem::find_iter(slice(text, 0, 4096), ", ").count() > rows / 2;
        // The members of JSON and the elements of XML stand on lines of one form too; a table in a string of JSON has a header.
        let marked_up = matches!(text.trim_ascii_start(), [b'{' | b'<', ..]);
        let quoted = memchr(b'"', text).is_some();
        (!prose && !marked_up).then_some(Self {
            form: Form { delimiter, width, quoted },
            columns: Vec::new(),
            guessed: false,
        })
    }
}

/// A header cell is empty or a name: it has a letter and no run of six digits, `@`, or sentence.
pub(crate) fn names_something(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    cell.is_empty()
        || (cell.chars().any(char::is_alphabetic) && digits < 6 && !cell.contains('@') && cell.chars().count() <= 80)
        || matches!(cell, "№" | "#" | "N")
}

fn decoded(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Option<(u8, Vec<String>)> {
        Layout::sniff(text.as_bytes()).table.map(|table| (table.form.delimiter, table.columns))
    }

    #[test]
    fn a_header_over_rows_of_the_same_width_is_a_table() {
        let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(columns("ID;NAME;ID_CARD\n17;Тест;012722373\n"), Some((b';', names(&["ID", "NAME", "ID_CARD"]))));
        assert_eq!(columns("\u{feff}ФИО,\"ИИН, БИН\"\nА,1\nБ,2\n"), Some((b',', names(&["ФИО", "ИИН, БИН"]))));
        assert_eq!(columns("a\tb\r\n1\t2\r\n"), Some((b'\t', names(&["a", "b"]))));
        let three = Some((b';', names(&["ФИО", "Пароль", "Паспорт"])));
        assert_eq!(columns("ФИО;Пароль;Паспорт\nА;x;1;\nБ;y;2;;\n"), three, "empty cells behind the last");
        assert_eq!(columns("ФИО;Пароль;Паспорт;\nА;x;1\nБ;y;2\n"), three, "and behind the head");
        assert_eq!(columns("17;Тест;012722373\n18;Тест;012722374\n"), None, "no header");
        assert_eq!(columns("Одна строка, с запятой\nи ещё одна\n"), None);
        assert_eq!(columns("a;b\n"), None, "a header without rows proves nothing");
        assert_eq!(columns("\"version\": \"4.10.7\",\n\"license\": \"MIT\",\n\"size\": 1,\n"), None, "members of JSON");
        assert_eq!(
            columns(&format!("{{\"text\": \"ID;NAME\n{}\"}}\n", "17;Тест\n".repeat(7))).map(|(delimiter, _)| delimiter),
            Some(b';')
        );
        assert!(Layout::sniff(b"-- dump\nINSERT INTO t (a,b) VALUES (1,2);\n").sql);
        assert_eq!(Layout::sniff(b"# people\n\nversion: 1\ndn: uid=a,dc=b\ncn:: 0JjQsg==\n").lines, Lines::Folded);
        assert_eq!(Layout::sniff(b"version: 1\nservices:\n  web:\n    image: a\n").lines, Lines::Plain);
        assert!(Layout::sniff(b"COPY t (a, b) FROM stdin;\n1\t2\n\\.\n").sql);
    }

    #[test]
    fn a_header_may_stand_behind_other_lines() {
        let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(columns("sep=,\r\na,b\r\n1,2\r\n"), Some((b',', names(&["a", "b"]))));
        assert_eq!(
            columns("# выгрузка; 2026\n\nОтчёт по клиентам\nФИО;\"Номер\nтелефона\"\nА;1\nБ;2\n"),
            Some((b';', names(&["ФИО", "Номер\nтелефона"])))
        );
        assert_eq!(columns("a|b\n1|2\n3|4\n"), Some((b'|', names(&["a", "b"]))));
        assert_eq!(columns("Отчёт;;\r\n;;\r\na;b;c\r\n1;2;3\r\n4;5;6\r\n"), Some((b';', names(&["a", "b", "c"]))));
        assert_eq!(columns("a;b\n\"1\n2\";3\n\"4;\n\n5\";6\n"), Some((b';', names(&["a", "b"]))));
    }

    #[test]
    fn many_rows_of_one_width_are_a_table_without_a_header() {
        let rows = |line: &str| line.repeat(12);
        assert_eq!(columns(&rows("17;Тест;012722373\n")), Some((b';', Vec::new())));
        assert_eq!(columns(&rows("да, конечно\n")), None);
        assert_eq!(columns(&rows("2026-11-21 10:11:12 INFO took 17 ms\n")), None);
    }
}
